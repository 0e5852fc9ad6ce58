package forecast

import (
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// Kinds of proposals.
const (
	Outlier    = "outlier"     // days so far off that they should teach nothing
	LevelShift = "level-shift" // a day from which a queue has another level for good
)

// A Proposal is something in a history that a person should judge before it is learnt
// from: days that look like no others, or a step in the level.
type Proposal struct {
	Queue  string        `json:"queue"`
	Kind   string        `json:"kind"`
	First  interval.Date `json:"first"`
	Last   interval.Date `json:"last"`   // of an outlier; the first day of a level shift
	Days   int           `json:"days"`   // open days in it
	Factor float64       `json:"factor"` // calls over those expected; the new level over the old
	Reason string        `json:"reason"`
}

// ID names the proposal among those of a history.
func (p Proposal) ID() string { return fmt.Sprintf("%s-%s-%s", p.Kind, p.Queue, p.First) }

// Review returns what Fit found odd in the history, queue by queue in the order of the
// history, outliers first, each by date. Fit leaves outliers out by itself; a person says whether it is
// right (accept: the days are missing) or not (reject: Input.Ordinary). Level shifts
// are followed by the level that wanders; accepted, the days before are learnt from at the
// new level.
func (m *Model) Review() []Proposal {
	var out []Proposal
	for _, q := range m.queues {
		out = append(out, q.outliers()...)
		out = append(out, q.shifts()...)
	}
	return out
}

// outliers joins freak days of one direction that follow each other, closed days apart.
func (q *queueModel) outliers() []Proposal {
	var out []Proposal
	priors := q.pastLevels()
	came, expected := 0.0, 0.0
	last, more := -9, false
	for k, freak := range q.freak {
		if !freak {
			if q.infos[k].open() {
				last = -9
			}
			continue
		}
		usual := math.Exp(priors[k].mean) * q.usable(k)
		if last < 0 || k-last > 4 || (q.total[k] > usual) != more {
			out = append(out, Proposal{Queue: q.name, Kind: Outlier, First: q.days[k].Date})
			came, expected, more = 0, 0, q.total[k] > usual
		}
		last = k
		came, expected = came+q.total[k], expected+usual
		p := &out[len(out)-1]
		p.Last, p.Days, p.Factor = q.days[k].Date, p.Days+1, came/max(expected, 1e-9)
		p.Reason = fmt.Sprintf("%.0f calls came where %.0f were expected from the days around", came, expected)
	}
	return out
}

const (
	shiftDays  = 28   // open days compared on either side of a step
	shiftLeast = 0.12 // of the log level
	shiftFar   = 5    // deviations of such comparisons over the history
)

// shifts compares, at each day, the median level of the days before and after, cleared of
// weekday and calendar. A step is where they differ most within the window, by more than
// shiftFar deviations of what such comparisons come to elsewhere, which knows how the
// level of this queue wanders.
func (q *queueModel) shifts() []Proposal {
	if q.day.values.thin {
		return nil
	}
	level, days := q.clearedDays()
	n := len(level)
	if n < 3*shiftDays {
		return nil
	}
	step, scale := make([]float64, n), []float64(nil)
	for k := shiftDays; k+shiftDays <= n; k++ {
		step[k] = median(slices.Clone(level[k:k+shiftDays])) - median(slices.Clone(level[k-shiftDays:k]))
		scale = append(scale, math.Abs(step[k]))
	}
	limit := max(shiftLeast, shiftFar*median(scale)/0.6745)
	var out []Proposal
	for k := shiftDays; k+shiftDays <= n; k++ {
		if math.Abs(step[k]) < limit || !peak(step, k) {
			continue
		}
		at := sharpest(level, k)
		out = append(out, Proposal{Queue: q.name, Kind: LevelShift, First: q.days[days[at]].Date, Last: q.days[days[at]].Date, Days: n - at,
			Factor: math.Exp(step[k]), Reason: fmt.Sprintf("the %d open days from here lie %+.0f %% off the %d before, weekday and calendar apart; %.0f %% is what this queue wanders in such a time",
				shiftDays, 100*(math.Exp(step[k])-1), shiftDays, 100*(math.Exp(median(scale)/0.6745)-1))})
	}
	return out
}

// clearedDays returns the log levels of the days that count, less the terms of weekday
// and calendar, and which days they are.
func (q *queueModel) clearedDays() (level []float64, days []int) {
	r := q.day.main
	for k, ok := range q.day.values.ok {
		if !ok {
			continue
		}
		x := r.table.row(k)[:r.table.p]
		level = append(level, q.day.values.z[k]-r.known(x, r.b)-r.part(x, r.b, "weekday"))
		days = append(days, k)
	}
	return level, days
}

// peak reports whether the step at k is the largest within a window; of equal ones the
// first counts.
func peak(step []float64, k int) bool {
	for j := max(k-shiftDays, 0); j < min(k+shiftDays, len(step)); j++ {
		if a, b := math.Abs(step[j]), math.Abs(step[k]); a > b || a == b && j < k {
			return false
		}
	}
	return true
}

// sharpest returns the day near k that parts the window best: medians are flat near a step.
func sharpest(level []float64, k int) int {
	lo, hi := k-shiftDays, k+shiftDays
	best, least := k, math.Inf(1)
	for at := max(lo+5, k-shiftDays/2); at <= min(hi-5, k+shiftDays/2); at++ {
		if cost := spread(level[lo:at]) + spread(level[at:hi]); cost < least {
			best, least = at, cost
		}
	}
	return best
}

// spread is the sum of absolute deviations from the median.
func spread(x []float64) float64 {
	m, s := median(slices.Clone(x)), 0.0
	for _, v := range x {
		s += math.Abs(v - m)
	}
	return s
}

// Accept returns the input as the accepted proposal asks: the days of an outlier are
// missing, and the days before a level shift are at the new level, in whole calls.
func Accept(in Input, p Proposal) (Input, error) {
	if p.Kind != Outlier && p.Kind != LevelShift {
		return in, fmt.Errorf("forecast: accept a %q; it is %s or %s", p.Kind, Outlier, LevelShift)
	}
	if p.Kind == LevelShift && !(p.Factor > 0.01 && p.Factor < 100) {
		return in, fmt.Errorf("forecast: a level shift by a factor of %v; give one between 0.01 and 100", p.Factor)
	}
	values, states := in.Series.Values(), in.Series.States()
	for _, day := range in.Series.Grid().Days() {
		for i := day.First; i < day.End; i++ {
			switch {
			case states[i] != interval.Observed:
			case p.Kind == LevelShift && day.Date.Before(p.First):
				values[i] = math.Round(values[i] * p.Factor)
			case p.Kind == Outlier && !day.Date.Before(p.First) && !day.Date.After(p.Last):
				values[i], states[i] = 0, interval.Missing
			}
		}
	}
	var err error
	in.Series, err = interval.NewSeries(in.Series.Name(), in.Series.Grid(), values, states)
	return in, err
}
