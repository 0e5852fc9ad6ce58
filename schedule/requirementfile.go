package schedule

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/ringtide/ringtide/interval"
)

var (
	requirementColumns = []string{"timestamp", "agents"}
	pathColumns        = []string{"timestamp", "path", "agents"}
)

// ReadRequirementCSV reads the agents needed per interval from CSV text with the
// header timestamp,agents. A timestamp is the start of its interval: RFC 3339 with an
// offset (2026-05-04T08:00:00-04:00), or local time in loc without one
// (2026-05-04T08:00:00); where the clocks go back, the second of two equal local times
// is the later hour. Rows ascend by one step, which the first two give; between days
// rows may be left out, and the center is closed then. The name stands for the file in
// errors.
//
// With the header timestamp,path,agents the file holds the paths that the requirement may
// take, one after the other: all rows of a path stand together, and every path has the
// same timestamps. Each path counts the same.
func ReadRequirementCSV(r io.Reader, name string, loc *time.Location) (Requirement, error) {
	in, err := openForms(r, name, requirementColumns, pathColumns)
	if err != nil {
		return Requirement{}, err
	}
	if len(in.columns) == len(pathColumns) {
		return readPaths(in, name, loc)
	}
	g, values, err := readIntervals(in, name, loc, []Column{agentsColumn})
	if err != nil {
		return Requirement{}, err
	}
	return Requirement{Grid: g, Agents: values[0]}, nil
}

// A Column is a number per interval of a file, not negative.
type Column struct {
	Name string
	Most float64 // the greatest that is taken for sane
}

var agentsColumn = Column{"agents", maxAgents}

// ReadIntervalsCSV reads numbers per interval from CSV text with the header timestamp
// and the columns, in their order. Timestamps and gaps are those of ReadRequirementCSV:
// between days rows may be left out, and all numbers are 0 there. It returns the values
// by column.
func ReadIntervalsCSV(r io.Reader, name string, loc *time.Location, columns ...Column) (interval.Grid, [][]float64, error) {
	header := []string{"timestamp"}
	for _, c := range columns {
		header = append(header, c.Name)
	}
	in, err := openTable(r, name, header...)
	if err != nil {
		return interval.Grid{}, nil, err
	}
	return readIntervals(in, name, loc, columns)
}

func readIntervals(in *table, name string, loc *time.Location, columns []Column) (interval.Grid, [][]float64, error) {
	req := newRequirementReader(in, loc, columns)
	err := in.next()
	for ; err == nil; err = in.next() {
		if err := req.row(); err != nil {
			return interval.Grid{}, nil, err
		}
	}
	if err != io.EOF {
		return interval.Grid{}, nil, err
	}
	g, err := req.grid(name)
	return g, req.values, err
}

// grid returns the grid of the rows read.
func (r *requirementReader) grid(name string) (interval.Grid, error) {
	if r.n < 2 {
		return interval.Grid{}, fmt.Errorf("schedule: %s: %d rows; give at least two, so that the length of an interval is known", name, r.n)
	}
	g, err := interval.NewGrid(r.first, r.step, r.n)
	if err != nil {
		return interval.Grid{}, fmt.Errorf("schedule: %s: %w", name, err)
	}
	return g, nil
}

// A requirementReader is the grid so far.
type requirementReader struct {
	in          *table
	loc         *time.Location
	columns     []Column // the last of the table
	first, last time.Time
	step        time.Duration
	n           int         // intervals
	values      [][]float64 // by column
}

func newRequirementReader(in *table, loc *time.Location, columns []Column) requirementReader {
	return requirementReader{in: in, loc: loc, columns: columns, values: make([][]float64, len(columns))}
}

// maxIntervals bounds the grid that two far-apart timestamps can ask for: ten years of
// quarter hours.
const maxIntervals = 366 * 10 * 96

