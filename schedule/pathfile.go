package schedule

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"
)

// A pathReader reads the paths of a requirement one after the other. Rows of a path are
// read as those of a requirement are; the first path says which there must be.
type pathReader struct {
	in    *table
	loc   *time.Location
	seen  map[string]bool
	name  string
	first string      // name of the first path
	times []time.Time // of its rows
	row   int         // of the present path
	now   requirementReader
	grown requirementReader // the first path
	paths [][]float64
}

func readPaths(in *table, name string, loc *time.Location) (Requirement, error) {
	r := pathReader{in: in, loc: loc, seen: map[string]bool{}}
	err := in.next()
	for ; err == nil; err = in.next() {
		if err := r.add(); err != nil {
			return Requirement{}, err
		}
	}
	if err != io.EOF {
		return Requirement{}, err
	}
	if err := r.close(fmt.Sprintf("schedule: %s: at the end of the file", name)); err != nil {
		return Requirement{}, err
	}
	g, err := r.grown.grid(name)
	return Requirement{Grid: g, Paths: r.paths}, err
}

// add reads the present row.
func (r *pathReader) add() error {
	if path := r.in.row[1]; path != r.name || len(r.seen) == 0 {
		if err := checkLabel(path); err != nil {
			return r.in.fault(1, "%w", err)
		}
		if r.seen[path] {
			return r.in.fault(1, "path %q comes again after others; put all rows of a path together", path)
		}
		if len(r.seen) == maxPaths {
			return r.in.fault(1, "path %q is one more than the %d there may be; take a sample of them", path, maxPaths)
		}
		if err := r.close(r.in.fault(1, "before path %q", path).Error()); err != nil {
			return err
		}
		r.begin(path)
	}
	if err := r.now.row(); err != nil {
		return err
	}
	if len(r.seen) == 1 {
		r.times = append(r.times, r.now.last)
	} else if r.row >= len(r.times) {
		return r.in.fault(0, "path %q has a row for %s, path %q has none; every path covers the same intervals", r.name, r.now.last.Format(time.RFC3339), r.first)
	} else if want := r.times[r.row]; !want.Equal(r.now.last) {
		return r.in.fault(0, "path %q has a row for %s where path %q has %s; every path covers the same intervals", r.name, r.now.last.Format(time.RFC3339), r.first, want.Format(time.RFC3339))
	}
	r.row++
	return nil
}

func (r *pathReader) begin(path string) {
	if len(r.seen) == 0 {
		r.first = path
	}
	r.seen[path], r.name, r.row = true, path, 0
	r.now = newRequirementReader(r.in, r.loc, []Column{agentsColumn})
}

// close ends the present path, if any; place begins the error when rows are missing.
func (r *pathReader) close(place string) error {
	if len(r.seen) == 0 {
		return nil
	}
	if len(r.seen) == 1 {
		r.grown = r.now
	}
	if r.row < len(r.times) {
		return fmt.Errorf("%s: path %q ends without the row of %s that path %q has; every path covers the same intervals", place, r.name, r.times[r.row].Format(time.RFC3339), r.first)
	}
	r.paths = append(r.paths, r.now.values[0])
	return nil
}

var unmetColumns = []string{"timestamp", "required", "on_position", "short_hours", "chance"}

// WriteUnmetCSV writes the intervals of a plan that are short, with the agent-hours short
// (of paths their mean) and the chance to be short: the share of the paths, or 1 of a
// requirement of agents.
func WriteUnmetCSV(w io.Writer, need Requirement, plan Plan) error {
	out := csv.NewWriter(w)
	out.Write(unmetColumns) // the writer keeps its first error for Error
	for _, u := range plan.Unmet {
		chance := u.Chance
		if plan.Paths == 0 {
			chance = 1
		}
		number := func(v float64) string { return strconv.FormatFloat(v, 'f', 4, 64) }
		out.Write([]string{need.Grid.Stamp(u.Interval), strconv.Itoa(u.Required), number(u.OnPosition), number(u.ShortHours), number(chance)})
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("schedule: write short intervals: %w", err)
	}
	return nil
}
