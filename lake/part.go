package lake

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
	"slices"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

const (
	rowsPerPage  = 1 << 15
	rowsPerGroup = 1 << 18
)

// A partWriter writes the rows of one partition, which come in order, as a Parquet file.
// The same rows give the same bytes. It holds one page of values and one row group
// of finished pages, however long the file gets.
//
// It takes whole columns where a general writer takes rows: most columns of most
// exports are constant or unknown and then cost a byte per row, and no value is boxed.
type partWriter struct {
	w       io.Writer
	written int64
	err     error

	chunks [columnCount]chunk
	page   int // rows in the page
	group  int // and in the finished pages of the row group
	rows   int64
	groups []format.RowGroup
	pages  [][]pageIndex // of each row group, by column
	pack   packer
	census *census
	tables *wordTables // of the rows

	footerAt int64     // where the page index begins
	footer   hash.Hash // over it and the footer; nil before
}

// pageIndex is the page index of one chunk.
type pageIndex struct {
	offsets format.OffsetIndex
	bounds  *format.ColumnIndex
}

func newPartWriter() (*partWriter, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithZeroFrames(true), zstd.WithEncoderCRC(false)) // pages have a CRC of their own
	if err != nil {
		return nil, err
	}
	p := &partWriter{pack: packer{z: z, content: sha256.New()}}
	for i := range p.chunks {
		p.chunks[i].column = &columns[i]
	}
	return p, nil
}

// begin starts a file; the buffers serve one file after another.
func (p *partWriter) begin(w io.Writer, of partition, tables *wordTables) {
	p.w, p.written, p.err, p.footer = w, 0, nil, nil
	p.page, p.group, p.rows, p.groups, p.pages = 0, 0, 0, nil, nil
	p.census, p.tables = newCensus(of, tables), tables
	p.pack.content.Reset()
	for i := range p.chunks {
		c := &p.chunks[i]
		c.levels, c.ints, c.longs, c.bytes = c.levels[:0], c.ints[:0], c.longs[:0], c.bytes[:0]
		c.reset()
	}
	p.write([]byte("PAR1"))
}

func (c *chunk) reset() {
	c.rows, c.nulls, c.pages, c.index, c.uncompressed = 0, 0, c.pages[:0], c.index[:0], 0
	c.ends = c.ends[:0]
	if c.kind == textKind {
		c.ends = append(c.ends, 0)
	}
	c.dict.reset()
}

// add appends one row.
func (p *partWriter) add(v *view) error {
	p.census.add(v)
	c := &p.chunks
	c[colID].text(v.id)
	c[colVisit].int(v.visit)
	c[colVisits].int(v.visits)
	c[colDirection].code(directionNames, v.direction)
	c[colArrival].long(v.arrival)
	c[colQueued].longOr0(v.times[0])
	c[colAnswered].longOr0(v.times[1])
	c[colEnded].longOr0(v.times[2])
	c[colLocalDate].int(v.day)
	c[colOffset].int(v.offset)
	c[colFold].int(int32(v.fold))
	c[colQuality].code(qualityNames, v.quality)
	p.word(colQueueNative, v, wordNative)
	p.word(colQueue, v, wordQueue)
	p.word(colDNIS, v, wordDNIS)
	c[colOutcome].code(outcomeNames, v.outcome)
	for i, ms := range v.durations {
		c[colIVR+i].millis(ms)
	}
	c[colTransfer].code(transferNames, v.transfer)
	p.word(colTransferTo, v, wordTransfer)
	p.word(colAgent, v, wordAgent)
	c[colCaller].key(v.caller)
	p.word(colLanguage, v, wordLanguage)
	p.word(colReason, v, wordReason)
	c[colFlags].long(int64(v.flags))
	if p.page++; p.page == rowsPerPage {
		return p.endPage()
	}
	return nil
}

