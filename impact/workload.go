package impact

import (
	"context"
	"slices"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// A workload is what the contacts of one pool ask for in its open intervals, path
// by path: the contacts expected, and the load in erlangs. Rows are paths.
type workload struct {
	calls, load []float32 // [path*len(pool.at) + j]

	// What measure finds, so that no scene has to look again.
	sumCalls, sumLoad float64 // over all paths and intervals
	span              []span  // of the load in each interval
}

// A span is the loads, in erlangs, that meet an interval or a number of agents.
type span struct{ low, high float64 }

func newWorkload(n int) workload {
	return workload{calls: make([]float32, n), load: make([]float32, n)}
}

// measure sums the workload up; n is the length of a row.
func (w *workload) measure(n int) {
	w.span, w.sumCalls, w.sumLoad = make([]span, n), 0, 0
	for k, load := range w.load {
		j, l := k%n, float64(load)
		if k < n {
			w.span[j] = span{l, l}
		}
		w.span[j] = span{min(w.span[j].low, l), max(w.span[j].high, l)}
		w.sumCalls += float64(w.calls[k])
		w.sumLoad += l
	}
}

// baseWork returns the workload of the baseline, one per pool.
func baseWork(ctx context.Context, base *forecast.Paths, pools []pool, stepSeconds float64) ([]workload, error) {
	out := make([]workload, len(pools))
	for k := range pools {
		p := &pools[k]
		out[k] = newWorkload(base.Len() * len(p.at))
		err := each(ctx, base.Len(), func(_, path int) error {
			calls, load := out[k].row(path, len(p.at))
			for m, q := range p.queues {
				rates, erlangs := base.Rates(path, q), float32(p.aht[m]/stepSeconds)
				for j, i := range p.at {
					calls[j] += rates[i]
					load[j] += float32(rates[i] * erlangs)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		out[k].measure(len(p.at))
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
		w := newWorkload(paths * len(p.at))
		err := each(ctx, paths, func(_, path int) error {
			calls, load := w.row(path, len(p.at))
			for m, q := range p.queues {
				if pred.Touches(q) {
					p.add(calls, load, pred.DeltaRates(path, q), m, stepSeconds)
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		w.measure(len(p.at))
		out[k] = w
	}
	return out, nil
}

// add puts the calls that a request brings to the pool's m-th queue into a row.
func (p *pool) add(calls, load, rates []float32, m int, stepSeconds float64) {
	for j, i := range p.at {
		added := rates[i]
		if added == 0 {
			continue
		}
		aht := p.addedAHT[m]
		if added < 0 {
			aht = p.aht[m] - p.residual[m]
		}
		calls[j] += added
		load[j] += float32(added * float32(aht/stepSeconds))
	}
}

// row returns the intervals of one path.
func (w workload) row(path, n int) (calls, load []float32) {
	if w.calls == nil {
		return nil, nil
	}
	return w.calls[path*n : (path+1)*n], w.load[path*n : (path+1)*n]
}

// A scene is one future of the center: which calls come, and who is there.
type scene struct {
	paths     int
	pools     []pool
	base      []workload // per pool
	added     []workload // per pool; nil without the request
	scale     float64    // 1: the request as it is; 0.5: half its effect
	ahtFactor float64    // 1: handle times as learned
}

// row writes the contacts expected and the load of pool k in one path, one per open
// interval. An effect that is scaled up takes away no more than there is.
func (s *scene) row(k, path int, calls, load []float64) {
	n := len(s.pools[k].at)
	baseCalls, baseLoad := s.base[k].row(path, n)
	for j := range n {
		calls[j], load[j] = float64(baseCalls[j]), float64(baseLoad[j])
	}
	if s.added != nil && s.added[k].calls != nil {
		addedCalls, addedLoad := s.added[k].row(path, n)
		for j := range n {
			calls[j] = max(0, calls[j]+s.scale*float64(addedCalls[j]))
			load[j] = max(0, load[j]+s.scale*float64(addedLoad[j]))
		}
	}
	if s.ahtFactor != 1 {
		for j := range load[:n] {
			load[j] *= s.ahtFactor
		}
	}
}

// buffers returns room for a row of any pool.
func (s *scene) buffers() (calls, load []float64) {
	n := 0
	for k := range s.pools {
		n = max(n, len(s.pools[k].at))
	}
	return make([]float64, n), make([]float64, n)
}

// loads returns the mean handle time in seconds of pool k's calls over all paths
// and intervals, weighted by volume, and the span of loads by agents on position.
// A span may be wider than what occurs: base and added load need not peak together.
func (s *scene) loads(k int, stepSeconds float64) (aht float64, spans map[float64]span) {
	p := &s.pools[k]
	spans = map[float64]span{}
	for j, i := range p.at {
		at := s.base[k].span[j]
		if added := s.addedTo(k); added != nil {
			at = span{max(0, at.low+s.scale*added.span[j].low), max(0, at.high+s.scale*added.span[j].high)}
		}
		at = span{s.ahtFactor * at.low, s.ahtFactor * at.high}
		if x, seen := spans[p.onPosition[i]]; seen {
			at = span{min(x.low, at.low), max(x.high, at.high)}
		}
		spans[p.onPosition[i]] = at
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
		return s.pools[k].aht[0] * s.ahtFactor
	}
	return s.ahtFactor * load * stepSeconds / calls
}

// loadAt returns the load of pool k in one path, at its j-th open interval.
func (s *scene) loadAt(k, path, j int) float64 {
	n := path*len(s.pools[k].at) + j
	load := float64(s.base[k].load[n])
	if s.added != nil && s.added[k].calls != nil {
		load = max(0, load+s.scale*float64(s.added[k].load[n]))
	}
	return s.ahtFactor * load
}

// during returns the scene with nothing but the days first to last: enough, and
// much faster, where only the scored days are asked about.
func (s *scene) during(days []interval.Day, first, last interval.Date) *scene {
	out := *s
	out.pools, out.base = slices.Clone(s.pools), make([]workload, len(s.base))
	if s.added != nil {
		out.added = make([]workload, len(s.added))
	}
	for k := range s.pools {
		p := &out.pools[k]
		lo, hi := len(p.at), 0
		for j, d := range p.day {
			if !days[d].Date.Before(first) && !days[d].Date.After(last) {
				lo, hi = min(lo, j), max(hi, j+1)
			}
		}
		lo = min(lo, hi)
		out.base[k] = s.base[k].columns(len(p.at), lo, hi)
		if s.added != nil {
			out.added[k] = s.added[k].columns(len(p.at), lo, hi)
		}
		p.at, p.day = p.at[lo:hi], p.day[lo:hi]
	}
	return &out
}

// columns copies the intervals lo to hi of every path; n is the length of a row.
func (w workload) columns(n, lo, hi int) workload {
	if w.calls == nil || n == 0 {
		return workload{}
	}
	out := newWorkload(len(w.calls) / n * (hi - lo))
	for path := range len(w.calls) / n {
		copy(out.calls[path*(hi-lo):], w.calls[path*n+lo:path*n+hi])
		copy(out.load[path*(hi-lo):], w.load[path*n+lo:path*n+hi])
	}
	out.measure(hi - lo)
	return out
}
