package uplift

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/optimize"
)

// The base of a queue, the calls it would have had without any cause, is on open
// day t, in units of a slowly moving level L_t:
//
//	y_t / L_t = a_t (c + walk_t) + z_t'b + swing_t + noise_t
//
// z: weekday, day after a closure, two day-of-month harmonics; walk a random walk;
// swing an AR(1); noise white, with the Poisson part 1/L_t known and the rest
// estimated. Dividing by the level makes weekdays and noise proportional to it, as
// they are in call counts, and leaves the effects linear. The level itself is not
// taken as known: a_t, mean level over L_t, makes constant and walk calls again.
// Were it taken as known, whatever calls the first guess gave to the base would
// stay there.

// noise holds the variances of the base, relative to the level.
type noise struct {
	white float64 // standard deviation of the day's own noise, beside Poisson
	swing float64 // stationary standard deviation of the AR(1)
	phi   float64 // its coefficient from one open day to the next
	walk  float64 // standard deviation of a step of the random walk
}

// Priors on the logs (phi: logit) of noise, in the order of its fields: mean and
// standard deviation. Stretches of 160 open days of four real series without labelled
// causes (a bank, a reservations and a support desk, an ambulance service), fitted
// under a weak prior, give white .01-.19, swing .02-.83, phi .35-.80 and walk
// .005-.06, most of them near .03, .03, .6 and .007. The middle here is on the
// restless side of that: levels hide the restlessness of the base from the
// likelihood, and with a calm base they are believed too much. Which of a handful of
// restless settings to take was decided on the scores of bench/uplift.
var noisePrior = [4][2]float64{{math.Log(.03), .6}, {math.Log(.045), .4}, {1.3, .4}, {math.Log(.011), .4}}

func (n noise) vector() []float64 {
	return []float64{math.Log(n.white), math.Log(n.swing), math.Log(n.phi / (1 - n.phi)), math.Log(n.walk)}
}

func noiseOf(v []float64) noise {
	return noise{math.Exp(v[0]), math.Exp(v[1]), 1 / (1 + math.Exp(-v[2])), math.Exp(v[3])}
}

// base is the base model of one queue while it is being fitted.
type base struct {
	q     *queueDays
	level []float64 // L, per row
	ease  []float64 // a, per row
	z     [][]float64
	zsd   []float64 // prior standard deviation of each column's coefficient
	noise noise
	extra []float64 // added variance per row (relative): freak days
}

func newBase(q *queueDays) *base {
	b := &base{q: q, noise: noiseOf([]float64{noisePrior[0][0], noisePrior[1][0], noisePrior[2][0], noisePrior[3][0]}),
		level: make([]float64, len(q.rows)), extra: make([]float64, len(q.rows))}
	known := make([]float64, 0, len(q.known))
	for _, t := range q.known {
		known = append(known, q.total[q.rows[t]])
	}
	flat := max(median(known), .2*q.mean, .5)
	for t := range b.level {
		b.level[t] = flat
	}
	b.setEase()
	b.setColumns()
	return b
}

// setEase sets mean level over level; it is also the first column, the constant.
func (b *base) setEase() {
	sum := 0.0
	for _, v := range b.level {
		sum += v
	}
	b.ease = make([]float64, len(b.level))
	for t, v := range b.level {
		b.ease[t] = sum / float64(len(b.level)) / v
	}
	if len(b.z) == 0 {
		b.z, b.zsd = append(b.z, nil), append(b.zsd, 10)
	}
	b.z[0] = b.ease
}

func (b *base) setColumns() {
	rows := b.q.rows
	column := func(sd float64, f func(i int) float64) {
		c, any := make([]float64, len(rows)), false
		for t, i := range rows {
			c[t] = f(i)
			any = any || c[t] != 0
		}
		if any {
			b.z, b.zsd = append(b.z, c), append(b.zsd, sd)
		}
	}
	var count [7]int
	for _, i := range rows {
		count[b.q.run.date(i).Weekday()]++
	}
	for w := range 7 {
		if count[w] > 0 {
			column(.7, func(i int) float64 {
				if int(b.q.run.date(i).Weekday()) == w {
					return b.q.part[i]
				}
				return 0
			})
		}
	}
	column(.3, func(i int) float64 { return min(1, float64(b.q.afterClosure(i))) })
	if len(rows) >= 80 { // four months: fewer cannot tell a month's rhythm from noise
		for h := 1; h <= 2; h++ {
			angle := func(i int) float64 {
				d := b.q.run.date(i)
				next := d.AddDays(32 - d.Day()) // a day of the month after
				length := float64(next.AddDays(-next.Day()).Day())
				return 2 * math.Pi * float64(h) * (float64(d.Day()) - .5) / length
			}
			column(.03, func(i int) float64 { return math.Sin(angle(i)) })
			column(.03, func(i int) float64 { return math.Cos(angle(i)) })
		}
	}
}

