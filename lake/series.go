package lake

import (
	"time"

	"github.com/ringtide/ringtide/interval"
)

// edgeGap is how long the lake may be silent between the last contact and closing time of
// its last day (or opening time and the first contact of its first day) before that
// silence is taken for a file cut short and not for a quiet evening.
const edgeGap = 2 * time.Hour

// Series returns a measure of a queue, or of AllQueues, on the grid of the tally. A nil
// calendar is open around the clock. The states:
//
//   - closed: the calendar is closed and no contact was counted there;
//   - missing: declared as an outage; or open, and outside the span of the lake,
//     or on a local day on which the whole lake has not one contact, or beyond
//     the first or last contact of a lake that begins or ends amid a day; for AHT
//     also an interval in which nobody was handled;
//   - observed: every other interval; 0 is a number.
func (t *Tally) Series(queue string, m Measure, cal *interval.Calendar) (interval.Series, error) {
	cells, err := t.cells(queue)
	if err != nil {
		return interval.Series{}, err
	}
	if err := t.counted(m); err != nil {
		return interval.Series{}, err
	}
	states := t.states(cells, cal)
	t.fromFacts(queue, m, states, cal)
	values := make([]float64, t.grid.Len())
	for i := range values {
		if states[i] != interval.Observed {
			continue
		}
		v, known := cells.at(i).value(m)
		if !known {
			states[i] = interval.Missing
			continue
		}
		values[i] = v
	}
	return interval.NewSeries(queue, t.grid, values, states)
}

// states decides for each interval of a queue between observed, closed and missing.
func (t *Tally) states(cells *cells, cal *interval.Calendar) []interval.State {
	g := t.grid
	states := make([]interval.State, g.Len())
	open := make([]bool, g.Len())
	for i := range open {
		open[i] = true
	}
	if cal != nil {
		open = cal.Open(g)
	}
	for _, day := range g.Days() {
		from, to := t.seen(day, open)
		for i := day.First; i < day.End; i++ {
			switch {
			case cells.accounts[i].offered() > 0:
			case !open[i]:
				states[i] = interval.Closed
			case i < from || i >= to:
				states[i] = interval.Missing
			}
		}
	}
	for _, r := range t.missing {
		t.declare(r, states)
	}
	return states
}

// seen returns the intervals [from, to) of a day in which the lake was listening:
// none on a day without one contact; on the day its first or last contact falls on,
// not those beyond it when the silence there is long.
func (t *Tally) seen(day interval.Day, open []bool) (from, to int) {
	center := t.center.accounts // from both ends: what lies between decides nothing
	for from = day.First; from < day.End && center[from].offered() == 0; from++ {
	}
	if from == day.End {
		return day.End, day.End
	}
	for to = day.End; center[to-1].offered() == 0; to-- {
	}
	opens, closes := day.First, day.End
	for ; opens < closes && !open[opens]; opens++ {
	}
	for ; closes > opens && !open[closes-1]; closes-- {
	}
	if opens == closes { // the whole day is closed
		opens, closes = day.End, day.First
	}
	edge := int(edgeGap / t.grid.Step())
	if date := day.Date; date != t.dateOf(t.first) || from-opens <= edge {
		from = day.First
	}
	if date := day.Date; date != t.dateOf(t.last) || closes-to <= edge {
		to = day.End
	}
	return from, to
}

func (t *Tally) dateOf(at time.Time) interval.Date {
	return interval.DateOf(at.In(t.grid.Location()))
}

// declare marks the intervals that a declared outage touches.
func (t *Tally) declare(r Range, states []interval.State) {
	for i := range states {
		start := t.grid.At(i)
		if start.Before(r.To) && start.Add(t.grid.Step()).After(r.From) && states[i] != interval.Closed {
			states[i] = interval.Missing
		}
	}
}
