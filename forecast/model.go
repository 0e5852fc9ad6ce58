package forecast

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/ringtide/ringtide/interval"
)

// A Model is a fitted baseline of several queues. It is immutable and safe for
// concurrent use.
type Model struct {
	opt      Options
	frame    *frame
	queues   []*queueModel // in the order of the history
	warnings []Warning
}

// A queueModel is all that is known of one queue.
type queueModel struct {
	*record
	almanac
	profile *profile
	shape   *shape
	day     *dayModel
	cover   coverage
	volume  [7]float64 // usual calls per weekday
	freak   []bool
	missing float64 // share of open intervals that nobody counted

	strayOnce sync.Once
	strays    within // see straying
	limitOnce sync.Once
	limits    float64 // see limit
	drivers   []driven
}

// thinDay is the number of calls on the median day below which a queue's day
// totals are too ragged for logarithms.
const thinDay = 30

// Fit learns the baseline of the queues. All series lie on one grid; an interval
// that is missing teaches nothing, one that is closed by the calendar is not
// counted, and an observed zero is a number. Faults of all inputs are reported
// at once. Fit takes a few tens of milliseconds per queue and two years.
func Fit(ctx context.Context, history []Input, opt Options) (*Model, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	if err := validate(history); err != nil {
		return nil, err
	}
	m := &Model{opt: opt, frame: newFrame(history[0].Series.Grid())}
	m.queues = make([]*queueModel, len(history))
	open, faults := openings(m.frame.grid, history), make([]error, len(history))
	told := almanacs(m.frame, history)
	err := parallel(ctx, len(history), func(k int) {
		r := newRecord(m.frame, history[k], open[history[k].Calendar])
		m.queues[k] = &queueModel{record: r, freak: make([]bool, len(r.days))}
		if faults[k] = m.queues[k].setDrivers(history[k].Drivers); faults[k] == nil {
			m.queues[k].almanac = told[history[k].Calendar]
			m.queues[k].explore(history[k].Ordinary)
		}
	})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	priors := m.sisterLines()
	if err := parallel(ctx, len(history), func(k int) { m.queues[k].fit(opt, priors[k]) }); err != nil {
		return nil, err
	}
	faults = nil
	for _, q := range m.queues {
		if q.cover.days == 0 {
			faults = append(faults, fmt.Errorf("forecast: queue %q: no whole day was observed within the opening hours; check the calendar and load more records", q.name))
			continue
		}
		m.warnings = append(m.warnings, q.warnings()...)
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return m, nil
}

// Warnings returns the doubts about the forecast, queue by queue.
func (m *Model) Warnings() []Warning { return slices.Clone(m.warnings) }

// Queues returns the names of the queues in the order of the history.
func (m *Model) Queues() []string {
	names := make([]string, len(m.queues))
	for k, q := range m.queues {
		names[k] = q.name
	}
	return names
}

// openings asks each calendar once when it is open on g.
func openings(g interval.Grid, history []Input) map[*interval.Calendar][]bool {
	open := map[*interval.Calendar][]bool{}
	for _, in := range history {
		if open[in.Calendar] == nil {
			open[in.Calendar] = in.Calendar.Open(g)
		}
	}
	return open
}

// An almanac is what a calendar says of the days of a history, the same for all queues that
// keep it.
type almanac struct {
	infos   []dayInfo
	classes []string // of special days of the history and three years on
}

// almanacs asks each calendar once.
func almanacs(f *frame, history []Input) map[*interval.Calendar]almanac {
	out := map[*interval.Calendar]almanac{}
	days := f.whole()
	for _, in := range history {
		if _, done := out[in.Calendar]; done || len(days) == 0 {
			continue
		}
		infos := describe(in.Calendar, days[0].Date, 0, len(days)+3*366)
		out[in.Calendar] = almanac{infos[:len(days):len(days)], openClasses(infos)}
	}
	return out
}

// parallel runs f(0) to f(n-1), as many at a time as there are processors, until
// the context ends.
func parallel(ctx context.Context, n int, f func(k int)) error {
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		wg.Go(func() {
			for k := range next {
				f(k)
			}
		})
	}
	for k := range n {
		if ctx.Err() != nil {
			break
		}
		next <- k
	}
	close(next)
	wg.Wait()
	return ctx.Err()
}

// firstHalfLife, in weeks, is that of the profile by which freaks are found.
const firstHalfLife = 10

// explore does what needs no other queue: days, freaks, a first profile.
func (q *queueModel) explore(ordinary []interval.Date) {
	q.profile = newProfile(q.record, firstHalfLife, q.freak, nil)
	q.markFreaks()
	for k, day := range q.days {
		q.freak[k] = q.freak[k] && !slices.Contains(ordinary, day.Date)
	}
}

