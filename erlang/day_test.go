package erlang

import (
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"
)

// roughDay is a day with everything that can change changing.
func roughDay(rule ShiftEnd) Day {
	return Day{ShiftEnd: rule, Target: 60, Intervals: []DayInterval{
		{Seconds: 900, Calls: 10, AHT: 200, Patience: 150, Agents: 3},
		{Seconds: 900, Calls: 14, AHT: 200, Patience: 150, Agents: 5},
		{Seconds: 900, Calls: 12, AHT: 240, Patience: 120, Agents: 2},
		{Seconds: 450, Calls: 0, AHT: 240, Patience: 120, Agents: 1},
		{Seconds: 900, Calls: 6, AHT: 240, Patience: 300, Agents: 2},
	}}
}

// A dense oracle: states as pairs of busy agents and calls waiting, matrix exponentials over
// steps of 5 s, no windows, no cohorts.
type oracle struct {
	rule      ShiftEnd
	most      int            // calls waiting
	index     map[[2]int]int // of a state (busy, queue)
	states    [][2]int
	gone, got int // absorbing states of a caller: hung up, answered
}

func newOracle(rule ShiftEnd, agents, most int) *oracle {
	o := &oracle{rule: rule, most: most, index: map[[2]int]int{}}
	for b := 0; b <= agents; b++ {
		for q := 0; q <= most; q++ {
			o.index[[2]int{b, q}] = len(o.states)
			o.states = append(o.states, [2]int{b, q})
		}
	}
	o.gone, o.got = len(o.states), len(o.states)+1
	return o
}

// system returns the transition matrix of the calls in the system over dt seconds.
func (o *oracle) system(r regime, dt float64) *mat.Dense {
	q := mat.NewDense(len(o.states), len(o.states), nil)
	for i, s := range o.states {
		busy, queue := s[0], s[1]
		if busy < r.s && queue > 0 {
			continue // not reached
		}
		to := [2]int{busy + 1, queue}
		if busy >= r.s {
			to = [2]int{busy, queue + 1}
		}
		o.jump(q, i, to, r.lambda)
		to = [2]int{busy - 1, queue}
		if busy <= r.s && queue > 0 {
			to = [2]int{busy, queue - 1}
		}
		o.jump(q, i, to, float64(busy)*r.mu)
		o.jump(q, i, [2]int{busy, queue - 1}, float64(queue)*r.theta)
	}
	return exponential(q, dt)
}

// caller returns the same for a caller who waits behind queue others.
func (o *oracle) caller(r regime, dt float64) *mat.Dense {
	n := len(o.states) + 2
	q := mat.NewDense(n, n, nil)
	for i, s := range o.states {
		busy, queue := s[0], s[1]
		add(q, i, o.gone, r.theta)
		switch {
		case busy < r.s:
			continue // not reached
		case busy > r.s:
			o.jump(q, i, [2]int{busy - 1, queue}, float64(busy)*r.mu)
		case queue == 0:
			add(q, i, o.got, float64(busy)*r.mu)
		default:
			o.jump(q, i, [2]int{busy, queue - 1}, float64(busy)*r.mu)
		}
		o.jump(q, i, [2]int{busy, queue - 1}, float64(queue)*r.theta)
	}
	return exponential(q, dt)
}

func (o *oracle) jump(q *mat.Dense, from int, to [2]int, rate float64) {
	if i, ok := o.index[to]; ok {
		add(q, from, i, rate)
	}
}

func add(q *mat.Dense, from, to int, rate float64) {
	q.Set(from, to, q.At(from, to)+rate)
	q.Set(from, from, q.At(from, from)-rate)
}

func exponential(q *mat.Dense, dt float64) *mat.Dense {
	q.Scale(dt, q)
	var e mat.Dense
	e.Exp(q)
	return &e
}

// restaff returns where the calls in a state find themselves with other staffing.
func (o *oracle) restaff(s [2]int, from, to int) [2]int {
	busy, queue := s[0], s[1]
	if o.rule == Preempt && busy > to {
		busy, queue = to, queue+busy-to
	}
	if up := min(queue, to-busy); up > 0 {
		busy, queue = busy+up, queue-up
	}
	return [2]int{busy, min(queue, o.most)}
}

