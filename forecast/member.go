package forecast

import "math"

// A member is one way to foretell the level of days. The regression is the first and
// carries the paths; the others pull their center. A new one is a type in a file of its
// own and a line in newMembers.
type member interface {
	// trust is the weight before any trial, relative to that of the others.
	trust() float64
	// look returns what the member says with what is known at the end of a day. What is
	// learnt once, such as smoothing constants, may come from the whole history.
	look(v *view) outlook
}

// An outlook foretells from one day on.
type outlook interface {
	// level returns the log of the calls of a usual day of its weekday. It is finite.
	level(t target) float64
}

// A liner is an outlook that knows the hours of a day too.
type liner interface {
	outlook
	// line returns the shares of the slots of a day in that of its calls; nil where it
	// does not know one of them.
	line(t target) []float64
}

// A target is a day to foretell.
type target struct {
	info     dayInfo
	x, plain []float64 // terms of the regression, and of the one without season
	ahead    int       // days after the last known one, from 1
}

// newMembers returns the members that the history supports, the regression first.
func (q *dayModel) newMembers() []member {
	members := []member{whole{q}}
	if q.alone {
		return members
	}
	if q.plain != nil {
		members = append(members, seasonless{q})
	}
	members = append(members, newSmoother(q), blended{q})
	if !q.values.record.daily {
		members = append(members, newSlotted(q, lookouts(len(q.values.infos))))
	}
	return members
}

// A view is what is known at the end of one day, and what each member says then.
type view struct {
	q           *dayModel
	last        int // days known
	main, plain *filter
	sol, plains solution
	cleared     []float64 // z less the calendar terms, NaN where there is none
	outlooks    []outlook
}

func (q *dayModel) look(last int, main, plain *filter) *view {
	v := &view{q: q, last: last, main: main, sol: main.solve(q.main.table.prior)}
	if plain != nil {
		v.plain, v.plains = plain, plain.solve(q.plain.table.prior)
	}
	v.cleared = q.clear(last, v.sol.b)
	for _, m := range q.members {
		v.outlooks = append(v.outlooks, m.look(v))
	}
	return v
}

// clear returns z of the first days less the calendar terms with coefficients b.
func (q *dayModel) clear(days int, b []float64) []float64 {
	out := make([]float64, days)
	for d := range out {
		out[d] = math.NaN()
		if q.values.ok[d] {
			out[d] = q.values.z[d] - q.main.known(q.main.table.row(d)[:q.main.table.p], b)
		}
	}
	return out
}

// logs returns what each member says of the day.
func (v *view) logs(t target) []float64 {
	out := make([]float64, len(v.outlooks))
	for k, o := range v.outlooks {
		out[k] = o.level(t)
	}
	return out
}

func (v *view) carried(h int) float64 {
	return v.q.carry.at(v.q.values.ok, v.last, h, v.q.main.noise.phi)
}

// memberWeights returns weights proportional to a power of 1/loss, the loss that of
// Huber on errors over their deviations: a holiday that no member knew of judges none.
func (q *dayModel) memberWeights(trials []trial, bucket int) []float64 {
	lost, w := make([]float64, len(q.members)), make([]float64, len(q.members))
	n, origins, trusted := 0.0, map[int]bool{}, 0.0
	for _, t := range trials {
		if t.bucket == bucket {
			origins[t.origin] = true
			n++
			for k, log := range t.logs {
				lost[k] += loss(math.Abs(t.actual-log) / t.sd)
			}
		}
	}
	total := 0.0
	for k, m := range q.members {
		w[k] = m.trust()
		trusted += w[k]
		if n > 0 {
			w[k] *= math.Pow(1/max(lost[k]/n, 1e-4), sharpness(float64(len(origins))*q.apart()))
		}
		total += w[k]
	}
	for k, m := range q.members {
		w[k] = (1-even)*w[k]/total + even*m.trust()/trusted
	}
	if bucket == 0 {
		q.judgeNext(w)
	}
	return w
}

// judgeNext sets the weight, for the next day, of a member that was tried on every day.
func (q *dayModel) judgeNext(w []float64) {
	for k, m := range q.members {
		if s, ok := m.(*slotted); ok {
			v := s.ahead.weight(s.trust(), 0.15)
			for j := range w {
				if j != k {
					w[j] *= (1 - v) / (1 - w[k])
				}
			}
			w[k] = v
		}
	}
}

// even is the part of the weights that stays with trust whatever the trials say.
const even = 0.15

// sharpness is the power of the inverse loss that weights follow: the more
// origins have judged, the more a difference between members means. Errors of members
// are alike and their differences mostly luck: a quarter an origin in place of a tenth was
// worse on most series.
func sharpness(origins float64) float64 { return 1 + origins/10 }
