package report

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

func rosterLine() draw.LineStyle { return hairline(ink, 1.3) }

func (s Staffing) keys() []key {
	return []key{
		lineKey("needed with the request", withLine(), nil),
		lineKey("needed without", withoutLine(), nil),
		lineKey("rostered", rosterLine(), tint),
		{"too few people", func(c draw.Canvas) { shortArea(c, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }},
		closedKey(),
	}
}

// shortArea marks people that are missing: a pale fill with strong diagonal lines.
func shortArea(c draw.Canvas, x0, y0, x1, y1 vg.Length) {
	fillRect(c, mix(paper, vermillion, 0.22), x0, y0, x1, y1)
	hatch(c, vermillion, 0.7, 3, x0, y0, x1, y1)
}

func (s Staffing) height(small bool) float64 { return 94 }

func (s Staffing) notes() string { return "" }

// draw sets the days side by side, each from From to To, with a gap between.
func (s Staffing) draw(c draw.Canvas, small bool) {
	top := 0.0
	for _, d := range s.Days {
		for i := range d.With {
			top = math.Max(top, math.Max(d.Rostered[i], float64(max(d.With[i], d.Without[i]))))
		}
	}
	x := axis{min: 0, max: float64(len(s.Days))}
	for i, d := range s.Days {
		x.ticks = append(x.ticks, plot.Tick{Value: float64(i) + 0.5, Label: "\n" + shortDay(d.Date)})
	}
	x.below = 8
	drawPlot(c, x, upTo(0, top*1.04, 4, count), layer(s.closed), layer(s.rostered), layer(s.short),
		s.steps(withoutLine(), func(d StaffDay, i int) float64 { return float64(d.Without[i]) }),
		s.steps(rosterLine(), func(d StaffDay, i int) float64 { return d.Rostered[i] }),
		s.steps(withLine(), func(d StaffDay, i int) float64 { return float64(d.With[i]) }), layer(s.hours))
}

// at is the place of a minute of day k on the axis.
func (s Staffing) at(k, minute int) float64 {
	const margin = 0.03
	t := float64(minute-s.From) / float64(s.To-s.From)
	return float64(k) + margin + (1-2*margin)*math.Min(math.Max(t, 0), 1)
}

func (s Staffing) closed(c draw.Canvas, x, y func(float64) vg.Length) {
	sty := letters(faceTick, draw.XCenter, draw.YCenter)
	for k, d := range s.Days {
		open := false
		for i, o := range d.Open {
			if open = open || o; !o && d.Minutes[i] >= s.From && d.Minutes[i] < s.To {
				closedArea(c, x(s.at(k, d.Minutes[i])), c.Min.Y, x(s.at(k, d.Minutes[i]+s.Step)), c.Max.Y)
			}
		}
		if !open {
			at := vg.Point{X: x(float64(k) + 0.5), Y: c.Center().Y}
			half := sty.Width("closed")/2 + 3
			fillRect(c, paper, at.X-half, at.Y-6, at.X+half, at.Y+6)
			c.FillText(sty, at, "closed")
		}
		if k > 0 {
			c.StrokeLine2(hairline(rule, 0.5), x(float64(k)), c.Min.Y, x(float64(k)), c.Max.Y)
		}
	}
}

// rostered tints what the roster covers, so that it is told from need by its area.
func (s Staffing) rostered(c draw.Canvas, x, y func(float64) vg.Length) {
	for k, d := range s.Days {
		for i, o := range d.Open {
			if o {
				fillRect(c, faint, x(s.at(k, d.Minutes[i])), y(0), x(s.at(k, d.Minutes[i]+s.Step)), y(d.Rostered[i]))
			}
		}
	}
}

func (s Staffing) short(c draw.Canvas, x, y func(float64) vg.Length) {
	for k, d := range s.Days {
		for i, o := range d.Open {
			if o && d.Rostered[i] < float64(d.With[i]) {
				shortArea(c, x(s.at(k, d.Minutes[i])), y(d.Rostered[i]), x(s.at(k, d.Minutes[i]+s.Step)), y(float64(d.With[i])))
			}
		}
	}
}

// steps strokes one column of each day as a step line over its open intervals.
func (s Staffing) steps(sty draw.LineStyle, value func(StaffDay, int) float64) layer {
	return func(c draw.Canvas, x, y func(float64) vg.Length) {
		for k, d := range s.Days {
			var line []vg.Point
			for i, o := range d.Open {
				if !o {
					c.StrokeLines(sty, line)
					line = nil
					continue
				}
				v := y(value(d, i))
				line = append(line, vg.Point{X: x(s.at(k, d.Minutes[i])), Y: v}, vg.Point{X: x(s.at(k, d.Minutes[i]+s.Step)), Y: v})
			}
			c.StrokeLines(sty, line)
		}
	}
}

// hours marks the clock below each day, every three hours or as the room allows.
func (s Staffing) hours(c draw.Canvas, x, y func(float64) vg.Length) {
	sty := letters(faceTick.at(6.5), draw.XCenter, draw.YTop)
	every := 180
	for _, every = range []int{180, 360, 720} {
		if float64(x(s.at(0, s.From+every))-x(s.at(0, s.From))) > 14 || every >= s.To-s.From {
			break
		}
	}
	for k := range s.Days {
		for m := (s.From + every - 1) / every * every; m <= s.To; m += every {
			at := x(s.at(k, m))
			c.StrokeLine2(hairline(muted, 0.5), at, c.Min.Y, at, c.Min.Y-2.5)
			if m-s.From >= 30 && s.To-m >= 30 { // else it would touch the next day's
				c.FillText(sty, vg.Point{X: at, Y: c.Min.Y - 4}, strconv.Itoa(m/60))
			}
		}
	}
}
