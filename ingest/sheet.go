package ingest

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// eachRecord goes through delimited text. row reads the fields that the splitter is at,
// trimmed, and returns why it does not understand them, or an error that ends the load.
func (l *load) eachRecord(f *file, s *splitter, row func() (*reject, error)) error {
	for {
		err := s.read()
		var bad *reject
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errQuote):
			bad = &reject{reasonQuote, ""}
		case errors.Is(err, errLong):
			bad = &reject{reasonLong, ""}
		case err != nil:
			return f.at(s.line, readable(err))
		default:
			for i := range s.fields {
				s.fields[i] = trim(s.fields[i])
			}
			bad, err = row()
		}
		if err == nil && bad != nil {
			err = f.quarantine(s, bad)
		}
		if err == nil {
			err = l.tick(f)
		}
		if err != nil {
			return err
		}
	}
}

// A sheet is delimited text whose first line names the columns. They are found by
// name, whatever their order and capitals; releases add and move columns.
type sheet struct {
	*splitter
	at map[string]int // by the name in lower case
}

// sheet reads the header. Columns of the file beyond needs and may are counted as not read.
func (l *load) sheet(f *file, r io.Reader, comma byte, needs, may []string) (*sheet, error) {
	t := &sheet{newSplitter(r, comma, true), map[string]int{}}
	if err := t.read(); err != nil {
		return nil, f.at(1, readable(err))
	}
	for i, name := range t.fields {
		t.at[strings.ToLower(string(trim(name)))] = i
	}
	t.want = len(t.fields)
	var missing []string
	for _, name := range needs {
		if !t.has(name) {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		var found []string
		for _, name := range t.fields {
			found = append(found, string(name))
		}
		return nil, f.at(1, fmt.Errorf("format %s needs the columns %s; the file begins with %s", f.format.name, list(missing), list(harmless(found))))
	}
	for _, name := range t.fields {
		use := func(c string) bool { return strings.EqualFold(c, string(trim(name))) }
		if !slices.ContainsFunc(needs, use) && !slices.ContainsFunc(may, use) {
			f.unread(string(trim(name)))
		}
	}
	return t, nil
}

func (t *sheet) has(name string) bool { _, ok := t.at[strings.ToLower(name)]; return ok }

// get returns a field of the record by the name of its column; nothing where the file has
// no such column or the record is short.
func (t *sheet) get(name string) []byte {
	if i, ok := t.at[strings.ToLower(name)]; ok && i < len(t.fields) {
		return t.fields[i]
	}
	return nil
}

// eachRow is eachRecord for the rows of the sheet: one with more or fewer fields than there
// are columns is put aside.
func (l *load) eachRow(f *file, t *sheet, row func() (*reject, error)) error {
	return l.eachRecord(f, t.splitter, func() (*reject, error) {
		if len(t.fields) != t.want {
			return &reject{reasonColumns, ""}, nil
		}
		return row()
	})
}
