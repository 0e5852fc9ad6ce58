package impact

import (
	"fmt"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// cause turns the request into what package uplift predicts. Facts that the
// request leaves out stay unknown there, and uplift names what it assumes.
func (r Request) cause() (uplift.Cause, error) {
	c := uplift.Cause{ID: r.ID, Kind: r.Type, Start: r.Start, End: r.End, Note: r.Title}
	for _, q := range r.Queues {
		c.Queues = append(c.Queues, uplift.Share{Queue: q.Queue, Share: q.Share})
	}
	switch {
	case r.Mailing != nil:
		c.Size, c.Class = known(r.Mailing.Pieces), r.Mailing.Class
		for _, w := range r.Mailing.Waves {
			c.Waves = append(c.Waves, uplift.Wave{Drop: w.Drop, Size: w.Pieces})
		}
	case r.Materials != nil:
		c.Size = known(r.Materials.People)
	case r.Callout != nil:
		c.Size = known(r.Callout.People)
	case r.OutageNotice != nil:
		c.Size = known(r.OutageNotice.People)
	case r.Event != nil:
		c.Size = known(r.Event.Attendance)
		if r.Event.Hours != "" {
			span, err := interval.ParseSpan(r.Event.Hours)
			if err != nil {
				return c, err
			}
			c.Hours = []interval.Span{span}
		}
	case r.Program != nil:
		c.Size, c.Ramp = known(r.Program.CallsPerDay), int(known(r.Program.RampDays))
	case r.RouteIn != nil:
		c.Size = known(r.RouteIn.CallsPerDay)
		if s := r.RouteIn.Share; s != nil {
			c.Size *= *s
		}
	case r.RouteToIVR != nil:
		c.Size = known(r.RouteToIVR.CallsPerDay)
		c.Containment, c.ZeroOut = known(r.RouteToIVR.Containment), known(r.RouteToIVR.ZeroOut)
	case r.Surge != nil:
		c.Size = known(r.Surge.CallsPerDay)
	case r.HoursChange != nil:
		c.Size = known(r.HoursChange.CallsPerDay)
	case r.TransferChange != nil:
		c.Size = known(r.TransferChange.CallsPerDay)
	}
	c.Permanent = r.End.IsZero() && lasting(r)
	if err := c.Validate(); err != nil {
		return c, fmt.Errorf("impact: request %q: %w", r.ID, err)
	}
	return c, nil
}

// lasting reports whether a request without an end stays in force.
func lasting(r Request) bool {
	switch r.Type {
	case uplift.Program, uplift.HoursChange, uplift.TransferChange, uplift.RouteIn, uplift.RouteToIVR:
		return true
	}
	return false
}

func known(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}

// postponed returns the cause some days later, waves and all.
func postponed(c uplift.Cause, days int) uplift.Cause {
	c.Start = c.Start.AddDays(days)
	if !c.End.IsZero() {
		c.End = c.End.AddDays(days)
	}
	waves := c.Waves
	c.Waves = nil
	for _, w := range waves {
		c.Waves = append(c.Waves, uplift.Wave{Drop: w.Drop.AddDays(days), Size: w.Size})
	}
	return c
}

// reach is how many days after its last wave a kind of cause is followed. A mailing
// still draws calls five weeks after the post took it; a level is judged by its
// first eight weeks.
func reach(c uplift.Cause) int {
	switch {
	case c.Permanent:
		return 55
	case c.Kind == uplift.Event, c.Kind == uplift.Callout, c.Kind == uplift.OutageNotice:
		return 13
	}
	return 41
}

// lastDay returns the last day on which the cause is followed.
func lastDay(c uplift.Cause) interval.Date {
	last := c.Start
	if c.End.After(last) {
		last = c.End
	}
	for _, w := range c.Waves {
		if w.Drop.After(last) {
			last = w.Drop
		}
	}
	return last.AddDays(reach(c))
}
