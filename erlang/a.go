package erlang

import "math"

// MeasuresA are the steady-state measures of an M/M/n+M queue (Erlang A). Probabilities and
// shares are 0 to 1, times are seconds. V is the wait an infinitely patient caller would
// have, R the caller's patience, W = min(V, R) the time in queue.
type MeasuresA struct {
	PWait               float64 // P(V > 0)
	PAbandon            float64 // P(R < V)
	PWaitOverT          float64 // P(W > T)
	PVirtualOverT       float64 // P(V > T)
	SLOffered           float64 // P(V <= T, R > V): answered within T / offered
	SLAnswered          float64 // answered within T / answered
	SLInclAbandons      float64 // P(W <= T)
	SLExclShortAbandons float64 // answered within T / (offered - abandoned within T)
	SLVirtual           float64 // P(V <= T)
	PAbandonWithinT     float64 // P(R < V, R <= T)
	ASAAnswered         float64 // E[V | answered], the true speed of answer
	WaitAll             float64 // E[W]
	WaitAbandoned       float64 // E[R | R < V]
	WaitVirtual         float64 // E[V]
	QueueLen            float64 // mean number waiting
	Occupancy           float64 // share of the agents' time spent on calls
}

// EvalA returns all measures of an M/M/n+M queue: Poisson arrivals, exponential handle times
// and patience, first come first served (Palm 1957; Garnett, Mandelbaum and Reiman 2002).
//
// agents is 0 or more and may be fractional (the analytic continuation of the formulas); every
// load has a steady state. Faulty arguments are reported together, each as an *ArgumentError.
//
// The edges are limits of the formulas. Patience 0 is the loss system of [B]: who cannot
// be served at once leaves. Patience +Inf is [EvalC]; at load >= agents, where a wait has
// no end, PAbandon is then the share 1 - agents/load that is never answered. Load 0:
// nobody waits, and WaitAbandoned is that of the first caller who would find all agents
// busy. Agents 0: nobody is answered, so service levels that count answered calls are 0 and
// ASAAnswered and WaitVirtual +Inf.
//
// Relative error below 1e-12 for probabilities and times, tails included, where the problem
// itself is that well conditioned; service levels to 1e-13 absolutely. The time, half a
// microsecond near the load and up to a few far from it, does not grow with agents.
func EvalA(agents float64, l Line) (MeasuresA, error) {
	if err := l.check(agents, true); err != nil {
		return MeasuresA{}, err
	}
	return evalA(agents, l), nil
}

func evalA(n float64, l Line) MeasuresA {
	if n < fewestAgents {
		n = 0
	}
	switch {
	case l.neverHangsUp():
		return neverAbandons(n, l)
	case n == 0:
		return nobodyServes(l)
	}
	d := newDemandA(l)
	q := d.queue(n, idleRatio(n, l.Load))
	t := q.tail()
	w := waiting(q.x, d.y, q.diff, q.low)

	abandon := min(1, q.wait*w.abandoned/w.all)
	answered := 1 - abandon
	if abandon > 0.5 { // the sum of what is answered at once and later loses no digits
		answered = q.answered()
	}
	short := q.shortAbandons(abandon, t)
	over := d.patient * t.virtual
	within := max(0, answered-t.answered)
	return MeasuresA{
		PWait:               q.wait,
		PAbandon:            abandon,
		PWaitOverT:          over,
		PVirtualOverT:       t.virtual,
		SLOffered:           within,
		SLAnswered:          min(1, within/answered),
		SLInclAbandons:      1 - over,
		SLExclShortAbandons: within / (within + over),
		SLVirtual:           1 - t.virtual,
		PAbandonWithinT:     short,
		ASAAnswered:         q.wait * w.vServed / w.all / answered * l.Patience,
		WaitAll:             abandon * l.Patience,
		WaitAbandoned:       w.rAband / w.abandoned * l.Patience,
		WaitVirtual:         q.wait * w.virtual(d.y) / w.all * l.AHT / n,
		QueueLen:            d.y * abandon,
		Occupancy:           min(1, l.Load*answered/n),
	}
}

// A demandA is what the measures of an M/M/n+M queue need of its line, whatever the agents.
type demandA struct {
	Line
	per       float64 // patience / AHT
	u         float64 // T / patience
	patient   float64 // z = P(R > T)
	gone      float64 // 1 - z
	bendShare float64 // (z - 1 + u)/u
	y         float64 // load·per
}

func newDemandA(l Line) demandA {
	u := l.patiences(l.Target)
	d := demandA{Line: l, per: l.Patience / l.AHT, u: u}
	switch {
	case u == 0:
		d.patient = 1
	case math.IsInf(u, 1):
		d.gone, d.bendShare = 1, 1
	default:
		stay, bend := decay(u)
		d.patient, d.gone, d.bendShare = stay, 1-stay, bend/u
		if u < 0.5 {
			d.gone = u - bend
		}
	}
	d.y = l.Load * d.per
	return d
}

