package report

import (
	"strings"

	"codeberg.org/go-pdf/fpdf"

	"github.com/ringtide/ringtide/impact"
)

// mostStretch bounds what a small chart may grow by, in points.
const mostStretch = 64

// block writes b at the sheet's place and moves the place below it.
func (s *sheet) block(b Block) {
	switch b := b.(type) {
	case Table:
		if _, whole := s.tableHeights(b); b.Spare && whole+0.5 > s.room() {
			return
		}
		s.table(b)
	case Para:
		s.need(2 * faceBody.lead)
		s.y = s.para(faceBody, s.left(), s.y, s.body(), b.Text)
	case List:
		s.list(b)
	default:
		place := func() { s.y = s.placed(b, s.left(), s.y, s.body()) }
		h := s.measure(place)
		if side, ok := b.(Side); ok && h > s.room() {
			if g, ok := side.Left.(Glance); ok && s.alone(g) {
				break
			}
		}
		s.need(h)
		if c, ok := b.(Chart); ok && !s.dry {
			s.bookmark(c.Title, 1)
		}
		spare := s.room() - h // a short page one gives its chart more room
		if s.kept <= spare {
			spare -= s.kept
		}
		s.stretch = min(mostStretch, spare)
		place()
		s.stretch = 0
	}
	s.y += gapBlock
}

// alone writes g across the body with as many gates as fit, at least three, and
// tells whether it could.
func (s *sheet) alone(g Glance) bool {
	for g.Most = min(g.Most, len(g.Marks)); g.Most >= 3; g.Most-- {
		place := func() { s.y = s.placed(g, s.left(), s.y, s.body()) }
		if s.measure(place) <= s.room() {
			place()
			return true
		}
	}
	return false
}

// placed writes an unbreakable block into the width w and returns its bottom.
func (s *sheet) placed(b Block, x, y, w float64) float64 {
	switch b := b.(type) {
	case Banner:
		return s.banner(b, x, y, w)
	case Cards:
		return s.cards(b, x, y, w)
	case Glance:
		return s.glance(b, x, y, w)
	case Chart:
		return s.chart(b, x, y, w)
	case Side:
		const gutter = 20
		left := (w - gutter) * b.Share
		return max(s.placed(b.Left, x, y, left), s.placed(b.Right, x+left+gutter, y, w-gutter-left))
	}
	panic("report: block that cannot be placed")
}

// banner writes the verdict: a tinted box with a bar in the colour of the decision.
func (s *sheet) banner(b Banner, x, y, w float64) float64 {
	const pad, bar, icon = 12.0, 6.0, 26.0
	y = s.para(faceQuiet, x, y, w, b.Request) + 7
	inner := x + bar + pad + icon
	room := w - bar - 2*pad - icon
	c := resultColor(b.Decision)
	body := func(y float64) float64 {
		s.resultMark(decisionResult(b.Decision), x+bar+pad+8, y+faceDecision.lead/2, 8)
		y = s.para(faceDecision.in(c), inner, y, room, strings.ToUpper(b.Decision)) + 1
		y = s.para(faceLead, inner, y, room, b.Sentence)
		if len(b.Conditions) > 0 {
			y = s.para(faceCellBold.at(9), inner, y+5, room, "Conditions") + 1
			for _, t := range b.Conditions {
				s.bullet(inner+2, y+faceBody.lead/2)
				y = s.para(faceBody, inner+11, y, room-11, t) + 1.5
			}
		}
		if b.Earliest != "" {
			y = s.para(faceCellBold.at(9), inner, y+4, room, b.Earliest)
		}
		if b.Doubts != "" {
			y = s.para(faceCellBold.at(9).in(vermillion), inner, y+4, room, "Doubts: "+b.Doubts)
		}
		return y
	}
	was := s.dry
	s.dry = true
	bottom := body(y+pad) + pad - 1
	s.dry = was
	s.box(x, y, w, bottom-y, tint)
	s.box(x, y, bar, bottom-y, c)
	body(y + pad)
	return bottom
}

func decisionResult(decision string) string {
	switch decision {
	case impact.Approve:
		return impact.Pass
	case impact.Conditional, impact.Defer:
		return impact.Condition
	}
	return impact.Fail
}

