package uplift

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A unit is one cause in one queue: the daily effect of the cause there is a
// vector with one value a cell, and its prior given the cause's rate r is
// N(r·kappa, S), S the departures from the shape.
type unit struct {
	cause int
	queue int
	group *group
	size  float64 // signed, times the queue's share
	cells []cell
	lags  map[Rule][][]lagWeight // per cell: how the shape makes its value
	kappa []float64
	from  int // first cell in the queue's vector of cells

	// T lays a shape on the cells, under the group's heaviest rule; td = T·doubt and
	// tdt = T·doubt·T' lay the doubt about the shape. All are per unit of rate.
	t, td, tdt *mat.Dense

	// What the history says of the cells, other causes in place.
	info *mat.SymDense
	eta  []float64
}

// A cell is a run of rows [lo, hi) on which the effect is one number, in calls a
// day. Single days, but for a level that has long been in force.
type cell struct {
	lo, hi int
	day    float64 // middle, in days since the start of the history
}

// Weeks and then months of a level after its first days share a cell.
const singleDays = 35

func newUnit(c Cause, ci, qi int, g *group, q *queueDays, size float64, level []float64) *unit {
	u := &unit{cause: ci, queue: qi, group: g, size: size, lags: map[Rule][][]lagWeight{}}
	n := priors[c.Kind].days
	byRow := map[Rule]map[int][]lagWeight{}
	used := make([]bool, len(q.rows))
	for _, r := range rules(c.Kind) {
		byRow[r] = map[int][]lagWeight{}
		var w []float64
		if r == Weekdays {
			w = level
		}
		for _, p := range place(c, q.run, n, r, w).days {
			byRow[r][q.row[p.day]] = p.lags
			used[q.row[p.day]] = true
		}
	}
	u.setCells(c, q, used)
	for _, r := range rules(c.Kind) {
		for _, cl := range u.cells {
			u.lags[r] = append(u.lags[r], meanLags(byRow[r], cl))
		}
	}
	return u
}

// setCells cuts the used rows into cells.
func (u *unit) setCells(c Cause, q *queueDays, used []bool) {
	start := q.run.index(c.Start)
	block := func(t int) int {
		switch d := q.rows[t] - start; {
		case !c.Kind.step() || d < singleDays:
			return d
		case d < singleDays+56:
			return 1e6 + (d-singleDays)/7
		default:
			return 2e6 + (d-singleDays-56)/28
		}
	}
	for t := range used {
		if !used[t] {
			continue
		}
		last := len(u.cells) - 1
		if last >= 0 && u.cells[last].hi == t && block(t) == block(t-1) {
			u.cells[last].hi = t + 1
			u.cells[last].day = float64(q.rows[u.cells[last].lo]+q.rows[t]) / 2
			continue
		}
		u.cells = append(u.cells, cell{t, t + 1, float64(q.rows[t])})
	}
}

func meanLags(byRow map[int][]lagWeight, c cell) []lagWeight {
	if c.hi == c.lo+1 {
		return byRow[c.lo]
	}
	sum := map[int]float64{}
	top := 0
	for t := c.lo; t < c.hi; t++ {
		for _, l := range byRow[t] {
			sum[l.lag] += l.weight / float64(c.hi-c.lo)
			top = max(top, l.lag)
		}
	}
	var out []lagWeight
	for lag := range top + 1 {
		if w, ok := sum[lag]; ok {
			out = append(out, lagWeight{lag, w})
		}
	}
	return out
}

// lay returns the cells of a shape under a rule, per unit of rate.
func (u *unit) lay(shape []float64, r Rule) []float64 {
	out := make([]float64, len(u.cells))
	for j, lags := range u.lags[r] {
		out[j] = u.size * placed{lags: lags}.at(shape)
	}
	return out
}

// reach is the scale of departures in each cell, per unit of rate: the shape
// itself, blurred over neighbouring cells, so that a shape that is a day early or
// late is a departure and not an impossibility.
func (u *unit) reach() []float64 {
	out := blurred(u.kappa)
	top := slices.Max(out)
	for j := range out {
		out[j] = max(out[j], .01*top, 1e-9)
	}
	return out
}

// departures returns the covariance of a single cause's departures, for a cause of
// the given rate: slow ones that neighbouring days share and fast ones.
func (u *unit) departures(rate, slow, fast float64) *mat.SymDense {
	n, d := len(u.cells), u.reach()
	s := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			v := slow * slow * math.Exp(-math.Abs(u.cells[i].day-u.cells[j].day)/slowDays)
			if i == j {
				v += fast * fast / float64(u.cells[i].hi-u.cells[i].lo)
			}
			s.SetSym(i, j, v*rate*rate*d[i]*d[j])
		}
	}
	u.keepTotal(s)
	for i := range n { // one direction has no variance left; a factor needs a trace of it
		s.SetSym(i, i, s.At(i, i)*(1+1e-7)+1e-7*rate*rate*d[i]*d[i]+1e-12)
	}
	return s
}

