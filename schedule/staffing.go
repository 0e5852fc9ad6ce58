package schedule

import (
	"math"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// A staffing is a whole solution of an implicit program.
type staffing struct {
	x      []int     // agents by duty
	b      [][][]int // agents by duty, break and start
	t      []int     // agents by line
	cover  []int     // on position by atom
	outlay outlay
	cost   int64
	basis  lp.Basis // from which it was read
}

// read takes the solver's solution, which is whole, and prices it afresh in integers.
// It returns nil when rounding has spoilt it.
func (m *implicit) read(s *lp.Solver) *staffing {
	out := &staffing{}
	value := func(j int) int { return int(math.Round(s.Value(j))) }
	for i := range m.x {
		out.x = append(out.x, value(m.x[i]))
		var breaks [][]int
		for _, cols := range m.b[i] {
			var at []int
			for _, j := range cols {
				at = append(at, value(j))
			}
			breaks = append(breaks, at)
		}
		out.b = append(out.b, breaks)
	}
	for _, j := range m.t {
		out.t = append(out.t, value(j))
	}
	if !m.agrees(out) {
		return nil
	}
	m.price(out)
	for t, z := range out.cover {
		if z > m.h.seats[t] {
			return nil
		}
	}
	return out
}

// nobody is the staffing of an empty center.
func (m *implicit) nobody() *staffing {
	out := &staffing{x: make([]int, len(m.x)), t: make([]int, len(m.t))}
	for _, breaks := range m.b {
		at := make([][]int, len(breaks))
		for b, cols := range breaks {
			at[b] = make([]int, len(cols))
		}
		out.b = append(out.b, at)
	}
	m.price(out)
	return out
}

// agrees checks that every agent has every break once and every duty its lines.
func (m *implicit) agrees(s *staffing) bool {
	for i, breaks := range s.b {
		for _, at := range breaks {
			sum := 0
			for _, n := range at {
				sum += n
			}
			if sum != s.x[i] {
				return false
			}
		}
	}
	linked := map[int]int{}
	for l, n := range s.t {
		for _, i := range m.lines[l].duties {
			linked[i] += n
		}
	}
	for i, n := range linked {
		if s.x[i] != n {
			return false
		}
	}
	return true
}

// price counts the agents on position and the cost.
func (m *implicit) price(s *staffing) {
	s.cover, s.outlay = make([]int, m.h.n), outlay{}
	add := func(at, length, n int) {
		for t := at; t < at+length; t++ {
			if u := m.h.fold(t); u >= 0 {
				s.cover[u] += n
			}
		}
	}
	for i, n := range s.x {
		d := m.h.duties[i]
		k := &m.h.kinds[d.kind]
		s.outlay.wages += int64(n) * d.cost
		add(d.at, k.length, n)
		for b, at := range s.b[i] {
			for j, n := range at {
				add(d.at+k.breaks[b].at[j], k.breaks[b].length, -n)
			}
		}
	}
	for l, n := range s.t {
		s.outlay.wages += int64(n) * m.lines[l].extra
	}
	for t, z := range s.cover {
		s.outlay.under += m.h.underPath * m.h.short(t, z)
		s.outlay.over += m.h.overPath * m.h.surplus(t, z)
	}
	s.cost = s.outlay.wages + s.outlay.under + s.outlay.over
}

// grain returns the greatest number that divides every cost.
func (m *implicit) grain() int64 {
	g := gcd(m.h.underPath, m.h.overPath)
	for _, d := range m.h.duties {
		g = gcd(g, d.cost)
	}
	for _, l := range m.lines {
		g = gcd(g, l.extra)
	}
	return max(1, g)
}
