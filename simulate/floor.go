package simulate

import (
	"context"
	"math/rand/v2"
	"slices"
)

// A floor plays one day: callers, lines and agents. Its memory serves many days.
type floor struct {
	p       *plan
	d       *dayPlan
	day     int
	rng     *rand.Rand
	calls   []call
	order   []uint64 // fresh calls by arrival
	timers  timers
	pools   []pool
	members []member
	lengths []int32 // callers waiting, by queue
	busy    int     // lines in use
	seats   int32   // calls that have entered a line
	out     *result
}

// A pool is the agents who are free and the callers who wait for them.
type pool struct {
	idle    []ticket // longest idle first; entries of agents who moved on are skipped
	line    []int32  // calls by order of entry; calls that are gone are skipped
	gone    int      // entries of line to be skipped
	waiting int      // calls in line, ringing ones included
	load    int      // calls in the automated response on their way here, waiting or ringing
}

type ticket struct {
	agent int32
	stamp uint32
}

// A member is an agent on a day.
type member struct {
	state  memberState
	stamp  uint32
	over   bool  // the shift has ended
	stays  bool  // the shift ends with the day: serves out who waits
	owed   int64 // break not yet taken, ms
	breaks []window
	call   int32
}

type memberState uint8

const (
	away memberState = iota
	idle
	occupied // ringing, talking or in wrap
	paused
)

// play simulates a day. It looks at ctx every thousand steps.
func (f *floor) play(ctx context.Context, day int, out *result) error {
	f.open(day, out)
	next := 0
	for n := 1; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		fresh := next < len(f.order)
		switch {
		case fresh && (len(f.timers.heap) == 0 || int64(f.order[next]>>32) <= f.timers.heap[0].at):
			f.arrive(int32(f.order[next] & 0xffffffff))
			next++
		case len(f.timers.heap) > 0:
			f.do(f.timers.pop())
		default:
			f.finish()
			return nil
		}
	}
}

// open prepares the floor for a day: calls drawn, agents rostered, doors timed.
func (f *floor) open(day int, out *result) {
	f.day, f.d, f.out = day, &f.p.days[day], out
	f.rng = stream(f.p.seed, forFloor, uint64(f.d.date.Number()))
	f.timers.reset()
	f.busy, f.seats = 0, 0
	f.lengths = zeroed(f.lengths, len(f.p.queues))
	f.pools = slices.Grow(f.pools, len(f.p.pools))[:len(f.p.pools)]
	for i := range f.pools {
		f.pools[i] = pool{idle: f.pools[i].idle[:0], line: f.pools[i].line[:0]}
	}
	out.reset(f.p, day)
	f.calls, f.order = f.p.arrivals(day, f.calls[:0], f.order[:0])
	f.signOn()
	for _, w := range f.d.open {
		f.timers.set(w.to+int64(1000*f.p.cfg.ServeOutS), lineCloses, 0, 0)
	}
	f.restarts()
}

