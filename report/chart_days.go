package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ringtide/ringtide/interval"
)

// Line styles of the two worlds. Dashes keep them apart where colour cannot.
func withoutLine() draw.LineStyle { return hairline(slate, 1.1, 4, 2) }
func withLine() draw.LineStyle    { return hairline(blue, 1.6) }

func (f DayColumns) keys() []key {
	less, more := f.signs()
	stays := "calls without the request"
	if less && !more {
		stays = "calls with the request"
	}
	out := []key{{stays, func(c draw.Canvas) { fillRect(c, stayColor, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }}}
	if more {
		out = append(out, key{"added by it", func(c draw.Canvas) { fillRect(c, blue, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }})
	}
	if less {
		out = append(out, key{"taken away by it", func(c draw.Canvas) { takenArea(c, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }})
	}
	return append(out, lineKey("9 of 10 cases with it (thick: half)", hairline(ink, 0.8), nil), closedKey())
}

// signs tells whether the request takes calls away or adds some on any day.
func (f DayColumns) signs() (less, more bool) {
	for i, d := range f.With {
		diff := d.Value.Mean - f.Without[i].Value.Mean
		less, more = less || diff < -0.05, more || diff > 0.05
	}
	return less, more
}

func (f DayColumns) height(small bool) float64 {
	if small {
		return 118
	}
	return 138
}

func (f DayColumns) notes() string { return markNotes(f.Marks) }

// stayColor fills the calls that come with and without the request.
var stayColor = mix(paper, slate, 0.32)

// takenArea marks calls that the request takes away.
func takenArea(c draw.Canvas, x0, y0, x1, y1 vg.Length) {
	fillRect(c, paper, x0, y0, x1, y1)
	hatch(c, blue, 0.6, 2.2, x0, y0, x1, y1)
	c.StrokeLines(hairline(blue, 0.5), []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}, {X: x0, Y: y0}})
}

func (f DayColumns) draw(c draw.Canvas, small bool) {
	top := 0.0
	for _, days := range [][]DayPoint{f.Without, f.With} {
		for _, d := range days {
			if d.Open {
				top = math.Max(top, math.Max(d.Value.Mean, d.Value.Q95))
			}
		}
	}
	if len(f.Marks) > 0 {
		top *= 1.08 // room for the numbers
	}
	layers := []plot.Plotter{closedDays(f.With, !small), layer(f.columns)}
	if len(f.Marks) > 0 {
		layers = append(layers, markLayer(f.Marks, f.With[0].Date))
	}
	n := 5
	if small {
		n = 4
	}
	drawPlot(c, dayAxis(f.With), upTo(0, top, n, count), layers...)
}

// columns draws each open day by itself: what stays, what is added or taken away,
// and the ranges with the request.
func (f DayColumns) columns(c draw.Canvas, x, y func(float64) vg.Length) {
	for i, d := range f.With {
		if !d.Open {
			continue
		}
		x0, x1, side := x(float64(i)+0.06), x(float64(i)+0.7), x(float64(i)+0.84) // the range beside its column
		without, with := f.Without[i].Value.Mean, d.Value.Mean
		fillRect(c, stayColor, x0, y(0), x1, y(math.Min(without, with)))
		switch {
		case with > without:
			fillRect(c, blue, x0, y(without), x1, y(with))
		case with < without:
			takenArea(c, x0, y(with), x1, y(without))
		}
		c.StrokeLine2(hairline(ink, 0.6), side, y(d.Value.Q05), side, y(d.Value.Q95))
		c.StrokeLine2(hairline(ink, min(2.2, 0.3*(x1-x0))), side, y(d.Value.Q25), side, y(d.Value.Q75))
	}
}

func (b DayBars) keys() []key {
	return []key{
		{"mean change", func(c draw.Canvas) { fillRect(c, mix(paper, blue, 0.45), c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }},
		lineKey("half of all cases", hairline(navy, 2.6), nil),
		lineKey("9 of 10 cases", hairline(navy, 0.7), nil),
		closedKey(),
	}
}

func (b DayBars) height(small bool) float64 { return 84 }

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
