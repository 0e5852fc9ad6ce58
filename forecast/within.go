package forecast

import (
	"math"
	"time"
)

// A within says how the calls of a queue stray within a day from its level and shape:
// a log factor that wanders as an AR(1) over blocks of half an hour, and single calls.
// Paths drawn before a day carry both in the one variance w of the shape; as the day
// goes on the first can be seen and followed, the second cannot. That neither one
// factor a day nor one an interval is real is the finding of Oreshkin, Régnard and
// L'Ecuyer (2016, Operations Research 64:510).
type within struct {
	w    float64 // variance of a count over its mean, given level, shape and wander
	sd   float64 // of the wander
	keep float64 // its correlation from one block to the next
}

// wanderBlock is the step of the wander in minutes.
const wanderBlock = 30

// straying learns it on first use: forecasts made before a day do without.
func (q *queueModel) straying() within {
	q.strayOnce.Do(func() { q.strays = learnWithin(q) })
	return q.strays
}

// unseenWander is how much further days to come wander than those learnt from: of 1,
// 1.4, 1.6 and 1.8 it gives the least error of the rest of the day at which the bands of
// intervals hold neither too little nor much too much on the two banks.
const unseenWander = 1.6

// A strayDay is one past day in blocks: what came less what was expected at the level
// the day turned out to have, and the derivatives.
type strayDay struct {
	prior, variance []float64 // of the state, as seen from that level
	miss            []float64
	slope           []float64 // blocks × state
	gap             []int     // blocks since the last one
}

// learnWithin maximises the likelihood of the last whole days as the day's state and the
// wander predict them, block by block, under weak priors: single calls a little noisier
// than Poisson, a wander of 5 % within a factor of 3, a memory of four hours within
// a factor of 1.5. Its sd is raised by what profile and factors, learnt from the same
// days, have taken of it.
func learnWithin(q *queueModel) within {
	usual := within{q.shape.w, 0, 0.8}
	if q.daily || len(q.shape.days) < 10 {
		return usual
	}
	priors := q.pastLevels()
	var days []strayDay
	for _, k := range q.shape.days {
		if s := q.pastState(k, priors); s != nil {
			days = append(days, s.strayDay(math.Log(max(q.total[k], 1)/s.day.size)))
		}
	}
	decode := func(x []float64) within {
		life := math.Exp(min(max(x[2], -2), 4)) // blocks
		return within{1 + math.Exp(min(max(x[0], -9), 5)), math.Exp(min(max(x[1], -9), 0)), math.Exp2(-1 / life)}
	}
	run := newStrayFilter(len(q.shape.load) + 2)
	cost := func(x []float64) float64 {
		h := decode(x)
		total := 0.5 * (sq((x[0]+1)/2) + sq((x[1]+3)/1.1) + sq((x[2]-2)/0.4))
		for k := range days {
			total -= run.logLik(&days[k], h)
		}
		return total
	}
	out := decode(minimise(cost, []float64{math.Log(max(q.shape.w-1, 0.1)) - 0.3, -3, 2}, 0.7, 60))
	out.sd *= unseenWander
	return out
}

// A levelPrior is what was believed of the log level of a past day the day before.
type levelPrior struct{ mean, variance float64 }

// pastLevels returns the beliefs of the regression, with its present coefficients.
func (q *queueModel) pastLevels() []levelPrior {
	r := q.day.main
	f, out := newFilter(r.table.p, r.noise), make([]levelPrior, len(q.days))
	for d := range out {
		row := r.table.row(d)
		x := row[:r.table.p]
		out[d] = levelPrior{r.linear(x, r.b) + f.predicted(r.b).sum(), f.doubt.sum() + f.day}
		f.step(row, r.table.noise(d), r.table.ok[d])
	}
	return out
}

