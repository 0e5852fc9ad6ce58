package people

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

func zone(t testing.TB) *time.Location {
	t.Helper()
	z, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return z
}

var monday = interval.MustDate("2026-03-02")

// desk is a problem of the given weeks without slots and people.
func desk(t testing.TB, weeks int) Problem {
	return Problem{Zone: zone(t), Start: monday, Weeks: weeks, Night: Night{From: 23 * 60, To: 6 * 60, Minutes: 120}, Weights: DefaultWeights, Relax: DefaultRelax}
}

// shift is a slot from one hour of the day to another, which may be past 24.
func shift(p Problem, day int, name string, from, to int, skills ...string) Slot {
	date := p.Start.AddDays(day)
	k := Kind{Name: name, Start: from % 24 * 60, End: to % 24 * 60, Skills: skills, UnfilledCents: 1000 * int64(to-from)}
	s, err := k.on(date, p.Zone)
	if err != nil {
		panic(err)
	}
	return s
}

// random builds a small problem in which every rule has a chance to bind.
func random(rng *rand.Rand, p Problem, people, slots int) Problem {
	p.Start = []interval.Date{monday, interval.MustDate("2026-10-28"), interval.MustDate("2026-03-05")}[rng.IntN(3)]
	skills := []string{"spanish", "lead"}
	for i := range people {
		who := Person{Name: fmt.Sprintf("P%d", i), Seniority: rng.IntN(3)}
		for _, s := range skills {
			if rng.IntN(2) == 0 {
				who.Skills = append(who.Skills, s)
			}
		}
		who.Rules = Rules{MinMinutes: 480 * rng.IntN(3), MaxMinutes: []int{0, 960, 1440, 2400}[rng.IntN(4)], MaxRun: rng.IntN(4), Rest: time.Duration(rng.IntN(3)) * 6 * time.Hour,
			DaysOff: rng.IntN(4), MaxWeekends: rng.IntN(2), MaxNights: rng.IntN(3), MaxNightRun: rng.IntN(2)}
		if most := who.Rules.MaxMinutes; most > 0 {
			who.Rules.MinMinutes = min(who.Rules.MinMinutes, most)
		}
		switch rng.IntN(5) {
		case 0:
			first := p.Start.AddDays(rng.IntN(7))
			who.Absent = []Absence{{First: first, Last: first.AddDays(rng.IntN(3)), Reason: "vacation"}}
		case 1:
			var week interval.Week
			for d := range week {
				if rng.IntN(4) > 0 {
					week[d] = []interval.Span{{Open: 60 * rng.IntN(8), Close: 1440 - 60*rng.IntN(8)}}
				}
				if rng.IntN(3) == 0 {
					week[d] = []interval.Span{{Open: 0, Close: 600}, {Open: 600, Close: 1440}}
				}
			}
			who.Available = &week
		case 2:
			who.Never = []Target{{Shift: "night"}}
		}
		if rng.IntN(3) == 0 {
			who.Before = History{Weekends: rng.IntN(3), Nights: rng.IntN(3), Run: rng.IntN(3), End: p.Start.Start(p.Zone).Add(time.Duration(rng.IntN(8)-4) * time.Hour)}
		}
		for range rng.IntN(3) {
			w := Wish{Points: 1 + rng.IntN(3)}
			if rng.IntN(2) == 0 {
				w.Points = -w.Points
			}
			w.Shift = []string{"", "night", "day"}[rng.IntN(3)]
			if w.Shift == "" {
				w.OnDay, w.Weekday = true, time.Weekday(rng.IntN(7))
			}
			who.Wishes = append(who.Wishes, w)
		}
		p.People = append(p.People, who)
	}
	for range slots {
		k := []struct {
			name     string
			from, to int
		}{{"day", 8, 16}, {"late", 14, 22}, {"night", 22, 30}, {"half", 9, 13}}[rng.IntN(4)]
		s := shift(p, rng.IntN(7*p.Weeks), k.name, k.from, k.to)
		if n := rng.IntN(5); n < 2 {
			s.Skills = []string{skills[n]}
		}
		s.UnfilledCents = []int64{1000, 1000, 2500}[rng.IntN(3)]
		p.Slots = append(p.Slots, s)
	}
	for i := range p.People {
		if rng.IntN(4) == 0 && len(p.Slots) > 0 {
			s := p.Slots[rng.IntN(len(p.Slots))]
			p.People[i].Fixed = append(p.People[i].Fixed, Fixed{s.Date, s.Pattern})
		}
	}
	for p.checkFixed() != nil {
		for i := range p.People {
			p.People[i].Fixed = nil
		}
	}
	return p
}

// holders returns who has the pattern on the day of the problem.
func holders(plan Plan, day int, pattern string) []string {
	var out []string
	for _, s := range plan.Roster {
		if s.Date == plan.Start.AddDays(day) && s.Pattern == pattern && s.Agent != "" {
			out = append(out, s.Agent)
		}
	}
	return out
}
