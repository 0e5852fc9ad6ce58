package schedule

import (
	"cmp"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// plan turns the columns into a roster and its changes.
func (p *changer) plan(s *staffing) ChangePlan {
	out := ChangePlan{Fixed: p.fixed, Required: p.need.Whole(), Paths: len(p.need.Paths)}
	out.Roster = slices.Clone(p.roster)
	for i := range out.Roster {
		out.Roster[i].Breaks = slices.Clone(out.Roster[i].Breaks)
	}
	for _, c := range p.choices {
		if s.x[c.col] == 0 || c.stays {
			continue
		}
		shift := &out.Roster[c.shift]
		change := Change{Kind: c.kind, Agent: shift.Agent, Pattern: shift.Pattern, Date: shift.Date.String(), Is: c.is, Cents: c.cents}
		if c.brk >= 0 {
			change.Was, shift.Breaks[c.brk] = shift.Breaks[c.brk], c.is
		} else {
			change.Was = Rest{shift.Start, shift.End}
			shift.Start, shift.End = c.is.Start, c.is.End
			shift.PaidMinutes += c.paid
		}
		p.fixes(&change, s.cover, c.gained, c.lost)
		out.Changes = append(out.Changes, change)
	}
	for _, shift := range p.m.shifts(p.added(s.x), p.need.Pool, p.patterns, nil) {
		change := Change{Kind: ShiftAdded, Pattern: shift.Pattern, Date: shift.Date.String(), Is: Rest{shift.Start, shift.End}}
		change.Cents = toCents(p.wageOf(shift)) + p.opt.AddedCents
		gained := slices.DeleteFunc(p.atoms(change.Is), func(t int) bool { return !shift.onAt(p.h.at(t)) })
		p.fixes(&change, s.cover, gained, nil)
		out.Changes = append(out.Changes, change)
		out.Roster = append(out.Roster, shift)
	}
	slices.SortStableFunc(out.Changes, func(a, b Change) int {
		return cmp.Or(a.Is.Start.Compare(b.Is.Start), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Agent, b.Agent))
	})
	for i := range out.Roster { // a shift that begins the evening before belongs to that day
		out.Roster[i].Date = interval.DateOf(out.Roster[i].Start)
	}
	slices.SortStableFunc(out.Roster, func(a, b Shift) int {
		return cmp.Or(a.Start.Compare(b.Start), cmp.Compare(a.Agent, b.Agent))
	})
	out.OnPosition = out.Roster.OnPosition(p.need.Grid)
	out.Before, _ = p.roster.Reach(p.need) // the requirement was checked
	out.Unmet, _ = out.Roster.Reach(p.need)
	cents := func(units int64) int64 { return scaledCents(units, p.h.scale) }
	out.Cost = Cost{Wages: cents(s.outlay.wages), Under: cents(s.outlay.under), Over: cents(s.outlay.over)}
	out.Cost.Total = out.Cost.Wages + out.Cost.Under + out.Cost.Over
	return out
}

func (p *changer) wageOf(s Shift) int64 {
	k := slices.IndexFunc(p.patterns, func(q Pattern) bool { return q.Name == s.Pattern })
	return p.patterns[k].Wage(s.Start)
}

// fixes says where more would be short were the change taken back.
func (p *changer) fixes(c *Change, cover, gained, lost []int) {
	atoms := int64(0) // on all paths
	for _, t := range gained {
		paths := p.h.above(t, cover[t]-1)
		if slices.Contains(lost, t) || paths == 0 || p.h.slot[t] < 0 {
			continue
		}
		atoms += paths
		if i := p.h.slot[t]; !slices.Contains(c.Fixes, i) {
			c.Fixes = append(c.Fixes, i)
		}
	}
	slices.Sort(c.Fixes)
	c.FixesHours = float64(atoms*int64(p.h.atom)) / float64(60*p.h.paths)
}
