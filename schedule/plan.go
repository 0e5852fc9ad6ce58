package schedule

import (
	"errors"
	"fmt"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A Requirement is how many agents must be on position in each interval of a grid.
type Requirement struct {
	Pool   string // label of the agents, copied to the shifts; may be empty
	Grid   interval.Grid
	Agents []float64 // gross agents, one per interval; fractions are rounded up, once, by Whole
	// Paths, in the place of Agents, are courses that the requirement may take, all
	// equally likely: gross agents, one per interval each. A roster, or a change, is then weighed by the
	// mean over the paths of what is short and over.
	Paths [][]float64
}

// Whole returns the requirement in whole agents: rounded up, after a billionth of an
// agent is forgiven so that 10.000000000001 is not eleven people. Of paths it is the most
// that any asks.
func (r Requirement) Whole() []int {
	courses := r.courses()
	whole := make([]int, len(courses[0]))
	for _, course := range courses {
		for i, a := range course {
			whole[i] = max(whole[i], wholeAgents(a))
		}
	}
	return whole
}

// Validate reports every fault of the requirement at once.
func (r Requirement) Validate() error {
	var errs []error
	if len(r.Paths) > 0 && len(r.Agents) > 0 {
		errs = append(errs, errors.New("both agents and paths; give one of them"))
	}
	if len(r.Paths) > maxPaths {
		errs = append(errs, fmt.Errorf("%d paths; give at most %d", len(r.Paths), maxPaths))
	}
	for _, course := range r.courses() {
		errs = append(errs, r.validateCourse(course))
	}
	if r.Grid.Len() > 0 && (r.Grid.Step()%time.Minute != 0 || r.Grid.Start().Truncate(time.Minute) != r.Grid.Start().Truncate(time.Second)) {
		errs = append(errs, fmt.Errorf("grid from %s in steps of %v; use whole minutes", r.Grid.Stamp(0), r.Grid.Step()))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("schedule: requirement %q: %w", r.Pool, err)
	}
	return nil
}

const maxAgents = 10_000

// maxPaths keeps the exact sums of money over all paths within 63 bits.
const maxPaths = 1000

// courses returns the paths, or the agents as the only one.
func (r Requirement) courses() [][]float64 {
	if len(r.Paths) > 0 {
		return r.Paths
	}
	return [][]float64{r.Agents}
}

func (r Requirement) validateCourse(course []float64) error {
	if len(course) != r.Grid.Len() {
		return fmt.Errorf("%d values for a grid of %d intervals", len(course), r.Grid.Len())
	}
	var errs []error
	for i, a := range course {
		if !(a >= 0 && a <= maxAgents) {
			errs = append(errs, fmt.Errorf("%v agents at %s; give 0 to %d", a, r.Grid.Stamp(i), maxAgents))
		}
	}
	return errors.Join(errs...)
}

// Options are what Cover weighs besides the shifts.
type Options struct {
	Seed       uint64
	UnderCents int64 // price of an agent-hour short, cents; above zero, and well above the wage if the requirement is to be met
	OverCents  int64 // price of an agent-hour above the requirement, on top of its wage, cents
	// Seats is the most agents on position at once: one number for all time, or one
	// per interval of the grid; none means no cap. A seat is free while its agent is
	// on a break. Seats are never exceeded, whatever being short costs.
	Seats []int
	// Rounds is how often each day's plan is partly rebuilt in search of a better one;
	// 0 means 8, fewer on days with very many starts. A day ends early at a plan within a four-hundredth of its bound.
	// There is no time limit: the same input ends after the same work on
	// every machine. Cancel the context to stop early without a plan.
	Rounds int
	// What follows is obeyed by CoverWeeks.
	Repeats bool      // the end of the grid runs into its beginning, as in a week that comes again and again
	Decided time.Time // when the roster is made known; shifts within the notice of their pattern are out. The zero time asks no notice.
	// Present is shifts in place already, such as those of the week before: they seat
	// whom they seat, and cost nothing more.
	Present Roster
	// Carry makes lines of tours go on from week to week: whoever worked one works at most one
	// in the next, keeps his name, and keeps the tour's rest and most days in a row over the
	// end of the week. Nobody new works while someone of the week before could. Before is the
	// roster that ended when the grid begins, with the names of its agents; it counts as present.
	Carry  bool
	Before Roster
	// Work is how many counted steps to spend on a better roster, each some tenths of
	// a millisecond; 0 means 60,000 for each week. The same number gives the same roster on every
	// machine.
	Work int
}

// mayStart reports whether the notice of p leaves time for a shift at start.
func (o Options) mayStart(p Pattern, start time.Time) bool {
	return o.Decided.IsZero() || !start.Before(o.Decided.Add(p.Notice))
}

// Validate reports every fault of the options for a grid of n intervals at once.
func (o Options) Validate(n int) error {
	var errs []error
	if o.UnderCents <= 0 || o.UnderCents > maxCents {
		errs = append(errs, fmt.Errorf("UnderCents %d; give 1 to %d", o.UnderCents, int64(maxCents)))
	}
	if o.OverCents < 0 || o.OverCents > maxCents {
		errs = append(errs, fmt.Errorf("OverCents %d; give 0 to %d", o.OverCents, int64(maxCents)))
	}
	if o.Work < 0 {
		errs = append(errs, fmt.Errorf("work %d; give 0 for the default", o.Work))
	}
	if o.Rounds < 0 {
		errs = append(errs, fmt.Errorf("%d rounds; give 0 for the default", o.Rounds))
	}
	if k := len(o.Seats); k > 1 && k != n {
		errs = append(errs, fmt.Errorf("%d seat numbers for %d intervals; give one, or one per interval", k, n))
	}
	for i, s := range o.Seats {
		if s < 0 {
			errs = append(errs, fmt.Errorf("%d seats at position %d; give 0 or more", s, i))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("schedule: options: %w", err)
	}
	return nil
}

// seatsAt returns the seats of interval i, and whether there is a cap. Time outside
// the grid (i < 0) is capped by a number for all time only.
func (o Options) seatsAt(i int) (int, bool) {
	switch {
	case len(o.Seats) == 1:
		return o.Seats[0], true
	case len(o.Seats) > 1 && i >= 0:
		return o.Seats[i], true
	}
	return 0, false
}

// A Shift is one agent's day.
type Shift struct {
	Pool        string        `json:"pool"`
	Pattern     string        `json:"pattern"` // name of its pattern
	Date        interval.Date `json:"date"`
	Start       time.Time     `json:"start"`
	End         time.Time     `json:"end"`
	Breaks      []Rest        `json:"breaks"` // in order
	PaidMinutes int           `json:"paid_minutes"`
	Agent       string        `json:"agent"` // whom the shift belongs to, or the line of a tour; empty when it is anyone's
}

// A Rest is a break of a shift at a fixed time.
type Rest struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

// A Roster is shifts in the order of their start.
type Roster []Shift

// PaidHours returns the paid hours of all shifts.
func (r Roster) PaidHours() float64 {
	sum := 0
	for _, s := range r {
		sum += s.PaidMinutes
	}
	return float64(sum) / 60
}

// OnPosition returns the mean number of agents on position in each interval of g:
// on shift and not on a break.
func (r Roster) OnPosition(g interval.Grid) []float64 {
	on := make([]float64, g.Len())
	for _, s := range r {
		addTime(on, g, s.Start, s.End, 1)
		for _, b := range s.Breaks {
			addTime(on, g, b.Start, b.End, -1)
		}
	}
	for i := range on {
		on[i] /= float64(g.Step())
	}
	return on
}

// addTime adds sign times the nanoseconds of [from, to) that fall in each interval:
// whole numbers, so that what is added and taken away again leaves nothing behind.
func addTime(on []float64, g interval.Grid, from, to time.Time, sign float64) {
	if len(on) == 0 {
		return
	}
	first := max(0, int(from.Sub(g.Start())/g.Step()))
	for i := first; i < len(on) && g.At(i).Before(to); i++ {
		lo, hi := g.At(i), g.At(i+1)
		if from.After(lo) {
			lo = from
		}
		if to.Before(hi) {
			hi = to
		}
		if lo.Before(hi) {
			on[i] += sign * float64(hi.Sub(lo))
		}
	}
}

// A Plan is a roster and what is to be said of it.
type Plan struct {
	Roster     Roster    `json:"roster"`
	Required   []int     `json:"required"`        // whole agents per interval; of paths, the most that any asks
	Paths      int       `json:"paths,omitempty"` // of the requirement; 0 when it was of agents
	OnPosition []float64 `json:"on_position"`     // mean agents on position per interval, net of breaks
	Unmet      []Unmet   `json:"unmet"`           // intervals short at any moment, on any path, in order
	Cost       Cost      `json:"cost"`
	// BoundCents is proved: no roster of these patterns within these seats costs
	// less. Gap is (Cost.Total - BoundCents) / Cost.Total, 0 when the total is 0.
	BoundCents int64   `json:"bound_cents"`
	Gap        float64 `json:"gap"`
	Stopped    bool    `json:"stopped,omitempty"` // CoverWeeks was cancelled; the roster is the best so far
}

// Unmet is an interval that is short of its requirement at some moment.
type Unmet struct {
	Interval   int     `json:"interval"` // index in the grid
	Required   int     `json:"required"`
	OnPosition float64 `json:"on_position"`      // mean over the interval
	ShortHours float64 `json:"short_hours"`      // agent-hours short: a surplus later in the interval repays nothing; of paths, their mean
	Chance     float64 `json:"chance,omitempty"` // share of the paths on which it is short; 0 of a requirement of agents
}

// Cost is the price of a plan in cents. Each part is rounded half up; Total is their sum.
type Cost struct {
	Wages int64 `json:"wages_cents"`
	Under int64 `json:"under_cents"`
	Over  int64 `json:"over_cents"`
	Total int64 `json:"total_cents"`
}
