package schedule

import (
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"testing"
	"time"
)

// aroundTheClock is a day of quarter hours that repeats, with eight-hour shifts that start every
// half hour and three breaks each: 48 starts, 816 ways to take the breaks of each.
func aroundTheClock(t testing.TB, rng *rand.Rand, peak float64) (Requirement, []Pattern, Options) {
	g := grid(t, "2026-05-04", "2026-05-04", 15*time.Minute)
	need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
	first, second, night := 8+4*rng.Float64(), 14+5*rng.Float64(), 0.1+0.2*rng.Float64()
	for i := range need.Agents {
		h := float64(i) / 4
		need.Agents[i] = math.Ceil(peak * (night + 0.8*math.Exp(-(h-first)*(h-first)/8) + 0.5*math.Exp(-(h-second)*(h-second)/6) + 0.02*rng.NormFloat64()))
		need.Agents[i] = max(1, need.Agents[i])
	}
	p := fullTime()
	p.First, p.Last, p.Spacing = 0, 1410, 0
	p.Premiums = []Premium{{From: 1320, To: 360, Percent: 10}}
	return need, []Pattern{p}, Options{Seed: 1, UnderCents: 12000, Repeats: true, Work: 40000}
}

// Days with some 10^16 rosters each are solved to the end: the bound meets the cost.
func TestDaysAroundTheClockAreProved(t *testing.T) {
	for seed := uint64(2); seed < 5; seed++ {
		need, patterns, opt := aroundTheClock(t, rand.New(rand.NewPCG(seed, 51)), 25)
		plan, err := CoverWeeks(t.Context(), need, patterns, nil, opt)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyWeeks(need, patterns, nil, opt, plan); err != nil {
			t.Error(err)
		}
		if plan.BoundCents != plan.Cost.Total {
			t.Errorf("seed %d: cost %d, bound %d", seed, plan.Cost.Total, plan.BoundCents)
		}
	}
}

// A search cut short gives the same staffing and bound on any number of cores, and a
// longer one a cost no higher and a bound no lower.
func TestFrontierIsTheSameOnAnyNumberOfCores(t *testing.T) {
	need, patterns, opt := aroundTheClock(t, rand.New(rand.NewPCG(0, 51)), 15)
	opt.Work = 3000
	first, err := CoverWeeks(t.Context(), need, patterns, nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	cores := runtime.GOMAXPROCS(1)
	again, err := CoverWeeks(t.Context(), need, patterns, nil, opt)
	runtime.GOMAXPROCS(cores)
	if err != nil || !reflect.DeepEqual(first, again) {
		t.Errorf("another plan on one core: %v", err)
	}
	opt.Work = 6000
	longer, err := CoverWeeks(t.Context(), need, patterns, nil, opt)
	if err != nil || longer.Cost.Total > first.Cost.Total || longer.BoundCents < first.BoundCents {
		t.Errorf("twice the work: cost %d, bound %d; before %d and %d; %v", longer.Cost.Total, longer.BoundCents, first.Cost.Total, first.BoundCents, err)
	}
	if first.BoundCents > longer.Cost.Total {
		t.Errorf("bound %d above a cost of %d", first.BoundCents, longer.Cost.Total)
	}
}

// Who is on shift is the sum over the duties that cover the time, in every staffing that
// the solver reads.
func TestOnShiftCountsDuties(t *testing.T) {
	need, patterns, tours, opt := nightDesk(t)
	h, err := newHorizon(need, patterns, tours, opt, 0, 7)
	if err != nil {
		t.Fatal(err)
	}
	m := newImplicit(h, patterns, tours)
	w := &weekSearch{m: m, seed: 1}
	if !w.relax(t.Context(), 10000) {
		t.Fatal("no relaxation")
	}
	at := m.runs()
	for r, j := range m.on {
		sum := 0.0
		for i, d := range h.duties {
			for u := d.at; u < d.at+h.kinds[d.kind].length; u++ {
				if h.fold(u) == at[r] {
					sum += w.solver.Value(m.x[i])
				}
			}
		}
		if got := w.solver.Value(j); math.Abs(got-sum) > 1e-6 {
			t.Errorf("run from atom %d: %v on shift, duties say %v", at[r], got, sum)
		}
	}
	if !slices.IsSorted(at) || len(at) != len(m.on) || at[0] != 0 {
		t.Errorf("runs begin at %v", at)
	}
}
