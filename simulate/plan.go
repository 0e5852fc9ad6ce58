package simulate

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A plan is everything that is decided before the first call: models of queues
// and agents, the clock of every day, mean and busy demand, realised causes. It
// is read-only while days are played.
type plan struct {
	cfg     Config
	loc     *time.Location
	seed    uint64
	queues  []queueModel
	pools   []string
	agents  []agent
	names   []string // of agents
	answer  sampler  // ringing
	delay   sampler  // of redials
	days    []dayPlan
	effects []effect
}

// A queueModel is a Queue made ready for many calls.
type queueModel struct {
	*Queue
	pool                                  int
	key                                   uint64
	ivr, self, patience, talk, hold, wrap sampler
	reasons, transfers                    ladder
	shapes                                [7][]Knot
}

// A window is a run of time within a day, in ms after its start.
type window struct{ from, to int64 }

func (w window) holds(t int64) bool { return t >= w.from && t < w.to }

// A piece is a window of up to a quarter of an hour, with the minute of the wall
// clock at its middle: the grain of the arrival rate.
type piece struct {
	window
	minute float64
}

// A dayPlan is one day: its clock and its demand.
type dayPlan struct {
	date    interval.Date
	start   int64 // Unix time, ms
	length  int64 // ms; 23 to 25 hours
	open    []window
	outages []window
	pieces  []piece
	usual   []piece   // of the timetable, as if the day were no holiday and had 24 hours
	special bool      // a holiday or a closure
	part    []float64 // by queue: what the hours of the day hold of a usual day
	level   []float64 // by queue: week, season and shortened hours against the volume
	mean    []float64 // by queue: fresh calls expected on a day of average busyness
	busy    []float64 // by queue: with drift and busyness of the day
	after   []float64 // by queue: fresh calls outside opening hours
}

// close returns the end of the last opening of the day, or -1 on a closed day.
func (d *dayPlan) close() int64 {
	if len(d.open) == 0 {
		return -1
	}
	return d.open[len(d.open)-1].to
}

func (d *dayPlan) isOpen(t int64) bool {
	return slices.ContainsFunc(d.open, func(w window) bool { return w.holds(t) })
}

func (d *dayPlan) isOut(t int64) bool {
	return slices.ContainsFunc(d.outages, func(w window) bool { return w.holds(t) })
}

// newPlan checks the arguments of Run and decides everything that is not a call.
func newPlan(ctx context.Context, cfg Config, cal *interval.Calendar, roster []AgentShift, seed uint64) (*plan, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cal == nil {
		return nil, errors.New("simulate: no calendar")
	}
	p := &plan{cfg: cfg, loc: cal.Location(), seed: seed, answer: cfg.Ring.Answer.sampler(), delay: cfg.Redial.Delay.sampler()}
	for i := range p.cfg.Queues {
		p.queues = append(p.queues, p.newQueue(&p.cfg.Queues[i]))
	}
	if len(p.cfg.Queues) > math.MaxInt16 || len(p.cfg.Causes) > math.MaxInt16 {
		return nil, fmt.Errorf("simulate: %d queues and %d causes; at most %d of each", len(p.cfg.Queues), len(p.cfg.Causes), math.MaxInt16)
	}
	var err error
	if p.agents, err = crew(roster, p.pools); err != nil {
		return nil, err
	}
	for _, a := range p.agents {
		p.names = append(p.names, a.name)
	}
	for d := cfg.First; !d.After(cfg.Last); d = d.AddDays(1) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p.days = append(p.days, p.newDay(cal, d))
	}
	p.demand()
	p.effects = p.realise()
	return p, nil
}

