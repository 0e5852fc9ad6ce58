package schedule

import (
	"math/rand/v2"
	"slices"
)

// An exchange improves a staffing of an implicit program by moving agents between
// lines, and single shifts between duties, one or two at a time. After each move the
// breaks are mended by augmenting paths: an atom that is short hands a break to one
// with agents to spare, over others in between. What is left is accepted or taken back
// as in threshold accepting (Dueck and Scheuer 1990), in integers throughout.
type exchange struct {
	m       *implicit
	rng     *rand.Rand
	x       []int
	t       []int
	cover   []int
	cost    int64
	units   []unit
	index   map[place]int   // unit by place
	shapes  map[int][]place // of each group: kinds and starts, and working days, each once
	weeks   map[int][]workdays
	used    []int // agents by unit
	staff   []int // units in use, once per agent
	total   []int // agents by limit
	limits  []int
	spans   [][]int32 // atoms by duty
	slots   []slot
	has     []int32    // agents by slot
	only    []int32    // atom by slot, -1 when it has several
	ends    [][2]int32 // slots of the same break: first, and past the last
	on      [][]int32  // slots by atom
	base    [][]int32  // first slot by duty and break
	reduced []int64    // by unit: what it costs beyond what it is worth, twice
	worth   [2][]int64 // by atom
	duty    [2][]int64 // by duty
	journal []change
	touched []int   // duties touched by the present move
	from    []hop   // by atom, of the search for a path
	gain    []int64 // by atom: what another agent saves where the path to it began
	seen    []int
	stamp   int
	queue   []int32
	mended  int // moves carried out so far, kept or not
}

// A unit is what one agent may do: a line of a tour that starts at the same time all
// week, or a single shift.
type unit struct {
	line   int // -1 for a single shift
	duties []int
	extra  int64
	place  place
	limit  int
}

// A place tells units apart: those of one tour and week, or pattern and day, are a
// group, within which start and working days may change.
type place struct {
	group, kind, start int
	work               workdays
}

// A slot is one start of one break of a duty; those of a break lie side by side.
type slot struct {
	duty  int32
	atoms []int32
}

// A hop is a step of a path: a break that moves from one slot to another.
type hop struct{ before, from, to int32 }

// A change is one entry of the journal: a break moved, or an agent added to a duty
// with its breaks or taken from it (breaks -1), or a line's count.
type change struct {
	what   int8
	duty   int32
	from   int32
	to     int32
	breaks [maxBreaks]int32 // slots
}

const (
	breakMoved int8 = iota
	agentAdded
	agentTaken
	unitAdded
	unitTaken
)

func newExchange(m *implicit, s *staffing, rng *rand.Rand) *exchange {
	e := &exchange{m: m, rng: rng, index: map[place]int{}, shapes: map[int][]place{}, weeks: map[int][]workdays{}}
	e.x, e.t, e.cover, e.cost = slices.Clone(s.x), slices.Clone(s.t), slices.Clone(s.cover), s.cost
	e.lay(s)
	e.list()
	e.seen, e.from, e.gain = make([]int, m.h.n), make([]hop, m.h.n), make([]int64, m.h.n)
	for k := range e.worth {
		e.worth[k], e.duty[k] = make([]int64, m.h.n), make([]int64, len(m.h.duties))
	}
	e.judge()
	return e
}

