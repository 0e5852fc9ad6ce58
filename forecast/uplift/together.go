package uplift

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/bits"
	"slices"

	"github.com/ringtide/ringtide/forecast"
)

// A Joint is what several causes do together on the paths of one baseline. What they
// add adds up. What they take away does not: two automated responses cannot both end
// the same call. Each takes its calls from the base at random, so that of what one of
// them would take, the others have taken their share already.
type Joint struct {
	// Parts are the causes' parts of the total, in order of id; they sum to it.
	Parts []Part
	// Total is the mean number of calls that all causes add together.
	Total float64

	base  *forecast.Paths
	delta *forecast.Paths
}

// A Part is what one of several causes brings.
type Part struct {
	ID string `json:"id"`
	// Calls is its Shapley value: the mean, over all orders in which the causes could
	// be approved, of what it adds to those before it (Shapley 1953).
	Calls float64 `json:"calls"`
	// Alone is what it brings by itself, and Interaction the rest, Calls - Alone: 0
	// where no other cause takes calls from the same intervals.
	Alone       float64 `json:"alone"`
	Interaction float64 `json:"interaction"`
}

// maxTakers bounds how many causes may take calls from one interval: the Shapley value
// looks at every set of them.
const maxTakers = 12

// Together joins predictions that were made on the same baseline, each by itself. The
// order of the predictions does not matter, not even for the last digit.
func Together(preds ...*Prediction) (*Joint, error) {
	preds = slices.SortedFunc(slices.Values(preds), func(a, b *Prediction) int { return cmp.Compare(a.Cause.ID, b.Cause.ID) })
	if len(preds) == 0 {
		return nil, errors.New("uplift: no predictions to join")
	}
	takers := 0
	for i, p := range preds {
		if p.base != preds[0].base {
			return nil, fmt.Errorf("uplift: %q and %q were predicted on different baselines; predict both on the same paths", preds[0].Cause.ID, p.Cause.ID)
		}
		if i > 0 && p.Cause.ID == preds[i-1].Cause.ID {
			return nil, fmt.Errorf("uplift: cause %q stands twice", p.Cause.ID)
		}
		if p.Takes() {
			takers++
		}
	}
	if takers > maxTakers {
		return nil, fmt.Errorf("uplift: %d causes take calls away; %d at most are told apart", takers, maxTakers)
	}
	j := &Joint{base: preds[0].base}
	var err error
	if j.delta, err = forecast.NewPaths(j.base.Grid(), j.base.Queues(), j.base.Len()); err != nil {
		return nil, fmt.Errorf("uplift: joining predictions: %w", err)
	}
	parts, alone := make([]float64, len(preds)), make([]float64, len(preds))
	for path := range j.base.Len() {
		for q := range j.base.Queues() {
			j.join(preds, path, q, parts, alone)
		}
	}
	n := float64(j.base.Len())
	for i, p := range preds {
		x := Part{ID: p.Cause.ID, Calls: parts[i] / n, Alone: alone[i] / n}
		x.Interaction = x.Calls - x.Alone
		j.Parts = append(j.Parts, x)
		j.Total += x.Calls
	}
	return j, nil
}

// join joins the causes on one path and queue.
func (j *Joint) join(preds []*Prediction, path, q int, parts, alone []float64) {
	counts, rates := j.delta.Counts(path, q), j.delta.Rates(path, q)
	base, baseRate := j.base.Counts(path, q), j.base.Rates(path, q)
	var touching []int
	for i, p := range preds {
		if p.Touches(q) {
			touching = append(touching, i)
		}
	}
	r := stream(0, j.base.Queues()[q]+"\x00together", path)
	taken, who := make([]float64, 0, len(touching)), make([]int, 0, len(touching))
	for t := range counts {
		taken, who = taken[:0], who[:0]
		left, leftRate := base[t], float64(baseRate[t])
		for _, i := range touching {
			d, rate := preds[i].Delta(path, q)[t], float64(preds[i].DeltaRates(path, q)[t])
			alone[i] += float64(d)
			if rate >= 0 && d >= 0 {
				counts[t] += d
				rates[t] += float32(rate)
				parts[i] += float64(d)
				continue
			}
			taken, who = append(taken, float64(-d)), append(who, i)
			if base[t] > 0 {
				left -= min(binomial(-d, float64(left)/float64(base[t]), r), left)
			}
			if baseRate[t] > 0 {
				leftRate *= 1 + rate/float64(baseRate[t])
			}
		}
		if len(taken) == 0 {
			continue
		}
		gone := float64(base[t] - left)
		counts[t] -= base[t] - left
		rates[t] += float32(leftRate - float64(baseRate[t]))
		for k, v := range shapley(taken, float64(base[t]), gone) {
			parts[who[k]] -= v
		}
	}
}

