package ingest

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"strings"
	"unicode/utf8"

	"github.com/ringtide/ringtide/lake"
)

// maxValue bounds one JSON value; a bracket that is never closed must not swallow a file.
const maxValue = 8 << 20

// values streams the records of a JSON file, whatever way they are strung together: one
// object per line, one array of objects, objects one after the other with or without
// separators (as batch deliveries write them), or an object that wraps a list under
// one of the names in within, which may occur many times in a file.
//
// A value that cannot be read concerns that value only: reading goes on with the next
// line that begins with a brace. Memory is bounded by the largest value.
type values struct {
	r      *bufio.Reader
	within []string

	line, next int64 // lines at which this value begins and at which the reader is, from 1
	offset, at int64 // bytes before the value, and before the reader
	raw        []byte
	marks      []uint64 // of raw, where it was read as a whole, and perhaps of what follows
	marked     bool
	size       int  // of the object before, about
	ill        bool // bytes that are no UTF-8

	lists   int  // open around the objects
	wrapped bool // the innermost but wrapper of them lies in a wrapping object
	wrapper int
	found   bool // object stopped inside the list that it wraps
}

func newValues(r io.Reader, within ...string) *values {
	return &values{r: bufio.NewReaderSize(r, 1<<18), within: within, next: 1}
}

// The faults of one value.
var (
	errValue   = errors.New("this is no JSON object")
	errCut     = errors.New("the JSON value has no end")
	errTooLong = errors.New("the JSON value is longer than a record can be")
)

// read advances to the next object. It returns io.EOF at the end; errValue, errCut and
// errTooLong, which concern this value only; or the reader's error. raw is good until
// the next read.
func (v *values) read() error {
	for {
		c, err := v.skip()
		if errors.Is(err, io.EOF) && v.lists > 0 {
			v.line, v.offset, v.raw, v.lists = v.next, v.at, v.raw[:0], 0
			return errCut
		}
		if err != nil {
			return err
		}
		v.line, v.offset, v.raw, v.marked = v.next, v.at-1, append(v.raw[:0], c), false
		switch c {
		case '{':
			if v.whole() {
				return nil
			}
			if err := v.object(); err != nil || !v.found {
				v.ill = err == nil && !utf8.Valid(v.raw)
				return err
			}
		case '[':
			v.lists++
		case ']':
			if v.lists--; v.lists == v.wrapper && v.wrapped { // what follows the list in its wrapper
				if err := v.object(); err != nil {
					return err
				}
				v.wrapped = v.found
			}
			v.lists = max(v.lists, 0)
		default:
			return v.resume(errValue)
		}
	}
}

// whole reads the rest of an object that lies in the buffer as a whole, which most do.
func (v *values) whole() bool {
	if v.r.UnreadByte() != nil {
		return false
	}
	buffered, _ := v.r.Peek(v.r.Buffered())
	n := v.objectEnd(buffered)
	if n == 0 && len(buffered) < v.r.Size()/2 { // it may go on behind what was read so far
		buffered, _ = v.r.Peek(v.r.Size() / 2)
		n = v.objectEnd(buffered)
	}
	if n == 0 {
		_, _ = v.r.Discard(1)
		return false
	}
	v.raw = append(v.raw[:0], buffered[:n]...)
	_, _ = v.r.Discard(n)
	v.at += int64(n) - 1
	v.next += int64(bytes.Count(v.raw, []byte{'\n'}))
	v.found, v.marked, v.ill = false, true, !utf8.Valid(v.raw)
	v.size = n
	return true
}

// objectEnd returns the length of the object that b begins with, or 0 where it goes on
// behind b, or wraps a list of records.
func (v *values) objectEnd(b []byte) int {
	v.marks = v.marks[:0]
	depth, name := 0, []byte(nil)
	for at := v.mark(b, 0); at < len(b); at = v.mark(b, at+1) {
		switch b[at] {
		case '"':
			from := at + 1
			if at = v.textEnd(b, from); at < 0 {
				return 0
			}
			if depth == 1 {
				name = b[from:at]
			}
		case '[':
			if depth == 1 && v.wraps(name) {
				return 0
			}
			depth++
		case '{':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return at + 1
			}
		}
	}
	return 0
}

// mark returns the place of the first mark of b at or after from, len(b) if there is none. It
// marks about as much at a time as the object before was long.
func (v *values) mark(b []byte, from int) int {
	for {
		done := len(v.marks) * 64
		if at := nextMark(v.marks, from); at < done {
			return at
		}
		if done >= len(b) {
			return len(b)
		}
		ahead := max(v.size+v.size/8, 1<<10) &^ 63
		v.marks = jsonMarks(v.marks, b[done:min(len(b), done+ahead)])
		from = max(from, done)
	}
}

// textEnd is endOfText for text that is not yet marked.
func (v *values) textEnd(b []byte, from int) int {
	for at := v.mark(b, from); at < len(b); at = v.mark(b, at+1) {
		switch b[at] {
		case '"':
			return at
		case '\\':
			at++
		}
	}
	return -1
}

// skip returns the first byte that is neither space nor comma.
func (v *values) skip() (byte, error) {
	for {
		c, err := v.byte()
		if err != nil {
			return 0, err
		}
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != ',' && c != 0x1e {
			return c, nil
		}
	}
}

func (v *values) byte() (byte, error) {
	c, err := v.r.ReadByte()
	if err != nil {
		return 0, err
	}
	v.at++
	if c == '\n' {
		v.next++
	}
	return c, nil
}

