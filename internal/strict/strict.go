// Package strict reads YAML documents that people write: a field the document's
// type does not know, a field given twice or a value of the wrong kind is an
// error that names the file, the line and the column.
package strict

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"sort"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// An Error is a fault at a place of a document.
type Error struct {
	File         string
	Line, Column int // from 1; 0 where the place is not known
	Text         string
}

// Error gives file:line:column: text.
func (e *Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Text)
}

// YAML decodes the single document in data into v, a pointer to a struct. The
// name of the file stands in errors only. Empty input is an error.
func YAML(file string, data []byte, v any) (err error) {
	// goccy/go-yaml 1.19 panics on some odd texts, as on a tag where a list is due.
	defer func() {
		if r := recover(); r != nil {
			err = &Error{File: file, Text: fmt.Sprintf("the YAML cannot be read (%v); look for tags (!) and anchors (&) out of place", r)}
		}
	}()
	if len(bytes.TrimSpace(data)) == 0 {
		return &Error{File: file, Text: "the file is empty"}
	}
	dec := yaml.NewDecoder(bytes.NewReader(data), yaml.DisallowUnknownField())
	if err := dec.Decode(v); err != nil {
		return locate(file, data, err, v)
	}
	if err := wholeNumbers(file, data, v); err != nil {
		return err
	}
	var rest any
	if err := dec.Decode(&rest); !errors.Is(err, io.EOF) {
		return &Error{File: file, Text: "more than one YAML document; keep one and remove the line ---"}
	}
	return nil
}

// locate turns a decoder's error into one line with its place.
func locate(file string, data []byte, err error, v any) error {
	out := &Error{File: file, Text: firstLine(err.Error())}
	out.Line, out.Column = find(data, out.Text)
	var y yaml.Error
	if errors.As(err, &y) {
		out.Text = firstLine(y.GetMessage())
		if t := y.GetToken(); t != nil && t.Position != nil {
			out.Line, out.Column = t.Position.Line, t.Position.Column
			out.Text += hint(out.Text, t.Value, v)
		}
	}
	return out
}

// find returns the place of the longest value, not a key, that the error text
// repeats. The decoder does not say where a value's own UnmarshalText has failed.
func find(data []byte, text string) (line, column int) {
	best := 0
	for _, t := range lexer.Tokenize(string(data)) {
		value := t.CharacterType == token.CharacterTypeMiscellaneous &&
			(t.Next == nil || t.Next.Type != token.MappingValueType)
		if !value || !strings.Contains(text, t.Value) {
			continue
		}
		rank := len(t.Value)
		if strings.Contains(text, strconv.Quote(t.Value)) {
			rank += len(text) // quoted as the culprit, not by chance a part of the sentence
		}
		if rank > best {
			best, line, column = rank, t.Position.Line, t.Position.Column
		}
	}
	return line, column
}

func firstLine(s string) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	return s
}

// hint names the known field that an unknown one was most likely meant to be.
func hint(text, given string, v any) string {
	if !strings.Contains(text, "unknown field") {
		return ""
	}
	names := map[string]bool{}
	fields(reflect.TypeOf(v), names, 0)
	best, near := "", len(given)/2+1
	for _, n := range sortedKeys(names) {
		if d := distance(given, n); d < near {
			best, near = n, d
		}
	}
	if best == "" {
		return "; remove it or see docs/files.md for the fields there are"
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

func sortedKeys[T any](m map[string]T) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// fields collects the YAML names of all fields below t.
func fields(t reflect.Type, into map[string]bool, depth int) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || depth > 6 {
		return
	}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if name != "" && name != "-" {
			into[name] = true
		}
		fields(t.Field(i).Type, into, depth+1)
	}
}

// distance is the number of single-letter edits and swaps of neighbours between a
// and b (optimal string alignment; Damerau 1964).
func distance(a, b string) int {
	var before, last, row []int
	for j := range len(b) + 1 {
		last = append(last, j)
	}
	for i := range len(a) {
		row = append([]int{i + 1}, make([]int, len(b))...)
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// wholeNumbers refuses a number with a fraction where v has an integer: the decoder
// would cut 1.10 to 1 and say nothing.
func wholeNumbers(file string, data []byte, v any) error {
	var doc any
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil // what v was decoded from; its faults are told already
	}
	bad, found := fraction(reflect.TypeOf(v), doc)
	if !found {
		return nil
	}
	text := strconv.FormatFloat(bad, 'f', -1, 64)
	e := &Error{File: file, Text: fmt.Sprintf("%s is no whole number; this field takes one", text)}
	for _, t := range lexer.Tokenize(string(data)) {
		if f, err := strconv.ParseFloat(strings.ReplaceAll(t.Value, "_", ""), 64); err == nil && f == bad {
			e.Line, e.Column = t.Position.Line, t.Position.Column
			break
		}
	}
	return e
}

// fraction returns the first number with a fraction that meets an integer of t.
func fraction(t reflect.Type, doc any) (float64, bool) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch x := doc.(type) {
	case float64:
		isInt := t.Kind() >= reflect.Int && t.Kind() <= reflect.Uint64
		return x, isInt && x != math.Trunc(x)
	case []any:
		if t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
			for _, item := range x {
				if bad, found := fraction(t.Elem(), item); found {
					return bad, true
				}
			}
		}
	case map[string]any:
		return fractionIn(t, x)
	}
	return 0, false
}

func fractionIn(t reflect.Type, doc map[string]any) (float64, bool) {
	if t.Kind() == reflect.Map {
		for _, key := range sortedKeys(doc) {
			if bad, found := fraction(t.Elem(), doc[key]); found {
				return bad, true
			}
		}
	}
	if t.Kind() != reflect.Struct {
		return 0, false
	}
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ",")
		if options == "inline" {
			if bad, found := fractionIn(t.Field(i).Type, doc); found {
				return bad, true
			}
		}
		if item, ok := doc[name]; ok {
			if bad, found := fraction(t.Field(i).Type, item); found {
				return bad, true
			}
		}
	}
	return 0, false
}
