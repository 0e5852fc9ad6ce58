package uplift_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
	_ "time/tzdata"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// hoursCase is a queue that is open 8 to 18 on weekdays, Poisson calls on some paths.
type hoursCase struct {
	was, now *interval.Calendar
	base     *forecast.Paths
}

func newHoursCase(t *testing.T, first, last, start string, hours map[time.Weekday][]interval.Span) hoursCase {
	t.Helper()
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	var week interval.Week
	for d := time.Monday; d <= time.Friday; d++ {
		week[d] = []interval.Span{{Open: 480, Close: 1080}}
	}
	var c hoursCase
	if c.was, err = interval.NewCalendar(loc, []interval.Opening{{Week: week}}, nil, nil); err != nil {
		t.Fatal(err)
	}
	if c.now, err = c.was.During(interval.MustDate(start), interval.Date{}, hours); err != nil {
		t.Fatal(err)
	}
	g, err := interval.DayGrid(interval.MustDate(first), interval.MustDate(last), 30*time.Minute, loc)
	if err != nil {
		t.Fatal(err)
	}
	if c.base, err = forecast.NewPaths(g, []string{"line"}, 400); err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	open := c.was.Open(g)
	for path := range c.base.Len() {
		counts, rates := c.base.Counts(path, 0), c.base.Rates(path, 0)
		for i := range counts {
			if open[i] {
				rates[i] = float32(8 + 4*math.Sin(float64(g.Minute(i))/200))
				counts[i] = int32(distuv.Poisson{Lambda: float64(rates[i]), Src: rng}.Rand())
			}
		}
	}
	return c
}

