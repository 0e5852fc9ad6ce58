package schedule

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A carrier hands the lines of a week to those who worked the week before, so that rest and
// days in a row hold over the end of the week. A nil carrier leaves every line to itself.
//
// Lines and people are matched by augmenting paths (Kuhn 1955). Where somebody is left over
// on both sides the kinds of lines that found nobody are barred and the week is solved again;
// in the end only lines that fit everybody are let in. The bound of the week is that of the
// first solve, which holds for all.
//
// Source: Kuhn, The Hungarian method for the assignment problem, Naval Research Logistics
// Quarterly 2 (1955).
type carrier struct {
	tours []Tour
	loc   *time.Location
	past  []past // those who worked the last week, in order
}

// A past is what someone did up to the end of a week.
type past struct {
	name string
	tour int
	end  time.Time     // of the last shift
	last interval.Date // of it
	run  int           // days in a row up to there
}

// A kindOfLine tells lines apart as far as what comes before goes.
type kindOfLine struct {
	tour    int
	pattern string // of the first shift; empty where starts may differ
	start   int    // its minute on the wall
	work    workdays
}

func newCarrier(need Requirement, tours []Tour, opt Options) *carrier {
	if !opt.Carry {
		return nil
	}
	c := &carrier{tours: tours, loc: need.Grid.Location()}
	c.past = c.pastOf(opt.Before)
	return c
}

// carryFault checks what Carry and Before need.
func (o Options) carryFault(need Requirement, tours []Tour) error {
	var errs []error
	if len(o.Before) > 0 && !o.Carry {
		errs = append(errs, errors.New("schedule: a roster before has a meaning only where lines go on (Carry)"))
	}
	if o.Carry && o.Repeats {
		errs = append(errs, errors.New("schedule: a week that repeats is followed by itself, line by line; it carries no other"))
	}
	if o.Carry && len(tours) == 0 {
		errs = append(errs, errors.New("schedule: only lines of tours go on from week to week; there are no tours"))
	}
	for i, s := range o.Before {
		if _, err := s.check(); err != nil {
			errs = append(errs, fmt.Errorf("schedule: roster before: shift %d: %w", i+1, err))
		} else if need.Grid.Len() > 0 && !s.Start.Before(need.Grid.Start()) {
			errs = append(errs, fmt.Errorf("schedule: roster before: shift %d starts at %s, not before the requirement at %s", i+1, s.Start.Format(time.RFC3339), need.Grid.Stamp(0)))
		}
	}
	return errors.Join(errs...)
}

// pastOf lists the agents of a roster who work tours, in the order of their first shift.
func (c *carrier) pastOf(roster Roster) []past {
	var out []past
	for _, name := range roster.Agents() {
		var mine Roster
		for _, s := range roster {
			if s.Agent == name {
				mine = append(mine, s)
			}
		}
		slices.SortStableFunc(mine, func(a, b Shift) int { return a.Start.Compare(b.Start) })
		tour := slices.IndexFunc(c.tours, func(t Tour) bool { return slices.Contains(t.Patterns, mine[len(mine)-1].Pattern) })
		if tour < 0 {
			continue
		}
		p := past{name: name, tour: tour}
		for _, s := range mine {
			switch s.Date.Sub(p.last) {
			case 1:
				p.run++
			default:
				p.run = 1
			}
			p.end, p.last = s.End, s.Date
		}
		out = append(out, p)
	}
	return out
}

// fits reports whether p may work a line that starts at an instant on a day and then works so
// many days in a row. Where starts may differ the windows of the patterns leave the rest.
func (c *carrier) fits(p past, tour int, start time.Time, day interval.Date, run int) bool {
	t := c.tours[tour]
	if t.SameStart && start.Sub(p.end) < time.Duration(t.Rest)*time.Minute {
		return false
	}
	return p.tour == tour && (t.MaxConsecutive == 0 || day.Sub(p.last) > 1 || p.run+run <= t.MaxConsecutive)
}

// A carried is a week whose lines have their people.
type carried struct {
	shifts Roster
	wages  int64
}

// barrings is how often single kinds of lines are barred before all but those that fit
// everybody are.
const barrings = 6

// carry names the lines of a solved week, solving it again where they do not fit the week
// before.
func (c *carrier) carry(ctx context.Context, w *weekSearch, pool string, patterns []Pattern, tours []Tour, work int) carried {
	out := carried{w.m.shifts(w.best, pool, patterns, tours), w.best.outlay.wages}
	if c == nil {
		return out
	}
	barred := map[kindOfLine]bool{}
	for try := 1; ; try++ {
		names, left := c.match(out.shifts)
		if len(left) == 0 {
			rename(out.shifts, names)
			break
		}
		for _, k := range left {
			barred[k] = true
		}
		h := *w.m.h
		h.barred = func(m *implicit, l line) bool {
			return barred[m.kindOf(l, patterns, c.tours)] || try > barrings && c.unfit(m, l)
		}
		again := &weekSearch{m: newImplicit(&h, patterns, tours), seed: w.seed}
		again.run(ctx, work)
		out = carried{again.m.shifts(again.best, pool, patterns, tours), again.best.outlay.wages}
		if ctx.Err() != nil { // no time: nobody at work is better than a rule that is broken
			return carried{}
		}
	}
	c.past = c.after(out.shifts)
	return out
}

