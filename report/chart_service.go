package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ringtide/ringtide/impact"
)

// lineOf is the line and band colour of an option.
func lineOf(option string) (draw.LineStyle, color.NRGBA) {
	switch option {
	case impact.OptionDecline:
		return withoutLine(), slate
	case impact.OptionStaffed:
		return hairline(green, 1.3, 1, 2), green
	}
	return withLine(), blue
}

func targetLine() draw.LineStyle { return hairline(ink, 0.9, 6, 2, 1, 2) }

func (s ServiceLines) keys() []key {
	var out []key
	for _, l := range s.Lines {
		sty, clr := lineOf(l.Option)
		out = append(out, lineKey(l.Name, sty, fade(clr, 0.25)))
	}
	return append(out, lineKey("target "+percent(s.Target), targetLine(), nil), closedKey())
}

func (s ServiceLines) height(small bool) float64 { return 160 }

func (s ServiceLines) notes() string { return "" }

func (s ServiceLines) draw(c draw.Canvas, small bool) {
	days := s.Lines[len(s.Lines)-1].Days
	layers := []plot.Plotter{closedDays(days, false)}
	for _, l := range s.Lines {
		_, clr := lineOf(l.Option)
		layers = append(layers, fan(l.Days, clr))
	}
	for _, l := range s.Lines {
		sty, _ := lineOf(l.Option)
		layers = append(layers, meanLine(l.Days, sty))
	}
	layers = append(layers, layer(func(c draw.Canvas, x, y func(float64) vg.Length) {
		c.StrokeLine2(targetLine(), c.Min.X, y(s.Target), c.Max.X, y(s.Target))
	}))
	drawPlot(c, dayAxis(days), shares(5), layers...)
}

// dot draws the sign of an option: a ring, a disc or a triangle.
func dot(c draw.Canvas, option string, at vg.Point) {
	switch option {
	case impact.OptionDecline:
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: paper, Radius: 2.6, Shape: draw.CircleGlyph{}}, at)
		c.SetLineDash(nil, 0)
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: slate, Radius: 2.6, Shape: draw.RingGlyph{}}, at)
	case impact.OptionStaffed:
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: green, Radius: 3, Shape: draw.PyramidGlyph{}}, at)
	default:
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: blue, Radius: 2.6, Shape: draw.CircleGlyph{}}, at)
	}
}

func (p Chances) keys() []key {
	var out []key
	for _, l := range p.Lines {
		out = append(out, key{l.Name, func(c draw.Canvas) { dot(c, l.Option, c.Center()) }})
	}
	return append(out, closedKey())
}

func (p Chances) height(small bool) float64 { return 112 }

func (p Chances) notes() string { return "" }

func (p Chances) draw(c draw.Canvas, small bool) {
	last := p.Lines[len(p.Lines)-1]
	days := make([]DayPoint, len(last.Dates))
	for i, d := range last.Dates {
		days[i] = DayPoint{Date: d, Open: last.Open[i]}
	}
	dots := layer(func(c draw.Canvas, x, y func(float64) vg.Length) {
		for i := range days {
			low, high := math.Inf(1), math.Inf(-1)
			for _, l := range p.Lines {
				if i < len(l.Chance) && l.Open[i] {
					low, high = math.Min(low, l.Chance[i]), math.Max(high, l.Chance[i])
				}
			}
			at := x(float64(i) + 0.5)
			if low < high {
				c.StrokeLine2(hairline(rule, 1.2), at, y(low), at, y(high))
			}
			for _, l := range p.Lines {
				if i < len(l.Chance) && l.Open[i] {
					dot(c, l.Option, vg.Point{X: at, Y: y(l.Chance[i])})
				}
			}
		}
	})
	drawPlot(c, dayAxis(days), shares(4), closedDays(days, false), dots)
}