func (c hoursCase) predict(t *testing.T, cause uplift.Cause, rule uplift.HoursRule) *uplift.Prediction {
	t.Helper()
	lib := uplift.PriorLibrary()
	p, err := lib.PredictHours(t.Context(), cause, c.base, map[string]*interval.Calendar{"line": c.was}, map[string]*interval.Calendar{"line": c.now}, rule, uplift.PredictOptions{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Other hours, among them on days of 23 and 25 hours: the last Saturday or Sunday opens.
var hoursCases = []struct {
	name, first, last, start string
	hours                    map[time.Weekday][]interval.Span
}{
	{"shorter", "2026-06-01", "2026-06-28", "2026-06-15", map[time.Weekday][]interval.Span{time.Tuesday: {{Open: 600, Close: 960}}}},
	{"a day less", "2026-06-01", "2026-06-28", "2026-06-15", map[time.Weekday][]interval.Span{time.Friday: nil}},
	{"longer", "2026-06-01", "2026-06-28", "2026-06-15", map[time.Weekday][]interval.Span{time.Monday: {{Open: 420, Close: 1260}}}},
	{"later", "2026-06-01", "2026-06-28", "2026-06-15", map[time.Weekday][]interval.Span{time.Wednesday: {{Open: 600, Close: 1200}}}},
	{"a noon closed", "2026-06-01", "2026-06-28", "2026-06-15", map[time.Weekday][]interval.Span{time.Monday: {{Open: 480, Close: 720}, {Open: 780, Close: 1080}}}},
	{"Sundays, the clocks go forward", "2026-02-23", "2026-03-22", "2026-03-02", map[time.Weekday][]interval.Span{time.Sunday: {{Open: 0, Close: 1440}}}},
	{"Sundays, the clocks go back", "2026-10-19", "2026-11-15", "2026-10-26", map[time.Weekday][]interval.Span{time.Sunday: {{Open: 0, Close: 240}}, time.Monday: {{Open: 600, Close: 1080}}}},
}

// On every path: no call where the line is closed, none below zero, as many gained as are
// new, as many gone as are lost, and what moves comes somewhere else.
func TestHoursConserveCalls(t *testing.T) {
	for _, tt := range hoursCases {
		t.Run(tt.name, func(t *testing.T) {
			c := newHoursCase(t, tt.first, tt.last, tt.start, tt.hours)
			p := c.predict(t, uplift.Cause{ID: "h", Kind: uplift.HoursChange, Start: interval.MustDate(tt.start), Permanent: true}, uplift.HoursRule{})
			g := c.base.Grid()
			was, now := c.was.Open(g), c.now.Open(g)
			e := p.Hours
			changed := int64(0)
			for path := range c.base.Len() {
				counts, delta, rates, more := c.base.Counts(path, 0), p.Delta(path, 0), c.base.Rates(path, 0), p.DeltaRates(path, 0)
				sum, closed := int64(0), int64(0)
				for i := range counts {
					with := counts[i] + delta[i]
					sum += int64(delta[i])
					switch {
					case with < 0 || rates[i]+more[i] < -1e-4:
						t.Fatalf("path %d: %d calls at %s", path, with, g.Stamp(i))
					case !now[i] && (with != 0 || rates[i]+more[i] > 1e-4):
						t.Fatalf("path %d: %d calls at %s, when the line is closed", path, with, g.Stamp(i))
					case !now[i] && was[i]:
						closed += int64(counts[i])
					}
				}
				if sum != e.New[path]-e.Lost[path] || closed != e.Closed[path] || e.Opened[path] != e.New[path]+e.Drawn[path] || e.Lost[path] > e.Closed[path] {
					t.Fatalf("path %d: uplift %d, closed %d, of %+v", path, sum, closed, []int64{e.Closed[path], e.Lost[path], e.Opened[path], e.New[path], e.Drawn[path]})
				}
				changed += e.Closed[path] + e.Opened[path]
			}
			if changed == 0 {
				t.Error("nothing moves")
			}
		})
	}
}

// Nobody is lost or new where the request says so, and then the total stays.
func TestHoursStatedShares(t *testing.T) {
	none, all := 0.0, 1.0
	c := newHoursCase(t, "2026-06-01", "2026-06-28", "2026-06-15", map[time.Weekday][]interval.Span{time.Wednesday: {{Open: 600, Close: 1200}}})
	cause := uplift.Cause{ID: "h", Kind: uplift.HoursChange, Start: interval.MustDate("2026-06-15"), Permanent: true}
	if p := c.predict(t, cause, uplift.HoursRule{Lost: &none, New: &none}); p.Total().P025 != 0 || p.Total().P975 != 0 {
		t.Errorf("nobody lost and nobody new: %+v calls", p.Total())
	} else if len(p.Assumptions) != 2 {
		t.Errorf("assumptions: %+v", p.Assumptions)
	}
	p := c.predict(t, cause, uplift.HoursRule{Lost: &all, New: &all})
	for path := range c.base.Len() {
		if p.Hours.Lost[path] != p.Hours.Closed[path] || p.Hours.Drawn[path] != 0 {
			t.Fatalf("path %d: all lost and all new: %+v", path, p.Hours)
		}
	}
}

// A stated size is what a mean day's opened hours bring, by the rate that is believed of
// it; calls of a closed day come on the next open one.
func TestHoursWhereCallsGo(t *testing.T) {
	c := newHoursCase(t, "2026-06-01", "2026-07-26", "2026-06-15", map[time.Weekday][]interval.Span{time.Saturday: {{Open: 540, Close: 780}}})
	start := interval.MustDate("2026-06-15")
	fresh := 1.0
	p := c.predict(t, uplift.Cause{ID: "h", Kind: uplift.HoursChange, Start: start, Permanent: true, Size: 200}, uplift.HoursRule{New: &fresh})
	lib := uplift.PriorLibrary()
	rate := 0.0
	for _, n := range lib.Kind(uplift.HoursChange).Rates {
		rate += n.Weight * math.Exp(n.Mu+(n.SD*n.SD+n.Tau*n.Tau)/2)
	}
	// Six Saturdays; the first ones before the level is reached, and rates end at 1.5.
	if got := p.Total().Mean; got > 6*200*rate || got < 0.6*6*200*rate {
		t.Errorf("%.0f calls on six Saturdays of 200, mean rate %.2f", got, rate)
	}

	less := newHoursCase(t, "2026-06-15", "2026-06-28", "2026-06-15", map[time.Weekday][]interval.Span{time.Friday: nil})
	kept := 0.0
	p = less.predict(t, uplift.Cause{ID: "h", Kind: uplift.HoursChange, Start: start, Permanent: true}, uplift.HoursRule{Lost: &kept})
	days := p.DailyTotal(0, 0)
	for k, d := range p.Days() {
		switch d.Date.Weekday() {
		case time.Friday:
			if d.Date != interval.MustDate("2026-06-26") && days[k] >= 0 {
				t.Errorf("%s, closed now: %+d calls", d.Date, days[k])
			}
		case time.Monday:
			if d.Date.After(start) && days[k] <= 0 {
				t.Errorf("%s, after a closed Friday: %+d calls", d.Date, days[k])
			}
		default:
			if days[k] != 0 {
				t.Errorf("%s: %+d calls", d.Date, days[k])
			}
		}
	}
}
