package ingest

import (
	"slices"

	"github.com/ringtide/ringtide/lake"
)

// stitchAsteriskCEL makes a visit for each queue that a caller entered, or one where there
// was none.
func stitchAsteriskCEL(legs []leg) []lake.Contact {
	base := lake.NewContact("", "")
	base.Arrival, base.Quality = legs[0].At, legs[0].When
	ended := lake.Micros(0)
	var enters []int
	rang := false
	for i, g := range legs {
		base.Flags |= g.Fact
		rang = rang || g.Kind&(celEvent|celPerson) == celStart|celPerson
		switch g.Kind & (celEvent | celOwn) {
		case celStart | celOwn:
			base.Arrival, base.Quality, base.DNIS, base.Caller = g.At, g.When, g.DNIS, g.Caller
			switch {
			case g.Kind&celOutbound != 0:
				base.Direction = lake.Outbound
			case g.Kind&celInternal != 0:
				base.Direction = lake.Internal
			}
		case celIncall | celOwn:
			base.Direction = lake.Inbound
		case celOutcall | celOwn:
			if !rang { // not forwarded there after somebody was called
				base.Direction = lake.Outbound
			}
		case celHangup | celOwn:
			ended = max(ended, g.At)
		}
		if g.Kind&celEvent == celEnd {
			ended = max(ended, g.At)
		}
		if g.Queue != "" {
			enters = append(enters, i)
		}
	}
	if base.Direction != lake.Inbound {
		base.DNIS, base.Caller = "", lake.Key{}
	}
	if len(enters) == 0 {
		return []lake.Contact{celVisit(base, legs, ended, false)}
	}
	var visits []lake.Contact
	for n, i := range enters {
		c, to := base, len(legs)
		c.Queue, c.QueueNative, c.Queued = legs[i].Queue, legs[i].Queue, legs[i].At
		if n == 0 {
			c.IVR, c.Flags = celSpan(c.Flags, c.Arrival, c.Queued)
		}
		end := ended
		if n+1 < len(enters) {
			to = enters[n+1]
			end = legs[to].At
		}
		visits = append(visits, celVisit(c, legs[i:to], end, n+1 < len(enters)))
	}
	return visits
}

func celSpan(flags lake.Flags, from, to lake.Micros) (lake.Millis, lake.Flags) {
	v, flag := tame(int64(to-from)/1000, defaultMax.Milliseconds())
	return v, flags | flag
}

// celVisit says what became of a stay; on tells that the caller went on to another queue.
func celVisit(c lake.Contact, legs []leg, ended lake.Micros, on bool) lake.Contact {
	c.Ended = ended
	has := func(kind int64) bool {
		return slices.ContainsFunc(legs, func(g leg) bool { return g.Kind&kind == kind && g.Kind&celEvent == kind&celEvent })
	}
	if has(celStart|celPerson) && c.Queue == "" && c.Direction == lake.Inbound {
		c.Queue, c.QueueNative = c.DNIS, c.DNIS // callers wait on the number they dialled
	}
	person, answered := celAgent(legs)
	switch {
	case has(celBlocked):
		c.Outcome = lake.OutcomeBlocked
	case answered != 0:
		c.Outcome, c.Answered, c.Agent = lake.OutcomeHandled, answered, person.Agent
		celService(&c, legs, person.Link)
		return c
	case ended == 0:
		c.Outcome = lake.OutcomeOpen
	case on:
		c.Outcome = lake.OutcomeOverflowed
	case c.Queue != "" || has(celStart|celPerson):
		c.Outcome = lake.OutcomeAbandoned
	case has(celAnswer | celOwn):
		c.Outcome = lake.OutcomeContained
	case ended-c.Arrival < 1e6:
		c.Outcome = lake.OutcomeGhost
	default:
		c.Outcome = lake.OutcomeAbandoned
	}
	if c.Outcome == lake.OutcomeAbandoned || c.Outcome == lake.OutcomeOverflowed {
		c.Wait, c.Flags = celSpan(c.Flags, max(c.Queued, c.Arrival), ended)
	}
	return c
}

// celAgent returns the first person who spoke with the caller, and since when: a telephone that
// answered and, where the log has bridges, came into one.
func celAgent(legs []leg) (person leg, since lake.Micros) {
	answered := map[string]bool{}
	bridges := slices.ContainsFunc(legs, func(g leg) bool { return g.Kind&celEvent == celEnter && g.Kind&celPerson != 0 })
	for _, g := range legs {
		if g.Kind&celPerson == 0 {
			continue
		}
		switch g.Kind & celEvent {
		case celAnswer:
			answered[g.Link] = true
			if !bridges {
				return g, g.At
			}
		case celEnter:
			if answered[g.Link] {
				return g, g.At
			}
		}
	}
	return leg{}, 0
}

// celService fills in wait, hold and talk of the person who answered first, and whether the
// caller was passed on.
func celService(c *lake.Contact, legs []leg, channel string) {
	c.Wait, c.Flags = celSpan(c.Flags, max(c.Queued, c.Arrival), c.Answered)
	left, held, since := lake.Micros(0), lake.Micros(0), lake.Micros(0)
	for _, g := range legs {
		switch kind := g.Kind & celEvent; {
		case kind == celHold && since == 0:
			since = g.At
		case kind == celUnhold && since != 0:
			held, since = held+g.At-since, 0
		case kind == celBlind:
			c.Transfer = lake.BlindTransfer
		case kind == celAttended:
			c.Transfer = lake.AttendedTransfer
		case g.Link == channel && (kind == celExit || kind == celHangup):
			left = max(left, g.At)
		}
	}
	if left == 0 {
		if left = c.Ended; left == 0 {
			c.Flags |= lake.FlagNoEnd
			return
		}
	}
	if since != 0 && left > since { // the call ended on hold
		held += left - since
	}
	var hold lake.Millis
	hold, c.Flags = celSpan(c.Flags, 0, held)
	c.Hold = hold
	c.Talk, c.Flags = celSpan(c.Flags, c.Answered+held, left)
}
