package uplift

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// A cause that lists several queues and not its shares is split by what the records
// show. Splitting by volume instead would read a letter to the water department's
// customers as one to everybody: the large general line, which hardly felt it, would
// stand for most of it, and the total would come out several times too large.
const (
	knotDays   = 28  // distance of the knots of the smooth level
	splitDoubt = 1.0 // standard deviation of a queue's part around its volume, relative to it
	minShare   = 0.01
)

// splitCauses fills in the shares of causes that state none, from a regression of
// each queue's daily calls on weekday, a smooth level and the expected shapes of all
// causes that touch it. A queue's part is pulled towards its volume the more, the
// less its records say. A cause of which no call is seen keeps the split by volume.
func splitCauses(ctx context.Context, queues []*queueDays, causes []Cause) ([]Cause, error) {
	out := slices.Clone(causes)
	open := make([]int, 0, len(out))
	for i, c := range out {
		if sharesUnknown(c, len(queues)) {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return out, nil
	}
	parts := make([][]measured, len(queues))
	err := inParallel(ctx, len(queues), func(qi int) error {
		parts[qi] = measureAll(ctx, queues[qi], out)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("uplift: splitting causes between queues: %w", err)
	}
	for _, i := range open {
		out[i].Queues = splitOne(queues, parts, out[i], i)
	}
	return out, nil
}

// sharesUnknown reports whether a cause touches several queues and states no share.
func sharesUnknown(c Cause, queues int) bool {
	for _, s := range c.Queues {
		if s.Share > 0 {
			return false
		}
	}
	return len(c.Queues) > 1 || len(c.Queues) == 0 && queues > 1
}

// measured is the effect of a cause on one queue, in calls, with its variance; a
// variance of +Inf means that the queue's records do not show it.
type measured struct{ calls, variance float64 }

func touches(c Cause, queue string) bool {
	return len(c.Queues) == 0 || slices.ContainsFunc(c.Queues, func(s Share) bool { return s.Queue == queue })
}

// splitOne combines what the queues show with the split by volume: the posterior
// means of independent normal parts whose prior is the volume's part of the total,
// with a standard deviation as large as itself.
func splitOne(queues []*queueDays, parts [][]measured, c Cause, ci int) []Share {
	var names []string
	var seen []measured
	var volume []float64
	total, all := 0.0, 0.0
	for qi, q := range queues {
		if !touches(c, q.name) {
			continue
		}
		m := parts[qi][ci]
		m.calls *= c.sign()
		names, seen, volume = append(names, q.name), append(seen, m), append(volume, q.mean)
		all += q.mean
		if !math.IsInf(m.variance, 1) {
			total += m.calls
		}
	}
	out := make([]float64, len(names))
	for range 3 { // the prior needs the total, the total the parts
		if total <= 0 {
			return c.Queues
		}
		sum := 0.0
		for i, m := range seen {
			prior := total * volume[i] / all
			doubt := splitDoubt * prior * splitDoubt * prior
			out[i] = max((m.calls/m.variance+prior/doubt)/(1/m.variance+1/doubt), minShare*total)
			sum += out[i]
		}
		total = sum
	}
	shares := make([]Share, len(names))
	for i, name := range names {
		shares[i] = Share{name, out[i] / total}
	}
	return shares
}

// measureAll returns the effect of every cause on a queue by least squares; causes
// that do not touch it, or whose shape it never saw, have no finite variance.
func measureAll(ctx context.Context, q *queueDays, causes []Cause) []measured {
	out := make([]measured, len(causes))
	var columns [][]float64
	var owner []int
	for i, c := range causes {
		out[i].variance = math.Inf(1)
		if ctx.Err() != nil {
			return out // of no use: the caller asks the context
		}
		if !touches(c, q.name) {
			continue
		}
		if x := q.effectColumn(c); x != nil {
			columns, owner = append(columns, x), append(owner, i)
		}
	}
	if len(columns) == 0 {
		return out
	}
	effects := len(columns)
	columns = append(columns, q.levelColumns()...)
	coef, variance, ok := leastSquares(columns, q.knownTotals())
	if !ok {
		return out
	}
	for k := range effects {
		out[owner[k]] = measured{coef[k], variance[k]}
	}
	return out
}

func (q *queueDays) knownTotals() []float64 {
	y := make([]float64, len(q.known))
	for t, row := range q.known {
		y[t] = q.total[q.rows[row]]
	}
	return y
}

// effectColumn lays the expected shape of a cause on the known days, scaled so that
// its coefficient is calls in all; nil where too little of it was seen.
func (q *queueDays) effectColumn(c Cause) []float64 {
	shape := priorShape(c.Kind, c.Class).Mean
	placed := place(c, q.run, len(shape), rules(c.Kind)[0], nil)
	byDay, total, seen := map[int]float64{}, 0.0, 0.0
	for _, p := range placed.days {
		byDay[p.day] = p.at(shape)
		total += byDay[p.day]
	}
	x := make([]float64, len(q.known))
	for t, row := range q.known {
		x[t] = byDay[q.rows[row]]
		seen += x[t]
	}
	if total == 0 || seen < total/4 {
		return nil
	}
	for t := range x {
		x[t] /= total
	}
	return x
}

// levelColumns are weekdays, the day after a closure, short days, and a smooth level
// of straight pieces between knots.
func (q *queueDays) levelColumns() [][]float64 {
	n, span := len(q.known), len(q.run.open)
	columns := make([][]float64, 7+2+span/knotDays+2)
	for k := range columns {
		columns[k] = make([]float64, n)
	}
	rebound := q.rebound()
	for t, row := range q.known {
		day := q.rows[row]
		columns[day%7][t] = 1
		columns[7][t] = rebound[day]
		columns[8][t] = q.part[day] - 1
		at := float64(day) / knotDays
		k := int(at)
		columns[9+k][t] = 1 - (at - float64(k))
		columns[9+k+1][t] = at - float64(k)
	}
	return columns
}

// leastSquares returns coefficients and their variances, widened for residuals that
// resemble their neighbours (first-order autocorrelation r: by (1+r)/(1-r)). A slight
// ridge settles columns that others already span.
func leastSquares(columns [][]float64, y []float64) (coef, variance []float64, ok bool) {
	n, p := len(y), len(columns)
	if n < p+10 {
		return nil, nil, false
	}
	x := mat.NewDense(n, p, nil)
	for k, c := range columns {
		x.SetCol(k, c)
	}
	var gram mat.SymDense
	gram.SymOuterK(1, x.T())
	for k := range p {
		gram.SetSym(k, k, gram.At(k, k)*(1+1e-6)+1e-9)
	}
	var chol mat.Cholesky
	if !chol.Factorize(&gram) {
		return nil, nil, false
	}
	var right, beta, fitted mat.VecDense
	right.MulVec(x.T(), mat.NewVecDense(n, y))
	if chol.SolveVecTo(&beta, &right) != nil {
		return nil, nil, false
	}
	fitted.MulVec(x, &beta)
	noise := residualVariance(y, fitted.RawVector().Data, p)
	var inverse mat.SymDense
	if chol.InverseTo(&inverse) != nil {
		return nil, nil, false
	}
	coef, variance = make([]float64, p), make([]float64, p)
	for k := range p {
		coef[k], variance[k] = beta.AtVec(k), noise*inverse.At(k, k)
	}
	return coef, variance, true
}

func residualVariance(y, fitted []float64, parameters int) float64 {
	square, lagged := 0.0, 0.0
	last := 0.0
	for t := range y {
		e := y[t] - fitted[t]
		square += e * e
		lagged += e * last
		last = e
	}
	r := min(max(lagged/max(square, 1e-12), 0), 0.9)
	return square / float64(len(y)-parameters) * (1 + r) / (1 - r)
}

// reboundPace is the share of what is left of the calls of a closed day that comes
// on each open day after it.
const reboundPace = 0.6

// rebound lays one day's calls of every closed day, beyond the weekdays that are
// always closed, on the open days that follow: a long weekend counts, a weekend not.
func (q *queueDays) rebound() []float64 {
	out, waiting := make([]float64, len(q.run.open)), 0.0
	for day, open := range q.run.open {
		switch {
		case open:
			out[day] = reboundPace * waiting
			waiting -= out[day]
		case q.run.weekdayOpen(day % 7):
			waiting++
		}
	}
	return out
}
