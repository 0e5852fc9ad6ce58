package simulate

import (
	"time"

	"github.com/ringtide/ringtide/interval"
)

// Millis is a duration in milliseconds. Unknown stands for one that does not apply.
type Millis int32

// Unknown is the duration of what did not happen.
const Unknown Millis = -1

// Duration converts m; it panics for Unknown, which is no duration.
func (m Millis) Duration() time.Duration {
	if m < 0 {
		panic("simulate: duration of what did not happen")
	}
	return time.Duration(m) * time.Millisecond
}

// An Outcome is what became of a contact.
type Outcome uint8

// The outcomes of a recorded contact.
const (
	Handled   Outcome = iota
	Abandoned         // gave up in the line, or was released after closing
	Blocked           // outside opening hours, or all lines busy
	Contained         // ended in the automated response
)

// String returns handled, abandoned, blocked or contained.
func (o Outcome) String() string {
	return [...]string{"handled", "abandoned", "blocked", "contained"}[o]
}

// A Contact is one call as the phone system knows it, and what only the truth
// knows: Attempt and Cause. Indexes are -1 where there is nothing to point at.
type Contact struct {
	Serial   uint64 // unique in the run, rising with the arrival
	Arrival  int64  // Unix time, ms
	IVR      Millis // automated response, or the closed message
	Wait     Millis // from entering the line to the answer, the hang-up or the release; ringing included
	Talk     Millis // without Hold
	Hold     Millis
	Wrap     Millis
	Caller   uint32 // the seven digits after +1555; 0 is withheld
	Queue    int16  // of Config.Queues
	Agent    int16  // of DayLog.Agents
	Transfer int16  // of the queue's Transfers
	Reason   int16  // of the queue's Reasons, where somebody noted it
	Cause    int16  // of Config.Causes, or -1: it would have come anyway
	Attempt  uint8  // 1 is a fresh call, 2 the first redial, ...
	Outcome  Outcome
}

// An Action is the kind of a LogEvent.
type Action uint8

// The actions, each with the meaning of P in its LogEvent.
const (
	QueueStart     Action = iota
	AddMember             // an agent signs in to a queue
	RemoveMember          // and out
	Pause                 // a break begins
	Unpause               // and ends
	Enter                 // a caller enters the line: position
	NoAnswer              // an agent did not pick up: ring ms
	Connect               // an agent answers: wait s, ring s
	CompleteAgent         // the agent hangs up: wait s, call s, position at entry
	CompleteCaller        // the caller hangs up: the same
	Transfer              // the call is sent on: the same and the index of the queue's Transfers
	Abandon               // the caller gives up: position, position at entry, wait s
	Timeout               // the caller is released: the same
)

// A LogEvent is something that happened in a queue. Seconds in P are differences
// of whole epoch seconds, as a phone system that counts in seconds writes them.
type LogEvent struct {
	At      int64  // Unix time, ms
	Serial  uint64 // of the contact
	Arrival int64  // of the contact
	P       [4]int32
	Caller  uint32
	Queue   int16 // -1: none
	Agent   int16 // -1: none
	Action  Action
}

// A DayLog is what the phone system recorded of one day: the contacts that
// arrived on it in order of arrival, and the events until its end in order of
// time (on the last day of a run: until the last event).
type DayLog struct {
	Date     interval.Date
	Location *time.Location
	Config   *Config
	Agents   []string
	Contacts []Contact
	Events   []LogEvent
}

// A Sink takes the days of a run in order, on one goroutine. It must not keep
// the DayLog: its memory is used again.
type Sink interface{ Day(*DayLog) error }

// Tee returns a Sink that hands each day to all of sinks in turn.
func Tee(sinks ...Sink) Sink { return tee(sinks) }

type tee []Sink

func (t tee) Day(d *DayLog) error {
	for _, s := range t {
		if err := s.Day(d); err != nil {
			return err
		}
	}
	return nil
}
