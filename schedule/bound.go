package schedule

import "math"

// bound returns a cost, in sixtieths of a cent, that no set of stints of the day goes
// below, for any prices whatever; good prices make it sharp.
//
// Proof. Let y be the price of an atom, z its agents on position, f(z) the cost of
// being short or over. Every plan costs
//
//	Σ over stints (cost - Σ y of its atoms) + Σ over atoms (f(z) + y·z),
//
// because the y cancel. Each stint term is at least the least such term of its kind;
// where that is negative it counts at most max times, and a kind without a limit is
// given none by lowering the positive y. Each atom term is at least its least value
// for 0 <= z <= seats, which lies at 0, at need or at seats, f being convex and
// piecewise linear. All numbers are integers, so nothing is lost to rounding.
func (d *day) bound(prices []float64) int64 {
	y := make([]int64, len(d.need))
	for t := range y {
		y[t] = int64(math.Floor(min(max(prices[t], -1e15), float64(d.under))))
		if d.seats[t] == math.MaxInt {
			y[t] = max(y[t], -d.over)
		}
	}
	d.makeFeasible(y)
	p := newPricer[int64](d)
	p.load(y)
	least := make([]int64, len(d.kinds))
	for _, c := range d.cands {
		least[c.kind] = min(least[c.kind], d.kinds[c.kind].cost-p.value(c))
	}
	var sum int64
	for k, term := range least {
		if term < 0 {
			sum += term * int64(d.kinds[k].max)
		}
	}
	for t := range y {
		sum += d.leastAtom(t, y[t])
	}
	return d.raise(max(0, sum))
}

// makeFeasible lowers positive prices by one factor until no stint of a kind without
// limit is worth more than it costs. For a factor q <= 1 a stint of positive prices P
// and negative ones N is then worth qP - N <= q(P - N), so the least cost / worth over
// all stints, rounded down, is low enough.
func (d *day) makeFeasible(y []int64) {
	p := newPricer[int64](d)
	p.load(y)
	cost, worth := int64(1), int64(1)
	for _, c := range d.cands {
		if k := &d.kinds[c.kind]; k.max == math.MaxInt {
			if v := p.value(c); v > k.cost && float64(k.cost)/float64(v) < float64(cost)/float64(worth) {
				cost, worth = k.cost, v
			}
		}
	}
	if cost == worth {
		return
	}
	q := math.Nextafter(float64(cost)/float64(worth), 0)
	for t := range y {
		if y[t] > 0 {
			y[t] = int64(math.Floor(q * float64(y[t])))
		}
	}
}

// leastAtom returns the least of f(z) + y·z over the z that the seats allow.
func (d *day) leastAtom(t int, y int64) int64 {
	least := d.atomCost(t, 0)
	at := func(z int) { least = min(least, d.atomCost(t, z)+y*int64(z)) }
	at(min(d.need[t], d.seats[t]))
	if d.seats[t] < math.MaxInt {
		at(d.seats[t])
	}
	return least
}

// atomCost is f: the price of z agents on position in atom t.
func (d *day) atomCost(t, z int) int64 {
	if z < d.need[t] {
		return d.under * int64(d.need[t]-z)
	}
	return d.over * int64(z-d.need[t])
}

// raise rounds a bound up to the next cost that exists: every plan costs a multiple of
// the greatest common divisor of all its prices.
func (d *day) raise(bound int64) int64 {
	g := gcd(d.under, d.over)
	for _, k := range d.kinds {
		g = gcd(g, k.cost)
	}
	return (bound + g - 1) / g * g
}
