package uplift

import (
	"context"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// A laid is an entry of the dictionary on the cells of a unit, per unit of rate:
// kappa from cell lo on, zero elsewhere. same is an earlier entry that lies alike, as
// under rules for closed days where none is closed, else -1.
type laid struct {
	lo    int
	kappa []float64
	same  int
}

// negligible is how small, relative to its largest, a cell of a kernel may be to be
// left out at either end.
const negligible = 1e-14

func (u *unit) layDictionary() {
	es := u.group.entries
	u.dictionary = make([]laid, len(es))
	for i, e := range es {
		x := laid{kappa: u.lay(e.days, e.rule), same: -1}
		least, hi := negligible*max(slices.Max(x.kappa), -slices.Min(x.kappa)), len(x.kappa)
		for hi > 0 && math.Abs(x.kappa[hi-1]) <= least {
			hi--
		}
		for x.lo < hi && math.Abs(x.kappa[x.lo]) <= least {
			x.lo++
		}
		x.kappa = x.kappa[x.lo:hi]
		for j := i - 1; j >= 0 && es[j].kernel == e.kernel; j-- { // entries of a kernel stand together
			if y := u.dictionary[j]; x.lo == y.lo && slices.Equal(x.kappa, y.kappa) {
				x.same = j
			}
		}
		u.dictionary[i] = x
	}
}

// rateInfo is what the data say of a rate: its precision, and that times its mean.
type rateInfo struct{ prec, h float64 }

func (r rateInfo) plus(o rateInfo) rateInfo { return rateInfo{r.prec + o.prec, r.h + o.h} }

// gain is the log likelihood gained by a rate of prior N(a, v).
func (r rateInfo) gain(a, v float64) float64 {
	p, m := r.prec+1/v, r.h+a/v
	return (m*m/p - a*a/v - math.Log(1+v*r.prec)) / 2
}

// A local is a unit with its departures, and the doubt about its group's shape,
// integrated out; S is their covariance given the rate.
type local struct {
	u     *unit
	root  upper     // S = U'U
	ui    matrix    // U·info
	inner upper     // factor C of I + U·info·U'
	white []float64 // C'^-1·U·eta
}

func (u *unit) local(ctx context.Context, rate, slow, fast float64) (local, error) {
	s := u.departures(rate, slow, fast)
	for i := range u.cells {
		floats.AddScaled(s.row(i)[i:], rate*rate, u.tdt.row(i)[i:])
	}
	lo, block := local{u: u}, oneBlock(len(u.cells))
	var err error
	if lo.root, err = factorOf(ctx, s, block); err != nil {
		return lo, err
	}
	if lo.ui, err = lo.root.on(ctx, u.info); err != nil {
		return lo, err
	}
	inner, err := lo.root.inner(ctx, lo.ui)
	if err != nil {
		return lo, err
	}
	if lo.inner, err = factorOf(ctx, inner, block); err != nil {
		return lo, err
	}
	lo.white = lo.root.times(u.eta)
	lo.inner.solveT(lo.white)
	return lo, nil
}

// half is the log likelihood at r = 0, up to a constant that no parameter moves.
func (lo local) half() float64 { return floats.Dot(lo.white, lo.white)/2 - lo.inner.halfLogDet() }

// expected is what the data say of the rate under the group's mean shape.
func (lo local) expected() rateInfo {
	k := lo.u.kappa
	w := lo.ui.times(k)
	lo.inner.solveT(w)
	return rateInfo{max(floats.Dot(k, lo.u.info.times(k))-floats.Dot(w, w), 0), floats.Dot(k, lo.u.eta) - floats.Dot(w, lo.white)}
}

// dictionary is what the data say of the rate under each entry of the dictionary:
// with B = (info^-1 + S)^-1 and k the entry on the cells, k'Bk and k'(I + info·S)^-1 eta.
// It uses up lo.ui.
func (lo local) dictionary() []rateInfo {
	n := len(lo.u.cells)
	x, b, eta := lo.ui, newMatrix(n, n), slices.Clone(lo.u.eta)
	lo.inner.solveRows(x)
	for i := range n {
		copy(b.row(i), lo.u.info.row(i)[:n])
		floats.AddScaled(eta, -lo.white[i], x.row(i))
	}
	for k := range n { // B = info - X'X, upper triangle
		row := x.row(k)
		for i, v := range row {
			floats.AddScaled(b.row(i)[i:], -v, row[i:])
		}
	}
	out := make([]rateInfo, len(lo.u.dictionary))
	for e, d := range lo.u.dictionary {
		if d.same >= 0 {
			out[e] = out[d.same]
			continue
		}
		for i, v := range d.kappa {
			row := b.row(d.lo + i)[d.lo+i : d.lo+len(d.kappa)]
			out[e].prec += v * (2*floats.Dot(row, d.kappa[i:]) - row[0]*v)
			out[e].h += v * eta[d.lo+i]
		}
		out[e].prec = max(out[e].prec, 0)
	}
	return out
}
