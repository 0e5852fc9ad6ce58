package report

import (
	"slices"
	"strings"
)

// Paddings of a table cell, in points.
const (
	cellPadX   = 4.0
	cellPadY   = 1.8
	markRoom   = 11.0 // before the first cell of a marked row
	foldGutter = 18.0
	leastFlex  = 44.0 // below this a wrapping column is no help
	keepShare  = 0.42 // of a page: a table that is not longer is not split
	mostLines  = 40   // of one cell, so that a row always fits a page
)

// A laidTable is a table whose column widths are known.
type laidTable struct {
	Table
	widths []float64
	mark   bool
	x      float64
}

// lay works out the column widths of t and the width of one fold.
func (s *sheet) lay(t Table) (l laidTable, folds int, width float64) {
	folds = max(1, t.Fold)
	width = (s.body() - foldGutter*float64(folds-1)) / float64(folds)
	l = laidTable{Table: t, mark: slices.ContainsFunc(t.Rows, func(r Row) bool { return r.Mark != "" })}
	l.widths = s.columnWidths(l, width)
	return l, folds, width
}

// table writes t across the body, over as many pages as it takes; the heading row
// is repeated on each.
func (s *sheet) table(t Table) {
	s.need(s.tableStart(t))
	l, folds, width := s.lay(t)
	if t.Title != "" {
		s.y = s.para(faceHead, s.left(), s.y, s.body(), t.Title) + 3
	}
	rows := t.Rows
	for len(rows) > 0 {
		n := s.fold(l, rows, folds, width)
		rows = rows[n:]
		if len(rows) > 0 {
			s.newPage()
		}
	}
	if t.Note != "" {
		s.need(faceNote.lead * 2)
		s.y = s.para(faceNote, s.left(), s.y+3, s.body(), t.Note)
	}
}

// tableStart is the room that t asks for before it begins: the whole of it if it
// is short enough to be kept together, else its heading and first rows.
func (s *sheet) tableStart(t Table) float64 {
	few, whole := s.tableHeights(t)
	if whole <= keepShare*(s.bottom()-marginTop) {
		return whole
	}
	return few
}

// tableHeights returns the heights of t's heading with its first rows, and of the
// whole of t on one page.
func (s *sheet) tableHeights(t Table) (few, whole float64) {
	l, folds, _ := s.lay(t)
	start := s.headHeight(l)
	if t.Title != "" {
		start += faceHead.lead + 3
	}
	per := (len(t.Rows) + folds - 1) / folds
	for i, r := range t.Rows {
		h := s.rowHeight(l, r)
		if i < 3 {
			few += h
		}
		if i < per {
			whole += h
		}
	}
	if t.Note != "" {
		whole += 3 + faceNote.lead*float64(len(s.lines(faceNote, s.body(), t.Note)))
	}
	return start + few, start + whole
}

// fold writes as many of the rows as fit on the page, spread evenly over the
// folds, and returns how many they were.
func (s *sheet) fold(l laidTable, rows []Row, folds int, width float64) int {
	head := s.headHeight(l)
	per := (len(rows) + folds - 1) / folds
	if folds == 1 {
		per -= s.heldBack(l, rows, s.y+head)
	}
	top := s.y
	end, done := top, 0
	for k := range folds {
		l.x = s.left() + float64(k)*(width+foldGutter)
		y := s.head(l, top, head)
		for n := 0; n < per && done < len(rows); n++ {
			h := s.rowHeight(l, rows[done])
			if y+h > s.bottom() && n > 0 {
				break
			}
			s.row(l, rows[done], y, h)
			y += h
			done++
		}
		if !s.dry {
			s.line(l.x, y, l.x+width, y, 0.6, rule)
		}
		end = max(end, y)
	}
	s.y = end
	return done
}

// heldBack is how many rows to keep from this page, which has room for them from y
// on, so that the next page does not begin with a row or two alone.
func (s *sheet) heldBack(l laidTable, rows []Row, y float64) int {
	const company = 4
	fit := 0
	for fit < len(rows) {
		if y += s.rowHeight(l, rows[fit]); y > s.bottom() {
			break
		}
		fit++
	}
	if over := len(rows) - fit; over > 0 && over < company && fit >= 2*company {
		return company
	}
	return 0
}

func cellFace(r Row) face {
	f := faceCell
	if r.Strong {
		f = faceCellBold
	}
	return f
}

func (s *sheet) headHeight(l laidTable) float64 {
	n := 1
	for j, c := range l.Columns {
		n = max(n, len(s.lines(faceCellHead, l.widths[j]-2*cellPadX+0.01, c.Head)))
	}
	return float64(n)*faceCellHead.lead + 2*cellPadY + 1
}

// head writes the heading row and returns its bottom.
func (s *sheet) head(l laidTable, y, h float64) float64 {
	x := l.x
	for j, c := range l.Columns {
		lines := s.lines(faceCellHead, l.widths[j]-2*cellPadX+0.01, c.Head)
		top := y + h - cellPadY - float64(len(lines))*faceCellHead.lead // headings stand on the line
		for i, t := range lines {
			s.aligned(faceCellHead, x+cellPadX, top+float64(i)*faceCellHead.lead+faceCellHead.ascent(), l.widths[j]-2*cellPadX, c.Align, t)
		}
		x += l.widths[j]
	}
	s.line(l.x, y+h, x, y+h, 0.9, navy)
	return y + h
}

func (s *sheet) rowHeight(l laidTable, r Row) float64 {
	n := 1
	for j := range l.Columns {
		n = max(n, len(s.cellLines(l, r, j)))
	}
	return float64(n)*faceCell.lead + 2*cellPadY
}

// cellLines wraps a cell and cuts what no page could hold.
func (s *sheet) cellLines(l laidTable, r Row, j int) []string {
	var lines []string
	for line := range strings.Lines(r.Cells[j]) {
		lines = append(lines, s.lines(cellFace(r), s.cellRoom(l, r, j), line)...)
	}
	if len(lines) > mostLines {
		lines = append(lines[:mostLines-1], "…")
	}
	return lines
}

// cellRoom is the width that the text of a cell has.
func (s *sheet) cellRoom(l laidTable, r Row, j int) float64 {
	w := l.widths[j] - 2*cellPadX
	if j == 0 && l.mark {
		w -= markRoom
	}
	return w + 0.01
}

// row writes one row of height h.
func (s *sheet) row(l laidTable, r Row, y, h float64) {
	x, wide := l.x, 0.0
	for _, w := range l.widths {
		wide += w
	}
	if r.Strong {
		s.box(x, y, wide, h, tint)
	}
	s.line(x, y+h, x+wide, y+h, 0.3, faint)
	f := cellFace(r)
	for j, c := range l.Columns {
		tx, align := x+cellPadX, c.Align
		if j == 0 && l.mark {
			s.resultMark(r.Mark, tx+3.4, y+cellPadY+faceCell.lead/2, 3.4)
			tx += markRoom
		}
		room := s.cellRoom(l, r, j)
		for i, t := range s.cellLines(l, r, j) {
			s.aligned(f, tx, y+cellPadY+float64(i)*f.lead+f.ascent(), room, align, t)
		}
		x += l.widths[j]
	}
}
