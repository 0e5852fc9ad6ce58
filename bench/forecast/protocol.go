package main

import (
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// A dataset is one row of protocol.csv with its counts and origins.
type dataset struct {
	name    string
	counts  *forecast.Counts
	origins []interval.Date
	replay  forecast.Replay
}

// protocol returns the names of the data sets in the order of the file.
func protocol(dir string) ([]string, error) {
	rows, err := table(filepath.Join(dir, "bench", "protocol.csv"))
	var names []string
	for _, r := range rows {
		names = append(names, r["dataset"])
	}
	return names, err
}

// load reads the named data set of the protocol in dir. Those whose peers were told
// of the American holidays are told of them too.
func load(dir, name string) (*dataset, error) {
	rows, err := table(filepath.Join(dir, "bench", "protocol.csv"))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r["dataset"] != name {
			continue
		}
		minutes, err1 := strconv.Atoi(r["agg_min"])
		train, err2 := strconv.Atoi(r["train_days"])
		horizon, err3 := strconv.Atoi(r["hdays"])
		counts, err4 := read(filepath.Join(dir, r["path"]), r["series"], minutes)
		origins, err5 := originsOf(dir, name)
		d := &dataset{name, counts, origins, forecast.Replay{History: train, Horizon: horizon, Paths: 1000, Seed: 1}}
		if d.replay.NoHolidays = true; r["hol"] == "US" {
			d.replay.Holidays = forecast.FederalHolidays
		}
		return d, errors.Join(err1, err2, err3, err4, err5)
	}
	return nil, fmt.Errorf("protocol.csv has no data set %q", name)
}

func read(path, series string, minutes int) (*forecast.Counts, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	c, err := forecast.ReadCounts(f, filepath.Base(path), series)
	if err != nil || minutes == 0 {
		return c, err
	}
	return c.Aggregate(time.Duration(minutes) * time.Minute)
}

func originsOf(dir, name string) ([]interval.Date, error) {
	rows, err := table(filepath.Join(dir, "bench", "origins.csv"))
	var out []interval.Date
	for _, r := range rows {
		if r["dataset"] != name {
			continue
		}
		o, err := interval.ParseDate(r["origin"])
		if err != nil {
			return nil, err
		}
		out = append(out, o)
	}
	return out, err
}

// open opens a file, gzipped or not.
func open(path string) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil || !strings.HasSuffix(path, ".gz") {
		return f, err
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return z, nil
}

// table reads a CSV file into rows by column name.
func table(path string) ([]map[string]string, error) {
	f, err := open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var rows []map[string]string
	for _, rec := range records[1:] {
		row := map[string]string{}
		for k, name := range records[0] {
			row[name] = rec[k]
		}
		rows = append(rows, row)
	}
	return rows, nil
}
