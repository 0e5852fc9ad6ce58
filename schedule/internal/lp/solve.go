package lp

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
)

// A Status says how a solve ended.
type Status int

const (
	Optimal    Status = iota
	Infeasible        // no x obeys rows and bounds
	Stopped           // the limit of steps or the context came first; the objective is a lower bound all the same
	Above             // the objective passed the cutoff
)

const (
	primalTol = 1e-7
	dualTol   = 1e-7
	pivotTol  = 1e-7
	refactor  = 80 // basis changes after which the basis is factored anew
)

// A Solver holds a basis of a model. Its columns are those of the model and then one
// fixed at zero for each row, which make the first basis. Costs must make that basis
// dual feasible, which they do when every column can rest at a bound: all are finite.
type Solver struct {
	m            *Model
	n, rows      int
	first        []float64 // costs with tiny perturbations
	cost         []float64 // the same, moved where rounding asked for it
	lower, upper []float64
	basis        []int32   // column by position
	at           []int32   // position of a basic column, or atLower, atUpper
	x            []float64 // value by position
	d            []float64 // reduced cost by column
	weight       []float64 // steepest edge by position (Forrest and Goldfarb 1992)
	f            *factor
	rowStart     []int32
	rowCol       []int32
	rowValue     []float64
	dirty, stale bool // values, or factors too, must be taken afresh
	Steps        int  // basis changes so far
	rho, tau     []float64
	alpha, flip  []float64
	row          []float64 // pivot row by column
	rowAt        []int32   // its nonzeros, of columns that may enter
	rowMark      []bool
	tests        []test
	mark         mark
	changes      []change // of bounds since the mark
}

const (
	atLower int32 = -1
	atUpper int32 = -2
)

// NewSolver returns a solver for the model, which must not change from then on.
// Costs are perturbed by up to noise, each by its own amount, which keeps the method
// from standing still where costs are equal; zero leaves them.
func NewSolver(m *Model, noise float64) *Solver {
	if len(m.start) != m.Columns()+1 {
		m.pack()
	}
	n, rows := m.Columns(), m.Rows()
	s := &Solver{m: m, n: n, rows: rows, f: newFactor(rows), stale: true, dirty: true}
	all := n + rows
	s.cost, s.lower, s.upper = make([]float64, all), make([]float64, all), make([]float64, all)
	rng := rand.New(rand.NewPCG(uint64(n), uint64(rows))) // any fixed stream
	for j, c := range m.Cost {
		s.cost[j] = c + float64(noise*(0.5+0.5*rng.Float64()))
	}
	s.first = slices.Clone(s.cost)
	copy(s.lower, m.Lower)
	copy(s.upper, m.Upper)
	s.at, s.d = make([]int32, all), make([]float64, all)
	s.basis, s.x, s.weight = make([]int32, rows), make([]float64, rows), make([]float64, rows)
	for j := range n {
		s.at[j] = atLower
	}
	for i := range rows {
		s.basis[i], s.at[n+i], s.weight[i] = int32(n+i), int32(i), 1
	}
	s.rho, s.tau, s.alpha, s.flip = make([]float64, rows), make([]float64, rows), make([]float64, rows), make([]float64, rows)
	s.row, s.rowMark = make([]float64, all), make([]bool, all)
	s.rowStart, s.rowCol, s.rowValue = m.byRow()
	return s
}

// Clone returns a solver in the same state that shares the model.
func (s *Solver) Clone() *Solver {
	c := NewSolver(s.m, 0)
	c.Load(s.Save())
	return c
}

// A Basis is a state to return to.
type Basis struct {
	basis, at    []int32
	lower, upper []float64
	weight, cost []float64
}

// Save returns the basis and the bounds.
func (s *Solver) Save() Basis {
	return Basis{slices.Clone(s.basis), slices.Clone(s.at), slices.Clone(s.lower), slices.Clone(s.upper), slices.Clone(s.weight), slices.Clone(s.cost)}
}

