package schedule

import (
	"cmp"
	"slices"
)

// mend moves breaks away from atoms that are short within the duties touched.
func (e *exchange) mend() {
	for e.augment() {
	}
}

// mostSeen bounds the search for a path.
const mostSeen = 400

// augment looks for a chain of breaks that frees an agent for an atom that is short
// within the duties touched, and moves them.
func (e *exchange) augment() bool {
	e.begin()
	for _, i := range e.touched {
		for _, u := range e.spans[i] {
			if gain := -e.m.h.slope(int(u), e.cover[u]); gain > 0 && e.seen[u] != e.stamp {
				e.from[u].before, e.gain[u] = -1, gain
				e.visit(u)
			}
		}
	}
	slices.SortStableFunc(e.queue, func(a, b int32) int { return cmp.Compare(e.gain[b], e.gain[a]) })
	for at := 0; at < len(e.queue) && at < mostSeen; at++ {
		a := e.queue[at]
		for _, from := range e.on[a] {
			if e.has[from] == 0 {
				continue
			}
			for to := e.ends[from][0]; to < e.ends[from][1]; to++ {
				c := e.giver(from, to)
				if c < 0 || e.seen[c] == e.stamp {
					continue
				}
				e.from[c], e.gain[c] = hop{a, from, to}, e.gain[a]
				if e.m.h.loss(int(c), e.cover[c]) >= e.gain[c] {
					e.visit(c)
				} else if e.seen[c] = e.stamp; e.follow(c) {
					return true
				}
			}
		}
	}
	return false
}

// begin and visit keep the queue of a search over atoms.
func (e *exchange) begin() {
	e.stamp++
	e.queue = e.queue[:0]
}

func (e *exchange) visit(u int32) {
	e.seen[u] = e.stamp
	e.queue = append(e.queue, u)
}

// giver returns, of the atoms that lose an agent when a break moves from one slot to
// another, the one that has none to spare, or any when all have; -1 when it is several,
// or none.
func (e *exchange) giver(from, to int32) int32 {
	if c := e.only[to]; c >= 0 {
		return c
	}
	return e.giverOfSeveral(from, to)
}

func (e *exchange) giverOfSeveral(from, to int32) int32 {
	found, any := int32(-1), int32(-1)
	old := e.slots[from].atoms
	for _, u := range e.slots[to].atoms {
		if slices.Contains(old, u) {
			continue
		}
		any = u
		if e.cover[u] > e.m.h.need[u] {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = u
	}
	if found < 0 {
		return any
	}
	return found
}

// follow moves the breaks of the path to atom c, and takes them back when that does
// not pay.
func (e *exchange) follow(c int32) bool {
	before, n := e.cost, len(e.journal)
	for at := c; ; {
		p := e.from[at]
		if p.before < 0 {
			break
		}
		if e.has[p.from] == 0 {
			e.undo(n)
			return false
		}
		e.do(change{what: breakMoved, from: p.from, to: p.to})
		if !e.spaced(int(e.slots[p.from].duty)) {
			e.undo(n)
			return false
		}
		at = p.before
	}
	if e.cost < before {
		return true
	}
	e.undo(n)
	return false
}

// spaced reports whether the breaks of a duty can be dealt so that all keep the spacing.
func (e *exchange) spaced(i int) bool {
	k := &e.m.h.kinds[e.m.h.duties[i].kind]
	for b := 1; b < len(k.breaks); b++ {
		first, second := k.breaks[b-1], k.breaks[b]
		begun, could, f := 0, 0, 0
		for j, pos := range second.at {
			begun += int(e.has[e.base[i][b]+int32(j)])
			for ; f < len(first.at) && first.at[f]+first.length+k.spacing <= pos; f++ {
				could += int(e.has[e.base[i][b-1]+int32(f)])
			}
			if begun > could {
				return false
			}
		}
	}
	return true
}
