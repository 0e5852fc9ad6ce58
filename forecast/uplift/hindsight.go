package uplift

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// A Hit compares what would have been predicted of a past cause, from the days before
// its start, with what it was then measured to have done.
type Hit struct {
	ID    string `json:"id"`
	Kind  Kind   `json:"kind"`
	Basis string `json:"basis"` // what the prediction could rest on
	// Predicted is the median of the total over the days of the history, Lo and Hi its
	// 80% interval, the error of the measurement included.
	Predicted float64 `json:"predicted"`
	Lo        float64 `json:"lo"`
	Hi        float64 `json:"hi"`
	Measured  float64 `json:"measured"`
	Inside    bool    `json:"inside"`
}

const (
	hitDraws  = 1000
	hitDays   = 90 // known days before a cause without which nothing is predicted
	hitWithin = .8
)

// Hindsight predicts every past cause again as if it lay ahead, each from the days
// before its start and the causes that began before it, in the order of Estimates. A
// cause without ninety known days before it, or that no day shows, has no Hit.
func (l *Learned) Hindsight(ctx context.Context) ([]Hit, error) {
	var out []Hit
	for ci, c := range l.m.causes {
		if !l.m.rates[ci].known {
			continue
		}
		early, err := l.m.before(ctx, c.Start)
		if err != nil {
			return nil, err
		}
		if early == nil {
			continue
		}
		if err := early.fit(ctx); err != nil {
			return nil, fmt.Errorf("uplift: predicting %q from before it: %w", c.ID, err)
		}
		out = append(out, l.m.hit(ci, &Learned{m: early}, l.estimates[ci]))
	}
	return out, nil
}

// before is the model as it could be set up before a day, nil where too little is known.
func (m *model) before(ctx context.Context, day interval.Date) (*model, error) {
	early := &model{}
	for _, q := range m.queues {
		cut := q.until(day)
		if len(cut.known) < hitDays {
			return nil, nil
		}
		early.queues = append(early.queues, cut)
	}
	for i, c := range m.causes {
		if c.Start.Before(day) {
			early.causes = append(early.causes, c)
			early.split = append(early.split, i < len(m.split) && m.split[i])
		}
	}
	return early, early.setUp(ctx)
}

// until is the history of a queue before a day.
func (q *queueDays) until(day interval.Date) *queueDays {
	n := min(max(day.Sub(q.run.first), 0), len(q.run.open))
	out := &queueDays{name: q.name, run: dayRun{q.run.first, q.run.open[:n], nil}, ok: q.ok[:n], total: q.total[:n], row: q.row[:n], part: q.part[:n]}
	if q.run.room != nil {
		out.run.room = q.run.room[:n]
	}
	for t, i := range q.rows {
		if i >= n {
			break
		}
		out.rows = append(out.rows, i)
		if q.ok[i] {
			out.known = append(out.known, t)
			out.mean += q.total[i]
		}
	}
	out.mean = max(out.mean/float64(max(len(out.known), 1)), 1e-3)
	return out
}

// hit predicts a cause with an earlier library on the days that its estimate sums.
func (m *model) hit(ci int, early *Learned, e Estimate) Hit {
	c, lib := m.causes[ci], early.Library()
	kind := lib.Kind(c.Kind)
	shape, _ := kind.shape(c.Class)
	size := math.Abs(c.size())
	if size == 0 {
		size = early.m.sizes[c.Kind]
	}
	d := newDrawer(c, kind, shape, c.sign()*size, nil, stated(c))
	totals := make([]float64, hitDraws)
	for qi, share := range m.shares(c) {
		if share == 0 {
			continue
		}
		q := m.queues[qi]
		lay := d.layOut(q.run, early.m.bases[qi].levelOf(q.run))
		daily := make([]float64, len(lay.days))
		for i := range totals {
			d.daily(daily, d.draw(stream(0, c.ID, i)), lay, share, stream(0, c.ID+"\x00"+q.name, i))
			for _, v := range daily {
				totals[i] += c.sign() * v
			}
		}
	}
	for i := range totals {
		totals[i] += e.SE * stream(0, "measuring "+c.ID, i).NormFloat64()
	}
	slices.Sort(totals)
	out := Hit{ID: c.ID, Kind: c.Kind, Basis: kind.Basis, Measured: e.Total, Predicted: quantile(totals, .5),
		Lo: quantile(totals, (1-hitWithin)/2), Hi: quantile(totals, (1+hitWithin)/2)}
	out.Inside = out.Lo <= e.Total && e.Total <= out.Hi
	return out
}

// Record notes in a library, kind by kind, how many past predictions held.
func (l *Library) Record(hits []Hit) {
	for i := range l.Kinds {
		k := &l.Kinds[i]
		k.Predicted, k.Held = 0, 0
		for _, h := range hits {
			if h.Kind == k.Kind {
				k.Predicted++
				if h.Inside {
					k.Held++
				}
			}
		}
	}
}
