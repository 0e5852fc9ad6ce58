package lp

import (
	"math"
	"math/rand/v2"
	"testing"
)

// wide is a model with enough rows that solving it changes the basis often.
func wide(rng *rand.Rand, rows, columns int) *Model {
	m := &Model{}
	for range rows {
		m.AddRow(float64(5 + rng.IntN(20)))
	}
	for r := range rows { // what is missing, at a price
		m.AddColumn(40, 0, 100, Entry{r, 1})
		m.AddColumn(0, 0, 100, Entry{r, -1})
	}
	for range columns {
		var e []Entry
		at, n := rng.IntN(rows), 2+rng.IntN(6)
		for r := at; r < min(rows, at+n); r++ {
			e = append(e, Entry{r, 1})
		}
		m.AddColumn(float64(10+rng.IntN(30)), 0, float64(1+rng.IntN(9)), e...)
	}
	return m
}

// After Back, the solver is where it was: the same values, bounds and objective, and the
// same answer to a question asked before; also when it has factored anew in between.
func TestBackReturnsToTheMark(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 30 {
		m := wide(rng, 30, 120)
		s := NewSolver(m, 0)
		s.Solve(t.Context(), math.MaxInt, math.Inf(1))
		want := s.Objective()
		s.Mark()
		ask := func(j int) (Status, float64) {
			lower, _ := s.Bounds(j)
			s.SetBounds(j, lower, max(lower, math.Floor(s.Value(j)-0.5)))
			status := s.Solve(t.Context(), math.MaxInt, math.Inf(1))
			return status, s.Objective()
		}
		j := rng.IntN(m.Columns())
		status, value := ask(j)
		for range rng.IntN(60) { // far away
			ask(rng.IntN(m.Columns()))
		}
		s.Back()
		if got := s.Objective(); got != want {
			t.Fatalf("objective %v at the mark, %v after Back", want, got)
		}
		if again, got := ask(j); again != status || math.Abs(got-value) > 1e-6 {
			t.Fatalf("column %d: status %v, objective %v; after Back %v, %v", j, status, value, again, got)
		}
	}
}

// A corner of one solver is a start for another, which needs no step from there.
func TestStartGoesOnFromACorner(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	for range 30 {
		m := wide(rng, 30, 120)
		a, b := NewSolver(m, 0), NewSolver(m, 0)
		a.Solve(t.Context(), math.MaxInt, math.Inf(1))
		b.Start(a.Corner())
		if b.Solve(t.Context(), math.MaxInt, math.Inf(1)); b.Steps > 2 || math.Abs(a.Objective()-b.Objective()) > 1e-6 {
			t.Fatalf("%d steps from the corner to %v; the corner is at %v", b.Steps, b.Objective(), a.Objective())
		}
	}
}

// SafeBound is never above the optimum, at the optimum next to it, and below it while
// the solver is on its way.
func TestSafeBoundIsNeverAboveTheOptimum(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 100 {
		m := wide(rng, 20, 60)
		s := NewSolver(m, float64(rng.IntN(2)))
		var early []float64
		for range 5 {
			s.Solve(t.Context(), 4, math.Inf(1))
			early = append(early, s.SafeBound())
		}
		s.Solve(t.Context(), math.MaxInt, math.Inf(1))
		exact := NewSolver(m, 0)
		exact.Solve(t.Context(), math.MaxInt, math.Inf(1))
		want := exact.Objective()
		for _, b := range append(early, s.SafeBound()) {
			if b > want+1e-9*want {
				t.Fatalf("bound %v above the optimum %v", b, want)
			}
		}
		if b := exact.SafeBound(); b < want-1e-6*want {
			t.Fatalf("bound %v far below the optimum %v", b, want)
		}
	}
}