// object reads to the brace that closes the object raw is in. Where the object wraps a
// list it stops inside that list, and found is set.
func (v *values) object() error {
	var name []byte // the last one at depth 1
	depth, inName := 1, true
	for v.found = false; ; {
		c, err := v.take()
		switch {
		case err != nil:
			return v.cut(err)
		case len(v.raw) > maxValue:
			return v.resume(errTooLong)
		case c == '"':
			start := len(v.raw)
			if err := v.quoted(); err != nil {
				return err
			}
			if depth == 1 && inName {
				name = append(name[:0], v.raw[start:len(v.raw)-1]...)
			}
		case c == ':' && depth == 1:
			inName = false
		case c == ',' && depth == 1:
			inName = true
		case c == '{' || c == '[':
			if c == '[' && depth == 1 && !inName && v.wraps(name) {
				v.found, v.wrapped, v.wrapper = true, true, v.lists
				v.lists++
				return nil
			}
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return nil
			}
		}
	}
}

func (v *values) wraps(name []byte) bool {
	for _, w := range v.within {
		if w == string(name) {
			return true
		}
	}
	return false
}

func (v *values) take() (byte, error) {
	c, err := v.byte()
	if err == nil {
		v.raw = append(v.raw, c)
	}
	return c, err
}

// quoted reads to the end of a string.
func (v *values) quoted() error {
	for {
		c, err := v.take()
		switch {
		case err != nil:
			return v.cut(err)
		case len(v.raw) > maxValue:
			return v.resume(errTooLong)
		case c == '\\':
			if _, err := v.take(); err != nil {
				return v.cut(err)
			}
		case c == '"':
			return nil
		}
	}
}

func (v *values) cut(err error) error {
	if errors.Is(err, io.EOF) {
		return errCut
	}
	return err
}

// resume passes over the rest of the line and the lines that begin no object.
func (v *values) resume(fault error) error {
	for {
		c, err := v.byte()
		if errors.Is(err, io.EOF) {
			return fault
		}
		if err != nil {
			return err
		}
		if c != '\n' {
			continue
		}
		if b, err := v.r.Peek(1); err != nil || b[0] == '{' {
			return fault
		}
	}
}

// firstKeys returns the names of the first object, also of one that is cut short.
func (v *values) firstKeys() map[string]bool {
	keys := map[string]bool{}
	if err := v.read(); err != nil && !errors.Is(err, errCut) {
		return nil
	}
	eachKey(v.raw, func(name string) { keys[name] = true })
	return keys
}

// eachKey calls use with the names of an object, those of inner objects left out.
func eachKey(object []byte, use func(name string)) {
	depth, name := 0, false
	for i := 0; i < len(object); i++ {
		switch object[i] {
		case '{', '[':
			depth++
			name = depth == 1 && object[i] == '{'
		case '}', ']':
			depth--
		case ',':
			name = depth == 1
		case '"':
			from := i + 1
			for i++; i < len(object) && object[i] != '"'; i++ {
				if object[i] == '\\' {
					i++
				}
			}
			if name && i < len(object) {
				use(string(object[from:i]))
			}
			name = false
		}
	}
}

// readJSON reads a file of JSON records into a T each and hands them to use, with their
// line; the record is good until use returns. Fields that T does not have are passed over and counted by name; values
// that are no T are quarantined. use returns a reject, or an error that ends the load.
func readJSON[T any](l *load, f *file, r io.Reader, within []string, use func(line int64, record *T, flags lake.Flags) (*reject, error)) error {
	v := newValues(r, within...)
	known, sh := fieldNames(reflect.TypeFor[T]()), shapeOf(reflect.TypeFor[T]())
	scan, record := &jsonScan{}, new(T)
	defer func() { sh.unread(f.unreadTimes) }()
	for {
		err := v.read()
		var bad *reject
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.Is(err, errTooLong):
			bad = &reject{reasonLong, ""}
		case errors.Is(err, errValue), errors.Is(err, errCut):
			bad = &reject{reasonJSON, ""}
		case err != nil:
			return f.at(v.next, readable(err))
		default:
			bad, err = useValue(f, v, known, scan, record, sh, use)
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

func useValue[T any](f *file, v *values, known map[string]bool, scan *jsonScan, record *T, sh *shape, use func(int64, *T, lake.Flags) (*reject, error)) (*reject, error) {
	*record = *new(T)
	marks := []uint64(nil)
	if v.marked {
		marks = v.marks
	}
	if !v.ill && readPlain(scan, v.raw, marks, record, sh) == nil {
		return use(v.line, record, 0)
	}
	*record = *new(T)
	if err := json.Unmarshal(v.raw, record); err != nil {
		var wrong *json.UnmarshalTypeError
		if errors.As(err, &wrong) {
			return &reject{reasonJSON, wrong.Field}, nil
		}
		return &reject{reasonJSON, ""}, nil
	}
	eachKey(v.raw, func(name string) {
		if !known[strings.ToLower(name)] {
			f.unread(name)
		}
	})
	flags := lake.Flags(0)
	if v.ill {
		flags = lake.FlagEncoding
	}
	return use(v.line, record, flags)
}

// fieldNames returns the names, in lower case, that encoding/json reads into a struct.
func fieldNames(t reflect.Type) map[string]bool {
	names := map[string]bool{}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		if name == "" {
			name = t.Field(i).Name
		}
		names[strings.ToLower(name)] = true
	}
	return names
}
