package report

import (
	"fmt"
	"image/color"
	"math"
	"strconv"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// Line styles of the two worlds. Dashes keep them apart where colour cannot.
func withoutLine() draw.LineStyle { return hairline(slate, 1.1, 4, 2) }
func withLine() draw.LineStyle    { return hairline(blue, 1.6) }

func (f DayFan) keys() []key {
	return []key{
		lineKey("with the request", withLine(), fade(blue, 0.25)),
		lineKey("without", withoutLine(), fade(slate, 0.18)),
		closedKey(),
	}
}

func (f DayFan) height(small bool) float64 {
	if small {
		return 128
	}
	return 225
}

func (f DayFan) notes() string { return markNotes(f.Marks) }

func (f DayFan) draw(c draw.Canvas, small bool) {
	top := 0.0
	for _, days := range [][]DayPoint{f.Without, f.With} {
		for _, d := range days {
			if d.Open {
				top = math.Max(top, d.Value.Q95)
			}
		}
	}
	if len(f.Marks) > 0 {
		top *= 1.08 // room for the numbers
	}
	layers := []plot.Plotter{closedDays(f.With, !small), fan(f.Without, slate), fan(f.With, blue),
		meanLine(f.Without, withoutLine()), meanLine(f.With, withLine())}
	if len(f.Marks) > 0 {
		layers = append(layers, markLayer(f.Marks, f.With[0].Date))
	}
	n := 5
	if small {
		n = 4
	}
	drawPlot(c, dayAxis(f.With), upTo(0, top, n, count), layers...)
}

func (b DayBars) keys() []key {
	return []key{
		{"mean change", func(c draw.Canvas) { fillRect(c, mix(paper, blue, 0.45), c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }},
		lineKey("half of all cases", hairline(navy, 2.6), nil),
		lineKey("9 of 10 cases", hairline(navy, 0.7), nil),
		closedKey(),
	}
}

func (b DayBars) height(small bool) float64 { return 140 }

func (b DayBars) notes() string { return "" }

func (b DayBars) draw(c draw.Canvas, small bool) {
	low, high := 0.0, 0.0
	for _, d := range b.Days {
		if d.Open {
			low, high = math.Min(low, d.Value.Q05), math.Max(high, d.Value.Q95)
		}
	}
	if len(b.Marks) > 0 {
		high += 0.12 * (high - low)
	}
	bars := layer(func(c draw.Canvas, x, y func(float64) vg.Length) {
		for i, d := range b.Days {
			if !d.Open {
				continue
			}
			at := float64(i)
			fillRect(c, mix(paper, blue, 0.45), x(at+0.14), y(0), x(at+0.86), y(d.Value.Mean))
			c.StrokeLine2(hairline(navy, 0.7), x(at+0.5), y(d.Value.Q05), x(at+0.5), y(d.Value.Q95))
			c.StrokeLine2(hairline(navy, 2.6), x(at+0.5), y(d.Value.Q25), x(at+0.5), y(d.Value.Q75))
		}
	})
	layers := []plot.Plotter{closedDays(b.Days, false), bars}
	if len(b.Marks) > 0 {
		layers = append(layers, markLayer(b.Marks, b.Days[0].Date))
	}
	drawPlot(c, dayAxis(b.Days), upTo(low, high, 4, count), layers...)
}

// dayAxis gives each day a unit of the axis and labels days, Mondays or months,
// as many as there is room for.
func dayAxis(days []DayPoint) axis {
	a := axis{min: 0, max: float64(len(days))}
	for i, d := range days {
		t := plot.Tick{Value: float64(i) + 0.5}
		switch {
		case len(days) <= 8:
			t.Label = shortDay(d.Date)
		case len(days) <= 16:
			t.Label = fmt.Sprintf("%d %s", d.Date.Day(), d.Date.Month().String()[:3])
		case len(days) <= 112 && d.Date.Weekday() == time.Monday:
			t.Label = fmt.Sprintf("%d %s", d.Date.Day(), d.Date.Month().String()[:3])
		case len(days) > 112 && d.Date.Day() == 1:
			t.Label = d.Date.Month().String()[:3]
		case len(days) > 112:
			continue
		}
		a.ticks = append(a.ticks, t)
	}
	return a
}

// closedDays shades the closed days and, where there is room, names the holidays.
func closedDays(days []DayPoint, named bool) layer {
	return func(c draw.Canvas, x, y func(float64) vg.Length) {
		sty := letters(faceTick.at(6.5), draw.XRight, draw.YCenter)
		sty.Rotation = math.Pi / 2
		for i, d := range days {
			x0, x1 := x(float64(i)), x(float64(i+1))
			if !d.Open {
				closedArea(c, x0, c.Min.Y, x1, c.Max.Y)
			}
			if named && d.Holiday != "" && !d.Open && x1-x0 >= 8 {
				name := clipTo(sty, d.Holiday, c.Max.Y-c.Min.Y-22)
				c.FillText(sty, vg.Point{X: (x0 + x1) / 2, Y: c.Max.Y - 16}, name)
			}
		}
	}
}

// clipTo cuts t with an ellipsis so that it fits the width.
func clipTo(sty draw.TextStyle, t string, w vg.Length) string {
	if sty.Width(t) <= w {
		return t
	}
	r := []rune(t)
	for len(r) > 0 && sty.Width(string(r)+"…") > w {
		r = r[:len(r)-1]
	}
	return strings.TrimSpace(string(r)) + "…"
}

// runs calls do with each unbroken run [i, j) of open days.
func runs(days []DayPoint, do func(i, j int)) {
	for i := 0; i < len(days); i++ {
		if !days[i].Open {
			continue
		}
		j := i
		for j < len(days) && days[j].Open {
			j++
		}
		do(i, j)
		i = j
	}
}

// trace walks a run of days as points of the plot. Ends are drawn out to the edges
// of their day, so that a single open day still shows.
func trace(days []DayPoint, i, j int, value func(impact.Dist) float64, x, y func(float64) vg.Length) []vg.Point {
	pts := []vg.Point{{X: x(float64(i) + 0.12), Y: y(value(days[i].Value))}}
	for k := i; k < j; k++ {
		pts = append(pts, vg.Point{X: x(float64(k) + 0.5), Y: y(value(days[k].Value))})
	}
	return append(pts, vg.Point{X: x(float64(j) - 0.12), Y: y(value(days[j-1].Value))})
}

// fan fills the 90% and the 50% band of each run.
func fan(days []DayPoint, clr color.NRGBA) layer {
	return func(c draw.Canvas, x, y func(float64) vg.Length) {
		bands := []struct{ low, high func(impact.Dist) float64 }{{q05, q95}, {q25, q75}}
		for _, b := range bands {
			runs(days, func(i, j int) {
				up, down := trace(days, i, j, b.high, x, y), trace(days, i, j, b.low, x, y)
				for k := len(down) - 1; k >= 0; k-- {
					up = append(up, down[k])
				}
				c.FillPolygon(fade(clr, 0.2), c.ClipPolygonY(up))
			})
		}
	}
}

// meanLine strokes the mean of each run.
func meanLine(days []DayPoint, sty draw.LineStyle) layer {
	return func(c draw.Canvas, x, y func(float64) vg.Length) {
		runs(days, func(i, j int) { c.StrokeLines(sty, trace(days, i, j, mean, x, y)) })
	}
}

func mean(d impact.Dist) float64 { return d.Mean }
func q05(d impact.Dist) float64  { return d.Q05 }
func q25(d impact.Dist) float64  { return d.Q25 }
func q75(d impact.Dist) float64  { return d.Q75 }
func q95(d impact.Dist) float64  { return d.Q95 }

// markLayer draws each mark as a numbered disc on a dotted line; discs that would
// touch step down.
func markLayer(marks []Mark, first interval.Date) layer {
	return func(c draw.Canvas, x, y func(float64) vg.Length) {
		sty := letters(face{true, 6.5, 8, paper}, draw.XCenter, draw.YCenter)
		var placed []vg.Point
		for i, m := range marks {
			at := vg.Point{X: x(float64(m.Date.Sub(first)) + 0.5), Y: c.Max.Y - 5}
			for _, p := range placed {
				if math.Abs(float64(p.X-at.X)) < 11 && p.Y == at.Y {
					at.Y -= 11
				}
			}
			placed = append(placed, at)
			c.StrokeLine2(hairline(navy, 0.7, 1, 2), at.X, c.Min.Y, at.X, at.Y)
			var disc vg.Path
			disc.Arc(at, 5, 0, 2*math.Pi)
			c.SetColor(navy)
			c.Fill(disc)
			c.FillText(sty, at, strconv.Itoa(i+1))
		}
	}
}

// markNotes says what the numbered discs stand for.
func markNotes(marks []Mark) string {
	var out []string
	for i, m := range marks {
		out = append(out, fmt.Sprintf("%d: %s (%s)", i+1, m.Text, shortDay(m.Date)))
	}
	return strings.Join(out, " · ")
}
