package main

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// An instance is a requirement and what may cover it.
type instance struct {
	name     string
	need     schedule.Requirement
	patterns []schedule.Pattern
	tours    []schedule.Tour
	opt      schedule.Options
}

// Figures of the instance that others have been measured on; what was not published,
// the shape of the days and the wage, is chosen here: two humps, quieter weekends.
const (
	peak        = 60
	wageCents   = 2500
	underCents  = 4 * 2500 // an agent-hour short: 25 dollars a quarter hour
	nightPrice  = 10       // percent more from 22 to 6
	firstNight  = 22 * 60
	endOfNight  = 6 * 60
	quarter     = 15
	startsEvery = 30
)

var dayFactor = [7]float64{1, .94, .92, .91, .89, .62, .52}

// newInstance builds one repeating day or week of quarter hours, around the clock. The
// noise multiplies each quarter hour by 1 + noise times a standard normal number.
func newInstance(days int, seed uint64, noise float64) (instance, error) {
	first := interval.MustDate("2026-05-04")
	g, err := interval.DayGrid(first, first.AddDays(days-1), quarter*time.Minute, time.UTC)
	if err != nil {
		return instance{}, err
	}
	in := instance{name: "week", need: schedule.Requirement{Grid: g, Agents: make([]float64, g.Len())}}
	rng := rand.New(rand.NewPCG(seed, 0))
	most := 0.0
	for i := range in.need.Agents {
		v := dayFactor[i/96] * shape(float64(g.Minute(i))/60) * (1 + noise*rng.NormFloat64())
		in.need.Agents[i] = v
		most = max(most, v)
	}
	for i, v := range in.need.Agents {
		in.need.Agents[i] = math.Ceil(peak*v/most - 1e-9)
	}
	in.patterns = []schedule.Pattern{{
		Name: "full", First: 0, Last: 1440 - startsEvery, Every: startsEvery, Paid: 480, CentsPerHour: wageCents,
		Breaks: []schedule.Break{
			{Minutes: 15, Earliest: 90, Latest: 150, Paid: true},
			{Minutes: 30, Earliest: 210, Latest: 300},
			{Minutes: 15, Earliest: 360, Latest: 420, Paid: true},
		},
		Premiums: []schedule.Premium{{From: firstNight, To: endOfNight, Percent: nightPrice}},
	}}
	in.opt = schedule.Options{Seed: seed, UnderCents: underCents, Repeats: true, Work: math.MaxInt32}
	if days == 1 {
		in.name = "day"
		return in, nil
	}
	in.tours = []schedule.Tour{{Name: "5x8", Patterns: []string{"full"}, Days: 5, SameStart: true, ConsecutiveOff: true}}
	return in, nil
}

// shape is the agents of an hour of the day against those of the busiest.
func shape(hour float64) float64 {
	hump := func(at, width float64) float64 { return math.Exp(-(hour - at) * (hour - at) / (2 * width * width)) }
	return 0.13 + 0.80*hump(10.5, 2.1) + 0.66*hump(15.5, 2.2) + 0.22*hump(20, 1.7)
}
