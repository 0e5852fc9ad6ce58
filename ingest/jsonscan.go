package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"math/bits"
	"reflect"
	"strconv"
	"unsafe"
)

// The scanner of this file reads one JSON object into a struct ten times as fast as encoding/json:
// it goes from mark to mark (marks.go), expects the names in the order in which they came the last
// time, and does not take fields apart that nobody reads. Whatever is not plain (escapes, other
// types, case that differs, faults) is left to encoding/json, which then decides.

// errPlain says that a value is not plain.
var errPlain = errors.New("not plain JSON")

// A jsonScan reads objects of one shape.
type jsonScan struct {
	b     []byte
	marks []uint64 // of b, and perhaps of what follows it
	own   []uint64 // buffer for marks
	at    int
	names []*shapeName // of this object, at the top, that the type does not have
	texts []byte       // room for texts: one allocation serves many
}

// begin makes the scanner read b, whose marks the caller may have.
func (s *jsonScan) begin(b []byte, marks []uint64) {
	if marks == nil {
		s.own = jsonMarks(s.own[:0], b)
		marks = s.own
	}
	s.b, s.marks, s.at, s.names = b, marks, 0, s.names[:0]
}

// readPlain fills v, which is zero, with the object in b. errPlain says that v is no good.
func readPlain[T any](s *jsonScan, b []byte, marks []uint64, v *T, sh *shape) error {
	if !sh.plain {
		return errPlain
	}
	s.begin(b, marks)
	if err := s.object(unsafe.Pointer(v), sh, true); err != nil {
		return err
	}
	if s.space(); s.at != len(s.b) {
		return errPlain
	}
	for _, n := range s.names {
		n.seen++
	}
	return nil
}

// next returns the place of the first mark at or after from; len(b) or more if there is none.
func (s *jsonScan) next(from int) int { return nextMark(s.marks, from) }

func nextMark(marks []uint64, from int) int {
	i := from >> 6
	if i >= len(marks) {
		return len(marks) << 6
	}
	w := marks[i] >> (from & 63)
	if w != 0 {
		return from + bits.TrailingZeros64(w)
	}
	for i++; i < len(marks); i++ {
		if marks[i] != 0 {
			return i<<6 + bits.TrailingZeros64(marks[i])
		}
	}
	return len(marks) << 6
}

func (s *jsonScan) space() byte {
	for s.at < len(s.b) {
		switch c := s.b[s.at]; c {
		case ' ', '\t', '\r', '\n':
			s.at++
		default:
			return c
		}
	}
	return 0
}

func (s *jsonScan) object(v unsafe.Pointer, sh *shape, top bool) error {
	if s.space() != '{' {
		return errPlain
	}
	s.at++
	if s.space() == '}' {
		s.at++
		return nil
	}
	from := &sh.first
	for {
		if s.space() != '"' {
			return errPlain
		}
		name, err := s.text()
		if err != nil || s.space() != ':' {
			return errPlain
		}
		s.at++
		n := *from
		if n == nil || n.name != string(name) {
			if n = sh.find(name); n == nil {
				return errPlain
			}
			*from = n
		}
		from = &n.next
		if n.field == nil {
			if top {
				s.names = append(s.names, n)
			}
			err = s.pass()
		} else {
			err = s.value(unsafe.Add(v, n.field.offset), n.field)
		}
		if err != nil {
			return err
		}
		switch s.space() {
		case ',':
			s.at++
		case '}':
			s.at++
			return nil
		default:
			return errPlain
		}
	}
}

// text returns a text without escapes and moves behind it.
func (s *jsonScan) text() ([]byte, error) {
	from := s.at + 1
	for at := from; ; at++ {
		if at = s.next(at); at >= len(s.b) {
			return nil, errPlain
		}
		switch c := s.b[at]; {
		case c == '"':
			s.at = at + 1
			return s.b[from:at], nil
		case c == '\\' || c < ' ':
			return nil, errPlain
		}
	}
}

// keep returns a text as a string. It lies beside others: a record that is kept keeps those too.
func (s *jsonScan) keep(t []byte) string {
	if len(t) == 0 {
		return ""
	}
	if cap(s.texts)-len(s.texts) < len(t) {
		s.texts = make([]byte, 0, max(1<<12, len(t)))
	}
	from := len(s.texts)
	s.texts = append(s.texts, t...)
	return borrow(s.texts[from:]) // what is written there once is not written again
}

