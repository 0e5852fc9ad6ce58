package erlang

import "math"

// A daySolver walks through a day once, from interval to interval.
type daySolver struct {
	d       *Day
	regimes []regime
	out     DayMeasures

	sys, sysNext, sysEnd board // the calls in the system
	now, next, end       callers
	mean, span, late     board // integrals of sys over time
	k                    kernel
	j                    jumps

	fresh  callers  // of this interval, each arrival having the weight 1 in all
	older  []cohort // of earlier intervals, as long as they wait
	spare  []callers
	runner runner
	push   board
	load   float64 // m(t), erlangs
}

// A cohort is the callers of an interval.
type cohort struct {
	interval int
	callers
	fate
}

func newDaySolver(d *Day) *daySolver {
	g := &daySolver{d: d}
	for _, v := range d.Intervals {
		g.regimes = append(g.regimes, v.regime())
	}
	g.out.Intervals = make([]IntervalMeasures, len(d.Intervals))
	g.sys.s = g.regimes[0].s
	g.sys.base.cover(0, 1)
	g.sys.base.v[pad] = 1
	if d.Start != nil {
		g.sys.base.cover(0, len(d.Start))
		copy(g.sys.base.cells(), d.Start)
	}
	for n, p := range d.Start {
		g.load += float64(n) * p
	}
	g.sys.trim()
	return g
}

// interval solves interval i, given the state at the end of the one before.
func (g *daySolver) interval(i int) {
	r, seconds := g.regimes[i], g.d.Intervals[i].Seconds
	if i > 0 {
		g.handOver(r)
	}
	if r.loss {
		g.hangUpAll()
	}
	for c := range g.older {
		g.runner.run(&g.older[c].callers, r, seconds, &g.older[c].fate)
	}
	g.retire()

	g.fresh.reset(r.s)
	g.mean.reset(r.s)
	f, t := fate{}, tally{}
	steady := min(seconds, max(0, g.lasts(i)-g.d.Target))
	if g.d.Target == 0 || math.IsInf(g.d.Target, 1) {
		steady = seconds // no caller has to be followed
	}
	open := min(max(0, seconds-r.drain(g.ceiling(r, seconds), g.sys.layers())), steady)
	if open > 0 {
		g.advanceClosed(r, open, seconds, &f)
	}
	if steady > open {
		g.advance(r, steady-open, seconds, &f)
	}
	g.levelSteady(r, seconds, &t)
	if steady < seconds {
		g.levelAcross(i, steady, seconds, &f, &t)
	}
	g.record(i, &t)
	g.older = append(g.older, cohort{i, g.take(), f})
}

// lasts returns for how long from the start of interval i nothing changes for a call in queue.
func (g *daySolver) lasts(i int) float64 {
	t := 0.0
	for n := i; n < len(g.regimes); n++ {
		if !g.regimes[i].servesLike(g.regimes[n]) {
			return t
		}
		t += g.d.Intervals[n].Seconds
	}
	return math.Inf(1) // the last staffing stays
}

// handOver changes the staffing of everything.
func (g *daySolver) handOver(r regime) {
	g.sys.restaffSystem(&g.sysNext, r.s, g.d.ShiftEnd)
	g.sys, g.sysNext = g.sysNext, g.sys
	for c := range g.older {
		g.older[c].restaff(&g.next, r.s, g.d.ShiftEnd)
		g.older[c].callers, g.next = g.next, g.older[c].callers
	}
}

// hangUpAll empties the queue at the start of an interval in which nobody waits.
func (g *daySolver) hangUpAll() {
	for c := range g.older {
		o := &g.older[c]
		o.abandon += o.held.sum()
		o.waitAbandon += o.aged.sum()
		o.reset(o.held.s)
	}
	s := g.sys.s
	g.sysNext.reset(s)
	g.sysNext.base.add(&g.sys.base, 0, 0, 1)
	g.sysNext.base.hi = min(g.sysNext.base.hi, s+1)
	g.sysNext.base.cover(s, s+1)
	for n := s + 1; n < g.sys.base.hi; n++ {
		g.sysNext.base.v[s+pad] += g.sys.base.at(n)
	}
	for j := range g.sys.layers() {
		g.sysNext.place(s+1+j, 0, g.sys.over[j].sum())
	}
	g.sys, g.sysNext = g.sysNext, g.sys
	g.sys.trim()
}

// retire closes the books of the cohorts of which nobody waits any more.
func (g *daySolver) retire() {
	kept := g.older[:0]
	for _, c := range g.older {
		if !c.callers.empty() {
			kept = append(kept, c)
			continue
		}
		g.settle(&c)
		g.spare = append(g.spare, c.callers)
	}
	g.older = kept
}

// take hands out the fresh callers and puts unused memory in their place.
func (g *daySolver) take() callers {
	c := g.fresh
	g.fresh = callers{}
	if n := len(g.spare); n > 0 {
		g.fresh, g.spare = g.spare[n-1], g.spare[:n-1]
	}
	return c
}

