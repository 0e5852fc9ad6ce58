package center

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

func TestParsePastVolumeReads(t *testing.T) {
	days, err := ParsePastVolume("v.csv", []byte("date,calls\n2026-05-01,90\n2026-05-04,0\n"))
	want := []impact.DayCalls{{Date: interval.MustDate("2026-05-01"), Calls: 90}, {Date: interval.MustDate("2026-05-04")}}
	if err != nil || len(days) != 2 || days[0] != want[0] || days[1] != want[1] {
		t.Errorf("%v (%v)", days, err)
	}
}

func TestParsePastVolumeFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "v.csv: the file is empty",
		"day,calls\n":                  `v.csv:1: the first line is "day,calls"; write date,calls`,
		"date,calls\n2026-05-01\n":     "v.csv:2: 1 columns; write date,calls",
		"date,calls\n2026-05-32,4\n":   "v.csv:2: date: ",
		"date,calls\n2026-05-01,4.5\n": `v.csv:2: calls: "4.5"; write a whole number`,
		"date,calls\n2026-05-02,4\n2026-05-01,4\n": "v.csv:3: date: 2026-05-01 comes after 2026-05-02",
		"date,calls\n2026-05-01,0\n":               "v.csv: no day has a call",
	} {
		_, err := ParsePastVolume("v.csv", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// The record lies beside the request; nowhere else is it looked for.
func TestPastVolumeLiesBesideTheRequest(t *testing.T) {
	d := sampleDir(t)
	r, err := d.Request("election-route-in.yaml")
	if err != nil || len(r.RouteIn.PastVolume) < 40 {
		t.Fatalf("%d days (%v)", len(r.RouteIn.PastVolume), err)
	}
	name := filepath.Join(d.Path, "requests", "election-route-in.yaml")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{"none.csv": "none.csv", "../center.yaml": "name a file beside the request"} {
		if err := os.WriteFile(name, []byte(strings.Replace(string(text), "election-calls.csv", file, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Request(name); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func FuzzParsePastVolume(f *testing.F) {
	f.Add([]byte("date,calls\n2026-05-01,90\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		days, err := ParsePastVolume("v.csv", in)
		if (err == nil) != (len(days) > 0) {
			t.Errorf("%d days, error %v", len(days), err)
		}
		for k := 1; k < len(days); k++ {
			if !days[k].Date.After(days[k-1].Date) {
				t.Error("days out of order")
			}
		}
	})
}
