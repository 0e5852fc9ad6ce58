package forecast

import (
	"fmt"
	"math"

	"github.com/ringtide/ringtide/interval"
)

// A dayState is what is believed of one day of one queue while it goes on: the log
// level, the factor scores and the wander of each block of half an hour, jointly
// normal, and the counts seen so far.
type dayState struct {
	*future
	frame    *frame
	day      *futureDay // nil on a closed day
	mean     []float64  // before the day: level, scores
	variance []float64  // of each; they are independent before the day
	within   within
	blocks   []int     // of the wander, the one of each cell of the day
	cells    []int     // observed, as places in day.cells
	count    []float64 // calls in them
	facts    []float64 // what was observed per interval of the grid, open or not; NaN elsewhere

	at     []float64 // the most likely state: level, scores, wander
	post   []float64 // Cholesky factor of its precision
	weight []float64 // of each observed cell: information per squared call
	mu     []float64 // expected calls of the observed cells at the most likely state
	slope  []float64 // their derivatives by level and scores, cells × state
}

// newDayState takes the last day of the future, on the frame of its grid.
func newDayState(f *future, on *frame) *dayState {
	s := &dayState{future: f, frame: on}
	d := &f.days[len(f.days)-1]
	if !d.open || len(d.cells) == 0 {
		return s
	}
	s.day = d
	q := f.q.day
	level := q.main.variance(q.main.end, q.main.solution, d.x, len(f.days), 0)
	s.mean = []float64{d.center}
	s.variance = []float64{max(sq(d.width)*(level+sq(d.sin)+sq(d.cos)), 1e-8)}
	shape := f.q.shape
	for j := range shape.load {
		keep := shape.keep(j, d.openDays)
		s.mean = append(s.mean, keep*shape.score[len(shape.score)-1][j])
		s.variance = append(s.variance, (1-3*keep*keep)*shape.variance(j))
	}
	s.at = s.mean
	return s
}

// observe takes in the observed intervals and finds the most likely state.
func (s *dayState) observe(seen interval.Series) {
	s.facts = make([]float64, seen.Len())
	for i := range s.facts {
		s.facts[i] = math.NaN()
		if v, state := seen.At(i); state == interval.Observed {
			s.facts[i] = v
		}
	}
	if s.day == nil {
		return
	}
	for c, i := range s.day.cells {
		if !math.IsNaN(s.facts[i]) {
			s.cells, s.count = append(s.cells, c), append(s.count, s.facts[i])
		}
	}
	if len(s.cells) > 0 {
		s.within = s.q.straying()
		s.layBlocks()
		s.fit()
	}
}

// layBlocks numbers the blocks of the wander that the day is open in, in order.
func (s *dayState) layBlocks() {
	last, n := -1, -1
	for _, i := range s.day.cells {
		if b := s.block(i); b != last {
			last = b
			n++
		}
		s.blocks = append(s.blocks, n)
	}
}

// Bounds of the search for the most likely state: it settles in three or four rounds.
const (
	scoringRounds = 12
	scoringStep   = 0.7 // of the log level, per round
	huber         = 3   // deviations beyond which a count loses weight
)

func (s *dayState) fit() {
	p := len(s.mean)
	n := p + s.blocks[len(s.blocks)-1] + 1
	s.at = append(append([]float64(nil), s.mean...), make([]float64, n-p)...)
	s.post, s.weight = make([]float64, n*n), make([]float64, len(s.cells))
	s.mu, s.slope = make([]float64, len(s.cells)), make([]float64, len(s.cells)*p)
	step := make([]float64, n)
	for range scoringRounds {
		s.linearise()
		s.weigh()
		for j := range p {
			step[j] = (s.mean[j] - s.at[j]) / s.variance[j]
		}
		s.pull(s.at[p:], step[p:])
		for c, y := range s.count {
			s.add(step, c, s.weight[c]*(y-s.mu[c]))
		}
		forward(s.post, n, step)
		backward(s.post, n, step)
		short := min(1, scoringStep/max(math.Abs(step[0]), 1e-12))
		for j := range step {
			s.at[j] += short * step[j]
		}
		if math.Abs(step[0]) < 1e-9 {
			break
		}
	}
	s.linearise()
	s.weigh()
}