// variance returns the white variance of row t, relative to the level.
func (b *base) variance(t int, n noise) float64 {
	return n.white*n.white + 1/max(b.level[t], 1) + b.extra[t]
}

// whiten turns the columns of x, given per row, into independent unit noise, in
// place, and returns half the log determinant of the base's covariance. Rows that
// are not known become zero. It is a Kalman filter with two states, run on all
// columns at once (Durbin and Koopman 2012, section 4.3).
func (b *base) whiten(x *mat.Dense, n noise, more []float64) float64 {
	rows, cols := x.Dims()
	known := make([]bool, rows)
	for _, t := range b.q.known {
		known[t] = true
	}
	walk, swing := make([]float64, cols), make([]float64, cols)
	pw, pws, ps := 0.0, 0.0, n.swing*n.swing
	q, r := n.walk*n.walk, n.swing*n.swing*(1-n.phi*n.phi)
	half := 0.0
	for t := range rows {
		row := x.RawRowView(t)
		if !known[t] {
			clear(row)
		} else {
			a := b.ease[t]
			f := a*a*pw + 2*a*pws + ps + b.variance(t, n)
			if more != nil {
				f += more[t]
			}
			kw, ks, root := (a*pw+pws)/f, (a*pws+ps)/f, math.Sqrt(f)
			for j, v := range row {
				e := v - a*walk[j] - swing[j]
				walk[j] += kw * e
				swing[j] += ks * e
				row[j] = e / root
			}
			pw, pws, ps = pw-kw*kw*f, pws-kw*ks*f, ps-ks*ks*f
			half += math.Log(f) / 2
		}
		for j := range swing {
			swing[j] *= n.phi
		}
		pw, pws, ps = pw+q/(b.ease[t]*b.ease[t]), pws*n.phi, ps*n.phi*n.phi+r
	}
	return half
}

// estimate finds the noise by penalised restricted likelihood, with what is
// believed of the effects: their mean per row is taken off, each column of
// effects may still be wrong by its standard deviation 1, and more is the variance
// of their departures. All are in calls.
func (b *base) estimate(mean []float64, effects [][]float64, more []float64, evals int) {
	y := b.relative(mean)
	cols := append(slices.Clone(b.z), nil)[:len(b.z)]
	sd := slices.Clone(b.zsd)
	for _, e := range effects {
		c := make([]float64, len(e))
		for t := range e {
			c[t] = e[t] / b.level[t]
		}
		cols, sd = append(cols, c), append(sd, 1)
	}
	rel := make([]float64, len(more))
	for t := range more {
		rel[t] = more[t] / (b.level[t] * b.level[t])
	}
	x := mat.NewDense(len(b.q.rows), len(cols)+1, nil)
	objective := func(v []float64) float64 {
		for t := range b.q.rows {
			row := x.RawRowView(t)
			for j, c := range cols {
				row[j] = c[t] * sd[j]
			}
			row[len(cols)] = y[t]
		}
		penalty := 0.0
		for i, p := range noisePrior {
			z := (v[i] - p[0]) / p[1]
			penalty += z * z / 2
		}
		return penalty + b.minusLog(x, noiseOf(v), rel)
	}
	settings := &optimize.Settings{FuncEvaluations: evals, Converger: &optimize.FunctionConverge{Absolute: 1e-3, Iterations: 30}}
	res, err := optimize.Minimize(optimize.Problem{Func: objective}, b.noise.vector(), settings, &optimize.NelderMead{SimplexSize: .5})
	if res != nil && (err == nil || finite(res.F)) {
		b.noise = noiseOf(res.X)
	}
}

// minusLog returns minus the log likelihood of the last column of x, where the
// others have coefficients of prior standard deviation 1.
func (b *base) minusLog(x *mat.Dense, n noise, more []float64) float64 {
	if n.phi > .995 || n.white < 1e-5 {
		return 1e10
	}
	out := b.whiten(x, n, more)
	var g mat.SymDense
	g.SymOuterK(1, x.T())
	p := g.SymmetricDim() - 1
	a := mat.NewSymDense(p, nil)
	c := mat.NewVecDense(p, nil)
	for i := range p {
		for j := i; j < p; j++ {
			a.SetSym(i, j, g.At(i, j))
		}
		a.SetSym(i, i, g.At(i, i)+1)
		c.SetVec(i, g.At(i, p))
	}
	var chol mat.Cholesky
	if !chol.Factorize(a) {
		return 1e10
	}
	var s mat.VecDense
	if err := chol.SolveVecTo(&s, c); err != nil {
		return 1e10
	}
	return out + chol.LogDet()/2 + (g.At(p, p)-mat.Dot(&s, c))/2
}

