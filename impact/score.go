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
	dayCalls      [][]float64 // contacts [day][path]
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
	blocked       []float64   // contacts that found all lines taken, scored days [path]
	jammed        []bool      // per day: whether any contact did
	parts         [][][]sums  // [pool][day][path]; kept of a scene that others are compared with
}

// score evaluates the scene with everybody on position as the pools say. Days on which a
// pool is as in the scene that this one is compared with are taken over from there.
func (s *scene) score(ctx context.Context, c Center, g interval.Grid, first, last interval.Date) (*scores, error) {
	out := newScores(g, first, last, len(s.pools), s.paths)
	if s.beside == nil {
		out.parts = make([][][]sums, len(s.pools))
		for k := range out.parts {
			out.parts[k] = make([][]sums, len(out.days))
		}
	}
	curves, err := s.curves(ctx, c, false)
	if err != nil {
		return nil, err
	}
	var desks [workers]desk
	for w := range desks {
		desks[w] = s.newDesk()
	}
	err = each(ctx, s.end-s.first, func(w, d int) error { return s.scoreDay(ctx, out, curves, c, s.first+d, &desks[w]) })
	out.gather(desks[:])
	return out, err
}

func newScores(g interval.Grid, first, last interval.Date, pools, paths int) *scores {
	days := g.Days()
	row := func() []float64 { return make([]float64, paths) }
	out := &scores{
		days: days, scored: make([]bool, len(days)),
		day: matrix(len(days), paths), dayCalls: matrix(len(days), paths), dayAbandoned: matrix(len(days), paths), dayWait: matrix(len(days), paths),
		blocked: row(), jammed: make([]bool, len(days)),
		service: row(), wait: row(), abandoned: row(), handled: row(), handleMinutes: row(), handledAll: row(),
		pool: matrix(pools, paths), poolAbandoned: matrix(pools, paths), meets: matrix(pools, g.Len()),
	}
	for d, day := range days {
		out.scored[d] = !day.Date.Before(first) && !day.Date.After(last)
	}
	for k := range out.meets {
		for i := range out.meets[k] {
			out.meets[k][i] = 1 // closed, until an interval is scored
		}
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

// sums are call-weighted totals of one path on the way to a mean. busy is the load that
// agents serve, in erlangs times intervals.
// blocked contacts are not among the calls.
type sums struct{ calls, inTime, wait, abandoned, busy, blocked float64 }

func (a *sums) add(b sums) {
	a.calls += b.calls
	a.inTime += b.inTime
	a.wait += b.wait
	a.abandoned += b.abandoned
	a.busy += b.busy
	a.blocked += b.blocked
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

// A desk is the room that one worker scores days in, and what those days sum to.
type desk struct {
	room   column
	part   []sums   // of one pool and day [path]
	day    []sums   // of one day [path]
	whole  []sums   // of all its days [path]
	inside [][]sums // of its scored days [pool][path]
	jam    *jam     // nil where lines never run out
}

func (s *scene) newDesk() desk {
	d := desk{room: s.newColumn(), part: make([]sums, s.paths), day: make([]sums, s.paths), whole: make([]sums, s.paths), jam: s.newJam()}
	for range s.pools {
		d.inside = append(d.inside, make([]sums, s.paths))
	}
	return d
}

// scoreDay fills one day of out, and adds it to what the desk sums up.
func (s *scene) scoreDay(ctx context.Context, out *scores, curves [][]*curve, c Center, d int, desk *desk) error {
	clear(desk.day)
	out.jammed[d] = desk.jam.fill(s, d, c)
	for k := range s.pools {
		if err := ctx.Err(); err != nil {
			return err
		}
		for path, x := range s.part(out, curves[k], c, k, d, desk) {
			desk.day[path].add(x)
			if out.scored[d] {
				desk.inside[k][path].add(x)
			}
		}
	}
	minutes := c.Step.Minutes()
	for path, x := range desk.day {
		x.busy *= minutes
		desk.whole[path].add(x)
		out.day[d][path], out.dayCalls[d][path] = x.level(), x.calls
		out.dayAbandoned[d][path], out.dayWait[d][path] = x.abandoned, x.meanWait()
	}
	return nil
}

// part returns the sums of pool k on day d, one per path.
func (s *scene) part(out *scores, curves []*curve, c Center, k, d int, desk *desk) []sums {
	p, part := &s.pools[k], desk.part
	lo, hi := p.open(d)
	if s.takesOver(k, d, out.jammed[d]) {
		for j := lo; j < hi; j++ {
			out.meets[k][p.at[j]] = s.beside.scores.meets[k][p.at[j]]
		}
		return s.beside.scores.parts[k][d]
	}
	if out.parts != nil {
		part = make([]sums, s.paths)
		out.parts[k][d] = part
	}
	clear(part)
	for j := lo; j < hi; j++ {
		calls, load := s.at(k, j, desk.room)
		met, target := 0, float32(c.Target.Share)
		if jammed := desk.jam.interval(p.at[j]); jammed != nil {
			met = jammed.sumUp(part, k, calls, load, target)
		} else {
			met = curves[j].sumUp(part, calls, load, target)
		}
		out.meets[k][p.at[j]] = float64(met) / float64(s.paths)
	}
	return part
}

// sumUp adds the service of one interval to the sums of every path, and returns on how
// many of them it reaches the target.
func (c *curve) sumUp(out []sums, calls, load []float32, target float32) (met int) {
	calls, load = calls[:len(out)], load[:len(out)]
	for path := range out {
		if calls[path] <= 0 {
			met++
			continue
		}
		level, abandon, wait := c.at(load[path])
		if level >= target {
			met++
		}
		x, n := &out[path], float64(calls[path])
		x.calls += n
		x.inTime += n * float64(level)
		x.wait += n * float64(wait)
		x.abandoned += n * float64(abandon)
		x.busy += float64(load[path]) * float64(1-abandon)
	}
	return met
}

// gather adds the desks up, in their order.
func (s *scores) gather(desks []desk) {
	for path := range s.service {
		var all sums
		for k := range s.pool {
			var inside sums
			for w := range desks {
				inside.add(desks[w].inside[k][path])
			}
			s.pool[k][path], s.poolAbandoned[k][path] = inside.level(), inside.abandoned
			all.add(inside)
		}
		s.service[path], s.wait[path] = all.level(), all.meanWait()
		s.abandoned[path], s.handled[path], s.blocked[path] = all.abandoned, all.calls-all.abandoned, all.blocked
		for w := range desks {
			x := desks[w].whole[path]
			s.handledAll[path] += x.calls - x.abandoned
			s.handleMinutes[path] += x.busy
		}
	}
}

// chance returns the share of the paths in which the service of the scene's days
// reaches the target: what score calls Meets, and nothing else.
func (s *scene) chance(ctx context.Context, c Center) (float64, error) {
	curves, err := s.curves(ctx, c, true)
	if err != nil {
		return 0, err
	}
	type total struct{ calls, inTime float64 }
	var rooms [workers]column
	var totals [workers][]total
	var jams [workers]*jam
	for w := range rooms {
		rooms[w], totals[w], jams[w] = s.newColumn(), make([]total, s.paths), s.newJam()
	}
	err = each(ctx, s.end-s.first, func(w, d int) error {
		jammed := jams[w].fill(s, s.first+d, c)
		for k := range s.pools {
			out := totals[w]
			if s.takesOver(k, s.first+d, jammed) {
				for path, x := range s.beside.scores.parts[k][s.first+d] {
					out[path].calls += x.calls
					out[path].inTime += x.inTime
				}
				continue
			}
			lo, hi := s.pools[k].open(s.first + d)
			for j := lo; j < hi && ctx.Err() == nil; j++ {
				calls, load := s.at(k, j, rooms[w])
				if jammed := jams[w].interval(s.pools[k].at[j]); jammed != nil {
					for path, n := range calls {
						n *= 1 - jammed.lost[path]
						out[path].calls += float64(n)
						out[path].inTime += float64(n * jammed.served[k][path].level)
					}
					continue
				}
				curve := curves[k][j]
				for path, n := range calls {
					out[path].calls += float64(n)
					out[path].inTime += float64(n * curve.level(load[path]))
				}
			}
		}
		return nil
	})
	met := 0
	for path := range s.paths {
		var all total
		for w := range totals {
			all.calls += totals[w][path].calls
			all.inTime += totals[w][path].inTime
		}
		if all.inTime >= c.Target.Share*all.calls {
			met++
		}
	}
	return float64(met) / float64(s.paths), err
}

// takesOver reports whether pool k is served on day d as in the scene that this one is
// compared with: unchanged itself and, where lines run out, beside pools that are too.
func (s *scene) takesOver(k, d int, jammed bool) bool {
	if !s.unchanged(k, d) {
		return false
	}
	if !jammed && !s.beside.scores.jammed[d] {
		return true
	}
	for other := range s.pools {
		if !s.unchanged(other, d) {
			return false
		}
	}
	return true
}

// during returns the scene with nothing but the days first to last, of the days of
// its grid.
func (s *scene) during(days []interval.Day, first, last interval.Date) *scene {
	out := *s
	for out.first < out.end && days[out.first].Date.Before(first) {
		out.first++
	}
	for out.end > out.first && days[out.end-1].Date.After(last) {
		out.end--
	}
	return &out
}

// curves tabulates service for every number of agents that occurs, over the loads
// that meet it; one per open interval of each pool, nil outside the scene's days.
func (s *scene) curves(ctx context.Context, c Center, levelOnly bool) ([][]*curve, error) {
	s.tighten(c.Step.Seconds())
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
		for j := p.begin[s.first]; j < p.begin[s.end]; j++ {
			m, _ := slices.BinarySearch(agents, p.onPosition[p.at[j]])
			out[k][j] = made[m]
		}
	}
	return out, nil
}
