package forecast

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/ringtide/ringtide/interval"
)

// today returns the given day of a history cut at a minute, the rest missing.
func today(t testing.TB, in Input, day string, until int) Seen {
	t.Helper()
	d := interval.MustDate(day)
	s := edit(t, Input{Queue: in.Queue, Calendar: in.Calendar, Series: in.Series.Window(d, d)},
		func(_ interval.Date, minute int, v float64, st interval.State) (float64, interval.State) {
			if minute >= until && st == interval.Observed {
				return 0, interval.Missing
			}
			return v, st
		})
	return Seen{in.Queue, s.Series}
}

// upTo returns the history before a day.
func upTo(in Input, day string) Input {
	d := interval.MustDate(day)
	in.Series = in.Series.Window(interval.DateOf(in.Series.Grid().At(0)), d.AddDays(-1))
	return in
}

func mustUpdate(t testing.TB, m *Model, n int, seen ...Seen) *Update {
	t.Helper()
	u, err := m.Update(t.Context(), seen, n, 1)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// The update before the first call is the forecast, path by path.
func TestUpdateWithoutCallsIsTheForecast(t *testing.T) {
	in := office(800, 3).history(t, "general", "2025-01-01", "2026-03-03")
	m := mustFit(t, upTo(in, "2026-03-03"))
	u := mustUpdate(t, m, 60, today(t, in, "2026-03-03", 0))
	p := mustSimulate(t, m, "2026-03-03", "2026-03-03", 60, 1)
	if !slices.Equal(u.Paths.counts, p.counts) {
		t.Error("an update that saw nothing differs from the forecast")
	}
	if q := u.Queues[0]; q.Level != 1 || q.Seen != 0 || q.SD != q.Before {
		t.Errorf("nothing was seen, yet %+v", q)
	}
}

// What came stands in every path, whether open or not, and paths do not depend on
// how many there are.
func TestUpdateKeepsWhatCame(t *testing.T) {
	in := office(500, 4).history(t, "general", "2025-06-01", "2026-03-03")
	m := mustFit(t, upTo(in, "2026-03-03"))
	seen := today(t, in, "2026-03-03", 660)
	few, many := mustUpdate(t, m, 7, seen).Paths, mustUpdate(t, m, 40, seen).Paths
	for p := range few.Len() {
		if !slices.Equal(few.Counts(p, 0), many.Counts(p, 0)) {
			t.Fatalf("path %d depends on the number of paths", p)
		}
		for i, c := range few.Counts(p, 0) {
			if v, s := seen.Series.At(i); s == interval.Observed && float64(c) != v {
				t.Fatalf("path %d has %d calls at %s, where %v came", p, c, few.Grid().Label(i), v)
			}
		}
	}
}

// rest is the mean of the calls from a minute on.
func rest(p *Paths, from int) float64 {
	sum := 0.0
	for i, v := range p.Mean(0) {
		if p.Grid().Minute(i) >= from {
			sum += v
		}
	}
	return sum
}

// A morning of half as many calls again brings an afternoon of more, nearer to half
// as many again the more of the day is seen, with narrower bands.
func TestUpdateFollowsTheLevel(t *testing.T) {
	w := office(900, 5)
	w.dayVar = 0.15 * 0.15
	in := w.history(t, "general", "2025-01-01", "2026-03-03")
	m := mustFit(t, upTo(in, "2026-03-03"))
	busy := edit(t, in, func(d interval.Date, minute int, v float64, s interval.State) (float64, interval.State) {
		if s == interval.Observed && d == interval.MustDate("2026-03-03") {
			v = math.Round(1.5 * w.mean(d) * w.shape(minute) / w.weight())
		}
		return v, s
	})
	base := rest(mustSimulate(t, m, "2026-03-03", "2026-03-03", 400, 1), 900)
	last, sd := 1.0, 1.0
	for _, until := range []int{510, 600, 720, 900} {
		u := mustUpdate(t, m, 400, today(t, busy, "2026-03-03", until))
		up := rest(u.Paths, 900) / base
		if up < last-0.05 || up > 1.75 {
			t.Errorf("at minute %d the end of the day is %.2f times the forecast, after %.2f", until, up, last)
		}
		if u.Queues[0].SD > sd {
			t.Errorf("at minute %d the level has sd %.3f, more than %.3f before", until, u.Queues[0].SD, sd)
		}
		last, sd = up, u.Queues[0].SD
	}
	if last < 1.25 {
		t.Errorf("after most of a day at 1.5 times the forecast, the rest is only %.2f times it", last)
	}
}

func (w world) weight() float64 {
	total := 0.0
	for m := w.hours.Open; m < w.hours.Close; m += 30 {
		total += w.shape(m)
	}
	return total
}

// More calls in the morning never make the afternoon quieter, on any path.
func TestUpdateIsMonotone(t *testing.T) {
	in := office(600, 6).history(t, "general", "2025-09-01", "2026-03-03")
	m := mustFit(t, upTo(in, "2026-03-03"))
	rapid.Check(t, func(rt *rapid.T) {
		until := rapid.SampledFrom([]int{540, 600, 780, 1020}).Draw(rt, "until")
		scale := rapid.Float64Range(0.5, 1.5).Draw(rt, "scale")
		more := rapid.Float64Range(1.05, 1.5).Draw(rt, "more")
		level := func(f float64) float64 {
			day := Input{Queue: in.Queue, Series: scaled(t, in, "2026-03-03", 0, 1440, f).Series, Calendar: in.Calendar}
			u, err := m.Update(t.Context(), []Seen{today(t, day, "2026-03-03", until)}, 2, 1)
			if err != nil {
				rt.Fatal(err)
			}
			return u.Queues[0].Level
		}
		if a, b := level(scale), level(scale*more); b < a-0.01 {
			rt.Fatalf("%.2f times as many calls until minute %d lower the level from %.3f to %.3f", more, until, a, b)
		}
	})
}

// An update leaves other queues alone.
func TestUpdateLeavesOtherQueues(t *testing.T) {
	a, b := office(600, 7).history(t, "a", "2025-09-01", "2026-03-03"), office(300, 8).history(t, "b", "2025-09-01", "2026-03-03")
	m := mustFit(t, upTo(a, "2026-03-03"), upTo(b, "2026-03-03"))
	u := mustUpdate(t, m, 30, today(t, b, "2026-03-03", 720))
	p := mustSimulate(t, m, "2026-03-03", "2026-03-03", 30, 1)
	for path := range 30 {
		if !slices.Equal(u.Paths.Counts(path, 0), p.Counts(path, 0)) {
			t.Fatal("queue a changed, of which nothing was seen")
		}
	}
}

// Thin queues, closed days and days of 23 hours are ordinary.
func TestUpdateOrdinaryDays(t *testing.T) {
	w := office(12, 9)
	w.hours, w.week = interval.Span{Open: 0, Close: 1440}, [7]bool{true, true, true, true, true, true, true}
	w.hol = []interval.Holiday{{Name: "shut", Class: "x", Date: interval.MustDate("2026-03-10")}}
	in := w.history(t, "thin", "2025-09-01", "2026-03-10")
	for _, day := range []string{"2026-03-08", "2026-03-10"} { // the clocks go forward; closed
		m := mustFit(t, upTo(in, day))
		u := mustUpdate(t, m, 50, today(t, in, day, 720))
		if n := u.Paths.Grid().Len(); day == "2026-03-08" && n != 46 {
			t.Errorf("%s has %d half hours", day, n)
		}
		for _, v := range u.Paths.Mean(0) {
			if math.IsNaN(v) || day == "2026-03-10" && v != 0 {
				t.Errorf("%s: mean %v", day, v)
			}
		}
	}
}

func TestUpdateFaults(t *testing.T) {
	in := office(300, 10).history(t, "general", "2025-11-03", "2026-03-03")
	m := mustFit(t, upTo(in, "2026-03-02"))
	good := today(t, in, "2026-03-02", 720)
	half := today(t, edit(t, in, func(_ interval.Date, _ int, v float64, s interval.State) (float64, interval.State) {
		if v > 0 {
			v += 0.5
		}
		return v, s
	}), "2026-03-02", 720)
	two := Seen{"general", in.Series.Window(interval.MustDate("2026-03-02"), interval.MustDate("2026-03-03"))}
	for _, tt := range []struct {
		name string
		seen []Seen
		want string
	}{
		{"nothing", nil, "nothing was seen"},
		{"twice", []Seen{good, good}, "twice"},
		{"unknown queue", []Seen{{"water", good.Series}}, `no queue "water"`},
		{"fractions", []Seen{half}, "whole numbers"},
		{"two days", []Seen{two}, "one whole day"},
		{"a day of the history", []Seen{today(t, in, "2026-02-27", 720)}, "history runs to"},
	} {
		if _, err := m.Update(t.Context(), tt.seen, 10, 1); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v; want %q", tt.name, err, tt.want)
		}
	}
}

func BenchmarkUpdate(b *testing.B) {
	in := sixQueues(b)[2]
	m := mustFit(b, upTo(in, "2026-06-30"))
	seen := today(b, in, "2026-06-30", 660)
	mustUpdate(b, m, 10, seen) // what is learnt once
	b.ReportAllocs()
	for b.Loop() {
		mustUpdate(b, m, 1000, seen)
	}
}

// BenchmarkFirstUpdate learns how days stray as well.
func BenchmarkFirstUpdate(b *testing.B) {
	in := sixQueues(b)[2]
	known, seen := upTo(in, "2026-06-30"), today(b, in, "2026-06-30", 660)
	for b.Loop() {
		b.StopTimer()
		m := mustFit(b, known)
		b.StartTimer()
		mustUpdate(b, m, 1000, seen)
	}
}
