package schedule

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A table reads the rows of a CSV file with a fixed header and places every fault.
type table struct {
	name    string
	columns []string
	r       *csv.Reader
	row     []string
}

// openTable checks the header, which must be exactly the columns in their order.
func openTable(r io.Reader, name string, columns ...string) (*table, error) {
	return openForms(r, name, columns)
}

// openForms checks the header of a file that has one of several forms.
func openForms(r io.Reader, name string, forms ...[]string) (*table, error) {
	var said []string
	for _, columns := range forms {
		said = append(said, strings.Join(columns, ","))
	}
	t := &table{name: name, columns: forms[0], r: csv.NewReader(r)}
	if len(forms) == 1 {
		t.r.FieldsPerRecord = len(forms[0])
	}
	header, err := t.r.Read()
	if err == io.EOF {
		return nil, fmt.Errorf("schedule: %s: the file is empty; its first line must be %s", name, strings.Join(said, " or "))
	}
	if err != nil && !errors.Is(err, csv.ErrFieldCount) {
		return nil, t.broken(err)
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff") // spreadsheets write a byte order mark
	at := slices.IndexFunc(forms, func(columns []string) bool { return slices.Equal(header, columns) })
	if at < 0 {
		return nil, fmt.Errorf("schedule: %s:1: header %q; write it as %s", name, strings.Join(header, ","), strings.Join(said, " or "))
	}
	t.columns = forms[at]
	return t, nil
}

// next reads the next row; io.EOF ends the table.
func (t *table) next() error {
	row, err := t.r.Read()
	if err != nil && err != io.EOF {
		return t.broken(err)
	}
	t.row = row
	return err
}

// broken restates an error of the CSV reader in the package's words.
func (t *table) broken(err error) error {
	if errors.Is(err, csv.ErrFieldCount) {
		line, _ := t.r.FieldPos(0)
		return fmt.Errorf("schedule: %s:%d: the row does not have the %d columns %s; commas inside a value need quotes around it", t.name, line, len(t.columns), strings.Join(t.columns, ","))
	}
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return fmt.Errorf("schedule: %s:%d:%d: %w; double every quote inside a quoted value", t.name, e.Line, e.Column, e.Err)
	}
	return fmt.Errorf("schedule: %s: %w", t.name, err)
}

// fault places what is wrong with column i of the current row.
func (t *table) fault(i int, format string, args ...any) error {
	line, column := t.r.FieldPos(i)
	return fmt.Errorf("schedule: %s:%d:%d: %s: %w", t.name, line, column, t.columns[i], fmt.Errorf(format, args...))
}

// line returns the line on which the current row begins.
func (t *table) line() int {
	line, _ := t.r.FieldPos(0)
	return line
}

// checkLabel rejects names that would not survive a spreadsheet: empty, padded, with
// control characters, or read as a formula.
func checkLabel(s string) error {
	switch {
	case s == "":
		return errors.New("empty; give a name")
	case s != strings.TrimSpace(s):
		return fmt.Errorf("%q has spaces around it; remove them", s)
	case strings.ContainsAny(s[:1], "=+-@"):
		return fmt.Errorf("%q begins like a spreadsheet formula; begin it with a letter or digit", s)
	case strings.ContainsFunc(s, func(c rune) bool { return c < ' ' || c == 0x7f || c == 0xfffd }):
		return fmt.Errorf("%q has control or broken characters; remove them", s)
	}
	return nil
}
