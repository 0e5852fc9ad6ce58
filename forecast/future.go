package forecast

import (
	"math"

	"github.com/ringtide/ringtide/interval"
)

// A future is what all paths of one queue share: the calendar of the days to
// come, the center and width of each day's level, and its usual spread.
type future struct {
	q    *queueModel
	key  uint64
	days []futureDay
}

// A futureDay is one day after the history. Levels are logs of the calls of a
// usual day of its weekday.
type futureDay struct {
	index  int // days since the first day of the history
	open   bool
	x      []float64 // terms of the regression
	main   float64   // level by the regression
	carry  float64   // what the end of the last day adds to it
	center float64   // level by the combination
	width  float64   // factor on departures from the center
	sd     float64   // of a prediction error
	gain   drift     // what of the error stays
	signal float64   // share of a prediction error that is not counting noise, as a root
	sin    float64   // effect of one sd of an unseen season, and below of its other half
	cos    float64

	line     []float64 // shares of the slots
	size     float64   // what the day has of a usual day
	cells    []int     // open intervals of the grid
	root     []float64 // √share of each, for the factors to bend
	loads    []float64 // cells × factors
	share    []float64 // of the day's size
	part     float64   // sum of share: 1 unless the grid cuts the day
	scale    float64   // usual calls, to choose days of like volume
	openDays int       // open days since the history, this one included
}

// foresee lays out the days from the end of the history to the end of g.
func (q *queueModel) foresee(f *frame, open []bool, opt Options) *future {
	fu := &future{q: q, key: nameKey(q.name)}
	start := q.frame.days[0].Date
	last := f.days[len(f.days)-1].Date
	known := len(q.days)
	infos := describe(q.cal, start.AddDays(known), known, last.Sub(start)+1-known)
	lead := f.days[0].Date.Sub(start) - known // future days before the grid
	filter := q.day.main.end.clone()
	today := newDayInfo(start.AddDays(known-1), known-1)
	openDays := 0
	for k, info := range infos {
		d := futureDay{index: info.index, open: info.open(), scale: q.volume[info.weekday]}
		if d.open {
			openDays++
			d.openDays = openDays
			q.foreseeLevel(&d, info, k+1, openDays == 1, opt)
			q.foreseeNoise(&d, filter)
			d.sin, d.cos = q.day.away(today, info)
			if k >= lead {
				q.foreseeCells(&d, info, f, f.days[k-lead], open)
			}
		}
		filter.step(nil, 0, false)
		fu.days = append(fu.days, d)
	}
	return fu
}

// foreseeLevel sets the center of a day h days ahead.
func (q *queueModel) foreseeLevel(d *futureDay, info dayInfo, h int, first bool, opt Options) {
	d.x = make([]float64, len(q.day.main.terms))
	q.day.main.fill(d.x, info)
	var plain []float64
	if q.day.plain != nil {
		plain = make([]float64, len(q.day.plain.terms))
		q.day.plain.fill(plain, info)
	}
	t := target{info, d.x, plain, h}
	logs := q.day.now.logs(t)
	d.line = q.day.line(t, first)
	d.carry = q.day.now.carried(h)
	d.main = logs[0] - d.carry
	d.center, d.width = q.day.center(logs, h, first)
	d.width *= q.day.mood[len(q.day.mood)-1]
	d.size = q.size(info.plan) * q.boost(info.plan, opt.Carry)
}

// size returns the part of a usual day that the plan is open for.
func (q *queueModel) size(plan interval.Plan) float64 {
	if q.daily {
		return openShare(q.cal, plan)
	}
	minutes := 1440 / q.slots
	size := 0.0
	for s, share := range q.profile.share[plan.Date.Weekday()] {
		if overlaps(plan.Hours, s*minutes, minutes) {
			size += share
		}
	}
	return size
}

// foreseeNoise runs the filter over a day that will be seen: its uncertainty
// does not depend on what is seen.
func (q *queueModel) foreseeNoise(d *futureDay, f *filter) {
	count := q.shape.w / math.Exp(min(max(d.center, -5), 20)) / max(d.size, 1e-6)
	total := f.doubt.sum() + f.day + count
	d.sd = math.Sqrt(total)
	d.gain = f.doubt.gain(total)
	d.signal = math.Sqrt((f.doubt.sum() + f.day) / total)
	f.doubt = f.doubt.less(d.gain, total)
}

// foreseeCells spreads the day over the open intervals that the grid has of it.
// Shares are of the whole day: a day cut by the grid gets only its part.
func (q *queueModel) foreseeCells(d *futureDay, info dayInfo, f *frame, day interval.Day, open []bool) {
	line := d.line
	if line == nil {
		line = q.profile.share[info.weekday]
	}
	whole := q.size(info.plan)
	if q.daily { // spread the line over the hours of the day
		whole = 0
		for s, v := range line {
			if overlaps(info.plan.Hours, s*1440/f.slots, 1440/f.slots) {
				whole += v
			}
		}
	}
	for i := day.First; i < day.End; i++ {
		if !open[i] || whole <= 0 {
			continue
		}
		s := f.slot[i]
		share := line[s] / whole
		bent := line[s] - q.shape.extra[s] // E[(√a + noise)²] is the share again
		d.cells, d.share = append(d.cells, i), append(d.share, share)
		d.part += share
		for _, load := range q.shape.load {
			d.loads = append(d.loads, load[s])
		}
		d.root = append(d.root, math.Sqrt(max(bent, line[s]/4)))
	}
}
