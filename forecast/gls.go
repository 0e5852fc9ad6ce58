package forecast

import (
	"math"
	"slices"
)

// The day model is z = x'b + a + e + c: calendar terms, a persistent part a that
// is AR(1) over calendar days, a part e of the day alone, and the noise c of
// counting, whose variance is known. a + e is the ARMA(1,1) whose moving average
// has the sign of forgetting (Harvey 1989, Forecasting, structural time series
// models and the Kalman filter, sec. 2.5).
type noise struct {
	phi        float64 // persistence of a per calendar day, 0 to 1
	drift, day float64 // variances of a (stationary) and of e
}

// A table holds one row per day: the p terms, then z. Days without a value are
// skipped by the sums and passed through by the persistence.
type table struct {
	p     int
	rows  []float64 // days × (p+1)
	count []float64 // variance of the counting noise
	ok    []bool
	prior []float64 // 1/sd² per term
}

func (t *table) row(day int) []float64 { return t.rows[day*(t.p+1) : (day+1)*(t.p+1)] }

// A filter passes z and every column of x through one Kalman filter of a, which
// whitens them, and sums the cross products (generalised least squares by the
// augmented filter, de Jong 1991, Annals of Statistics 19:1073). It can be read
// after any day: the sums then hold that day and all before it.
type filter struct {
	noise
	p     int
	gram  []float64 // (p+1)², lower triangle
	state []float64 // predicted a, per column
	v     []float64 // the last prediction errors, per column
	pvar  float64   // variance of the predicted a
	fvar  float64   // variance of the last prediction error
	gain  float64
	logF  float64
}

func newFilter(p int, h noise) *filter {
	f := &filter{p: p, gram: make([]float64, (p+1)*(p+1)), state: make([]float64, p+1), v: make([]float64, p+1)}
	f.reset(h)
	return f
}

func (f *filter) reset(h noise) {
	f.noise, f.pvar, f.logF = h, h.drift, 0
	clear(f.gram)
	clear(f.state)
}

func (f *filter) clone() *filter {
	g := *f
	g.gram, g.state, g.v = slices.Clone(f.gram), slices.Clone(f.state), slices.Clone(f.v)
	return &g
}

// step takes in one day, seen or not, and predicts the next.
func (f *filter) step(row []float64, count float64, ok bool) {
	phi := f.phi
	f.gain = 0
	if ok {
		f.observe(row, count)
	}
	for j := range f.state {
		f.state[j] = phi * (f.state[j] + f.gain*f.v[j])
	}
	f.pvar = phi*phi*f.pvar*(1-f.gain) + f.drift*(1-phi*phi)
}

func (f *filter) observe(row []float64, count float64) {
	f.fvar = f.pvar + f.day + count
	f.gain = f.pvar / f.fvar
	f.logF += math.Log(f.fvar)
	for j, x := range row {
		f.v[j] = x - f.state[j]
	}
	n := f.p + 1
	for i, vi := range f.v {
		if vi == 0 {
			continue
		}
		vi /= f.fvar
		g := f.gram[i*n : i*n+i+1]
		for j, vj := range f.v[:len(g)] {
			g[j] += vi * vj
		}
	}
}

// run passes the first n days of the table.
func (f *filter) run(t *table, n int, h noise) {
	f.reset(h)
	for d := range n {
		f.step(t.row(d), t.count[d], t.ok[d])
	}
}

// A solution is the posterior of the coefficients, Normal(b, (L·L')⁻¹), and the
// logarithm of the marginal likelihood up to a constant.
type solution struct {
	b, l   []float64
	logLik float64
}

// solve combines the sums with the prior.
func (f *filter) solve(prior []float64) solution {
	n, p := f.p+1, f.p
	l, b := make([]float64, p*p), make([]float64, p)
	for i := range p {
		copy(l[i*p:i*p+i+1], f.gram[i*n:i*n+i+1])
		l[i*p+i] += prior[i]
	}
	copy(b, f.gram[p*n:p*n+p])
	logDet := cholesky(l, p)
	forward(l, p, b)
	rss := f.gram[p*n+p] - dot(b, b)
	backward(l, p, b)
	return solution{b, l, -0.5 * (f.logF + logDet + rss)}
}

// residual returns the prediction error of the last observed day, given coefficients.
func (f *filter) residual(b []float64) float64 { return f.v[f.p] - dot(b, f.v[:f.p]) }

// predicted returns the predicted a, given coefficients.
func (f *filter) predicted(b []float64) float64 { return f.state[f.p] - dot(b, f.state[:f.p]) }

// fitNoise maximises the marginal likelihood times weak priors: memory of about
// 12 days within a factor of 3, standard deviations about scale within a factor of 3.
func fitNoise(t *table, scale float64) noise {
	f := newFilter(t.p, noise{})
	days := len(t.ok)
	decode := func(x []float64) noise {
		life := math.Exp(min(max(x[0], -0.7), 6))
		return noise{math.Exp2(-1 / life), math.Exp(2 * min(max(x[1], -9), 2)), math.Exp(2 * min(max(x[2], -9), 2))}
	}
	cost := func(x []float64) float64 {
		f.run(t, days, decode(x))
		penalty := sq((x[0]-math.Log(12))/1.1) + sq((x[1]-math.Log(scale))/1.1) + sq((x[2]-math.Log(scale))/1.1)
		return -f.solve(t.prior).logLik + 0.5*penalty
	}
	x := minimise(cost, []float64{math.Log(12), math.Log(scale), math.Log(scale)}, 0.7, 90)
	return decode(x)
}

func sq(x float64) float64 { return x * x }
