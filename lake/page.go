package lake

import (
	"bytes"
	"hash"
	"hash/crc32"
	"slices"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// A chunk is a column of one row group while it is written: the values of the page that
// is being filled, and the finished pages. Pages of all columns end at the same rows.
type chunk struct {
	*column
	levels []byte // of the page, per row: 1 known, 0 null; optional columns only
	ints   []int32
	longs  []int64
	bytes  []byte   // texts and keys, one after another
	ends   []uint32 // where texts end in bytes, after a first 0
	dict   dictionary

	rows, nulls  int // of the row group
	pages        []byte
	index        []pageEntry
	uncompressed int64
}

// A pageEntry is what the page index tells of a page.
type pageEntry struct {
	offset, size int // in the pages of the chunk
	first        int // row in the row group
	nulls        int
	empty        bool   // nothing but nulls
	low, high    []byte // bounds, where they are kept
}

func (c *chunk) long(v int64) { c.longs = append(c.longs, v) }
func (c *chunk) int(v int32)  { c.ints = append(c.ints, v) }

// longOr0 adds an optional number; 0 is unknown.
func (c *chunk) longOr0(v int64) {
	if v == 0 {
		c.levels = append(c.levels, 0)
		return
	}
	c.levels = append(c.levels, 1)
	c.longs = append(c.longs, v)
}

// millis adds an optional duration.
func (c *chunk) millis(v int32) {
	if v < 0 {
		c.levels = append(c.levels, 0)
		return
	}
	c.levels = append(c.levels, 1)
	c.ints = append(c.ints, v)
}

// word adds an optional text or agent's key by its place in the dictionary.
func (c *chunk) word(place int32) {
	c.levels = append(c.levels, 1)
	c.ints = append(c.ints, place)
}

// code adds one of a few names.
func (c *chunk) code(names []string, n uint8) {
	c.ints = append(c.ints, c.dict.code(names, n))
}

func (c *chunk) text(b []byte) {
	c.bytes = append(c.bytes, b...)
	c.ends = append(c.ends, uint32(len(c.bytes)))
}

func (c *chunk) key(b []byte) {
	if len(b) == 0 {
		c.levels = append(c.levels, 0)
		return
	}
	c.levels = append(c.levels, 1)
	c.bytes = append(c.bytes, b...)
}

// A dictionary holds the different words of a chunk in the order in which they came.
type dictionary struct {
	words  []string
	number map[string]int32
	places []int32   // place + 1 of a word by its number in the table of words
	codes  [16]int32 // place + 1 of a name given by its place
}

func (d *dictionary) find(b []byte) int32 {
	n, ok := d.number[string(b)]
	if !ok {
		n = int32(len(d.words))
		w := string(b)
		d.words, d.number[w] = append(d.words, w), n
	}
	return n
}

// place returns the place of a word that the table has under a number, and keeps it.
func (d *dictionary) place(number uint32, word string) int32 {
	if more := int(number) + 1 - len(d.places); more > 0 {
		d.places = append(d.places, make([]int32, more)...)
	}
	at := d.find([]byte(word))
	d.places[number] = at + 1
	return at
}

func (d *dictionary) code(names []string, n uint8) int32 {
	if d.codes[n] == 0 {
		d.codes[n] = d.find([]byte(names[n])) + 1
	}
	return d.codes[n] - 1
}

func (d *dictionary) reset() {
	clear(d.number)
	clear(d.places)
	if d.number == nil {
		d.number = map[string]int32{}
	}
	d.words, d.codes = d.words[:0], [16]int32{}
}

// A packer turns values into pages; its buffers serve all columns in turn.
type packer struct {
	z                      *zstd.Encoder
	content                hash.Hash // over all pages before compression
	levels, values, packed []byte
}

// tooSmall is a page so short that a compressor's header would cost more than it saves.
const tooSmall = 64

// pack ends the page of n rows.
func (p *packer) pack(c *chunk, n int) error {
	var err error
	p.levels, p.values = p.levels[:0], p.values[:0]
	known := n
	if c.optional {
		known = n - bytes.Count(c.levels, []byte{0})
		if p.levels, err = (&rle.Encoding{BitWidth: 1}).EncodeLevels(p.levels, c.levels); err != nil {
			return err
		}
	}
	e := pageEntry{offset: len(c.pages), first: c.rows, nulls: n - known, empty: known == 0}
	if p.values, err = c.encode(p.values, &e); err != nil {
		return err
	}
	p.content.Write(p.levels)
	p.content.Write(p.values)
	body := p.values
	if c.kind.codec() == format.Zstd && len(p.values) >= tooSmall {
		if p.packed = p.z.EncodeAll(p.values, p.packed[:0]); len(p.packed) < len(p.values) {
			body = p.packed
		}
	}
	c.pages = append(c.pages, headerBytes(format.PageHeader{
		Type:                 format.DataPageV2,
		UncompressedPageSize: int32(len(p.levels) + len(p.values)),
		CompressedPageSize:   int32(len(p.levels) + len(body)),
		CRC:                  checksum(p.levels, body),
		DataPageHeaderV2: thrift.New(format.DataPageHeaderV2{
			NumValues: int32(n), NumNulls: int32(n - known), NumRows: int32(n), Encoding: c.kind.encoding(),
			DefinitionLevelsByteLength: int32(len(p.levels)), IsCompressed: thrift.New(len(body) < len(p.values)),
		}),
	})...)
	c.pages = append(append(c.pages, p.levels...), body...)
	e.size = len(c.pages) - e.offset
	c.uncompressed += int64(e.size - len(body) + len(p.values))
	c.index = append(c.index, e)
	c.rows, c.nulls = c.rows+n, c.nulls+n-known
	c.levels, c.ints, c.longs, c.bytes, c.ends = c.levels[:0], c.ints[:0], c.longs[:0], c.bytes[:0], c.ends[:0]
	if c.kind == textKind {
		c.ends = append(c.ends, 0)
	}
	return nil
}

func checksum(a, b []byte) int32 {
	return int32(crc32.Update(crc32.ChecksumIEEE(a), crc32.IEEETable, b))
}

// encode appends the known values of the page and notes their bounds.
func (c *chunk) encode(b []byte, e *pageEntry) ([]byte, error) {
	switch {
	case c.kind.number() && len(c.longs) > 0:
		e.low, e.high = c.kind.bound(slices.Min(c.longs)), c.kind.bound(slices.Max(c.longs))
		return (&delta.BinaryPackedEncoding{}).EncodeInt64(b, c.longs)
	case c.kind.number() && len(c.ints) > 0:
		e.low, e.high = c.kind.bound(int64(slices.Min(c.ints))), c.kind.bound(int64(slices.Max(c.ints)))
		return (&delta.BinaryPackedEncoding{}).EncodeInt32(b, c.ints)
	case c.kind.number():
		return (&delta.BinaryPackedEncoding{}).EncodeInt32(b, nil)
	case c.kind.dictionary():
		if c.column == &columns[colQueue] && len(c.ints) > 0 { // the order of the file
			e.low, e.high = []byte(c.dict.words[c.ints[0]]), []byte(c.dict.words[c.ints[len(c.ints)-1]])
		}
		return (&rle.DictionaryEncoding{}).EncodeInt32(b, c.ints)
	case c.kind == textKind:
		return (&delta.ByteArrayEncoding{}).EncodeByteArray(b, c.bytes, c.ends)
	}
	return append(b, c.bytes...), nil
}
