package schedule

import (
	"errors"
	"slices"
	"time"
)

// Reach says how far a roster goes when nobody moves: the intervals that stay short of
// the requirement at some moment, in order. Shifts of other days and pools must be left
// out by the caller.
func (r Roster) Reach(need Requirement) ([]Unmet, error) {
	if err := errors.Join(need.Validate(), need.certain("Reach")); err != nil {
		return nil, err
	}
	g, whole := need.Grid, need.Whole()
	on := r.OnPosition(g)
	var out []Unmet
	for i, required := range whole {
		if short := r.shortHours(g.At(i), g.At(i+1), required); short > 0 {
			out = append(out, Unmet{Interval: i, Required: required, OnPosition: on[i], ShortHours: short})
		}
	}
	return slices.Clip(out), nil
}

// shortHours returns the agent-hours short of the required agents from one instant to
// another: coverage changes only where a shift or a break begins or ends.
func (r Roster) shortHours(from, to time.Time, required int) float64 {
	cuts := []time.Time{from, to}
	keep := func(t time.Time) {
		if t.After(from) && t.Before(to) {
			cuts = append(cuts, t)
		}
	}
	var near Roster
	for _, s := range r {
		if !s.Start.Before(to) || !s.End.After(from) {
			continue
		}
		near = append(near, s)
		keep(s.Start)
		keep(s.End)
		for _, b := range s.Breaks {
			keep(b.Start)
			keep(b.End)
		}
	}
	slices.SortFunc(cuts, time.Time.Compare)
	sum := 0.0
	for i := 1; i < len(cuts); i++ {
		on := 0
		for _, s := range near {
			if s.onAt(cuts[i-1]) {
				on++
			}
		}
		sum += float64(max(0, required-on)) * cuts[i].Sub(cuts[i-1]).Hours()
	}
	return sum
}

// onAt reports whether the agent of the shift is on position at an instant.
func (s Shift) onAt(t time.Time) bool {
	if t.Before(s.Start) || !t.Before(s.End) {
		return false
	}
	return !slices.ContainsFunc(s.Breaks, func(b Rest) bool { return !t.Before(b.Start) && t.Before(b.End) })
}
