package people

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// A branching proves how much must stay unfilled where prices alone leave a gap, and
// finds the plan that does: a program with a column for each line of a person, priced in as
// they are needed, whose leaves say who has a group and who has not (branch and price:
// Barnhart, Johnson, Nemhauser, Savelsbergh and Vance, Operations Research 46, 1998).
// The bound of a leaf is that of lowerBound at the prices of the relaxation: whole cents.
type branching struct {
	in    *instance
	pool  [][]line // lines found, by person
	grain int64
	best  int64  // unfilled cents of the best plan
	lines []line // that plan, where one was found
	units budget
}

// A twig is a leaf: who must have which group, and who must not.
type twig struct {
	rules []ruling
	bound int64
}

type ruling struct {
	worker int
	group  int32
	has    bool
}

const (
	branchCells = 2_000     // people times groups, at most
	branchUnits = 2_000_000 // as of boundUnits
	branchSteps = 20        // units for a basis change
)

// branch closes the gap above bound where the problem is small: it betters the state
// when a plan leaves less unfilled, and returns the bound proved.
func (s *search) branch(ctx context.Context, bound int64) int64 {
	if bound >= s.total.unfilled || len(s.in.workers)*len(s.in.groups) > branchCells {
		return bound
	}
	b := &branching{in: s.in, grain: s.in.grain(), best: s.total.unfilled, units: budget{branchUnits}}
	for _, l := range s.lines {
		b.pool = append(b.pool, []line{slices.Clone(l)})
	}
	open := b.run(ctx, bound)
	if b.lines != nil {
		s.adopt(b.lines)
	}
	return min(max(bound, open), s.total.unfilled)
}

// adopt sets the state to lines that keep every rule.
func (s *search) adopt(lines []line) {
	for i, l := range lines {
		w := &s.in.workers[i]
		for d, g := range l {
			if w.locked[d] != off {
				w.locked[d] = g // another of the same pattern
			}
		}
		c, _ := s.in.price(w, l)
		s.set(i, l, c)
	}
	s.unfixed = slices.DeleteFunc(s.unfixed, s.given)
}

// given reports whether the state has a fixed shift that others stood in the way of, and
// fixes it.
func (s *search) given(u Unfixed) bool {
	for i := range s.in.workers {
		w := &s.in.workers[i]
		for d, g := range s.lines[i] {
			if g != off && w.name == u.Name && s.in.groups[g].slot.Date == u.Date && s.in.groups[g].slot.Pattern == u.Shift {
				w.locked[d] = g
				return true
			}
		}
	}
	return false
}

// run searches depth first and returns the least bound of what is left open.
func (b *branching) run(ctx context.Context, bound int64) int64 {
	open := []twig{{bound: bound}}
	for len(open) > 0 && ctx.Err() == nil && b.units.left > 0 {
		t := open[len(open)-1]
		open = open[:len(open)-1]
		if t.bound >= b.best {
			continue
		}
		split, value, done := b.solve(ctx, t)
		switch {
		case !done:
			open = append(open, t)
		case value < b.best && split != nil:
			for _, has := range []bool{false, true} {
				r := *split
				r.has = has
				open = append(open, twig{append(slices.Clip(t.rules), r), value})
			}
		}
		if !done {
			break
		}
	}
	least := b.best
	for _, t := range open {
		least = min(least, t.bound)
	}
	return least
}

// workers are the people under the rulings of a leaf.
func (b *branching) workers(t twig) []worker {
	out := slices.Clone(b.in.workers)
	own := make([]bool, len(out))
	for _, r := range t.rules {
		w := &out[r.worker]
		if !own[r.worker] {
			own[r.worker] = true
			w.bars, w.locked = slices.Clone(w.bars), slices.Clone(w.locked)
		}
		day := b.in.groups[r.group].day
		if !r.has {
			w.bars[r.group] |= ruleSkill
			continue
		}
		for _, g := range b.in.byDay[day] {
			if g != r.group {
				w.bars[g] |= ruleSkill
			}
		}
		w.locked[day] = r.group
	}
	return out
}

// allows reports whether the line keeps the rulings that are in the worker.
func (b *branching) allows(w *worker, l line) bool {
	for d, g := range l {
		if w.locked[d] != off && (g == off || b.in.groups[g].slot.Pattern != b.in.groups[w.locked[d]].slot.Pattern) {
			return false
		}
		if g != off && w.bars[g] != noRule {
			return false
		}
	}
	return true
}

