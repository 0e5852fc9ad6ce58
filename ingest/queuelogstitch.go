package ingest

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/ringtide/ringtide/lake"
)

// callWindow is how long after its channel came up a call can enter its first queue: what lies
// further apart is a name that was used twice, or a clock that was wrong.
const callWindow = 24 * time.Hour

// A visit is the events of one stay in one queue, in order. The first is the entry, or
// the number dialled and then the entry.
type visit struct {
	events []*leg
	enter  *leg
	dialed string
}

func (v *visit) end() *leg {
	for _, ev := range v.events {
		if closes(ev.Kind) {
			return ev
		}
	}
	return nil
}

func closes(kind int64) bool { return kind >= eventComplete && kind <= eventFailed }

func (v *visit) find(kind int64) *leg {
	for _, ev := range v.events {
		if ev.Kind == kind {
			return ev
		}
	}
	return nil
}

// visitsOf cuts the events of a contact into visits, and counts the events that belong to none:
// their beginning is in no file loaded so far. Each visit follows from its own events
// alone, so it does not matter which others are known.
func visitsOf(legs []leg) (visits []visit, held int64) {
	var dialed *leg
	for _, ev := range inOrder(legs) {
		last := len(visits) - 1
		switch {
		case ev.Kind == eventDID:
			dialed = ev
		case ev.Kind == eventEnter:
			v := visit{enter: ev, events: make([]*leg, 0, 4)}
			if dialed != nil {
				v.events, v.dialed = append(v.events, dialed), dialed.To
			}
			v.events = append(v.events, ev)
			visits, dialed = append(visits, v), nil
		case last >= 0 && visits[last].enter.Queue == ev.Queue:
			visits[last].events = append(visits[last].events, ev)
		default:
			held++
		}
	}
	return visits, held
}

// inOrder sorts events by time. A log has seconds, and a caller can leave a queue and
// enter the next within one: of events with one time, those of the queue the caller
// is in come first, in the order of a call, and then the entries.
func inOrder(legs []leg) []*leg {
	sorted := make([]*leg, len(legs))
	for i := range legs {
		sorted[i] = &legs[i]
	}
	slices.SortFunc(sorted, func(a, b *leg) int {
		if d := cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Kind, b.Kind)); d != 0 {
			return d
		}
		return cmp.Or(cmp.Compare(a.Queue, b.Queue), bytes.Compare(a.Agent[:], b.Agent[:]),
			cmp.Compare(a.Wait, b.Wait), cmp.Compare(a.Talk, b.Talk), cmp.Compare(a.To, b.To), bytes.Compare(a.Caller[:], b.Caller[:]))
	})
	in, open := "", false
	for i := range sorted {
		// Bring the first event that fits the state to place i, among those of its time.
		for k := i; k < len(sorted) && sorted[k].At == sorted[i].At; k++ {
			if inside := sorted[k].Kind > eventEnter; inside == open && (!inside || sorted[k].Queue == in) {
				ev := sorted[k]
				copy(sorted[i+1:k+1], sorted[i:k])
				sorted[i] = ev
				break
			}
		}
		switch ev := sorted[i]; {
		case ev.Kind == eventEnter:
			in, open = ev.Queue, true
		case closes(ev.Kind) && ev.Queue == in:
			open = false
		}
	}
	return sorted
}

// stitchQueueLog makes a visit for each time a caller entered a queue. Asterisk's name of a call
// begins with the second in which the call came in; the time from there to the first queue
// is the menu.
func stitchQueueLog(legs []leg) []lake.Contact {
	visits, _ := visitsOf(legs)
	if len(visits) == 0 {
		return nil
	}
	first := visits[0].enter
	arrival, ivr := first.At, lake.NoMillis
	if epoch, ok := born(first.Contact); ok {
		if ahead := first.At - lake.Micros(epoch*1e6); ahead >= 0 && ahead <= lake.Micros(callWindow.Microseconds()) {
			arrival, ivr = lake.Micros(epoch*1e6), lake.Millis(ahead/1000)
		}
	}
	contacts := make([]lake.Contact, len(visits))
	for i := range visits {
		c := &contacts[i]
		*c = lake.NewContact("", "")
		c.Arrival, c.Quality, c.Caller = arrival, first.When, first.Caller
		if i == 0 {
			c.IVR = ivr
		}
		visits[i].describe(c)
	}
	return contacts
}

// describe fills in what happened in the visit.
func (v *visit) describe(c *lake.Contact) {
	c.Queue, c.QueueNative, c.DNIS, c.Queued = v.enter.Queue, v.enter.Queue, v.dialed, v.enter.At
	connect, end := v.find(eventConnect), v.end()
	wait, talk := lake.NoMillis, lake.NoMillis
	if connect != nil {
		c.Answered, c.Agent, c.Ring = connect.At, connect.Agent, connect.Ring
		wait, c.Flags = connect.Wait, c.Flags|connect.Fact
	}
	switch {
	case end == nil && connect == nil:
		c.Outcome = lake.OutcomeOpen
	case end == nil:
		c.Outcome = lake.OutcomeHandled
		c.Flags |= lake.FlagNoEnd
	default:
		c.Ended, wait, talk = end.At, max(wait, end.Wait), end.Talk
		c.Outcome, c.Flags = outcomeOf(end.Kind), c.Flags|end.Fact
		if wait == lake.NoMillis && connect == nil && end.Fact&lake.FlagTooLong == 0 {
			d, flag := tame(int64(end.At-v.enter.At)/1e6*1000, defaultMax.Milliseconds())
			wait, c.Flags = d, c.Flags|flag
		}
		if c.Outcome == lake.OutcomeHandled && c.Agent == (lake.Key{}) {
			c.Agent = end.Agent
		}
	}
	if end != nil && (end.Kind == eventBlind || end.Kind == eventAttended) {
		c.Transfer, c.TransferTo = lake.BlindTransfer, end.To
		if end.Kind == eventAttended {
			c.Transfer = lake.AttendedTransfer
		}
	}
	if c.Wait = wait; c.Outcome == lake.OutcomeHandled {
		c.Talk = talk
	}
}

func outcomeOf(kind int64) lake.Outcome {
	switch kind {
	case eventAbandon:
		return lake.OutcomeAbandoned
	case eventExit:
		return lake.OutcomeOverflowed
	case eventFailed:
		return lake.OutcomeUnknown
	}
	return lake.OutcomeHandled
}

// heldEvents counts the events that are part of no visit.
func heldEvents(legs []leg) int64 {
	if legs[0].Kind <= eventEnter && len(legs) == 1 {
		return 0
	}
	_, held := visitsOf(legs)
	return held
}
