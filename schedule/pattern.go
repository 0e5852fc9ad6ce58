package schedule

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// maxBreaks bounds the breaks of one pattern, so that a shift under search is a flat value.
const maxBreaks = 8

// A Pattern is a kind of shift that may be worked any number of times a day.
type Pattern struct {
	Name string
	// First and Last bound the start: minutes after midnight on the wall, both
	// included. Starts lie Every minutes apart from First on; Every may be 0 when
	// First equals Last.
	First, Last, Every int
	Paid               int            // paid minutes of a shift, paid breaks included
	Breaks             []Break        // in the order they are taken, at most eight
	Spacing            int            // least minutes at work between two breaks
	Days               []time.Weekday // days on which shifts may start; none means every day
	CentsPerHour       int64          // price of a paid hour, cents
	Max                int            // most shifts a day; 0 means no limit
	// What follows is obeyed by CoverWeeks.
	Premiums  []Premium     // what nights, weekends and the like cost more
	Notice    time.Duration // least time between the decision and a shift, as of agents on call or of another department
	CallCents int64         // price of each shift beside its hours, cents
	// Skills are what its agents can serve, each all of them. CoverSkills obeys them; a
	// requirement without skills is anyone's.
	Skills []string
}

// A Break is time off position within a shift.
type Break struct {
	Minutes          int
	Earliest, Latest int  // bounds of its start, minutes after the start of the shift, both included
	Every            int  // its starts lie this many minutes apart from Earliest on; 0 means 15
	Paid             bool // an unpaid break, such as lunch, makes the shift longer than its paid minutes
}

// Length returns the minutes from start to end of a shift: paid minutes and unpaid breaks.
func (p Pattern) Length() int {
	sum := p.Paid
	for _, b := range p.Breaks {
		if !b.Paid {
			sum += b.Minutes
		}
	}
	return sum
}

// overnight reports whether a shift of the pattern may reach over midnight.
func (p Pattern) overnight() bool { return p.Last+p.Length() > 1440 }

// On reports whether shifts of the pattern may start on weekday d.
func (p Pattern) On(d time.Weekday) bool {
	return len(p.Days) == 0 || slices.Contains(p.Days, d)
}

// Starts returns the allowed starts, minutes after midnight on the wall, ascending.
func (p Pattern) Starts() []int { return steps(p.First, p.Last, p.Every) }

// Starts returns the allowed starts of the break, minutes after the start of its
// shift, ascending.
func (b Break) Starts() []int {
	if b.Every == 0 {
		b.Every = 15
	}
	return steps(b.Earliest, b.Latest, b.Every)
}

// steps lists first, first+every, ... up to last; every is positive unless first is last.
func steps(first, last, every int) []int {
	if every <= 0 {
		return []int{first}
	}
	var at []int
	for t := first; t <= last; t += every {
		at = append(at, t)
	}
	return at
}

// Validate reports every fault of the pattern at once.
func (p Pattern) Validate() error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if strings.TrimSpace(p.Name) == "" {
		fault("no name")
	}
	if p.First < 0 || p.Last < p.First || p.Last >= 1440 {
		fault("starts from minute %d to minute %d leave the day 0 to 1439", p.First, p.Last)
	}
	if p.Every < 0 || p.Every == 0 && p.First != p.Last {
		fault("starts %d minutes apart; give a positive step", p.Every)
	}
	if p.Paid <= 0 || p.Paid > 1440 {
		fault("%d paid minutes; give 1 to 1440", p.Paid)
	}
	if p.Length() > 1440 {
		fault("%d paid minutes and unpaid breaks last longer than a day", p.Paid)
	}
	for _, premium := range p.Premiums {
		if err := premium.fault(); err != nil {
			fault("%w", err)
		}
	}
	if p.Notice < 0 || p.CallCents < 0 || p.CallCents > 100*maxCents {
		fault("notice %v and %d cents a call; give 0 or more", p.Notice, p.CallCents)
	}
	if p.CentsPerHour < 0 || p.CentsPerHour > maxCents {
		fault("%d cents per hour; give 0 to %d", p.CentsPerHour, int64(maxCents))
	}
	if p.Max < 0 {
		fault("at most %d shifts a day; give 0 for no limit", p.Max)
	}
	for i, skill := range p.Skills {
		if err := checkLabel(skill); err != nil {
			fault("skills: %w", err)
		} else if slices.Contains(p.Skills[:i], skill) {
			fault("skills: %q is named twice", skill)
		}
	}
	seen := map[time.Weekday]bool{}
	for _, d := range p.Days {
		if d < time.Sunday || d > time.Saturday || seen[d] {
			fault("weekday %d is unknown or given twice", int(d))
		}
		seen[d] = true
	}
	errs = append(errs, p.breakFaults()...)
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("schedule: pattern %q: %w", p.Name, err)
	}
	return nil
}

// maxCents bounds every hourly price (10,000 dollars), so that sums stay far from overflow.
const maxCents = 1_000_000

func (p Pattern) breakFaults() []error {
	var errs []error
	if p.Spacing < 0 {
		errs = append(errs, fmt.Errorf("spacing %d minutes; give 0 or more", p.Spacing))
	}
	if len(p.Breaks) > maxBreaks {
		errs = append(errs, fmt.Errorf("%d breaks; at most %d", len(p.Breaks), maxBreaks))
	}
	off := 0
	for i, b := range p.Breaks {
		off += b.Minutes
		if b.Minutes <= 0 || b.Earliest < 0 || b.Latest < b.Earliest || b.Latest+b.Minutes > p.Length() || b.Every < 0 {
			errs = append(errs, fmt.Errorf("break %d of %d minutes, start %d to %d after the shift starts, every %d: does not lie in a shift of %d minutes",
				i+1, b.Minutes, b.Earliest, b.Latest, b.Every, p.Length()))
		}
	}
	if len(errs) == 0 && off >= p.Length() {
		errs = append(errs, fmt.Errorf("breaks of %d minutes leave nothing of a shift of %d", off, p.Length()))
	}
	if len(errs) == 0 && !p.breaksFit() {
		errs = append(errs, errors.New("its breaks cannot be taken in their order with the spacing; widen a window or lower the spacing"))
	}
	return errs
}

// breaksFit reports whether some placement obeys order and spacing: taking every
// break as early as its predecessor allows finds one if there is any.
func (p Pattern) breaksFit() bool {
	free := 0
	for _, b := range p.Breaks {
		starts := b.Starts()
		i, _ := slices.BinarySearch(starts, free)
		if i == len(starts) {
			return false
		}
		free = starts[i] + b.Minutes + p.Spacing
	}
	return true
}

// clock writes minutes after midnight as 08:00.
func clock(minute int) string { return fmt.Sprintf("%02d:%02d", minute/60, minute%60) }
