package erlang

import "math"

// MeasuresC are the steady-state measures of an M/M/n queue. Probabilities and shares
// are 0 to 1, times are seconds.
type MeasuresC struct {
	PWait      float64 // P(W > 0), Erlang's C
	PWaitOverT float64 // P(W > T)
	SL         float64 // P(W <= T); with nobody hanging up, all five definitions agree
	ASA        float64 // E[W]
	ASADelayed float64 // E[W | W > 0]
	Occupancy  float64 // share of the agents' time spent on calls
	QueueLen   float64 // mean number waiting
	WaitP90    float64 // 90th percentile of W; 0 when at most a tenth of the calls waits
}

// C returns the probability, 0 to 1, that a call waits in an M/M/n queue: Poisson
// arrivals, exponential handle times, callers who never hang up.
//
// agents is 0 or more and may be fractional, load is in erlangs, 0 or more; anything else
// is an *ArgumentError. At load >= agents there is no steady state and C is 1, save that
// a call to idle agents (load 0, some agents) never waits.
//
// C = n / (n + (n-a)·J), J = 1/B - 1, which loses nothing near saturation (Erlang 1917;
// Cooper 1981, chapter 3). Accuracy and speed are those of [B].
func C(agents, load float64) (float64, error) {
	if err := needAgents(agents); err != nil {
		return 0, err
	}
	if err := needLoad(load); err != nil {
		return 0, err
	}
	return delay(agents, load), nil
}

func delay(n, a float64) float64 {
	if a >= n {
		return 1
	}
	return delayOf(n, a, idleRatio(n, a))
}

// delayOf is Erlang's C for a < n and j = J(n, a).
func delayOf(n, a, j float64) float64 { return n / (n + (n-a)*j) }

// EvalC returns all measures of an M/M/n queue. Line's Patience is not read.
//
// agents is 0 or more and may be fractional. At load >= agents > 0, and without agents,
// the queue grows without end: PWait 1, SL 0, ASA and QueueLen +Inf, Occupancy 1. The
// mean wait of those who wait, ASADelayed, is AHT/(agents-load) also at load 0.
// Faulty arguments are reported together, each as an *ArgumentError.
func EvalC(agents float64, l Line) (MeasuresC, error) {
	if err := l.check(agents, false); err != nil {
		return MeasuresC{}, err
	}
	return evalC(agents, l), nil
}

func evalC(n float64, l Line) MeasuresC {
	a, spare := l.Load, n-l.Load
	if spare <= 0 || n < fewestAgents {
		return MeasuresC{PWait: 1, PWaitOverT: 1, ASA: math.Inf(1), ASADelayed: math.Inf(1),
			Occupancy: 1, QueueLen: math.Inf(1), WaitP90: math.Inf(1)}
	}
	p := delay(n, a)
	delayed := l.AHT / spare
	over := p * exp(-l.Target/delayed)
	return MeasuresC{
		PWait:      p,
		PWaitOverT: over,
		SL:         1 - over,
		ASA:        p * delayed,
		ASADelayed: delayed,
		Occupancy:  a / n,
		QueueLen:   a / spare * p,
		WaitP90:    delayed * math.Log(max(1, 10*p)),
	}
}

// ServiceLevel returns the service level by any definition: without abandonment all
// five are the same number.
func (m MeasuresC) ServiceLevel(Definition) float64 { return m.SL }
