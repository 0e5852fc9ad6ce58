package forecast

import "math"

// fitNoise returns the noise parameters that make the residuals r of a regression
// with as many free coefficients as given most likely, under weak priors: memory of
// about 12 days within a factor of 3, standard deviations about scale, the slow one
// about half of it, within a factor of 3. Working on residuals costs a hundredth of
// the full marginal likelihood, which it replaces at n free degrees of n days: the
// residuals are scaled up for what the coefficients took.
func fitNoise(r []float64, t *table, free, scale float64, start noise, calls int) noise {
	n := 0.0
	for _, seen := range t.ok {
		n += indicator(seen)
	}
	up := math.Sqrt(n / max(n-free, n/3, 1))
	decode := func(x []float64) noise {
		sd := func(x float64) float64 { return math.Exp(2 * min(max(x, -9), 2)) }
		life := math.Exp(min(max(x[0], -0.7), 6))
		return noise{math.Exp2(-1 / life), sd(x[1]), sd(x[2]), sd(x[3])}
	}
	log := math.Log(scale)
	cost := func(x []float64) float64 {
		penalty := sq((x[0]-math.Log(12))/1.1) + sq((x[1]-log)/1.1) + sq((x[2]-log)/1.1) + sq((x[3]-log+0.7)/1.1)
		return 0.5*penalty - decode(x).logLik(r, t, up)
	}
	encode := func(variance float64) float64 { return 0.5 * math.Log(variance) }
	x := []float64{math.Log(-1 / math.Log2(start.phi)), encode(start.drift), encode(start.day), encode(start.slow)}
	return decode(minimise(cost, x, 0.7, calls))
}

// usualNoise is where the search begins.
func usualNoise(scale float64) noise {
	return noise{math.Exp2(-1.0 / 12), sq(scale), sq(scale), sq(scale / 2)}
}

// logLik returns the log likelihood of residuals scaled by up.
func (h noise) logLik(r []float64, t *table, up float64) float64 {
	var a drift
	u, total, product := doubt{h.drift, 0, h.slow}, 0.0, 1.0
	for d, seen := range t.ok {
		if seen {
			fvar := u.sum() + h.day + t.noise(d)
			g, v := u.gain(fvar), up*r[d]-a.sum()
			total += v * v / fvar
			if product *= fvar; product < 1e-200 || product > 1e200 { // one logarithm for many days
				total += math.Log(product)
				product = 1
			}
			a = drift{a.quick + g.quick*v, a.slow + g.slow*v}
			u = u.less(g, fvar)
		}
		a = drift{h.phi * a.quick, slowPhi * a.slow}
		u = h.next(u)
	}
	return -0.5 * (total + math.Log(product))
}
