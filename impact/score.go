package impact

import (
	"context"
	"math"
	"sync"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/interval"
)

// scores is the service of one scene, path by path. Service is weighted by calls:
// the share of the contacts of a day, a pool or the scored days that got it.
type scores struct {
	days          []interval.Day
	first, last   interval.Date // scored days
	day           [][]float64   // service level [day][path]; NaN when no call is expected
	dayAbandoned  [][]float64   // contacts [day][path]
	dayWait       [][]float64   // mean seconds [day][path]
	service       []float64     // of the scored days [path]
	wait          []float64     // mean seconds, scored days [path]
	abandoned     []float64     // contacts, scored days [path]
	handled       []float64     // contacts, scored days [path]
	handleMinutes []float64     // of the whole horizon [path]
	handledAll    []float64     // contacts of the whole horizon [path]
	pool          [][]float64   // service of the scored days [pool][path]
	poolAbandoned [][]float64   // [pool][path]
	meets         [][]float64   // chance that an interval meets the target [pool][interval]
}

// workers is how many goroutines share the paths. Every one writes to places of
// its own and sums are formed per path, so that the number does not show.
const workers = 4

// score evaluates the scene with everybody on position as the pools say.
func (s scene) score(ctx context.Context, c Center, first, last interval.Date) (*scores, error) {
	g := s.base.Grid()
	out := newScores(g.Days(), first, last, len(s.pools), g.Len(), s.base.Len())
	curves, err := s.curves(ctx, c)
	if err != nil {
		return nil, err
	}
	met := make([][][]int, workers) // [worker][pool][interval]
	var wg sync.WaitGroup
	for w := range workers {
		met[w] = counters(len(s.pools), g.Len())
		wg.Go(func() {
			for path := w; path < s.base.Len() && ctx.Err() == nil; path += workers {
				s.scorePath(out, curves, c, path, met[w])
			}
		})
	}
	wg.Wait()
	for p := range s.pools {
		for i := range g.Len() {
			n := 0
			for w := range workers {
				n += met[w][p][i]
			}
			out.meets[p][i] = float64(n) / float64(s.base.Len())
		}
	}
	return out, ctx.Err()
}

func newScores(days []interval.Day, first, last interval.Date, pools, intervals, paths int) *scores {
	matrix := func(n, m int) [][]float64 {
		rows := make([][]float64, n)
		flat := make([]float64, n*m)
		for i := range rows {
			rows[i] = flat[i*m : (i+1)*m : (i+1)*m]
		}
		return rows
	}
	row := func() []float64 { return make([]float64, paths) }
	return &scores{
		days: days, first: first, last: last,
		day: matrix(len(days), paths), dayAbandoned: matrix(len(days), paths), dayWait: matrix(len(days), paths),
		service: row(), wait: row(), abandoned: row(), handled: row(), handleMinutes: row(), handledAll: row(),
		pool: matrix(pools, paths), poolAbandoned: matrix(pools, paths), meets: matrix(pools, intervals),
	}
}

func counters(n, m int) [][]int {
	rows := make([][]int, n)
	for i := range rows {
		rows[i] = make([]int, m)
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

func (s scene) scorePath(out *scores, curves [][]*curve, c Center, path int, met [][]int) {
	step := c.Step.Seconds()
	var scored sums
	perPool := make([]sums, len(s.pools))
	for d, day := range out.days {
		inside := !day.Date.Before(out.first) && !day.Date.After(out.last)
		var total sums
		for p := range s.pools {
			for i := day.First; i < day.End; i++ {
				x, minutes, ok := s.interval(&s.pools[p], curves[p][i], path, i, step)
				if !s.pools[p].open[i] || !ok || x.inTime >= c.Target.Share*x.calls {
					met[p][i]++
				}
				total.add(x)
				out.handledAll[path] += x.calls - x.abandoned
				out.handleMinutes[path] += minutes
				if inside {
					perPool[p].add(x)
				}
			}
		}
		out.day[d][path], out.dayAbandoned[d][path], out.dayWait[d][path] = total.level(), total.abandoned, total.meanWait()
		if inside {
			scored.add(total)
		}
	}
	out.service[path], out.wait[path], out.abandoned[path] = scored.level(), scored.meanWait(), scored.abandoned
	out.handled[path] = scored.calls - scored.abandoned
	for p := range perPool {
		out.pool[p][path], out.poolAbandoned[p][path] = perPool[p].level(), perPool[p].abandoned
	}
}

// interval returns the expected service of one interval and the handle minutes of
// its answered calls; ok is false where no call is expected.
func (s scene) interval(p *pool, cv *curve, path, i int, step float64) (x sums, minutes float64, ok bool) {
	if cv == nil {
		return sums{}, 0, false
	}
	calls, load := s.load(p, path, i, step)
	if calls <= 0 {
		return sums{}, 0, false
	}
	level, abandon, wait := cv.at(load)
	x = sums{calls, calls * level, calls * wait, calls * abandon}
	return x, load * step / 60 * (1 - abandon), true
}

// curves tabulates service for every number of agents that occurs; nil where closed.
func (s scene) curves(ctx context.Context, c Center) ([][]*curve, error) {
	step := c.Step.Seconds()
	out := make([][]*curve, len(s.pools))
	for k := range s.pools {
		p := &s.pools[k]
		top := 0.0
		for path := range s.base.Len() {
			for i, open := range p.open {
				if open {
					_, load := s.load(p, path, i, step)
					top = math.Max(top, load)
				}
			}
		}
		line := erlang.Line{AHT: s.meanAHT(p, step), Patience: p.patience, Target: c.Target.Within.Seconds()}
		made := map[float64]*curve{}
		out[k] = make([]*curve, len(p.open))
		for i, open := range p.open {
			if !open {
				continue
			}
			n := p.onPosition[i]
			if made[n] == nil {
				if err := ctx.Err(); err != nil {
					return nil, err
				}
				cv, err := newCurve(n, line, c.Target.Formula, top*1.01)
				if err != nil {
					return nil, err
				}
				made[n] = cv
			}
			out[k][i] = made[n]
		}
	}
	return out, nil
}