// pastState lays out a past day as it stood before it began; nil for one without an
// open interval that was observed.
func (q *queueModel) pastState(k int, priors []levelPrior) *dayState {
	info := q.infos[k]
	d := &futureDay{index: k, open: info.open(), size: q.size(info.plan)}
	if !d.open {
		return nil
	}
	q.foreseeCells(d, info, q.frame, q.days[k], q.use)
	if len(d.cells) == 0 || d.size <= 0 {
		return nil
	}
	s := &dayState{future: &future{q: q}, frame: q.frame, day: d, mean: []float64{priors[k].mean}, variance: []float64{priors[k].variance}}
	for j := range q.shape.load {
		s.mean = append(s.mean, 0)
		s.variance = append(s.variance, q.shape.variance(j))
	}
	s.at = s.mean
	for c, i := range d.cells {
		s.cells, s.count = append(s.cells, c), append(s.count, q.value(i))
	}
	return s
}

// variance is that of the scores of a factor.
func (s *shape) variance(j int) float64 {
	square := 0.0
	for _, score := range s.score {
		square += sq(score[j]) / float64(len(s.score))
	}
	return max(square, 1e-12)
}

// strayDay adds the cells of a past day up to blocks, as seen from a log level.
func (s *dayState) strayDay(level float64) strayDay {
	p := len(s.mean)
	s.at = append([]float64{level}, make([]float64, p-1)...)
	s.mu, s.slope = make([]float64, len(s.cells)), make([]float64, len(s.cells)*p)
	s.linearise()
	out := strayDay{prior: append([]float64(nil), s.mean...), variance: s.variance}
	out.prior[0] -= level
	last := -1
	for c, y := range s.count {
		block := s.block(s.day.cells[s.cells[c]])
		if block != last {
			out.miss, out.slope = append(out.miss, 0), append(out.slope, make([]float64, p)...)
			out.gap = append(out.gap, max(block-last, 1))
			last = block
		}
		out.miss[len(out.miss)-1] += y - s.mu[c]
		row := out.slope[len(out.slope)-p:]
		for j := range row {
			row[j] += s.slope[c*p+j]
		}
	}
	return out
}

// block returns the half hour of the day in which an interval lies. Intervals of a
// repeated hour share those of its first run.
func (s *dayState) block(i int) int {
	f := s.frame
	return f.slot[i] * int(f.grid.Step()/time.Minute) / wanderBlock
}

// A strayFilter is the room for a Kalman filter of level, scores and wander.
type strayFilter struct{ x, v, g, slope []float64 }

func newStrayFilter(n int) *strayFilter {
	return &strayFilter{make([]float64, n), make([]float64, n*n), make([]float64, n), make([]float64, n)}
}

// logLik runs the blocks of a day through the filter.
func (f *strayFilter) logLik(d *strayDay, h within) float64 {
	n := len(f.x)
	p := n - 1
	clear(f.v)
	f.x[p] = 0
	copy(f.x, d.prior)
	for j, u := range d.variance {
		f.v[j*n+j] = u
	}
	f.v[n*n-1] = h.sd * h.sd
	total := 0.0
	for b, miss := range d.miss {
		keep := h.keep
		for range d.gap[b] - 1 {
			keep *= h.keep
		}
		wander(f.x, f.v, keep, h.sd)
		copy(f.slope, d.slope[b*p:(b+1)*p])
		f.slope[p] = f.slope[0] // the wander is a log factor, as the level is
		fvar := h.w * max(f.slope[0], 1e-9)
		for i := range n {
			f.g[i] = dot(f.v[i*n:(i+1)*n], f.slope)
			fvar += f.g[i] * f.slope[i]
		}
		e := miss - dot(f.x, f.slope)
		total -= 0.5 * (math.Log(fvar) + e*e/fvar)
		f.take(e, fvar)
	}
	return total
}

// take moves the state by the gain g/fvar times the error e.
func (f *strayFilter) take(e, fvar float64) {
	n := len(f.x)
	for i, gi := range f.g {
		f.x[i] += gi * e / fvar
		row := f.v[i*n : (i+1)*n]
		for j, gj := range f.g {
			row[j] -= gi * gj / fvar
		}
	}
}

// wander moves the last element of a state on: x by its persistence, its variance back
// towards the stationary one.
func wander(x, v []float64, keep, sd float64) {
	n := len(x)
	x[n-1] *= keep
	for j := range n - 1 {
		v[j*n+n-1] *= keep
		v[(n-1)*n+j] *= keep
	}
	v[n*n-1] = keep*keep*v[n*n-1] + (1-keep*keep)*sd*sd
}
