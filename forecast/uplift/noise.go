package uplift

import (
	"context"
	"fmt"
	"math"

	"golang.org/x/sync/errgroup"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/optimize"
)

// A likelihood is that of the noise of one base, with what is believed of the effects.
type likelihood struct {
	f         *filter
	known     []bool
	fixed     []float64   // white variance per row beside the noise
	in, white [][]float64 // columns of prior standard deviation 1, then the calls
	from      []int       // first row of each column that is not zero
	gram      upper       // of the columns but the last, plus 1
}

// newLikelihood takes the effects' mean per row off; each column of effects may
// still be wrong by its standard deviation 1, and more is the variance of their
// departures. All are in calls.
func newLikelihood(b *base, mean []float64, effects [][]float64, more []float64) *likelihood {
	k := &likelihood{f: newFilter(b.ease), known: b.seen, fixed: b.fixed(more)}
	k.in = append(k.in, b.columns()...)
	for _, e := range append(effects[:len(effects):len(effects)], b.without(mean)) {
		c := make([]float64, len(e))
		floats.DivTo(c, e, b.level)
		k.in = append(k.in, c)
	}
	for _, c := range k.in {
		first := 0
		for first < len(c) && c[first] == 0 {
			first++
		}
		k.from = append(k.from, first)
		k.white = append(k.white, make([]float64, len(c)))
	}
	p := len(k.in) - 1
	k.gram = upper{newMatrix(p, p), oneBlock(p)}
	return k
}

// minusLog returns minus the log likelihood at a noise.
func (k *likelihood) minusLog(ctx context.Context, n noise) float64 {
	if n.phi > .995 || n.white < 1e-5 {
		return impossible
	}
	c, square := k.products(n)
	return k.value(ctx, c, square)
}

// products fills the gram with the inner products of the whitened columns, and returns
// those with the calls, and of the calls with themselves.
func (k *likelihood) products(n noise) (c []float64, square float64) {
	k.f.set(n, k.known, k.fixed)
	k.f.whiten(k.white, k.in, k.from)
	p := k.gram.rows
	y := k.white[p]
	c = make([]float64, p)
	// Most of the time of a fit passes here, and often in one queue: the one that all
	// causes touch.
	var work errgroup.Group
	for part := range parts {
		work.Go(func() error {
			for i := part; i < p; i += parts {
				k.productsOf(i)
				c[i] = floats.Dot(k.white[i][k.from[i]:], y[k.from[i]:])
			}
			return nil
		})
	}
	work.Wait()
	return c, floats.Dot(y, y)
}

// parts is how many shares the work on a gram is cut into.
const parts = 4

// productsOf fills a row of the gram.
func (k *likelihood) productsOf(i int) {
	row := k.gram.row(i)
	for j := i; j < len(row); j++ {
		start := max(k.from[i], k.from[j])
		row[j] = floats.Dot(k.white[i][start:], k.white[j][start:])
	}
}

// rescale multiplies each column by a number: the gram in place, and a copy of c.
func (k *likelihood) rescale(by, c []float64) []float64 {
	out := make([]float64, len(c))
	for i, s := range by {
		row := k.gram.row(i)
		for j := i; j < len(row); j++ {
			row[j] *= s * by[j]
		}
		out[i] = s * c[i]
	}
	return out
}

// value is minus the log likelihood of products. It uses up the gram and c.
func (k *likelihood) value(ctx context.Context, c []float64, square float64) float64 {
	for i := range c {
		k.gram.row(i)[i]++
	}
	if k.gram.factorize(ctx) != nil {
		return impossible
	}
	k.gram.solveT(c)
	return k.f.half + k.gram.halfLogDet() + (square-floats.Dot(c, c))/2
}

// impossible stands for a likelihood of nothing.
const impossible = 1e10

// estimate finds the noise by penalised restricted likelihood, in so many
// evaluations at most.
func (b *base) estimate(ctx context.Context, k *likelihood, evals int) error {
	objective := func(v []float64) float64 {
		penalty := 0.0
		for i, p := range noisePrior {
			z := (v[i] - p[0]) / p[1]
			penalty += z * z / 2
		}
		return penalty + k.minusLog(ctx, noiseOf(v))
	}
	settings := &optimize.Settings{FuncEvaluations: evals, Converger: &optimize.FunctionConverge{Absolute: 1e-3, Iterations: 15}}
	problem := optimize.Problem{Func: objective, Status: func() (optimize.Status, error) {
		if err := ctx.Err(); err != nil {
			return optimize.Failure, err
		}
		return optimize.NotTerminated, nil
	}}
	res, err := optimize.Minimize(problem, b.noise.vector(), settings, &optimize.NelderMead{SimplexSize: .5})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if res == nil || err != nil && !finite(res.F) {
		return fmt.Errorf("the noise of the base has no likelihood: %w", err)
	}
	b.noise = noiseOf(res.X)
	return nil
}

// doubts are columns of effects, in calls: how the effects in a queue may differ from
// what is believed because the shapes of their groups are in doubt. Without them the
// base would be taken for restless where a shape is wrong, and a restless base hides
// the very effects that would put the shape right.
func (m *model) doubts(qi int) [][]float64 {
	var out [][]float64
	done := map[*group]bool{}
	for _, first := range m.units[qi] {
		g := first.group
		if done[g] {
			continue
		}
		done[g] = true
		for _, v := range g.directions() {
			column := make([]float64, len(m.queues[qi].rows))
			for _, u := range m.units[qi] {
				if u.group == g {
					r := m.rates[u.cause]
					u.onRows(v, math.Sqrt(r.mean*r.mean+r.variance), column)
				}
			}
			out = append(out, column)
		}
	}
	return out
}

// onRows adds a shape under the group's heaviest rule to rows, times scale.
func (u *unit) onRows(shape []float64, scale float64, out []float64) {
	for j, c := range u.cells {
		v := scale * u.size * placed{lags: u.shape[j]}.at(shape)
		for t := c.lo; t < c.hi; t++ {
			out[t] += v
		}
	}
}
