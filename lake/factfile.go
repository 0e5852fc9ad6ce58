package lake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"os"
	"slices"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// A FactFile is one live Parquet file of interval facts as the manifest lists it.
type FactFile struct {
	Path    string   `json:"path"`
	Source  string   `json:"source"`
	Month   string   `json:"month"` // UTC month in which the intervals begin
	Size    int64    `json:"size"`
	SHA256  string   `json:"sha256"`
	Rows    int64    `json:"rows"`
	First   Micros   `json:"first"` // start of the first interval
	Last    Micros   `json:"last"`  // end of the last
	Queues  []string `json:"queues"`
	Seconds []int32  `json:"seconds"` // lengths of intervals
}

// factRow is a fact as a Parquet row. Source and month stand in the path.
type factRow struct {
	Queue          string `parquet:"queue,dict"`
	QueueNative    string `parquet:"queue_native,dict,optional"`
	Start          int64  `parquet:"interval_start_utc,delta,timestamp(microsecond)"`
	Seconds        int32  `parquet:"interval_s,delta"`
	Offset         int32  `parquet:"local_offset_s,delta"`
	Fold           int32  `parquet:"fold,delta"`
	Quality        string `parquet:"time_quality,dict"`
	Offered        *int64 `parquet:"offered"`
	Handled        *int64 `parquet:"handled"`
	Abandoned      *int64 `parquet:"abandoned"`
	ShortAbandoned *int64 `parquet:"short_abandoned"`
	ShortMillis    *int64 `parquet:"short_ms"`
	Blocked        *int64 `parquet:"blocked"`
	OverflowIn     *int64 `parquet:"overflow_in"`
	OverflowOut    *int64 `parquet:"overflow_out"`
	Within         *int64 `parquet:"within"`
	WithinMillis   *int64 `parquet:"within_ms"`
	AnswerMillis   *int64 `parquet:"answer_wait_ms"`
	AbandonMillis  *int64 `parquet:"abandon_wait_ms"`
	Talk           *int64 `parquet:"talk_ms"`
	Hold           *int64 `parquet:"hold_ms"`
	Wrap           *int64 `parquet:"wrap_ms"`
	Staffed        *int64 `parquet:"staffed_ms"`
	Partial        bool   `parquet:"partial"`
	Flags          int64  `parquet:"dq_flags,delta"`
}

func (r *factRow) numbers() []**int64 {
	return []**int64{
		&r.Offered, &r.Handled, &r.Abandoned, &r.ShortAbandoned, &r.ShortMillis, &r.Blocked, &r.OverflowIn, &r.OverflowOut,
		&r.Within, &r.WithinMillis, &r.AnswerMillis, &r.AbandonMillis, &r.Talk, &r.Hold, &r.Wrap, &r.Staffed,
	}
}

// encodeFacts returns the file of facts that are in order. The same facts give the same
// bytes.
func encodeFacts(facts []Fact) ([]byte, error) {
	rows := make([]factRow, len(facts))
	for i := range facts {
		f, r := &facts[i], &rows[i]
		r.Queue, r.Start, r.Seconds, r.Offset, r.Fold = f.Queue, int64(f.Start), f.Seconds, f.Offset, int32(f.Fold)
		r.Quality, r.Partial, r.Flags = f.Quality.String(), f.Partial, int64(f.Flags)
		r.QueueNative = f.QueueNative
		to := r.numbers()
		for k, n := range f.numbers() {
			if *n >= 0 {
				*to[k] = n
			}
		}
	}
	var out bytes.Buffer
	w := parquet.NewGenericWriter[factRow](&out,
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}), parquet.CreatedBy("ringtide", "1", ""),
		parquet.DefaultEncodingFor(parquet.Int64, &parquet.DeltaBinaryPacked),
		parquet.SortingWriterConfig(parquet.SortingColumns(parquet.Ascending("queue"), parquet.Ascending("interval_start_utc"))))
	if _, err := w.Write(rows); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// readFacts reads the facts of one file. Parquet readers may panic on damage that came
