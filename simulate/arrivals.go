package simulate

import (
	"math"
	"math/rand/v2"
	"slices"
)

// numbers is how many caller numbers there are: 2000000 to 9999999.
const numbers = 8_000_000

// A call is a contact in the making. What it will need is drawn when it arrives,
// so that it stays the same call whatever the floor does to it.
type call struct {
	Contact         // the durations are those drawn until the call is over
	at       int64  // arrival, ms after the start of the day
	entered  int64  // into the line
	patience Millis // Unknown: endless
	self     Millis // further time in the automated response, if contained
	order    int32  // among the recorded contacts of the day
	seat     int32  // order of entering the line
	position int32  // in its line, at entry
	reason   int16  // noted or not
	keeper   int16  // cause that contains it, or one of the two below
	stamp    uint32 // rises with each ringing agent
	state    callState
	coded    bool // the agent will note the reason
	byAgent  bool // the agent will hang up first
}

const (
	nobody   int16 = -1 // the call is not contained
	ownQueue int16 = -2 // the queue's own automated response contains it
)

type callState uint8

const (
	inIVR callState = iota
	waiting
	ringing
	talking
	done
)

// newCall draws a call of a queue; cause is -1 for one that would come anyway.
func (p *plan) newCall(r *rand.Rand, day, q, cause int, at int64) call {
	m := &p.queues[q]
	c := call{
		Contact: Contact{Arrival: p.days[day].start + at, Queue: int16(q), Cause: int16(cause), Agent: -1, Attempt: 1},
		at:      at, order: -1, keeper: nobody,
	}
	c.Caller = p.caller(r)
	c.reason = m.reasons.pick(r.Float64())
	if cause >= 0 && p.effects[cause].topic[q] >= 0 {
		c.reason = p.effects[cause].topic[q]
	}
	c.keeper = p.contained(r, day, q, c.reason)
	p.drawWork(r, &c)
	return c
}

// drawWork draws what the call will ask of the floor.
func (p *plan) drawWork(r *rand.Rand, c *call) {
	m := &p.queues[c.Queue]
	c.IVR, c.self = m.ivr.draw(r), m.self.draw(r)
	c.patience = Unknown
	if m.patience.mean > 0 {
		c.patience = m.patience.draw(r)
	}
	c.Talk, c.Hold, c.Wrap = m.talk.draw(r), 0, m.wrap.draw(r)
	if c.Cause >= 0 {
		if f := p.effects[c.Cause].TalkFactor; f > 0 {
			c.Talk = Millis(math.Round(float64(c.Talk) * f))
		}
	}
	if r.Float64() < m.HoldShare {
		c.Hold = m.hold.draw(r)
	}
	c.Transfer = m.transfers.pick(r.Float64())
	c.coded = r.Float64() < m.Coded
	c.byAgent = r.Float64() < 0.35
}

// contained decides who, if anybody, ends the call in the automated response. It
// takes two draws whatever the causes are: a cause must not disturb other calls.
func (p *plan) contained(r *rand.Rand, day, q int, reason int16) int16 {
	own, u := r.Float64(), r.Float64()
	if own < p.queues[q].Containment {
		return ownQueue
	}
	for k := range p.effects {
		e := &p.effects[k]
		if e.Kind != RouteToIVR || reason < 0 || e.topic[q] != reason {
			continue
		}
		part := e.contain[day] * e.share[q]
		if u < part {
			return e.index
		}
		u = (u - part) / (1 - part) // uniform again, for the next cause
	}
	return nobody
}

// caller draws a number. The power makes some people call far more often than
// others; the multiplier, prime to numbers, scatters them over the area code.
func (p *plan) caller(r *rand.Rand) uint32 {
	if r.Float64() < p.cfg.Callers.Withheld {
		return 0
	}
	u := r.Float64()
	n := uint64(float64(p.cfg.Callers.Population) * u * math.Sqrt(u))
	return uint32(2_000_000 + n*5_555_553%numbers)
}

