package interval

import (
	"errors"
	"fmt"
	"time"
)

// A Holiday is a rule that yields one day a year. Exactly one of the four forms
// is used: Month and Day; Month, Weekday and Nth (1 to 4, or -1 for the last);
// EasterOffset with Easter set; or an explicit Date.
type Holiday struct {
	Name    string
	Class   string // holidays of one class are expected to act alike: "federal", "eve", ...
	Month   time.Month
	Day     int
	Weekday time.Weekday
	Nth     int
	Easter  bool
	Offset  int  // days added to Easter Sunday, or to the day that Nth found
	Date    Date // a single, explicit day
	// Observed moves a fixed day that falls on Saturday to Friday and one on
	// Sunday to Monday; the day itself is then no holiday.
	Observed bool
	Hours    []Span // opening hours on the day; none means closed
	From, To int    // first and last year of the rule; 0 means no bound
}

// On returns the day of the rule in the given year, and whether there is one.
func (h Holiday) On(year int) (Date, bool) {
	if (h.From != 0 && year < h.From) || (h.To != 0 && year > h.To) {
		return Date{}, false
	}
	switch {
	case !h.Date.IsZero():
		return h.Date, h.Date.Year() == year
	case h.Easter:
		return easter(year).AddDays(h.Offset), true
	case h.Nth != 0:
		return nthWeekday(year, h.Month, h.Weekday, h.Nth).AddDays(h.Offset), true
	}
	d, err := MakeDate(year, h.Month, h.Day)
	if err != nil { // February 29 in a common year
		return Date{}, false
	}
	return h.observed(d), true
}

func (h Holiday) observed(d Date) Date {
	if !h.Observed {
		return d
	}
	switch d.Weekday() {
	case time.Saturday:
		return d.AddDays(-1)
	case time.Sunday:
		return d.AddDays(1)
	}
	return d
}

func (h Holiday) validate() error {
	var errs []error
	if h.Name == "" {
		errs = append(errs, errors.New("a holiday has no name"))
	}
	forms := 0
	for _, used := range []bool{!h.Date.IsZero(), h.Easter, h.Nth != 0, h.Day != 0} {
		if used {
			forms++
		}
	}
	if forms != 1 {
		errs = append(errs, fmt.Errorf("holiday %q: give a date, or month and day, or month, weekday and nth, or Easter", h.Name))
	}
	if (h.Day != 0 || h.Nth != 0) && (h.Month < 1 || h.Month > 12) {
		errs = append(errs, fmt.Errorf("holiday %q: month %d", h.Name, h.Month))
	}
	if h.Day != 0 {
		if _, err := MakeDate(2024, h.Month, h.Day); err != nil { // a leap year has every day
			errs = append(errs, fmt.Errorf("holiday %q: day %d of month %d does not exist", h.Name, h.Day, h.Month))
		}
	}
	if h.Nth < -1 || h.Nth > 4 {
		errs = append(errs, fmt.Errorf("holiday %q: nth %d; give 1 to 4, or -1 for the last", h.Name, h.Nth))
	}
	errs = append(errs, validSpans("holiday "+h.Name, h.Hours))
	return errors.Join(errs...)
}

// nthWeekday returns the nth given weekday of a month, or the last for nth -1.
func nthWeekday(year int, month time.Month, wd time.Weekday, nth int) Date {
	if nth == -1 {
		last := DateOf(time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC))
		return last.AddDays(-((int(last.Weekday()) - int(wd) + 7) % 7))
	}
	first := DateOf(time.Date(year, month, 1, 0, 0, 0, 0, time.UTC))
	return first.AddDays((int(wd)-int(first.Weekday())+7)%7 + 7*(nth-1))
}

// easter returns Easter Sunday of the Gregorian calendar.
// Source: J. Meeus, Astronomical Algorithms, 2nd ed. (1998), ch. 8.
func easter(year int) Date {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (8*b + 13) / 25
	h := (19*a + b - d - g + 15) % 30
	i, k := c/4, c%4
	l := (32 + 2*e + 2*i - h - k) % 7
	m := (a + 11*h + 19*l) / 433
	month := (h + l - 7*m + 90) / 25
	day := (h + l - 7*m + 33*month + 19) % 32
	return Date{int32(year), int8(month), int8(day)}
}
