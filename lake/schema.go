package lake

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// A record is a contact as a Parquet row. Source and month stand in the path,
// as hive partitions have it. The order of the fields is the order of the columns.
type record struct {
	ID          string `parquet:"contact_id,delta"`
	Visit       int32  `parquet:"visit_seq,delta"`
	Visits      int32  `parquet:"visits,delta"`
	Direction   string `parquet:"direction,dict"`
	Arrival     int64  `parquet:"arrival_utc,delta,timestamp(microsecond)"`
	Queued      int64  `parquet:"queued_utc,delta,optional,timestamp(microsecond)"`
	Answered    int64  `parquet:"answered_utc,delta,optional,timestamp(microsecond)"`
	Ended       int64  `parquet:"ended_utc,delta,optional,timestamp(microsecond)"`
	LocalDate   int32  `parquet:"local_date,delta,date"`
	Offset      int32  `parquet:"local_offset_s,delta"`
	Fold        int32  `parquet:"fold,delta"`
	Quality     string `parquet:"time_quality,dict"`
	QueueNative string `parquet:"queue_native,dict,optional"`
	Queue       string `parquet:"queue,dict,optional"`
	DNIS        string `parquet:"dnis,dict,optional"`
	Outcome     string `parquet:"outcome,dict"`
	IVR         *int32 `parquet:"ivr_ms"`
	Wait        *int32 `parquet:"wait_ms"`
	Ring        *int32 `parquet:"ring_ms"`
	Talk        *int32 `parquet:"talk_ms"`
	Hold        *int32 `parquet:"hold_ms"`
	Wrap        *int32 `parquet:"wrap_ms"`
	Transfer    string `parquet:"transfer_kind,dict"`
	TransferTo  string `parquet:"transfer_to,dict,optional"`
	Agent       Key    `parquet:"agent_key,dict,optional"`
	Caller      Key    `parquet:"caller_key,optional"`
	Language    string `parquet:"language,dict,optional"`
	Reason      string `parquet:"reason,dict,optional"`
	Flags       int64  `parquet:"dq_flags,delta"`
	SrcFile     string `parquet:"src_file,dict"`
	SrcRow      int64  `parquet:"src_row,delta"`
}

// recordOf points into c for the durations, so c must outlive the record.
func recordOf(c *Contact) record {
	return record{
		ID: c.ID, Visit: c.Visit, Visits: c.Visits, Direction: c.Direction.String(),
		Arrival: int64(c.Arrival), Queued: int64(c.Queued), Answered: int64(c.Answered), Ended: int64(c.Ended),
		LocalDate: c.localDay(), Offset: c.Offset, Fold: int32(c.Fold), Quality: c.Quality.String(),
		QueueNative: c.QueueNative, Queue: c.Queue, DNIS: c.DNIS, Outcome: c.Outcome.String(),
		IVR: known(&c.IVR), Wait: known(&c.Wait), Ring: known(&c.Ring),
		Talk: known(&c.Talk), Hold: known(&c.Hold), Wrap: known(&c.Wrap),
		Transfer: c.Transfer.String(), TransferTo: c.TransferTo, Agent: c.Agent, Caller: c.Caller,
		Language: c.Language, Reason: c.Reason, Flags: int64(c.Flags), SrcFile: c.SrcFile, SrcRow: c.SrcRow,
	}
}

func known(m *Millis) *int32 {
	if *m < 0 {
		return nil
	}
	return (*int32)(m)
}

const (
	rowsPerGroup = 1 << 18
	batchRows    = 1024
)

// Text columns of which no reader prunes by range: their bounds per page cost
// a sixth of the writing and buy nothing.
var noBounds = []string{
	"contact_id", "direction", "time_quality", "queue_native", "dnis", "outcome", "transfer_kind",
	"transfer_to", "agent_key", "caller_key", "language", "reason", "src_file",
}

