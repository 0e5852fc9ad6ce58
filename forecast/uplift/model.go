package uplift

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/mat"
)

// model is the joint fit of bases, rates and shapes.
type model struct {
	causes []Cause
	queues []*queueDays
	bases  []*base
	units  [][]*unit // per queue
	groups []*group
	sizes  map[Kind]float64 // taken for causes of unknown size
	rates  []rate           // per cause
	cov    *mat.SymDense    // posterior covariance of the rates
	pools  map[Kind]pool
	posts  []*posterior // per queue, of the last round
	alike  float64      // correlation of the queues' residuals
}

// A rate is what is believed of one cause's rate: a is the mean and v the variance
// that the other causes of its kind give it, mean and variance the posterior.
type rate struct {
	a, v           float64
	mean, variance float64
	known          bool // the history sees something of the cause
}

const (
	outerRounds = 3
	innerRounds = 3
)

func (m *model) fit(ctx context.Context) error {
	for round := range outerRounds {
		if err := ctx.Err(); err != nil {
			return fmt.Errorf("uplift: learning: %w", err)
		}
		m.eachQueue(func(qi int) { m.fitBase(qi, round) })
		if len(m.causes) == 0 {
			continue // nothing to learn: every kind keeps its prior
		}
		for range innerRounds {
			if err := m.fitRates(); err != nil {
				return err
			}
			m.fitShapes()
		}
		for _, k := range Kinds() {
			m.fitDepartures(k)
		}
		if err := m.fitRates(); err != nil {
			return err
		}
		m.setAlike()
	}
	m.setDeviations()
	return nil
}

// setDeviations finds the posterior mean of each group's shape around its
// dictionary: doubt times what the data still pull at, eta - info·u.
func (m *model) setDeviations() {
	sums := map[*group]*mat.VecDense{}
	for qi, post := range m.posts {
		pull := post.pull()
		for _, u := range m.units[qi] {
			var v mat.VecDense
			v.MulVec(u.td.T(), mat.NewVecDense(len(u.cells), pull[u.from:u.from+len(u.cells)]))
			if sums[u.group] == nil {
				sums[u.group] = mat.NewVecDense(len(u.group.mean), nil)
			}
			sums[u.group].AddScaledVec(sums[u.group], m.scale(u), &v)
		}
	}
	for _, g := range m.groups {
		if v, ok := sums[g]; ok {
			g.dev = v.RawVector().Data
			g.bound()
		}
	}
}

// eachQueue runs f for every queue at once; f touches nothing of another queue.
func (m *model) eachQueue(f func(qi int)) {
	var wg sync.WaitGroup
	for qi := range m.queues {
		wg.Go(func() { f(qi) })
	}
	wg.Wait()
}

// fitBase estimates the base of a queue around the effects as they are believed now.
func (m *model) fitBase(qi, round int) {
	b, n := m.bases[qi], len(m.queues[qi].rows)
	mean, spread, found := make([]float64, n), make([]float64, n), make([]float64, n)
	columns, busy := make([][]float64, 0, len(m.units[qi])), make([]float64, n)
	for _, u := range m.units[qi] {
		r := m.rates[u.cause]
		reach, column := u.reach(), make([]float64, n)
		for j, c := range u.cells {
			for t := c.lo; t < c.hi; t++ {
				mean[t] += r.mean * u.kappa[j]
				if round > 0 {
					found[t] += m.posts[qi].mean[u.from+j]
				}
				column[t] = math.Sqrt(r.variance) * u.kappa[j]
				s := (r.mean*r.mean + r.variance) * reach[j] * reach[j]
				spread[t] += s * (u.group.slow*u.group.slow + u.group.fast*u.group.fast)
			}
		}
		columns = append(columns, column)
		u.markBusy(busy)
	}
	if round > 0 {
		b.update(found, spread, busy, m.posts[qi].p)
	}
	evals := 220
	if round > 0 {
		evals = 90
	}
	b.estimate(mean, columns, spread, evals)
	p, eta := b.information()
	m.posts[qi] = newPosterior(m.units[qi], p, eta)
}

