package schedule

import (
	"fmt"
	"slices"
	"time"
)

// A Premium raises the price of the minutes of a shift that lie between two times of
// the wall clock.
type Premium struct {
	From, To int            // minutes after midnight; To at or before From goes over midnight
	Days     []time.Weekday // days on which the window opens; none means every day
	Percent  int            // of the hourly price
}

func (p Premium) fault() error {
	if p.From < 0 || p.From >= 1440 || p.To < 0 || p.To > 1440 {
		return fmt.Errorf("premium from minute %d to %d of the day; give 0 to 1440", p.From, p.To)
	}
	if p.Percent <= 0 || p.Percent > 400 {
		return fmt.Errorf("premium of %d percent; give 1 to 400", p.Percent)
	}
	return nil
}

// holds reports whether the wall time t lies in the window.
func (p Premium) holds(t time.Time) bool {
	h, m, _ := t.Clock()
	minute, day := 60*h+m, t.Weekday()
	in := p.From < p.To && p.From <= minute && minute < p.To
	if p.To <= p.From {
		in = minute >= p.From || minute < p.To
		if minute < p.To { // the window opened the evening before
			day = (day + 6) % 7
		}
	}
	return in && (len(p.Days) == 0 || slices.Contains(p.Days, day))
}

// Wage returns the price of a shift that starts at the instant start, in sixtieths of
// a cent: the paid time at the hourly price, its premiums, and what a call costs.
// Premiums count every minute from start to end within their windows, at most the
// paid ones; a half is rounded up.
func (p Pattern) Wage(start time.Time) int64 {
	sum := p.CentsPerHour*int64(p.Paid) + 60*p.CallCents
	for _, premium := range p.Premiums {
		minutes := 0
		for m := range p.Length() {
			if premium.holds(start.Add(time.Duration(m) * time.Minute)) {
				minutes++
			}
		}
		sum += (p.CentsPerHour*int64(min(minutes, p.Paid)*premium.Percent) + 50) / 100
	}
	return sum
}
