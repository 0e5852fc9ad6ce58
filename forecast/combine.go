package forecast

import (
	"math"
	"slices"
)

// A dayModel is the regression with its companions, their weights, and the
// correction of its width.
type dayModel struct {
	values      *dayValues
	main, plain *regression // plain is nil where it would equal main
	carry       carry
	alone       bool // no companions
	members     []member
	now         *view // as of the last day of the history
	weights     [buckets][]float64
	lines       [buckets]float64 // weight of the line of the member that knows the hours
	width       [buckets]float64 // factor on the departures of a path from its center
	shocks      []float64        // standardised errors of each day; NaN where none
	unseen      float64          // sd of a season that the history cannot show
	mood        []float64        // factor on deviations as of each day; see regression.moods
	origins     int              // inner origins the weights rest on
	span        int              // days of history
}

// Horizons fall into three buckets: the first open day, the first week, later.
// Between their centers, 1, 4 and 16 days, weights and widths are interpolated.
const (
	buckets      = 3
	innerOrigins = 24
	innerStep    = 5  // days between inner origins; prime to 7, so weekdays mix
	innerHistory = 28 // days of history before the first
	innerHorizon = 28
)

// unseenSeason is the sd, on the log scale, of the sine and the cosine of a yearly
// season that a short history cannot show. It moves no forecast, but widens it the
// further away the day is in the year: by 4 % after four weeks, 18 % after half a
// year. Estimating such a season from half a year instead was tried and made four
// weeks ahead 9 % worse on a bank without one.
const unseenSeason = 0.09

// away returns the steps from one day to another, along sine and cosine, of the
// unseen season: sd of their weighted sum is unseen·√(2-2cos of the angle).
func (q *dayModel) away(from, to dayInfo) (sin, cos float64) {
	if q.unseen == 0 {
		return 0, 0
	}
	s0, c0 := math.Sincos(from.year)
	s1, c1 := math.Sincos(to.year)
	return q.unseen * (s1 - s0), q.unseen * (c1 - c0)
}

func newDayModel(v *dayValues, c coverage, classes []string, alone bool) *dayModel {
	q := &dayModel{values: v, alone: alone || v.thin, span: c.span}
	if !c.season() {
		q.unseen = unseenSeason
	}
	q.main = newRegression(append(newTerms(c, classes, false), v.drivers...), v)
	if c.season() && !q.alone {
		q.plain = newRegression(append(newTerms(c, classes, true), v.drivers...), v)
	}
	q.shocks = q.main.errors(v.freak)
	q.carry.end = v.end
	q.carry.learn(q.main)
	q.members = q.newMembers()
	var end *filter
	if q.plain != nil {
		end = q.plain.end
	}
	q.mood = slices.Repeat([]float64{1}, len(v.infos))
	if !q.alone {
		q.mood = q.main.moods()
	}
	q.weigh()
	q.now = q.look(len(v.infos), q.main.end, end)
	if q.plain != nil { // its days are looked at no more
		q.plain.table.rows = nil
	}
	for _, m := range q.members { // nor is the chain
		if s, ok := m.(*slotted); ok {
			s.forget()
		}
	}
	return q
}

// A trial is the forecast of one past day from an inner origin.
type trial struct {
	origin, bucket int
	logs           []float64
	actual, sd     float64
}

// weigh sets weights and widths by what the members would have said from inner
// origins. The noise parameters are those of the whole history, all else is as
// known then.
func (q *dayModel) weigh() {
	var trials []trial
	var lines [buckets]lineWeight
	if !q.values.thin { // the z of a thin queue is no observation
		trials = q.trials(&lines)
	}
	lines[0].merge(lines[1]) // few origins have a first day each
	for b := range buckets {
		q.lines[b] = lines[b].weight()
		q.weights[b] = q.memberWeights(trials, b)
		q.width[b] = q.widthFactor(trials, b) * youth(q.span)
	}
}

func (q *dayModel) trials(lines *[buckets]lineWeight) []trial {
	days := len(q.values.infos)
	main := newFilter(q.main.table.p, q.main.noise)
	var plain *filter
	if q.plain != nil {
		plain = newFilter(q.plain.table.p, q.plain.noise)
	}
	var trials []trial
	for d := range days {
		main.step(q.main.table.row(d), q.main.table.noise(d), q.values.ok[d])
		if plain != nil {
			plain.step(q.plain.table.row(d), q.plain.table.noise(d), q.values.ok[d])
		}
		if innerOrigin(days, d) {
			trials = append(trials, q.try(q.look(d+1, main, plain), q.origins, lines)...)
			q.origins++
		}
	}
	return trials
}

