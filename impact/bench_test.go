package impact

import (
	"fmt"
	"testing"
	"time"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// One request on a small center: 40 weeks of three queues, 1000 paths, four options.
func BenchmarkAssess(b *testing.B) {
	c := fixtureCenter(b)
	c.Step = 30 * time.Minute
	h := historyOf(b, c, date("2025-08-25"), date("2026-05-31"), map[string]float64{"general": 400, "water-en": 250, "water-es": 60})
	r, o := fixtureRequest(), fixtureOptions()
	o.Paths = 1000
	for b.Loop() {
		if _, err := Assess(b.Context(), h, r, o); err != nil {
			b.Fatal(err)
		}
	}
}

// wideCenter has 20 queues in four pools, open twelve hours on weekdays and four on
// Saturdays.
func wideCenter(b *testing.B) (Center, map[string]float64) {
	c := fixtureCenter(b)
	var week interval.Week
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = []interval.Span{{Open: 420, Close: 1140}}
	}
	week[time.Saturday] = []interval.Span{{Open: 540, Close: 780}}
	cal, err := interval.NewCalendar(c.Calendar.Location(), []interval.Opening{{Week: week}}, nil, nil)
	if err != nil {
		b.Fatal(err)
	}
	c.Calendar, c.Step, c.Queues, c.Seats = cal, 30*time.Minute, nil, 0
	daily := map[string]float64{}
	for k := range 20 {
		name := fmt.Sprintf("line-%02d", k)
		c.Queues = append(c.Queues, Queue{name, fmt.Sprintf("pool-%d", k%4), "en", "Department", cal})
		daily[name] = float64(120 + 40*k)
	}
	return c, daily
}

// The figure of docs/measured.md: two years of 20 queues, 1,000 paths, four options, a
// horizon of five weeks at half hours.
func BenchmarkAssessTwentyQueues(b *testing.B) {
	c, daily := wideCenter(b)
	h := historyOf(b, c, date("2024-06-01"), date("2026-05-31"), daily)
	for k, kind := range []uplift.Kind{uplift.Mailing, uplift.Mailing, uplift.Event, uplift.Mailing} {
		start := date("2025-02-03").AddDays(91 * k)
		h.Causes = append(h.Causes, uplift.Cause{
			ID: fmt.Sprintf("past-%d", k), Kind: kind, Start: start, Size: 30_000, Class: map[bool]string{true: "first"}[kind == uplift.Mailing],
			Queues: []uplift.Share{{Queue: fmt.Sprintf("line-%02d", 4*k), Share: 1}},
		})
	}
	r, o := fixtureRequest(), fixtureOptions()
	calls := 500.0
	r.Type, r.Mailing, r.RouteIn = uplift.RouteIn, nil, &RouteIn{CallsPerDay: &calls}
	r.Queues = []QueueShare{{"line-05", 0.6}, {"line-09", 0.3}, {"line-06", 0.1}}
	r.Start, r.End, o.Paths, o.DeferDays = date("2026-06-08"), date("2026-06-21"), 1000, 7
	var a *Assessment
	for b.Loop() {
		var err error
		if a, err = Assess(b.Context(), h, r, o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(a.Horizon.Last.Sub(a.Horizon.First)+1), "days")
	b.ReportMetric(float64(len(a.Options)), "options")
}
