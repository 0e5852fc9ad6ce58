package fee

import (
	"errors"
	"fmt"
	"math"

	"github.com/ringtide/ringtide/interval"
)

// A Usage is what a request adds to the work of the center on the days First to Last,
// in each of the simulated futures: value i of every slice is path i. Values may be
// negative, where the request takes work away.
type Usage struct {
	First, Last interval.Date
	Kind        string // kind of the request
	Partner     bool   // asked by a department with an established partnership
	Calls       []float64
	Minutes     []float64 // handle minutes
	Hours       []float64 // paid hours
	// DayShare is the share of the usage on each day from First to Last, summing to 1;
	// none means evenly. It matters only where a price changes between these days.
	DayShare []float64
}

// Validate reports every fault of the usage at once.
func (u Usage) Validate() error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if u.First.IsZero() || u.Last.Before(u.First) {
		fault("days %q to %q", u.First, u.Last)
	}
	if u.Kind == "" {
		fault("no kind of request")
	}
	n := len(u.Calls)
	if n == 0 || len(u.Minutes) != n || len(u.Hours) != n {
		fault("%d paths of calls, %d of minutes, %d of hours; give one value of each per path", n, len(u.Minutes), len(u.Hours))
	}
	for _, s := range []struct {
		name   string
		values []float64
	}{{"calls", u.Calls}, {"minutes", u.Minutes}, {"hours", u.Hours}} {
		for i, v := range s.values {
			if !(math.Abs(v) <= maxQuantity) {
				fault("%v %s on path %d", v, s.name, i)
				break
			}
		}
	}
	if err := errors.Join(append(errs, u.shareFault())...); err != nil {
		return fmt.Errorf("fee: bad usage: %w", err)
	}
	return nil
}

// maxQuantity bounds the units of a path.
const maxQuantity = 1e9

func (u Usage) shareFault() error {
	if u.DayShare == nil {
		return nil
	}
	if days := u.Last.Sub(u.First) + 1; len(u.DayShare) != days {
		return fmt.Errorf("%d day shares for %d days", len(u.DayShare), days)
	}
	sum := 0.0
	for i, s := range u.DayShare {
		if !(s >= 0 && s <= 1) {
			return fmt.Errorf("share %v on %s; give 0 to 1", s, u.First.AddDays(i))
		}
		sum += s
	}
	if math.Abs(sum-1) > 1e-6 {
		return fmt.Errorf("day shares sum to %v, not 1", sum)
	}
	return nil
}

// inForce returns the first and last day and the number of days on which t is in
// force, and the share of the usage on them.
func (u Usage) inForce(t Tariff) (first, last interval.Date, days int, share float64) {
	first, last = u.First, u.Last
	if first.Before(t.From) {
		first = t.From
	}
	if !t.To.IsZero() && last.After(t.To) {
		last = t.To
	}
	if last.Before(first) {
		return first, last, 0, 0
	}
	return first, last, last.Sub(first) + 1, u.share(first, last)
}

// share returns the share of the usage on the days from first to last.
func (u Usage) share(first, last interval.Date) float64 {
	if first == u.First && last == u.Last {
		return 1
	}
	if u.DayShare == nil {
		return days(first, last) / days(u.First, u.Last)
	}
	sum := 0.0
	for _, s := range u.DayShare[first.Sub(u.First) : last.Sub(u.First)+1] {
		sum += s
	}
	return sum
}

// samples returns the quantity that a basis counts, per path; nil where it counts none.
func (u Usage) samples(b Basis) []float64 {
	switch b {
	case PerCall:
		return u.Calls
	case PerMinute, FTEShare:
		return u.Minutes
	case StaffHour:
		return u.Hours
	}
	return nil
}
