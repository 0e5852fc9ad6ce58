package ingest

import (
	"encoding/json"
	"reflect"
	"testing"
	"unicode/utf8"
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
		`{"List":[],"Nested":[]}`, `{"List":null,"Nested":[null,{"X":2.5,"Y":[{}]}]}`, `{"List":["a",null,"b","c","d","e"],"Nested":[{"X":1}],"Nested":[{}]}`, `{"Nested":[{"X":1},]}`, `{"Nested":{"X":1}}`,
	} {
		f.Add([]byte(s))
	}
	sh := shapeOf(reflect.TypeFor[scanned]())
	f.Fuzz(func(t *testing.T, data []byte) {
		var fast, want scanned
		if !utf8.Valid(data) || readPlain(&jsonScan{}, data, nil, &fast, sh) != nil || !json.Valid(data) {
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
	sh, unknown := shapeOf(reflect.TypeFor[scanned]()), map[string]int64{}
	if err := readPlain(&jsonScan{}, text, nil, &got, sh); err != nil {
		t.Fatal(err)
	}
	sh.unread(func(name string, n int64) { unknown[name] = n })
	if got.Name != "a" || got.Time != "b" || *got.N != 1.5 || got.Count != -3 || !got.Flag || got.Inner.A != "x" || *got.Text != "t" || unknown["Unknown"] != 1 {
		t.Errorf("%+v, %v", got, unknown)
	}
}
