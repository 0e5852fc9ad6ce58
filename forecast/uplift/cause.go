package uplift

import (
	"errors"
	"fmt"
	"math"

	"github.com/ringtide/ringtide/interval"
)

// A Cause is one labelled thing that makes people call, or makes them not call: a
// past one to learn from or a new one to predict.
type Cause struct {
	ID    string        `json:"id"`
	Kind  Kind          `json:"kind"`
	Start interval.Date `json:"start"`
	// End is the last day of a cause that lasts; zero for one that does not, or has no end.
	End interval.Date `json:"end,omitzero"`
	// Waves split a mailing or callout; none means one wave of Size on Start.
	Waves []Wave `json:"waves,omitempty"`
	// Class groups causes of one kind that share a shape: first or marketing mail.
	Class string `json:"class,omitempty"`
	// Size is pieces mailed, people reached or calls a day, as the kind says; 0 is
	// unknown. Only hours-change and transfer-change may be negative.
	Size float64 `json:"size,omitempty"`
	// Queues are the queues touched. None means all. Shares sum to 1, or are all 0:
	// then the effect is split by baseline volume.
	Queues []Share `json:"queues,omitempty"`
	// Permanent marks a level that stays in force: no End, and Adjust puts it on the
	// days before Start as well.
	Permanent bool `json:"permanent,omitempty"`
	// Containment is the stated share, 0 to 1, of calls that the automated response
	// ends; ZeroOut the share of those that ask for a person all the same. 0 is unknown.
	Containment float64 `json:"containment,omitempty"`
	ZeroOut     float64 `json:"zero_out,omitempty"`
	// Ramp is the stated number of days until a level is in full force; 0 is unknown.
	Ramp int `json:"ramp,omitempty"`
	// Hours are the hours of an event on its days; none means the queue's own profile.
	Hours []interval.Span `json:"hours,omitempty"`
	Note  string          `json:"note,omitempty"`
}

// A Wave is a part of a cause that starts on its own day.
type Wave struct {
	Drop interval.Date `json:"drop"`
	Size float64       `json:"size"` // in the unit of the cause; 0 = an equal part
}

// A Share is the part of an effect that a queue gets, 0 to 1.
type Share struct {
	Queue string  `json:"queue"`
	Share float64 `json:"share,omitempty"`
}

// Validate reports every fault of the cause at once.
func (c Cause) Validate() error {
	var errs []error
	bad := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if c.ID == "" {
		bad("no id")
	}
	if _, err := ParseKind(string(c.Kind)); err != nil {
		bad("kind %q is unknown", c.Kind)
	}
	switch {
	case c.Start.IsZero():
		bad("no start day")
	case !c.End.IsZero() && c.End.Before(c.Start):
		bad("end %s is before start %s", c.End, c.Start)
	}
	if math.IsNaN(c.Size) || math.IsInf(c.Size, 0) || c.Size < 0 && !c.Kind.signed() {
		bad("size %v; give a positive number, or leave it out when unknown", c.Size)
	}
	if c.Permanent && !c.Kind.step() {
		bad("a %s passes; it cannot be permanent", c.Kind)
	}
	if c.Permanent && !c.End.IsZero() {
		bad("permanent, yet it ends on %s", c.End)
	}
	if !(c.Containment >= 0 && c.Containment <= 1) || !(c.ZeroOut >= 0 && c.ZeroOut <= 1) {
		bad("containment %v and zero-out %v must lie in 0 to 1", c.Containment, c.ZeroOut)
	}
	if c.Kind != RouteToIVR && (c.Containment != 0 || c.ZeroOut != 0) {
		bad("containment and zero-out belong to %s only", RouteToIVR)
	}
	if c.Ramp < 0 || c.Ramp > 0 && !c.Kind.step() {
		bad("ramp of %d days; only a level has a ramp, of one day or more", c.Ramp)
	}
	errs = append(errs, c.validWaves(), c.validShares(), c.validHours())
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("uplift: cause %q: %w", c.ID, err)
	}
	return nil
}

func (c Cause) validWaves() error {
	if len(c.Waves) == 0 {
		return nil
	}
	if c.Kind.step() {
		return fmt.Errorf("a %s has no waves", c.Kind)
	}
	sum, known := 0.0, 0
	for i, w := range c.Waves {
		if w.Drop.IsZero() || w.Drop.Before(c.Start) {
			return fmt.Errorf("wave %d drops on %q; waves drop on the start day %s or later", i+1, w.Drop, c.Start)
		}
		if !(w.Size >= 0) || math.IsInf(w.Size, 0) {
			return fmt.Errorf("wave %d has size %v", i+1, w.Size)
		}
		if w.Size > 0 {
			known++
			sum += w.Size
		}
	}
	if known != 0 && known != len(c.Waves) {
		return errors.New("some waves have a size and some have none; give all or none")
	}
	if known != 0 && c.Size != 0 && math.Abs(sum-c.Size) > 1e-6*c.Size {
		return fmt.Errorf("waves sum to %v, the size is %v", sum, c.Size)
	}
	return nil
}

func (c Cause) validShares() error {
	sum, seen := 0.0, map[string]bool{}
	for _, s := range c.Queues {
		if s.Queue == "" || seen[s.Queue] {
			return fmt.Errorf("queue %q is empty or named twice", s.Queue)
		}
		if !(s.Share >= 0 && s.Share <= 1) {
			return fmt.Errorf("queue %q: share %v must lie in 0 to 1", s.Queue, s.Share)
		}
		seen[s.Queue] = true
		sum += s.Share
	}
	if sum != 0 && math.Abs(sum-1) > 1e-6 {
		return fmt.Errorf("shares of queues sum to %v; they must sum to 1, or be left out", sum)
	}
	return nil
}

func (c Cause) validHours() error {
	last := 0
	for _, h := range c.Hours {
		if h.Open < last || h.Close <= h.Open || h.Close > 1440 {
			return fmt.Errorf("hours %v are out of order, overlap or leave the day", h)
		}
		last = h.Close
	}
	return nil
}

// size returns the size, with that of the waves where the cause itself has none.
func (c Cause) size() float64 {
	if c.Size != 0 {
		return c.Size
	}
	sum := 0.0
	for _, w := range c.Waves {
		sum += w.Size
	}
	return sum
}

// drops returns the waves as parts of one: days and weights that sum to 1. A
// pulse that lasts from Start to End is one equal wave a day.
func (c Cause) drops() []Wave {
	if len(c.Waves) > 0 {
		total, out := c.waveTotal(), make([]Wave, len(c.Waves))
		for i, w := range c.Waves {
			part := 1 / float64(len(c.Waves))
			if total > 0 {
				part = w.Size / total
			}
			out[i] = Wave{w.Drop, part}
		}
		return out
	}
	if c.Kind.step() || c.End.IsZero() {
		return []Wave{{c.Start, 1}}
	}
	n := c.End.Sub(c.Start) + 1
	out := make([]Wave, n)
	for i := range out {
		out[i] = Wave{c.Start.AddDays(i), 1 / float64(n)}
	}
	return out
}

func (c Cause) waveTotal() float64 {
	sum := 0.0
	for _, w := range c.Waves {
		sum += w.Size
	}
	return sum
}

// sign is -1 for a cause that takes calls away.
func (c Cause) sign() float64 {
	if c.Kind == RouteToIVR || c.Size < 0 {
		return -1
	}
	return 1
}
