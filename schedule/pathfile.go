package schedule

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A pathReader reads the paths of a requirement one after the other, or its skills. Rows of
// a path are read as those of a requirement are; the first path says which there must be.
type pathReader struct {
	in    *table
	noun  string // what the second column names
	most  int
	loc   *time.Location
	seen  map[string]bool
	name  string
	first string      // name of the first path
	names []string    // of all, in order
	times []time.Time // of its rows
	row   int         // of the present path
	now   requirementReader
	grown requirementReader // the first path
	paths [][]float64
}

func readPaths(in *table, name string, loc *time.Location) (Requirement, error) {
	r := pathReader{in: in, noun: "path", most: maxPaths, loc: loc, seen: map[string]bool{}}
	g, err := r.read(name)
	if err != nil {
		return Requirement{}, err
	}
	return Requirement{Grid: g, Paths: r.paths}, nil
}

// read reads the whole file, of that name in errors.
func (r *pathReader) read(name string) (interval.Grid, error) {
	err := r.in.next()
	for ; err == nil; err = r.in.next() {
		if err := r.add(); err != nil {
			return interval.Grid{}, err
		}
	}
	if err != io.EOF {
		return interval.Grid{}, err
	}
	if err := r.close(fmt.Sprintf("schedule: %s: at the end of the file", name)); err != nil {
		return interval.Grid{}, err
	}
	return r.grown.grid(name)
}

// add reads the present row.
func (r *pathReader) add() error {
	if path := r.in.row[1]; path != r.name || len(r.seen) == 0 {
		if err := checkLabel(path); err != nil {
			return r.in.fault(1, "%w", err)
		}
		if r.seen[path] {
			return r.in.fault(1, "%s %q comes again after others; put all rows of a %[1]s together", r.noun, path)
		}
		if len(r.seen) == r.most {
			return r.in.fault(1, "%s %q is one more than the %d there may be", r.noun, path, r.most)
		}
		if err := r.close(r.in.fault(1, "before %s %q", r.noun, path).Error()); err != nil {
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
		return r.in.fault(0, "%[1]s %[2]q has a row for %[3]s, %[1]s %[4]q has none; every %[1]s covers the same intervals", r.noun, r.name, r.now.last.Format(time.RFC3339), r.first)
	} else if want := r.times[r.row]; !want.Equal(r.now.last) {
		return r.in.fault(0, "%[1]s %[2]q has a row for %[3]s where %[1]s %[4]q has %[5]s; every %[1]s covers the same intervals", r.noun, r.name, r.now.last.Format(time.RFC3339), r.first, want.Format(time.RFC3339))
	}
	r.row++
	return nil
}

func (r *pathReader) begin(path string) {
	if len(r.seen) == 0 {
		r.first = path
	}
	r.seen[path], r.name, r.row = true, path, 0
	r.names = append(r.names, path)
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
		return fmt.Errorf("%[1]s: %[2]s %[3]q ends without the row of %[4]s that %[2]s %[5]q has; every %[2]s covers the same intervals", place, r.noun, r.name, r.times[r.row].Format(time.RFC3339), r.first)
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
