package forecast

import (
	"math"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// A panel is a table of counts by day and slot, NaN where there is none: the
// ground on which methods are compared. A panel of totals has one slot.
type panel struct {
	first interval.Date
	slots int
	v     []float64
}

func (p *panel) days() int                 { return len(p.v) / p.slots }
func (p *panel) at(day, slot int) float64  { return p.v[day*p.slots+slot] }
func (p *panel) set(day, s int, v float64) { p.v[day*p.slots+s] = v }

func blankPanel(first interval.Date, days, slots int) *panel {
	p := &panel{first, slots, make([]float64, days*slots)}
	for i := range p.v {
		p.v[i] = math.NaN()
	}
	return p
}

// newPanel lays out what was observed while open. The two runs of a repeated hour
// add up.
func newPanel(f *frame, in Input) *panel {
	p := blankPanel(f.days[0].Date, len(f.days), f.slots)
	open := in.Calendar.Open(f.grid)
	daily := oncePerDay(in.Series.States(), f.days)
	for k, d := range f.days {
		for i := d.First; i < d.End; i++ {
			v, state := in.Series.At(i)
			if state != interval.Observed || !open[i] && !daily {
				continue
			}
			if old := p.at(k, f.slot[i]); !math.IsNaN(old) {
				v += old
			}
			p.set(k, f.slot[i], v)
		}
	}
	return p
}

// totals returns the sums of days. A day counts only with as many slots as most
// days of its weekday: a day half observed has no total.
func (p *panel) totals() *panel {
	out := blankPanel(p.first, p.days(), 1)
	var usual [7][]float64
	sums, seen := make([]float64, p.days()), make([]int, p.days())
	for d := range p.days() {
		for s := range p.slots {
			if v := p.at(d, s); !math.IsNaN(v) {
				sums[d] += v
				seen[d]++
			}
		}
		if seen[d] > 0 {
			w := p.first.AddDays(d).Weekday()
			usual[w] = append(usual[w], float64(seen[d]))
		}
	}
	for d := range sums {
		w := p.first.AddDays(d).Weekday()
		if seen[d] > 0 && float64(seen[d]) >= median(slices.Clone(usual[w])) {
			out.set(d, 0, sums[d])
		}
	}
	return out
}

// scale returns the mean absolute difference at seven days within the days start
// to end, the yardstick of MASE (Hyndman and Koehler 2006, IJF 22:679); 0 if there
// is none.
func (p *panel) scale(start, end int) float64 {
	total, n := 0.0, 0.0
	for d := start + 7; d < end; d++ {
		for s := range p.slots {
			if e := math.Abs(p.at(d, s) - p.at(d-7, s)); !math.IsNaN(e) {
				total += e
				n++
			}
		}
	}
	if n == 0 {
		return 0
	}
	return total / n
}

// bandProbs are the quantiles that scores need.
var bandProbs = []float64{0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975}

// A band is the forecast of one count: its mean and its quantiles at bandProbs.
type band struct {
	mean float64
	q    [9]float64
}

// A forecaster tells the band of a slot on a day of the panel.
type forecaster func(day, slot int) (band, bool)

// pathBands reads bands of intervals off paths; day 0 is the first day of the grid.
func pathBands(p *Paths, queue int) forecaster {
	f := newFrame(p.grid)
	bands := map[[2]int]band{}
	mean, q := p.Mean(queue), p.Quantile(queue, bandProbs)
	for k, d := range f.days {
		for i := d.First; i < d.End; i++ {
			b := bands[[2]int{k, f.slot[i]}]
			b.mean += mean[i]
			for j := range b.q {
				b.q[j] += q[i][j]
			}
			bands[[2]int{k, f.slot[i]}] = b
		}
	}
	return func(day, slot int) (band, bool) {
		b, ok := bands[[2]int{day, slot}]
		return b, ok
	}
}

// dayBands reads bands of day totals off paths.
func dayBands(p *Paths, queue int) forecaster {
	totals := p.DayTotals(queue)
	return func(day, _ int) (band, bool) {
		if day >= len(totals) {
			return band{}, false
		}
		var b band
		for _, v := range totals[day] {
			b.mean += float64(v) / float64(p.n)
		}
		for j, v := range Quantiles(slices.Sorted(slices.Values(totals[day])), bandProbs) {
			b.q[j] = float64(v)
		}
		return b, true
	}
}

// naive forecasts a slot by the mean of its last n values on the same weekday
// within the days start to end. Quantiles add the empirical ones of the past errors of the same
// rule on the root scale, on which counts have even spread.
func naive(p *panel, start, end, n int) forecaster {
	var errs []float64
	for d := max(end-16*7, start); d < end; d++ {
		for s := range p.slots {
			v := p.at(d, s)
			if f, ok := p.lastMean(d-7, s, n, start); ok && !math.IsNaN(v) {
				errs = append(errs, math.Sqrt(v)-math.Sqrt(f))
			}
		}
	}
	slices.Sort(errs)
	return func(day, slot int) (band, bool) {
		back := (day-end)/7 + 1 // weeks to the last known day of this weekday
		f, ok := p.lastMean(day-7*back, slot, n, start)
		if !ok || len(errs) == 0 {
			return band{}, false
		}
		b := band{mean: f}
		for j, e := range Quantiles(errs, bandProbs) {
			b.q[j] = sq(max(math.Sqrt(f)+e, 0))
		}
		return b, true
	}
}

// lastMean returns the mean of the last n values of a slot on day, a week before
// it and so on, looking back at most 26 weeks and no further than day stop.
func (p *panel) lastMean(day, slot, n, stop int) (float64, bool) {
	total, k := 0.0, 0
	for d, weeks := day, 0; d >= stop && k < n && weeks < 26; d, weeks = d-7, weeks+1 {
		if v := p.at(d, slot); !math.IsNaN(v) {
			total += v
			k++
		}
	}
	return total / float64(max(k, 1)), k > 0
}
