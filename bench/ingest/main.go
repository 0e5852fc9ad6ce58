//go:build unix

// Command ingest measures ringtide against DuckDB on one generated file of contacts: CSV to
// a sorted lake, and the count per queue and quarter hour from the lake. Both run in turn,
// as programs of their own; it prints the medians of CPU seconds, wall seconds and peak
// memory, and their ratios. It also lets DuckDB read the lake and compares the counts. Then it
// loads a generated queue_log and JSON records, for which DuckDB has no counterpart.
//
//	go build -C bench/duckdb -o /tmp/duckdb .
//	go run ./bench/ingest -duckdb /tmp/duckdb
//
// Without DuckDB it measures ringtide alone and says so. The machine should be idle.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
)

type options struct {
	rows, runs  int
	structured  int
	dir, duckdb string
	count       string
}

func main() {
	var o options
	flag.IntVar(&o.rows, "rows", 5_000_000, "rows of the generated file")
	flag.IntVar(&o.structured, "structured", 2_000_000, "events of the generated queue_log, ten for a JSON record; 0 leaves both out")
	flag.IntVar(&o.runs, "runs", 5, "runs of each program; medians are printed")
	flag.StringVar(&o.dir, "dir", filepath.Join(os.TempDir(), "ringtide-bench"), "directory for files, which are kept")
	flag.StringVar(&o.duckdb, "duckdb", "duckdb", "DuckDB's command line, or the program of bench/duckdb")
	flag.StringVar(&o.count, "count", "", "count this lake per queue and quarter hour and print the sums (used by the benchmark itself)")
	flag.Parse()
	var err error
	if o.count != "" {
		err = countLake(context.Background(), o.count)
	} else {
		err = run(context.Background(), o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "ingest:", err)
		os.Exit(1)
	}
}

// tools are the programs that are measured.
type tools struct{ ringtide, self, duckdb string }

func build(o options) (tools, error) {
	t := tools{ringtide: filepath.Join(o.dir, "ringtide"), self: filepath.Join(o.dir, "bench")}
	for program, pkg := range map[string]string{t.ringtide: "./cmd/ringtide", t.self: "./bench/ingest"} {
		if out, err := exec.Command("go", "build", "-o", program, pkg).CombinedOutput(); err != nil {
			return t, fmt.Errorf("go build: %w\n%s", err, out)
		}
	}
	path, err := exec.LookPath(o.duckdb)
	if err != nil {
		fmt.Printf("DuckDB is not here (%v): ringtide is measured alone.\nBuild it with: go build -C bench/duckdb -o /tmp/duckdb . and name it with -duckdb\n\n", err)
	}
	t.duckdb = path
	return t, nil
}

func run(ctx context.Context, o options) error {
	if o.rows < 1 || o.runs < 1 {
		return errors.New("-rows and -runs must be 1 or more")
	}
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return err
	}
	t, err := build(o)
	if err != nil {
		return err
	}
	at := func(name string) string { return filepath.Join(o.dir, name) }
	file, profile, key := at(fmt.Sprintf("contacts-%d.csv", o.rows)), at("profile.yaml"), at("key")
	if _, err := os.Stat(file); err != nil {
		if err := generate(file, o.rows); err != nil {
			return err
		}
	}
	if err := errors.Join(os.WriteFile(profile, []byte(profileText), 0o644), os.WriteFile(key, []byte(strings.Repeat("0123456789abcdef", 4)+"\n"), 0o600)); err != nil {
		return err
	}
	ingest := []string{t.ringtide, "ingest", "--profile", profile, "--zone", zoneName, "--key-file", key, "--lake", at("lake"), file}
	copies := []string{t.duckdb, "-c", fmt.Sprintf(copySQL, file, at("sorted.parquet"))}
	if err := compare(ctx, o.runs, fmt.Sprintf("%d rows, CSV to sorted Parquet", o.rows), ingest, copies, func() error { return os.RemoveAll(at("lake")) }); err != nil {
		return err
	}
	count := []string{t.self, "-count", at("lake")}
	scan := []string{t.duckdb, "-c", fmt.Sprintf(countSQL, at("lake"))}
	if err := compare(ctx, o.runs, "count per queue and quarter hour from the lake", count, scan, func() error { return nil }); err != nil {
		return err
	}
	if err := check(ctx, t, at("lake")); err != nil || o.structured < 40 {
		return err
	}
	return structured(ctx, o, t, at)
}

const zoneName = "America/New_York"

// copySQL gives DuckDB the types, so that it need not guess them.
const copySQL = `COPY (SELECT * FROM read_csv('%s', header = true, columns = {'call_id': 'VARCHAR', 'arrival': 'TIMESTAMP',
'answered': 'TIMESTAMP', 'ended': 'TIMESTAMP', 'queue': 'VARCHAR', 'dnis': 'VARCHAR', 'caller': 'VARCHAR', 'result': 'VARCHAR',
'wait_s': 'INTEGER', 'talk_s': 'INTEGER', 'wrap_s': 'INTEGER', 'agent': 'VARCHAR'}) ORDER BY queue, arrival)
TO '%s' (FORMAT parquet, COMPRESSION zstd)`

// countSQL sums the counts, so that DuckDB need not hand hundreds of thousands of rows over.
const countSQL = `SELECT count(*), sum(n) FROM (SELECT queue, epoch_us(arrival_utc) // 900000000 AS quarter, count(*) AS n
FROM read_parquet('%s/source=*/month=*/*.parquet') GROUP BY ALL)`

// countLake counts with lake.Tally, and prints what countSQL prints.
func countLake(ctx context.Context, dir string) error {
	lk, err := lake.Open(dir)
	if err != nil {
		return err
	}
	tally, err := lk.Tally(ctx, lake.TallyQuery{Step: 15 * time.Minute, Location: time.UTC, Measures: []lake.Measure{lake.Offered}})
	if err != nil {
		return err
	}
	groups, sum := 0, 0.0
	for _, queue := range tally.Queues() {
		s, err := tally.Series(queue, lake.Offered, nil)
		if err != nil {
			return err
		}
		for i := range s.Len() {
			if v, state := s.At(i); state == interval.Observed && v > 0 {
				groups, sum = groups+1, sum+v
			}
		}
	}
	_, err = fmt.Printf("groups,contacts\n%d,%.0f\n", groups, sum)
	return err
}

// check lets DuckDB read the lake: its counts must be ringtide's.
func check(ctx context.Context, t tools, dir string) error {
	if t.duckdb == "" {
		return nil
	}
	mine, err := exec.CommandContext(ctx, t.self, "-count", dir).Output()
	if err != nil {
		return err
	}
	theirs, err := exec.CommandContext(ctx, t.duckdb, "-csv", "-c", fmt.Sprintf(countSQL, dir)).Output()
	if err != nil {
		return fmt.Errorf("DuckDB cannot read the lake: %w", err)
	}
	_, a, _ := strings.Cut(strings.TrimSpace(string(mine)), "\n")
	_, b, _ := strings.Cut(strings.TrimSpace(string(theirs)), "\n")
	if a != b {
		return fmt.Errorf("ringtide counts %s groups and contacts in the lake, DuckDB %s", a, b)
	}
	fmt.Printf("DuckDB reads the lake and finds the same groups and contacts: %s\n", a)
	return nil
}
