package ingest

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math/bits"
	"reflect"
	"strconv"
	"strings"
)

// The scanner of this file reads one JSON object into a struct several times as fast as
// encoding/json: texts are passed over with the processor's search for a byte, and fields
// that nobody reads are not taken apart. Whatever is not plain (escapes, other types, case
// that differs, faults) is left to encoding/json, which then decides.

// errPlain says that a value is not plain.
var errPlain = errors.New("not plain JSON")

// objectEnd returns the length of the object that b begins with, or 0 where it goes on
// behind b, or holds a list of one of the names in within.
func objectEnd(b []byte, within []string) int {
	depth, name := 0, []byte(nil)
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			end := textEnd(b, i+1)
			if end < 0 {
				return 0
			}
			if depth == 1 {
				name = b[i+1 : end]
			}
			i = end
		case '[':
			if depth == 1 {
				for _, w := range within {
					if w == string(name) {
						return 0
					}
				}
			}
			depth++
		case '{':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return 0
}

// textEnd returns the place of the quote that ends a text which begins at from; -1 if none does.
func textEnd(b []byte, from int) int {
	for i := from; ; i += 2 {
		if i = special(b, i, false); i >= len(b) {
			return -1
		}
		if b[i] == '"' {
			return i
		}
	}
}

// special returns the place of the first quote or backslash at or after from, with controls also
// of the first control character; len(b) or more if there is none. It looks at eight bytes at
// a time: texts are short, and a call of bytes.IndexByte for each costs more.
func special(b []byte, from int, controls bool) int {
	i := from
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		quote, slash := w^('"'*eachByte), w^('\\'*eachByte)
		hit := (quote-eachByte)&^quote | (slash-eachByte)&^slash
		if controls {
			hit |= (w - ' '*eachByte) &^ w
		}
		if hit &= topBits; hit != 0 {
			return i + bits.TrailingZeros64(hit)/8 // the lowest hit is a true one
		}
	}
	for ; i < len(b); i++ {
		if c := b[i]; c == '"' || c == '\\' || controls && c < ' ' {
			break
		}
	}
	return i
}

// A shape is how to read an object into a struct type.
type shape struct {
	fields map[string]*shapeField // nil for names that the type does not have
	folded map[string]bool        // names in lower case
}

type shapeField struct {
	index int
	kind  reflect.Kind // of the field, or of what it points to; Invalid for encoding/json to read
	point bool
	shape *shape // of a struct
}

const mostShapeNames = 4096

func shapeOf(t reflect.Type) *shape {
	s := &shape{fields: map[string]*shapeField{}, folded: fieldNames(t)}
	for i := range t.NumField() {
		sf := t.Field(i)
		if !sf.IsExported() || sf.Anonymous {
			return &shape{} // left to encoding/json as a whole
		}
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if name == "" {
			name = sf.Name
		}
		f := &shapeField{index: i}
		ft := sf.Type
		if ft.Kind() == reflect.Pointer {
			ft, f.point = ft.Elem(), true
		}
		switch k := ft.Kind(); {
		case reflect.PointerTo(ft).Implements(reflect.TypeFor[json.Unmarshaler]()) || strings.Contains(sf.Tag.Get("json"), ","):
		case k == reflect.String, k == reflect.Float64, k == reflect.Int64, k == reflect.Bool:
			f.kind = k
		case k == reflect.Struct:
			if inner := shapeOf(ft); inner.fields != nil {
				f.kind, f.shape = k, inner
			}
		}
		s.fields[name] = f
	}
	return s
}

// A jsonScan reads objects of one shape.
type jsonScan struct {
	b       []byte
	at      int
	unknown map[string]int64 // names at the top that the type does not have, counted
	names   []string         // those of this object
}

// read fills v, which is zero, with the object in b. errPlain says that v is no good.
func (s *jsonScan) read(b []byte, v reflect.Value, sh *shape) error {
	if sh.fields == nil {
		return errPlain
	}
	s.b, s.at, s.names = b, 0, s.names[:0]
	if err := s.object(v, sh, true); err != nil {
		return err
	}
	if s.space(); s.at != len(s.b) {
		return errPlain
	}
	for _, name := range s.names {
		s.unknown[name]++
	}
	return nil
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

func (s *jsonScan) object(v reflect.Value, sh *shape, top bool) error {
	if s.space() != '{' {
		return errPlain
	}
	s.at++
	if s.space() == '}' {
		s.at++
		return nil
	}
	for {
		if s.space() != '"' {
			return errPlain
		}
		name, err := s.text()
		if err != nil || s.space() != ':' {
			return errPlain
		}
		s.at++
		f, known := sh.fields[string(name)]
		if !known {
			if sh.folded[strings.ToLower(string(name))] {
				return errPlain
			}
			if len(sh.fields) < mostShapeNames {
				sh.fields[string(name)] = nil
			}
		}
		if f == nil {
			if top {
				s.names = append(s.names, string(name))
			}
			err = s.pass()
		} else {
			err = s.value(v.Field(f.index), f)
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
	end := special(s.b, from, true)
	if end >= len(s.b) || s.b[end] != '"' {
		return nil, errPlain
	}
	s.at = end + 1
	return s.b[from:end], nil
}

func (s *jsonScan) value(v reflect.Value, f *shapeField) error {
	c := s.space()
	if f.kind == reflect.Invalid {
		from := s.at
		if err := s.pass(); err != nil {
			return err
		}
		if json.Unmarshal(s.b[from:s.at], v.Addr().Interface()) != nil {
			return errPlain
		}
		return nil
	}
	if c == 'n' {
		return s.word("null")
	}
	if f.point {
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		v = v.Elem()
	}
	switch f.kind {
	case reflect.Struct:
		return s.object(v, f.shape, false)
	case reflect.String:
		if c != '"' {
			return errPlain
		}
		t, err := s.text()
		v.SetString(string(t))
		return err
	case reflect.Bool:
		v.SetBool(c == 't')
		if c == 't' {
			return s.word("true")
		}
		return s.word("false")
	}
	from := s.at
	if err := s.number(); err != nil {
		return err
	}
	if f.kind == reflect.Int64 {
		n, err := strconv.ParseInt(string(s.b[from:s.at]), 10, 64)
		v.SetInt(n)
		if err != nil {
			return errPlain
		}
		return nil
	}
	n, err := strconv.ParseFloat(string(s.b[from:s.at]), 64)
	v.SetFloat(n)
	if err != nil {
		return errPlain
	}
	return nil
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
		end := textEnd(s.b, s.at+1)
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
		for ; s.at < len(s.b); s.at++ {
			switch s.b[s.at] {
			case '"':
				end := textEnd(s.b, s.at+1)
				if end < 0 {
					return errPlain
				}
				s.at = end
			case '{', '[':
				depth++
			case '}', ']':
				if depth--; depth == 0 {
					s.at++
					return nil
				}
			}
		}
		return errPlain
	}
	return s.number()
}
