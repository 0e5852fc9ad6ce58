package report

import (
	"math"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// noticeable is the share of the largest change of a day that a day's change must
// reach to count as one on which the request acts. What comes later is its tail,
// which is summed up, not shown day by day.
const noticeable = 0.05

// A period is a run of days, both ends included.
type period struct{ first, last interval.Date }

func (p period) holds(d interval.Date) bool { return !d.Before(p.first) && !d.After(p.last) }

// acting is the period in which the request acts: from its start to the last day
// with a noticeable change, or to the end of the horizon where nothing changes.
func acting(a *impact.Assessment) period {
	p := period{a.Request.Start, a.Horizon.Last}
	peak := 0.0
	for _, d := range a.Days {
		peak = max(peak, math.Abs(d.Uplift.Mean))
	}
	if peak == 0 {
		return p
	}
	first := true
	for _, d := range a.Days {
		if math.Abs(d.Uplift.Mean) < noticeable*peak {
			continue
		}
		if p.last = d.Date; first && d.Date.Before(p.first) {
			p.first = d.Date // calls come before the start
		}
		first = false
	}
	return p
}

// shown is the period that charts by day show: from the first day of the horizon
// to the Sunday after the request has acted.
func (r reading) shown() period {
	p := period{r.Horizon.First, mondayOf(r.acts.last).AddDays(6)}
	if len(r.Days) > 0 {
		p.first = r.Days[0].Date
		if last := r.Days[len(r.Days)-1].Date; p.last.After(last) {
			p.last = last
		}
	}
	return p
}

// shownDays are the days of the charts.
func (r reading) shownDays() []impact.DayVolume {
	var out []impact.DayVolume
	for p, i := r.shown(), 0; i < len(r.Days); i++ {
		if p.holds(r.Days[i].Date) {
			out = append(out, r.Days[i])
		}
	}
	return out
}
