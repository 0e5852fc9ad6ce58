package main

import (
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
	"github.com/ringtide/ringtide/schedule/people"
)

// A shape is how an instance is generated.
type shape struct {
	name          string
	people, weeks int
	use           float64 // demand as a share of what the people's contracts allow
	planted       bool    // the demand is what a roster that keeps all rules works, so nothing need stay unfilled
	seed          uint64
}

type shiftKind struct {
	name       string
	start, end int // hours
	share      float64
}

var kinds = []shiftKind{
	{"early", 6, 14, 0.22}, {"day", 8, 16, 0.24}, {"middle", 10, 18, 0.16}, {"late", 14, 22, 0.2}, {"night", 22, 30, 0.18},
}

var monday = interval.MustDate("2026-03-02") // the clocks go forward in the first weekend

// generate builds a center around the clock whose people have skills, absences, limits,
// wishes and a history.
func generate(s shape) people.Problem {
	rng := rand.New(rand.NewPCG(s.seed, 7))
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err) // the program brings its own zones or runs where there are some
	}
	p := people.Problem{Zone: zone, Start: monday, Weeks: s.weeks, Night: people.Night{From: 23 * 60, To: 6 * 60, Minutes: 180}, Weights: people.DefaultWeights, Relax: people.DefaultRelax}
	for i := range s.people {
		p.People = append(p.People, person(rng, i, s.weeks))
	}
	if s.planted {
		plant(rng, &p)
	} else {
		demand(rng, &p, s.use)
	}
	return p
}

func person(rng *rand.Rand, i, weeks int) people.Person {
	hours := []int{40, 40, 40, 40, 32, 24}[rng.IntN(6)]
	who := people.Person{Name: fmt.Sprintf("P%03d", i+1), Seniority: i + 1, Rules: people.Rules{
		MinMinutes: 60 * (hours - 16), MaxMinutes: 60*hours + 60, MaxRun: 6, Rest: 11 * time.Hour, DaysOff: 2, MaxWeekends: max(1, weeks-1), MaxNights: 3 * weeks, MaxNightRun: 4}}
	if rng.IntN(10) < 4 {
		who.Skills = append(who.Skills, "spanish")
	}
	if rng.IntN(10) < 2 {
		who.Skills = append(who.Skills, "supervisor")
	}
	switch rng.IntN(8) {
	case 0:
		who.Never = append(who.Never, people.Target{Shift: "night"})
	case 1: // school hours
		var week interval.Week
		for d := time.Monday; d <= time.Friday; d++ {
			week[d] = []interval.Span{{Open: 7 * 60, Close: 18*60 + 30}}
		}
		week[time.Saturday] = []interval.Span{{Open: 0, Close: 1440}}
		who.Available = &week
	}
	if rng.IntN(4) == 0 {
		first := monday.AddDays(rng.IntN(7 * weeks))
		who.Absent = append(who.Absent, people.Absence{First: first, Last: first.AddDays(rng.IntN(7)), Reason: "vacation"})
	}
	for range rng.IntN(4) {
		w := people.Wish{Points: []int{-3, -1, 1, 3}[rng.IntN(4)]}
		if rng.IntN(2) == 0 {
			w.Shift = kinds[rng.IntN(len(kinds))].name
		} else {
			w.OnDay, w.Weekday = true, time.Weekday(rng.IntN(7))
		}
		who.Wishes = append(who.Wishes, w)
	}
	who.Before = people.History{Weekends: rng.IntN(4), Nights: rng.IntN(8), Run: rng.IntN(4)}
	return who
}

// slot is a shift of the kind on a day, by elapsed hours from its start on the wall.
func slot(p *people.Problem, day int, k shiftKind, skill string) people.Slot {
	date := p.Start.AddDays(day)
	start := time.Date(date.Year(), date.Month(), date.Day(), k.start, 0, 0, 0, p.Zone)
	s := people.Slot{UnfilledCents: 160_000, Shift: schedule.Shift{Pool: "agents", Pattern: k.name, Date: date, Start: start,
		End: start.Add(time.Duration(k.end-k.start) * time.Hour), PaidMinutes: 60 * (k.end - k.start)}}
	if skill != "" {
		s.Skills = []string{skill}
	}
	return s
}

func skillOf(rng *rand.Rand) string {
	switch n := rng.IntN(20); {
	case n < 5:
		return "spanish"
	case n < 7:
		return "supervisor"
	}
	return ""
}

// capacity is the shifts that contracts, less absences, allow.
func capacity(p people.Problem) float64 {
	sum := 0.0
	for _, who := range p.People {
		sum += float64(who.Rules.MaxMinutes/480) * float64(p.Weeks)
		for _, a := range who.Absent {
			sum -= float64(a.Last.Sub(a.First)+1) * 5 / 7
		}
	}
	return sum
}

// demand asks for a share of the capacity.
func demand(rng *rand.Rand, p *people.Problem, use float64) {
	perDay := use * capacity(*p) / float64(7*p.Weeks)
	weekday := []float64{0.8, 1.12, 1.1, 1.08, 1.06, 1.04, 0.8}
	for day := range 7 * p.Weeks {
		for _, k := range kinds {
			n := perDay * weekday[p.Start.AddDays(day).Weekday()] * k.share
			for range int(n + rng.Float64()) {
				p.Slots = append(p.Slots, slot(p, day, k, skillOf(rng)))
			}
		}
	}
}

// plant lets every person work full weeks at random within the rules and asks for
// just those shifts: it can be filled to the last.
func plant(rng *rand.Rand, p *people.Problem) {
	var slots []people.Slot
	for _, who := range p.People {
		slots = append(slots, plantLine(rng, p, who)...)
	}
	p.Slots = slots
}

// plantLine works, from week to week, as many days as the contract allows, one kind a week.
func plantLine(rng *rand.Rand, p *people.Problem, who people.Person) []people.Slot {
	var out []people.Slot
	run, weekends, nights := who.Before.Run, 0, 0
	ready := time.Time{}
	for week := range p.Weeks {
		k := kinds[rng.IntN(len(kinds))]
		for k.name == "night" && (len(who.Never) > 0 || who.Available != nil || nights+4 > who.Rules.MaxNights) || who.Available != nil && (k.start < 7 || k.end > 18) {
			k = kinds[rng.IntN(len(kinds))]
		}
		days, nightRun, atWeekend := 0, 0, false
		first := rng.IntN(3)
		for d := range 7 {
			day := 7*week + d
			s := slot(p, day, k, "")
			weekend := s.Date.Weekday() == time.Saturday || s.Date.Weekday() == time.Sunday
			gone := false
			for _, a := range who.Absent {
				gone = gone || !s.Date.Before(a.First) && !s.Date.After(a.Last) || k.end > 24 && s.Date.AddDays(1) == a.First
			}
			stop := d < first || gone || run >= who.Rules.MaxRun || days >= min(5, who.Rules.MaxMinutes/480) || s.Start.Before(ready) ||
				k.name == "night" && nightRun >= who.Rules.MaxNightRun || weekend && !atWeekend && weekends >= who.Rules.MaxWeekends ||
				who.Available != nil && s.Date.Weekday() == time.Sunday
			if stop {
				run, nightRun = 0, 0
				continue
			}
			if weekend && !atWeekend {
				weekends++
				atWeekend = true
			}
			if k.name == "night" {
				nights++
				nightRun++
			}
			run++
			days++
			ready = s.End.Add(who.Rules.Rest)
			if len(who.Skills) > 0 && rng.IntN(2) == 0 {
				s.Skills = who.Skills[:1]
			}
			out = append(out, s)
		}
	}
	return out
}
