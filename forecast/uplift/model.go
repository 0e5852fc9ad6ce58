package uplift

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/floats"
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
	cov    matrix           // posterior covariance of the rates
	pools  map[Kind]pool
	posts  []*posterior // per queue, of the last round
	split  []bool       // per cause: its queues' shares are not stated
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
		if err := m.fitRound(ctx, round); err != nil {
			return fmt.Errorf("uplift: learning: %w", err)
		}
		if round == outerRounds-1 || len(m.causes) == 0 {
			continue
		}
		if err := m.resplit(ctx); err != nil {
			return fmt.Errorf("uplift: learning: %w", err)
		}
	}
	if len(m.causes) > 0 {
		m.setDeviations()
	}
	return nil
}

func (m *model) fitRound(ctx context.Context, round int) error {
	if err := m.eachQueue(ctx, func(qi int) error { return m.fitBase(ctx, qi, round) }); err != nil {
		return err
	}
	if len(m.causes) == 0 {
		return nil // nothing to learn: every kind keeps its prior
	}
	for range innerRounds {
		if err := m.fitRates(ctx); err != nil {
			return err
		}
		if err := m.fitShapes(ctx); err != nil {
			return err
		}
	}
	for _, k := range Kinds() {
		if err := m.fitDepartures(ctx, k); err != nil {
			return err
		}
	}
	if err := m.fitRates(ctx); err != nil {
		return err
	}
	m.setAlike()
	return nil
}

// setDeviations finds the posterior mean of each group's shape around its
// dictionary: doubt times what the data still pull at, eta - info·u.
func (m *model) setDeviations() {
	for _, g := range m.groups {
		clear(g.dev)
	}
	for qi, post := range m.posts {
		pull := post.pull()
		for _, u := range m.units[qi] {
			scale := m.scale(u)
			for i := range u.cells {
				floats.AddScaled(u.group.dev, scale*pull[u.from+i], u.td.row(i))
			}
		}
	}
	for _, g := range m.groups {
		if len(g.units) > 0 {
			g.bound()
		}
	}
}

// eachQueue runs f for every queue; f touches nothing of another queue.
func (m *model) eachQueue(ctx context.Context, f func(qi int) error) error {
	return inParallel(ctx, len(m.queues), f)
}

// inParallel runs f on 0 to n-1, as many at once as there are processors, and returns
// the error of the lowest number, or that of the context.
func inParallel(ctx context.Context, n int, f func(i int) error) error {
	errs := make([]error, n)
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		work.Go(func() error {
			if ctx.Err() == nil {
				errs[i] = f(i)
			}
			return nil
		})
	}
	_ = work.Wait() // the errors are in errs, in order
	if err := ctx.Err(); err != nil {
		return err
	}
	i := slices.IndexFunc(errs, func(err error) bool { return err != nil })
	if i < 0 {
		return nil
	}
	return errs[i]
}

// fitBase estimates the base of a queue around the effects as they are believed now.
func (m *model) fitBase(ctx context.Context, qi, round int) error {
	b, n := m.bases[qi], len(m.queues[qi].rows)
	mean, spread, found, doubt := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
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
				square := r.mean*r.mean + r.variance
				departs := square * reach[j] * reach[j] * (u.group.slow*u.group.slow + u.group.fast*u.group.fast)
				spread[t] += departs
				doubt[t] += departs + r.variance*u.kappa[j]*u.kappa[j] + square*u.tdt.row(j)[j]
			}
		}
		columns = append(columns, column)
		u.markBusy(busy)
	}
	columns = append(columns, m.doubts(qi)...)
	if round > 0 {
		b.update(found)
		b.markFreaks(found, spread, busy, -1, m.posts[qi].p)
		b.markFreaks(mean, doubt, busy, 1, m.posts[qi].p)
	}
	b.choose(ctx, mean, columns, spread)
	evals := 160
	if round > 0 {
		evals = 70
	}
	if err := b.estimate(ctx, newLikelihood(b, mean, columns, spread), evals); err != nil {
		return m.queueFault(qi, err)
	}
	p, eta, err := b.information(ctx)
	if err != nil {
		return m.queueFault(qi, err)
	}
	m.posts[qi], err = newPosterior(ctx, m.units[qi], p, eta)
	return err
}

func (m *model) queueFault(qi int, err error) error {
	return fmt.Errorf("queue %q: %w", m.queues[qi].name, err)
}

// fitRates finds the joint posterior of all rates, then pools them by kind.
func (m *model) fitRates(ctx context.Context) error {
	n := len(m.causes)
	if err := m.eachQueue(ctx, func(qi int) error { return m.posts[qi].condition(ctx, m, m.units[qi]) }); err != nil {
		return err
	}
	prec, h := newMatrix(n, n), make([]float64, n)
	for qi, post := range m.posts { // in order: sums depend on it
		post.addRates(m.units[qi], prec, h)
	}
	less := 1 / m.repeated(m.touched())
	floats.Scale(less, prec.v)
	floats.Scale(less, h)
	seen := make([]bool, n)
	for i := range n {
		seen[i] = prec.row(i)[i] > 0
		prec.row(i)[i] += 1 / m.rates[i].v
		h[i] += m.rates[i].a / m.rates[i].v
	}
	root, err := factorOf(ctx, prec, oneBlock(n))
	if e, ok := errors.AsType[notPositive](err); ok {
		return fmt.Errorf("the rate of cause %q cannot be told from the others'; check for causes listed twice: %w", m.causes[e.row].ID, err)
	} else if err != nil {
		return err
	}
	m.cov = newMatrix(n, n)
	for i := range n {
		m.cov.row(i)[i] = 1
		root.solveT(m.cov.row(i))
		root.solve(m.cov.row(i))
	}
	root.solveT(h)
	root.solve(h)
	for i := range n {
		m.rates[i].mean, m.rates[i].variance, m.rates[i].known = h[i], m.cov.row(i)[i], seen[i]
	}
	if err := m.pool(ctx); err != nil {
		return err
	}
	return m.eachQueue(ctx, func(qi int) error { m.posts[qi].place(m, m.units[qi]); return nil })
}

