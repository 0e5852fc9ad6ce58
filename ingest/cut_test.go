package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// records reads all of a splitter into lines of text.
func records(s *splitter) (out []string) {
	for {
		err := s.read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil && !errors.Is(err, errQuote) && !errors.Is(err, errLong) {
			return append(out, err.Error())
		}
		fields := s.fields
		if err != nil {
			fields = nil
		}
		out = append(out, fmt.Sprintf("%d %d %q %v %v", s.line, s.offset, fields, s.ill, err))
	}
}

// Where pieces are cut leaves no trace: with quotes over lines, stray quotes, quotes that are
// never closed and bytes that are no text.
func FuzzPieces(f *testing.F) {
	for _, text := range []string{
		"a,b\n1,2\n", "a,\"b\nc\",d\n\n\r\nx,y,z", "\"a\nb,c,d\ne,f,g\n", "a,\"b\"c\nd\",e\n\"\"\"\",x\n",
		"x\"y,z\n\"q\",\"\n\",r\n\xa5\xa5,2,3\n", strings.Repeat("\"a\n", 40), strings.Repeat("\"a,b\",c\n", 40), "a,\"\n",
	} {
		f.Add(text, 3, 2)
		f.Add(text, 16, 0)
	}
	f.Fuzz(func(t *testing.T, text string, size, want int) {
		size, want = 1+int(uint(size)%64), int(uint(want)%5)
		whole := newSplitter(strings.NewReader(text), ',', true)
		whole.want = want
		expected := records(whole)
		c := &cutter{r: iotest.OneByteReader(strings.NewReader(text)), line: 1, size: size, s: &splitter{comma: ',', quotes: true, want: want}}
		var got []string
		var all []byte
		for {
			p, err := c.next(nil)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, p.text...)
			s := &splitter{comma: ',', quotes: true, want: want}
			s.piece(p)
			got = append(got, records(s)...)
		}
		if !bytes.Equal(all, []byte(text)) {
			t.Fatalf("the pieces are not the text")
		}
		if !slices.Equal(got, expected) {
			t.Errorf("in pieces of %d:\n%s\nwhole:\n%s", size, strings.Join(got, "\n"), strings.Join(expected, "\n"))
		}
	})
}

// A line that no record can be as long as is one rejected row, however much is read at once.
func TestLongLineInPieces(t *testing.T) {
	text := "a,b\n" + strings.Repeat("x", 3*maxRecord) + "\n1,2\n"
	c := &cutter{r: strings.NewReader(text), line: 1, s: &splitter{comma: ',', quotes: true}}
	var lines []int64
	long := 0
	for {
		p, err := c.next(nil)
		if errors.Is(err, io.EOF) {
			break
		}
		if p.long {
			long++
		}
		lines = append(lines, p.line)
	}
	if long != 1 || lines[len(lines)-1] != 3 || c.offset != int64(len(text)) {
		t.Errorf("%d long lines, pieces at lines %v, offset %d of %d", long, lines, c.offset, len(text))
	}
}
