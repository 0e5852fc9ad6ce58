package schedule

import (
	"context"
	"math/rand/v2"
	"slices"
)

// forbidden is the price of an agent without a seat where none is allowed: no stint
// pays for it.
const forbidden = 1 << 40

// A search holds a plan of the day and improves it by ruin and recreate (Schrimpf and
// others 2000): tear out a few stints, put back the best ones one by one, keep the
// result unless it is worse by more than a threshold that sinks to zero (Dueck and
// Scheuer 1990). All of it is integer arithmetic.
//
// Sources: Schrimpf, Schneider, Stamm-Wilbrandt, Dueck, Record breaking optimization
// results using the ruin and recreate principle, Journal of Computational Physics 159
// (2000); Dueck, Scheuer, Threshold accepting, the same journal 90 (1990).
type search struct {
	d      *day
	rng    *rand.Rand
	stints []stint
	cover  []int
	worth  []int64 // what one more agent in the atom saves
	crowd  int     // agents without a seat, summed over atoms; 0 in a plan that counts
	fine   int64   // price of each of them: forbidden except within repair
	left   []int   // shifts each kind may still have
	open   []bool  // left > 0
	wages  []int64 // cost of each kind
	cost   int64
	pricer *pricer[int64]
}

func newSearch(d *day, rng *rand.Rand) *search {
	s := &search{d: d, rng: rng, fine: forbidden, pricer: newPricer[int64](d)}
	s.cover, s.worth = make([]int, len(d.need)), make([]int64, len(d.need))
	for t := range d.need {
		s.cost += d.atomCost(t, 0)
		s.value(t)
	}
	for _, k := range d.kinds {
		s.left, s.open, s.wages = append(s.left, k.max), append(s.open, true), append(s.wages, k.cost)
	}
	return s
}

// value sets the worth of atom t from its cover.
func (s *search) value(t int) {
	switch z := s.cover[t]; {
	case z >= s.d.seats[t]:
		s.worth[t] = -s.fine
	case z < s.d.need[t]:
		s.worth[t] = s.d.under
	default:
		s.worth[t] = -s.d.over
	}
}

// add puts a stint in; the caller knows that it fits.
func (s *search) add(t stint) {
	s.d.each(t, func(a int) {
		s.cost -= s.worth[a]
		if s.cover[a] >= s.d.seats[a] {
			s.crowd++
		}
		s.cover[a]++
		s.value(a)
	})
	s.count(t, -1)
	s.stints = append(s.stints, t)
}

// remove takes stint number i out; the last takes its place.
func (s *search) remove(i int) stint {
	t := s.stints[i]
	s.d.each(t, func(a int) {
		s.cover[a]--
		s.value(a)
		s.cost += s.worth[a]
		if s.cover[a] >= s.d.seats[a] {
			s.crowd--
		}
	})
	s.count(t, 1)
	last := len(s.stints) - 1
	s.stints[i] = s.stints[last]
	s.stints = s.stints[:last]
	return t
}

// count moves the wages and the limit of a stint's kind by one shift.
func (s *search) count(t stint, back int) {
	k := s.d.cands[t.cand].kind
	s.cost -= int64(back) * s.wages[k]
	s.left[k] += back
	s.open[k] = s.left[k] > 0
}

// tryAdd adds a stint if seats and limit allow it.
func (s *search) tryAdd(t stint) {
	fits := s.open[s.d.cands[t.cand].kind]
	s.d.each(t, func(a int) { fits = fits && s.worth[a] != -forbidden })
	if fits {
		s.add(t)
	}
}

// mend adds best stints until none gains.
func (s *search) mend() {
	for {
		s.pricer.load(s.worth)
		i, _ := s.pricer.best(0, len(s.d.cands), s.wages, s.open, 0)
		if i < 0 {
			return
		}
		s.add(s.pricer.place(i))
	}
}

// addRandom adds a random candidate with its best breaks, if one is to be had.
func (s *search) addRandom() {
	i := s.rng.IntN(len(s.d.cands))
	s.pricer.load(s.worth)
	s.tryAdd(s.pricer.place(i))
}

// repair tears out a few stints and mends the plan, again and again, and leaves the
// best plan met. About every other call does not forbid agents without a seat but fines
// them: the way from one plan that fits to a better one may lead through some that do not.
func (s *search) repair(ctx context.Context, enough int64) error {
	best, bestCost := slices.Clone(s.stints), s.cost
	if s.rng.IntN(2) == 0 {
		s.setFine(s.d.under * int64(1+s.rng.IntN(3)))
	}
	for i := range stepsPerRound {
		if i%32 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
		}
		if bestCost <= enough {
			break
		}
		before := s.cost
		kept := len(s.stints)
		out := s.ruin()
		kept -= len(out)
		if s.rng.IntN(2) == 0 {
			s.addRandom()
		}
		s.mend()
		if s.cost > before+s.slack(i) {
			s.undo(kept, out)
		} else if s.cost < bestCost && s.crowd == 0 {
			best, bestCost = append(best[:0], s.stints...), s.cost
		}
	}
	s.restore(best)
	s.setFine(forbidden)
	return nil
}

// setFine prices agents without a seat anew; the plan has none.
func (s *search) setFine(fine int64) {
	s.fine = fine
	for t := range s.worth {
		s.value(t)
	}
}

// slack is how much worse a step may be: a tenth of an average shift at first, nothing in the end.
func (s *search) slack(i int) int64 {
	var sum int64
	for _, w := range s.wages {
		sum += w
	}
	return sum / int64(len(s.wages)) * int64(stepsPerRound-i) / stepsPerRound / 10
}

// ruin removes one to three random stints and returns them.
func (s *search) ruin() []stint {
	var out []stint
	for range min(len(s.stints), 1+s.rng.IntN(3)) {
		out = append(out, s.remove(s.rng.IntN(len(s.stints))))
	}
	return out
}

// undo takes out what was added after the first kept stints and puts back what was removed.
func (s *search) undo(kept int, out []stint) {
	for len(s.stints) > kept {
		s.remove(len(s.stints) - 1)
	}
	for _, t := range out {
		s.add(t)
	}
}

func (s *search) restore(stints []stint) {
	s.undo(0, stints)
}

func (s *search) outlay() outlay {
	var o outlay
	for _, t := range s.stints {
		o.wages += s.wages[s.d.cands[t.cand].kind]
	}
	for t, z := range s.cover {
		if z < s.d.need[t] {
			o.under += s.d.atomCost(t, z)
		} else {
			o.over += s.d.atomCost(t, z)
		}
	}
	return o
}
