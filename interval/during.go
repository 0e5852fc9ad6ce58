package interval

import (
	"fmt"
	"slices"
	"time"
)

// During returns the calendar with other usual hours on the days first to last, both
// included; the zero Date for last means for good. Weekdays that hours leaves out keep
// what is in force on them; no spans mean closed. Holidays and closures keep theirs.
func (c *Calendar) During(first, last Date, hours map[time.Weekday][]Span) (*Calendar, error) {
	if first.IsZero() || !last.IsZero() && last.Before(first) {
		return nil, fmt.Errorf("interval: hours on the days %q to %q", first, last)
	}
	turns := []Date{first}
	for _, o := range c.openings {
		if o.From.After(first) && (last.IsZero() || !o.From.After(last)) {
			turns = append(turns, o.From)
		}
	}
	var openings []Opening
	for _, o := range c.openings {
		if !slices.Contains(turns, o.From) {
			openings = append(openings, o)
		}
	}
	if len(c.openings) == 0 {
		openings = append(openings, Opening{Week: c.week(first)})
	}
	for _, from := range turns {
		week := c.week(from)
		for d, spans := range hours {
			week[d] = spans
		}
		openings = append(openings, Opening{from, week})
	}
	if after := last.AddDays(1); !last.IsZero() && !slices.ContainsFunc(c.openings, func(o Opening) bool { return o.From == after }) {
		openings = append(openings, Opening{after, c.week(after)})
	}
	return NewCalendar(c.loc, openings, c.holidays, c.closures)
}

// week returns the timetable in force on d.
func (c *Calendar) week(d Date) (w Week) {
	if len(c.openings) == 0 {
		for k := range w {
			w[k] = []Span{{0, 1440}}
		}
		return w
	}
	for _, o := range c.openings {
		if o.From.After(d) {
			break
		}
		w = o.Week.clone()
	}
	return w
}
