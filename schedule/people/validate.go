package people

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
)

const (
	maxWeeks  = 8
	maxSlots  = 50_000
	maxPeople = 5_000
	maxPrice  = 100_000_000 // cents of a shift
)

// Validate reports the faults of the problem at once.
func (p Problem) Validate() error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if p.Zone == nil {
		fault("no time zone")
	}
	if p.Start.IsZero() || p.Weeks < 1 || p.Weeks > maxWeeks {
		fault("%d weeks from %s; give a first day and 1 to %d weeks", p.Weeks, p.Start, maxWeeks)
	}
	if len(p.Slots) > maxSlots || len(p.People) > maxPeople {
		fault("%d shifts and %d people; at most %d and %d", len(p.Slots), len(p.People), maxSlots, maxPeople)
	}
	if n := p.Night; n.From < 0 || n.From >= 1440 || n.To < 0 || n.To > 1440 || n.Minutes < 0 || n.Minutes > 1440 {
		fault("night from minute %d to %d, of which %d; all are minutes of a day", n.From, n.To, n.Minutes)
	}
	if p.Award != "" && p.Award != Weighted && p.Award != BySeniority {
		errs = append(errs, fmt.Errorf("award: %q; give weighted or seniority", p.Award))
	}
	if w := p.Weights; min(w.Weekend, w.Night, w.Hours, w.Preference) < 0 || max(w.Weekend, w.Night, w.Hours, w.Preference) > 10_000 || w.Senior < 1 || w.Senior > 100 {
		fault("weights %+v; give 0 to 10000, and senior from 1 to 100", w)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("people: %w", err)
	}
	for i, s := range p.Slots {
		if err := p.checkSlot(s); err != nil {
			return fmt.Errorf("people: shift %d, %s on %s: %w", i+1, s.Pattern, s.Date, err)
		}
	}
	seen := map[string]bool{}
	for _, who := range p.People {
		if seen[who.Name] {
			return fmt.Errorf("people: %q is there twice; names must differ", who.Name)
		}
		seen[who.Name] = true
		if err := p.checkPerson(who); err != nil {
			return fmt.Errorf("people: %q: %w", who.Name, err)
		}
	}
	return p.checkFixed()
}

func (p Problem) checkSlot(s Slot) error {
	length := s.End.Sub(s.Start)
	day := s.Date.Sub(p.Start)
	switch {
	case s.Pattern == "":
		return errors.New("no name of its kind")
	case day < 0 || day >= 7*p.Weeks:
		return fmt.Errorf("it lies outside the %d weeks from %s", p.Weeks, p.Start)
	case s.Date != interval.DateOf(s.Start.In(p.Zone)):
		return fmt.Errorf("it starts at %s, which is another day in %v", s.Start.Format(time.RFC3339), p.Zone)
	case length <= 0 || length > 24*time.Hour || s.Start.Unix()%60 != 0 || s.End.Unix()%60 != 0:
		return fmt.Errorf("it lasts %v; give whole minutes up to a day", length)
	case s.PaidMinutes < 0 || time.Duration(s.PaidMinutes)*time.Minute > length:
		return fmt.Errorf("%d paid minutes in %v", s.PaidMinutes, length)
	case s.UnfilledCents <= 0 || s.UnfilledCents > maxPrice:
		return fmt.Errorf("unfilled price %d cents; give 1 to %d", s.UnfilledCents, maxPrice)
	}
	return nil
}

func (p Problem) checkPerson(who Person) error {
	r, b := who.Rules, who.Before
	switch {
	case strings.TrimSpace(who.Name) != who.Name || who.Name == "":
		return errors.New("names are not empty and have no spaces around them")
	case strings.ContainsAny(who.Name[:1], "=+-@") || strings.ContainsFunc(who.Name, func(c rune) bool { return c < ' ' || c == 0x7f }):
		return errors.New("the name begins like a spreadsheet formula or has control characters")
	case r.MinMinutes < 0 || r.MaxMinutes < 0 || r.MaxMinutes > 0 && r.MinMinutes > r.MaxMinutes:
		return fmt.Errorf("hours from %d to %d minutes a week; the least comes first", r.MinMinutes, r.MaxMinutes)
	case min(r.MaxRun, r.DaysOff, r.MaxWeekends, r.MaxNights, r.MaxNightRun) < 0 || r.DaysOff > 7:
		return errors.New("limits are 0 or more, and days off at most 7")
	case r.Rest < 0 || r.Rest > 48*time.Hour || r.Rest%time.Minute != 0:
		return fmt.Errorf("rest of %v; give whole minutes up to 48h", r.Rest)
	case who.Seniority < 0:
		return fmt.Errorf("seniority %d; 1 bids first", who.Seniority)
	case min(b.Weekends, b.Nights, b.Run, b.NightRun) < 0 || b.NightRun > b.Run || max(b.Weekends, b.Nights) > 1000:
		return fmt.Errorf("counts before the first day: %d weekends, %d nights, %d days in a row, %d of them nights", b.Weekends, b.Nights, b.Run, b.NightRun)
	case !b.End.IsZero() && b.End.After(p.Start.Start(p.Zone).Add(24*time.Hour)):
		return fmt.Errorf("the shift before ends at %s, more than a day after the start", b.End.Format(time.RFC3339))
	}
	for _, a := range who.Absent {
		if a.Last.Before(a.First) {
			return fmt.Errorf("absent from %s to %s, which is backwards", a.First, a.Last)
		}
	}
	for _, w := range who.Wishes {
		if w.Points == 0 || w.Points < -9 || w.Points > 9 {
			return fmt.Errorf("a wish of %d points; give 1 to 9", w.Points)
		}
	}
	return who.checkAvailable()
}

func (who Person) checkAvailable() error {
	if who.Available == nil {
		return nil
	}
	for d, spans := range who.Available {
		last := 0
		for _, s := range spans {
			if s.Open < last || s.Close <= s.Open || s.Close > 1440 {
				return fmt.Errorf("available %v on %v: windows ascend, do not overlap and end after they begin", s, time.Weekday(d))
			}
			last = s.Close
		}
	}
	return nil
}

// checkFixed finds fixed shifts that do not exist, or more of them than there are.
func (p Problem) checkFixed() error {
	left := map[Fixed]int{}
	for _, s := range p.Slots {
		left[Fixed{s.Date, s.Pattern}]++
	}
	for _, who := range p.People {
		days := map[interval.Date]bool{}
		for _, f := range who.Fixed {
			have, ok := left[f]
			switch {
			case !ok:
				return fmt.Errorf("people: %q: fixed %s %s: there is no such shift to fill", who.Name, f.Date, f.Shift)
			case have == 0:
				return fmt.Errorf("people: %q: fixed %s %s: more people are fixed to it than it needs", who.Name, f.Date, f.Shift)
			case days[f.Date]:
				return fmt.Errorf("people: %q: fixed to two shifts on %s", who.Name, f.Date)
			}
			left[f]--
			days[f.Date] = true
		}
	}
	return nil
}

// weekendDay reports whether the date counts as a day of a weekend.
func (p Problem) weekendDay(d interval.Date) bool {
	days := p.Weekend
	if len(days) == 0 {
		days = []time.Weekday{time.Saturday, time.Sunday}
	}
	return slices.Contains(days, d.Weekday()) || slices.Contains(p.Holidays, d)
}

// Validate reports a fault of the options.
func (o Options) Validate() error {
	if o.Work < 0 {
		return fmt.Errorf("people: work %d; give 0 for the default", o.Work)
	}
	return nil
}
