// Package uplift scores the uplift model on semi-synthetic sets: effects of known
// size added to real series. The sets lie beside the repository, in ../shared; where
// they are absent the tests skip. Only sets with a truth file can be scored.
package uplift

import (
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
)

// An event is the truth of one injected cause.
type event struct {
	family string
	daily  map[string]float64
}

// A score sums up one task and family, as the set's own scorer does: the weighted
// absolute error and bias of totals, the share of truths inside the 80 and 95 %
// intervals, the mean width of the latter relative to the mean true total, and the
// weighted absolute error of daily paths.
type score struct {
	task, family        string
	events              int
	wape, bias          float64
	cov80, cov95, width float64
	daily               float64
	absolute, sum       float64
	errors, totals      []float64 // of each event, absolute
}

// readRows reads a CSV file into maps by column name.
func readRows(r io.Reader) ([]map[string]string, error) {
	all, err := csv.NewReader(r).ReadAll()
	if err != nil || len(all) == 0 {
		return nil, fmt.Errorf("bench: no table: %w", err)
	}
	var out []map[string]string
	for _, rec := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = rec[i]
		}
		out = append(out, row)
	}
	return out, nil
}

func readTruth(truth, events io.Reader) (map[string]*event, error) {
	out := map[string]*event{}
	rows, err := readRows(events)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		out[r["event"]] = &event{r["type"], map[string]float64{}}
	}
	if rows, err = readRows(truth); err != nil {
		return nil, err
	}
	for _, r := range rows {
		v, err := strconv.ParseFloat(r["uplift"], 64)
		if err != nil || out[r["event"]] == nil {
			return nil, fmt.Errorf("bench: truth of %q is %q", r["event"], r["uplift"])
		}
		out[r["event"]].daily[r["timestamp"]] = v
	}
	return out, nil
}

// estimate is what an estimates file says of one event.
type estimate struct {
	mean, q025, q10, q90, q975 float64
	daily                      map[string]float64
}

func readEstimates(r io.Reader) (map[string]*estimate, string, error) {
	rows, err := readRows(r)
	if err != nil {
		return nil, "", err
	}
	out, task := map[string]*estimate{}, ""
	for _, r := range rows {
		task = r["task"]
		e := out[r["event"]]
		if e == nil {
			e = &estimate{daily: map[string]float64{}}
			out[r["event"]] = e
		}
		mean, err := strconv.ParseFloat(r["mean"], 64)
		if err != nil {
			return nil, "", fmt.Errorf("bench: estimate of %q: %w", r["event"], err)
		}
		if r["timestamp"] != "" {
			e.daily[r["timestamp"]] = mean
			continue
		}
		e.mean = mean
		for name, into := range map[string]*float64{"q025": &e.q025, "q10": &e.q10, "q90": &e.q90, "q975": &e.q975} {
			if *into, err = strconv.ParseFloat(r[name], 64); err != nil {
				return nil, "", fmt.Errorf("bench: %s of %q: %w", name, r["event"], err)
			}
		}
	}
	return out, task, nil
}

// scores returns one score a family, in order of the families' names.
func scores(truth map[string]*event, est map[string]*estimate, task string) []score {
	by := map[string]*score{}
	for _, id := range slices.Sorted(maps.Keys(est)) {
		t, e := truth[id], est[id]
		s := by[t.family]
		if s == nil {
			s = &score{task: task, family: t.family}
			by[t.family] = s
		}
		s.add(t, e)
	}
	var out []score
	for _, f := range slices.Sorted(maps.Keys(by)) {
		s := by[f]
		n := float64(s.events)
		s.wape, s.bias, s.daily, s.width = s.wape/s.absolute, s.bias/s.sum, s.daily/s.absolute, s.width/s.absolute
		s.cov80, s.cov95 = s.cov80/n, s.cov95/n
		out = append(out, *s)
	}
	return out
}

func (s *score) add(t *event, e *estimate) {
	total := 0.0
	for _, d := range slices.Sorted(maps.Keys(t.daily)) {
		total += t.daily[d]
		s.daily += math.Abs(e.daily[d] - t.daily[d])
	}
	s.events++
	s.absolute += math.Abs(total)
	s.sum += total
	s.wape += math.Abs(e.mean - total)
	s.errors, s.totals = append(s.errors, math.Abs(e.mean-total)), append(s.totals, math.Abs(total))
	s.bias += e.mean - total
	s.width += e.q975 - e.q025
	if e.q10 <= total && total <= e.q90 {
		s.cov80++
	}
	if e.q025 <= total && total <= e.q975 {
		s.cov95++
	}
}
