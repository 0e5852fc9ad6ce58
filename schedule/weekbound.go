package schedule

import (
	"cmp"
	"math"
	"slices"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// bound returns a cost, in scaled sixtieths of a cent, that no staffing within the solver's
// present bounds of counts and lines goes below: the proof of (*day).bound, with lines
// in the place of shifts. Prices are those of the atoms; any are valid.
//
// Every staffing costs Σ over lines (cost - Σ y of their atoms, at the best breaks) +
// Σ over atoms (f(z) + y·z). Of the lines of one count the cheapest are taken, as few
// and as many as the bounds say; all in integers.
func (m *implicit) bound(prices []float64, s *lp.Solver) int64 {
	y := make([]int64, m.h.n)
	d := m.h.asDay()
	for t := range y {
		y[t] = int64(math.Floor(min(max(prices[t], -1e12), float64(m.h.under))))
		if m.h.seats[t] == math.MaxInt {
			y[t] = max(y[t], -m.h.over)
		}
	}
	reduced := m.reduced(d, y)
	var sum int64
	for _, g := range m.groups(reduced) {
		sum += g.least(s)
	}
	for t := range y {
		sum += m.h.leastAtom(t, y[t])
	}
	sum = max(0, sum)
	grain := m.grain()
	return (sum + grain - 1) / grain * grain
}

// asDay dresses the horizon as a day, so that the pricer can place breaks in it: atoms
// beyond the end follow.
func (h *horizon) asDay() *day {
	longest := 0
	for _, k := range h.kinds {
		longest = max(longest, k.length)
	}
	return &day{need: append(slices.Clone(h.need), make([]int, longest)...), kinds: h.kinds}
}

// reduced returns the cost of each duty less what its atoms are worth at prices y.
func (m *implicit) reduced(d *day, y []int64) []int64 {
	p := newPricer[int64](d)
	worths := make([]int64, len(d.need))
	copy(worths, y)
	for t := m.h.n; t < len(worths); t++ {
		if u := m.h.fold(t); u >= 0 {
			worths[t] = y[u]
		}
	}
	p.load(worths)
	out := make([]int64, len(m.h.duties))
	for i, duty := range m.h.duties {
		out[i] = duty.cost - p.value(cand{duty.kind, duty.at})
	}
	return out
}

// A group is the columns that one count adds up, with their reduced costs.
type group struct {
	count int
	cols  []int
	cost  []int64
}

// groups lists the lines of each tour and week, and the duties of each pattern and day
// worked singly, in the order of their counts.
func (m *implicit) groups(reduced []int64) []group {
	byTour, bySingle := map[[2]int]int{}, map[[2]int]int{}
	var out []group
	at := func(index map[[2]int]int, key [2]int) *group {
		n, ok := index[key]
		if !ok {
			n = len(out)
			index[key] = n
			out = append(out, group{count: m.counts[n]})
		}
		return &out[n]
	}
	for l, line := range m.lines {
		g := at(byTour, [2]int{line.tour, line.week})
		g.cols, g.cost = append(g.cols, m.t[l]), append(g.cost, m.lineCost(line, reduced))
	}
	for i, d := range m.h.duties {
		if d.tour < 0 {
			g := at(bySingle, [2]int{d.kind, d.day})
			g.cols, g.cost = append(g.cols, m.x[i]), append(g.cost, reduced[i])
		}
	}
	return out
}

// lineCost is the least reduced cost of a line: where starts may differ, of the best
// duty each day.
func (m *implicit) lineCost(l line, reduced []int64) int64 {
	sum := l.extra
	for _, i := range l.duties {
		sum += reduced[i]
	}
	if len(l.duties) > 0 {
		return sum
	}
	for d := range daysOfWeek {
		if l.work>>d&1 == 0 {
			continue
		}
		best := int64(math.MaxInt64)
		for i, duty := range m.h.duties {
			if duty.tour == l.tour && duty.day == l.week*daysOfWeek+d {
				best = min(best, reduced[i])
			}
		}
		sum += best
	}
	return sum
}

// least returns the least sum of cost times number that the bounds of columns and
// count allow: first what must be, then the cheapest.
func (g group) least(s *lp.Solver) int64 {
	low, high := s.Bounds(g.count)
	must, may := int64(low), int64(high)
	var sum int64
	order := make([]int, len(g.cols))
	for i, j := range g.cols {
		lower, _ := s.Bounds(j)
		sum += g.cost[i] * int64(lower)
		must, may = must-int64(lower), may-int64(lower)
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Or(cmp.Compare(g.cost[a], g.cost[b]), a-b) })
	for _, i := range order {
		lower, upper := s.Bounds(g.cols[i])
		n := int64(upper - lower)
		if g.cost[i] >= 0 {
			n = min(n, max(0, must))
		}
		n = max(0, min(n, may))
		sum += g.cost[i] * n
		must, may = must-n, may-n
	}
	return sum
}
