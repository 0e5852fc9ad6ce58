package impact

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
)

// Callers of all pools share the center's telephone lines, waiting or talking; who finds
// them all taken hears a busy tone and is lost. The pools are birth-and-death chains that
// meet only in the sum of their calls, which the lines bound: then the chances of their
// states are the product of what they would be apart, cut off at that sum (Kelly 1979,
// Reversibility and Stochastic Networks, section 1.6). The share of callers who find all
// lines taken is the chance of its edge; the others meet a pool with so many calls by the
// chances below the edge, and are served or hang up as state.go says.

// rareJam is the share of callers lost below which an interval counts as without loss.
const rareJam = 1e-6

// A jam is room for what callers of a day meet where lines run out.
type jam struct {
	at    map[int]*jammed // by interval; those without loss are left out
	spare []*jammed
	lines
	agents, pace, load []float64   // of each pool; pace is handle time over patience
	loads              [][]float32 // of each pool [path]
	rooms              []column
}

// jammed is what callers meet in one interval in which lines run out.
type jammed struct {
	lost   []float32 // share who find no line [path]
	served [][]knot  // of those who find one [pool][path]
}

// lines is room for the chances of 0, 1, ... calls, as many as there are lines: of each
// pool, and of the sum of several.
type lines struct {
	states [][]float64
	sum    []float64
}

func newLines(n, pools int) lines {
	l := lines{sum: make([]float64, n+1)}
	for range pools {
		l.states = append(l.states, make([]float64, n+1))
	}
	return l
}

func (s *scene) newJam() *jam {
	if s.trunks == 0 {
		return nil
	}
	n := len(s.pools)
	j := &jam{at: map[int]*jammed{}, lines: newLines(s.trunks, n), loads: make([][]float32, n),
		agents: make([]float64, n), pace: make([]float64, n), load: make([]float64, n)}
	for range s.pools {
		j.rooms = append(j.rooms, s.newColumn())
	}
	return j
}

// interval returns what callers meet in interval i; nil where lines do not run out.
func (j *jam) interval(i int) *jammed {
	if j == nil {
		return nil
	}
	return j.at[i]
}

// fill works out day d and reports whether callers are lost on it.
func (j *jam) fill(s *scene, d int, c Center) bool {
	if j == nil {
		return false
	}
	for _, v := range j.at {
		j.spare = append(j.spare, v)
	}
	clear(j.at)
	s.eachInterval(d, func(i int, here []int) {
		if s.tight[i] >= rareJam {
			j.work(s, i, here, c)
		}
	})
	return len(j.at) > 0
}

// eachInterval calls do for every open interval of day d, with its place in each pool, -1
// where the pool is closed.
func (s *scene) eachInterval(d int, do func(i int, here []int)) {
	next, here := make([]int, len(s.pools)), make([]int, len(s.pools))
	for k := range s.pools {
		next[k], _ = s.pools[k].open(d)
	}
	for {
		i := math.MaxInt
		for k := range s.pools {
			if _, hi := s.pools[k].open(d); next[k] < hi {
				i = min(i, s.pools[k].at[next[k]])
			}
		}
		if i == math.MaxInt {
			return
		}
		for k := range s.pools {
			here[k] = -1
			if _, hi := s.pools[k].open(d); next[k] < hi && s.pools[k].at[next[k]] == i {
				here[k] = next[k]
				next[k]++
			}
		}
		do(i, here)
	}
}

// tighten finds the intervals in which lines may run out, and the share of callers lost
// there at the highest loads of all pools.
func (s *scene) tighten(stepSeconds float64) {
	s.tight = nil
	if s.trunks == 0 {
		return
	}
	s.tight = map[int]float64{}
	j := s.newJam()
	for d := s.first; d < s.end; d++ {
		s.eachInterval(d, func(i int, here []int) {
			most := 0.0
			for k, at := range here {
				j.agents[k], j.pace[k], j.load[k] = s.pools[k].onPosition[i], s.meanAHT(k, stepSeconds)/s.pools[k].patience, 0
				if _, hi := s.pools[k].open(d); s.backlog && at == hi-1 {
					return
				}
				if at >= 0 {
					j.load[k] = s.spanOf(k, at).high
					most += j.load[k] / min(1, j.pace[k])
				}
			}
			if rareAbove(most, float64(s.trunks)) {
				return
			}
			if lost := j.lost(j.load, j.agents, j.pace); lost >= rareJam {
				s.tight[i] = lost
			}
		})
	}
}