// lay precomputes atoms.
func (e *exchange) lay(s *staffing) {
	h := e.m.h
	e.on = make([][]int32, h.n)
	run := func(at, length int) []int32 {
		var out []int32
		for t := at; t < at+length; t++ {
			if u := h.fold(t); u >= 0 {
				out = append(out, int32(u))
			}
		}
		return out
	}
	for i, d := range h.duties {
		k := &h.kinds[d.kind]
		e.spans = append(e.spans, run(d.at, k.length))
		var base []int32
		for b, br := range k.breaks {
			first := int32(len(e.slots))
			base = append(base, first)
			for j, pos := range br.at {
				atoms := run(d.at+pos, br.length)
				for _, u := range atoms {
					e.on[u] = append(e.on[u], int32(len(e.slots)))
				}
				only := int32(-1)
				if len(atoms) == 1 {
					only = atoms[0]
				}
				e.slots, e.has = append(e.slots, slot{int32(i), atoms}), append(e.has, int32(s.b[i][b][j]))
				e.only, e.ends = append(e.only, only), append(e.ends, [2]int32{first, first + int32(len(br.at))})
			}
		}
		e.base = append(e.base, base)
	}
}

// list lists the units and who works them.
func (e *exchange) list() {
	groups := map[int]int{} // limit by column
	for g, group := range e.m.groups(make([]int64, len(e.m.h.duties))) {
		for _, j := range group.cols {
			groups[j] = g
		}
		e.limits = append(e.limits, int(e.m.model.Upper[group.count]))
	}
	e.total = make([]int, len(e.limits))
	add := func(u unit, col, n int) {
		u.limit = groups[col]
		e.total[u.limit] += n
		shape := place{u.place.group, u.place.kind, u.place.start, 0}
		if !slices.Contains(e.shapes[shape.group], shape) {
			e.shapes[shape.group] = append(e.shapes[shape.group], shape)
		}
		if !slices.Contains(e.weeks[shape.group], u.place.work) {
			e.weeks[shape.group] = append(e.weeks[shape.group], u.place.work)
		}
		e.index[u.place] = len(e.units)
		for range n {
			e.staff = append(e.staff, len(e.units))
		}
		e.units, e.used = append(e.units, u), append(e.used, n)
	}
	for l, line := range e.m.lines {
		if len(line.duties) > 0 {
			d := e.m.h.duties[line.duties[0]]
			add(unit{line: l, duties: line.duties, extra: line.extra, place: place{line.tour*1000 + line.week, d.kind, d.start, line.work}}, e.m.t[l], e.t[l])
		}
	}
	for i, d := range e.m.h.duties {
		if d.tour < 0 {
			add(unit{line: -1, duties: []int{i}, place: place{-1 - d.kind, d.kind, d.start, workdays(d.day)}}, e.m.x[i], e.x[i])
		}
	}
}

// raise puts one agent more on position in atom u, lower takes one off.
func (e *exchange) raise(u int32) {
	e.cost += e.slope(u)
	e.cover[u]++
}

func (e *exchange) lower(u int32) {
	e.cover[u]--
	e.cost -= e.slope(u)
}

// slope is what one agent more in atom u costs. Whoever has no seat costs more than any
// staffing could save.
func (e *exchange) slope(u int32) int64 {
	z := e.cover[u]
	price := e.m.h.slope(int(u), z)
	if z >= e.m.h.seats[u] {
		price += seatPenalty * e.m.h.under
	}
	return price
}

const seatPenalty = 1000

// do carries out a change and notes it.
func (e *exchange) do(c change) {
	e.apply(c)
	e.journal = append(e.journal, c)
}

func (e *exchange) apply(c change) {
	switch c.what {
	case breakMoved:
		e.has[c.from]--
		e.has[c.to]++
		for _, u := range e.slots[c.from].atoms {
			e.raise(u)
		}
		for _, u := range e.slots[c.to].atoms {
			e.lower(u)
		}
	case agentAdded:
		e.x[c.duty]++
		e.cost += e.m.h.duties[c.duty].cost
		for _, u := range e.spans[c.duty] {
			e.raise(u)
		}
		for b := range e.base[c.duty] {
			e.has[c.breaks[b]]++
			for _, u := range e.slots[c.breaks[b]].atoms {
				e.lower(u)
			}
		}
	case agentTaken:
		e.x[c.duty]--
		e.cost -= e.m.h.duties[c.duty].cost
		for b := range e.base[c.duty] {
			e.has[c.breaks[b]]--
			for _, u := range e.slots[c.breaks[b]].atoms {
				e.raise(u)
			}
		}
		for _, u := range e.spans[c.duty] {
			e.lower(u)
		}
	case unitAdded:
		e.count(int(c.duty), 1)
	case unitTaken:
		e.count(int(c.duty), -1)
	}
}

