package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// What the rows of a profile's file are.
const (
	rowsContacts  = "contacts"
	rowsIntervals = "intervals"
	rowsCEL       = "cel"
)

func (p *Profile) json() bool { return p.spec.File == "json" }

// read goes through a file of the profile. Delimited contacts, of which there may be many
// millions, have a way of their own.
func (p *Profile) read(l *load, f *file, r io.Reader) error {
	switch {
	case p.spec.Rows == rowsCEL:
		s := newSplitter(r, p.spec.Delimiter[0], p.quotes())
		f.resume(s)
		return readCEL(l, f, declared(s, p.spec.Columns))
	case p.json():
		return p.readJSON(l, f, r)
	case p.spec.Rows == rowsIntervals:
		return p.readIntervals(l, f, r)
	}
	return l.readDelimited(f, p, r)
}

func (p *Profile) quotes() bool { return p.spec.Quotes == nil || *p.spec.Quotes }

// readIntervals reads a delimited interval report.
func (p *Profile) readIntervals(l *load, f *file, r io.Reader) error {
	s := newSplitter(r, p.spec.Delimiter[0], p.quotes())
	columns := p.spec.Columns
	if p.spec.Header {
		found, err := p.readHeader(s)
		if err != nil {
			return f.at(s.line, err)
		}
		columns = found
	}
	s.want = len(columns)
	m := p.bindIntervals(l, f, columns)
	return l.eachRecord(f, s, func() (*reject, error) {
		if len(s.fields) != s.want && !p.repair(s, s.want) {
			return &reject{reasonColumns, ""}, nil
		}
		return m.row(s.line, s.fields, s.ill)
	})
}

// readJSON reads a file of JSON objects, each a contact or an interval. The columns are the
// paths to what the profile reads.
func (p *Profile) readJSON(l *load, f *file, r io.Reader) error {
	columns := p.spec.needed()
	var row func(line int64, fields [][]byte, ill bool) (*reject, error)
	if p.spec.Rows == rowsIntervals {
		row = p.bindIntervals(l, f, columns).row
	} else {
		row = p.bind(columns, f.source, l.opts.Zone, l.hash).rowOf(l, f)
	}
	v, paths := newValues(r, p.spec.Within...), newPaths(columns)
	defer func() { f.report.Absent = paths.absent(f.report.Used) }()
	for {
		err := v.read()
		bad := valueFault(err)
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case bad != nil:
			err = nil
		case err != nil:
			return f.at(v.next, readable(err))
		default:
			raw := v.raw
			if v.ill {
				raw = bytes.ToValidUTF8(raw, []byte("\uFFFD"))
			}
			if bad = paths.read(raw); bad == nil {
				bad, err = row(v.line, paths.fields, v.ill)
			}
		}
		if err == nil && bad != nil {
			err = f.putAside(v.line, v.offset, v.raw, bad)
		}
		if err == nil {
			err = l.tick(f)
		}
		if err != nil {
			return err
		}
	}
}

// valueFault is the reject of a fault that concerns one JSON value.
func valueFault(err error) *reject {
	switch {
	case errors.Is(err, errTooLong):
		return &reject{reasonLong, ""}
	case errors.Is(err, errValue), errors.Is(err, errCut):
		return &reject{reasonJSON, ""}
	}
	return nil
}

// rowOf stores the contact of a row.
func (m *mapper) rowOf(l *load, f *file) func(line int64, fields [][]byte, ill bool) (*reject, error) {
	var c lake.Contact
	return func(line int64, fields [][]byte, ill bool) (*reject, error) {
		ignored, bad := m.contact(fields, &c)
		if bad != nil {
			return bad, nil
		}
		if ignored != "" {
			f.ignore(ignored)
			return nil, nil
		}
		if ill {
			c.Flags |= lake.FlagEncoding
		}
		if err := l.w.Add(f.input, line, &c); err != nil {
			if !errors.Is(err, lake.ErrContact) {
				return nil, f.at(line, err)
			}
			return &reject{reasonRange, m.arrival.label}, nil
		}
		f.report.Rows++
		f.report.Used++
		f.note(line, &c)
		return nil, nil
	}
}

