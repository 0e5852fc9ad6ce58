package forecast

import (
	"math"
	"slices"
)

// The day model is z = x'b + a + s + e + c: calendar terms, two persistent parts a
// and s that are AR(1) over calendar days, a quick one whose memory is learnt and a
// slow one whose memory is four months, a part e of the day alone, and the noise c of
// counting, whose variance is known. a + e is the ARMA(1,1) whose moving average has
// the sign of forgetting (Harvey 1989, Forecasting, structural time series models and
// the Kalman filter, sec. 2.5); s is the level that wanders.
type noise struct {
	phi              float64 // persistence of a per calendar day, 0 to 1
	drift, day, slow float64 // variances of a (stationary), of e and of s (stationary)
}

// slowPhi is the persistence of the slow part per calendar day.
var slowPhi = math.Exp2(-1.0 / 120)

// A drift is what the filter believes of the two persistent parts of one column,
// or adds to them.
type drift struct{ quick, slow float64 }

// after returns the parts n days on.
func (h noise) after(d drift, n int) drift {
	return drift{d.quick * math.Pow(h.phi, float64(n)), d.slow * math.Pow(slowPhi, float64(n))}
}

// tomorrow is after one day.
func (h noise) tomorrow(d drift) drift { return drift{h.phi * d.quick, slowPhi * d.slow} }

func (d drift) sum() float64 { return d.quick + d.slow }

// A doubt is the covariance of the two persistent parts of z.
type doubt struct{ quick, cross, slow float64 }

func (u doubt) sum() float64 { return u.quick + 2*u.cross + u.slow }

// gain returns what each part takes of a prediction error of variance fvar.
func (u doubt) gain(fvar float64) drift {
	return drift{(u.quick + u.cross) / fvar, (u.cross + u.slow) / fvar}
}

// less returns the doubt after an observation with that gain.
func (u doubt) less(g drift, fvar float64) doubt {
	return doubt{u.quick - g.quick*g.quick*fvar, u.cross - g.quick*g.slow*fvar, u.slow - g.slow*g.slow*fvar}
}

// next returns the doubt about the following day.
func (h noise) next(u doubt) doubt {
	p, q := h.phi, slowPhi
	return doubt{p*p*u.quick + h.drift*(1-p*p), p * q * u.cross, q*q*u.slow + h.slow*(1-q*q)}
}

// later returns the doubt n days on.
func (h noise) later(u doubt, n int) doubt {
	p, q := math.Pow(h.phi, float64(n)), math.Pow(slowPhi, float64(n))
	return doubt{p*p*u.quick + h.drift*(1-p*p), p * q * u.cross, q*q*u.slow + h.slow*(1-q*q)}
}

// A table holds one row per day: the p terms, then z. Days without a value are
// skipped by the sums and passed through by the persistence.
type table struct {
	p     int
	rows  []float64 // days × (p+1)
	count []float64 // variance of the counting noise
	far   []float64 // what robust adds to it on days that lie far off
	ok    []bool
	prior []float64 // 1/sd² per term
}

// noise returns the variance of the noise that the filter takes a day to have.
func (t *table) noise(day int) float64 { return t.count[day] + t.far[day] }

func (t *table) row(day int) []float64 { return t.rows[day*(t.p+1) : (day+1)*(t.p+1)] }

// A filter passes z and every column of x through one Kalman filter of a, which
// whitens them, and sums the cross products (generalised least squares by the
// augmented filter, de Jong 1991, Annals of Statistics 19:1073). It can be read
// after any day: the sums then hold that day and all before it.
type filter struct {
	noise
	p     int
	gram  []float64 // (p+1)², lower triangle
	state []drift   // predicted, per column
	v     []float64 // the last prediction errors, per column
	doubt doubt
	fvar  float64 // variance of the last prediction error
	gain  drift
	logF  float64
}

func newFilter(p int, h noise) *filter {
	f := &filter{p: p, gram: make([]float64, (p+1)*(p+1)), state: make([]drift, p+1), v: make([]float64, p+1)}
	f.reset(h)
	return f
}

func (f *filter) reset(h noise) {
	f.noise, f.doubt, f.logF = h, doubt{h.drift, 0, h.slow}, 0
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
	f.gain = drift{}
	if ok {
		f.observe(row, count)
		f.doubt = f.doubt.less(f.gain, f.fvar)
	}
	for j := range f.state {
		s := &f.state[j]
		s.quick = f.phi * (s.quick + f.gain.quick*f.v[j])
		s.slow = slowPhi * (s.slow + f.gain.slow*f.v[j])
	}
	f.doubt = f.next(f.doubt)
}

func (f *filter) observe(row []float64, count float64) {
	f.fvar = f.doubt.sum() + f.day + count
	f.gain = f.doubt.gain(f.fvar)
	f.logF += math.Log(f.fvar)
	for j, x := range row {
		f.v[j] = x - f.state[j].sum()
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
		f.step(t.row(d), t.noise(d), t.ok[d])
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

// predicted returns the persistent parts of the next day, given coefficients.
func (f *filter) predicted(b []float64) drift {
	d := f.state[f.p]
	for j, v := range b {
		d.quick -= v * f.state[j].quick
		d.slow -= v * f.state[j].slow
	}
	return d
}

func sq(x float64) float64 { return x * x }
