package forecast

import (
	"math"
	"slices"
)

// A regression is the day model fitted to one queue.
type regression struct {
	terms    []term
	calendar []int     // the terms of calendarParts
	mean     []float64 // prior means of the terms
	table    *table
	noise    noise
	end      *filter // after the last day of the history
	solution
}

// dayValues is what the day model learns from: one entry per day.
type dayValues struct {
	record  *record
	profile *profile
	infos   []dayInfo
	total   []float64 // calls
	offset  []float64 // log of the part of a usual day that was counted
	ok      []bool
	freak   []bool    // seen, but so far off that it teaches nothing but how far days can be off
	end     []float64 // how the day ended; see carry
	w       float64   // variance over mean of a day's count, given its level
	thin    bool      // too few calls a day for logarithms
	drivers []term    // known ahead; they come after all other terms
	z       []float64
}

// newRegression fits terms to values. With enough calls z is log(total) - offset.
// A thin queue has days without a call; there z is the working value η + (T-μ)/μ
// of a log-linear model with quasi-Poisson variance, and the fit is repeated
// (Breslow and Clayton 1993, JASA 88:9, penalised quasi-likelihood).
func newRegression(terms []term, v *dayValues) *regression {
	r := &regression{terms: terms}
	n, p := len(v.infos), len(terms)
	r.table = &table{p: p, rows: make([]float64, n*(p+1)), count: make([]float64, n), far: make([]float64, n), ok: v.ok, prior: make([]float64, p)}
	r.mean = make([]float64, p)
	for j, t := range terms {
		r.mean[j], r.table.prior[j] = t.mean, 1/sq(t.sd)
		if slices.Contains(calendarParts, t.part) {
			r.calendar = append(r.calendar, j)
		}
	}
	for d, info := range v.infos {
		r.fill(r.table.row(d), info)
	}
	eta := make([]float64, n)
	start := math.Log(meanLevel(v))
	for d := range eta {
		eta[d] = start
	}
	if v.thin {
		for range 3 {
			r.respond(v, eta, start)
			r.fitOnce(usualNoise(0.1))
			for d := range eta {
				eta[d] = min(max(start+r.linear(r.table.row(d)[:p], r.b), start-6), start+4)
			}
		}
	} else {
		copy(eta, v.z)
	}
	r.respond(v, eta, start)
	r.noise = usualNoise(usualScale)
	for k := range 3 {
		r.fitOnce(r.noise)
		if !v.thin { // counts of a few are skewed: what is far off there is no fault
			r.robust()
		}
		r.noise = fitNoise(r.residuals(), r.table, r.free(), usualScale, r.noise, 160-40*k)
	}
	r.fitOnce(r.noise)
	// The intercept of the rows is relative to start.
	r.mean[0] += start
	return r
}

// meanLevel returns the calls of a usual day, never zero.
func meanLevel(v *dayValues) float64 {
	calls, size := 0.5, 0.5
	for d, ok := range v.ok {
		if ok {
			calls += v.total[d]
			size += math.Exp(v.offset[d])
		}
	}
	return calls / size
}

// respond writes z, less start and the prior means, and the counting noise into
// the table. eta is the log level of each day as believed so far.
func (r *regression) respond(v *dayValues, eta []float64, start float64) {
	for d, ok := range v.ok {
		if !ok && !v.freak[d] {
			continue
		}
		row := r.table.row(d)
		mu := math.Exp(eta[d] + v.offset[d])
		z := eta[d]
		if v.thin {
			z += v.total[d]/mu - 1
		}
		row[r.table.p] = z - start - dot(row[:r.table.p], r.mean)
		r.table.count[d] = v.w / mu
	}
}

// usualScale is the sd of day totals about their calendar that a queue is expected
// to have, on the log scale.
const usualScale = 0.06

// residuals returns z less the terms.
func (r *regression) residuals() []float64 {
	out := make([]float64, len(r.table.ok))
	for d := range out {
		out[d] = r.residual(d, r.b)
	}
	return out
}

// residual returns z of a day less the terms with coefficients b; 0 where there is no z.
func (r *regression) residual(day int, b []float64) float64 {
	if !r.table.ok[day] {
		return 0
	}
	row := r.table.row(day)
	return row[r.table.p] - dot(row[:r.table.p], b)
}

