package schedule

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// A frontier searches an implicit program best first: the least bound over its open
// leaves bounds every staffing, and when none is below the best staffing that is proved.
//
// It branches on sums before parts: agents, all that is short on a day, who is on shift
// at each time, and only then starts and breaks. A start that gives way to the next
// costs the relaxation next to nothing; a sum has nothing to give way to. Both sides of a
// few columns are tried (strong branching) until enough is known of what rounding each
// costs (Achterberg, Koch, Martin, Branching rules revisited, Operations Research
// Letters 33, 2005). Every leaf is cut off by a bound that no rounding can spoil, or as
// infeasible, which rests on the tolerance of the simplex.
//
// Leaves are grown a fixed number at a time, each from its own corner, and what came of
// them is taken in their order: the same search on any number of cores.
type frontier struct {
	m      *implicit
	sums   [][]int // columns to branch on, first things first
	lanes  []*lp.Solver
	open   []*openLeaf
	best   *staffing
	grain  int64               // all costs are multiples of this
	known  map[int]*experience // by column
	number int                 // leaves so far
	steps  int                 // basis changes so far
}

// An openLeaf waits to be grown.
type openLeaf struct {
	number int
	bound  int64   // no staffing of the leaf costs less
	value  float64 // of its relaxation
	depth  int
	limits []between // on the way from the root
	corner lp.Corner
}

// A between is the bounds of a column.
type between struct {
	col          int
	lower, upper float64
}

// An experience is what rounding a column down and up has cost for each unit.
type experience struct {
	sum  [2]float64
	seen [2]int
}

// A grown is what came of a leaf: what it fell into, a staffing if it was whole, and
// what was learnt. done is false when there was no time.
type grown struct {
	leaves  []*openLeaf
	found   *staffing
	lessons []lesson
	steps   int
	done    bool
}

// A lesson is what rounding a column down (side 0) or up has cost for each unit.
type lesson struct {
	col, side int
	rate      float64
}

const (
	frontLanes = 4      // leaves grown side by side, whatever the number of cores
	tried      = 8      // columns tried of each leaf
	trySteps   = 30     // basis changes for each side
	reliable   = 4      // times after which what is known of a column is enough
	taken      = 2      // kinds of columns, the first, of which no comparison is needed
	diveEach   = 16     // of so many leaves one is rounded in bulk
	diveSteps  = 2000   // basis changes of that
	crowd      = 20_000 // open leaves from which the search goes down rather than across
)

func newFrontier(m *implicit, best *staffing) *frontier {
	f := &frontier{m: m, best: best, grain: m.grain(), known: map[int]*experience{}}
	for range frontLanes {
		f.lanes = append(f.lanes, lp.NewSolver(&m.model, 0))
	}
	f.sums = append([][]int{m.counts, m.shorts, m.on}, m.branchable()[1:]...)
	return f
}

// raised rounds a bound up to the next cost that there is.
func (f *frontier) raised(bound float64) int64 {
	return int64(math.Ceil(math.Ceil(bound)/float64(f.grain))) * f.grain
}

// run searches until all leaves are closed, or steps basis changes are done or the
// context ends, and returns a bound on every staffing.
func (f *frontier) run(ctx context.Context, steps int) int64 {
	if f.number == 0 {
		f.plant(ctx)
	}
	for last := f.steps + steps; len(f.open) > 0 && f.steps < last && ctx.Err() == nil; {
		f.sort()
		n := min(len(f.lanes), len(f.open))
		batch := slices.Clone(f.open[len(f.open)-n:])
		f.open = f.open[:len(f.open)-n]
		out := make([]grown, n)
		inParallel(n, func(i int) error {
			out[i] = f.grow(ctx, f.lanes[i], batch[n-1-i])
			return nil
		})
		for i, g := range out {
			f.take(batch[n-1-i], g)
		}
	}
	bound := f.best.cost
	for _, l := range f.open {
		bound = min(bound, l.bound)
	}
	return bound
}

// plant makes the root the first leaf.
func (f *frontier) plant(ctx context.Context) {
	s := f.lanes[0]
	before := s.Steps
	s.Solve(ctx, math.MaxInt, math.Inf(1))
	f.steps += s.Steps - before
	f.add(&openLeaf{bound: max(0, f.raised(s.SafeBound())), corner: s.Corner()})
}

func (f *frontier) add(l *openLeaf) {
	f.number++
	l.number = f.number
	if l.bound < f.best.cost {
		f.open = append(f.open, l)
	}
}

// sort puts the leaf to grow first last: of the least bound the deepest, so that the
// search goes down where nothing else can be better; of too many the deepest of all.
func (f *frontier) sort() {
	if len(f.open) > crowd {
		slices.SortFunc(f.open, func(a, b *openLeaf) int {
			return cmp.Or(cmp.Compare(a.depth, b.depth), cmp.Compare(a.number, b.number))
		})
		return
	}
	slices.SortFunc(f.open, func(a, b *openLeaf) int {
		return cmp.Or(cmp.Compare(b.bound, a.bound), cmp.Compare(a.depth, b.depth), cmp.Compare(b.value, a.value), cmp.Compare(a.number, b.number))
	})
}

// take enters what came of a leaf.
func (f *frontier) take(l *openLeaf, g grown) {
	f.steps += g.steps
	if !g.done {
		f.open = append(f.open, l)
		return
	}
	if g.found != nil && g.found.cost < f.best.cost {
		f.best = g.found
		f.open = slices.DeleteFunc(f.open, func(o *openLeaf) bool { return o.bound >= f.best.cost })
	}
	for _, le := range g.lessons {
		e := f.known[le.col]
		if e == nil {
			e = &experience{}
			f.known[le.col] = e
		}
		e.sum[le.side] += le.rate
		e.seen[le.side]++
	}
	for _, child := range g.leaves {
		f.add(child)
	}
}

