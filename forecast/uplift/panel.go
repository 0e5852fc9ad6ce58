package uplift

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// queueDays is the history of one queue in days.
type queueDays struct {
	name  string
	run   dayRun
	ok    []bool    // the day's total is known
	total []float64 // calls of the day
	rows  []int     // open days, known or not: the time steps of the base model
	row   []int     // day to row, -1 when closed
	known []int     // rows with a known total
	part  []float64 // open intervals of the day as a part of the usual number for its weekday
	mean  float64   // mean calls of a known day
}

// newQueueDays sums a queue's history over days. A day is closed when no interval
// of it is observed or missing, or when the calendar closes it and nobody called.
// A day with missing intervals is scaled up by the queue's profile where at least
// half of it was seen, else unknown.
func newQueueDays(in forecast.Input) (*queueDays, error) {
	daily := in.Series.Daily()
	if len(daily) == 0 {
		return nil, fmt.Errorf("uplift: queue %q has no days", in.Queue)
	}
	n := len(daily)
	q := &queueDays{name: in.Queue, run: dayRun{daily[0].Day.Date, make([]bool, n), nil},
		ok: make([]bool, n), total: make([]float64, n), row: make([]int, n), part: make([]float64, n)}
	q.run.setRoom(in.Calendar)
	seen := seenShare(in, daily)
	for i, d := range daily {
		q.row[i] = -1
		closed := d.Open+d.Missing == 0 || d.Total == 0 && d.Missing == 0 && in.Calendar != nil && in.Calendar.Plan(d.Day.Date).Closed()
		if closed {
			continue
		}
		q.run.open[i] = true
		q.row[i] = len(q.rows)
		if seen[i] >= .5 {
			q.ok[i] = true
			q.total[i] = d.Total / seen[i]
			q.known = append(q.known, len(q.rows))
			q.mean += q.total[i]
		}
		q.rows = append(q.rows, i)
	}
	if len(q.known) == 0 {
		return nil, fmt.Errorf("uplift: queue %q has no day with known calls", in.Queue)
	}
	q.mean = max(q.mean/float64(len(q.known)), 1e-3)
	q.setParts(daily)
	return q, nil
}

// setParts compares each day's open intervals with the median of its weekday.
func (q *queueDays) setParts(daily []interval.DayTotal) {
	var byWeekday [7][]float64
	for _, i := range q.rows {
		w := daily[i].Day.Date.Weekday()
		byWeekday[w] = append(byWeekday[w], float64(daily[i].Open+daily[i].Missing))
	}
	var usual [7]float64
	for w, open := range byWeekday {
		if len(open) > 0 {
			usual[w] = median(open)
		}
	}
	for _, i := range q.rows {
		q.part[i] = float64(daily[i].Open+daily[i].Missing) / usual[daily[i].Day.Date.Weekday()]
	}
}

// seenShare returns, per day, the share of calls that its observed intervals
// usually hold: 1 on a day without missing intervals.
func seenShare(in forecast.Input, daily []interval.DayTotal) []float64 {
	byMinute := map[int]float64{}
	for i := range in.Series.Len() {
		v, _ := in.Series.At(i)
		byMinute[in.Series.Grid().Minute(i)] += v
	}
	out := make([]float64, len(daily))
	for k, d := range daily {
		if d.Missing == 0 {
			out[k] = 1
			continue
		}
		seen, all := 0.0, 0.0
		for i := d.Day.First; i < d.Day.End; i++ {
			m := byMinute[in.Series.Grid().Minute(i)]
			switch _, state := in.Series.At(i); state {
			case interval.Observed:
				seen, all = seen+m, all+m
			case interval.Missing:
				all += m
			}
		}
		if all > 0 {
			out[k] = seen / all
		}
	}
	return out
}

func median(v []float64) float64 {
	s := sorted(v)
	if len(s) == 0 {
		return math.NaN()
	}
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

func sortedDays(m map[interval.Date]float64) []interval.Date {
	return slices.SortedFunc(maps.Keys(m), interval.Date.Compare)
}