// cards writes the headline numbers in rows of up to five.
func (s *sheet) cards(b Cards, x, y, w float64) float64 {
	const gap, pad = 8.0, 8.0
	for start := 0; start < len(b.Cards); start += 5 {
		row := b.Cards[start:min(start+5, len(b.Cards))]
		per := max(3, len(row))
		cw := (w - gap*float64(per-1)) / float64(per)
		if start > 0 {
			y += gap
		}
		bottom, label := y, 0
		for _, c := range row {
			label = max(label, len(s.lines(faceCellHead, cw-2*pad, c.Label)))
		}
		card := func(c Card, cx float64) float64 {
			in := cw - 2*pad
			s.para(faceCellHead, cx+pad, y+pad, in, c.Label)
			at := y + pad + float64(label)*faceCellHead.lead + 2
			value := s.shrink(faceValue, in, 11, c.Value)
			if lines := s.lines(value, in, c.Value); len(lines) > 1 { // no digit of a headline is cut
				at = s.paraLines(value, cx+pad, at, lines)
			} else {
				at += faceValue.lead
				s.text(value, cx+pad, at-4, c.Value)
			}
			at = s.para(faceNote.in(ink), cx+pad, at+1, in, c.Range)
			return s.para(faceNote, cx+pad, at+1, in, c.Note) + pad - 2
		}
		was := s.dry
		s.dry = true
		for _, c := range row {
			bottom = max(bottom, card(c, x))
		}
		s.dry = was
		for i, c := range row {
			cx := x + float64(i)*(cw+gap)
			s.frame(cx, y, cw, bottom-y)
			card(c, cx)
		}
		y = bottom
	}
	return y
}

// frame strokes a card: a hairline with a navy edge on top.
func (s *sheet) frame(x, y, w, h float64) {
	if s.dry {
		return
	}
	s.pdf.SetLineWidth(0.6)
	s.pdf.SetDrawColor(int(rule.R), int(rule.G), int(rule.B))
	s.pdf.Rect(x, y, w, h, "D")
	s.box(x, y, w, 2, navy)
}

// glance writes the gates in short: sign, word, name of the rule, number.
func (s *sheet) glance(g Glance, x, y, w float64) float64 {
	y = s.para(faceHead, x, y, w, g.Title) + 3
	const sign, word = 13.0, 50.0
	shown := min(g.Most, len(g.Marks))
	for _, m := range g.Marks[:shown] {
		number := s.textWidth(faceCell, m.Number)
		room := w - sign - word - number - 8
		lines := s.lines(faceCell, room, m.Text)
		if len(lines) > 2 {
			lines = append(lines[:1], s.clip(faceCell, room, strings.Join(lines[1:], " ")))
		}
		s.text(faceCell, x+w-number, y+2+faceCell.ascent(), m.Number)
		s.resultMark(m.Result, x+4.5, y+2+faceCell.lead/2, 4)
		s.text(faceCellBold.in(resultColor(m.Result)), x+sign, y+2+faceCell.ascent(), capital(m.Result))
		y = s.paraLines(faceCell, x+sign+word, y+2, lines) + 2.5
		s.line(x, y, x+w, y, 0.3, rule)
	}
	if t := g.rest(shown); t != "" {
		y = s.para(faceNote, x, y+3, w, t)
	}
	return y
}

// list writes bulleted items, each kept whole.
func (s *sheet) list(l List) {
	if l.Title != "" {
		s.need(faceHead.lead + 3*faceBody.lead)
		s.y = s.para(faceHead, s.left(), s.y, s.body(), l.Title) + 2
	}
	for _, t := range l.Items {
		lines := s.lines(faceBody, s.body()-11, t)
		s.need(float64(len(lines)) * faceBody.lead)
		s.bullet(s.left()+3, s.y+faceBody.lead/2)
		s.y = s.paraLines(faceBody, s.left()+11, s.y, lines) + 2
	}
}

func (s *sheet) bullet(x, y float64) {
	if s.dry {
		return
	}
	s.pdf.SetFillColor(int(muted.R), int(muted.G), int(muted.B))
	s.pdf.Circle(x, y, 1.5, "F")
}

// resultMark draws the sign of a gate result: a disc with a tick for pass, a
// triangle with a bar for a condition, a square with a cross for fail. Their
// shapes tell them apart without colour.
func (s *sheet) resultMark(result string, x, y, r float64) {
	if s.dry || result == "" {
		return
	}
	c := resultColor(result)
	s.pdf.SetFillColor(int(c.R), int(c.G), int(c.B))
	s.pdf.SetDrawColor(255, 255, 255)
	s.pdf.SetLineWidth(r * 0.3)
	stroke := func(points ...float64) {
		s.pdf.MoveTo(x+r*points[0], y+r*points[1])
		for i := 2; i < len(points); i += 2 {
			s.pdf.LineTo(x+r*points[i], y+r*points[i+1])
		}
		s.pdf.DrawPath("D")
	}
	switch result {
	case impact.Pass:
		s.pdf.Circle(x, y, r, "F")
		stroke(-0.45, 0.05, -0.1, 0.4, 0.5, -0.35)
	case impact.Condition:
		s.pdf.Polygon([]fpdf.PointType{{X: x, Y: y - r}, {X: x + r*1.08, Y: y + r*0.85}, {X: x - r*1.08, Y: y + r*0.85}}, "F")
		stroke(0, -0.35, 0, 0.25)
		stroke(0, 0.42, 0, 0.65)
	default:
		s.pdf.Rect(x-r*0.9, y-r*0.9, 1.8*r, 1.8*r, "F")
		stroke(-0.42, -0.42, 0.42, 0.42)
		stroke(-0.42, 0.42, 0.42, -0.42)
	}
}
