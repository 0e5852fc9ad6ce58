package forecast

import (
	"math"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
	"pgregory.net/rapid"
)

// Whatever the history holds, paths are finite, not negative, and zero when closed.
func TestWildHistories(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := office(100, 1)
		w.step = rapid.SampledFrom([]time.Duration{15 * time.Minute, 30 * time.Minute, time.Hour}).Draw(rt, "step")
		w.week = [7]bool{true, true, true, true, true, true, rapid.Bool().Draw(rt, "saturday")}
		w.hol = holidays
		cal := w.calendar(t)
		last := interval.MustDate("2026-03-01").AddDays(rapid.IntRange(0, 130).Draw(rt, "days"))
		g, err := interval.DayGrid(interval.MustDate("2026-03-01"), last, w.step, cal.Location())
		if err != nil {
			rt.Fatal(err)
		}
		size := rapid.SampledFrom([]float64{0, 1, 30, 1e5}).Draw(rt, "size")
		mode := rapid.IntRange(0, 3).Draw(rt, "mode")
		d := newDraw()
		d.at(rapid.Uint64().Draw(rt, "seed"))
		values, states := make([]float64, g.Len()), make([]interval.State, g.Len())
		for i, open := range cal.Open(g) {
			if states[i] = interval.Closed; !open {
				continue
			}
			if states[i] = interval.Missing; d.uniform() < []float64{1, 0.9, 0.3, 0.02}[mode] {
				states[i] = interval.Observed
				values[i] = float64(d.poisson(size * d.uniform() * d.gamma(0.3)))
			}
		}
		s, err := interval.NewSeries("q", g, values, states)
		if err != nil {
			rt.Fatal(err)
		}
		m, err := Fit(t.Context(), []Input{{Queue: "q", Series: s, Calendar: cal}}, Options{Carry: 0.3})
		if err != nil {
			return // nothing usable in it, and Fit says so
		}
		future, err := interval.DayGrid(interval.MustDate("2026-10-26"), interval.MustDate("2026-11-29"), w.step, cal.Location())
		if err != nil {
			rt.Fatal(err)
		}
		p, err := m.Simulate(t.Context(), future, 5, 1)
		if err != nil {
			rt.Fatal(err)
		}
		open := cal.Open(future)
		for path := range p.Len() {
			for i, r := range p.Rates(path, 0) {
				if c := p.Counts(path, 0)[i]; !(r >= 0) || r > 1e8 || c < 0 || !open[i] && (r != 0 || c != 0) {
					rt.Fatalf("%s: %d calls at rate %v, open %v", future.Label(i), c, r, open[i])
				}
			}
		}
		watchWild(rt, t, m, cal, last.AddDays(1), w.step, size*float64(rapid.SampledFrom([]int{0, 1, 50}).Draw(rt, "busier")), d)
	})
}

// watchWild watches and forecasts anew a day of whatever calls.
func watchWild(rt *rapid.T, t *testing.T, m *Model, cal *interval.Calendar, day interval.Date, step time.Duration, size float64, d *draw) {
	g, err := interval.DayGrid(day, day, step, cal.Location())
	if err != nil {
		rt.Fatal(err)
	}
	values, states := make([]float64, g.Len()), make([]interval.State, g.Len())
	for i, open := range cal.Open(g) {
		if states[i] = interval.Closed; open && d.uniform() < 0.8 {
			states[i], values[i] = interval.Observed, float64(d.poisson(size*d.uniform()))
		}
	}
	s, err := interval.NewSeries("q", g, values, states)
	if err != nil {
		rt.Fatal(err)
	}
	found, err := m.Watch(t.Context(), []Seen{{"q", s}})
	if err != nil {
		rt.Fatal(err)
	}
	for _, a := range found {
		if x := a.Came + a.Expected + a.Surprise + a.Threshold; math.IsNaN(x) || math.IsInf(x, 0) || a.Surprise < a.Threshold {
			rt.Fatalf("flagged %+v", a)
		}
	}
	u, err := m.Update(t.Context(), []Seen{{"q", s}}, 4, 1)
	if err != nil {
		rt.Fatal(err)
	}
	for path := range u.Paths.Len() {
		for i, r := range u.Paths.Rates(path, 0) {
			if c := u.Paths.Counts(path, 0)[i]; !(r >= 0) || r > 1e8 || c < 0 || states[i] == interval.Observed && float64(c) != values[i] {
				rt.Fatalf("%s: %d calls at rate %v after %v came", g.Label(i), c, r, values[i])
			}
		}
	}
	for _, q := range u.Queues {
		if x := q.Came + q.Expected + q.Level + q.SD + q.Before; math.IsNaN(x) || math.IsInf(x, 0) {
			rt.Fatalf("told %+v", q)
		}
	}
}
