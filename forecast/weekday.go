package forecast

import "math"

// weekdayLines are the lines of single weekdays, and what it takes to tell how far each
// is to be trusted.
type weekdayLines struct {
	common        []float64 // of all weekdays, over the same days
	share, weight [7][]float64
	calls, square [7]float64 // sums of weights times calls and of squared weights times calls
	scatter       float64    // of the line of a day about that of its weekday, times its calls
}

func newWeekdayLines(r *record, halfLife float64, skip []bool) *weekdayLines {
	l := &weekdayLines{}
	l.common, _ = r.shares(halfLife, func(k int) bool { return !skip[k] })
	for w := range 7 {
		l.share[w], l.weight[w] = r.shares(halfLife, func(k int) bool {
			return !skip[k] && int(r.days[k].Date.Weekday()) == w
		})
	}
	var days [7]float64
	var base [7][]float64
	for w := range base {
		base[w] = pooled(l.common, l.weight[w])
	}
	total, line := 0.0, make([]float64, r.slots)
	for k, d := range r.days {
		w := d.Date.Weekday()
		if skip[k] || r.total[k] == 0 {
			continue
		}
		v := r.weight(k, halfLife)
		l.calls[w] += v * r.total[k]
		l.square[w] += v * v * r.total[k]
		if r.mass(k, l.share[w]) > 0.95 {
			days[w]++
			total += r.total[k] * apart(r.line(k, line), l.share[w], base[w])
		}
	}
	free := 0.0
	for _, n := range days {
		free += max(n-1, 0)
	}
	l.scatter = total / free // 0/0 where no weekday came twice: nothing is known
	return l
}

// own returns the part, 0 to 1, of the line of a weekday that is its own: how much of its
// distance from the common line is more than the scatter of its days explains, the
// positive part of James and Stein (Efron and Morris 1973, JASA 68:117). A Saturday of
// few hours is itself after three weeks, weekdays that are alike stay pooled, and a thin
// queue has nothing to tell.
func (l *weekdayLines) own(w int) float64 {
	if !(l.scatter >= 0) || l.calls[w] == 0 {
		return 0.5
	}
	noise := l.scatter * l.square[w] / sq(l.calls[w])
	base := pooled(l.common, l.weight[w])
	return max(0, 1-noise/max(apart(l.share[w], base, base), 1e-12))
}

// line writes how the calls of a day spread over the slots to out.
func (r *record) line(day int, out []float64) []float64 {
	clear(out)
	for i := r.days[day].First; i < r.days[day].End; i++ {
		if r.use[i] {
			out[r.slot[i]] += r.value(i) / r.total[day]
		}
	}
	return out
}

// pooled returns base over the slots that have weight, summing to one.
func pooled(base, weight []float64) []float64 {
	out := make([]float64, len(base))
	for s := range out {
		if weight[s] > 0 {
			out[s] = base[s]
		}
	}
	normalise(out)
	return out
}

// apart returns the chi-square distance of two lines: of squares over the shares of base.
func apart(a, b, base []float64) float64 {
	total := 0.0
	for s, v := range base {
		if v > 0 {
			total += sq(a[s]-b[s]) / v
		}
	}
	return total
}

// weight returns what a day counts at a half-life in weeks.
func (r *record) weight(day int, halfLife float64) float64 {
	return math.Exp2(-float64(len(r.days)-1-day) / (7 * halfLife))
}
