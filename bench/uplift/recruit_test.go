package uplift

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// A support desk's daily calls with its television runs and a change of tax. Its days
// lie in one open hour each; weekdays without a call are missing, as its description says.
type desk struct {
	calls map[interval.Date]float64
	first interval.Date
	last  interval.Date
	cal   *interval.Calendar
	runs  []uplift.Cause
}

func readDesk(t testing.TB) desk {
	t.Helper()
	rows, err := readRows(open(t, "realdata", "recruit_support_desk", "series.csv"))
	if err != nil {
		t.Fatal(err)
	}
	d := desk{calls: map[interval.Date]float64{}, first: day(t, rows[0]["timestamp"]), last: day(t, rows[len(rows)-1]["timestamp"])}
	for _, r := range rows {
		var n float64
		if _, err := fmt.Sscan(r["count"], &n); err != nil {
			t.Fatal(err)
		}
		d.calls[day(t, r["timestamp"])] = n
	}
	var week interval.Week
	for w := time.Monday; w <= time.Friday; w++ {
		week[w] = []interval.Span{{Open: 9 * 60, Close: 10 * 60}}
	}
	if d.cal, err = interval.NewCalendar(time.UTC, []interval.Opening{{Week: week}}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if rows, err = readRows(open(t, "realdata", "recruit_support_desk", "events.csv")); err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		c := uplift.Cause{ID: fmt.Sprintf("tv%d", i+1), Kind: uplift.Event, Start: day(t, r["start"]), End: day(t, r["end"])}
		c.Size = 1000 * float64(c.End.Sub(c.Start)+1) // nobody states the reach: as much a day in every run
		d.runs = append(d.runs, c)
	}
	return d
}

func day(t testing.TB, s string) interval.Date {
	t.Helper()
	d, err := interval.ParseDate(s[:10])
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// input is the history up to a day, without the days of a gap.
func (d desk) input(t testing.TB, last, gapFirst, gapLast interval.Date) forecast.Input {
	t.Helper()
	g, err := interval.DayGrid(d.first, last, time.Hour, time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	open := d.cal.Open(g)
	values, states := make([]float64, g.Len()), make([]interval.State, g.Len())
	for _, x := range g.Days() {
		for i := x.First; i < x.End; i++ {
			n := d.calls[x.Date]
			switch {
			case !open[i]:
				states[i] = interval.Closed
			case n == 0 || !x.Date.Before(gapFirst) && !x.Date.After(gapLast):
				states[i] = interval.Missing
			default:
				states[i], values[i] = interval.Observed, n
			}
		}
	}
	s, err := interval.NewSeries("calls", g, values, states)
	if err != nil {
		t.Fatal(err)
	}
	return forecast.Input{Queue: "calls", Series: s, Calendar: d.cal}
}

// simulate returns the mean calls of each day of a grid.
func (d desk) simulate(t testing.TB, in forecast.Input, g interval.Grid, more func(*forecast.Paths) *forecast.Paths) map[interval.Date]float64 {
	t.Helper()
	m, err := forecast.Fit(t.Context(), []forecast.Input{in}, forecast.Options{})
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Simulate(t.Context(), g, 300, 1)
	if err != nil {
		t.Fatal(err)
	}
	p, out := more(p), map[interval.Date]float64{}
	for path := range p.Len() {
		for _, x := range g.Days() {
			for i := x.First; i < x.End; i++ {
				out[x.Date] += float64(p.Counts(path, 0)[i]) / float64(p.Len())
			}
		}
	}
	return out
}

// Each television run is held out in turn: its days are forecast from those before it,
// once as a plain series and once with the calendar of causes, whose effects are
// learned from all the other runs. Runs of which no day is known, or that fewer than 120
// days come before, are left out.
func TestTelevisionRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("fits two years of days seven times; run without -short")
	}
	d := readDesk(t)
	tax := uplift.Cause{ID: "tax", Kind: uplift.Surge, Start: day(t, "2019-09-01"), End: day(t, "2019-10-31")}
	plain, knowing, all := 0.0, 0.0, 0.0
	for i, run := range d.runs {
		before := run.Start.AddDays(-1)
		if before.Sub(d.first) < 120 {
			continue // too short a history for a forecast
		}
		var others []uplift.Cause
		for j, c := range d.runs {
			if j != i && !c.Start.Before(d.first) {
				others = append(others, c)
			}
		}
		past := d.input(t, d.last, run.Start, run.End.AddDays(7))
		causes := append(others, tax)
		l, err := uplift.Learn(t.Context(), []forecast.Input{past}, causes, uplift.Options{})
		if err != nil {
			t.Fatal(err)
		}
		lib := l.Library()
		var known []uplift.Cause
		for _, c := range causes {
			if !c.Start.After(before) {
				known = append(known, c)
			}
		}
		history := d.input(t, before, d.first.AddDays(-1), d.first.AddDays(-1))
		early, err := uplift.Learn(t.Context(), []forecast.Input{history}, known, uplift.Options{})
		if err != nil {
			t.Fatal(err)
		}
		clean, err := early.Adjust(history)
		if err != nil {
			t.Fatal(err)
		}
		g, err := interval.DayGrid(run.Start, run.End, time.Hour, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		cals := map[string]*interval.Calendar{"calls": d.cal}
		naive := d.simulate(t, history, g, func(p *forecast.Paths) *forecast.Paths { return p })
		told := d.simulate(t, clean, g, func(p *forecast.Paths) *forecast.Paths {
			for _, c := range append(causes[:len(causes):len(causes)], run) {
				if c.ID != run.ID && (c.End.AddDays(28).Before(run.Start) || c.Start.After(run.End)) {
					continue
				}
				pred, err := lib.Predict(t.Context(), c, p, cals, uplift.PredictOptions{Seed: 1})
				if err != nil {
					t.Fatal(err)
				}
				p = pred.With()
			}
			return p
		})
		a, b, n := 0.0, 0.0, 0.0
		for _, x := range g.Days() {
			if got := d.calls[x.Date]; got > 0 {
				a, b, n = a+math.Abs(naive[x.Date]-got), b+math.Abs(told[x.Date]-got), n+got
			}
		}
		if n == 0 {
			continue
		}
		t.Logf("%s %s to %s: WAPE %.3f without the calendar of causes, %.3f with it", run.ID, run.Start, run.End, a/n, b/n)
		plain, knowing, all = plain+a, knowing+b, all+n
	}
	t.Logf("all runs: %.3f without, %.3f with", plain/all, knowing/all)
	if knowing >= plain {
		t.Errorf("knowing the causes does not help: %.3f against %.3f", knowing/all, plain/all)
	}
}
