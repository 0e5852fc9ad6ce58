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

// DefaultTarget is the wait within which an answer counts for the service level.
const DefaultTarget = 20 * time.Second

// A Source is anything that can count contacts: the lake in a directory, or an engine
// that holds the same tables.
type Source interface {
	Status() Status
	Tally(ctx context.Context, q TallyQuery) (*Tally, error)
}

var _ Source = (*Lake)(nil)

// A Range is a stretch of time, From included, To not.
type Range struct {
	From, To time.Time
	Note     string // what it is, for the ledger of gaps
}

// A TallyQuery says what to count.
type TallyQuery struct {
	Step        time.Duration  // length of an interval; divides an hour
	First, Last interval.Date  // local days, both included; zero = span of the lake
	Location    *time.Location // the center's zone; required

	// ToLastArrival ends the span of the lake with the day of the last arrival. Else it ends with
	// that of the last visit counted, so that every visit is: one moved to a second queue after
	// midnight adds a day of which hardly anything is known.
	ToLastArrival bool

	// ShortAbandon is the wait below which an abandoned contact is counted as
	// ShortAbandoned. 0 means DefaultShortAbandon, a negative value that none is short.
	ShortAbandon time.Duration

	// Target is the wait, at most, of AnsweredWithin, AbandonedWithin and the service levels.
	// 0 means DefaultTarget.
	Target time.Duration

	Queues   []string  // the queues to count; nil = all. The center always counts whole
	Measures []Measure // what will be asked for; nil = all. Fewer need fewer columns read
	Missing  []Range   // declared outages: no interval that touches one is observed
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
	queues      map[string]*cells
	center      *cells
	first, last time.Time // arrivals that bound the lake
	lastCounted time.Time // when its last visit counts
	missing     []Range
	loaded      []Range // time that each file of the ledger covers

	facts map[string]*factCells // by queue; nil where no interval report counts

	measures     []Measure // that can be asked for
	columns      []int     // that are read
	waits, talks bool      // among them the wait; talk, hold, wrap and transfer
	short        Millis
	target       Millis
}

// Tally counts contacts in one pass over the files that the days touch, reading the
// few columns it needs.
func (l *Lake) Tally(ctx context.Context, q TallyQuery) (*Tally, error) {
	return l.tallyOf(ctx, l.man.Load(), q)
}

// tallyOf counts the contacts of one published state.
func (l *Lake) tallyOf(ctx context.Context, m *manifest, q TallyQuery) (*Tally, error) {
	if err := q.validate(); err != nil {
		return nil, err
	}
	t := &Tally{queues: map[string]*cells{}, missing: slices.Clone(q.Missing), measures: q.Measures, short: shortMillis(q.ShortAbandon)}
	if t.measures == nil {
		t.measures = Measures()
	}
	t.target = Millis(min(cmp.Or(q.Target, DefaultTarget).Milliseconds(), math.MaxInt32))
	t.project()
	for _, f := range m.Files {
		if t.first.IsZero() || f.FirstArrival.Before(t.first) {
			t.first = f.FirstArrival
		}
		if f.LastArrival.After(t.last) {
			t.last = f.LastArrival
		}
		if f.LastCounted.After(t.lastCounted) {
			t.lastCounted = f.LastCounted
		}
	}
	t.span(m.factFiles())
	t.loaded = m.loadedSpans()
	if t.first.IsZero() && (q.First.IsZero() || q.Last.IsZero()) {
		return nil, fmt.Errorf("lake: %s holds no contacts; load a file, or name the days to count", l.dir)
	}
	first := cmp.Or(q.First, interval.DateOf(t.first.In(q.Location)))
	last := cmp.Or(q.Last, interval.DateOf(t.end(q).In(q.Location)))
	grid, err := interval.DayGrid(first, last, q.Step, q.Location)
	if err != nil {
		return nil, fmt.Errorf("lake: tally: %w", err)
	}
	t.grid = grid
	t.center = t.newCells()
	queues, err := wantedQueues(m, q.Queues)
	if err != nil {
		return nil, err
	}
	for _, queue := range queues {
		t.queues[queue] = t.newCells()
	}
	if err := l.scan(ctx, m, t); err != nil {
		return nil, err
	}
	return t, l.countFacts(ctx, m, t)
}

