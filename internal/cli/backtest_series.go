package cli

import (
	"bufio"
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// replay forecasts a plain series from past days and writes the rows that a scorer
// of submissions reads. The seconds in the last column are the only output that
// differs from run to run.
func (o backtestOptions) replay(ctx context.Context, e *env) error {
	if err := o.check(); err != nil {
		return err
	}
	counts, err := readCounts(o.series, o.name)
	if err != nil {
		return err
	}
	if o.interval != 0 {
		if counts, err = counts.Aggregate(o.interval); err != nil {
			return err
		}
	}
	dataset, origins, err := readOrigins(o.origins, o.dataset)
	if err != nil {
		return err
	}
	r := forecast.Replay{History: o.history, Horizon: o.horizon, Paths: o.paths, Seed: o.seed}
	if r.Guess, err = readGuess(o.calendar); err != nil {
		return err
	}
	warned := map[string]bool{}
	return e.output(o.out, func(w io.Writer) error {
		if _, err := io.WriteString(w, forecast.SubmissionHeader); err != nil {
			return err
		}
		for _, origin := range origins {
			start := time.Now()
			rows, warnings, err := counts.Forecast(ctx, origin, r)
			if err != nil {
				return err
			}
			sec := time.Since(start).Seconds()
			for _, warning := range warnings {
				if !warned[warning.Code] {
					fmt.Fprintf(e.err, "ringtide: warning: from %s: %s\n", origin, warning.Text)
				}
				warned[warning.Code] = true
			}
			if err := forecast.WriteRows(w, dataset, o.name, origin, rows, sec); err != nil {
				return err
			}
		}
		return nil
	})
}

// openPlain opens a file, gzipped or not: its first bytes tell.
func openPlain(path string) (io.Reader, func() error, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	in := bufio.NewReader(f)
	if magic, err := in.Peek(2); err != nil || magic[0] != 0x1f || magic[1] != 0x8b {
		return in, f.Close, nil
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("%s: %w", path, err)
	}
	return z, f.Close, nil
}

func readCounts(path, name string) (*forecast.Counts, error) {
	r, closeFile, err := openPlain(path)
	if err != nil {
		return nil, err
	}
	defer closeFile()
	return forecast.ReadCounts(r, filepath.Base(path), name)
}

// readRows reads a CSV file whose header must hold the needed columns and may hold
// the others, and calls row with the values by column and the line.
func readRows(path string, needed, others []string, row func(v map[string]string) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	in := csv.NewReader(f)
	header, err := in.Read()
	if err != nil {
		return fmt.Errorf("%s: no header line: %w", path, err)
	}
	columns := append(slices.Clone(needed), others...)
	for _, name := range needed {
		if !slices.Contains(header, name) {
			return fmt.Errorf("%s, line 1: no column %q; the columns are %s", path, name, strings.Join(columns, ","))
		}
	}
	for _, name := range header {
		if !slices.Contains(columns, name) {
			return fmt.Errorf("%s, line 1: column %q is not used; the columns are %s", path, name, strings.Join(columns, ","))
		}
	}
	for {
		rec, err := in.Read()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		v := map[string]string{}
		for k, name := range header {
			v[name] = rec[k]
		}
		if err := row(v); err != nil {
			line, _ := in.FieldPos(0)
			return fmt.Errorf("%s, line %d: %w", path, line, err)
		}
	}
}

// readOrigins returns the origins of a data set; an empty name stands for the only one.
func readOrigins(path, dataset string) (string, []interval.Date, error) {
	byName, names := map[string][]interval.Date{}, []string(nil)
	err := readRows(path, []string{"dataset", "origin"}, nil, func(v map[string]string) error {
		d, err := interval.ParseDate(v["origin"])
		if err != nil {
			return err
		}
		name := v["dataset"]
		if byName[name] == nil {
			names = append(names, name)
		}
		byName[name] = append(byName[name], d)
		return nil
	})
	switch {
	case err != nil:
		return "", nil, err
	case dataset == "" && len(names) == 1:
		dataset = names[0]
	case byName[dataset] == nil:
		return "", nil, fmt.Errorf("%s has no origins of the data set %q; it has %q: choose with --dataset", path, dataset, names)
	}
	return dataset, byName[dataset], nil
}

// readGuess returns what the calendar flag says of holidays.
func readGuess(calendar string) (forecast.Guess, error) {
	switch calendar {
	case "auto":
		return forecast.Guess{}, nil
	case "none":
		return forecast.Guess{NoHolidays: true}, nil
	case "us":
		return forecast.Guess{Holidays: forecast.FederalHolidays}, nil
	}
	var g forecast.Guess
	err := readRows(calendar, []string{"date", "name"}, []string{"class"}, func(v map[string]string) error {
		d, err := interval.ParseDate(v["date"])
		if err != nil {
			return err
		}
		class := v["class"]
		if class == "" {
			class = "holiday"
		}
		g.Holidays = append(g.Holidays, interval.Holiday{Name: v["name"], Class: class, Date: d})
		return nil
	})
	if err == nil && len(g.Holidays) == 0 {
		err = fmt.Errorf("%s holds no holiday; use --calendar none", calendar)
	}
	if err != nil {
		return g, fmt.Errorf("backtest: --calendar: %w", err)
	}
	return g, nil
}
