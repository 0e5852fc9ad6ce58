package ingest

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ringtide/ringtide/lake"
)

func TestTableOfFormats(t *testing.T) {
	seen := map[string]bool{FormatAuto: true}
	for _, f := range formats {
		if seen[f.name] || f.title == "" || f.tells == "" || f.lacks == "" || f.version < 1 || f.detect == nil || f.read == nil || lake.ValidSource(f.source) != nil {
			t.Errorf("the row of %q lacks something or has a name that is taken", f.name)
		}
		seen[f.name] = true
	}
	for _, info := range Formats(shipped(t)) {
		if info.Name == "" || info.Tells == "" || info.Lacks == "" {
			t.Errorf("%+v", info)
		}
	}
}

// The folder testdata/NAME holds files of the format NAME, and each fits that format only.
func TestEveryFixtureFitsOneFormat(t *testing.T) {
	for _, f := range formats {
		files, err := filepath.Glob("testdata/" + f.name + "/*")
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range files {
			if info, err := os.Stat(path); err != nil || info.IsDir() {
				continue
			}
			text := fixture(t, path)
			if got, err := Detect([]byte(text[:min(len(text), detectBytes)]), shipped(t)); got != f.name || err != nil {
				t.Errorf("%s: %q, %v", path, got, err)
			}
		}
	}
}

func TestFilesThatFitNothing(t *testing.T) {
	for name, text := range map[string]string{
		"words": "dear colleague,\nhere are the calls\n", "json": `{"hello":"world"}`, "brackets": "[[[[{\"a\":", "one quote": "\"", "digits": "1,2,3\n",
	} {
		if got, err := Detect([]byte(text), shipped(t)); err == nil {
			t.Errorf("%s was taken for %s", name, got)
		}
	}
}
