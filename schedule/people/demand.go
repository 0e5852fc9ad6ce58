package people

import (
	"fmt"
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// A Kind is a shift that is to be filled by so many people on each weekday.
type Kind struct {
	Name          string
	Pool          string
	Start, End    int             // wall clock, minutes after midnight; over midnight when End is not later
	Breaks        []interval.Span // wall clock within the shift, in order; a break over midnight is not possible
	PaidBreaks    bool
	Agents        [7]int // people by time.Weekday
	Skills        []string
	UnfilledCents int64
}

// Demand lists the slots of the kinds from the first day on. Days on which the calendar
// is closed, and shifts of which no minute is open, have none; a nil calendar is always open.
// A time that the clocks skip is the moment they skip it; of one that comes twice
// the first is meant. A shift is paid for the time that passes, so a night of 23 or 25
// hours makes it shorter or longer.
func Demand(kinds []Kind, first interval.Date, weeks int, cal *interval.Calendar, zone *time.Location) ([]Slot, error) {
	var out []Slot
	for day := range 7 * weeks {
		date := first.AddDays(day)
		for _, k := range kinds {
			n := k.Agents[date.Weekday()]
			if n == 0 {
				continue
			}
			s, err := k.on(date, zone)
			if err != nil {
				return nil, err
			}
			if open(cal, s.Shift) {
				for range n {
					slot := s
					slot.Breaks = slices.Clone(s.Breaks)
					out = append(out, slot)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Slot) int { return a.Start.Compare(b.Start) })
	return out, nil
}

// on is the shift of the kind on a day.
func (k Kind) on(date interval.Date, zone *time.Location) (Slot, error) {
	end := date
	if k.End <= k.Start {
		end = date.AddDays(1)
	}
	s := schedule.Shift{Pool: k.Pool, Pattern: k.Name, Date: date, Start: moment(date, k.Start, zone), End: moment(end, k.End, zone)}
	if interval.DateOf(s.Start) != date {
		return Slot{}, fmt.Errorf("people: shift %q starts at %s, which the clocks skip on %s to the end of the day", k.Name, clock(k.Start), date)
	}
	paid := s.End.Sub(s.Start)
	for _, b := range k.Breaks {
		on := date
		if b.Open < k.Start {
			on = end
		}
		rest := schedule.Rest{Start: moment(on, b.Open, zone)}
		rest.End = rest.Start.Add(time.Duration(b.Minutes()) * time.Minute)
		if rest.End.After(s.End) {
			return Slot{}, fmt.Errorf("people: shift %q on %s: the clocks skip time, and its break of %s does not fit", k.Name, date, clock(b.Open))
		}
		s.Breaks = append(s.Breaks, rest)
		if !k.PaidBreaks {
			paid -= rest.End.Sub(rest.Start)
		}
	}
	s.PaidMinutes = int(paid / time.Minute)
	return Slot{Shift: s, Skills: k.Skills, UnfilledCents: k.UnfilledCents}, nil
}

// open reports whether the calendar is open on the day of the shift, and at some minute of it.
func open(cal *interval.Calendar, s schedule.Shift) bool {
	if cal == nil {
		return true
	}
	if cal.Plan(s.Date).Closed() {
		return false
	}
	for t := s.Start; t.Before(s.End); t = t.Add(time.Minute) {
		if cal.IsOpen(t) {
			return true
		}
	}
	return false
}

// moment is the first instant of the day at which the wall shows minute m or later.
func moment(d interval.Date, m int, zone *time.Location) time.Time {
	if m == 1440 {
		return d.AddDays(1).Start(zone)
	}
	start := d.Start(zone)
	t := start.Add(time.Duration(m) * time.Minute)
	if interval.DateOf(t) == d && clockMinute(t) == m && sameOffset(start, t) {
		return t
	}
	end := d.AddDays(1).Start(zone)
	for t = start; t.Before(end); t = t.Add(time.Minute) {
		if clockMinute(t) >= m {
			return t
		}
	}
	return end
}

func sameOffset(a, b time.Time) bool {
	_, x := a.Zone()
	_, y := b.Zone()
	return x == y
}

func clockMinute(t time.Time) int { return 60*t.Hour() + t.Minute() }

func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
