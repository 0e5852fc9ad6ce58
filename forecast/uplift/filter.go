package uplift

import "math"

// A filter is the Kalman filter of a base under one noise. Its states are walk and
// swing; with gains fixed it is a linear map that whitens a column, and its
// transpose, the disturbance smoother, completes the inverse of the base's
// covariance V (Durbin and Koopman 2012, sections 4.3, 4.5 and 4.7): V^-1 costs a
// few operations an element and no factor.
type filter struct {
	ease   []float64 // weight of walk per row
	inv    []float64 // 1 / standard deviation of the innovation; 0 where the row is unknown
	kw, ks []float64 // gains
	phi    float64
	half   float64 // half the log determinant of V
}

func newFilter(ease []float64) *filter {
	n := len(ease)
	return &filter{ease: ease, inv: make([]float64, n), kw: make([]float64, n), ks: make([]float64, n)}
}

// set finds the gains for a noise, with fixed the white variance per row that is
// known beside it.
func (f *filter) set(n noise, known []bool, fixed []float64) {
	pw, pws, ps := 0.0, 0.0, n.swing*n.swing
	q, r, white := n.walk*n.walk, n.swing*n.swing*(1-n.phi*n.phi), n.white*n.white
	f.phi, f.half = n.phi, 0
	product := 1.0 // one logarithm for many rows
	for t, a := range f.ease {
		if known[t] {
			v := a*a*pw + 2*a*pws + ps + white + fixed[t]
			kw, ks := (a*pw+pws)/v, (a*pws+ps)/v
			f.kw[t], f.ks[t], f.inv[t] = kw, ks, 1/math.Sqrt(v)
			pw, pws, ps = pw-kw*kw*v, pws-kw*ks*v, ps-ks*ks*v
			if product *= v; product < 1e-80 || product > 1e80 {
				f.half += math.Log(product) / 2
				product = 1
			}
		} else {
			f.kw[t], f.ks[t], f.inv[t] = 0, 0, 0
		}
		pw, pws, ps = pw+q/(a*a), pws*n.phi, ps*n.phi*n.phi+r
	}
	f.half += math.Log(product) / 2
}

// whiten turns columns into independent unit noise, four at once: one alone would
// wait for its own state on every row. Column j is zero before row from[j].
func (f *filter) whiten(out, in [][]float64, from []int) {
	last := len(in) - 1
	for j := 0; j <= last; j += 4 {
		a, b, c, d := j, min(j+1, last), min(j+2, last), min(j+3, last)
		start := min(from[a], from[b], from[c], from[d])
		for _, k := range [...]int{a, b, c, d} {
			clear(out[k][:start])
		}
		f.four(start, [4][]float64{out[a], out[b], out[c], out[d]}, [4][]float64{in[a], in[b], in[c], in[d]})
	}
}

func (f *filter) four(start int, out, in [4][]float64) {
	n := len(f.ease)
	ease, inv, kw, ks := f.ease[:n], f.inv[:n], f.kw[:n], f.ks[:n]
	ia, ib, ic, id := in[0][:n], in[1][:n], in[2][:n], in[3][:n]
	oa, ob, oc, od := out[0][:n], out[1][:n], out[2][:n], out[3][:n]
	var wa, wb, wc, wd, sa, sb, sc, sd float64
	for t := start; t < n; t++ {
		a, p, q, i := ease[t], kw[t], ks[t], inv[t]
		ea, eb := ia[t]-sa-a*wa, ib[t]-sb-a*wb
		ec, ed := ic[t]-sc-a*wc, id[t]-sd-a*wd
		wa, wb, wc, wd = wa+p*ea, wb+p*eb, wc+p*ec, wd+p*ed
		sa, sb = f.phi*(sa+q*ea), f.phi*(sb+q*eb)
		sc, sd = f.phi*(sc+q*ec), f.phi*(sd+q*ed)
		oa[t], ob[t], oc[t], od[t] = ea*i, eb*i, ec*i, ed*i
	}
}

// unwhiten applies the transpose of whiten to a column, in place: both together are V^-1.
func (f *filter) unwhiten(x []float64) {
	rw, rs := 0.0, 0.0
	for t := len(x) - 1; t >= 0; t-- {
		rs *= f.phi
		u := x[t]*f.inv[t] - f.kw[t]*rw - f.ks[t]*rs
		x[t] = u
		rw, rs = rw+f.ease[t]*u, rs+u
	}
}

// inverse returns the lower triangle of V^-1; unknown rows and columns are zero.
// Element (s, t) is the smoother's answer on row t to an impulse on row s: what the
// later rows make of it is in the smoother's information (a, b; b, c).
func (f *filter) inverse() matrix {
	n := len(f.ease)
	out := newMatrix(n, n)
	var a, b, c float64
	for s := n - 1; s >= 0; s-- {
		kw, ks, z := f.kw[s], f.ks[s], f.ease[s]
		v := f.inv[s] * f.inv[s]
		b, c = f.phi*b, f.phi*f.phi*c
		mw, ms := a*kw+b*ks, b*kw+c*ks // T'NT·K
		if v > 0 {
			f.impulse(out.row(s)[:s+1], v+kw*mw+ks*ms, mw, ms)
		}
		k := kw*mw + ks*ms + v
		a, b, c = a-2*z*mw+k*z*z, b-z*ms-mw+k*z, c-2*ms+k
	}
	return out
}

// impulse fills a row up to its diagonal element u, given what the later rows say.
func (f *filter) impulse(row []float64, u, mw, ms float64) {
	t := len(row) - 1
	row[t] = u
	rw, rs := f.ease[t]*u-mw, u-ms
	for t--; t >= 0 && math.Abs(rw)+math.Abs(rs) > 1e-250; t-- {
		rs *= f.phi
		u = -f.kw[t]*rw - f.ks[t]*rs
		row[t] = u
		rw, rs = rw+f.ease[t]*u, rs+u
	}
}
