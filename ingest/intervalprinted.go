package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
)

// A report as it was printed: columns stand below each other, two spaces or more apart, and their names
// go over several lines. It is read as if tabs had been between the columns.

// A printedHeader is the lines that name the columns, and the one line that stands for them.
type printedHeader struct {
	lines  [][]byte // as they are, without spaces at the end
	merged []byte   // separated by tabs
}

var (
	printedRow  = regexp.MustCompile(`^\s*\d{1,4}[:/.-]\d`) // begins with a time or a date
	twoSpaces   = regexp.MustCompile(`\s{2,}|\t+`)
	columnWords = regexp.MustCompile(`\S+( \S+)*`) // of a column: one space does not part them
)

// printed finds the names of the columns of a printed report at the head of a file.
func (h *head) printed() (p printedHeader, ok bool) {
	lines := bytes.Split(h.data, []byte("\n"))
	for i, line := range lines[:min(len(lines), mostTitles+10)] {
		line = bytes.TrimRight(line, " \r")
		if bytes.ContainsAny(line, "\t;|") {
			return p, false
		}
		if i == 0 || !printedRow.Match(line) || len(columnWords.FindAllIndex(line, -1)) < 4 {
			continue
		}
		for k := i - 1; k >= 0 && i-k <= 6; k-- {
			above := bytes.TrimRight(lines[k], " \r")
			if isRuling(above) && len(p.lines) == 0 {
				continue // a line between names and rows
			}
			if len(trim(above)) == 0 || isRuling(above) || isKeyLine(above) {
				break
			}
			p.lines = append(p.lines, above)
		}
		slices.Reverse(p.lines)
		p.merge(lines[i:])
		names, isReport := reportColumns(strings.Split(string(p.merged), "\t"), true)
		return p, isReport && len(names) > 3
	}
	return p, false
}

// merge names each column by the words above it, line by line.
func (p *printedHeader) merge(rows [][]byte) {
	var from, to []int // where columns are, in all rows at the head
	for _, row := range rows {
		at := columnWords.FindAllIndex(bytes.TrimRight(row, " \r"), -1)
		if from == nil {
			for _, w := range at {
				from, to = append(from, w[0]), append(to, w[1])
			}
			continue
		}
		if len(at) != len(from) || !printedRow.Match(row) {
			continue
		}
		for i, w := range at {
			from[i], to[i] = min(from[i], w[0]), max(to[i], w[1])
		}
	}
	names := make([]string, len(from))
	for _, line := range p.lines {
		for _, w := range columnWords.FindAllIndex(line, -1) {
			if i := nearest(from, to, w[0], w[1]); i >= 0 {
				names[i] = strings.TrimSpace(names[i] + " " + string(line[w[0]:w[1]]))
			}
		}
	}
	p.merged = []byte(strings.Join(names, "\t"))
}

// nearest returns the column that shares most with [a, b), else the one that is closest.
func nearest(from, to []int, a, b int) int {
	best, most := -1, -1<<30
	for i := range from {
		if share := min(to[i], b) - max(from[i], a); share > most {
			best, most = i, share
		}
	}
	return best
}

// A printedReader gives tabs for the spaces between columns, and the merged names in place of the last line
// of names. Every line stays one.
type printedReader struct {
	r      *bufio.Reader
	header printedHeader
	out    []byte
	err    error
}

func (p *printedReader) Read(b []byte) (int, error) {
	for len(p.out) == 0 {
		if p.err != nil {
			return 0, p.err
		}
		var line []byte
		if line, p.err = p.r.ReadSlice('\n'); errors.Is(p.err, bufio.ErrBufferFull) {
			p.err = errLong
			continue
		}
		p.out = p.line(line)
	}
	n := copy(b, p.out)
	p.out = p.out[n:]
	return n, nil
}

func (p *printedReader) line(line []byte) []byte {
	if len(line) == 0 {
		return nil
	}
	text := bytes.TrimRight(line, " \r\n")
	if i := slices.IndexFunc(p.header.lines, func(h []byte) bool { return len(h) > 0 && bytes.Equal(h, text) }); i >= 0 {
		text = nil
		if i == len(p.header.lines)-1 {
			text = p.header.merged
		}
		return append(slices.Clone(text), '\n')
	}
	return append(twoSpaces.ReplaceAll(trim(text), []byte("\t")), '\n')
}

// printed wraps the text of a printed report.
func printed(r *bufio.Reader, h printedHeader) io.Reader { return &printedReader{r: r, header: h} }
