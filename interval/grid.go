package interval

import (
	"errors"
	"fmt"
	"time"
)

// A Grid is a run of n equal intervals on the absolute time line. Local time is
// only a label on it: the day the clocks go forward has 46 half hours, not 48.
// A Grid from NewGrid or DayGrid is valid; the zero Grid has no intervals.
type Grid struct {
	start time.Time // start of interval 0; its Location labels every interval
	step  time.Duration
	n     int
}

// NewGrid returns n intervals of length step from start on. The step must divide
// an hour. It reports every fault of its arguments at once.
func NewGrid(start time.Time, step time.Duration, n int) (Grid, error) {
	var errs []error
	if step <= 0 || time.Hour%step != 0 {
		errs = append(errs, fmt.Errorf("step %v does not divide an hour", step))
	}
	if n < 0 {
		errs = append(errs, fmt.Errorf("%d intervals", n))
	}
	if err := errors.Join(errs...); err != nil {
		return Grid{}, fmt.Errorf("interval: bad grid: %w", err)
	}
	return Grid{start.Round(0), step, n}, nil
}

// DayGrid returns the intervals of all local days from first to last, both
// included, in loc. Days of 23 and 25 hours have fewer and more intervals.
func DayGrid(first, last Date, step time.Duration, loc *time.Location) (Grid, error) {
	if loc == nil {
		return Grid{}, errors.New("interval: bad grid: no location")
	}
	if first.IsZero() || last.IsZero() || last.Before(first) {
		return Grid{}, fmt.Errorf("interval: bad grid: days %q to %q", first, last)
	}
	if step <= 0 || time.Hour%step != 0 {
		return Grid{}, fmt.Errorf("interval: bad grid: step %v does not divide an hour", step)
	}
	start, end := first.Start(loc), last.AddDays(1).Start(loc)
	span := end.Sub(start)
	if span%step != 0 { // a zone that moves by less than a step within the span
		return Grid{}, fmt.Errorf("interval: bad grid: %v between %s and %s in %v is no multiple of step %v", span, first, last, loc, step)
	}
	return NewGrid(start, step, int(span/step))
}

// Start returns the start of the first interval.
func (g Grid) Start() time.Time { return g.start }

// End returns the end of the last interval.
func (g Grid) End() time.Time { return g.At(g.n) }

// Step returns the length of an interval.
func (g Grid) Step() time.Duration { return g.step }

// Len returns the number of intervals.
func (g Grid) Len() int { return g.n }

// Location returns the zone that labels the intervals.
func (g Grid) Location() *time.Location { return g.start.Location() }

// At returns the start of interval i; i may lie outside the grid.
func (g Grid) At(i int) time.Time { return g.start.Add(time.Duration(i) * g.step) }

// Index returns the interval that holds t, and whether the grid has one.
func (g Grid) Index(t time.Time) (int, bool) {
	if g.step == 0 || t.Before(g.start) {
		return 0, false
	}
	i := int(t.Sub(g.start) / g.step)
	return i, i < g.n
}

// Equal reports whether g and h have the same intervals and the same zone.
func (g Grid) Equal(h Grid) bool {
	return g.start.Equal(h.start) && g.step == h.step && g.n == h.n &&
		g.Location().String() == h.Location().String()
}

// Minute returns the wall-clock label of interval i as minutes after midnight.
// On the day the clocks go back two hours of intervals share their labels.
func (g Grid) Minute(i int) int {
	h, m, _ := g.At(i).Clock()
	return 60*h + m
}

// A Day is the run of intervals [First, End) of a grid that start on one local day.
type Day struct {
	Date       Date
	First, End int
}

// Days returns the local days of the grid in order. The first and the last may be cut.
func (g Grid) Days() []Day {
	var days []Day
	for i := 0; i < g.n; {
		d := DateOf(g.At(i))
		end := g.n
		if next := d.AddDays(1).Start(g.Location()); next.Before(g.End()) {
			// The first interval that starts on the next day or later.
			end = int((next.Sub(g.start) + g.step - 1) / g.step)
		}
		days = append(days, Day{d, i, end})
		i = end
	}
	return days
}

// Label returns the start of interval i as local wall-clock text,
// 2006-01-02T15:04:05. Use Stamp where the two hours of a fall-back day must differ.
func (g Grid) Label(i int) string { return g.At(i).Format("2006-01-02T15:04:05") }

// Stamp returns the start of interval i with its offset from UTC (RFC 3339).
func (g Grid) Stamp(i int) string { return g.At(i).Format(time.RFC3339) }
