package lp

import (
	"math"
	"math/rand/v2"
	"testing"
)

// vertices finds the least cost over all bases by brute force.
func vertices(m *Model) float64 {
	n, rows := m.Columns(), m.Rows()
	best := math.Inf(1)
	a := make([][]float64, rows)
	for i := range a {
		a[i] = make([]float64, n)
	}
	for j := range n {
		m.Column(j, func(r int, v float64) { a[r][j] = v })
	}
	var try func(j int, basic []int, x []float64)
	try = func(j int, basic []int, x []float64) {
		if len(basic) > rows || n-j < rows-len(basic) {
			return
		}
		if j == n {
			if cost, ok := solveSquare(m, a, basic, x); ok {
				best = min(best, cost)
			}
			return
		}
		x[j] = m.Lower[j]
		try(j+1, basic, x)
		if m.Upper[j] > m.Lower[j] {
			x[j] = m.Upper[j]
			try(j+1, basic, x)
		}
		try(j+1, append(basic[:len(basic):len(basic)], j), x)
	}
	try(0, nil, make([]float64, n))
	return best
}

// solveSquare sets the basic variables from the rows by elimination.
func solveSquare(m *Model, a [][]float64, basic []int, x []float64) (float64, bool) {
	rows := len(a)
	t := make([][]float64, rows)
	inBasis := map[int]bool{}
	for _, j := range basic {
		inBasis[j] = true
	}
	for i := range t {
		t[i] = make([]float64, rows+1)
		t[i][rows] = m.RHS[i]
		for j := range x {
			if !inBasis[j] {
				t[i][rows] -= a[i][j] * x[j]
			}
		}
		for k, j := range basic {
			t[i][k] = a[i][j]
		}
	}
	for k := range rows {
		p := k
		for i := k; i < rows; i++ {
			if math.Abs(t[i][k]) > math.Abs(t[p][k]) {
				p = i
			}
		}
		if math.Abs(t[p][k]) < 1e-9 {
			return 0, false
		}
		t[k], t[p] = t[p], t[k]
		for i := range rows {
			if i != k {
				f := t[i][k] / t[k][k]
				for c := k; c <= rows; c++ {
					t[i][c] -= f * t[k][c]
				}
			}
		}
	}
	cost := 0.0
	for j := range x {
		if !inBasis[j] {
			cost += m.Cost[j] * x[j]
		}
	}
	for k, j := range basic {
		v := t[k][rows] / t[k][k]
		if v < m.Lower[j]-1e-9 || v > m.Upper[j]+1e-9 {
			return 0, false
		}
		cost += m.Cost[j] * v
	}
	return cost, true
}

func randomModel(rng *rand.Rand) *Model {
	m := &Model{}
	rows := 1 + rng.IntN(3)
	for range rows {
		m.AddRow(float64(rng.IntN(12) - 3))
	}
	for range rows + 1 + rng.IntN(3) {
		var e []Entry
		for r := range rows {
			if v := rng.IntN(5) - 2; v != 0 && rng.IntN(2) == 0 {
				e = append(e, Entry{r, float64(v)})
			}
		}
		lower := float64(rng.IntN(3) - 1)
		m.AddColumn(float64(rng.IntN(15)-4), lower, lower+float64(rng.IntN(6)), e...)
	}
	for r := range rows { // rows that depend on others still have a basis
		m.AddColumn(0, 0, 0, Entry{r, 1})
	}
	return m
}

// Against all vertices: the least cost, or that there is none; and again after bounds
// have moved, from the basis of before.
func TestSolveIsTheBestVertex(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	feasible := 0
	for n := range 1000 {
		m := randomModel(rng)
		s := NewSolver(m, 0)
		for again := range 3 {
			want := vertices(m)
			status := s.Solve(t.Context(), 10000, math.Inf(1))
			if math.IsInf(want, 1) {
				if status != Infeasible {
					t.Fatalf("model %d.%d: status %v, want infeasible", n, again, status)
				}
			} else if got := s.Objective(); status != Optimal || math.Abs(got-want) > 1e-6 {
				t.Fatalf("model %d.%d: status %v, objective %v; want %v", n, again, status, got, want)
			} else {
				feasible++
			}
			j := rng.IntN(m.Columns() - m.Rows())
			m.Lower[j] += float64(rng.IntN(3) - 1)
			m.Upper[j] = m.Lower[j] + float64(rng.IntN(5))
			s.SetBounds(j, m.Lower[j], m.Upper[j])
		}
	}
	if feasible < 300 {
		t.Errorf("only %d feasible models", feasible)
	}
}
