package schedule

import (
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// carried checks lines that go on from week to week: over the end of a week rest and days in
// a row hold, and nobody new works while someone who worked before does not.
func (v *weekVerifier) carried() {
	first := interval.DateOf(v.need.Grid.Start())
	all := map[string]Roster{}
	for _, s := range slices.Concat(v.opt.Before, v.plan.Roster) {
		if s.Agent != "" {
			all[s.Agent] = append(all[s.Agent], s)
		}
	}
	for _, t := range v.tours {
		lastWeek := (len(datesOf(v.need.Grid)) - 1) / daysOfWeek
		working := make([]int, lastWeek+1) // agents of the tour by week
		news, known := make([]int, lastWeek+1), 0
		for agent, shifts := range all {
			slices.SortFunc(shifts, func(a, b Shift) int { return a.Start.Compare(b.Start) })
			if !slices.Contains(t.Patterns, shifts[len(shifts)-1].Pattern) {
				continue
			}
			v.boundaries(agent, t, shifts)
			begun := shifts[0].Date.Sub(first)
			if begun < 0 {
				known++
			} else {
				news[begun/daysOfWeek]++
			}
			seen := map[int]bool{}
			for _, s := range shifts {
				if w := s.Date.Sub(first) / daysOfWeek; !s.Date.Before(first) && !seen[w] {
					seen[w] = true
					working[w]++
				}
			}
		}
		for w, n := range news {
			if n > 0 && working[w]-n < known {
				v.fault("week %d of %s has %d new agents while %d of %d who were there do not work", w+1, t.Name, n, known-working[w]+n, known)
			}
			known += n
		}
	}
}

// boundaries checks the rest and the days in a row of an agent wherever two weeks meet.
func (v *weekVerifier) boundaries(agent string, t Tour, shifts Roster) {
	first := interval.DateOf(v.need.Grid.Start())
	run := 1
	for i := 1; i < len(shifts); i++ {
		a, b := shifts[i-1], shifts[i]
		if b.Date.Sub(a.Date) == 1 {
			run++
		} else {
			run = 1
		}
		if b.Date.Before(first) {
			continue // the roster before is as it is
		}
		if t.MaxConsecutive > 0 && run > t.MaxConsecutive {
			v.fault("%s works %d days in a row up to %s, not %d", agent, run, b.Date, t.MaxConsecutive)
		}
		if rest := b.Start.Sub(a.End); rest < time.Duration(t.Rest)*time.Minute && (t.SameStart || v.wallRest(a, b) < t.Rest) {
			v.fault("%s rests %v before %s, not %d minutes", agent, rest, b.Start.Format(time.RFC3339), t.Rest)
		}
	}
}
