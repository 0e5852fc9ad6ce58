package schedule

import (
	"errors"
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// A Tour is a kind of working week: which patterns an agent works on how many days.
// Shifts that a tour names are worked as part of tours only.
type Tour struct {
	Name     string
	Patterns []string // the patterns it may work
	Days     int      // shifts a week, 1 to 7
	// SameStart keeps pattern and start the same all week. Without it each day may have
	// its own, and the windows of the patterns must leave Rest whatever they are.
	SameStart      bool
	ConsecutiveOff bool  // the days off are in one run; the run may go over the end of the week
	MaxConsecutive int   // most working days in a row; 0 means no limit
	Rest           int   // least minutes between two shifts
	Overtime       int   // days a week beyond Days
	OvertimeCents  int64 // price of an hour of overtime, cents
	Max            int   // most agents; 0 means no limit
}

// Validate reports every fault of the tour at once; patterns are those that it may name.
func (t Tour) Validate(patterns []Pattern) error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if strings.TrimSpace(t.Name) == "" {
		fault("no name")
	}
	if t.Days < 1 || t.Days > 7 || t.Overtime < 0 || t.Days+t.Overtime > 7 {
		fault("%d days and %d of overtime in a week; give 1 to 7 together", t.Days, t.Overtime)
	}
	if t.MaxConsecutive < 0 || t.Rest < 0 || t.Rest > 24*60 || t.Max < 0 {
		fault("max_consecutive %d, rest %d minutes, max %d; give 0 or more, rest up to 24h", t.MaxConsecutive, t.Rest, t.Max)
	}
	if t.OvertimeCents < 0 || t.OvertimeCents > maxCents || t.Overtime > 0 && t.OvertimeCents == 0 {
		fault("%d cents for an hour of overtime; give 1 to %d", t.OvertimeCents, int64(maxCents))
	}
	var named []Pattern
	if len(t.Patterns) == 0 {
		fault("no patterns; name at least one")
	}
	for i, name := range t.Patterns {
		at := slices.IndexFunc(patterns, func(p Pattern) bool { return p.Name == name })
		switch {
		case at < 0:
			fault("there is no pattern %q", name)
		case slices.Contains(t.Patterns[:i], name):
			fault("pattern %q is named twice", name)
		default:
			named = append(named, patterns[at])
		}
	}
	errs = append(errs, t.restFault(named), t.overtimeFault(named))
	if errors.Join(errs...) == nil && len(t.weeks(7)) == 0 {
		fault("no week has %d working days with these rules for days off; raise max_consecutive or lower days", t.Days)
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("schedule: tour %q: %w", t.Name, err)
	}
	return nil
}

// restFault reports whether two shifts on days in a row can lie too close.
func (t Tour) restFault(named []Pattern) error {
	for i, p := range named {
		for j, q := range named {
			late := p.Last
			if t.SameStart {
				late = p.First
			}
			between := 1440 + q.First - late - p.Length()
			switch {
			case between >= t.Rest || t.SameStart && i != j:
			case t.SameStart:
				return fmt.Errorf("pattern %q leaves %s between two days, less than the rest of %s", p.Name, hours(between), hours(t.Rest))
			default:
				return fmt.Errorf("a shift of %q may start at %s and one of %q at %s the next day, which leaves %s, less than the rest of %s; narrow their start windows or set same_start", p.Name, clock(late), q.Name, clock(q.First), hours(between), hours(t.Rest))
			}
		}
	}
	return nil
}

// overtimeFault reports whether the price of a day of overtime would be unclear.
func (t Tour) overtimeFault(named []Pattern) error {
	if t.Overtime == 0 {
		return nil
	}
	for _, p := range named {
		if t.OvertimeCents < p.CentsPerHour {
			return fmt.Errorf("an hour of overtime costs %d cents, less than one of pattern %q", t.OvertimeCents, p.Name)
		}
		if !t.SameStart && (p.Paid != named[0].Paid || p.CentsPerHour != named[0].CentsPerHour) {
			return fmt.Errorf("patterns %q and %q differ in hours or price, so overtime has no one price; give each its own tour or set same_start", named[0].Name, p.Name)
		}
	}
	return nil
}

// hours writes minutes as 11h30m.
func hours(minutes int) string {
	if minutes%60 == 0 {
		return fmt.Sprintf("%dh", minutes/60)
	}
	return fmt.Sprintf("%dh%02dm", minutes/60, minutes%60)
}

// A workdays is a set of working days of a week of seven, bit d for its day d.
type workdays uint8

// weeks lists the working weeks that the tour allows, those of days and of overtime,
// in ascending order. A week repeats: its last day comes before its first. Of a week
// with fewer than seven days left only the part within it counts.
func (t Tour) weeks(days int) []workdays {
	var out []workdays
	for w := range workdays(1<<7 - 1) {
		if n := bits.OnesCount8(uint8(w + 1)); n < t.Days || n > t.Days+t.Overtime {
			continue
		}
		if t.allows(w + 1) {
			out = append(out, (w+1)&(1<<days-1))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (t Tour) allows(w workdays) bool {
	runsOff, longest, run := 0, 0, 0
	for i := range 14 { // twice round, so that runs over the end are seen whole
		on := w>>(i%7)&1 == 1
		if !on {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
		if i < 7 && w>>((i+1)%7)&1 == 0 {
			runsOff++
		}
	}
	if t.ConsecutiveOff && runsOff > 1 {
		return false
	}
	return t.MaxConsecutive == 0 || longest <= t.MaxConsecutive || w == 1<<7-1 && t.MaxConsecutive >= 7
}
