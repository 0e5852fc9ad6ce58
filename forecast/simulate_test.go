package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

var holidays = []interval.Holiday{
	{Name: "Independence Day", Class: "federal", Month: time.July, Day: 4, Observed: true},
	{Name: "Thanksgiving", Class: "federal", Month: time.November, Weekday: time.Thursday, Nth: 4},
	{Name: "Eve", Class: "eve", Month: time.December, Day: 24, Hours: []interval.Span{{Open: 480, Close: 720}}},
}

func TestPathsKeepTheCalendar(t *testing.T) {
	w := office(900, 1)
	w.hol = holidays
	m := mustFit(t, w.history(t, "main", "2025-01-01", "2026-06-30"))
	p := mustSimulate(t, m, "2026-11-20", "2026-12-31", 200, 7) // with a gap of five months
	g := p.Grid()
	open := w.calendar(t).Open(g)
	for path := range p.Len() {
		counts, rates := p.Counts(path, 0), p.Rates(path, 0)
		for i := range counts {
			switch {
			case !open[i] && (counts[i] != 0 || rates[i] != 0):
				t.Fatalf("%s is closed and has %d calls at rate %v", g.Label(i), counts[i], rates[i])
			case counts[i] < 0 || !(rates[i] >= 0):
				t.Fatalf("%s: %d calls at rate %v", g.Label(i), counts[i], rates[i])
			case open[i] && rates[i] == 0:
				t.Fatalf("%s is open and has rate 0", g.Label(i))
			}
		}
	}
	// December 24 is open four of ten hours, Thanksgiving not at all.
	totals := p.DayTotals(0)
	for k, d := range g.Days() {
		mid := median(floats(totals[k]))
		switch d.Date {
		case interval.MustDate("2026-11-26"):
			if mid != 0 {
				t.Errorf("Thanksgiving has %v calls", mid)
			}
		case interval.MustDate("2026-12-24"):
			if full := w.mean(d.Date); mid < 0.2*full || mid > 0.6*full {
				t.Errorf("a morning has %v calls of the %v of a whole day", mid, full)
			}
		}
	}
}

func TestSumsAgree(t *testing.T) {
	w := office(400, 2)
	m := mustFit(t, w.history(t, "a", "2025-06-01", "2026-05-31"), w.history(t, "b", "2025-06-01", "2026-05-31"))
	p := mustSimulate(t, m, "2026-06-01", "2026-06-14", 60, 1)
	both, a, b, all := p.DayTotals(-1), p.DayTotals(0), p.DayTotals(1), p.Totals(-1)
	for path := range p.Len() {
		sum := int64(0)
		for k := range both {
			if both[k][path] != a[k][path]+b[k][path] {
				t.Fatalf("day %d of path %d: %d calls, but %d and %d by queue", k, path, both[k][path], a[k][path], b[k][path])
			}
			sum += both[k][path]
		}
		if sum != all[path] {
			t.Fatalf("path %d: days add up to %d, the total is %d", path, sum, all[path])
		}
	}
	mean, q := p.Mean(-1), p.Quantile(-1, []float64{0, 0.5, 1})
	ma, mb := p.Mean(0), p.Mean(1)
	for i := range mean {
		if math.Abs(mean[i]-ma[i]-mb[i]) > 1e-9 {
			t.Fatalf("interval %d: mean %v, by queue %v and %v", i, mean[i], ma[i], mb[i])
		}
		if !slices.IsSorted(q[i]) || q[i][0] > mean[i] || q[i][2] < mean[i] || q[i][1] != math.Trunc(q[i][1]) {
			t.Fatalf("interval %d: quantiles %v about mean %v", i, q[i], mean[i])
		}
	}
}

func same(a, b *Paths, qa, qb int) error {
	for path := range min(a.Len(), b.Len()) {
		if !slices.Equal(a.Counts(path, qa), b.Counts(path, qb)) || !slices.Equal(a.Rates(path, qa), b.Rates(path, qb)) {
			return fmt.Errorf("path %d differs", path)
		}
	}
	return nil
}