// rareAbove reports whether a Poisson number of a mean reaches n in fewer than rareJam of
// cases, by Chernoff's bound. In a pool every call ends, answered or not, at least as fast
// as the slower of handling and hanging up, so that no more calls are there than so many.
func rareAbove(mean, n float64) bool {
	return mean < n && n-mean+n*math.Log(mean/n) < math.Log(rareJam)
}

// work works out one interval in which lines may run out.
func (j *jam) work(s *scene, i int, here []int, c Center) {
	fates := make([]fates, len(s.pools))
	for k, at := range here {
		aht, p := s.meanAHT(k, c.Step.Seconds()), &s.pools[k]
		j.agents[k], j.pace[k], j.loads[k] = p.onPosition[i], aht/p.patience, nil
		if at >= 0 {
			_, j.loads[k] = s.at(k, at, j.rooms[k])
			fates[k] = newFates(s.trunks, p.onPosition[i], aht, p.patience, c.Target)
		}
	}
	out := j.take(s)
	for path := range out.lost {
		for k, loads := range j.loads {
			if j.load[k] = 0; loads != nil {
				j.load[k] = float64(loads[path])
			}
		}
		out.lost[path] = float32(j.lost(j.load, j.agents, j.pace))
		for k := range j.loads {
			if j.loads[k] != nil {
				out.served[k][path] = j.served(k, &fates[k])
			}
		}
	}
	j.at[i] = out
}

func (j *jam) take(s *scene) *jammed {
	if k := len(j.spare); k > 0 {
		out := j.spare[k-1]
		j.spare = j.spare[:k-1]
		return out
	}
	out := &jammed{lost: make([]float32, s.paths)}
	for range s.pools {
		out.served = append(out.served, make([]knot, s.paths))
	}
	return out
}

// lost returns the share of callers who find all lines taken at the loads, in erlangs, of
// pools of agents; pace is handle time over patience.
func (l lines) lost(loads, agents, pace []float64) float64 {
	for k, a := range loads {
		lineStates(l.states[k], a, agents[k], pace[k])
	}
	last := len(loads) - 1
	l.besides(last)
	return edge(l.sum, l.states[last])
}

// besides leaves in sum the chances of calls in all pools but one.
func (l lines) besides(k int) {
	clear(l.sum)
	l.sum[0] = 1
	first := true
	for other, states := range l.states {
		switch {
		case other == k:
		case first:
			copy(l.sum, states)
			first = false
		default:
			merge(l.sum, states)
		}
	}
}

// served returns what callers of pool k meet who find a line, after lost.
func (l lines) served(k int, f *fates) knot {
	l.besides(k)
	for n := 1; n < len(l.sum); n++ {
		l.sum[n] += l.sum[n-1]
	}
	most := len(l.sum) - 2 // calls there at most when one more finds a line
	var met fate
	all := 0.0
	for n := range most + 1 {
		w := l.states[k][n] * l.sum[most-n]
		all += w
		met.add(w, f.at[n])
	}
	if all <= 0 {
		return knot{level: 1}
	}
	return met.knot(all, f)
}

// lineStates fills the chances, up to a factor, of 0, 1, ... calls in a pool of agents.
func lineStates(out []float64, load, agents, pace float64) {
	clear(out)
	out[0] = 1
	if load <= 0 {
		return
	}
	for n := 1; n < len(out); n++ {
		x := float64(n)
		rate := min(x, agents) + max(0, x-agents)*pace
		out[n] = out[n-1] * load / max(rate, 1e-9)
		if out[n] > 1e200 {
			for m := range n + 1 {
				out[m] *= 1e-200
			}
		}
	}
	sum := 0.0
	for _, v := range out {
		sum += v
	}
	for n := range out {
		out[n] /= sum
	}
}

// merge replaces the law of a number of calls by that of its sum with another.
func merge(sum, other []float64) {
	for n := len(sum) - 1; n >= 0; n-- {
		v := 0.0
		for m := range n + 1 {
			v += sum[n-m] * other[m]
		}
		sum[n] = v
	}
}