// Load returns to what Save gave.
func (s *Solver) Load(b Basis) {
	copy(s.basis, b.basis)
	copy(s.at, b.at)
	copy(s.lower, b.lower)
	copy(s.upper, b.upper)
	copy(s.weight, b.weight)
	copy(s.cost, b.cost)
	s.stale, s.dirty = true, true
}

// SetBounds changes the bounds of a column.
func (s *Solver) SetBounds(j int, lower, upper float64) {
	if s.lower[j] == lower && s.upper[j] == upper {
		return
	}
	if s.mark.set {
		s.changes = append(s.changes, change{j, s.lower[j], s.upper[j]})
	}
	s.lower[j], s.upper[j] = lower, upper
	if s.at[j] < 0 { // where it rests has moved
		s.dirty = true
	}
}

// Bounds returns the bounds of a column.
func (s *Solver) Bounds(j int) (lower, upper float64) { return s.lower[j], s.upper[j] }

// Value returns the value of column j.
func (s *Solver) Value(j int) float64 {
	switch at := s.at[j]; at {
	case atLower:
		return s.lower[j]
	case atUpper:
		return s.upper[j]
	default:
		return s.x[at]
	}
}

// Reduced returns the reduced cost of column j.
func (s *Solver) Reduced(j int) float64 { return s.d[j] }

// Objective returns the sum of cost times value, with the true costs.
func (s *Solver) Objective() float64 {
	sum := 0.0
	for j, c := range s.m.Cost {
		if c != 0 {
			sum += float64(c * s.Value(j))
		}
	}
	return sum
}

// Prices returns the dual price of every row.
func (s *Solver) Prices() []float64 {
	y := make([]float64, s.rows)
	for i, j := range s.basis {
		y[i] = s.cost[j]
	}
	s.f.solveTransposed(y)
	return y
}

// column calls add for the entries of column j, of the model or fixed.
func (s *Solver) column(j int32, add func(row int32, v float64)) {
	if int(j) >= s.n {
		add(j-int32(s.n), 1)
		return
	}
	for k := s.m.start[j]; k < s.m.start[j+1]; k++ {
		add(s.m.row[k], s.m.value[k])
	}
}

// Solve goes on from the present basis until it is optimal, at most steps basis
// changes, or until the objective exceeds cutoff.
func (s *Solver) Solve(ctx context.Context, steps int, cutoff float64) Status {
	if s.stale {
		s.factor()
	}
	if s.dirty {
		s.settle()
	}
	for k := 0; ; k++ {
		if len(s.f.ePos) >= refactor || s.stale {
			s.factor()
			s.settle()
		}
		if k%32 == 0 && ctx.Err() != nil {
			return Stopped
		}
		if k%8 == 0 && !math.IsInf(cutoff, 1) && s.Objective() > cutoff {
			return Above
		}
		r, short := s.leaving()
		if r < 0 {
			return Optimal
		}
		if k >= steps {
			return Stopped
		}
		if status, done := s.step(r, short); done {
			return status
		}
	}
}

// factor takes the factors anew; a column that has no pivot gives its place to the
// fixed column of a row that has none.
func (s *Solver) factor() {
	for {
		cols, rows := s.f.build(func(p int, add func(int32, float64)) { s.column(s.basis[p], add) })
		if len(cols) == 0 {
			break
		}
		for i, p := range cols {
			old := s.basis[p]
			s.at[old] = atLower
			s.basis[p] = int32(s.n) + rows[i]
			s.at[s.basis[p]] = p
			s.weight[p] = 1
		}
	}
	s.stale, s.dirty = false, true
}