// free returns how many coefficients the data, and not the prior, determine.
func (r *regression) free() float64 {
	p := r.table.p
	free, unit := float64(p), make([]float64, p)
	for j, prior := range r.table.prior {
		clear(unit)
		unit[j] = 1
		forward(r.l, p, unit)
		free -= prior * dot(unit, unit)
	}
	return free
}

func (r *regression) fitOnce(h noise) {
	r.end = newFilter(r.table.p, h)
	r.end.run(r.table, len(r.table.ok), h)
	r.solution = r.end.solve(r.table.prior)
}

// fill writes the terms of a day to the front of row.
func (r *regression) fill(row []float64, info dayInfo) {
	for j, t := range r.terms {
		row[j] = t.value(info)
	}
}

// linear returns x'(mean + b).
func (r *regression) linear(x, b []float64) float64 { return dot(x, r.mean) + dot(x, b) }

// part returns the sum of the terms of one part of the day.
func (r *regression) part(x, b []float64, part string) float64 {
	s := 0.0
	for j, t := range r.terms {
		if t.part == part {
			s += x[j] * (r.mean[j] + b[j])
		}
	}
	return s
}

// known returns the sum of the calendar terms, which companions take over.
func (r *regression) known(x, b []float64) float64 {
	s := 0.0
	for _, j := range r.calendar {
		s += x[j] * (r.mean[j] + b[j])
	}
	return s
}

// errors returns the prediction error of each day over its standard deviation;
// NaN where there is none. Freak days have one, which leaves the filter unmoved.
func (r *regression) errors(freak []bool) []float64 {
	f := newFilter(r.table.p, r.noise)
	out := make([]float64, len(r.table.ok))
	for d, ok := range r.table.ok {
		out[d] = math.NaN()
		if freak[d] {
			row := r.table.row(d)
			e := row[r.table.p] - dot(row[:r.table.p], r.b) - f.predicted(r.b).sum()
			out[d] = e / math.Sqrt(f.doubt.sum()+f.day+r.table.count[d])
		}
		f.step(r.table.row(d), r.table.noise(d), ok)
		if ok {
			out[d] = f.residual(r.b) / math.Sqrt(f.fvar-r.table.far[d])
		}
	}
	return out
}

// dayAhead returns what the regression said of z of each day the day before, with its
// present coefficients.
func (r *regression) dayAhead() []float64 {
	f, out := newFilter(0, r.noise), make([]float64, len(r.table.ok))
	left := r.residuals()
	for d, ok := range r.table.ok {
		x := r.table.row(d)[:r.table.p]
		out[d] = r.linear(x, r.b) + f.predicted(nil).sum()
		f.step(left[d:d+1], r.table.noise(d), ok)
	}
	return out
}

// reach is how many standard deviations of a surprise the level follows (Gelper, Fried
// and Croux 2010, Journal of Forecasting 29:285, who clip at 2 too): a day that nobody
// announced moves it no further, a level that has moved is there after a few days.
const reach = 2

// robust gives days whose prediction error is beyond reach so much more noise that the
// filter takes from them what it would from an error of that size: Huber's estimate by
// reweighting. Prediction errors know only the days before.
func (r *regression) robust() {
	f, left := newFilter(0, r.noise), r.residuals()
	for d, ok := range r.table.ok {
		if r.table.far[d] = 0; ok {
			fvar := f.doubt.sum() + f.day + r.table.count[d]
			off := math.Abs(left[d]-f.predicted(nil).sum()) / math.Sqrt(fvar)
			r.table.far[d] = fvar * max(0, off/reach-1)
		}
		f.step(left[d:d+1], r.table.noise(d), ok)
	}
}

// variance returns the variance of z of a day h days after the last day that f
// has seen: of the coefficients, of the persistent part and of the day alone.
func (r *regression) variance(f *filter, s solution, x []float64, h int, count float64) float64 {
	g := make([]float64, len(x))
	for j := range x {
		g[j] = x[j] - r.noise.after(f.state[j], h-1).sum()
	}
	forward(s.l, len(g), g)
	return dot(g, g) + r.noise.later(f.doubt, h-1).sum() + r.noise.day + count
}
