package report

import "strings"

// columnWidths gives each fixed column the width of its text and lets the flexible
// ones have what they need of the rest; what nobody needs goes to all alike. Fixed
// columns that leave too little shrink, and their cells wrap.
func (s *sheet) columnWidths(l laidTable, width float64) []float64 {
	out := make([]float64, len(l.Columns))
	fixed, least := 0.0, 0.0
	for j, c := range l.Columns {
		out[j] = max(s.widestCell(l, j), s.headWidth(c.Head)) + 2*cellPadX
		if c.Flex > 0 {
			least += min(out[j], leastFlex*max(1, c.Flex/2))
		} else {
			fixed += out[j]
		}
	}
	if k := (width - least) / fixed; fixed > 0 && k < 1 {
		for j, c := range l.Columns {
			if c.Flex == 0 {
				out[j] *= k
			}
		}
		fixed = width - least
	}
	slack := s.shareOut(l.Columns, out, width-fixed)
	for j := range out {
		out[j] += slack / float64(len(out))
	}
	return out
}

// shareOut gives the flexible columns what they need of rest and returns what is
// left over. Where needs exceed rest, shares go by weight, and a column that needs
// less than its share leaves the difference to the others.
func (s *sheet) shareOut(columns []Column, need []float64, rest float64) float64 {
	hungry := map[int]bool{}
	for j, c := range columns {
		if c.Flex > 0 {
			hungry[j] = true
		}
	}
	for len(hungry) > 0 {
		weight := 0.0
		for j, c := range columns {
			if hungry[j] {
				weight += c.Flex
			}
		}
		sated := false
		for j, c := range columns {
			if hungry[j] && need[j] <= rest*c.Flex/weight {
				rest -= need[j]
				delete(hungry, j)
				sated = true
				break // the shares of the others have changed
			}
		}
		if sated {
			continue
		}
		for j, c := range columns {
			if hungry[j] {
				need[j] = rest * c.Flex / weight
			}
		}
		return 0
	}
	return max(0, rest)
}

// widestCell is the width of the widest text of column j.
func (s *sheet) widestCell(l laidTable, j int) float64 {
	w := 0.0
	for _, r := range l.Rows {
		for line := range strings.Lines(r.Cells[j]) {
			t := s.textWidth(cellFace(r), strings.TrimSpace(line))
			if j == 0 && l.mark {
				t += markRoom
			}
			w = max(w, t)
		}
	}
	return w
}

// headWidth is the width a heading needs when it may wrap once or twice: its
// longest word, but at least 40 points of it.
func (s *sheet) headWidth(head string) float64 {
	return max(s.longestWord(faceCellHead, head), min(40, s.textWidth(faceCellHead, head)))
}

func (s *sheet) longestWord(f face, t string) float64 {
	w, word := 0.0, ""
	for _, r := range t + " " {
		if r == ' ' {
			w, word = max(w, s.textWidth(f, word)), ""
			continue
		}
		word += string(r)
	}
	return w
}
