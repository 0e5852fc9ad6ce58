package report

import (
	"math"
	"slices"
	"strconv"
	"time"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// A coverage is agents on position against those required, by interval.
type coverage struct {
	grid interval.Grid
	on   []float64
	need []int // empty where nothing is required; of paths the median
	// Of paths, quantiles 0.1 and 0.9.
	low, high []int
}

// quantile returns what a share of the paths does not exceed, by interval, in whole agents.
func quantile(need schedule.Requirement, share float64) []int {
	out := make([]int, need.Grid.Len())
	asked := make([]float64, len(need.Paths))
	for i := range out {
		for p, path := range need.Paths {
			asked[p] = path[i]
		}
		slices.Sort(asked)
		at := int(math.Ceil(share*float64(len(asked)))) - 1
		out[i] = int(math.Ceil(asked[max(0, at)] - 1e-9))
	}
	return out
}

func (c RosterChart) coverage() coverage {
	out := coverage{grid: c.Need.Grid}
	switch {
	case out.grid.Len() > 0 && len(c.Need.Paths) > 0:
		out.low, out.need, out.high = quantile(c.Need, 0.1), quantile(c.Need, 0.5), quantile(c.Need, 0.9)
	case out.grid.Len() > 0:
		out.need = c.Need.Whole()
	default:
		step := 15 * time.Minute
		g, err := interval.NewGrid(c.start(), step, int(c.end().Sub(c.start())/step))
		if err != nil {
			panic("report: quarter hours: " + err.Error())
		}
		out.grid = g
	}
	roster := c.shown()
	if c.Vacant {
		roster = nil
		for _, s := range c.shown() {
			if s.Agent != "" {
				roster = append(roster, s)
			}
		}
	}
	out.on = roster.OnPosition(out.grid)
	return out
}

// pathLine is thinner than the line of the requirement, and dashed.
func pathLine() draw.LineStyle {
	s := withLine()
	s.Width /= 2
	s.Dashes = []vg.Length{3, 2}
	return s
}

// overArea marks agents beyond the requirement: a pale fill with upright lines, so that
// it is no bar's colour and no shortage.
func overArea(c draw.Canvas, x0, y0, x1, y1 vg.Length) {
	fillRect(c, mix(paper, green, 0.25), x0, y0, x1, y1)
	for x := vg.Length(math.Ceil(float64(x0/3))) * 3; x < x1; x += 3 {
		c.StrokeLine2(hairline(green, 0.4), x, y0, x, y1)
	}
}

func (l *rosterLayout) keys() []key {
	keys := []key{{"on position", func(c draw.Canvas) {
		fillRect(c, faint, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y)
		c.StrokeLine2(rosterLine(), c.Min.X, c.Max.Y, c.Max.X, c.Max.Y)
	}}}
	if len(l.cover.need) > 0 {
		name := "required"
		if len(l.cover.high) > 0 {
			name = "required, median"
			keys = append(keys, lineKey("required, 10-90 %", pathLine(), nil))
		}
		keys = append(keys, lineKey(name, withLine(), nil),
			key{"too few", func(c draw.Canvas) { shortArea(c, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }},
			key{"more than required", func(c draw.Canvas) { overArea(c, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }})
	}
	for _, kind := range l.kinds {
		keys = append(keys, key{kind, func(c draw.Canvas) { l.bar(c, kind, false, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }})
	}
	keys = append(keys, key{"break", func(c draw.Canvas) {
		fillRect(c, barFills[0], c.Min.X, c.Min.Y, c.Max.X, c.Max.Y)
		breakMark(c, c.Min.X+6, c.Min.Y, c.Min.X+10, c.Max.Y)
	}})
	if l.c.Vacant && slices.ContainsFunc(l.rows, func(r rosterRow) bool { return r.vacant }) {
		keys = append(keys, key{"unfilled", func(c draw.Canvas) { shortArea(c, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }})
	}
	return keys
}

// draw draws title, legend, coverage and rows, from the top.
func (l *rosterLayout) draw(c draw.Canvas) {
	fillRect(c, paper, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y)
	top := vg.Points(l.height - rosterMargin)
	c.FillText(letters(faceHead.at(11), draw.XLeft, draw.YTop), vg.Point{X: vg.Points(rosterMargin), Y: top}, l.c.title())
	bottom := l.legend(c, top-18)
	high := bottom - 12
	l.coverage(c, high-vg.Points(rosterCover-16), high)
	first := high - vg.Points(rosterCover-16) - vg.Points(rosterGap)
	l.bars(c, first)
}

// legend writes the keys in rows and returns the bottom.
func (l *rosterLayout) legend(c draw.Canvas, y vg.Length) vg.Length {
	per := max(1, int((l.width-2*rosterMargin)/110))
	sty := letters(faceTick, draw.XLeft, draw.YCenter)
	for i, k := range l.keys() {
		x := vg.Points(rosterMargin + 110*float64(i%per))
		at := y - vg.Points(12*float64(i/per))
		k.swatch(draw.Crop(c, x-c.Min.X, x+16-c.Max.X, at-8-c.Min.Y, at-c.Max.Y))
		name := k.name
		for sty.Width(name) > 88 && len(name) > 4 {
			name = name[:len(name)-2]
		}
		c.FillText(sty, vg.Point{X: x + 20, Y: at - 4}, name)
	}
	return y - vg.Points(12*float64(l.legendRows()))
}

// coverage draws the panel of agents between two heights.
func (l *rosterLayout) coverage(c draw.Canvas, low, high vg.Length) {
	top := 1.0
	for i := range l.cover.on {
		if l.inside(i) {
			top = math.Max(top, l.cover.on[i])
			if len(l.cover.need) > 0 {
				top = math.Max(top, float64(l.cover.need[i]))
			}
			if len(l.cover.high) > 0 {
				top = math.Max(top, float64(l.cover.high[i]))
			}
		}
	}
	a := upTo(0, top*1.04, 4, count)
	y := func(v float64) vg.Length { return low + vg.Length(v/a.max)*(high-low) }
	left, right := l.x(l.c.start()), l.x(l.c.end())
	l.weekends(c, low, high)
	label := letters(faceTick, draw.XRight, draw.YCenter)
	for _, t := range a.ticks {
		c.StrokeLine2(hairline(rule, 0.4), left, y(t.Value), right, y(t.Value))
		c.FillText(label, vg.Point{X: left - 4, Y: y(t.Value)}, t.Label)
	}
	c.FillText(letters(faceTick, draw.XLeft, draw.YTop), vg.Point{X: vg.Points(rosterMargin), Y: high + 4}, "agents")
	l.areas(c, y)
	l.steps(c, y, rosterLine(), func(i int) float64 { return l.cover.on[i] })
	if len(l.cover.need) > 0 {
		l.steps(c, y, withLine(), func(i int) float64 { return float64(l.cover.need[i]) })
	}
	if len(l.cover.high) > 0 {
		l.steps(c, y, pathLine(), func(i int) float64 { return float64(l.cover.low[i]) })
		l.steps(c, y, pathLine(), func(i int) float64 { return float64(l.cover.high[i]) })
	}
	l.days(c, low, high)
}

// inside reports whether interval i is shown.
func (l *rosterLayout) inside(i int) bool {
	return l.cover.grid.At(i).Before(l.c.end()) && l.cover.grid.At(i+1).After(l.c.start())
}

// areas tints who is on position, and marks who is too many or missing.
func (l *rosterLayout) areas(c draw.Canvas, y func(float64) vg.Length) {
	for i, on := range l.cover.on {
		if !l.inside(i) {
			continue
		}
		x0, x1 := l.x(l.cover.grid.At(i)), l.x(l.cover.grid.At(i+1))
		if len(l.cover.need) == 0 {
			fillRect(c, faint, x0, y(0), x1, y(on))
			continue
		}
		need := float64(l.cover.need[i])
		fillRect(c, faint, x0, y(0), x1, y(math.Min(on, need)))
		switch {
		case on > need:
			overArea(c, x0, y(need), x1, y(on))
		case on < need:
			shortArea(c, x0, y(on), x1, y(need))
		}
	}
}

func (l *rosterLayout) steps(c draw.Canvas, y func(float64) vg.Length, sty draw.LineStyle, value func(int) float64) {
	var points []vg.Point
	for i := range l.cover.on {
		if l.inside(i) {
			v := y(value(i))
			points = append(points, vg.Point{X: l.x(l.cover.grid.At(i)), Y: v}, vg.Point{X: l.x(l.cover.grid.At(i + 1)), Y: v})
		}
	}
	if len(points) > 1 {
		c.StrokeLines(sty, points)
	}
}

// weekends tints Saturdays and Sundays.
func (l *rosterLayout) weekends(c draw.Canvas, low, high vg.Length) {
	for d := range l.c.Days {
		date := l.c.First.AddDays(d)
		if w := date.Weekday(); w == time.Saturday || w == time.Sunday {
			fillRect(c, tint, l.x(date.Start(l.c.Zone)), low, l.x(date.AddDays(1).Start(l.c.Zone)), high)
		}
	}
}

// days rules the days off and writes dates above, hours below where there is room.
func (l *rosterLayout) days(c draw.Canvas, low, high vg.Length) {
	sty := letters(faceTick, draw.XCenter, draw.YBottom)
	hour := letters(faceTick.at(6.5), draw.XCenter, draw.YTop)
	for d := range l.c.Days + 1 {
		date := l.c.First.AddDays(d)
		at := l.x(date.Start(l.c.Zone))
		c.StrokeLine2(hairline(muted, 0.5), at, low, at, high+3)
		if d == l.c.Days {
			break
		}
		next := l.x(date.AddDays(1).Start(l.c.Zone))
		name := date.Start(time.UTC).Format("Mon 2 Jan")
		if sty.Width(name) > next-at-4 {
			name = date.Start(time.UTC).Format("Mon 2")
		}
		c.FillText(sty, vg.Point{X: (at + next) / 2, Y: high + 4}, name)
		l.hours(c, hour, date, low)
	}
}

func (l *rosterLayout) hours(c draw.Canvas, sty draw.TextStyle, date interval.Date, low vg.Length) {
	every := 6
	switch {
	case l.day > 300:
		every = 1
	case l.day < 100:
		every = 12
	}
	start, end := date.Start(l.c.Zone), date.AddDays(1).Start(l.c.Zone)
	for t := start.Add(15 * time.Minute); t.Before(end); t = t.Add(15 * time.Minute) {
		if t.Hour()%every == 0 && t.Minute() == 0 {
			c.StrokeLine2(hairline(muted, 0.4), l.x(t), low, l.x(t), low-2)
			c.FillText(sty, vg.Point{X: l.x(t), Y: low - 3}, strconv.Itoa(t.Hour()))
		}
	}
}

// bars draws the rows downward from the height.
func (l *rosterLayout) bars(c draw.Canvas, high vg.Length) {
	row := vg.Points(l.row)
	low := high - row*vg.Length(len(l.rows))
	l.weekends(c, low, high)
	size := math.Min(7, l.row-2)
	name := letters(faceTick.at(size).in(ink), draw.XLeft, draw.YCenter)
	right := letters(faceTick.at(size), draw.XRight, draw.YCenter)
	if l.c.By == ByPerson {
		c.FillText(letters(faceTick, draw.XRight, draw.YBottom), vg.Point{X: vg.Points(l.width - rosterMargin), Y: high + 4}, "hours")
	}
	for i, r := range l.rows {
		top := high - row*vg.Length(i)
		mid := top - row/2
		if i%5 == 0 {
			c.StrokeLine2(hairline(rule, 0.3), vg.Points(rosterMargin), top, vg.Points(l.width-rosterMargin), top)
		}
		c.FillText(name, vg.Point{X: vg.Points(rosterMargin), Y: mid}, clipName(name, r.name, rosterNames-6))
		if l.c.By == ByPerson && !r.vacant {
			c.FillText(right, vg.Point{X: vg.Points(l.width - rosterMargin), Y: mid}, strconv.FormatFloat(r.paid.Hours(), 'f', 1, 64))
		}
		for _, s := range r.shifts {
			l.shift(c, s, r.vacant, top-row+0.8, top-0.8)
		}
	}
	c.StrokeLine2(hairline(rule, 0.3), vg.Points(rosterMargin), low, vg.Points(l.width-rosterMargin), low)
	l.days(c, low, high)
}

// clipName cuts a text to a width, in whole characters.
func clipName(sty draw.TextStyle, s string, width vg.Length) string {
	if sty.Width(s) <= width {
		return s
	}
	runes := []rune(s)
	for len(runes) > 1 && sty.Width(string(runes)+"…") > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

// shift draws one bar with its breaks and, where it fits, the name of its pattern.
func (l *rosterLayout) shift(c draw.Canvas, s schedule.Shift, vacant bool, y0, y1 vg.Length) {
	x0, x1 := l.x(s.Start), l.x(s.End)
	l.bar(c, s.Pattern, vacant, x0, y0, x1, y1)
	for _, b := range s.Breaks {
		if b.End.After(l.c.start()) && b.Start.Before(l.c.end()) {
			breakMark(c, l.x(b.Start), y0, l.x(b.End), y1)
		}
	}
	if len(s.Breaks) > 0 || vacant {
		return
	}
	sty := letters(faceTick.at(math.Min(6.5, l.row-3)).in(ink), draw.XCenter, draw.YCenter)
	if sty.Width(s.Pattern)+3 <= x1-x0 {
		c.FillText(sty, vg.Point{X: (x0 + x1) / 2, Y: (y0 + y1) / 2}, s.Pattern)
	}
}

func (l *rosterLayout) bar(c draw.Canvas, pattern string, vacant bool, x0, y0, x1, y1 vg.Length) {
	if vacant {
		shortArea(c, x0, y0, x1, y1)
	} else {
		fill, striped := l.fill(pattern)
		fillRect(c, fill, x0, y0, x1, y1)
		if striped {
			hatch(c, muted, 0.4, 3, x0, y0, x1, y1)
		}
	}
	c.StrokeLines(hairline(slate, 0.3), []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}, {X: x0, Y: y0}})
}

// breakMark is a gap in a bar, at least wide enough to be seen.
func breakMark(c draw.Canvas, x0, y0, x1, y1 vg.Length) {
	if x1-x0 < 1.2 {
		mid := (x0 + x1) / 2
		x0, x1 = mid-0.6, mid+0.6
	}
	fillRect(c, paper, x0, y0+0.3, x1, y1-0.3)
}
