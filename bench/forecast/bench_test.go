package main

import (
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
)

var update = flag.Bool("update", false, "rewrite testdata/accuracy.csv with what is measured now")

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
	if _, err := exec.LookPath("python3"); err != nil {
		t.Skip("the protocol's scorer needs python3, which is not there")
	}
	return dir
}

// measured forecasts every data set and returns the scores of the cells that count.
func measured(t *testing.T, dir string) ([]cell, map[cell][]score) {
	t.Helper()
	out := t.TempDir()
	names, err := protocol(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := run(io.Discard, dir, out, names, 1000, false); err != nil {
		t.Fatal(err)
	}
	all, scores, err := readScores(filepath.Join(out, "scores.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var cells []cell
	for _, c := range all {
		if scores[c][0].n >= judged {
			cells = append(cells, c)
		}
	}
	return cells, scores
}

// No cell may lose more than 2 % on the committed table.
func TestAccuracyHolds(t *testing.T) {
	cells, scores := measured(t, shared(t))
	file := filepath.Join("testdata", "accuracy.csv")
	if *update {
		if err := writeAccuracy(file, cells, scores); err != nil {
			t.Fatal(err)
		}
	}
	committed, err := readAccuracy(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(committed) != len(cells) {
		t.Errorf("%d cells measured, %d committed", len(cells), len(committed))
	}
	for _, c := range cells {
		s := scores[c][0]
		was, ok := committed[c]
		switch {
		case !ok:
			t.Errorf("%v is not in %s", c, file)
		case s.wape > 1.02*was[0]:
			t.Errorf("%v: WAPE %.4f, committed %.4f", c, s.wape, was[0])
		case s.wql > 1.02*was[1]:
			t.Errorf("%v: weighted quantile loss %.4f, committed %.4f", c, s.wql, was[1])
		case s.wape < 0.98*was[0]:
			t.Logf("%v: WAPE %.4f is better than the committed %.4f: run with -update", c, s.wape, was[0])
		}
	}
}

func writeAccuracy(file string, cells []cell, scores map[cell][]score) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer f.Close()
	fmt.Fprintln(f, "dataset,level,horizon,wape,wql,cov80,cov95")
	for _, c := range cells {
		s := scores[c][0]
		fmt.Fprintf(f, "%s,%s,%s,%.4f,%.4f,%.3f,%.3f\n", c.dataset, c.level, c.horizon, s.wape, s.wql, s.cov80, s.cov95)
	}
	return f.Close()
}

func readAccuracy(file string) (map[cell][2]float64, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	out := map[cell][2]float64{}
	for _, r := range records[1:] {
		wape, err1 := strconv.ParseFloat(r[3], 64)
		wql, err2 := strconv.ParseFloat(r[4], 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		out[cell{r[0], r[1], r[2]}] = [2]float64{wape, wql}
	}
	return out, nil
}