// restaffCaller returns where a caller behind queue others finds himself, (-1, -1) with an agent.
func (o *oracle) restaffCaller(s [2]int, to int) [2]int {
	busy, queue := s[0], s[1]
	if o.rule == Preempt && busy > to {
		return [2]int{to, min(queue+busy-to, o.most)}
	}
	if queue < to-busy {
		return [2]int{-1, -1}
	}
	if up := to - busy; up > 0 {
		return [2]int{to, queue - up}
	}
	return s
}

// solve returns the share answered within T, the share that hangs up, and the mean queue of every
// interval, on a grid of step seconds with Simpson's rule.
func (o *oracle) solve(d Day, step float64) (level, abandon, queue []float64) {
	var regimes []regime
	var firsts []int // first grid point of an interval
	points := 0
	for _, v := range d.Intervals {
		regimes = append(regimes, v.regime())
		firsts = append(firsts, points)
		points += int(v.Seconds / step)
	}
	of := func(k int) int {
		i := 0
		for i+1 < len(firsts) && k >= firsts[i+1] {
			i++
		}
		return i
	}
	var callers []*mat.Dense
	for _, r := range regimes {
		callers = append(callers, o.caller(r, step))
	}
	// back applies a step of the caller from grid point k to k+1, seen from k.
	back := func(v *mat.VecDense, k int) *mat.VecDense {
		i := of(k)
		if k+1 < points && of(k+1) != i { // staffing changes at k+1
			w := mat.NewVecDense(v.Len(), nil)
			w.CopyVec(v)
			for n, s := range o.states {
				if to := o.restaffCaller(s, regimes[i+1].s); to[0] < 0 {
					w.SetVec(n, v.AtVec(o.got))
				} else {
					w.SetVec(n, v.AtVec(o.index[to]))
				}
			}
			v = w
		}
		var out mat.VecDense
		out.MulVec(callers[i], v)
		return &out
	}
	unit := func(at int) *mat.VecDense {
		v := mat.NewVecDense(len(o.states)+2, nil)
		v.SetVec(at, 1)
		return v
	}
	// What becomes of a caller in the end, from every grid point on.
	ends := make([]*mat.VecDense, points+1)
	v := unit(o.gone)
	for range int(20000 / step) {
		v = back(v, points+1)
	}
	ends[points] = v
	for k := points - 1; k >= 0; k-- {
		ends[k] = back(ends[k+1], k)
	}
	// Answered within T of grid point k. Where T ends with an interval, agents who come then
	// count half: that is the mean of the two sides of a jump.
	within := func(k int) *mat.VecDense {
		n := int(d.Target / step)
		v := back(unit(o.got), k+n-1)
		if i := of(k + n - 1); k+n < points && of(k+n) != i {
			var early mat.VecDense
			early.MulVec(callers[i], unit(o.got))
			v.AddVec(v, &early)
			v.ScaleVec(0.5, v)
		}
		for n--; n > 0; n-- {
			v = back(v, k+n-1)
		}
		return v
	}
	law := mat.NewVecDense(len(o.states), nil)
	law.SetVec(o.index[[2]int{0, 0}], 1)
	for i := range regimes {
		if i > 0 {
			next := mat.NewVecDense(law.Len(), nil)
			for n, s := range o.states {
				to := o.index[o.restaff(s, regimes[i-1].s, regimes[i].s)]
				next.SetVec(to, next.AtVec(to)+law.AtVec(n))
			}
			law = next
		}
		m := o.system(regimes[i], step)
		steps := int(d.Intervals[i].Seconds / step)
		var sl, ab, ql float64
		for k := 0; k <= steps; k++ {
			w := 2.0 + 2*float64(k%2)
			if k == 0 || k == steps {
				w = 1
			}
			w /= 3 * float64(steps)
			at := firsts[i] + k
			in, end := within(at), ends[at]
			if k == steps && i+1 < len(regimes) { // just before the change
				in, end = o.beforeChange(in, regimes[i+1].s), o.beforeChange(end, regimes[i+1].s)
			}
			for n, s := range o.states {
				p := w * law.AtVec(n)
				if s[0] < regimes[i].s {
					sl += p
				} else {
					sl += p * in.AtVec(n)
					ab += p * end.AtVec(n)
				}
				ql += p * float64(s[1])
			}
			var next mat.VecDense
			if k < steps {
				next.MulVec(m.T(), law)
				law = &next
			}
		}
		level, abandon, queue = append(level, sl), append(abandon, ab), append(queue, ql)
	}
	return level, abandon, queue
}