// encodeParquet returns the file of contacts that are already in order. The same
// contacts give the same bytes.
func encodeParquet(contacts []*Contact) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(len(contacts) * 48)
	options := []parquet.WriterOption{
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}),
		parquet.MaxRowsPerRowGroup(rowsPerGroup),
		parquet.DefaultEncodingFor(parquet.Int32, &parquet.DeltaBinaryPacked), // a pointer takes no tag of its own
		parquet.CreatedBy("ringtide", "1", ""),
		parquet.SortingWriterConfig(parquet.SortingColumns(parquet.Ascending("queue"), parquet.Ascending("arrival_utc"))),
	}
	for _, column := range noBounds {
		options = append(options, parquet.SkipPageBounds(column))
	}
	w := parquet.NewGenericWriter[record](&out, options...)
	batch := make([]record, 0, batchRows)
	for i, c := range contacts {
		batch = append(batch, recordOf(c))
		if len(batch) == batchRows || i == len(contacts)-1 {
			if _, err := w.Write(batch); err != nil {
				return nil, err
			}
			batch = batch[:0]
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

var schema = parquet.SchemaOf(record{})

// columnOf maps a column's name to its place in the file.
var columnOf = func() map[string]int {
	m := map[string]int{}
	for i, path := range schema.Columns() {
		m[path[0]] = i
	}
	return m
}()

// openParquet reads the footer and checks that the columns are the ones of this schema.
func openParquet(r io.ReaderAt, size int64) (*parquetFile, error) {
	file, err := parquet.OpenFile(r, size, parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
	if err != nil {
		return nil, err
	}
	same := func(a, b []string) bool { return slices.Equal(a, b) }
	if !slices.EqualFunc(file.Schema().Columns(), schema.Columns(), same) {
		return nil, errors.New("the columns are not those of this version of the lake")
	}
	return file, nil
}

// decodeContacts reads all contacts of a file; source comes from its path.
func decodeContacts(file *parquetFile, source string) ([]Contact, error) {
	out := make([]Contact, file.NumRows())
	for i := range out {
		out[i].Source = source
	}
	var errs []error
	check := func(n int, err error) bool {
		if err == nil && n != len(out) {
			err = fmt.Errorf("%d values in %d rows", n, len(out))
		}
		errs = append(errs, err)
		return err == nil
	}
	longs := func(column string, set func(c *Contact, v int64)) {
		if v, err := readInt64(file, column); check(len(v), err) {
			for i := range out {
				set(&out[i], v[i])
			}
		}
	}
	ints := func(column string, set func(c *Contact, v int32)) {
		if v, err := readInt32(file, column); check(len(v), err) {
			for i := range out {
				set(&out[i], v[i])
			}
		}
	}
	words := func(column string, set func(c *Contact, s string)) {
		if v, err := readWords(file, column); check(len(v.index), err) {
			for i := range out {
				set(&out[i], v.at(i))
			}
		}
	}
	coded := func(column string, names []string, set func(c *Contact, n uint8)) {
		words(column, func(c *Contact, s string) {
			n, err := find(column, names, s)
			if err != nil && len(errs) < 100 {
				errs = append(errs, err)
			}
			set(c, n)
		})
	}
	keys := func(column string, set func(c *Contact, k Key)) {
		if v, err := readKeys(file, column); check(len(v), err) {
			for i := range out {
				set(&out[i], v[i])
			}
		}
	}
	if v, err := readTexts(file, "contact_id"); check(len(v), err) {
		for i := range out {
			out[i].ID = v[i]
		}
	}
	ints("visit_seq", func(c *Contact, v int32) { c.Visit = v })
	ints("visits", func(c *Contact, v int32) { c.Visits = v })
	coded("direction", directionNames, func(c *Contact, n uint8) { c.Direction = Direction(n) })
	longs("arrival_utc", func(c *Contact, v int64) { c.Arrival = Micros(v) })
	longs("queued_utc", func(c *Contact, v int64) { c.Queued = Micros(v) })
	longs("answered_utc", func(c *Contact, v int64) { c.Answered = Micros(v) })
	longs("ended_utc", func(c *Contact, v int64) { c.Ended = Micros(v) })
	ints("local_offset_s", func(c *Contact, v int32) { c.Offset = v })
	ints("fold", func(c *Contact, v int32) { c.Fold = uint8(v) })
	coded("time_quality", qualityNames, func(c *Contact, n uint8) { c.Quality = Quality(n) })
	words("queue_native", func(c *Contact, s string) { c.QueueNative = s })
	words("queue", func(c *Contact, s string) { c.Queue = s })
	words("dnis", func(c *Contact, s string) { c.DNIS = s })
	coded("outcome", outcomeNames, func(c *Contact, n uint8) { c.Outcome = Outcome(n) })
	ints("ivr_ms", func(c *Contact, v int32) { c.IVR = Millis(v) })
	ints("wait_ms", func(c *Contact, v int32) { c.Wait = Millis(v) })
	ints("ring_ms", func(c *Contact, v int32) { c.Ring = Millis(v) })
	ints("talk_ms", func(c *Contact, v int32) { c.Talk = Millis(v) })
	ints("hold_ms", func(c *Contact, v int32) { c.Hold = Millis(v) })
	ints("wrap_ms", func(c *Contact, v int32) { c.Wrap = Millis(v) })
	coded("transfer_kind", transferNames, func(c *Contact, n uint8) { c.Transfer = Transfer(n) })
	words("transfer_to", func(c *Contact, s string) { c.TransferTo = s })
	keys("agent_key", func(c *Contact, k Key) { c.Agent = k })
	keys("caller_key", func(c *Contact, k Key) { c.Caller = k })
	words("language", func(c *Contact, s string) { c.Language = s })
	words("reason", func(c *Contact, s string) { c.Reason = s })
	longs("dq_flags", func(c *Contact, v int64) { c.Flags = Flags(v) })
	words("src_file", func(c *Contact, s string) { c.SrcFile = s })
	longs("src_row", func(c *Contact, v int64) { c.SrcRow = v })
	return out, errors.Join(errs...)
}
