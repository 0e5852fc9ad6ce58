package people

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// A search betters a state by annealing (Kirkpatrick, Gelatt and Vecchi 1983): people
// exchange days, or take what is open for what they have.
type search struct {
	*state
	rng      *rand.Rand
	best     kept
	scale    float64 // energy of a cent unfilled
	a, b     line    // lines tried
	unfixed  []Unfixed
	finished bool
}

const (
	firstHeat = 120.0
	lastHeat  = 1.5
	coldShare = 0.1 // of the moves, at the end, that only improve
	lookEvery = 2000
	pollEvery = 4096
)

// newSearch gives fixed shifts, then every slot to whom it suits best, hardest first.
func newSearch(p Problem, in *instance, seed uint64) *search {
	s := &search{state: newState(in), rng: rand.New(rand.NewPCG(seed, 0x726f73746572)), a: make(line, in.days), b: make(line, in.days)}
	least := int64(math.MaxInt64)
	for _, g := range in.groups {
		least = min(least, g.price)
	}
	s.scale = float64(energyPerUnit) / float64(least)
	s.fix(p)
	s.construct()
	s.best = s.save()
	return s
}

// fix locks the fixed shifts that the rules allow, in the order of the people.
func (s *search) fix(p Problem) {
	for i, who := range p.People {
		for _, f := range who.Fixed {
			day := f.Date.Sub(p.Start)
			why := "others fixed to it have it"
			for _, g := range s.in.byDay[day] {
				copy(s.a, s.lines[i])
				s.a[day] = g
				if s.in.groups[g].slot.Pattern != f.Shift || s.open[g] == 0 {
					continue
				}
				c, broken := s.in.price(&s.in.workers[i], s.a)
				if broken == noRule {
					s.set(i, s.a, c)
					s.in.workers[i].locked[day] = g
					why = ""
					break
				}
				if why = s.in.breaks(&s.in.workers[i], s.a, day, broken); broken < ruleRest {
					why = who.barred(broken, s.in.groups[g], p)
				}
			}
			if why != "" {
				s.unfixed = append(s.unfixed, Unfixed{Name: who.Name, Date: f.Date, Shift: f.Shift,
					Text: fmt.Sprintf("%s cannot have the fixed %s: %s %s", who.Name, title(f.Shift, f.Date), who.Name, why)})
			}
		}
	}
}

// construct fills slots day by day, those first for which fewest people may come.
func (s *search) construct() {
	scarce := make([]int, len(s.in.groups))
	for g := range s.in.groups {
		for i := range s.in.workers {
			if s.in.workers[i].bars[g] == noRule {
				scarce[g]++
			}
		}
	}
	order := make([]int32, len(s.in.groups))
	for g := range order {
		order[g] = int32(g)
	}
	slices.SortStableFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(s.in.groups[a].day, s.in.groups[b].day), cmp.Compare(scarce[a], scarce[b]))
	})
	for _, g := range order {
		for s.open[g] > 0 && s.give(g) {
		}
	}
}

// give gives a slot of the group to the worker whom it suits best, and reports whether
// anybody may take it.
func (s *search) give(g int32) bool {
	best, gain := -1, int64(math.MaxInt64)
	day := s.in.groups[g].day
	for i := range s.lines {
		if s.lines[i][day] != off || s.in.workers[i].bars[g] != noRule {
			continue
		}
		s.lines[i][day] = g
		c, broken := s.in.price(&s.in.workers[i], s.lines[i])
		s.lines[i][day] = off
		if d := c.energy() - s.own[i].energy(); broken == noRule && d < gain {
			best, gain = i, d
		}
	}
	if best < 0 {
		return false
	}
	copy(s.a, s.lines[best])
	s.a[day] = g
	c, _ := s.in.price(&s.in.workers[best], s.a)
	s.set(best, s.a, c)
	return true
}

