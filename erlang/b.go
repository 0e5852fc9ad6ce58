package erlang

// B returns the probability, 0 to 1, that a call finds all agents busy and is lost in an
// M/M/n/n system: Poisson arrivals, no waiting room.
//
// agents is 0 or more and may be fractional: the continuation 1/B(n, a) =
// a ∫ e^(-at) (1+t)ⁿ dt of Jagerman (1974, BSTJ 53) is meant. load, in erlangs, is 0 or more.
// With no agents every call is lost; with no load and some agents none is.
// Others than these are an *ArgumentError.
//
// Relative error below 1e-14 for probabilities above 1e-10, below 1e-12 down to 1e-300;
// what would be smaller may be 0. Time does not grow with agents.
func B(agents, load float64) (float64, error) {
	if err := needAgents(agents); err != nil {
		return 0, err
	}
	if err := needLoad(load); err != nil {
		return 0, err
	}
	return blocking(agents, load), nil
}

func blocking(n, a float64) float64 {
	if n == 0 {
		return 1
	}
	return 1 / (1 + idleRatio(n, a))
}

// idleRatio is P(some agent free) / P(all busy) of the M/M/n/n system: J(n, a).
// It is +Inf for a = 0 and n > 0.
func idleRatio(n, a float64) float64 {
	if n == 0 {
		return 0
	}
	return upper(n, a, a-n)
}
