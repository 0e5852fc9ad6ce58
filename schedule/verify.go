package schedule

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// Verify checks a plan against every rule, minute by minute, with nothing of the
// method of Cover: starts, lengths, order, windows and spacing of breaks, days, limits
// and seats, and that coverage, unmet intervals and cost are what the shifts make
// them. It reports every fault at once.
func Verify(need Requirement, patterns []Pattern, opt Options, plan Plan) error {
	if err := validate(need, patterns, opt); err != nil {
		return err
	}
	if len(need.Paths) > 0 {
		kept, opt := coverable(patterns, opt)
		return VerifyWeeks(need, kept, nil, opt, plan)
	}
	var errs []error
	count := map[string]int{}
	for i, s := range plan.Roster {
		p := slices.IndexFunc(patterns, func(p Pattern) bool { return p.Name == s.Pattern })
		if p < 0 {
			errs = append(errs, fmt.Errorf("shift %d: no pattern %q", i, s.Pattern))
			continue
		}
		if err := verifyShift(s, patterns[p], need.Grid.Location()); err != nil {
			errs = append(errs, fmt.Errorf("shift %d, %s at %s: %w", i, s.Pattern, s.Start.Format(time.RFC3339), err))
		}
		if s.End.After(s.Date.AddDays(1).Start(need.Grid.Location())) {
			errs = append(errs, fmt.Errorf("shift %d, %s at %s: crosses midnight", i, s.Pattern, s.Start.Format(time.RFC3339)))
		}
		key := s.Pattern + " on " + s.Date.String()
		if count[key]++; count[key] == patterns[p].Max+1 && patterns[p].Max > 0 {
			errs = append(errs, fmt.Errorf("more than %d shifts of %s", patterns[p].Max, key))
		}
	}
	if err := errors.Join(append(errs, verifyTotals(need, patterns, opt, plan)...)...); err != nil {
		return fmt.Errorf("schedule: plan: %w", err)
	}
	return nil
}

func verifyShift(s Shift, p Pattern, loc *time.Location) error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	h, m, sec := s.Start.In(loc).Clock()
	if !slices.Contains(p.Starts(), 60*h+m) || sec != 0 {
		fault("start is not allowed")
	}
	if s.Date != interval.DateOf(s.Start.In(loc)) || !p.On(s.Date.Weekday()) {
		fault("day %s is not allowed", s.Date)
	}
	if s.End.Sub(s.Start) != time.Duration(p.Length())*time.Minute || s.PaidMinutes != p.Paid {
		fault("lasts %v with %d paid minutes, not %d with %d", s.End.Sub(s.Start), s.PaidMinutes, p.Length(), p.Paid)
	}
	if len(s.Breaks) != len(p.Breaks) {
		fault("%d breaks, not %d", len(s.Breaks), len(p.Breaks))
		return errors.Join(errs...)
	}
	for i, b := range s.Breaks {
		after := b.Start.Sub(s.Start)
		if after%time.Minute != 0 || !slices.Contains(p.Breaks[i].Starts(), int(after/time.Minute)) {
			fault("break %d starts %v after the shift", i+1, after)
		}
		if b.End.Sub(b.Start) != time.Duration(p.Breaks[i].Minutes)*time.Minute {
			fault("break %d lasts %v", i+1, b.End.Sub(b.Start))
		}
		if i > 0 && b.Start.Sub(s.Breaks[i-1].End) < time.Duration(p.Spacing)*time.Minute {
			fault("break %d comes %v after the one before", i+1, b.Start.Sub(s.Breaks[i-1].End))
		}
	}
	return errors.Join(errs...)
}

// verifyTotals counts agents on position in every minute from the first to the last
// moment of grid and shifts, and prices them.
func verifyTotals(need Requirement, patterns []Pattern, opt Options, plan Plan) []error {
	var errs []error
	g, whole := need.Grid, need.Whole()
	on := minutesOn(plan.Roster)
	for _, day := range g.Days() { // every minute of every day has a count, if 0
		for at := day.Date.Start(g.Location()); at.Before(day.Date.AddDays(1).Start(g.Location())); at = at.Add(time.Minute) {
			on[at.Unix()/60] += 0
		}
	}
	var under, over int64 // agent-minutes
	short, mean := make([]int64, g.Len()), make([]float64, g.Len())
	for minute, z := range on {
		i, inside := g.Index(time.Unix(60*minute, 0))
		required := 0
		if inside {
			required = whole[i]
			short[i] += int64(max(0, required-z))
			mean[i] += float64(z) / g.Step().Minutes()
		} else {
			i = -1
		}
		if seats, capped := opt.seatsAt(i); capped && z > seats {
			errs = append(errs, fmt.Errorf("%d agents for %d seats at %s", z, seats, time.Unix(60*minute, 0).In(g.Location()).Format(time.RFC3339)))
		}
		under += int64(max(0, required-z))
		over += int64(max(0, z-required))
	}
	return append(errs, compareTotals(plan, whole, patterns, opt, under, over, short, mean)...)
}

// minutesOn counts the agents on position by minute of the Unix time line.
func minutesOn(roster Roster) map[int64]int {
	on := map[int64]int{}
	for _, s := range roster {
		for at := s.Start; at.Before(s.End); at = at.Add(time.Minute) {
			resting := slices.ContainsFunc(s.Breaks, func(b Rest) bool { return !at.Before(b.Start) && at.Before(b.End) })
			if !resting {
				on[at.Unix()/60]++
			}
		}
	}
	return on
}

func compareTotals(plan Plan, whole []int, patterns []Pattern, opt Options, under, over int64, short []int64, mean []float64) []error {
	var errs []error
	var wages int64
	for _, s := range plan.Roster {
		for _, p := range patterns {
			if p.Name == s.Pattern {
				wages += p.CentsPerHour * int64(p.Paid)
			}
		}
	}
	want := Cost{Wages: toCents(wages), Under: toCents(under * opt.UnderCents), Over: toCents(over * opt.OverCents)}
	want.Total = want.Wages + want.Under + want.Over
	if plan.Cost != want {
		errs = append(errs, fmt.Errorf("cost %+v, but its shifts cost %+v", plan.Cost, want))
	}
	if plan.BoundCents > plan.Cost.Total || plan.BoundCents < 0 {
		errs = append(errs, fmt.Errorf("bound %d with cost %d", plan.BoundCents, plan.Cost.Total))
	}
	unmet := map[int]Unmet{}
	for _, u := range plan.Unmet {
		unmet[u.Interval] = u
	}
	if !slices.Equal(plan.Required, whole) || len(plan.OnPosition) != len(whole) {
		return append(errs, errors.New("required or covered agents are not those of the requirement"))
	}
	for i, s := range short {
		if math.Abs(plan.OnPosition[i]-mean[i]) > 1e-9 {
			errs = append(errs, fmt.Errorf("interval %d: %v agents on position, not %v", i, plan.OnPosition[i], mean[i]))
		}
		if u, ok := unmet[i]; ok != (s > 0) || math.Abs(u.ShortHours*60-float64(s)) > 1e-6 {
			errs = append(errs, fmt.Errorf("interval %d: %d agent-minutes short, but listed as %+v", i, s, u))
		}
	}
	return errs
}