// after is who has what behind him when the week ends: those who did not work it keep theirs.
func (c *carrier) after(week Roster) []past {
	out := c.pastOf(week)
	for i := range out { // a run may have begun the week before
		k := slices.IndexFunc(c.past, func(p past) bool { return p.name == out[i].name })
		if first := firstShift(week, out[i].name); k >= 0 && first.Date.Sub(c.past[k].last) == 1 && out[i].last.Sub(first.Date)+1 == out[i].run {
			out[i].run += c.past[k].run
		}
	}
	for _, p := range c.past {
		if !slices.ContainsFunc(out, func(o past) bool { return o.name == p.name }) {
			out = append(out, p)
		}
	}
	return out
}

func firstShift(roster Roster, agent string) Shift {
	return roster[slices.IndexFunc(roster, func(s Shift) bool { return s.Agent == agent })]
}

// match gives each line someone of the week before as long as there are any. It returns the new
// names by the old, and the kinds of lines that found nobody while somebody found no line.
func (c *carrier) match(week Roster) (map[string]string, []kindOfLine) {
	lines := week.Agents()
	fits := make([][]int, len(lines)) // people by line
	tourOf := make([]int, len(lines))
	for l, name := range lines {
		first := firstShift(week, name)
		tourOf[l] = slices.IndexFunc(c.tours, func(t Tour) bool { return slices.Contains(t.Patterns, first.Pattern) })
		run := leadingRun(week, name)
		for p := range c.past {
			if c.fits(c.past[p], tourOf[l], first.Start, first.Date, run) {
				fits[l] = append(fits[l], p)
			}
		}
	}
	holder := matching(fits, len(c.past))
	names, taken := map[string]string{}, map[int]bool{}
	for p, l := range holder {
		if l >= 0 {
			names[lines[l]], taken[l] = c.past[p].name, true
		}
	}
	var left []kindOfLine
	for l, name := range lines {
		idle := func(p past) bool {
			return p.tour == tourOf[l] && holder[slices.IndexFunc(c.past, func(o past) bool { return o.name == p.name })] < 0
		}
		if !taken[l] && slices.ContainsFunc(c.past, idle) {
			left = append(left, c.kind(week, name, tourOf[l]))
		}
	}
	return names, left
}

// matching returns the line of each person, -1 for none: as many as can be.
func matching(fits [][]int, people int) []int {
	holder := slices.Repeat([]int{-1}, people)
	var place func(l int, seen []bool) bool
	place = func(l int, seen []bool) bool {
		for _, p := range fits[l] {
			if seen[p] {
				continue
			}
			seen[p] = true
			if holder[p] < 0 || place(holder[p], seen) {
				holder[p] = l
				return true
			}
		}
		return false
	}
	for l := range fits {
		place(l, make([]bool, people))
	}
	return holder
}

// leadingRun is how many days in a row a line begins with.
func leadingRun(week Roster, name string) int {
	run, last := 0, interval.Date{}
	for _, s := range week {
		if s.Agent != name {
			continue
		}
		if run > 0 && s.Date.Sub(last) != 1 {
			break
		}
		run, last = run+1, s.Date
	}
	return run
}

// kind is the kind of a line of a week.
func (c *carrier) kind(week Roster, name string, tour int) kindOfLine {
	first := firstShift(week, name)
	k := kindOfLine{tour: tour}
	if c.tours[tour].SameStart {
		h, m, _ := first.Start.In(c.loc).Clock()
		k.pattern, k.start = first.Pattern, 60*h+m
	}
	for _, s := range week {
		if s.Agent == name {
			k.work |= 1 << (uint(s.Date.Number()) % daysOfWeek)
		}
	}
	return k
}

// kindOf is the kind of a line of a program.
func (m *implicit) kindOf(l line, patterns []Pattern, tours []Tour) kindOfLine {
	k := kindOfLine{tour: l.tour}
	if tours[l.tour].SameStart {
		d := m.h.duties[l.duties[0]]
		k.pattern, k.start = patterns[d.kind].Name, d.start
		for _, i := range l.duties {
			k.work |= 1 << (uint(m.h.dates[m.h.duties[i].day].Number()) % daysOfWeek)
		}
		return k
	}
	for d := range daysOfWeek {
		if l.work>>d&1 == 1 {
			k.work |= 1 << (uint(m.h.dates[l.week*daysOfWeek+d].Number()) % daysOfWeek)
		}
	}
	return k
}

// unfit reports whether a line does not fit somebody of the week before.
func (c *carrier) unfit(m *implicit, l line) bool {
	day, run := 0, 0
	for l.work>>day&1 == 0 {
		day++
	}
	start := m.h.dates[l.week*daysOfWeek+day].Start(c.loc)
	if len(l.duties) > 0 {
		day = m.h.duties[l.duties[0]].day
		start = m.h.at(m.h.duties[l.duties[0]].at)
	}
	for d := day; d < daysOfWeek && l.work>>d&1 == 1; d++ {
		run++
	}
	return slices.ContainsFunc(c.past, func(p past) bool {
		return p.tour == l.tour && !c.fits(p, l.tour, start, m.h.dates[l.week*daysOfWeek+day], run)
	})
}

func rename(week Roster, names map[string]string) {
	for i, s := range week {
		if name, ok := names[s.Agent]; ok {
			week[i].Agent = name
		}
	}
}