// settle takes reduced costs and values afresh; a nonbasic column goes to the bound at
// which its reduced cost is right.
func (s *Solver) settle() {
	y := s.Prices()
	for j := range s.d {
		if s.at[j] >= 0 {
			s.d[j] = 0
			continue
		}
		d := s.cost[j]
		s.column(int32(j), func(r int32, v float64) { d -= float64(y[r] * v) })
		s.d[j] = d
		switch {
		case d > dualTol && s.at[j] == atUpper:
			s.at[j] = atLower
		case d < -dualTol && s.at[j] == atLower:
			s.at[j] = atUpper
		}
	}
	s.values()
	s.dirty = false
}

func (s *Solver) values() {
	copy(s.x, s.m.RHS)
	for j := range s.n {
		if s.at[j] >= 0 {
			continue
		}
		if v := s.Value(j); v != 0 {
			for k := s.m.start[j]; k < s.m.start[j+1]; k++ {
				s.x[s.m.row[k]] -= float64(s.m.value[k] * v)
			}
		}
	}
	s.f.solve(s.x)
}

// leaving returns the position whose value lies furthest outside its bounds, by
// steepest edge, and by how much: negative below the lower bound.
func (s *Solver) leaving() (int, float64) {
	best, r, short := 0.0, -1, 0.0
	for i, j := range s.basis {
		v := s.x[i]
		var out float64
		if out = v - s.lower[j]; out >= -primalTol {
			if out = v - s.upper[j]; out <= primalTol {
				continue
			}
		}
		if score := out * out / s.weight[i]; score > best {
			best, r, short = score, i, out
		}
	}
	return r, short
}

// A test is a nonbasic column in the ratio test.
type test struct {
	j     int32
	ratio float64
	size  float64 // of its entry in the pivot row
}

// step lets position r leave to its bound. It reports how the solve ends if it does.
func (s *Solver) step(r int, short float64) (Status, bool) {
	clear(s.rho)
	s.rho[r] = 1
	s.f.solveTransposed(s.rho)
	s.pivotRow()
	q, flips := s.entering(short)
	if q < 0 {
		if len(s.f.ePos) > 0 { // make sure with fresh numbers
			s.stale = true
			return 0, false
		}
		return Infeasible, true
	}
	clear(s.alpha)
	s.column(q, func(row int32, v float64) { s.alpha[row] = v })
	s.f.solve(s.alpha)
	pivot := s.alpha[r]
	if math.Abs(pivot-s.row[q]) > 1e-6*(1+math.Abs(pivot)) && len(s.f.ePos) > 0 || math.Abs(pivot) < 1e-9 {
		if len(s.f.ePos) == 0 { // hopeless entry: forbid by treating the row as met
			s.weight[r] *= 1e6
		}
		s.stale = true
		return 0, false
	}
	if len(flips) > 0 {
		s.turn(flips)
	}
	s.price(r, q)
	s.swap(r, q, pivot)
	return 0, false
}

// pivotRow sets row to rho times the nonbasic columns that are not fixed.
func (s *Solver) pivotRow() {
	for _, j := range s.rowAt {
		s.row[j], s.rowMark[j] = 0, false
	}
	s.rowAt = s.rowAt[:0]
	for i, v := range s.rho {
		if math.Abs(v) < 1e-14 {
			continue
		}
		for k := s.rowStart[i]; k < s.rowStart[i+1]; k++ {
			j := s.rowCol[k]
			if s.at[j] >= 0 {
				continue
			}
			if !s.rowMark[j] {
				if s.lower[j] == s.upper[j] {
					continue // it can never enter
				}
				s.rowMark[j] = true
				s.rowAt = append(s.rowAt, j)
			}
			s.row[j] += float64(v * s.rowValue[k])
		}
	}
}

