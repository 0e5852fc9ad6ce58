package ingest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/lake"
)

// A stitcher gathers the events of contacts and makes visits of them. What it keeps
// after a load, the events of visits without beginning or end, goes into the lake as
// the state of the source: a log that is cut amid a call gives the same contacts
// whether its parts are loaded together or apart, and in whatever order.
type stitcher struct {
	source  string
	zone    *wall
	naive   bool
	calls   map[string]*call
	dirty   bool
	sweptAt int64
}

// A call is the events of one contact that are not yet part of a stored visit.
type call struct {
	events []event
	last   int64 // time of the newest
	file   *file // that brought the newest; nil when none came in this load
	line   int64
}

// callWindow is how long a contact may be silent and still go on. It bounds what is kept in
// memory: the visits of older calls are stored as they stand.
const callWindow = 24 * time.Hour

// stitcher returns the stitcher of a source, with what earlier loads left.
func (l *load) stitcher(source string) (*stitcher, error) {
	if s := l.logs[source]; s != nil {
		return s, nil
	}
	s := &stitcher{source: source, calls: map[string]*call{}, naive: l.opts.Zone == nil, sweptAt: math.MinInt64}
	s.zone = &wall{loc: time.UTC}
	if !s.naive {
		s.zone.loc = l.opts.Zone
	}
	state, err := l.lk.State(source)
	if err == nil && state != nil {
		err = s.restore(state)
	}
	if err != nil {
		return nil, fmt.Errorf("ingest: calls kept for %s: %w", source, err)
	}
	l.logs[source] = s
	return s, nil
}

// add keeps an event; it is false for one that is there already. Ringing is not kept.
func (s *stitcher) add(f *file, line int64, id string, ev event) bool {
	if ev.Kind == eventRing {
		return true
	}
	c := s.calls[id]
	if c == nil {
		c = &call{}
		s.calls[id] = c
	}
	if slices.Contains(c.events, ev) {
		return false
	}
	c.events = append(c.events, ev)
	c.last, c.file, c.line = max(c.last, ev.At), f, line
	s.dirty = true
	return true
}

// sweep stores the finished visits of calls that ended long before now.
func (s *stitcher) sweep(w *lake.Writer, now int64) error {
	if now < s.sweptAt {
		return nil
	}
	window := callWindow.Microseconds()
	s.sweptAt = now + window/4
	for id, c := range s.calls {
		if c.file == nil || now-c.last < window {
			continue
		}
		visits, rest := stitch(c.events)
		c.events = rest
		for _, v := range visits {
			if !v.ended() {
				c.events = append(c.events, v.events...)
			} else if err := s.store(w, id, c, v); err != nil {
				return err
			}
		}
		if len(c.events) == 0 {
			delete(s.calls, id)
		}
	}
	return nil
}

// finish stores every visit that this load touched, as far as it goes, and keeps what is
// unfinished for the next load.
func (s *stitcher) finish(source string, w *lake.Writer) error {
	for id, c := range s.calls {
		if c.file == nil {
			continue
		}
		visits, rest := stitch(c.events)
		c.events = rest
		for _, ev := range rest {
			if ev.Kind != eventDID {
				c.file.report.Held++
			}
		}
		for _, v := range visits {
			if !v.ended() {
				c.events = append(c.events, v.events...)
			}
			if err := s.store(w, id, c, v); err != nil {
				return err
			}
		}
		if len(c.events) == 0 {
			delete(s.calls, id)
		}
	}
	if !s.dirty {
		return nil
	}
	state, err := s.state()
	if err != nil {
		return err
	}
	return w.SetState(source, state)
}

// A visit is the events of one stay in one queue, in order. The first is the entry, or
// the number dialled and then the entry.
type visit struct {
	events []event
	enter  event
	dialed string
}

// ended reports whether an event closes the visit.
func (v *visit) ended() bool { return v.end() != nil }

func (v *visit) end() *event {
	for i := range v.events {
		if v.events[i].Kind.closing() {
			return &v.events[i]
		}
	}
	return nil
}

func (k eventKind) closing() bool { return k >= eventComplete && k <= eventFailed }

func (v *visit) find(kind eventKind) *event {
	for i := range v.events {
		if v.events[i].Kind == kind {
			return &v.events[i]
		}
	}
	return nil
}

// stitch cuts the events of a contact into visits; rest is what belongs to none. Each visit
// follows from its own events alone, so it does not matter which others are known.
func stitch(events []event) (visits []visit, rest []event) {
	var dialed []event
	for _, ev := range inOrder(events) {
		last := len(visits) - 1
		switch {
		case ev.Kind == eventDID:
			rest, dialed = append(rest, dialed...), []event{ev}
		case ev.Kind == eventEnter:
			v := visit{enter: ev, events: append(dialed, ev)}
			if len(dialed) > 0 {
				v.dialed = dialed[0].To
			}
			visits, dialed = append(visits, v), nil
		case last >= 0 && visits[last].enter.Queue == ev.Queue:
			visits[last].events = append(visits[last].events, ev)
		default:
			rest = append(rest, ev)
		}
	}
	return visits, append(rest, dialed...)
}