// add adds f times the derivatives of an observed cell to a vector of the state's length.
func (s *dayState) add(v []float64, c int, f float64) {
	p := len(s.mean)
	for j, x := range s.slope[c*p : (c+1)*p] {
		v[j] += x * f
	}
	v[p+s.blocks[s.cells[c]]] += s.mu[c] * f
}

// linearise sets the expected calls of the observed cells at the state, and their
// derivatives: share = part·r²/Σr², r = root + f·load, calls = e^(level+wander)·size·share.
func (s *dayState) linearise() {
	d, p := s.day, len(s.mean)
	scores := s.at[1:p]
	root := make([]float64, len(d.cells))
	total, turn := 0.0, make([]float64, p) // Σr² and Σ2r·load
	for c := range root {
		load := d.loads[c*len(scores) : (c+1)*len(scores)]
		root[c] = max(d.root[c]+dot(load, scores), 0)
		total += sq(root[c])
		for j, v := range load {
			turn[j+1] += 2 * root[c] * v
		}
	}
	for k, c := range s.cells {
		log := s.at[0]
		if len(s.at) > p {
			log += s.at[p+s.blocks[c]]
		}
		calls := math.Exp(min(log, 25)) * d.size
		share := d.share[c]
		if len(scores) > 0 && total > 0 {
			share = d.part * sq(root[c]) / total
		}
		s.mu[k] = max(calls*share, 1e-9)
		s.slope[k*p] = s.mu[k]
		for j := range scores {
			load := d.loads[c*len(scores)+j]
			s.slope[k*p+j+1] = calls * d.part * (2*root[c]*load - sq(root[c])*turn[j+1]/total) / total
		}
	}
}

// weigh sets the weights of the cells and the precision of the state.
func (s *dayState) weigh() {
	p, n := len(s.mean), len(s.at)
	clear(s.post)
	for j, v := range s.variance {
		s.post[j*n+j] = 1 / v
	}
	s.tie(p, n)
	row := make([]float64, n)
	for c, y := range s.count {
		variance := s.within.w * s.mu[c]
		s.weight[c] = min(1, huber*math.Sqrt(variance)/max(math.Abs(y-s.mu[c]), 1e-9)) / variance
		clear(row)
		s.add(row, c, 1)
		for i, v := range row {
			if v == 0 {
				continue
			}
			v *= s.weight[c]
			for j, u := range row[:i+1] {
				s.post[i*n+j] += v * u
			}
		}
	}
	cholesky(s.post, n)
}

// wanderFloor keeps the precision of a queue that does not wander finite.
const wanderFloor = 1e-4

// tie adds the precision of the wander, tridiagonal for an AR(1).
func (s *dayState) tie(p, n int) {
	k := s.within.keep
	unit := 1 / (sq(max(s.within.sd, wanderFloor)) * (1 - k*k))
	for i := p; i < n; i++ {
		inner := indicator(i > p && i < n-1)
		s.post[i*n+i] += unit * (1 + inner*k*k)
		if i > p {
			s.post[i*n+i-1] -= unit * k
		}
	}
	if n == p+1 {
		s.post[n*n-1] -= unit * k * k
	}
}

// pull sets out to the gradient of the prior of the wander at g.
func (s *dayState) pull(g, out []float64) {
	k := s.within.keep
	unit := 1 / (sq(max(s.within.sd, wanderFloor)) * (1 - k*k))
	clear(out)
	for i := range g {
		if i == 0 {
			out[i] -= unit * (1 - k*k) * g[i]
			continue
		}
		e := unit * (g[i] - k*g[i-1])
		out[i] -= e
		out[i-1] += k * e
	}
}

