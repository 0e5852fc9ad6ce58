package simulate

import (
	"io"
	"strconv"
)

// A QueueLog writes the native queue_log of an Asterisk phone system:
//
//	epoch|callid|queue|agent|EVENT|p1|p2|...
//
// in order of time. The callid is the uniqueid of the caller's channel: the epoch
// second of arrival, which lies the time in the automated response before
// ENTERQUEUE, and a number that also is the contact_id of the contact export.
// Contacts that were blocked or contained never entered a queue and are not in it.
type QueueLog struct {
	w   io.Writer
	buf []byte
}

// NewQueueLog returns a Sink that writes to w, once a day.
func NewQueueLog(w io.Writer) *QueueLog { return &QueueLog{w: w} }

// Day writes the events of a day.
func (l *QueueLog) Day(d *DayLog) error {
	l.buf = l.buf[:0]
	for i := range d.Events {
		l.buf = appendEvent(l.buf, d, &d.Events[i])
	}
	_, err := l.w.Write(l.buf)
	return err
}

var actionNames = [...]string{
	"QUEUESTART", "ADDMEMBER", "REMOVEMEMBER", "PAUSE", "UNPAUSE", "ENTERQUEUE", "RINGNOANSWER", "CONNECT",
	"COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ABANDON", "EXITWITHTIMEOUT",
}

func appendEvent(b []byte, d *DayLog, e *LogEvent) []byte {
	if e.Action == Enter {
		b = appendHead(b, d, e, "DID")
		b = append(b, '|')
		b = append(b, d.Config.Queues[e.Queue].DNIS...)
		b = append(b, '\n')
	}
	b = appendHead(b, d, e, actionNames[e.Action])
	switch e.Action {
	case QueueStart, AddMember, RemoveMember, Unpause:
		b = append(b, '|')
	case Pause:
		b = append(b, "|break"...)
	case Enter:
		b = append(b, "||"...)
		b = appendCallerID(b, e.Caller)
		b = appendInts(b, e.P[:1])
	case NoAnswer:
		b = appendInts(b, e.P[:1])
	case Connect:
		b = appendInts(b, e.P[:1])
		b = append(b, '|')
		// The agent's channel was created when it began to ring.
		b = appendUniqueID(b, e.At-1000*int64(e.P[1]), e.Serial+1)
		b = appendInts(b, e.P[1:2])
	case CompleteAgent, CompleteCaller, Abandon, Timeout:
		b = appendInts(b, e.P[:3])
	case Transfer:
		b = append(b, '|')
		b = append(b, d.Config.Queues[e.Queue].Transfers[e.P[3]].Name...)
		b = append(b, "|from-internal"...)
		b = appendInts(b, e.P[:3])
	}
	return append(b, '\n')
}

// appendHead writes the five columns that every event has.
func appendHead(b []byte, d *DayLog, e *LogEvent, name string) []byte {
	b = strconv.AppendInt(b, e.At/1000, 10)
	b = append(b, '|')
	switch {
	case e.Action >= Enter:
		b = appendUniqueID(b, e.Arrival, e.Serial)
	case e.Action == AddMember || e.Action == RemoveMember:
		b = append(b, "MANAGER"...)
	default:
		b = append(b, "NONE"...)
	}
	b = append(b, '|')
	if e.Queue >= 0 {
		b = append(b, d.Config.Queues[e.Queue].Name...)
	} else {
		b = append(b, "NONE"...)
	}
	b = append(b, '|')
	if e.Agent >= 0 {
		b = append(b, "Agent/"...)
		b = append(b, d.Agents[e.Agent]...)
	} else {
		b = append(b, "NONE"...)
	}
	b = append(b, '|')
	return append(b, name...)
}

func appendInts(b []byte, list []int32) []byte {
	for _, x := range list {
		b = append(b, '|')
		b = strconv.AppendInt(b, int64(x), 10)
	}
	return b
}

func appendUniqueID(b []byte, ms int64, serial uint64) []byte {
	b = strconv.AppendInt(b, ms/1000, 10)
	b = append(b, '.')
	return strconv.AppendUint(b, serial, 10)
}

func appendCallerID(b []byte, n uint32) []byte {
	if n == 0 {
		return append(b, "anonymous"...)
	}
	return appendNumber(b, n)
}

// appendNumber writes a caller's number: area code 555 belongs to nobody.
func appendNumber(b []byte, n uint32) []byte {
	return strconv.AppendUint(append(b, "+1555"...), uint64(n), 10)
}
