package ingest

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

type scanned struct {
	Name   string
	Time   string `json:"time_of"`
	N      *float64
	Count  int64
	Flag   bool
	Inner  struct{ A, B string }
	Point  *struct{ Name string }
	List   []string
	Any    map[string]int
	Text   *string
	Nested []struct{ X float64 }
}

// What the fast scanner reads is what encoding/json reads.
func FuzzJSONScan(f *testing.F) {
	for _, s := range []string{
		`{}`, `{"Name":"a","time_of":"b","N":1.5,"Count":-3,"Flag":true,"Inner":{"A":"x","C":[1,{"d":"}"}]},"Point":{"Name":"p"},"List":["a"],"Any":{"a":1},"Text":null}`,
		`{"name":"folded"}`, `{"Name":"esc\"aped"}`, `{"N":01}`, `{"N":1e3}`, `{"Count":1.5}`, `{"Name":null,"Point":null}`, `{"Name":"a","Name":"b"}`,
		`{"Other":{"a":[true,false,null]},"Name":"z"} `, `{"Nested":[{"X":1},{"X":2}]}`, `{"Name":"a",}`, `{"Name" "a"}`, `{"Name":5}`, `{"Flag":tru}`, `{"x":"\\"}`, `{"x":"\\\""}`,
	} {
		f.Add([]byte(s))
	}
	sh := shapeOf(reflect.TypeFor[scanned]())
	f.Fuzz(func(t *testing.T, data []byte) {
		var fast, want scanned
		scan := &jsonScan{unknown: map[string]int64{}}
		if !utf8.Valid(data) || scan.read(data, reflect.ValueOf(&fast).Elem(), sh) != nil || !json.Valid(data) {
			return // left to encoding/json; or a fault within a field that nobody reads
		}
		if err := json.Unmarshal(data, &want); err != nil || !reflect.DeepEqual(fast, want) {
			t.Errorf("%q: %+v; encoding/json reads %+v, %v", data, fast, want, err)
		}
	})
}

func TestPlainObjectsAreScanned(t *testing.T) {
	text := []byte(`{"Name":"a","time_of":"b","N":1.5,"Count":-3,"Flag":true,"Inner":{"A":"x"},"Unknown":[1,"]"],"Text":"t"}`)
	var got scanned
	scan := &jsonScan{unknown: map[string]int64{}}
	if err := scan.read(text, reflect.ValueOf(&got).Elem(), shapeOf(reflect.TypeFor[scanned]())); err != nil {
		t.Fatal(err)
	}
	if got.Name != "a" || got.Time != "b" || *got.N != 1.5 || got.Count != -3 || !got.Flag || got.Inner.A != "x" || *got.Text != "t" || scan.unknown["Unknown"] != 1 {
		t.Errorf("%+v, %v", got, scan.unknown)
	}
}

// special finds what a look at every byte finds.
func TestSpecial(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.SliceOfN(rapid.SampledFrom([]byte("ab\"\\\n\x00\x1f \x7f\x80\xa2\xdc\xff!#][")), 0, 40).Draw(t, "text")
		from := rapid.IntRange(0, len(b)).Draw(t, "from")
		controls := rapid.Bool().Draw(t, "controls")
		want := from
		for want < len(b) && b[want] != '"' && b[want] != '\\' && !(controls && b[want] < ' ') {
			want++
		}
		if got := special(b, from, controls); got != want {
			t.Fatalf("special(%q, %d, %v) = %d, want %d", b, from, controls, got, want)
		}
	})
}
