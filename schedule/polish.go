package schedule

import (
	"context"
	"math/rand/v2"
)

// sprint is how many moves an exchange tries in a row, twice as many after each sprint
// that came to nothing up to eight times, and heats how much a move may cost at first,
// in agents short for an atom: sprints take them by turns.
const sprint = 40_000

var heats = [...]float64{0.5, 0.1, 0.25, 1}

// movesPerStep is how many moves carried out make a counted step.
const movesPerStep = 2

// triesPerMove is how many moves are drawn, about, for one that is carried out.
const triesPerMove = 2

// polish improves the best staffing by exchanges, some side by side, until work is
// spent, the staffing is settled or so many sprints in a row came to nothing. After one
// that did, every other exchange begins at the first staffing again: sprints from there
// end in different places, of which some are better.
func (w *weekSearch) polish(ctx context.Context, work, patience int, first *staffing) {
	for since := 0; !w.enough() && w.spent < work && since < patience && ctx.Err() == nil; w.round++ {
		moves := min(sprint<<min(since, 3), max(sprint/40, (work-w.spent)*movesPerStep*triesPerMove/lanes))
		since++
		found, spent := make([]*staffing, lanes), make([]int, lanes)
		inParallel(lanes, func(i int) error {
			from := w.best
			if moves > sprint && i%2 == 1 {
				from = first
			}
			e := newExchange(w.m, from, rand.New(rand.NewPCG(w.seed, uint64(w.round*lanes+i))))
			found[i] = e.run(ctx, moves, heats[(w.round*lanes+i)%len(heats)])
			spent[i] = e.mended / movesPerStep
			return nil
		})
		for i := range lanes {
			w.spent += spent[i] + overhead
			found[i].basis = w.best.basis
			if len(found[i].over(w.m)) == 0 && w.take(found[i]) {
				since = 0
			}
		}
	}
}

// run tries so many moves, which may cost less and less, and returns the best staffing
// it met.
func (e *exchange) run(ctx context.Context, moves int, heat float64) *staffing {
	best := e.staffing()
	if len(e.units) == 0 {
		return best
	}
	scale := e.m.h.scale
	heat *= float64(e.m.h.under / scale)
	low := e.cost
	for k := 0; k < moves && (k%64 != 0 || ctx.Err() == nil); k++ {
		limit := int64(heat * float64(moves-k) / float64(moves))
		if e.try(scale*(e.rng.Int64N(limit+1)*e.rng.Int64N(limit+1)/(limit+1))) && e.cost < low {
			low, best = e.cost, e.staffing()
		}
	}
	return best
}

// over lists the atoms in which more agents sit than there are seats.
func (s *staffing) over(m *implicit) []int {
	var out []int
	for t, z := range s.cover {
		if z > m.h.seats[t] {
			out = append(out, t)
		}
	}
	return out
}
