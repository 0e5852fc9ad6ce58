package impact

import (
	"fmt"
	"slices"

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
		if n, _ := r.RouteIn.recent(); n > 0 {
			c.Size = n
		}
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
	c.Permanent = r.End.IsZero() && lastingKind(r.Type)
	if err := c.Validate(); err != nil {
		return c, fmt.Errorf("impact: request %q: %w", r.ID, err)
	}
	return c, nil
}

// recentDays is over how many days with calls a section's own record is averaged: long
// enough to even out weekdays, short enough to stay near what the section has today.
const recentDays = 40

// recent returns the mean calls of the section's last days with calls, and their number.
func (x RouteIn) recent() (mean float64, days int) {
	for _, d := range slices.Backward(x.PastVolume) {
		if d.Calls > 0 && days < recentDays {
			mean += d.Calls
			days++
		}
	}
	return mean / max(float64(days), 1), days
}

// lastingKind reports whether a cause of the kind stays in force until its end.
func lastingKind(k uplift.Kind) bool {
	switch k {
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

// lastDay returns the last day on which the cause is followed: a level for eight
// weeks, a loss of seats to its end, or four weeks where it states none; else until 97% of its calls have come by the shape that was learned for
// its kind, seven weeks at most, and three days more.
func (l *learned) lastDay(c uplift.Cause) interval.Date {
	last := c.Start
	if c.End.After(last) {
		last = c.End
	}
	for _, w := range c.Waves {
		if w.Drop.After(last) {
			last = w.Drop
		}
	}
	switch {
	case c.Permanent:
		return last.AddDays(55)
	case c.Kind == uplift.SeatLoss && c.End.IsZero():
		return last.AddDays(27)
	case c.Kind == uplift.SeatLoss:
		return last // nothing of it lags
	case !c.End.IsZero() && lastingKind(c.Kind):
		return last.AddDays(7)
	}
	return last.AddDays(l.tail(c) + 3)
}

// tail returns the days from the start after which 97% of the calls of one wave have
// come: by the shape of the cause's class where there is one, else by the slowest of its kind.
func (l *learned) tail(c uplift.Cause) int {
	const most = 49
	longest := 0
	for _, shape := range l.library.Kind(c.Kind).Shapes {
		sum, days := 0.0, len(shape.Mean)
		for day, v := range shape.Mean {
			if sum += v; sum >= 0.97 {
				days = day
				break
			}
		}
		days = max(days-c.Kind.Lead(), 0) // the shape begins that long before the start
		if c.Class != "" && shape.Class == c.Class {
			return min(days, most)
		}
		longest = max(longest, days)
	}
	return min(longest, most)
}

// sizeUnit names one of what the size of a request counts.
func sizeUnit(k uplift.Kind) string {
	switch k {
	case uplift.Mailing:
		return "piece"
	case uplift.Materials, uplift.Event, uplift.Callout, uplift.OutageNotice:
		return "person"
	case uplift.SeatLoss:
		return "seat"
	}
	return "call a day"
}

// plural names several of a unit of size.
func plural(unit string) string {
	switch unit {
	case "person":
		return "people"
	case "call a day":
		return "calls a day"
	}
	return unit + "s"
}
