package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// An arrival is a leg as a load brought it: the contact, the leg in its compact form, and
// the line of the file it was read from.
type arrival struct {
	contact, text []byte
	file          int
	line          int64
	counts        bool // the leg stands for its row in the accounts
}

func (a *arrival) compare(b *arrival) int {
	if d := bytes.Compare(a.contact, b.contact); d != 0 {
		return d
	}
	if d := bytes.Compare(a.text, b.text); d != 0 {
		return d
	}
	return cmp.Or(cmp.Compare(a.file, b.file), cmp.Compare(a.line, b.line))
}

// arrivals collects the legs of one load and gives them back sorted by contact. What does
// not fit into memory is sorted in parts that wait in a temporary file, so a load of any size
// stays within bounds.
type arrivals struct {
	limit int // bytes held in memory
	data  []byte
	held  []held
	file  *os.File
	end   int64
	parts []part
}

// held is where an arrival lies in data: the contact, then the text.
type held struct {
	key           uint64 // of the contact's name behind what all names begin with
	at            int
	contact, text int32
	file          int32
	counts        bool
	line          int64
}

type part struct{ from, to int64 } // of the file

const (
	heldBytes      = 40
	arrivalsMemory = 48 << 20
)

func (q *arrivals) add(contact string, text []byte, file int, line int64, counts bool) error {
	if len(q.data)+heldBytes*len(q.held) > q.limit {
		if err := q.spill(); err != nil {
			return err
		}
	}
	// append alone grows a large slice by a quarter, and copies it each time.
	if need := len(contact) + len(text); cap(q.data)-len(q.data) < need {
		q.data = slices.Grow(q.data, len(q.data)+need)
	}
	if len(q.held) == cap(q.held) {
		q.held = slices.Grow(q.held, len(q.held)+1)
	}
	q.held = append(q.held, held{0, len(q.data), int32(len(contact)), int32(len(text)), int32(file), counts, line})
	q.data = append(append(q.data, contact...), text...)
	return nil
}

func (q *arrivals) get(h held) arrival {
	text := h.at + int(h.contact)
	return arrival{q.data[h.at:text], q.data[text : text+int(h.text)], int(h.file), h.line, h.counts}
}

// sort orders what is held. Names of calls begin alike, with the same days: eight bytes behind
// that decide nearly always.
func (q *arrivals) sort() {
	common := q.common()
	for i := range q.held {
		var key [8]byte
		copy(key[:], q.get(q.held[i]).contact[common:])
		q.held[i].key = binary.BigEndian.Uint64(key[:])
	}
	slices.SortFunc(q.held, func(a, b held) int {
		if d := cmp.Compare(a.key, b.key); d != 0 {
			return d
		}
		x, y := q.get(a), q.get(b)
		return x.compare(&y)
	})
}

// common returns how many bytes the names of all contacts begin with.
func (q *arrivals) common() int {
	if len(q.held) == 0 {
		return 0
	}
	first := q.get(q.held[0]).contact
	n := len(first)
	for _, h := range q.held {
		name := q.get(h).contact
		n = min(n, len(name))
		for k := range n {
			if name[k] != first[k] {
				n = k
				break
			}
		}
	}
	return n
}

// spill writes what is held to the temporary file, sorted.
func (q *arrivals) spill() error {
	room := func(err error) error { return fmt.Errorf("a large load needs room for temporary files: %w", err) }
	if q.file == nil {
		f, err := os.CreateTemp("", "ringtide-legs-*")
		if err != nil {
			return room(err)
		}
		q.file = f
		_ = os.Remove(f.Name()) // where the system lets an open file go, a killed load leaves nothing
	}
	q.sort()
	w := bufio.NewWriterSize(io.NewOffsetWriter(q.file, q.end), 1<<18)
	p, buf := part{from: q.end}, []byte(nil)
	for _, h := range q.held {
		a := q.get(h)
		buf = binary.AppendUvarint(buf[:0], uint64(len(a.contact)))
		buf = binary.AppendUvarint(append(buf, a.contact...), uint64(len(a.text)))
		buf = binary.AppendUvarint(append(buf, a.text...), uint64(a.file))
		line := uint64(a.line) << 1
		if a.counts {
			line |= 1
		}
		buf = binary.AppendUvarint(buf, line)
		if _, err := w.Write(buf); err != nil {
			return room(err)
		}
		q.end += int64(len(buf))
	}
	if err := w.Flush(); err != nil {
		return room(err)
	}
	p.to = q.end
	q.parts, q.data, q.held = append(q.parts, p), q.data[:0], q.held[:0]
	return nil
}

func (q *arrivals) close() error {
	if q.file == nil {
		return nil
	}
	err := q.file.Close()
	_ = os.Remove(q.file.Name())
	return err
}

// A stream is arrivals in order; head is good until next.
type stream struct {
	head arrival
	next func(a *arrival) error // io.EOF at the end
}

// sorted returns all arrivals in order, from memory and file.
func (q *arrivals) sorted() (*merged, error) {
	q.sort()
	i := 0
	streams := []*stream{{next: func(a *arrival) error {
		if i == len(q.held) {
			return io.EOF
		}
		*a = q.get(q.held[i])
		i++
		return nil
	}}}
	for _, p := range q.parts {
		r := bufio.NewReaderSize(io.NewSectionReader(q.file, p.from, p.to-p.from), 1<<16)
		streams = append(streams, &stream{next: func(a *arrival) error { return readArrival(r, a) }})
	}
	m := &merged{}
	for _, s := range streams {
		if err := s.next(&s.head); errors.Is(err, io.EOF) {
			continue
		} else if err != nil {
			return nil, err
		}
		m.streams = append(m.streams, s)
	}
	heap.Init(m)
	return m, nil
}

func readArrival(r *bufio.Reader, a *arrival) error {
	var err error
	number := func() uint64 {
		n, e := binary.ReadUvarint(r)
		err = cmp.Or(err, e)
		return n
	}
	text := func(into []byte) []byte {
		n := number()
		if err != nil {
			return into
		}
		into = slices.Grow(into[:0], int(n))[:n]
		_, e := io.ReadFull(r, into)
		err = cmp.Or(err, e)
		return into
	}
	a.contact, a.text = text(a.contact), text(a.text)
	a.file = int(number())
	line := number()
	a.line, a.counts = int64(line>>1), line&1 != 0
	return err
}

// merged is the arrivals of several streams in order; it is a heap by their heads.
type merged struct{ streams []*stream }

func (m *merged) Len() int           { return len(m.streams) }
func (m *merged) Less(i, k int) bool { return m.streams[i].head.compare(&m.streams[k].head) < 0 }
func (m *merged) Swap(i, k int)      { m.streams[i], m.streams[k] = m.streams[k], m.streams[i] }
func (m *merged) Push(any)           { panic("ingest: internal: streams are not added") }
func (m *merged) Pop() any           { m.streams = m.streams[:len(m.streams)-1]; return nil }

// peek returns the next arrival, nil at the end; it is good until pass.
func (m *merged) peek() *arrival {
	if len(m.streams) == 0 {
		return nil
	}
	return &m.streams[0].head
}

func (m *merged) pass() error {
	s := m.streams[0]
	err := s.next(&s.head)
	switch {
	case errors.Is(err, io.EOF):
		heap.Remove(m, 0)
	case err != nil:
		return err
	default:
		heap.Fix(m, 0)
	}
	return nil
}
