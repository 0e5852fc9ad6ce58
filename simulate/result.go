package simulate

import (
	"math"
	"slices"
)

// A result is what one day leaves: its records, not yet numbered, and its truth.
type result struct {
	log      DayLog
	contacts int32
	day      int
	queues   []QueueDay
	causes   []causeCount // by cause and queue
	next     int64        // start of the next day: later events belong to its log
}

type causeCount struct{ calls, queued int }

func (r *result) reset(p *plan, day int) {
	d := &p.days[day]
	r.log.Date, r.log.Location, r.log.Config, r.log.Agents = d.date, p.loc, &p.cfg, p.names
	r.log.Contacts, r.log.Events = r.log.Contacts[:0], r.log.Events[:0]
	r.contacts, r.day = 0, day
	r.next = d.start + d.length
	r.queues = make([]QueueDay, len(p.queues)) // kept by the truth
	for q := range r.queues {
		r.queues[q] = QueueDay{Queue: p.queues[q].Name, Mean: round6(d.mean[q]), Rate: round6(d.busy[q])}
		for k := range p.effects {
			r.queues[q].Effect += p.effects[k].queued[day][q]
			r.queues[q].Added += p.effects[k].calls[day][q]
		}
		r.queues[q].Effect, r.queues[q].Added = round6(r.queues[q].Effect), round6(r.queues[q].Added)
	}
	r.causes = slices.Grow(r.causes[:0], len(p.effects)*len(p.queues))[:len(p.effects)*len(p.queues)]
	clear(r.causes)
}

// round6 keeps the truth file free of the last bits, which differ by processor.
func round6(x float64) float64 { return math.Round(x*1e6) / 1e6 }

// count books a fresh call for the causes that brought it or took it away.
func (r *result) count(p *plan, c *call) {
	own := c.keeper != ownQueue
	book := func(k int16, calls int) {
		n := &r.causes[int(k)*len(p.queues)+int(c.Queue)]
		n.calls += max(0, calls)
		if own {
			n.queued += calls
		}
	}
	if c.Cause >= 0 {
		book(c.Cause, 1)
	}
	d := &p.days[r.day]
	switch {
	case !d.isOpen(c.at):
	case d.isOut(c.at):
		for k := range p.effects {
			if p.effects[k].on(d.date) {
				book(int16(k), -1)
				return
			}
		}
	case c.keeper >= 0:
		book(c.keeper, -1)
	}
}

// finish puts the contacts in order and adds up what became of them.
func (f *floor) finish() {
	log := &f.out.log
	n := int(f.out.contacts)
	log.Contacts = slices.Grow(log.Contacts, n)[:n]
	for i := range f.calls {
		c := &f.calls[i]
		if c.order < 0 {
			continue
		}
		c.Serial = serialOf(c.order)
		log.Contacts[c.order] = c.Contact
		f.out.queues[c.Queue].add(&c.Contact, Millis(1000*f.p.cfg.AnswerTargetS))
	}
}

// serialOf numbers the channels of a day: each caller has one, and the agent's leg the next.
func serialOf(order int32) uint64 { return 2 * uint64(order) }

// seconds is the difference of two times as whole epoch seconds tell it.
func (f *floor) seconds(from, to int64) int32 {
	return int32((f.d.start+to)/1000 - (f.d.start+from)/1000)
}

func (f *floor) logCall(t int64, what Action, c *call, p ...int32) {
	e := LogEvent{At: f.d.start + t, Serial: serialOf(c.order), Arrival: c.Arrival, Caller: c.Caller, Queue: c.Queue, Agent: -1, Action: what}
	if what >= NoAnswer && what <= Transfer {
		e.Agent = c.Agent
	}
	copy(e.P[:], p)
	f.out.log.Events = append(f.out.log.Events, e)
}

// log writes an event of an agent in each queue of the pool.
func (f *floor) log(t int64, what Action, agent int32) {
	for q := range f.p.queues {
		if f.p.queues[q].pool == f.p.agents[agent].pool {
			f.out.log.Events = append(f.out.log.Events, LogEvent{At: f.d.start + t, Queue: int16(q), Agent: int16(agent), Action: what})
		}
	}
}

// restarts logs the start of the phone system: on the first day and after an outage.
func (f *floor) restarts() {
	var at []int64
	if f.day == 0 {
		at = append(at, 0)
	}
	for _, o := range f.d.outages {
		at = append(at, o.to)
	}
	for _, t := range at {
		f.timers.set(t, systemStarts, 0, 0)
	}
}
