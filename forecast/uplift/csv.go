package uplift

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ringtide/ringtide/interval"
)

// csvHorizon is the number of open days that the CSV forms report of an effect.
const csvHorizon = 20

// csvCause is a line of an events file: a cause, its series and whether it is past.
type csvCause struct {
	Cause
	series string
	past   bool
	line   int
}

// readTable reads a CSV file with exactly the given columns, in any order, and
// calls f with each line's fields in the order of columns.
func readTable(r io.Reader, name string, columns []string, f func(line int, v []string) error) error {
	cr := csv.NewReader(r)
	head, err := cr.Read()
	if err != nil {
		return fmt.Errorf("uplift: %s: reading the header: %w", name, err)
	}
	at := make([]int, len(columns))
	for i, c := range columns {
		if at[i] = slices.Index(head, c); at[i] < 0 {
			return fmt.Errorf("uplift: %s line 1: no column %q; the columns are %v", name, c, columns)
		}
	}
	if len(head) != len(columns) {
		return fmt.Errorf("uplift: %s line 1: columns %v; there must be %v and no other", name, head, columns)
	}
	v := make([]string, len(columns))
	for {
		rec, err := cr.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("uplift: %s: %w", name, err)
		}
		line, _ := cr.FieldPos(0)
		for i, j := range at {
			v[i] = rec[j]
		}
		if err := f(line, v); err != nil {
			return fmt.Errorf("uplift: %s line %d: %w", name, line, err)
		}
	}
}

// readSeries reads series,timestamp,count. A timestamp is a day, or a day with a
// time, whose counts are summed over the day. Days that a series does not have
// are closed days.
func readSeries(r io.Reader) (map[string]map[interval.Date]float64, error) {
	out, seen := map[string]map[interval.Date]float64{}, map[[2]string]bool{}
	err := readTable(r, "series", []string{"series", "timestamp", "count"}, func(_ int, v []string) error {
		if v[0] == "" {
			return errors.New("no series name")
		}
		if key := [2]string{v[0], v[1]}; seen[key] {
			return fmt.Errorf("series %q has %s twice", v[0], v[1])
		} else {
			seen[key] = true
		}
		d, err := dayOf(v[1])
		if err != nil {
			return err
		}
		n, err := strconv.ParseFloat(v[2], 64)
		if err != nil || !(n >= 0) || math.IsInf(n, 0) {
			return fmt.Errorf("count %q; it must be a number, 0 or more", v[2])
		}
		if out[v[0]] == nil {
			out[v[0]] = map[interval.Date]float64{}
		}
		out[v[0]][d] += n
		return nil
	})
	if err == nil && len(out) == 0 {
		err = errors.New("uplift: series: no lines")
	}
	return out, err
}

func dayOf(stamp string) (interval.Date, error) {
	if len(stamp) > 10 && (stamp[10] == 'T' || stamp[10] == ' ') {
		stamp = stamp[:10]
	}
	return interval.ParseDate(stamp)
}

// maxSpan bounds the days of one CSV series: a mistyped century must be an error
// and not a matrix of a million days.
const maxSpan = 20 * 366

// csvKinds are the short names of the CSV form.
var csvKinds = map[string]Kind{"routing": RouteIn, "ivr": RouteToIVR}

// readEvents reads series,event,type,start,size,mail_class,role. The type is a
// kind, routing (route-in) or ivr (route-to-ivr). The size of an event is in
// thousands of people. Levels have no end.
func readEvents(r io.Reader) ([]csvCause, error) {
	var out []csvCause
	lines := map[string]int{}
	columns := []string{"series", "event", "type", "start", "size", "mail_class", "role"}
	err := readTable(r, "events", columns, func(line int, v []string) error {
		c := csvCause{series: v[0], line: line}
		c.ID, c.Class = v[1], v[5]
		if first, ok := lines[c.ID]; ok {
			return fmt.Errorf("event %q stands on line %d already", c.ID, first)
		}
		lines[c.ID] = line
		var err error
		if k, ok := csvKinds[v[2]]; ok {
			c.Kind = k
		} else if c.Kind, err = ParseKind(v[2]); err != nil {
			return err
		}
		if c.Start, err = interval.ParseDate(v[3]); err != nil {
			return err
		}
		if v[4] != "" {
			if c.Size, err = strconv.ParseFloat(v[4], 64); err != nil {
				return fmt.Errorf("size %q; it must be a number, or empty when unknown", v[4])
			}
		}
		if c.Kind == Event {
			c.Size *= 1000
		}
		c.Permanent = c.Kind.step()
		switch v[6] {
		case "past":
			c.past = true
		case "new":
		default:
			return fmt.Errorf("role %q; it is past or new", v[6])
		}
		if err := c.Validate(); err != nil {
			return err
		}
		out = append(out, c)
		return nil
	})
	return out, err
}

// csvCenter is one series with its causes: a center of its own.
type csvCenter struct {
	name   string
	days   map[interval.Date]float64
	dates  []interval.Date
	causes []csvCause
}

func readCenters(series, events io.Reader) ([]csvCenter, error) {
	days, err := readSeries(series)
	if err != nil {
		return nil, err
	}
	causes, err := readEvents(events)
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	var out []csvCenter
	for _, c := range causes {
		d, ok := days[c.series]
		if !ok {
			return nil, fmt.Errorf("uplift: events line %d: series %q is not in the series file", c.line, c.series)
		}
		i, ok := at[c.series]
		if !ok {
			i = len(out)
			at[c.series] = i
			out = append(out, csvCenter{name: c.series, days: d, dates: sortedDays(d)})
		}
		x := &out[i]
		if span := x.dates[len(x.dates)-1].Sub(x.dates[0]); span > maxSpan {
			return nil, fmt.Errorf("uplift: series %q runs over %d days; %d are the most", c.series, span, maxSpan)
		}
		if c.Start.Before(x.dates[0]) || c.Start.After(x.dates[len(x.dates)-1]) {
			return nil, fmt.Errorf("uplift: events line %d: start %s lies outside series %q, %s to %s", c.line, c.Start, c.series, x.dates[0], x.dates[len(x.dates)-1])
		}
		x.causes = append(x.causes, c)
	}
	return out, nil
}

// queue returns the series from its first day up to, and without, the day end.
func (x csvCenter) queue(end interval.Date) *queueDays {
	first := x.dates[0]
	n := min(end.Sub(first), x.dates[len(x.dates)-1].Sub(first)+1)
	q := &queueDays{name: x.name, run: dayRun{first, make([]bool, n), nil}, ok: make([]bool, n),
		total: make([]float64, n), row: make([]int, n), part: make([]float64, n)}
	for i := range n {
		v, open := x.days[q.run.date(i)]
		q.row[i] = -1
		if !open {
			continue
		}
		q.run.open[i], q.ok[i], q.total[i], q.part[i] = true, true, v, 1
		q.row[i] = len(q.rows)
		q.known = append(q.known, len(q.rows))
		q.rows = append(q.rows, i)
		q.mean += v
	}
	q.mean = max(q.mean/float64(max(len(q.known), 1)), 1e-3)
	return q
}

// csvField quotes a field where CSV needs it.
func csvField(s string) string {
	if !strings.ContainsAny(s, ",\"\r\n") && s == strings.TrimSpace(s) {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}
