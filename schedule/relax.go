package schedule

import (
	"context"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
)

// A relaxation is the linear program that lets shifts be worked in fractions:
//
//	minimise    Σ cost·x + Σ under·short + Σ over·extra
//	for atoms   Σ {x on position} + short - extra = need      (at most the seats)
//	for kinds   Σ {x of the kind} + slack = max               (where there is a limit)
//	with        x, short, slack >= 0,  0 <= extra <= seats - need
//
// The stints x are never listed: the pricer finds the one that gains most (Gilmore and
// Gomory 1961). The method is the primal simplex with bounded variables and a dense
// inverse of the basis. Needs are raised by tiny amounts so that no pivot is idle,
// which cannot harm the proof: only the prices leave this file, and bound.go takes
// them with the true needs.
//
// Products are wrapped in float64() so that no compiler fuses them with a sum: the
// result is the same on every processor.
type relaxation struct {
	d       *day
	lo, n   int         // the atoms that some candidate reaches: n from lo on
	m       int         // rows: atoms, then kinds
	inverse [][]float64 // of the basis
	basis   []column
	level   []float64 // value of the basic variable of each row
	price   []float64 // dual price of each row
	atoms   []float64 // dual price of each atom of the day; that of being short out of reach
	rows    []int     // scratch
	costs   []float64 // of each kind, less the price of its limit
	open    []bool    // every kind: limits have prices here
	next    int       // candidate from which to price on
	// Of the single-entry variables of a row: whether they are in the basis, and
	// whether extra lies at its upper bound outside of it.
	shortIn, extraIn, full []bool
	room                   []float64 // upper bound of extra
	pricer                 *pricer[float64]
}

// A column is a variable: a stint, or short (slack for a kind) or extra of a row.
type column struct {
	what  columnType
	row   int
	stint stint
}

type columnType uint8

const (
	isShort columnType = iota
	isExtra
	isStint
)

func newRelaxation(d *day) *relaxation {
	lo, hi := d.reach()
	n := hi - lo
	r := &relaxation{d: d, lo: lo, n: n, m: n + len(d.kinds), pricer: newPricer[float64](d)}
	r.costs, r.open = make([]float64, len(d.kinds)), slices.Repeat([]bool{true}, len(d.kinds))
	r.atoms = slices.Repeat([]float64{float64(d.under)}, len(d.need))
	r.level, r.price = make([]float64, r.m), make([]float64, r.m)
	r.shortIn, r.extraIn, r.full = make([]bool, r.m), make([]bool, r.m), make([]bool, r.m)
	r.room, r.basis = make([]float64, r.m), make([]column, r.m)
	rng := rand.New(rand.NewPCG(1, 2)) // any fixed stream: it only breaks ties
	for i := range r.m {
		r.inverse = append(r.inverse, make([]float64, r.m))
		r.inverse[i][i] = 1
		r.basis[i], r.shortIn[i] = column{what: isShort, row: i}, true
		tiny := float64(1e-4 * rng.Float64())
		if i < n {
			need, seats := d.need[lo+i], d.seats[lo+i]
			r.level[i] = float64(min(need, seats)) + tiny
			r.room[i] = math.Inf(1)
			if seats < math.MaxInt {
				r.room[i] = float64(max(0, seats-need))
			}
			r.price[i] = float64(d.under)
		} else {
			r.level[i] = limit(d.kinds[i-n].max) + tiny
		}
	}
	return r
}

// limit is a pattern's most shifts; a number no day reaches stands for none.
func limit(most int) float64 { return float64(min(most, 1_000_000)) }

// checkEvery is how many pivots lie between two looks at the context, at the progress
// and at the error of the prices.
const checkEvery = 50

// solve pivots until no variable gains, checkEvery pivots lower the cost by less than
// the share slow, or an ample number of pivots is done.
func (r *relaxation) solve(ctx context.Context, slow float64) error {
	d := make([]float64, r.m)
	last := math.Inf(1)
	for pivot := range 100 * r.m {
		if pivot%checkEvery == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			r.refresh()
			now := r.objective()
			if last-now < float64(slow*now) {
				break
			}
			last = now
		}
		enter, rate, ok := r.entering()
		if !ok {
			break
		}
		r.direction(enter, d)
		if rate > 0 { // an extra at its bound comes down
			for i := range d {
				d[i] = -d[i]
			}
		}
		r.step(enter, rate, d)
	}
	copy(r.atoms[r.lo:], r.price[:r.n])
	return nil
}