// after Open; that is an error here.
func (l *Lake) readFacts(file FactFile) (facts []Fact, err error) {
	path := l.path(file.Path)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("lake: %s cannot be decoded (%v); %s: %w", path, r, remedy, ErrDamaged)
		}
	}()
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("lake: %w", err)
	}
	rows, err := parquet.Read[factRow](bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("lake: %s: %w", path, err)
	}
	facts = make([]Fact, len(rows))
	for i := range rows {
		r, f := &rows[i], &facts[i]
		quality, err := find("quality", qualityNames, r.Quality)
		if err != nil {
			return nil, fmt.Errorf("lake: %s: %w", path, err)
		}
		*f = NewFact(file.Source, r.Queue, Micros(r.Start), r.Seconds)
		f.QueueNative, f.Offset, f.Fold, f.Quality = r.QueueNative, r.Offset, uint8(r.Fold), Quality(quality)
		f.Partial, f.Flags = r.Partial, Flags(r.Flags)
		from := r.numbers()
		for k, n := range f.numbers() {
			if p := *from[k]; p != nil {
				*n = *p
			}
		}
	}
	return facts, nil
}

// Facts yields every interval fact, by source and month, then by queue and start.
func (l *Lake) Facts(ctx context.Context) iter.Seq2[Fact, error] {
	return func(yield func(Fact, error) bool) {
		for _, file := range l.man.Load().Facts {
			facts, err := l.readFacts(file)
			if err == nil {
				err = ctx.Err()
			}
			if err != nil {
				yield(Fact{}, err)
				return
			}
			for _, f := range facts {
				if !yield(f, nil) {
					return
				}
			}
		}
	}
}

// commitFacts merges the facts of the load into their partitions, writes those that
// changed and lists them in next.
func (w *Writer) commitFacts(ctx context.Context, next *manifest) error {
	for p, facts := range w.facts {
		if err := ctx.Err(); err != nil {
			return err
		}
		var stored []Fact
		is := func(f FactFile) bool { return f.Source == p.source && f.Month == p.month }
		if i := slices.IndexFunc(next.Facts, is); i >= 0 {
			var err error
			if stored, err = w.lake.readFacts(next.Facts[i]); err != nil {
				return err
			}
		}
		all, changed := facts.merge(stored, w.factTallies)
		if !changed {
			continue
		}
		file, err := w.lake.writeFacts(p, all)
		if err != nil {
			return err
		}
		next.Facts = append(slices.DeleteFunc(next.Facts, is), file)
	}
	return nil
}

func (l *Lake) writeFacts(p partition, facts []Fact) (FactFile, error) {
	data, err := encodeFacts(facts)
	if err != nil {
		return FactFile{}, fmt.Errorf("lake: facts of %s: %w", p.dir(), err)
	}
	file := describeFacts(p, facts)
	sum := sha256.Sum256(data)
	file.Size, file.SHA256 = int64(len(data)), hex.EncodeToString(sum[:])
	file.Path = "facts/" + p.dir() + "/part-" + file.SHA256[:16] + ".parquet"
	if l.man.Load().live()[file.Path] {
		return file, nil
	}
	return file, publish(l.disk, l.dir, file.Path, data)
}

func describeFacts(p partition, facts []Fact) FactFile {
	file := FactFile{Source: p.source, Month: p.month, Rows: int64(len(facts)), First: facts[0].Start}
	for i := range facts {
		f := &facts[i]
		file.First, file.Last = min(file.First, f.Start), max(file.Last, f.end())
		file.Queues, file.Seconds = append(file.Queues, f.Queue), append(file.Seconds, f.Seconds)
	}
	slices.Sort(file.Queues)
	slices.Sort(file.Seconds)
	file.Queues, file.Seconds = slices.Compact(file.Queues), slices.Compact(file.Seconds)
	return file
}

// verifyFacts decodes every fact and compares with the manifest.
func (l *Lake) verifyFacts(ctx context.Context) error {
	for _, file := range l.man.Load().Facts {
		if err := ctx.Err(); err != nil {
			return err
		}
		facts, err := l.readFacts(file)
		if err != nil {
			return err
		}
		ok := len(facts) > 0
		for i := range facts {
			ok = ok && facts[i].check() == nil && (i == 0 || facts[i-1].key().compare(facts[i].key()) < 0)
		}
		if ok {
			got := describeFacts(partition{file.Source, file.Month}, facts)
			ok = got.Rows == file.Rows && got.First == file.First && got.Last == file.Last && slices.Equal(got.Queues, file.Queues)
		}
		if !ok {
			return fmt.Errorf("lake: %s does not hold what the manifest says; %s: %w", l.path(file.Path), remedy, ErrDamaged)
		}
	}
	return nil
}
