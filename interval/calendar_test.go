package interval

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func weekdays(t testing.TB, hours, saturday string) Week {
	t.Helper()
	var w Week
	for d := time.Monday; d <= time.Friday; d++ {
		w[d] = spans(t, hours)
	}
	w[time.Saturday] = spans(t, saturday)
	return w
}

func spans(t testing.TB, s string) []Span {
	t.Helper()
	if s == "" {
		return nil
	}
	v, err := ParseSpan(s)
	if err != nil {
		t.Fatal(err)
	}
	return []Span{v}
}

func county(t testing.TB) *Calendar {
	t.Helper()
	c, err := NewCalendar(zone(t, "America/New_York"),
		[]Opening{
			{From: MustDate("2026-07-01"), Week: weekdays(t, "07:00-20:00", "09:00-13:00")},
			{Week: weekdays(t, "08:00-18:00", "")},
		},
		[]Holiday{
			{Name: "New Year's Day", Class: "federal", Month: 1, Day: 1, Observed: true},
			{Name: "Thanksgiving", Class: "federal", Month: 11, Weekday: time.Thursday, Nth: 4},
			{Name: "Day after Thanksgiving", Class: "bridge", Month: 11, Weekday: time.Thursday, Nth: 4, Offset: 1, Hours: spans(t, "09:00-13:00")},
			{Name: "Memorial Day", Class: "federal", Month: 5, Weekday: time.Monday, Nth: -1},
			{Name: "Good Friday", Easter: true, Offset: -2},
		},
		[]Closure{{First: MustDate("2026-02-03"), Last: MustDate("2026-02-04"), Name: "snow"}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestPlan(t *testing.T) {
	c := county(t)
	for _, tt := range []struct {
		day, holiday, hours string
	}{
		{"2026-06-30", "", "08:00-18:00"},
		{"2026-07-01", "", "07:00-20:00"}, // a new timetable is in force
		{"2026-06-27", "", ""},            // Saturday before it
		{"2026-07-04", "", "09:00-13:00"}, // Saturday after it
		{"2026-02-03", "snow", ""},
		{"2026-01-01", "New Year's Day", ""},
		{"2021-12-31", "New Year's Day", ""}, // Saturday's holiday, observed the year before
		{"2022-01-01", "", ""},               // that Saturday itself is only a Saturday
		{"2023-01-02", "New Year's Day", ""}, // Sunday's, observed on Monday
		{"2026-11-26", "Thanksgiving", ""},
		{"2026-11-27", "Day after Thanksgiving", "09:00-13:00"},
		{"2026-05-25", "Memorial Day", ""},
		{"2026-04-03", "Good Friday", ""},
		{"2024-03-29", "Good Friday", ""},
	} {
		p := c.Plan(MustDate(tt.day))
		got := ""
		for _, s := range p.Hours {
			got += s.String()
		}
		if p.Holiday != tt.holiday || got != tt.hours {
			t.Errorf("%s: %q open %q; want %q open %q", tt.day, p.Holiday, got, tt.holiday, tt.hours)
		}
	}
}

// Dates of Easter: US Naval Observatory's table.
func TestEaster(t *testing.T) {
	for _, s := range []string{"2000-04-23", "2008-03-23", "2011-04-24", "2019-04-21", "2025-04-20", "2026-04-05", "2038-04-25"} {
		if got := easter(MustDate(s).Year()); got != MustDate(s) {
			t.Errorf("Easter falls on %s, want %s", got, s)
		}
	}
}

func TestOpenIntervals(t *testing.T) {
	c, err := NewCalendar(zone(t, "America/New_York"), []Opening{{Week: Week{time.Sunday: {{60, 150}}}}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		day  string
		want int // open half hours of 01:00-02:30
	}{
		{"2025-06-01", 3},
		{"2025-03-09", 2}, // 02:00-03:00 does not happen
		{"2025-11-02", 5}, // 01:00-02:00 happens twice
		{"2025-06-02", 0},
	} {
		g, err := DayGrid(MustDate(tt.day), MustDate(tt.day), 30*time.Minute, c.Location())
		if err != nil {
			t.Fatal(err)
		}
		open := 0
		for i, is := range c.Open(g) {
			if is {
				open++
			}
			if is != c.IsOpen(g.At(i)) {
				t.Errorf("%s: Open and IsOpen differ at %s", tt.day, g.Stamp(i))
			}
		}
		if open != tt.want {
			t.Errorf("%s: %d open half hours, want %d", tt.day, open, tt.want)
		}
	}
}

func TestCalendarReportsEveryFault(t *testing.T) {
	_, err := NewCalendar(nil,
		[]Opening{{Week: Week{time.Monday: {{600, 500}}}}, {Week: Week{}}},
		[]Holiday{{Name: "x", Month: 2, Day: 30}, {Name: "y", Month: 13, Day: 1}, {Name: "z"}},
		[]Closure{{Name: "w", First: MustDate("2026-01-02"), Last: MustDate("2026-01-01")}})
	if err == nil {
		t.Fatal("a calendar with nine faults is accepted")
	}
	for _, want := range []string{"no location", "Monday", "two timetables", "day 30 of month 2", "month 13", `holiday "z"`, `closure "w"`} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not named in: %v", want, err)
		}
	}
}

func TestBusinessDays(t *testing.T) {
	c := county(t)
	for _, tt := range []struct {
		from string
		n    int
		want string
	}{
		{"2026-11-25", 1, "2026-11-30"}, // over Thanksgiving, its Friday and the weekend
		{"2026-02-02", 1, "2026-02-05"}, // over the snow
		{"2026-06-01", 10, "2026-06-15"},
		{"2026-06-01", 0, "2026-06-01"},
	} {
		if got := c.AddBusinessDays(MustDate(tt.from), tt.n); got != MustDate(tt.want) {
			t.Errorf("%s + %d business days = %s, want %s", tt.from, tt.n, got, tt.want)
		}
	}
}

func ExampleCalendar_Plan() {
	c, err := NewCalendar(time.UTC, nil, []Holiday{{Name: "Labor Day", Month: 9, Weekday: time.Monday, Nth: 1}}, nil)
	if err != nil {
		panic(err)
	}
	p := c.Plan(MustDate("2026-09-07"))
	fmt.Println(p.Holiday, p.Closed())
	// Output: Labor Day true
}
