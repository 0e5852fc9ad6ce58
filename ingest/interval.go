package ingest

import (
	"bytes"

	"github.com/ringtide/ringtide/lake"
)

// reasonCount is the quarantine of a row whose count is none.
const reasonCount = "bad_count"

// An intervalReader turns rows of interval reports into facts. It finds out of the row
// where its interval lies, and counts rows and facts.
type intervalReader struct {
	l     *load
	f     *file
	clock *clock
	// again tells the two runs of a repeated hour apart where a report has a row for each
	// and no more than the wall clock: the first row is of the first.
	again map[againKey]bool
}

type againKey struct {
	queue   string
	micros  int64
	seconds int64
}

func (l *load) intervals(f *file) *intervalReader {
	if f.report.Intervals == nil {
		f.report.Intervals = &lake.FactTally{}
	}
	return &intervalReader{l, f, l.clock(f), map[againKey]bool{}}
}

// fact makes a fact of a queue in the interval that begins with s and is seconds long, or as
// many calendar days as s says.
func (r *intervalReader) fact(s span, seconds int64, queue string) lake.Fact {
	at := r.clock.read(s.reading)
	if s.days > 0 {
		end := s.reading
		end.micros += int64(s.days) * 86400e6
		at.flags, at.how = 0, lake.Minute // a day that begins in a skipped or repeated hour is that day
		if r.clock.naive {
			at.how = lake.InferredZone
		}
		seconds = int64(r.clock.read(end).at-at.at) / 1e6
	}
	if at.how == lake.AmbiguousLocal {
		key := againKey{queue, s.micros, seconds}
		if r.again[key] {
			_, second, _ := r.clock.zone.instant(floorSeconds(s.micros))
			at.at = lake.Micros(second * 1e6)
		}
		r.again[key] = true
	}
	fact := lake.NewFact(r.f.source, queue, at.at, int32(min(seconds, 1<<30)))
	fact.Quality, fact.Flags = at.how, at.flags
	whole := floorSeconds(int64(at.at))
	fact.Offset, fact.Fold = int32(r.clock.zone.at(whole)), r.clock.zone.fold(whole)
	return fact
}

// put hands a fact to the lake.
func (r *intervalReader) put(line int64, fact *lake.Fact) *reject {
	if fact.Queue == lake.AllQueues {
		return &reject{reasonQueue, "queue"}
	}
	if err := r.l.w.AddFact(r.f.input, fact); err != nil {
		return &reject{reasonRange, ""}
	}
	r.f.noteFlags(line, fact.Flags)
	r.f.noteTime(fact.Start)
	return nil
}

// used counts a row that facts were made of.
func (r *intervalReader) used() {
	r.f.report.Rows++
	r.f.report.Used++
}

// parseCount reads a number of contacts: 1,234 and 12.0 are numbers too. Nothing is unknown.
func parseCount(text []byte) (int64, bool) {
	if len(text) == 0 {
		return -1, true
	}
	if i := bytes.IndexByte(text, '.'); i >= 0 && len(bytes.Trim(text[i+1:], "0")) == 0 {
		text = text[:i]
	}
	if bytes.IndexByte(text, '.') >= 0 {
		return 0, false // 1.234 is a thousand to some
	}
	n, err := parseDecimal(text, 1)
	return n, err == nil && n >= 0
}