// relative returns the calls of each row without the given effects, in units of the level.
func (b *base) relative(mean []float64) []float64 {
	y := make([]float64, len(b.q.rows))
	for _, t := range b.q.known {
		y[t] = (b.q.total[b.q.rows[t]] - mean[t]) / b.level[t]
	}
	return y
}

// information returns what the history says of effects on single days, in calls:
// the log likelihood of day effects f, the base integrated out, is
// eta'f - f'P f/2 + constant. Unknown days have rows of zeros.
func (b *base) information() (p *mat.SymDense, eta []float64) {
	n := len(b.q.rows)
	x := mat.NewDense(n, n+len(b.z), nil)
	for t := range n {
		x.Set(t, t, 1/b.level[t])
		for j, c := range b.z {
			x.Set(t, n+j, c[t]*b.zsd[j])
		}
	}
	b.whiten(x, b.noise, nil)
	w, z := x.Slice(0, n, 0, n), x.Slice(0, n, n, n+len(b.z))
	var zz mat.SymDense
	zz.SymOuterK(1, z.T())
	for j := range b.z {
		zz.SetSym(j, j, zz.At(j, j)+1)
	}
	var chol mat.Cholesky
	if !chol.Factorize(&zz) {
		panic("uplift: the base of a valid history has no covariance")
	}
	var wz, half mat.Dense
	wz.Mul(w.T(), z)
	var u mat.TriDense
	chol.UTo(&u)
	if err := half.Solve(u.T(), wz.T()); err != nil {
		panic("uplift: " + err.Error())
	}
	p = mat.NewSymDense(n, nil)
	p.SymOuterK(1, w.T())
	p.SymRankK(p, -1, half.T())
	y := mat.NewVecDense(n, nil)
	for _, t := range b.q.known {
		y.SetVec(t, b.q.total[b.q.rows[t]])
	}
	var e mat.VecDense
	e.MulVec(p, y)
	return p, e.RawVector().Data
}

// update follows the level and marks freak days, given the effects' mean and
// variance per row (in calls) and the information of the last fit.
func (b *base) update(mean, spread []float64, busy []float64, p *mat.SymDense) {
	const reach = 12 // open days to either side
	plain := make([]float64, len(b.q.rows))
	rhythm := b.rhythm(mean)
	for _, t := range b.q.known {
		plain[t] = max(b.q.total[b.q.rows[t]]-mean[t], 0) / max(rhythm[t], .05)
	}
	for t := range b.level {
		var near []float64
		for _, s := range b.q.known {
			if s >= t-reach && s <= t+reach {
				near = append(near, plain[s])
			}
		}
		if len(near) >= 5 {
			b.level[t] = max(median(near), .05*b.q.mean, .5)
		}
	}
	b.setEase()
	b.markFreaks(mean, spread, busy, p)
}

// rhythm returns the mean of each row's weekday relative to all, effects taken off.
func (b *base) rhythm(mean []float64) []float64 {
	var sum, n [7]float64
	for _, t := range b.q.known {
		w := b.q.run.date(b.q.rows[t]).Weekday()
		sum[w] += max(b.q.total[b.q.rows[t]]-mean[t], 0) / b.level[t]
		n[w]++
	}
	out := make([]float64, len(b.q.rows))
	all, days := 0.0, 0.0
	for w := range 7 {
		all, days = all+sum[w], days+n[w]
	}
	for t, i := range b.q.rows {
		w := b.q.run.date(i).Weekday()
		out[t] = b.q.part[i]
		if n[w] > 0 && all > 0 {
			out[t] *= sum[w] / n[w] / (all / days)
		}
	}
	return out
}

// markFreaks gives days whose left-out residual lies beyond 3.5 standard
// deviations the variance they need: a holiday nobody listed must not pull the
// base. Where an effect is at home only the other sign is freakish. Left-out residuals are (P e)_t / P_tt with variance 1/P_tt.
func (b *base) markFreaks(mean, spread []float64, busy []float64, p *mat.SymDense) {
	n := len(b.q.rows)
	e := mat.NewVecDense(n, nil)
	for _, t := range b.q.known {
		e.SetVec(t, b.q.total[b.q.rows[t]]-mean[t])
	}
	var pe mat.VecDense
	pe.MulVec(p, e)
	for _, t := range b.q.known {
		if p.At(t, t) <= 0 {
			continue
		}
		resid, v := pe.AtVec(t)/p.At(t, t), 1/p.At(t, t)+spread[t]
		if resid*resid > 3.5*3.5*v && busy[t]*resid <= 0 {
			b.extra[t] += resid * resid / (b.level[t] * b.level[t])
		}
	}
}

func sorted(v []float64) []float64 { return slices.Sorted(slices.Values(v)) }
