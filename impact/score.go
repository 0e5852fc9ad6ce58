package impact

import (
	"context"
	"maps"
	"math"
	"slices"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/interval"
)

// scores is the service of one scene, path by path. Service is weighted by calls:
// the share of the contacts of a day, a pool or the scored days that got it.
type scores struct {
	days          []interval.Day
	scored        []bool      // per day
	day           [][]float64 // service level [day][path]; NaN when no call is expected
	dayAbandoned  [][]float64 // contacts [day][path]
	dayWait       [][]float64 // mean seconds [day][path]
	service       []float64   // of the scored days [path]
	wait          []float64   // mean seconds, scored days [path]
	abandoned     []float64   // contacts, scored days [path]
	handled       []float64   // contacts, scored days [path]
	handleMinutes []float64   // of the whole horizon [path]
	handledAll    []float64   // contacts of the whole horizon [path]
	pool          [][]float64 // service of the scored days [pool][path]
	poolAbandoned [][]float64 // [pool][path]
	meets         [][]float64 // chance that an interval meets the target [pool][interval]
}

// score evaluates the scene with everybody on position as the pools say.
func (s *scene) score(ctx context.Context, c Center, g interval.Grid, first, last interval.Date) (*scores, error) {
	out := newScores(g, first, last, len(s.pools), s.paths)
	curves, err := s.curves(ctx, c, false)
	if err != nil {
		return nil, err
	}
	desks := make([]desk, workers)
	for w := range workers {
		desks[w] = s.newDesk(len(out.days))
	}
	err = each(ctx, s.paths, func(w, path int) error {
		s.scorePath(out, curves, c, path, &desks[w])
		return nil
	})
	for k := range s.pools {
		for i := range out.meets[k] {
			out.meets[k][i] = 1 // closed
		}
		for j, i := range s.pools[k].at {
			n := int32(0)
			for w := range workers {
				n += desks[w].met[k][j]
			}
			out.meets[k][i] = float64(n) / float64(s.paths)
		}
	}
	return out, err
}

func newScores(g interval.Grid, first, last interval.Date, pools, paths int) *scores {
	days := g.Days()
	row := func() []float64 { return make([]float64, paths) }
	out := &scores{
		days: days, scored: make([]bool, len(days)),
		day: matrix(len(days), paths), dayAbandoned: matrix(len(days), paths), dayWait: matrix(len(days), paths),
		service: row(), wait: row(), abandoned: row(), handled: row(), handleMinutes: row(), handledAll: row(),
		pool: matrix(pools, paths), poolAbandoned: matrix(pools, paths), meets: matrix(pools, g.Len()),
	}
	for d, day := range days {
		out.scored[d] = !day.Date.Before(first) && !day.Date.After(last)
	}
	return out
}

func matrix(n, m int) [][]float64 {
	rows, flat := make([][]float64, n), make([]float64, n*m)
	for i := range rows {
		rows[i] = flat[i*m : (i+1)*m : (i+1)*m]
	}
	return rows
}

// sums are call-weighted totals on the way to a mean.
type sums struct{ calls, inTime, wait, abandoned float64 }

func (a *sums) add(b sums) {
	a.calls += b.calls
	a.inTime += b.inTime
	a.wait += b.wait
	a.abandoned += b.abandoned
}

func (a sums) level() float64 {
	if a.calls == 0 {
		return math.NaN()
	}
	return a.inTime / a.calls
}

func (a sums) meanWait() float64 {
	if a.calls == 0 {
		return 0
	}
	return a.wait / a.calls
}

// A desk is the room that one worker scores paths in.
type desk struct {
	calls, load []float64
	perDay      []sums
	met         [][]int32 // paths that met the target [pool][open interval]
}

func (s *scene) newDesk(days int) desk {
	d := desk{perDay: make([]sums, days)}
	d.calls, d.load = s.buffers()
	for k := range s.pools {
		d.met = append(d.met, make([]int32, len(s.pools[k].at)))
	}
	return d
}

// scorePath fills one path of out.
func (s *scene) scorePath(out *scores, curves [][]*curve, c Center, path int, desk *desk) {
	perDay, met := desk.perDay, desk.met
	clear(perDay)
	var all sums
	step := c.Step.Seconds()
	for k := range s.pools {
		var inside sums
		s.row(k, path, desk.calls, desk.load)
		for j, d := range s.pools[k].day {
			calls, load := desk.calls[j], desk.load[j]
			if calls <= 0 {
				met[k][j]++
				continue
			}
			level, abandon, wait := curves[k][j].at(load)
			if level >= c.Target.Share {
				met[k][j]++
			}
			x := sums{calls, calls * level, calls * wait, calls * abandon}
			perDay[d].add(x)
			out.handledAll[path] += calls - x.abandoned
			out.handleMinutes[path] += load * step / 60 * (1 - abandon)
			if out.scored[d] {
				inside.add(x)
			}
		}
		out.pool[k][path], out.poolAbandoned[k][path] = inside.level(), inside.abandoned
		all.add(inside)
	}
	for d, x := range perDay {
		out.day[d][path], out.dayAbandoned[d][path], out.dayWait[d][path] = x.level(), x.abandoned, x.meanWait()
	}
	out.service[path], out.wait[path] = all.level(), all.meanWait()
	out.abandoned[path], out.handled[path] = all.abandoned, all.calls-all.abandoned
}

// chance returns the share of the paths in which the service of all intervals of
// the scene reaches the target: what score calls Meets, and nothing else.
func (s *scene) chance(ctx context.Context, c Center) (float64, error) {
	curves, err := s.curves(ctx, c, true)
	if err != nil {
		return 0, err
	}
	desks := make([]desk, workers)
	for w := range workers {
		desks[w] = s.newDesk(0)
	}
	met := make([]bool, s.paths)
	err = each(ctx, s.paths, func(w, path int) error {
		all, inTime := 0.0, 0.0
		for k := range s.pools {
			calls, load := desks[w].calls, desks[w].load
			s.row(k, path, calls, load)
			for j := range s.pools[k].at {
				all += calls[j]
				inTime += calls[j] * curves[k][j].levelAt(load[j])
			}
		}
		met[path] = inTime >= c.Target.Share*all
		return nil
	})
	n := 0
	for _, ok := range met {
		if ok {
			n++
		}
	}
	return float64(n) / float64(s.paths), err
}

// curves tabulates service for every number of agents that occurs, over the loads
// that meet it; one per open interval of each pool.
func (s *scene) curves(ctx context.Context, c Center, levelOnly bool) ([][]*curve, error) {
	out := make([][]*curve, len(s.pools))
	for k := range s.pools {
		p := &s.pools[k]
		aht, spans := s.loads(k, c.Step.Seconds())
		line := erlang.Line{AHT: aht, Patience: p.patience, Target: c.Target.Within.Seconds()}
		agents := slices.Sorted(maps.Keys(spans))
		made := make([]*curve, len(agents))
		err := each(ctx, len(agents), func(_, m int) (err error) {
			x := spans[agents[m]]
			made[m], err = newCurve(agents[m], line, c.Target.Formula, x.low, x.high, levelOnly)
			return err
		})
		if err != nil {
			return nil, err
		}
		out[k] = make([]*curve, len(p.at))
		for j, i := range p.at {
			m, _ := slices.BinarySearch(agents, p.onPosition[i])
			out[k][j] = made[m]
		}
	}
	return out, nil
}
