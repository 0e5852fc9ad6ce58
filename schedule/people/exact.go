package people

// exactCells bounds the table of the exact finish.
const exactCells = 300_000

// exactly finds the cheapest way to leave slots unfilled, by people in turn over all
// that can still be open, where that table is small. It sets the state to it when it is
// cheaper, and reports whether it has proved the state's price the least.
func (s *search) exactly() bool {
	if s.total.unfilled == 0 {
		return true
	}
	d := s.in.demand(allGroups(s.in))
	t, ok := d.table(exactCells)
	if !ok {
		return false
	}
	best, price := 0, s.total.unfilled
	last := t.from[len(t.from)-1]
	for state, from := range last {
		if from >= 0 {
			if c := t.price(d, state); c < price {
				best, price = state, c
			}
		}
	}
	if price < s.total.unfilled {
		t.unroll(s, d, best)
	}
	return true
}

func allGroups(in *instance) []int32 {
	out := make([]int32, len(in.groups))
	for g := range out {
		out[g] = int32(g)
	}
	return out
}

// A table holds, after each person in turn, from which state what is still open was
// reached first, and by which line.
type table struct {
	strides []int
	lines   [][][]int // by person
	from    [][]int32 // by person, by state: the state before, or -1
	by      [][]int32 // the line taken
	work    int       // units spent
}

func (d demand) table(cells int) (table, bool) {
	t := table{}
	size := 1
	for _, n := range d.counts {
		t.strides = append(t.strides, size)
		if size *= n + 1; size*max(1, len(d.in.workers)) > cells {
			return t, false
		}
	}
	reached := make([]int32, size)
	for k := range reached {
		reached[k] = -1
	}
	reached[size-1] = int32(size - 1)
	for i := range d.in.workers {
		lines, ok := d.lines(i)
		if !ok {
			return t, false
		}
		t.work += 1 + len(lines) + size*len(lines)/100
		next, by := make([]int32, size), make([]int32, size)
		for k := range next {
			next[k] = -1
		}
		for state, from := range reached {
			if from < 0 {
				continue
			}
			for k, l := range lines {
				if to := t.after(d, state, l); to >= 0 && next[to] < 0 {
					next[to], by[to] = int32(state), int32(k)
				}
			}
		}
		t.lines, t.from, t.by = append(t.lines, lines), append(t.from, next), append(t.by, by)
		reached = next
	}
	return t, len(t.from) > 0
}

// after is the state once the groups are taken, or -1 where one is used up.
func (t table) after(d demand, state int, groups []int) int {
	to := state
	for _, k := range groups {
		if state/t.strides[k]%(d.counts[k]+1) == 0 {
			return -1
		}
		to -= t.strides[k]
	}
	return to
}

func (t table) price(d demand, state int) int64 {
	sum := int64(0)
	for k, g := range d.groups {
		sum += int64(state/t.strides[k]%(d.counts[k]+1)) * d.in.groups[g].price
	}
	return sum
}

// unroll gives everybody the lines that lead to the state.
func (t table) unroll(s *search, d demand, state int) {
	for i := len(t.from) - 1; i >= 0; i-- {
		l := make(line, s.in.days)
		for day := range l {
			l[day] = s.in.workers[i].locked[day]
		}
		for _, k := range t.lines[i][t.by[i][state]] {
			l[s.in.groups[d.groups[k]].day] = d.groups[k]
		}
		c, _ := s.in.price(&s.in.workers[i], l)
		s.set(i, l, c)
		state = int(t.from[i][state])
	}
}
