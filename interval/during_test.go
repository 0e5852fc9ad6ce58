package interval_test

import (
	"slices"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/ringtide/ringtide/interval"
)

// A calendar with other hours for a while is the old one before and after, has the new
// hours on the weekdays named, and keeps holidays and a timetable that begins meanwhile.
func TestDuring(t *testing.T) {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	nine, long, noon := []interval.Span{{Open: 540, Close: 1020}}, []interval.Span{{Open: 540, Close: 1200}}, []interval.Span{{Open: 540, Close: 720}}
	week := func(spans []interval.Span) (w interval.Week) {
		for d := time.Monday; d <= time.Friday; d++ {
			w[d] = spans
		}
		return w
	}
	date := interval.MustDate
	c, err := interval.NewCalendar(loc, []interval.Opening{{Week: week(nine)}, {From: date("2026-07-01"), Week: week(noon)}},
		[]interval.Holiday{{Name: "Juneteenth", Class: "federal", Month: 6, Day: 19}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	hours := map[time.Weekday][]interval.Span{time.Tuesday: long, time.Friday: nil}
	for _, last := range []interval.Date{date("2026-07-31"), {}} {
		with, err := c.During(date("2026-06-15"), last, hours)
		if err != nil {
			t.Fatal(err)
		}
		for d := date("2026-06-01"); d.Before(date("2026-09-01")); d = d.AddDays(1) {
			want := c.Plan(d)
			inside := !d.Before(date("2026-06-15")) && (last.IsZero() || !d.After(last))
			if inside && want.Holiday == "" && d.Weekday() == time.Tuesday {
				want.Hours = long
			} else if inside && want.Holiday == "" && d.Weekday() == time.Friday {
				want.Hours = nil
			}
			if got := with.Plan(d); !slices.Equal(got.Hours, want.Hours) || got.Holiday != want.Holiday {
				t.Errorf("until %q: %s has %v, want %v", last, d, got, want)
			}
		}
	}
	if _, err := c.During(date("2026-06-15"), date("2026-06-14"), hours); err == nil {
		t.Error("days that end before they begin are taken")
	}
	if _, err := c.During(date("2026-06-15"), interval.Date{}, map[time.Weekday][]interval.Span{time.Monday: {{Open: 600, Close: 540}}}); err == nil {
		t.Error("hours that end before they begin are taken")
	}
}

// A calendar that is open around the clock can be closed for a while.
func TestDuringRoundTheClock(t *testing.T) {
	c, err := interval.NewCalendar(time.UTC, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	date := interval.MustDate
	with, err := c.During(date("2026-06-15"), date("2026-06-21"), map[time.Weekday][]interval.Span{time.Sunday: nil})
	if err != nil {
		t.Fatal(err)
	}
	for d := date("2026-06-01"); d.Before(date("2026-07-10")); d = d.AddDays(1) {
		if got, want := with.Plan(d).Closed(), d == date("2026-06-21"); got != want {
			t.Errorf("%s closed: %v, want %v", d, got, want)
		}
	}
}
