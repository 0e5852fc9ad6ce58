package schedule

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// lateAndEarly is a desk from 6 to 22 with an early and a late shift of one tour.
func lateAndEarly(t testing.TB, first, last string, early, late float64) (Requirement, []Pattern, []Tour) {
	g := grid(t, first, last, time.Hour)
	need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
	for i := range need.Agents {
		switch h := g.Minute(i) / 60; {
		case h >= 6 && h < 14:
			need.Agents[i] = early
		case h >= 14 && h < 22:
			need.Agents[i] = late
		}
	}
	p := []Pattern{{Name: "shift", First: 360, Last: 840, Every: 480, Paid: 480, CentsPerHour: 2000}}
	return need, p, []Tour{{Name: "5x8", Patterns: []string{"shift"}, Days: 5, SameStart: true, ConsecutiveOff: true, MaxConsecutive: 6, Rest: 660}}
}

// The roster of one week, and of the week after it when that one is known.
func twoWeeks(t testing.TB, opt Options) (Plan, Plan, Requirement, []Pattern, []Tour, Options) {
	need, p, tours := lateAndEarly(t, "2026-05-04", "2026-05-10", 0, 5)
	before, err := CoverWeeks(t.Context(), need, p, tours, opt)
	if err != nil {
		t.Fatal(err)
	}
	next, p, tours := lateAndEarly(t, "2026-05-11", "2026-05-17", 5, 0)
	opt.Carry, opt.Before = true, before.Roster
	after, err := CoverWeeks(t.Context(), next, p, tours, opt)
	if err != nil {
		t.Fatal(err)
	}
	return before, after, next, p, tours, opt
}

// Who worked late on Sunday does not begin early on Monday, though all are needed then.
func TestRestHoldsOverTheEndOfTheWeek(t *testing.T) {
	before, after, next, p, tours, opt := twoWeeks(t, Options{Seed: 3, UnderCents: 8000, Work: 3000})
	if err := VerifyWeeks(next, p, tours, opt, after); err != nil {
		t.Error(err)
	}
	old := before.Roster.Agents()
	kept := 0
	for _, name := range after.Roster.Agents() {
		if slices.Contains(old, name) {
			kept++
		}
	}
	if want := min(len(old), len(after.Roster.Agents())); kept != want {
		t.Errorf("%d go on of %d and %d", kept, len(old), len(after.Roster.Agents()))
	}
	// Left to themselves the lines of the second week would not fit.
	alone := opt
	alone.Carry, alone.Before = false, nil
	free, err := CoverWeeks(t.Context(), next, p, tours, alone)
	if err != nil {
		t.Fatal(err)
	}
	c := newCarrier(next, tours, opt)
	if _, left := c.match(free.Roster); len(left) == 0 {
		t.Error("the week by itself fits the one before, which shows nothing")
	}
	if after.BoundCents > after.Cost.Total || free.BoundCents > after.Cost.Total {
		t.Errorf("cost %d below a bound %d, %d", after.Cost.Total, after.BoundCents, free.BoundCents)
	}
}

// Several weeks in one solve go on as well, around the days on which the clocks change.
func TestLinesGoOnOverSeveralWeeks(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	for trial := range 6 {
		first := []string{"2026-05-04", "2026-03-02", "2026-10-26"}[trial%3]
		last := interval.MustDate(first).AddDays(20).String()
		need, p, tours := lateAndEarly(t, first, last, 1, 1)
		for i := range need.Agents {
			if need.Agents[i] > 0 {
				week := i / (7 * 24)
				need.Agents[i] = float64((trial+week)%3 + rng.IntN(2))
			}
		}
		tours[0].SameStart = trial%2 == 0
		tours[0].MaxConsecutive = 5 + trial%2
		if !tours[0].SameStart {
			tours[0].Rest = 0 // the windows must leave it
		}
		opt := Options{Seed: uint64(trial), UnderCents: 6000, Work: 600, Carry: true}
		plan, err := CoverWeeks(t.Context(), need, p, tours, opt)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyWeeks(need, p, tours, opt, plan); err != nil {
			t.Errorf("trial %d: %v", trial, err)
		}
	}
}

// The checker sees a rest that is too short and a run that is too long.
func TestVerifyFindsBrokenWeekEnds(t *testing.T) {
	next, p, tours := lateAndEarly(t, "2026-05-11", "2026-05-17", 5, 0)
	opt := Options{Seed: 3, UnderCents: 8000, Work: 3000, Carry: true}
	after, err := CoverWeeks(t.Context(), next, p, tours, opt)
	if err != nil {
		t.Fatal(err)
	}
	victim := ""
	for _, s := range after.Roster {
		if s.Date == interval.MustDate("2026-05-11") && s.Start.Hour() == 6 {
			victim = s.Agent
		}
	}
	if victim == "" {
		t.Fatal("nobody begins early on Monday")
	}
	loc := next.Grid.Location()
	end := time.Date(2026, 5, 10, 22, 0, 0, 0, loc)
	opt.Before = append(opt.Before, Shift{Pattern: "shift", Date: interval.MustDate("2026-05-10"), Start: end.Add(-8 * time.Hour), End: end, PaidMinutes: 480, Agent: victim})
	if err := VerifyWeeks(next, p, tours, opt, after); err == nil || !strings.Contains(err.Error(), "rests 8h0m0s before 2026-05-11T06:00:00") {
		t.Errorf("%v", err)
	}
}

func TestCarryFaults(t *testing.T) {
	need, p, tours := lateAndEarly(t, "2026-05-04", "2026-05-10", 1, 1)
	shift := Shift{Pattern: "shift", Date: interval.MustDate("2026-05-05"), Start: need.Grid.At(24 + 6), End: need.Grid.At(24 + 14), PaidMinutes: 480, Agent: "A"}
	for want, opt := range map[string]Options{
		"only where lines go on":        {UnderCents: 1, Before: Roster{shift}},
		"not before the requirement at": {UnderCents: 1, Carry: true, Before: Roster{shift}},
		"followed by itself":            {UnderCents: 1, Carry: true, Repeats: true},
	} {
		if _, err := CoverWeeks(t.Context(), need, p, tours, opt); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s: %v", want, err)
		}
	}
	if _, err := CoverWeeks(t.Context(), need, p, nil, Options{UnderCents: 1, Carry: true}); err == nil || !strings.Contains(err.Error(), "there are no tours") {
		t.Errorf("%v", err)
	}
}
