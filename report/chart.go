package report

import (
	"image/color"
	"math"
	"sync"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Gutters around the data of a chart, in points. They are the same for all charts
// so that charts under one another share their axes.
const (
	gutterLeft   = 36
	gutterRight  = 4
	gutterTop    = 6
	gutterBottom = 20
)

// A key is one entry of a legend: a swatch and its name.
type key struct {
	name   string
	swatch func(c draw.Canvas) // fills the canvas, 16 by 8 points
}

// chart writes the title, legend, picture and caption of c and returns its bottom.
func (s *sheet) chart(c Chart, x, y, w float64) float64 {
	if c.Title != "" {
		y = s.para(faceHead, x, y, w, c.Title) + 1
	}
	y = s.legend(c.Plot.keys(), x, y, w) + 1
	h := c.Plot.height(c.Small)
	if c.Small {
		h += s.stretch
	}
	if !s.dry {
		cv := newCanvas(s.pdf, x, y, w, h)
		c.Plot.draw(draw.NewCanvas(cv, vg.Points(w), vg.Points(h)), c.Small)
		cv.close()
	}
	y += h + 2
	if t := c.Plot.notes(); t != "" && !c.Small {
		y = s.para(faceNote, x, y, w, t) + 1
	}
	return s.para(faceCaption.in(ink), x, y, w, c.Caption)
}

// legend writes the keys in rows above the picture, where they cover no data.
func (s *sheet) legend(keys []key, x, y, w float64) float64 {
	const swatch, gap, lead = 16.0, 12.0, 12.0
	if len(keys) == 0 {
		return y
	}
	at := x
	for _, k := range keys {
		name := s.clip(faceTick, w-swatch-4, k.name)
		wide := swatch + 4 + s.textWidth(faceTick, name)
		if at > x && at+wide > x+w {
			at, y = x, y+lead
		}
		if !s.dry {
			cv := newCanvas(s.pdf, at, y+2, swatch, 8)
			k.swatch(draw.NewCanvas(cv, vg.Points(swatch), vg.Points(8)))
			cv.close()
		}
		s.text(faceTick, at+swatch+4, y+lead/2+2.7, name)
		at += wide + gap
	}
	return y + lead
}

// chartFonts holds the two page fonts for measuring text in charts.
var chartFonts = sync.OnceValue(func() *font.Cache {
	load := func(ttf []byte, weight xfont.Weight) font.Face {
		f, err := opentype.Parse(ttf)
		if err != nil {
			panic("report: embedded font: " + err.Error())
		}
		return font.Face{Font: font.Font{Typeface: "Liberation", Variant: "Sans", Weight: weight}, Face: f}
	}
	return font.NewCache(font.Collection{
		load(liberationsansregular.TTF, xfont.WeightNormal),
		load(liberationsansbold.TTF, xfont.WeightBold),
	})
})

// letters is the chart's form of a face of the type scale.
func letters(f face, x text.XAlignment, y text.YAlignment) text.Style {
	weight := xfont.WeightNormal
	if f.bold {
		weight = xfont.WeightBold
	}
	return text.Style{
		Color: f.color, XAlign: x, YAlign: y, Handler: text.Plain{Fonts: chartFonts()},
		Font: font.Font{Typeface: "Liberation", Variant: "Sans", Weight: weight, Size: vg.Points(f.size)},
	}
}

// An axis is the range of one axis and its labelled values.
type axis struct {
	min, max float64
	ticks    []plot.Tick
	below    vg.Length // room for a line of finer labels above those of ticks
}

// upTo returns an axis from 0, or below it where values are negative, whose ticks
// are round numbers, about n of them.
func upTo(low, high float64, n int, label func(float64) string) axis {
	low, high = math.Min(low, 0), math.Max(high, 0)
	if high-low <= 0 {
		high = 1
	}
	step := roundStep((high - low) / float64(n))
	a := axis{min: math.Floor(low/step+1e-9) * step, max: math.Ceil(high/step-1e-9) * step}
	for k := math.Round(a.min / step); k*step <= a.max+step/2; k++ {
		a.ticks = append(a.ticks, plot.Tick{Value: k * step, Label: label(k * step)})
	}
	return a
}

// roundStep returns the least of 1, 2, 5 times a power of ten that is not below x.
func roundStep(x float64) float64 {
	p := math.Pow(10, math.Floor(math.Log10(x)))
	for _, k := range []float64{1, 2, 5} {
		if k*p >= x-1e-12*p {
			return k * p
		}
	}
	return 10 * p
}

// shares is the axis from low to 100%.
func shares(low, step float64) axis {
	low = math.Max(low, 0)
	a := axis{min: low, max: 1}
	for k := range int(math.Round((1-low)/step)) + 1 {
		v := low + float64(k)*step
		a.ticks = append(a.ticks, plot.Tick{Value: v, Label: percent(v)})
	}
	return a
}

// drawPlot draws grid, axes and plotters. The axes are our own, the transformation
// from data to page is the plot's.
func drawPlot(c draw.Canvas, x, y axis, layers ...plot.Plotter) {
	p := plot.New()
	p.BackgroundColor = nil
	p.HideAxes()
	p.X.Padding, p.Y.Padding = 0, 0
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = x.min, x.max, y.min, y.max
	data := draw.Crop(c, gutterLeft, -gutterRight, gutterBottom+x.below, -gutterTop)
	_, ty := p.Transforms(&data)
	label := letters(faceTick, draw.XRight, draw.YCenter)
	for _, t := range y.ticks {
		at := ty(t.Value)
		data.StrokeLine2(hairline(faint, 0.5), data.Min.X, at, data.Max.X, at)
		c.FillText(label, vg.Point{X: data.Min.X - 4, Y: at}, t.Label)
	}
	p.Add(layers...)
	p.Draw(data)
	zero := ty(math.Max(y.min, 0))
	data.StrokeLine2(hairline(muted, 0.7), data.Min.X, zero, data.Max.X, zero)
	tickLabels(c, data, p, x)
}

// tickLabels writes the labels of the horizontal axis: all of them, or every
// second, third and so on, so that none touches the next.
func tickLabels(c, data draw.Canvas, p *plot.Plot, x axis) {
	tx, _ := p.Transforms(&data)
	sty := letters(faceTick, draw.XCenter, draw.YTop)
	place := func(t plot.Tick) (mid, half vg.Length) {
		half = sty.Width(t.Label) / 2
		return min(max(tx(t.Value), c.Min.X+half), c.Max.X-half), half
	}
	var named []plot.Tick
	for _, t := range x.ticks {
		if t.Label != "" {
			named = append(named, t)
			continue
		}
		data.StrokeLine2(hairline(rule, 0.5), tx(t.Value), data.Min.Y, tx(t.Value), data.Min.Y-2)
	}
	every := 1
	for ; every < len(named); every++ {
		end, clear := vg.Length(math.Inf(-1)), true
		for i := 0; i < len(named); i += every {
			mid, half := place(named[i])
			clear = clear && mid-half >= end+4
			end = mid + half
		}
		if clear {
			break
		}
	}
	for i, t := range named {
		if x.below == 0 { // else the line between carries ticks of its own
			data.StrokeLine2(hairline(muted, 0.6), tx(t.Value), data.Min.Y, tx(t.Value), data.Min.Y-3.5)
		}
		if i%every == 0 {
			mid, _ := place(t)
			c.FillText(sty, vg.Point{X: mid, Y: data.Min.Y - 5}, t.Label)
		}
	}
}

func hairline(c color.Color, width vg.Length, dashes ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width, Dashes: dashes}
}

