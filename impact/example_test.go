package impact_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// records stands in for the call records of a center: one queue, three months of
// weekdays with forty calls an hour.
func records(c impact.Center) interval.Series {
	g, err := interval.DayGrid(interval.MustDate("2026-03-02"), interval.MustDate("2026-05-29"), c.Step, c.Calendar.Location())
	if err != nil {
		log.Fatal(err)
	}
	values, states := make([]float64, g.Len()), make([]interval.State, g.Len())
	for i, open := range c.Calendar.Open(g) {
		if states[i] = interval.Closed; open {
			states[i], values[i] = interval.Observed, float64(36+i%9)
		}
	}
	s, err := interval.NewSeries("general", g, values, states)
	if err != nil {
		log.Fatal(err)
	}
	return s
}

// An approval system that holds a request asks what it will do to the center before
// anybody decides. The department came five days before its event; the policy asks
// for a week.
func ExampleAssess() {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		log.Fatal(err)
	}
	var week interval.Week
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = []interval.Span{{Open: 8 * 60, Close: 17 * 60}}
	}
	hours, err := interval.NewCalendar(zone, []interval.Opening{{Week: week}}, nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	center := impact.Center{
		Name: "Example County 311", Calendar: hours, Step: time.Hour, Confidence: 0.8,
		Target: impact.Target{Formula: erlang.SLOffered, Share: 0.8, Within: 30 * time.Second},
		Queues: []impact.Queue{{Name: "general", Pool: "agents", Language: "en", Calendar: hours}},
	}
	history := impact.History{Center: center, Queues: []impact.QueueHistory{{
		Queue: "general", Queued: records(center),
		Recent: impact.Work{Handled: 2400, HandleKnown: 2400, HandleSeconds: 600_000, Abandoned: 100, WaitSeconds: 20_000},
	}}}
	people := 3000.0
	request := impact.Request{
		ID: "R-7", Type: uplift.Event, Title: "Open day", Department: "Parks", Partner: true,
		Received: interval.MustDate("2026-06-05"), Start: interval.MustDate("2026-06-10"),
		Queues: []impact.QueueShare{{Queue: "general", Share: 1}}, Event: &impact.Event{Attendance: &people},
	}
	policy := impact.Policy{Days: "calendar", Notice: []impact.NoticeRule{
		{ID: "partner", Rule: "Partners give a week's notice.", From: "partner", Types: []uplift.Kind{uplift.Event}, Days: 7},
	}}

	a, err := impact.Assess(context.Background(), history, request, impact.Options{Policy: policy, Paths: 100, Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(a.Verdict.Decision)
	fmt.Println(a.Verdict.Sentence)
	for _, f := range a.Headline {
		fmt.Println(f.Label)
	}
	// Output:
	// defer
	// Not before Fri 12 June 2026. Received Fri 5 June 2026, starts Wed 10 June 2026: 5 calendar days of notice, 7 needed. The earliest start is Fri 12 June 2026.
	// Extra calls in all
	// Extra calls on the worst day
	// Chance to keep the service target
	// Added paid hours
	// Fee expected
}
