package uplift_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// A center that has learned nothing yet is asked about a mailing of 60,000 pieces.
func Example() {
	cal, err := interval.NewCalendar(time.UTC, nil, nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	start := interval.MustDate("2026-03-02")
	grid, err := interval.DayGrid(start, start.AddDays(55), time.Hour, time.UTC)
	if err != nil {
		log.Fatal(err)
	}
	base, err := forecast.NewPaths(grid, []string{"tax"}, 200) // a baseline without calls
	if err != nil {
		log.Fatal(err)
	}
	library := uplift.PriorLibrary()
	mailing := uplift.Cause{ID: "tax bills", Kind: uplift.Mailing, Class: "first", Start: start, Size: 60000}
	p, err := library.Predict(context.Background(), mailing, base,
		map[string]*interval.Calendar{"tax": cal}, uplift.PredictOptions{Seed: 1})
	if err != nil {
		log.Fatal(err)
	}
	total := p.Total()
	fmt.Println(p.Basis)
	fmt.Println("some hundred calls, perhaps a thousand more:", total.P50 > 300 && total.P95 > 1000)
	// Output:
	// prior only
	// some hundred calls, perhaps a thousand more: true
}
