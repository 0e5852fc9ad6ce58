package uplift

import (
	"bytes"
	"compress/gzip"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// realBases are real daily series without labelled causes: a bank with closed
// weekends, another with a Friday and Saturday weekend, a reservations desk, an
// ambulance service.
func realBases(t testing.TB) []daily {
	t.Helper()
	var out []daily
	for _, b := range []struct{ folder, file, series string }{
		{"bank_calls", "series.csv", ""}, {"anonymous_bank_1999", "series.csv.gz", ""},
		{"reservations_call_desk", "series.csv", ""}, {"wales_ambulance", "series.csv", "total"},
	} {
		var r io.Reader = open(t, "realdata", b.folder, b.file)
		if strings.HasSuffix(b.file, ".gz") {
			var err error
			if r, err = gzip.NewReader(r); err != nil {
				t.Fatal(err)
			}
		}
		d, err := readDaily(r, b.series)
		if err != nil || len(d.dates) < 100 {
			t.Fatalf("%s: %d days, %v", b.folder, len(d.dates), err)
		}
		out = append(out, d)
	}
	return out
}

// shapeBounds are the largest errors of measured totals, a little above what the model
// reaches on sets whose shapes were made up before it was looked at on them.
var shapeBounds = map[string]float64{
	"late-hump": .22, "two-humps": .22, "slow-ramp": .22, "spike-tail": .31, "early": .31, "rebound": .20,
	"delayed": .20, "overshoot": .21, "s-curve": .40, "line": .52,
}

// The shape is learned, not assumed: intervals hold for effects of other shapes too.
func TestOtherShapes(t *testing.T) {
	if testing.Short() {
		t.Skip("ten sets take most of a minute; run without -short")
	}
	bases := realBases(t)
	t.Logf("%-12s %-8s %-8s %4s %6s %6s %6s %6s %6s %6s", "shape", "task", "family", "n", "wape", "bias", "cov80", "cov95", "width", "daily")
	n, in80, in95 := 0.0, 0.0, 0.0
	for _, shape := range responses() {
		files := generate(bases, shape, 16, 1)
		files.keep(t, shape.name)
		for _, k := range tasks() {
			for _, s := range files.run(t, k) {
				t.Logf("%-12s %-8s %-8s %4d %6.3f %6.3f %6.3f %6.3f %6.3f %6.3f", shape.name, s.task, s.family, s.events, s.wape, s.bias, s.cov80, s.cov95, s.width, s.daily)
				if k.name != "measure" {
					continue
				}
				n, in80, in95 = n+float64(s.events), in80+s.cov80*float64(s.events), in95+s.cov95*float64(s.events)
				if s.wape > shapeBounds[shape.name] {
					t.Errorf("%s: totals miss by %.3f, want %.2f at most", shape.name, s.wape, shapeBounds[shape.name])
				}
			}
		}
	}
	in80, in95 = in80/n, in95/n
	t.Logf("measured totals inside their intervals: %.1f%% of 80, %.1f%% of 95", 100*in80, 100*in95)
	if in80 < .72 || in80 > .92 || in95 < .91 {
		t.Errorf("intervals of 80 and 95%% hold %.3f and %.3f", in80, in95)
	}
}

// run runs a task on the set.
func (s *set) run(t testing.TB, k task) []score {
	t.Helper()
	truth, err := readTruth(strings.NewReader(s.truth.String()), strings.NewReader(s.events.String()))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := k.run(strings.NewReader(s.series.String()), strings.NewReader(s.events.String()), &out); err != nil {
		t.Fatal(err)
	}
	est, _, err := readEstimates(&out)
	if err != nil {
		t.Fatal(err)
	}
	return scores(truth, est, k.name)
}

// keep keeps the files of the set where -artifacts asks for them.
func (s *set) keep(t testing.TB, name string) {
	t.Helper()
	for file, text := range map[string]string{"series": s.series.String(), "events": s.events.String(), "truth": s.truth.String()} {
		if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+"_"+file+".csv"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// The generator: what it says it added is what it added, and a pulse adds its total.
func TestGenerate(t *testing.T) {
	flat := daily{}
	for d := range 200 {
		flat.dates, flat.calls = append(flat.dates, time.Date(2024, 1, 1+d, 0, 0, 0, 0, time.UTC)), append(flat.calls, 1000)
	}
	for _, shape := range responses() {
		files := generate([]daily{flat}, shape, 1, 3)
		rows, err := readRows(strings.NewReader(files.series.String()))
		if err != nil || len(rows) != 200 {
			t.Fatalf("%s: %d rows, %v", shape.name, len(rows), err)
		}
		truth, err := readTruth(strings.NewReader(files.truth.String()), strings.NewReader(files.events.String()))
		if err != nil || len(truth) < 3 {
			t.Fatalf("%s: %d events, %v", shape.name, len(truth), err)
		}
		if again := generate([]daily{flat}, shape, 1, 3); again.series.String() != files.series.String() {
			t.Errorf("%s: the same seed gives another series", shape.name)
		}
		if shape.to > 1000 || shape.from < 0 {
			continue // levels overlap; what comes early is not in the truth
		}
		left, first := map[string]float64{}, truth[shape.name+"00.1"]
		for _, r := range rows {
			n, _ := strconv.ParseFloat(r["count"], 64)
			left[r["timestamp"]] = n - 1000
		}
		for day, want := range first.daily {
			if math.Abs(left[day]-want) > 1e-9 {
				t.Errorf("%s %s: %v calls added, the truth says %v", shape.name, day, left[day], want)
			}
		}
	}
}
