package ingest

import (
	"encoding/binary"
	"errors"
	"unsafe"

	"github.com/ringtide/ringtide/lake"
)

// A leg is one record of a phone system about a part of a contact: a call leg, an event,
// a delivery of a contact record. What a format reads from a record goes into the fields
// that fit; what they mean together is for its stitch function to say. A leg never
// holds who called: numbers and names become keys before it is made.
//
// Two legs that are equal in all fields are the same record, delivered twice.
type leg struct {
	Contact string // the contact it is part of; required
	// Part names the part of the contact, where the system delivers one more than once: of
	// legs with one Part that with the highest Revision counts. Empty: every record counts.
	Part     string
	Revision int64

	Kind int64        // what it is, by the format's own numbers
	At   lake.Micros  // when it began; required
	When lake.Quality // of At
	Fact lake.Flags   // what was doubtful in the record

	Queued, Answered, Ended           lake.Micros
	IVR, Wait, Ring, Talk, Hold, Wrap lake.Millis
	Count                             int64 // an order, a code, a limit

	Queue, DNIS, To, Word, Link string
	Language, Reason            string
	Agent, Caller               lake.Key
}

// newLeg returns a leg of which nothing more is known.
func newLeg(contact string, at lake.Micros) leg {
	no := lake.NoMillis
	return leg{Contact: contact, At: at, When: lake.Second, IVR: no, Wait: no, Ring: no, Talk: no, Hold: no, Wrap: no}
}

// code writes or reads every field but Contact: one list for both ways. A field
// that is added goes to the end, and raises legsVersion.
func (g *leg) code(c *coder) {
	c.text(&g.Part)
	number(c, &g.Revision)
	number(c, &g.Kind)
	number(c, &g.At)
	number(c, &g.When)
	number(c, &g.Fact)
	for _, t := range [...]*lake.Micros{&g.Queued, &g.Answered, &g.Ended} {
		c.after(g.At, t)
	}
	for _, d := range [...]*lake.Millis{&g.IVR, &g.Wait, &g.Ring, &g.Talk, &g.Hold, &g.Wrap} {
		number(c, d)
	}
	number(c, &g.Count)
	for _, s := range [...]*string{&g.Queue, &g.DNIS, &g.To, &g.Word, &g.Link, &g.Language, &g.Reason} {
		c.text(s)
	}
	c.key(&g.Agent)
	c.key(&g.Caller)
}

// decode reads what code wrote; short texts that repeat are shared.
func (g *leg) decode(text string, texts map[string]string) bool {
	c := coder{b: unsafe.Slice(unsafe.StringData(text), len(text)), decoding: true, texts: texts}
	g.code(&c)
	return !c.bad && len(c.b) == 0
}

// A coder turns fields into bytes or, when decoding, bytes into fields.
type coder struct {
	b        []byte
	decoding bool
	bad      bool
	texts    map[string]string // shared, when decoding
}

var errLegs = errors.New("the kept records are damaged; ringtide lake verify tells which files of the lake are: restore them, or load all files into a new lake")

func number[T ~int64 | ~int32 | ~uint8 | ~uint64](c *coder, v *T) {
	if !c.decoding {
		c.b = binary.AppendVarint(c.b, int64(*v))
		return
	}
	n, size := binary.Varint(c.b)
	if size <= 0 {
		c.fail()
		return
	}
	c.b, *v = c.b[size:], T(n)
}

// after writes a time as its distance from another, which is short. No phone system
// in use logged the instant 0, which means unknown.
func (c *coder) after(at lake.Micros, t *lake.Micros) {
	known := uint8(0)
	if *t != 0 {
		known = 1
	}
	number(c, &known)
	if known == 0 {
		return
	}
	ahead := *t - at
	number(c, &ahead)
	*t = at + ahead
}

func (c *coder) text(s *string) {
	n := int64(len(*s))
	number(c, &n)
	if !c.decoding {
		c.b = append(c.b, *s...)
		return
	}
	if n == 0 {
		return
	}
	b := c.take(n)
	t, ok := c.texts[string(b)]
	if !ok {
		t = string(b)
		if c.texts != nil && len(c.texts) < 1<<16 {
			c.texts[t] = t
		}
	}
	*s = t
}

func (c *coder) key(k *lake.Key) {
	n := int64(0)
	if *k != (lake.Key{}) {
		n = int64(len(k))
	}
	number(c, &n)
	if !c.decoding {
		c.b = append(c.b, k[:n]...)
		return
	}
	if n == int64(len(k)) {
		copy(k[:], c.take(n))
	} else if n != 0 {
		c.fail()
	}
}

func (c *coder) take(n int64) []byte {
	if n < 0 || n > int64(len(c.b)) {
		c.fail()
		return nil
	}
	b := c.b[:n]
	c.b = c.b[n:]
	return b
}

func (c *coder) fail() { c.bad, c.b = true, nil }
