package people

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// Verify checks a plan against the problem, shift by shift and minute by minute, with
// nothing of the search. It reports every fault at once.
func Verify(p Problem, plan Plan) error {
	if err := p.Validate(); err != nil {
		return err
	}
	v := &verifier{p: p, plan: plan, of: map[string][]schedule.Shift{}}
	v.slots()
	for i, who := range p.People {
		shifts := v.of[who.Name]
		slices.SortFunc(shifts, func(a, b schedule.Shift) int { return a.Start.Compare(b.Start) })
		v.person(who, shifts)
		v.fixed(who, shifts)
		if i < len(plan.People) {
			v.share(who, shifts, plan.People[i])
		} else {
			v.fault("%s has no share", who.Name)
		}
		delete(v.of, who.Name)
	}
	for _, name := range slices.Sorted(maps.Keys(v.of)) {
		v.fault("%q works and is not among the people", name)
	}
	if plan.BoundCents < 0 || plan.BoundCents > plan.CostCents {
		v.fault("bound %d with cost %d", plan.BoundCents, plan.CostCents)
	}
	if err := errors.Join(v.errs...); err != nil {
		return fmt.Errorf("people: plan: %w", err)
	}
	return nil
}

type verifier struct {
	p    Problem
	plan Plan
	of   map[string][]schedule.Shift
	errs []error
}

func (v *verifier) fault(format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf(format, args...))
}

// face is what makes a shift the same, whoever has it.
func face(s schedule.Shift) string {
	return fmt.Sprint(s.Pool, s.Pattern, s.Date, s.Start.Unix(), s.End.Unix(), s.PaidMinutes, len(s.Breaks))
}

// slots compares the roster with what is to be filled, and prices what is not.
func (v *verifier) slots() {
	left := map[string][]Slot{}
	for _, s := range v.p.Slots {
		left[face(s.Shift)] = append(left[face(s.Shift)], s)
	}
	cost, missing := int64(0), 0
	for _, s := range v.plan.Roster {
		if s.Agent != "" {
			v.of[s.Agent] = append(v.of[s.Agent], s)
		}
		k := slices.IndexFunc(left[face(s)], func(slot Slot) bool { return s.Agent == "" || v.able(s.Agent, slot) })
		if k < 0 {
			v.fault("%s on %s for %q is no slot to fill, or not with those skills", s.Pattern, s.Date, s.Agent)
			continue
		}
		if s.Agent == "" {
			missing++
		}
	}
	if len(v.plan.Roster) != len(v.p.Slots) {
		v.fault("%d shifts in the roster for %d slots", len(v.plan.Roster), len(v.p.Slots))
	}
	listed := 0
	for _, u := range v.plan.Unfilled {
		listed += u.Missing
		cost += int64(u.Missing) * u.PriceCents
	}
	if listed != missing || cost != v.plan.CostCents || v.plan.Filled != len(v.p.Slots)-missing {
		v.fault("%d slots without anybody, %d listed for %d cents, said to cost %d", missing, listed, cost, v.plan.CostCents)
	}
	v.matching()
}

func (v *verifier) able(name string, slot Slot) bool {
	for _, who := range v.p.People {
		if who.Name == name {
			for _, s := range slot.Skills {
				if !slices.Contains(who.Skills, s) {
					return false
				}
			}
			return true
		}
	}
	return false
}

