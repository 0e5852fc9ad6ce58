package lp

// A mark is a state of a solver to which it can return without factoring anew: basis
// changes since then are the last elementary columns, which are dropped.
type mark struct {
	set          bool
	basis, at    []int32
	x, d         []float64
	weight, cost []float64
	builds       int // how often the factors were built
	changes      int // of the basis since
}

// A change is what the bounds of a column were.
type change struct {
	j            int
	lower, upper float64
}

// Mark notes the present state, which must be solved, and forgets the last mark.
func (s *Solver) Mark() {
	m := &s.mark
	m.set = true
	m.basis, m.at = append(m.basis[:0], s.basis...), append(m.at[:0], s.at...)
	m.x, m.d = append(m.x[:0], s.x...), append(m.d[:0], s.d...)
	m.weight, m.cost = append(m.weight[:0], s.weight...), append(m.cost[:0], s.cost...)
	m.builds, m.changes = s.f.builds, len(s.f.ePos)
	s.changes = s.changes[:0]
}

// Back returns to the mark, bounds and all.
func (s *Solver) Back() {
	m := &s.mark
	for i := len(s.changes) - 1; i >= 0; i-- {
		c := s.changes[i]
		s.lower[c.j], s.upper[c.j] = c.lower, c.upper
	}
	s.changes = s.changes[:0]
	copy(s.basis, m.basis)
	copy(s.at, m.at)
	copy(s.x, m.x)
	copy(s.d, m.d)
	copy(s.weight, m.weight)
	copy(s.cost, m.cost)
	s.dirty = false
	if s.stale = s.f.builds != m.builds; !s.stale {
		s.f.truncate(m.changes)
	}
}

// Unmark forgets the mark.
func (s *Solver) Unmark() { s.mark.set = false }
