package impact

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// A Measure is something the center can do for a while besides adding shifts. It is at
// hand a number of days after a request came in.
type Measure struct {
	Kind       string `yaml:"kind"` // overtime, borrowed, message or callback
	NoticeDays int    `yaml:"notice_days"`
	// Of overtime and borrowed staff: most agents at a time, the price of an hour, and
	// how many times as long a call takes them; 0 means as long.
	Agents       int      `yaml:"agents"`
	CentsPerHour int64    `yaml:"cents_per_hour"`
	Slower       float64  `yaml:"slower"`
	Pools        []string `yaml:"pools"` // none: all
	// Share is what a recorded message answers of the request's calls, or how many of
	// those who would wait take the offer of a callback, 0 to 1.
	Share float64 `yaml:"share"`
}

// Kinds of measure.
const (
	Overtime = "overtime"
	Borrowed = "borrowed"
	Message  = "message"
	Callback = "callback"
)

// Validate reports every fault of the measure at once.
func (m Measure) Validate() error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf("measures: "+format, args...)) }
	if m.NoticeDays < 0 || m.NoticeDays > 365 {
		fault("%s: notice_days: %d; give 0 to 365", m.Kind, m.NoticeDays)
	}
	switch m.Kind {
	case Overtime, Borrowed:
		if m.Agents < 1 || m.CentsPerHour < 0 || m.Share != 0 {
			fault("%s: give agents from 1 up and cents_per_hour, and no share", m.Kind)
		}
		if m.Slower != 0 && !(m.Slower >= 1 && m.Slower <= 10) {
			fault("%s: slower: %v; write 1.25 for calls that take a quarter longer", m.Kind, m.Slower)
		}
	case Message, Callback:
		if !(m.Share > 0 && m.Share < 1) || m.Agents != 0 || m.CentsPerHour != 0 || m.Slower != 0 || len(m.Pools) != 0 {
			fault("%s: give share, such as 0.2 for 20%%, and no agents", m.Kind)
		}
	default:
		fault("kind: %q; write overtime, borrowed, message or callback", m.Kind)
	}
	return errors.Join(errs...)
}

// hands is what one of the measure's agents does of an agent's work.
func (m Measure) hands() float64 { return 1 / max(m.Slower, 1) }

func (m Measure) serves(pool string) bool {
	return len(m.Pools) == 0 || slices.Contains(m.Pools, pool)
}

// measure returns the center's measure of a kind.
func (c Center) measure(kind string) (Measure, bool) {
	i := slices.IndexFunc(c.Measures, func(m Measure) bool { return m.Kind == kind })
	if i < 0 {
		return Measure{}, false
	}
	return c.Measures[i], true
}

// A help is who is added to the present roster, and at what price.
type help struct {
	agents [][]float64 // [pool][interval], in agents of the center's own pace
	hours  float64     // paid
	cents  float64
	short  float64 // agent-hours of the gap that stay open
}

// help fills the gap of the days on which the measures are at hand, notice days before
// the start: shifts as they were chosen, then the other measures, the cheapest hour of
// work first.
func (w *work) help(measures []Measure, shifts bool, notice int) help {
	out := help{agents: make([][]float64, len(w.pools))}
	measures = slices.Clone(measures)
	slices.SortStableFunc(measures, func(a, b Measure) int {
		return int(math.Copysign(1, float64(a.CentsPerHour)/a.hands()-float64(b.CentsPerHour)/b.hands()))
	})
	ready := func(day, needed int) bool { return notice+day >= needed }
	hours, days := w.h.Center.Step.Hours(), w.daysAfterStart()
	for k := range w.pools {
		out.agents[k] = make([]float64, len(days))
		for _, i := range w.pools[k].at {
			open := w.gap[k][i]
			if shifts && ready(days[i], w.h.Center.shiftNotice()) {
				out.agents[k][i] = w.added[k][i]
				open = max(0, open-w.added[k][i])
			}
			for _, m := range measures {
				if open <= 0 || !m.serves(w.pools[k].name) || !ready(days[i], m.NoticeDays) {
					continue
				}
				n := min(math.Ceil(open/m.hands()-1e-9), float64(m.Agents))
				out.agents[k][i] += n * m.hands()
				out.hours += n * hours
				out.cents += n * hours * float64(m.CentsPerHour)
				open = max(0, open-n*m.hands())
			}
			out.short += open * hours
		}
	}
	if shifts {
		for _, s := range w.change.Shifts {
			if ready(s.Date.Sub(w.cause.Start), w.h.Center.shiftNotice()) {
				paid := float64(s.Count) * s.PaidHours
				out.hours += paid
				out.cents += paid * float64(w.wage(s.Pattern))
			}
		}
	}
	return out
}

// daysAfterStart returns, for every interval, the days from the request's start to it.
func (w *work) daysAfterStart() []int {
	out := make([]int, w.base.Grid().Len())
	for _, day := range w.base.Grid().Days() {
		for i := day.First; i < day.End; i++ {
			out[i] = day.Date.Sub(w.cause.Start)
		}
	}
	return out
}

func (w *work) wage(pattern string) int64 {
	for _, p := range w.h.Center.Patterns {
		if p.Pattern.Name == pattern {
			return p.Pattern.CentsPerHour
		}
	}
	return 0
}

// defaultShiftNotice is how many days ahead shifts are added where the center does not
// say: people plan their weeks.
const defaultShiftNotice = 7

func (c Center) shiftNotice() int {
	if c.ShiftNotice == nil {
		return defaultShiftNotice
	}
	return *c.ShiftNotice
}

// helped returns the pools with the help on position.
func (w *work) helped(agents [][]float64) []pool {
	left := w.h.Center.OnPosition()
	pools := slices.Clone(w.present)
	for k := range pools {
		pools[k].onPosition = slices.Clone(pools[k].onPosition)
		for i, n := range agents[k] {
			pools[k].onPosition[i] += n * left
		}
	}
	return pools
}