// fitRates finds the joint posterior of all rates, then pools them by kind.
func (m *model) fitRates() error {
	n := len(m.causes)
	prec, h := mat.NewSymDense(n, nil), mat.NewVecDense(n, nil)
	m.eachQueue(func(qi int) { m.posts[qi].condition(m, m.units[qi]) })
	for qi, post := range m.posts { // in order: sums depend on it
		post.addRates(m.units[qi], prec, h)
	}
	less := 1 / m.repeated(m.touched())
	prec.ScaleSym(less, prec)
	h.ScaleVec(less, h)
	seen := make([]bool, n)
	for i := range n {
		seen[i] = prec.At(i, i) > 0
		prec.SetSym(i, i, prec.At(i, i)+1/m.rates[i].v)
		h.SetVec(i, h.AtVec(i)+m.rates[i].a/m.rates[i].v)
	}
	var chol mat.Cholesky
	if !chol.Factorize(prec) {
		return fmt.Errorf("uplift: the rates of %d causes cannot be told apart; check for causes listed twice", n)
	}
	m.cov = mat.NewSymDense(n, nil)
	must(chol.InverseTo(m.cov))
	var mean mat.VecDense
	must(chol.SolveVecTo(&mean, h))
	for i := range n {
		m.rates[i].mean, m.rates[i].variance, m.rates[i].known = mean.AtVec(i), m.cov.At(i, i), seen[i]
	}
	m.pool()
	for qi, post := range m.posts {
		post.place(m, m.units[qi])
	}
	return nil
}

// pool takes each rate's own prior out of its posterior, pools what is left, and
// gives back the normal prior that leads to the pooled posterior: expectation
// propagation with one factor a cause (Minka 2001).
func (m *model) pool() {
	for _, k := range Kinds() {
		var ids []int
		var own []linear
		for i, c := range m.causes {
			r := m.rates[i]
			if c.Kind != k || !r.known {
				continue
			}
			p := 1/r.variance - 1/r.v
			if p <= 1e-9/r.variance {
				continue
			}
			ids = append(ids, i)
			own = append(own, linear{(r.mean/r.variance - r.a/r.v) / p, 1 / p})
		}
		if len(ids) == 0 {
			continue
		}
		pool, post := poolRates(priors[k], tauPrior(k), most(k), own)
		m.pools[k] = pool
		for j, i := range ids {
			m.rates[i].a, m.rates[i].v = factor(own[j], post[j])
		}
	}
}

// factor returns the normal that turns own into post, as far as that is one: where
// pooling widens a rate instead of narrowing it, as the skewness of a log-normal
// can, it is a flat normal around the posterior.
func factor(own, post linear) (a, v float64) {
	p := 1/post.variance - 1/own.variance
	if least := .02 / post.variance; p < least {
		return post.mean, 1 / least
	}
	a, v = (post.mean/post.variance-own.mean/own.variance)/p, 1/p
	reach := 2 * math.Sqrt(v)
	return min(max(a, post.mean-reach), post.mean+reach), v
}

// fitShapes learns the dictionary weights of every group.
func (m *model) fitShapes() {
	for qi, post := range m.posts {
		post.cavities(m.units[qi])
	}
	locals := map[*unit]local{}
	for _, g := range m.groups {
		for _, u := range g.units {
			locals[u] = u.local(u.alone(m.scale(u), g.slow, g.fast))
		}
		g.learnKernels(locals, m.rates)
	}
	for _, g := range m.groups {
		g.setWeights(m.fromOthers(g))
	}
	for _, g := range m.groups {
		for _, u := range g.units {
			u.refresh()
		}
	}
}

