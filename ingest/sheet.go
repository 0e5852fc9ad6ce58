package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
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

// separator finds the character that separates these columns in the first line, and returns
// a reader that begins with that line.
func separator(r io.Reader, columns ...string) (byte, io.Reader) {
	b := bufio.NewReaderSize(r, detectBytes)
	data, _ := b.Peek(detectBytes) // a fault of the reader comes again when the sheet is read
	h := newHead(data)
	comma, ok := h.separator(columns...)
	if !ok {
		return ',', b // the sheet tells what is missing
	}
	return comma, b
}

// peeked returns the head of a file, and a reader that begins with it.
func peeked(r io.Reader) (body *bufio.Reader, data []byte) {
	body = bufio.NewReaderSize(r, detectBytes)
	data, _ = body.Peek(detectBytes) // a fault of the reader comes again when the file is read
	return body, data
}

// A sheet is delimited text whose first line names the columns. They are found by
// name, whatever their order and capitals; releases add and move columns.
type sheet struct {
	*splitter
	at map[string]int // by the name in lower case
}

// declared is a sheet without a header, whose columns are told.
func declared(s *splitter, columns []string) *sheet {
	t := &sheet{s, map[string]int{}}
	for i, name := range columns {
		t.at[strings.ToLower(name)] = i
	}
	t.want, s.want = len(columns), len(columns)
	return t
}

// sheet reads the header. Columns of the file beyond needs and may are counted as not read.
func (l *load) sheet(f *file, r io.Reader, comma byte, needs, may []string) (*sheet, error) {
	t := &sheet{newSplitter(r, comma, true), map[string]int{}}
	if err := t.header(f); err != nil {
		return nil, err
	}
	return t, t.expect(f, needs, may)
}

// header reads the first line. The last of columns that share a name is read.
func (t *sheet) header(f *file) error {
	if err := t.read(); err != nil {
		return f.at(1, readable(err))
	}
	for i, name := range t.fields {
		t.at[strings.ToLower(string(trim(name)))] = i
	}
	t.want = len(t.fields)
	f.resume(t.splitter)
	return nil
}

// expect checks that the sheet, whose header was just read, has all columns that it needs.
func (t *sheet) expect(f *file, needs, may []string) error {
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
		return f.at(1, fmt.Errorf("format %s needs the columns %s; the file begins with %s", f.format.name, list(missing), list(harmless(found))))
	}
	for _, name := range t.fields {
		use := func(c string) bool { return strings.EqualFold(c, string(trim(name))) }
		if !slices.ContainsFunc(needs, use) && !slices.ContainsFunc(may, use) {
			f.unread(string(trim(name)))
		}
	}
	return nil
}

func (t *sheet) has(name string) bool { _, ok := t.at[strings.ToLower(name)]; return ok }

// get returns a field of the record by the name of its column; nothing where the file has
// no such column or the record is short.
func (t *sheet) get(name string) []byte {
	if i, ok := t.at[strings.ToLower(name)]; ok && i < len(t.fields) {
		return notNull(t.fields[i])
	}
	return nil
}

// notNull leaves out what databases write for nothing.
func notNull(field []byte) []byte {
	switch string(field) {
	case "NULL", `\N`, "(null)", "0000-00-00 00:00:00":
		return nil
	}
	return field
}

// eachRow is eachRecord for the rows of the sheet: one with more or fewer fields than there
// are columns is put aside.
func (l *load) eachRow(f *file, t *sheet, row func() (*reject, error)) error {
	return l.eachRecord(f, t.splitter, func() (*reject, error) {
		for len(t.fields) > t.want && len(t.fields[len(t.fields)-1]) == 0 { // separators at the end of the line
			t.fields = t.fields[:len(t.fields)-1]
		}
		switch {
		case isRuling(t.raw):
			f.ignore("lines of the table")
			return nil, nil
		case len(t.fields) != t.want:
			return &reject{reasonColumns, ""}, nil
		}
		return row()
	})
}

// rowCount is the line in which a database tells how many rows it gave.
var rowCount = regexp.MustCompile(`^\(?\d+ rows?( affected| selected| in set.*)?[.)]*$`)

// isRuling reports whether a line is not of the table but of the program that printed it: a line
// drawn under the header, or the count of rows.
func isRuling(line []byte) bool {
	return len(bytes.Trim(line, "-+=|,;\t ")) == 0 || rowCount.Match(trim(line))
}

// headed opens a sheet whose separator is that of its first line: whichever of the usual ones
// cuts it into most fields.
func (l *load) headed(f *file, r io.Reader) (*sheet, error) {
	b := bufio.NewReaderSize(r, detectBytes)
	first, err := b.Peek(detectBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, f.at(1, readable(err))
	}
	h, comma, most := newHead(first), byte(','), 0
	for _, c := range []byte(",;\t|") {
		if n := len(h.fields(c, true)); n > most {
			comma, most = c, n
		}
	}
	t := &sheet{newSplitter(b, comma, true), map[string]int{}}
	return t, t.header(f)
}
