package report

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"time"

	"gonum.org/v1/plot/vg"

	"github.com/ringtide/ringtide/schedule"
)

// Sizes of a roster chart, in points.
const (
	rosterNames  = 84.0
	rosterHours  = 34.0
	rosterTop    = 44.0
	rosterCover  = 120.0
	rosterGap    = 24.0
	rosterBottom = 22.0
	rosterMargin = 10.0
)

// A rosterRow is a line of bars.
type rosterRow struct {
	name   string
	shifts schedule.Roster
	vacant bool
	paid   time.Duration
}

// A rosterLayout is a chart with its rows and sizes.
type rosterLayout struct {
	c             RosterChart
	rows          []rosterRow
	kinds         []string // patterns in the order of colours
	width, height float64
	day, row      float64 // width of a day, height of a row
	cover         coverage
}

func (c RosterChart) layout() *rosterLayout {
	l := &rosterLayout{c: c}
	for _, s := range c.shown() {
		if !slices.Contains(l.kinds, s.Pattern) {
			l.kinds = append(l.kinds, s.Pattern)
		}
	}
	slices.Sort(l.kinds)
	if c.By == ByPerson {
		l.people()
	} else {
		l.patterns()
	}
	l.cover = c.coverage()
	l.day = 118
	switch {
	case c.Days == 1:
		l.day = 620
	case c.Days == 2:
		l.day = 320
	case c.Days <= 4:
		l.day = 190
	case c.Days > 31:
		l.day = 44
	case c.Days > 10:
		l.day = 58
	}
	l.row = 11
	if len(l.rows) > 60 {
		l.row = 8.5
	}
	l.width = 2*rosterMargin + rosterNames + rosterHours + l.day*float64(c.Days)
	l.height = 2*rosterMargin + rosterTop + rosterCover + rosterGap + l.row*float64(len(l.rows)) + rosterBottom + 12*float64(l.legendRows()-1)
	return l
}

// people makes a row for each agent: those named, then the others by name, then
// shifts without an agent.
func (l *rosterLayout) people() {
	shown := l.c.shown()
	names := slices.Clone(l.c.Names)
	for _, name := range slices.Sorted(slices.Values(shown.Agents())) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	at := map[string]int{}
	for i, name := range names {
		at[name] = i
		l.rows = append(l.rows, rosterRow{name: name})
	}
	var rest schedule.Roster
	for _, s := range shown {
		if i, ok := at[s.Agent]; ok && s.Agent != "" {
			l.rows[i].take(s)
		} else {
			rest = append(rest, s)
		}
	}
	label := "no name"
	if l.c.Vacant {
		label = "unfilled"
	}
	l.lanes(label, rest, l.c.Vacant)
}

// patterns makes, for each pattern, as many rows as are worked at once.
func (l *rosterLayout) patterns() {
	byKind := map[string]schedule.Roster{}
	for _, s := range l.c.shown() {
		byKind[s.Pattern] = append(byKind[s.Pattern], s)
	}
	for _, kind := range l.kinds {
		l.lanes(kind, byKind[kind], false)
	}
}

// lanes puts shifts, in the order of their start, each into the first row that is free.
func (l *rosterLayout) lanes(label string, shifts schedule.Roster, vacant bool) {
	from := len(l.rows)
	for _, s := range shifts {
		k := from
		for k < len(l.rows) && l.rows[k].shifts[len(l.rows[k].shifts)-1].End.After(s.Start) {
			k++
		}
		if k == len(l.rows) {
			l.rows = append(l.rows, rosterRow{vacant: vacant})
		}
		l.rows[k].take(s)
	}
	if len(l.rows) > from {
		l.rows[from].name = fmt.Sprintf("%s (%d)", label, len(shifts))
	}
}

func (r *rosterRow) take(s schedule.Shift) {
	r.shifts = append(r.shifts, s)
	r.paid += time.Duration(s.PaidMinutes) * time.Minute
}

// x is the place of an instant on the page: time passes evenly, so a day of 23 or 25
// hours is narrower or wider by an hour.
func (l *rosterLayout) x(t time.Time) vg.Length {
	share := float64(t.Sub(l.c.start())) / float64(l.c.end().Sub(l.c.start()))
	// To half points, the pixels of a picture: neighbours meet without a seam.
	return vg.Points(math.Round(2*(rosterMargin+rosterNames+min(max(share, 0), 1)*l.day*float64(l.c.Days))) / 2)
}

// Fills of bars, pale enough to carry dark letters, that differ in lightness too.
var barFills = []color.NRGBA{
	{0xA6, 0xCE, 0xE8, 0xFF}, {0xF5, 0xCF, 0x8E, 0xFF}, {0x8F, 0xD0, 0xB5, 0xFF}, {0xE3, 0xB5, 0xD0, 0xFF}, {0x5F, 0x8F, 0xB8, 0xFF}, {0xF2, 0xE4, 0x8A, 0xFF}, {0xC4, 0xC9, 0xD2, 0xFF},
}

// fill is the colour of a pattern; beyond the palette patterns are striped.
func (l *rosterLayout) fill(pattern string) (c color.NRGBA, striped bool) {
	k := slices.Index(l.kinds, pattern)
	return barFills[k%len(barFills)], k >= len(barFills)
}

// legendRows is how many rows of keys fit the width, 110 points each.
func (l *rosterLayout) legendRows() int {
	n := len(l.keys())
	per := max(1, int((l.width-2*rosterMargin)/110))
	return (n + per - 1) / per
}
