package strict

import (
	"strings"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

type doc struct {
	Name   string        `yaml:"name"`
	Start  interval.Date `yaml:"start"`
	Pieces *float64      `yaml:"pieces"`
	Seats  int           `yaml:"seats"`
	Inner  struct {
		Share float64 `yaml:"share"`
	} `yaml:"inner"`
	Prices []price `yaml:"prices"`
}

type cents int64

type price struct {
	Terms `yaml:",inline"`
	Cents cents `yaml:"cents"`
}

// Terms is inline, so its fields stand beside the others.
type Terms struct {
	Cap *cents `yaml:"cap"`
}

func TestYAMLNamesThePlace(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"misspelt field", "name: a\npeices: 3\n", `f.yaml:2:1: unknown field "peices"; did you mean "pieces"?`},
		{"nested misspelt field", "inner:\n  shaer: 0.5\n", `f.yaml:2:3: unknown field "shaer"; did you mean "share"?`},
		{"day that does not exist", "name: a\nstart: 2026-02-30\n", `f.yaml:2:8: interval: there is no day 2026-02-30`},
		{"value that a key's name resembles", "name: a\nstart: soon\n", `f.yaml:2:8: interval: "soon" is not a date`},
		{"text for a number", "pieces: many\n", `f.yaml:1:9: `},
		{"fraction for a whole number", "seats: 10.5\n", `f.yaml:1:8: 10.5 is no whole number`},
		{"dollars for cents", "prices:\n  - cents: 110\n  - cents: 1.10\n", `f.yaml:3:12: 1.1 is no whole number`},
		{"fraction inline", "prices: [{cap: 0.5}]\n", `f.yaml:1:16: 0.5 is no whole number`},
		{"field twice", "name: a\nname: b\n", `f.yaml:2:1: `},
		{"empty", " \n", `f.yaml: the file is empty`},
		{"two documents", "name: a\n---\nname: b\n", `f.yaml: more than one YAML document`},
		{"broken syntax", "name: [a\n", `f.yaml:1:`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var d doc
			err := YAML("f.yaml", []byte(tt.in), &d)
			if err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s...", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "\n") {
				t.Errorf("more than one line: %q", err)
			}
		})
	}
}

func TestYAMLReads(t *testing.T) {
	var d doc
	if err := YAML("f.yaml", []byte("name: a\nstart: 2026-02-28\ninner: {share: 0.5}\nseats: 10.0\nprices: [{cents: 120, cap: 5}]\n"), &d); err != nil {
		t.Fatal(err)
	}
	if d.Start != interval.MustDate("2026-02-28") || d.Inner.Share != 0.5 || d.Seats != 10 || d.Prices[0].Cents != 120 || d.Pieces != nil {
		t.Errorf("got %+v", d)
	}
}

func FuzzYAML(f *testing.F) {
	f.Add([]byte("name: a\nstart: 2026-02-28\n"))
	f.Add([]byte("inner: {share: [}"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var d doc
		if err := YAML("f.yaml", in, &d); err != nil && strings.Contains(err.Error(), "\n") {
			t.Errorf("more than one line: %q", err)
		}
	})
}
