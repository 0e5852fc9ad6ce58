package schedule

import (
	"cmp"
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// CoverSkills is CoverWeeks for a requirement of skills: it chooses weeks of agents and
// single shifts of patterns with skills at the least sum of wages and of the prices of being
// short and over, an agent with several skills serving whichever needs him at a moment. What
// opt says is obeyed as by CoverWeeks; opt.Present must be empty.
//
// Method. The implicit program with a row for each set of skills and moment (Gale 1957), by
// the dual simplex: branching on numbers of agents for the bound, diving, neighbourhoods,
// and a search of the whole tree where it is small. BoundCents comes from integer prices
// (Lagrangian duality) or from the whole tree. Weeks are solved one after the other, each with
// what the one before reaches into it; their bounds add up where nothing reaches over, and else
// the bound is that of the first alone.
func CoverSkills(ctx context.Context, need SkillRequirement, patterns []Pattern, tours []Tour, opt Options) (SkillPlan, error) {
	masks, err := validateSkills(need, patterns, tours, opt)
	if err != nil {
		return SkillPlan{}, err
	}
	total := need.total()
	dates := datesOf(need.Grid)
	work := opt.Work
	if work == 0 {
		work = 30_000 * ((len(dates) + daysOfWeek - 1) / daysOfWeek)
	}
	length := daysOfWeek
	night := slices.ContainsFunc(patterns, Pattern.overnight)
	if len(tours) == 0 && !night && !opt.Repeats {
		length = 1
	}
	out := SkillPlan{Plan: Plan{Required: total.Whole()}}
	var cost outlay
	var bounds []int64
	var before Roster
	for first := 0; first < len(dates); first += length {
		last := min(first+length, len(dates))
		h, err := newHorizon(total, patterns, tours, opt, first, last)
		if err != nil {
			return SkillPlan{}, err
		}
		for t, z := range h.count(before) { // seats that the night before takes
			if h.seats[t] < math.MaxInt {
				h.seats[t] = max(0, h.seats[t]-z)
			}
		}
		p := newSkillProgram(h, need, patterns, tours, masks, before)
		s := &skillSearch{p: p, seed: opt.Seed ^ uint64(h.dates[0].Number())}
		s.run(ctx, work*(last-first)/len(dates))
		before = append(slices.Clip(before), p.m.shifts(s.best, need.Pool, patterns, tours)...)
		cost.wages += s.best.outlay.wages
		bounds = append(bounds, s.bound)
	}
	out.Roster = before
	out.Stopped = ctx.Err() != nil
	if err := out.settle(need, patterns, masks, opt, cost); err != nil {
		return SkillPlan{}, err
	}
	bound := bounds[0] // a later week is bounded for what the one before reaches into it
	if !night {
		for _, b := range bounds[1:] {
			bound += b
		}
	}
	out.bounded(max(0, bound))
	return out, nil
}

func validateSkills(need SkillRequirement, patterns []Pattern, tours []Tour, opt Options) (map[string]mask, error) {
	if err := need.Validate(); err != nil {
		return nil, err
	}
	errs := []error{validateWeeks(need.total(), patterns, tours, opt)}
	if len(opt.Present) > 0 {
		errs = append(errs, errors.New("schedule: a present roster says nothing of skills; cover the whole requirement"))
	}
	masks, err := need.masks(patterns, tours)
	return masks, errors.Join(append(errs, err)...)
}

// settle counts on the whole grid who is on position and what is short and over.
func (out *SkillPlan) settle(need SkillRequirement, patterns []Pattern, masks map[string]mask, opt Options, cost outlay) error {
	h, err := newHorizon(need.total(), patterns, nil, opt, 0, len(datesOf(need.Grid)))
	if err != nil {
		return err
	}
	p := &skillProgram{h: h, skills: len(need.Skills), under: h.under, over: h.over}
	p.seat(out.Roster, masks)
	p.fill(need)
	perSlot := need.Grid.Step().Minutes() / float64(h.atom)
	out.OnPosition = make([]float64, need.Grid.Len())
	for k, skill := range need.Skills {
		s := SkillShort{Skill: skill}
		for _, a := range need.Agents[k] {
			s.Required = append(s.Required, wholeAgents(a))
		}
		out.Skills = append(out.Skills, s)
	}
	for t := range h.n {
		served, on, use := p.served(t, p.seated[t]), p.with(p.seated[t], 1<<p.skills-1), 0
		i := h.slot[t]
		for k, n := range served {
			use += n
			if short := p.need[t][k] - n; short > 0 {
				addUnmet(&out.Skills[k].Unmet, i, p.need[t][k], float64(short*h.atom)/60)
				addUnmet(&out.Unmet, i, out.Required[i], float64(short*h.atom)/60)
			}
		}
		cost.under += p.under * int64(p.required(t, 1<<p.skills-1)-use)
		cost.over += p.over * int64(on-use)
		if i >= 0 {
			out.OnPosition[i] += float64(on) / perSlot
		}
	}
	for i := range out.Unmet {
		out.Unmet[i].OnPosition = out.OnPosition[out.Unmet[i].Interval]
	}
	for k := range out.Skills {
		out.Skills[k].countHolders(out.Roster, patterns, need)
	}
	out.Cost = Cost{Wages: toCents(cost.wages), Under: toCents(cost.under), Over: toCents(cost.over)}
	out.Cost.Total = out.Cost.Wages + out.Cost.Under + out.Cost.Over
	return nil
}

// addUnmet adds agent-hours short to the list of an interval.
func addUnmet(list *[]Unmet, i, required int, hours float64) {
	if n := len(*list); n == 0 || (*list)[n-1].Interval != i {
		*list = append(*list, Unmet{Interval: i, Required: required})
	}
	(*list)[len(*list)-1].ShortHours += hours
}

// countHolders sets the mean number of agents on position who have the skill.
func (s *SkillShort) countHolders(roster Roster, patterns []Pattern, need SkillRequirement) {
	var holders Roster
	for _, shift := range roster {
		if slices.ContainsFunc(patterns, func(p Pattern) bool { return p.Name == shift.Pattern && slices.Contains(p.Skills, s.Skill) }) {
			holders = append(holders, shift)
		}
	}
	on := holders.OnPosition(need.Grid)
	for i := range s.Unmet {
		s.Unmet[i].OnPosition = on[s.Unmet[i].Interval]
	}
}

// A skillSearch finds a staffing of one skill program and a bound on the best.
type skillSearch struct {
	p     *skillProgram
	seed  uint64
	best  *staffing
	bound int64
}

// read takes a whole solution and prices it by skills.
func (s *skillSearch) read(solver *lp.Solver) *staffing {
	out := s.p.m.read(solver)
	if out != nil {
		s.p.price(out)
	}
	return out
}

// run relaxes, branches on counts, dives, and improves the best staffing by neighbourhoods
// until work basis changes are spent; of small programs it searches the whole tree.
func (s *skillSearch) run(ctx context.Context, work int) {
	m := s.p.m
	s.best = m.nobody()
	s.p.price(s.best)
	if len(s.p.h.duties) == 0 {
		s.bound = s.best.cost
		return
	}
	solver := lp.NewSolver(&m.model, perturbation)
	w := &weekSearch{m: m, solver: solver}
	root := s.relax(ctx, w, work)
	if ctx.Err() != nil {
		return
	}
	s.best.basis = root
	s.dive(ctx, solver, root, 12, work)
	solver.Load(root)
	solver.Solve(ctx, work, math.Inf(1))
	w.cheap = slices.Clone(m.branchable()[1])
	slices.SortStableFunc(w.cheap, func(a, b int) int { return cmp.Compare(solver.Reduced(a), solver.Reduced(b)) })
	if w.small() && s.best.cost > s.bound {
		s.exact(ctx, work/2)
	}
	rng := rand.New(rand.NewPCG(s.seed, 0))
	for solver.Steps < work && s.best.cost-s.bound > s.bound/settledWeek && ctx.Err() == nil {
		w.best = s.best
		solver.Load(s.best.basis)
		w.hold(solver, rng)
		t := s.tree(solver, true, 2+rng.IntN(6))
		t.run(ctx, neighbourSteps)
		s.take(t.best)
		solver.Steps += overhead
	}
}

func (s *skillSearch) tree(solver *lp.Solver, bulk bool, fails int) *tree {
	grain := gcd(s.p.m.grain(), gcd(s.p.under, s.p.over))
	return &tree{read: s.read, s: solver, columns: s.p.m.branchable(), bulk: bulk, cutoff: s.best.cost, grain: max(1, grain), fails: fails}
}

func (s *skillSearch) take(found *staffing) {
	if found != nil && found.cost < s.best.cost {
		s.best = found
	}
}

func (s *skillSearch) dive(ctx context.Context, solver *lp.Solver, from lp.Basis, fails, work int) {
	solver.Load(from)
	t := s.tree(solver, true, fails)
	t.run(ctx, work)
	s.take(t.best)
}

// exact searches the whole tree.
func (s *skillSearch) exact(ctx context.Context, work int) {
	solver := lp.NewSolver(&s.p.m.model, 0)
	t := s.tree(solver, false, math.MaxInt)
	done := t.run(ctx, work)
	s.take(t.best)
	if done {
		s.bound = s.best.cost
	}
}

// relax bounds every staffing by the least leaf of a tree on counts, whose basis it returns.
func (s *skillSearch) relax(ctx context.Context, w *weekSearch, work int) lp.Basis {
	solver, model := w.solver, &w.m.model
	bound := func() int64 {
		lower, upper := make([]float64, model.Columns()), make([]float64, model.Columns())
		for j := range lower {
			lower[j], upper[j] = solver.Bounds(j)
		}
		return safeBound(model, solver.Prices(), lower, upper)
	}
	solver.Solve(ctx, work, math.Inf(1))
	s.bound = max(0, bound())
	leaves := []leaf{{basis: solver.Save(), value: solver.Objective(), bound: s.bound}}
	for range countLeaves {
		at := cheapest(leaves)
		solver.Load(leaves[at].basis)
		solver.Solve(ctx, work, math.Inf(1))
		j, v, ok := w.fractional()
		if !ok || ctx.Err() != nil || solver.Steps > work/2 {
			break
		}
		parent := leaves[at].bound
		leaves = slices.Delete(leaves, at, at+1)
		lower, upper := solver.Bounds(j)
		basis := solver.Save()
		for _, side := range [][2]float64{{math.Ceil(v), upper}, {lower, math.Floor(v)}} {
			solver.Load(basis)
			solver.SetBounds(j, side[0], side[1])
			if solver.Solve(ctx, work, math.Inf(1)) != lp.Infeasible {
				leaves = append(leaves, leaf{basis: solver.Save(), value: solver.Objective(), bound: max(parent, bound())})
			}
		}
	}
	least := leaves[0].bound
	for _, l := range leaves {
		least = min(least, l.bound)
	}
	s.bound = max(s.bound, least)
	return leaves[cheapest(leaves)].basis
}
