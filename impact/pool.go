package impact

import (
	"context"
	"fmt"
	"math"

	"github.com/ringtide/ringtide/erlang"
)

// A pool is the agents who answer a set of queues, with all that service depends
// on: handle times, patience and who is on position when.
type pool struct {
	name     string
	queues   []int        // indexes into the paths
	handle   []handleTime // one per queue of the pool
	addedAHT []float64    // seconds of the calls that the request brings, one per queue; 0: as its others
	// residual is the extra handle seconds per contained call that its harder
	// neighbours cost, one per queue: route-to-ivr only.
	residual   []float64
	patience   float64   // seconds
	rostered   []float64 // gross agents per interval of the grid
	onPosition []float64 // after shrinkage, per interval of the grid
	at         []int     // the intervals of the grid in which a queue of the pool is open
	begin      []int     // day d of the grid has at[begin[d]:begin[d+1]]
}

// days returns the number of days of the grid.
func (p *pool) days() int { return len(p.begin) - 1 }

// open returns the bounds in at of the intervals of day d.
func (p *pool) open(d int) (lo, hi int) { return p.begin[d], p.begin[d+1] }

// openAt lists the intervals in which any queue of the pool is open, and where each
// day begins among them.
func (h *hours) openAt(poolName string) (at, begin []int) {
	g := h.grid
	open := make([]bool, g.Len())
	for _, q := range h.center.Queues {
		if q.Pool != poolName {
			continue
		}
		for i, is := range h.queues[q.Name] {
			open[i] = open[i] || is
		}
	}
	begin = []int{0}
	for _, run := range g.Days() {
		for i := run.First; i < run.End; i++ {
			if open[i] {
				at = append(at, i)
			}
		}
		begin = append(begin, len(at))
	}
	return at, begin
}

// requirement returns the agents needed on position in every interval of the grid
// so that the target is met with the center's confidence: the requirement at that
// quantile of the load, because service falls as load rises. Intervals in which the
// request adds nothing keep what is known of them, unless known is nil.
func (s *scene) requirement(ctx context.Context, k int, c Center, intervals int, known []int) ([]int, error) {
	p := &s.pools[k]
	goal := erlang.Goal{Level: c.Target.Formula, MinLevel: c.Target.Share, MaxOccupancy: c.Target.MaxOccupancy}
	line := erlang.Line{AHT: s.meanAHT(k, c.Step.Seconds()), Patience: p.patience, Target: c.Target.Within.Seconds()}
	need := make([]int, intervals)
	rooms := [workers]column{}
	for w := range rooms {
		rooms[w] = s.newColumn()
	}
	added := s.addedTo(k)
	err := each(ctx, len(p.at), func(w, j int) error {
		if known != nil && (added == nil || added.span[j] == (span{})) {
			need[p.at[j]] = known[p.at[j]]
			return nil
		}
		_, load := s.at(k, j, rooms[w])
		loads := rooms[w].load
		copy(loads, load)
		here := line
		here.Load = float64(nearest(loads, rank(c.Confidence, len(loads))))
		n, err := erlang.AgentsA(here, goal)
		if err != nil {
			return fmt.Errorf("impact: requirement of pool %q: %w", p.name, err)
		}
		need[p.at[j]] = n
		return nil
	})
	return need, err
}

// rank returns the index, in sorted order, of the quantile p of n values by the
// inverse of the empirical distribution, as forecast.Quantiles takes it.
func rank(p float64, n int) int { return max(int(math.Ceil(p*float64(n)-1e-9)), 1) - 1 }

// gross returns whole agents after shrinkage.
func gross(net []int, onPosition float64) []int {
	out := make([]int, len(net))
	for i, n := range net {
		out[i] = int(math.Ceil(float64(n)/onPosition - 1e-9))
	}
	return out
}
