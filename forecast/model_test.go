package forecast

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// total returns the mean calls of the paths over the grid.
func total(p *Paths, queue int) float64 { return sum(p.Mean(queue)) }

// expected returns the mean calls of the open days first to last in the world.
func (w world) expected(t testing.TB, first, last string) float64 {
	cal, calls := w.calendar(t), 0.0
	for d := interval.MustDate(first); !d.After(interval.MustDate(last)); d = d.AddDays(1) {
		if !cal.Plan(d).Closed() {
			calls += w.mean(d) * math.Exp(w.dayVar/2)
		}
	}
	return calls
}

func near(t *testing.T, what string, got, want, rel float64) {
	t.Helper()
	if !(math.Abs(got-want) <= rel*math.Abs(want)) {
		t.Errorf("%s: %.1f, want %.1f within %.0f %%", what, got, want, 100*rel)
	}
}

func codes(m *Model) []string {
	var out []string
	for _, w := range m.Warnings() {
		out = append(out, w.Code)
	}
	return out
}

func TestFindsTheTruth(t *testing.T) {
	w := office(800, 11)
	m := mustFit(t, w.history(t, "q", "2024-01-01", "2025-12-31"))
	p := mustSimulate(t, m, "2026-01-01", "2026-06-30", 200, 1)
	near(t, "half a year", total(p, 0), w.expected(t, "2026-01-01", "2026-06-30"), 0.04)
	if got := codes(m); len(got) > 0 {
		t.Errorf("warnings %v about a whole history", got)
	}
}

func TestOutageHardlyMatters(t *testing.T) {
	in := office(800, 12).history(t, "q", "2025-01-01", "2026-03-31")
	run := func(in Input) float64 {
		return total(mustSimulate(t, mustFit(t, in), "2026-04-01", "2026-05-26", 1000, 3), 0)
	}
	whole := run(in)
	for _, days := range [][2]string{{"2026-02-10", "2026-02-12"}, {"2026-03-23", "2026-03-25"}} {
		near(t, "eight weeks, days lost from "+days[0], run(lose(t, in, days[0], days[1])), whole, 0.01)
	}
	// An outage that looks like zeros, and a flood of calls, are freaks: the same.
	for what, factor := range map[string]float64{"zeros": 0, "a flood": 4} {
		freak := edit(t, in, func(d interval.Date, _ int, v float64, s interval.State) (float64, interval.State) {
			if d == interval.MustDate("2026-03-17") {
				v *= factor
			}
			return v, s
		})
		near(t, "eight weeks after "+what, run(freak), whole, 0.01)
		if m := mustFit(t, freak); !slices.Contains(codes(m), "freak-days") {
			t.Errorf("%s: no warning of a freak day", what)
		}
	}
}

// Half of a day lost leaves its other half to judge the level by.
func TestHalfObservedDays(t *testing.T) {
	w := office(800, 13)
	in := w.history(t, "q", "2025-06-01", "2026-03-31")
	half := edit(t, in, func(d interval.Date, minute int, v float64, s interval.State) (float64, interval.State) {
		if s == interval.Observed && minute >= 780 && d.Day()%3 == 0 {
			return 0, interval.Missing
		}
		return v, s
	})
	p := mustSimulate(t, mustFit(t, half), "2026-04-01", "2026-04-30", 300, 1)
	whole := mustSimulate(t, mustFit(t, in), "2026-04-01", "2026-04-30", 300, 1)
	near(t, "a month after lost afternoons", total(p, 0), total(whole, 0), 0.02)
}

