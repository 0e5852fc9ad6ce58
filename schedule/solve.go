package schedule

import (
	"context"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"slices"
)

// An answer is the solved day.
type answer struct {
	stints []stint
	cover  []int // agents on position per atom
	outlay outlay
	bound  int64
}

// An outlay is the cost of a plan in sixtieths of a cent.
type outlay struct{ wages, under, over int64 }

// rounds returns how often to rebuild the plan: by default eight times, fewer on days
// whose relaxations are large, so that a day stays near a tenth of a second and one of
// 24 hours with starts every quarter hour near a second (BenchmarkCoverDay).
func (d *day) rounds(opt Options) int {
	if opt.Rounds > 0 {
		return opt.Rounds
	}
	lo, hi := d.reach()
	return max(1, min(8, 40000/max(1, (hi-lo)*len(d.cands))))
}

// settled is the share of the bound within which a plan is good enough to end early.
const settled = 400

// stepsPerRound is how many small repairs follow each round's rebuilding.
const stepsPerRound = 400

func (d *day) solve(ctx context.Context, opt Options) (answer, error) {
	r := newRelaxation(d)
	if err := r.solve(ctx, 0); err != nil {
		return answer{}, err
	}
	bound := d.bound(r.atoms)
	s := newSearch(d, d.stream(opt.Seed))
	if err := s.run(ctx, r, d.rounds(opt), bound+bound/settled); err != nil {
		return answer{}, err
	}
	return answer{stints: s.stints, cover: s.cover, outlay: s.outlay(), bound: bound}, nil
}

// stream returns the day's own random numbers, keyed by seed, pool and date.
func (d *day) stream(seed uint64) *rand.Rand {
	h := fnv.New64a()
	io.WriteString(h, d.pool) // a hash never fails
	return rand.New(rand.NewPCG(seed^h.Sum64(), uint64(d.date.Number())))
}

// run dives from the relaxation, then rebuilds and repairs for a number of rounds, and
// leaves the best plan met. It ends early at a plan that costs no more than enough.
func (s *search) run(ctx context.Context, r *relaxation, rounds int, enough int64) error {
	if len(s.d.cands) == 0 {
		return nil
	}
	if err := s.dive(ctx, r.shares()); err != nil {
		return err
	}
	best, bestCost := slices.Clone(s.stints), s.cost
	for range rounds {
		if err := s.repair(ctx, enough); err != nil {
			return err
		}
		if s.cost < bestCost {
			best, bestCost = append(best[:0], s.stints...), s.cost
		} else {
			s.restore(best)
		}
		if s.cost <= enough {
			break
		}
		for range (len(s.stints) + 1) * (1 + s.rng.IntN(3)) / 4 {
			s.remove(s.rng.IntN(len(s.stints)))
		}
		if err := s.dive(ctx, nil); err != nil {
			return err
		}
	}
	if bestCost < s.cost {
		s.restore(best)
	}
	return nil
}
