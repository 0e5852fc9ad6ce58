package schedule

import (
	"maps"
	"slices"
	"time"
)

// Reach says how far a roster goes when nobody moves: the intervals that stay short of
// the requirement at some moment, in order. Of paths an interval has the hours short in
// the mean over them, and the chance to be short: the share of the paths on which it is.
// Shifts of other days and pools must be left out by the caller.
func (r Roster) Reach(need Requirement) ([]Unmet, error) {
	if err := need.Validate(); err != nil {
		return nil, err
	}
	g, whole := need.Grid, need.Whole()
	on := r.OnPosition(g)
	var out []Unmet
	for i, required := range whole {
		if u := r.reachOf(need, i); u.ShortHours > 0 {
			u.Required, u.OnPosition = required, on[i]
			out = append(out, u)
		}
	}
	return slices.Clip(out), nil
}

// reachOf returns the hours short of an interval and, of paths, the chance to be short.
func (r Roster) reachOf(need Requirement, i int) Unmet {
	from, to := need.Grid.At(i), need.Grid.At(i+1)
	u := Unmet{Interval: i}
	if len(need.Paths) == 0 {
		u.ShortHours = r.shortHours(from, to, wholeAgents(need.Agents[i]))
		return u
	}
	all := float64(len(need.Paths))
	asking := map[int]int{} // paths by what they ask for
	for _, path := range need.Paths {
		asking[wholeAgents(path[i])]++
	}
	short := 0
	for _, required := range slices.Sorted(maps.Keys(asking)) {
		if hours := r.shortHours(from, to, required); hours > 0 {
			short += asking[required]
			u.ShortHours += hours * float64(asking[required]) / all
		}
	}
	u.Chance = float64(short) / all
	return u
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
