package uplift

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// A center in the tests: weekdays 08:00-17:00, queues with Poisson calls around a
// day level with weekday, a slow AR(1) and day noise.
type center struct {
	days   int
	mean   float64 // calls a day of each queue
	queues []string
	seed   uint64
}

var firstDay = interval.MustDate("2025-01-06") // a Monday

func zone(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func weekdayCalendar(t testing.TB) *interval.Calendar {
	t.Helper()
	var w interval.Week
	for d := time.Monday; d <= time.Friday; d++ {
		w[d] = []interval.Span{{Open: 480, Close: 1020}}
	}
	cal, err := interval.NewCalendar(zone(t), []interval.Opening{{Week: w}}, nil,
		[]interval.Closure{{First: interval.MustDate("2025-02-17"), Last: interval.MustDate("2025-02-17"), Name: "holiday"}})
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// history returns inputs with the daily effects of effect(queue, date) added.
func (c center) history(t testing.TB, effect func(queue int, d interval.Date) float64) []forecast.Input {
	t.Helper()
	cal := weekdayCalendar(t)
	g, err := interval.DayGrid(firstDay, firstDay.AddDays(c.days-1), time.Hour, zone(t))
	if err != nil {
		t.Fatal(err)
	}
	open := cal.Open(g)
	var out []forecast.Input
	for qi, name := range c.queues {
		r := rand.New(rand.NewPCG(c.seed, uint64(qi)))
		values, states := make([]float64, g.Len()), make([]interval.State, g.Len())
		swing, walk := 0.0, 0.0
		for _, d := range g.Days() {
			swing = .65*swing + .03*r.NormFloat64()
			walk += .009 * r.NormFloat64()
			weekday := 1 + .06*math.Cos(float64(d.Date.Weekday()))
			level := c.mean*weekday*(1+swing+walk+.02*r.NormFloat64()) + effect(qi, d.Date)
			for i := d.First; i < d.End; i++ {
				states[i] = interval.Closed
				if open[i] {
					states[i] = interval.Observed
					values[i] = float64(poisson(max(level, 0)/9, r))
				}
			}
		}
		s, err := interval.NewSeries(name, g, values, states)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, forecast.Input{Queue: name, Series: s, Calendar: cal})
	}
	return out
}

// planted lays a cause with a known rate and shape on the center's days, with day
// noise of a quarter, and returns the daily calls of all queues together.
func planted(t testing.TB, c Cause, rate float64, shape []float64, days int, r *rand.Rand) map[interval.Date]float64 {
	t.Helper()
	cal := weekdayCalendar(t)
	run := dayRun{firstDay, make([]bool, days), nil}
	for i := range run.open {
		run.open[i] = !cal.Plan(run.date(i)).Closed()
	}
	shape = append(make([]float64, c.Kind.lead()), shape...)
	out := map[interval.Date]float64{}
	for _, p := range place(c, run, len(shape), rules(c.Kind)[len(rules(c.Kind))-1], nil).days {
		out[run.date(p.day)] = c.sign() * math.Abs(c.size()) * rate * p.at(shape) * math.Exp(.25*r.NormFloat64()-.03)
	}
	return out
}

func sum(m map[interval.Date]float64) float64 {
	total := 0.0
	for _, d := range sortedDays(m) {
		total += m[d]
	}
	return total
}

// mailings returns n mailings every gap days, with their planted effects.
func mailings(t testing.TB, n, gap, days int, seed uint64) ([]Cause, []map[interval.Date]float64) {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 99))
	var causes []Cause
	var effects []map[interval.Date]float64
	for i := range n {
		c := Cause{ID: fmt.Sprintf("m%d", i), Kind: Mailing, Class: "first", Size: 20000 + 30000*r.Float64(),
			Start: firstDay.AddDays(28 + gap*i + r.IntN(4))}
		rate := .05 * math.Exp(.4*r.NormFloat64())
		causes = append(causes, c)
		effects = append(effects, planted(t, c, rate, Kernel{"gamma", 4.4, 3}.days(40), days, r))
	}
	return causes, effects
}

func all(effects []map[interval.Date]float64) func(int, interval.Date) float64 {
	return func(_ int, d interval.Date) float64 {
		sum := 0.0
		for _, e := range effects {
			sum += e[d]
		}
		return sum
	}
}