// keepTotal makes departures move calls between days without a change of their
// total: S becomes S - S11'S/(1'S1), so that the rate is that of the total.
func (u *unit) keepTotal(s *mat.SymDense) {
	days := mat.NewVecDense(len(u.cells), nil)
	for i, c := range u.cells {
		days.SetVec(i, float64(c.hi-c.lo))
	}
	var sd mat.VecDense
	sd.MulVec(s, days)
	if total := mat.Dot(days, &sd); total > 0 {
		s.SymRankOne(s, -1/total, &sd)
	}
}

// refresh lays the group's shape, and the doubt about it, on the cells.
func (u *unit) refresh() {
	u.kappa = u.group.expected(u)
	u.t = mat.NewDense(len(u.cells), len(u.group.mean), nil)
	for j, lags := range u.lags[u.group.topRule()] {
		for _, l := range lags {
			u.t.Set(j, l.lag, u.t.At(j, l.lag)+l.weight*u.size)
		}
	}
	u.td, u.tdt = new(mat.Dense), new(mat.Dense)
	u.td.Mul(u.t, u.group.doubt)
	u.tdt.Mul(u.td, u.t.T())
}

// alone returns a factor L of the unit's covariance given its rate, LL' = S, with
// the doubt about its group's shape.
func (u *unit) alone(rate, slow, fast float64) *mat.Dense {
	s := u.departures(rate, slow, fast)
	for i := range u.cells {
		for j := i; j < len(u.cells); j++ {
			s.SetSym(i, j, s.At(i, j)+rate*rate*u.tdt.At(i, j))
		}
	}
	return factorOf(s)
}

// factorOf returns the lower Cholesky factor as a dense matrix: products with
// those are many times faster than with triangular ones.
func factorOf(s *mat.SymDense) *mat.Dense {
	var chol mat.Cholesky
	if !chol.Factorize(s) {
		panic("uplift: departures have no covariance")
	}
	var tri mat.TriDense
	chol.LTo(&tri)
	return mat.DenseCopyOf(&tri)
}

// A local is a unit with its departures integrated out.
type local struct {
	b    *mat.Dense // (info^-1 + S)^-1
	eta  []float64  // (I + info·S)^-1 eta
	half float64    // log likelihood at r = 0, up to a constant that no parameter moves
}

func (u *unit) local(l *mat.Dense) local {
	n := len(u.cells)
	var il, a mat.Dense
	il.Mul(u.info, l)
	a.Mul(l.T(), &il)
	sym := mat.NewSymDense(n, nil)
	for i := range n {
		for j := i; j < n; j++ {
			sym.SetSym(i, j, (a.At(i, j)+a.At(j, i))/2)
		}
		sym.SetSym(i, i, sym.At(i, i)+1)
	}
	var chol mat.Cholesky
	if !chol.Factorize(sym) {
		panic("uplift: a unit's information is not positive")
	}
	e := mat.NewVecDense(n, u.eta)
	var le, s, drop mat.VecDense
	le.MulVec(l.T(), e)
	must(chol.SolveVecTo(&s, &le))
	drop.MulVec(&il, &s)
	out := local{b: mat.NewDense(n, n, nil), eta: make([]float64, n),
		half: -chol.LogDet()/2 + mat.Dot(&le, &s)/2}
	for i := range n {
		out.eta[i] = u.eta[i] - drop.AtVec(i)
	}
	var sol mat.Dense
	must(chol.SolveTo(&sol, il.T()))
	out.b.Mul(&il, &sol)
	out.b.Sub(u.info, out.b)
	return out
}

// rateInfo returns precision and precision times mean of the rate for cells kappa.
func (lo local) rateInfo(kappa []float64) (prec, h float64) {
	for i, ki := range kappa {
		if ki == 0 {
			continue
		}
		row := lo.b.RawRowView(i)
		sum := 0.0
		for j, kj := range kappa {
			sum += row[j] * kj
		}
		prec += ki * sum
		h += ki * lo.eta[i]
	}
	return max(prec, 0), h
}

// logRate is the log likelihood gained by a rate of prior N(a, v).
func logRate(prec, h, a, v float64) float64 {
	p := prec + 1/v
	m := h + a/v
	return (m*m/p - a*a/v - math.Log(1+v*prec)) / 2
}

// must stands where a factor that exists already is solved with: gonum reports an
// ill-conditioned matrix as an error beside a usable solution.
func must(err error) {
	if err != nil {
		if _, ok := err.(mat.Condition); !ok {
			panic("uplift: " + err.Error())
		}
	}
}

// markBusy marks the rows on which the unit's effect is at home with its sign:
// there a freak day of that sign is a departure. For a level these are its first
// four weeks.
func (u *unit) markBusy(busy []float64) {
	reach := u.reach()
	top := slices.Max(reach)
	for j, c := range u.cells {
		if reach[j] < .03*top || u.group.kind.step() && c.day > u.cells[0].day+28 {
			continue
		}
		for t := c.lo; t < c.hi; t++ {
			busy[t] += math.Copysign(1, u.size)
		}
	}
}
