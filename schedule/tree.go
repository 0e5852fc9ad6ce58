package schedule

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// whole is how near to an integer a value of the relaxation must lie to be one.
const whole = 1e-6

// A tree searches an implicit program depth first: relax, round one variable up or a
// group of them, relax again; where nothing better can come, go back and try the other
// side. The relaxation goes on from where it is after each step.
type tree struct {
	s       *lp.Solver
	read    func(*lp.Solver) *staffing // what the solver has, when it is whole; nil when rounding has spoilt it
	columns [][]int                    // what to branch on, first things first
	bulk    bool                       // round groups: fast, but the search is no proof any more
	best    *staffing
	cutoff  int64 // only what costs less than this is of use
	grain   int64 // all costs are multiples of this
	fails   int   // branches that may yet come to nothing
	path    []branch
}

// A branch is bounds that were changed together, and the other side of the first.
type branch struct {
	cols   []int
	lower  []float64 // as they were
	upper  []float64
	floor  float64 // the other side: the first column at most this
	closed bool    // the other side has been tried
}

// branchable lists the columns that must be whole, in the order in which to make them.
func (m *implicit) branchable() [][]int {
	var single, shared, breaks []int
	for i, d := range m.h.duties {
		if d.tour < 0 {
			single = append(single, m.x[i])
		} else {
			shared = append(shared, m.x[i])
		}
		for _, b := range m.b[i] {
			breaks = append(breaks, b...)
		}
	}
	return [][]int{m.counts, append(slices.Clone(m.t), single...), shared, breaks}
}

// nodeSteps is what a node costs beside its basis changes, in basis changes.
const nodeSteps = 2

// run searches until the tree is done, which it reports, or fails are used up, the
// solver has done steps more basis changes, or the context ends.
func (t *tree) run(ctx context.Context, steps int) (done bool) {
	last := t.s.Steps + steps
	for {
		t.s.Steps += nodeSteps
		// A relaxation at most one grain below the cutoff cannot lead below it.
		status := t.s.Solve(ctx, last-t.s.Steps, float64(t.cutoff-t.grain)+0.5*float64(t.grain))
		if status == lp.Stopped || t.s.Steps >= last {
			return false
		}
		deeper := false
		if status == lp.Optimal && t.s.Objective() <= float64(t.cutoff)-0.5*float64(t.grain) {
			b, open := t.choose()
			if deeper = open; open {
				t.path = append(t.path, b)
			} else if found := t.read(t.s); found != nil && found.cost < t.cutoff {
				t.best, t.cutoff = found, found.cost
				t.best.basis = t.s.Save()
			}
		}
		if !deeper {
			if t.fails--; t.fails < 0 {
				return false
			}
			if !t.back() {
				return !t.bulk
			}
		}
	}
}

// back undoes branches up to one whose other side is open and goes there.
func (t *tree) back() bool {
	for n := len(t.path) - 1; n >= 0; n-- {
		b := &t.path[n]
		for i, j := range b.cols {
			t.s.SetBounds(j, b.lower[i], b.upper[i])
		}
		if !b.closed && b.floor >= b.lower[0] {
			b.closed = true
			b.cols, b.lower, b.upper = b.cols[:1], b.lower[:1], b.upper[:1]
			t.s.SetBounds(b.cols[0], b.lower[0], b.floor)
			return true
		}
		t.path = t.path[:n]
	}
	return false
}

// A part is a column that is not whole.
type part struct {
	col   int
	value float64
}

func (p part) rest() float64 { return math.Ceil(p.value) - p.value }

// choose takes, of the first kind of column that is not whole everywhere, the one
// nearest below an integer, and rounds it up; in bulk also others that are near.
func (t *tree) choose() (branch, bool) {
	for i, cols := range t.columns {
		var parts []part
		for _, j := range cols {
			if v := t.s.Value(j); math.Abs(v-math.Round(v)) > whole {
				parts = append(parts, part{j, v})
			}
		}
		if len(parts) > 0 && i == 0 && t.bulk {
			return t.fix(parts), true
		}
		if len(parts) > 0 {
			return t.round(parts), true
		}
	}
	return branch{}, false
}

// fix holds the count nearest to an integer there: one that may only not fall would be
// left behind by the relaxation, which raises another a little, for ever.
func (t *tree) fix(parts []part) branch {
	off := func(p part) float64 { return math.Abs(p.value - math.Round(p.value)) }
	p := slices.MinFunc(parts, func(a, b part) int { return cmp.Compare(off(a), off(b)) })
	lower, upper := t.s.Bounds(p.col)
	t.s.SetBounds(p.col, math.Round(p.value), math.Round(p.value))
	return branch{cols: []int{p.col}, lower: []float64{lower}, upper: []float64{upper}, closed: true}
}

// nearUp is how near below an integer all columns are rounded up at a time in bulk.
const nearUp = 0.1

func (t *tree) round(parts []part) branch {
	slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(a.rest(), b.rest()) })
	b := branch{floor: math.Floor(parts[0].value)}
	for i, p := range parts {
		if i > 0 && (!t.bulk || p.rest() > nearUp || i > len(parts)/10) {
			break
		}
		lower, upper := t.s.Bounds(p.col)
		b.cols, b.lower, b.upper = append(b.cols, p.col), append(b.lower, lower), append(b.upper, upper)
		t.s.SetBounds(p.col, math.Ceil(p.value), upper)
	}
	return b
}
