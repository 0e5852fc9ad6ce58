package impact

import (

	"github.com/ringtide/ringtide/forecast"
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

// addedWork returns what the request adds to it, one per pool; a pool that it does
// not touch has none. Calls that it takes away take their load along, and leave
// harder ones behind where the pool says so.
func addedWork(base, with *forecast.Paths, pools []pool, stepSeconds float64) []workload {
	out := make([]workload, len(pools))
	for k := range pools {
		p := &pools[k]
		w, touched := newWorkload(base.Len()*len(p.at)), false
		for path := range base.Len() {
			calls, load := w.row(path, len(p.at))
			for m, q := range p.queues {
				before, after := base.Rates(path, q), with.Rates(path, q)
				for j, i := range p.at {
					added := after[i] - before[i]
					if added == 0 {
						continue
					}
					touched = true
					aht := p.addedAHT[m]
					if added < 0 {
						aht = p.aht[m] - p.residual
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

// at returns the contacts expected and the load of pool k in one path, at its j-th
// open interval. An effect that is scaled up takes away no more than there is.
func (s *scene) at(k, path, j int) (calls, load float64) {
	n := path*len(s.pools[k].at) + j
	calls, load = float64(s.base[k].calls[n]), float64(s.base[k].load[n])
	if s.added != nil && s.added[k].calls != nil {
		calls = max(0, calls+s.scale*float64(s.added[k].calls[n]))
		load = max(0, load+s.scale*float64(s.added[k].load[n]))
	}
	return calls, s.ahtFactor * load
}

// span returns the mean handle time in seconds of pool k's calls over all paths
// and intervals, weighted by volume, and its largest load.
func (s *scene) span(k int, stepSeconds float64) (aht, top float64) {
	calls, load := 0.0, 0.0
	for path := range s.paths {
		for j := range s.pools[k].at {
			c, l := s.at(k, path, j)
			calls, load, top = calls+c, load+l, max(top, l)
		}
	}
	if calls == 0 {
		return s.pools[k].aht[0] * s.ahtFactor, top
	}
	return load * stepSeconds / calls, top
}
