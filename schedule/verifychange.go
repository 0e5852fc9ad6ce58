package schedule

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// VerifyChange checks a plan of LeastChange shift by shift and minute by minute, with
// nothing of its method: that the new roster is the old one with the listed changes and
// no others, each within the rules and at its price. It reports every fault at once.
func VerifyChange(need Requirement, patterns []Pattern, roster Roster, opt ChangeOptions, plan ChangePlan) error {
	if err := validateChange(need, patterns, roster, opt); err != nil {
		return err
	}
	v := &changeVerifier{need: need, patterns: patterns, opt: opt.withDefaults(), plan: plan, perPerson: map[string]int{}}
	v.replay(roster)
	v.rules(roster)
	v.totals(roster)
	if err := errors.Join(v.errs...); err != nil {
		return fmt.Errorf("schedule: change: %w", err)
	}
	return nil
}

type changeVerifier struct {
	need      Requirement
	patterns  []Pattern
	opt       ChangeOptions
	plan      ChangePlan
	perPerson map[string]int
	cents     int64
	errs      []error
}

func (v *changeVerifier) fault(format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf(format, args...))
}

// replay carries the listed changes out on the old roster and compares.
func (v *changeVerifier) replay(roster Roster) {
	got := map[string]int{}
	for _, s := range v.plan.Roster {
		got[shiftKey(s)]++
	}
	work := slices.Clone(roster)
	for i := range work {
		work[i].Breaks = slices.Clone(work[i].Breaks)
	}
	longer := map[int]bool{}
	for _, c := range v.plan.Changes {
		v.cents += c.Cents
		if c.Agent != "" {
			v.perPerson[c.Agent]++
		}
		if c.Kind == ShiftAdded {
			v.added(c)
			continue
		}
		i := slices.IndexFunc(work, func(s Shift) bool { return v.meets(c, s) })
		if i < 0 || longer[i] && c.Kind != BreakMoved {
			v.fault("%s of %s on %s fits no shift", c.Kind, c.Agent, c.Date)
			continue
		}
		if c.Kind == BreakMoved {
			b := slices.Index(work[i].Breaks, c.Was)
			work[i].Breaks[b] = c.Is
			if c.Cents != v.opt.BreakCents || v.opt.KeepBreaks {
				v.fault("a moved break costs %d", c.Cents)
			}
			continue
		}
		longer[i] = true
		v.longer(c, work[i])
		work[i].PaidMinutes += int((c.Is.End.Sub(c.Is.Start) - c.Was.End.Sub(c.Was.Start)) / time.Minute)
		work[i].Start, work[i].End, work[i].Date = c.Is.Start, c.Is.End, interval.DateOf(c.Is.Start)
	}
	for _, s := range work {
		if got[shiftKey(s)]--; got[shiftKey(s)] < 0 {
			v.fault("shift of %s at %s is not in the roster", s.Agent, s.Start.Format(time.RFC3339))
		}
	}
	added := 0
	for _, n := range got {
		added += max(0, n)
	}
	listed := 0
	for _, c := range v.plan.Changes {
		if c.Kind == ShiftAdded {
			listed++
		}
	}
	if added != listed {
		v.fault("%d shifts added, %d listed", added, listed)
	}
}

func shiftKey(s Shift) string {
	return fmt.Sprint(s.Pool, s.Pattern, s.Date, s.Start.Unix(), s.End.Unix(), s.Breaks, s.PaidMinutes, s.Agent)
}

// meets reports whether the change could be of the shift.
func (v *changeVerifier) meets(c Change, s Shift) bool {
	if c.Agent != s.Agent || c.Pattern != s.Pattern {
		return false
	}
	if c.Kind == BreakMoved {
		return slices.Contains(s.Breaks, c.Was)
	}
	return s.Start.Equal(c.Was.Start) && s.End.Equal(c.Was.End)
}

func (v *changeVerifier) added(c Change) {
	for _, p := range v.patterns {
		if p.Name == c.Pattern {
			want := (p.Wage(c.Is.Start)+30)/60 + v.opt.AddedCents
			if c.Cents != want || v.opt.NoAddedShifts || !v.opt.mayStart(p, c.Is.Start) {
				v.fault("added shift of %s at %d cents, want %d", p.Name, c.Cents, want)
			}
		}
	}
	for _, s := range v.plan.Roster {
		if s.Start.Equal(c.Is.Start) && s.Pattern == c.Pattern && s.Agent == "" {
			p := v.patterns[slices.IndexFunc(v.patterns, func(p Pattern) bool { return p.Name == s.Pattern })]
			if s.PaidMinutes == p.Paid {
				if err := verifyShift(s, p, v.need.Grid.Location()); err == nil {
					return
				}
			}
		}
	}
	v.fault("added shift of %s at %s is none of its pattern", c.Pattern, c.Is.Start)
}

