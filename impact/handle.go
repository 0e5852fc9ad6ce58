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
}

// at returns the seconds of a contact in an interval of the grid on a path.
func (h handleTime) at(path, i int) float32 {
	if h.forecast == nil {
		return float32(h.mean)
	}
	return h.forecast.Seconds(path, i)
}

// handleTimes returns the handle times of all queues, in the order of the history: forecast
// from the records where they tell them interval by interval, else as handleTime says.
func (w *work) handleTimes(ctx context.Context) ([]handleTime, error) {
	out := make([]handleTime, len(w.h.Queues))
	var told []string
	for k, q := range w.h.Queues {
		if len(q.Handle) == 0 {
			out[k].mean = w.handleTime(q)
			continue
		}
		m, err := forecast.FitHandle(ctx, []forecast.HandleInput{{Queue: q.Queue, Parts: q.Handle}})
		if err != nil {
			return nil, fmt.Errorf("impact: %w", err)
		}
		if out[k].forecast, err = m.Forecast(ctx, w.base, q.Queue, w.o.Seed); err != nil {
			return nil, fmt.Errorf("impact: %w", err)
		}
		f := out[k].forecast
		out[k].mean = w.meanHandleTime(w.base.QueueIndex(q.Queue), f)
		told = append(told, fmt.Sprintf("%s %.0f s (%.0f to %.0f)", q.Queue, f.Mean, f.Low, f.High))
	}
	if len(told) > 0 {
		w.assume("aht-forecast", "Handle times", strings.Join(told, ", "),
			"talk, hold and wrap of the records, by weekday and time of day, with the level of the last weeks and its drift; mean and the range of 9 in 10 futures",
			"staffing and minutes grow in proportion to them")
	}
	return out, nil
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
