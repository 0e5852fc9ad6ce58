package uplift

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// Options of Learn. The zero value is the default.
type Options struct {
	// Confidence of the interval of each Estimate, in (0, 1); 0 means .95.
	Confidence float64
	// Days is how many open days from the start an Estimate sums; 0 means all that
	// the history has.
	Days int
}

// Validate reports every fault of the options at once.
func (o Options) Validate() error {
	var errs []error
	if o.Confidence != 0 && !(o.Confidence > 0 && o.Confidence < 1) {
		errs = append(errs, fmt.Errorf("confidence %v must lie between 0 and 1", o.Confidence))
	}
	if o.Days < 0 {
		errs = append(errs, fmt.Errorf("%d days", o.Days))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("uplift: options: %w", err)
	}
	return nil
}

// Learned is what a history and its labelled causes say of effects.
type Learned struct {
	m         *model
	opt       Options
	estimates []Estimate
}

// Learn fits base and effects of all causes jointly, so that causes that overlap
// are told apart; the order of history and causes does not matter. The queues'
// histories lie on one grid. A cause touches its listed queues, or all when it
// lists none. A cause that no history day shows is kept out of what is learned.
func Learn(ctx context.Context, history []forecast.Input, causes []Cause, opt Options) (*Learned, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	m, err := newModel(ctx, history, causes)
	if err != nil {
		return nil, err
	}
	return learn(ctx, m, opt)
}

