package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ringtide/ringtide/interval"
)

// A Fan is the chart of a forecast: bands of nine and of five of ten futures about the
// mean, after what came.
type Fan struct {
	Points []FanPoint
	Days   []FanDay
}

// A FanPoint is one interval, or one day. Came is NaN where nothing was counted; the
// forecast is drawn where Forecast is true.
type FanPoint struct {
	Came                     float64
	Forecast                 bool
	Mean, Q05, Q25, Q75, Q95 float64
}

// A FanDay labels the run of points that starts at First.
type FanDay struct {
	Date  interval.Date
	First int
	Open  bool
}

func (f Fan) keys() []key {
	out := []key{
		lineKey("mean", hairline(navy, 1.4), bandHalf),
		{"5 of 10 futures", func(c draw.Canvas) { fillRect(c, bandHalf, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }},
		{"9 of 10 futures", func(c draw.Canvas) { fillRect(c, bandMost, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }},
	}
	for _, p := range f.Points {
		if !math.IsNaN(p.Came) {
			out = append(out, lineKey("what came", hairline(ink, 0.9), nil))
			break
		}
	}
	return append(out, closedKey())
}

var (
	bandMost = mix(paper, blue, 0.18)
	bandHalf = mix(paper, blue, 0.42)
)

func (f Fan) height(bool) float64 { return 250 }
func (f Fan) notes() string       { return "" }

func (f Fan) draw(c draw.Canvas, _ bool) {
	top := 0.0
	for _, p := range f.Points {
		if p.Forecast {
			top = max(top, p.Q95)
		}
		if !math.IsNaN(p.Came) {
			top = max(top, p.Came)
		}
	}
	drawPlot(c, f.axis(), upTo(0, top, 5, count), layer(f.closed), layer(f.bands))
}

// axis labels days, or Mondays and months where there are many.
func (f Fan) axis() axis {
	var days []DayPoint
	for _, d := range f.Days {
		days = append(days, DayPoint{Date: d.Date, Open: d.Open})
	}
	a := dayAxis(days)
	for k := range a.ticks { // from days to points: the middle of each day
		d := int(a.ticks[k].Value)
		a.ticks[k].Value = float64(f.Days[d].First+f.end(d)) / 2
	}
	a.max = float64(len(f.Points))
	return a
}

func (f Fan) end(day int) int {
	if day+1 < len(f.Days) {
		return f.Days[day+1].First
	}
	return len(f.Points)
}

func (f Fan) closed(c draw.Canvas, x, _ func(float64) vg.Length) {
	for k, d := range f.Days {
		if !d.Open {
			closedArea(c, x(float64(d.First)), c.Min.Y, x(float64(f.end(k))), c.Max.Y)
		}
	}
}

// bands draws each run of open points. A point stands for the width of its interval.
func (f Fan) bands(c draw.Canvas, x, y func(float64) vg.Length) {
	steps := func(from, to int, value func(FanPoint) float64) []vg.Point {
		var out []vg.Point
		for i := from; i < to; i++ {
			v := y(value(f.Points[i]))
			out = append(out, vg.Point{X: x(float64(i)), Y: v}, vg.Point{X: x(float64(i + 1)), Y: v})
		}
		return out
	}
	runs(len(f.Points), func(i int) bool { return f.Points[i].Forecast }, func(from, to int) {
		fill := func(low, high func(FanPoint) float64, clr color.Color) {
			edge := steps(from, to, high)
			back := steps(from, to, low)
			for i := len(back) - 1; i >= 0; i-- {
				edge = append(edge, back[i])
			}
			c.FillPolygon(clr, edge)
		}
		fill(func(p FanPoint) float64 { return p.Q05 }, func(p FanPoint) float64 { return p.Q95 }, bandMost)
		fill(func(p FanPoint) float64 { return p.Q25 }, func(p FanPoint) float64 { return p.Q75 }, bandHalf)
		c.StrokeLines(hairline(navy, 1.2), steps(from, to, func(p FanPoint) float64 { return p.Mean }))
	})
	runs(len(f.Points), func(i int) bool { return !math.IsNaN(f.Points[i].Came) }, func(from, to int) {
		c.StrokeLines(hairline(ink, 0.9), steps(from, to, func(p FanPoint) float64 { return p.Came }))
	})
}

// runs calls run for each stretch of indices that keep accepts.
func runs(n int, keep func(int) bool, run func(from, to int)) {
	for i := 0; i < n; i++ {
		if !keep(i) {
			continue
		}
		from := i
		for i < n && keep(i) {
			i++
		}
		run(from, i)
	}
}