// matching sees to it that shifts that look alike and differ in skills or price are
// held by as many able people as the plan says: alike slots, sorted by what is listed
// as unfilled, must go round.
func (v *verifier) matching() {
	type bunch struct {
		slots   []Slot
		holders []string
	}
	bunches := map[string]*bunch{}
	for _, s := range v.p.Slots {
		b := bunches[face(s.Shift)]
		if b == nil {
			b = &bunch{}
			bunches[face(s.Shift)] = b
		}
		b.slots = append(b.slots, s)
	}
	for _, s := range v.plan.Roster {
		if b := bunches[face(s)]; b != nil && s.Agent != "" {
			b.holders = append(b.holders, s.Agent)
		}
	}
	for _, u := range v.plan.Unfilled {
		for range u.Missing {
			for _, b := range bunches {
				k := slices.IndexFunc(b.slots, func(s Slot) bool {
					return s.Pattern == u.Shift && s.Start.Equal(u.Start) && s.End.Equal(u.End) && s.UnfilledCents == u.PriceCents && slices.Equal(s.Skills, u.Skills)
				})
				if k >= 0 {
					b.slots = slices.Delete(b.slots, k, k+1)
					break
				}
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(bunches)) {
		if b := bunches[key]; !v.matched(b.slots, b.holders) {
			v.fault("%d people cannot hold the %d slots %s with their skills", len(b.holders), len(b.slots), key)
		}
	}
}

// matched finds a slot for each holder by augmenting paths.
func (v *verifier) matched(slots []Slot, holders []string) bool {
	owner := make([]int, len(slots))
	for k := range owner {
		owner[k] = -1
	}
	var seat func(h int, seen []bool) bool
	seat = func(h int, seen []bool) bool {
		for k, s := range slots {
			if !seen[k] && v.able(holders[h], s) {
				seen[k] = true
				if owner[k] < 0 || seat(owner[k], seen) {
					owner[k] = h
					return true
				}
			}
		}
		return false
	}
	for h := range holders {
		if !seat(h, make([]bool, len(slots))) {
			return false
		}
	}
	return len(slots) == len(holders)
}

// person checks every rule of one person over the whole time.
func (v *verifier) person(who Person, shifts []schedule.Shift) {
	r := who.Rules
	worked := map[interval.Date]schedule.Shift{}
	for i, s := range shifts {
		at := fmt.Sprintf("%s, %s on %s", who.Name, s.Pattern, s.Date)
		if _, twice := worked[s.Date]; twice {
			v.fault("%s: two shifts that day", at)
		}
		worked[s.Date] = s
		end := who.Before.End
		if i > 0 {
			end = shifts[i-1].End
		}
		if (i > 0 || !end.IsZero()) && s.Start.Sub(end) < r.Rest {
			v.fault("%s: rests %v, not %v", at, s.Start.Sub(end), r.Rest)
		}
		v.reachable(who, s, at)
	}
	minutes, days := make([]int, v.p.Weeks), make([]int, v.p.Weeks)
	run, nights, nightRun := who.Before.Run, 0, who.Before.NightRun
	weekends := 0
	for d := range 7 * v.p.Weeks {
		date := v.p.Start.AddDays(d)
		s, on := worked[date]
		if !on {
			run, nightRun = 0, 0
			continue
		}
		minutes[d/7] += s.PaidMinutes
		days[d/7]++
		run++
		if v.night(s) {
			nights++
			nightRun++
		} else {
			nightRun = 0
		}
		if v.p.weekendDay(date) && v.opensWeekend(date, worked) {
			weekends++
		}
		if r.MaxRun > 0 && run > r.MaxRun {
			v.fault("%s: %d days in a row on %s", who.Name, run, date)
		}
		if r.MaxNightRun > 0 && nightRun > r.MaxNightRun {
			v.fault("%s: %d nights in a row on %s", who.Name, nightRun, date)
		}
	}
	for w := range v.p.Weeks {
		if r.MaxMinutes > 0 && minutes[w] > r.MaxMinutes {
			v.fault("%s: %d minutes in week %d", who.Name, minutes[w], w+1)
		}
		if 7-days[w] < r.DaysOff {
			v.fault("%s: %d days off in week %d", who.Name, 7-days[w], w+1)
		}
		v.promise(who, w, minutes[w])
	}
	if r.MaxWeekends > 0 && weekends > r.MaxWeekends || r.MaxNights > 0 && nights > r.MaxNights {
		v.fault("%s: %d weekends and %d nights", who.Name, weekends, nights)
	}
}

// opensWeekend reports whether no earlier day of the same weekend is worked.
func (v *verifier) opensWeekend(d interval.Date, worked map[interval.Date]schedule.Shift) bool {
	for e := d.AddDays(-1); !e.Before(v.p.Start) && v.p.weekendDay(e); e = e.AddDays(-1) {
		if _, on := worked[e]; on {
			return false
		}
	}
	return true
}

// reachable checks absences, availability and what the person never works.
func (v *verifier) reachable(who Person, s schedule.Shift, at string) {
	for t := s.Start; t.Before(s.End); t = t.Add(time.Minute) {
		local := t.In(v.p.Zone)
		date := interval.DateOf(local)
		for _, a := range who.Absent {
			if !date.Before(a.First) && !date.After(a.Last) {
				v.fault("%s: is away", at)
				return
			}
		}
		if who.Available != nil && !inside(who.Available[date.Weekday()], clockMinute(local)) {
			v.fault("%s: is not available at %s", at, t.Format(time.RFC3339))
			return
		}
	}
	for _, n := range who.Never {
		if (n.Shift == "" || n.Shift == s.Pattern) && (!n.OnDay || n.Weekday == s.Date.Weekday()) && (n.Date.IsZero() || n.Date == s.Date) {
			v.fault("%s: is never worked", at)
		}
	}
}

func inside(spans []interval.Span, minute int) bool {
	return slices.ContainsFunc(spans, func(s interval.Span) bool { return minute >= s.Open && minute < s.Close })
}

func (v *verifier) night(s schedule.Shift) bool {
	n, in := v.p.Night, 0
	for t := s.Start.In(v.p.Zone); t.Before(s.End); t = t.Add(time.Minute) {
		m := clockMinute(t)
		if n.From < n.To && m >= n.From && m < n.To || n.From >= n.To && (m >= n.From || m < n.To) {
			in++
		}
	}
	return n.Minutes > 0 && in >= n.Minutes
}

// promise checks that a week below the promised hours is listed.
func (v *verifier) promise(who Person, week, minutes int) {
	away := 0
	for d := range 7 {
		date := v.p.Start.AddDays(7*week + d)
		for _, a := range who.Absent {
			if !date.Before(a.First) && !date.After(a.Last) {
				away++
				break
			}
		}
	}
	promised := who.Rules.MinMinutes * max(0, 5-away) / 5
	listed := slices.ContainsFunc(v.plan.Below, func(b Below) bool { return b.Name == who.Name && b.Week == week+1 })
	if listed != (minutes < promised) {
		v.fault("%s: %d of %d minutes promised in week %d, listed %v", who.Name, minutes, promised, week+1, listed)
	}
}

// fixed checks that fixed shifts are had, or listed as not given.
func (v *verifier) fixed(who Person, shifts []schedule.Shift) {
	for _, f := range who.Fixed {
		has := slices.ContainsFunc(shifts, func(s schedule.Shift) bool { return s.Date == f.Date && s.Pattern == f.Shift })
		listed := slices.ContainsFunc(v.plan.Unfixed, func(u Unfixed) bool { return u.Name == who.Name && u.Date == f.Date && u.Shift == f.Shift })
		if has == listed {
			v.fault("%s: fixed %s on %s: had %v, listed as not given %v", who.Name, f.Shift, f.Date, has, listed)
		}
	}
}

// share checks what the plan says of a person.
func (v *verifier) share(who Person, shifts []schedule.Shift, said Share) {
	hours := make([]float64, v.p.Weeks)
	nights, points := 0, 0
	for _, s := range shifts {
		hours[s.Date.Sub(v.p.Start)/7] += float64(s.PaidMinutes) / 60
		if v.night(s) {
			nights++
		}
		for _, w := range who.Wishes {
			if w.matches(s) {
				points += w.Points
			}
		}
	}
	same := len(hours) == len(said.Hours)
	for w := range hours {
		same = same && math.Abs(hours[w]-said.Hours[w]) < 1e-9
	}
	if !same || said.Name != who.Name || said.Shifts != len(shifts) || said.Nights != nights || said.Points != points || said.NightsAll != nights+who.Before.Nights {
		v.fault("%s: said to have %+v, has %v hours, %d shifts, %d nights, %d points", who.Name, said, hours, len(shifts), nights, points)
	}
}