// grow relaxes a leaf and splits it.
func (f *frontier) grow(ctx context.Context, s *lp.Solver, l *openLeaf) (g grown) {
	before := s.Steps
	defer func() { g.steps = s.Steps - before + nodeSteps }()
	for j := range f.m.model.Columns() {
		s.SetBounds(j, f.m.model.Lower[j], f.m.model.Upper[j])
	}
	for _, b := range l.limits {
		s.SetBounds(b.col, b.lower, b.upper)
	}
	s.Start(l.corner)
	status := s.Solve(ctx, math.MaxInt, math.Inf(1))
	if ctx.Err() == nil && status != lp.Infeasible {
		f.split(ctx, s, l, &g)
	}
	g.done = ctx.Err() == nil
	return g
}

func (f *frontier) split(ctx context.Context, s *lp.Solver, l *openLeaf, g *grown) {
	s.Mark()
	p, ok := f.choose(ctx, s, g)
	if !ok {
		if g.found = f.m.read(s); g.found != nil {
			g.found.basis = s.Save()
		}
		return
	}
	for _, b := range sides(s, p) {
		if child := f.child(ctx, s, l, b); child != nil {
			g.leaves = append(g.leaves, child)
		}
		s.Back()
	}
	if l.number%diveEach == 0 && ctx.Err() == nil {
		f.dive(ctx, s, g)
	}
}

// sides are the bounds of a column that is rounded down, and up.
func sides(s *lp.Solver, p part) [2]between {
	lower, upper := s.Bounds(p.col)
	return [2]between{{p.col, lower, math.Floor(p.value)}, {p.col, math.Ceil(p.value), upper}}
}

// dive rounds in bulk from where the solver is.
func (f *frontier) dive(ctx context.Context, s *lp.Solver, g *grown) {
	s.Unmark()
	t := &tree{read: f.m.read, s: s, columns: f.m.branchable(), bulk: true, cutoff: f.best.cost, grain: f.grain}
	t.run(ctx, diveSteps)
	g.found = t.best
}

// child is the leaf with one more limit; nil when no better staffing can be in it.
func (f *frontier) child(ctx context.Context, s *lp.Solver, l *openLeaf, b between) *openLeaf {
	s.SetBounds(b.col, b.lower, b.upper)
	bound := l.bound
	for _, cutoff := range []float64{float64(f.best.cost - f.grain), math.Inf(1)} {
		status := s.Solve(ctx, math.MaxInt, cutoff)
		if status == lp.Infeasible {
			return nil
		}
		if bound = max(bound, f.raised(s.SafeBound())); bound >= f.best.cost {
			return nil
		}
		if status != lp.Above {
			break
		}
	}
	return &openLeaf{bound: bound, value: s.Objective(), depth: l.depth + 1, limits: append(slices.Clip(l.limits), b), corner: s.Corner()}
}

// choose returns the column to branch on, false when all are whole.
func (f *frontier) choose(ctx context.Context, s *lp.Solver, g *grown) (part, bool) {
	for i, cols := range f.sums {
		var parts []part
		for _, j := range cols {
			if v := s.Value(j); math.Abs(v-math.Round(v)) > whole {
				parts = append(parts, part{j, v})
			}
		}
		if len(parts) == 0 {
			continue
		}
		off := func(p part) float64 { return math.Abs(p.value - math.Round(p.value)) }
		slices.SortStableFunc(parts, func(a, b part) int { return cmp.Compare(off(b), off(a)) })
		if i < taken {
			return parts[0], true
		}
		return f.compare(ctx, s, parts, g), true
	}
	return part{}, false
}

// compare returns the part whose rounding, either way, costs most.
func (f *frontier) compare(ctx context.Context, s *lp.Solver, parts []part, g *grown) part {
	base, little := s.Objective(), float64(f.grain)/100
	best, at, left := -1.0, parts[0], tried
	for _, p := range parts {
		gain, ok := f.expected(p)
		if !ok && left == 0 {
			continue
		}
		if !ok {
			gain = f.attempt(ctx, s, p, base, g)
			left--
		}
		if score := max(gain[0], little) * max(gain[1], little); score > best {
			best, at = score, p
		}
	}
	return at
}

// expected is what rounding down and up will cost, where enough is known.
func (f *frontier) expected(p part) (gain [2]float64, ok bool) {
	e := f.known[p.col]
	if e == nil || min(e.seen[0], e.seen[1]) < reliable {
		return gain, false
	}
	for side, rest := range p.rests() {
		gain[side] = e.sum[side] / float64(e.seen[side]) * rest
	}
	return gain, true
}

// rests is how far the value lies from the integers below and above.
func (p part) rests() [2]float64 { return [2]float64{p.value - math.Floor(p.value), p.rest()} }

// attempt rounds a column down and up for a few steps each.
func (f *frontier) attempt(ctx context.Context, s *lp.Solver, p part, base float64, g *grown) (gain [2]float64) {
	far := max(float64(f.best.cost)-base, float64(f.grain))
	for side, b := range sides(s, p) {
		s.SetBounds(b.col, b.lower, b.upper)
		status := s.Solve(ctx, trySteps, math.Inf(1))
		if gain[side] = max(0, s.Objective()-base); status == lp.Infeasible {
			gain[side] = far
		} else {
			g.lessons = append(g.lessons, lesson{p.col, side, gain[side] / p.rests()[side]})
		}
		gain[side] = min(gain[side], far)
		s.Back()
	}
	return gain
}
