package forecast_test

import (
	"context"
	"fmt"
	"log"
	"slices"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// A year of a queue with 10 calls each quarter of an hour, twice as many on
// Mondays: the forecast of a Monday and of a Tuesday.
func Example() {
	var week interval.Week
	for d := 1; d <= 5; d++ {
		week[d] = []interval.Span{{Open: 480, Close: 1020}}
	}
	cal, err := interval.NewCalendar(time.UTC, []interval.Opening{{Week: week}}, nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	g, err := interval.DayGrid(interval.MustDate("2025-01-01"), interval.MustDate("2025-12-31"), 15*time.Minute, time.UTC)
	if err != nil {
		log.Fatal(err)
	}
	values, states := make([]float64, g.Len()), make([]interval.State, g.Len())
	for i, open := range cal.Open(g) {
		switch {
		case !open:
			states[i] = interval.Closed
		case g.At(i).Weekday() == time.Monday:
			values[i] = 20
		default:
			values[i] = 10
		}
	}
	series, err := interval.NewSeries("permits", g, values, states)
	if err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	model, err := forecast.Fit(ctx, []forecast.Input{{Queue: "permits", Series: series, Calendar: cal}}, forecast.Options{})
	if err != nil {
		log.Fatal(err)
	}
	future, err := interval.DayGrid(interval.MustDate("2026-01-05"), interval.MustDate("2026-01-06"), 15*time.Minute, time.UTC)
	if err != nil {
		log.Fatal(err)
	}
	paths, err := model.Simulate(ctx, future, 1000, 1)
	if err != nil {
		log.Fatal(err)
	}
	for k, totals := range paths.DayTotals(0) {
		slices.Sort(totals)
		median := forecast.Quantiles(totals, []float64{0.5})[0]
		fmt.Printf("%s: about %d calls\n", future.Days()[k].Date.Weekday(), (median+10)/20*20)
	}
	for _, w := range model.Warnings() {
		fmt.Println(w.Text)
	}
	// Output:
	// Monday: about 720 calls
	// Tuesday: about 360 calls
	// queue "permits": 365 days of history with 12 months of the year do not show a season; a forecast for other months assumes none
}
