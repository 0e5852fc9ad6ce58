package schedule

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// dive fixes what the relaxation works nearly whole, or else the most of what it
// works, relaxes the rest anew, and so on until nothing is left; then it mends. With
// no shares given it begins by relaxing what the plan leaves open.
func (s *search) dive(ctx context.Context, shares []share) error {
	for {
		if shares == nil {
			r := newRelaxation(s.residual())
			if err := r.solve(ctx, fair); err != nil {
				return err
			}
			shares = r.shares()
		}
		if !s.fix(shares) {
			s.mend()
			return nil
		}
		shares = nil
	}
}

// fair is the progress at which a relaxation within a dive ends: near its optimum a
// simplex moves much and gains little.
const fair = 0.0005

// nearlyWhole is the level from which a share is taken for a whole shift.
const nearlyWhole = 0.95

// fix adds the stints to settle now, nearly whole ones and an eighth of the rest, the
// fullest first, and reports whether it added any.
func (s *search) fix(shares []share) bool {
	slices.SortStableFunc(shares, func(a, b share) int { return cmp.Compare(b.level, a.level) })
	before := len(s.stints)
	for i, sh := range shares {
		if sh.level < nearlyWhole && i > len(shares)/8 {
			break
		}
		s.tryAdd(sh.stint)
	}
	return len(s.stints) > before
}

// residual is the day that the plan leaves: less need, fewer seats, fewer shifts.
func (s *search) residual() *day {
	d := *s.d
	d.need, d.seats, d.kinds = slices.Clone(d.need), slices.Clone(d.seats), slices.Clone(d.kinds)
	for t, z := range s.cover {
		d.need[t] = max(0, d.need[t]-z)
		if d.seats[t] < math.MaxInt {
			d.seats[t] -= z
		}
	}
	for k := range d.kinds {
		if d.kinds[k].max < math.MaxInt {
			d.kinds[k].max = s.left[k]
		}
	}
	return &d
}