func learn(ctx context.Context, m *model, opt Options) (*Learned, error) {
	if err := m.fit(ctx); err != nil {
		return nil, err
	}
	l := &Learned{m: m, opt: opt}
	l.estimates = make([]Estimate, len(m.causes))
	err := inParallel(ctx, len(m.causes), func(ci int) error {
		l.estimates[ci] = m.estimate(ci, opt)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("uplift: learning: %w", err)
	}
	return l, nil
}

func newModel(ctx context.Context, history []forecast.Input, causes []Cause) (*model, error) {
	if len(history) == 0 {
		return nil, errors.New("uplift: no history; load the call records of at least one queue")
	}
	history = slices.SortedFunc(slices.Values(history), func(a, b forecast.Input) int { return cmpString(a.Queue, b.Queue) })
	m := &model{causes: slices.Clone(causes)}
	sortCauses(m.causes)
	var errs []error
	for i, in := range history {
		errs = append(errs, in.Validate())
		if i > 0 && in.Queue == history[i-1].Queue {
			errs = append(errs, fmt.Errorf("uplift: queue %q stands twice in the history", in.Queue))
		}
		if !in.Series.Grid().Equal(history[0].Series.Grid()) {
			errs = append(errs, fmt.Errorf("uplift: queues %q and %q lie on different grids", history[0].Queue, in.Queue))
		}
	}
	errs = append(errs, checkCauses(m.causes, history))
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	m.queues = make([]*queueDays, len(history))
	err := inParallel(ctx, len(history), func(i int) (err error) {
		m.queues[i], err = newQueueDays(history[i])
		return err
	})
	if ctx.Err() != nil {
		return nil, fmt.Errorf("uplift: summing the history to days: %w", err)
	} else if err != nil {
		return nil, err
	}
	for _, c := range m.causes {
		m.split = append(m.split, sharesUnknown(c, len(m.queues)))
	}
	if m.causes, err = splitCauses(ctx, m.queues, m.causes); err != nil {
		return nil, err
	}
	return m, m.setUp(ctx)
}

// setUp prepares bases and units from queues and causes.
func (m *model) setUp(ctx context.Context) error {
	m.sizes, m.pools = map[Kind]float64{}, map[Kind]pool{}
	for _, q := range m.queues {
		m.bases = append(m.bases, newBase(q))
	}
	m.setSizes()
	return m.setUnits(ctx)
}

func checkCauses(causes []Cause, history []forecast.Input) error {
	var errs []error
	ids := map[string]bool{}
	for _, c := range causes {
		errs = append(errs, c.Validate())
		if ids[c.ID] {
			errs = append(errs, fmt.Errorf("uplift: cause %q stands twice; give each its own id", c.ID))
		}
		ids[c.ID] = true
		for _, s := range c.Queues {
			if !slices.ContainsFunc(history, func(in forecast.Input) bool { return in.Queue == s.Queue }) {
				errs = append(errs, fmt.Errorf("uplift: cause %q touches queue %q, which has no history", c.ID, s.Queue))
			}
		}
	}
	return errors.Join(errs...)
}

// setSizes finds the size to take where a cause states none: the geometric mean of
// its kind, else one that makes a day's worth of calls out of the prior median.
func (m *model) setSizes() {
	for _, k := range Kinds() {
		sum, n := 0.0, 0.0
		for _, c := range m.causes {
			if s := math.Abs(c.size()); c.Kind == k && s > 0 {
				sum, n = sum+math.Log(s), n+1
			}
		}
		if n > 0 {
			m.sizes[k] = math.Exp(sum / n)
		} else if p := priors[k]; p.median > 0 {
			m.sizes[k] = unknownSize(k, m.meanDay())
		}
	}
}

// unknownSize is the size taken for a kind of which no size was ever known, where
// the queues take day calls on a mean day: a pulse of one day's calls in all, a
// level of a tenth of the calls.
func unknownSize(k Kind, day float64) float64 {
	if k.step() {
		return .1 * day
	}
	return day / priors[k].median
}

func (m *model) meanDay() float64 {
	sum := 0.0
	for _, q := range m.queues {
		sum += q.mean
	}
	return sum
}

// setUnits lays every cause on its queues.
func (m *model) setUnits(ctx context.Context) error {
	levels := make([][]float64, len(m.queues))
	for qi, b := range m.bases {
		levels[qi] = b.byDay(b.rhythm(make([]float64, len(b.q.rows))))
	}
	byName := map[string]*group{}
	var units []*unit
	for ci, c := range m.causes {
		p := priors[c.Kind]
		m.rates = append(m.rates, rate{a: p.median, v: 2.25*p.median*p.median + 1e-12, mean: p.median, variance: 2.25*p.median*p.median + 1e-12})
		if p.median == 0 {
			continue
		}
		g := m.group(byName, c)
		g.causes++
		for qi, share := range m.shares(c) {
			if share == 0 {
				continue
			}
			size := c.sign() * share * math.Abs(c.size())
			if size == 0 {
				size = c.sign() * share * m.sizes[c.Kind]
			}
			units = append(units, &unit{cause: ci, queue: qi, group: g, size: size, lags: map[Rule][][]lagWeight{}})
		}
	}
	err := inParallel(ctx, len(units), func(i int) error {
		u := units[i]
		u.setUp(m.causes[u.cause], m.queues[u.queue], levels[u.queue])
		return nil
	})
	if err != nil {
		return fmt.Errorf("uplift: laying causes on days: %w", err)
	}
	m.units, m.posts = make([][]*unit, len(m.queues)), make([]*posterior, len(m.queues))
	for _, u := range units {
		if len(u.cells) > 0 {
			m.units[u.queue] = append(m.units[u.queue], u)
			u.group.units = append(u.group.units, u)
		}
	}
	return nil
}

// group returns the group of a cause, new where it is the first.
func (m *model) group(byName map[string]*group, c Cause) *group {
	key := string(c.Kind) + "\x00" + c.Class
	if byName[key] == nil {
		byName[key] = newGroup(c.Kind, c.Class)
		m.groups = append(m.groups, byName[key])
	}
	return byName[key]
}

// shares returns each queue's part of a cause, in the order of the queues: as
// stated, or by mean calls a day.
func (m *model) shares(c Cause) []float64 {
	out, sum, stated := make([]float64, len(m.queues)), 0.0, false
	for _, s := range c.Queues {
		stated = stated || s.Share > 0
	}
	for qi, q := range m.queues {
		i := slices.IndexFunc(c.Queues, func(s Share) bool { return s.Queue == q.name })
		switch {
		case stated && i >= 0:
			out[qi] = c.Queues[i].Share
		case !stated && (i >= 0 || len(c.Queues) == 0):
			out[qi] = q.mean
		}
		sum += out[qi]
	}
	for qi := range out {
		out[qi] /= sum
	}
	return out
}

// byDay turns values per row into values per day.
func (b *base) byDay(perRow []float64) []float64 {
	out := make([]float64, len(b.q.run.open))
	for t, i := range b.q.rows {
		out[i] = perRow[t]
	}
	return out
}

func sortCauses(causes []Cause) { slices.SortFunc(causes, byStart) }

func byStart(a, b Cause) int {
	if d := a.Start.Compare(b.Start); d != 0 {
		return d
	}
	return cmpString(a.ID, b.ID)
}

func cmpString(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// openDays returns the first n open days of a queue from day d on, or all for n = 0.
func (q *queueDays) openDays(d interval.Date, n int) (lo, hi int) {
	lo, _ = slices.BinarySearch(q.rows, q.run.index(d))
	hi = len(q.rows)
	if n > 0 {
		hi = min(hi, lo+n)
	}
	return lo, hi
}
