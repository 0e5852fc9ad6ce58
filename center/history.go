package center

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
)

// recentDays is how far back handle times and patience are taken from: a quarter,
// long enough for thin queues, short enough to follow a change of work.
const recentDays = 91

// History reads the series of the center's queues from its lake.
func (d *Dir) History(ctx context.Context, lk lake.Source) (impact.History, error) {
	status := lk.Status()
	if status.Contacts == 0 {
		return impact.History{}, fmt.Errorf("center: %s: the lake is empty; load call records with: ringtide ingest FILE", d.Lake())
	}
	all, err := lk.Tally(ctx, d.past())
	if err != nil {
		return impact.History{}, err
	}
	last := interval.DateOf(all.Grid().At(all.Grid().Len() - 1))
	recent, err := lk.Tally(ctx, d.Query(last.AddDays(1-recentDays), last))
	if err != nil {
		return impact.History{}, err
	}
	h := impact.History{Center: d.Center, Causes: d.Events.Causes, Roster: d.Roster}
	loc := d.Center.Calendar.Location()
	h.Source = impact.Source{
		Fingerprint: status.Fingerprint, Contacts: status.Contacts, Files: d.Files,
		First: status.First.In(loc).Format(time.RFC3339), Last: status.Last.In(loc).Format(time.RFC3339),
	}
	for _, q := range d.Center.Queues {
		if !slices.Contains(all.Queues(), q.Name) {
			return impact.History{}, fmt.Errorf("center: queue %q has no contact in the lake, which has %q; load its records or correct center.yaml", q.Name, all.Queues())
		}
		series, err := all.Series(q.Name, lake.Queued, q.Calendar)
		if err != nil {
			return impact.History{}, err
		}
		work, err := workOf(recent, q.Name)
		if err != nil {
			return impact.History{}, err
		}
		in, err := d.Events.apply(forecast.Input{Queue: q.Name, Series: series, Calendar: q.Calendar})
		if err != nil {
			return impact.History{}, err
		}
		handle, err := handleParts(all, q)
		if err != nil {
			return impact.History{}, err
		}
		h.Queues = append(h.Queues, impact.QueueHistory{Queue: q.Name, Queued: in.Series, Ordinary: in.Ordinary, Recent: work, Handle: handle})
	}
	return h, nil
}

// Work sums what every queue of the center did on the days first to last.
func (d *Dir) Work(ctx context.Context, lk lake.Source, first, last interval.Date) (map[string]impact.Work, error) {
	t, err := lk.Tally(ctx, d.Query(first, last))
	if err != nil {
		return nil, err
	}
	out := map[string]impact.Work{}
	for _, q := range t.Queues() {
		if _, ok := d.Center.Queue(q); !ok {
			continue
		}
		if out[q], err = workOf(t, q); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// past asks for the days on which contacts arrived. A visit queued after midnight of the last is
// no day of history.
func (d *Dir) past() lake.TallyQuery {
	q := d.Query(interval.Date{}, interval.Date{})
	q.ToLastArrival = true
	return q
}

// Query asks for the center's intervals from first to last; zero dates mean the
// span of the lake. Declared outages are missing.
func (d *Dir) Query(first, last interval.Date) lake.TallyQuery {
	q := lake.TallyQuery{
		Step: d.Center.Step, First: first, Last: last,
		Location: d.Center.Calendar.Location(), ShortAbandon: d.Center.ShortAbandon,
	}
	for _, o := range d.Events.Outages {
		q.Missing = append(q.Missing, lake.Range{From: o.From, To: o.To, Note: o.ID})
	}
	return q
}

// workOf sums the work of a queue. The handle time is the lake's AHT, each of its
// parts averaged over the contacts whose part somebody measured: a sum of talk, hold
// and wrap over the contacts of known talk would take an unknown wrap for none.
func workOf(t *lake.Tally, queue string) (impact.Work, error) {
	var w impact.Work
	var abandoned, short, aht float64
	for _, x := range []struct {
		into    *float64
		measure lake.Measure
	}{
		{&w.Handled, lake.Handled}, {&abandoned, lake.Abandoned}, {&short, lake.ShortAbandoned},
		{&w.WaitSeconds, lake.WaitSeconds}, {&w.HandleKnown, lake.TalkKnown}, {&aht, lake.AHT},
	} {
		v, err := t.Total(queue, x.measure)
		if err != nil {
			return w, err
		}
		*x.into = v
	}
	w.Abandoned = abandoned + short
	w.HandleSeconds = aht * w.HandleKnown
	return w, nil
}
