package people

import "slices"

// A state is everybody's line and what it leaves open.
type state struct {
	in    *instance
	lines []line
	own   []cost // of each line, below and soft
	open  []int32
	holes []int32 // groups with open slots, in no order
	where []int32 // place of a group in holes, or -1
	total cost
}

func newState(in *instance) *state {
	s := &state{in: in, where: make([]int32, len(in.groups)), open: make([]int32, len(in.groups))}
	for g := range in.groups {
		s.where[g] = -1
		s.add(int32(g), int32(in.groups[g].count))
	}
	for i := range in.workers {
		l := make(line, in.days)
		for d := range l {
			l[d] = off
		}
		s.lines = append(s.lines, l)
		c, _ := in.price(&in.workers[i], l)
		s.own = append(s.own, c)
		s.total.below += c.below
		s.total.soft += c.soft
	}
	return s
}

// add opens n slots of a group, or closes them where n is negative.
func (s *state) add(g, n int32) {
	if g == off {
		return
	}
	s.open[g] += n
	s.total.unfilled += int64(n) * s.in.groups[g].price
	switch {
	case s.open[g] > 0 && s.where[g] < 0:
		s.where[g] = int32(len(s.holes))
		s.holes = append(s.holes, g)
	case s.open[g] == 0 && s.where[g] >= 0:
		last := s.holes[len(s.holes)-1]
		s.holes[s.where[g]] = last
		s.where[last] = s.where[g]
		s.holes = s.holes[:len(s.holes)-1]
		s.where[g] = -1
	}
}

// set gives the worker a line of known cost; the caller sees to it that slots are open.
func (s *state) set(i int, l line, c cost) {
	for d, g := range l {
		if old := s.lines[i][d]; old != g {
			s.add(old, 1)
			s.add(g, -1)
		}
	}
	copy(s.lines[i], l)
	s.total.below += c.below - s.own[i].below
	s.total.soft += c.soft - s.own[i].soft
	s.own[i] = c
}

// keep is the state's lines and total, to return to.
type kept struct {
	lines []line
	total cost
}

func (s *state) save() kept {
	k := kept{total: s.total}
	for _, l := range s.lines {
		k.lines = append(k.lines, slices.Clone(l))
	}
	return k
}

func (s *state) saveInto(k *kept) {
	k.total = s.total
	for i, l := range s.lines {
		copy(k.lines[i], l)
	}
}

func (s *state) restore(k kept) {
	for i, l := range k.lines {
		if !slices.Equal(l, s.lines[i]) {
			c, _ := s.in.price(&s.in.workers[i], l)
			s.set(i, l, c)
		}
	}
}

// free reports whether the worker may change on the day.
func (s *state) free(i, d int) bool { return s.in.workers[i].locked[d] == off }
