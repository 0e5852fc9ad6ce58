package impact

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// A Center is what stays the same from request to request: its lines, its hours,
// its target and its people.
type Center struct {
	Name         string
	Calendar     *interval.Calendar // of the center; a queue may keep its own
	Step         time.Duration      // of every series and forecast
	Queues       []Queue
	Target       Target
	Confidence   float64         // chance, 0 to 1, with which a requirement meets the target
	Seats        int             // workstations; 0: no cap known
	Trunks       int             // telephone lines, for callers who wait or talk; 0: no cap known
	Shrinkage    []Shrinkage     // causes of absence from the position, breaks in the roster not among them
	ShortAbandon time.Duration   // an abandoned contact that waited less is counted apart
	AHT          time.Duration   // where the records do not tell; 0: not given
	Patience     time.Duration   // where the records do not tell; 0: not given
	Patterns     []ShiftPattern  // shifts that can be added
	Tours        []schedule.Tour // working weeks of which a roster is made
	ShiftNotice  *int            // days ahead that added shifts are planned; nil: 7
	Measures     []Measure       // what else can be done, at most one of each kind
}

// A Queue is a line that contacts wait in, and the pool of agents that answers it.
type Queue struct {
	Name       string
	Pool       string
	Language   string // of its callers: en, es, ...
	Department string
	Calendar   *interval.Calendar
}

// A ShiftPattern is a kind of shift, and the pools it is offered to; none: all.
type ShiftPattern struct {
	Pattern schedule.Pattern
	Pools   []string
}

// A Target is the service that the center promises: at least Share of the
// contacts, counted by Formula, are answered Within a wait.
type Target struct {
	Formula      erlang.Definition
	Share        float64
	Within       time.Duration
	MaxOccupancy float64 // 0 to 1; 0: no ceiling
}

// A Shrinkage is one cause that keeps rostered agents off the phones.
type Shrinkage struct {
	Name  string  `yaml:"name"`
	Share float64 `yaml:"share"` // of rostered time on position, 0 to 1
}

// OnPosition returns the share of rostered agents that is really on position:
// the product of what every cause of shrinkage leaves.
func (c Center) OnPosition() float64 {
	left := 1.0
	for _, s := range c.Shrinkage {
		left *= 1 - s.Share
	}
	return left
}

// Queue returns the queue of the given name, and whether the center has it.
func (c Center) Queue(name string) (Queue, bool) {
	for _, q := range c.Queues {
		if q.Name == name {
			return q, true
		}
	}
	return Queue{}, false
}

// Pools returns the pools in the order in which the queues name them first.
func (c Center) Pools() []string {
	var pools []string
	seen := map[string]bool{}
	for _, q := range c.Queues {
		if !seen[q.Pool] {
			seen[q.Pool] = true
			pools = append(pools, q.Pool)
		}
	}
	return pools
}

// PatternsFor returns the shifts offered to a pool; the empty name means those
// offered to all.
func (c Center) PatternsFor(pool string) []schedule.Pattern {
	var out []schedule.Pattern
	for _, p := range c.Patterns {
		if len(p.Pools) == 0 || slices.Contains(p.Pools, pool) {
			out = append(out, p.Pattern)
		}
	}
	return out
}

// Validate reports every fault of the center at once.
func (c Center) Validate() error {
	var errs []error
	fault := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if c.Name == "" {
		fault("name: give the center a name")
	}
	if c.Calendar == nil {
		fault("hours: no calendar")
	}
	if c.Step <= 0 || time.Hour%c.Step != 0 || c.Step < time.Minute {
		fault("interval: %v; give 15m, 30m or 60m", c.Step)
	}
	if len(c.Queues) == 0 {
		fault("queues: name at least one")
	}
	seen := map[string]bool{}
	for i, q := range c.Queues {
		switch {
		case q.Name == "" || q.Pool == "":
			fault("queues[%d]: a queue needs a name and a pool", i)
		case q.Name == "all":
			fault("queues[%d]: the name %q is kept for the sum of all queues", i, q.Name)
		case seen[q.Name]:
			fault("queues[%d]: %q is named twice", i, q.Name)
		case q.Calendar == nil:
			fault("queues[%d]: %q has no calendar", i, q.Name)
		}
		seen[q.Name] = true
	}
	share := func(name string, v float64, zero bool) {
		if !(v > 0 && v <= 1) && !(zero && v == 0) {
			fault("%s: %v is no share; write 0.8 for 80%%", name, v)
		}
	}
	share("service.share", c.Target.Share, false)
	share("service.max_occupancy", c.Target.MaxOccupancy, true)
	if !(c.Confidence > 0 && c.Confidence < 1) {
		fault("confidence: %v; write 0.8 for a chance of 80%%", c.Confidence)
	}
	if c.Target.Within < 0 {
		fault("service.within: %v", c.Target.Within)
	}
	if c.Seats < 0 {
		fault("seats: %d", c.Seats)
	}
	if c.Trunks < 0 || c.Trunks > mostLines {
		fault("trunks: %d; give the telephone lines, up to %d, or 0 where no cap is known", c.Trunks, mostLines)
	}
	for _, s := range c.Shrinkage {
		if s.Name == "" || !(s.Share >= 0 && s.Share < 1) {
			fault("shrinkage %q: share %v; give a name and a share from 0 up to 1", s.Name, s.Share)
		}
	}
	pools := c.Pools()
	for _, p := range c.Patterns {
		for _, name := range p.Pools {
			if !slices.Contains(pools, name) {
				fault("patterns: %q names pool %q, which no queue has", p.Pattern.Name, name)
			}
		}
	}
	errs = append(errs, c.validMeasures())
	return errors.Join(errs...)
}

func (c Center) validMeasures() error {
	var errs []error
	if c.ShiftNotice != nil && (*c.ShiftNotice < 0 || *c.ShiftNotice > 365) {
		errs = append(errs, fmt.Errorf("shift_notice_days: %d; give 0 to 365", *c.ShiftNotice))
	}
	for i, m := range c.Measures {
		errs = append(errs, m.Validate())
		if slices.ContainsFunc(c.Measures[:i], func(x Measure) bool { return x.Kind == m.Kind }) {
			errs = append(errs, fmt.Errorf("measures: %s is given twice", m.Kind))
		}
		for _, name := range m.Pools {
			if !slices.Contains(c.Pools(), name) {
				errs = append(errs, fmt.Errorf("measures: %s names pool %q, which no queue has", m.Kind, name))
			}
		}
	}
	return errors.Join(errs...)
}
