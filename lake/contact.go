package lake

import (
	"encoding/hex"
	"fmt"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// Micros is an instant: microseconds since 1970-01-01 UTC. 0 means unknown; no
// phone system in use logged that instant.
type Micros int64

// MicrosOf returns t, cut to microseconds; the zero time is unknown.
func MicrosOf(t time.Time) Micros {
	if t.IsZero() {
		return 0
	}
	return Micros(t.UnixMicro())
}

// Time returns the instant in UTC, or the zero time when it is unknown.
func (m Micros) Time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(m)).UTC()
}

// Millis is a duration in milliseconds. 0 is a measured zero, NoMillis is unknown.
type Millis int32

// NoMillis is the duration nobody measured.
const NoMillis Millis = -1

// A Key is the first half of a keyed hash (HMAC-SHA-256) of a caller's number or an
// agent's name. The zero Key is none.
type Key [16]byte

// A Contact is one visit of a contact to one queue, or the single row of a contact
// that reached none. A contact that overflows or is transferred to a second queue
// has a second visit with the same ID.
type Contact struct {
	Source string // phone system: lower-case letters, digits, - and _
	ID     string // the contact, unique within the source
	Visit  int32  // 1 is the first queue; 0 lets the lake number visits by Queued
	Visits int32  // visits of the contact; the lake counts them

	Direction Direction
	Arrival   Micros // entry to the platform; required
	Queued    Micros // entry to this queue
	Answered  Micros
	Ended     Micros
	Offset    int32 // seconds east of UTC on the center's wall at arrival
	Fold      uint8 // 1 in the second run of an hour the clocks repeat
	Quality   Quality

	QueueNative string // as the phone system writes it
	Queue       string // as the center calls it; empty when no queue was reached
	DNIS        string // number dialled, the center's own
	Outcome     Outcome

	IVR, Wait, Ring, Talk, Hold, Wrap Millis

	Transfer   Transfer
	TransferTo string // a queue or a class of targets, never a resident's number

	Agent, Caller    Key
	Language, Reason string

	Flags Flags
}

// NewContact returns a first visit of which nothing more is known.
func NewContact(source, id string) Contact {
	return Contact{
		Source: source, ID: id, Visit: 1, Visits: 1,
		IVR: NoMillis, Wait: NoMillis, Ring: NoMillis,
		Talk: NoMillis, Hold: NoMillis, Wrap: NoMillis,
	}
}

// LocalDate returns the day of arrival on the center's wall.
func (c *Contact) LocalDate() interval.Date {
	return interval.DateOf(time.Unix(int64(c.localDay())*86400, 0).UTC())
}

func (c *Contact) localDay() int32 {
	return int32(floorDiv(int64(c.Arrival)+int64(c.Offset)*1e6, 86400*1e6))
}

// counted is the instant that decides the interval a visit counts in: a call moved
// to a second queue is work for that queue when it gets there.
func (c *Contact) counted() Micros {
	if c.Visit > 1 && c.Queued != 0 {
		return c.Queued
	}
	return c.Arrival
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// Outcome says what became of a visit. The zero Outcome is unknown.
type Outcome uint8

// The outcomes. Blocked never got in; contained ended in the automated response;
// overflowed left the queue by its rules, unanswered; a ghost was no resident
// and counts nowhere; open had not ended when the log was read.
const (
	OutcomeUnknown Outcome = iota
	OutcomeHandled
	OutcomeAbandoned
	OutcomeBlocked
	OutcomeContained
	OutcomeOverflowed
	OutcomeGhost
	OutcomeOpen
)

var outcomeNames = []string{"unknown", "handled", "abandoned", "blocked", "contained", "overflowed", "ghost", "open"}

// Direction tells who called. The zero Direction is inbound.
type Direction uint8

// The directions. Only inbound contacts are counted.
const (
	Inbound Direction = iota
	Outbound
	Internal
)

var directionNames = []string{"inbound", "outbound", "internal"}

// Transfer tells how an agent passed a contact on. The zero Transfer is none.
type Transfer uint8

// The kinds of transfer.
const (
	NoTransfer Transfer = iota
	BlindTransfer
	AttendedTransfer
)

var transferNames = []string{"none", "blind", "attended"}

// Quality tells how well the arrival instant is known.
type Quality uint8

// The qualities: an instant with offset or epoch to the sub-second, to the second or to
// the minute; a wall-clock time that two instants share; one that no instant
// has; a wall-clock time whose zone neither the file nor the load states.
const (
	Exact Quality = iota
	Second
	Minute
	AmbiguousLocal
	NonexistentLocal
	InferredZone
)

var qualityNames = []string{"exact", "second", "minute", "ambiguous_local", "nonexistent_local", "inferred_zone"}

// String returns the word stored for the outcome.
func (o Outcome) String() string { return word(outcomeNames, uint8(o)) }

// String returns the word stored for the direction.
func (d Direction) String() string { return word(directionNames, uint8(d)) }

// String returns the word stored for the kind of transfer.
func (t Transfer) String() string { return word(transferNames, uint8(t)) }

// String returns the word stored for the quality.
func (q Quality) String() string { return word(qualityNames, uint8(q)) }

// ParseOutcome reads the word String returns.
func ParseOutcome(s string) (Outcome, error) {
	i, err := find("outcome", outcomeNames, s)
	return Outcome(i), err
}

// ParseDirection reads the word String returns.
func ParseDirection(s string) (Direction, error) {
	i, err := find("direction", directionNames, s)
	return Direction(i), err
}

func word(names []string, i uint8) string {
	if int(i) < len(names) {
		return names[i]
	}
	return fmt.Sprintf("value %d", i)
}

func find(what string, names []string, s string) (uint8, error) {
	for i, n := range names {
		if n == s {
			return uint8(i), nil
		}
	}
	return 0, fmt.Errorf("lake: no %s %q; there are %v", what, s, names)
}

// MarshalText writes the key as hex digits.
func (k Key) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, k[:]), nil }

// UnmarshalText reads what MarshalText writes.
func (k *Key) UnmarshalText(b []byte) error {
	if n, err := hex.Decode(k[:], b[:min(len(b), 2*len(k))]); err != nil || n != len(k) || len(b) != 2*len(k) {
		return fmt.Errorf("lake: a key has %d hex digits", 2*len(k))
	}
	return nil
}
