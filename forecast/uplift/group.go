package uplift

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// A group is the causes that share a shape: one kind, one class.
type group struct {
	kind    Kind
	class   string
	entries []entry
	weight  []float64          // of the entries, posterior
	logLike []float64          // of the entries
	mean    []float64          // the dictionary's part of the shape
	parts   map[Rule][]float64 // what of mean falls under each rule
	reach   []float64          // how far the shape may be from any kernel, per day
	doubt   matrix             // covariance of the shape around mean
	dev     []float64          // the deviation found, given all causes
	slow    float64
	fast    float64
	units   []*unit
	causes  int
}

func newGroup(k Kind, class string) *group {
	slow, fast, _ := departuresOf(k)
	g := &group{kind: k, class: class, entries: entries(k, class), slow: slow, fast: fast, dev: make([]float64, priors[k].days)}
	g.logLike = make([]float64, len(g.entries))
	g.setReach()
	g.setWeights(make([]float64, len(g.entries)))
	return g
}

// setWeights combines prior, likelihood and what other classes of the kind say.
func (g *group) setWeights(others []float64) {
	logw := make([]float64, len(g.entries))
	for i, e := range g.entries {
		logw[i] = e.prior + g.logLike[i] + others[i]
	}
	g.weight = softmax(logw)
	g.mean = meanShape(g.entries, g.weight)
	g.setParts()
	g.setDoubt()
}

// expected lays the mean shape on a unit, each entry under its own rule.
func (g *group) expected(u *unit) []float64 {
	out := make([]float64, len(u.cells))
	for _, r := range rules(g.kind) { // not over the map: sums keep their order
		for j, v := range u.lay(g.parts[r], r) {
			out[j] += v
		}
	}
	return out
}

// setParts finds the part of the mean shape that falls under each rule.
func (g *group) setParts() {
	g.parts = map[Rule][]float64{}
	for _, r := range rules(g.kind) {
		part := make([]float64, len(g.mean))
		for i, e := range g.entries {
			if e.rule == r {
				floats.AddScaled(part, g.weight[i], e.days)
			}
		}
		g.parts[r] = part
	}
}

// learnKernels weighs the dictionary by the likelihood of the group's causes, each
// with its departures and its rate integrated out, and with the median rate of the
// kind integrated out as well: a kernel that fits is often one under which the rates
// are others than believed so far, for all causes alike, and held to the old ones it
// would never be found. A log-normal rate stands here as a normal of its mean and
// variance, so that each rate integrates in closed form.
func (g *group) learnKernels(found map[*unit][]rateInfo, tau float64) {
	p := priors[g.kind]
	logs := make([][muNodes]float64, len(g.entries))
	g.eachCause(func(_ int, units []*unit) {
		for i := range g.entries {
			var all rateInfo
			for _, u := range units {
				all = all.plus(found[u][i])
			}
			for k := range muNodes {
				a := p.median * math.Exp(muAt(k)*p.off+tau*tau/2)
				logs[i][k] += all.gain(a, a*a*math.Expm1(tau*tau))
			}
		}
	})
	for i := range g.entries {
		for k := range muNodes {
			logs[i][k] -= muAt(k) * muAt(k) / 2
		}
		g.logLike[i] = trust(g.kind) * logSum(logs[i][:])
	}
}

// trust is how much of the likelihood the kernels of a kind are judged by. What a level
// looks like rests on weeks of a base that drifts in ways no model of it knows, and a
// likelihood that is believed in full picks whichever kernel follows the drift (a power
// of the likelihood, as in Miller and Dunson 2019).
func trust(k Kind) float64 {
	if k.step() {
		return .7
	}
	return 1
}

// muNodes are nodes of log medians, from three standard deviations of the prior
// below its middle to three above.
const muNodes = 21

func muAt(k int) float64 { return 6 * (float64(k)/(muNodes-1) - .5) }

// logSum returns the logarithm of the sum of exponentials.
func logSum(v []float64) float64 {
	top, sum := slices.Max(v), 0.0
	for _, x := range v {
		sum += math.Exp(x - top)
	}
	return top + math.Log(sum)
}

// eachCause calls f with the units of each cause; units of a cause stand together.
func (g *group) eachCause(f func(cause int, units []*unit)) {
	byCause := map[int][]*unit{}
	var order []int
	for _, u := range g.units {
		if byCause[u.cause] == nil {
			order = append(order, u.cause)
		}
		byCause[u.cause] = append(byCause[u.cause], u)
	}
	for _, c := range order {
		f(c, byCause[c])
	}
}