// shapley splits gone calls among causes of which each alone takes taken[i] of all
// calls at random: values of the game v(S) = all·(1 - prod(1 - taken/all)), scaled so
// that they sum to what is gone.
func shapley(taken []float64, all, gone float64) []float64 {
	n := len(taken)
	out := make([]float64, n)
	if n == 1 || all <= 0 {
		out[0] = gone
		return out
	}
	keep := make([]float64, 1<<n) // prod over the set of the share that is kept
	keep[0] = 1
	for s := 1; s < len(keep); s++ {
		i := bits.TrailingZeros(uint(s))
		keep[s] = keep[s&(s-1)] * (1 - min(taken[i]/all, 1))
	}
	sum := 0.0
	for i := range out {
		for s := range keep {
			if s&(1<<i) == 0 {
				out[i] += (keep[s] - keep[s|1<<i]) / float64(n) / choose(n-1, bits.OnesCount(uint(s)))
			}
		}
		sum += out[i]
	}
	if sum <= 0 {
		for i := range out {
			out[i] = gone / float64(n)
		}
		return out
	}
	for i := range out {
		out[i] *= gone / sum
	}
	return out
}

func choose(n, k int) float64 {
	v := 1.0
	for i := range k {
		v = v * float64(n-i) / float64(i+1)
	}
	return math.Round(v)
}

// Totals returns the calls that all causes add together, one per path.
func (j *Joint) Totals() []int64 {
	out := make([]int64, j.delta.Len())
	for path := range out {
		for q := range j.delta.Queues() {
			for _, d := range j.delta.Counts(path, q) {
				out[path] += int64(d)
			}
		}
	}
	return out
}

// Beside writes into out the calls an interval that p brings to a queue on a path, one
// per interval of the grid, when the others act too: what it adds by itself, and of
// what it takes by itself the part that is left when each of them takes its own at
// random. Over all of the joined predictions these sum to what they do together.
func Beside(p *Prediction, others []*Prediction, path, queue int, out []float32) {
	copy(out, p.DeltaRates(path, queue))
	base := p.base.Rates(path, queue)
	for t, rate := range out {
		if rate >= 0 || base[t] <= 0 {
			continue
		}
		own := float64(-rate / base[t])
		keep, alone := 1-own, own
		for _, o := range others {
			if !o.Touches(queue) {
				continue
			}
			if taken := float64(-o.DeltaRates(path, queue)[t] / base[t]); taken > 0 {
				keep, alone = keep*(1-taken), alone+taken
			}
		}
		out[t] *= float32((1 - keep) / alone)
	}
}

// Takes reports whether the cause of p may take calls away.
func (p *Prediction) Takes() bool {
	return p.Cause.sign() < 0 || p.Cause.Kind.rebounds() || p.Hours != nil
}

// With returns baseline and all causes together, as new paths.
func (j *Joint) With() *forecast.Paths {
	out := j.base.Clone()
	for path := range out.Len() {
		for q := range out.Queues() {
			counts, rates := out.Counts(path, q), out.Rates(path, q)
			for i, d := range j.delta.Counts(path, q) {
				counts[i] += d
			}
			for i, d := range j.delta.Rates(path, q) {
				rates[i] = max(rates[i]+d, 0)
			}
		}
	}
	return out
}