// settle writes the fate of a cohort to its interval.
func (g *daySolver) settle(c *cohort) {
	m := &g.out.Intervals[c.interval]
	m.PAbandon = min(1, c.abandon)
	m.WaitAll = c.wait
	m.WaitAnswered = max(0, c.wait-c.waitAbandon)
	if c.stranded > 1e-12 {
		m.WaitAll = math.Inf(1)
	}
}

// advance moves the calls in the system on by dt seconds and feeds the fresh callers. The time
// integral of the law is added to mean.
func (g *daySolver) advance(r regime, dt, seconds float64, f *fate) {
	for room := 0; !g.try(r, dt, seconds, room, true, f); {
		room = 2*room + 50
	}
	g.mean.add(&g.span, 1)
}

// advanceClosed is advance for arrivals of whom nobody waits when the interval ends. What becomes
// of them is known in closed form, and they need not be followed.
func (g *daySolver) advanceClosed(r regime, dt, seconds float64, f *fate) {
	for room := 0; !g.try(r, dt, seconds, room, false, f); {
		room = 2*room + 50
	}
	g.mean.add(&g.span, 1)
	if !r.loss {
		g.next.reset(r.s)
		g.next.held.addWaiting(&g.span, 1/seconds)
		r.ends(&g.next, f)
	}
}

// ceiling returns the most calls the system may hold during dt seconds from now.
func (g *daySolver) ceiling(r regime, dt float64) int {
	return r.ceiling(max(g.top(), r.s), dt)
}

// try moves on with room more places than seem needed, and the fresh callers if follow. It reports false, and has changed
// nothing, when calls got lost at the ceiling.
func (g *daySolver) try(r regime, dt, seconds float64, room int, follow bool, f *fate) bool {
	top := g.ceiling(r, dt)
	if !r.loss {
		top += room
	}
	g.k.prepareSystem(r, top, g.sys.layers())
	g.j.set(g.k.rate * dt)
	g.sysNow(r.s)
	var sum fate
	for n := 0; ; n++ {
		if w := g.j.weight(n); w > 0 {
			g.sysEnd.add(&g.sysNext, w)
			g.end.add(&g.now, w)
		}
		stay := g.j.beyond(n) / g.k.rate
		g.span.add(&g.sysNext, stay)
		held := g.now.held.sum()
		sum.wait += stay * held
		sum.abandon += stay * held * r.theta
		sum.waitAbandon += stay * g.now.aged.sum() * r.theta
		if n == g.j.last() {
			break
		}
		g.k.stepSystem(&g.late, &g.sysNext)
		if follow && !r.loss {
			g.k.stepCallers(&g.next, &g.now)
			g.next.held.addWaiting(&g.sysNext, 1/(seconds*g.k.rate))
			g.now, g.next = g.next, g.now
		}
		g.sysNext, g.late = g.late, g.sysNext
	}
	if g.overflow(r) > 1e-11 {
		return false
	}
	if r.loss {
		sum.abandon = g.span.waiting() / seconds
	}
	f.wait += sum.wait
	f.abandon += sum.abandon
	f.waitAbandon += sum.waitAbandon
	g.sys, g.sysEnd = g.sysEnd, g.sys
	g.fresh, g.end = g.end, g.fresh
	return true
}

// overflow returns the expected number of calls that got lost at the ceiling during span.
func (g *daySolver) overflow(r regime) float64 {
	if r.loss {
		return 0
	}
	p := g.span.base.at(g.k.top)
	for j := range g.span.layers() {
		p += g.span.over[j].at(g.k.top - r.s)
	}
	return p * r.lambda
}

// sysNow prepares the working copies of a try.
func (g *daySolver) sysNow(s int) {
	g.sysNext.copyOf(&g.sys)
	g.now.copyOf(&g.fresh)
	g.sysEnd.reset(s)
	g.end.reset(s)
	g.span.reset(s)
}

// top returns the most calls the system may hold now.
func (g *daySolver) top() int {
	top := max(g.sys.base.hi, g.sys.s)
	for j := range g.sys.layers() {
		top = max(top, g.sys.s+g.sys.over[j].hi)
	}
	return top
}

// finish serves the queue that the last interval leaves and sums up the day.
func (g *daySolver) finish() DayMeasures {
	last := g.regimes[len(g.regimes)-1]
	for c := range g.older {
		o := &g.older[c]
		last.ends(&o.callers, &o.fate)
		g.settle(o)
	}
	for i := range g.out.Intervals {
		m := &g.out.Intervals[i]
		m.complete(g.d.Target)
	}
	g.out.Day = g.out.total(g.d)
	g.out.End = g.inSystem()
	return g.out
}

// inSystem returns the law of the number of calls in the system.
func (g *daySolver) inSystem() []float64 {
	var all strip
	all.add(&g.sys.base, 0, 0, 1)
	for j := range g.sys.layers() {
		all.add(&g.sys.over[j], 0, g.sys.s+1+j, 1)
	}
	end := make([]float64, all.hi)
	sum := all.sum()
	for n := range end {
		end[n] = all.at(n) / sum
	}
	return end
}
