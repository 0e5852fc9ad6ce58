package lake

import (
	"context"
	"math"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// A ReviewQuery says which days of the lake to look over, as after a load.
type ReviewQuery struct {
	TallyQuery // Step, First, Last (both required), Location and declared outages

	Calendars map[string]*interval.Calendar // by queue, and of AllQueues; a queue without one never closes
	Known     []string                      // queues that the center has; nil where that is not known
}

// MostReviewDays is how many days a review looks over, the last ones of a longer span.
const MostReviewDays = 400

// A Review is what a person should look at after a load: days with too few or too many
// contacts, days without, and queues that the center does not know.
type Review struct {
	First    interval.Date   `json:"first"`
	Last     interval.Date   `json:"last"`
	Zone     string          `json:"zone"`
	Days     []ReviewDay     `json:"days"`
	Gaps     []Gap           `json:"gaps"` // missing intervals of the queues and of the center
	Unmapped []UnmappedQueue `json:"unmapped"`
}

// A ReviewDay is a queue, or the center, on a local day. Of the intervals of the day Open are
// observed, Zero of them with nobody offered; Missing are open and nothing is known of them.
// A day without any of the two is closed.
type ReviewDay struct {
	Queue   string        `json:"queue"`
	Day     interval.Date `json:"day"`
	Offered int64         `json:"offered"`
	Open    int           `json:"open"`
	Zero    int           `json:"zero"`
	Missing int           `json:"missing"`
	Usual   *float64      `json:"usual,omitempty"` // median of the same weekday; nil where fewer than minUsual are known
	Outlier bool          `json:"outlier"`
}

// Closed reports whether the day has no open interval.
func (d *ReviewDay) Closed() bool { return d.Open+d.Missing == 0 }

// An UnmappedQueue has contacts or interval reports in the lake and is no queue of the center.
type UnmappedQueue struct {
	Queue string `json:"queue"`
	Rows  int64  `json:"rows"` // visits in the lake, of all days
}

const (
	usualWeeks = 8 // same weekdays that a day is held against, the nearest ones
	minUsual   = 4

	// A score above it is an outlier: Iglewicz and Hoaglin, How to Detect and Handle Outliers
	// (1993), who take 0.6745 times the distance from the median over the median distance.
	outlierScore  = 3.5
	outlierFactor = 0.6745
)

// Review looks the days over. Days of which a part is missing are no outliers, nor are they held
// against others.
func (l *Lake) Review(ctx context.Context, q ReviewQuery) (Review, error) {
	if q.Last.Sub(q.First) >= MostReviewDays {
		q.First = q.Last.AddDays(1 - MostReviewDays)
	}
	r := Review{First: q.First, Last: q.Last, Zone: q.Location.String(), Days: []ReviewDay{}, Gaps: []Gap{}, Unmapped: []UnmappedQueue{}}
	q.Measures = []Measure{Offered}
	m := l.man.Load()
	window, err := l.tallyOf(ctx, m, q.TallyQuery)
	if err != nil {
		return r, err
	}
	q.First, q.Last = q.First.AddDays(-7*usualWeeks), q.Last.AddDays(7*usualWeeks)
	around, err := l.tallyOf(ctx, m, q.TallyQuery)
	if err != nil {
		return r, err
	}
	for _, queue := range append([]string{AllQueues}, window.Queues()...) {
		gaps, err := window.Gaps(queue, q.Calendars[queue])
		if err != nil {
			return r, err
		}
		r.Gaps = append(r.Gaps, gaps...)
		s, err := around.Series(queue, Offered, q.Calendars[queue])
		if err != nil {
			return r, err
		}
		r.Days = append(r.Days, reviewDays(queue, s, r.First, r.Last)...)
	}
	if q.Known != nil {
		r.Unmapped = m.unmapped(q.Known)
	}
	return r, nil
}

// reviewDays holds each day from first to last against the same weekdays around it.
func reviewDays(queue string, s interval.Series, first, last interval.Date) []ReviewDay {
	daily := s.Daily()
	var out []ReviewDay
	for i, d := range daily {
		if d.Day.Date.Before(first) || d.Day.Date.After(last) {
			continue
		}
		r := ReviewDay{Queue: queue, Day: d.Day.Date, Offered: int64(math.Round(d.Total)), Open: d.Open, Missing: d.Missing}
		for k := d.Day.First; k < d.Day.End; k++ {
			if v, state := s.At(k); state == interval.Observed && v == 0 {
				r.Zero++
			}
		}
		if others := sameWeekdays(daily, i); len(others) >= minUsual {
			usual := median(others)
			r.Usual = &usual
			r.Outlier = r.Open > 0 && r.Missing == 0 && isOutlier(d.Total, usual, others)
		}
		out = append(out, r)
	}
	return out
}

// sameWeekdays returns the totals of the whole days nearest to day i that are weeks apart.
func sameWeekdays(daily []interval.DayTotal, i int) []float64 {
	var out []float64
	for weeks := 1; weeks <= usualWeeks && len(out) < usualWeeks; weeks++ {
		for _, k := range [...]int{i - 7*weeks, i + 7*weeks} {
			if k >= 0 && k < len(daily) && daily[k].Open > 0 && daily[k].Missing == 0 && len(out) < usualWeeks {
				out = append(out, daily[k].Total)
			}
		}
	}
	return out
}

// isOutlier scores a day. Counts scatter by the root of their mean at least, so that the
// spread of a few days that happen to be alike is not taken for all of it.
func isOutlier(x, usual float64, others []float64) bool {
	distances := make([]float64, len(others))
	for i, o := range others {
		distances[i] = math.Abs(o - usual)
	}
	spread := max(median(distances)/outlierFactor, math.Sqrt(max(usual, 1)))
	return math.Abs(x-usual) > outlierScore*spread
}

func median(xs []float64) float64 {
	xs = slices.Sorted(slices.Values(xs))
	n := len(xs)
	if n%2 == 1 {
		return xs[n/2]
	}
	return (xs[n/2-1] + xs[n/2]) / 2
}

// unmapped lists the queues that are not among those known, by name.
func (m *manifest) unmapped(known []string) []UnmappedQueue {
	rows := map[string]int64{}
	for _, f := range m.Files {
		for queue, outcomes := range f.Queues {
			for _, n := range outcomes {
				rows[queue] += n
			}
		}
	}
	for _, queue := range m.factQueues() {
		rows[queue] += 0
	}
	out := []UnmappedQueue{}
	for queue, n := range rows {
		if queue != "" && !slices.Contains(known, queue) {
			out = append(out, UnmappedQueue{queue, n})
		}
	}
	slices.SortFunc(out, func(a, b UnmappedQueue) int {
		if a.Queue < b.Queue {
			return -1
		}
		return 1
	})
	return out
}
