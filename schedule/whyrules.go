package schedule

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// list names the rules that could be relaxed, those that cost people least to relax last, so
// that they remain in a conflict.
func (r rules) list() []Rule {
	var out []Rule
	add := func(field, words, relaxed string, relax func(*rules)) {
		out = append(out, Rule{Field: field, Words: words, Relaxed: relaxed, relax: relax})
	}
	for i, p := range r.patterns {
		r.patternRules(i, p, add)
	}
	for i, t := range r.tours {
		tourRules(i, t, add)
	}
	if len(r.opt.Seats) > 0 {
		words := "seats differ by the interval"
		if len(r.opt.Seats) == 1 {
			words = fmt.Sprintf("%d seats", r.opt.Seats[0])
		}
		add("seats", words, "", func(r *rules) { r.opt.Seats = nil })
	}
	return out
}

type addRule func(field, words, relaxed string, relax func(*rules))

func (r rules) patternRules(i int, p Pattern, add addRule) {
	field := func(name string) string { return fmt.Sprintf("patterns: %s: %s", p.Name, name) }
	if p.First != 0 || p.Last+max(p.Every, 30) < 1440 {
		add(field("start"), fmt.Sprintf("%s starts from %s to %s", p.Name, clock(p.First), clock(p.Last)), field("start")+": all day", func(r *rules) {
			q := &r.patterns[i]
			if q.Every == 0 {
				q.Every = 30
			}
			q.First %= q.Every
			q.Last = q.First + (1439-q.First)/q.Every*q.Every
		})
	}
	if len(p.Breaks) > 0 {
		add(field("breaks"), p.Name+" has breaks in their windows", field("breaks")+": none", func(r *rules) {
			q := &r.patterns[i]
			for _, b := range q.Breaks {
				if !b.Paid {
					q.Paid += b.Minutes // as long as before
				}
			}
			q.Breaks = nil
		})
	}
	if len(p.Days) > 0 {
		var names []string
		for _, d := range p.Days {
			names = append(names, weekdays[d])
		}
		add(field("days"), fmt.Sprintf("%s starts on %s only", p.Name, strings.Join(names, " ")), field("days")+": every day", func(r *rules) { r.patterns[i].Days = nil })
	}
	if p.Notice > 0 && !r.opt.Decided.IsZero() {
		add(field("notice"), fmt.Sprintf("%s needs %v notice", p.Name, p.Notice), field("notice")+": none", func(r *rules) { r.patterns[i].Notice = 0 })
	}
	if p.Max > 0 && !slices.ContainsFunc(r.tours, func(t Tour) bool { return slices.Contains(t.Patterns, p.Name) }) {
		add(field("max"), fmt.Sprintf("at most %d of %s a day", p.Max, p.Name), "", func(r *rules) { r.patterns[i].Max = 0 })
	}
}

func tourRules(i int, t Tour, add addRule) {
	field := func(name string) string { return fmt.Sprintf("tours: %s: %s", t.Name, name) }
	if t.Days+t.Overtime < 7 {
		add(field("overtime_days"), fmt.Sprintf("%s works %d days and %d of overtime", t.Name, t.Days, t.Overtime), fmt.Sprintf("%s: %d", field("overtime_days"), 7-t.Days), func(r *rules) {
			q := &r.tours[i]
			q.Overtime = 7 - q.Days
			if q.MaxConsecutive > 0 {
				q.MaxConsecutive = 7
			}
			for _, p := range r.patterns {
				if slices.Contains(q.Patterns, p.Name) {
					q.OvertimeCents = max(q.OvertimeCents, p.CentsPerHour*3/2)
				}
			}
		})
	}
	if t.MaxConsecutive > 0 && t.MaxConsecutive < t.Days+t.Overtime {
		add(field("max_consecutive"), fmt.Sprintf("%s works at most %d days in a row", t.Name, t.MaxConsecutive), field("max_consecutive")+": none", func(r *rules) { r.tours[i].MaxConsecutive = 0 })
	}
	if t.ConsecutiveOff && t.Days+t.Overtime < 6 {
		add(field("days_off"), t.Name+" has its days off in a row", field("days_off")+": any", func(r *rules) { r.tours[i].ConsecutiveOff = false })
	}
	if t.Max > 0 {
		add(field("max"), fmt.Sprintf("at most %d agents of %s", t.Max, t.Name), "", func(r *rules) { r.tours[i].Max = 0 })
	}
}

// capOf returns how to raise the cap that a field is, nil where it is none.
func capOf(field string) func(r *rules, more int) {
	kind, rest, _ := strings.Cut(field, ": ")
	name, is := strings.CutSuffix(rest, ": max")
	switch {
	case kind == "seats":
		return func(r *rules, more int) {
			r.opt.Seats = slices.Clone(r.opt.Seats)
			for i := range r.opt.Seats {
				r.opt.Seats[i] += more
			}
		}
	case kind == "patterns" && is:
		return func(r *rules, more int) {
			r.patterns[slices.IndexFunc(r.patterns, func(p Pattern) bool { return p.Name == name })].Max += more
		}
	case kind == "tours" && is:
		return func(r *rules, more int) {
			r.tours[slices.IndexFunc(r.tours, func(t Tour) bool { return t.Name == name })].Max += more
		}
	}
	return nil
}

func dateAt(need Requirement, i int) interval.Date { return interval.DateOf(need.Grid.At(i)) }

// never says why no shift of any pattern can be at work in an interval: for each the field that
// would have to change; nothing if one can.
func (x *explainer) never(i int) []string {
	var because []string
	for _, p := range x.base.patterns {
		why := x.forbids(p, i)
		if why == "" {
			return nil
		}
		because = append(because, fmt.Sprintf("%s: %s", p.Name, why))
	}
	return because
}

// forbids returns the field of a pattern that keeps all its shifts from interval i, or nothing.
func (x *explainer) forbids(p Pattern, i int) string {
	at := x.need.Grid.At(i)
	reached, weekday := false, false
	for _, back := range []int{0, 1} {
		date := dateAt(x.need, i).AddDays(-back)
		for _, m := range p.Starts() {
			off, ok := wallOffset(date.Start(x.need.Grid.Location()), m)
			start := date.Start(x.need.Grid.Location()).Add(time.Duration(off) * time.Minute)
			if !ok || start.After(at) || !start.Add(time.Duration(p.Length())*time.Minute).After(at) {
				continue
			}
			reached = true
			if !p.On(date.Weekday()) {
				continue
			}
			weekday = true
			if x.base.opt.mayStart(p, start) && !date.Before(dateAt(x.need, 0)) {
				return ""
			}
		}
	}
	switch {
	case !reached:
		return fmt.Sprintf("start: %s to %s and %s long, so nobody is there at %s", clock(p.First), clock(p.Last), hours(p.Length()), at.Format("15:04"))
	case !weekday:
		return fmt.Sprintf("days: no shift on %s", weekdays[dateAt(x.need, i).Weekday()])
	}
	return fmt.Sprintf("notice: %v after %s is too late for %s", p.Notice, x.base.opt.Decided.Format("2006-01-02T15:04"), at.Format("2006-01-02T15:04"))
}
