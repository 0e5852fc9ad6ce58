package schedule

import (
	"cmp"
	"slices"
)

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

// reliefs finds what another agent is worth in each atom: what it saves there, or where
// breaks could move on, over other atoms, to let it save most.
func (e *exchange) reliefs() {
	h := e.m.h
	worth := e.worth[0]
	var order []int32
	for u := range e.cover {
		worth[u] = -h.slope(u, e.cover[u])
		if worth[u] > 0 {
			order = append(order, int32(u))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(worth[b], worth[a]) })
	e.spread(order, worth, func(a int32) {
		for _, from := range e.on[a] {
			if e.has[from] == 0 {
				continue
			}
			for to := e.ends[from][0]; to < e.ends[from][1]; to++ {
				if c := e.giver(from, to); c >= 0 && e.seen[c] != e.stamp {
					e.visit(c)
				}
			}
		}
	})
}

// losses finds what one agent fewer costs in each atom: what it costs there, or where
// breaks could come from, over other atoms, to let it cost least.
func (e *exchange) losses() {
	h := e.m.h
	worth := e.worth[1]
	var order []int32
	for u := range e.cover {
		worth[u] = h.loss(u, e.cover[u])
		if worth[u] < h.under {
			order = append(order, int32(u))
		}
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(worth[a], worth[b]) })
	e.spread(order, worth, func(c int32) {
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
	})
}

// spread hands the worth of each atom of the order on to all that reach visits from it
// and that none before it reached.
func (e *exchange) spread(order []int32, worth []int64, reach func(int32)) {
	e.begin()
	at := 0
	for _, source := range order {
		if e.seen[source] == e.stamp {
			continue
		}
		for e.visit(source); at < len(e.queue); at++ {
			worth[e.queue[at]] = worth[source]
			reach(e.queue[at])
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
