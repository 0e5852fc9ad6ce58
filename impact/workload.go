package impact

import (
	"slices"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// A workload is what the contacts of one pool ask for in its open intervals, path
// by path: the contacts expected, and the load in erlangs. Rows are paths.
type workload struct {
	calls, load []float32 // [path*len(pool.at) + j]
}

func newWorkload(n int) workload { return workload{make([]float32, n), make([]float32, n)} }

// baseWork returns the workload of the baseline, one per pool.
func baseWork(base *forecast.Paths, pools []pool, stepSeconds float64) []workload {
	out := make([]workload, len(pools))
	for k := range pools {
		p := &pools[k]
		out[k] = newWorkload(base.Len() * len(p.at))
		for path := range base.Len() {
			calls, load := out[k].row(path, len(p.at))
			for m, q := range p.queues {
				rates, erlangs := base.Rates(path, q), float32(p.aht[m]/stepSeconds)
				for j, i := range p.at {
					calls[j] += rates[i]
					load[j] += float32(rates[i] * erlangs)
				}
			}
		}
	}
	return out
}

// addedWork returns what a request adds to it, one per pool; a pool that it does
// not touch has none. Calls that it takes away take their load along, and leave
// harder ones behind where the pool says so.
func addedWork(pred *uplift.Prediction, paths int, pools []pool, stepSeconds float64) []workload {
	out := make([]workload, len(pools))
	for k := range pools {
		p := &pools[k]
		w, touched := newWorkload(paths*len(p.at)), false
		for path := range paths {
			calls, load := w.row(path, len(p.at))
			for m, q := range p.queues {
				rates := pred.DeltaRates(path, q)
				for j, i := range p.at {
					added := rates[i]
					if added == 0 {
						continue
					}
					touched = true
					aht := p.addedAHT[m]
					if added < 0 {
						aht = p.aht[m] - p.residual[m]
					}
					calls[j] += added
					load[j] += float32(added * float32(aht/stepSeconds))
				}
			}
		}
		if touched {
			out[k] = w
		}
	}
	return out
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

// A span is the loads, in erlangs, that meet one number of agents.
type span struct{ low, high float64 }

// loads returns the mean handle time in seconds of pool k's calls over all paths
// and intervals, weighted by volume, and the span of loads by agents on position.
func (s *scene) loads(k int, stepSeconds float64) (aht float64, spans map[float64]span) {
	p := &s.pools[k]
	at := make([]span, len(p.at))
	calls, load := s.buffers()
	sumCalls, sumLoad := 0.0, 0.0
	for path := range s.paths {
		s.row(k, path, calls, load)
		for j := range p.at {
			sumCalls, sumLoad = sumCalls+calls[j], sumLoad+load[j]
			if path == 0 {
				at[j] = span{load[j], load[j]}
			}
			at[j] = span{min(at[j].low, load[j]), max(at[j].high, load[j])}
		}
	}
	spans = map[float64]span{}
	for j, i := range p.at {
		x, seen := spans[p.onPosition[i]]
		if !seen {
			x = at[j]
		}
		spans[p.onPosition[i]] = span{min(x.low, at[j].low), max(x.high, at[j].high)}
	}
	if sumCalls == 0 {
		return p.aht[0] * s.ahtFactor, spans
	}
	return sumLoad * stepSeconds / sumCalls, spans
}

// meanAHT returns the handle time of pool k in seconds, weighted by volume.
func (s *scene) meanAHT(k int, stepSeconds float64) float64 {
	calls, load := s.buffers()
	sumCalls, sumLoad := 0.0, 0.0
	for path := range s.paths {
		s.row(k, path, calls, load)
		for j := range s.pools[k].at {
			sumCalls, sumLoad = sumCalls+calls[j], sumLoad+load[j]
		}
	}
	if sumCalls == 0 {
		return s.pools[k].aht[0] * s.ahtFactor
	}
	return sumLoad * stepSeconds / sumCalls
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
	return out
}
