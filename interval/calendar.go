package interval

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Opening is a weekly timetable in force from a day on, until the next one.
type Opening struct {
	From Date // the zero Date: since ever
	Week Week
}

// A Closure overrides the timetable on the days First to Last: closed, or open
// in other hours.
type Closure struct {
	First, Last Date
	Name        string
	Hours       []Span // none means closed
}

// A Calendar tells when a center or queue is open. It is immutable and safe for
// concurrent use. The order of precedence on a day: closure, holiday, timetable.
type Calendar struct {
	loc      *time.Location
	openings []Opening
	holidays []Holiday
	closures []Closure

	mu    sync.Mutex
	years map[int]map[Date]Holiday // rules laid out, a year at a time
}

// NewCalendar checks and copies its arguments and reports all faults at once.
// With no opening at all the calendar is open around the clock.
func NewCalendar(loc *time.Location, openings []Opening, holidays []Holiday, closures []Closure) (*Calendar, error) {
	var errs []error
	if loc == nil {
		errs = append(errs, errors.New("no location"))
	}
	c := &Calendar{loc: loc, years: map[int]map[Date]Holiday{}}
	for _, o := range openings {
		errs = append(errs, o.Week.validate("opening hours from "+o.From.String()))
		c.openings = append(c.openings, Opening{o.From, o.Week.clone()})
	}
	slices.SortStableFunc(c.openings, func(a, b Opening) int { return a.From.Compare(b.From) })
	for i := 1; i < len(c.openings); i++ {
		if c.openings[i].From == c.openings[i-1].From {
			errs = append(errs, fmt.Errorf("two timetables begin on %q", c.openings[i].From))
		}
	}
	for _, h := range holidays {
		errs = append(errs, h.validate())
		h.Hours = slices.Clone(h.Hours)
		c.holidays = append(c.holidays, h)
	}
	for _, x := range closures {
		if x.First.IsZero() || x.Last.Before(x.First) {
			errs = append(errs, fmt.Errorf("closure %q: days %q to %q", x.Name, x.First, x.Last))
		}
		errs = append(errs, validSpans("closure "+x.Name, x.Hours))
		x.Hours = slices.Clone(x.Hours)
		c.closures = append(c.closures, x)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("interval: bad calendar: %w", err)
	}
	return c, nil
}

// Location returns the zone of the calendar's wall clock.
func (c *Calendar) Location() *time.Location { return c.loc }

// A Plan is what a calendar says of one day.
type Plan struct {
	Date    Date
	Hours   []Span // none: closed all day
	Holiday string // name of the holiday or closure, if it is one
	Class   string // class of the holiday; "closure" for a closure
}

// Closed reports whether the center does not open at all on the day.
func (p Plan) Closed() bool { return len(p.Hours) == 0 }

// Minutes returns how long the center is open on the day by the wall clock.
func (p Plan) Minutes() int {
	sum := 0
	for _, s := range p.Hours {
		sum += s.Minutes()
	}
	return sum
}

// Plan returns the opening hours of day d and the reason where they are not the usual ones.
func (c *Calendar) Plan(d Date) Plan {
	for _, x := range c.closures {
		if !d.Before(x.First) && !d.After(x.Last) {
			return Plan{d, slices.Clone(x.Hours), x.Name, "closure"}
		}
	}
	if h, ok := c.holidaysOf(d.Year())[d]; ok {
		return Plan{d, slices.Clone(h.Hours), h.Name, h.Class}
	}
	return Plan{Date: d, Hours: slices.Clone(c.Usual(d))}
}

// Usual returns the opening hours of the timetable in force on d, as if d were
// no holiday and no closure.
func (c *Calendar) Usual(d Date) []Span {
	if len(c.openings) == 0 {
		return []Span{{0, 1440}}
	}
	var hours []Span
	for _, o := range c.openings {
		if o.From.After(d) {
			break
		}
		hours = o.Week[d.Weekday()]
	}
	return hours
}

// holidaysOf lays the rules out for one year. A rule of a neighbouring year can
// land in it: New Year's Day on a Saturday is observed on December 31.
func (c *Calendar) holidaysOf(year int) map[Date]Holiday {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m, ok := c.years[year]; ok {
		return m
	}
	m := map[Date]Holiday{}
	for _, h := range c.holidays {
		for y := year - 1; y <= year+1; y++ {
			if d, ok := h.On(y); ok && d.Year() == year {
				if _, taken := m[d]; !taken { // the first rule of the file wins
					m[d] = h
				}
			}
		}
	}
	c.years[year] = m
	return m
}

// Open reports, for each interval of g, whether the center is open during any
// part of it. The wall clock decides: on the day the clocks go back both runs of
// a repeated hour are open if that hour is.
func (c *Calendar) Open(g Grid) []bool {
	open := make([]bool, g.Len())
	step := int(g.Step() / time.Minute)
	for _, day := range g.Days() {
		plan := c.Plan(day.Date)
		for i := day.First; i < day.End; i++ {
			from := clockMinute(g.At(i).In(c.loc))
			for _, s := range plan.Hours {
				if from < s.Close && from+step > s.Open {
					open[i] = true
				}
			}
		}
	}
	return open
}

// IsOpen reports whether the center is open at instant t.
func (c *Calendar) IsOpen(t time.Time) bool {
	t = t.In(c.loc)
	m := clockMinute(t)
	for _, s := range c.Plan(DateOf(t)).Hours {
		if m >= s.Open && m < s.Close {
			return true
		}
	}
	return false
}

// clockMinute returns the minutes after midnight that t shows on the wall.
func clockMinute(t time.Time) int {
	h, m, _ := t.Clock()
	return 60*h + m
}

// BusinessDay reports whether d is a Monday to Friday that is no holiday or closure.
func (c *Calendar) BusinessDay(d Date) bool {
	if wd := d.Weekday(); wd == time.Saturday || wd == time.Sunday {
		return false
	}
	return c.Plan(d).Holiday == ""
}

// AddBusinessDays returns the day that lies n business days after d; n is not negative.
func (c *Calendar) AddBusinessDays(d Date, n int) Date {
	for n > 0 {
		d = d.AddDays(1)
		if c.BusinessDay(d) {
			n--
		}
	}
	return d
}
