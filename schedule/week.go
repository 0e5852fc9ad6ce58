package schedule

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// A weekSearch finds a staffing of one implicit program and a bound on the best.
type weekSearch struct {
	m      *implicit
	seed   uint64
	best   *staffing
	bound  int64
	prices []float64 // of atoms, the best found
	plain  []float64 // of atoms, of the relaxation before any branch: no line is worth more than it costs
	cheap  []int     // columns of lines and singles by what they cost at the root
	root   lp.Basis  // of the best relaxation with whole counts
	solver *lp.Solver
	round  int
	spent  int // basis changes so far, all lanes together
}

// perturbation is how much costs are moved, in sixtieths of a cent, to keep the simplex
// from standing still; the bound is taken with the true costs.
const perturbation = 3

// countLeaves is how many branches on counts are looked at for the bound.
const countLeaves = 60

// A leaf is a branch on counts: its basis with bounds, and the objective there.
type leaf struct {
	basis  lp.Basis
	value  float64
	bound  int64
	prices []float64 // of atoms
}

// relax solves the relaxation and branches on fractional counts, cheapest leaf first:
// the least leaf bounds every staffing, and is where the search begins.
func (w *weekSearch) relax(ctx context.Context, steps int) bool {
	w.m.limitCounts()
	w.solver = lp.NewSolver(&w.m.model, perturbation*float64(w.m.h.scale))
	s := w.solver
	w.solver.Solve(ctx, steps, math.Inf(1))
	if ctx.Err() != nil {
		w.prices = s.Prices()[:w.m.h.n]
		w.plain = w.prices
		w.bound = w.m.bound(w.prices, s)
		return false
	}
	leaves := []leaf{w.leaf(0)}
	w.plain = leaves[0].prices
	for range countLeaves {
		if w.small() {
			break // the frontier branches on more than counts
		}
		at := cheapest(leaves)
		s.Load(leaves[at].basis)
		s.Solve(ctx, steps, math.Inf(1))
		j, v, ok := w.fractional()
		if !ok || ctx.Err() != nil || s.Steps > steps {
			break
		}
		leaves = slices.Delete(leaves, at, at+1)
		lower, upper := s.Bounds(j)
		basis := s.Save()
		for _, side := range [][2]float64{{math.Ceil(v), upper}, {lower, math.Floor(v)}} {
			s.Load(basis)
			s.SetBounds(j, side[0], side[1])
			if s.Solve(ctx, steps, math.Inf(1)) != lp.Infeasible {
				leaves = append(leaves, w.leaf(w.bound))
			}
		}
	}
	at := cheapest(leaves)
	w.bound = leaves[at].bound
	for _, l := range leaves {
		w.bound = min(w.bound, l.bound)
	}
	w.prices = leaves[at].prices
	w.root = leaves[at].basis
	s.Load(w.root)
	s.Solve(ctx, steps, math.Inf(1))
	w.cheap = slices.Clone(w.m.branchable()[1])
	slices.SortStableFunc(w.cheap, func(a, b int) int { return cmp.Compare(s.Reduced(a), s.Reduced(b)) })
	w.spent += s.Steps
	return true
}

func cheapest(leaves []leaf) int {
	at := 0
	for i, l := range leaves {
		if l.value < leaves[at].value {
			at = i
		}
	}
	return at
}

func (w *weekSearch) leaf(least int64) leaf {
	s := w.solver
	prices := s.Prices()[:w.m.h.n]
	return leaf{s.Save(), s.Objective(), max(least, w.m.bound(prices, s)), prices}
}

// fractional returns the count that is furthest from whole.
func (w *weekSearch) fractional() (int, float64, bool) {
	col, value, most := 0, 0.0, whole
	for _, j := range w.m.counts {
		v := w.solver.Value(j)
		if off := math.Abs(v - math.Round(v)); off > most {
			col, value, most = j, v, off
		}
	}
	return col, value, most > whole
}

// limitCounts bounds each count by what a staffing that is short everywhere, and one
// with nobody short, could afford: no count beyond serves in a least-cost staffing.
func (m *implicit) limitCounts() {
	var nobody int64
	for t := range m.h.need {
		nobody += m.h.atomCost(t, 0)
	}
	costs := make([]int64, len(m.h.duties))
	for i, d := range m.h.duties {
		costs[i] = d.cost
	}
	for _, g := range m.groups(costs) {
		if least := slices.Min(g.cost); least > 0 {
			m.model.Upper[g.count] = min(m.model.Upper[g.count], float64(nobody/least))
		}
	}
}

// settledWeek is the share of the bound within which a staffing ends the search.
const settledWeek = 10_000

func (w *weekSearch) enough() bool {
	return w.best.cost-w.bound <= w.bound/settledWeek
}

