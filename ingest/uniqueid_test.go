package ingest

import (
	"regexp"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

func TestBorn(t *testing.T) {
	for id, want := range map[string]int64{
		"1699999999.42": 1699999999, "pbx-2-1699999999.42": 1699999999, "-99999999999.0": 99999999999,
		"169999999.1": 169999999, "16999999.1": -1, "169999999999.1": -1, "1699999999": -1, "1699999999.": -1,
		"1699999999.4x": -1, "x1699999999.4": -1, ".4": -1, "": -1, "1699999999.4.5": -1, "a.b-1699999999.4": 1699999999,
	} {
		got, ok := born(id)
		if !ok {
			got = -1
		}
		if got != want {
			t.Errorf("born(%q) = %d, want %d", id, got, want)
		}
	}
}

// The names it takes are those of the pattern.
func TestBornIsThePattern(t *testing.T) {
	pattern := regexp.MustCompile(`^(?:.*-)?(\d{9,11})\.\d+$`)
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.StringMatching(`[a.\-]{0,2}[0-9]{7,13}[.\-a]{0,2}[0-9]{0,3}`).Draw(t, "id")
		got, ok := born(id)
		m := pattern.FindStringSubmatch(id)
		if ok != (m != nil) {
			t.Fatalf("%q: %v, pattern %v", id, ok, m)
		}
		if want := int64(0); ok {
			if want, _ = strconv.ParseInt(m[1], 10, 64); got != want {
				t.Fatalf("%q: %d, pattern %d", id, got, want)
			}
		}
	})
}
