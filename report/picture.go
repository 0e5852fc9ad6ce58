package report

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
)

// PictureFormats are the formats of Chart.Write.
var PictureFormats = []string{"png", "svg", "pdf"}

// Size of a picture in points, and the dots of a PNG.
const (
	pictureWidth  = 720
	pictureMargin = 14
	pictureDPI    = 144
)

// Write writes the chart alone, with its title, legend and caption, as a PNG, an SVG or a
// PDF of one page. Equal charts give equal bytes.
func (c Chart) Write(w io.Writer, format string) error {
	h := c.heightAt(pictureWidth - 2*pictureMargin)
	wide, high := vg.Points(pictureWidth), vg.Points(h)
	switch format {
	case "png":
		img := vgimg.NewWith(vgimg.UseWH(wide, high), vgimg.UseDPI(pictureDPI))
		c.paint(draw.New(img))
		_, err := vgimg.PngCanvas{Canvas: img}.WriteTo(w)
		return err
	case "svg":
		svg := vgsvg.New(wide, high)
		c.paint(draw.New(svg))
		_, err := svg.WriteTo(w)
		return err
	case "pdf":
		pdf := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "pt", Size: fpdf.SizeType{Wd: pictureWidth, Ht: h}})
		pdf.SetAutoPageBreak(false, 0)
		pdf.SetCatalogSort(true)
		pdf.SetCreationDate(time.Unix(0, 0).UTC())
		pdf.SetModificationDate(time.Unix(0, 0).UTC())
		pdf.SetTitle(c.Title, true)
		pdf.AddUTF8FontFromBytes(family, "", liberationsansregular.TTF)
		pdf.AddUTF8FontFromBytes(family, "B", liberationsansbold.TTF)
		pdf.AddPage()
		cv := newCanvas(pdf, 0, 0, pictureWidth, h)
		c.paint(draw.NewCanvas(cv, wide, high))
		cv.close()
		return pdf.Output(w)
	}
	return fmt.Errorf("report: picture format %q; use one of %s", format, strings.Join(PictureFormats, ", "))
}

// Lines of a picture.
const (
	pictureTitle  = 20.0
	pictureLegend = 14.0
)

func (c Chart) heightAt(w float64) float64 {
	return 2*pictureMargin + pictureTitle + pictureLegend + c.Plot.height(false) + 6 + float64(len(c.captionLines(w)))*faceCaption.lead
}

func (c Chart) captionLines(w float64) []string {
	sty := letters(faceCaption, draw.XLeft, draw.YTop)
	var out []string
	for _, t := range []string{c.Caption, c.Plot.notes()} {
		line := ""
		for word := range strings.FieldsSeq(t) {
			if line != "" && sty.Width(line+" "+word) > vg.Points(w) {
				out, line = append(out, line), ""
			}
			line = strings.TrimPrefix(line+" "+word, " ")
		}
		if line != "" {
			out = append(out, line)
		}
	}
	return out
}

// paint draws the picture from the top down.
func (c Chart) paint(on draw.Canvas) {
	fillRect(on, paper, on.Min.X, on.Min.Y, on.Max.X, on.Max.Y)
	left, y := on.Min.X+pictureMargin, on.Max.Y-pictureMargin
	write := func(f face, x, y vg.Length, align text.YAlignment, t string) {
		on.FillText(letters(f, draw.XLeft, align), vg.Point{X: x, Y: y}, t)
	}
	write(faceHead.at(13), left, y, draw.YTop, c.Title)
	y -= pictureTitle
	at := left
	for _, k := range c.Plot.keys() {
		box := draw.Crop(on, at-on.Min.X, at+16-on.Max.X, y-9-on.Min.Y, y-1-on.Max.Y)
		k.swatch(box)
		write(faceTick, at+20, y-5, draw.YCenter, k.name)
		at += 20 + letters(faceTick, draw.XLeft, draw.YCenter).Width(k.name) + 14
	}
	y -= pictureLegend
	h := vg.Points(c.Plot.height(false))
	c.Plot.draw(draw.Crop(on, pictureMargin, -pictureMargin, y-h-on.Min.Y, y-on.Max.Y), false)
	y -= h + 6
	for _, line := range c.captionLines(pictureWidth - 2*pictureMargin) {
		write(faceCaption.in(ink), left, y, draw.YTop, line)
		y -= vg.Points(faceCaption.lead)
	}
}

// ParsePictureFormat reads the format that a file name ends with.
func ParsePictureFormat(name string) (string, error) {
	for _, f := range PictureFormats {
		if strings.HasSuffix(strings.ToLower(name), "."+f) {
			return f, nil
		}
	}
	return "", fmt.Errorf("report: %s: the name of a picture ends with .%s", name, strings.Join(slices.Clone(PictureFormats), ", ."))
}