// arrivals appends the fresh calls of a day to calls, and to order their indexes
// by time of arrival.
func (p *plan) arrivals(day int, calls []call, order []uint64) ([]call, []uint64) {
	d := &p.days[day]
	date := uint64(d.date.Number())
	for q := range p.queues {
		m := &p.queues[q]
		shape := m.shapes[d.date.Weekday()]
		r := stream(p.seed, forArrivals, date, m.key)
		calls = p.poisson(r, calls, day, q, -1, d.busy[q], p.hourly(r, d, shape, m.HourCV))
		for k := range p.effects {
			e := &p.effects[k]
			if e.calls[day][q] == 0 {
				continue
			}
			r := stream(p.seed, forCauseArrivals, date, m.key, e.key)
			calls = p.poisson(r, calls, day, q, k, e.calls[day][q], e.profile(d, shape))
		}
		calls = p.lateCalls(stream(p.seed, forAfterHours, date, m.key), calls, day, q)
	}
	for i := range calls {
		order = append(order, uint64(calls[i].at)<<32|uint64(i))
	}
	slices.Sort(order)
	return calls, order
}

// hourly returns the relative mass of each piece of a day, with the busyness of
// each hour; without busyness it would sum to 1.
func (p *plan) hourly(r *rand.Rand, d *dayPlan, shape []Knot, cv float64) []float64 {
	out := make([]float64, len(d.pieces))
	all := mass(shape, d.pieces)
	hour, factor := -1, 1.0
	for i, c := range d.pieces {
		if h := int(c.minute) / 60; h != hour {
			hour, factor = h, busyness(r, cv)
		}
		out[i] = height(shape, c.minute) * float64(c.to-c.from) / all * factor
	}
	return out
}

// profile returns the relative mass of each piece for the calls of a cause. An
// event with a pulse starts at From on its first day and halves every PulseM minutes.
func (e *effect) profile(d *dayPlan, shape []Knot) []float64 {
	out := make([]float64, len(d.pieces))
	sum := 0.0
	for i, c := range d.pieces {
		h := height(shape, c.minute)
		if e.PulseM > 0 && d.date == e.Date {
			since := c.minute - float64(e.From)
			h = math.Exp2(-since / e.PulseM)
			if since < 0 {
				h = 0
			}
		}
		out[i] = h * float64(c.to-c.from)
		sum += out[i]
	}
	if sum == 0 { // the pulse starts after closing: its calls come by the usual shape
		return (&effect{Cause: &Cause{}}).profile(d, shape)
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// poisson appends the points of a Poisson process with mean × weights[i] points
// expected in piece i. Method: unit-rate arrivals mapped through the inverse of
// the cumulated rate (Çınlar, Introduction to Stochastic Processes, 1975, ch. 4).
func (p *plan) poisson(r *rand.Rand, calls []call, day, q, cause int, mean float64, weights []float64) []call {
	if mean == 0 {
		return calls
	}
	next := r.ExpFloat64()
	for i, c := range p.days[day].pieces {
		area := mean * weights[i]
		for next < area {
			at := c.from + int64(next/area*float64(c.to-c.from))
			calls = append(calls, p.newCall(r, day, q, cause, min(at, c.to-1)))
			next += r.ExpFloat64()
		}
		next -= area
	}
	return calls
}

// lateCalls appends the calls outside opening hours, between 06:00 and 22:00.
func (p *plan) lateCalls(r *rand.Rand, calls []call, day, q int) []call {
	const from, to = 6 * 3_600_000, 22 * 3_600_000
	d := &p.days[day]
	if d.after[q] == 0 {
		return calls
	}
	for at := 0.0; ; {
		at += r.ExpFloat64() / d.after[q] * (to - from)
		if at >= to-from {
			return calls
		}
		if t := from + int64(at); !d.isOpen(t) {
			calls = append(calls, p.newCall(r, day, q, -1, t))
		}
	}
}
