package schedule

import (
	"math"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// boundScale is how finely prices are cut before all goes on in integers.
const boundScale = 1 << 12

// safeBound returns an objective that no x between lower and upper goes below: for any
// prices y, Σ y·rhs + Σ of the least of (cost - Σ y·a)·x, in integers. Costs, entries and
// bounds are whole.
func safeBound(m *lp.Model, prices, lower, upper []float64) int64 {
	y := make([]int64, m.Rows())
	var sum int64
	for r := range y {
		y[r] = int64(math.Floor(math.Min(math.Max(prices[r], -1e9), 1e9) * boundScale))
		sum += y[r] * int64(m.RHS[r])
	}
	for j := range m.Columns() {
		d := int64(m.Cost[j]) * boundScale
		m.Column(j, func(r int, v float64) { d -= y[r] * int64(v) })
		sum += min(d*int64(lower[j]), d*int64(upper[j]))
	}
	return int64(math.Floor(float64(sum) / boundScale))
}
