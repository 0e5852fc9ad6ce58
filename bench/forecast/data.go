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

// A dataset is one row of protocol.csv with its series laid on a grid.
type dataset struct {
	name      string
	series    string
	trainDays int
	horizon   int
	daily     bool
	origins   []interval.Date
	input     forecast.Input
}

// load reads the named data set of the protocol in dir. The wall clocks of the
// files are taken as they stand: UTC labels them, and no day is cut.
func load(dir, name string) (*dataset, error) {
	rows, err := table(filepath.Join(dir, "bench", "protocol.csv"))
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r["dataset"] != name {
			continue
		}
		d := &dataset{name: name, series: r["series"]}
		minutes, err1 := strconv.Atoi(r["agg_min"])
		var err2, err3 error
		d.trainDays, err2 = strconv.Atoi(r["train_days"])
		d.horizon, err3 = strconv.Atoi(r["hdays"])
		if err := errors.Join(err1, err2, err3); err != nil {
			return nil, fmt.Errorf("protocol.csv, %s: %w", name, err)
		}
		if err := d.readOrigins(dir); err != nil {
			return nil, err
		}
		return d, d.readSeries(filepath.Join(dir, r["path"]), minutes, r["hol"] == "US")
	}
	return nil, fmt.Errorf("protocol.csv has no data set %q", name)
}

func (d *dataset) readOrigins(dir string) error {
	rows, err := table(filepath.Join(dir, "bench", "origins.csv"))
	for _, r := range rows {
		if r["dataset"] == d.name {
			o, err := interval.ParseDate(r["origin"])
			if err != nil {
				return err
			}
			d.origins = append(d.origins, o)
		}
	}
	return err
}

// readSeries fills the input. A day without a single call was closed, in the
// past as in the future: the calendar says so for the days that the truth drops.
func (d *dataset) readSeries(path string, minutes int, us bool) error {
	rows, err := table(path)
	if err != nil {
		return err
	}
	var stamps []time.Time
	var counts []float64
	for _, r := range rows {
		if r["series"] != d.series {
			continue
		}
		t, err1 := time.Parse("2006-01-02T15:04:05", r["timestamp"])
		v, err2 := strconv.ParseFloat(r["count"], 64)
		if err := errors.Join(err1, err2); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		stamps, counts = append(stamps, t), append(counts, v)
	}
	step := time.Duration(minutes) * time.Minute
	if step == 0 {
		step = stamps[1].Sub(stamps[0])
	}
	if d.daily = step > time.Hour; d.daily {
		step = time.Hour
	}
	g, err := interval.DayGrid(interval.DateOf(stamps[0]), interval.DateOf(stamps[len(stamps)-1]), step, time.UTC)
	if err != nil {
		return err
	}
	values, states := make([]float64, g.Len()), make([]interval.State, g.Len())
	for i := range states {
		states[i] = interval.Missing
	}
	for k, t := range stamps {
		i, _ := g.Index(t)
		values[i] += counts[k]
		states[i] = interval.Observed
	}
	cal, err := calendar(g, states, values, us)
	if err != nil {
		return err
	}
	s, err := interval.NewSeries(d.series, g, values, states)
	d.input = forecast.Input{Queue: d.series, Series: s, Calendar: cal}
	return err
}

// usHolidays are the federal days that the peers were told of too.
var usHolidays = []interval.Holiday{
	{Name: "Memorial Day", Class: "federal", Month: time.May, Weekday: time.Monday, Nth: -1},
	{Name: "Independence Day", Class: "federal", Month: time.July, Day: 4, Observed: true},
	{Name: "Labor Day", Class: "federal", Month: time.September, Weekday: time.Monday, Nth: 1},
}

// calendar opens each weekday in the hours it is ever observed in.
func calendar(g interval.Grid, states []interval.State, values []float64, us bool) (*interval.Calendar, error) {
	step := int(g.Step() / time.Minute)
	var first, last [7]int
	for i, s := range states {
		if s != interval.Observed {
			continue
		}
		w, m := g.At(i).Weekday(), g.Minute(i)
		if last[w] == 0 || m < first[w] {
			first[w] = m
		}
		last[w] = max(last[w], m+step)
	}
	var week interval.Week
	for w := range week {
		if last[w] > 0 {
			week[w] = []interval.Span{{Open: first[w], Close: last[w]}}
		}
	}
	var holidays []interval.Holiday
	if us {
		holidays = usHolidays
	}
	return interval.NewCalendar(time.UTC, []interval.Opening{{Week: week}}, holidays, nil)
}

// table reads a CSV file, gzipped or not, into rows by column name.
func table(path string) ([]map[string]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	records, err := csv.NewReader(in).ReadAll()
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
