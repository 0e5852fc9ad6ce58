package lp

import "math"

// roundings is more than how often a number in SafeBound is rounded beside the length of
// its sum, and unit the relative size of one rounding.
const (
	roundings = 4
	unit      = 0x1p-53
)

// SafeBound returns a number that the true objective is nowhere below within the present
// bounds, whatever rounding the simplex suffered: the prices of the present basis give
// Σ price·rhs + Σ least of reduced cost·x, any prices are valid, and what its own sums
// may be off is taken away (Neumaier and Shcherbina, Safe bounds in linear and
// mixed-integer linear programming, Mathematical Programming 99, 2004).
func (s *Solver) SafeBound() float64 {
	y := s.Prices()
	sum, size, off := 0.0, 0.0, 0.0 // of the terms, their sizes, and what they may be off
	for i, v := range y {
		term := float64(v * s.m.RHS[i])
		sum, size = sum+term, size+math.Abs(term)
	}
	for j, c := range s.m.Cost {
		d, all := c, math.Abs(c)
		for k := s.m.start[j]; k < s.m.start[j+1]; k++ {
			term := float64(y[s.m.row[k]] * s.m.value[k])
			d -= term
			all += math.Abs(term)
		}
		term := min(float64(d*s.lower[j]), float64(d*s.upper[j]))
		sum, size = sum+term, size+math.Abs(term)
		off += float64(s.m.start[j+1]-s.m.start[j]+roundings) * all * max(math.Abs(s.lower[j]), math.Abs(s.upper[j]))
	}
	return sum - 2*unit*(off+float64(s.rows+s.n+roundings)*size)
}