// beforeChange turns what becomes of a caller just after a change of staffing into just before.
func (o *oracle) beforeChange(v *mat.VecDense, to int) *mat.VecDense {
	w := mat.NewVecDense(v.Len(), nil)
	w.CopyVec(v)
	for n, s := range o.states {
		if t := o.restaffCaller(s, to); t[0] < 0 {
			w.SetVec(n, v.AtVec(o.got))
		} else {
			w.SetVec(n, v.AtVec(o.index[t]))
		}
	}
	return w
}

func TestDayAgainstMatrixExponentials(t *testing.T) {
	for _, rule := range []ShiftEnd{Exhaustive, Preempt} {
		d := roughDay(rule)
		for i := range d.Intervals { // on the grid
			d.Intervals[i].Seconds = 300
			d.Intervals[i].Calls /= 3
		}
		d.Target = 40
		level, abandon, queue := newOracle(rule, 5, 13).solve(d, 5)
		m, err := EvalDay(d)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range m.Intervals {
			for _, c := range []struct {
				what      string
				got, want float64
			}{{"SL", v.SLOffered, level[i]}, {"abandonment", v.PAbandon, abandon[i]}, {"queue", v.QueueLen, queue[i]}} {
				if !(math.Abs(c.got-c.want) < 5e-6) { // Simpson's rule and the room for 13 waiting
					t.Errorf("%v, interval %d: %s = %.9f, by matrix exponentials %.9f", rule, i, c.what, c.got, c.want)
				}
			}
		}
	}
}

// In a day that never changes the service settles at that of the steady state.
func TestDaySettles(t *testing.T) {
	for _, tt := range []struct {
		agents                      int
		load, aht, patience, target float64
	}{
		{5, 4, 180, 120, 20},
		{20, 24, 300, 240, 90},
		{12, 9, 200, math.Inf(1), 30},
		{7, 6, 200, 0, 30},
		{6, 5, 200, 100, 0},
		{6, 5, 200, 100, math.Inf(1)},
		{0, 3, 200, 100, 30},
	} {
		l := Line{Load: tt.load, AHT: tt.aht, Patience: tt.patience, Target: tt.target}
		want, err := EvalA(float64(tt.agents), l)
		if err != nil {
			t.Fatal(err)
		}
		d := Day{ShiftEnd: Preempt, Target: tt.target}
		for range 12 {
			d.Intervals = append(d.Intervals, DayInterval{3600, tt.load * 3600 / tt.aht, tt.aht, tt.patience, tt.agents})
		}
		m, err := EvalDay(d)
		if err != nil {
			t.Fatal(err)
		}
		got := m.Intervals[10]
		near := func(what string, got, want float64) {
			if !(math.Abs(got-want) <= 2e-8*(1+math.Abs(want))) { // the doc comment promises 1e-8 of a share, 1e-6 s of a wait
				t.Errorf("%v: %s = %.12g, steady state %.12g", tt, what, got, want)
			}
		}
		near("P(wait)", got.PWait, want.PWait)
		near("abandonment", got.PAbandon, want.PAbandon)
		near("abandonment within T", got.PAbandonWithinT, want.PAbandonWithinT)
		for def := SLOffered; def <= SLVirtual; def++ {
			near(def.String(), got.ServiceLevel(def), want.ServiceLevel(def))
		}
		if tt.agents > 0 {
			near("ASA", got.ASAAnswered, want.ASAAnswered)
		}
		near("wait", got.WaitAll, want.WaitAll)
		near("queue", got.QueueLen, want.QueueLen)
		near("busy", got.Busy, want.Occupancy*float64(tt.agents))
		near("load", got.LoadMean, tt.load)
	}
}

