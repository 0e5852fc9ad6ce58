package forecast

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// BacktestOptions say from which past days to forecast, and how.
type BacktestOptions struct {
	Options
	// Origins are the last known days; none means Count origins, Every days apart,
	// the last of them 28 days before the end of the history.
	Origins []interval.Date
	Count   int    // 0 means 8
	Every   int    // days; 0 means 13, so that weekdays mix
	History int    // days known before each origin; 0 means all
	Paths   int    // per forecast; 0 means 500
	Seed    uint64 // of the paths
}

const (
	backtestHorizon = 28 // days
	backtestMinimum = 28 // days of history before the first origin
)

// Validate reports every fault of the options at once.
func (o BacktestOptions) Validate() error {
	errs := []error{o.Options.Validate()}
	if o.Count < 0 || o.Every < 0 || o.Paths < 0 || o.History < 0 {
		errs = append(errs, fmt.Errorf("forecast: backtest with %d origins every %d days, %d paths and %d days of history; none may be negative", o.Count, o.Every, o.Paths, o.History))
	}
	if o.Paths > 0 && o.Paths < 40 {
		errs = append(errs, fmt.Errorf("forecast: backtest with %d paths cannot tell a 95 %% band; give 40 or more", o.Paths))
	}
	return errors.Join(errs...)
}

// A BacktestResult holds the scores of the model and of the two naive methods for
// each queue, level and horizon, and what they come to.
type BacktestResult struct {
	Origins     []interval.Date `json:"origins"`
	Scores      []Score         `json:"scores"`
	Verdicts    []Verdict       `json:"verdicts"`
	Calibration []Calibration   `json:"calibration"`
}

// Backtest forecasts 28 days from each origin with what was known then, calendars
// apart, which are known ahead, and scores the result against what came.
func Backtest(ctx context.Context, history []Input, opt BacktestOptions) (BacktestResult, error) {
	if err := opt.Validate(); err != nil {
		return BacktestResult{}, err
	}
	if err := validate(history); err != nil {
		return BacktestResult{}, err
	}
	origins, err := opt.origins(history[0].Series.Grid())
	if err != nil {
		return BacktestResult{}, err
	}
	ledgers := make([][]*ledger, len(origins))
	faults := make([]error, len(origins))
	err = parallel(ctx, len(origins), func(k int) {
		ledgers[k], faults[k] = opt.replay(ctx, history, origins[k])
	})
	if err := errors.Join(append(faults, err)...); err != nil {
		return BacktestResult{}, err
	}
	return settle(history, origins, ledgers), nil
}

// origins returns the last known days in order.
func (o BacktestOptions) origins(g interval.Grid) ([]interval.Date, error) {
	days := g.Days()
	first, last := days[0].Date, days[len(days)-1].Date
	if len(o.Origins) > 0 {
		origins := slices.SortedFunc(slices.Values(o.Origins), interval.Date.Compare)
		for _, d := range origins {
			if d.Sub(first) < 7 || !d.Before(last) {
				return nil, fmt.Errorf("forecast: backtest from %s: the history runs from %s to %s and must hold a week before the origin and a day after it", d, first, last)
			}
		}
		return slices.Compact(origins), nil
	}
	count, every := o.Count, o.Every
	if count == 0 {
		count = 8
	}
	if every == 0 {
		every = 13
	}
	var origins []interval.Date
	for k := range count {
		d := last.AddDays(-backtestHorizon - (count-1-k)*every)
		if d.Sub(first) >= backtestMinimum {
			origins = append(origins, d)
		}
	}
	if len(origins) == 0 {
		return nil, fmt.Errorf("forecast: backtest: %d days of history; it takes %d to learn and %d to compare", len(days), backtestMinimum, backtestHorizon)
	}
	return origins, nil
}

// replay forecasts from one origin and enters the errors of all methods, a
// ledger per queue.
func (o BacktestOptions) replay(ctx context.Context, history []Input, origin interval.Date) ([]*ledger, error) {
	g := history[0].Series.Grid()
	days := g.Days()
	at := origin.Sub(days[0].Date) + 1
	start := 0
	if o.History > 0 {
		start = max(at-o.History, 0)
	}
	known := make([]Input, len(history))
	for k, in := range history {
		known[k] = in
		known[k].Series = in.Series.Window(days[start].Date, origin)
	}
	model, err := Fit(ctx, known, o.Options)
	if err != nil {
		return nil, fmt.Errorf("forecast: backtest from %s: %w", origin, err)
	}
	last := origin.AddDays(backtestHorizon)
	if end := days[len(days)-1].Date; end.Before(last) {
		last = end
	}
	future, err := interval.DayGrid(origin.AddDays(1), last, g.Step(), g.Location())
	if err != nil {
		return nil, err
	}
	n := o.Paths
	if n == 0 {
		n = 500
	}
	paths, err := model.Simulate(ctx, future, n, o.Seed)
	if err != nil {
		return nil, err
	}
	f := newFrame(g)
	out := make([]*ledger, len(history))
	for k, in := range history {
		out[k] = newLedger()
		truth := newPanel(f, in)
		out[k].enter("interval", truth, start, at, pathBands(paths, k))
		out[k].enter("daily", truth.totals(), start, at, dayBands(paths, k))
	}
	return out, nil
}
