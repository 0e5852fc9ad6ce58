package people

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
)

// The bound moves prices at most boundRounds times, and spends so much: a unit is a
// priced group looked at for a person, one or two microseconds.
const (
	boundRounds = 150
	boundUnits  = 6_000_000
	lineUnits   = 20   // for the days of a line
	leastPace   = 0.01 // share of the gap that a step aims at
)

// A budget is units left to spend on proofs: counted work, so that the same problem
// stops at the same place on every machine.
type budget struct{ left int }

func (b *budget) spend(units int) bool {
	b.left -= units
	return b.left >= 0
}

// lowerBound returns cents that every plan leaves unfilled at least, by Lagrangian
// duality: with a price for filling each group, at most its own, people choose their
// worthiest lines, and what slots are worth beyond that stays unfilled. Prices
// move toward what is short (Held, Wolfe and Crowder 1974). It ends at target, what a
// plan leaves unfilled. Sums are whole cents, so the bound is exact.
//
// near marks the groups that compete for what is open; they are priced first.
func (in *instance) lowerBound(ctx context.Context, target int64, near []bool, rounds int, b *budget) int64 {
	if target <= 0 {
		return 0
	}
	prices := make([]int64, len(in.groups))
	for g := range prices {
		if near[g] {
			prices[g] = in.groups[g].price
		}
	}
	best, stale, pace := int64(math.MinInt64), 0, 0.5
	top, over := slices.Clone(prices), []int32(nil) // the best prices, and who takes what there
	grain := in.grain()
	for range rounds {
		if !b.spend(len(in.workers) * (priced(prices) + lineUnits)) {
			break
		}
		value, taken, ok := in.dual(ctx, prices)
		if !ok {
			break
		}
		if value > best {
			best, stale, over = value, 0, taken
			copy(top, prices)
		} else if stale++; stale == 2 { // too far: again from the best, by half
			stale, pace, taken = 0, pace/2, over
			copy(prices, top)
		}
		if best > target-grain || pace < leastPace || !in.step(prices, taken, pace*float64(target-best)) {
			break
		}
	}
	best = max(0, (best+grain-1)/grain*grain)
	return min(best, target)
}

func priced(prices []int64) int {
	n := 1
	for _, p := range prices {
		if p > 0 {
			n++
		}
	}
	return n
}

// grain divides every sum of prices.
func (in *instance) grain() int64 {
	g := int64(0)
	for _, gr := range in.groups {
		for a, b := g, gr.price; ; a, b = b, a%b {
			if b == 0 {
				g = a
				break
			}
		}
	}
	return max(g, 1)
}

// dual is the bound at the prices, and how many people take each group.
func (in *instance) dual(ctx context.Context, prices []int64) (int64, []int32, bool) {
	worths := make([]int64, len(in.workers))
	lines := make([]line, len(in.workers))
	lanes := max(1, min(runtime.GOMAXPROCS(0), len(in.workers)/8))
	var wg sync.WaitGroup
	for lane := range lanes {
		wg.Go(func() {
			p := pricer{in: in, prices: prices}
			for i := lane; i < len(in.workers) && ctx.Err() == nil; i += lanes {
				worths[i], lines[i], _ = p.best(&in.workers[i])
			}
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return 0, nil, false
	}
	value := int64(0)
	taken := make([]int32, len(in.groups))
	for g, gr := range in.groups {
		value += prices[g] * int64(gr.count)
	}
	for i, l := range lines {
		value -= worths[i]
		for _, g := range l {
			if g != off {
				taken[g]++
			}
		}
	}
	return value, taken, true
}

// step moves the prices by what is short, and reports whether any can move.
func (in *instance) step(prices []int64, taken []int32, reach float64) bool {
	norm := 0.0
	for g, gr := range in.groups {
		short := float64(int32(gr.count) - taken[g])
		if short < 0 && prices[g] > 0 || short > 0 && prices[g] < gr.price {
			norm += short * short
		}
	}
	if norm == 0 || reach <= 0 {
		return false
	}
	for g, gr := range in.groups {
		short := float64(int32(gr.count) - taken[g])
		move := math.Round(float64(reach / norm * short))
		prices[g] = min(max(0, prices[g]+int64(move)), gr.price)
	}
	return true
}