func (r *requirementReader) row() error {
	at, err := r.timestamp(r.in.row[0])
	if err != nil {
		return r.in.fault(0, "%w", err)
	}
	numbers := make([]float64, len(r.columns))
	for k, c := range r.columns {
		at := len(r.in.columns) - len(r.columns) + k
		if numbers[k], err = strconv.ParseFloat(r.in.row[at], 64); err != nil || !(numbers[k] >= 0 && numbers[k] <= c.Most) {
			return r.in.fault(at, "%q %s; give a number from 0 to %v", r.in.row[at], c.Name, c.Most)
		}
	}
	switch r.n {
	case 0:
		r.first = at
	case 1:
		r.step = at.Sub(r.last)
		if r.step < time.Minute || time.Hour%r.step != 0 || r.step%time.Minute != 0 {
			return r.in.fault(0, "%q comes %v after the row before; intervals are whole minutes that divide an hour, such as 15m or 30m", r.in.row[0], r.step)
		}
	default:
		if err := r.closed(at); err != nil {
			return r.in.fault(0, "%w", err)
		}
	}
	r.last = at
	r.n++
	for k, v := range numbers {
		r.values[k] = append(r.values[k], v)
	}
	return nil
}

// closed fills the intervals between the last row and at, which must lie on another day.
func (r *requirementReader) closed(at time.Time) error {
	gap := at.Sub(r.last)
	next := r.last.Add(r.step)
	if gap <= 0 || gap%r.step != 0 {
		return fmt.Errorf("%q comes %v after the row before; rows ascend in steps of %v", r.in.row[0], gap, r.step)
	}
	if gap > r.step && interval.DateOf(at) == interval.DateOf(r.last) {
		return fmt.Errorf("the row of %s is missing before it; add it, with 0 if nobody is needed", next.Format("2006-01-02T15:04:05"))
	}
	missing := int64(gap/r.step) - 1
	if missing+int64(r.n) > maxIntervals {
		return fmt.Errorf("%q lies too far after the row before", r.in.row[0])
	}
	r.n += int(missing)
	for k := range r.values {
		r.values[k] = append(r.values[k], make([]float64, missing)...)
	}
	return nil
}

// timestamp reads an instant with an offset, or a wall clock time of the zone.
func (r *requirementReader) timestamp(text string) (time.Time, error) {
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return sane(t.In(r.loc), text)
	}
	wall, err := time.Parse("2006-01-02T15:04:05", text)
	if err != nil {
		return time.Time{}, fmt.Errorf("%q is no timestamp; write it as 2026-05-04T08:00:00-04:00 or, in local time, 2026-05-04T08:00:00", text)
	}
	day := interval.DateOf(wall)
	off, ok := wallOffset(day.Start(r.loc), 60*wall.Hour()+wall.Minute())
	if !ok {
		return time.Time{}, fmt.Errorf("%q does not exist in %v: the clocks skip it", text, r.loc)
	}
	t := day.Start(r.loc).Add(time.Duration(off)*time.Minute + time.Duration(wall.Second())*time.Second)
	if r.n > 0 && !t.After(r.last) {
		t = r.secondRun(t)
	}
	return sane(t, text)
}

// secondRun returns the later instant within two hours that shows the same wall time
// as t, or t where there is none: when the clocks go back an hour comes twice.
func (r *requirementReader) secondRun(t time.Time) time.Time {
	for again := t.Add(time.Minute); again.Sub(t) <= 2*time.Hour; again = again.Add(time.Minute) {
		if again.Format(time.DateTime) == t.Format(time.DateTime) {
			return again
		}
	}
	return t
}

// sane rejects instants that the calendar of Date or the file's form cannot hold.
func sane(t time.Time, text string) (time.Time, error) {
	if t.Year() < 1900 || t.Year() > 2200 || t.Nanosecond() != 0 || t.Second() != 0 {
		return time.Time{}, fmt.Errorf("%q; give whole minutes between the years 1900 and 2200", text)
	}
	return t, nil
}

// WriteRequirementCSV writes the form that ReadRequirementCSV reads, with offsets. The
// pool is not part of the file; paths are named p1, p2 and so on.
func WriteRequirementCSV(w io.Writer, need Requirement) error {
	if err := need.Validate(); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	columns := requirementColumns
	if len(need.Paths) > 0 {
		columns = pathColumns
	}
	out.Write(columns) // the writer keeps its first error for Error
	for p, course := range need.courses() {
		for i, a := range course {
			row := []string{need.Grid.Stamp(i), strconv.FormatFloat(a, 'f', -1, 64)}
			if len(need.Paths) > 0 {
				row = slices.Insert(row, 1, fmt.Sprintf("p%d", p+1))
			}
			out.Write(row)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("schedule: write requirement: %w", err)
	}
	return nil
}
