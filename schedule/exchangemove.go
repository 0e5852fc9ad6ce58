package schedule

import "slices"

// A move takes agents out of up to two units and puts them into others; -1 is none.
type move struct {
	out, in [2]int
	n       int
}

// try carries out a move and keeps it when it costs at most limit more.
func (e *exchange) try(limit int64) bool {
	v, ok := e.draw()
	if !ok || e.least(v) > limit {
		return false
	}
	before := e.cost
	e.journal, e.mended = e.journal[:0], e.mended+1
	done := e.carryOut(v)
	if done {
		e.mend()
	}
	e.touched = e.touched[:0]
	if !done || e.cost-before > limit {
		e.undo(0)
		return false
	}
	e.restaff(v)
	e.judge()
	return true
}

// least is what a move costs at least, as the present prices tell.
func (e *exchange) least(v move) int64 {
	var sum [2]int64
	for k := range v.n {
		for w := range sum {
			if v.in[k] >= 0 {
				sum[w] += e.reduced[2*v.in[k]+w]
			}
			if v.out[k] >= 0 {
				sum[w] -= e.reduced[2*v.out[k]+w]
			}
		}
	}
	return max(sum[0], sum[1])
}

func (e *exchange) carryOut(v move) bool {
	for _, n := range v.out[:v.n] {
		if n >= 0 && e.used[n] == 0 { // both of a pair may be the same agent
			return false
		} else if n >= 0 {
			e.dismiss(n)
		}
	}
	for _, n := range v.in[:v.n] {
		if n >= 0 && e.total[e.units[n].limit] >= e.limits[e.units[n].limit] {
			return false
		} else if n >= 0 {
			e.hire(n)
		}
	}
	return true
}

// restaff brings the list of agents up to the move.
func (e *exchange) restaff(v move) {
	for k := range v.n {
		if v.out[k] >= 0 {
			at, last := slices.Index(e.staff, v.out[k]), len(e.staff)-1
			e.staff[at] = e.staff[last]
			e.staff = e.staff[:last]
		}
		if v.in[k] >= 0 {
			e.staff = append(e.staff, v.in[k])
		}
	}
}

// draw chooses a move: an agent more or less, another start or other days for one, or
// for two at once, their days swapped or their starts moved apart or together. It
// reports whether there is such a move.
func (e *exchange) draw() (move, bool) {
	kind := e.rng.IntN(16)
	if len(e.staff) == 0 || kind == 0 {
		return move{[2]int{-1}, [2]int{e.rng.IntN(len(e.units))}, 1}, true
	}
	v := move{n: 1}
	v.out[0] = e.staff[e.rng.IntN(len(e.staff))]
	if kind == 1 {
		v.in[0] = -1
		return v, true
	}
	a := e.units[v.out[0]].place
	by := 1 + e.rng.IntN(farStart)
	if e.rng.IntN(2) == 0 {
		by = -by
	}
	ok := false
	if kind < 9 {
		if kind < 5 || kind == 8 {
			a = e.shift(a, by)
		}
		if kind >= 5 {
			weeks := e.weeks[a.group]
			a.work = weeks[e.rng.IntN(len(weeks))]
		}
		v.in[0], ok = e.index[a]
		return v, ok
	}
	v.n, v.out[1] = 2, e.staff[e.rng.IntN(len(e.staff))]
	b := e.units[v.out[1]].place
	if b.group != a.group {
		return v, false
	}
	if kind < 12 || kind >= 14 {
		a.work, b.work = b.work, a.work
	}
	if kind >= 12 {
		a, b = e.shift(a, by), e.shift(b, -by)
	}
	if v.in[0], ok = e.index[a]; ok {
		v.in[1], ok = e.index[b]
	}
	return v, ok
}

// farStart is how many starts an agent is moved at most.
const farStart = 3

// shift moves a place by some starts of its group, round the end.
func (e *exchange) shift(p place, by int) place {
	shapes := e.shapes[p.group]
	at := slices.Index(shapes, place{p.group, p.kind, p.start, 0})
	to := shapes[((at+by)%len(shapes)+len(shapes))%len(shapes)]
	to.work = p.work
	return to
}
