package people

import (
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// The clocks go forward on 8 March 2026 at 2:00 and back on 1 November 2026 at 2:00.
func TestNightsOf23And25Hours(t *testing.T) {
	k := Kind{Name: "night", Start: 22 * 60, End: 6 * 60, Breaks: []interval.Span{{Open: 120, Close: 150}}, Agents: [7]int{1, 1, 1, 1, 1, 1, 1}}
	for _, tt := range []struct {
		date  string
		hours float64 // that pass from 22:00 to 06:00
	}{{"2026-03-06", 8}, {"2026-03-07", 7}, {"2026-10-31", 9}} {
		s, err := k.on(interval.MustDate(tt.date), zone(t))
		if err != nil {
			t.Fatal(err)
		}
		if got := s.End.Sub(s.Start).Hours(); got != tt.hours || float64(s.PaidMinutes) != 60*tt.hours-30 || len(s.Breaks) != 1 || s.Breaks[0].End.Sub(s.Breaks[0].Start) != 30*time.Minute {
			t.Errorf("%s: %v hours, %d minutes paid, breaks %v", tt.date, got, s.PaidMinutes, s.Breaks)
		}
	}
}

// Rest is time that passes: from 23:00 to 09:00 it is nine hours in the night on which
// the clocks go forward, and eleven in the other.
func TestRestIsElapsedTime(t *testing.T) {
	for _, tt := range []struct {
		start    string
		unfilled int
	}{{"2026-03-07", 1}, {"2026-03-14", 0}, {"2026-10-31", 0}} {
		p := desk(t, 1)
		p.Start = interval.MustDate(tt.start)
		p.Slots = []Slot{shift(p, 0, "late", 15, 23), shift(p, 1, "day", 9, 17)}
		p.People = []Person{{Name: "Ana", Rules: Rules{Rest: 10 * time.Hour}}}
		plan := assign(t, p, Options{Work: 100})
		if len(plan.Unfilled) != tt.unfilled {
			t.Errorf("%s: %d unfilled, want %d: %+v", tt.start, len(plan.Unfilled), tt.unfilled, plan.Unfilled)
		}
	}
}

// Hours over a week count what passes: five nights with the short one fit into 39 hours.
func TestWeekHoursAreElapsed(t *testing.T) {
	p := desk(t, 1)
	for d := range 5 {
		p.Slots = append(p.Slots, shift(p, d+2, "night", 22, 30))
	}
	p.People = []Person{{Name: "Ana", Rules: Rules{MaxMinutes: 39 * 60}}}
	if plan := assign(t, p, Options{Work: 100}); plan.Filled != 5 || plan.People[0].Hours[0] != 39 {
		t.Errorf("%d filled, %v hours", plan.Filled, plan.People[0].Hours)
	}
}

func TestClosedDaysHaveNoDemand(t *testing.T) {
	open := interval.Week{}
	for d := range open {
		open[d] = []interval.Span{{Open: 8 * 60, Close: 17 * 60}}
	}
	open[time.Sunday] = nil
	cal, err := interval.NewCalendar(zone(t), []interval.Opening{{Week: open}}, nil, []interval.Closure{
		{Name: "inventory", First: monday, Last: monday},
		{Name: "half day", First: monday.AddDays(1), Last: monday.AddDays(1), Hours: []interval.Span{{Open: 8 * 60, Close: 12 * 60}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	every := [7]int{2, 2, 2, 2, 2, 2, 2}
	slots, err := Demand([]Kind{{Name: "morning", Start: 7 * 60, End: 11 * 60, Agents: every}, {Name: "afternoon", Start: 13 * 60, End: 17 * 60, Agents: every}}, monday, 1, cal, zone(t))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, s := range slots {
		count[s.Date.String()+s.Pattern]++
	}
	if len(slots) != 2+4*4 || count["2026-03-03morning"] != 2 || count["2026-03-03afternoon"] != 0 || count["2026-03-02morning"] != 0 || count["2026-03-08morning"] != 0 {
		t.Errorf("%d slots: %v", len(slots), count)
	}
}

// A holiday counts as a day of a weekend.
func TestHolidaysCountAsWeekend(t *testing.T) {
	p := desk(t, 1)
	p.Holidays = []interval.Date{monday.AddDays(2)}
	p.Slots = []Slot{shift(p, 2, "day", 8, 16)}
	p.People = []Person{{Name: "Ana", Rules: Rules{MaxWeekends: 1}}}
	if plan := assign(t, p, Options{Work: 100}); plan.People[0].Weekends != 1 {
		t.Errorf("%d weekends", plan.People[0].Weekends)
	}
}

// A window that ends at midnight and one that begins there are one; an absence bars the
// night that runs into it.
func TestNightsAndDays(t *testing.T) {
	p := desk(t, 1)
	p.Slots = []Slot{shift(p, 0, "night", 22, 30)}
	var week interval.Week
	week[time.Monday] = []interval.Span{{Open: 20 * 60, Close: 1440}}
	week[time.Tuesday] = []interval.Span{{Open: 0, Close: 8 * 60}}
	p.People = []Person{{Name: "Ana", Available: &week}}
	if plan := assign(t, p, Options{Work: 100}); plan.Filled != 1 {
		t.Error("available over midnight, and not given")
	}
	p.People[0].Absent = []Absence{{First: monday.AddDays(1), Last: monday.AddDays(1)}}
	if plan := assign(t, p, Options{Work: 100}); plan.Filled != 0 {
		t.Error("given a night that runs into the absence")
	}
}
