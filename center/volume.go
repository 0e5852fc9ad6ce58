package center

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ringtide/ringtide/impact"
)

// ParsePastVolume reads the calls a section had, from CSV text with the header
// date,calls and one row per day, in rising order. Days may be left out. Faults name
// file, line and column.
func ParsePastVolume(file string, data []byte) ([]impact.DayCalls, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord = -1
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("center: %s: the file is empty; write a line date,calls and then a line per day", file)
	}
	if err != nil {
		return nil, fmt.Errorf("center: %s: %w", file, err)
	}
	if !slices.Equal(head, []string{"date", "calls"}) {
		return nil, fmt.Errorf("center: %s:1: the first line is %q; write date,calls", file, strings.Join(head, ","))
	}
	var out []impact.DayCalls
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("center: %s: %w", file, err)
		}
		day, err := dayCalls(row, out)
		if err != nil {
			line, _ := r.FieldPos(0)
			return nil, fmt.Errorf("center: %s:%d: %w", file, line, err)
		}
		out = append(out, day)
	}
	if !slices.ContainsFunc(out, func(d impact.DayCalls) bool { return d.Calls > 0 }) {
		return nil, fmt.Errorf("center: %s: no day has a call; leave past_volume_file out if nothing is known", file)
	}
	return out, nil
}

// dayCalls reads one row, which must be later than those before it.
func dayCalls(row []string, before []impact.DayCalls) (impact.DayCalls, error) {
	if len(row) != 2 {
		return impact.DayCalls{}, fmt.Errorf("%d columns; write date,calls", len(row))
	}
	var d impact.DayCalls
	if err := d.Date.UnmarshalText([]byte(row[0])); err != nil {
		return d, fmt.Errorf("date: %w", err)
	}
	calls, err := strconv.ParseFloat(row[1], 64)
	if err != nil || !(calls >= 0 && calls < 1e7) || calls != math.Trunc(calls) {
		return d, fmt.Errorf("calls: %q; write a whole number from 0 up", row[1])
	}
	d.Calls = calls
	if n := len(before); n > 0 && !d.Date.After(before[n-1].Date) {
		return d, fmt.Errorf("date: %s comes after %s; give the days in rising order, each once", d.Date, before[n-1].Date)
	}
	return d, nil
}
