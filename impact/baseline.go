package impact

import (
	"context"
	"fmt"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// Baseline simulates the center on the days first to last, both included and after
// its history, with its announced causes and without any new request. Of the
// options it takes Paths and Seed.
func Baseline(ctx context.Context, h History, first, last interval.Date, o Options) (*forecast.Paths, []Warning, error) {
	o = o.withDefaults()
	plan, err := planDays(h, first, last)
	if err != nil {
		return nil, nil, err
	}
	past, err := learn(ctx, h)
	if err != nil {
		return nil, nil, err
	}
	base, err := past.baseline(ctx, plan, o)
	return base, past.warnings, err
}

// planDays lays out whole days after the history.
func planDays(h History, first, last interval.Date) (timePlan, error) {
	if err := h.Validate(); err != nil {
		return timePlan{}, fmt.Errorf("impact: %w", err)
	}
	if known := h.last(); !first.After(known) {
		return timePlan{}, fmt.Errorf("impact: %s lies in the history, which ends on %s; ask for later days", first, known)
	}
	g, err := interval.DayGrid(first, last, h.Center.Step, h.Center.Calendar.Location())
	return timePlan{grid: g, first: first, last: last}, err
}

// Learn returns the center's library of effects, learned from its past causes, and
// what each of them did.
func Learn(ctx context.Context, h History) (uplift.Library, []uplift.Estimate, error) {
	if err := h.Validate(); err != nil {
		return uplift.Library{}, nil, fmt.Errorf("impact: %w", err)
	}
	past, err := learn(ctx, h)
	if err != nil {
		return uplift.Library{}, nil, err
	}
	return past.library, past.estimates, nil
}

// Staffing is the requirement of every pool on a grid.
type Staffing struct {
	Grid        interval.Grid
	Pools       []PoolAnswer
	Assumptions []Assumption
	Warnings    []Warning
}

// Staff returns the requirement of every pool on the days first to last without
// any new request. GrossWithout and NetWithout of each pool hold it; the columns
// with a request are the same.
func Staff(ctx context.Context, h History, first, last interval.Date, o Options) (*Staffing, error) {
	o = o.withDefaults()
	plan, err := planDays(h, first, last)
	if err != nil {
		return nil, err
	}
	past, err := learn(ctx, h)
	if err != nil {
		return nil, err
	}
	base, err := past.baseline(ctx, plan, o)
	if err != nil {
		return nil, err
	}
	w := &work{h: h, o: o, plan: plan, past: past, base: base}
	if err := w.staff(ctx); err != nil {
		return nil, err
	}
	if err := w.require(ctx); err != nil {
		return nil, err
	}
	return &Staffing{plan.grid, w.answers, w.assumptions, past.warnings}, nil
}
