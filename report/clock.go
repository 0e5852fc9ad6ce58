package report

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/impact"
)

// heatRoom is the number of columns at which printed values are still legible.
const heatRoom = 26

// clockSection shows at what time of the week the calls come.
func clockSection(r reading) (Section, bool) {
	if !slices.ContainsFunc(r.Profile, func(c impact.ProfileCell) bool { return c.Open }) {
		return Section{}, false
	}
	with := heat(r.Profile, r.Horizon.StepSeconds/60, func(c impact.ProfileCell) float64 { return c.With })
	s := Section{Title: "When the calls come", Lead: fmt.Sprintf(
		"The picture is a mean week over the days on which the request acts. Each cell is calls per %s.", stepWords(with.Step))}
	s.Blocks = append(s.Blocks, Chart{Title: "Calls with the request", Plot: with, Caption: hottest(with,
		"The busiest time is %s, with %s calls per %s.")})
	if moved(r.Uplift.Total) {
		change := heat(r.Profile, r.Horizon.StepSeconds/60, func(c impact.ProfileCell) float64 { return c.With - c.Without })
		change.Signed = true
		s.Blocks = append(s.Blocks, Chart{Title: "What the request changes", Plot: change, Caption: hottest(change,
			"The change is largest on %s: %s calls per %s.")})
	}
	return s, true
}

// heat lays the profile out by weekday, Monday first, and sums neighbouring
// intervals until the columns are wide enough for a printed value.
func heat(profile []impact.ProfileCell, step int, value func(impact.ProfileCell) float64) Heat {
	first, last := 24*60, 0
	for _, c := range profile {
		if c.Open {
			first, last = min(first, c.Minute), max(last, c.Minute+step)
		}
	}
	width := step
	for _, wider := range []int{step, 30, 60, 120} {
		width = max(wider, step)
		if (last-first+width-1)/width <= heatRoom && width%step == 0 {
			break
		}
	}
	first -= first % width
	h := Heat{Step: width}
	for m := first; m < last; m += width {
		h.Minutes = append(h.Minutes, m)
	}
	order := []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday, time.Saturday, time.Sunday}
	for _, d := range order {
		h.Rows = append(h.Rows, d.String()[:3])
		h.Cells = append(h.Cells, make([]HeatCell, len(h.Minutes)))
	}
	for _, c := range profile {
		if !c.Open {
			continue
		}
		cell := &h.Cells[slices.Index(order, time.Weekday(c.Weekday))][(c.Minute-first)/width]
		cell.Open = true
		cell.Value += value(c)
	}
	return h
}

// hottest fills format with the weekday and time, the value and the column width
// of the cell that lies farthest from zero.
func hottest(h Heat, format string) string {
	row, col := -1, -1
	for i, cells := range h.Cells {
		for j, c := range cells {
			if c.Open && (row < 0 || math.Abs(c.Value) > math.Abs(h.Cells[row][col].Value)) {
				row, col = i, j
			}
		}
	}
	number := count
	if h.Signed {
		number = signed
	}
	return fmt.Sprintf(format+" Hatched cells are closed.", longWeekday(h.Rows[row])+" from "+clock(h.Minutes[col]),
		number(h.Cells[row][col].Value), stepWords(h.Step))
}

func longWeekday(short string) string {
	for d := range time.Weekday(7) {
		if d.String()[:3] == short {
			return d.String()
		}
	}
	return short
}
