package impact

import (
	"context"
	"fmt"
	"strings"

	"github.com/ringtide/ringtide/forecast"
)

// A handleTime is what a contact of one queue takes: the same for all, or as forecast for
// each path and interval.
type handleTime struct {
	mean     float64                  // seconds, over the baseline's contacts
	forecast *forecast.HandleForecast // nil: mean for all
	model    *forecast.HandleModel    // what forecasts it
	queue    string
}

// at returns the seconds of a contact in an interval of the grid on a path.
func (h handleTime) at(path, i int) float32 {
	if h.forecast == nil {
		return float32(h.mean)
	}
	return h.forecast.Seconds(path, i)
}

// on returns the handle time of other paths.
func (h handleTime) on(ctx context.Context, base *forecast.Paths, seed uint64) (handleTime, error) {
	if h.model == nil {
		return h, nil
	}
	var err error
	if h.forecast, err = h.model.Forecast(ctx, base, h.queue, seed); err != nil {
		return handleTime{}, fmt.Errorf("impact: %w", err)
	}
	return h, nil
}

// handleTimes returns the handle times of all queues, in the order of the history: forecast
// from the records where they tell them interval by interval, else as handleTime says.
func (w *work) handleTimes(ctx context.Context) ([]handleTime, error) {
	out := make([]handleTime, len(w.h.Queues))
	err := each(ctx, len(out), func(_, k int) (err error) {
		out[k], err = w.handleTimeOf(ctx, w.h.Queues[k])
		return err
	})
	if err != nil {
		return nil, err
	}
	var told []string
	for k, q := range w.h.Queues {
		if f := out[k].forecast; f != nil {
			told = append(told, fmt.Sprintf("%s %.0f s (%.0f to %.0f)", q.Queue, f.Mean, f.Low, f.High))
		}
	}
	if len(told) > 0 {
		w.assume("aht-forecast", "Handle times", strings.Join(told, ", "),
			"talk, hold and wrap of the records, by weekday and time of day, with the level of the last weeks and its drift; mean and the range of 9 in 10 futures",
			"staffing and minutes grow in proportion to them")
	}
	return out, nil
}

func (w *work) handleTimeOf(ctx context.Context, q QueueHistory) (handleTime, error) {
	if len(q.Handle) == 0 {
		return handleTime{mean: w.handleTime(q)}, nil
	}
	m, err := forecast.FitHandle(ctx, []forecast.HandleInput{{Queue: q.Queue, Parts: q.Handle}})
	if err != nil {
		return handleTime{}, fmt.Errorf("impact: %w", err)
	}
	h, err := handleTime{model: m, queue: q.Queue}.on(ctx, w.base, w.o.Seed)
	if err != nil {
		return handleTime{}, err
	}
	h.mean = w.meanHandleTime(w.base.QueueIndex(q.Queue), h.forecast)
	return h, nil
}

// meanHandleTime returns the seconds per contact of a queue over all paths and intervals;
// where nobody calls, those of the last months.
func (w *work) meanHandleTime(queue int, f *forecast.HandleForecast) float64 {
	calls, seconds := 0.0, 0.0
	for path := range w.base.Len() {
		for i, rate := range w.base.Rates(path, queue) {
			if rate > 0 {
				calls += float64(rate)
				seconds += float64(float64(rate) * float64(f.Seconds(path, i)))
			}
		}
	}
	if calls == 0 {
		return f.Mean
	}
	return seconds / calls
}