// fits tells why a file cannot be of the profile by its beginning; nil where it can.
func (p *Profile) fits(h *head) error {
	if isJSON := len(h.line) > 0 && (h.line[0] == '{' || h.line[0] == '['); isJSON != p.json() {
		return errOtherKind
	}
	if !p.json() {
		s := newSplitter(bytes.NewReader(append(slices.Clone(h.line), '\n')), p.spec.Delimiter[0], p.quotes())
		_, err := p.readHeader(s)
		return err
	}
	v := newValues(bytes.NewReader(h.data), p.spec.Within...)
	if err := v.read(); err != nil && !errors.Is(err, errCut) {
		return errOtherKind
	}
	needed := p.spec.identifying()
	paths := newPaths(needed)
	_ = paths.read(v.raw) // a record that is cut tells what it has up to there
	var missing []string
	for i, name := range needed {
		if !paths.seen[i] {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("profile %s expects the fields %s and does not find %s in the first record", p.Name(), list(needed), list(missing))
	}
	return nil
}

// errOtherKind is why a profile of JSON files is not for a delimited one, and the other way
// round.
var errOtherKind = errors.New("another kind of file")

// identifying lists the fields that every record has: other ones may be left out where they
// are empty.
func (s *profileSpec) identifying() []string {
	t := &s.Arrival
	if s.Rows == rowsIntervals {
		t = s.Start
	}
	need := slices.Concat(s.ID, []string{t.Column, t.Date, t.Time})
	slices.Sort(need)
	return slices.DeleteFunc(slices.Compact(need), func(c string) bool { return c == "" })
}

// checkRows checks the fields that say what the file and its rows are.
func (s *profileSpec) checkRows() error {
	var errs []error
	fault := func(ok bool, format string, args ...any) {
		if !ok {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	fault(s.File == "" || s.File == "delimited" || s.File == "json", "file %q: can be delimited or json", s.File)
	fault(slices.Contains([]string{"", rowsContacts, rowsIntervals, rowsCEL}, s.Rows), "rows %q: can be contacts, intervals or cel", s.Rows)
	json := s.File == "json"
	fault(json || len(s.Within) == 0, "within: names the lists that JSON objects wrap; the file is delimited")
	if json {
		fault(len(s.Columns) == 0 && !s.Header && s.Repair == "" && s.Quotes == nil && s.Delimiter == "",
			"a JSON file has no header, columns, delimiter, quotes or repair; fields are named by their paths, such as customer.number")
		fault(s.Rows != rowsCEL, "rows: cel is for delimited files")
	}
	if s.Rows != rowsIntervals {
		fault(s.Start == nil && s.Length == "" && s.Minutes == "" && len(s.Counts)+len(s.Sums)+len(s.Means)+len(s.Partial) == 0 && s.Target == "" && s.Short == "",
			"start, length, minutes, counts, sums, means, target, short and partial are for rows: intervals")
	}
	return errors.Join(errs...)
}

// noContacts is an error where a profile whose rows are no contacts has fields of contacts.
func (s *profileSpec) noContacts() error {
	var found []string
	for _, field := range []struct {
		name string
		set  bool
	}{
		{"id", len(s.ID) > 0}, {"visit", s.Visit != ""}, {"arrival", s.Arrival.Column+s.Arrival.Date+s.Arrival.Time != ""},
		{"queued", s.Queued != nil}, {"answered", s.Answered != nil}, {"ended", s.Ended != nil}, {"dnis", s.DNIS != ""},
		{"language", s.Language != ""}, {"reason", s.Reason != ""}, {"agent", s.Agent != ""}, {"caller", s.Caller != ""},
		{"transfer", s.Transfer != nil}, {"durations", len(s.Durations) > 0}, {"direction", len(s.Direction) > 0}, {"outcome", len(s.Outcome) > 0},
		{"ambiguous", s.Ambiguous != ""},
	} {
		if field.set {
			found = append(found, field.name)
		}
	}
	if len(found) > 0 {
		return fmt.Errorf("rows are %s: %s is for rows: contacts", s.Rows, list(found))
	}
	return nil
}

// checkCEL checks a profile that only declares the columns of cel_custom.
func (s *profileSpec) checkCEL() error {
	errs := []error{s.noContacts()}
	if s.Queue != "" || len(s.Queues)+len(s.Ignore)+len(s.Unknown) > 0 || s.Offset != nil || s.Decimal+s.Repair+s.Zone != "" {
		errs = append(errs, errors.New("rows: cel takes columns, delimiter, quotes and source, and nothing else; the zone is that of the load"))
	}
	if s.Header {
		errs = append(errs, errors.New("rows: cel declares the columns of a file without a header; a file with one is read as asterisk-cel"))
	}
	for _, c := range celColumns {
		if !slices.ContainsFunc(s.Columns, func(have string) bool { return strings.EqualFold(have, c) }) {
			errs = append(errs, fmt.Errorf("columns: rows: cel needs a column %s", c))
		}
	}
	return errors.Join(errs...)
}