func TestSameSeedSameBytes(t *testing.T) {
	history := []Input{
		office(700, 3).history(t, "a", "2025-01-01", "2026-06-30"),
		office(40, 4).history(t, "b", "2025-01-01", "2026-06-30"),
		office(300, 5).history(t, "c", "2025-01-01", "2026-06-30"),
	}
	run := func(n int, seed uint64, history ...Input) *Paths {
		return mustSimulate(t, mustFit(t, history...), "2026-07-01", "2026-07-21", n, seed)
	}
	first := run(50, 9, history...)
	t.Run("one processor", func(t *testing.T) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
		again := run(50, 9, history...)
		for q := range history {
			if err := same(first, again, q, q); err != nil {
				t.Errorf("queue %d: %v", q, err)
			}
		}
	})
	t.Run("other order of queues", func(t *testing.T) {
		turned := run(50, 9, history[2], history[0], history[1])
		for q, at := range []int{1, 2, 0} {
			if err := same(first, turned, q, at); err != nil {
				t.Errorf("queue %d: %v", q, err)
			}
		}
	})
	t.Run("without another queue", func(t *testing.T) {
		if err := same(first, run(50, 9, history[0]), 0, 0); err != nil {
			t.Error(err)
		}
	})
	t.Run("more paths", func(t *testing.T) {
		if err := same(first, run(80, 9, history...), 0, 0); err != nil {
			t.Error(err)
		}
	})
	t.Run("other seed", func(t *testing.T) {
		if same(first, run(50, 10, history...), 0, 0) == nil {
			t.Error("two seeds give the same paths")
		}
	})
	t.Run("later grid", func(t *testing.T) {
		m := mustFit(t, history...)
		late := mustSimulate(t, m, "2026-07-10", "2026-07-21", 50, 9)
		offset := first.Grid().Len() - late.Grid().Len()
		for path := range late.Len() {
			if !slices.Equal(first.Counts(path, 0)[offset:], late.Counts(path, 0)) {
				t.Fatalf("path %d depends on where the grid begins", path)
			}
		}
	})
}

// Two queues whose days are busy together keep that in the paths, and two that
// have nothing in common do not get it.
func TestQueuesMoveTogether(t *testing.T) {
	w := office(2000, 6)
	w.flat, w.persist, w.w = true, 0, 1
	a := w.history(t, "a", "2025-01-01", "2025-12-31")
	twin := a
	twin.Queue = "twin"
	w.seed = 99
	other := w.history(t, "other", "2025-01-01", "2025-12-31")
	p := mustSimulate(t, mustFit(t, a, twin, other), "2026-01-05", "2026-01-30", 300, 1)
	x, y, z := p.DayTotals(0), p.DayTotals(1), p.DayTotals(2)
	var together, apart []float64
	for k := range x {
		if x[k][0] > 0 {
			together = append(together, correlation(floats(x[k]), floats(y[k])))
			apart = append(apart, correlation(floats(x[k]), floats(z[k])))
		}
	}
	if r := sum(together) / float64(len(together)); r < 0.6 {
		t.Errorf("days of twin queues correlate by %.2f", r)
	}
	if r := sum(apart) / float64(len(apart)); math.Abs(r) > 0.2 {
		t.Errorf("days of unrelated queues correlate by %.2f", r)
	}
}

func correlation(x, y []float64) float64 {
	n := float64(len(x))
	mx, my := sum(x)/n, sum(y)/n
	var xx, yy, xy float64
	for i := range x {
		xx += sq(x[i] - mx)
		yy += sq(y[i] - my)
		xy += (x[i] - mx) * (y[i] - my)
	}
	return xy / math.Sqrt(xx*yy)
}

