package lake

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// The readers of this file take whole pages: dictionary numbers and integers come as
// slices, nothing is boxed, and a column that its statistics show to be constant is
// not read at all. Counting a million contacts takes tens of milliseconds this way
// and seconds through a row reader.

type parquetFile = parquet.File

// A batch is one page of each column asked for: n rows.
type batch struct {
	n     int
	longs [columnCount][]int64  // 0 is null
	ints  [columnCount][]int32  // -1 is null; of word columns, places in words
	words [columnCount][]string // of the row group; null is ""
	keys  [columnCount][]Key
	texts [columnCount][]string
	same  [columnCount]bool // all rows of the row group are alike

	ownLongs [columnCount][]int64 // where longs and ints do not lie in pages
	ownInts  [columnCount][]int32
}

// openParquet reads the footer and checks that the columns are the ones of this version.
func openParquet(r io.ReaderAt, size int64) (*parquetFile, error) {
	file, err := parquet.OpenFile(r, size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true), parquet.ReadBufferSize(1<<16))
	if err != nil {
		return nil, err
	}
	paths := file.Schema().Columns()
	same := len(paths) == len(columns)
	for i := 0; same && i < len(paths); i++ {
		same = len(paths[i]) == 1 && paths[i][0] == columns[i].name
	}
	if !same {
		return nil, errors.New("the columns are not those of this version of the lake")
	}
	return file, nil
}

