package forecast

import (
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A frame lays a grid out in local days and slots. A slot is a place on the
// 24-hour wall clock: half hours give 48. On the day the clocks go back two
// intervals share each slot of the repeated hour, on the other day some slots
// have none; no other code needs to know.
type frame struct {
	grid  interval.Grid
	days  []interval.Day // consecutive dates
	slot  []int          // slot of each interval
	slots int            // slots per 24 hours
}

func newFrame(g interval.Grid) *frame {
	step := int(g.Step() / time.Minute)
	if step < 1 {
		step = 1
	}
	f := &frame{grid: g, days: g.Days(), slot: make([]int, g.Len()), slots: 1440 / step}
	for i := range f.slot {
		f.slot[i] = min(g.Minute(i)/step, f.slots-1)
	}
	return f
}

// endsWhole reports whether the last day runs to midnight.
func (f *frame) endsWhole() bool {
	last := f.days[len(f.days)-1].Date
	return !f.grid.End().Before(last.AddDays(1).Start(f.grid.Location()))
}

// whole returns the days that run to midnight: one cut short would be learnt as a quiet one.
func (f *frame) whole() []interval.Day {
	if f.endsWhole() {
		return f.days
	}
	return f.days[:len(f.days)-1]
}

// A record is what the history tells of one queue, day by day.
type record struct {
	*frame
	name  string
	cal   *interval.Calendar
	calls interval.Series
	use   []bool    // observed while the calendar says open
	total []float64 // calls of the used intervals, per day
	used  []int     // used intervals, per day
	days  []interval.Day
	stray float64 // calls observed while the calendar says closed
	daily bool    // one number a day: nothing is known of the hours
}

func newRecord(f *frame, in Input, open []bool) *record {
	r := &record{frame: f, name: in.Queue, cal: in.Calendar, calls: in.Series}
	r.days = f.whole()
	r.use = make([]bool, in.Series.Len())
	r.total, r.used = make([]float64, len(r.days)), make([]int, len(r.days))
	states := in.Series.States()
	r.daily = oncePerDay(states, f.days)
	for k, d := range r.days {
		for i := d.First; i < d.End; i++ {
			switch {
			case states[i] != interval.Observed:
			case !open[i] && !r.daily:
				r.stray += r.value(i)
			default:
				r.use[i] = true
				r.total[k] += r.value(i)
				r.used[k]++
			}
		}
	}
	return r
}

// value returns the calls of an interval. The series is not copied: of many queues it is
// most of what there is to hold.
func (r *record) value(i int) float64 {
	v, _ := r.calls.At(i)
	return v
}

// oncePerDay reports whether no day has more than one observed interval while
// days have several intervals: a history of day totals.
func oncePerDay(states []interval.State, days []interval.Day) bool {
	for _, d := range days {
		n := 0
		for i := d.First; i < d.End; i++ {
			if states[i] == interval.Observed {
				n++
			}
		}
		if n > 1 {
			return false
		}
	}
	return len(states) > len(days)
}

// A dayInfo is what the calendar says of one day, known for past and future alike.
type dayInfo struct {
	date  interval.Date
	index int // days since the first day of the history
	plan  interval.Plan
	after bool   // the first open day after a day that is usually open was not
	class string // the class of a holiday or closure with opening hours

	weekday     time.Weekday
	month, year float64 // angles of the day within them
}

func newDayInfo(date interval.Date, index int) dayInfo {
	return dayInfo{date: date, index: index, weekday: date.Weekday(), month: monthPhase(date), year: yearPhase(date)}
}

func (d dayInfo) open() bool { return !d.plan.Closed() }

// describe returns n days from the date first on, which has the given index.
func describe(cal *interval.Calendar, first interval.Date, index, n int) []dayInfo {
	infos := make([]dayInfo, n)
	shut := false // a usually open day was closed since the last open one
	for k := -14; k < n; k++ {
		d := first.AddDays(k)
		plan := cal.Plan(d)
		info := newDayInfo(d, index+k)
		info.plan, info.after = plan, shut && !plan.Closed()
		if plan.Closed() {
			shut = shut || len(cal.Usual(d)) > 0
		} else {
			shut = false
			info.class = plan.Class
		}
		if k >= 0 {
			infos[k] = info
		}
	}
	return infos
}
