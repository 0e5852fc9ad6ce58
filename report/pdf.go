package report

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/ringtide/ringtide/impact"
)

// A Paper is a page size.
type Paper string

// The papers.
const (
	Letter Paper = "letter" // 8.5 by 11 inches
	A4     Paper = "a4"     // 210 by 297 mm
)

// size returns width and height in points.
func (p Paper) size() (w, h float64) {
	if p == A4 {
		return 595.28, 841.89
	}
	return 612, 792
}

// ParsePaper reads the name of a paper: letter or a4.
func ParsePaper(s string) (Paper, error) {
	switch p := Paper(s); p {
	case Letter, A4:
		return p, nil
	}
	return "", fmt.Errorf("report: paper %q is not known; use letter or a4", s)
}

// Options say how a PDF is laid out. The zero Options print on Letter.
type Options struct {
	Paper Paper // Letter or A4; empty: Letter
}

// Validate reports all faults of o at once.
func (o Options) Validate() error {
	var errs []error
	if o.Paper != "" {
		if _, err := ParsePaper(string(o.Paper)); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// PDF writes the report of a to w. Equal arguments give equal bytes: dates in the
// document are the day on which the request was received, at 00:00 UTC.
func PDF(w io.Writer, a *impact.Assessment, opt Options) error {
	if err := opt.Validate(); err != nil {
		return err
	}
	m, err := BuildPages(a)
	if err != nil {
		return err
	}
	s := newSheet(opt.Paper)
	s.document(m)
	for i, section := range m.Sections {
		s.section(section, i == 0)
	}
	s.frames(m)
	if err := s.pdf.Output(w); err != nil {
		return fmt.Errorf("report: write the PDF: %w", err)
	}
	return nil
}

// document sets what a reader program shows about the file.
func (s *sheet) document(m Model) {
	dated := time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC)
	if !m.Dated.IsZero() {
		dated = m.Dated.Start(time.UTC)
	}
	s.pdf.SetCreationDate(dated)
	s.pdf.SetModificationDate(dated)
	s.pdf.SetTitle(m.Title, true)
	s.pdf.SetAuthor(m.Author, true)
	s.pdf.SetSubject(m.Subject, true)
	s.pdf.SetCreator(m.Stamp, true)
	s.pdf.SetProducer("ringtide", true)
	s.pdf.SetLang(m.Lang)
}

// section writes a section with its heading and bookmark. A heading never stands
// alone at the foot of a page.
func (s *sheet) section(section Section, first bool) {
	switch {
	case first || section.NewPage:
		s.newPage()
	default:
		s.y += gapSection - gapBlock
		s.need(s.opening(section))
	}
	if first {
		s.bookmark("Decision", 0)
		s.y = s.para(s.titleFace(section.Title), s.left(), s.y, s.body(), section.Title) + 2
	} else {
		s.bookmark(section.Title, 0)
		s.y = s.para(faceSection, s.left(), s.y, s.body(), section.Title) + 2
		s.line(s.left(), s.y, s.left()+s.body(), s.y, 0.9, navy)
		s.y += 6
	}
	if section.Lead != "" {
		s.y = s.para(faceLead, s.left(), s.y, s.body(), section.Lead) + gapBlock - 2
	}
	for i := range section.Blocks {
		if !spare(section.Blocks[i]) {
			s.need(s.start(section.Blocks[i:]))
		}
		s.kept = s.spareHeight(section.Blocks[i+1:])
		s.block(section.Blocks[i])
	}
}

// spareHeight is the room that a spare table at the head of blocks would like.
func (s *sheet) spareHeight(blocks []Block) float64 {
	if len(blocks) > 0 {
		if t, ok := blocks[0].(Table); ok && t.Spare {
			_, whole := s.tableHeights(t)
			return gapBlock + whole + 1
		}
	}
	return 0
}

// spare tells whether b has a smaller form, or none, where the room is short.
func spare(b Block) bool {
	if t, ok := b.(Table); ok {
		return t.Spare
	}
	_, ok := b.(Side)
	return ok
}

// titleFace is smaller for a title that would take more than two lines.
func (s *sheet) titleFace(title string) face {
	if len(s.lines(faceTitle, s.body(), title)) > 2 {
		return faceTitle.at(14)
	}
	return faceTitle
}

// opening is the height of a heading, its lead and the start of what follows.
func (s *sheet) opening(section Section) float64 {
	h := faceSection.lead + 8 + s.measure(func() { s.y = s.para(faceLead, s.left(), s.y, s.body(), section.Lead) })
	return h + gapBlock + s.start(section.Blocks)
}

// bookmark enters the sheet's place into the outline of the document.
func (s *sheet) bookmark(title string, level int) {
	s.pdf.SetFont(family, "", 9) // fpdf encodes the title for the font in hand
	s.pdf.Bookmark(title, level, s.y)
}

// start is the room that the first of blocks asks for: what cannot be broken as a
// whole, and a chart together with the untitled table of its numbers.
func (s *sheet) start(blocks []Block) float64 {
	if len(blocks) == 0 {
		return 0
	}
	switch b := blocks[0].(type) {
	case Table:
		return s.tableStart(b)
	case Para, List:
		return 3 * faceBody.lead
	case Chart:
		h := s.measure(func() { s.y = s.placed(b, s.left(), s.y, s.body()) })
		if len(blocks) > 1 {
			if t, ok := blocks[1].(Table); ok && t.Title == "" {
				h += gapBlock + s.tableStart(t)
			}
		}
		return h
	default:
		return s.measure(func() { s.y = s.placed(b, s.left(), s.y, s.body()) })
	}
}

// frames writes the running header and the footer, once the pages are counted.
func (s *sheet) frames(m Model) {
	n := s.pdf.PageCount()
	f := faceNote.at(8)
	for page := 1; page <= n; page++ {
		s.pdf.SetPage(page)
		stamp := s.textWidth(f, m.Stamp)
		s.text(f, s.left(), 40, s.clip(f, s.body()-stamp-20, m.Running))
		s.text(f, s.left()+s.body()-stamp, 40, m.Stamp)
		s.line(s.left(), 46, s.left()+s.body(), 46, 0.5, rule)
		foot := s.height - 30
		s.line(s.left(), foot-12, s.left()+s.body(), foot-12, 0.5, rule)
		number := fmt.Sprintf("Page %d of %d", page, n)
		s.text(f, s.left(), foot, s.clip(f, s.body()-90, m.Author))
		s.text(f, s.left()+s.body()-s.textWidth(f, number), foot, number)
	}
	s.pdf.SetPage(n)
}
