package lake

import (
	"context"
	"encoding/csv"
	"encoding/hex"
	"io"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/ringtide/ringtide/interval"
)

// An exportRow is a contact as one row of a table for other programs: the columns of the lake,
// with the source.
type exportRow struct {
	Source      string    `parquet:"source,dict"`
	ID          string    `parquet:"contact_id"`
	Visit       int32     `parquet:"visit_seq"`
	Visits      int32     `parquet:"visits"`
	Direction   string    `parquet:"direction,dict"`
	Arrival     time.Time `parquet:"arrival_utc,delta,timestamp(microsecond)"`
	Queued      int64     `parquet:"queued_utc,delta,optional,timestamp(microsecond)"`
	Answered    int64     `parquet:"answered_utc,delta,optional,timestamp(microsecond)"`
	Ended       int64     `parquet:"ended_utc,delta,optional,timestamp(microsecond)"`
	LocalDate   int32     `parquet:"local_date,date"`
	Offset      int32     `parquet:"local_offset_s"`
	Fold        int32     `parquet:"fold"`
	Quality     string    `parquet:"time_quality,dict"`
	QueueNative string    `parquet:"queue_native,dict,optional"`
	Queue       string    `parquet:"queue,dict,optional"`
	DNIS        string    `parquet:"dnis,dict,optional"`
	Outcome     string    `parquet:"outcome,dict"`
	IVR         *int32    `parquet:"ivr_ms"`
	Wait        *int32    `parquet:"wait_ms"`
	Ring        *int32    `parquet:"ring_ms"`
	Talk        *int32    `parquet:"talk_ms"`
	Hold        *int32    `parquet:"hold_ms"`
	Wrap        *int32    `parquet:"wrap_ms"`
	Transfer    string    `parquet:"transfer_kind,dict"`
	TransferTo  string    `parquet:"transfer_to,dict,optional"`
	Agent       string    `parquet:"agent_key,dict,optional"`
	Caller      string    `parquet:"caller_key,optional"`
	Language    string    `parquet:"language,dict,optional"`
	Reason      string    `parquet:"reason,dict,optional"`
	Flags       int64     `parquet:"dq_flags"`
}

func exportRowOf(c *Contact) exportRow {
	ms := func(m Millis) *int32 {
		if m < 0 {
			return nil
		}
		v := int32(m)
		return &v
	}
	key := func(k Key) string {
		if k == (Key{}) {
			return ""
		}
		return hex.EncodeToString(k[:])
	}
	return exportRow{
		c.Source, c.ID, c.Visit, c.Visits, c.Direction.String(), c.Arrival.Time(), int64(c.Queued), int64(c.Answered), int64(c.Ended),
		c.localDay(), c.Offset, int32(c.Fold), c.Quality.String(), c.QueueNative, c.Queue, c.DNIS, c.Outcome.String(),
		ms(c.IVR), ms(c.Wait), ms(c.Ring), ms(c.Talk), ms(c.Hold), ms(c.Wrap),
		c.Transfer.String(), c.TransferTo, key(c.Agent), key(c.Caller), c.Language, c.Reason, int64(c.Flags),
	}
}

// ExportParquet writes all contacts as one Parquet file.
func (l *Lake) ExportParquet(ctx context.Context, to io.Writer) error {
	w := parquet.NewGenericWriter[exportRow](to, parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}),
		parquet.MaxRowsPerRowGroup(rowsPerGroup), parquet.CreatedBy("ringtide", "2", ""))
	batch := make([]exportRow, 0, 1024)
	flush := func() error {
		_, err := w.Write(batch)
		batch = batch[:0]
		return err
	}
	for c, err := range l.Contacts(ctx) {
		if err != nil {
			return err
		}
		if batch = append(batch, exportRowOf(&c)); len(batch) == cap(batch) {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return w.Close()
}

// ExportCSV writes all contacts as CSV with a header. What is unknown is an empty field; times
// are RFC 3339 in UTC.
func (l *Lake) ExportCSV(ctx context.Context, to io.Writer) error {
	w := csv.NewWriter(to)
	head := []string{"source"}
	for i := range columns {
		head = append(head, columns[i].name)
	}
	if err := w.Write(head); err != nil {
		return err
	}
	for c, err := range l.Contacts(ctx) {
		if err != nil {
			return err
		}
		if err := w.Write(fields(&c)); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

func fields(c *Contact) []string {
	at := func(m Micros) string {
		if m == 0 {
			return ""
		}
		return m.Time().Format("2006-01-02T15:04:05.999999Z07:00")
	}
	number := func(n int64) string { return strconv.FormatInt(n, 10) }
	ms := func(m Millis) string {
		if m < 0 {
			return ""
		}
		return number(int64(m))
	}
	r := exportRowOf(c)
	day := interval.MustDate("1970-01-01").AddDays(int(r.LocalDate))
	return []string{
		c.Source, c.ID, number(int64(c.Visit)), number(int64(c.Visits)), r.Direction, at(c.Arrival), at(c.Queued), at(c.Answered), at(c.Ended),
		day.String(), number(int64(c.Offset)), number(int64(c.Fold)), r.Quality, c.QueueNative, c.Queue, c.DNIS, r.Outcome,
		ms(c.IVR), ms(c.Wait), ms(c.Ring), ms(c.Talk), ms(c.Hold), ms(c.Wrap), r.Transfer, c.TransferTo, r.Agent, r.Caller,
		c.Language, c.Reason, number(int64(c.Flags)),
	}
}

// A SeriesRow is one interval of one series in a table for other programs.
type SeriesRow struct {
	Series string    `parquet:"series,dict"`
	Start  time.Time `parquet:"start_utc,delta,timestamp(microsecond)"`
	Local  string    `parquet:"timestamp"` // local, as the CSV has it
	State  string    `parquet:"state,dict"`
	Value  *float64  `parquet:"value"` // null unless observed
}

// WriteSeriesParquet writes rows of series as a Parquet file.
func WriteSeriesParquet(to io.Writer, rows []SeriesRow) error {
	w := parquet.NewGenericWriter[SeriesRow](to, parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}), parquet.CreatedBy("ringtide", "2", ""))
	if _, err := w.Write(rows); err != nil {
		return err
	}
	return w.Close()
}

// SmallCell is the least number of contacts that a public table shows.
const SmallCell = 5

// Small reports, per interval, that so few contacts stand behind the value of a measure, or
// behind what it leaves over of the offered, that it could tell of a person.
func (t *Tally) Small(queue string, m Measure) ([]bool, error) {
	cells, err := t.cells(queue)
	if err != nil {
		return nil, err
	}
	few := func(n int32) bool { return n > 0 && n < SmallCell }
	small := make([]bool, t.grid.Len())
	for i := range small {
		c := cells.at(i)
		v, _ := c.value(m)
		small[i] = few(c.offered()) || m <= Queued && few(int32(v))
	}
	return small, nil
}
