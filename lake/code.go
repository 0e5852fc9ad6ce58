package lake

import (
	"encoding/binary"
	"errors"
)

// A contact on its way into the lake is kept in this compact form: a tenth of a
// million contacts fit in 10 MB, and the garbage collector sees one slice.
// The form is also the canonical text of a contact: the content hash of a
// file is taken over it, so a change here changes every fingerprint.

var errCode = errors.New("lake: internal: bad contact encoding")

// appendContact appends the canonical form of c, without its source, which the
// partition tells, and without its provenance, which two loads of one fact may differ in.
//
// The arrival comes first, at a fixed place.
func appendContact(b []byte, c *Contact) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(c.Arrival))
	b = appendText(b, c.ID)
	b = binary.AppendVarint(b, int64(c.Visit))
	b = binary.AppendVarint(b, int64(c.Visits))
	b = append(b, byte(c.Direction), byte(c.Outcome), byte(c.Transfer), byte(c.Quality), c.Fold)
	for _, t := range [...]Micros{c.Queued, c.Answered, c.Ended} {
		b = appendAfter(b, c.Arrival, t)
	}
	b = binary.AppendVarint(b, int64(c.Offset))
	b = appendText(b, c.QueueNative)
	if c.Queue == c.QueueNative {
		b = append(b, 1)
	} else {
		b = appendText(append(b, 0), c.Queue)
	}
	for _, s := range [...]string{c.DNIS, c.TransferTo, c.Language, c.Reason} {
		b = appendText(b, s)
	}
	for _, d := range [...]Millis{c.IVR, c.Wait, c.Ring, c.Talk, c.Hold, c.Wrap} {
		b = binary.AppendVarint(b, int64(d))
	}
	for _, k := range [...]*Key{&c.Agent, &c.Caller} {
		if *k == (Key{}) {
			b = append(b, 0)
			continue
		}
		b = append(append(b, 1), k[:]...)
	}
	return binary.AppendUvarint(b, uint64(c.Flags))
}

// appendAfter writes t as its distance from the arrival, which is short; an unknown
// time is a 0, a known one has 1 before it.
func appendAfter(b []byte, arrival, t Micros) []byte {
	if t == 0 {
		return append(b, 0)
	}
	return binary.AppendVarint(append(b, 1), int64(t-arrival))
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// A decoder reads what appendContact wrote. Few different texts occur in the
// text columns, so they are shared.
type decoder struct {
	b     []byte
	texts map[string]string
	last  [textCount]string // of each text column: the next row often has the same
	bad   bool
}

// contact reads one contact into c; the source is left alone.
func (d *decoder) contact(c *Contact) error {
	if at := d.take(8); len(at) == 8 {
		c.Arrival = Micros(binary.LittleEndian.Uint64(at))
	}
	c.ID = string(d.bytes())
	c.Visit, c.Visits = int32(d.varint()), int32(d.varint())
	c.Direction, c.Outcome = Direction(d.byte()), Outcome(d.byte())
	c.Transfer, c.Quality, c.Fold = Transfer(d.byte()), Quality(d.byte()), d.byte()
	for _, t := range [...]*Micros{&c.Queued, &c.Answered, &c.Ended} {
		*t = 0
		if d.byte() == 1 {
			*t = c.Arrival + Micros(d.varint())
		}
	}
	c.Offset = int32(d.varint())
	c.QueueNative = d.text(textNative)
	if c.Queue = c.QueueNative; d.byte() == 0 {
		c.Queue = d.text(textQueue)
	}
	for i, s := range [...]*string{&c.DNIS, &c.TransferTo, &c.Language, &c.Reason} {
		*s = d.text(textDNIS + i)
	}
	for _, m := range [...]*Millis{&c.IVR, &c.Wait, &c.Ring, &c.Talk, &c.Hold, &c.Wrap} {
		*m = Millis(d.varint())
	}
	for _, k := range [...]*Key{&c.Agent, &c.Caller} {
		*k = Key{}
		if d.byte() == 1 {
			copy(k[:], d.take(len(k)))
		}
	}
	c.Flags = Flags(d.uvarint())
	if d.bad {
		return errCode
	}
	return nil
}

func (d *decoder) text(column int) string {
	b := d.bytes()
	if string(b) != d.last[column] {
		d.last[column] = d.share(b)
	}
	return d.last[column]
}

func (d *decoder) share(b []byte) string {
	if s, ok := d.texts[string(b)]; ok {
		return s
	}
	s := string(b)
	if len(d.texts) < 1<<16 {
		d.texts[s] = s
	}
	return s
}

func (d *decoder) bytes() []byte { return d.take(int(d.uvarint())) }

func (d *decoder) byte() byte {
	if b := d.take(1); len(b) == 1 {
		return b[0]
	}
	return 0
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.b) {
		d.bad, d.b = true, nil
		return nil
	}
	b := d.b[:n]
	d.b = d.b[n:]
	return b
}

func (d *decoder) varint() int64 {
	v, n := binary.Varint(d.b)
	return int64(d.skip(n, uint64(v)))
}

func (d *decoder) uvarint() uint64 {
	v, n := binary.Uvarint(d.b)
	return d.skip(n, v)
}

func (d *decoder) skip(n int, v uint64) uint64 {
	if n <= 0 {
		d.bad, d.b = true, nil
		return 0
	}
	d.b = d.b[n:]
	return v
}
