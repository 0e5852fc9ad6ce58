package impact

import (
	"errors"
	"fmt"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// History is what the center knows: its records as series, its labelled causes,
// its present roster. Series of all queues lie on one grid.
type History struct {
	Center Center
	Queues []QueueHistory
	Causes []uplift.Cause // past and announced ones
	Roster schedule.Template
	Source Source
}

// A QueueHistory is the record of one queue.
type QueueHistory struct {
	Queue  string
	Queued interval.Series // contacts that came to wait for an agent, per interval
	Recent Work            // of the last weeks, for AHT and patience
	// Ordinary days are learnt from however far off they lie: a person said so.
	Ordinary []interval.Date
	Drivers  []forecast.Driver // known ahead; none as a rule
	// Handle holds what agents spent on contacts, on the grid of Queued. Without it all
	// contacts take what Recent says.
	Handle []forecast.HandlePart
}

// Work sums what agents and callers did. Seconds are 0 where nothing was recorded.
type Work struct {
	Handled       float64 // contacts
	HandleSeconds float64 // talk + hold + wrap of those whose times are known
	HandleKnown   float64 // contacts whose times are known
	Abandoned     float64
	WaitSeconds   float64 // in queue, of handled and abandoned contacts
}

// Source says where the series come from, for the provenance of the answer.
type Source struct {
	Fingerprint string
	Contacts    int64
	First, Last string // arrival of the first and last contact, RFC 3339
	Files       []FileHash
}

// Validate reports every fault of the history at once.
func (h History) Validate() error {
	errs := []error{h.Center.Validate()}
	seen := map[string]bool{}
	for _, q := range h.Queues {
		if _, ok := h.Center.Queue(q.Queue); !ok {
			errs = append(errs, fmt.Errorf("history of queue %q, which the center does not have", q.Queue))
		}
		seen[q.Queue] = true
		if q.Queued.Len() == 0 {
			errs = append(errs, fmt.Errorf("queue %q has no history", q.Queue))
		} else if !q.Queued.Grid().Equal(h.Queues[0].Queued.Grid()) {
			errs = append(errs, fmt.Errorf("queues %q and %q have series on different grids", h.Queues[0].Queue, q.Queue))
		}
		for _, p := range q.Handle {
			if !p.Known.Grid().Equal(q.Queued.Grid()) || !p.Seconds.Grid().Equal(q.Queued.Grid()) {
				errs = append(errs, fmt.Errorf("queue %q has %s times on another grid than its contacts", q.Queue, p.Name))
			}
		}
	}
	for _, q := range h.Center.Queues {
		if !seen[q.Name] {
			errs = append(errs, fmt.Errorf("queue %q of the center has no history: load its call records, or take it out of center.yaml", q.Name))
		}
	}
	return errors.Join(errs...)
}

// last returns the last day of the history.
func (h History) last() interval.Date {
	g := h.Queues[0].Queued.Grid()
	return interval.DateOf(g.At(g.Len() - 1))
}

// missingDays counts days on which some interval of some queue is missing.
func (h History) missingDays() int {
	missing := map[interval.Date]bool{}
	for _, q := range h.Queues {
		for _, d := range q.Queued.Daily() {
			if d.Missing > 0 {
				missing[d.Day.Date] = true
			}
		}
	}
	return len(missing)
}
