package schedule

import "math"

// A worth is what one more agent on position is worth in an atom: integers in the
// search and in the proof, floats within the relaxation.
type worth interface{ int64 | float64 }

// A pricer finds the best stint when each atom has a worth: the most valuable
// placement of breaks for a candidate by dynamic programming over their starts in
// order, and the best candidate over all. It holds the scratch memory.
type pricer[T worth] struct {
	d      *day
	prefix []T // prefix[t] is the worth of atoms 0 to t-1
	least  T   // least worth of an atom
	sum    [maxBreaks][]T
	from   [maxBreaks][]int16 // from[k][i] is the start of break k-1 chosen for start i of break k
}

func newPricer[T worth](d *day) *pricer[T] {
	p := &pricer[T]{d: d, prefix: make([]T, len(d.need)+1)}
	for _, k := range d.kinds {
		for i, b := range k.breaks {
			if len(b.at) > len(p.sum[i]) {
				p.sum[i], p.from[i] = make([]T, len(b.at)), make([]int16, len(b.at))
			}
		}
	}
	return p
}

// load sets the worth of every atom.
func (p *pricer[T]) load(worths []T) {
	p.least = worths[0]
	for t, w := range worths {
		p.prefix[t+1] = p.prefix[t] + w
		p.least = min(p.least, w)
	}
}

// value returns the worth of candidate c with its best breaks.
func (p *pricer[T]) value(c cand) T {
	k := &p.d.kinds[c.kind]
	lost, _ := p.rest(c.at, k)
	return p.span(c.at, k.length) - lost
}

func (p *pricer[T]) span(at, length int) T { return p.prefix[at+length] - p.prefix[at] }

// rest returns the least worth lost to the breaks of a shift of kind k from atom at,
// and the number of the start of the last break. It leaves the table for place.
func (p *pricer[T]) rest(at int, k *kind) (T, int) {
	if len(k.breaks) == 0 {
		return 0, 0
	}
	best := 0
	for b, br := range k.breaks {
		sum, from := p.sum[b], p.from[b]
		j, low, lowAt := 0, T(math.MaxInt32)*T(math.MaxInt32), int16(-1)
		best = -1
		for i, pos := range br.at {
			lost := p.span(at+pos, br.length)
			if b > 0 {
				prev := &k.breaks[b-1]
				for ; j < len(prev.at) && prev.at[j]+prev.length+k.spacing <= pos; j++ {
					if p.from[b-1][j] >= -1 && p.sum[b-1][j] < low {
						low, lowAt = p.sum[b-1][j], int16(j)
					}
				}
				if lowAt < 0 { // no room for the breaks before
					from[i] = -2
					continue
				}
				lost += low
			}
			sum[i], from[i] = lost, lowAt
			if best < 0 || lost < sum[best] {
				best = i
			}
		}
	}
	return p.sum[len(k.breaks)-1][best], best
}

// place returns candidate number c with its best breaks.
func (p *pricer[T]) place(c int) stint {
	k := &p.d.kinds[p.d.cands[c].kind]
	t := stint{cand: c}
	_, i := p.rest(p.d.cands[c].at, k)
	for b := len(k.breaks) - 1; b >= 0; b-- {
		t.breaks[b] = int16(k.breaks[b].at[i])
		i = int(p.from[b][i])
	}
	return t
}

// best returns, of candidates lo to hi-1, the one with the greatest value less the cost
// of its kind, and that profit; ties go to the lower number. It returns -1 when no
// profit exceeds floor.
func (p *pricer[T]) best(lo, hi int, cost []T, open []bool, floor T) (int, T) {
	found := -1
	for i := lo; i < hi; i++ {
		c := p.d.cands[i]
		if !open[c.kind] {
			continue
		}
		k := &p.d.kinds[c.kind]
		span := p.span(c.at, k.length) - cost[c.kind]
		if span-T(k.off)*p.least <= floor { // even the cheapest breaks leave too little
			continue
		}
		lost, _ := p.rest(c.at, k)
		if span-lost > floor {
			found, floor = i, span-lost
		}
	}
	return found, floor
}
