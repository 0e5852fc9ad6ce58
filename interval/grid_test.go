package interval

import (
	"testing"
	"time"
	_ "time/tzdata"

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// usZones are the zones that US counties keep, with and without daylight time.
var usZones = []string{
	"America/New_York", "America/Chicago", "America/Denver", "America/Phoenix",
	"America/Los_Angeles", "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico",
	"America/Indiana/Indianapolis", "America/Boise",
}

func TestDaysOf23And25Hours(t *testing.T) {
	ny := zone(t, "America/New_York")
	for _, tt := range []struct {
		day  string
		want int // half hours
	}{
		{"2025-03-09", 46}, {"2025-11-02", 50}, {"2025-06-01", 48},
	} {
		g, err := DayGrid(MustDate(tt.day), MustDate(tt.day), 30*time.Minute, ny)
		if err != nil || g.Len() != tt.want {
			t.Errorf("%s has %d half hours, %v; want %d", tt.day, g.Len(), err, tt.want)
		}
	}
}

// Every interval of a span belongs to exactly one local day, days follow each
// other without a hole, and their lengths sum to the span.
func TestDaysPartitionTheGrid(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		loc := zone(t, rapid.SampledFrom(usZones).Draw(rt, "zone"))
		step := rapid.SampledFrom([]time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour}).Draw(rt, "step")
		first := MustDate("2000-01-01").AddDays(rapid.IntRange(0, 13800).Draw(rt, "first"))
		last := first.AddDays(rapid.IntRange(0, 40).Draw(rt, "days"))
		g, err := DayGrid(first, last, step, loc)
		if err != nil {
			rt.Fatal(err)
		}
		days := g.Days()
		if len(days) != last.Sub(first)+1 {
			rt.Fatalf("%d days from %s to %s", len(days), first, last)
		}
		next := 0
		for k, d := range days {
			if d.Date != first.AddDays(k) || d.First != next {
				rt.Fatalf("day %d is %+v, expected it to begin at %d", k, d, next)
			}
			hours := float64(d.End-d.First) * step.Hours()
			if hours != 23 && hours != 24 && hours != 25 {
				rt.Fatalf("%s has %v hours", d.Date, hours)
			}
			if DateOf(g.At(d.First)) != d.Date || DateOf(g.At(d.End-1)) != d.Date {
				rt.Fatalf("%s holds an interval of another day", d.Date)
			}
			next = d.End
		}
		if next != g.Len() {
			rt.Fatalf("days end at %d of %d", next, g.Len())
		}
		i := rapid.IntRange(0, g.Len()-1).Draw(rt, "i")
		if got, ok := g.Index(g.At(i).Add(step - 1)); !ok || got != i {
			rt.Fatalf("the end of interval %d is found in %d, %v", i, got, ok)
		}
	})
}

func TestGridRefusesBadArguments(t *testing.T) {
	if _, err := NewGrid(time.Time{}, 7*time.Minute, -1); err == nil {
		t.Error("a step of 7 minutes and -1 intervals is accepted")
	}
	if _, err := DayGrid(MustDate("2026-01-02"), MustDate("2026-01-01"), time.Hour, time.UTC); err == nil {
		t.Error("a span that ends before it begins is accepted")
	}
	if _, err := DayGrid(Date{}, MustDate("2026-01-01"), time.Hour, time.UTC); err == nil {
		t.Error("the zero date is accepted")
	}
	var zero Grid
	if _, ok := zero.Index(time.Now()); ok || len(zero.Days()) != 0 {
		t.Error("the zero grid has intervals")
	}
}

// Where the clocks change at midnight the day begins at 01:00 on the wall.
func TestStartOfADayWithoutMidnight(t *testing.T) {
	havana := zone(t, "America/Havana")
	d := MustDate("2025-03-09")
	if got := d.Start(havana).Format("15:04"); got != "01:00" {
		t.Errorf("%s begins at %s in Havana, want 01:00", d, got)
	}
}
