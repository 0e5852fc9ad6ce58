package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/ringtide/ringtide/impact"
)

func targetLine() draw.LineStyle { return hairline(ink, 0.9, 6, 2, 1, 2) }

func (s ServiceDays) keys() []key {
	var out []key
	for _, l := range s.Lines {
		out = append(out, key{l.Name, func(c draw.Canvas) { dot(c, l.Option, c.Center(), 1) }})
	}
	return append(out, lineKey("9 of 10 cases", hairline(slate, 0.8), nil), lineKey("target "+percent(s.Target), targetLine(), nil), closedKey())
}

func (s ServiceDays) height(small bool) float64 { return 138 }

func (s ServiceDays) notes() string {
	if a := s.axis(); a.min > 0 {
		return "The axis begins at " + percent(a.min) + "."
	}
	return ""
}

// axis leaves out the lower part of the scale that no range reaches.
func (s ServiceDays) axis() axis {
	low := s.Target
	for _, l := range s.Lines {
		for _, d := range l.Days {
			if d.Open {
				low = math.Min(low, d.Value.Q05)
			}
		}
	}
	return shares(min(0.6, math.Floor(low*5-1e-9)/5), 0.1)
}

func (s ServiceDays) draw(c draw.Canvas, small bool) {
	days := s.Lines[len(s.Lines)-1].Days
	layers := []plot.Plotter{closedDays(days, false), layer(func(c draw.Canvas, x, y func(float64) vg.Length) {
		c.StrokeLine2(targetLine(), c.Min.X, y(s.Target), c.Max.X, y(s.Target))
	})}
	for k, l := range s.Lines {
		at := (float64(k) + 1) / float64(len(s.Lines)+1) // side by side within the day
		layers = append(layers, layer(func(c draw.Canvas, x, y func(float64) vg.Length) {
			for i, d := range l.Days {
				if d.Open {
					mid := x(float64(i) + at)
					c.StrokeLine2(hairline(optionColor(l.Option), 0.8), mid, y(d.Value.Q05), mid, y(d.Value.Q95))
					dot(c, l.Option, vg.Point{X: mid, Y: y(d.Value.Mean)}, dotScale(x))
				}
			}
		}))
	}
	drawPlot(c, dayAxis(days), s.axis(), layers...)
}

// dotScale makes the signs smaller where days are narrow.
func dotScale(x func(float64) vg.Length) vg.Length { return min(1, (x(1)-x(0))/10) }

func optionColor(option string) color.NRGBA {
	switch option {
	case impact.OptionDecline:
		return slate
	case impact.OptionStaffed:
		return green
	}
	return blue
}

// dot draws the sign of an option: a ring, a disc or a triangle.
func dot(c draw.Canvas, option string, at vg.Point, scale vg.Length) {
	clr := optionColor(option)
	c.SetLineDash(nil, 0)
	switch option {
	case impact.OptionDecline:
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: paper, Radius: 2.6 * scale, Shape: draw.CircleGlyph{}}, at)
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: clr, Radius: 2.6 * scale, Shape: draw.RingGlyph{}}, at)
	case impact.OptionStaffed:
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: clr, Radius: 3 * scale, Shape: draw.PyramidGlyph{}}, at)
	default:
		c.DrawGlyphNoClip(draw.GlyphStyle{Color: clr, Radius: 2.6 * scale, Shape: draw.CircleGlyph{}}, at)
	}
}

func (p Chances) keys() []key {
	var out []key
	for _, l := range p.Lines {
		out = append(out, key{l.Name, func(c draw.Canvas) { dot(c, l.Option, c.Center(), 1) }})
	}
	return append(out, closedKey())
}

func (p Chances) height(small bool) float64 { return 104 }

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
					dot(c, l.Option, vg.Point{X: at, Y: y(l.Chance[i])}, dotScale(x))
				}
			}
		}
	})
	drawPlot(c, dayAxis(days), shares(0, 0.25), closedDays(days, false), dots)
}