func TestLongerHoursFromADate(t *testing.T) {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	week := func(open, closing int) (w interval.Week) {
		for d := 1; d <= 5; d++ {
			w[d] = []interval.Span{{Open: open, Close: closing}}
		}
		return w
	}
	cal, err := interval.NewCalendar(loc, []interval.Opening{{Week: week(480, 1020)},
		{From: interval.MustDate("2026-01-01"), Week: week(480, 1080)}, {From: interval.MustDate("2026-07-01"), Week: week(480, 1200)}}, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := office(800, 14)
	w.flat = true
	in := w.historyOn(t, "q", cal, "2025-03-01", "2026-04-30")
	m := mustFit(t, in)
	p := mustSimulate(t, m, "2026-05-04", "2026-05-29", 300, 1)
	near(t, "20 days of the longer hours", total(p, 0), 20*800, 0.02)
	if !slices.Contains(codes(m), "hours-unseen") {
		t.Errorf("warnings %v do not tell of hours that nobody has seen", codes(m))
	}
	late := mustSimulate(t, m, "2026-07-06", "2026-07-10", 300, 1)
	if got := total(late, 0); got < 5*800 {
		t.Errorf("five days of still longer hours have %.0f calls", got)
	}
}

func TestCarry(t *testing.T) {
	w := office(800, 15)
	w.flat, w.hol = true, []interval.Holiday{{Name: "Half", Class: "half", Date: interval.MustDate("2026-05-06"), Hours: []interval.Span{{Open: 480, Close: 780}}}}
	in := w.history(t, "q", "2025-09-01", "2026-04-30")
	calls := func(carry float64) float64 {
		m, err := Fit(t.Context(), []Input{in}, Options{Carry: carry})
		if err != nil {
			t.Fatal(err)
		}
		return total(mustSimulate(t, m, "2026-05-06", "2026-05-06", 4000, 1), 0)
	}
	none, all := calls(0), calls(1)
	// The prior of a class never seen is wide: exp(0.3²/2) is its mean.
	near(t, "all calls carried over to the morning", all, 800*math.Exp(0.045), 0.06)
	near(t, "half the calls carried over", calls(0.5), (none+all)/2, 0.01)
}

// A class of special days acts as it did before.
func TestHolidayClassIsLearnt(t *testing.T) {
	w := office(800, 16)
	w.flat = true
	for _, d := range []string{"2025-02-12", "2025-05-14", "2025-08-13", "2025-10-15", "2026-04-15"} {
		w.hol = append(w.hol, interval.Holiday{Name: "Deadline", Class: "deadline", Date: interval.MustDate(d), Hours: []interval.Span{{Open: 480, Close: 1080}}})
	}
	in := w.history(t, "q", "2025-01-01", "2026-03-31")
	in = edit(t, in, func(d interval.Date, _ int, v float64, s interval.State) (float64, interval.State) {
		if w.calendar(t).Plan(d).Class == "deadline" {
			v = math.Round(v * 1.6)
		}
		return v, s
	})
	m := mustFit(t, in)
	near(t, "the next deadline", total(mustSimulate(t, m, "2026-04-15", "2026-04-15", 500, 1), 0), 1.6*800, 0.06)
	near(t, "the day before", total(mustSimulate(t, m, "2026-04-14", "2026-04-14", 500, 1), 0), 800, 0.04)
}

func TestClockChanges(t *testing.T) {
	w := office(2400, 17)
	w.hours, w.week = interval.Span{Open: 0, Close: 1440}, [7]bool{true, true, true, true, true, true, true}
	w.flat, w.step = true, time.Hour
	m := mustFit(t, w.history(t, "q", "2025-01-01", "2026-02-28"))
	p := mustSimulate(t, m, "2026-03-07", "2026-03-09", 400, 1)
	g := p.Grid()
	if g.Len() != 71 {
		t.Fatalf("%d hours in three days around the change", g.Len())
	}
	mean := p.Mean(0)
	for i := range mean {
		if mean[i] <= 0 {
			t.Errorf("no calls at %s", g.Stamp(i))
		}
	}
	// 02:00 is skipped: the hours before and after are as on any other day.
	near(t, "03:00 on the short day", mean[26], mean[3], 0.05)
	autumn := mustSimulate(t, m, "2026-11-01", "2026-11-01", 400, 1)
	if n := autumn.Grid().Len(); n != 25 {
		t.Fatalf("%d hours on the long day", n)
	}
	near(t, "01:00 again", autumn.Mean(0)[2], autumn.Mean(0)[1], 0.05)
}

func TestThinQueue(t *testing.T) {
	w := office(6, 18) // 0.3 calls a half hour
	m := mustFit(t, office(900, 19).history(t, "main", "2025-03-01", "2026-02-28"), w.history(t, "thin", "2025-03-01", "2026-02-28"))
	p := mustSimulate(t, m, "2026-03-02", "2026-03-27", 500, 1)
	near(t, "a month of a thin queue", total(p, 1), w.expected(t, "2026-03-02", "2026-03-27"), 0.15)
	if !slices.Contains(codes(m), "thin") {
		t.Errorf("warnings %v", codes(m))
	}
	// Its day keeps the hump of the main queue.
	mean := p.Mean(1)
	if edge, middle := mean[16]+mean[17], mean[25]+mean[26]; middle < 1.3*edge {
		t.Errorf("%.2f calls at noon, %.2f at the edge", middle, edge)
	}
}

func TestSilentQueue(t *testing.T) {
	in := edit(t, office(5, 20).history(t, "q", "2025-03-01", "2025-08-31"), func(_ interval.Date, _ int, _ float64, s interval.State) (float64, interval.State) {
		return 0, s
	})
	p := mustSimulate(t, mustFit(t, in), "2025-09-01", "2025-09-26", 200, 1)
	if calls := total(p, 0); calls > 2 {
		t.Errorf("half a year without a call forecasts %.2f calls in four weeks", calls)
	}
}

func TestShortHistories(t *testing.T) {
	w := office(500, 21)
	for _, tt := range []struct {
		last string
		rel  float64
	}{{"2026-03-02", 1}, {"2026-03-06", 0.3}, {"2026-03-20", 0.15}, {"2026-04-17", 0.1}} {
		m := mustFit(t, w.history(t, "q", "2026-03-02", tt.last))
		p := mustSimulate(t, m, "2026-04-20", "2026-05-01", 500, 1)
		near(t, "two weeks after a history to "+tt.last, total(p, 0), w.expected(t, "2026-04-20", "2026-05-01"), tt.rel)
		if !slices.Contains(codes(m), "short-history") {
			t.Errorf("to %s: warnings %v", tt.last, codes(m))
		}
	}
}

// Only January and October of a year are there.
func TestHoleOfMonths(t *testing.T) {
	w := office(700, 22)
	in := lose(t, w.history(t, "q", "2025-01-01", "2025-10-31"), "2025-02-01", "2025-09-30")
	m := mustFit(t, in)
	p := mustSimulate(t, m, "2025-11-03", "2025-11-28", 400, 1)
	near(t, "November", total(p, 0), w.expected(t, "2025-11-03", "2025-11-28"), 0.12)
	for _, want := range []string{"hole", "no-month", "missing-days"} {
		if !slices.Contains(codes(m), want) {
			t.Errorf("warnings %v lack %s", codes(m), want)
		}
	}
}

func TestDailyOnly(t *testing.T) {
	w := office(700, 23)
	full := w.history(t, "q", "2024-06-01", "2026-02-28")
	daily := func(in Input) Input {
		sums := map[interval.Date]float64{}
		for _, d := range in.Series.Daily() {
			sums[d.Day.Date] = d.Total
		}
		return edit(t, in, func(d interval.Date, minute int, _ float64, _ interval.State) (float64, interval.State) {
			if minute == 0 && sums[d] > 0 {
				return sums[d], interval.Observed
			}
			return 0, interval.Missing
		})
	}
	want := w.expected(t, "2026-03-02", "2026-03-27")
	m := mustFit(t, daily(full))
	p := mustSimulate(t, m, "2026-03-02", "2026-03-27", 300, 1)
	near(t, "a month from day totals", total(p, 0), want, 0.05)
	near(t, "the first half hour, spread evenly", p.Mean(0)[16], p.Mean(0)[25], 0.1)
	if !slices.Contains(codes(m), "daily-only") {
		t.Errorf("warnings %v", codes(m))
	}
	// With a sister that has hours, their spread is borrowed.
	sister := office(900, 24).history(t, "sister", "2024-06-01", "2026-02-28")
	p = mustSimulate(t, mustFit(t, daily(full), sister), "2026-03-02", "2026-03-27", 300, 1)
	near(t, "a month with a sister", total(p, 0), want, 0.05)
	if m := p.Mean(0); m[16] > 0.7*m[25] {
		t.Errorf("%.1f calls at the edge of the day, %.1f at noon", m[16], m[25])
	}
}

// 30 % growth a year is seen and not carried on for ever.
func TestTrendComesToRest(t *testing.T) {
	w := office(800, 25)
	w.flat = true
	in := edit(t, w.history(t, "q", "2023-01-01", "2025-12-31"), func(d interval.Date, _ int, v float64, s interval.State) (float64, interval.State) {
		return math.Round(v * math.Pow(1.3, float64(d.Sub(interval.MustDate("2025-12-31")))/365)), s
	})
	m := mustFit(t, in)
	day := func(d string) float64 { return total(mustSimulate(t, m, d, d, 300, 1), 0) }
	soon, late := day("2026-01-14"), day("2030-01-16")
	near(t, "two weeks on", soon, 800, 0.06)
	if late < 0.75*800 || late > 1.25*800 {
		t.Errorf("four years on: %.0f calls from %.0f", late, soon)
	}
}

func TestExplainMultipliesBack(t *testing.T) {
	w := office(800, 26)
	w.hol = holidays
	m := mustFit(t, w.history(t, "q", "2024-01-01", "2025-12-31"), office(7, 27).history(t, "thin", "2024-01-01", "2025-12-31"))
	p := mustSimulate(t, m, "2026-01-01", "2026-12-31", 800, 1)
	days := p.DayTotals(0)
	for k, d := range p.Grid().Days() {
		for _, queue := range m.Queues() {
			e, err := m.Explain(queue, d.Date)
			if err != nil {
				t.Fatal(err)
			}
			product := 1.0
			for _, part := range e.Parts {
				product *= part.Factor
			}
			if math.Abs(product-e.Median) > 1e-9*e.Median {
				t.Fatalf("%s: parts multiply to %v, the median is %v", d.Date, product, e.Median)
			}
			if queue == "q" && e.Median > 0 {
				near(t, "median of "+d.Date.String(), median(floats(days[k])), e.Median, 0.04)
			}
		}
	}
	if _, err := m.Explain("nobody", interval.MustDate("2026-01-05")); err == nil {
		t.Error("explained a queue that does not exist")
	}
	if _, err := m.Explain("q", interval.MustDate("2025-12-31")); err == nil {
		t.Error("explained a day of the history")
	}
}

func TestFitReportsAllFaults(t *testing.T) {
	a := office(100, 1).history(t, "a", "2025-01-01", "2025-01-31")
	b := office(100, 1).history(t, "b", "2025-01-01", "2025-02-28")
	nameless := a
	nameless.Queue = ""
	abroad := a
	abroad.Queue = "abroad"
	abroad.Calendar, _ = interval.NewCalendar(time.UTC, nil, nil, nil)
	_, err := Fit(t.Context(), []Input{a, b, a, nameless, abroad}, Options{})
	if err == nil {
		t.Fatal("fitted")
	}
	for _, want := range []string{`queue "b" lies on another grid`, `"a" is given twice`, "no queue name", "use one zone"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("error %q does not say %q", err, want)
		}
	}
	if _, err := Fit(t.Context(), nil, Options{}); err == nil {
		t.Error("fitted nothing")
	}
	shut := a
	if shut.Calendar, err = interval.NewCalendar(a.Calendar.Location(), []interval.Opening{{}}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := Fit(t.Context(), []Input{shut}, Options{}); err == nil || !strings.Contains(err.Error(), `queue "a": no whole day was observed within the opening hours; check the calendar`) {
		t.Errorf("a calendar that closes everything: %v", err)
	}
	if _, err := Fit(t.Context(), []Input{a}, Options{Carry: 2, ProfileHalfLife: -1}); err == nil || !strings.Contains(err.Error(), "carry") || !strings.Contains(err.Error(), "half-life") {
		t.Errorf("bad options: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Fit(ctx, []Input{a}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled fit: %v", err)
	}
}