func (e *exchange) count(n, by int) {
	u := e.units[n]
	e.used[n] += by
	e.total[u.limit] += by
	e.cost += int64(by) * u.extra
	if u.line >= 0 {
		e.t[u.line] += by
	}
}

// undo takes back everything since the journal had n entries.
func (e *exchange) undo(n int) {
	for i := len(e.journal) - 1; i >= n; i-- {
		c := e.journal[i]
		switch c.what {
		case breakMoved:
			c.from, c.to = c.to, c.from
		default: // added and taken come in pairs
			c.what = [...]int8{0, agentTaken, agentAdded, unitTaken, unitAdded}[c.what]
		}
		e.apply(c)
	}
	e.journal = e.journal[:n]
}

// hire adds an agent to a unit, each duty with breaks where most are to spare.
func (e *exchange) hire(n int) {
	e.do(change{what: unitAdded, duty: int32(n)})
	for _, i := range e.units[n].duties {
		c := change{what: agentAdded, duty: int32(i)}
		e.breaksFor(i, &c.breaks)
		e.do(c)
		e.touched = append(e.touched, i)
	}
}

// breaksFor chooses breaks for one more agent of a duty: each, in order, the start that
// leaves room for those that follow and has most agents to spare.
func (e *exchange) breaksFor(i int, out *[maxBreaks]int32) {
	k := &e.m.h.kinds[e.m.h.duties[i].kind]
	// latest start of each break that leaves room for the next
	var last [maxBreaks]int
	for b := len(k.breaks) - 1; b >= 0; b-- {
		br := k.breaks[b]
		last[b] = br.at[len(br.at)-1]
		for j := len(br.at) - 1; j >= 0 && b+1 < len(k.breaks) && last[b]+br.length+k.spacing > last[b+1]; j-- {
			last[b] = br.at[j]
		}
	}
	free := 0
	for b, br := range k.breaks {
		best, bestJ := 0, -1
		for j, pos := range br.at {
			if pos < free || pos > last[b] {
				continue
			}
			spare := 1 << 30
			for _, u := range e.slots[e.base[i][b]+int32(j)].atoms {
				spare = min(spare, e.cover[u]-e.m.h.need[u])
			}
			if bestJ < 0 || spare > best {
				best, bestJ = spare, j
			}
		}
		out[b] = e.base[i][b] + int32(bestJ)
		free = br.at[bestJ] + br.length + k.spacing
	}
}

// dismiss takes an agent from a unit; of the agents of a duty, dealt their breaks first
// come first served, one at random.
func (e *exchange) dismiss(n int) {
	e.do(change{what: unitTaken, duty: int32(n)})
	for _, i := range e.units[n].duties {
		c := change{what: agentTaken, duty: int32(i)}
		rank := e.rng.IntN(e.x[i])
		for b, first := range e.base[i] {
			left, at := rank, first
			for ; left >= int(e.has[at]); at++ {
				left -= int(e.has[at])
			}
			c.breaks[b] = at
		}
		e.do(c)
		e.touched = append(e.touched, i)
	}
}

// staffing returns the present state, priced afresh.
func (e *exchange) staffing() *staffing {
	s := &staffing{x: slices.Clone(e.x), t: slices.Clone(e.t)}
	for _, base := range e.base {
		var breaks [][]int
		for _, first := range base {
			var at []int
			for k := first; k < e.ends[first][1]; k++ {
				at = append(at, int(e.has[k]))
			}
			breaks = append(breaks, at)
		}
		s.b = append(s.b, breaks)
	}
	e.m.price(s)
	return s
}
