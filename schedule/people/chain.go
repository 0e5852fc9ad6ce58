package people

import (
	"math"
	"slices"
)

// A link is a step of a chain: a worker takes a slot of the group for another, which
// the next link fills.
type link struct {
	group  int32 // the group that needs someone
	parent int   // the link whose worker gave it up, or -1
	worker int   // who took the parent's group
	line   line  // how that worker's line becomes
}

// A chain is the search for who may take a slot, directly or after others have moved:
// breadth first over groups, as augmenting paths are found in a matching (Berge 1957).
// Each worker moves once at most, so that the moves do not meet.
type chain struct {
	s     *state
	links []link
	seen  []bool // by group
}

func newChain(s *state, from int32) *chain {
	c := &chain{s: s, seen: make([]bool, len(s.in.groups))}
	c.seen[from] = true
	c.links = append(c.links, link{group: from, parent: -1, worker: -1})
	return c
}

// fill looks for a chain that fills the first group, and makes its moves. Groups in dead
// are not entered: they led nowhere before.
func (c *chain) fill(dead []bool) bool {
	for at := 0; at < len(c.links); at++ {
		for i := range c.s.lines {
			if l, ok := c.try(at, i, dead); ok {
				c.apply(at, i, l)
				return true
			}
		}
	}
	return false
}

// explore enters all groups that the first one can be traded for.
func (c *chain) explore(dead []bool) {
	for at := 0; at < len(c.links); at++ {
		for i := range c.s.lines {
			c.try(at, i, dead)
		}
	}
}

// try reports whether worker i can take the group of the link and give up nothing;
// where another slot has to be given up, a link for it is added.
func (c *chain) try(at, i int, dead []bool) (line, bool) {
	g := c.links[at].group
	w, in := &c.s.in.workers[i], c.s.in
	day := in.groups[g].day
	if w.bars[g] != noRule || !c.s.free(i, day) || c.s.lines[i][day] == g || c.moved(at, i) {
		return nil, false
	}
	l := slices.Clone(c.s.lines[i])
	lost := l[day]
	l[day] = g
	_, broken := in.price(w, l)
	if lost != off {
		if broken == noRule {
			c.enter(lost, at, i, l, dead)
		}
		return nil, false
	}
	if broken == noRule {
		return l, true
	}
	for d, other := range l {
		if d == day || other == off || !c.s.free(i, d) || c.seen[other] {
			continue
		}
		l[d] = off
		if _, broken := in.price(w, l); broken == noRule {
			c.enter(other, at, i, slices.Clone(l), dead)
		}
		l[d] = other
	}
	return nil, false
}

func (c *chain) enter(g int32, parent, worker int, l line, dead []bool) {
	if !c.seen[g] && (dead == nil || !dead[g]) {
		c.seen[g] = true
		c.links = append(c.links, link{g, parent, worker, l})
	}
}

// moved reports whether the worker moves already on the way to the link.
func (c *chain) moved(at, i int) bool {
	for ; at >= 0; at = c.links[at].parent {
		if c.links[at].worker == i {
			return true
		}
	}
	return false
}

// apply makes the moves from the link back to the first group.
func (c *chain) apply(at, i int, l line) {
	for ; at >= 0; at = c.links[at].parent {
		cost, _ := c.s.in.price(&c.s.in.workers[i], l)
		c.s.set(i, l, cost)
		i, l = c.links[at].worker, c.links[at].line
	}
}

// cheaper makes the moves that leave open, instead of the first group, the cheapest one
// reached, where that is cheaper.
func (c *chain) cheaper() bool {
	best, price := -1, c.s.in.groups[c.links[0].group].price
	for k, l := range c.links {
		if p := c.s.in.groups[l.group].price; p < price {
			best, price = k, p
		}
	}
	if best < 0 {
		return false
	}
	c.apply(c.links[best].parent, c.links[best].worker, c.links[best].line)
	return true
}

// sweeps bounds how often repair goes over what is open.
const sweeps = 3

// repair fills what chains can fill, dearest first. A group that was reached in vain is
// not entered again in the same sweep.
func (s *state) repair(stop func() bool) {
	for range sweeps {
		dead, moved := make([]bool, len(s.in.groups)), false
		for g := s.dearest(dead); g != off && !stop(); g = s.dearest(dead) {
			c := newChain(s, g)
			if c.fill(dead) || c.cheaper() {
				moved = true
				continue
			}
			for _, l := range c.links {
				dead[l.group] = true
			}
		}
		if !moved {
			return
		}
	}
}

// dearest returns the open group of the highest price that is not dead, or off.
func (s *state) dearest(dead []bool) int32 {
	best, price := int32(off), int64(math.MinInt64)
	for g := range s.open {
		if s.open[g] > 0 && !dead[g] && s.in.groups[g].price > price {
			best, price = int32(g), s.in.groups[g].price
		}
	}
	return best
}
