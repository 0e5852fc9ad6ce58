package uplift

import (
	"math"

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
	doubt   matrix             // covariance of the shape around mean
	dev     []float64          // the deviation found, given all causes
	slow    float64
	fast    float64
	units   []*unit
	causes  int
}

func newGroup(k Kind, class string) *group {
	g := &group{kind: k, class: class, entries: entries(k, class), slow: priorSlow, fast: priorFast,
		dev: make([]float64, priors[k].days)}
	g.logLike = make([]float64, len(g.entries))
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
// with its departures and its rate integrated out.
func (g *group) learnKernels(found map[*unit][]rateInfo, rates []rate) {
	clear(g.logLike)
	g.eachCause(func(cause int, units []*unit) {
		for i := range g.entries {
			var all rateInfo
			for _, u := range units {
				all = all.plus(found[u][i])
			}
			g.logLike[i] += all.gain(rates[cause].a, rates[cause].v)
		}
	})
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

// deviationScale returns the prior standard deviation of a kind's shape from its
// dictionary, relative to the shape.
func deviationScale(k Kind) float64 {
	if k.step() { // a level's days are noisier than they are odd
		return .2
	}
	return .4
}

// setDoubt computes the covariance of the shape around its mean: what the
// dictionary leaves open, and a Gaussian process over days for what no kernel has.
// The process moves calls between days; it changes no total and no final level.
func (g *group) setDoubt() {
	n := len(g.mean)
	scale, relative := blurred(g.mean), deviationScale(g.kind)
	g.doubt = newMatrix(n, n)
	fixed := make([]float64, n)
	for i := range n {
		for j := range n {
			g.doubt.row(i)[j] = relative * relative * scale[i] * scale[j] * math.Exp(-math.Abs(float64(j-i))/slowDays)
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

// bound keeps the shape above a fifth of the dictionary's and, for a pulse, its total at 1.
func (g *group) bound() {
	shape := make([]float64, len(g.mean))
	for d := range shape {
		shape[d] = max(g.mean[d]+g.dev[d], .2*g.mean[d])
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
