package erlang

import "math"

// A tally counts what becomes of the callers of an interval within T, as shares of them.
type tally struct {
	late    float64 // still wait at T
	gone    float64 // gave up within T
	virtual float64 // would still wait at T if patient without end
}

// levelSteady follows those who arrived so far for T seconds, in which nothing changes.
func (g *daySolver) levelSteady(r regime, seconds float64, t *tally) {
	if g.d.Target == 0 || math.IsInf(g.d.Target, 1) {
		return
	}
	start := func() *board {
		g.push.reset(r.s)
		g.push.addWaiting(&g.mean, 1/seconds)
		return &g.push
	}
	exponent := g.d.Target * r.theta
	gone := g.runner.runHeld(start(), r, g.d.Target, false)
	left := g.push.sum()
	t.gone += gone
	if !r.loss {
		t.late += left
	}
	if exponent > farExponent {
		g.runner.runHeld(start(), r, g.d.Target, true)
		left, exponent = g.push.sum(), 0
	}
	t.virtual += left * math.Exp(exponent)
}

// farExponent bounds the integral of the rate of giving up over T up to which a patient caller's
// chance to wait is taken from that of callers, as that times the exponential. Beyond, digits
// would get lost, and the patient caller is followed on his own.
const farExponent = 4

// levelAcross follows those who arrive after from, for T seconds that end in other staffing. The
// arrival instant is integrated over piece by piece between the instants from which T reaches
// the end of another interval.
func (g *daySolver) levelAcross(i int, from, seconds float64, f *fate, t *tally) {
	r := g.regimes[i]
	at := from
	for at < seconds {
		end := g.nextPiece(i, at, seconds)
		pieces := g.pieces(r, end-at)
		for p := range pieces {
			to := at + (end-at)*float64(p+1)/float64(pieces)
			start := at + (end-at)*float64(p)/float64(pieces)
			g.gauss(i, start, to, seconds, f, t)
		}
		at = end
	}
}

// pieces returns into how many parts a stretch is cut, so that the law moves little enough in
// each for the nodes of Gauss and Legendre.
func (g *daySolver) pieces(r regime, length float64) int {
	scale := math.Max(5, 3*math.Sqrt(float64(max(r.s, g.sys.base.hi))))
	return 1 + int(((r.lambda+float64(r.s)*r.mu)/scale+r.theta/3)*length)
}

// nextPiece returns where the piece ends that begins at the offset at of interval i: the next
// instant from which T reaches the end of an interval, or the end of this one.
func (g *daySolver) nextPiece(i int, at, seconds float64) float64 {
	edge := 0.0
	for n := i; n < len(g.regimes); n++ {
		edge += g.d.Intervals[n].Seconds
		if start := edge - g.d.Target; start > at+1e-9*seconds {
			return min(start, seconds)
		}
	}
	return seconds
}

// gauss integrates over the arrival instants start to to of interval i.
func (g *daySolver) gauss(i int, start, to, seconds float64, f *fate, t *tally) {
	r, at := g.regimes[i], start
	for n, x := range legendreX {
		instant := start + (to-start)*x
		g.advance(r, instant-at, seconds, f)
		at = instant
		w := legendreW[n] * (to - start) / seconds
		start := func() {
			g.push.reset(r.s)
			g.push.addWaiting(&g.sys, w)
		}
		start()
		gone, late, exponent := g.follow(i, seconds-instant, false)
		left := g.push.sum()
		t.gone += gone
		t.late += late
		if exponent > farExponent {
			start()
			g.follow(i, seconds-instant, true)
			left, exponent = g.push.sum(), 0
		}
		t.virtual += left * math.Exp(exponent)
	}
	g.advance(r, to-at, seconds, f)
}

// follow moves push on for T seconds, of which the first rest are in interval i. It returns the
// share that gave up, the share that still waits, and the integral of the rate of giving up. In
// an interval without patience the callers go, and push holds the patient ones in their place.
func (g *daySolver) follow(i int, rest float64, patient bool) (gone, late, exponent float64) {
	left, real := g.d.Target, !g.regimes[i].loss
	last := len(g.regimes) - 1
	for n := i; left > 0; n = min(n+1, last) {
		r, dt := g.regimes[n], g.d.Intervals[n].Seconds
		if n == i {
			dt = rest
		} else {
			g.push.restaffWaiting(&g.late, r.s, g.d.ShiftEnd)
			g.push, g.late = g.late, g.push
		}
		if n == last {
			dt = left
		}
		if r.loss && n > i {
			if real {
				gone += g.push.sum()
			}
			real = false
			g.push.toFront()
		}
		dt = min(dt, left)
		if leaves := g.runner.runHeld(&g.push, r, dt, patient); real {
			gone += leaves
		}
		exponent += dt * r.theta
		left -= dt
	}
	if real {
		late = g.push.sum()
	}
	return gone, late, exponent
}

// record writes what is known of interval i at its end.
func (g *daySolver) record(i int, t *tally) {
	v, r, m := g.d.Intervals[i], g.regimes[i], &g.out.Intervals[i]
	m.Calls = v.Calls
	busy, queue := g.mean.busyQueue()
	m.Busy, m.QueueLen = busy/v.Seconds, queue/v.Seconds
	m.PWait = min(1, g.mean.waiting()/v.Seconds)
	a, spent := r.lambda/r.mu, v.Seconds*r.mu
	m.LoadMean = a + (g.load-a)*-math.Expm1(-spent)/spent
	g.load = a + (g.load-a)*math.Exp(-spent)
	m.LoadEnd = g.load
	if g.d.Target == 0 {
		t.late, t.virtual = m.PWait, m.PWait
	}
	if r.loss {
		t.gone, t.late = m.PWait, 0
	}
	m.PAbandonWithinT = min(1, t.gone)
	m.SLInclAbandons = max(0, 1-t.late)
	m.SLOffered = max(0, 1-t.late-t.gone)
	m.SLVirtual = max(0, 1-t.virtual)
}

// complete fills the measures that need the fate of all callers.
func (m *IntervalMeasures) complete(target float64) {
	if math.IsInf(target, 1) {
		m.PAbandonWithinT = m.PAbandon
		m.SLOffered = 1 - m.PAbandon
		m.SLVirtual = 1
		m.SLInclAbandons = 1
	}
	m.ratios(m.SLOffered, 1-m.SLInclAbandons)
}

// The nodes and weights of Gauss and Legendre on 0 to 1.
var legendreX, legendreW = legendre(7)

// legendre finds the roots of the Legendre polynomial by Newton steps from their asymptotic
// places (Abramowitz and Stegun 25.4.30).
func legendre(n int) (x, w []float64) {
	x, w = make([]float64, n), make([]float64, n)
	for i := range n {
		z := -math.Cos(math.Pi * (float64(i) + 0.75) / (float64(n) + 0.5))
		var slope float64
		for range 20 {
			p, before := 1.0, 0.0
			for k := range n {
				p, before = (float64(2*k+1)*z*p-float64(k)*before)/float64(k+1), p
			}
			slope = float64(n) * (z*p - before) / (z*z - 1)
			z -= p / slope
		}
		x[i] = (1 + z) / 2
		w[i] = 1 / ((1 - z*z) * slope * slope)
	}
	return x, w
}
