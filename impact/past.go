package impact

import (
	"context"
	"fmt"
	"math"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// Anomalies watches the days first to last of the history, each against the forecast
// made from the days before it, and returns what no known cause explains, by day. It
// takes a fit of all queues a day.
func Anomalies(ctx context.Context, h History, first, last interval.Date) ([]forecast.Anomaly, error) {
	if err := h.Validate(); err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	begin := interval.DateOf(h.Queues[0].Queued.Grid().At(0))
	if last.Before(first) || first.Sub(begin) < 28 || last.After(h.last()) {
		return nil, fmt.Errorf("impact: days %s to %s; ask for days from %s, four weeks into the history, to %s", first, last, begin.AddDays(28), h.last())
	}
	past, err := learn(ctx, h)
	if err != nil {
		return nil, err
	}
	var out []forecast.Anomaly
	for day := first; !day.After(last); day = day.AddDays(1) {
		var known []forecast.Input
		var seen []forecast.Seen
		for _, in := range past.adjusted {
			s, err := wholeCalls(in.Series.Window(day, day))
			if err != nil {
				return nil, err
			}
			seen = append(seen, forecast.Seen{Queue: in.Queue, Series: s})
			in.Series = in.Series.Window(begin, day.AddDays(-1))
			known = append(known, in)
		}
		model, err := forecast.Fit(ctx, known, forecast.Options{})
		if err != nil {
			return nil, fmt.Errorf("impact: %w", err)
		}
		found, err := model.Watch(ctx, seen)
		if err != nil {
			return nil, fmt.Errorf("impact: %w", err)
		}
		out = append(out, found...)
	}
	return out, nil
}

// wholeCalls rounds: what a known cause brought, taken off, leaves fractions.
func wholeCalls(s interval.Series) (interval.Series, error) {
	values := s.Values()
	for i := range values {
		values[i] = math.Round(values[i])
	}
	return interval.NewSeries(s.Name(), s.Grid(), values, s.States())
}

// Review returns what is odd in the history once its known causes are taken off.
func Review(ctx context.Context, h History) ([]forecast.Proposal, error) {
	if err := h.Validate(); err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	past, err := learn(ctx, h)
	if err != nil {
		return nil, err
	}
	model, err := forecast.Fit(ctx, past.adjusted, forecast.Options{})
	if err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	return model.Review(), nil
}

// ExplainForecast takes the mean of a queue on a day after the history apart, of the interval that
// begins at a minute of the day or, for -1, of the whole day.
func ExplainForecast(ctx context.Context, h History, queue string, day interval.Date, minute int, o Options) (forecast.Breakdown, error) {
	o = o.withDefaults()
	plan, err := planDays(h, day, day)
	if err != nil {
		return forecast.Breakdown{}, err
	}
	past, err := learn(ctx, h)
	if err != nil {
		return forecast.Breakdown{}, err
	}
	model, err := forecast.Fit(ctx, past.adjusted, forecast.Options{})
	if err != nil {
		return forecast.Breakdown{}, fmt.Errorf("impact: %w", err)
	}
	base, err := model.Simulate(ctx, plan.grid, o.Paths, o.Seed)
	if err != nil {
		return forecast.Breakdown{}, fmt.Errorf("impact: %w", err)
	}
	with, err := past.add(ctx, past.later(day), base, o)
	if err != nil {
		return forecast.Breakdown{}, err
	}
	cell := -1
	if minute >= 0 {
		for i := range plan.grid.Len() {
			if plan.grid.Minute(i) == minute {
				cell = i
				break
			}
		}
		if cell < 0 {
			return forecast.Breakdown{}, fmt.Errorf("impact: no interval of %s begins at %02d:%02d; intervals are %v long", day, minute/60, minute%60, plan.grid.Step())
		}
	}
	return model.Break(queue, day, cell, base, with)
}
