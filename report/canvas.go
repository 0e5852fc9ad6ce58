package report

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"

	"codeberg.org/go-pdf/fpdf"
	xfont "golang.org/x/image/font"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// A canvas lets gonum/plot draw vectors into a rectangle of a PDF page. It keeps
// the transformation itself and writes page coordinates, so that the document's
// own idea of font, colour and line is never out of step with the file.
type canvas struct {
	pdf    *fpdf.Fpdf
	x, y   float64 // page point of the canvas origin, its lower left corner; y down
	w, h   vg.Length
	now    pen
	stack  []pen
	images int
}

// A pen is the state that Push saves.
type pen struct {
	to    affine
	width vg.Length
	dash  []vg.Length
	phase vg.Length
	color color.NRGBA
}

// An affine maps canvas points (y up) to page points (y down).
type affine struct{ a, b, c, d, e, f float64 }

func (m affine) point(p vg.Point) (x, y float64) {
	px, py := p.X.Points(), p.Y.Points()
	return m.a*px + m.c*py + m.e, m.b*px + m.d*py + m.f
}

// then returns the map that applies n first and m after it.
func (m affine) then(n affine) affine {
	return affine{
		m.a*n.a + m.c*n.b, m.b*n.a + m.d*n.b,
		m.a*n.c + m.c*n.d, m.b*n.c + m.d*n.d,
		m.a*n.e + m.c*n.f + m.e, m.b*n.e + m.d*n.f + m.f,
	}
}

// scale is the length on the page of a unit on the canvas.
func (m affine) scale() float64 { return math.Sqrt(math.Abs(m.a*m.d - m.b*m.c)) }

// newCanvas covers the page rectangle whose upper left corner is (x, y); all points.
func newCanvas(pdf *fpdf.Fpdf, x, y, w, h float64) *canvas {
	c := &canvas{pdf: pdf, x: x, y: y + h, w: vg.Points(w), h: vg.Points(h)}
	c.now = pen{to: affine{1, 0, 0, -1, c.x, c.y}}
	vg.Initialize(c)
	return c
}

// close leaves the page as plain as newCanvas found it: solid, opaque, black.
func (c *canvas) close() {
	c.pdf.SetAlpha(1, "Normal")
	c.pdf.SetDashPattern(nil, 0)
	c.pdf.SetDrawColor(0, 0, 0)
	c.pdf.SetFillColor(0, 0, 0)
	c.pdf.SetTextColor(0, 0, 0)
	c.pdf.SetLineWidth(1)
}

func (c *canvas) Size() (vg.Length, vg.Length) { return c.w, c.h }

func (c *canvas) SetLineWidth(w vg.Length) { c.now.width = w }

func (c *canvas) SetLineDash(pattern []vg.Length, offset vg.Length) {
	c.now.dash, c.now.phase = pattern, offset
}

func (c *canvas) SetColor(clr color.Color) {
	if clr == nil {
		clr = color.Black
	}
	// Straight alpha: color.Color itself is premultiplied, PDF colours are not.
	c.now.color = color.NRGBAModel.Convert(clr).(color.NRGBA)
}

func (c *canvas) Rotate(rad float64) {
	sin, cos := math.Sincos(rad)
	c.now.to = c.now.to.then(affine{cos, sin, -sin, cos, 0, 0})
}

func (c *canvas) Translate(p vg.Point) {
	c.now.to = c.now.to.then(affine{1, 0, 0, 1, p.X.Points(), p.Y.Points()})
}

func (c *canvas) Scale(x, y float64) { c.now.to = c.now.to.then(affine{x, 0, 0, y, 0, 0}) }

func (c *canvas) Push() { c.stack = append(c.stack, c.now) }

func (c *canvas) Pop() {
	if len(c.stack) == 0 {
		panic("report: canvas: Pop without Push")
	}
	c.now, c.stack = c.stack[len(c.stack)-1], c.stack[:len(c.stack)-1]
}

func (c *canvas) Stroke(p vg.Path) {
	if c.now.width <= 0 || c.now.color.A == 0 || len(p) == 0 {
		return
	}
	k := c.now.to.scale()
	c.pdf.SetLineWidth(c.now.width.Points() * k)
	dash := make([]float64, len(c.now.dash))
	for i, d := range c.now.dash {
		dash[i] = d.Points() * k
	}
	c.pdf.SetDashPattern(dash, c.now.phase.Points()*k)
	c.alpha()
	c.pdf.SetDrawColor(int(c.now.color.R), int(c.now.color.G), int(c.now.color.B))
	c.path(p)
	c.pdf.DrawPath("D")
}

func (c *canvas) Fill(p vg.Path) {
	if c.now.color.A == 0 || len(p) == 0 {
		return
	}
	c.alpha()
	c.pdf.SetFillColor(int(c.now.color.R), int(c.now.color.G), int(c.now.color.B))
	c.path(p)
	c.pdf.DrawPath("F")
}

func (c *canvas) alpha() {
	if want := float64(c.now.color.A) / 255; c.alphaNow() != want {
		c.pdf.SetAlpha(want, "Normal")
	}
}

func (c *canvas) alphaNow() float64 {
	a, _ := c.pdf.GetAlpha()
	return a
}