func zeroed(s []int32, n int) []int32 {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

func (f *floor) do(t timer) {
	switch t.what {
	case callArrives:
		f.arrive(t.id)
	case callEnters:
		f.enter(t.id, t.at)
	case callContained:
		f.endContained(t.id, t.at)
	case callerLeaves:
		f.giveUp(t.id, t.at)
	case agentAnswers:
		f.connect(t.id, t.at, t.stamp)
	case ringEnds:
		f.ringOut(t.id, t.at, t.stamp)
	case talkEnds:
		f.hangUp(t.id, t.at)
	case wrapEnds:
		f.free(t.id, t.at)
	case shiftStarts:
		f.log(t.at, AddMember, t.id)
		f.free(t.id, t.at)
	case breakStarts:
		f.breakDue(t.id, t.at, t.stamp)
	case breakEnds:
		f.breakOver(t.id, t.at, t.stamp)
	case shiftEnds:
		f.endShift(t.id, t.at)
	case systemStarts:
		f.out.log.Events = append(f.out.log.Events, LogEvent{At: f.d.start + t.at, Queue: -1, Agent: -1, Action: QueueStart})
	case lineCloses:
		f.closeLine(t.at)
	}
}

// arrive takes a call at the door.
func (f *floor) arrive(id int32) {
	c := &f.calls[id]
	t := &f.out.queues[c.Queue]
	if c.Attempt == 1 {
		t.Fresh++
		f.out.count(f.p, c)
	} else {
		t.Redials++
	}
	if f.d.isOut(c.at) {
		t.Lost++
		c.state = done
		f.redial(id, c.at)
		return
	}
	c.order = f.out.contacts
	f.out.contacts++
	switch {
	case !f.d.isOpen(c.at):
		c.IVR = Millis(1000 * f.p.cfg.ClosedMessageS)
		f.end(c, Blocked)
	case f.p.cfg.Lines > 0 && f.busy >= f.p.cfg.Lines:
		c.IVR = Unknown
		f.end(c, Blocked)
		f.redial(id, c.at)
	case c.keeper != nobody:
		f.busy++
		c.IVR += c.self
		f.timers.set(c.at+int64(c.IVR), callContained, id, 0)
	default:
		f.busy++
		f.pool(c).load++
		f.timers.set(c.at+int64(c.IVR), callEnters, id, 0)
	}
}

func (f *floor) pool(c *call) *pool { return &f.pools[f.p.queues[c.Queue].pool] }

// end settles what a call that was not handled leaves in the records.
func (f *floor) end(c *call, o Outcome) {
	c.state, c.Outcome = done, o
	c.Talk, c.Hold, c.Wrap, c.Transfer, c.Reason = Unknown, Unknown, Unknown, -1, -1
	if o != Abandoned {
		c.Wait = Unknown
	}
	if c.keeper >= 0 && o == Contained {
		c.Reason = c.reason // the automated response knows its topic
	}
}

func (f *floor) endContained(id int32, t int64) {
	c := &f.calls[id]
	f.busy--
	f.end(c, Contained)
	if c.keeper >= 0 && f.rng.Float64() < f.p.effects[c.keeper].shape.Repeat {
		f.again(id, t, nobody)
	}
}

// redial lets a caller who did not get through try again.
func (f *floor) redial(id int32, t int64) {
	if f.rng.Float64() < f.p.cfg.Redial.Probability {
		f.again(id, t, f.calls[id].keeper)
	}
}

// again sets a further call of the same caller about the same thing.
func (f *floor) again(id int32, t int64, keeper int16) {
	at := t + int64(f.p.delay.draw(f.rng))
	old := &f.calls[id]
	if int(old.Attempt) >= f.p.cfg.Redial.Attempts || at >= f.d.length {
		return
	}
	c := call{
		Contact: Contact{Arrival: f.d.start + at, Queue: old.Queue, Cause: old.Cause, Caller: old.Caller, Agent: -1, Attempt: old.Attempt + 1},
		at:      at, order: -1, reason: old.reason, keeper: keeper,
	}
	f.p.drawWork(f.rng, &c)
	f.calls = append(f.calls, c)
	f.timers.set(at, callArrives, int32(len(f.calls)-1), 0)
}

// enter puts a caller in the line, or through to an agent who is free.
func (f *floor) enter(id int32, t int64) {
	c := &f.calls[id]
	c.entered, c.state, c.seat = t, waiting, f.seats
	f.seats++
	f.out.queues[c.Queue].Offered++
	f.pool(c).waiting++
	f.lengths[c.Queue]++
	c.position = f.lengths[c.Queue]
	f.logCall(t, Enter, c, c.position)
	if f.refuses(t) {
		f.release(id, t)
		return
	}
	if c.patience != Unknown {
		f.timers.set(t+int64(c.patience), callerLeaves, id, 0)
	}
	p := f.pool(c)
	p.line = append(p.line, id)
	f.match(f.p.queues[c.Queue].pool, t)
}

// refuses reports whether serving out is over: closed, and the last closing is
// longer ago than that takes.
func (f *floor) refuses(t int64) bool {
	if f.d.isOpen(t) {
		return false
	}
	last := int64(0)
	for _, w := range f.d.open {
		if w.to <= t {
			last = w.to
		}
	}
	return t >= last+int64(1000*f.p.cfg.ServeOutS)
}

// giveUp ends the patience of a caller, if the call is still without an answer.
func (f *floor) giveUp(id int32, t int64) {
	c := &f.calls[id]
	if c.state != waiting && c.state != ringing {
		return
	}
	f.unserved(id, t, Abandon)
	f.redial(id, t)
}

// release sends a caller away after closing.
func (f *floor) release(id int32, t int64) {
	f.out.queues[f.calls[id].Queue].Released++
	f.unserved(id, t, Timeout)
}

// unserved takes a caller out of the line without an answer.
func (f *floor) unserved(id int32, t int64, why Action) {
	c := &f.calls[id]
	f.logCall(t, why, c, f.position(c), c.position, f.seconds(c.entered, t))
	c.Wait = Millis(t - c.entered)
	wasRinging := c.state == ringing
	f.leaveLine(c)
	f.end(c, Abandoned)
	f.busy--
	if wasRinging {
		agent := int32(c.Agent)
		c.Agent = -1
		f.free(agent, t)
	} else {
		f.sweep(f.pool(c))
	}
	f.drained(f.p.queues[c.Queue].pool, t)
}

// leaveLine counts a call out of its line and pool.
func (f *floor) leaveLine(c *call) {
	p := f.pool(c)
	p.load--
	p.waiting--
	f.lengths[c.Queue]--
}

// sweep counts one more entry of a line that is to be skipped, and removes them
// all once they are the greater part: a long line stays cheap to search.
func (f *floor) sweep(p *pool) {
	if p.gone++; 2*p.gone <= len(p.line) {
		return
	}
	p.line = slices.DeleteFunc(p.line, func(id int32) bool { return f.calls[id].state != waiting })
	p.gone = 0
}

// position is the place of a call in its own line.
func (f *floor) position(c *call) int32 {
	n := int32(1)
	for _, id := range f.pool(c).line {
		if o := &f.calls[id]; o.Queue == c.Queue && o.state == waiting && o.seat < c.seat {
			n++
		}
	}
	return n
}

// closeLine sends away who still waits when serving out is over.
func (f *floor) closeLine(t int64) {
	if f.d.isOpen(t) {
		return
	}
	for i := range f.pools {
		for {
			id, ok := f.nextInLine(&f.pools[i])
			if !ok {
				break
			}
			f.release(id, t)
		}
		f.goHome(i, t)
	}
}