// objective returns the cost of the solution.
func (r *relaxation) objective() float64 {
	sum := 0.0
	for i, c := range r.basis {
		sum += float64(r.cost(c) * r.level[i])
	}
	for i, full := range r.full {
		if full {
			sum += float64(float64(r.d.over) * r.room[i])
		}
	}
	return sum
}

// refresh takes the prices afresh from the inverse, so that errors do not add up.
func (r *relaxation) refresh() {
	clear(r.price)
	for i, c := range r.basis {
		if cost := r.cost(c); cost != 0 {
			for j, v := range r.inverse[i] {
				r.price[j] += float64(cost * v)
			}
		}
	}
}

func (r *relaxation) cost(c column) float64 {
	switch {
	case c.what == isStint:
		return float64(r.d.kinds[r.d.cands[c.stint.cand].kind].cost)
	case c.row >= r.n:
		return 0
	case c.what == isShort:
		return float64(r.d.under)
	}
	return float64(r.d.over)
}

// entering returns the variable whose change lowers the cost fastest, and its reduced
// cost.
func (r *relaxation) entering() (column, float64, bool) {
	least := float64(1e-7 * float64(r.d.under))
	var enter column
	rate, found := 0.0, false
	try := func(c column, gain, reduced float64) {
		if gain > least {
			enter, rate, found, least = c, reduced, true, gain
		}
	}
	for i := range r.m {
		short, extra := -r.price[i], r.price[i] // reduced costs
		if i < r.n {
			short, extra = short+float64(r.d.under), extra+float64(r.d.over)
		}
		if !r.shortIn[i] {
			try(column{what: isShort, row: i}, -short, short)
		}
		if i < r.n && !r.extraIn[i] && r.room[i] > 0 {
			gain := -extra
			if r.full[i] {
				gain = extra
			}
			try(column{what: isExtra, row: i}, gain, extra)
		}
	}
	if i, profit := r.bestTour(); i >= 0 {
		try(column{what: isStint, stint: r.pricer.place(i)}, profit, -profit)
	}
	return enter, rate, found
}

// priced is how many candidates are priced at a time; only when a block offers nothing
// is the next looked at, and only when all have nothing to offer is the program solved.
const priced = 32

func (r *relaxation) bestTour() (int, float64) {
	copy(r.atoms[r.lo:], r.price[:r.n])
	r.pricer.load(r.atoms)
	for k := range r.d.kinds {
		r.costs[k] = float64(r.d.kinds[k].cost) - r.price[r.n+k]
	}
	all := len(r.d.cands)
	for seen := 0; seen < all; seen += priced {
		lo := r.next
		hi := min(lo+priced, all)
		if i, profit := r.pricer.best(lo, hi, r.costs, r.open, float64(1e-7*float64(r.d.under))); i >= 0 {
			return i, profit
		}
		seen -= priced - (hi - lo) // the last block may be short
		r.next = hi % all
	}
	return -1, 0
}

// A share is how much of a candidate the solution works, over all its breaks, and the
// placement of breaks it uses most.
type share struct {
	cand  int
	level float64
	most  float64
	stint stint
}

// shares returns the candidates that the solution works, in their order.
func (r *relaxation) shares() []share {
	by := map[int]share{}
	for i, c := range r.basis {
		if c.what != isStint || r.level[i] < 1e-3 {
			continue
		}
		s := by[c.stint.cand]
		s.cand, s.level = c.stint.cand, s.level+r.level[i]
		if r.level[i] > s.most {
			s.most, s.stint = r.level[i], c.stint
		}
		by[s.cand] = s
	}
	out := slices.Collect(maps.Values(by))
	slices.SortFunc(out, func(a, b share) int { return a.cand - b.cand })
	return out
}