// Cutting intervals in pieces changes nothing.
func TestDayInPieces(t *testing.T) {
	for _, rule := range []ShiftEnd{Exhaustive, Preempt} {
		d := roughDay(rule)
		whole, err := EvalDay(d)
		if err != nil {
			t.Fatal(err)
		}
		cut := Day{ShiftEnd: rule, Target: d.Target}
		for _, v := range d.Intervals {
			v.Seconds, v.Calls = v.Seconds/3, v.Calls/3
			cut.Intervals = append(cut.Intervals, v, v, v)
		}
		parts, err := EvalDay(cut)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range whole.Intervals {
			var sl, ab, wait, answered, queue float64
			for _, p := range parts.Intervals[3*i : 3*i+3] {
				sl, ab, wait = sl+p.SLOffered/3, ab+p.PAbandon/3, wait+p.WaitAll/3
				answered, queue = answered+p.WaitAnswered/3, queue+p.QueueLen/3
			}
			for k, pair := range [][2]float64{{sl, v.SLOffered}, {ab, v.PAbandon}, {wait, v.WaitAll}, {answered, v.WaitAnswered}, {queue, v.QueueLen}} {
				if !(math.Abs(pair[0]-pair[1]) < 1e-8*(1+pair[1])) {
					t.Errorf("%v, interval %d, measure %d: in pieces %.12g, whole %.12g", rule, i, k, pair[0], pair[1])
				}
			}
		}
	}
}

// A day cut in two, the second half starting where the first ends, is the same day.
func TestDayGoesOn(t *testing.T) {
	d := roughDay(Preempt)
	whole, _ := EvalDay(d)
	first, second := d, d
	first.Intervals, second.Intervals = d.Intervals[:2], d.Intervals[2:]
	m, err := EvalDay(first)
	if err != nil {
		t.Fatal(err)
	}
	second.Start = m.End
	rest, err := EvalDay(second)
	if err != nil {
		t.Fatal(err)
	}
	for i, v := range rest.Intervals {
		if math.Abs(v.SLOffered-whole.Intervals[i+2].SLOffered) > 1e-9 {
			t.Errorf("interval %d: %v after a cut, %v without", i, v.SLOffered, whole.Intervals[i+2].SLOffered)
		}
	}
}

func drawDay(t *rapid.T) Day {
	d := Day{ShiftEnd: ShiftEnd(rapid.IntRange(1, 2).Draw(t, "rule")), Target: rapid.SampledFrom([]float64{0, 5, 40, 200}).Draw(t, "T")}
	patience := rapid.SampledFrom([]float64{10, 60, 300, math.Inf(1)}).Draw(t, "patience")
	for range rapid.IntRange(1, 3).Draw(t, "intervals") {
		d.Intervals = append(d.Intervals, DayInterval{
			Seconds:  rapid.SampledFrom([]float64{60, 300}).Draw(t, "seconds"),
			Calls:    rapid.Float64Range(0, 30).Draw(t, "calls"),
			AHT:      rapid.Float64Range(10, 300).Draw(t, "aht"),
			Patience: patience,
			Agents:   rapid.IntRange(0, 12).Draw(t, "agents"),
		})
	}
	return d
}

