package forecast

import "math"

// A smoothing is exponential smoothing of level and weekday, ETS(A,N,A) of
// Hyndman et al. (2008), Forecasting with Exponential Smoothing, ch. 2.
type smoothing struct{ alpha, gamma float64 }

// A smoother is the member that smooths days cleared of the calendar terms, which are put
// back: it differs from the regression in how it follows level and week, not in what it
// knows of holidays.
type smoother struct {
	q *dayModel
	smoothing
}

func newSmoother(q *dayModel) smoother {
	return smoother{q, fitSmoothing(q.clear(len(q.values.infos), q.main.b), q.values.infos)}
}

func (m smoother) trust() float64 { return 0.32 }

// smoothed is what smoothing says from one day on.
type smoothed struct {
	v    *view
	last float64
	week [7]float64
	seen [7]bool // weekdays that the smoothing has seen
	main outlook // for the others
}

func (m smoother) look(v *view) outlook {
	s := smoothed{v: v, main: v.outlooks[0]}
	s.last, s.week, _ = m.run(v.cleared, m.q.values.infos)
	for d, y := range v.cleared {
		if !math.IsNaN(y) {
			s.seen[m.q.values.infos[d].weekday] = true
		}
	}
	return s
}

func (s smoothed) level(t target) float64 {
	w := t.info.weekday
	if !s.seen[w] {
		return s.main.level(t)
	}
	return s.last + s.week[w] + s.v.q.main.known(t.x, s.v.sol.b) + s.v.carried(t.ahead)
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
		w := infos[d].weekday
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
		w := infos[d].weekday
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
