package lake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/ringtide/ringtide/interval"
)

// AllQueues names the center: every contact counted once, by its first visit.
const AllQueues = "all"

// DefaultShortAbandon is the wait below which an abandoned contact counts as short.
const DefaultShortAbandon = 5 * time.Second

// A Source is anything that can count contacts: the lake in a directory, or an engine
// that holds the same tables.
type Source interface {
	Status() Status
	Tally(ctx context.Context, q TallyQuery) (*Tally, error)
}

var _ Source = (*Lake)(nil)

// A Range is a stretch of time, From included, To not.
type Range struct{ From, To time.Time }

// A TallyQuery says what to count.
type TallyQuery struct {
	Step        time.Duration  // length of an interval; divides an hour
	First, Last interval.Date  // local days, both included; zero = span of the lake
	Location    *time.Location // the center's zone; required

	// ShortAbandon is the wait below which an abandoned contact is counted as
	// ShortAbandoned. 0 means DefaultShortAbandon, a negative value that none is short.
	ShortAbandon time.Duration

	Queues  []string // the queues to count; nil = all. The center always counts whole
	Missing []Range  // declared outages: no interval that touches one is observed
}

// validate reports every fault at once.
func (q TallyQuery) validate() error {
	var errs []error
	if q.Step <= 0 || time.Hour%q.Step != 0 {
		errs = append(errs, fmt.Errorf("step %v does not divide an hour", q.Step))
	}
	if q.Location == nil {
		errs = append(errs, errors.New("no location"))
	}
	if !q.First.IsZero() && !q.Last.IsZero() && q.Last.Before(q.First) {
		errs = append(errs, fmt.Errorf("the last day %s is before the first, %s", q.Last, q.First))
	}
	for _, r := range q.Missing {
		if !r.From.Before(r.To) {
			errs = append(errs, fmt.Errorf("outage from %s to %s", r.From.Format(time.RFC3339), r.To.Format(time.RFC3339)))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("lake: bad tally: %w", err)
	}
	return nil
}

// A Tally holds the counts of one query: per queue and interval, every measure.
type Tally struct {
	grid        interval.Grid
	queues      map[string][]cell
	center      []cell
	first, last time.Time // arrivals that bound the lake
	missing     []Range
}

// Tally counts contacts in one pass over the files that the days touch, reading the
// few columns it needs.
func (l *Lake) Tally(ctx context.Context, q TallyQuery) (*Tally, error) {
	if err := q.validate(); err != nil {
		return nil, err
	}
	m := l.man.Load()
	t := &Tally{queues: map[string][]cell{}, missing: slices.Clone(q.Missing)}
	for _, f := range m.Files {
		if t.first.IsZero() || f.FirstArrival.Before(t.first) {
			t.first = f.FirstArrival
		}
		if f.LastArrival.After(t.last) {
			t.last = f.LastArrival
		}
	}
	if t.first.IsZero() && (q.First.IsZero() || q.Last.IsZero()) {
		return nil, fmt.Errorf("lake: %s holds no contacts; load a file, or name the days to count", l.dir)
	}
	first := cmp.Or(q.First, interval.DateOf(t.first.In(q.Location)))
	last := cmp.Or(q.Last, interval.DateOf(t.last.In(q.Location)))
	grid, err := interval.DayGrid(first, last, q.Step, q.Location)
	if err != nil {
		return nil, fmt.Errorf("lake: tally: %w", err)
	}
	t.grid, t.center = grid, make([]cell, grid.Len())
	queues, err := wantedQueues(m, q.Queues)
	if err != nil {
		return nil, err
	}
	for _, queue := range queues {
		t.queues[queue] = make([]cell, grid.Len())
	}
	return t, l.scan(ctx, m, t, shortMillis(q.ShortAbandon))
}

// wantedQueues returns the queues asked for, or all that the lake has.
func wantedQueues(m *manifest, asked []string) ([]string, error) {
	var have []string
	for _, f := range m.Files {
		for queue := range f.Queues {
			if queue != "" {
				have = append(have, queue)
			}
		}
	}
	slices.Sort(have)
	have = slices.Compact(have)
	if asked == nil {
		return have, nil
	}
	for _, queue := range asked {
		if !slices.Contains(have, queue) {
			return nil, noQueue(queue, have)
		}
	}
	return asked, nil
}

func noQueue(queue string, have []string) error {
	return fmt.Errorf("lake: no queue %q; there are %q, and %q for the center", queue, have, AllQueues)
}

func shortMillis(d time.Duration) Millis {
	switch {
	case d == 0:
		d = DefaultShortAbandon
	case d < 0:
		return 0
	}
	return Millis(min(d.Milliseconds(), math.MaxInt32))
}

// scan decodes files side by side and counts them one at a time.
func (l *Lake) scan(ctx context.Context, m *manifest, t *Tally, short Millis) error {
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, f := range m.Files {
		if f.LastCounted.Before(t.grid.Start()) || !f.FirstArrival.Before(t.grid.End()) {
			continue
		}
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return l.withFile(f, func(file *parquetFile) error {
				p, err := readProjection(file)
				if err != nil {
					return err
				}
				mu.Lock()
				defer mu.Unlock()
				return t.count(p, short)
			})
		})
	}
	return g.Wait()
}

