package uplift

import (
	"context"
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// posterior is what is known of all effects in one queue: a vector u with one
// value a cell. Units of a group stand together, so that the covariance given the
// rates has a block for each group.
type posterior struct {
	p    matrix // information on rows
	info matrix // and on cells
	eta  []float64
	n    int
	end  []int // end of each cell's block

	root  upper     // factor of the covariance given the rates: S = U'U
	inner upper     // factor of I + U·info·U'
	mean  []float64 // posterior mean of u
}

func newPosterior(ctx context.Context, units []*unit, p matrix, eta []float64) (*posterior, error) {
	s := &posterior{p: p}
	cells := s.arrange(units)
	s.n = len(cells)
	s.info, s.eta, s.mean = newMatrix(s.n, s.n), make([]float64, s.n), make([]float64, s.n)
	for i, a := range cells {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for t := a.lo; t < a.hi; t++ {
			s.eta[i] += eta[t]
		}
		row := s.info.row(i)
		for j, b := range cells[i:] {
			row[i+j] = blockSum(p, a, b)
		}
	}
	s.info.mirror()
	for _, u := range units {
		u.info = s.info.block(u.from, len(u.cells))
	}
	return s, nil
}

// arrange gives every unit its place, group by group in order of the first unit.
func (s *posterior) arrange(units []*unit) []cell {
	var cells []cell
	placed := map[*group]bool{}
	for _, first := range units {
		if placed[first.group] {
			continue
		}
		placed[first.group] = true
		for _, u := range units {
			if u.group == first.group {
				u.from = len(cells)
				cells = append(cells, u.cells...)
			}
		}
		for len(s.end) < len(cells) {
			s.end = append(s.end, len(cells))
		}
	}
	return cells
}

func blockSum(p matrix, a, b cell) float64 {
	sum := 0.0
	for t := a.lo; t < a.hi; t++ {
		for _, v := range p.row(t)[b.lo:b.hi] {
			sum += v
		}
	}
	return sum
}

// condition prepares the posterior of u given the rates.
func (s *posterior) condition(ctx context.Context, m *model, units []*unit) error {
	if s.n == 0 {
		return nil
	}
	var err error
	if s.root, err = factorOf(ctx, s.covariance(m, units), s.end); err != nil {
		return m.fault(units, err)
	}
	ui, err := s.root.on(ctx, s.info)
	if err != nil {
		return err
	}
	inner, err := s.root.inner(ctx, ui)
	if err != nil {
		return err
	}
	if s.inner, err = factorOf(ctx, inner, oneBlock(s.n)); err != nil {
		return m.fault(units, err)
	}
	return nil
}

// fault names the cause in whose cells a factor broke down.
func (m *model) fault(units []*unit, err error) error {
	if e, ok := errors.AsType[notPositive](err); ok {
		for _, u := range units {
			if e.row >= u.from && e.row < u.from+len(u.cells) {
				return m.unitFault(u, err)
			}
		}
	}
	return err
}

func (m *model) unitFault(u *unit, err error) error {
	if _, ok := errors.AsType[notPositive](err); !ok {
		return err // of the context
	}
	return fmt.Errorf("cause %q in queue %q has no finite effect; check its size against the queue's calls: %w",
		m.causes[u.cause].ID, m.queues[u.queue].name, err)
}

// covariance returns the upper triangle of that of u given the rates: departures of
// each unit, and the doubt about the shapes that units of a group share.
func (s *posterior) covariance(m *model, units []*unit) matrix {
	cov := newMatrix(s.n, s.n)
	for _, u := range units {
		d := u.departures(m.scale(u), u.group.slow, u.group.fast)
		for i := range u.cells {
			copy(cov.row(u.from + i)[u.from+i:], d.row(i)[i:])
		}
		for _, v := range units {
			if v.group != u.group || v.from < u.from {
				continue
			}
			scale := m.scale(u) * m.scale(v)
			for i := range u.cells {
				row, td := cov.row(u.from+i), u.td.row(i)
				for j, lags := range v.shape {
					if p := v.from + j; p >= u.from+i {
						row[p] += scale * v.size * placed{lags: lags}.at(td)
					}
				}
			}
		}
	}
	return cov
}

// pull returns eta - info·u at the posterior mean.
func (s *posterior) pull() []float64 {
	v := s.info.times(s.mean)
	for i := range v {
		v[i] = s.eta[i] - v[i]
	}
	return v
}

// onCells lays a unit's kappa, times scale, on the queue's vector of cells.
func (s *posterior) onCells(u *unit, scale float64, out []float64) {
	floats.AddScaled(out[u.from:u.from+len(u.cells)], scale, u.kappa)
}

// addRates adds what the queue says of the rates: Q'BQ and Q'(eta - info·J·eta),
// where J = U'(I + U·info·U')^-1 U, B = info - info·J·info, and column k of Q is the
// kappa of unit k.
func (s *posterior) addRates(units []*unit, prec matrix, h []float64) {
	if s.n == 0 {
		return
	}
	own := s.root.times(s.eta)
	s.inner.solveT(own)
	iq, white := make([][]float64, len(units)), make([][]float64, len(units))
	for k, u := range units {
		iq[k] = make([]float64, s.n)
		for j, v := range u.kappa {
			floats.AddScaled(iq[k], v, s.info.row(u.from+j))
		}
		white[k] = s.root.times(iq[k])
		s.inner.solveT(white[k])
		h[u.cause] += floats.Dot(u.kappa, s.eta[u.from:u.from+len(u.cells)]) - floats.Dot(white[k], own)
	}
	for k, u := range units {
		for l, v := range units[:k+1] {
			x := floats.Dot(u.kappa, iq[l][u.from:u.from+len(u.cells)]) - floats.Dot(white[k], white[l])
			prec.row(u.cause)[v.cause] += x
			if l < k {
				prec.row(v.cause)[u.cause] += x
			}
		}
	}
}

// smooth returns J·x.
func (s *posterior) smooth(x []float64) []float64 {
	v := s.root.times(x)
	s.inner.solveT(v)
	s.inner.solve(v)
	return s.root.timesT(v)
}

// place finds the posterior mean of u at the posterior mean of the rates.
func (s *posterior) place(m *model, units []*unit) {
	if s.n == 0 {
		return
	}
	clear(s.mean)
	for _, u := range units {
		s.onCells(u, m.rates[u.cause].mean, s.mean)
	}
	floats.Add(s.mean, s.smooth(s.pull()))
}

// cavities gives each unit the data with the other units' effects taken off.
func (s *posterior) cavities(units []*unit) {
	left := s.pull()
	for _, u := range units {
		u.eta = u.info.times(s.mean[u.from : u.from+len(u.cells)])
		floats.Add(u.eta, left[u.from:u.from+len(u.cells)])
	}
}

// spread returns, for a set of cells weighed by w (per cell), the variance of w'u
// given the rates, and how w'u moves with each unit's rate.
func (s *posterior) spread(units []*unit, w []float64) (variance float64, slope []float64) {
	v := s.root.times(w)
	s.inner.solveT(v)
	variance = floats.Dot(v, v)
	s.inner.solve(v)
	grad := s.info.times(s.root.timesT(v))
	floats.SubTo(grad, w, grad) // (I - info·J) w
	for _, u := range units {
		slope = append(slope, floats.Dot(u.kappa, grad[u.from:u.from+len(u.cells)]))
	}
	return math.Max(variance, 0), slope
}