// trialStep returns the days between inner origins: fewer where the history is short.
func trialStep(days int) int { return min(max((days-innerHistory)/innerOrigins, 1), innerStep) }

// apart returns what an inner origin tells, as a part of one that lies innerStep days
// from the next.
func (q *dayModel) apart() float64 {
	return float64(trialStep(len(q.values.infos))) / innerStep
}

// innerOrigin reports whether forecasts are tried from the end of a day.
func innerOrigin(days, d int) bool {
	left, step := days-1-d, trialStep(days)
	return left > 0 && left%step == 0 && left <= innerOrigins*step && d >= innerHistory
}

// lookouts returns how many days are known at each look, in order.
func lookouts(days int) []int {
	var at []int
	for d := range days {
		if innerOrigin(days, d) {
			at = append(at, d+1)
		}
	}
	return append(at, days)
}

func (q *dayModel) try(v *view, origin int, lines *[buckets]lineWeight) []trial {
	var trials []trial
	var then *profile
	if !q.values.record.daily && origin%lineEvery == 0 {
		then = q.values.record.profileAsOf(v.last, q.values.profile)
	}
	for h := 1; h <= innerHorizon && v.last+h <= len(q.values.infos); h++ {
		d := v.last + h - 1
		if !q.values.ok[d] {
			continue
		}
		bucket := 0
		switch {
		case h > 7:
			bucket = 2
		case len(trials) > 0:
			bucket = 1
		}
		x := q.main.table.row(d)[:q.main.table.p]
		var plain []float64
		if q.plain != nil {
			plain = q.plain.table.row(d)[:q.plain.table.p]
		}
		sin, cos := q.away(q.values.infos[v.last-1], q.values.infos[d])
		variance := q.main.variance(v.main, v.sol, x, h, q.main.table.count[d]) + sin*sin + cos*cos
		t := target{q.values.infos[d], x, plain, h}
		if then != nil {
			lines[bucket].try(v, t, then.share[t.info.date.Weekday()], d)
		}
		trials = append(trials, trial{origin, bucket, v.logs(t), q.values.z[d], math.Sqrt(variance) * q.mood[v.last-1]})
	}
	return trials
}

// youth widens the bands of a history of a few weeks: it has seen too little of how
// levels wander for its own errors to tell, and too little for trials. In the first
// weeks the priors are wide enough by themselves.
func youth(span int) float64 {
	days := float64(span)
	return 1 + min(days/28, 1)*max(0, 1-days/90)
}

// narrowest bounds how far calibration may narrow bands: inner errors know the noise
// parameters, and are too small by that.
const narrowest = 0.95

// widthFactor compares the errors of the combination with what the regression
// expected: the mean, over four central bands, of the band that would have held
// its share of days over the band of the normal law (the conformal idea: Vovk,
// Gammerman and Shafer 2005). Errors of one origin move together, so the origins
// count, and eight more speak for no correction.
func (q *dayModel) widthFactor(trials []trial, bucket int) float64 {
	var r []float64
	origins := map[int]bool{}
	for _, t := range trials {
		if t.bucket == bucket {
			r = append(r, math.Abs(t.actual-dot(t.logs, q.weights[bucket]))/t.sd)
			origins[t.origin] = true
		}
	}
	if len(r) == 0 {
		return 1
	}
	slices.Sort(r)
	ratio := 0.0
	for _, band := range []struct{ share, z float64 }{{0.5, 0.6745}, {0.8, 1.2816}, {0.9, 1.6449}, {0.95, 1.96}} {
		ratio += quantile(r, band.share) / band.z / 4
	}
	n := float64(len(origins)) * q.apart()
	return min(max((n*ratio+8)/(n+8), narrowest), 2)
}

// horizon returns the bucket below, the one above and the share of the latter
// for a day h days ahead; first marks the first open day.
func horizon(h int, first bool) (lo, hi int, t float64) {
	x := math.Log(float64(h)) / math.Log(4)
	switch {
	case first || x <= 0:
		return 0, 0, 0
	case x >= buckets-1:
		return buckets - 1, buckets - 1, 0
	}
	lo = int(x)
	return lo, lo + 1, x - float64(lo)
}

// center returns the combined log level of a day h days ahead and the width factor there.
func (q *dayModel) center(logs []float64, h int, first bool) (log, width float64) {
	lo, hi, t := horizon(h, first)
	log = (1-t)*dot(logs, q.weights[lo]) + t*dot(logs, q.weights[hi])
	return log, (1-t)*q.width[lo] + t*q.width[hi]
}
