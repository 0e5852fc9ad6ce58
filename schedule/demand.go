package schedule

import (
	"cmp"
	"math"
	"slices"
)

// A level is a run of agents on position, from the top of the level below up to top,
// in which one more serves the same paths: those that ask for at least top agents.
type level struct {
	top   int
	above int64 // paths, at least one
}

// levelsOf sorts what the paths of a requirement ask in interval i. A requirement of
// agents is the sample of one path: one level, none where nobody is needed.
func levelsOf(need Requirement, i int) []level {
	if len(need.Paths) == 0 {
		if r := wholeAgents(need.Agents[i]); r > 0 {
			return []level{{r, 1}}
		}
		return nil
	}
	asked := make([]int, len(need.Paths))
	for p, path := range need.Paths {
		asked[p] = wholeAgents(path[i])
	}
	slices.Sort(asked)
	var out []level
	for p, r := range asked {
		if r > 0 && (p == 0 || asked[p-1] < r) {
			out = append(out, level{r, int64(len(asked) - p)})
		}
	}
	return out
}

func wholeAgents(a float64) int { return int(math.Ceil(a - 1e-9)) }

// seated returns the levels that remain above z agents who are there already.
func seated(levels []level, z int) []level {
	var out []level
	for _, l := range levels {
		if l.top > z {
			out = append(out, level{l.top - z, l.above})
		}
	}
	return out
}

// setPrices sets the price of an agent short, or over, for an atom: on every path, and on
// one. Money is scaled by the least factor that makes the price on one path whole, so
// that averages over the sample are exact.
func (h *horizon) setPrices(need Requirement, opt Options) {
	h.paths = int64(max(1, len(need.Paths)))
	h.scale = h.paths / gcd(h.paths, gcd(opt.UnderCents, opt.OverCents))
	h.under, h.over = h.scale*opt.UnderCents*int64(h.atom), h.scale*opt.OverCents*int64(h.atom)
	h.underPath, h.overPath = h.under/h.paths, h.over/h.paths
}

// setNeed sets from its levels how many agents an atom is to have: up to there one more
// saves, beyond it costs (the critical fractile of the newsvendor).
func (h *horizon) setNeed(t int) {
	h.need[t] = 0
	for _, l := range h.levels[t] {
		if h.slopeAbove(l.above) >= 0 {
			break
		}
		h.need[t] = l.top
	}
}

// slopeAbove is what one agent more costs where so many paths ask for it.
func (h *horizon) slopeAbove(paths int64) int64 {
	return h.overPath*(h.paths-paths) - h.underPath*paths
}

// above counts the paths that ask for more than z agents in atom t.
func (h *horizon) above(t, z int) int64 {
	levels := h.levels[t]
	switch {
	case len(levels) == 0 || z >= levels[len(levels)-1].top:
		return 0
	case z < levels[0].top: // all there is of one path
		return levels[0].above
	}
	at, _ := slices.BinarySearchFunc(levels, z+1, func(l level, z int) int { return cmp.Compare(l.top, z) })
	return levels[at].above
}

// slope is what one agent more costs in atom t beside the z who are there; negative
// where it saves.
func (h *horizon) slope(t, z int) int64 { return h.slopeAbove(h.above(t, z)) }

// loss is what one agent fewer costs; where nobody is, as much as anything can.
func (h *horizon) loss(t, z int) int64 {
	if z == 0 {
		return h.under
	}
	return -h.slope(t, z-1)
}

// short sums over the paths how many agents z falls short in atom t.
func (h *horizon) short(t, z int) int64 {
	var sum int64
	from := z
	for _, l := range h.levels[t] {
		if l.top > from {
			sum += int64(l.top-from) * l.above
			from = l.top
		}
	}
	return sum
}

// surplus sums over the paths how many of z agents are above the requirement: of each
// path z - R = (z - R)+ - (R - z)+.
func (h *horizon) surplus(t, z int) int64 {
	return h.paths*int64(z) - h.short(t, 0) + h.short(t, z)
}

// atomCost is the mean price over the paths of z agents in atom t, scaled: convex in z.
func (h *horizon) atomCost(t, z int) int64 {
	return h.underPath*h.short(t, z) + h.overPath*h.surplus(t, z)
}

// leastAtom returns the least of atomCost + y·z over the z that the seats allow: at no
// one, at the top of a level, or at the seats.
func (h *horizon) leastAtom(t int, y int64) int64 {
	least := h.atomCost(t, 0)
	at := func(z int) { least = min(least, h.atomCost(t, z)+y*int64(z)) }
	for _, l := range h.levels[t] {
		at(min(l.top, h.seats[t]))
	}
	if h.seats[t] < math.MaxInt {
		at(h.seats[t])
	}
	return least
}
