package impact

import (
	"context"
	"slices"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
)

// A workload is what the contacts of one pool ask for in its open intervals, path
// by path: the contacts expected, and the load in erlangs. The paths of one interval
// lie side by side: whoever reads them all uses one curve of service, which then
// stays at hand.
type workload struct {
	paths       int
	calls, load []float32 // [j*paths + path], j over pool.at

	// What measure finds, so that no scene has to look again.
	sumCalls, sumLoad float64 // over all paths and intervals
	span              []span  // of the load in each interval
}

// A span is the loads, in erlangs, that meet an interval or a number of agents.
type span struct{ low, high float64 }

func newWorkload(paths, intervals int) workload {
	n := paths * intervals
	return workload{paths: paths, calls: make([]float32, n), load: make([]float32, n), span: make([]span, intervals)}
}

// column returns the paths of the pool's j-th open interval.
func (w *workload) column(j int) (calls, load []float32) {
	lo, hi := j*w.paths, (j+1)*w.paths
	return w.calls[lo:hi:hi], w.load[lo:hi:hi]
}

// lay is layDays with a fill that writes the intervals lo to hi of one path.
func (w *workload) lay(ctx context.Context, p *pool, fill func(path, lo, hi int)) error {
	return w.layDays(ctx, p, func(lo, hi int) {
		for path := range w.paths {
			fill(path, lo, hi)
		}
	})
}

// layDays fills the workload of a pool day by day, several days at a time, and measures
// it. fill writes the intervals lo to hi of all paths.
func (w *workload) layDays(ctx context.Context, p *pool, fill func(lo, hi int)) error {
	type total struct{ calls, load float64 }
	totals := make([]total, len(p.at))
	err := each(ctx, p.days(), func(_, d int) error {
		lo, hi := p.open(d)
		fill(lo, hi)
		for j := lo; j < hi; j++ {
			calls, load := w.column(j)
			x := span{float64(load[0]), float64(load[0])}
			for path, l := range load {
				v := float64(l)
				x = span{min(x.low, v), max(x.high, v)}
				totals[j].load += v
				totals[j].calls += float64(calls[path])
			}
			w.span[j] = x
		}
		return nil
	})
	for _, t := range totals {
		w.sumCalls += t.calls
		w.sumLoad += t.load
	}
	return err
}

// baseWork returns the workload of the baseline, one per pool.
func baseWork(ctx context.Context, base *forecast.Paths, pools []pool, stepSeconds float64) ([]workload, error) {
	out, step := make([]workload, len(pools)), float32(stepSeconds)
	for k := range pools {
		p, w := &pools[k], newWorkload(base.Len(), len(pools[k].at))
		err := w.lay(ctx, p, func(path, lo, hi int) {
			for m, q := range p.queues {
				rates := base.Rates(path, q)
				for j := lo; j < hi; j++ {
					rate, n := rates[p.at[j]], j*w.paths+path
					w.calls[n] += rate
					w.load[n] += float32(rate * float32(p.handle[m].at(path, p.at[j])/step))
				}
			}
		})
		if err != nil {
			return nil, err
		}
		out[k] = w
	}
	return out, nil
}

// addedWork returns what a request adds to it, one per pool; a pool that it does
// not touch has none. Calls that it takes away take their load along, and leave
// harder ones behind where the pool says so.
func addedWork(ctx context.Context, pred *uplift.Prediction, paths int, pools []pool, stepSeconds float64) ([]workload, error) {
	out := make([]workload, len(pools))
	for k := range pools {
		p := &pools[k]
		if !slices.ContainsFunc(p.queues, pred.Touches) {
			continue
		}
		w := newWorkload(paths, len(p.at))
		err := w.lay(ctx, p, func(path, lo, hi int) {
			for m, q := range p.queues {
				if pred.Touches(q) {
					p.add(&w, path, lo, hi, pred.DeltaRates(path, q), m, stepSeconds)
				}
			}
		})
		if err != nil {
			return nil, err
		}
		out[k] = w
	}
	return out, nil
}

// add puts the calls that a request brings to the pool's m-th queue on one path.
func (p *pool) add(w *workload, path, lo, hi int, rates []float32, m int, stepSeconds float64) {
	stated, residual, step := float32(p.addedAHT[m]), float32(p.residual[m]), float32(stepSeconds)
	for j := lo; j < hi; j++ {
		added := rates[p.at[j]]
		if added == 0 {
			continue
		}
		seconds := p.handle[m].at(path, p.at[j])
		switch {
		case added < 0:
			seconds -= residual
		case stated > 0:
			seconds = stated
		}
		n := j*w.paths + path
		w.calls[n] += added
		w.load[n] += float32(added * float32(seconds/step))
	}
}