// word adds an optional text or agent's key of a row to a column.
func (p *partWriter) word(column int, v *view, at int) {
	c, n := &p.chunks[column], v.words[at]
	switch {
	case n == noWord:
		c.levels = append(c.levels, 0)
	case n == inlineWord:
		c.word(c.dict.find(v.inline[at]))
	case int(n) < len(c.dict.places) && c.dict.places[n] != 0:
		c.word(c.dict.places[n] - 1)
	default:
		c.word(c.dict.place(n, p.tables[at].word(n)))
	}
}

func (p *partWriter) endPage() error {
	for i := range p.chunks {
		if err := p.pack.pack(&p.chunks[i], p.page); err != nil {
			return err
		}
	}
	p.group, p.page = p.group+p.page, 0
	if p.group >= rowsPerGroup {
		return p.endGroup()
	}
	return nil
}

// endGroup writes the chunks of the row group, one column after another.
func (p *partWriter) endGroup() error {
	g := format.RowGroup{NumRows: int64(p.group), FileOffset: p.written, Ordinal: int16(len(p.groups)),
		SortingColumns: []format.SortingColumn{{ColumnIdx: colQueue, NullsFirst: true}, {ColumnIdx: colArrival}}}
	index := make([]pageIndex, len(p.chunks))
	for i := range p.chunks {
		c := &p.chunks[i]
		meta, err := p.writeChunk(c, &index[i])
		if err != nil {
			return err
		}
		g.TotalByteSize += meta.TotalUncompressedSize
		g.TotalCompressedSize += meta.TotalCompressedSize
		g.Columns = append(g.Columns, format.ColumnChunk{MetaData: meta})
		c.reset()
	}
	p.rows += int64(p.group)
	p.group = 0
	p.groups, p.pages = append(p.groups, g), append(p.pages, index)
	return p.err
}

func (p *partWriter) writeChunk(c *chunk, index *pageIndex) (format.ColumnMetaData, error) {
	meta := format.ColumnMetaData{
		Type: c.kind.physical(), Encoding: []format.Encoding{c.kind.encoding(), format.RLE}, PathInSchema: []string{c.name},
		Codec: c.kind.codec(), NumValues: int64(c.rows), TotalUncompressedSize: c.uncompressed,
	}
	meta.Statistics.NullCount = int64(c.nulls)
	start := p.written
	if c.kind.dictionary() {
		meta.DictionaryPageOffset = start
		meta.Encoding = append(meta.Encoding, format.Plain)
		meta.TotalUncompressedSize += int64(p.pack.dictionary(c, p.write))
	}
	meta.DataPageOffset = p.written
	for _, e := range c.index {
		index.offsets.PageLocations = append(index.offsets.PageLocations, format.PageLocation{
			Offset: p.written + int64(e.offset), CompressedPageSize: int32(e.size), FirstRowIndex: int64(e.first)})
	}
	p.write(c.pages)
	meta.TotalCompressedSize = p.written - start
	c.statistics(&meta.Statistics)
	index.bounds = c.columnIndex()
	return meta, p.err
}

// dictionary writes the dictionary page of a chunk and returns its size uncompressed.
func (p *packer) dictionary(c *chunk, write func([]byte)) int {
	p.values = p.values[:0]
	for _, w := range c.dict.words {
		if c.kind == wordKind {
			p.values = binary.LittleEndian.AppendUint32(p.values, uint32(len(w)))
		}
		p.values = append(p.values, w...)
	}
	p.content.Write(p.values)
	p.packed = p.z.EncodeAll(p.values, p.packed[:0])
	h := headerBytes(format.PageHeader{
		Type: format.DictionaryPage, UncompressedPageSize: int32(len(p.values)), CompressedPageSize: int32(len(p.packed)),
		CRC:                  checksum(nil, p.packed),
		DictionaryPageHeader: thrift.New(format.DictionaryPageHeader{NumValues: int32(len(c.dict.words)), Encoding: format.Plain}),
	})
	write(h)
	write(p.packed)
	return len(h) + len(p.values)
}

