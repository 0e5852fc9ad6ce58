package erlang

import "math"

// start guesses the smallest number of agents and the slope of the score there. A guess costs a
// logarithm or two and saves evaluations; the answer does not depend on it.
func (p *problem) start() (n, slope float64) {
	a := p.line.Load
	root := math.Sqrt(a)
	switch {
	case p.limit == LimitOccupancy:
		return a / p.target, 1 / a
	case p.model == modelB:
		return p.startB(a, root)
	case p.model == modelC || p.line.neverHangsUp():
		return p.startC(a, root)
	case p.limit == LimitLevel:
		return p.startLevel(a)
	case p.limit == LimitASA && p.line.Patience > 0:
		// Overloaded, the wait w is that at which patience thins the load to a·exp(-w/patience)
		// = n (Whitt 2004).
		w := p.target / p.line.Patience
		return a * exp(-w), min(1.7/root, 1/(a*w))
	case p.limit == LimitAbandon:
		return a * (1 - p.target), 1.7 / root
	}
	return a, 1.7 / root
}

// startB inverts B = h(β)/sqrt(a), h the normal hazard, n = a + β·sqrt(a), by a quadratic fit
// of -ln h; under overload B = 1 - n/a + 1/(a-n).
func (p *problem) startB(a, root float64) (n, slope float64) {
	c := -math.Log(p.target*root) - 0.2258
	if c <= 0 {
		return a*(1-p.target) + min(1/p.target, 0.8*root), 1 / root
	}
	beta := 2 * c / (0.666 + math.Sqrt(0.444+1.42*c))
	return a + beta*root, (0.666 + 0.71*beta) / root
}

// startC inverts Halfin and Whitt's limit of Erlang C by the fit -ln C = 1.2β + 0.31β², good to
// a few per cent for β = (n-a)/sqrt(a) up to 4.
func (p *problem) startC(a, root float64) (n, slope float64) {
	if p.limit == LimitASA {
		// ASA = C·AHT/(β·sqrt(a)): Newton's method in ln β.
		c := math.Log(p.line.AHT / (p.target * root))
		beta := 1.0
		for range 4 {
			rise := 1.2*beta + 0.62*beta*beta + 1
			beta *= exp(max(-3, min(1, (c-1.2*beta-0.31*beta*beta-math.Log(beta))/rise)))
		}
		return a + beta*root, (1.2 + 0.62*beta + 1/beta) / root
	}
	services, miss := 0.0, p.target
	if p.limit == LimitLevel {
		services, miss = p.line.Target/p.line.AHT, 1-p.target
	}
	b, c := 1.2+services*root, -math.Log(miss)
	beta := 2 * c / (b + math.Sqrt(b*b+1.24*c))
	return a + beta*root, (b + 0.62*beta) / root
}

// startLevel uses that P(V <= T) is about Φ((n - az)/s) with z = exp(-T/patience) and
// s² = az·AHT/patience, and that by the definition (offered) no more than z of those answered
// in time remains at n = az (Garnett, Mandelbaum and Reiman 2002; Mandelbaum and Zeltyn 2009).
func (p *problem) startLevel(a float64) (n, slope float64) {
	z := p.demand.patient
	share := p.target
	if p.level == SLOffered {
		share /= max(z, p.target)
	}
	spread := math.Sqrt(a * max(z, 0.01) * max(0.6, min(p.line.AHT/p.line.Patience, 10)))
	quantile := math.Log(share/max(1-share, 0.02)) / 1.7
	n = a*z + quantile*spread
	if p.level == SLOffered {
		n = max(n, a*p.target)
	}
	return n, 1.7 / spread
}
