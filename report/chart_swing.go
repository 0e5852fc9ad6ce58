package report

import (
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

const swingRow = 20.0

func (s Swing) keys() []key {
	return []key{
		{"fact at its low", func(c draw.Canvas) { lowBar(c, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }},
		{"fact at its high", func(c draw.Canvas) { fillRect(c, blue, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }},
		lineKey("expected", hairline(ink, 1.1), nil),
	}
}

func lowBar(c draw.Canvas, x0, y0, x1, y1 vg.Length) {
	x0, x1 = min(x0, x1), max(x0, x1)
	fillRect(c, mix(paper, blue, 0.3), x0, y0, x1, y1)
	hatch(c, blue, 0.5, 3, x0, y0, x1, y1)
}

func (s Swing) height(small bool) float64 { return swingRow*float64(len(s.Bars)) + 8 }

func (s Swing) notes() string { return "" }

// draw puts the fact at the left, its bar at the right, the numbers at its ends.
func (s Swing) draw(c draw.Canvas, small bool) {
	names := (c.Max.X - c.Min.X) * 0.36
	low, high := s.Base, s.Base
	for _, b := range s.Bars {
		low, high = math.Min(low, math.Min(b.Low, b.High)), math.Max(high, math.Max(b.Low, b.High))
	}
	if high-low <= 0 {
		low, high = low-1, high+1
	}
	p := plot.New()
	p.BackgroundColor = nil
	p.HideAxes()
	p.X.Padding, p.Y.Padding = 0, 0
	room := 0.16 * (high - low) // for the numbers at the ends
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = low-room, high+room, 0, float64(len(s.Bars))
	p.Add(layer(s.bars))
	p.Draw(draw.Crop(c, names, 0, 2, -2))
	s.names(draw.Crop(c, 0, 0, 2, -2), names)
}

func (s Swing) bars(c draw.Canvas, x, y func(float64) vg.Length) {
	for i, b := range s.Bars {
		top := y(float64(len(s.Bars) - i))
		bottom := y(float64(len(s.Bars) - i - 1))
		c.StrokeLine2(hairline(faint, 0.5), c.Min.X, bottom, c.Max.X, bottom)
		lowBar(c, x(b.Low), bottom+5, x(s.Base), top-5)
		fillRect(c, blue, x(s.Base), bottom+5, x(b.High), top-5)
		left, right := b.Low, b.High
		if left > right {
			left, right = right, left
		}
		mid := (top + bottom) / 2
		c.FillText(letters(faceTick.in(ink), draw.XRight, draw.YCenter), vg.Point{X: x(min(left, s.Base)) - 3, Y: mid}, signed(left))
		c.FillText(letters(faceTick.in(ink), draw.XLeft, draw.YCenter), vg.Point{X: x(max(right, s.Base)) + 3, Y: mid}, signed(right))
	}
	c.StrokeLine2(hairline(ink, 1.1), x(s.Base), c.Min.Y, x(s.Base), c.Max.Y)
}

func (s Swing) names(c draw.Canvas, w vg.Length) {
	fact := letters(faceCell, draw.XLeft, draw.YCenter)
	ends := letters(faceTick.at(7), draw.XLeft, draw.YCenter)
	h := (c.Max.Y - c.Min.Y) / vg.Length(len(s.Bars))
	for i, b := range s.Bars {
		mid := c.Max.Y - (vg.Length(i)+0.5)*h
		c.FillText(fact, vg.Point{X: c.Min.X, Y: mid + 4.5}, clipTo(fact, b.Fact, w-8))
		c.FillText(ends, vg.Point{X: c.Min.X, Y: mid - 5}, clipTo(ends, b.LowText+" to "+b.HighText, w-8))
	}
}
