package service

import (
	"context"
	"slices"

	"github.com/ringtide/ringtide/schedule"
)

// fills is how many times a roster is filled up, and filling the step of the prices.
const (
	fills   = 8
	filling = 1.2
)

// fill adds single shifts, one of a pattern and day at a time, to the best served roster that
// misses the target and costs less than the best, at rising prices, until it holds or costs as
// much.
func (c *closer) fill(ctx context.Context) error {
	if c.below == nil || c.below.wages >= c.best.wages && c.best.service.Missed == 0 {
		return nil
	}
	more := *c
	if more.patterns, more.tours = c.spareSingles(), nil; len(more.patterns) == 0 {
		return nil
	}
	base := *c.below
	for range fills {
		if ctx.Err() != nil {
			return nil
		}
		more.opt.Present = slices.Concat(c.opt.Present, base.roster)
		a, err := more.solve(ctx, c.need())
		if err != nil {
			return err
		}
		a.roster, a.wages = merge(base.roster, a.roster), a.wages+base.wages
		c.note(a)
		if a.service.Missed == 0 || c.best.service.Missed == 0 && a.wages >= c.best.wages {
			return nil
		}
		base = a
		if c.prices == nil && !c.raise(a) {
			return nil
		}
		for k := range c.prices {
			c.prices[k].now *= filling
		}
	}
	return nil
}

// spareSingles lists the patterns worked singly without a limit, limited to one a day.
func (c *closer) spareSingles() []schedule.Pattern {
	var out []schedule.Pattern
	for _, p := range c.patterns {
		if p.Max == 0 && !slices.ContainsFunc(c.tours, func(t schedule.Tour) bool { return slices.Contains(t.Patterns, p.Name) }) {
			p.Max = 1
			out = append(out, p)
		}
	}
	return out
}

// merge joins two rosters in the order of start.
func merge(a, b schedule.Roster) schedule.Roster {
	out := slices.Concat(a, b)
	slices.SortStableFunc(out, func(x, y schedule.Shift) int { return x.Start.Compare(y.Start) })
	return out
}
