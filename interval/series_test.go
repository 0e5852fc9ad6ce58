package interval

import (
	"math"
	"testing"
	"time"
)

func grid(t testing.TB, first, last string) Grid {
	t.Helper()
	g, err := DayGrid(MustDate(first), MustDate(last), time.Hour, zone(t, "America/New_York"))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestSeriesRefusesWhatIsNoNumber(t *testing.T) {
	g := grid(t, "2026-01-01", "2026-01-01")
	for name, s := range map[string]struct {
		value float64
		state State
	}{
		"NaN":                         {math.NaN(), Observed},
		"infinite":                    {math.Inf(1), Observed},
		"a number in a missing hour":  {3, Missing},
		"a number in a closed hour":   {3, Closed},
		"a state that does not exist": {0, 7},
	} {
		values, states := make([]float64, 24), make([]State, 24)
		values[5], states[5] = s.value, s.state
		if _, err := NewSeries("q", g, values, states); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
	if _, err := NewSeries("q", g, make([]float64, 23), nil); err == nil {
		t.Error("23 values on 24 hours are accepted")
	}
}

// A series keeps what it was made with, whatever the caller does to it later.
func TestSeriesCopies(t *testing.T) {
	values := make([]float64, 24)
	s, err := NewSeries("q", grid(t, "2026-01-01", "2026-01-01"), values, nil)
	if err != nil {
		t.Fatal(err)
	}
	values[0] = 9
	s.Values()[1] = 9
	if s.Total() != 0 {
		t.Errorf("the total is %v after the caller's slices changed", s.Total())
	}
}

func TestDailyAndWindow(t *testing.T) {
	g := grid(t, "2025-11-01", "2025-11-03") // the second day has 25 hours
	values, states := make([]float64, g.Len()), make([]State, g.Len())
	for i := range values {
		values[i] = 1
	}
	values[0], states[0] = 0, Closed
	values[1], states[1] = 0, Missing
	s, err := NewSeries("q", g, values, states)
	if err != nil {
		t.Fatal(err)
	}
	days := s.Daily()
	if len(days) != 3 || days[0].Total != 22 || days[0].Missing != 1 || days[0].Open != 22 || days[1].Total != 25 || days[2].Total != 24 {
		t.Errorf("daily sums %+v", days)
	}
	w := s.Window(MustDate("2025-11-02"), MustDate("2026-01-01"))
	if w.Len() != 49 || w.Total() != 49 || DateOf(w.Grid().Start()) != MustDate("2025-11-02") {
		t.Errorf("window of %d intervals, total %v from %v", w.Len(), w.Total(), w.Grid().Start())
	}
	if e := s.Window(MustDate("2030-01-01"), MustDate("2030-01-02")); e.Len() != 0 {
		t.Errorf("a window outside the series has %d intervals", e.Len())
	}
}

func TestSumStates(t *testing.T) {
	g, err := NewGrid(time.Unix(0, 0).UTC(), time.Hour, 4)
	if err != nil {
		t.Fatal(err)
	}
	a, err1 := NewSeries("a", g, []float64{1, 2, 0, 0}, []State{Observed, Observed, Closed, Closed})
	b, err2 := NewSeries("b", g, []float64{5, 0, 7, 0}, []State{Observed, Missing, Observed, Closed})
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	sum, err := Sum("all", a, b)
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		v float64
		s State
	}{{6, Observed}, {0, Missing}, {7, Observed}, {0, Closed}}
	for i, w := range want {
		if v, s := sum.At(i); v != w.v || s != w.s {
			t.Errorf("interval %d: %v %v, want %v %v", i, v, s, w.v, w.s)
		}
	}
	other, _ := NewGrid(time.Unix(3600, 0).UTC(), time.Hour, 4)
	c, _ := NewSeries("c", other, make([]float64, 4), nil)
	if _, err := Sum("all", a, c); err == nil {
		t.Error("series of different grids are added")
	}
}