// edge returns the chance that the sum of two numbers is the most it can be.
func edge(a, b []float64) float64 {
	most := len(a) - 1
	cum, full, all := 0.0, 0.0, 0.0
	for n := range a { // all calls that fit beside most-n others
		if n < len(b) {
			cum += b[n]
			full += b[n] * a[most-n]
		}
		all += cum * a[most-n]
	}
	if all <= 0 {
		return 0
	}
	return full / all
}

// sumUp is sumUp for an interval in which lines run out.
func (x *jammed) sumUp(out []sums, k int, calls, load []float32, target float32) (met int) {
	for path := range out {
		n, lost, m := float64(calls[path]), float64(x.lost[path]), x.served[k][path]
		if n <= 0 || m.level >= target {
			met++
		}
		if n <= 0 {
			continue
		}
		to := &out[path]
		to.blocked += n * lost
		n *= 1 - lost
		to.calls += n
		to.inTime += n * float64(m.level)
		to.wait += n * float64(m.wait)
		to.abandoned += n * float64(m.abandon)
		to.busy += float64(load[path]) * (1 - lost) * float64(1-m.abandon)
	}
	return met
}

// spanOf returns the span of loads of pool k in its j-th open interval. It may be wider
// than what occurs: base and added load need not peak together.
func (s *scene) spanOf(k, j int) span {
	at := s.base[k].span[j]
	if added := s.addedTo(k); added != nil {
		at = span{max(0, at.low+s.scale*added.span[j].low), max(0, at.high+s.scale*added.span[j].high)}
	}
	return span{s.ahtFactor * at.low, s.ahtFactor * at.high}
}

// fewTrunks is the share of callers, of the days and options scored, that a center may
// lose for want of lines before the report asks for more.
const fewTrunks = 0.01

// scoreLines names what the lines leave open, and how many would do.
func (w *work) scoreLines(context.Context) error {
	if w.h.Center.Trunks == 0 {
		w.assume("trunks", "Telephone lines of the center", "enough for all calls", "center.yaml states no trunks", "callers who hear a busy tone are not counted; give trunks to see them")
		return nil
	}
	s := w.scores[OptionApprove]
	lost, came := mean(s.blocked), mean(s.blocked)+mean(s.handled)+mean(s.abandoned)
	if lost < 1 {
		return nil
	}
	w.assume("busy-callers", "Callers who find all lines busy", "do not call again", "the records do not show them", "each who calls again makes the lines busier; they are counted as lost, apart from those who hang up")
	if lost < fewTrunks*came {
		return nil
	}
	need := w.linesFor(fewTrunks)
	w.fits = append(w.fits, fitted{Fit: Fit{Question: "Telephone lines with which at most 1 call in 100 finds them busy in the hardest interval, with the present roster", Value: float64(need), Unit: "line",
		Meets: w.options[OptionApprove].Meets, Text: fmt.Sprintf("%s lines; the center has %d.", thousands(float64(need)), w.h.Center.Trunks)}})
	return nil
}

// linesFor returns the lines at which no interval of the scored days, at its mean load,
// loses more than a share of its callers.
func (w *work) linesFor(share float64) int {
	s := w.scene(w.present, w.addedWork).during(w.base.Grid().Days(), w.first, w.last)
	n, step := len(s.pools), w.h.Center.Step.Seconds()
	loads := map[int][]float64{}
	room := s.newColumn()
	for k := range s.pools {
		for j := s.pools[k].begin[s.first]; j < s.pools[k].begin[s.end]; j++ {
			i := s.pools[k].at[j]
			if loads[i] == nil {
				loads[i] = make([]float64, n)
			}
			_, load := s.at(k, j, room)
			for _, v := range load {
				loads[i][k] += float64(v) / float64(s.paths)
			}
		}
	}
	pace, agents, need := make([]float64, n), make([]float64, n), w.h.Center.Trunks
	for k := range pace {
		pace[k] = s.meanAHT(k, step) / s.pools[k].patience
	}
	for _, i := range slices.Sorted(maps.Keys(loads)) {
		for k := range agents {
			agents[k] = s.pools[k].onPosition[i]
		}
		for need < mostLines && newLines(need, n).lost(loads[i], agents, pace) > share {
			need++
		}
	}
	return need
}

// mostLines bounds the search for lines.
const mostLines = 10_000