// longer prices minutes one by one.
func (v *changeVerifier) longer(c Change, s Shift) {
	more := int((c.Is.End.Sub(c.Is.Start) - s.End.Sub(s.Start)) / time.Minute)
	if more <= 0 || more > v.opt.Most || more%v.opt.Step != 0 || !c.Is.Start.Equal(s.Start) && !c.Is.End.Equal(s.End) {
		v.fault("shift of %s longer by %d minutes", s.Agent, more)
	}
	if (c.Kind == Overtime) != (s.PaidMinutes+more > v.opt.FullTime) {
		v.fault("%d minutes on top of %d are called %s", more, s.PaidMinutes, c.Kind)
	}
	p := v.patterns[slices.IndexFunc(v.patterns, func(p Pattern) bool { return p.Name == s.Pattern })]
	from := s.End
	if c.Is.Start.Before(s.Start) {
		from = c.Is.Start
	}
	sum := 0.0
	for m := range more {
		rate := 1.0
		if s.PaidMinutes+m >= v.opt.FullTime {
			rate = float64(v.opt.OvertimePct) / 100
		}
		for _, premium := range p.Premiums {
			if premium.holds(from.Add(time.Duration(m) * time.Minute)) {
				rate += float64(premium.Percent) / 100
			}
		}
		sum += rate * float64(p.CentsPerHour) / 60
	}
	if d := float64(c.Cents-v.opt.LongerCents) - sum; d > 0.51 || d < -0.51 {
		v.fault("%d more minutes of %s cost %d, not %.1f", more, s.Agent, c.Cents, sum)
	}
}

// rules checks limits, rest, breaks and notice of the new roster.
func (v *changeVerifier) rules(roster Roster) {
	if v.opt.Total > 0 && len(v.plan.Changes) > v.opt.Total {
		v.fault("%d changes, at most %d", len(v.plan.Changes), v.opt.Total)
	}
	for who, n := range v.perPerson {
		if v.opt.PerPerson > 0 && n > v.opt.PerPerson {
			v.fault("%d changes for %s, at most %d", n, who, v.opt.PerPerson)
		}
	}
	for _, c := range v.plan.Changes {
		if c.Kind != ShiftAdded && !v.opt.Decided.IsZero() && c.Was.Start.Before(v.opt.Decided) {
			v.fault("a change of the past: %s of %s on %s", c.Kind, c.Agent, c.Date)
		}
	}
	for _, s := range v.plan.Roster {
		i := slices.IndexFunc(v.patterns, func(p Pattern) bool { return p.Name == s.Pattern })
		if i < 0 {
			continue
		}
		p := v.patterns[i]
		for b := 1; b < len(s.Breaks); b++ {
			moved := slices.ContainsFunc(v.plan.Changes, func(c Change) bool {
				return c.Kind == BreakMoved && c.Agent == s.Agent && (c.Is == s.Breaks[b] || c.Is == s.Breaks[b-1])
			})
			if moved && s.Breaks[b].Start.Sub(s.Breaks[b-1].End) < time.Duration(p.Spacing)*time.Minute {
				v.fault("breaks of %s on %s lie too close", s.Agent, s.Date)
			}
		}
	}
	for _, c := range v.plan.Changes {
		if c.Kind != Extended && c.Kind != Overtime || c.Agent == "" {
			continue
		}
		for _, o := range v.plan.Roster {
			if o.Agent != c.Agent || o.Start.Equal(c.Is.Start) {
				continue
			}
			rest := time.Duration(v.opt.Rest) * time.Minute
			if c.Is.End.After(c.Was.End) && !o.Start.Before(c.Was.End) && o.Start.Sub(c.Is.End) < rest ||
				c.Is.Start.Before(c.Was.Start) && !o.End.After(c.Was.Start) && c.Is.Start.Sub(o.End) < rest {
				v.fault("%s rests too little beside %s", c.Agent, c.Is.Start)
			}
		}
	}
}

// totals counts who is on position minute by minute.
func (v *changeVerifier) totals(roster Roster) {
	g, courses := v.need.Grid, v.need.courses()
	on, before := minutesOn(v.plan.Roster), minutesOn(roster)
	var under, over int64
	first := interval.DateOf(g.Start()).Start(g.Location())
	end := interval.DateOf(g.At(g.Len() - 1)).AddDays(1).Start(g.Location())
	for at := first; at.Before(end); at = at.Add(time.Minute) {
		i, ok := g.Index(at)
		if !ok {
			i = -1
		}
		z := on[at.Unix()/60]
		if seats, capped := v.opt.seatsAt(i); capped && z > max(seats, before[at.Unix()/60]) {
			v.fault("%d agents for %d seats at %s", z, seats, at.Format(time.RFC3339))
		}
		for _, course := range courses {
			required := 0
			if ok {
				required = int(math.Ceil(course[i] - 1e-9))
			}
			under, over = under+int64(max(0, required-z)), over+int64(max(0, z-required))
		}
	}
	n := int64(len(courses))
	want := Cost{Wages: v.cents, Under: meanCents(under*v.opt.UnderCents, n), Over: meanCents(over*v.opt.OverCents, n)}
	want.Total = want.Wages + want.Under + want.Over
	if v.plan.Cost != want {
		v.fault("cost %+v, but its changes cost %+v", v.plan.Cost, want)
	}
	if v.plan.BoundCents < 0 || v.plan.BoundCents > want.Total {
		v.fault("bound %d with cost %d", v.plan.BoundCents, want.Total)
	}
}