// Histories drawn from a known process: the bands hold what they promise, for
// days, intervals and the four weeks together.
func TestBandsHold(t *testing.T) {
	tests := []struct {
		name  string
		level float64
		w     float64
	}{{"busy", 1500, 2}, {"quiet", 60, 1.3}, {"thin", 8, 1}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var day, cells, month, n, nc, nm float64
			for trial := range 24 {
				w := office(tt.level, uint64(100+trial))
				w.w, w.season = tt.w, 0 // eight months could not show a season
				all := w.history(t, "q", "2025-01-01", "2025-08-31")
				known := all
				known.Series = all.Series.Window(interval.MustDate("2025-01-01"), interval.MustDate("2025-08-03"))
				truth := all.Series.Window(interval.MustDate("2025-08-04"), interval.MustDate("2025-08-31"))
				p := mustSimulate(t, mustFit(t, known), "2025-08-04", "2025-08-31", 300, 1)
				inside := func(y float64, x []int64) float64 {
					q := Quantiles(slices.Sorted(slices.Values(x)), []float64{0.1, 0.9})
					return indicator(float64(q[0]) <= y && y <= float64(q[1]))
				}
				for k, d := range truth.Daily() {
					if d.Open > 0 {
						day += inside(d.Total, p.DayTotals(0)[k])
						n++
					}
				}
				month += inside(truth.Total(), p.Totals(0))
				nm++
				q := p.Quantile(0, []float64{0.1, 0.9})
				for i := range truth.Len() {
					if v, s := truth.At(i); s == interval.Observed {
						cells += indicator(q[i][0] <= v && v <= q[i][1])
						nc++
					}
				}
			}
			if c := day / n; c < 0.72 || c > 0.88 {
				t.Errorf("80 %% bands of days hold %.3f of %.0f", c, n)
			}
			// Bands of small whole numbers hold more than they promise.
			if c := cells / nc; c < 0.75 || c > 0.88 && tt.level > 100 {
				t.Errorf("80 %% bands of intervals hold %.3f of %.0f", c, nc)
			}
			if c := month / nm; c < 0.6 {
				t.Errorf("80 %% bands of four weeks hold %.3f of %.0f", c, nm)
			}
		})
	}
}

func TestSimulateRefuses(t *testing.T) {
	m := mustFit(t, office(100, 1).history(t, "q", "2025-01-01", "2025-03-31"))
	zone := m.frame.grid.Location()
	for name, g := range map[string]func() (interval.Grid, error){
		"a grid inside the history": func() (interval.Grid, error) {
			return interval.DayGrid(interval.MustDate("2025-03-31"), interval.MustDate("2025-04-02"), 30*time.Minute, zone)
		},
		"another step": func() (interval.Grid, error) {
			return interval.DayGrid(interval.MustDate("2025-04-01"), interval.MustDate("2025-04-02"), time.Hour, zone)
		},
		"another zone": func() (interval.Grid, error) {
			return interval.DayGrid(interval.MustDate("2025-04-02"), interval.MustDate("2025-04-02"), 30*time.Minute, time.UTC)
		},
		"no interval": func() (interval.Grid, error) { return interval.Grid{}, nil },
	} {
		grid, err := g()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Simulate(t.Context(), grid, 10, 1); err == nil {
			t.Errorf("simulated on %s", name)
		}
	}
}

// A tally has the quantiles that sorting has, whether the counts lie close together or not
// and in whatever order the probabilities come.
func TestCountQuantiles(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, probs := range [][]float64{{0, 0.05, 0.5, 0.5, 0.95, 1}, {0.9, 0.1}} {
		for _, wide := range []int64{1, 7, 1023, 1024, 1 << 40} {
			x, got := make([]int64, 500), make([]float64, len(probs))
			for i := range x {
				x[i] = rng.Int64N(wide) - wide/3
			}
			sorted := slices.Sorted(slices.Values(x))
			countQuantiles(x, probs, make([]int32, 1024), got)
			for j, want := range Quantiles(sorted, probs) {
				if got[j] != float64(want) {
					t.Errorf("counts over a range of %d: %v at %v, want %d", wide, got[j], probs[j], want)
				}
			}
		}
	}
}

func TestSimulateQueueIsThatOfSimulate(t *testing.T) {
	w := office(300, 71)
	cal := w.calendar(t)
	m := mustFit(t, w.historyOn(t, "a", cal, "2026-01-05", "2026-05-29"), w.historyOn(t, "b", cal, "2026-01-05", "2026-05-29"))
	all := mustSimulate(t, m, "2026-06-01", "2026-06-12", 40, 9)
	one, err := m.SimulateQueue(t.Context(), "b", all.Grid(), 40, 9)
	if err != nil {
		t.Fatal(err)
	}
	if err := same(one, all, 0, 1); err != nil {
		t.Error(err)
	}
	if _, err := m.SimulateQueue(t.Context(), "c", all.Grid(), 40, 9); err == nil {
		t.Error("simulated a queue that does not exist")
	}
}
