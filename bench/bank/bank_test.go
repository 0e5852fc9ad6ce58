// Package bank checks ingest and counting against a real call log: two months of the
// Anonymous Bank (Guedj and Mandelbaum; Brown and others, 2005). The log is not part of
// the project; without it the checks are skipped.
package bank

import (
	"encoding/csv"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/ringtide/ringtide/ingest"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
)

const (
	folder  = "../../../shared/realdata/anonymous_bank_1999"
	profile = "../../data/profiles/anonymous-bank-1999.yaml"
)

var months = []string{"january_raw.txt.gz", "october_raw.txt.gz"}

func options(t testing.TB) ingest.Options {
	t.Helper()
	if _, err := os.Stat(filepath.Join(folder, months[0])); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("the bank's log is not in %s; fetch it to run this check", folder)
	}
	text, err := os.ReadFile(profile)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ingest.ParseProfile(profile, text)
	if err != nil {
		t.Fatal(err)
	}
	return ingest.Options{Profiles: []*ingest.Profile{p}, Key: []byte("a secret only for this check")}
}

func load(t testing.TB, lk *lake.Lake, opts ingest.Options, files ...string) ingest.Report {
	t.Helper()
	report, err := ingest.Load(t.Context(), lk, ingest.Files(os.DirFS(folder), files...), opts)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func newLake(t testing.TB) *lake.Lake {
	t.Helper()
	lk, err := lake.Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return lk
}

func zone(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Asia/Jerusalem")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

// Rows, outcomes and flags as the description of the data counts them.
func TestAccounts(t *testing.T) {
	opts, lk := options(t), newLake(t)
	report := load(t, lk, opts, months...)
	if report.Rows != 66_224 || report.Stored != 66_224 || report.Duplicate+report.Quarantined+report.Ignored != 0 {
		t.Fatalf("report %+v", report)
	}
	if jan, oct := report.Files[0], report.Files[1]; jan.Rows != 31_599 || oct.Rows != 34_625 || oct.Flags["repaired_separator"] != 2 || jan.Flags["repaired_separator"] != 0 {
		t.Errorf("files %+v", report.Files)
	}
	if n := report.Files[0].Flags["negative_duration"] + report.Files[1].Flags["negative_duration"] +
		report.Files[0].Flags["clamped_duration"] + report.Files[1].Flags["clamped_duration"]; n != 37 {
		t.Errorf("%d negative times, the description counts 37", n)
	}
	got := map[string]int64{}
	for _, q := range lk.Status().Queues {
		for outcome, n := range q.Outcomes {
			got[outcome] += n
		}
	}
	// AGENT 27,060 + 30,861; PHANTOM 240 + 147; HANG 4,299 + 3,617, of which 2,709
	// never queued.
	want := map[string]int64{"handled": 57_921, "ghost": 387, "abandoned": 5_207, "contained": 2_709}
	for outcome, n := range want {
		if got[outcome] != n {
			t.Errorf("%d %s, want %d", got[outcome], outcome, n)
		}
	}
	if err := lk.Verify(t.Context()); err != nil {
		t.Error(err)
	}
}

// Mean service of 183 and 180 s, answered 85.6 and 89.1% of all rows, of the description.
func TestService(t *testing.T) {
	opts, lk := options(t), newLake(t)
	load(t, lk, opts, months...)
	for _, tt := range []struct {
		first, last                   string
		rows, handled, answered, mean float64
	}{
		{"1999-01-01", "1999-01-31", 31_599, 27_060, 0.856, 183},
		{"1999-10-01", "1999-10-31", 34_625, 30_861, 0.891, 180},
	} {
		ty, err := lk.Tally(t.Context(), lake.TallyQuery{
			Step: 30 * time.Minute, Location: zone(t),
			First: interval.MustDate(tt.first), Last: interval.MustDate(tt.last),
		})
		if err != nil {
			t.Fatal(err)
		}
		total := func(m lake.Measure) float64 {
			v, err := ty.Total(lake.AllQueues, m)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
		if h := total(lake.Handled); h != tt.handled {
			t.Errorf("%s: %v handled, want %v", tt.first, h, tt.handled)
		}
		if rows := total(lake.Offered) + total(lake.Ghost); rows != tt.rows || math.Abs(total(lake.Handled)/rows-tt.answered) > 0.0005 {
			t.Errorf("%s: %v rows, %v answered", tt.first, rows, total(lake.Handled)/rows)
		}
		if aht := total(lake.AHT); math.Round(aht) != tt.mean {
			t.Errorf("%s: mean service %v s, want %v", tt.first, aht, tt.mean)
		}
	}
}

// Every half hour of every queue agrees with the published series.
func TestSeries(t *testing.T) {
	opts, lk := options(t), newLake(t)
	load(t, lk, opts, months...)
	f, err := os.Open(filepath.Join(folder, "series_30min_by_type.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	ty, err := lk.Tally(t.Context(), lake.TallyQuery{Step: 30 * time.Minute, Location: zone(t)})
	if err != nil {
		t.Fatal(err)
	}
	series := map[string]interval.Series{}
	sums, wants := map[string]float64{}, map[string]float64{}
	for _, row := range rows[1:] {
		name := row[0]
		s, ok := series[name]
		if !ok {
			if s, err = ty.Series(name, lake.Offered, nil); err != nil {
				t.Fatal(err)
			}
			series[name] = s
		}
		at, err := time.ParseInLocation("2006-01-02T15:04:05", row[1], zone(t))
		if err != nil {
			t.Fatal(err)
		}
		want, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		i, ok := s.Grid().Index(at)
		if !ok {
			t.Fatalf("%v is not in the grid", at)
		}
		got, _ := s.At(i)
		if got != want {
			t.Errorf("%s at %s: %v, want %v", name, row[1], got, want)
		}
		sums[name] += got
		wants[name] += want
	}
	if len(rows) != 7*2880+1 || sums["all"] != 31_359+34_478 {
		t.Errorf("%d rows, %v calls in all", len(rows), sums["all"])
	}
	for name, want := range wants {
		if sums[name] != want {
			t.Errorf("%s: %v calls, want %v", name, sums[name], want)
		}
	}
}

// January 11 and 12 have no records: missing, not zero. So has everything between the
// two months.
func TestDaysWithoutRecords(t *testing.T) {
	opts, lk := options(t), newLake(t)
	load(t, lk, opts, months...)
	ty, err := lk.Tally(t.Context(), lake.TallyQuery{Step: time.Hour, Location: zone(t)})
	if err != nil {
		t.Fatal(err)
	}
	s, err := ty.Series(lake.AllQueues, lake.Offered, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range s.Daily() {
		gap := d.Day.Date == interval.MustDate("1999-01-11") || d.Day.Date == interval.MustDate("1999-01-12") ||
			d.Day.Date.Month() > time.January && d.Day.Date.Month() < time.October
		if (d.Missing > 0) != gap {
			t.Errorf("%s: %d hours missing, %d observed", d.Day.Date, d.Missing, d.Open)
		}
	}
	gaps := lk.Status().Gaps
	if len(gaps) != 2 || gaps[0].First != interval.MustDate("1999-01-11") || gaps[0].Last != interval.MustDate("1999-01-12") {
		t.Errorf("gaps %v", gaps)
	}
}

func TestLoadingTwiceAddsNothing(t *testing.T) {
	opts, lk := options(t), newLake(t)
	load(t, lk, opts, months[0])
	first := load(t, lk, opts, months[1])
	again := load(t, lk, opts, months...)
	if again.Stored != 0 || again.Duplicate != 66_224 || !again.Files[0].Known {
		t.Errorf("report %+v", again)
	}
	other := newLake(t)
	if both := load(t, other, opts, months[1], months[0]); both.Fingerprint != first.Fingerprint {
		t.Error("the order of loading shows in the fingerprint")
	}
	opts.Key = nil // other contacts from the same file: keys are dropped
	if got := load(t, lk, opts, months[0]); got.Stored != 0 || got.Files[0].Known || got.Duplicate != 31_599 {
		t.Errorf("report %+v", got)
	}
}

// What the log says of patience: total time in queue over abandoned calls (Mandelbaum and
// Zeltyn, 2007). The description gives no figure; Brown and others (2005) have a
// mean patience of several minutes for regular calls.
func TestPatienceIsMinutes(t *testing.T) {
	opts, lk := options(t), newLake(t)
	load(t, lk, opts, months...)
	ty, err := lk.Tally(t.Context(), lake.TallyQuery{Step: time.Hour, Location: zone(t), Queues: []string{"PS"}})
	if err != nil {
		t.Fatal(err)
	}
	total := func(m lake.Measure) float64 {
		v, err := ty.Total("PS", m)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	patience := total(lake.WaitSeconds) / (total(lake.Abandoned) + total(lake.ShortAbandoned))
	if patience < 120 || patience > 1200 {
		t.Errorf("mean patience %v s", patience)
	}
	t.Logf("mean patience %.0f s", patience)
}

func BenchmarkLoadJanuary(b *testing.B) {
	opts := options(b)
	for b.Loop() {
		load(b, newLake(b), opts, months[0])
	}
}
