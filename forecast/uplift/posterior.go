package uplift

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

// posterior is what is known of all effects in one queue: a vector u with one
// value a cell, of all units in turn.
type posterior struct {
	p     *mat.SymDense // information on rows
	info  *mat.SymDense // and on cells
	dense *mat.Dense    // the same, in the form that large products are fast with
	eta   []float64
	n     int

	lower *mat.Dense    // factor of the covariance given the rates
	chol  mat.Cholesky  // of I + L'·info·L
	q     *mat.Dense    // cells by units: effect per unit of rate
	mean  []float64     // posterior mean of u
	whole *mat.VecDense // eta as a vector
}

func newPosterior(units []*unit, p *mat.SymDense, eta []float64) *posterior {
	s := &posterior{p: p}
	var cells []cell
	for _, u := range units {
		u.from = len(cells)
		cells = append(cells, u.cells...)
	}
	s.n = len(cells)
	if s.n == 0 {
		return s
	}
	s.info = mat.NewSymDense(s.n, nil)
	s.eta = make([]float64, s.n)
	for i, a := range cells {
		for t := a.lo; t < a.hi; t++ {
			s.eta[i] += eta[t]
		}
		for j := i; j < s.n; j++ {
			s.info.SetSym(i, j, blockSum(p, a, cells[j]))
		}
	}
	s.whole = mat.NewVecDense(s.n, s.eta)
	s.dense = mat.DenseCopyOf(s.info)
	for _, u := range units {
		u.info = s.info.SliceSym(u.from, u.from+len(u.cells)).(*mat.SymDense)
	}
	return s
}

func blockSum(p *mat.SymDense, a, b cell) float64 {
	sum := 0.0
	for t := a.lo; t < a.hi; t++ {
		for s := b.lo; s < b.hi; s++ {
			sum += p.At(t, s)
		}
	}
	return sum
}

// condition prepares the posterior of u given the rates.
func (s *posterior) condition(m *model, units []*unit) {
	if s.n == 0 {
		return
	}
	s.lower = factorOf(s.covariance(m, units))
	s.q = mat.NewDense(s.n, len(units), nil)
	for k, u := range units {
		for j, v := range u.kappa {
			s.q.Set(u.from+j, k, v)
		}
	}
	var il, a mat.Dense
	il.Mul(s.dense, s.lower)
	a.Mul(s.lower.T(), &il)
	sym := mat.NewSymDense(s.n, nil)
	for i := range s.n {
		for j := i; j < s.n; j++ {
			sym.SetSym(i, j, (a.At(i, j)+a.At(j, i))/2)
		}
		sym.SetSym(i, i, sym.At(i, i)+1)
	}
	if !s.chol.Factorize(sym) {
		panic("uplift: the information of a queue is not positive")
	}
}

// covariance returns that of u given the rates: departures of each unit, and the
// doubt about the shapes that units of a group share.
func (s *posterior) covariance(m *model, units []*unit) *mat.SymDense {
	cov := mat.NewSymDense(s.n, nil)
	for _, u := range units {
		d := u.departures(m.scale(u), u.group.slow, u.group.fast)
		for i := range u.cells {
			for j := i; j < len(u.cells); j++ {
				cov.SetSym(u.from+i, u.from+j, d.At(i, j))
			}
		}
	}
	for a, u := range units {
		for _, v := range units[a:] {
			if v.group != u.group {
				continue
			}
			var tdt mat.Dense
			tdt.Mul(u.td, v.t.T())
			scale := m.scale(u) * m.scale(v)
			for i := range u.cells {
				for j := range v.cells {
					if p, q := u.from+i, v.from+j; p <= q {
						cov.SetSym(p, q, cov.At(p, q)+scale*tdt.At(i, j))
					}
				}
			}
		}
	}
	return cov
}

// pull returns eta - info·u at the posterior mean.
func (s *posterior) pull() []float64 {
	if s.n == 0 {
		return nil
	}
	var v mat.VecDense
	v.MulVec(s.info, mat.NewVecDense(s.n, s.mean))
	v.SubVec(s.whole, &v)
	return v.RawVector().Data
}

// addRates adds what the queue says of the rates: Q'BQ and Q'(eta - info·J·eta),
// where J = L(I + L'·info·L)^-1 L' and B = info - info·J·info.
func (s *posterior) addRates(units []*unit, prec *mat.SymDense, h *mat.VecDense) {
	if s.n == 0 {
		return
	}
	var iq, liq, sol, drop mat.Dense
	iq.Mul(s.info, s.q)
	liq.Mul(s.lower.T(), &iq)
	must(s.chol.SolveTo(&sol, &liq))
	drop.Mul(liq.T(), &sol)
	var qiq mat.Dense
	qiq.Mul(s.q.T(), &iq)
	var leta mat.VecDense
	leta.MulVec(s.lower.T(), s.whole)
	for i, a := range units {
		for j, b := range units {
			if j < i {
				continue
			}
			v := (qiq.At(i, j) - drop.At(i, j) + qiq.At(j, i) - drop.At(j, i)) / 2
			prec.SetSym(a.cause, b.cause, prec.At(a.cause, b.cause)+v)
		}
		v := mat.Dot(s.q.ColView(i), s.whole) - mat.Dot(sol.ColView(i), &leta)
		h.SetVec(a.cause, h.AtVec(a.cause)+v)
	}
}

// place finds the posterior mean of u at the posterior mean of the rates.
func (s *posterior) place(m *model, units []*unit) {
	if s.n == 0 {
		return
	}
	prior := mat.NewVecDense(s.n, nil)
	for _, u := range units {
		for j, v := range u.kappa {
			prior.SetVec(u.from+j, v*m.rates[u.cause].mean)
		}
	}
	var resid, lr, sol, back mat.VecDense
	resid.MulVec(s.info, prior)
	resid.SubVec(s.whole, &resid)
	lr.MulVec(s.lower.T(), &resid)
	must(s.chol.SolveVecTo(&sol, &lr))
	back.MulVec(s.lower, &sol)
	s.mean = make([]float64, s.n)
	for i := range s.mean {
		s.mean[i] = prior.AtVec(i) + back.AtVec(i)
	}
}

// cavities gives each unit the data with the other units' effects taken off.
func (s *posterior) cavities(units []*unit) {
	if s.n == 0 {
		return
	}
	var all mat.VecDense
	all.MulVec(s.info, mat.NewVecDense(s.n, s.mean))
	for _, u := range units {
		own := s.mean[u.from : u.from+len(u.cells)]
		u.eta = make([]float64, len(u.cells))
		for i := range u.eta {
			u.eta[i] = s.eta[u.from+i] - all.AtVec(u.from+i)
			for j, v := range own {
				u.eta[i] += u.info.At(i, j) * v
			}
		}
	}
}

// spread returns, for a set of cells weighed by w (per cell), the variance of w'u
// given the rates, and how w'u moves with each unit's rate.
func (s *posterior) spread(w []float64) (variance float64, slope []float64) {
	v := mat.NewVecDense(s.n, w)
	var lw, sol, back, grad, g mat.VecDense
	lw.MulVec(s.lower.T(), v)
	must(s.chol.SolveVecTo(&sol, &lw))
	variance = mat.Dot(&lw, &sol)
	back.MulVec(s.lower, &sol) // J w
	grad.MulVec(s.info, &back)
	grad.SubVec(v, &grad) // (I - info·J) w
	g.MulVec(s.q.T(), &grad)
	return math.Max(variance, 0), g.RawVector().Data
}
