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

	source: "asterisk", version: 2, family: FormatQueueLog,
	detect: func(h *head) bool { return queueLogLine.Match(h.line) },
	read:   (*load).readQueueLog,
	stitch: stitchQueueLog,
	held:   heldEvents,
	tail:   tailLines,
}

var queueLogLine = regexp.MustCompile(`^\d{9,11}(\.\d+)?\|[^|]*\|[^|]*\|[^|]*\|[A-Z][A-Z0-9_]+(\||$)`)

// What an event of the log means for a visit, in leg.Kind.
const (
	eventDID      int64 = iota + 1 // number dialled; belongs to the visit that follows
	eventEnter                     // a caller enters a queue
	eventConnect                   // an agent answers
	eventComplete                  // agent or caller ends the call
	eventAbandon                   // the caller gives up
	eventExit                      // the queue's rules send the caller on
	eventBlind                     // the agent passes the call on
	eventAttended
	eventFailed // answered, and dropped by the system at once
	eventRing   // an agent's telephone rang in vain; says nothing about the caller
)

var eventKinds = map[string]int64{
	"DID": eventDID, "ENTERQUEUE": eventEnter, "CONNECT": eventConnect,
	"COMPLETEAGENT": eventComplete, "COMPLETECALLER": eventComplete,
	"ABANDON": eventAbandon, "EXITWITHTIMEOUT": eventExit, "EXITWITHKEY": eventExit, "EXITEMPTY": eventExit,
	"TRANSFER": eventBlind, "BLINDTRANSFER": eventBlind, "ATTENDEDTRANSFER": eventAttended,
	"SYSCOMPAT": eventFailed, "RINGNOANSWER": eventRing, "RINGCANCELED": eventRing,
}

var eventName = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,39}$`)

// readQueueLog reads the native form of Asterisk's queue_log,
// epoch|callid|queue|agent|EVENT|parameters. Events that tell of no contact (logins, pauses,
// outbound calls, events of the center's own) are counted by name.
func (l *load) readQueueLog(f *file, r io.Reader) error {
	s := newSplitter(r, '|', false)
	f.resume(s)
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
			err = l.event(f, s)
		}
		if err != nil {
			return err
		}
	}
}

// event takes one line in.
func (l *load) event(f *file, s *splitter) error {
	g, ignored, bad := l.parseEvent(s.fields)
	switch {
	case bad != nil:
		return f.quarantine(s, bad)
	case ignored != "":
		f.ignore(ignored)
	default:
		if err := l.eventLeg(f, s.line, &g); err != nil {
			return err
		}
	}
	return l.tick(f)
}

// eventLeg keeps an event of a contact. Ringing in vain says nothing about the caller and is not
// kept.
func (l *load) eventLeg(f *file, line int64, g *leg) error {
	if g.Kind == eventRing {
		f.report.Rows++
		f.report.Used++
		return nil
	}
	return l.leg(f, line, g)
}

// parseEvent reads the fields of a line, or the name of an event that tells of no contact.
func (l *load) parseEvent(fields [][]byte) (g leg, ignored string, bad *reject) {
	if len(fields) < 5 {
		return g, "", &reject{reasonColumns, ""}
	}
	for i := range fields {
		fields[i] = trim(fields[i])
	}
	at, err := parseEpoch(fields[0], formEpoch)
	if err != nil || at.micros < epochFrom || at.micros >= epochTo {
		return g, "", &reject{reasonTime, "time"}
	}
	kind, known := eventKinds[string(fields[4])]
	switch name := fields[4]; {
	case !known && !eventName.Match(name):
		return g, "", &reject{reasonEvent, "event"}
	case !known:
		return g, string(name), nil
	}
	id := string(fields[1])
	if id == "" || id == "NONE" || id == "MANAGER" || id == "REALTIME" {
		return g, "", &reject{reasonKey, "callid"}
	}
	g = newLeg(id, lake.Micros(at.micros))
	g.Kind = kind
	if q := string(fields[2]); q != "NONE" {
		g.Queue = q
	}
	if g.Queue == lake.AllQueues {
		return g, "", &reject{reasonQueue, "queue"}
	}
	if g.Queue == "" && kind != eventDID {
		return g, "", &reject{reasonKey, "queue"}
	}
	if a := fields[3]; !bytes.Equal(a, []byte("NONE")) {
		g.Agent = l.hash.agent(a)
	}
	return g, "", l.parameters(&g, string(fields[4]), fields[5:])
}

var (
	epochFrom = time.Date(1980, 1, 2, 0, 0, 0, 0, time.UTC).UnixMicro()
	epochTo   = time.Date(2099, 12, 30, 0, 0, 0, 0, time.UTC).UnixMicro()
)

// parameters reads what follows the name of the event. Older versions of Asterisk write
// fewer parameters; what is not there stays unknown.
func (l *load) parameters(g *leg, name string, p [][]byte) *reject {
	get := func(i int) []byte {
		if i < 0 || i >= len(p) {
			return nil
		}
		return p[i]
	}
	var bad *reject
	seconds := func(i int) lake.Millis {
		if len(get(i)) == 0 {
			return lake.NoMillis
		}
		d, ok := g.seconds(get(i))
		if !ok {
			bad = &reject{reasonDuration, name}
		}
		return d
	}
	switch g.Kind {
	case eventDID: // number
		g.To, g.Queue, g.Agent = string(get(0)), "", lake.Key{}
	case eventEnter: // url, caller, position
		g.Agent, g.Caller = lake.Key{}, l.hash.caller(get(1))
	case eventConnect: // hold, channel, ring
		g.Wait, g.Ring = seconds(0), seconds(2)
	case eventComplete: // hold, call, original position
		g.Wait, g.Talk = seconds(0), seconds(1)
	case eventAbandon: // position, original position, wait
		g.Wait = seconds(2)
	case eventExit: // [key,] position, original position, wait
		at := 2
		if name == "EXITWITHKEY" {
			at = 3
		}
		g.Wait = seconds(at)
	case eventBlind: // extension, context, hold, call, original position
		g.Wait, g.Talk, g.To = seconds(2), seconds(3), place(get(0))
	case eventAttended: // method and its parameters, then hold, call, original position
		g.Wait, g.Talk = seconds(len(p)-3), seconds(len(p)-2)
	}
	return bad
}

// seconds reads a whole number of seconds; one beyond what a call can last is unknown, flagged.
func (g *leg) seconds(b []byte) (lake.Millis, bool) {
	n, err := strconv.ParseInt(string(b), 10, 32)
	if err != nil || n < 0 {
		return lake.NoMillis, false
	}
	d, flag := tame(n*1000, defaultMax.Milliseconds())
	g.Fact |= flag
	return d, true
}
