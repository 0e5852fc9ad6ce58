package schedule

import "slices"

// judge sets what each unit costs beyond its worth at two sets of prices, both of which
// the present staffing supports: an atom is worth an agent's absence when another agent
// there would relieve one that is short, or at the other prices when one fewer would
// leave one short. What moving agents costs at least is then a difference of these.
func (e *exchange) judge() {
	h := e.m.h
	e.reliefs()
	e.losses()
	e.reduced = e.reduced[:0]
	for k := range e.worth {
		for i := range h.duties {
			e.duty[k][i] = e.dutyCost(i, e.worth[k])
		}
	}
	for _, u := range e.units {
		for k := range e.worth {
			sum := u.extra
			for _, i := range u.duties {
				sum += e.duty[k][i]
			}
			e.reduced = append(e.reduced, sum)
		}
	}
}

// reliefs finds the atoms where another agent would relieve one that is short: those
// that breaks of atoms that are short could move to, and so on.
func (e *exchange) reliefs() {
	h := e.m.h
	e.begin()
	for u := range e.cover {
		e.worth[0][u] = -h.over
		if e.cover[u] < h.need[u] {
			e.visit(int32(u))
		}
	}
	for at := 0; at < len(e.queue); at++ {
		e.worth[0][e.queue[at]] = h.under
		for _, from := range e.on[e.queue[at]] {
			if e.has[from] == 0 {
				continue
			}
			for to := e.ends[from][0]; to < e.ends[from][1]; to++ {
				if c := e.giver(from, to); c >= 0 && e.seen[c] != e.stamp {
					e.visit(c)
				}
			}
		}
	}
}

// losses finds the atoms where one fewer would leave one short: all but those that
// breaks could leave for atoms with agents to spare, and so on.
func (e *exchange) losses() {
	h := e.m.h
	e.begin()
	for u := range e.cover {
		e.worth[1][u] = h.under
		if e.cover[u] > h.need[u] {
			e.visit(int32(u))
		}
	}
	for at := 0; at < len(e.queue); at++ {
		c := e.queue[at]
		e.worth[1][c] = -h.over
		for _, to := range e.on[c] {
			for from := e.ends[to][0]; from < e.ends[to][1]; from++ {
				if e.has[from] == 0 || e.giver(from, to) != c {
					continue
				}
				for _, a := range e.slots[from].atoms {
					if e.seen[a] != e.stamp && !slices.Contains(e.slots[to].atoms, a) {
						e.visit(a)
					}
				}
			}
		}
	}
}

// dutyCost is what a duty costs beyond the worth of its atoms, with the best breaks.
func (e *exchange) dutyCost(i int, worth []int64) int64 {
	sum := e.m.h.duties[i].cost
	for _, u := range e.spans[i] {
		sum -= worth[u]
	}
	for _, first := range e.base[i] {
		best := int64(1 << 62)
		for at := first; at < e.ends[first][1]; at++ {
			lost := int64(0)
			for _, u := range e.slots[at].atoms {
				lost += worth[u]
			}
			best = min(best, lost)
		}
		sum += best
	}
	return sum
}
