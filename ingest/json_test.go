package ingest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// readValues returns the objects of a text with their lines, and the faults.
func readValues(t *testing.T, text string, r io.Reader, within ...string) (found, faults []string) {
	t.Helper()
	v := newValues(r, within...)
	last := int64(0)
	for {
		err := v.read()
		if errors.Is(err, io.EOF) {
			return found, faults
		}
		if v.line < last || v.offset < 0 || v.offset > int64(len(text)) || len(v.raw) > maxValue+1 {
			t.Fatalf("value at line %d, byte %d after line %d", v.line, v.offset, last)
		}
		last = v.line
		if err != nil {
			faults = append(faults, fmt.Sprintf("%d: %v", v.line, err))
			continue
		}
		found = append(found, fmt.Sprintf("%d:%s", v.line, v.raw))
	}
}

func TestValues(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       []string
		faults     int
	}{
		{"one per line", "{\"a\":1}\n\n{\"a\":2}\r\n", []string{`1:{"a":1}`, `3:{"a":2}`}, 0},
		{"an array over lines", "[\n {\"a\":[1,2]},\n {\"a\":{\"b\":\"}\"}}\n]\n", []string{`2:{"a":[1,2]}`, `3:{"a":{"b":"}"}}`}, 0},
		{"a batch without separators", `{"a":1}{"a":"\"}{"}{"b":2}`, []string{`1:{"a":1}`, `1:{"a":"\"}{"}`, `1:{"b":2}`}, 0},
		{"batches of arrays", `[{"a":1}][{"a":2}]`, []string{`1:{"a":1}`, `1:{"a":2}`}, 0},
		{"a wrapper", `{"total":2,"list":[{"a":1},{"a":{"list":[3]}}],"next":"]}"}`, []string{`1:{"a":1}`, `1:{"a":{"list":[3]}}`}, 0},
		{"pages of a wrapper", "{\"list\":[{\"a\":1}],\"page\":1}\n{\"list\":[],\"page\":2}\n{\"list\":[{\"a\":3}]}", []string{`1:{"a":1}`, `3:{"a":3}`}, 0},
		{"a list that is not the wrapper's", `{"a":{"list":[1]}}`, []string{`1:{"a":{"list":[1]}}`}, 0},
		{"a name that is text", `{"a":"list","b":[1]}`, []string{`1:{"a":"list","b":[1]}`}, 0},
		{"something else between", "{\"a\":1}\nnull\n{\"a\":2}", []string{`1:{"a":1}`, `3:{"a":2}`}, 1},
		{"cut in a value", "{\"a\":1}\n{\"a\":", []string{`1:{"a":1}`}, 1},
		{"cut in an array", `[{"a":1},`, []string{`1:{"a":1}`}, 1},
		{"cut in a wrapper", `{"list":[{"a":1}`, []string{`1:{"a":1}`}, 1},
		{"too long", "{\"a\":\"" + strings.Repeat("x", maxValue) + "\"}\n{\"a\":2}", []string{`2:{"a":2}`}, 1},
		{"empty", " \n", nil, 0},
	} {
		got, faults := readValues(t, tt.text, strings.NewReader(tt.text), "list")
		if !slices.Equal(got, tt.want) || len(faults) != tt.faults {
			t.Errorf("%s: %q, faults %q; want %q and %d", tt.name, got, faults, tt.want, tt.faults)
		}
	}
}

// However the bytes arrive, the values are the same; and objects of valid JSON come out
// as they went in.
func FuzzValues(f *testing.F) {
	for _, s := range []string{"{\"a\":1}\n{\"b\":[{}]}", `[{"a":1},{"b":"\u0041\\"}]`, `{"list":[{"a":1}],"x":[[{}]]}{"a":`, "[[{}]]}{]\n{\"a\":1}", "\x1e{}\x1e{}", `{"list":[[{"a":1}],2]}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, faults := readValues(t, text, strings.NewReader(text), "list")
		slow, slowFaults := readValues(t, text, iotest.OneByteReader(strings.NewReader(text)), "list")
		if !slices.Equal(got, slow) || !slices.Equal(faults, slowFaults) {
			t.Fatalf("%q: %q %q in one piece, %q %q byte by byte", text, got, faults, slow, slowFaults)
		}
		var object map[string]json.RawMessage
		if json.Unmarshal([]byte(text), &object) != nil || object == nil {
			return
		}
		if _, wraps := object["list"]; wraps {
			return
		}
		if len(got) != 1 || len(faults) != 0 || !strings.HasSuffix(got[0], strings.TrimSpace(text)) {
			t.Errorf("%q: %q %q", text, got, faults)
		}
		names := map[string]bool{}
		eachKey([]byte(text), func(name string) {
			var plain string
			if err := json.Unmarshal([]byte(`"`+name+`"`), &plain); err != nil {
				t.Fatal(err)
			}
			names[plain] = true
		})
		want := map[string]bool{}
		for name := range object {
			want[name] = true
		}
		if !reflect.DeepEqual(names, want) {
			t.Errorf("%q: names %v", text, names)
		}
	})
}

// Rows of any text become legs or are put aside.
func FuzzAsteriskCDR(f *testing.F) {
	opts := logOptions
	opts.Format = "asterisk-cdr"
	text := fixture(f, "testdata/asterisk-cdr/Master.csv")
	for _, seed := range []string{text, strings.ReplaceAll(text, "\n", "\r\n"), text[:len(text)/2], strings.ReplaceAll(text, "1772789480.1", "")} {
		f.Add(seed)
	}
	lk := newLake(f)
	f.Fuzz(func(t *testing.T, text string) { readOnly(t, lk, opts, text) })
}
