package impact

import (
	"context"
	"fmt"
	"math"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// Rest is a day that goes on: its forecast given what came, and the requirement of
// what is left of it.
type Rest struct {
	Update   *forecast.Update // announced causes included
	Staffing *Staffing
}

// Intraday forecasts a day after the history anew from its observed part and says
// whom the rest of it asks for. The calls that announced causes were to bring are
// taken off what came before the update and put back after it, so that they do not
// pass for a busy day. Of the options it takes Paths and Seed.
func Intraday(ctx context.Context, h History, seen []forecast.Seen, o Options) (*Rest, error) {
	o = o.withDefaults()
	if len(seen) == 0 || seen[0].Series.Len() == 0 {
		return nil, fmt.Errorf("impact: intraday: nothing was seen of the day")
	}
	day := interval.DateOf(seen[0].Series.Grid().At(0))
	plan, err := planDays(h, day, day)
	if err != nil {
		return nil, err
	}
	past, err := learn(ctx, h)
	if err != nil {
		return nil, err
	}
	model, err := forecast.Fit(ctx, past.adjusted, forecast.Options{})
	if err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	past.warnings = append(past.warnings, grouped(model.Warnings())...)
	u, err := past.update(ctx, model, plan, seen, o)
	if err != nil {
		return nil, err
	}
	w := &work{h: h, o: o, plan: plan, past: past, base: u.Paths, hours: hoursOf(h.Center, plan.grid)}
	if err := w.staff(ctx); err != nil {
		return nil, err
	}
	if err := w.require(ctx); err != nil {
		return nil, err
	}
	return &Rest{u, &Staffing{plan.grid, w.answers, w.assumptions, past.warnings}}, nil
}

// update conditions the day on what came without the causes, and adds them.
func (l *learned) update(ctx context.Context, model *forecast.Model, p timePlan, seen []forecast.Seen, o Options) (*forecast.Update, error) {
	causes := l.later(p.first)
	plain := seen
	if len(causes) > 0 {
		base, err := model.Simulate(ctx, p.grid, o.Paths, o.Seed)
		if err != nil {
			return nil, fmt.Errorf("impact: %w", err)
		}
		with, err := l.add(ctx, causes, base, o)
		if err != nil {
			return nil, err
		}
		if plain, err = without(seen, base, with); err != nil {
			return nil, err
		}
	}
	u, err := model.Update(ctx, plain, o.Paths, o.Seed)
	if err != nil || len(causes) == 0 {
		return u, err
	}
	if u.Paths, err = l.add(ctx, causes, u.Paths, o); err != nil {
		return nil, err
	}
	restore(u.Paths, seen)
	return u, nil
}

// add puts the calls of causes on the paths.
func (l *learned) add(ctx context.Context, causes []uplift.Cause, base *forecast.Paths, o Options) (*forecast.Paths, error) {
	for _, c := range causes {
		pred, err := l.library.Predict(ctx, c, base, l.calendars, uplift.PredictOptions{Seed: o.Seed})
		if err != nil {
			return nil, fmt.Errorf("impact: %w", err)
		}
		base = pred.With()
	}
	return base, nil
}

// without takes the mean of what causes bring off what was seen, never below zero.
func without(seen []forecast.Seen, base, with *forecast.Paths) ([]forecast.Seen, error) {
	out := make([]forecast.Seen, len(seen))
	for k, s := range seen {
		q := base.QueueIndex(s.Queue)
		if q < 0 || s.Series.Len() != base.Grid().Len() {
			out[k] = s // Update names the fault
			continue
		}
		a, b := base.Mean(q), with.Mean(q)
		values, states := s.Series.Values(), s.Series.States()
		for i := range values {
			if states[i] == interval.Observed {
				values[i] = math.Max(math.Round(values[i]-b[i]+a[i]), 0)
			}
		}
		plain, err := interval.NewSeries(s.Queue, s.Series.Grid(), values, states)
		if err != nil {
			return nil, fmt.Errorf("impact: %w", err)
		}
		out[k] = forecast.Seen{Queue: s.Queue, Series: plain}
	}
	return out, nil
}

// restore writes what came over the paths.
func restore(p *forecast.Paths, seen []forecast.Seen) {
	for _, s := range seen {
		q := p.QueueIndex(s.Queue)
		for i := range s.Series.Len() {
			v, state := s.Series.At(i)
			if state != interval.Observed {
				continue
			}
			for path := range p.Len() {
				p.Counts(path, q)[i], p.Rates(path, q)[i] = int32(v), float32(v)
			}
		}
	}
}
