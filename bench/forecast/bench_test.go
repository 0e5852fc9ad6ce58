package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

// shared returns the folder of the protocol, beside the repository or where
// RINGTIDE_SHARED says, and skips the test where there is none.
func shared(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("RINGTIDE_SHARED")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared")
	}
	if _, err := os.Stat(filepath.Join(dir, "bench", "protocol.csv")); errors.Is(err, fs.ErrNotExist) {
		t.Skip("the shared benchmark data are not beside the repository: set RINGTIDE_SHARED to their folder to run this check")
	}
	return dir
}

// All ten origins of the half-hourly bank, as the peers were scored: fewer errors than last week's calls on
// every level and horizon, and bands that hold what they promise.
func TestBank30BeatsLastWeek(t *testing.T) {
	dir := shared(t)
	d, err := load(dir, "bank30")
	if err != nil {
		t.Fatal(err)
	}
	r, err := d.backtest(d.origins, 400)
	if err != nil {
		t.Fatal(err)
	}
	if err := compare(t.Output(), dir, d, r); err != nil {
		t.Fatal(err)
	}
	wape := map[[2]string]map[string]float64{}
	for _, s := range r.Scores {
		k := [2]string{s.Level, s.Horizon}
		if wape[k] == nil {
			wape[k] = map[string]float64{}
		}
		wape[k][s.Method] = s.WAPE
		if s.Method == "model" && s.Level == "interval" && s.Horizon == "week4" && (s.Cov95 < 0.88 || s.Cov95 > 0.99) {
			t.Errorf("95 %% bands of four weeks of intervals hold %.3f of the counts", s.Cov95)
		}
	}
	if len(wape) != 6 {
		t.Fatalf("scores for %d of 6 levels and horizons", len(wape))
	}
	for k, by := range wape {
		if by["model"] >= by["snaive"] {
			t.Errorf("%v: WAPE %.4f, last week %.4f", k, by["model"], by["snaive"])
		}
	}
}

// The submission has a line for every open interval and every open day.
func TestSubmissionIsComplete(t *testing.T) {
	d, err := load(shared(t), "bank30")
	if err != nil {
		t.Fatal(err)
	}
	d.origins = d.origins[:1]
	file := filepath.Join(t.TempDir(), "bank30.csv")
	if err := d.submit(file, 50); err != nil {
		t.Fatal(err)
	}
	rows, err := table(file)
	if err != nil {
		t.Fatal(err)
	}
	// 2003-07-12 to 2003-08-08: 20 weekdays of 28 half hours and their totals.
	if len(rows) != 20*29 {
		t.Errorf("%d rows, want %d", len(rows), 20*29)
	}
}
