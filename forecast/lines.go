package forecast

// lineWeight holds what past days say of the line of a member beside the profile: the
// sums of a regression of departures of days from the profile on those of the member.
type lineWeight struct{ cross, square, rest, cells float64 }

const (
	lineTrust = 0.35 // the weight of the member's line before any trial
	lineDoubt = 0.2  // its deviation
	lineAlike = 4    // intervals of a day err together: as many tell as much as one
)

// lineEvery is how many inner origins share a judgement of lines.
const lineEvery = 6

// profileAsOf returns the profile that the first days show, by their last 300.
func (r *record) profileAsOf(days int, now *profile) *profile {
	past, first := *r, max(0, days-300)
	past.days, past.total, past.used = r.days[first:days], r.total[first:days], r.used[first:days]
	return newProfile(&past, now.halfLife, now.skip[first:], now.prior)
}

// try takes in a day with what was known at a view and the profile of that time.
func (l *lineWeight) try(v *view, t target, profile []float64, day int) {
	for _, o := range v.outlooks {
		if m, ok := o.(liner); ok {
			if line := m.line(t); line != nil {
				l.add(v.q.values.record, day, profile, line)
			}
		}
	}
}

// add takes in a day: its calls in the slots used, the profile, and the member's line.
func (l *lineWeight) add(r *record, day int, profile, line []float64) {
	mass, other := r.mass(day, profile), r.mass(day, line)
	total := r.total[day]
	if mass <= 0 || other <= 0 || total <= 0 {
		return
	}
	for i := r.days[day].First; i < r.days[day].End; i++ {
		p := profile[r.slot[i]] / mass
		if !r.use[i] || p <= 0 {
			continue
		}
		x, y := line[r.slot[i]]/other-p, r.value(i)/total-p
		l.cross += total * x * y / p
		l.square += total * x * x / p
		l.rest += total * y * y / p
		l.cells++
	}
}

func (l *lineWeight) merge(o lineWeight) {
	l.cross, l.square, l.rest, l.cells = l.cross+o.cross, l.square+o.square, l.rest+o.rest, l.cells+o.cells
}

// weight returns the weight of the member's line, 0 to 1: the coefficient of the
// regression, drawn to lineTrust.
func (l lineWeight) weight() float64 {
	noise := lineAlike * (l.rest + 10) / (l.cells + 10)
	prior := 1 / sq(lineDoubt)
	return min(max((lineTrust*prior+l.cross/noise)/(prior+l.square/noise), 0), 1)
}

// line returns the shares of a day's slots: the profile, and a part of the line of the
// member that knows the hours.
func (q *dayModel) line(t target, first bool) []float64 {
	profile := q.values.profile.share[t.info.date.Weekday()]
	for _, o := range q.now.outlooks {
		l, ok := o.(liner)
		if !ok {
			continue
		}
		line := l.line(t)
		if line == nil {
			continue
		}
		lo, hi, u := horizon(t.ahead, first)
		part := (1-u)*q.lines[lo] + u*q.lines[hi]
		for s, p := range profile {
			line[s] = (1-part)*p + part*line[s]
		}
		return line
	}
	return profile
}
