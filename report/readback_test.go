package report

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// A placedText is one text operator read back from a PDF page, in points from the
// lower left corner.
type placedText struct {
	x, y, size, width float64
	text              string
	turned            bool
}

var (
	lengthRE = regexp.MustCompile(`/Length (\d+)>>\s*$`)
	fontRE   = regexp.MustCompile(`BT /F(\w+) ([\d.]+) Tf ET`)
	textRE   = regexp.MustCompile(`(?s)BT ([-\d.]+) ([-\d.]+) Td \(((?:\\.|[^\\)])*)\) Tj ET`)
)

// readPages inflates the content streams of a PDF and reads their text operators.
func readPages(pdf []byte) [][]placedText {
	s := newSheet(Letter)
	fonts := map[string]bool{} // id: bold
	var pages [][]placedText
	for {
		head, rest, ok := bytes.Cut(pdf, []byte("stream\n"))
		if !ok {
			return pages
		}
		pdf = rest
		m := lengthRE.FindSubmatch(head[max(0, len(head)-200):])
		if m == nil {
			continue // an endstream, or the dictionary of a font file
		}
		r, err := zlib.NewReader(bytes.NewReader(rest))
		if err != nil {
			continue
		}
		body, err := io.ReadAll(r)
		if err != nil || !bytes.Contains(body, []byte(" Tj ET")) {
			continue
		}
		pages = append(pages, readPage(s, fonts, body))
	}
}

// readPage reads one content stream, an operator or a short group of them a line.
func readPage(s *sheet, fonts map[string]bool, body []byte) []placedText {
	var out []placedText
	f, turned := face{}, false
	for line := range strings.SplitSeq(string(body), "\n") {
		switch {
		case strings.HasSuffix(line, " cm"):
			turned = true
		case line == "Q":
			turned = false
		case strings.HasSuffix(line, " Tf ET"):
			m := fontRE.FindStringSubmatch(line)
			f.size, _ = strconv.ParseFloat(m[2], 64)
			if _, ok := fonts[m[1]]; !ok {
				fonts[m[1]] = len(fonts) > 0 // the upright font is the first one set
			}
			f.bold = fonts[m[1]]
		case strings.Contains(line, " Tj ET"):
			m := textRE.FindStringSubmatch(line)
			x, _ := strconv.ParseFloat(m[1], 64)
			y, _ := strconv.ParseFloat(m[2], 64)
			text := utf16Text(m[3])
			out = append(out, placedText{x, y, f.size, s.textWidth(f, text), text, turned})
		}
	}
	return out
}

// utf16Text undoes the escapes of a PDF string and reads it as UTF-16, high byte first.
func utf16Text(s string) string {
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' {
			i++
			if s[i] == 'r' {
				b = append(b, '\r')
				continue
			}
		}
		b = append(b, s[i])
	}
	if len(b)%2 != 0 {
		panic("odd text " + s)
	}
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return string(utf16.Decode(u))
}

// flat joins the text of all pages, a space between operators.
func flat(pages [][]placedText) string {
	var b strings.Builder
	for _, p := range pages {
		for _, t := range p {
			b.WriteString(t.text + " ")
		}
	}
	return b.String()
}
