package ingest

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strconv"
	"time"

	"github.com/ringtide/ringtide/lake"
)

var queueLog = format{
	name:  FormatQueueLog,
	title: "Asterisk queue_log",
	tells: "arrival, queue, number dialled, time in the menu, wait, ring, talk, outcome, transfers, agent",
	lacks: "callers refused at a full queue, hold, wrap-up",

	source: "asterisk", version: 1,
	detect: func(h *head) bool { return queueLogLine.Match(h.line) },
	read:   (*load).readQueueLog,
}

var queueLogLine = regexp.MustCompile(`^\d{9,11}(\.\d+)?\|[^|]*\|[^|]*\|[^|]*\|[A-Z][A-Z0-9_]+(\||$)`)

// An eventKind is what an event of the log means for a visit.
type eventKind uint8

const (
	eventDID      eventKind = iota + 1 // number dialled; belongs to the visit that follows
	eventEnter                         // a caller enters a queue
	eventConnect                       // an agent answers
	eventComplete                      // agent or caller ends the call
	eventAbandon                       // the caller gives up
	eventExit                          // the queue's rules send the caller on
	eventBlind                         // the agent passes the call on
	eventAttended
	eventFailed // answered, and dropped by the system at once
	eventRing   // an agent's telephone rang in vain; says nothing about the caller
)

var eventKinds = map[string]eventKind{
	"DID": eventDID, "ENTERQUEUE": eventEnter, "CONNECT": eventConnect,
	"COMPLETEAGENT": eventComplete, "COMPLETECALLER": eventComplete,
	"ABANDON": eventAbandon, "EXITWITHTIMEOUT": eventExit, "EXITWITHKEY": eventExit, "EXITEMPTY": eventExit,
	"TRANSFER": eventBlind, "BLINDTRANSFER": eventBlind, "ATTENDEDTRANSFER": eventAttended,
	"SYSCOMPAT": eventFailed, "RINGNOANSWER": eventRing, "RINGCANCELED": eventRing,
}

// An event is one line of the log that tells of a contact, without who called. Events are
// compared with ==: the same line twice is the same event.
type event struct {
	At    int64     `json:"at"` // microseconds since 1970
	Kind  eventKind `json:"kind"`
	Queue string    `json:"queue,omitempty"`
	Agent lake.Key  `json:"agent,omitzero"`
	Wait  int64     `json:"wait"` // seconds; -1 = not told
	Talk  int64     `json:"talk"`
	Ring  int64     `json:"ring"`
	To    string    `json:"to,omitempty"` // number dialled, or the class of a transfer's target
}

var eventName = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,39}$`)

// readQueueLog reads the native form of Asterisk's queue_log,
// epoch|callid|queue|agent|EVENT|parameters. Events that tell of no contact (logins, pauses,
// outbound calls, events of the center's own) are counted by name.
func (l *load) readQueueLog(f *file, r io.Reader) error {
	st, err := l.stitcher(f.source)
	if err != nil {
		return err
	}
	s := newSplitter(r, '|', false)
	for {
		err := s.read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errLong):
			err = f.quarantine(s, &reject{reasonLong, ""})
		case err != nil:
			return f.at(s.line, readable(err))
		default:
			err = l.event(f, st, s)
		}
		if err != nil {
			return err
		}
	}
}

// event takes one line in.
func (l *load) event(f *file, st *stitcher, s *splitter) error {
	id, ev, ignored, bad := l.parseEvent(s.fields)
	switch {
	case bad != nil:
		return f.quarantine(s, bad)
	case ignored != "":
		f.ignore(ignored)
		return l.tick(f)
	}
	f.report.Rows++
	if st.add(f, s.line, id, ev) {
		f.report.Used++
	} else {
		f.report.Repeated++
	}
	if err := st.sweep(l.w, ev.At); err != nil {
		return err
	}
	return l.tick(f)
}

// parseEvent reads the fields of a line: the contact and the event, or the name of
// an event that tells of no contact.
func (l *load) parseEvent(fields [][]byte) (id string, ev event, ignored string, bad *reject) {
	if len(fields) < 5 {
		return "", ev, "", &reject{reasonColumns, ""}
	}
	for i := range fields {
		fields[i] = trim(fields[i])
	}
	at, err := parseEpoch(fields[0], formEpoch)
	if err != nil || at.micros < epochFrom || at.micros >= epochTo {
		return "", ev, "", &reject{reasonTime, "time"}
	}
	name := string(fields[4])
	kind, known := eventKinds[name]
	switch {
	case !known && !eventName.MatchString(name):
		return "", ev, "", &reject{reasonEvent, "event"}
	case !known:
		return "", ev, name, nil
	}
	id = string(fields[1])
	if id == "" || id == "NONE" || id == "MANAGER" || id == "REALTIME" {
		return "", ev, "", &reject{reasonKey, "callid"}
	}
	ev = event{At: at.micros, Kind: kind, Wait: -1, Talk: -1, Ring: -1}
	if q := string(fields[2]); q != "NONE" {
		ev.Queue = q
	}
	if ev.Queue == lake.AllQueues {
		return "", ev, "", &reject{reasonQueue, "queue"}
	}
	if ev.Queue == "" && kind != eventDID {
		return "", ev, "", &reject{reasonKey, "queue"}
	}
	if a := fields[3]; !bytes.Equal(a, []byte("NONE")) {
		ev.Agent = l.hash.agent(a)
	}
	return id, ev, "", ev.parameters(name, fields[5:])
}

var (
	epochFrom = time.Date(1980, 1, 2, 0, 0, 0, 0, time.UTC).UnixMicro()
	epochTo   = time.Date(2099, 12, 30, 0, 0, 0, 0, time.UTC).UnixMicro()
)

// parameters reads what follows the name of the event. Older versions of Asterisk write
// fewer parameters; what is not there stays unknown.
func (ev *event) parameters(name string, p [][]byte) *reject {
	get := func(i int) []byte {
		if i < 0 || i >= len(p) {
			return nil
		}
		return p[i]
	}
	var bad *reject
	seconds := func(i int) int64 {
		b := get(i)
		if len(b) == 0 {
			return -1
		}
		n, err := strconv.ParseInt(string(b), 10, 32)
		if err != nil || n < 0 {
			bad = &reject{reasonDuration, name}
		}
		return n
	}
	switch ev.Kind {
	case eventDID: // number
		ev.To, ev.Queue, ev.Agent = string(get(0)), "", lake.Key{}
	case eventEnter: // url, caller, position: nothing that is kept
		ev.Agent = lake.Key{}
	case eventConnect: // hold, channel, ring
		ev.Wait, ev.Ring = seconds(0), seconds(2)
	case eventComplete: // hold, call, original position
		ev.Wait, ev.Talk = seconds(0), seconds(1)
	case eventAbandon: // position, original position, wait
		ev.Wait = seconds(2)
	case eventExit: // [key,] position, original position, wait
		at := 2
		if name == "EXITWITHKEY" {
			at = 3
		}
		ev.Wait = seconds(at)
	case eventBlind: // extension, context, hold, call, original position
		ev.Wait, ev.Talk, ev.To = seconds(2), seconds(3), place(get(0))
	case eventAttended: // method and its parameters, then hold, call, original position
		ev.Wait, ev.Talk = seconds(len(p)-3), seconds(len(p)-2)
	}
	return bad
}
