package uplift

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
)

// The first split of a cause that states no shares (see splitCauses) looks at its
// queues one by one. A noisy general line then gets a large part by chance, and
// because its part is fixed, the quiet lines, which determine the rate, raise the
// total with it. So the split is found again in every round, now with what is known
// of the total: the rates of the other causes of the kind.
//
// The parts p of the queues, in calls, have the prior p = T w + d: T the total, N(a,
// v) by the rates of the others; w the queues' volumes; d departures from them, with
// standard deviations splitRoom·a·w_q and a sum of zero. The history says of each
// part, with the other effects in place, N(p^_q, v_q).

// splitRoom is how far a queue's part may be from its volume's, relative to that: a
// letter to the customers of one department is not for everybody.
const splitRoom = 2.0

// resplit finds the shares of all causes that state none anew.
func (m *model) resplit(ctx context.Context) error {
	for qi, post := range m.posts {
		post.cavities(m.units[qi])
	}
	byCause := map[int][]*unit{}
	for _, units := range m.units {
		for _, u := range units {
			if m.split != nil && m.split[u.cause] {
				byCause[u.cause] = append(byCause[u.cause], u)
			}
		}
	}
	for ci := range m.causes { // not over the map: in order
		if units := byCause[ci]; len(units) > 1 {
			if err := m.resplitCause(ctx, ci, units); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *model) resplitCause(ctx context.Context, ci int, units []*unit) error {
	n, size, volume := len(units), 0.0, 0.0
	for _, u := range units {
		size += math.Abs(u.size)
		volume += m.queues[u.queue].mean
	}
	prior, precision, pull := m.splitPrior(ci, units, size, volume), newMatrix(n, n), make([]float64, n)
	root, err := factorOf(ctx, prior, oneBlock(n))
	if err != nil {
		return m.unitFault(units[0], err)
	}
	for i := range n {
		row := precision.row(i)
		row[i] = 1
		root.solveT(row)
		root.solve(row)
	}
	for i, u := range units {
		share := m.queues[u.queue].mean / volume
		floats.AddScaled(pull, m.rates[ci].a*size*share, precision.row(i))
	}
	for i, u := range units {
		lo, err := u.local(ctx, m.scale(u), u.group.slow, u.group.fast)
		if err != nil {
			return m.unitFault(u, err)
		}
		own, part := lo.expected(), math.Abs(u.size)
		precision.row(i)[i] += own.prec / (part * part)
		pull[i] += own.h / part
	}
	if root, err = factorOf(ctx, precision, oneBlock(n)); err != nil {
		return m.unitFault(units[0], err)
	}
	root.solveT(pull)
	root.solve(pull)
	setShares(units, pull, size)
	return nil
}

// splitPrior is the covariance of the parts before the history is looked at.
func (m *model) splitPrior(ci int, units []*unit, size, volume float64) matrix {
	n := len(units)
	cov, sum := newMatrix(n, n), 0.0
	free, w := make([]float64, n), make([]float64, n)
	total := math.Hypot(m.rates[ci].a, math.Sqrt(m.rates[ci].v)) * size
	for i, u := range units {
		w[i] = m.queues[u.queue].mean / volume
		free[i] = splitRoom * total * w[i] * splitRoom * total * w[i]
		sum += free[i]
		cov.row(i)[i] = free[i] * (1 + 1e-9)
	}
	cov.addOuter(-1/sum, free)
	cov.addOuter(m.rates[ci].v*size*size, w)
	return cov
}

// setShares gives each unit its part of the size, none less than minShare.
func setShares(units []*unit, parts []float64, size float64) {
	top := floats.Max(parts)
	if top <= 0 {
		return
	}
	sum := 0.0
	for i, p := range parts {
		parts[i] = max(p, minShare*top)
		sum += parts[i]
	}
	for i, u := range units {
		ratio := parts[i] / sum * size / math.Abs(u.size)
		u.size *= ratio
		for _, d := range u.dictionary {
			if d.same < 0 {
				floats.Scale(ratio, d.kappa)
			}
		}
		u.refresh()
	}
}
