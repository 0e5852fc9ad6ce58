package impact

import (
	"context"
	"fmt"
	"slices"
)

const (
	// defaultTriageSeconds stands in where the request does not say how long a call
	// lasts that is only asked what it is about and handed on.
	defaultTriageSeconds = 60.0
	// defaultTriageShare stands in where it does not say how many calls these are.
	defaultTriageShare = 0.05
)

// triage returns the second stage of a loss of seats, with what was not stated filled
// in and named; nil where there is none.
func (w *work) triage() *Triage {
	if w.handed != nil {
		return w.handed
	}
	if w.r.SeatLoss == nil || w.r.SeatLoss.Triage == nil {
		return nil
	}
	t := *w.r.SeatLoss.Triage
	if t.From.IsZero() {
		t.From = w.cause.Start
	}
	if t.Share == nil {
		t.Share = new(defaultTriageShare)
		w.assume("triage-share", "Calls handed on", "5% of the queues' calls", "the request does not state how many", "agents are freed in proportion to it")
	}
	if t.Seconds == nil {
		t.Seconds = new(defaultTriageSeconds)
		w.assume("triage-seconds", "Agent time of a call handed on", fmt.Sprintf("%.0f s", defaultTriageSeconds), "the request does not state it", "the shorter, the more agents are freed")
	}
	w.assumeStage(&t)
	w.handed = &t
	return &t
}

// triageWork returns what the second stage of a loss of seats takes off the work of
// every pool: no call comes or goes, but a share of them lasts only as long as it
// takes to hand it on.
func (w *work) triageWork(ctx context.Context, t *Triage, stepSeconds float64) ([]workload, error) {
	out := make([]workload, len(w.pools))
	days := w.base.Grid().Days()
	var from, end int
	for _, day := range days {
		if day.Date.Before(t.From) {
			from = day.End
		}
		if !day.Date.After(w.last) {
			end = day.End
		}
	}
	for k := range w.pools {
		p := &w.pools[k]
		if !slices.ContainsFunc(p.queues, w.hands) {
			continue
		}
		out[k] = newWorkload(w.base.Len(), len(p.at))
		err := out[k].lay(ctx, p, func(path, lo, hi int) {
			for m, q := range p.queues {
				if !w.hands(q) {
					continue
				}
				share, rest := float32(*t.Share/stepSeconds), float32(*t.Seconds)
				rates := w.base.Rates(path, q)
				for j := lo; j < hi; j++ {
					if i := p.at[j]; i >= from && i < end {
						saved := float32(share * max(0, p.handle[m].at(path, i)-rest))
						out[k].load[j*out[k].paths+path] -= float32(rates[i] * saved)
					}
				}
			}
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// hands reports whether the request touches the queue of that index.
func (w *work) hands(queue int) bool {
	name := w.base.Queues()[queue]
	return len(w.r.Queues) == 0 || slices.ContainsFunc(w.r.Queues, func(s QueueShare) bool { return s.Queue == name })
}