// withLoad is d for another load.
func (d demandA) withLoad(load float64) demandA {
	d.Load, d.y = load, load*d.per
	return d
}

// A queueA holds what every measure of an M/M/n+M queue starts from. n > 0, patience finite.
type queueA struct {
	*demandA
	n          float64
	x, diff    float64 // n·patience/AHT, y - x
	rho        float64 // load / n
	low, far   lower   // A(x, y), A(x, y·z)
	idleWeight float64 // J(n, load), scaled as low is
	wait, idle float64 // P(V > 0) and its complement
}

// queue returns the queue of n agents; j is J(n, load).
func (d *demandA) queue(n, j float64) queueA {
	q := queueA{demandA: d, n: n, x: n * d.per, diff: (d.Load - n) * d.per, rho: d.Load / n}
	if d.u == 0 || d.neverEnds() {
		q.low = lowerRatio(q.x, d.y, q.diff)
	} else {
		q.low, q.far = lowerPair(q.x, d.y, q.diff, d.y*d.patient, d.y*d.gone)
	}
	q.idleWeight = j
	if q.low.dev > 0 {
		q.idleWeight *= exp(-q.low.dev)
	}
	r := q.idleWeight / q.low.scaled
	q.wait = 1 / (1 + r)
	if q.idle = 1 - q.wait; r < 1 {
		q.idle = r * q.wait
	}
	return q
}

// servedOf is P(R > V | V > 0) where A(x, y) is low and the load rho per agent.
func (l *lower) servedOf(rho float64) float64 { return l.beyond / rho }

// answered is the share answered as the sum of those who wait and those who do not.
func (q *queueA) answered() float64 { return q.idle + q.wait*q.low.servedOf(q.rho) }

// A tailA holds what happens after T.
type tailA struct {
	virtual  float64 // P(V > T)
	answered float64 // P(V > T, R > V)
}

// tail returns the tail at T >= 0 seconds. With z = P(R > T), P(V > T) =
// P(V > 0)·P(x, yz)/P(x, y), P the lower gamma probabilities, and a call that still waits
// then sees the queue with y·z in place of y (Zeltyn and Mandelbaum 2005).
func (q *queueA) tail() tailA {
	var t tailA
	switch {
	case q.wait == 0 || q.neverEnds():
	case q.u == 0:
		t.virtual = q.wait
		t.answered = q.wait * q.low.servedOf(q.rho)
	default:
		t.virtual = min(q.wait, q.fade()*q.far.scaled/(q.idleWeight+q.low.scaled))
		t.answered = t.virtual * q.far.servedOf(q.rho)
	}
	return t
}

// fade returns the factor between the lower ratios at y·z and at y, which is
// exp(-n·T/AHT + y(1-z)) times their scales, in the form that cancels least.
func (q *queueA) fade() float64 {
	services := q.Target / q.AHT
	switch {
	case q.low.dev > 0 && q.far.dev > 0:
		return 1
	case q.low.dev > 0 && q.u > 600: // deviance where y·z is below floating point
		return exp(q.x * (1 + math.Log(q.rho) - q.u))
	case q.low.dev > 0:
		rest := q.y * q.patient
		return exp(-deviance(q.x, rest, rest-q.x))
	case q.diff > 0:
		return exp(q.y*q.gone - q.n*services)
	}
	return exp((q.Load-q.n)*services - q.Load*services*q.bendShare)
}

// bendShare returns (e⁻ᵘ - 1 + u)/u, from 0 at 0 to 1 at +Inf.
func bendShare(u float64) float64 {
	switch {
	case u == 0:
		return 0
	case math.IsInf(u, 1):
		return 1
	}
	_, bend := decay(u)
	return bend / u
}

// shortAbandons returns P(R < V, R <= T), given P(R < V).
func (q *queueA) shortAbandons(abandon float64, t tailA) float64 {
	later := q.patient * t.virtual
	if later <= 0x1p-60*abandon {
		return abandon
	}
	// Those who give up after T subtracted from all: good unless it is a small difference.
	if direct := abandon - (later - t.answered); 200*direct > abandon+t.virtual {
		return direct
	}
	// Otherwise R < T < V as a product, and R < V < T by integrating over V.
	d := newWaitDensity(q.x, q.y, q.diff)
	perWeight := q.wait * q.x * exp(d.logMode()-q.low.dev) / q.low.scaled
	return min(abandon, q.gone*t.virtual+perWeight*d.over(0, q.u).abandoned)
}
