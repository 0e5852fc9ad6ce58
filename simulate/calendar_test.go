package simulate

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// Around the clock, the day the clocks go forward has 23 hours of calls and the
// day they go back 25; no call arrives in the hour that does not exist.
func TestClockChanges(t *testing.T) {
	for _, tt := range []struct {
		date    string
		hours   float64
		never   string // wall-clock hour
		offsets []string
	}{
		{"2025-03-09", 23, "T02:", []string{"T01:", "-05:00", "T03:", "-04:00"}},
		{"2025-03-10", 24, "", []string{"T02:", "-04:00"}},
		{"2025-11-02", 25, "", []string{"T01:", "-04:00", "T01:", "-05:00"}},
	} {
		cfg := small(tt.date, tt.date)
		cfg.Queues = cfg.Queues[:1]
		cfg.Queues[0].Volume, cfg.Queues[0].Week = 24000, Week{1, 1, 1, 1, 1, 1, 1}
		cfg.Queues[0].DayCV, cfg.Queues[0].HourCV, cfg.DayCV, cfg.Drift = 0, 0, 0, Drift{}
		cfg.Redial.Probability = 0
		cfg.Shapes["day"] = []Knot{{0, 1}}
		var text strings.Builder
		truth, err := Run(t.Context(), cfg, calendar(t, nil, nil), nil, 2, NewContactCSV(&text))
		if err != nil {
			t.Fatal(err)
		}
		want := tt.hours * 1000
		if n := float64(truth.Days[0].Queues[0].Fresh); math.Abs(n-want) > 4*math.Sqrt(want) {
			t.Errorf("%s: %v calls, want about %v", tt.date, n, want)
		}
		if tt.never != "" && strings.Contains(text.String(), tt.never) {
			t.Errorf("%s: a call arrives at %s", tt.date, tt.never)
		}
		for i := 0; i < len(tt.offsets); i += 2 {
			if !hasRow(text.String(), tt.date+tt.offsets[i], tt.offsets[i+1]) {
				t.Errorf("%s: no call at %s with offset %s", tt.date, tt.offsets[i], tt.offsets[i+1])
			}
		}
	}
}

func hasRow(rows, at, offset string) bool {
	for line := range strings.Lines(rows) {
		if f := strings.Split(line, ","); strings.HasPrefix(f[1], at) && strings.HasSuffix(f[1], offset) {
			return true
		}
	}
	return false
}

// Closed days and hours have blocked calls only.
func TestClosed(t *testing.T) {
	cfg := small("2025-06-28", "2025-07-07") // two Sundays and July 4
	cal := office(t)
	truth, r := run(t, cfg, cal, crewOf(7, 2), 5)
	closed := 0
	for i, day := range truth.Days {
		for _, q := range day.Queues {
			if cal.Plan(day.Date).Closed() {
				closed += q.Fresh
				if q.Handled+q.Abandoned+q.Contained > 0 || q.Blocked != q.Fresh || q.Mean != 0 {
					t.Errorf("%s is closed: %+v", day.Date, q)
				}
			}
		}
		for _, c := range r.days[i].Contacts {
			if open := cal.IsOpen(time.UnixMilli(c.Arrival)); open == (c.Outcome == Blocked) {
				t.Errorf("open is %v and the call was %v", open, c.Outcome)
			}
		}
		if cal.Plan(day.Date).Closed() && len(r.days[i].Events) > 0 {
			t.Errorf("%s is closed: %d events in the queue log", day.Date, len(r.days[i].Events))
		}
	}
	if closed == 0 {
		t.Error("nobody called on a closed day")
	}
}

// A holiday keeps calls away, and a share of them come on the next days.
func TestRebound(t *testing.T) {
	cfg := small("2025-06-16", "2025-08-16")
	with := meanOf(t, cfg)
	cfg.Rebound = Rebound{}
	without := meanOf(t, cfg)
	if with["2025-07-03"] != without["2025-07-03"] || with["2025-07-04"] != 0 {
		t.Errorf("before the rebound: %v and %v; on the holiday %v", with["2025-07-03"], without["2025-07-03"], with["2025-07-04"])
	}
	lost, back := 500*0.9, 0.0
	for d := range with {
		back += with[d] - without[d]
	}
	if math.Abs(back-0.4*lost) > 0.01*lost {
		t.Errorf("%.1f calls come back of %v lost, want %v", back, lost, 0.4*lost)
	}
	if rise := with["2025-07-07"] - without["2025-07-07"]; rise < 0.15*lost {
		t.Errorf("the first working day has %.1f calls more", rise)
	}
}

// meanOf returns the mean demand of the first queue by date.
func meanOf(t *testing.T, cfg Config) map[string]float64 {
	t.Helper()
	p, err := newPlan(t.Context(), cfg, office(t), nil, 1)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, d := range p.days {
		out[d.date.String()] = d.mean[0]
	}
	return out
}

// Half a day holds the part of the calls that its hours hold of the day shape.
func TestHalfDay(t *testing.T) {
	cfg := small("2024-12-23", "2024-12-24")
	cfg.Rebound = Rebound{}
	cfg.Shapes["day"] = []Knot{{0, 1}}
	if got, want := meanOf(t, cfg)["2024-12-24"], 500*1.05*4/10; math.Abs(got-want) > 1e-9 {
		t.Errorf("Christmas Eve has %v calls, want %v", got, want)
	}
}

func TestSeason(t *testing.T) {
	q := Queue{Year: []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0.5}, Growth: 0.1}
	m := queueModel{Queue: &q}
	first := interval.MustDate("2025-01-01")
	near := func(date string, want float64) {
		d := interval.MustDate(date)
		want *= math.Pow(1.1, float64(d.Sub(first))/365.25)
		if got := m.season(d, first); math.Abs(got-want) > 0.04*want {
			t.Errorf("%s: %.3f, want about %.3f", date, got, want)
		}
	}
	near("2025-01-16", 1)
	near("2025-02-01", 1.5)
	near("2025-06-15", 6)
	near("2025-12-31", 0.75)
	near("2026-01-01", 0.75)
}

func TestHeight(t *testing.T) {
	shape := []Knot{{480, 1}, {600, 3}, {720, 2}}
	for _, tt := range []struct{ minute, want float64 }{{0, 1}, {480, 1}, {540, 2}, {600, 3}, {660, 2.5}, {720, 2}, {1440, 2}} {
		if got := height(shape, tt.minute); got != tt.want {
			t.Errorf("at minute %v: %v, want %v", tt.minute, got, tt.want)
		}
	}
}
