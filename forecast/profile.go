package forecast

import (
	"math"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A profile says how the calls of a day spread over its slots, one line per
// weekday. Shares sum to one over the slots the weekday was ever open in; slots
// beyond them carry a share too, on the same scale, for the day they open.
type profile struct {
	share [7][]float64
	seen  [7][]bool // slots the weekday has been observed in
	any   []bool    // slots any weekday has been observed in
	base  []float64 // the line that all weekdays share
	mean  float64   // calls per used slot

	halfLife float64 // what it was made with
	skip     []bool
	prior    []float64
}

// shares estimates the spread of calls over slots from the days that keep
// accepts: weighted calls of a slot over the weighted size of the days that had
// it open. A day of other hours is measured by the share of the slots it had, so
// the two are iterated. Weight is 2^(-age/halfLife).
func (r *record) shares(halfLife float64, keep func(day int) bool) (share, weight []float64) {
	calls, size := make([]float64, r.slots), make([]float64, r.slots)
	share, weight = make([]float64, r.slots), make([]float64, r.slots)
	last := make([]float64, r.slots)
	for range 4 {
		copy(last, share)
		clear(calls)
		clear(size)
		clear(weight)
		for k, d := range r.days {
			if r.used[k] == 0 || !keep(k) {
				continue
			}
			v := r.weight(k, halfLife)
			mass, all := r.mass(k, share), r.total[k]
			if mass > 0 {
				all /= mass
			}
			for i := d.First; i < d.End; i++ {
				if r.use[i] {
					s := r.slot[i]
					calls[s] += v * r.value(i)
					size[s] += v * all
					weight[s] += v
				}
			}
		}
		for s := range share {
			if share[s] = 0; size[s] > 0 {
				share[s] = calls[s] / size[s]
			}
		}
		if sum(share) == 0 { // not a single call: any hour is as good as another
			for s := range share {
				share[s] = indicator(weight[s] > 0)
			}
		}
		normalise(share)
		if alike(share, last) { // all days had the same hours
			break
		}
	}
	return share, weight
}

// alike reports whether two lines differ by no more than rounding.
func alike(a, b []float64) bool {
	for s := range a {
		if math.Abs(a[s]-b[s]) > 1e-12 {
			return false
		}
	}
	return true
}

// normalise scales x to sum to one; zeros stay.
func normalise(x []float64) {
	if total := sum(x); total > 0 {
		for s := range x {
			x[s] /= total
		}
	}
}

// mass returns the sum of shares over the used intervals of a day.
func (r *record) mass(day int, share []float64) float64 {
	m := 0.0
	for i := r.days[day].First; i < r.days[day].End; i++ {
		if r.use[i] {
			m += share[r.slot[i]]
		}
	}
	return m
}

// newProfile pools the weekdays of a queue: each keeps as much of its own line as
// weekdayLines.own says, and takes the rest of the common one.
// prior, if not nil, is the common line of the sister queues; it counts for five
// calls a slot and is used for thin queues only.
func newProfile(r *record, halfLife float64, skip []bool, prior []float64) *profile {
	p := &profile{any: make([]bool, r.slots), halfLife: halfLife, skip: skip, prior: prior}
	whole := func(k int) bool { return !skip[k] }
	base, weight := r.shares(halfLife, whole)
	calls, slots, open := 0.0, 0.0, 0.0
	for k := range r.days {
		if whole(k) {
			calls += r.total[k]
			slots += float64(r.used[k])
		}
	}
	for s := range base {
		if p.any[s] = weight[s] > 0; p.any[s] {
			open++
		}
	}
	p.mean = calls / max(slots, 1)
	p.base = base
	if p.mean < 1 || r.daily {
		p.base = p.thinBase(base, prior, p.mean*sum(weight), open, r.daily)
	}
	lines := newWeekdayLines(r, slower*halfLife, skip)
	for w := range 7 {
		own, weight, part := lines.share[w], lines.weight[w], lines.own(w)
		follow(own, base, lines.common)
		p.share[w], p.seen[w] = blend(own, p.base, weight, part), make([]bool, r.slots)
		for s := range weight {
			p.seen[w][s] = weight[s] > 0
		}
		if r.daily {
			p.share[w] = p.base
			p.seen[w] = p.any
		}
	}
	return p
}

// slower is how much longer than the common line a weekday's departure from it lasts.
const slower = 4

// follow moves a weekday's line, learnt slowly, to where the common line has
// moved since.
func follow(own, base, slow []float64) {
	for s := range own {
		if slow[s] > 0 {
			own[s] *= base[s] / slow[s]
		}
	}
	normalise(own)
}

// thinBase steadies the common line of a thin queue with that of its sisters and
// with neighbouring slots; a history of day totals has no line of its own.
func (p *profile) thinBase(base, prior []float64, calls, open float64, daily bool) []float64 {
	out := make([]float64, len(base))
	if daily {
		for s := range out {
			out[s] = 1 / float64(len(out))
			if prior != nil {
				out[s] = prior[s]
			}
		}
		return out
	}
	a := 1.0
	if prior != nil {
		a = calls / (calls + 5*open)
	}
	for s := range base {
		if !p.any[s] {
			continue
		}
		v, w := 2*base[s], 2.0
		for _, t := range []int{s - 1, s + 1} {
			if t >= 0 && t < len(base) && p.any[t] {
				v, w = v+base[t], w+1
			}
		}
		out[s] = a * v / w
		if prior != nil {
			out[s] += (1 - a) * prior[s]
		}
	}
	normalise(out)
	return out
}

// blend returns a weekday's line: a part of its own where it has been open, the rest of
// the common line, which also fills the slots it has never been open in. A slot
// that nobody has seen takes the share of the nearest one seen.
func blend(own, base, weight []float64, part float64) []float64 {
	common := 0.0
	for s := range own {
		if weight[s] > 0 {
			common += base[s]
		}
	}
	out := make([]float64, len(own))
	if common == 0 { // a weekday never open, or without a single call
		copy(out, base)
		fillNearest(out, base)
		return out
	}
	total := 0.0
	for s := range out {
		if out[s] = base[s] / common; weight[s] > 0 {
			out[s] = part*own[s] + (1-part)*out[s]
			total += out[s]
		}
	}
	for s := range out {
		out[s] /= total
	}
	fillNearest(out, base)
	return out
}

// fillNearest gives slots without a common share the share of the nearest slot
// that has one.
func fillNearest(out, base []float64) {
	for s := range out {
		if base[s] > 0 {
			continue
		}
		for d := 1; d < len(out); d++ {
			if t := s - d; t >= 0 && base[t] > 0 {
				out[s] = out[t]
				break
			}
			if t := s + d; t < len(out) && base[t] > 0 {
				out[s] = out[t]
				break
			}
		}
	}
}

// boost returns by how much the open hours of a day gain from hours that the
// weekday is usually open in and this day is not: 1 + carry·lost/open.
func (p *profile) boost(plan interval.Plan, step time.Duration, carry float64) float64 {
	if carry == 0 || plan.Closed() {
		return 1
	}
	w, minutes := plan.Date.Weekday(), int(step/time.Minute)
	open, lost := 0.0, 0.0
	for s, share := range p.share[w] {
		switch {
		case !p.seen[w][s]:
		case overlaps(plan.Hours, s*minutes, minutes):
			open += share
		default:
			lost += share
		}
	}
	if open == 0 {
		return 1
	}
	return 1 + carry*lost/open
}

func overlaps(hours []interval.Span, from, minutes int) bool {
	for _, h := range hours {
		if from < h.Close && from+minutes > h.Open {
			return true
		}
	}
	return false
}

func sum(x []float64) float64 {
	t := 0.0
	for _, v := range x {
		t += v
	}
	return t
}
