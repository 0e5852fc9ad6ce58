package schedule

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"
)

// Cover chooses shifts and their breaks so that each interval of need has its agents
// at all times, at the least sum of
//
//   - wages: paid hours times the price of the pattern,
//   - UnderCents for each agent-hour short, moment by moment,
//   - OverCents for each agent-hour on position above the requirement.
//
// Seats are never exceeded. Hours before a day's first and after its last interval
// with a requirement are closed: a shift reaches into them only when its pattern has
// no start that stays clear of them, and then as little as any of its starts does. A
// start that the wall clock skips on a day is not used; one that it repeats means the
// first. A start whose shift would go over midnight is not used either; CoverWeeks plans
// such shifts. Cover always returns its best roster and names the intervals that stay
// unmet; an error means bad input or a cancelled context.
//
// Of a requirement that is paths the mean over them is weighed, as by CoverWeeks, which does
// that work.
//
// Method. Days are independent and solved in parallel. The linear relaxation over all
// placements of shifts and breaks (the set covering of Dantzig 1954, as strong as the
// implicit form of Aykin 1996) is solved by a primal simplex that generates columns by
// dynamic programming over break positions. Its dual prices, rounded to integers, give
// BoundCents by Lagrangian duality (Geoffrion 1974) in exact integer arithmetic, so
// the bound holds whatever rounding the simplex suffered. The relaxation rounded down
// starts a search that removes a few shifts and puts back best ones, each with its
// best breaks found exactly.
//
// Sources: Dantzig, A comment on Edie's "Traffic delays at toll booths", Operations
// Research 2 (1954); Aykin, Optimal shift scheduling with multiple break windows,
// Management Science 42 (1996); Geoffrion, Lagrangean relaxation for integer
// programming, Mathematical Programming Study 2 (1974).
func Cover(ctx context.Context, need Requirement, patterns []Pattern, opt Options) (Plan, error) {
	if err := validate(need, patterns, opt); err != nil {
		return Plan{}, err
	}
	if len(need.Paths) > 0 {
		return coverMean(ctx, need, patterns, opt)
	}
	var days []*day
	for _, span := range need.Grid.Days() {
		d, err := newDay(need, span, patterns, opt)
		if err != nil {
			return Plan{}, err
		}
		days = append(days, d)
	}
	answers := make([]answer, len(days))
	if err := inParallel(len(days), func(i int) error {
		var err error
		answers[i], err = days[i].solve(ctx, opt)
		return err
	}); err != nil {
		return Plan{}, fmt.Errorf("schedule: %w", err)
	}
	return assemble(need, patterns, days, answers), nil
}

// coverMean covers paths by CoverWeeks, with patterns as Cover knows them.
func coverMean(ctx context.Context, need Requirement, patterns []Pattern, opt Options) (Plan, error) {
	kept, opt := coverable(patterns, opt)
	if len(kept) == 0 {
		return Plan{}, errors.New("schedule: every start of every pattern goes over midnight; use CoverWeeks")
	}
	plan, err := CoverWeeks(ctx, need, kept, nil, opt)
	if err == nil && plan.Stopped {
		err = fmt.Errorf("schedule: %w", ctx.Err())
	}
	return plan, err
}

// coverable leaves out what Cover does not obey, and starts that go over midnight.
func coverable(patterns []Pattern, opt Options) ([]Pattern, Options) {
	var kept []Pattern
	for _, p := range patterns {
		p.Premiums, p.Notice, p.CallCents = nil, 0, 0
		if p.First+p.Length() > 1440 {
			continue
		}
		for p.Last+p.Length() > 1440 {
			p.Last -= p.Every
		}
		kept = append(kept, p)
	}
	opt.Repeats, opt.Decided, opt.Present = false, time.Time{}, nil
	return kept, opt
}

func validate(need Requirement, patterns []Pattern, opt Options) error {
	errs := []error{need.Validate(), opt.Validate(need.Grid.Len())}
	if len(patterns) == 0 {
		errs = append(errs, errors.New("schedule: no shift patterns; give at least one"))
	}
	names := map[string]bool{}
	for _, p := range patterns {
		errs = append(errs, p.Validate())
		if names[p.Name] {
			errs = append(errs, fmt.Errorf("schedule: two patterns named %q", p.Name))
		}
		names[p.Name] = true
	}
	return errors.Join(errs...)
}

// inParallel runs job 0 to n-1 on all cores and returns the first error by number.
func inParallel(n int, job func(int) error) error {
	errs := make([]error, n)
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for i := range next {
				errs[i] = job(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// assemble joins the days in order. Money is summed exactly in sixtieths of a cent
// and rounded once.
func assemble(need Requirement, patterns []Pattern, days []*day, answers []answer) Plan {
	plan := Plan{Required: need.Whole()}
	var sum outlay
	var bound int64
	for i, d := range days {
		a := answers[i]
		plan.Roster = append(plan.Roster, d.shifts(a.stints, need.Pool, patterns)...)
		sum.wages += a.outlay.wages
		sum.under += a.outlay.under
		sum.over += a.outlay.over
		bound += a.bound
		plan.Unmet = append(plan.Unmet, d.unmet(a.cover)...)
	}
	plan.OnPosition = plan.Roster.OnPosition(need.Grid)
	for i := range plan.Unmet {
		plan.Unmet[i].OnPosition = plan.OnPosition[plan.Unmet[i].Interval]
	}
	plan.Cost = Cost{Wages: toCents(sum.wages), Under: toCents(sum.under), Over: toCents(sum.over)}
	plan.Cost.Total = plan.Cost.Wages + plan.Cost.Under + plan.Cost.Over
	plan.BoundCents = min(bound/60, plan.Cost.Total) // three roundings can cost the total a cent
	if plan.Cost.Total > 0 {
		plan.Gap = float64(plan.Cost.Total-plan.BoundCents) / float64(plan.Cost.Total)
	}
	return plan
}

// scaledCents rounds sixtieths of a cent times scale, not negative, half up.
func scaledCents(units, scale int64) int64 { return (units + 30*scale) / (60 * scale) }

// toCents rounds sixtieths of a cent, not negative, half up.
func toCents(units int64) int64 { return (units + 30) / 60 }