// end returns when the span of the lake ends.
func (t *Tally) end(q TallyQuery) time.Time {
	if q.ToLastArrival || t.lastCounted.Before(t.last) {
		return t.last
	}
	return t.lastCounted
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
	have = append(have, m.factQueues()...)
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

// scan reads files side by side and counts their rows a page at a time.
func (l *Lake) scan(ctx context.Context, m *manifest, t *Tally) error {
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for _, f := range m.Files {
		if f.LastCounted.Before(t.grid.Start()) || !f.FirstArrival.Before(t.grid.End()) {
			continue
		}
		g.Go(func() error {
			return l.withFile(f, func(file *parquetFile) error {
				return scan(file, t.columns, func(b *batch) error {
					mu.Lock()
					defer mu.Unlock()
					return errors.Join(ctx.Err(), t.count(b))
				})
			})
		})
	}
	return g.Wait()
}

// project chooses the columns that the measures need.
func (t *Tally) project() {
	t.columns = []int{colVisit, colDirection, colArrival, colQueued, colQueue, colOutcome}
	for _, m := range t.measures {
		switch m {
		case Abandoned, ShortAbandoned, WaitSeconds, WaitKnown, AnsweredWithin, AbandonedWithin,
			SLOffered, SLAnswered, SLInclAbandons, SLExclShortAbandons, ASAAnswered:
			t.waits = true
		case TalkSeconds, TalkKnown, HoldSeconds, HoldKnown, WrapSeconds, WrapKnown, AHT, Transferred:
			t.talks = true
		}
	}
	if t.waits {
		t.columns = append(t.columns, colWait)
	}
	if t.talks {
		t.columns = append(t.columns, colTalk, colHold, colWrap, colTransfer)
	}
}

// A tallier adds pages to a tally. Rows come in the order of queue and arrival, so that the rows
// of one interval come one after another.
type tallier struct {
	t        *Tally
	b        *batch
	outcomes []Outcome // of the words of the page
	lines    []*cells  // nil for a queue not asked for, and for none
	inbound  int32

	start, step, end int64
	k, from, to      int64 // the interval of the row before: [from, to)
}

// count adds the rows of a page to the cells.
func (t *Tally) count(b *batch) error {
	outcomes := make([]Outcome, len(b.words[colOutcome]))
	for i, w := range b.words[colOutcome] {
		if w == "" {
			continue // null, which no row has
		}
		o, err := ParseOutcome(w)
		if err != nil {
			return err
		}
		outcomes[i] = o
	}
	lines := make([]*cells, len(b.words[colQueue]))
	for i, w := range b.words[colQueue] {
		lines[i] = t.queues[w]
	}
	p := tallier{t: t, b: b, outcomes: outcomes, lines: lines, to: -1, start: t.grid.Start().UnixMicro(), step: t.grid.Step().Microseconds(), end: t.grid.End().UnixMicro(),
		inbound: int32(slices.Index(b.words[colDirection], Inbound.String()))}
	if t.waits || t.talks {
		p.details()
	} else {
		p.accounts()
	}
	return nil
}

// place finds the interval of row i; it tells whether the row is its contact's first visit, and
// whether it counts.
func (p *tallier) place(i int) (first, counts bool) {
	if p.b.ints[colDirection][i] != p.inbound {
		return false, false
	}
	at := p.b.longs[colArrival][i]
	first = p.b.ints[colVisit][i] == 1
	if !first && p.b.longs[colQueued][i] != 0 {
		at = p.b.longs[colQueued][i]
	}
	return first, p.within(at)
}

// accounts counts outcomes alone, and rows that are alike at once.
func (p *tallier) accounts() {
	n, b := p.b.n, p.b
	if b.same[colDirection] && b.same[colVisit] && b.ints[colDirection][0] == p.inbound && b.ints[colVisit][0] == 1 {
		p.firsts()
		return
	}
	queues, outcomes, directions := b.ints[colQueue][:n], b.ints[colOutcome][:n], b.ints[colDirection][:n]
	visits, arrivals := b.ints[colVisit][:n], b.longs[colArrival][:n]
	for i := 0; i < n; {
		first, counts := p.place(i)
		if !counts {
			i++
			continue
		}
		from, line, word := i, queues[i], outcomes[i]
		for i++; first && i < n && arrivals[i] < p.to && arrivals[i] >= p.from && outcomes[i] == word &&
			queues[i] == line && visits[i] == 1 && directions[i] == p.inbound; i++ {
		}
		rows, o := int32(i-from), p.outcomes[word]
		if c := p.lines[line]; c != nil {
			c.accounts[p.k].add(o, rows)
		}
		if first {
			p.t.center.accounts[p.k].add(o, rows)
		}
	}
}

// firsts is accounts for pages of nothing but inbound contacts' first visits.
func (p *tallier) firsts() {
	b := p.b
	queues, outcomes, arrivals := b.ints[colQueue][:b.n], b.ints[colOutcome][:b.n], b.longs[colArrival][:b.n]
	counts := make([]int32, len(p.outcomes)) // of the interval, by word
	for i := 0; i < b.n; {
		if !p.within(arrivals[i]) {
			i++
			continue
		}
		line, from, to := queues[i], p.from, p.to
		for ; i < b.n && arrivals[i] < to && arrivals[i] >= from && queues[i] == line; i++ {
			counts[outcomes[i]]++
		}
		c := p.lines[line]
		for word, rows := range counts {
			if rows == 0 {
				continue
			}
			if c != nil {
				c.accounts[p.k].add(p.outcomes[word], rows)
			}
			p.t.center.accounts[p.k].add(p.outcomes[word], rows)
			counts[word] = 0
		}
	}
}

// within finds the interval of an instant, which is mostly that of the row before or the next; it is
// false outside the grid.
func (p *tallier) within(at int64) bool {
	if at >= p.from && at < p.to {
		return true
	}
	if at < p.start || at >= p.end {
		return false
	}
	if next := p.to + p.step; at >= p.to && at < next && p.to > p.start {
		p.k, p.from, p.to = p.k+1, p.to, next
		return true
	}
	p.k = (at - p.start) / p.step
	p.from = p.start + p.k*p.step
	p.to = p.from + p.step
	return true
}

func (p *tallier) details() {
	for i := range p.b.n {
		first, counts := p.place(i)
		if !counts {
			continue
		}
		o := p.outcomes[p.b.ints[colOutcome][i]]
		if cells := p.lines[p.b.ints[colQueue][i]]; cells != nil {
			p.t.add(cells.at(int(p.k)), o, p.b, i)
		}
		if first {
			p.t.add(p.t.center.at(int(p.k)), o, p.b, i)
		}
	}
}

// add counts row i; an abandon after a wait below the threshold is a short one.
func (t *Tally) add(c cell, o Outcome, b *batch, i int) {
	c.rows++
	if t.talks && o == OutcomeHandled {
		c.known(talkAt, talkSum, b.ints[colTalk][i])
		c.known(holdAt, holdSum, b.ints[colHold][i])
		c.known(wrapAt, wrapSum, b.ints[colWrap][i])
		if b.words[colTransfer][b.ints[colTransfer][i]] != noTransfer {
			c.k[transferredAt]++
		}
	}
	if !t.waits {
		c.n[o]++
		return
	}
	wait := b.ints[colWait][i]
	within := wait >= 0 && wait <= int32(t.target)
	switch o {
	case OutcomeAbandoned:
		if within {
			c.k[abandonInAt]++
		}
		if wait >= 0 && wait < int32(t.short) {
			c.n[shortAt]++
			c.known(waitAt, waitSum, wait)
			return
		}
	case OutcomeHandled:
		c.known(answerAt, answerSum, wait)
		if within {
			c.k[answerInAt]++
		}
	case OutcomeGhost, OutcomeBlocked, OutcomeContained:
		c.n[o]++
		return
	}
	c.n[o]++
	c.known(waitAt, waitSum, wait)
}

var noTransfer = NoTransfer.String()

func (c *detail) known(n, sum int, ms int32) {
	if ms >= 0 {
		c.k[n]++
		c.ms[sum] += int64(ms)
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

func (t *Tally) newCells() *cells {
	c := &cells{accounts: make([]account, t.grid.Len())}
	if t.waits || t.talks {
		c.details = make([]detail, t.grid.Len())
	}
	return c
}

func (t *Tally) cells(queue string) (*cells, error) {
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
	if err := t.counted(m); err != nil {
		return 0, err
	}
	sum := cell{&account{}, &detail{}}
	for i := range cells.accounts {
		sum.plus(cells.at(i))
	}
	v, _ := sum.value(m)
	return v, nil
}

// counted reports whether the query asked for the measure.
func (t *Tally) counted(m Measure) error {
	if int(m) >= len(measureNames) {
		return fmt.Errorf("lake: no measure %d", m)
	}
	if !slices.Contains(t.measures, m) {
		return fmt.Errorf("lake: %s was not counted; name it in the measures of the query", m)
	}
	return nil
}
