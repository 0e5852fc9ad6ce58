package report

import (
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Stops of the shading: light to dark, so that grey keeps the order, and never so
// dark that the printed value loses a contrast of 4.5:1. More calls are blue, fewer
// are orange; the sign is printed as well.
var (
	heatMore = []color.NRGBA{{0xF7, 0xFB, 0xFF, 0xFF}, {0xCF, 0xE3, 0xF2, 0xFF}, {0x9C, 0xC8, 0xE4, 0xFF}, {0x5F, 0xA8, 0xD3, 0xFF}}
	heatLess = []color.NRGBA{{0xFF, 0xFA, 0xF5, 0xFF}, {0xFD, 0xE3, 0xC8, 0xFF}, {0xF8, 0xC0, 0x83, 0xFF}, {0xEE, 0x9A, 0x4A, 0xFF}}
)

const (
	heatGutter = 30 // for the weekdays
	heatRow    = 17.0
	heatHead   = 12
	heatFoot   = 4
)

// shade returns the colour of t, -1 to 1.
func shade(t float64) color.NRGBA {
	stops := heatMore
	if t < 0 {
		stops, t = heatLess, -t
	}
	at := math.Min(t, 1) * float64(len(stops)-1)
	k := min(int(at), len(stops)-2)
	return mix(stops[k], stops[k+1], at-float64(k))
}

// top is the largest absolute value of an open cell.
func (h Heat) top() float64 {
	top := 0.0
	for _, row := range h.Cells {
		for _, c := range row {
			if c.Open {
				top = math.Max(top, math.Abs(c.Value))
			}
		}
	}
	return top
}

func (h Heat) label(v float64) string {
	if h.Signed {
		return signed(v)
	}
	return count(v)
}

func (h Heat) keys() []key {
	top := h.top()
	swatch := func(t float64) key {
		return key{h.label(t * top), func(c draw.Canvas) {
			fillRect(c, shade(t), c.Min.X, c.Min.Y, c.Max.X, c.Max.Y)
			outline(c, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y)
		}}
	}
	less, more := h.signs()
	var out []key
	if less {
		out = append(out, swatch(-1), swatch(-0.5))
	}
	out = append(out, swatch(0))
	if more {
		out = append(out, swatch(0.5), swatch(1))
	}
	return append(out, closedKey())
}

// signs tells whether some cell loses, and some gains, more than a trace of calls.
func (h Heat) signs() (less, more bool) {
	for _, row := range h.Cells {
		for _, c := range row {
			less = less || c.Open && c.Value < -0.05
			more = more || c.Open && c.Value > 0.05
		}
	}
	return less, more
}

func outline(c draw.Canvas, x0, y0, x1, y1 vg.Length) {
	c.StrokeLines(hairline(rule, 0.4), []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}, {X: x0, Y: y0}})
}

func (h Heat) height(small bool) float64 { return heatHead + heatFoot + heatRow*float64(len(h.Rows)) }

func (h Heat) notes() string { return "" }

func (h Heat) draw(c draw.Canvas, small bool) {
	w := (c.Max.X - c.Min.X - heatGutter) / vg.Length(len(h.Minutes))
	top := math.Max(h.top(), 1e-9)
	edge := func(j int) vg.Length { return c.Min.X + heatGutter + vg.Length(j)*w }
	head := letters(faceTick.at(6.5), draw.XCenter, draw.YCenter)
	for j, m := range h.Minutes {
		if t := clock(m); head.Width(t)+1 <= w || j%2 == 0 {
			c.FillText(head, vg.Point{X: edge(j) + w/2, Y: c.Max.Y - heatHead/2}, t)
		}
	}
	day := letters(faceTick, draw.XRight, draw.YCenter)
	for i, name := range h.Rows {
		y1 := c.Max.Y - heatHead - vg.Length(i)*heatRow
		y0 := y1 - heatRow
		c.FillText(day, vg.Point{X: c.Min.X + heatGutter - 4, Y: (y0 + y1) / 2}, name)
		for j, cell := range h.Cells[i] {
			h.cell(c, cell, top, edge(j), y0, edge(j+1), y1)
		}
	}
}

// cell draws one cell with its value.
func (h Heat) cell(c draw.Canvas, cell HeatCell, top float64, x0, y0, x1, y1 vg.Length) {
	if !cell.Open {
		closedArea(c, x0, y0, x1, y1)
		outline(c, x0, y0, x1, y1)
		return
	}
	t := cell.Value / top
	fillRect(c, shade(t), x0, y0, x1, y1)
	outline(c, x0, y0, x1, y1)
	v := h.label(cell.Value)
	sty := letters(faceHeat, draw.XCenter, draw.YCenter)
	if wide := sty.Width(v); wide > x1-x0-1 {
		sty.Font.Size *= (x1 - x0 - 1) / wide
	}
	c.FillText(sty, vg.Point{X: (x0 + x1) / 2, Y: (y0 + y1) / 2}, v)
}