// layer is a plotter made of a function on the data area.
type layer func(c draw.Canvas, x, y func(float64) vg.Length)

// Plot implements plot.Plotter.
func (l layer) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	l(c, x, y)
}

// fillRect fills the rectangle between two corners.
func fillRect(c draw.Canvas, clr color.Color, x0, y0, x1, y1 vg.Length) {
	c.FillPolygon(clr, []vg.Point{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}})
}

// hatch draws diagonal lines through a rectangle. Their phase is that of the
// page, so that hatched neighbours run together.
func hatch(c draw.Canvas, clr color.Color, width, apart vg.Length, x0, y0, x1, y1 vg.Length) {
	if x1 <= x0 || y1 <= y0 {
		return
	}
	sty := hairline(clr, width)
	k := math.Ceil(float64((y0 - x1) / apart))
	for d := vg.Length(k) * apart; d < y1-x0; d += apart { // the line y = x + d
		ax, bx := max(x0, y0-d), min(x1, y1-d)
		if bx > ax {
			c.StrokeLine2(sty, ax, ax+d, bx, bx+d)
		}
	}
}

// closedArea shades what is closed: a light tint with thin diagonal lines.
func closedArea(c draw.Canvas, x0, y0, x1, y1 vg.Length) {
	fillRect(c, tint, x0, y0, x1, y1)
	hatch(c, rule, 0.35, 4, x0, y0, x1, y1)
}

func closedKey() key {
	return key{"closed", func(c draw.Canvas) { closedArea(c, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y) }}
}

// lineKey is the key of a line, over a band where fill is not nil.
func lineKey(name string, sty draw.LineStyle, fill color.Color) key {
	return key{name, func(c draw.Canvas) {
		if fill != nil {
			fillRect(c, fill, c.Min.X, c.Min.Y, c.Max.X, c.Max.Y)
		}
		mid := c.Center().Y
		c.StrokeLine2(sty, c.Min.X, mid, c.Max.X, mid)
	}}
}
