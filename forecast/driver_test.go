package forecast

import (
	"math"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

// booked gives a queue a driver of about 50 a day that moves its calls: a day with twice
// the bookings has e^0.4 times the calls. Values run four weeks past the history.
func booked(t testing.TB, in Input, sd float64) (Input, Driver) {
	t.Helper()
	d := Driver{"bookings", map[interval.Date]DriverValue{}}
	draw := newDraw()
	draw.at(99)
	first := interval.DateOf(in.Series.Grid().At(0))
	last := interval.DateOf(in.Series.Grid().At(in.Series.Len() - 1))
	for day := first; !day.After(last.AddDays(28)); day = day.AddDays(1) {
		v := DriverValue{Mean: 50 + 15*draw.deviate()}
		if day.After(last) {
			v.SD = sd
		}
		d.Days[day] = v
	}
	in = edit(t, in, func(day interval.Date, _ int, v float64, s interval.State) (float64, interval.State) {
		return math.Round(v * math.Exp(0.4*(d.Days[day].Mean-50)/50)), s
	})
	return in, d
}

// A driver explains what it moves: days to come with more bookings have more calls, by the
// effect that made the history.
func TestDriverMovesTheForecast(t *testing.T) {
	in, d := booked(t, office(900, 91).history(t, "q", "2025-01-01", "2026-02-27"), 0)
	in.Drivers = []Driver{d}
	calm, busy := in, in
	set := func(v float64) []Driver {
		days := map[interval.Date]DriverValue{}
		for day, old := range d.Days {
			days[day] = old
			if day.After(interval.MustDate("2026-02-27")) {
				days[day] = DriverValue{Mean: v}
			}
		}
		return []Driver{{"bookings", days}}
	}
	calm.Drivers, busy.Drivers = set(50), set(100)
	a := total(mustSimulate(t, mustFit(t, calm), "2026-03-02", "2026-03-06", 200, 1), 0)
	b := total(mustSimulate(t, mustFit(t, busy), "2026-03-02", "2026-03-06", 200, 1), 0)
	if got := math.Log(b / a); math.Abs(got-0.4) > 0.06 {
		t.Errorf("twice the bookings make the log of calls %.3f more, the history was made with 0.4", got)
	}
	e, err := mustFit(t, busy).Explain("q", interval.MustDate("2026-03-04"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range e.Parts {
		if p.Name == "drivers" && math.Abs(math.Log(p.Factor)-0.4) > 0.06 {
			t.Errorf("the explanation gives the driver a factor of %.3f", p.Factor)
		}
	}
}

// An uncertain driver widens the paths and leaves their middle; quantiles say the same as
// the deviation they come from.
func TestUncertainDriverWidens(t *testing.T) {
	in, d := booked(t, office(900, 92).history(t, "q", "2025-01-01", "2026-02-27"), 0)
	sd := func(value func(mean float64) DriverValue) (mean, spread float64) {
		days := map[interval.Date]DriverValue{}
		for day, old := range d.Days {
			days[day] = old
			if day.After(interval.MustDate("2026-02-27")) {
				days[day] = value(50)
			}
		}
		in.Drivers = []Driver{{"bookings", days}}
		x := floats(mustSimulate(t, mustFit(t, in), "2026-03-02", "2026-03-06", 600, 1).Totals(0))
		for _, v := range x {
			mean += v / float64(len(x))
		}
		for _, v := range x {
			spread += sq(v-mean) / float64(len(x))
		}
		return mean, math.Sqrt(spread)
	}
	m0, s0 := sd(func(m float64) DriverValue { return DriverValue{Mean: m} })
	m1, s1 := sd(func(m float64) DriverValue { return DriverValue{Mean: m, SD: 25} })
	m2, s2 := sd(func(m float64) DriverValue {
		return DriverValue{Q: &[3]float64{m - 25*1.6448536, m, m + 25*1.6448536}}
	})
	if s1 < 1.5*s0 || math.Abs(m1/m0-1) > 0.06 {
		t.Errorf("known: %.0f ± %.0f, uncertain: %.0f ± %.0f", m0, s0, m1, s1)
	}
	if math.Abs(m2/m1-1) > 1e-3 || math.Abs(s2/s1-1) > 1e-2 {
		t.Errorf("by sd %.0f ± %.0f, by quantiles %.0f ± %.0f", m1, s1, m2, s2)
	}
}

func TestDriverFaults(t *testing.T) {
	in, d := booked(t, office(300, 93).history(t, "q", "2025-09-01", "2026-02-27"), 0)
	constant, few := Driver{"constant", map[interval.Date]DriverValue{}}, Driver{"few", map[interval.Date]DriverValue{}}
	for day := range d.Days {
		constant.Days[day] = DriverValue{Mean: 7}
		if day.After(interval.MustDate("2026-02-14")) {
			few.Days[day] = d.Days[day]
		}
	}
	for want, drivers := range map[string][]Driver{
		"is 7 on every day": {constant}, "it takes 28": {few}, "given twice": {d, d},
	} {
		in.Drivers = drivers
		if _, err := Fit(t.Context(), []Input{in}, Options{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
	in.Drivers = []Driver{d}
	m := mustFit(t, in)
	g, err := interval.DayGrid(interval.MustDate("2026-03-02"), interval.MustDate("2026-04-30"), in.Series.Grid().Step(), in.Series.Grid().Location())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Simulate(t.Context(), g, 5, 1); err == nil || !strings.Contains(err.Error(), `driver "bookings" has no value for 2026-03-30`) {
		t.Errorf("a driver that ends before the forecast: %v", err)
	}
}

func TestReadDrivers(t *testing.T) {
	got, err := ReadDrivers(strings.NewReader("driver,queue,date,mean,sd\nbookings,q,2026-01-05,50,2.5\nbills,,2026-01-05,1e4,0\n"), "d.csv")
	if err != nil || got["q"][0].Days[interval.MustDate("2026-01-05")] != (DriverValue{Mean: 50, SD: 2.5}) || got[""][0].Name != "bills" {
		t.Errorf("%+v, %v", got, err)
	}
	for text, want := range map[string]string{
		"driver,date,mean\n":                                           "d.csv, line 1: columns",
		"driver,queue,date,mean,unused\n":                              "d.csv, line 1: columns",
		"driver,queue,date,mean\na,q,2026-01-05,x\n":                   `d.csv, line 2: mean "x" is no number`,
		"driver,queue,date,mean\na,q,2026-01-05,1\na,q,2026-01-05,2\n": "d.csv, line 3: driver \"a\" has 2026-01-05 twice",
		"driver,queue,date,q05,q50,q95\na,q,2026-01-05,3,2,4\n":        "quantiles [3 2 4] do not rise",
		"driver,queue,date,mean,sd\na,q,2026-01-05,3,-1\n":             "negative sd",
		"driver,queue,date,mean\n":                                     "has no row",
		"driver,queue,date,mean\n,q,2026-01-05,1\n":                    "no driver name",
		"driver,queue,date,mean\na,q,05.01.2026,1\n":                   "line 2",
	} {
		if _, err := ReadDrivers(strings.NewReader(text), "d.csv"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v; want %q", text, err, want)
		}
	}
}

func FuzzReadDrivers(f *testing.F) {
	f.Add("driver,queue,date,mean,sd\nbookings,q,2026-01-05,50,2.5\n")
	f.Add("driver,queue,date,q05,q50,q95\na,,2026-01-05,1,2,3\n")
	f.Fuzz(func(t *testing.T, text string) {
		drivers, err := ReadDrivers(strings.NewReader(text), "d.csv")
		if err != nil {
			return
		}
		for _, of := range drivers {
			for _, d := range of {
				for day, v := range d.Days {
					for _, z := range []float64{-3, 0, 3} {
						if x := v.at(z); d.Name == "" || math.IsNaN(x) || math.IsInf(x, 0) {
							t.Fatalf("driver %q is %v on %s", d.Name, x, day)
						}
					}
				}
			}
		}
	})
}

// Tests of the past forecast with what drivers knew ahead: the error falls where they move
// the calls, and an origin with too few of their days is an error.
func TestBacktestKnowsDrivers(t *testing.T) {
	in, d := booked(t, office(900, 94).history(t, "q", "2025-06-02", "2026-02-27"), 0)
	opt := BacktestOptions{Count: 3, Paths: 100, Seed: 1}
	wape := func() float64 {
		r, err := Backtest(t.Context(), []Input{in}, opt)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range r.Scores {
			if s.Method == "model" && s.Level == "daily" && s.Horizon == "week4" {
				return s.WAPE
			}
		}
		t.Fatal("no score of four weeks")
		return 0
	}
	without := wape()
	in.Drivers = []Driver{d}
	if with := wape(); with > 0.7*without {
		t.Errorf("daily error %.4f with the driver that makes the days, %.4f without", with, without)
	}
	late := Driver{"bookings", map[interval.Date]DriverValue{}}
	for day, v := range d.Days {
		if day.After(interval.MustDate("2026-01-20")) {
			late.Days[day] = v
		}
	}
	in.Drivers = []Driver{late}
	if _, err := Backtest(t.Context(), []Input{in}, opt); err == nil || !strings.Contains(err.Error(), "it takes 28 to learn") {
		t.Errorf("a driver without past: %v", err)
	}
}
