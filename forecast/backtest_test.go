package forecast

import (
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

func mustBacktest(t *testing.T, opt BacktestOptions, history ...Input) BacktestResult {
	t.Helper()
	r, err := Backtest(t.Context(), history, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func (r BacktestResult) find(t *testing.T, level, horizon, method string) Score {
	t.Helper()
	for _, s := range r.Scores {
		if s.Level == level && s.Horizon == horizon && s.Method == method {
			return s
		}
	}
	t.Fatalf("no score for %s %s %s", level, horizon, method)
	return Score{}
}

func TestBacktestBeatsNaive(t *testing.T) {
	r := mustBacktest(t, BacktestOptions{Paths: 200}, office(800, 31).history(t, "q", "2024-01-01", "2025-12-31"))
	if len(r.Origins) != 8 || len(r.Scores) != 2*3*3 || len(r.Verdicts) != 2*3 {
		t.Fatalf("%d origins, %d scores, %d verdicts", len(r.Origins), len(r.Scores), len(r.Verdicts))
	}
	for _, level := range []string{"interval", "daily"} {
		m, s := r.find(t, level, "week4", "model"), r.find(t, level, "week4", "snaive")
		if m.WAPE >= s.WAPE || m.WQL >= s.WQL || m.MASE >= s.MASE || m.N != s.N {
			t.Errorf("%s: model %+v, last week %+v", level, m, s)
		}
		if m.Cov80 < 0.65 || m.Cov80 > 0.93 || m.Cov50 > m.Cov80 || m.Cov80 > m.Cov95 {
			t.Errorf("%s: bands hold %.2f, %.2f and %.2f", level, m.Cov50, m.Cov80, m.Cov95)
		}
	}
	for _, v := range r.Verdicts {
		if v.Horizon == "week4" && (!v.Better || !strings.HasPrefix(v.Text, "better than naive")) {
			t.Errorf("%+v", v)
		}
	}
}

// Every week is the same: last week's calls are never wrong, and the verdict says so.
func TestBacktestAdmitsDefeat(t *testing.T) {
	w := office(500, 32)
	in := edit(t, w.history(t, "q", "2025-01-01", "2025-09-30"), func(d interval.Date, minute int, v float64, s interval.State) (float64, interval.State) {
		if s == interval.Observed {
			v = float64(10 + int(d.Weekday())*3 + minute/100)
		}
		return v, s
	})
	r := mustBacktest(t, BacktestOptions{Paths: 100, Count: 3}, in)
	for _, v := range r.Verdicts {
		if v.Better || !strings.HasPrefix(v.Text, "no better than naive") {
			t.Errorf("%+v", v)
		}
	}
	if s := r.find(t, "interval", "week4", "snaive"); s.WAPE != 0 || s.MASE != 0 {
		t.Errorf("last week is wrong: %+v", s)
	}
}

// What comes after an origin does not change the forecast from it.
func TestBacktestDoesNotPeek(t *testing.T) {
	in := office(500, 33).history(t, "q", "2025-01-01", "2025-09-30")
	opt := BacktestOptions{Paths: 60, Origins: []interval.Date{interval.MustDate("2025-07-06")}}
	sum := func(r BacktestResult) float64 { // sum of the forecast means
		s := r.find(t, "daily", "week4", "model")
		counts := 0.0
		for _, d := range in.Series.Window(interval.MustDate("2025-07-07"), interval.MustDate("2025-08-03")).Daily() {
			counts += d.Total
		}
		return counts * (1 + s.Bias)
	}
	before := sum(mustBacktest(t, opt, in))
	in = edit(t, in, func(d interval.Date, _ int, v float64, s interval.State) (float64, interval.State) {
		if d.After(interval.MustDate("2025-07-06")) {
			v *= 3
		}
		return v, s
	})
	if after := sum(mustBacktest(t, opt, in)); math.Abs(after-before) > 1e-6*before {
		t.Errorf("forecasts add up to %v, with another future to %v", before, after)
	}
	if a, b := mustBacktest(t, opt, in), mustBacktest(t, opt, in); !reflect.DeepEqual(a, b) {
		t.Error("two runs differ")
	}
}

func TestBacktestRefuses(t *testing.T) {
	in := office(500, 34).history(t, "q", "2025-01-01", "2025-02-15")
	for want, opt := range map[string]BacktestOptions{
		"46 days of history": {},
		"must hold a week":   {Origins: []interval.Date{interval.MustDate("2025-01-03")}},
		"none may be":        {Every: -1},
		"40 or more":         {Paths: 10},
		"carry":              {Options: Options{Carry: 3}},
	} {
		if _, err := Backtest(t.Context(), []Input{in}, opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error that says %q", err, want)
		}
	}
}

// A tally by hand: counts 10 and 20, forecasts 12 and 16.
func TestTally(t *testing.T) {
	var a tally
	a.add(10, band{12, [9]float64{5, 6, 8, 10, 12, 14, 16, 18, 19}})
	a.add(20, band{16, [9]float64{5, 6, 8, 10, 12, 14, 16, 18, 19}})
	s := newScore("q", cell{"daily", "week1", "model"}, []*tally{{n: a.n, abs: a.abs, signed: a.signed, counts: a.counts,
		pinball: a.pinball, in50: a.in50, in80: a.in80, in95: a.in95, scale: 1.5}})
	// Quantile losses 2·(τ(y-q) or (1-τ)(q-y)) at 5, 25, 50, 75, 95 %:
	// for 10: .4 + 0 + 2 + 2 + .8 = 5.2; for 20: 1.4 + 5 + 8 + 9 + 3.8 = 27.2.
	for name, v := range map[string][2]float64{
		"WAPE": {s.WAPE, 6.0 / 30}, "bias": {s.Bias, -2.0 / 30}, "MASE": {s.MASE, 3 / 1.5},
		"WQL": {s.WQL, (5.2 + 27.2) / 5 / 30}, "50 %": {s.Cov50, 0.5}, "80 %": {s.Cov80, 0.5}, "95 %": {s.Cov95, 0.5},
	} {
		if math.Abs(v[0]-v[1]) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, v[0], v[1])
		}
	}
}

func TestPanelAddsTheRepeatedHour(t *testing.T) {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	g, err := interval.DayGrid(interval.MustDate("2025-11-02"), interval.MustDate("2025-11-02"), time.Hour, loc)
	if err != nil {
		t.Fatal(err)
	}
	values := make([]float64, g.Len())
	for i := range values {
		values[i] = 1
	}
	s, err := interval.NewSeries("q", g, values, nil)
	if err != nil {
		t.Fatal(err)
	}
	cal, err := interval.NewCalendar(loc, nil, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := newPanel(newFrame(g), Input{Queue: "q", Series: s, Calendar: cal})
	if p.at(0, 1) != 2 || p.at(0, 2) != 1 || p.totals().at(0, 0) != 25 {
		t.Errorf("01:00 has %v, 02:00 %v, the day %v", p.at(0, 1), p.at(0, 2), p.totals().at(0, 0))
	}
}

// The calibration table counts each value once, and the bands of a queue that the
// model fits hold what they promise.
func TestCalibrationTable(t *testing.T) {
	r := mustBacktest(t, BacktestOptions{Count: 6, Paths: 200}, office(900, 61).history(t, "q", "2025-01-06", "2025-12-19"))
	n, in80, cells := 0, 0.0, map[[3]string]bool{}
	for _, c := range r.Calibration {
		if key := [3]string{c.Horizon, c.Weekday, c.Hours}; cells[key] {
			t.Errorf("%v stands there twice", key)
		} else {
			cells[key] = true
		}
		if c.Cov50 > c.Cov80 || c.Cov80 > c.Cov95 {
			t.Errorf("coverage falls: %+v", c)
		}
		if c.Hours != "day" {
			n += c.N
			in80 += c.Cov80 * float64(c.N)
		}
	}
	if s := r.find(t, "interval", "week4", "model"); n != s.N {
		t.Errorf("%d intervals in the table, %d scored", n, s.N)
	}
	if share := in80 / float64(n); share < 0.72 || share > 0.92 {
		t.Errorf("80 %% bands hold %.3f", share)
	}
}
