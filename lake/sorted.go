package lake

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
)

// An entry stands for the nth row of a buffer, at a place of it, while rows are brought in order.
type entry struct {
	key     uint64
	at, nth uint32
}

const (
	digitBits = 11
	digits    = 1 << digitBits
)

// radix sorts entries by the bits of the key from low up; spare has room for as many.
// The answer lies in one of the two. Keys of queue and arrival sort in a tenth of the
// time that comparing takes.
func radix(entries, spare []entry, low uint) (sorted, rest []entry) {
	all := uint64(0)
	for i := range entries {
		all |= entries[i].key ^ entries[0].key
	}
	spare = spare[:len(entries)]
	for shift := low; shift < 64 && all>>shift != 0; shift += digitBits {
		if all>>shift&(digits-1) == 0 {
			continue
		}
		var counts [digits]uint32
		for i := range entries {
			counts[entries[i].key>>shift&(digits-1)]++
		}
		sum := uint32(0)
		for i, n := range counts {
			counts[i] = sum
			sum += n
		}
		for _, e := range entries {
			d := e.key >> shift & (digits - 1)
			spare[counts[d]] = e
			counts[d]++
		}
		entries, spare = spare, entries
	}
	return entries, spare
}

// A heap-less merge of sorted runs: their number is small and the least of them is kept
// in front by insertion, which costs one comparison for runs that do not interleave.
type cursor struct {
	s      *spill
	run    *run
	next   int // block
	data   []byte
	at     int
	row    []byte
	key    uint64
	of     func(row []byte) uint64
	finish bool
}

// advance moves to the next row; finish tells that there is none.
func (c *cursor) advance() (err error) {
	for c.at == len(c.data) {
		if c.next == len(c.run.blocks) {
			c.finish = true
			return nil
		}
		if c.data, err = c.s.read(c.data[:0], c.run.blocks[c.next]); err != nil {
			return err
		}
		c.at, c.next = 0, c.next+1
	}
	size := rowSize(c.data[c.at:])
	if size < rowHeader || c.at+size > len(c.data) {
		return errors.New("lake: a temporary file was altered")
	}
	c.row = c.data[c.at : c.at+size]
	c.at += size
	c.key = c.of(c.row)
	return nil
}

func (c *cursor) compare(d *cursor) int {
	return cmp.Or(cmp.Compare(c.key, d.key), compareRows(c.row, d.row))
}

// compareRows orders rows of one queue and arrival by ID and visit.
func compareRows(a, b []byte) int {
	if d := bytes.Compare(rowID(a), rowID(b)); d != 0 {
		return d
	}
	var v, w view
	v.read(a)
	w.read(b)
	return cmp.Compare(v.visit, w.visit)
}

// mergeRuns calls f with the rows of sorted runs in order.
func mergeRuns(cursors []*cursor, f func(row []byte) error) error {
	for _, c := range cursors {
		if err := c.advance(); err != nil {
			return err
		}
	}
	cursors = slices.DeleteFunc(cursors, func(c *cursor) bool { return c.finish })
	slices.SortFunc(cursors, (*cursor).compare)
	for len(cursors) > 0 {
		c := cursors[0]
		if err := f(c.row); err != nil {
			return err
		}
		if err := c.advance(); err != nil {
			return err
		}
		if c.finish {
			cursors = cursors[1:]
			continue
		}
		at, _ := slices.BinarySearchFunc(cursors[1:], c, (*cursor).compare)
		copy(cursors, cursors[1:1+at])
		cursors[at] = c
	}
	return nil
}