// path fills one path of the day.
func (s *dayState) path(w *walk, path uint64, counts []int32, rates []float32) {
	w.follow(path, func(d *futureDay, level float64, scores []float64) {
		if len(s.cells) == 0 {
			w.calls(d, level, scores, counts, rates)
			return
		}
		stream := w.draw.count
		state := s.move(w, path, append([]float64{level}, scores...))
		w.draw.count = stream
		s.calls(w, state, counts, rates)
	})
	for i, v := range s.facts {
		if !math.IsNaN(v) {
			counts[i], rates[i] = int32(v), float32(v)
		}
	}
}

// calls draws the calls of a state, wander included.
func (s *dayState) calls(w *walk, state []float64, counts []int32, rates []float32) {
	d, p := s.day, len(s.mean)
	share, over := w.bend(d, state[1:p]), s.within.w-1
	for c, i := range d.cells {
		rate := math.Exp(state[0]+state[p+s.blocks[c]]) * d.size * share[c]
		if over > 0.001 && rate > 0 {
			rate *= w.draw.gamma(rate / over)
		}
		rates[i] = float32(min(rate, 1e8))
		counts[i] = w.draw.poisson(float64(rates[i]))
	}
}

// move turns a level and scores drawn before the day into a state given what was
// seen: it draws a wander and steps by the gain times (count + noise - what the state
// expects).
func (s *dayState) move(w *walk, path uint64, state []float64) []float64 {
	w.draw.at(w.seed, keyUpdate, w.key, path)
	k, last := s.within.keep, s.within.sd*w.draw.deviate()
	for len(state) < len(s.at) {
		state = append(state, last)
		last = k*last + s.within.sd*math.Sqrt(1-k*k)*w.draw.deviate()
	}
	away, step := make([]float64, len(state)), make([]float64, len(state))
	for j := range state {
		away[j] = state[j] - s.at[j]
	}
	p := len(s.mean)
	for c, y := range s.count {
		miss := y - s.mu[c] + w.draw.deviate()/math.Sqrt(s.weight[c])
		miss -= dot(s.slope[c*p:(c+1)*p], away[:p]) + s.mu[c]*away[p+s.blocks[s.cells[c]]]
		s.add(step, c, s.weight[c]*miss)
	}
	forward(s.post, len(step), step)
	backward(s.post, len(step), step)
	for j := range state {
		state[j] += step[j]
	}
	state[0] = min(max(state[0], s.day.center-maxLevel), s.day.center+maxLevel)
	return state
}

// tell sums up what was seen.
func (s *dayState) tell() QueueUpdate {
	u := QueueUpdate{Queue: s.q.name, Seen: len(s.cells), Level: 1}
	if s.day == nil {
		return u
	}
	for _, v := range s.count {
		u.Came += v
	}
	for _, c := range s.cells {
		u.Expected += math.Exp(s.mean[0]) * s.day.size * s.day.share[c]
	}
	u.Before = math.Sqrt(s.variance[0])
	u.SD = u.Before
	if len(s.cells) > 0 {
		unit := make([]float64, len(s.at))
		unit[0] = 1
		forward(s.post, len(unit), unit)
		u.SD = math.Sqrt(dot(unit, unit))
		u.Level = math.Exp(s.at[0] - s.mean[0])
	}
	return u
}

// String says it in a sentence.
func (u QueueUpdate) String() string {
	if u.Seen == 0 {
		return fmt.Sprintf("%s: nothing has been seen of the day yet; the forecast stands", u.Queue)
	}
	return fmt.Sprintf("%s: %.0f calls came where %.0f were expected; the day's level is %.2f times the forecast, give or take %.0f %% (%.0f %% before)",
		u.Queue, u.Came, u.Expected, u.Level, 100*u.SD, 100*u.Before)
}