// scale is the rate that the size of departures refers to: the cause's own, kept
// from vanishing by that of its kind.
func (m *model) scale(u *unit) float64 {
	typical := priors[u.group.kind].median
	if p, ok := m.pools[u.group.kind]; ok {
		typical = math.Exp(p.mu)
	}
	return max(m.rates[u.cause].mean, .3*typical)
}

// fitDepartures picks slow and fast of a kind by their likelihood.
func (m *model) fitDepartures(k Kind) {
	var groups []*group
	for _, g := range m.groups {
		if g.kind == k && len(g.units) > 0 {
			groups = append(groups, g)
		}
	}
	if len(groups) == 0 {
		return
	}
	at := [2]int{slices.Index(slowGrid, groups[0].slow), slices.Index(fastGrid, groups[0].fast)}
	known := map[[2]int]float64{}
	like := func(p [2]int) float64 {
		if p[0] < 0 || p[1] < 0 || p[0] >= len(slowGrid) || p[1] >= len(fastGrid) {
			return math.Inf(-1)
		}
		if _, ok := known[p]; !ok {
			s, f := slowGrid[p[0]], fastGrid[p[1]]
			zs, zf := math.Log(s/priorSlow)/.6, math.Log(f/priorFast)/.6
			known[p] = -(zs*zs + zf*zf) / 2
			for _, g := range groups {
				known[p] += m.departureLike(g, s, f)
			}
		}
		return known[p]
	}
	for moved := true; moved; { // downhill is a step to a neighbour that is likelier
		moved = false
		for _, step := range [][2]int{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
			if next := [2]int{at[0] + step[0], at[1] + step[1]}; like(next) > like(at) {
				at, moved = next, true
			}
		}
	}
	for _, g := range groups {
		g.slow, g.fast = slowGrid[at[0]], fastGrid[at[1]]
	}
}

// slowGrid and fastGrid are the departures that are tried.
var (
	slowGrid = []float64{.12, .22, priorSlow, .55, .8}
	fastGrid = []float64{.08, .15, priorFast, .42, .7}
)

func (m *model) departureLike(g *group, slow, fast float64) float64 {
	like := 0.0
	g.eachCause(func(cause int, units []*unit) {
		prec, h := 0.0, 0.0
		for _, u := range units {
			lo := u.local(u.alone(m.scale(u), slow, fast))
			p, x := lo.rateInfo(u.kappa)
			prec, h, like = prec+p, h+x, like+lo.half
		}
		like += logRate(prec, h, m.rates[cause].a, m.rates[cause].v)
	})
	return like
}

// fromOthers is the log weight that the other classes of a kind lend an entry:
// their kernels, shifted by the difference of the classes' delays, with a spread
// of a third in delay and the same family and rule more often than not.
func (m *model) fromOthers(g *group) []float64 {
	out := make([]float64, len(g.entries))
	own, _ := delayOf(g.kind, g.class)
	for _, o := range m.groups {
		if o == g || o.kind != g.kind || len(o.units) == 0 {
			continue
		}
		other, _ := delayOf(o.kind, o.class)
		top := slices.Clone(o.logLike)
		for i, e := range o.entries {
			top[i] += e.prior
		}
		weight := softmax(top)
		for i, e := range g.entries {
			sum := 0.0
			for j, f := range o.entries {
				if weight[j] > 1e-4 {
					sum += weight[j] * kinship(e, f, own-other)
				}
			}
			out[i] += math.Log(sum + 1e-6)
		}
	}
	return out
}

func kinship(e, f entry, shift float64) float64 {
	z := (math.Log(e.kernel.delay()/f.kernel.delay()) - shift) / .35
	k := math.Exp(-z * z / 2)
	if e.kernel.Family != f.kernel.Family {
		k *= .4
	} else if e.kernel.B != f.kernel.B && e.kernel.pulse() {
		k *= .6
	}
	if e.rule != f.rule {
		k *= .25
	}
	return k
}