// path writes p in page coordinates; arcs become cubic curves.
func (c *canvas) path(p vg.Path) {
	var at, start vg.Point
	for i, comp := range p {
		switch comp.Type {
		case vg.MoveComp:
			at, start = comp.Pos, comp.Pos
			c.pdf.MoveTo(c.now.to.point(at))
		case vg.LineComp:
			at = comp.Pos
			c.pdf.LineTo(c.now.to.point(at))
		case vg.ArcComp:
			at = c.arc(comp, i == 0)
			if i == 0 {
				start = arcPoint(comp, comp.Start)
			}
		case vg.CurveComp:
			c.curve(at, comp)
			at = comp.Pos
		case vg.CloseComp:
			at = start
			c.pdf.ClosePath()
		default:
			panic(fmt.Sprintf("report: canvas: unknown path component %d", comp.Type))
		}
	}
}

func arcPoint(comp vg.PathComp, angle float64) vg.Point {
	sin, cos := math.Sincos(angle)
	return vg.Point{X: comp.Pos.X + comp.Radius*vg.Length(cos), Y: comp.Pos.Y + comp.Radius*vg.Length(sin)}
}

// arc writes an arc in pieces of at most a quarter turn, each as the cubic curve
// whose error is below 3e-4 of the radius, and returns where it ends.
// Source: Goldapp, Approximation of circular arcs by cubic polynomials (1991).
func (c *canvas) arc(comp vg.PathComp, first bool) vg.Point {
	n := max(1, int(math.Ceil(math.Abs(comp.Angle)/(math.Pi/2)-1e-9)))
	step := comp.Angle / float64(n)
	k := vg.Length(4.0 / 3 * math.Tan(step/4))
	from := arcPoint(comp, comp.Start)
	if first {
		c.pdf.MoveTo(c.now.to.point(from))
	} else {
		c.pdf.LineTo(c.now.to.point(from))
	}
	for i := range n {
		a0 := comp.Start + float64(i)*step
		to := arcPoint(comp, a0+step)
		tangent := func(p vg.Point, sign vg.Length) vg.Point {
			return vg.Point{X: p.X - sign*k*(p.Y-comp.Pos.Y), Y: p.Y + sign*k*(p.X-comp.Pos.X)}
		}
		c.cubic(tangent(from, 1), tangent(to, -1), to)
		from = to
	}
	return from
}

// curve writes a quadratic curve as the cubic it equals, or a cubic one.
func (c *canvas) curve(from vg.Point, comp vg.PathComp) {
	switch len(comp.Control) {
	case 1:
		toward := func(p vg.Point) vg.Point { return p.Add(comp.Control[0].Sub(p).Scale(2.0 / 3)) }
		c.cubic(toward(from), toward(comp.Pos), comp.Pos)
	case 2:
		c.cubic(comp.Control[0], comp.Control[1], comp.Pos)
	default:
		panic(fmt.Sprintf("report: canvas: curve with %d control points", len(comp.Control)))
	}
}

func (c *canvas) cubic(p1, p2, p3 vg.Point) {
	x1, y1 := c.now.to.point(p1)
	x2, y2 := c.now.to.point(p2)
	x3, y3 := c.now.to.point(p3)
	c.pdf.CurveBezierCubicTo(x1, y1, x2, y2, x3, y3)
}

// FillString writes text in the page font; only upright and bold faces exist.
func (c *canvas) FillString(f font.Face, p vg.Point, text string) {
	if f.Font.Size <= 0 || c.now.color.A == 0 || text == "" {
		return
	}
	style := ""
	if f.Font.Weight >= xfont.WeightSemiBold {
		style = "B"
	}
	m := c.now.to
	k := m.scale()
	c.pdf.SetFont(family, style, f.Font.Size.Points()*k)
	c.alpha()
	c.pdf.SetFillColor(int(c.now.color.R), int(c.now.color.G), int(c.now.color.B))
	c.pdf.SetTextColor(int(c.now.color.R), int(c.now.color.G), int(c.now.color.B))
	x, y := m.point(p)
	if m.b == 0 && m.c == 0 {
		c.pdf.Text(x, y, text)
		return
	}
	c.pdf.TransformBegin()
	c.pdf.TransformRotate(-math.Atan2(m.b, m.a)*180/math.Pi, x, y)
	c.pdf.Text(x, y, text)
	c.pdf.TransformEnd()
}

// DrawImage places img, which must not be turned, as a PNG.
func (c *canvas) DrawImage(rect vg.Rectangle, img image.Image) {
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		c.pdf.SetError(fmt.Errorf("report: canvas: image: %w", err))
		return
	}
	c.images++
	name := fmt.Sprintf("canvas-%d-%g-%g-%d", c.pdf.PageNo(), c.x, c.y, c.images)
	opt := fpdf.ImageOptions{ImageType: "PNG"}
	c.pdf.RegisterImageOptionsReader(name, opt, &buf)
	x0, y0 := c.now.to.point(vg.Point{X: rect.Min.X, Y: rect.Max.Y})
	x1, y1 := c.now.to.point(vg.Point{X: rect.Max.X, Y: rect.Min.Y})
	c.pdf.ImageOptions(name, x0, y0, x1-x0, y1-y0, false, opt, 0, "")
}
