package lp

import "slices"

// A Corner is a basis to start from, without bounds: a few bytes for each column.
type Corner struct {
	basis  []int32
	upper  []int32 // columns that rest at their upper bound
	weight []float64
}

// Corner returns the present basis.
func (s *Solver) Corner() Corner {
	c := Corner{basis: slices.Clone(s.basis), weight: slices.Clone(s.weight)}
	for j, at := range s.at {
		if at == atUpper {
			c.upper = append(c.upper, int32(j))
		}
	}
	return c
}

// Start goes on from a corner, with the costs of NewSolver and the present bounds.
func (s *Solver) Start(c Corner) {
	copy(s.basis, c.basis)
	copy(s.weight, c.weight)
	copy(s.cost, s.first)
	for j := range s.at {
		s.at[j] = atLower
	}
	for _, j := range c.upper {
		s.at[j] = atUpper
	}
	for i, j := range s.basis {
		s.at[j] = int32(i)
	}
	s.stale, s.dirty = true, true
	s.Unmark()
}