// statistics bounds the values of a row group.
func (c *chunk) statistics(s *format.Statistics) {
	switch {
	case c.kind == wordKind && len(c.dict.words) > 0:
		s.MinValue, s.MaxValue = []byte(slices.Min(c.dict.words)), []byte(slices.Max(c.dict.words))
	case c.kind.number():
		for _, e := range c.index {
			if e.empty {
				continue
			}
			if s.MinValue == nil || c.kind.less(e.low, s.MinValue) {
				s.MinValue = e.low
			}
			if s.MaxValue == nil || c.kind.less(s.MaxValue, e.high) {
				s.MaxValue = e.high
			}
		}
	}
}

// columnIndex returns the bounds of the pages of numbers and of the queue; a reader
// can prune by those.
func (c *chunk) columnIndex() *format.ColumnIndex {
	if !c.kind.number() && c.column != &columns[colQueue] {
		return nil
	}
	x := &format.ColumnIndex{}
	if c.column == &columns[colQueue] {
		x.BoundaryOrder = format.Ascending
	}
	for _, e := range c.index {
		x.NullPages = append(x.NullPages, e.empty)
		x.MinValues, x.MaxValues = append(x.MinValues, e.low), append(x.MaxValues, e.high)
		x.NullCounts = append(x.NullCounts, int64(e.nulls))
	}
	return x
}

// close writes what is left, the page index and the footer.
func (p *partWriter) close() error {
	if p.page > 0 {
		if err := p.endPage(); err != nil {
			return err
		}
	}
	if p.group > 0 {
		if err := p.endGroup(); err != nil {
			return err
		}
	}
	p.footerAt, p.footer = p.written, sha256.New()
	for g := range p.groups {
		for i := range p.groups[g].Columns {
			p.writeIndex(&p.groups[g].Columns[i], &p.pages[g][i])
		}
	}
	meta := format.FileMetaData{Version: 2, Schema: schemaElements(), NumRows: p.rows, RowGroups: p.groups, CreatedBy: "ringtide version 2 (build 2)"}
	for range columns {
		meta.ColumnOrders = append(meta.ColumnOrders, format.ColumnOrder{Value: &format.TypeDefinedOrder{}})
	}
	footer := thriftBytes(&meta)
	p.write(footer)
	p.write(binary.LittleEndian.AppendUint32(nil, uint32(len(footer))))
	p.write([]byte("PAR1"))
	return p.err
}

// entry returns the manifest's entry of the finished file, all but its path and its hash.
func (p *partWriter) entry() File {
	f := p.census.result()
	f.Footer, f.FooterSHA256 = p.written-p.footerAt, hex.EncodeToString(p.footer.Sum(nil))
	f.Size, f.Content = p.written, hex.EncodeToString(p.pack.content.Sum(nil))
	return f
}

func (p *partWriter) writeIndex(c *format.ColumnChunk, x *pageIndex) {
	if x.bounds != nil {
		b := thriftBytes(x.bounds)
		c.ColumnIndexOffset, c.ColumnIndexLength = p.written, int32(len(b))
		p.write(b)
	}
	b := thriftBytes(&x.offsets)
	c.OffsetIndexOffset, c.OffsetIndexLength = p.written, int32(len(b))
	p.write(b)
}

func (p *partWriter) write(b []byte) {
	if p.err == nil {
		if p.footer != nil {
			p.footer.Write(b)
		}
		n, err := p.w.Write(b)
		p.written, p.err = p.written+int64(n), err
	}
}

// thriftBytes serializes a structure of the format; it is in memory and cannot fail.
func thriftBytes(v any) []byte {
	var b bytes.Buffer
	if err := thrift.NewEncoder(new(thrift.CompactProtocol).NewWriter(&b)).Encode(v); err != nil {
		panic("lake: internal: " + err.Error())
	}
	return b.Bytes()
}

func headerBytes(h format.PageHeader) []byte { return thriftBytes(&h) }
