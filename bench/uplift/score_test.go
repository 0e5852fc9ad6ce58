package uplift

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/forecast/uplift"
)

// open opens a file of a set, or skips.
func open(t testing.TB, path ...string) *os.File {
	t.Helper()
	f, err := os.Open(filepath.Join(append([]string{"..", "..", "..", "shared"}, path...)...))
	if err != nil {
		t.Skipf("the benchmark sets are not beside the repository: %v", err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

type task struct {
	name string
	run  func(series, events io.Reader, out io.Writer) error
}

func tasks() []task {
	return []task{{"measure", uplift.MeasureCSV}, {"predict", uplift.PredictCSV}}
}

// run runs a task on a set; with -artifacts the estimates file is kept, in the form
// that the set's own scorer reads.
func run(t testing.TB, set string, k task) []score {
	t.Helper()
	truth, err := readTruth(open(t, set, "truth.csv"), open(t, set, "events.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := k.run(open(t, set, "series.csv"), open(t, set, "events.csv"), &out); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), set+"_"+k.name+".csv"), out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	est, name, err := readEstimates(&out)
	if err != nil {
		t.Fatal(err)
	}
	return scores(truth, est, name)
}

// peers returns the printed line of every peer for a task and family.
func peers(t testing.TB, task, family string) []string {
	t.Helper()
	rows, err := readRows(open(t, "bench", "peers_uplift.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		if r["task"] == task && r["family"] == family {
			out = append(out, fmt.Sprintf("%-16s %-8s %-8s %6s %6s %6s %6s %6s %6s", r["method"], task, family,
				r["wape_total"], r["bias"], r["cov80"], r["cov95"], r["width95"], r["wape_daily"]))
		}
	}
	return out
}

// Bounds on the error of totals, a little above what the model reaches: a change
// that makes it worse must be seen.
var bounds = map[string]float64{
	"measure mailing": .19, "measure event": .18, "measure routing": .26, "measure ivr": .24,
	"predict mailing": .28, "predict event": .85, "predict routing": .32, "predict ivr": .20,
}

func TestUplift(t *testing.T) {
	if testing.Short() {
		t.Skip("the whole set takes most of a minute; run without -short")
	}
	logFloors(t, "uplift")
	for _, k := range tasks() {
		t.Logf("%-16s %-8s %-8s %6s %6s %6s %6s %6s %6s", "method", "task", "family", "wape", "bias", "cov80", "cov95", "width", "daily")
		for _, s := range run(t, "uplift", k) {
			t.Logf("%-16s %-8s %-8s %6.3f %6.3f %6.3f %6.3f %6.3f %6.3f  wape ± %.3f", "ringtide", s.task, s.family, s.wape, s.bias, s.cov80, s.cov95, s.width, s.daily, s.spread())
			for _, line := range peers(t, s.task, s.family) {
				t.Log(line)
			}
			if most := bounds[s.task+" "+s.family]; s.wape > most {
				t.Errorf("%s %s: totals miss by %.3f, want %.2f at most", s.task, s.family, s.wape, most)
			}
		}
	}
}

// Floors of a set are printed beside what the model reaches.
func logFloors(t *testing.T, set string) {
	t.Helper()
	f, err := readFloors(open(t, set, "series.csv"), open(t, set, "events.csv"), open(t, set, "truth.csv"))
	if err != nil {
		t.Fatal(err)
	}
	for _, family := range families(f) {
		measure, err := f.measure(family)
		if err != nil {
			t.Fatal(err)
		}
		past, kind := f.predict(family)
		t.Logf("floor %-8s measure %.3f (course and rates of the kind known); predict %.3f (past causes known), %.3f (median of the kind known)", family, measure, past, kind)
		if !(measure > 0 && measure < 1) || !(past > 0) || !(kind > 0) {
			t.Errorf("%s: no floor", family)
		}
	}
}

// The second set has a yearly cycle and holidays that no calendar names.
func TestUpliftReservations(t *testing.T) {
	if testing.Short() || os.Getenv("BENCH_ALL") == "" {
		t.Skip("a second set of several minutes; set BENCH_ALL=1 to run it")
	}
	logFloors(t, "uplift_resv")
	for _, k := range tasks() {
		for _, s := range run(t, "uplift_resv", k) {
			t.Logf("%-16s %-8s %-8s %6.3f %6.3f %6.3f %6.3f %6.3f %6.3f", "ringtide", s.task, s.family, s.wape, s.bias, s.cov80, s.cov95, s.width, s.daily)
		}
	}
}

// An oracle that knows the course of a cause finds its total in a quiet base, and one that
// knows the past predicts a cause that does as they did.
func TestFloors(t *testing.T) {
	var series, events, truth strings.Builder
	series.WriteString("series,timestamp,count\n")
	events.WriteString("series,event,type,start,size,mail_class,role\n")
	truth.WriteString("series,event,timestamp,uplift\n")
	for d := range 150 {
		calls, at := 1000.0, d%50-20
		if at >= 0 && at < 20 {
			id, day := fmt.Sprint("e", d/50), time.Date(2024, 1, 1+d, 0, 0, 0, 0, time.UTC).Format("2006-01-02")
			added := float64(40 - 2*at)
			if calls += added; at == 0 {
				fmt.Fprintf(&events, "s,%s,mailing,%s,%d,,%s\n", id, day, 10000+d, map[bool]string{true: "new", false: "past"}[d > 100])
			}
			fmt.Fprintf(&truth, "s,%s,%s,%.0f\n", id, day, added)
		}
		fmt.Fprintf(&series, "s,%s,%.0f\n", time.Date(2024, 1, 1+d, 0, 0, 0, 0, time.UTC).Format("2006-01-02"), calls)
	}
	f, err := readFloors(strings.NewReader(series.String()), strings.NewReader(events.String()), strings.NewReader(truth.String()))
	if err != nil {
		t.Fatal(err)
	}
	measure, err := f.measure("mailing")
	past, kind := f.predict("mailing")
	if err != nil || measure > .02 || past > .02 || kind > .02 {
		t.Errorf("measure %v, predict %v and %v, %v", measure, past, kind, err)
	}
}

// The scorer agrees with itself on numbers small enough to work out by hand.
func TestScores(t *testing.T) {
	truth, err := readTruth(strings.NewReader("series,event,timestamp,uplift\ns,a,d1,10\ns,a,d2,30\ns,b,d1,-10\n"),
		strings.NewReader("series,event,type\ns,a,mailing\ns,b,mailing\n"))
	if err != nil {
		t.Fatal(err)
	}
	est, task, err := readEstimates(strings.NewReader(
		"task,event,timestamp,mean,q025,q10,q90,q975\nmeasure,a,,50,20,45,55,80\nmeasure,a,d1,10,,,,\nmeasure,a,d2,40,,,,\nmeasure,b,,-10,-20,-15,-5,0\n"))
	if err != nil {
		t.Fatal(err)
	}
	s := scores(truth, est, task)[0]
	// Totals 40 and -10: errors 10 and 0 of 50; bias 10 of 30; days miss 10 and 10 (day d1 of b is not given).
	if s.wape != .2 || s.bias != 10.0/30 || s.cov80 != .5 || s.cov95 != 1 || s.width != 80.0/50 || s.daily != .4 {
		t.Errorf("%+v", s)
	}
}
