package erlang

import (
	"encoding/csv"
	"io"
	"strings"
)

// records reads CSV row by row; a record is good until the next Read. It is a *csv.Reader
// or, several times faster, a plainRecords.
type records interface {
	Read() ([]string, error)
	FieldPos(field int) (line, column int) // of the record last read, from 1
}

// newRecords reads all of r, without a byte order mark.
func newRecords(r io.Reader) (records, error) {
	var text strings.Builder
	if _, err := io.Copy(&text, r); err != nil {
		return nil, err
	}
	all := strings.TrimPrefix(text.String(), "\ufeff")
	if !strings.Contains(all, `"`) {
		return &plainRecords{rest: all}, nil
	}
	in := csv.NewReader(strings.NewReader(all))
	in.ReuseRecord = true
	return in, nil
}

// plainRecords reads CSV without quotes, as a csv.Reader would.
type plainRecords struct {
	rest   string
	line   int
	record []string
	width  int // of the first record
}

// Read returns the next row that is not empty; with csv.ErrFieldCount if it is wider or
// narrower than the first.
func (p *plainRecords) Read() ([]string, error) {
	line := ""
	for line == "" {
		if p.rest == "" {
			return nil, io.EOF
		}
		line, p.rest, _ = strings.Cut(p.rest, "\n")
		line = strings.TrimSuffix(line, "\r")
		p.line++
	}
	p.record = p.record[:0]
	for more := true; more; {
		var field string
		field, line, more = strings.Cut(line, ",")
		p.record = append(p.record, field)
	}
	if p.width == 0 {
		p.width = len(p.record)
	}
	if len(p.record) != p.width {
		return p.record, csv.ErrFieldCount
	}
	return p.record, nil
}

// split returns what is left in parts of a quarter of a megabyte, which end at a line's end.
func (p *plainRecords) split() []records {
	const size = 1 << 18
	var parts []records
	line := p.line
	for rest := p.rest; rest != "" || len(parts) == 0; {
		part := rest
		if len(rest) > size {
			if end := strings.IndexByte(rest[size:], '\n'); end >= 0 {
				part = rest[:size+end+1]
			}
		}
		rest = rest[len(part):]
		parts = append(parts, &plainRecords{rest: part, line: line, width: p.width})
		line += strings.Count(part, "\n")
	}
	return parts
}

// FieldPos returns the line of the record; its fields' columns are not kept.
func (p *plainRecords) FieldPos(int) (line, column int) { return p.line, 0 }
