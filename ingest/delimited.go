package ingest

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// readDelimited reads a file with one contact per row.
func (l *load) readDelimited(f *file, p *Profile, r io.Reader) error {
	s := newSplitter(r, p.spec.Delimiter[0], p.spec.Quotes == nil || *p.spec.Quotes)
	columns := p.spec.Columns
	if p.spec.Header {
		found, err := p.readHeader(s)
		if err != nil {
			return f.at(s.line, err)
		}
		columns = found
	}
	s.want = len(columns)
	m := p.bind(columns, f.source, l.opts.Zone, l.hash)
	c := new(lake.Contact)
	for {
		err := s.read()
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errQuote):
			err = f.quarantine(s, &reject{reasonQuote, ""})
		case errors.Is(err, errLong):
			err = f.quarantine(s, &reject{reasonLong, ""})
		case err != nil:
			return f.at(s.line, readable(err))
		default:
			err = l.row(f, m, s, c)
		}
		if err != nil {
			return err
		}
	}
}

// row takes in one record: it is stored, ignored or quarantined.
func (l *load) row(f *file, m *mapper, s *splitter, c *lake.Contact) error {
	repaired := false
	if len(s.fields) != m.width {
		if !m.p.repair(s, m.width) {
			return f.quarantine(s, &reject{reasonColumns, ""})
		}
		repaired = true
	}
	ignored, bad := m.contact(s.fields, c)
	if bad != nil {
		return f.quarantine(s, bad)
	}
	if ignored != "" {
		f.ignore(ignored)
		return l.tick(f)
	}
	if s.ill {
		c.Flags |= lake.FlagEncoding
	}
	if repaired {
		c.Flags |= lake.FlagRepaired
	}
	if err := l.w.Add(f.input, s.line, c); err != nil {
		return f.quarantine(s, &reject{reasonRange, m.arrival.label})
	}
	f.report.Rows++
	f.report.Used++
	f.note(s.line, c)
	return l.tick(f)
}

var spaces = regexp.MustCompile(`  +`)

// repair mends a row in which runs of spaces stand for a separator, if the row then has
// the right number of fields.
func (p *Profile) repair(s *splitter, width int) bool {
	if p.spec.Repair != "spaces" || len(s.fields) >= width {
		return false
	}
	line := spaces.ReplaceAll(s.raw, []byte{s.comma})
	s.split(line)
	s.mend(line)
	return len(s.fields) == width
}

// readHeader returns the names of the columns, or an error that says what is wrong with
// them and which separator the file seems to have.
func (p *Profile) readHeader(s *splitter) ([]string, error) {
	err := s.read()
	if errors.Is(err, io.EOF) {
		return nil, errEmpty
	}
	if err != nil {
		return nil, readable(err)
	}
	found := make([]string, len(s.fields))
	for i, f := range s.fields {
		found[i] = strings.TrimSpace(string(f))
	}
	if err := p.header(found); err != nil {
		if sep, ok := likelySeparator(string(s.raw), s.comma); ok {
			return nil, fmt.Errorf("%w; the profile's separator is %q, the file's looks like %q", err, s.comma, sep)
		}
		return nil, err
	}
	return found, nil
}

// likelySeparator names the character that cuts a header line into most parts, when
// that is not the expected one.
func likelySeparator(line string, expected byte) (byte, bool) {
	best, most := expected, strings.Count(line, string(expected))
	for _, c := range []byte(",;\t|") {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best, best != expected
}