func (p *plan) newQueue(q *Queue) queueModel {
	m := queueModel{
		Queue: q, key: keyOf(q.Name), pool: slices.Index(p.pools, q.Pool),
		ivr: q.IVR.sampler(), self: q.SelfService.sampler(), patience: q.Patience.sampler(),
		talk: q.Talk.sampler(), hold: q.Hold.sampler(), wrap: q.Wrap.sampler(),
		reasons: newLadder(q.Reasons), transfers: newLadder(q.Transfers),
	}
	if m.pool < 0 {
		m.pool = len(p.pools)
		p.pools = append(p.pools, q.Pool)
	}
	if n := len(m.reasons); n > 0 {
		m.reasons[n-1] = 1 // the shares sum to 1 up to rounding
	}
	for d, name := range weekdays {
		shape := q.DayShape
		if other, ok := q.DayShapes[name]; ok {
			shape = other
		}
		m.shapes[d] = p.cfg.Shapes[shape]
	}
	return m
}

// newDay lays the opening hours and outages of a day on the absolute time line.
func (p *plan) newDay(cal *interval.Calendar, date interval.Date) dayPlan {
	d := dayPlan{date: date, start: date.Start(p.loc).UnixMilli()}
	d.length = date.AddDays(1).Start(p.loc).UnixMilli() - d.start
	day := cal.Plan(date)
	d.special = day.Holiday != ""
	for _, s := range day.Hours {
		d.open = append(d.open, d.window(s, p.loc))
	}
	d.pieces = cut(d.open, d.start, p.loc)
	var usual []window
	for _, s := range cal.Usual(date) {
		usual = append(usual, window{int64(s.Open) * 60000, int64(s.Close) * 60000})
	}
	d.usual = cut(usual, 0, time.UTC)
	for _, c := range p.cfg.Causes {
		if c.Kind == Outage && !date.Before(c.Date) && !date.After(c.last()) {
			d.outages = append(d.outages, d.window(c.hours(), p.loc))
		}
	}
	return d
}

// last returns the last day of a cause that has given days.
func (c Cause) last() interval.Date {
	if c.End.IsZero() {
		return c.Date
	}
	return c.End
}

// hours returns the time of day of an outage.
func (c Cause) hours() interval.Span {
	if c.To == 0 {
		return interval.Span{Open: int(c.From), Close: 1440}
	}
	return interval.Span{Open: int(c.From), Close: int(c.To)}
}

// window converts wall-clock time of the day. A time that the clocks skip is the
// same distance after the jump; of a repeated hour the first run counts.
func (d *dayPlan) window(s interval.Span, loc *time.Location) window {
	return window{d.instant(s.Open, loc), d.instant(s.Close, loc)}
}

func (d *dayPlan) instant(minute int, loc *time.Location) int64 {
	t := time.Date(d.date.Year(), d.date.Month(), d.date.Day(), 0, minute, 0, 0, loc)
	return max(0, min(d.length, t.UnixMilli()-d.start))
}

// cut divides windows into pieces of a quarter of an hour.
func cut(windows []window, start int64, loc *time.Location) []piece {
	const quarter = 15 * 60 * 1000
	var out []piece
	for _, w := range windows {
		for from := w.from; from < w.to; from += quarter {
			to := min(from+quarter, w.to)
			t := time.UnixMilli(start + (from+to)/2).In(loc)
			out = append(out, piece{window{from, to}, float64(60*t.Hour()+t.Minute()) + float64(t.Second())/60})
		}
	}
	return out
}

// height returns the value of a day shape at a minute of the day.
func height(shape []Knot, minute float64) float64 {
	if minute <= float64(shape[0].At) {
		return shape[0].Weight
	}
	for i := 1; i < len(shape); i++ {
		a, b := shape[i-1], shape[i]
		if minute < float64(b.At) {
			x := (minute - float64(a.At)) / float64(b.At-a.At)
			return a.Weight + x*(b.Weight-a.Weight)
		}
	}
	return shape[len(shape)-1].Weight
}

// mass returns the integral of a day shape over pieces, in weight × ms.
func mass(shape []Knot, pieces []piece) float64 {
	sum := 0.0
	for _, c := range pieces {
		sum += height(shape, c.minute) * float64(c.to-c.from)
	}
	return sum
}