// How far a shape may be from every kernel, as a standard deviation per day: what the
// prior has on that day, times foreignPart, and foreignShare of the whole over the days
// on which a rebound or a second wave would come. Without it a second hump is taken
// for a restless base, and the effect for half of what it is. Levels have foreignLevel
// in place of both: their dictionary has late and high beginnings, and what more they
// are given they take from the base.
const (
	foreignPart  = .6
	foreignLevel = .2
	foreignShare = .25
	foreignDays  = 20.0
	foreignLead  = 3.0 // fades as fast before the start
)

// setReach finds how far the shape may be from every kernel.
func (g *group) setReach() {
	prior := make([]float64, len(g.entries))
	for i, e := range g.entries {
		prior[i] = e.prior
	}
	g.reach = blurred(meanShape(g.entries, softmax(prior)))
	for d := range g.reach {
		after := float64(d - g.kind.lead())
		fade := math.Exp(min(after/foreignLead, -after/foreignDays))
		if g.kind.step() {
			g.reach[d] *= foreignLevel * fade
		} else {
			g.reach[d] = foreignPart*g.reach[d] + foreignShare/foreignDays*fade
		}
	}
}

// deviationScale returns the prior standard deviation of a kind's shape from its
// dictionary, relative to the shape.
func deviationScale(k Kind) float64 {
	if k.step() { // a level's days are noisier than they are odd
		return .1
	}
	return .4
}

// setDoubt computes the covariance of the shape around its mean: what the
// dictionary leaves open, and a Gaussian process over days for what no kernel has.
// The process moves calls between days; it changes no total and no final level.
func (g *group) setDoubt() {
	n := len(g.mean)
	scale, relative := blurred(g.mean), deviationScale(g.kind)
	for i := range scale {
		scale[i] = math.Hypot(relative*scale[i], g.reach[i])
	}
	g.doubt = newMatrix(n, n)
	fixed := make([]float64, n)
	for i := range n {
		for j := range n {
			g.doubt.row(i)[j] = scale[i] * scale[j] * math.Exp(-math.Abs(float64(j-i))/slowDays)
		}
		if !g.kind.step() || i >= n/2 {
			fixed[i] = 1
		}
	}
	s := g.doubt.times(fixed)
	if total := floats.Dot(fixed, s); total > 0 {
		g.doubt.addOuter(-1/total, s)
	}
	off := make([]float64, n)
	for i, e := range g.entries {
		if g.weight[i] >= 1e-4 {
			floats.SubTo(off, e.days, g.mean)
			g.doubt.addOuter(g.weight[i], off)
		}
	}
}

func (g *group) topRule() Rule {
	weight, best := map[Rule]float64{}, rules(g.kind)[0]
	for i, e := range g.entries {
		weight[e.rule] += g.weight[i]
	}
	for _, r := range rules(g.kind) {
		if weight[r] > weight[best] {
			best = r
		}
	}
	return best
}

// bound keeps the shape above a fifth of the dictionary's, unless the kind rebounds,
// and the total of a pulse at 1.
func (g *group) bound() {
	shape := make([]float64, len(g.mean))
	for d := range shape {
		shape[d] = g.mean[d] + g.dev[d]
		if !g.kind.rebounds() {
			shape[d] = max(shape[d], .2*g.mean[d])
		}
	}
	if !g.kind.step() {
		scaleTo(shape, 1)
	}
	for d := range shape {
		g.dev[d] = shape[d] - g.mean[d]
	}
}

func blurred(v []float64) []float64 {
	out := make([]float64, len(v))
	for i := range v {
		sum, w := 0.0, 0.0
		for d, b := range [...]float64{.4, .2, .1} {
			for _, j := range [...]int{i - d, i + d} {
				if j >= 0 && j < len(v) && (d > 0 || j == i) {
					sum, w = sum+b*math.Abs(v[j]), w+b
				}
			}
		}
		out[i] = sum / w
	}
	return out
}

// directions returns the few directions in which the shape is most in doubt, each as
// long as its standard deviation: an incomplete Cholesky factor of the doubt with
// pivots (Harbrecht, Peters and Schneider 2012).
func (g *group) directions() [][]float64 {
	n := len(g.mean)
	left, total := make([]float64, n), 0.0
	for i := range n {
		left[i] = g.doubt.row(i)[i]
		total += left[i]
	}
	var out [][]float64
	for len(out) < maxDirections && floats.Sum(left) > .05*total {
		top := floats.MaxIdx(left)
		v := slices.Clone(g.doubt.row(top))
		for _, w := range out {
			floats.AddScaled(v, -w[top], w)
		}
		floats.Scale(1/math.Sqrt(left[top]), v)
		for i := range left {
			left[i] = max(left[i]-v[i]*v[i], 0)
		}
		out = append(out, v)
	}
	return out
}

// maxDirections bounds the columns that a shape in doubt costs in the likelihood of a base.
const maxDirections = 5