// entering finds the column that enters. Columns that can pass from one bound to the
// other without making up for the shortfall do so (the long step rule: Fourer 1994);
// among those near the last step the largest pivot wins (Harris 1973).
func (s *Solver) entering(short float64) (int32, []test) {
	sign := 1.0
	if short < 0 {
		sign = -1
	}
	s.tests = s.tests[:0]
	for _, j := range s.rowAt {
		a := float64(sign * s.row[j])
		d := s.d[j]
		switch {
		case s.at[j] == atLower && a > pivotTol:
			s.tests = append(s.tests, test{j, max(d, 0) / a, a})
		case s.at[j] == atUpper && a < -pivotTol:
			s.tests = append(s.tests, test{j, min(d, 0) / a, -a})
		}
	}
	left := math.Abs(short)
	rest := s.tests
	for len(rest) > 0 {
		// The step that the least of the rest allows, with a little tolerance.
		most := math.Inf(1)
		for _, t := range rest {
			most = min(most, t.ratio+dualTol/t.size)
		}
		near, sum := 0, 0.0
		for i, t := range rest {
			if t.ratio <= most {
				sum += float64(t.size * (s.upper[t.j] - s.lower[t.j]))
				rest[near], rest[i] = rest[i], rest[near]
				near++
			}
		}
		if left -= sum; left < primalTol || near == len(rest) {
			if left >= primalTol { // all could flip and the row still not be met
				return -1, nil
			}
			best := slices.MaxFunc(rest[:near], func(a, b test) int { return cmp.Or(cmp.Compare(a.size, b.size), cmp.Compare(b.j, a.j)) })
			return best.j, s.tests[:len(s.tests)-len(rest)]
		}
		rest = rest[near:]
	}
	return -1, nil
}

// turn moves columns to their other bounds.
func (s *Solver) turn(flips []test) {
	clear(s.flip)
	for _, t := range flips {
		move := s.upper[t.j] - s.lower[t.j]
		if s.at[t.j] == atUpper {
			s.at[t.j], move = atLower, -move
		} else {
			s.at[t.j] = atUpper
		}
		s.column(t.j, func(r int32, v float64) { s.flip[r] += float64(v * move) })
	}
	s.f.solve(s.flip)
	for i, v := range s.flip {
		if v != 0 {
			s.x[i] -= v
		}
	}
}

// price moves the reduced costs; one that would get the wrong sign is held at zero by
// a change of its cost.
func (s *Solver) price(r int, q int32) {
	step := s.d[q] / s.row[q]
	for _, j := range s.rowAt {
		if j == q {
			continue
		}
		d := s.d[j] - float64(step*s.row[j])
		if wrong := s.at[j] == atLower && d < 0 || s.at[j] == atUpper && d > 0; wrong {
			s.cost[j] -= d
			d = 0
		}
		s.d[j] = d
	}
	s.d[s.basis[r]] = -step
	s.d[q] = 0
}

// swap puts column q in the place of the one at position r.
func (s *Solver) swap(r int, q int32, pivot float64) {
	old := s.basis[r]
	bound, stay := s.lower[old], atLower
	if s.x[r] > s.upper[old] {
		bound, stay = s.upper[old], atUpper
	} else if s.x[r] >= s.lower[old] { // a flip met the bound: the nearer one
		if s.upper[old]-s.x[r] < s.x[r]-s.lower[old] {
			bound, stay = s.upper[old], atUpper
		}
	}
	theta := (s.x[r] - bound) / pivot
	entered := s.Value(int(q)) + theta
	copy(s.tau, s.rho)
	s.f.solve(s.tau)
	norm := 0.0
	for _, v := range s.rho {
		norm += float64(v * v)
	}
	for i, a := range s.alpha {
		if a == 0 || i == r {
			continue
		}
		s.x[i] -= float64(theta * a)
		k := a / pivot
		s.weight[i] = max(s.weight[i]-2*float64(k*s.tau[i])+float64(k*k)*norm, 1e-4)
	}
	s.weight[r] = max(norm/(pivot*pivot), 1e-4)
	s.basis[r], s.at[q], s.at[old] = q, int32(r), stay
	s.x[r] = entered
	s.f.update(r, s.alpha)
	s.Steps++
}
