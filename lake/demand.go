package lake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// DefaultRedialWindow is how long after a try that failed another contact of the same caller
// is a further try and no new demand. A quarter of repeat calls come within ten minutes and
// the rest over days; four hours hold those of callers who want to get through today.
const DefaultRedialWindow = 4 * time.Hour

// MaxRedialWindow is a week, within which nearly all repeat calls come.
const MaxRedialWindow = 7 * 24 * time.Hour

// A DemandQuery says how to tell demand from tries.
type DemandQuery struct {
	TallyQuery               // Step, days, zone, queues and declared outages; Measures are not looked at
	Window     time.Duration // from the end of a try that failed to the next; 0 = DefaultRedialWindow
	Lines      int           // trunks; with it days on which all were in use are marked; 0 = not known
}

func (q *DemandQuery) complete() error {
	var errs []error
	if q.Window = cmp.Or(q.Window, DefaultRedialWindow); q.Window < time.Minute || q.Window > MaxRedialWindow {
		errs = append(errs, fmt.Errorf("a redial window of %v; it is a minute to %v", q.Window, MaxRedialWindow))
	}
	if q.Lines < 0 {
		errs = append(errs, fmt.Errorf("%d lines", q.Lines))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("lake: bad demand: %w", err)
	}
	q.Measures = []Measure{Offered, Blocked}
	return nil
}

// A DemandCount counts a queue, or the center, in an interval or on a day. Offered and Unknown
// are of the contacts that came then; Demand, Tries and Unserved of the demands whose first
// try came then, so that Tries may have come later. Demand is at most Offered in the end,
// not in every interval.
type DemandCount struct {
	Offered  int64 `json:"offered"`  // contacts, as Tally counts them
	Demand   int64 `json:"demand"`   // chains of tries that begin here
	Tries    int64 `json:"tries"`    // contacts in those chains
	Unserved int64 `json:"unserved"` // chains that end in a try that failed
	Unknown  int64 `json:"unknown"`  // offered contacts without a caller key: each is a demand of its own
}

func (c *DemandCount) plus(d DemandCount) {
	c.Offered += d.Offered
	c.Demand += d.Demand
	c.Tries += d.Tries
	c.Unserved += d.Unserved
	c.Unknown += d.Unknown
}

// A Demand tells per queue and interval how many wanted something, however often they had to
// call.
//
// A try fails when its contact is abandoned, blocked or overflowed in the last of its
// visits. A contact of the same caller that comes when the try is over, and within the
// window after its end, is a further try of the same demand; a try that does not fail
// ends the chain. A contact that comes while the other still lasts is somebody else on a
// shared line. A chain counts once in the center, in the interval of its first
// try, and once in each queue that it reaches, where it first does.
type Demand struct {
	Window time.Duration
	tally  *Tally
	center []DemandCount
	queues map[string][]DemandCount
	full   []int64 // seconds of each local day with all lines in use; nil where they are not known
}

// leadIn is how long before and after its days a demand is looked for: redials of the first
// day may belong to calls of the days before it.
const leadIn = MaxRedialWindow

// Demand finds the demands of the days asked for. It goes through the lake month by month,
// in parts by caller where a month is large, so that memory does not grow with the lake.
func (l *Lake) Demand(ctx context.Context, q DemandQuery) (*Demand, error) {
	if err := q.complete(); err != nil {
		return nil, err
	}
	m := l.man.Load()
	t, err := l.tallyOf(ctx, m, q.TallyQuery)
	if err != nil {
		return nil, err
	}
	d := &Demand{Window: q.Window, tally: t, center: make([]DemandCount, t.grid.Len()), queues: map[string][]DemandCount{}}
	for _, queue := range t.Queues() {
		if t.facts == nil || t.facts[queue] == nil || !t.facts[queue].alone {
			d.queues[queue] = make([]DemandCount, t.grid.Len())
		}
	}
	for _, queue := range q.Queues {
		if d.queues[queue] == nil {
			return nil, fmt.Errorf("lake: of queue %q there are only interval reports, which do not tell who called", queue)
		}
	}
	var lines *linesInUse
	if q.Lines > 0 {
		lines = newLinesInUse(t.grid, q.Lines)
	}
	if err := d.read(ctx, l, m, lines); err != nil {
		return nil, err
	}
	if lines != nil {
		d.full = lines.result()
	}
	return d, nil
}

// Grid returns the intervals counted.
func (d *Demand) Grid() interval.Grid { return d.tally.grid }

// Queues returns the queues counted, in order, without AllQueues.
func (d *Demand) Queues() []string {
	names := make([]string, 0, len(d.queues))
	for q := range d.queues {
		names = append(names, q)
	}
	slices.Sort(names)
	return names
}

// Counts returns the counts of a queue, or of AllQueues, by interval.
func (d *Demand) Counts(queue string) ([]DemandCount, error) {
	if queue == AllQueues {
		return slices.Clone(d.center), nil
	}
	if c := d.queues[queue]; c != nil {
		return slices.Clone(c), nil
	}
	return nil, noQueue(queue, d.Queues())
}

// Series returns the demand of a queue, or of AllQueues, as a series with the states that
// Tally.Series gives to offered.
func (d *Demand) Series(queue string, cal *interval.Calendar) (interval.Series, error) {
	counts, err := d.Counts(queue)
	if err != nil {
		return interval.Series{}, err
	}
	s, err := d.tally.Series(queue, Offered, cal)
	if err != nil {
		return interval.Series{}, err
	}
	values, states := make([]float64, len(counts)), s.States()
	for i := range values {
		if states[i] == interval.Observed {
			values[i] = float64(counts[i].Demand)
		}
	}
	return interval.NewSeries(queue, d.tally.grid, values, states)
}