// scan calls f with all rows of the file, a page at a time. The batch is good until f
// returns.
func scan(file *parquetFile, want []int, f func(b *batch) error) error {
	b := &batch{}
	meta := file.Metadata()
	for g, rg := range file.RowGroups() {
		var open []openColumn
		left := int(rg.NumRows())
		for _, at := range want {
			if !b.constant(at, &meta.RowGroups[g].Columns[at].MetaData, min(left, rowsPerPage)) {
				open = append(open, openColumn{at: at, pages: rg.ColumnChunks()[at].Pages()})
			}
		}
		err := scanGroup(b, open, left, f)
		for i := range open {
			open[i].close()
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type openColumn struct {
	at    int
	pages parquet.Pages
	page  parquet.Page // whose values the batch may have; nil before the first
}

func (c *openColumn) close() {
	parquet.Release(c.page)
	c.pages.Close()
}

func scanGroup(b *batch, open []openColumn, left int, f func(b *batch) error) error {
	for first := true; left > 0; first = false {
		b.n = min(left, rowsPerPage)
		for i := range open {
			if err := b.page(&open[i], first); err != nil {
				return fmt.Errorf("column %s: %w: %w", columns[open[i].at].name, errPage, err)
			}
		}
		if err := f(b); err != nil {
			return err
		}
		left -= b.n
	}
	return nil
}

// constant fills a column of which the statistics tell that all n or more rows are alike.
func (b *batch) constant(at int, m *format.ColumnMetaData, n int) bool {
	s, kind := &m.Statistics, columns[at].kind
	b.same[at] = false
	null := s.NullCount == m.NumValues
	if !null && (s.NullCount != 0 || len(s.MinValue) == 0 || !bytes.Equal(s.MinValue, s.MaxValue)) {
		return false
	}
	switch {
	case kind.physical() == format.Int32:
		v := int32(-1)
		if !null {
			v = int32(binary.LittleEndian.Uint32(s.MinValue))
		}
		b.ints[at] = repeat(&b.ownInts[at], v, n)
	case kind.physical() == format.Int64:
		v := int64(0)
		if !null {
			v = int64(binary.LittleEndian.Uint64(s.MinValue))
		}
		b.longs[at] = repeat(&b.ownLongs[at], v, n)
	case kind == wordKind:
		b.words[at] = append(b.words[at][:0], string(s.MinValue))
		b.ints[at] = repeat(&b.ownInts[at], 0, n)
	case null && kind != textKind:
		b.keys[at] = repeat(&b.keys[at], Key{}, n)
	default:
		return false
	}
	b.same[at] = true
	return true
}

// repeat returns n times v, in buf.
func repeat[T any](buf *[]T, v T, n int) []T {
	s := slices.Grow((*buf)[:0], n)[:n]
	for i := range s {
		s[i] = v
	}
	*buf = s
	return s
}

var (
	errPage  = errors.New("a page cannot be read")
	errPages = errors.New("the pages are not cut as this program cuts them")
)

// page reads the next page of a column. Its values stay where they were decoded, if none is null,
// until the page after it. A number beyond the words of a damaged page panics where it is
// used; withFile tells of the damage.
func (b *batch) page(c *openColumn, first bool) (err error) {
	parquet.Release(c.page)
	c.page = nil
	p, err := c.pages.ReadPage()
	if errors.Is(err, io.EOF) || err == nil && p.NumRows() != int64(b.n) {
		return errPages
	}
	if err != nil {
		return err
	}
	c.page = p
	data, levels, at := p.Data(), p.DefinitionLevels(), c.at
	switch columns[at].kind {
	case longKind, timeKind:
		b.longs[at], err = values(&b.ownLongs[at], data.Int64(), levels, 0)
	case intKind, dateKind:
		b.ints[at], err = values(&b.ownInts[at], data.Int32(), levels, -1)
	case wordKind:
		if first {
			b.words[at] = wordsOf(b.words[at][:0], p.Dictionary())
		}
		b.ints[at], err = values(&b.ownInts[at], data.Int32(), levels, int32(len(b.words[at])-1))
	case textKind:
		b.texts[at] = textsOf(b.texts[at][:0], p)
	case agentKind, keyKind:
		b.keys[at], err = spread(b.keys[at][:0], keysOf(p), levels, Key{})
	}
	if err == nil && max(len(b.longs[at]), len(b.ints[at]), len(b.texts[at]), len(b.keys[at])) != b.n {
		err = errPages
	}
	return err
}

// values returns the values of a page, in buf where some are null.
func values[T any](buf *[]T, of []T, levels []byte, null T) (all []T, err error) {
	if whole(of, levels) {
		return of, nil
	}
	*buf, err = spread((*buf)[:0], of, levels, null)
	return *buf, err
}

// whole reports whether no value of a page is null.
func whole[T any](values []T, levels []byte) bool {
	return len(levels) == 0 || len(values) == len(levels) && bytes.IndexByte(levels, 0) < 0
}

// spread appends the values of a page to dst, null where the page has no value.
func spread[T any](dst, values []T, levels []byte, null T) ([]T, error) {
	if whole(values, levels) {
		return append(dst, values...), nil
	}
	k := 0
	for _, l := range levels {
		if l == 0 {
			dst = append(dst, null)
			continue
		}
		if k == len(values) {
			return nil, errors.New("fewer values than the page announces")
		}
		dst = append(dst, values[k])
		k++
	}
	return dst, nil
}

// wordsOf returns the words of a dictionary and, at the end, the empty one of null.
func wordsOf(words []string, d parquet.Dictionary) []string {
	if d != nil {
		for i := range d.Len() {
			words = append(words, d.Index(int32(i)).String())
		}
	}
	return append(words, "")
}

func textsOf(dst []string, p parquet.Page) []string {
	values := p.Data()
	data, offsets := values.ByteArray()
	all := string(data)
	for i := 1; i < len(offsets); i++ {
		dst = append(dst, all[offsets[i-1]:offsets[i]])
	}
	return dst
}

// keysOf returns the keys of a page, from a dictionary or not.
func keysOf(p parquet.Page) []Key {
	var keys []Key
	values := p.Data()
	if d := p.Dictionary(); d != nil {
		for _, n := range values.Int32() {
			keys = append(keys, Key(d.Index(n).ByteArray()))
		}
		return keys
	}
	data, size := values.FixedLenByteArray()
	for ; size == len(Key{}) && len(data) >= size; data = data[size:] {
		keys = append(keys, Key(data))
	}
	return keys
}

// allColumns is what decodes a contact.
var allColumns = func() []int {
	all := make([]int, columnCount)
	for i := range all {
		all[i] = i
	}
	return all
}()

// eachContact calls f with every contact of a file; source comes from its path. The
// contact is good until f returns.
func eachContact(file *parquetFile, source string, f func(c *Contact) error) error {
	var c Contact
	return scan(file, allColumns, func(b *batch) error {
		codes, err := b.codes()
		if err != nil {
			return err
		}
		for i := range b.n {
			b.contact(&c, i, codes)
			c.Source = source
			if err := f(&c); err != nil {
				return err
			}
		}
		return nil
	})
}

// codes maps the words of the columns that hold names to their values.
func (b *batch) codes() (codes map[int][]uint8, err error) {
	codes = map[int][]uint8{}
	for at, names := range map[int][]string{colDirection: directionNames, colQuality: qualityNames, colOutcome: outcomeNames, colTransfer: transferNames} {
		for _, w := range b.words[at] {
			n, bad := find(columns[at].name, names, w)
			if bad != nil && w != "" {
				err = bad
			}
			codes[at] = append(codes[at], n)
		}
	}
	return codes, err
}

// contact fills c with row i, all but its source.
func (b *batch) contact(c *Contact, i int, codes map[int][]uint8) {
	word := func(at int) string { return b.words[at][b.ints[at][i]] }
	code := func(at int) uint8 { return codes[at][b.ints[at][i]] }
	ms := func(at int) Millis { return Millis(b.ints[at][i]) }
	c.ID, c.Visit, c.Visits = b.texts[colID][i], b.ints[colVisit][i], b.ints[colVisits][i]
	c.Direction, c.Quality, c.Outcome, c.Transfer = Direction(code(colDirection)), Quality(code(colQuality)), Outcome(code(colOutcome)), Transfer(code(colTransfer))
	c.Arrival, c.Queued = Micros(b.longs[colArrival][i]), Micros(b.longs[colQueued][i])
	c.Answered, c.Ended = Micros(b.longs[colAnswered][i]), Micros(b.longs[colEnded][i])
	c.Offset, c.Fold = b.ints[colOffset][i], uint8(b.ints[colFold][i])
	c.QueueNative, c.Queue, c.DNIS = word(colQueueNative), word(colQueue), word(colDNIS)
	c.IVR, c.Wait, c.Ring, c.Talk, c.Hold, c.Wrap = ms(colIVR), ms(colWait), ms(colRing), ms(colTalk), ms(colHold), ms(colWrap)
	c.TransferTo, c.Language, c.Reason = word(colTransferTo), word(colLanguage), word(colReason)
	c.Agent, c.Caller = b.keys[colAgent][i], b.keys[colCaller][i]
	c.Flags = Flags(b.longs[colFlags][i])
}