// value reads a value into the field at v.
func (s *jsonScan) value(v unsafe.Pointer, f *shapeField) error {
	c := s.space()
	if f.kind == reflect.Invalid {
		from := s.at
		if err := s.pass(); err != nil {
			return err
		}
		if json.Unmarshal(s.b[from:s.at], reflect.NewAt(f.typ, v).Interface()) != nil {
			return errPlain
		}
		return nil
	}
	if c == 'n' {
		return s.word("null")
	}
	if f.point {
		p := (*unsafe.Pointer)(v)
		if *p == nil {
			*p = reflect.New(f.typ).UnsafePointer()
		}
		v = *p
	}
	switch f.kind {
	case reflect.Struct:
		return s.object(v, f.shape, false)
	case reflect.Slice:
		return s.list(v, f)
	case reflect.String:
		if c != '"' {
			return errPlain
		}
		t, err := s.text()
		*(*string)(v) = s.keep(t)
		return err
	case reflect.Bool:
		*(*bool)(v) = c == 't'
		if c == 't' {
			return s.word("true")
		}
		return s.word("false")
	}
	from := s.at
	if err := s.number(); err != nil {
		return err
	}
	t := s.b[from:s.at]
	n, whole := parseDigits(t)
	var err error
	if f.kind == reflect.Int64 {
		if !whole {
			n, err = strconv.ParseInt(string(t), 10, 64)
		}
		*(*int64)(v) = n
	} else {
		x := float64(n)
		if !whole {
			x, err = strconv.ParseFloat(string(t), 64)
		}
		*(*float64)(v) = x
	}
	if err != nil {
		return errPlain
	}
	return nil
}

// list reads a list into the slice at v.
func (s *jsonScan) list(v unsafe.Pointer, f *shapeField) error {
	list := reflect.NewAt(f.typ, v).Elem()
	if s.space() != '[' || !list.IsNil() { // a name that comes twice
		return errPlain
	}
	s.at++
	if s.space() == ']' {
		s.at++
		list.Set(reflect.MakeSlice(f.typ, 0, 0))
		return nil
	}
	for n := 0; ; n++ {
		if n == list.Cap() {
			list.Grow(max(4, n))
		}
		list.SetLen(n + 1)
		if err := s.value(list.Index(n).Addr().UnsafePointer(), f.item); err != nil {
			return err
		}
		switch s.space() {
		case ',':
			s.at++
		case ']':
			s.at++
			return nil
		default:
			return errPlain
		}
	}
}

func (s *jsonScan) word(w string) error {
	if !bytes.HasPrefix(s.b[s.at:], []byte(w)) {
		return errPlain
	}
	s.at += len(w)
	return nil
}

// number passes over a number; a leading zero and the like are left to encoding/json.
func (s *jsonScan) number() error {
	from := s.at
	for s.at < len(s.b) && (s.b[s.at] >= '0' && s.b[s.at] <= '9' || s.b[s.at] == '-' || s.b[s.at] == '.') {
		s.at++
	}
	t := s.b[from:s.at]
	if len(t) > 0 && t[0] == '-' {
		t = t[1:]
	}
	if len(t) == 0 || t[0] < '0' || t[0] > '9' || t[0] == '0' && len(t) > 1 && t[1] != '.' || t[len(t)-1] == '.' ||
		s.at < len(s.b) && (s.b[s.at] == 'e' || s.b[s.at] == 'E') {
		return errPlain
	}
	return nil
}

// pass passes over any value; of what is within it only the brackets and quotes are looked
// at.
func (s *jsonScan) pass() error {
	switch c := s.space(); c {
	case '"':
		end := endOfText(s.b, s.marks, s.at+1)
		if end < 0 {
			return errPlain
		}
		s.at = end + 1
		return nil
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	case '{', '[':
		depth := 0
		for at := s.at; ; at++ {
			if at = s.next(at); at >= len(s.b) {
				return errPlain
			}
			switch s.b[at] {
			case '"':
				if at = endOfText(s.b, s.marks, at+1); at < 0 {
					return errPlain
				}
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					s.at = at + 1
					return nil
				}
			}
		}
	}
	return s.number()
}

// endOfText returns the place of the quote that ends a text which begins at from; -1 if none does.
func endOfText(b []byte, marks []uint64, from int) int {
	for at := from; ; at++ {
		if at = nextMark(marks, at); at >= len(b) {
			return -1
		}
		switch b[at] {
		case '"':
			return at
		case '\\':
			at++
		}
	}
}
