package simulate

import (
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// signOn sets the day of every agent who is rostered and present. On a day with
// other hours than usual the shift is cut to them; breaks outside are dropped.
func (f *floor) signOn() {
	f.members = slices.Grow(f.members[:0], len(f.p.agents))[:len(f.p.agents)]
	for i := range f.p.agents {
		a, m := &f.p.agents[i], &f.members[i]
		*m = member{breaks: m.breaks[:0]}
		shift := a.shifts[f.d.date.Weekday()]
		if shift == nil || len(f.d.open) == 0 {
			continue
		}
		if stream(f.p.seed, forAbsence, uint64(f.d.date.Number()), a.key).Float64() < f.p.cfg.Absence {
			continue
		}
		w := f.d.window(shift.Span, f.p.loc)
		w.from, w.to = max(w.from, f.d.open[0].from), min(w.to, f.d.close())
		if w.from >= w.to {
			continue
		}
		m.stays = w.to == f.d.close()
		f.timers.set(w.from, shiftStarts, int32(i), 0)
		f.timers.set(w.to, shiftEnds, int32(i), 0)
		f.setBreaks(int32(i), shift.Breaks, w)
	}
}

func (f *floor) setBreaks(id int32, breaks []interval.Span, shift window) {
	m := &f.members[id]
	for _, b := range breaks {
		w := f.d.window(b, f.p.loc)
		if w.from >= shift.from && w.to <= shift.to && w.from < w.to {
			f.timers.set(w.from, breakStarts, id, uint32(len(m.breaks)))
			m.breaks = append(m.breaks, w)
		}
	}
}

// match gives callers to agents while there are both.
func (f *floor) match(pool int, t int64) {
	p := &f.pools[pool]
	for p.waiting > 0 && len(p.idle) > 0 {
		k := p.idle[0]
		if m := &f.members[k.agent]; m.state != idle || m.stamp != k.stamp {
			p.idle = dropFirst(p.idle)
			continue
		}
		id, ok := f.nextInLine(p)
		if !ok {
			return
		}
		p.idle = dropFirst(p.idle)
		f.ring(k.agent, id, t)
	}
}

// dropFirst drops the first element and keeps the memory.
func dropFirst[T any](s []T) []T { return s[:copy(s, s[1:])] }

// nextInLine takes the caller who has waited longest out of the line.
func (f *floor) nextInLine(p *pool) (int32, bool) {
	for len(p.line) > 0 {
		id := p.line[0]
		p.line = dropFirst(p.line)
		if f.calls[id].state == waiting {
			return id, true
		}
		p.gone--
	}
	return 0, false
}

// ring offers a call to an agent.
func (f *floor) ring(agent, id int32, t int64) {
	c, m := &f.calls[id], &f.members[agent]
	m.state, m.call = occupied, id
	m.stamp++
	c.state, c.Agent = ringing, int16(agent)
	c.stamp++
	if f.p.cfg.Ring.NoAnswer > 0 && f.rng.Float64() < f.p.cfg.Ring.NoAnswer {
		f.timers.set(t+int64(1000*f.p.cfg.Ring.TimeoutS), ringEnds, id, c.stamp)
		return
	}
	if wait := f.p.answer.draw(f.rng); wait > 0 {
		c.Wait = wait // for the log, until the call is answered
		f.timers.set(t+int64(wait), agentAnswers, id, c.stamp)
		return
	}
	c.Wait = 0
	f.connect(id, t, c.stamp)
}

// connect starts the conversation.
func (f *floor) connect(id int32, t int64, stamp uint32) {
	c := &f.calls[id]
	if c.state != ringing || c.stamp != stamp {
		return
	}
	ring := f.seconds(t-int64(c.Wait), t)
	c.Wait = Millis(t - c.entered)
	f.leaveLine(c)
	c.state = talking
	f.logCall(t, Connect, c, f.seconds(c.entered, t), ring)
	f.timers.set(t+int64(c.Talk)+int64(c.Hold), talkEnds, id, 0)
	f.drained(f.p.queues[c.Queue].pool, t)
}

// ringOut returns a call that nobody answered to its place in the line. The agent
// is free again and goes to the end of the others.
func (f *floor) ringOut(id int32, t int64, stamp uint32) {
	c := &f.calls[id]
	if c.state != ringing || c.stamp != stamp {
		return
	}
	f.logCall(t, NoAnswer, c, int32(1000*f.p.cfg.Ring.TimeoutS))
	agent := int32(c.Agent)
	c.Agent, c.state = -1, waiting
	pool := f.p.queues[c.Queue].pool
	line := f.pools[pool].line
	at := 0
	for at < len(line) && f.calls[line[at]].seat < c.seat {
		at++
	}
	f.pools[pool].line = slices.Insert(line, at, id)
	if f.refuses(t) {
		f.release(id, t)
	}
	f.match(pool, t)
	f.free(agent, t)
}

// hangUp ends the conversation and starts the wrap.
func (f *floor) hangUp(id int32, t int64) {
	c := &f.calls[id]
	call := f.seconds(t-int64(c.Talk)-int64(c.Hold), t)
	wait := f.seconds(c.entered, c.entered+int64(c.Wait))
	switch {
	case c.Transfer >= 0:
		f.logCall(t, Transfer, c, wait, call, c.position, int32(c.Transfer))
	case c.byAgent:
		f.logCall(t, CompleteAgent, c, wait, call, c.position)
	default:
		f.logCall(t, CompleteCaller, c, wait, call, c.position)
	}
	f.busy--
	c.state, c.Outcome, c.Reason = done, Handled, -1
	if c.coded {
		c.Reason = c.reason
	}
	f.timers.set(t+int64(c.Wrap), wrapEnds, int32(c.Agent), 0)
}

// free decides what an agent does who has nothing to do.
func (f *floor) free(id int32, t int64) {
	m := &f.members[id]
	pool := f.p.agents[id].pool
	m.stamp++
	switch {
	case m.over && !f.keeps(m, pool, t):
		f.leave(id, t)
	case m.owed > 0 && !m.over:
		f.pause(id, t)
	default:
		m.state = idle
		f.pools[pool].idle = append(f.pools[pool].idle, ticket{id, m.stamp})
		f.match(pool, t)
	}
}

// keeps reports whether an agent stays after the shift to serve out who waits.
func (f *floor) keeps(m *member, pool int, t int64) bool {
	return m.stays && f.pools[pool].load > 0 && !f.refuses(t)
}

func (f *floor) leave(id int32, t int64) {
	m := &f.members[id]
	m.state = away
	m.stamp++
	f.log(t, RemoveMember, id)
}

// drained sends agents home who stayed for a pool that has nobody left to serve.
func (f *floor) drained(pool int, t int64) {
	if f.pools[pool].load == 0 && t >= f.d.close() {
		f.goHome(pool, t)
	}
}

// goHome lets every idle agent of a pool leave whose shift is over.
func (f *floor) goHome(pool int, t int64) {
	for i := range f.members {
		m := &f.members[i]
		if f.p.agents[i].pool == pool && m.state == idle && m.over {
			f.leave(int32(i), t)
		}
	}
}

func (f *floor) endShift(id int32, t int64) {
	m := &f.members[id]
	m.over = true
	switch {
	case m.state == paused:
		f.log(t, Unpause, id)
		f.free(id, t)
	case m.state == idle && !f.keeps(m, f.p.agents[id].pool, t):
		f.leave(id, t)
	}
}

func (f *floor) breakDue(id int32, t int64, which uint32) {
	m := &f.members[id]
	w := m.breaks[which]
	m.owed += w.to - w.from
	if m.state == idle {
		f.pause(id, t)
	}
}

// pause starts all of the break that an agent is owed.
func (f *floor) pause(id int32, t int64) {
	m := &f.members[id]
	m.state = paused
	m.stamp++
	f.timers.set(t+m.owed, breakEnds, id, m.stamp)
	m.owed = 0
	f.log(t, Pause, id)
}

func (f *floor) breakOver(id int32, t int64, stamp uint32) {
	if m := &f.members[id]; m.state != paused || m.stamp != stamp {
		return
	}
	f.log(t, Unpause, id)
	f.free(id, t)
}
