package uplift

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
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

	// The dictionary on the cells: by entry of the group.
	dictionary []laid
	near       matrix // how much alike the slow departures of two cells are

	// shape is T without the size: it lays a shape on the cells, under the group's
	// heaviest rule; td = T·doubt and tdt = T·doubt·T' lay the doubt about the shape.
	shape   [][]lagWeight
	td, tdt matrix

	// What the history says of the cells, other causes in place.
	info matrix
	eta  []float64
}

// A cell is a run of rows [lo, hi) on which the effect is one number, in calls a
// day. Single days, but for a level that has long been in force.
type cell struct {
	lo, hi int
	day    float64 // middle, in days since the start of the history
}

// Days long after the start share a cell: by then an effect hardly changes from day to
// day, and the work of a fit grows with the cube of the cells.
const singleDays = 35

// setUp lays a cause on a queue whose days have the given weekday factors; a unit
// of which no open day is seen has no cells.
func (u *unit) setUp(c Cause, q *queueDays, level []float64) {
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
	if started, _ := slices.BinarySearch(q.rows, q.run.index(c.Start)); started == len(q.rows) {
		return // what comes before a start that lies ahead says too little
	}
	u.setCells(c, q, used)
	for _, r := range rules(c.Kind) {
		for _, cl := range u.cells {
			u.lags[r] = append(u.lags[r], meanLags(byRow[r], cl))
		}
	}
	if len(u.cells) > 0 {
		u.setNear()
		u.layDictionary()
		u.refresh()
	}
}

// setCells cuts the used rows into cells.
func (u *unit) setCells(c Cause, q *queueDays, used []bool) {
	start := q.run.index(c.Start)
	block := func(t int) int {
		switch d := q.rows[t] - start; {
		case d < singleDays:
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
func (u *unit) departures(rate, slow, fast float64) matrix {
	n, d := len(u.cells), u.reach()
	s := newMatrix(n, n)
	for i := range n {
		row, near := s.row(i), u.near.row(i)
		for j := range row {
			row[j] = slow * slow * near[j] * rate * rate * d[i] * d[j]
		}
		row[i] += fast * fast / float64(u.cells[i].hi-u.cells[i].lo) * rate * rate * d[i] * d[i]
	}
	u.keepTotal(s)
	for i := range n { // one direction has no variance left; a factor needs a trace of it
		s.row(i)[i] += s.row(i)[i]*1e-7 + 1e-7*rate*rate*d[i]*d[i] + 1e-12
	}
	return s
}

// setNear finds how much alike the slow departures of two cells are.
func (u *unit) setNear() {
	n := len(u.cells)
	u.near = newMatrix(n, n)
	for i := range n {
		for j := i; j < n; j++ {
			u.near.row(i)[j] = math.Exp(-math.Abs(u.cells[i].day-u.cells[j].day) / slowDays)
		}
	}
	u.near.mirror()
}

// keepTotal makes departures move calls between days without a change of their
// total: S becomes S - S11'S/(1'S1), so that the rate is that of the total.
func (u *unit) keepTotal(s matrix) {
	days := make([]float64, len(u.cells))
	for i, c := range u.cells {
		days[i] = float64(c.hi - c.lo)
	}
	sd := s.times(days)
	if total := floats.Dot(days, sd); total > 0 {
		s.addOuter(-1/total, sd)
	}
}

// refresh lays the group's shape, and the doubt about it, on the cells.
func (u *unit) refresh() {
	n := len(u.cells)
	u.shape = u.lags[u.group.topRule()]
	u.kappa = u.group.expected(u)
	u.td, u.tdt = newMatrix(n, len(u.group.mean)), newMatrix(n, n)
	for i := range n {
		for _, l := range u.shape[i] {
			floats.AddScaled(u.td.row(i), l.weight*u.size, u.group.doubt.row(l.lag))
		}
		for j := range n {
			u.tdt.row(i)[j] = u.size * placed{lags: u.shape[j]}.at(u.td.row(i))
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
