package schedule

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// ChangeOptions are the prices and limits of changing a roster that stands.
type ChangeOptions struct {
	Options              // prices of being short and over, seats, notice, seed and work; Present, Repeats and Rounds must be unset
	BreakCents     int64 // price of moving one break, cents
	LongerCents    int64 // price of making a shift longer, beside its hours, cents
	AddedCents     int64 // price of an added shift beside its wage, cents
	Step, Most     int   // a shift is made longer by multiples of Step minutes, at most Most; Most 0 means none
	FullTime       int   // paid minutes of a shift up to which more minutes cost its plain wage; 0 means 480
	OvertimePct    int   // price of a minute beyond, percent of the wage; 0 means 150
	Rest           int   // least minutes a longer shift must leave before and after to the agent's others
	PerPerson      int   // most changes of one agent's shifts; 0 means no limit
	Total          int   // most changes in all, added shifts among them; 0 means no limit
	KeepBreaks     bool  // no break moves
	NoAddedShifts  bool
	NoticeOfChange time.Duration // shifts that start sooner after Decided stay as they are
}

func (o ChangeOptions) withDefaults() ChangeOptions {
	if o.FullTime == 0 {
		o.FullTime = 480
	}
	if o.OvertimePct == 0 {
		o.OvertimePct = 150
	}
	if o.Work == 0 {
		o.Work = 30_000
	}
	return o
}

// Validate reports every fault of the options for a grid of n intervals at once.
func (o ChangeOptions) Validate(n int) error {
	errs := []error{o.Options.Validate(n)}
	fault := func(format string, args ...any) {
		errs = append(errs, fmt.Errorf("schedule: change: "+format, args...))
	}
	if o.Repeats || len(o.Present) > 0 || o.Rounds != 0 {
		fault("Repeats, Present and Rounds have no meaning here; leave them unset")
	}
	for _, cents := range []int64{o.BreakCents, o.LongerCents, o.AddedCents} {
		if cents < 0 || cents > 100*maxCents {
			fault("%d cents for a change; give 0 to %d", cents, 100*int64(maxCents))
		}
	}
	if o.Most < 0 || o.Most > 720 || o.Most > 0 && (o.Step <= 0 || o.Most%o.Step != 0) {
		fault("shifts longer by up to %d minutes in steps of %d; give up to 720, a multiple of the step", o.Most, o.Step)
	}
	if o.FullTime < 0 || o.FullTime > 1440 || o.OvertimePct < 0 || o.OvertimePct > 500 {
		fault("full time of %d minutes, overtime at %d percent; give up to 1440 and up to 500", o.FullTime, o.OvertimePct)
	}
	if o.PerPerson < 0 || o.Total < 0 || o.Rest < 0 || o.Rest > 1440 || o.NoticeOfChange < 0 {
		fault("%d changes a person, %d in all, rest %d minutes, notice %v; give 0 or more, rest up to 24h", o.PerPerson, o.Total, o.Rest, o.NoticeOfChange)
	}
	return errors.Join(errs...)
}

// Kinds of change.
const (
	BreakMoved = "break moved"
	Extended   = "extended"    // longer within full time, at the plain wage
	Overtime   = "overtime"    // longer beyond full time
	ShiftAdded = "shift added" // anyone's
)

// A Change is one thing that is done to a roster.
type Change struct {
	Kind       string  `json:"kind"`
	Agent      string  `json:"agent"` // whose shift; empty when it is anyone's
	Pattern    string  `json:"pattern"`
	Date       string  `json:"date"` // of the shift
	Was        Rest    `json:"was"`  // the break, or the shift; Was is zero when the shift is added
	Is         Rest    `json:"is"`
	Cents      int64   `json:"cents"`
	FixesHours float64 `json:"fixes_hours"` // agent-hours that would be short were this change alone taken back
	Fixes      []int   `json:"fixes"`       // intervals in which they lie
}

// A ChangePlan is a changed roster and what it took.
type ChangePlan struct {
	Roster     Roster    `json:"roster"` // all of it, in the order of start
	Changes    []Change  `json:"changes"`
	Fixed      int       `json:"fixed"`           // shifts that are not of their pattern, or start too soon, and stay
	Required   []int     `json:"required"`        // of paths, the most that any asks
	Paths      int       `json:"paths,omitempty"` // of the requirement; 0 when it was of agents
	OnPosition []float64 `json:"on_position"`
	Before     []Unmet   `json:"before"` // short without any change
	Unmet      []Unmet   `json:"unmet"`  // short still
	// Cost has the price of the changes as Wages. BoundCents is proved: no change within
	// the options costs less. Gap is as in Plan.
	Cost       Cost    `json:"cost"`
	BoundCents int64   `json:"bound_cents"`
	Gap        float64 `json:"gap"`
	Stopped    bool    `json:"stopped,omitempty"`
}

// LeastChange finds the cheapest way to have a roster cope with a requirement: breaks
// moved within their windows, shifts made longer at either end, and shifts added, each
// at its price, with what stays short and over priced as in Cover. Of a requirement that is
// paths the changes are the first stage, made before anyone knows which path it will be, and
// the mean over the paths of what is short and over then is weighed.
//
// Shifts that are not exactly of their pattern, such as those made longer before, stay
// as they are, and so do those that start within NoticeOfChange of Decided. Breaks of a
// longer shift keep to the windows of its pattern.
//
// Method: an integer program with a variable for each start of each break and each way
// to make a shift longer, beside those of CoverWeeks for added shifts; dual simplex,
// then branch and bound. BoundCents is taken from integer prices (Lagrangian duality),
// or is the cost when the whole tree was searched. A cancelled context gives the best
// found so far, at worst no change.
func LeastChange(ctx context.Context, need Requirement, patterns []Pattern, roster Roster, opt ChangeOptions) (ChangePlan, error) {
	if err := validateChange(need, patterns, roster, opt); err != nil {
		return ChangePlan{}, err
	}
	p, err := newChanger(need, patterns, roster, opt.withDefaults())
	if err != nil {
		return ChangePlan{}, err
	}
	best, bound := p.solve(ctx)
	plan := p.plan(best)
	plan.Stopped = ctx.Err() != nil
	plan.BoundCents = max(0, min(bound/(60*p.h.scale), plan.Cost.Total))
	if plan.Cost.Total > 0 {
		plan.Gap = math.Max(0, float64(plan.Cost.Total-plan.BoundCents)/float64(plan.Cost.Total))
	}
	return plan, nil
}

func validateChange(need Requirement, patterns []Pattern, roster Roster, opt ChangeOptions) error {
	errs := []error{validate(need, patterns, Options{UnderCents: 1}), opt.Validate(need.Grid.Len())}
	if need.Grid.Len() == 0 {
		errs = append(errs, fmt.Errorf("schedule: requirement %q has no intervals", need.Pool))
	}
	if len(roster) == 0 {
		errs = append(errs, errors.New("schedule: change: the roster has no shifts; CoverWeeks makes a new one"))
	}
	for i, s := range roster {
		if _, err := s.check(); err != nil {
			errs = append(errs, fmt.Errorf("schedule: change: shift %d: %w", i+1, err))
		}
	}
	return errors.Join(errs...)
}