// lanes is how many neighbourhoods are searched side by side: a fixed number, so that
// the answer does not depend on the number of cores.
const lanes = 2

// run relaxes, dives for a first staffing, and improves it until work basis changes are
// spent, the staffing is settled or the context ends. There is a staffing at any time:
// at first nobody comes.
func (w *weekSearch) run(ctx context.Context, work int) {
	w.best = w.m.nobody()
	if len(w.m.h.duties) == 0 {
		w.bound = w.best.cost
		return
	}
	if !w.relax(ctx, work) {
		return
	}
	w.best.basis = w.root
	s := w.solver
	s.Load(w.root)
	t := &tree{read: w.m.read, s: s, columns: w.m.branchable(), bulk: true, cutoff: w.best.cost, grain: w.m.grain(), fails: 12}
	swap := !w.small() && w.m.exchangeable()
	if swap {
		t.fails = 0
	}
	before := s.Steps
	t.run(ctx, work)
	w.spent += s.Steps - before
	w.take(t.best)
	first := w.best
	for swap && w.spent < work && !w.enough() && ctx.Err() == nil {
		w.polish(ctx, work, weary, first)
		w.improve(ctx, min(work, w.spent+lanes*neighbourSteps), math.MaxInt)
	}
	if w.small() {
		w.prove(ctx, work)
	}
	w.improve(ctx, work, math.MaxInt)
}

// weary is how many rounds of exchanges may come to nothing before neighbourhoods are
// tried again.
const weary = 8

// exchangeable reports whether some agents are of lines that start at the same time
// all week, or work singly: those that an exchange can move.
func (m *implicit) exchangeable() bool {
	return slices.ContainsFunc(m.h.duties, func(d duty) bool { return d.tour < 0 }) ||
		slices.ContainsFunc(m.lines, func(l line) bool { return len(l.duties) > 0 })
}

// small reports whether relaxations are fast and the whole tree is worth a try.
func (w *weekSearch) small() bool { return len(w.m.x) <= exactDuties }

// improve searches neighbourhoods, some side by side, until work is spent in all or so
// many in a row came to nothing.
func (w *weekSearch) improve(ctx context.Context, work, patience int) {
	solvers := make([]*lp.Solver, lanes)
	for i := range solvers {
		solvers[i] = w.solver.Clone()
	}
	since := 0
	for ; !w.enough() && w.spent < work && since < patience && ctx.Err() == nil; w.round++ {
		since += lanes
		found := make([]*staffing, lanes)
		inParallel(lanes, func(i int) error {
			rng := rand.New(rand.NewPCG(w.seed, uint64(w.round*lanes+i)))
			found[i] = w.neighbour(ctx, solvers[i], rng)
			return nil
		})
		for i, s := range solvers {
			w.spent += s.Steps + overhead
			s.Steps = 0
			if w.take(found[i]) {
				since = 0
			}
		}
	}
}

// overhead is what a neighbourhood costs beside its basis changes, in basis changes.
const overhead = 20

// take keeps the staffing if it is the best so far, which it reports.
func (w *weekSearch) take(s *staffing) bool {
	if s == nil || s.cost >= w.best.cost {
		return false
	}
	w.best = s
	return true
}

// exactDuties is up to how many duties a staffing is to be proved.
const exactDuties = 150

// patience is how many neighbourhoods may come to nothing before the proof goes on.
const patience = 60

// provingSteps is how long the proof is sought at a time, in basis changes.
const provingSteps = 50_000

// prove searches for the optimum and its proof best first and, where that takes long,
// by neighbourhoods for a better staffing in between.
func (w *weekSearch) prove(ctx context.Context, work int) {
	f := newFrontier(w.m, w.best)
	slice := min(provingSteps, max(1, work/2))
	for w.best.cost > w.bound && w.spent < work && ctx.Err() == nil {
		f.best = w.best
		before := f.steps
		bound := f.run(ctx, min(slice, work-w.spent))
		w.spent += f.steps - before
		w.take(f.best)
		w.bound = max(w.bound, bound)
		if w.best.cost > w.bound {
			w.improve(ctx, min(work, w.spent+slice), patience)
		}
	}
}

// neighbourSteps is when a neighbourhood is given up.
const neighbourSteps = 5000

// neighbour frees some of the lines and singles of the best staffing, keeps the others,
// and dives for a better one.
func (w *weekSearch) neighbour(ctx context.Context, s *lp.Solver, rng *rand.Rand) *staffing {
	s.Load(w.best.basis)
	w.hold(s, rng)
	t := &tree{read: w.m.read, s: s, columns: w.m.branchable(), bulk: true, cutoff: w.best.cost, grain: w.m.grain(), fails: 2 + rng.IntN(6)}
	if w.small() {
		t.fails *= 8
	}
	t.run(ctx, neighbourSteps)
	return t.best
}