// A scene is one future of the center: which calls come, and who is there.
type scene struct {
	paths     int
	pools     []pool
	base      []workload      // per pool
	added     []workload      // per pool; nil without the request
	scale     float64         // 1: the request as it is; 0.5: half its effect
	ahtFactor float64         // 1: handle times as learned
	first     int             // day of the grid with which the scene begins
	end       int             // and the day before which it ends
	beside    *reference      // what it is compared with; nil for nothing
	trunks    int             // telephone lines that all pools share; 0 for enough
	backlog   bool            // the day's last interval holds callbacks, which hold no line while they wait
	tight     map[int]float64 // by interval: share of callers who find no line, at most; see tighten
}

// A reference is a scored scene whose days others may take over.
type reference struct {
	*scene
	scores *scores
}

// unchanged reports whether pool k is, on day d, as in the scene that this one is
// compared with: the same agents, handle times and calls on every path.
func (s *scene) unchanged(k, d int) bool {
	if s.beside == nil || s.ahtFactor != s.beside.ahtFactor {
		return false
	}
	p, q := &s.pools[k], &s.beside.pools[k]
	added := s.addedTo(k)
	for j := p.begin[d]; j < p.begin[d+1]; j++ {
		if added != nil && added.span[j] != (span{}) || p.onPosition[p.at[j]] != q.onPosition[p.at[j]] {
			return false
		}
	}
	return true
}

// A column is room for one interval's paths.
type column struct{ calls, load []float32 }

func (s *scene) newColumn() column {
	return column{make([]float32, s.paths), make([]float32, s.paths)}
}

// at returns the contacts expected and the load of pool k at its j-th open interval,
// one per path: a view of what was laid out, or room where they have to be worked out.
// An effect that is scaled up takes away no more than there is.
func (s *scene) at(k, j int, room column) (calls, load []float32) {
	calls, load = s.base[k].column(j)
	if added := s.addedTo(k); added != nil {
		moreCalls, moreLoad := added.column(j)
		scale := float32(s.scale)
		blend(room.calls, calls, moreCalls, scale)
		blend(room.load, load, moreLoad, scale)
		calls, load = room.calls, room.load
	}
	if s.ahtFactor != 1 {
		factor := float32(s.ahtFactor)
		for path, l := range load {
			room.load[path] = factor * l
		}
		load = room.load
	}
	return calls, load
}

// blend writes base plus scale times added to out, nowhere below 0.
func blend(out, base, added []float32, scale float32) {
	base, added = base[:len(out)], added[:len(out)]
	for i := range out {
		out[i] = max(0, base[i]+float32(scale*added[i]))
	}
}

// loads returns the mean handle time in seconds of pool k's calls over all paths
// and intervals, weighted by volume, and the span of loads by agents on position.
func (s *scene) loads(k int, stepSeconds float64) (aht float64, spans map[float64]span) {
	p := &s.pools[k]
	spans = map[float64]span{}
	for j := p.begin[s.first]; j < p.begin[s.end]; j++ {
		at, on := s.spanOf(k, j), p.onPosition[p.at[j]]
		if x, seen := spans[on]; seen {
			at = span{min(x.low, at.low), max(x.high, at.high)}
		}
		spans[on] = at
	}
	return s.meanAHT(k, stepSeconds), spans
}

// addedTo returns what the request adds to pool k; nil for nothing.
func (s *scene) addedTo(k int) *workload {
	if s.added == nil || s.added[k].calls == nil {
		return nil
	}
	return &s.added[k]
}

// meanAHT returns the handle time of pool k in seconds, weighted by volume.
func (s *scene) meanAHT(k int, stepSeconds float64) float64 {
	calls, load := s.base[k].sumCalls, s.base[k].sumLoad
	if added := s.addedTo(k); added != nil {
		calls, load = calls+s.scale*added.sumCalls, load+s.scale*added.sumLoad
	}
	if calls <= 0 || load <= 0 {
		return s.pools[k].handle[0].mean * s.ahtFactor
	}
	return s.ahtFactor * load * stepSeconds / calls
}