// solve bounds a leaf: lines are priced in until no prices ask for another. It returns
// on what to split, nil when the leaf is closed. done is false when time or units ended.
func (b *branching) solve(ctx context.Context, t twig) (split *ruling, value int64, done bool) {
	workers := b.workers(t)
	value = t.bound
	for {
		m := b.relax(ctx, workers)
		bound, found, feasible := b.price(workers, m.prices)
		if !feasible {
			return nil, b.best, true
		}
		if value = max(value, bound); value >= b.best {
			return nil, value, true
		}
		if b.units.left <= 0 || ctx.Err() != nil {
			return nil, value, false
		}
		if !found {
			if split = m.split(); split != nil {
				return split, value, true
			}
			return nil, value, b.keep(m) <= value
		}
	}
}

// A master is the relaxation over the lines found: shares of lines, and prices.
type master struct {
	solver *lp.Solver
	short  []int // column by group
	cols   []share
	prices []int64
}

// A share is the column of a line of a worker.
type share struct {
	worker, col int
	line        line
}

// relax solves the program over the lines that the workers may have: each has one, or
// at a price beyond all others none.
func (b *branching) relax(ctx context.Context, workers []worker) master {
	model, out := &lp.Model{}, master{}
	all := int64(1)
	for _, g := range b.in.groups {
		r := model.AddRow(float64(g.count))
		out.short = append(out.short, model.AddColumn(float64(g.price), 0, float64(g.count), lp.Entry{Row: r, Value: 1}))
		all += g.price * int64(g.count)
	}
	for i := range workers {
		r := model.AddRow(1)
		model.AddColumn(float64(2*all), 0, 1, lp.Entry{Row: r, Value: 1})
		for _, l := range b.pool[i] {
			if !b.allows(&workers[i], l) {
				continue
			}
			entries := []lp.Entry{{Row: r, Value: 1}}
			for _, g := range l {
				if g != off {
					entries = append(entries, lp.Entry{Row: int(g), Value: 1})
				}
			}
			out.cols = append(out.cols, share{i, model.AddColumn(0, 0, 1, entries...), l})
		}
	}
	out.solver = lp.NewSolver(model, 0)
	out.solver.Solve(ctx, math.MaxInt, math.Inf(1))
	b.units.spend(branchSteps * out.solver.Steps)
	y := out.solver.Prices()
	for g := range b.in.groups {
		out.prices = append(out.prices, int64(math.Round(min(max(y[g], -1e15), float64(b.in.groups[g].price)))))
	}
	return out
}

// price is the bound at the prices, as of dual; it adds worthiest lines to the pool and
// reports whether one was new. It is not feasible when somebody has no line at all.
func (b *branching) price(workers []worker, prices []int64) (bound int64, found, feasible bool) {
	p := pricer{in: b.in, prices: prices}
	for g, gr := range b.in.groups {
		bound += prices[g] * int64(gr.count)
	}
	for i := range workers {
		worth, l, _ := p.best(&workers[i])
		b.units.spend(priced(prices) + lineUnits)
		if !b.allows(&workers[i], l) {
			return 0, false, false
		}
		bound -= worth
		known := slices.ContainsFunc(b.pool[i], func(o line) bool { return slices.Equal(o, l) })
		if _, broken := b.in.price(&workers[i], l); broken == noRule && !known {
			b.pool[i] = append(b.pool[i], slices.Clone(l))
			found = true
		}
	}
	bound = max(0, bound)
	return (bound + b.grain - 1) / b.grain * b.grain, found, true
}

// split returns the worker and group of which the relaxation is least sure; nil when it
// is sure of all.
func (m master) split() *ruling {
	sums := map[ruling]float64{}
	var order []ruling
	for _, c := range m.cols {
		v := m.solver.Value(c.col)
		for _, g := range c.line {
			if r := (ruling{worker: c.worker, group: g}); g != off && v > 1e-9 {
				if _, ok := sums[r]; !ok {
					order = append(order, r)
				}
				sums[r] += v
			}
		}
	}
	if len(order) == 0 {
		return nil
	}
	unsure := func(r ruling) float64 { return math.Abs(sums[r] - 0.5) }
	r := slices.MinFunc(order, func(x, y ruling) int {
		return cmp.Or(cmp.Compare(unsure(x), unsure(y)), cmp.Compare(x.worker, y.worker), cmp.Compare(x.group, y.group))
	})
	if unsure(r) > 0.5-1e-6 {
		return nil
	}
	return &r
}

// keep takes the lines of a whole solution when they leave least unfilled so far, and
// returns what they leave.
func (b *branching) keep(m master) int64 {
	lines := make([]line, len(b.pool))
	var unfilled int64
	for g, gr := range b.in.groups {
		unfilled += gr.price * int64(math.Round(m.solver.Value(m.short[g])))
	}
	for _, c := range m.cols {
		if m.solver.Value(c.col) > 0.5 {
			lines[c.worker] = c.line
		}
	}
	if slices.ContainsFunc(lines, func(l line) bool { return l == nil }) {
		return math.MaxInt64
	}
	if unfilled < b.best {
		b.best, b.lines = unfilled, lines
	}
	return unfilled
}
