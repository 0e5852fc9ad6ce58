package forecast

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// Counts is one series as a plain file holds it: counts at times of a wall clock,
// rising, in one step. A step of 24 hours means day totals. Values are finite and
// not negative.
type Counts struct {
	Name   string
	Step   time.Duration
	stamps []time.Time // the wall clock, labelled UTC
	values []float64
	whole  bool // all values are whole numbers
}

// Whole reports whether all values are whole numbers.
func (c *Counts) Whole() bool { return c.whole }

// First and Last return the first and the last day with a count.
func (c *Counts) First() interval.Date { return interval.DateOf(c.stamps[0]) }
func (c *Counts) Last() interval.Date  { return interval.DateOf(c.stamps[len(c.stamps)-1]) }

// ReadCounts reads the named series from CSV with the columns series, timestamp
// and count, in any order. Timestamps are local wall-clock times such as
// 2026-11-22T07:30:00 (T or a space; seconds may be absent) or bare dates; an empty
// count is a missing one. The file's name stands in errors, with the line.
func ReadCounts(r io.Reader, file, series string) (*Counts, error) {
	in := csv.NewReader(r)
	header, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("forecast: %s: no header line series,timestamp,count: %w", file, err)
	}
	at, err := columns(header)
	if err != nil {
		return nil, fmt.Errorf("forecast: %s, line 1: %w", file, err)
	}
	c := &Counts{Name: series, whole: true}
	var names []string
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("forecast: %s: %w", file, err)
		}
		if name := row[at[0]]; name != series {
			if len(names) < 5 && !slices.Contains(names, name) {
				names = append(names, strings.Clone(name))
			}
			continue
		}
		if err := c.add(row[at[1]], row[at[2]]); err != nil {
			line, _ := in.FieldPos(0)
			return nil, fmt.Errorf("forecast: %s, line %d: %w", file, line, err)
		}
	}
	if len(c.stamps) == 0 {
		return nil, fmt.Errorf("forecast: %s has no counts of the series %q; it has %q", file, series, names)
	}
	if err := c.measure(); err != nil {
		return nil, fmt.Errorf("forecast: %s, series %q: %w", file, series, err)
	}
	return c, nil
}

// columns returns the places of series, timestamp and count.
func columns(header []string) (at [3]int, err error) {
	names := [3]string{"series", "timestamp", "count"}
	for k, name := range names {
		if at[k] = slices.Index(header, name); at[k] < 0 {
			return at, fmt.Errorf("no column %q; the columns are series,timestamp,count", name)
		}
	}
	for _, name := range header {
		if !slices.Contains(names[:], name) {
			return at, fmt.Errorf("column %q is not used; the columns are series,timestamp,count", name)
		}
	}
	return at, nil
}

var stampForms = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"}

func parseStamp(s string) (time.Time, error) {
	for _, form := range stampForms {
		if t, err := time.Parse(form, s); err == nil {
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no local time; write 2026-11-22T07:30:00 or a date", s)
}

func (c *Counts) add(stamp, count string) error {
	t, err := parseStamp(stamp)
	if err != nil {
		return err
	}
	if n := len(c.stamps); n > 0 {
		switch last := c.stamps[n-1]; {
		case t.Equal(last):
			return fmt.Errorf("%s stands there twice; add the two counts or drop one", stamp)
		case t.Before(last):
			return fmt.Errorf("%s comes after %s; sort the rows by time", stamp, last.Format(stampForms[0]))
		}
	}
	if count == "" || count == "NA" {
		return nil
	}
	v, err := strconv.ParseFloat(count, 64)
	switch {
	case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
		return fmt.Errorf("count %q is no number; leave it empty where nobody counted", count)
	case v < 0:
		return fmt.Errorf("negative count %s", count)
	case v > 1e12:
		return fmt.Errorf("count %s is beyond 1e12", count)
	}
	c.whole = c.whole && v == math.Trunc(v)
	c.stamps, c.values = append(c.stamps, t), append(c.values, v)
	return nil
}

// measure finds the step: the least distance within a day, which every day of
// four rows and more must have, and which all rows must fit.
func (c *Counts) measure() error {
	c.Step = 24 * time.Hour
	byDay := c.byDay()
	for _, d := range byDay {
		c.Step = min(c.Step, d.step)
	}
	if c.Step < 24*time.Hour && time.Hour%c.Step != 0 {
		return fmt.Errorf("rows lie %v apart, which does not divide an hour; give steps of 1 to 60 minutes or days", c.Step)
	}
	for _, d := range byDay {
		if d.rows >= 4 && d.step != c.Step {
			return fmt.Errorf("mixed steps: rows lie %v apart, but %v on %s; use one step", c.Step, d.step, d.date)
		}
	}
	for _, t := range c.stamps {
		if off := t.Sub(t.Truncate(24 * time.Hour)); off%c.Step != 0 {
			return fmt.Errorf("mixed steps: %s lies off the steps of %v; use one step", t.Format(stampForms[0]), c.Step)
		}
	}
	return nil
}

type daySteps struct {
	date interval.Date
	rows int
	step time.Duration
}

func (c *Counts) byDay() []daySteps {
	var out []daySteps
	for i, t := range c.stamps {
		d := interval.DateOf(t)
		if n := len(out); n > 0 && out[n-1].date == d {
			out[n-1].rows++
			out[n-1].step = min(out[n-1].step, t.Sub(c.stamps[i-1]))
			continue
		}
		out = append(out, daySteps{d, 1, 24 * time.Hour})
	}
	return out
}

// Aggregate returns the sums over a longer step, one hour at most, or over days.
func (c *Counts) Aggregate(step time.Duration) (*Counts, error) {
	if step < c.Step || step%c.Step != 0 || step != 24*time.Hour && (step > time.Hour || time.Hour%step != 0) {
		return nil, fmt.Errorf("forecast: series %q has steps of %v; cannot sum it to %v, which must be a multiple of that and divide an hour or be 24h", c.Name, c.Step, step)
	}
	out := &Counts{Name: c.Name, Step: step, whole: c.whole}
	for i, t := range c.stamps {
		t = t.Truncate(step)
		if n := len(out.stamps); n > 0 && out.stamps[n-1].Equal(t) {
			out.values[n-1] += c.values[i]
			continue
		}
		out.stamps, out.values = append(out.stamps, t), append(out.values, c.values[i])
	}
	return out, nil
}

// Known returns the counts of the days up to origin, of the last days of them if
// days is not 0. It is an error when none is left or the origin lies outside.
func (c *Counts) Known(origin interval.Date, days int) (*Counts, error) {
	if origin.Before(c.First()) || !origin.Before(c.Last().AddDays(1)) {
		return nil, fmt.Errorf("forecast: series %q: the origin %s lies outside its counts, which run from %s to %s", c.Name, origin, c.First(), c.Last())
	}
	out := &Counts{Name: c.Name, Step: c.Step, whole: c.whole}
	at := func(d interval.Date) int {
		k, _ := slices.BinarySearchFunc(c.stamps, d, func(t time.Time, d interval.Date) int {
			return cmp.Or(interval.DateOf(t).Compare(d), 1)
		})
		return k
	}
	from, end := 0, at(origin.AddDays(1))
	if days > 0 {
		from = at(origin.AddDays(1 - days))
	}
	if from >= end {
		return nil, fmt.Errorf("forecast: series %q has no count in the %d days up to %s", c.Name, days, origin)
	}
	out.stamps, out.values = c.stamps[from:end], c.values[from:end]
	return out, nil
}
