package ingest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A rejected row as the quarantine file has it, one JSON object per line. The text has
// every digit replaced by 9 and every letter by x; the line number leads to the original.
type rejected struct {
	File   string `json:"file"`
	Line   int64  `json:"line"`
	Offset int64  `json:"offset"` // bytes before the line, after decompression
	Reason string `json:"reason"`
	Column string `json:"column,omitempty"`
	Text   string `json:"text"`
	Reader string `json:"reader"` // version of the reader, to know when to try again
}

// A quarantine is the file of rejected rows of one input. It is written under another
// name and renamed when the load ends, also when the load fails: it tells why.
type quarantine struct {
	dir, name string
	f         *os.File
	w         *bufio.Writer
}

func (q *quarantine) add(r rejected) error {
	if q.dir == "" {
		return nil
	}
	if q.f == nil {
		if err := os.MkdirAll(q.dir, 0o755); err != nil {
			return fmt.Errorf("ingest: quarantine: %w", err)
		}
		f, err := os.CreateTemp(q.dir, q.name+".*.tmp")
		if err != nil {
			return fmt.Errorf("ingest: quarantine: %w", err)
		}
		q.f, q.w = f, bufio.NewWriter(f)
	}
	line, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("ingest: quarantine: %w", err)
	}
	_, err = q.w.Write(append(line, '\n'))
	return err
}

// finish publishes the file and returns its path; nothing when no row was rejected.
func (q *quarantine) finish() (string, error) {
	if q.f == nil {
		return "", nil
	}
	path := filepath.Join(q.dir, q.name)
	err := errors.Join(q.w.Flush(), q.f.Sync(), q.f.Close())
	if err == nil {
		err = os.Rename(q.f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(q.f.Name())
		return "", fmt.Errorf("ingest: quarantine: %w", err)
	}
	return path, nil
}

// quarantine puts the record that the splitter is at aside.
func (f *file) quarantine(s *splitter, why *reject) error {
	return f.putAside(s.line, s.offset, s.raw, why)
}

// putAside counts and keeps a record that was not understood; too many of them are an
// error.
func (f *file) putAside(line, offset int64, raw []byte, why *reject) error {
	f.report.Rows++
	f.report.Quarantined++
	f.report.Reasons = count(f.report.Reasons, why.Reason)
	if f.rejects == nil {
		f.rejects = map[string]rejected{}
	}
	r := rejected{
		File: f.report.Name, Line: line, Offset: offset, Reason: why.Reason, Column: why.Column,
		Text: mask(raw), Reader: f.report.Version,
	}
	if _, ok := f.rejects[why.Reason]; !ok {
		f.rejects[why.Reason] = r
	}
	if err := f.aside.add(r); err != nil {
		return err
	}
	if f.report.Quarantined > f.maxRejects {
		return f.tooMany()
	}
	return nil
}

// tooMany says which reasons stopped the load and where each first occurred.
func (f *file) tooMany() error {
	reasons := make([]string, 0, len(f.rejects))
	for reason := range f.rejects {
		reasons = append(reasons, reason)
	}
	slices.Sort(reasons)
	for i, reason := range reasons {
		r := f.rejects[reason]
		where := fmt.Sprintf("first in line %d", r.Line)
		if r.Column != "" {
			where += fmt.Sprintf(", column %s", r.Column)
		}
		reasons[i] = fmt.Sprintf("%s (%d rows, %s)", reason, f.report.Reasons[reason], where)
	}
	return fmt.Errorf("ingest: %s: %d of %d rows were not understood: %s; nothing was stored. Check the profile, or allow more rejected rows",
		f.report.Name, f.report.Quarantined, f.report.Rows, strings.Join(reasons, ", "))
}

func count(m map[string]int64, key string) map[string]int64 {
	if m == nil {
		m = map[string]int64{}
	}
	m[key]++
	return m
}
