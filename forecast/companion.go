package forecast

import "math"

// A view is what the four day models say as of one day: the regression, the
// regression without season and trend, exponential smoothing, and the regression with
// the level of a mixture of noises in place of its own. Smoothing works on days cleared
// of the calendar terms, which are put back: it differs from the regression in how it
// follows level and week, not in what it knows of holidays. Where the history supports
// no season the second member repeats the first. The mean of the last eight days of a
// weekday, once the fourth, lost to the mixture on most series. A member without the
// month terms was tried: it costs 2 % at one to four weeks where months matter.
type view struct {
	q           *dayModel
	last        int // days known
	main, plain *filter
	sol, plains solution
	level       float64 // smoothing
	week        [7]float64
	seen        [7]bool // weekdays that the smoothing has seen
	mixture     mixture
}

const members = 4

// A smoothing is exponential smoothing of level and weekday, ETS(A,N,A) of
// Hyndman et al. (2008), Forecasting with Exponential Smoothing, ch. 2.
type smoothing struct{ alpha, gamma float64 }

func (q *dayModel) look(last int, main, plain *filter) *view {
	v := &view{q: q, last: last, main: main, sol: main.solve(q.main.table.prior)}
	if plain != nil {
		v.plain, v.plains = plain, plain.solve(q.plain.table.prior)
	}
	if q.alone {
		return v
	}
	adjusted := v.cleared()
	v.level, v.week, _ = q.smooth.run(adjusted, v.q.values.infos)
	for d, y := range adjusted {
		if w := q.values.infos[d].date.Weekday(); !math.IsNaN(y) {
			v.seen[w] = true
		}
	}
	v.mixture = v.follow()
	return v
}

// cleared returns z less the calendar terms, NaN where there is no value.
func (v *view) cleared() []float64 {
	q := v.q
	out := make([]float64, v.last)
	for d := range out {
		out[d] = math.NaN()
		if q.values.ok[d] {
			x := q.main.table.row(d)[:q.main.table.p]
			out[d] = q.values.z[d] - q.main.known(x, v.sol.b)
		}
	}
	return out
}

// logs returns the forecast of each member for the day, which lies h days after
// the last known one, given its rows of terms.
func (v *view) logs(info dayInfo, x, plain []float64, h int) [members]float64 {
	var out [members]float64
	carry := v.carried(h)
	out[0] = v.regressed(v.q.main, v.main, v.sol.b, x, h) + carry
	if v.q.alone {
		return out
	}
	out[1] = out[0]
	if v.plain != nil {
		out[1] = v.regressed(v.q.plain, v.plain, v.plains.b, plain, h) + carry
	}
	w := info.date.Weekday()
	if out[2] = out[0]; v.seen[w] {
		out[2] = v.level + v.week[w] + v.q.main.known(x, v.sol.b) + carry
	}
	level, _ := v.mixture.ahead(h)
	out[3] = v.q.main.linear(x, v.sol.b) + level + carry
	return out
}

func (v *view) carried(h int) float64 {
	return v.q.carry.at(v.q.values.ok, v.last, h, v.q.main.noise.phi)
}

func (v *view) regressed(r *regression, f *filter, b, x []float64, h int) float64 {
	return r.linear(x, b) + r.noise.after(f.predicted(b), h-1).sum()
}

// run smooths y over the days and returns the last level and weekday parts, and
// the sum of squared one-step errors after the first four weeks.
func (s smoothing) run(y []float64, infos []dayInfo) (level float64, week [7]float64, sse float64) {
	level, week = firstWeeks(y, infos)
	seen := 0
	for d, v := range y {
		if math.IsNaN(v) {
			continue
		}
		w := infos[d].date.Weekday()
		err := v - level - week[w]
		if seen++; seen > 20 {
			sse += err * err
		}
		level += s.alpha * err
		week[w] += s.gamma * err
	}
	return level, week, sse
}

// firstWeeks returns the mean of the first 56 days and of their weekdays.
func firstWeeks(y []float64, infos []dayInfo) (float64, [7]float64) {
	var sums, n [7]float64
	total, count, first := 0.0, 0.0, -1
	for d, v := range y {
		if math.IsNaN(v) {
			continue
		}
		if first < 0 {
			first = d
		}
		w := infos[d].date.Weekday()
		if d-first >= 56 && n[w] > 0 {
			continue
		}
		sums[w], n[w] = sums[w]+v, n[w]+1
		total, count = total+v, count+1
	}
	level := total / max(count, 1)
	for w := range sums {
		if n[w] > 0 {
			sums[w] = sums[w]/n[w] - level
		}
	}
	return level, sums
}

// fitSmoothing picks the best of a small grid; finer parameters gain nothing on
// a few hundred days.
func fitSmoothing(y []float64, infos []dayInfo) smoothing {
	best, least := smoothing{0.2, 0.05}, math.Inf(1)
	for _, alpha := range []float64{0.03, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6} {
		for _, gamma := range []float64{0, 0.02, 0.05, 0.1, 0.2} {
			s := smoothing{alpha, gamma}
			if _, _, sse := s.run(y, infos); sse < least {
				best, least = s, sse
			}
		}
	}
	return best
}
