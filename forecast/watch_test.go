package forecast

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/ringtide/ringtide/interval"
)

func mustWatch(t testing.TB, m *Model, seen ...Seen) []Anomaly {
	t.Helper()
	found, err := m.Watch(t.Context(), seen)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// scaled returns a day with its calls from a minute on multiplied.
func scaled(t testing.TB, in Input, day string, from, until int, f float64) Seen {
	t.Helper()
	d := interval.MustDate(day)
	in.Series = in.Series.Window(d, d)
	s := edit(t, in, func(_ interval.Date, minute int, v float64, s interval.State) (float64, interval.State) {
		if s == interval.Observed && minute >= from && minute < until {
			v = math.Round(v * f)
		}
		return v, s
	})
	return Seen{in.Queue, s.Series}
}

// A cause that doubles, halves or silences a queue is flagged within two intervals, in its
// direction, with its beginning.
func TestWatchFlagsWithinTwoIntervals(t *testing.T) {
	in := office(1200, 21).history(t, "general", "2025-01-01", "2026-03-03")
	m := mustFit(t, upTo(in, "2026-03-03"))
	for _, f := range []float64{2, 0.4, 0} {
		for _, from := range []int{480, 600, 840} {
			found := mustWatch(t, m, scaled(t, in, "2026-03-03", from, 1440, f))
			if len(found) == 0 {
				t.Errorf("calls times %v from minute %d: nothing flagged", f, from)
				continue
			}
			a := found[0]
			start := a.Start.Hour()*60 + a.Start.Minute()
			flagged := a.Flagged.Hour()*60 + a.Flagged.Minute()
			if a.More != (f > 1) || flagged > from+60 || start < from-60 || start > from+30 {
				t.Errorf("calls times %v from minute %d: %v", f, from, a)
			}
			if (a.Came > a.Expected) != a.More {
				t.Errorf("calls times %v: %.0f came, %.0f expected, more: %v", f, a.Came, a.Expected, a.More)
			}
		}
	}
}

// Ordinary days raise a flag a fortnight at most, over queues thick and thin.
func TestWatchIsQuietOnOrdinaryDays(t *testing.T) {
	flags, days := 0, 0
	for k, level := range []float64{2000, 300, 40} {
		in := office(level, uint64(30+k)).history(t, "general", "2025-06-02", "2026-03-31")
		for day := interval.MustDate("2026-03-02"); !day.After(interval.MustDate("2026-03-31")); day = day.AddDays(5) {
			if in.Series.Window(day, day).Total() == 0 {
				continue
			}
			m := mustFit(t, upTo(in, day.String()))
			flags += len(mustWatch(t, m, scaled(t, in, day.String(), 0, 0, 1)))
			days++
		}
	}
	if float64(flags) > float64(days)/7 {
		t.Errorf("%d flags on %d ordinary days", flags, days)
	}
}

// What comes later changes no flag that was raised: it is a test, not a fit.
func TestWatchLooksBackOnly(t *testing.T) {
	in := office(700, 23).history(t, "general", "2025-09-01", "2026-03-03")
	m := mustFit(t, upTo(in, "2026-03-03"))
	whole := scaled(t, in, "2026-03-03", 600, 780, 2)
	all := mustWatch(t, m, whole)
	rapid.Check(t, func(rt *rapid.T) {
		until := 480 + 30*rapid.IntRange(1, 20).Draw(rt, "interval")
		cut := Input{Queue: "general", Series: whole.Series, Calendar: in.Calendar}
		found, err := m.Watch(t.Context(), []Seen{today(t, cut, "2026-03-03", until)})
		if err != nil {
			rt.Fatal(err)
		}
		now := interval.MustDate("2026-03-03").Start(in.Calendar.Location()).Add(time.Duration(until) * time.Minute)
		n := 0
		for _, a := range all {
			if !a.Flagged.After(now) {
				n++
			}
		}
		if len(found) != n {
			rt.Fatalf("%d flags by minute %d, %d of those of the whole day", len(found), until, n)
		}
		for k, a := range found {
			if !a.Flagged.Equal(all[k].Flagged) || a.Surprise != all[k].Surprise {
				rt.Fatalf("flag %d is %v, later %v", k, a, all[k])
			}
		}
	})
}

// The threshold of exponential tails is the level that one day in so many passes.
func TestThreshold(t *testing.T) {
	var tops []float64
	for k := range 400 {
		tops = append(tops, 2-3*math.Log(1-(float64(k)+0.5)/400)) // quantiles of 2 + Exp(3)
	}
	if got, want := threshold(tops), 2+3*math.Log(flagDays); math.Abs(got-want) > 0.15 {
		t.Errorf("threshold %.2f, want %.2f", got, want)
	}
	if got := threshold(make([]float64, 100)); got != leastFlag {
		t.Errorf("a silent past gives %.2f", got)
	}
}

// The evidence is the difference of log probabilities of two negative binomial laws, and in
// the limit of Poisson's.
func TestEvidence(t *testing.T) {
	logProb := func(y, mean, r float64) float64 {
		a, _ := math.Lgamma(y + r)
		b, _ := math.Lgamma(r)
		c, _ := math.Lgamma(y + 1)
		return a - b - c + r*math.Log(r/(r+mean)) + y*math.Log(mean/(r+mean))
	}
	rapid.Check(t, func(rt *rapid.T) {
		mean, r := rapid.Float64Range(0.1, 500).Draw(rt, "mean"), rapid.Float64Range(0.5, 200).Draw(rt, "r")
		y, s := float64(rapid.IntRange(0, 1000).Draw(rt, "y")), rapid.Float64Range(0.2, 3).Draw(rt, "s")
		got, want := evidence(y, mean, mean+mean*mean/r, s), logProb(y, s*mean, r)-logProb(y, mean, r)
		if math.Abs(got-want) > 1e-7*(1+math.Abs(want)+y) {
			rt.Fatalf("evidence %v, want %v", got, want)
		}
		if got, want := evidence(y, mean, mean, s), y*math.Log(s)-mean*(s-1); math.Abs(got-want) > 1e-4*(1+y+mean) {
			rt.Fatalf("of Poisson counts %v, want %v", got, want)
		}
	})
}