// anneal tries so many moves, ever colder, and ends with the best state found.
func (s *search) anneal(ctx context.Context, moves int) {
	if len(s.lines) == 0 || len(s.in.groups) == 0 {
		s.finished = true
		return
	}
	warm := int(float64(moves) * (1 - coldShare))
	cool := math.Pow(lastHeat/firstHeat, 1/float64(max(1, warm/lookEvery)))
	heat := firstHeat
	for k := range moves {
		if k%pollEvery == 0 && ctx.Err() != nil {
			break
		}
		if k%lookEvery == 0 {
			if s.total.less(s.best.total) {
				s.saveInto(&s.best)
			}
			heat *= cool
			if k >= warm {
				heat = 1e-9
			}
		}
		s.move(heat)
		s.finished = k == moves-1
	}
	s.finished = s.finished || moves == 0
	if s.best.total.less(s.total) {
		s.restore(s.best)
	} else {
		s.saveInto(&s.best)
	}
}

func (s *search) move(heat float64) {
	if len(s.holes) > 0 && s.rng.IntN(3) == 0 {
		s.fill(s.holes[s.rng.IntN(len(s.holes))], heat)
		return
	}
	i, j := s.rng.IntN(len(s.lines)), s.rng.IntN(len(s.lines))
	if i != j {
		s.exchange(i, j, heat)
	}
}

// accept reports whether a change of energy passes at the heat (Metropolis et al. 1953).
func (s *search) accept(change, heat float64) bool {
	return change <= 0 || change < 40*heat && s.rng.Float64() < math.Exp(-change/heat)
}

// fill lets a worker take an open slot for what the worker has on that day, or for
// another day.
func (s *search) fill(g int32, heat float64) {
	i := s.rng.IntN(len(s.lines))
	day := s.in.groups[g].day
	if s.in.workers[i].bars[g] != noRule || !s.free(i, day) {
		return
	}
	copy(s.a, s.lines[i])
	lost := s.a[day]
	s.a[day] = g
	c, broken := s.in.price(&s.in.workers[i], s.a)
	if broken != noRule && lost == off {
		d := s.rng.IntN(s.in.days)
		if lost = s.a[d]; d == day || lost == off || !s.free(i, d) {
			return
		}
		s.a[d] = off
		c, broken = s.in.price(&s.in.workers[i], s.a)
	}
	if broken != noRule {
		return
	}
	unfilled := -s.in.groups[g].price
	if lost != off {
		unfilled += s.in.groups[lost].price
	}
	if s.accept(s.scale*float64(unfilled)+float64(c.energy()-s.own[i].energy()), heat) {
		s.set(i, s.a, c)
	}
}

// exchange swaps one day, two days of a week, or a run of days between two people.
func (s *search) exchange(i, j int, heat float64) {
	copy(s.a, s.lines[i])
	copy(s.b, s.lines[j])
	d := s.rng.IntN(s.in.days)
	changed := s.swap(i, j, d)
	switch s.rng.IntN(4) {
	case 0, 1: // and another day of the same week
		if e := d/7*7 + s.rng.IntN(7); e != d {
			changed = s.swap(i, j, e) || changed
		}
	case 2:
		for e := d + 1; e < min(s.in.days, d+1+s.rng.IntN(7)); e++ {
			changed = s.swap(i, j, e) || changed
		}
	}
	if !changed {
		return
	}
	ci, broken := s.in.price(&s.in.workers[i], s.a)
	if broken != noRule {
		return
	}
	cj, broken := s.in.price(&s.in.workers[j], s.b)
	if broken != noRule {
		return
	}
	if s.accept(float64(ci.energy()+cj.energy()-s.own[i].energy()-s.own[j].energy()), heat) {
		s.set(i, s.a, ci)
		s.set(j, s.b, cj)
	}
}

// swap exchanges a day of the two lines tried and reports whether they differ there.
func (s *search) swap(i, j, d int) bool {
	if s.a[d] == s.b[d] || !s.free(i, d) || !s.free(j, d) {
		return false
	}
	s.a[d], s.b[d] = s.b[d], s.a[d]
	return true
}