// hold keeps the staffing but for what is freed, and lets only lines in that the root
// relaxation finds cheap: the program left is small.
func (w *weekSearch) hold(s *lp.Solver, rng *rand.Rand) {
	keep := w.keep(rng)
	open := w.open(keep, rng)
	for j, upper := range w.m.model.Upper {
		s.SetBounds(j, w.m.model.Lower[j]+float64(keep[j]), upper)
	}
	kept := make([]int, len(w.m.x)) // agents by duty
	alive := make([]bool, len(w.m.x))
	for l, j := range w.m.t {
		if !open[j] {
			s.SetBounds(j, float64(keep[j]), float64(keep[j]))
		}
		for _, i := range w.m.lines[l].duties {
			kept[i] += keep[j]
			alive[i] = alive[i] || open[j]
		}
	}
	for i, d := range w.m.h.duties {
		if d.tour < 0 {
			kept[i], alive[i] = keep[w.m.x[i]], open[w.m.x[i]]
		}
		w.holdDuty(s, i, kept[i], alive[i], rng)
	}
}

// holdDuty keeps the agents that stay on a duty and, of a duty that no open line works,
// some of the time their breaks.
func (w *weekSearch) holdDuty(s *lp.Solver, i, kept int, alive bool, rng *rand.Rand) {
	if alive {
		return
	}
	s.SetBounds(w.m.x[i], float64(kept), float64(kept))
	frozen := kept == 0 || kept == w.best.x[i] && rng.IntN(3) == 0
	for b, cols := range w.m.b[i] {
		for k, j := range cols {
			if n := float64(w.best.b[i][b][k]); frozen && kept > 0 {
				s.SetBounds(j, n, n)
			} else if frozen {
				s.SetBounds(j, 0, 0)
			}
		}
	}
}

// open lists the columns that may be worked more than keep says: those freed, and the
// lines and singles that cost least at the prices of the root.
func (w *weekSearch) open(keep map[int]int, rng *rand.Rand) map[int]bool {
	open := map[int]bool{}
	for l, n := range w.best.t {
		if j := w.m.t[l]; n > keep[j] {
			open[j] = true
		}
	}
	for i, n := range w.best.x {
		if j := w.m.x[i]; w.m.h.duties[i].tour < 0 && n > keep[j] {
			open[j] = true
		}
	}
	n := min(len(w.cheap), 20+rng.IntN(60))
	for _, j := range w.cheap[:n] {
		open[j] = true
	}
	return open
}

// keep counts, by column, the agents that stay: all but 15 to 40, which are those whose
// work begins nearest to a random time of the week, or any.
func (w *weekSearch) keep(rng *rand.Rand) map[int]int {
	var agents []placed
	for l, n := range w.best.t {
		for range n {
			agents = append(agents, placed{w.m.t[l], w.m.begins(l)})
		}
	}
	for i, n := range w.best.x {
		if w.m.h.duties[i].tour < 0 {
			for range n {
				agents = append(agents, placed{w.m.x[i], w.m.h.duties[i].at})
			}
		}
	}
	rng.Shuffle(len(agents), func(i, j int) { agents[i], agents[j] = agents[j], agents[i] })
	free := min(len(agents), 15+rng.IntN(26))
	switch rng.IntN(3) {
	case 0:
		at := rng.IntN(w.m.h.n)
		slices.SortStableFunc(agents, func(a, b placed) int { return w.m.h.apart(a.at, at) - w.m.h.apart(b.at, at) })
	case 1: // at the same time of day
		day := w.m.h.n / len(w.m.h.dates)
		at := rng.IntN(day)
		apart := func(p placed) int { d := ((p.at-at)%day + day) % day; return min(d, day-d) }
		slices.SortStableFunc(agents, func(a, b placed) int { return apart(a) - apart(b) })
	}
	keep := map[int]int{}
	for _, a := range agents[free:] {
		keep[a.col]++
	}
	return keep
}

// A placed is an agent: its column, and the atom at which its work begins.
type placed struct{ col, at int }

// begins returns the atom at which a line begins to work.
func (m *implicit) begins(l int) int {
	line := m.lines[l]
	if len(line.duties) > 0 {
		return m.h.duties[line.duties[0]].at
	}
	for d := range daysOfWeek {
		if line.work>>d&1 == 1 {
			return m.h.first[line.week*daysOfWeek+d]
		}
	}
	return 0
}

// apart is the distance between two atoms, round the end where that is near.
func (h *horizon) apart(a, b int) int {
	d := max(a-b, b-a)
	if h.cyclic {
		return min(d, h.n-d)
	}
	return d
}