// A projection is the columns that counting needs.
type projection struct {
	arrival, queued                    []int64
	visit, wait, talk, hold, wrap      []int32
	direction, outcome, transfer, line wordColumn
}

func readProjection(file *parquetFile) (*projection, error) {
	p := &projection{}
	n := int(file.NumRows())
	var errs []error
	check := func(got int, err error) {
		if err == nil && got != n {
			err = fmt.Errorf("%d values in %d rows", got, n)
		}
		errs = append(errs, err)
	}
	var err error
	for column, into := range map[string]*[]int64{"arrival_utc": &p.arrival, "queued_utc": &p.queued} {
		*into, err = readInt64(file, column)
		check(len(*into), err)
	}
	for column, into := range map[string]*[]int32{"visit_seq": &p.visit, "wait_ms": &p.wait,
		"talk_ms": &p.talk, "hold_ms": &p.hold, "wrap_ms": &p.wrap} {
		*into, err = readInt32(file, column)
		check(len(*into), err)
	}
	for column, into := range map[string]*wordColumn{"direction": &p.direction, "outcome": &p.outcome,
		"transfer_kind": &p.transfer, "queue": &p.line} {
		*into, err = readWords(file, column)
		check(len(into.index), err)
	}
	return p, errors.Join(errs...)
}

// count adds the rows of one file to the cells.
func (t *Tally) count(p *projection, short Millis) error {
	outcomes := make([]Outcome, len(p.outcome.words))
	for i, w := range p.outcome.words {
		o, err := ParseOutcome(w)
		if err != nil {
			return err
		}
		outcomes[i] = o
	}
	inbound := int32(slices.Index(p.direction.words, Inbound.String()))
	plain := int32(slices.Index(p.transfer.words, NoTransfer.String()))
	lines := make([][]cell, len(p.line.words))
	for i, w := range p.line.words {
		lines[i] = t.queues[w] // nil for a queue not asked for, and for none
	}
	start, step, n := t.grid.Start().UnixMicro(), t.grid.Step().Microseconds(), int64(t.grid.Len())
	for i, at := range p.arrival {
		if p.direction.index[i] != inbound {
			continue
		}
		if p.visit[i] > 1 && p.queued[i] != 0 {
			at = p.queued[i]
		}
		k := (at - start) / step
		if at < start || k >= n {
			continue
		}
		v := visit{outcomes[p.outcome.index[i]], p.transfer.index[i] != plain,
			Millis(p.wait[i]), Millis(p.talk[i]), Millis(p.hold[i]), Millis(p.wrap[i])}
		if cells := lines[p.line.index[i]]; cells != nil {
			cells[k].add(v, short)
		}
		if p.visit[i] == 1 {
			t.center[k].add(v, short)
		}
	}
	return nil
}

// A visit is what counting needs of a contact.
type visit struct {
	outcome                Outcome
	transferred            bool
	wait, talk, hold, wrap Millis
}

// add counts one visit; an abandon after a wait below short is a short one.
func (c *cell) add(v visit, short Millis) {
	if v.outcome == OutcomeAbandoned && v.wait >= 0 && v.wait < short {
		c.n[shortAt]++
	} else {
		c.n[v.outcome]++
	}
	switch v.outcome {
	case OutcomeGhost, OutcomeBlocked, OutcomeContained:
		return
	case OutcomeHandled:
		c.known(talkAt, talkSum, v.talk)
		c.known(holdAt, holdSum, v.hold)
		c.known(wrapAt, wrapSum, v.wrap)
		if v.transferred {
			c.n[transferredAt]++
		}
	}
	c.known(waitAt, waitSum, v.wait)
}

func (c *cell) known(n, sum int, d Millis) {
	if d >= 0 {
		c.n[n]++
		c.ms[sum] += int64(d)
	}
}

// Grid returns the intervals counted.
func (t *Tally) Grid() interval.Grid { return t.grid }

// Queues returns the queues counted, in order, without AllQueues.
func (t *Tally) Queues() []string {
	names := make([]string, 0, len(t.queues))
	for q := range t.queues {
		names = append(names, q)
	}
	slices.Sort(names)
	return names
}

func (t *Tally) cells(queue string) ([]cell, error) {
	if queue == AllQueues {
		return t.center, nil
	}
	if c := t.queues[queue]; c != nil {
		return c, nil
	}
	return nil, noQueue(queue, t.Queues())
}

// Total returns a measure of a queue, or of AllQueues, over all intervals; AHT is
// that of all handled contacts together, and 0 where no talk time is known.
//
// The mean patience of Mandelbaum and Zeltyn (2007) is the total of WaitSeconds over
// the total of Abandoned and ShortAbandoned.
func (t *Tally) Total(queue string, m Measure) (float64, error) {
	cells, err := t.cells(queue)
	if err != nil {
		return 0, err
	}
	if int(m) >= len(measureNames) {
		return 0, fmt.Errorf("lake: no measure %d", m)
	}
	var sum cell
	for i := range cells {
		sum.plus(&cells[i])
	}
	v, _ := sum.value(m)
	return v, nil
}
