package impact

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// A pool is the agents who answer a set of queues, with all that service depends
// on: handle times, patience and who is on position when.
type pool struct {
	name     string
	queues   []int     // indexes into the paths
	aht      []float64 // seconds, one per queue of the pool
	addedAHT []float64 // seconds of the calls that the request brings, one per queue
	// residual is the extra handle seconds per contained call that its harder
	// neighbours cost: route-to-ivr only.
	residual   float64
	patience   float64   // seconds
	rostered   []float64 // gross agents per interval
	onPosition []float64 // after shrinkage, per interval
	open       []bool    // per interval
}

// A scene is one future of the center: which calls come, and who is there.
type scene struct {
	base, with *forecast.Paths // with is base for a scene without the request
	scale      float64         // 1: the request as it is; 0.5: half its effect
	ahtFactor  float64         // 1: handle times as learned
	pools      []pool
}

// load returns the calls expected and the load in erlangs of pool p in one path
// and interval.
func (s scene) load(p *pool, path, i int, stepSeconds float64) (calls, load float64) {
	for k, q := range p.queues {
		base := float64(s.base.Rates(path, q)[i])
		added := 0.0
		if s.with != s.base {
			added = s.scale * (float64(s.with.Rates(path, q)[i]) - base)
			added = math.Max(added, -base)
		}
		calls += base + added
		load += base * p.aht[k]
		if added >= 0 {
			load += added * p.addedAHT[k]
		} else {
			load += added*p.aht[k] - added*p.residual
		}
	}
	return calls, s.ahtFactor * load / stepSeconds
}

// meanAHT returns the handle time of the pool's calls over all paths and
// intervals, weighted by volume, in seconds.
func (s scene) meanAHT(p *pool, stepSeconds float64) float64 {
	calls, load := 0.0, 0.0
	for path := range s.base.Len() {
		for i, open := range p.open {
			if open {
				c, l := s.load(p, path, i, stepSeconds)
				calls, load = calls+c, load+l
			}
		}
	}
	if calls == 0 {
		return p.aht[0] * s.ahtFactor
	}
	return load * stepSeconds / calls
}

// requirement returns the agents needed on position in every interval so that the
// target is met with the center's confidence: the requirement at that quantile of
// the load, because service falls as load rises.
func (s scene) requirement(ctx context.Context, p *pool, c Center) ([]int, error) {
	step := c.Step.Seconds()
	goal := erlang.Goal{Level: c.Target.Formula, MinLevel: c.Target.Share, MaxOccupancy: c.Target.MaxOccupancy}
	line := erlang.Line{AHT: s.meanAHT(p, step), Patience: p.patience, Target: c.Target.Within.Seconds()}
	need := make([]int, len(p.open))
	loads := make([]float64, s.base.Len())
	for i, open := range p.open {
		if !open {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for path := range loads {
			_, loads[path] = s.load(p, path, i, step)
		}
		slices.Sort(loads)
		line.Load = forecast.Quantiles(loads, []float64{c.Confidence})[0]
		r, err := erlang.RequiredA(line, goal)
		if err != nil {
			return nil, fmt.Errorf("impact: requirement of pool %q at %s: %w", p.name, s.base.Grid().Stamp(i), err)
		}
		need[i] = r.Agents
	}
	return need, nil
}

// gross returns whole agents after shrinkage.
func gross(net []int, onPosition float64) []int {
	out := make([]int, len(net))
	for i, n := range net {
		out[i] = int(math.Ceil(float64(n)/onPosition - 1e-9))
	}
	return out
}

// openOf says in which intervals any queue of the pool is open.
func openOf(c Center, poolName string, g interval.Grid) []bool {
	open := make([]bool, g.Len())
	for _, q := range c.Queues {
		if q.Pool != poolName {
			continue
		}
		for i, is := range q.Calendar.Open(g) {
			open[i] = open[i] || is
		}
	}
	return open
}
