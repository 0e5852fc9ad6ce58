package report

import (
	"image/color"
	"math"
	"strings"

	"codeberg.org/go-fonts/liberation/liberationsansbold"
	"codeberg.org/go-fonts/liberation/liberationsansregular"
	"codeberg.org/go-pdf/fpdf"
)

// family is the name of the embedded page font: Liberation Sans, SIL OFL 1.1.
const family = "liberation"

// Margins and gaps of a page, in points.
const (
	marginSide   = 54.0
	marginTop    = 66.0
	marginBottom = 54.0
	gapBlock     = 11.0
	gapSection   = 20.0
)

// A sheet is the page being written and the place where the next block goes. The
// same code measures and draws: on a dry sheet nothing is written.
type sheet struct {
	pdf           *fpdf.Fpdf
	width, height float64 // of the paper
	y             float64 // top of the next block
	dry           bool
	stretch       float64 // added to the height of a small chart
	kept          float64 // of the room, for the spare table that comes next
	widths        map[widthKey]float64
}

type widthKey struct {
	bold bool
	text string
}

// newSheet opens a document on the given paper with both fonts.
func newSheet(p Paper) *sheet {
	return newSheetOf(p.size())
}

// newSheetOf opens a document whose pages have a size of their own, in points.
func newSheetOf(w, h float64) *sheet {
	pdf := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "pt", Size: fpdf.SizeType{Wd: w, Ht: h}})
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetMargins(marginSide, marginTop, marginSide)
	pdf.SetCatalogSort(true)
	pdf.AddUTF8FontFromBytes(family, "", liberationsansregular.TTF)
	pdf.AddUTF8FontFromBytes(family, "B", liberationsansbold.TTF)
	pdf.SetFont(family, "", 9)
	return &sheet{pdf: pdf, width: w, height: h, widths: map[widthKey]float64{}}
}

func (s *sheet) left() float64   { return marginSide }
func (s *sheet) body() float64   { return s.width - 2*marginSide }
func (s *sheet) bottom() float64 { return s.height - marginBottom }
func (s *sheet) room() float64   { return s.bottom() - s.y }
func (s *sheet) fresh() bool     { return s.y <= marginTop }

func (s *sheet) newPage() {
	s.pdf.AddPage()
	s.y = marginTop
}

// need begins a new page unless h points are left or nothing stands on this one.
func (s *sheet) need(h float64) {
	if h > s.room() && !s.fresh() {
		s.newPage()
	}
}

// measure returns the height that draw takes.
func (s *sheet) measure(draw func()) float64 {
	was, y := s.dry, s.y
	s.dry = true
	draw()
	h := s.y - y
	s.dry, s.y = was, y
	return h
}

// textWidth returns the width of t in points. Widths are asked for often, by
// table columns and line breaks, so they are kept for size 1.
func (s *sheet) textWidth(f face, t string) float64 {
	k := widthKey{f.bold, t}
	w, ok := s.widths[k]
	if !ok {
		s.pdf.SetFont(family, f.style(), 1000)
		w = s.pdf.GetStringWidth(t) / 1000
		s.widths[k] = w
	}
	return w * f.size
}

func (f face) style() string {
	if f.bold {
		return "B"
	}
	return ""
}

// text writes one line with its baseline at y.
func (s *sheet) text(f face, x, y float64, t string) {
	if s.dry || t == "" {
		return
	}
	s.pdf.SetFont(family, f.style(), f.size)
	// Text is painted in the fill colour; fpdf writes the text colour only where it
	// believes that the two differ, and after a return to an earlier page it errs.
	s.pdf.SetFillColor(int(f.color.R), int(f.color.G), int(f.color.B))
	s.pdf.SetTextColor(int(f.color.R), int(f.color.G), int(f.color.B))
	s.pdf.Text(x, y, t)
}

// aligned writes one line into the width w from x on.
func (s *sheet) aligned(f face, x, y, w float64, a Align, t string) {
	if a == AlignRight {
		x += w - s.textWidth(f, t)
	}
	s.text(f, x, y, t)
}

// lines breaks t at spaces, and words that are wider than w anywhere.
func (s *sheet) lines(f face, w float64, t string) []string {
	var out []string
	line := ""
	for word := range strings.FieldsSeq(t) {
		for _, piece := range s.pieces(f, w, word) {
			switch next := line + " " + piece; {
			case line == "":
				line = piece
			case s.textWidth(f, next) <= w:
				line = next
			default:
				out = append(out, line)
				line = piece
			}
		}
	}
	if line != "" {
		out = append(out, line)
	}
	return out
}

// pieces cuts a word into parts no wider than w.
func (s *sheet) pieces(f face, w float64, word string) []string {
	if s.textWidth(f, word) <= w {
		return []string{word}
	}
	var out []string
	part := ""
	for _, r := range word {
		if next := part + string(r); part != "" && s.textWidth(f, next) > w {
			out = append(out, part)
			part = string(r)
		} else {
			part = next
		}
	}
	return append(out, part)
}

// para writes wrapped text from y on and returns where it ends.
func (s *sheet) para(f face, x, y, w float64, t string) float64 {
	return s.paraLines(f, x, y, s.lines(f, w, t))
}

func (s *sheet) paraLines(f face, x, y float64, lines []string) float64 {
	for _, l := range lines {
		s.text(f, x, y+f.ascent(), l)
		y += f.lead
	}
	return y
}

// ascent is the distance from the top of a line to its baseline: capitals of
// Liberation Sans are 0.73 of the size high, and half the leading lies above.
func (f face) ascent() float64 { return (f.lead+0.73*f.size)/2 - 0.2 }

// clip cuts t with an ellipsis so that it fits w.
func (s *sheet) clip(f face, w float64, t string) string {
	if s.textWidth(f, t) <= w {
		return t
	}
	runes := []rune(t)
	for len(runes) > 0 && s.textWidth(f, string(runes)+"…") > w {
		runes = runes[:len(runes)-1]
	}
	return strings.TrimSpace(string(runes)) + "…"
}

// shrink returns f in the largest size down to least at which t fits w.
func (s *sheet) shrink(f face, w, least float64, t string) face {
	if wide := s.textWidth(f, t); wide > w {
		return f.at(math.Max(least, f.size*w/wide))
	}
	return f
}

// box fills a rectangle.
func (s *sheet) box(x, y, w, h float64, c color.NRGBA) {
	if s.dry {
		return
	}
	s.pdf.SetFillColor(int(c.R), int(c.G), int(c.B))
	s.pdf.Rect(x, y, w, h, "F")
}

// line strokes a straight line.
func (s *sheet) line(x0, y0, x1, y1, width float64, c color.NRGBA) {
	if s.dry {
		return
	}
	s.pdf.SetLineWidth(width)
	s.pdf.SetDrawColor(int(c.R), int(c.G), int(c.B))
	s.pdf.Line(x0, y0, x1, y1)
}
