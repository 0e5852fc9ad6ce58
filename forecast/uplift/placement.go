package uplift

import "github.com/ringtide/ringtide/interval"

// A placement lays the shape of a cause on the days of a queue: it is a linear
// map from the days since a wave (lags) to open days.
type placement struct {
	days []placed // one per open day with any weight, in order
}

// placed is an open day with the lags that fall on it.
type placed struct {
	day  int // index into the run of days
	lags []lagWeight
}

type lagWeight struct {
	lag    int
	weight float64
}

// at returns the effect on the placed day of a cause with the given shape, per
// unit of size and rate.
func (p placed) at(shape []float64) float64 {
	sum := 0.0
	for _, l := range p.lags {
		sum += l.weight * shape[l.lag]
	}
	return sum
}

// A dayRun is a run of calendar days, with those on which a queue is open. It is
// longer than what is looked at where a wave or a closed stretch reaches in.
type dayRun struct {
	first interval.Date
	open  []bool
	room  []float64 // share of a usual day's callers that a short day can take; nil: all
}

// shortDay is the share of the usual hours below which a day takes only its share of
// the callers of a pulse; the others call on the next open days.
const shortDay = 0.6

// setRoom finds the short days of the run: Saturdays of four hours, half holidays.
func (r *dayRun) setRoom(cal *interval.Calendar) {
	if cal == nil {
		return
	}
	r.room = make([]float64, len(r.open))
	for i := range r.open {
		r.room[i] = 1
		usual := 0
		for w := range 7 {
			usual = max(usual, interval.Plan{Hours: cal.Usual(r.date(i).AddDays(w))}.Minutes())
		}
		if share := float64(cal.Plan(r.date(i)).Minutes()) / float64(max(usual, 1)); share < shortDay && share > 0 {
			r.room[i] = share
		}
	}
}

// takes returns the share of the callers of a pulse that day i takes.
func (r dayRun) takes(i int) float64 {
	if r.room == nil {
		return 1
	}
	return r.room[i]
}

func (r dayRun) date(i int) interval.Date  { return r.first.AddDays(i) }
func (r dayRun) index(d interval.Date) int { return d.Sub(r.first) }
func (r dayRun) isOpen(i int) bool         { return i >= 0 && i < len(r.open) && r.open[i] }
func (r dayRun) nextOpen(i int) (int, bool) {
	for i = max(i, 0); i < len(r.open); i++ {
		if r.open[i] {
			return i, true
		}
	}
	return 0, false
}

// place lays n lags of a cause on the run. Lags that fall before or after the run
// are left out: a wave partly outside contributes what falls inside. level is the
// weight of each day of a level (weekday factors), nil for 1.
func place(c Cause, run dayRun, n int, rule Rule, level []float64) placement {
	b := newPlacer(len(run.open))
	if c.Kind.step() {
		b.level(c, run, n, level)
	} else {
		for _, w := range c.drops() {
			b.pulse(run, run.index(w.Drop), w.Size, n, c.Kind.lead(), rule)
		}
	}
	return b.done()
}

type placer struct{ byDay [][]lagWeight }

func newPlacer(days int) *placer { return &placer{make([][]lagWeight, days)} }

func (b *placer) add(day, lag int, weight float64) {
	b.byDay[day] = append(b.byDay[day], lagWeight{lag, weight})
}

func (b *placer) level(c Cause, run dayRun, n int, level []float64) {
	start, end := run.index(c.Start), len(run.open)
	if !c.End.IsZero() {
		end = min(end, run.index(c.End)+1)
	}
	for d := max(start, 0); d < end; d++ {
		if !run.open[d] {
			continue
		}
		w := 1.0
		if level != nil {
			w = level[d]
		}
		b.add(d, min(d-start, n-1), w)
	}
}

func (b *placer) pulse(run dayRun, start int, part float64, n, lead int, rule Rule) {
	if rule == OpenDays {
		b.openDays(run, run.before(start, lead), part, n)
		return
	}
	for lag := range n {
		d, left := start-lead+lag, part
		if d < 0 {
			continue
		}
		if run.isOpen(d) {
			now := left * run.takes(d)
			b.add(d, lag, now)
			left -= now
			d++
		}
		b.carry(run, d, left, part, lag, rule)
	}
}

// carry gives what a closed or short day could not take to the open days from d on.
func (b *placer) carry(run dayRun, d int, left, part float64, lag int, rule Rule) {
	for left > 0 {
		next, ok := run.nextOpen(d)
		if !ok {
			return
		}
		take := left * run.takes(next)
		if rule == Spread {
			take *= spreadShare
		}
		if left < .02*part {
			take = left
		}
		b.add(next, lag, take)
		left -= take
		d = next + 1
	}
}

// openDays counts lags in open days; days before the run count as open when the
// weekday of the run is.
func (b *placer) openDays(run dayRun, start int, part float64, n int) {
	lag := 0
	for d := start; lag < n && d < len(run.open); d++ {
		if d < 0 {
			if run.weekdayOpen(d) {
				lag++
			}
			continue
		}
		if run.open[d] {
			b.add(d, lag, part)
			lag++
		}
	}
}

// before returns the day that lies n open days before day i.
func (r dayRun) before(i, n int) int {
	for tries := 0; n > 0 && tries < 60; tries++ {
		i--
		if r.isOpen(i) || (i < 0 || i >= len(r.open)) && r.weekdayOpen(i) {
			n--
		}
	}
	return i
}

// weekdayOpen tells whether the weekday of day i, outside the run, is ever open in it.
func (r dayRun) weekdayOpen(i int) bool {
	for j := ((i % 7) + 7) % 7; j < len(r.open); j += 7 {
		if r.open[j] {
			return true
		}
	}
	return false
}

func (b *placer) done() placement {
	var p placement
	for d, lags := range b.byDay {
		if len(lags) > 0 {
			p.days = append(p.days, placed{d, lags})
		}
	}
	return p
}
