package schedule

import (
	"math"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

func zone(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func grid(t testing.TB, first, last string, step time.Duration) interval.Grid {
	t.Helper()
	g, err := interval.DayGrid(interval.MustDate(first), interval.MustDate(last), step, zone(t))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// fullTime is eight paid hours with lunch and two short breaks.
func fullTime() Pattern {
	return Pattern{
		Name: "full", First: 7 * 60, Last: 12 * 60, Every: 30, Paid: 480, Spacing: 60, CentsPerHour: 3200,
		Breaks: []Break{
			{Minutes: 15, Earliest: 90, Latest: 150, Paid: true},
			{Minutes: 30, Earliest: 210, Latest: 300},
			{Minutes: 15, Earliest: 360, Latest: 420, Paid: true},
		},
	}
}

func partTime() Pattern {
	return Pattern{
		Name: "part", First: 7 * 60, Last: 16 * 60, Every: 30, Paid: 240, CentsPerHour: 3000, Max: 6,
		Breaks: []Break{{Minutes: 15, Earliest: 90, Latest: 150, Paid: true}},
	}
}

// humps is the two-peaked day of a public call center, open from 7 to 20 on the wall.
func humps(g interval.Grid, peak float64) []float64 {
	need := make([]float64, g.Len())
	for i := range need {
		h := float64(g.Minute(i)) / 60
		if h >= 7 && h < 20 {
			need[i] = peak * (0.12 + 0.88*math.Exp(-(h-10.5)*(h-10.5)/6) + 0.7*math.Exp(-(h-15)*(h-15)/5)) / 1.03
		}
	}
	return need
}

func options() Options { return Options{Seed: 7, UnderCents: 20000, OverCents: 500} }
