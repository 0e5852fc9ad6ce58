package simulate

import (
	"math"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// demand fills in the calls of every day without causes: first the mean, with the
// rebound of what closures kept away, then drift and busyness.
func (p *plan) demand() {
	days := len(p.days)
	for i := range p.days {
		d := &p.days[i]
		for _, v := range []*[]float64{&d.part, &d.level, &d.mean, &d.busy, &d.after} {
			*v = make([]float64, len(p.queues))
		}
	}
	for q := range p.queues {
		waiting := 0.0
		for i := range days {
			waiting = p.meanDemand(i, q, waiting)
		}
	}
	drift := 0.0
	for i := range p.days {
		d := &p.days[i]
		r := stream(p.seed, forDrift, uint64(d.date.Number()))
		step := r.NormFloat64()
		if i == 0 {
			drift = p.cfg.Drift.SD * step
		} else {
			a := p.cfg.Drift.Persistence
			drift = a*drift + p.cfg.Drift.SD*math.Sqrt(1-a*a)*step
		}
		level := math.Exp(drift-p.cfg.Drift.SD*p.cfg.Drift.SD/2) * busyness(r, p.cfg.DayCV)
		for q := range p.queues {
			own := busyness(stream(p.seed, forBusyness, uint64(d.date.Number()), p.queues[q].key), p.queues[q].DayCV)
			d.busy[q] = d.mean[q] * level * own
			d.after[q] *= level * own
		}
	}
}

// meanDemand sets the mean of one day and queue. It takes the calls that earlier
// closures kept away and that are still to come, and returns those left over.
func (p *plan) meanDemand(i, q int, waiting float64) float64 {
	d, m := &p.days[i], &p.queues[q]
	season := m.season(d.date, p.cfg.First)
	full := m.Week.On(d.date.Weekday()) * season
	d.part[q] = p.openPart(i, q)
	d.level[q] = full * d.part[q]
	d.after[q] = p.cfg.AfterHours * m.Volume * season
	back := waiting * p.cfg.Rebound.Pace * p.attendance(i, q)
	d.mean[q] = m.Volume*d.level[q] + back
	kept := d.mean[q] * p.outageShare(i, q)
	if d.special {
		kept += m.Volume * max(0, full-d.level[q])
	}
	return waiting - back + p.cfg.Rebound.Share*kept
}

// openPart is the part of the calls of a usual day that the hours of the day hold:
// 1 on most days, 0 on a closed one.
func (p *plan) openPart(i, q int) float64 {
	d := &p.days[i]
	actual := mass(p.queues[q].shapes[d.date.Weekday()], d.pieces)
	if actual == 0 {
		return 0
	}
	if usual := mass(p.queues[q].shapes[d.date.Weekday()], d.usual); usual > 0 {
		return actual / usual
	}
	return 1 // open on a weekday that is usually closed
}

// season is the factor of a day for the month and the years since the start.
func (m *queueModel) season(d, first interval.Date) float64 {
	f := math.Pow(1+m.Growth, float64(d.Sub(first))/365.25)
	if len(m.Year) == 0 {
		return f
	}
	// The factors stand at mid-month; between them the year is linear and closed.
	x := float64(d.Month()) - 1 + (float64(d.Day())-0.5)/float64(daysIn(d)) - 0.5
	at := math.Floor(x)
	a, b := m.Year[(int(at)+12)%12], m.Year[(int(at)+13)%12]
	return f * (a + (x-at)*(b-a))
}

func daysIn(d interval.Date) int {
	return time.Date(d.Year(), d.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// attendance tells which part of the people who want to call on a day find the
// center open: its level without the season, at most 1.
func (p *plan) attendance(i, q int) float64 {
	d := &p.days[i]
	return min(1, p.queues[q].Week.On(d.date.Weekday())*d.part[q])
}

// outageShare is the part of a day's calls of a queue that an outage swallows.
func (p *plan) outageShare(i, q int) float64 {
	d, m := &p.days[i], &p.queues[q]
	if len(d.outages) == 0 || len(d.pieces) == 0 {
		return 0
	}
	lost, all := 0.0, 0.0
	for _, c := range d.pieces {
		h := height(m.shapes[d.date.Weekday()], c.minute)
		all += h * float64(c.to-c.from)
		for _, o := range d.outages {
			lost += h * float64(max(0, min(o.to, c.to)-max(o.from, c.from)))
		}
	}
	return min(1, lost/all)
}
