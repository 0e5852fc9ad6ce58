package impact

import (
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// visited gives the first queue a driver of 50 a day, 100 on Wednesdays, up to the day last,
// and 50 times the factor after the history.
func visited(h History, last interval.Date, factor float64) History {
	d := forecast.Driver{Name: "visits", Days: map[interval.Date]forecast.DriverValue{}}
	for day := date("2025-12-01"); !day.After(last); day = day.AddDays(1) {
		v := 50.0
		if day.Day()%5 == 0 {
			v = 75
		}
		if day.After(h.last()) {
			v = 50 * factor
		}
		d.Days[day] = forecast.DriverValue{Mean: v}
	}
	h.Queues[0].Drivers = []forecast.Driver{d}
	return h
}

// What is known ahead reaches staffing, the rest of a day and assessments, is named among
// their assumptions, and must be known for every day they look at.
func TestDriversReachTheAnswer(t *testing.T) {
	h := visited(fixtureHistory(t), date("2026-12-31"), 1)
	a, err := Assess(t.Context(), h, fixtureRequest(), fixtureOptions())
	if err != nil {
		t.Fatal(err)
	}
	named := func(list []Assumption) bool {
		for _, x := range list {
			if x.ID == "drivers" && x.Value == "visits of general" {
				return true
			}
		}
		return false
	}
	if !named(a.Assumptions) {
		t.Errorf("the driver is not among the assumptions %+v", a.Assumptions)
	}
	if s := mustStaff(t, h); !named(s.Assumptions) {
		t.Error("staffing does not name the driver")
	}
	short := visited(fixtureHistory(t), date("2026-06-03"), 1)
	missing := `driver "visits" has no value for 2026-06-04`
	if _, err := Assess(t.Context(), short, fixtureRequest(), fixtureOptions()); err == nil || !strings.Contains(err.Error(), missing) {
		t.Errorf("assessed with a driver that ends: %v", err)
	}
	seen := func(h History) []forecast.Seen {
		g, err := interval.DayGrid(date("2026-06-01"), date("2026-06-01"), time.Hour, h.Center.Calendar.Location())
		if err != nil {
			t.Fatal(err)
		}
		states := make([]interval.State, g.Len())
		for i := range states {
			states[i] = interval.Missing
		}
		s, err := interval.NewSeries("general", g, make([]float64, g.Len()), states)
		if err != nil {
			t.Fatal(err)
		}
		return []forecast.Seen{{Queue: "general", Series: s}}
	}
	rest, err := Intraday(t.Context(), h, seen(h), Options{Paths: 100, Seed: 1})
	if err != nil || !named(rest.Staffing.Assumptions) {
		t.Errorf("the rest of a day: %v", err)
	}
	ends := visited(fixtureHistory(t), date("2026-05-31"), 1)
	if _, err := Intraday(t.Context(), ends, seen(ends), Options{Paths: 100, Seed: 1}); err == nil || !strings.Contains(err.Error(), `driver "visits" has no value for 2026-06-01`) {
		t.Errorf("the rest of a day without the driver's value: %v", err)
	}
}