// inOrder sorts events by time. A log has seconds, and a caller can leave a queue and
// enter the next within one: of events with one time, those of the queue the caller
// is in come first, in the order of a call, and then the entries.
func inOrder(events []event) []event {
	sorted := slices.Clone(events)
	slices.SortFunc(sorted, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Queue, b.Queue),
			bytes.Compare(a.Agent[:], b.Agent[:]), cmp.Compare(a.Wait, b.Wait), cmp.Compare(a.Talk, b.Talk), cmp.Compare(a.To, b.To))
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
		case ev.Kind.closing() && ev.Queue == in:
			open = false
		}
	}
	return sorted
}

// contact makes the visit a contact. Asterisk's name of a call begins with the second in
// which the call came in; the time from there to the queue is the menu.
func (s *stitcher) contact(id string, v visit) lake.Contact {
	c := lake.NewContact(s.source, id)
	c.Visit, c.Visits = 0, 0
	c.Queue, c.QueueNative, c.DNIS = v.enter.Queue, v.enter.Queue, v.dialed
	c.Queued, c.Arrival, c.Quality = lake.Micros(v.enter.At), lake.Micros(v.enter.At), lake.Second
	if epoch, ok := born(id); ok {
		if ivr := v.enter.At - epoch*1e6; ivr >= 0 && ivr <= callWindow.Microseconds() {
			c.Arrival, c.IVR = lake.Micros(epoch*1e6), lake.Millis(ivr/1000)
		}
	}
	seconds := floorSeconds(int64(c.Arrival))
	c.Offset, c.Fold = int32(s.zone.at(seconds)), s.zone.fold(seconds)
	s.course(&c, v)
	return c
}

// course fills in what happened after the entry.
func (s *stitcher) course(c *lake.Contact, v visit) {
	connect, end := v.find(eventConnect), v.end()
	wait, talk := int64(-1), int64(-1)
	if connect != nil {
		c.Answered, c.Agent = lake.Micros(connect.At), connect.Agent
		wait = connect.Wait
		setSeconds(c, &c.Ring, connect.Ring)
	}
	switch {
	case end == nil && connect == nil:
		c.Outcome = lake.OutcomeOpen
	case end == nil:
		c.Outcome = lake.OutcomeHandled
		c.Flags |= lake.FlagNoEnd
	default:
		c.Ended, wait, talk = lake.Micros(end.At), max(wait, end.Wait), end.Talk
		c.Outcome = outcomeOf(end.Kind)
		if wait < 0 && connect == nil {
			wait = (end.At - v.enter.At) / 1e6
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
	setSeconds(c, &c.Wait, wait)
	if c.Outcome == lake.OutcomeHandled {
		setSeconds(c, &c.Talk, talk)
	}
}

func outcomeOf(k eventKind) lake.Outcome {
	switch k {
	case eventAbandon:
		return lake.OutcomeAbandoned
	case eventExit:
		return lake.OutcomeOverflowed
	case eventFailed:
		return lake.OutcomeUnknown
	}
	return lake.OutcomeHandled
}

// setSeconds enters a duration that may be unknown or absurd.
func setSeconds(c *lake.Contact, into *lake.Millis, seconds int64) {
	if seconds < 0 {
		return
	}
	v, flag := tame(seconds*1000, defaultMax.Milliseconds())
	*into = v
	c.Flags |= flag
}

// store hands a visit to the lake in the name of the line that last told of its call.
func (s *stitcher) store(w *lake.Writer, id string, from *call, v visit) error {
	c := s.contact(id, v)
	if err := w.Add(from.file.input, from.line, &c); err != nil {
		return fmt.Errorf("ingest: %s, line %d: %w", from.file.report.Name, from.line, err)
	}
	from.file.note(from.line, &c)
	return nil
}

// kept is the state as it lies in the lake.
type kept struct {
	Version int                `json:"version"`
	Calls   map[string][]event `json:"calls"`
}

func (s *stitcher) state() ([]byte, error) {
	k := kept{Version: 1, Calls: map[string][]event{}}
	for id, c := range s.calls {
		k.Calls[id] = inOrder(c.events)
	}
	if len(k.Calls) == 0 {
		return nil, nil
	}
	return json.Marshal(k)
}

func (s *stitcher) restore(state []byte) error {
	var k kept
	if err := json.Unmarshal(state, &k); err != nil {
		return err
	}
	if k.Version != 1 {
		return fmt.Errorf("version %d; this program reads version 1", k.Version)
	}
	for id, events := range k.Calls {
		c := &call{events: events}
		for _, ev := range events {
			c.last = max(c.last, ev.At)
		}
		s.calls[id] = c
	}
	return nil
}
