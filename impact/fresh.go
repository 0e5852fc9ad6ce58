package impact

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// A fresh is the center on other futures than those by which an answer was found: the
// same model and request, another seed. What was chosen because it did well on some
// paths flatters itself on them.
type fresh struct {
	*work
	days  []interval.Day
	whole interval.Grid // of the work it is taken from
}

// freshSeed keeps the streams of the check apart from those of the search.
const freshSeed = 0x5bf0a8b1457694ed

// leastFresh is how many paths a check takes at least, where the search had as many; it
// takes half of those of the search.
const leastFresh = 500

// freshly lays the baseline out anew on the days first to last.
func (w *work) freshly(ctx context.Context, first, last interval.Date) (*fresh, error) {
	if w.past.model == nil {
		return nil, nil
	}
	g, err := interval.DayGrid(first, last, w.h.Center.Step, w.h.Center.Calendar.Location())
	if err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	o := w.o
	o.Seed ^= freshSeed
	o.Paths = max(o.Paths/2, min(o.Paths, leastFresh))
	base, err := w.past.model.Simulate(ctx, g, o.Paths, o.Seed)
	if err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	if base, err = w.past.add(ctx, w.past.later(first), base, o); err != nil {
		return nil, err
	}
	f := &fresh{work: &work{h: w.h, r: w.r, o: o, cause: w.cause, plan: w.plan, past: w.past, base: base}, days: g.Days(), whole: w.base.Grid()}
	if f.pools, err = f.handled(ctx, f.cut(w.pools)); err != nil {
		return nil, err
	}
	f.baseWork, err = baseWork(ctx, base, f.pools, w.h.Center.Step.Seconds())
	return f, err
}

// handled gives pools the handle times of the check's own futures.
func (f *fresh) handled(ctx context.Context, pools []pool) ([]pool, error) {
	for k := range pools {
		handle := slices.Clone(pools[k].handle)
		for m, h := range handle {
			var err error
			if handle[m], err = h.on(ctx, f.base, f.o.Seed); err != nil {
				return nil, err
			}
		}
		pools[k].handle = handle
	}
	return pools, nil
}

// cut returns the pools on the days of the check.
func (f *fresh) cut(pools []pool) []pool {
	g := f.base.Grid()
	from, ok := f.whole.Index(g.Start())
	if !ok {
		panic("impact: days of a check that lie outside of the assessment")
	}
	out := make([]pool, len(pools))
	for k, p := range pools {
		q := p
		q.rostered, q.onPosition = p.rostered[from:from+g.Len()], p.onPosition[from:from+g.Len()]
		q.at, q.begin = nil, []int{0}
		for d, day := range f.whole.Days() {
			if day.First < from || day.First >= from+g.Len() {
				continue
			}
			lo, hi := p.open(d)
			for _, i := range p.at[lo:hi] {
				q.at = append(q.at, i-from)
			}
			q.begin = append(q.begin, len(q.at))
		}
		out[k] = q
	}
	return out
}

// chanceOf returns the chance that the days first to last meet the target with a cause,
// and the pools as they are then.
func (f *fresh) chanceOf(ctx context.Context, pools []pool, c uplift.Cause, first, last interval.Date) (float64, error) {
	pred, err := f.past.predict(ctx, f.r, c, f.base, f.o.Seed)
	if err != nil {
		return 0, err
	}
	added, err := addedWork(ctx, pred, f.base.Len(), f.pools, f.h.Center.Step.Seconds())
	if err != nil {
		return 0, err
	}
	return f.scene(f.cut(pools), added).during(f.days, first, last).chance(ctx, f.h.Center)
}

// fitted is an answer to an inverse question and how it is checked; nil for not at all.
type fitted struct {
	Fit
	check func(context.Context, *fresh) (float64, error)
}

// check puts beside every answer to an inverse question the chance on fresh paths.
func (w *work) check(ctx context.Context) error {
	var f *fresh
	var err error
	last := w.last
	if w.wavesLast.After(last) {
		last = w.wavesLast
	}
	for _, fits := range [][]fitted{w.fits, w.drops} {
		for k := range fits {
			x := &fits[k]
			if x.check == nil {
				continue
			}
			if f == nil {
				if f, err = w.freshly(ctx, w.first, last); err != nil || f == nil {
					return err
				}
			}
			meets, err := x.check(ctx, f)
			if err != nil {
				return err
			}
			x.Fresh = &meets
		}
	}
	return nil
}

// resized returns a cause of another size, its waves in proportion.
func resized(c uplift.Cause, size, was float64) uplift.Cause {
	if c.Size != 0 {
		c.Size = math.Copysign(size, c.Size)
	}
	waves := c.Waves
	c.Waves = nil
	for _, x := range waves {
		x.Size *= size / was
		c.Waves = append(c.Waves, x)
	}
	return c
}