func TestDayRelations(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawDay(t)
		d.Intervals = append(d.Intervals, DayInterval{600, 3, 60, d.Intervals[0].Patience, 6})
		m, err := EvalDay(d)
		if err != nil {
			t.Fatal(err)
		}
		const slack = 1e-8
		for i, v := range m.Intervals {
			for _, p := range []float64{v.PWait, v.PAbandon, v.PAbandonWithinT, v.SLOffered, v.SLAnswered, v.SLInclAbandons, v.SLExclShortAbandons, v.SLVirtual} {
				if !(p >= 0 && p <= 1) {
					t.Fatalf("interval %d: a share of %v: %+v", i, p, v)
				}
			}
			// Of next to nobody who is answered or stays, shares are rounding.
			if v.PAbandon < 1-1e-6 && v.SLOffered > v.SLExclShortAbandons+slack || v.PAbandon < 1-1e-6 && v.SLExclShortAbandons > v.SLAnswered+slack ||
				v.SLOffered > v.SLVirtual+slack || v.SLVirtual > v.SLInclAbandons+slack ||
				v.PAbandonWithinT > v.PAbandon+slack || v.PAbandon > v.PWait+slack {
				t.Fatalf("interval %d: out of order: %+v", i, v)
			}
			if p := d.Intervals[i].Patience; !math.IsInf(p, 1) && math.Abs(v.WaitAll-p*v.PAbandon) > 1e-7*(1+v.WaitAll) {
				t.Fatalf("interval %d: wait %v, patience times abandonment %v", i, v.WaitAll, p*v.PAbandon)
			}
		}
		// An agent more helps, unless calls last longer than patience: then a call in hand can
		// hold up the next interval for longer than the caller would have.
		for _, v := range d.Intervals {
			if v.AHT > v.Patience {
				return
			}
		}
		more := d
		more.Intervals = append([]DayInterval(nil), d.Intervals...)
		at := rapid.IntRange(0, len(d.Intervals)-1).Draw(t, "where")
		more.Intervals[at].Agents++
		better, err := EvalDay(more)
		if err != nil {
			t.Fatal(err)
		}
		if better.Intervals[at].PAbandon > m.Intervals[at].PAbandon+slack || better.Intervals[at].SLVirtual < m.Intervals[at].SLVirtual-slack {
			t.Fatalf("interval %d: an agent more serves worse: %+v after %+v", at, better.Intervals[at], m.Intervals[at])
		}
	})
}

func TestDayShiftEndsAgreeWhenNobodyLeaves(t *testing.T) {
	d := roughDay(Exhaustive)
	for i := range d.Intervals {
		d.Intervals[i].Agents = 2 + i
	}
	a, _ := EvalDay(d)
	d.ShiftEnd = Preempt
	b, _ := EvalDay(d)
	for i := range a.Intervals {
		if math.Abs(a.Intervals[i].SLOffered-b.Intervals[i].SLOffered) > 1e-12 {
			t.Errorf("interval %d: %v and %v", i, a.Intervals[i].SLOffered, b.Intervals[i].SLOffered)
		}
	}
}

func TestDayFaults(t *testing.T) {
	d := Day{Target: -1, Start: []float64{0.5}, Intervals: []DayInterval{
		{900, 10, 200, 100, 3}, {0, math.NaN(), -1, -2, -3},
	}}
	_, err := EvalDay(d)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"target is -1", "interval 1: erlang: Seconds is 0", "Calls is NaN", "AHT is -1", "Patience is -2", "Agents is -3", "ShiftEnd", "sum of Start"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
	if _, ok := errors.AsType[*ArgumentError](err); !ok {
		t.Error("no *ArgumentError")
	}
	if _, err := EvalDay(Day{ShiftEnd: Preempt}); err == nil {
		t.Error("a day without intervals is no error")
	}
}

// Callers whom nobody will ever answer.
func TestDayWithoutEnd(t *testing.T) {
	m, err := EvalDay(Day{ShiftEnd: Exhaustive, Target: 20, Intervals: []DayInterval{{600, 5, 60, math.Inf(1), 2}, {600, 5, 60, math.Inf(1), 0}}})
	if err != nil {
		t.Fatal(err)
	}
	last := m.Intervals[1]
	if last.PAbandon < 1-1e-10 || !math.IsInf(last.WaitAll, 1) || last.SLOffered > 1e-10 {
		t.Errorf("nobody on position: %+v", last)
	}
	if first := m.Intervals[0]; !(first.PAbandon < 0.5) || !(first.ASAAnswered < 600) {
		t.Errorf("two agents: %+v", first)
	}
}
