package interval

import (
	"fmt"
	"math"
	"slices"
)

// A State says what a value of a series is.
type State uint8

// The three states of an interval. Only an observed value is a number to learn
// from: closed means that nothing could be counted, missing that nobody counted.
const (
	Observed State = iota
	Closed
	Missing
)

// String returns observed, closed or missing.
func (s State) String() string {
	switch s {
	case Observed:
		return "observed"
	case Closed:
		return "closed"
	case Missing:
		return "missing"
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}

// A Series is one measure on a grid: a value and a state per interval. The value
// of a closed or missing interval is 0 and means nothing.
type Series struct {
	name   string
	grid   Grid
	values []float64
	states []State
}

// NewSeries copies values and states; nil states mean that all are observed.
// Values must be finite; those that are not observed must be 0.
func NewSeries(name string, g Grid, values []float64, states []State) (Series, error) {
	if states == nil {
		states = make([]State, len(values))
	}
	if len(values) != g.Len() || len(states) != g.Len() {
		return Series{}, fmt.Errorf("interval: series %q: %d values and %d states on %d intervals", name, len(values), len(states), g.Len())
	}
	for i, v := range values {
		switch {
		case math.IsNaN(v) || math.IsInf(v, 0):
			return Series{}, fmt.Errorf("interval: series %q at %s: value %v", name, g.Stamp(i), v)
		case states[i] > Missing:
			return Series{}, fmt.Errorf("interval: series %q at %s: %v", name, g.Stamp(i), states[i])
		case states[i] != Observed && v != 0:
			return Series{}, fmt.Errorf("interval: series %q at %s: value %v in a %v interval", name, g.Stamp(i), v, states[i])
		}
	}
	return Series{name, g, slices.Clone(values), slices.Clone(states)}, nil
}

// Name returns the name the series was made with: a queue, or "all".
func (s Series) Name() string { return s.name }

// Grid returns the intervals of the series.
func (s Series) Grid() Grid { return s.grid }

// Len returns the number of intervals.
func (s Series) Len() int { return len(s.values) }

// At returns the value and the state of interval i.
func (s Series) At(i int) (float64, State) { return s.values[i], s.states[i] }

// Values returns a copy of the values, one per interval.
func (s Series) Values() []float64 { return slices.Clone(s.values) }

// States returns a copy of the states, one per interval.
func (s Series) States() []State { return slices.Clone(s.states) }

// Total returns the sum of the observed values.
func (s Series) Total() float64 {
	sum := 0.0
	for _, v := range s.values {
		sum += v
	}
	return sum
}

// A DayTotal is the sum of one local day: its observed value, how many intervals
// are observed and how many are missing. Open = 0 and Missing = 0 is a closed day.
type DayTotal struct {
	Day     Day
	Total   float64
	Open    int
	Missing int
}

// Daily sums the series over local days.
func (s Series) Daily() []DayTotal {
	days := s.grid.Days()
	out := make([]DayTotal, len(days))
	for k, d := range days {
		t := DayTotal{Day: d}
		for i := d.First; i < d.End; i++ {
			switch s.states[i] {
			case Observed:
				t.Open++
				t.Total += s.values[i]
			case Missing:
				t.Missing++
			}
		}
		out[k] = t
	}
	return out
}

// Window returns the part of s that lies on whole days first to last, both
// included; days that s does not have are left out.
func (s Series) Window(first, last Date) Series {
	lo, hi := len(s.values), 0
	for _, d := range s.grid.Days() {
		if !d.Date.Before(first) && !d.Date.After(last) {
			lo, hi = min(lo, d.First), max(hi, d.End)
		}
	}
	if hi <= lo {
		return Series{name: s.name}
	}
	g := Grid{s.grid.At(lo), s.grid.step, hi - lo}
	return Series{s.name, g, slices.Clone(s.values[lo:hi]), slices.Clone(s.states[lo:hi])}
}

// Sum adds series of one grid. An interval is missing in the sum when it is
// missing in any part, closed when it is closed in every part.
func Sum(name string, parts ...Series) (Series, error) {
	if len(parts) == 0 {
		return Series{}, fmt.Errorf("interval: sum %q of no series", name)
	}
	g := parts[0].grid
	values, states := make([]float64, g.Len()), make([]State, g.Len())
	for _, p := range parts[1:] {
		if !p.grid.Equal(g) {
			return Series{}, fmt.Errorf("interval: sum %q: series %q and %q lie on different grids", name, parts[0].name, p.name)
		}
	}
	for i := range values {
		closed := 0
		for _, p := range parts {
			switch p.states[i] {
			case Missing:
				states[i] = Missing
			case Closed:
				closed++
			case Observed:
				values[i] += p.values[i]
			}
		}
		switch {
		case states[i] == Missing:
			values[i] = 0
		case closed == len(parts):
			states[i] = Closed
		}
	}
	return Series{name, g, values, states}, nil
}
