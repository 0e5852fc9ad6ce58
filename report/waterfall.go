package report

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A Waterfall is the chart of a number that is a product: a bar for the first part, a step
// for each further one, a bar for the result.
type Waterfall struct {
	Parts  []WaterfallPart
	Result string
}

// A WaterfallPart is one factor, the first in the unit of the result.
type WaterfallPart struct {
	Name   string
	Factor float64
}

const waterfallRow = 22.0

func (f Waterfall) keys() []key {
	return []key{
		{"makes it more", func(c draw.Canvas) { fillRect(c, blue, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }},
		{"makes it less", func(c draw.Canvas) { takenArea(c, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }},
	}
}

func (f Waterfall) height(bool) float64 { return waterfallRow*float64(len(f.Parts)+1) + 8 }
func (f Waterfall) notes() string       { return "" }

func (f Waterfall) draw(c draw.Canvas, _ bool) {
	high, at := 0.0, 1.0
	for _, p := range f.Parts {
		at *= p.Factor
		high = max(high, at)
	}
	names := (c.Max.X - c.Min.X) * 0.24
	p := plot.New()
	p.BackgroundColor = nil
	p.HideAxes()
	p.X.Padding, p.Y.Padding = 0, 0
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, 1.2*max(high, 1e-9), 0, float64(len(f.Parts)+1)
	p.Add(layer(f.bars))
	data := draw.Crop(c, names, 0, 2, -2)
	p.Draw(data)
	_, y := p.Transforms(&data)
	sty := letters(faceCell, draw.XRight, draw.YCenter)
	bold := letters(faceCellBold, draw.XRight, draw.YCenter)
	for i := range len(f.Parts) + 1 {
		at := vg.Point{X: c.Min.X + names - 6, Y: y(float64(len(f.Parts)) - float64(i) + 0.5)}
		if i == len(f.Parts) {
			c.FillText(bold, at, f.Result)
			continue
		}
		c.FillText(sty, at, f.Parts[i].Name)
	}
}

func (f Waterfall) bars(c draw.Canvas, x, y func(float64) vg.Length) {
	was, now := 0.0, 1.0
	n := len(f.Parts)
	tell := letters(faceTick.in(ink), draw.XLeft, draw.YCenter)
	for i := range n + 1 {
		top, bottom := y(float64(n-i+1))-4, y(float64(n-i))+4
		mid := (top + bottom) / 2
		c.StrokeLine2(hairline(faint, 0.5), c.Min.X, y(float64(n-i)), c.Max.X, y(float64(n-i)))
		if i == n {
			fillRect(c, navy, x(0), bottom, x(now), top)
			c.FillText(tell, vg.Point{X: x(now) + 4, Y: mid}, count(now))
			break
		}
		next, label := now*f.Parts[i].Factor, ""
		switch {
		case i == 0:
			was, label = 0, count(next)
			fillRect(c, stayColor, x(0), bottom, x(next), top)
		case next >= now:
			was, label = now, fmt.Sprintf("×%.3f  %s", f.Parts[i].Factor, signed(next-now))
			fillRect(c, blue, x(now), bottom, x(next), top)
		default:
			was, label = now, fmt.Sprintf("×%.3f  %s", f.Parts[i].Factor, signed(next-now))
			takenArea(c, x(next), bottom, x(now), top)
		}
		c.FillText(tell, vg.Point{X: x(math.Max(was, next)) + 4, Y: mid}, label)
		c.StrokeLine2(hairline(muted, 0.5, 1, 1.5), x(next), bottom, x(next), bottom-8)
		now = next
	}
}
