package service

import (
	"context"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/erlang/sim"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

func zone(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// steep is a day whose calls stop at once after a peak, with long handle times: the busy
// agents and the backlog of the peak outlast it.
func steep(t testing.TB, first, last string) Demand {
	t.Helper()
	g, err := interval.DayGrid(interval.MustDate(first), interval.MustDate(last), 30*time.Minute, zone(t))
	if err != nil {
		t.Fatal(err)
	}
	d := Demand{Grid: g, Offered: make([]float64, g.Len()), AHT: make([]float64, g.Len()), Patience: 600}
	for i := range d.Offered {
		switch h := float64(g.Minute(i)) / 60; {
		case h < 8 || h >= 18:
			continue
		case h >= 11 && h < 13:
			d.Offered[i] = 40
		default:
			d.Offered[i] = 12
		}
		d.AHT[i] = 900
	}
	return d
}

func patterns() []schedule.Pattern {
	return []schedule.Pattern{
		{Name: "full", First: 8 * 60, Last: 10 * 60, Every: 30, Paid: 450, CentsPerHour: 3000,
			Breaks: []schedule.Break{{Minutes: 30, Earliest: 180, Latest: 300, Every: 30}}},
		{Name: "part", First: 8 * 60, Last: 14 * 60, Every: 30, Paid: 240, CentsPerHour: 3000},
	}
}

func target(scope Scope, each float64) Target {
	return Target{Formula: erlang.SLOffered, Share: 0.8, Within: 20, Scope: scope, Each: each}
}

func closed(t testing.TB, d Demand, tg Target, p []schedule.Pattern, tours []schedule.Tour, opt Options) Result {
	t.Helper()
	r, err := Close(t.Context(), d, tg, p, tours, opt)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func quick() Options {
	return Options{OnPosition: 1, Options: schedule.Options{Seed: 1, Work: 3000}}
}

// The requirement of each interval by itself lets the day down right after the peak; the
// loop mends it, and pays less.
func TestLoopMendsTheBacklogAfterAPeak(t *testing.T) {
	d := steep(t, "2026-05-04", "2026-05-04")
	r := closed(t, d, target(PerInterval, 0), patterns(), nil, quick())
	afterPeak, _ := d.Grid.Index(time.Date(2026, 5, 4, 13, 0, 0, 0, zone(t)))
	if l := r.Stationary.Service.Intervals[afterPeak]; l.Meets || l.Level > 0.78 {
		t.Errorf("the stationary requirement serves %.3f after the peak, which is no backlog", l.Level)
	}
	if r.Service.Missed > 0 || !r.Service.All.Meets {
		t.Errorf("%d intervals stay below target", r.Service.Missed)
	}
	if r.Wages > r.Stationary.Wages {
		t.Errorf("wages %d, of the stationary requirement %d", r.Wages, r.Stationary.Wages)
	}
}

// A target of the day costs less than the same of every interval, which holds it too.
func TestTargetOfTheDayCostsLess(t *testing.T) {
	d := steep(t, "2026-05-04", "2026-05-04")
	r := closed(t, d, target(PerDay, 0.5), patterns(), nil, quick())
	if r.Service.Missed > 0 || len(r.Service.Periods) != 1 || r.Service.Periods[0].Level < 0.8 {
		t.Fatalf("service %+v", r.Service.Periods)
	}
	if float64(r.Wages) > 0.85*float64(r.Stationary.Wages) {
		t.Errorf("wages %d, of the stationary requirement %d: hardly less", r.Wages, r.Stationary.Wages)
	}
	for _, l := range r.Service.Intervals {
		if l.Offered > 0 && l.Level < 0.5 {
			t.Errorf("%s: %.3f", l.Name, l.Level)
		}
	}
}

// The service that Close reports is what the simulator of single calls sees.
func TestServiceAgreesWithSimulation(t *testing.T) {
	d := steep(t, "2026-05-04", "2026-05-04")
	for _, tg := range []Target{target(PerInterval, 0), target(PerDay, 0.5)} {
		r := closed(t, d, tg, patterns(), nil, quick())
		config := sim.Config{Step: 1800, Intervals: d.Grid.Len(), ShiftEnd: erlang.Exhaustive, Runs: 600, Seed: 5,
			Queues: []sim.Queue{{Name: "q", Calls: d.Offered, Handle: sim.Exponential(900), Patience: sim.Exponential(d.Patience), Target: tg.Within}},
			Groups: []sim.Group{{Name: "g", Skills: []sim.Skill{{Queue: "q"}}}}}
		for i := range d.Grid.Len() {
			config.Groups[0].Agents = append(config.Groups[0].Agents, int(math.Round(r.Service.Intervals[i].Agents)))
		}
		played, err := sim.Run(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		first, last := d.sessions()[0].from, d.sessions()[0].to
		for i := first; i < last; i++ {
			got := played.Interval(0, i).SLOffered
			if l := r.Service.Intervals[i].Level; math.Abs(got.Mean-l) > 1.8*got.HalfWidth+1e-3 { // of 40 intervals a few lie beyond 1.96 sd
				t.Errorf("%s: simulated %.4f ± %.4f, reported %.4f", r.Service.Intervals[i].Name, got.Mean, got.HalfWidth, l)
			}
		}
		if day := played.Day(0).SLOffered; math.Abs(day.Mean-r.Service.All.Level) > 1.8*day.HalfWidth {
			t.Errorf("day: simulated %.4f ± %.4f, reported %.4f", day.Mean, day.HalfWidth, r.Service.All.Level)
		}
	}
}

// A week of tours with a target of the week: weekdays and weekend share.
func TestTargetOfTheWeekOfTours(t *testing.T) {
	d := steep(t, "2026-05-04", "2026-05-10")
	p := append(patterns(), schedule.Pattern{Name: "tour", First: 8 * 60, Last: 10 * 60, Every: 60, Paid: 480, CentsPerHour: 2800})
	tours := []schedule.Tour{{Name: "5x8", Patterns: []string{"tour"}, Days: 5, SameStart: true, ConsecutiveOff: true, Rest: 660}}
	opt := quick()
	opt.Rounds, opt.Work = 2, 600
	r := closed(t, d, target(PerWeek, 0.4), p, tours, opt)
	if r.Service.Missed > 0 || len(r.Service.Periods) != 1 {
		t.Fatalf("service %+v, %d missed", r.Service.Periods, r.Service.Missed)
	}
	if r.Wages >= r.Stationary.Wages {
		t.Errorf("wages %d, of the stationary requirement %d", r.Wages, r.Stationary.Wages)
	}
}

// Where seats do not allow the target the answer is the best there is, and says so.
func TestSeatsThatForbidTheTarget(t *testing.T) {
	d := steep(t, "2026-05-04", "2026-05-04")
	opt := quick()
	opt.Seats = []int{14}
	opt.Rounds = 3
	for _, tg := range []Target{target(PerInterval, 0), target(PerDay, 0.1)} {
		r := closed(t, d, tg, patterns(), nil, opt)
		if r.Service.Missed == 0 || r.Service.All.Meets {
			t.Errorf("per %s: 14 agents serve all", tg.Scope)
		}
		for i, l := range r.Service.Intervals {
			if l.Agents > 14 {
				t.Errorf("%s: %v agents", d.Grid.Stamp(i), l.Agents)
			}
		}
	}
}

// Shrinkage: more are rostered, as many are at the phones.
func TestShrinkageIsPaidFor(t *testing.T) {
	d := steep(t, "2026-05-04", "2026-05-04")
	opt := quick()
	opt.OnPosition = 0.75
	r := closed(t, d, target(PerInterval, 0), patterns(), nil, opt)
	plain := closed(t, d, target(PerInterval, 0), patterns(), nil, quick())
	if r.Service.Missed > 0 || float64(r.Wages) < 1.2*float64(plain.Wages) {
		t.Errorf("%d missed, wages %d against %d", r.Service.Missed, r.Wages, plain.Wages)
	}
}

// Days of 23 and 25 hours, open around the clock.
func TestClockChangesAreServed(t *testing.T) {
	for _, day := range []string{"2026-03-08", "2026-11-01"} {
		g, err := interval.DayGrid(interval.MustDate(day), interval.MustDate(day), time.Hour, zone(t))
		if err != nil {
			t.Fatal(err)
		}
		d := Demand{Grid: g, Offered: slices.Repeat([]float64{20}, g.Len()), AHT: slices.Repeat([]float64{300}, g.Len()), Patience: 300}
		p := []schedule.Pattern{{Name: "any", First: 0, Last: 20 * 60, Every: 60, Paid: 240, CentsPerHour: 3000}, {Name: "hour", First: 0, Last: 23 * 60, Every: 60, Paid: 60, CentsPerHour: 4000}}
		r := closed(t, d, target(PerDay, 0.3), p, nil, quick())
		if r.Service.Missed > 0 || math.Abs(r.Service.All.Offered-20*float64(g.Len())) > 1e-9 {
			t.Errorf("%s: %+v, %d missed", day, r.Service.All, r.Service.Missed)
		}
	}
}

// Without time there is an answer, and it says that it is not the end.
func TestCancelledLoopAnswers(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, err := Close(ctx, steep(t, "2026-05-04", "2026-05-04"), target(PerDay, 0.5), patterns(), nil, quick())
	if err != nil || !r.Stopped {
		t.Errorf("stopped %v, %v", r.Stopped, err)
	}
}

func TestBadLoopInput(t *testing.T) {
	good := steep(t, "2026-05-04", "2026-05-04")
	for name, f := range map[string]func(*Demand, *Target, *Options){
		"handle time above zero": func(d *Demand, _ *Target, _ *Options) { d.AHT = make([]float64, len(d.AHT)) },
		"no contacts":            func(d *Demand, _ *Target, _ *Options) { d.Offered = make([]float64, len(d.AHT)) },
		"patience":               func(d *Demand, _ *Target, _ *Options) { d.Patience = 0 },
		"per \"month\"":          func(_ *Demand, t *Target, _ *Options) { t.Scope = "month" },
		"share 80":               func(_ *Demand, t *Target, _ *Options) { t.Share = 80 },
		"rostered time":          func(_ *Demand, _ *Target, o *Options) { o.OnPosition = 0 },
		"UnderCents and the":     func(_ *Demand, _ *Target, o *Options) { o.UnderCents = 3 },
	} {
		d, tg, opt := good, target(PerInterval, 0), quick()
		f(&d, &tg, &opt)
		if _, err := Close(t.Context(), d, tg, patterns(), nil, opt); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want %q: %v", name, err)
		}
	}
}

func FuzzParseTarget(f *testing.F) {
	f.Add("80/20")
	f.Add("99.5/0")
	f.Add("/")
	f.Fuzz(func(t *testing.T, text string) {
		if share, within, err := ParseTarget(text); err == nil && !(share > 0 && share < 1 && within >= 0) {
			t.Errorf("%q is %v/%v", text, share, within)
		}
	})
}