// markFreaks judges days on the log scale, thin ones on the root scale.
func (q *queueModel) markFreaks() {
	n := len(q.days)
	z, ok, special := make([]float64, n), make([]bool, n), make([]bool, n)
	var totals []float64
	for k := range q.days {
		if q.used[k] > 0 && q.infos[k].open() {
			totals = append(totals, q.total[k])
		}
	}
	typical := median(totals)
	for k, info := range q.infos {
		mass := q.usable(k)
		ok[k], special[k] = mass > 0, info.after || info.class != "" || q.driven(info.date)
		if !ok[k] {
			continue
		}
		z[k] = 2 * math.Sqrt(q.total[k]/mass)
		if typical >= thinDay {
			ok[k] = q.total[k] > 0
			z[k] = math.Log(max(q.total[k], 1) / mass)
		}
	}
	floor := 0.6745 // the deviation of unit variance
	if typical >= thinDay {
		floor = max(0.02, 0.6745/math.Sqrt(typical))
	}
	q.freak = freaks(z, ok, special, floor)
	if typical >= thinDay {
		for k := range ok { // a day of silence in a busy queue is an outage
			q.freak[k] = q.freak[k] || (q.used[k] > 0 && q.infos[k].open() && q.total[k] == 0)
		}
	}
}

// usable returns the part of a usual day that was counted on day k, or 0 where
// it is too little to judge the day by.
func (q *queueModel) usable(k int) float64 {
	if q.used[k] == 0 || !q.infos[k].open() {
		return 0
	}
	plan := q.infos[k].plan
	if q.daily {
		return openShare(q.cal, plan)
	}
	share := q.profile.share[plan.Date.Weekday()]
	mass := q.mass(k, share)
	whole := 0.0
	for s, v := range share {
		if q.profile.any[s] && overlaps(plan.Hours, s*1440/q.slots, 1440/q.slots) {
			whole += v
		}
	}
	if mass < 0.3*whole {
		return 0
	}
	return mass
}

// openShare returns the open minutes of a day over those usual for its weekday.
func openShare(cal *interval.Calendar, plan interval.Plan) float64 {
	usual := 0
	for _, s := range cal.Usual(plan.Date) {
		usual += s.Minutes()
	}
	if usual == 0 {
		return 1
	}
	return float64(plan.Minutes()) / float64(usual)
}

// sisterLines returns, for each queue that is thin or has no hours of its own,
// the common profile of the others, weighted by calls; nil where there is none.
func (m *Model) sisterLines() [][]float64 {
	byName := slices.SortedFunc(slices.Values(m.queues), func(a, b *queueModel) int { return cmp.Compare(a.name, b.name) })
	lines := make([][]float64, len(m.queues))
	for k, q := range m.queues {
		if q.profile.mean >= 1 && !q.daily {
			continue
		}
		line, calls := make([]float64, m.frame.slots), 0.0
		for _, o := range byName { // by name, so that rounding does not know the order given
			if o == q || o.daily {
				continue
			}
			n := sum(o.total)
			calls += n
			for s, v := range o.profile.base {
				line[s] += n * v
			}
		}
		if calls > 0 {
			for s := range line {
				line[s] /= calls
			}
			lines[k] = line
		}
	}
	return lines
}

// fit learns profile, shape and day model.
func (q *queueModel) fit(opt Options, prior []float64) {
	if prior != nil || opt.profileHalfLife() != firstHalfLife || slices.Contains(q.freak, true) { // else it stands
		q.profile = newProfile(q.record, opt.profileHalfLife(), q.freak, prior)
	}
	q.shape = newShape(q.record, q.profile, q.freak)
	v := &dayValues{record: q.record, profile: q.profile, infos: q.infos, total: q.total, w: q.shape.w}
	n := len(q.days)
	v.drivers = q.driverTerms()
	v.offset, v.ok, v.freak, v.z = make([]float64, n), make([]bool, n), make([]bool, n), make([]float64, n)
	var totals []float64
	for k := range q.days {
		mass := q.usable(k)
		if mass == 0 {
			continue
		}
		v.offset[k] = math.Log(mass * q.boost(q.infos[k].plan, opt.Carry))
		if q.freak[k] {
			v.freak[k] = q.total[k] > 0 // silence is an outage, not a day to expect
			continue
		}
		v.ok[k] = true
		totals = append(totals, q.total[k])
	}
	v.thin = !(median(totals) >= thinDay)
	for k, ok := range v.ok {
		if (ok || v.freak[k]) && !v.thin {
			v.ok[k] = ok && q.total[k] > 0
			v.z[k] = math.Log(max(q.total[k], 1)) - v.offset[k]
		}
	}
	v.end = endings(q.record, q.profile, q.shape.w, v.ok)
	q.measure(v.ok)
	q.day = newDayModel(v, q.cover, q.classes, opt.Alone)
}

func (q *queueModel) boost(plan interval.Plan, carry float64) float64 {
	return q.profile.boost(plan, q.grid.Step(), carry)
}

// measure counts what the history covers.
func (q *queueModel) measure(ok []bool) {
	first, open, counted := -1, 0.0, 0.0
	months := map[int]bool{}
	var calls, days [7]float64
	for k, info := range q.infos {
		if info.open() {
			open++
		}
		if ok[k] || !info.open() {
			q.cover.known++
		}
		if !ok[k] {
			continue
		}
		counted++
		if first < 0 {
			first = k
		}
		q.cover.last = k
		q.cover.days++
		q.cover.span = k - first + 1
		months[int(info.date.Month())] = true
		w := info.weekday
		calls[w], days[w] = calls[w]+q.total[k], days[w]+1
	}
	q.cover.months = len(months)
	q.missing = 1 - counted/max(open, 1)
	for w := range calls {
		q.volume[w] = calls[w] / max(days[w], 1)
	}
}
