package schedule

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"
)

// wide is a week with more starts than the whole tree is searched for: tours with the
// same start, others without, and single shifts, with seats and spacing.
func wide(t testing.TB, seats []int) (Requirement, []Pattern, []Tour, Options) {
	g := grid(t, "2026-03-02", "2026-03-08", 30*time.Minute) // the clocks go forward at its end
	need := Requirement{Grid: g, Agents: humps(g, 9)}
	night := Pattern{Name: "night", First: 20 * 60, Last: 22 * 60, Every: 30, Paid: 420, CentsPerHour: 3300, Breaks: []Break{{Minutes: 30, Earliest: 120, Latest: 240, Every: 30, Paid: true}}}
	patterns := []Pattern{fullTime(), partTime(), night}
	patterns[0].Breaks = []Break{{Minutes: 30, Earliest: 90, Latest: 150, Every: 30, Paid: true}, {Minutes: 30, Earliest: 210, Latest: 300, Every: 30}}
	patterns[1].Max, patterns[1].Every, patterns[1].Breaks = 2, 60, nil
	for i := range need.Agents {
		need.Agents[i] = max(1, need.Agents[i])
	}
	tours := []Tour{
		{Name: "5x8", Patterns: []string{"full"}, Days: 5, SameStart: true, ConsecutiveOff: true, Max: 8},
		{Name: "nights", Patterns: []string{"night"}, Days: 4, Rest: 600},
	}
	return need, patterns, tours, Options{Seed: 5, UnderCents: 12000, OverCents: 200, Seats: seats, Work: 3000}
}

// Exchanges keep every rule, whatever they try, and their running cost is the true one.
func TestExchangesKeepTheBooks(t *testing.T) {
	for _, seats := range [][]int{nil, {7}} {
		need, patterns, tours, opt := wide(t, seats)
		h, err := newHorizon(need, patterns, tours, opt, 0, 7)
		if err != nil {
			t.Fatal(err)
		}
		m := newImplicit(h, patterns, tours)
		if len(m.x) <= exactDuties || !m.exchangeable() {
			t.Fatalf("%d duties are searched whole", len(m.x))
		}
		e := newExchange(m, m.nobody(), rand.New(rand.NewPCG(1, 2)))
		before := e.cost
		for k := range 4000 {
			e.try(e.rng.Int64N(m.h.under))
			if k%200 > 0 {
				continue
			}
			s := e.staffing()
			over := int64(0)
			for _, u := range s.over(m) {
				over += seatPenalty * m.h.under * int64(s.cover[u]-h.seats[u])
			}
			if !m.agrees(s) || s.cost+over != e.cost {
				t.Fatalf("move %d: cost %d, but %d with %d over the seats; agrees %t", k, e.cost, s.cost, over, m.agrees(s))
			}
			for i := range h.duties {
				if !e.spaced(i) {
					t.Fatalf("move %d: breaks of duty %d lie too close", k, i)
				}
			}
			for g, n := range e.total {
				if n > e.limits[g] {
					t.Fatalf("move %d: %d agents where %d may be", k, n, e.limits[g])
				}
			}
		}
		if e.cost >= before*3/4 {
			t.Errorf("cost %d from %d: no better than an empty center", e.cost, before)
		}
	}
}

// A wide week obeys every rule, and the same work gives the same plan.
func TestExchangesGiveTheSamePlanForTheSameWork(t *testing.T) {
	need, patterns, tours, opt := wide(t, []int{8})
	first, err := CoverWeeks(t.Context(), need, patterns, tours, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := VerifyWeeks(need, patterns, tours, opt, first); err != nil {
		t.Error(err)
	}
	again, err := CoverWeeks(t.Context(), need, patterns, tours, opt)
	if err != nil || !reflect.DeepEqual(first, again) {
		t.Errorf("another plan for the same work: %v", err)
	}
	t.Logf("gap %.2f%%", 100*first.Gap)
	if first.Gap > 0.05 {
		t.Errorf("gap %.3f", first.Gap)
	}
}
