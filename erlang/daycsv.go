package erlang

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// A NamedDay is a Day with the rows it was read from.
type NamedDay struct {
	Day
	Header []string
	Rows   [][]string // one per interval
}

// A DayForm says what a table of intervals leaves out.
type DayForm struct {
	Seconds  float64 // length of the intervals where there is no column seconds
	Patience float64 // mean patience where there is no column patience_s; NaN: there must be one
	NoAgents bool    // the column agents is not needed, and not read
}

// ReadDay reads the intervals of a day from CSV, in order of time: columns calls, aht_s, agents,
// and if present patience_s and seconds, by name and in any order. Others, such as the label of the
// interval, are kept in Rows. A cell that is no number is an error that names line and column;
// the domains are checked by [EvalDay]. Target, ShiftEnd and Start are left to the caller.
func ReadDay(r io.Reader, form DayForm) (NamedDay, error) {
	in := csv.NewReader(r)
	header, err := in.Read()
	if err != nil {
		return NamedDay{}, noHeader(err, "calls, aht_s, agents")
	}
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	d := NamedDay{Header: header}
	need := []string{"calls", "aht_s"}
	if !form.NoAgents {
		need = append(need, "agents")
	}
	if math.IsNaN(form.Patience) {
		need = append(need, "patience_s")
	}
	if err := columnsThere(header, need); err != nil {
		return NamedDay{}, err
	}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return NamedDay{}, fmt.Errorf("erlang: %w", err)
		}
		v, err := form.interval(cells{in, header, row})
		if err != nil {
			return NamedDay{}, err
		}
		d.Intervals, d.Rows = append(d.Intervals, v), append(d.Rows, row)
	}
	if len(d.Rows) == 0 {
		return NamedDay{}, errors.New("erlang: line 2: no intervals after the header")
	}
	return d, nil
}

func (f DayForm) interval(c cells) (v DayInterval, err error) {
	v = DayInterval{Seconds: f.Seconds, Patience: f.Patience}
	agents := 0.0
	for _, p := range []struct {
		column string
		to     *float64
	}{{"calls", &v.Calls}, {"aht_s", &v.AHT}, {"patience_s", &v.Patience}, {"seconds", &v.Seconds}, {"agents", &agents}} {
		if p.column == "agents" && f.NoAgents || !slices.Contains(c.header, p.column) {
			continue
		}
		if *p.to, err = c.number(p.column); err != nil {
			return v, err
		}
	}
	if agents != float64(int(agents)) {
		return v, c.fault("agents", "%v is not a whole number", agents)
	}
	v.Agents = int(agents)
	for _, err := range v.faults() {
		if err != nil {
			line, _ := c.in.FieldPos(0)
			return v, fmt.Errorf("line %d: %w", line, err)
		}
	}
	return v, nil
}

// cells is a row of CSV by column name.
type cells struct {
	in          *csv.Reader
	header, row []string
}

func (c cells) text(column string) string { return c.row[slices.Index(c.header, column)] }

func (c cells) number(column string) (float64, error) {
	v, err := strconv.ParseFloat(c.text(column), 64)
	if err != nil {
		return 0, c.fault(column, "%q is not a number in range", c.text(column))
	}
	return v, nil
}

func (c cells) fault(column, format string, args ...any) error {
	line, _ := c.in.FieldPos(slices.Index(c.header, column))
	return fmt.Errorf("erlang: line %d, column %s: "+format, append([]any{line, column}, args...)...)
}

func noHeader(err error, columns string) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("erlang: line 1: no header: give the columns %s", columns)
	}
	return fmt.Errorf("erlang: %w", err)
}

func columnsThere(header, need []string) error {
	var errs []error
	for i, name := range header {
		if slices.Contains(header[:i], name) {
			errs = append(errs, fmt.Errorf("erlang: line 1: column %q appears twice", name))
		}
	}
	for _, name := range need {
		if !slices.Contains(header, name) {
			errs = append(errs, fmt.Errorf("erlang: line 1: no column %q", name))
		}
	}
	return errors.Join(errs...)
}

// A ContactLog is what patience and handle times are estimated from.
type ContactLog struct {
	Waits   []Wait    // of contacts that waited, more than 0 s
	Handles []float64 // talk, hold and wrap of the handled, more than 0 s
	Rows    int       // read
	AtOnce  int       // answered or lost without a wait, or never in a queue
}

// silentOutcomes tell nothing about patience.
var silentOutcomes = []string{"blocked", "contained", "ghost", "open", "unknown"}

// ReadContacts reads contacts from CSV: columns outcome and wait_s, and if present talk_s,
// hold_s and wrap_s, of which an empty cell counts as 0. Other columns are not read. The outcomes
// handled and overflowed (left for another queue) end a wait before the caller did, abandoned
// is the caller's own end; blocked, contained, ghost, open and unknown are counted, no more.
// Any other word is an error that names the line.
func ReadContacts(r io.Reader) (ContactLog, error) {
	in := csv.NewReader(r)
	in.ReuseRecord = true
	first, err := in.Read()
	if err != nil {
		return ContactLog{}, noHeader(err, "outcome, wait_s")
	}
	header := slices.Clone(first)
	header[0] = strings.TrimPrefix(header[0], "\ufeff")
	if err := columnsThere(header, []string{"outcome", "wait_s"}); err != nil {
		return ContactLog{}, err
	}
	var log ContactLog
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return log, nil
		}
		if err != nil {
			return ContactLog{}, fmt.Errorf("erlang: %w", err)
		}
		if err := log.add(cells{in, header, row}); err != nil {
			return ContactLog{}, err
		}
	}
}

func (l *ContactLog) add(c cells) error {
	l.Rows++
	outcome := c.text("outcome")
	wait, err := c.seconds("wait_s")
	if err != nil {
		return err
	}
	ended := outcome == "handled" || outcome == "abandoned" || outcome == "overflowed"
	if !ended && !slices.Contains(silentOutcomes, outcome) {
		return c.fault("outcome", "%q is none of handled, abandoned, overflowed, %s", outcome, strings.Join(silentOutcomes, ", "))
	}
	if !ended || wait == 0 {
		l.AtOnce++
	} else {
		l.Waits = append(l.Waits, Wait{wait, outcome == "abandoned"})
	}
	handle := 0.0
	for _, column := range []string{"talk_s", "hold_s", "wrap_s"} {
		if slices.Contains(c.header, column) {
			s, err := c.seconds(column)
			if err != nil {
				return err
			}
			handle += s
		}
	}
	if outcome == "handled" && handle > 0 {
		l.Handles = append(l.Handles, handle)
	}
	return nil
}

// seconds reads a duration of 0 or more; empty is 0.
func (c cells) seconds(column string) (float64, error) {
	if c.text(column) == "" {
		return 0, nil
	}
	v, err := c.number(column)
	if err != nil {
		return 0, err
	}
	if !isFiniteNotNegative(v) {
		return 0, c.fault(column, "%v seconds, must be %s", v, finiteNotNegative)
	}
	return v, nil
}