// pool takes each rate's own prior out of its posterior, pools what is left, and
// gives back the normal prior that leads to the pooled posterior: expectation
// propagation with one factor a cause (Minka 2001).
func (m *model) pool(ctx context.Context) error {
	kinds := Kinds()
	found := make([]*pool, len(kinds))
	err := inParallel(ctx, len(kinds), func(i int) error {
		found[i] = m.poolKind(kinds[i])
		return nil
	})
	for i, p := range found {
		if p != nil {
			m.pools[kinds[i]] = *p
		}
	}
	return err
}

// poolKind pools the rates of one kind; nil where the history says nothing of any.
func (m *model) poolKind(k Kind) *pool {
	var ids []int
	var own []linear
	var sizes []float64
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
		sizes = append(sizes, m.logSize(c))
	}
	if len(ids) == 0 {
		return nil
	}
	pool, post := poolRates(priors[k], tauPrior(k), slopePrior(k), most(k), own, sizes)
	for j, i := range ids {
		m.rates[i].a, m.rates[i].v = factor(own[j], post[j])
	}
	return &pool
}

// logSize is a cause's log size less that of its kind's geometric mean; 0 where it has none.
func (m *model) logSize(c Cause) float64 {
	if s := math.Abs(c.size()); s > 0 {
		return math.Log(s / m.sizes[c.Kind])
	}
	return 0
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
func (m *model) fitShapes(ctx context.Context) error {
	for qi, post := range m.posts {
		post.cavities(m.units[qi])
	}
	units := slices.Concat(m.units...)
	infos := make([][]rateInfo, len(units))
	err := inParallel(ctx, len(units), func(i int) error {
		u := units[i]
		lo, err := u.local(ctx, m.scale(u), u.group.slow, u.group.fast)
		if err != nil {
			return m.unitFault(u, err)
		}
		infos[i] = lo.dictionary()
		return nil
	})
	if err != nil {
		return err
	}
	found := map[*unit][]rateInfo{}
	for i, u := range units {
		found[u] = infos[i]
	}
	for _, g := range m.groups {
		g.learnKernels(found, m.tau(g.kind))
	}
	err = inParallel(ctx, len(m.groups), func(i int) error {
		m.groups[i].setWeights(m.fromOthers(m.groups[i]))
		return nil
	})
	if err != nil {
		return err
	}
	return inParallel(ctx, len(units), func(i int) error { units[i].refresh(); return nil })
}

// tau returns the spread of log rates of a kind as far as it is known.
func (m *model) tau(k Kind) float64 {
	if p, ok := m.pools[k]; ok {
		return p.tau
	}
	return tauPrior(k) * math.Sqrt(2/math.Pi)
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
func (m *model) fitDepartures(ctx context.Context, k Kind) error {
	var groups []*group
	for _, g := range m.groups {
		if g.kind == k && len(g.units) > 0 {
			groups = append(groups, g)
		}
	}
	if len(groups) == 0 {
		return nil
	}
	at := [2]int{slices.Index(slowGrid, groups[0].slow), slices.Index(fastGrid, groups[0].fast)}
	known := map[[2]int]float64{}
	var failed error
	like := func(p [2]int) float64 {
		if failed != nil || p[0] < 0 || p[1] < 0 || p[0] >= len(slowGrid) || p[1] >= len(fastGrid) {
			return math.Inf(-1)
		}
		if _, ok := known[p]; !ok {
			known[p], failed = m.departureLike(ctx, groups, slowGrid[p[0]], fastGrid[p[1]])
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
	return failed
}

// slowGrid and fastGrid are the departures that are tried.
var (
	slowGrid = []float64{.12, levelSlow, priorSlow, .55, .8}
	fastGrid = []float64{.08, levelFast, priorFast, .42, .7}
)

// departureLike is the log posterior of departures that all groups of a kind share.
func (m *model) departureLike(ctx context.Context, groups []*group, slow, fast float64) (float64, error) {
	var units []*unit
	for _, g := range groups {
		units = append(units, g.units...)
	}
	infos, halves := make([]rateInfo, len(units)), make([]float64, len(units))
	err := inParallel(ctx, len(units), func(i int) error {
		lo, err := units[i].local(ctx, m.scale(units[i]), slow, fast)
		if err != nil {
			return m.unitFault(units[i], err)
		}
		infos[i], halves[i] = lo.expected(), lo.half()
		return nil
	})
	medianSlow, medianFast, doubt := departuresOf(groups[0].kind)
	zs, zf := math.Log(slow/medianSlow)/doubt, math.Log(fast/medianFast)/doubt
	like := -(zs*zs + zf*zf) / 2
	for i := 0; i < len(units); { // units of a cause stand together
		cause, all := units[i].cause, rateInfo{}
		for ; i < len(units) && units[i].cause == cause; i++ {
			all, like = all.plus(infos[i]), like+halves[i]
		}
		like += all.gain(m.rates[cause].a, m.rates[cause].v)
	}
	return like, err
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
	z := (e.delay - f.delay - shift) / .35
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
