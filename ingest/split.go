package ingest

import (
	"bytes"
	"errors"
	"io"
	"math/bits"
	"unicode/utf8"
)

// maxRecord bounds one record; a quote that is never closed must not swallow a file.
const maxRecord = 1 << 20

// A splitter cuts delimited text into records and fields. It is lenient where
// phone systems are sloppy: line ends may be mixed, a quote inside a quoted field need
// not be doubled, a quote in a bare field is itself.
//
// encoding/csv would refuse such rows, and reads half as fast.
type splitter struct {
	r      io.Reader
	comma  byte
	quotes bool
	want   int // fields of a record; 0 = any number

	buf      []byte
	pos, end int
	err      error // of the reader

	line, next int64 // lines at which this record and the next one begin, from 1
	offset     int64 // of the record in the decoded text
	base       int64 // offset of buf[0]
	raw        []byte
	fields     [][]byte
	scratch    []byte
	marks      []uint64 // of the separators in buf, when that is a piece
	clean      bool     // all of the text is known to be UTF-8
	ill        bool     // the record held bytes that are no UTF-8
	stray      bool     // it held a quote that should have been doubled
	ended      int      // from pos to the end of a line of the quoted record: a line of quotes asks for it at each
}

func newSplitter(r io.Reader, comma byte, quotes bool) *splitter {
	return &splitter{r: r, comma: comma, quotes: quotes, buf: make([]byte, 1<<18), next: 1}
}

// reset makes the splitter read text from a place on. A record that goes on behind the text
// is errMore.
func (s *splitter) reset(text []byte, at int) {
	s.buf, s.pos, s.end, s.err, s.marks = text, at, len(text), errMore, s.marks[:0]
}

// piece makes the splitter read a piece, and nothing behind it.
func (s *splitter) piece(p piece) {
	s.reset(p.text, 0)
	s.err, s.base, s.next = io.EOF, p.offset, p.line
	s.clean = utf8.Valid(p.text)
	s.marks = separatorMarks(s.marks, p.text, s.comma)
}

var errQuote = errors.New("a quote is opened and not closed")
var errLong = errors.New("the line is longer than a record can be")

// read advances to the next record that is not an empty line. It returns io.EOF at the
// end; errQuote and errLong, which concern one line only; or the reader's error.
// fields, raw and the scratch they lie in are good until the next read.
func (s *splitter) read() error {
	for {
		s.line, s.offset, s.ill = s.next, s.base+int64(s.pos), false
		if s.marked() {
			return nil
		}
		nl, err := s.findNewline(s.pos)
		if err != nil {
			return err
		}
		if nl-s.pos > maxRecord {
			s.raw = append([]byte(nil), s.buf[s.pos:s.pos+256]...)
			s.advance(nl, 1)
			return errLong
		}
		line := trimCR(s.buf[s.pos:nl])
		s.raw = line
		if len(line) == 0 {
			if nl == s.end && s.err != nil {
				return s.finish()
			}
			s.advance(nl, 1)
			continue
		}
		if !s.quotes || bytes.IndexByte(line, '"') < 0 {
			s.split(line)
			s.advance(nl, 1)
			s.mend(line)
			return nil
		}
		return s.quoted()
	}
}

// marked reads the record at hand by the marks of a piece. It is false where there are none, and for
// whatever is not a plain line within the piece.
func (s *splitter) marked() bool {
	i := s.pos >> 6
	if i >= len(s.marks) {
		return false
	}
	fields, from, left := s.fields[:0], s.pos, s.marks[i]&(^uint64(0)<<(s.pos&63))
	for {
		for left == 0 {
			if i++; i == len(s.marks) {
				return false
			}
			left = s.marks[i]
		}
		at := i<<6 + bits.TrailingZeros64(left)
		left &= left - 1
		switch s.buf[at] {
		case s.comma:
			fields = append(fields, s.buf[from:at])
			from = at + 1
		case '\n':
			s.raw = trimCR(s.buf[s.pos:at])
			if len(s.raw) == 0 || at-s.pos > maxRecord {
				return false
			}
			s.fields = append(fields, trimCR(s.buf[from:at]))
			s.advance(at, 1)
			s.mend(s.raw)
			return true
		case '"':
			if s.quotes {
				return false
			}
		}
	}
}

func (s *splitter) finish() error {
	if errors.Is(s.err, io.EOF) {
		return io.EOF
	}
	return s.err
}

// findNewline returns the place of the next newline at or after from, or the end of
// the text; it reads more where the buffer has none. What was read before an
// error of the reader is not trusted: a cut file is an error, not a short row.
func (s *splitter) findNewline(from int) (int, error) {
	for {
		if i := bytes.IndexByte(s.buf[from:s.end], '\n'); i >= 0 {
			return from + i, nil
		}
		if s.err != nil {
			if !errors.Is(s.err, io.EOF) {
				return 0, s.err
			}
			return s.end, nil
		}
		if s.end-s.pos > maxRecord {
			return 0, s.skipLine()
		}
		n := s.fill()
		from = s.end - n
	}
}

// skipLine drops the rest of a line that is too long to hold.
func (s *splitter) skipLine() error {
	s.raw = append([]byte(nil), s.buf[s.pos:s.pos+256]...)
	for {
		if i := bytes.IndexByte(s.buf[s.pos:s.end], '\n'); i >= 0 {
			s.advance(s.pos+i, 1)
			return errLong
		}
		s.base += int64(s.end)
		s.pos, s.end = 0, 0
		if s.err != nil {
			return errLong
		}
		s.fill()
	}
}

// fill reads more behind what is unread, which it moves to the front, and returns how
// many bytes it read.
func (s *splitter) fill() int {
	if s.pos > 0 {
		s.base += int64(s.pos)
		copy(s.buf, s.buf[s.pos:s.end])
		s.end -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	n, err := s.r.Read(s.buf[s.end:])
	s.end += n
	s.err = err
	return n
}

// advance moves behind the newline at nl.
func (s *splitter) advance(nl int, lines int64) {
	s.pos = min(nl+1, s.end)
	s.next = s.line + lines
}

func (s *splitter) split(line []byte) {
	s.fields = s.fields[:0]
	for {
		i := bytes.IndexByte(line, s.comma)
		if i < 0 {
			s.fields = append(s.fields, line)
			return
		}
		s.fields = append(s.fields, line[:i])
		line = line[i+1:]
	}
}

// quoted reads a record that has quotes and may go over several lines.
func (s *splitter) quoted() error {
	s.fields, s.scratch, s.stray, s.ended = s.fields[:0], s.scratch[:0], false, -1
	at, lines := s.pos, int64(1)
	var ends []int // ends of fields in scratch
	for {
		nl, err := s.bareOrQuoted(&at, &lines)
		if err != nil {
			return err
		}
		ends = append(ends, len(s.scratch))
		if nl {
			break
		}
	}
	from := 0
	for _, end := range ends {
		s.fields = append(s.fields, s.scratch[from:end])
		from = end
	}
	// A record over several lines must be faultless. If it is not, a stray quote has
	// joined lines that are records of their own.
	if lines > 1 && (s.stray || s.want > 0 && len(s.fields) != s.want) {
		return s.unclosed()
	}
	s.raw = trimCR(s.buf[s.pos:at])
	s.advance(at, lines)
	s.mend(s.raw)
	return nil
}

// bareOrQuoted appends one field that begins at *at to scratch and moves *at to the delimiter
// behind it, plus one, or to the newline; last tells that the record ends there.
func (s *splitter) bareOrQuoted(at *int, lines *int64) (last bool, err error) {
	nl, err := s.lineEnd(at)
	if err != nil {
		return false, err
	}
	if *at >= nl || s.buf[*at] != '"' {
		line := trimCR(s.buf[*at:nl])
		i := bytes.IndexByte(line, s.comma)
		if i < 0 {
			s.scratch, *at = append(s.scratch, line...), nl
			return true, nil
		}
		s.scratch, *at = append(s.scratch, line[:i]...), *at+i+1
		return false, nil
	}
	*at++
	for {
		if nl, err = s.lineEnd(at); err != nil {
			return false, err
		}
		i := bytes.IndexByte(s.buf[*at:nl], '"')
		if i < 0 { // the field goes on in the next line
			if nl == s.end {
				return false, s.unclosed()
			}
			s.scratch = append(s.scratch, s.buf[*at:nl+1]...)
			*at, *lines = nl+1, *lines+1
			if *at-s.pos > maxRecord || s.stray {
				return false, s.unclosed()
			}
			continue
		}
		s.scratch = append(s.scratch, s.buf[*at:*at+i]...)
		*at += i + 1
		rest := s.buf[*at:nl]
		switch {
		case len(rest) > 0 && rest[0] == '"':
			s.scratch = append(s.scratch, '"') // doubled
			*at++
		case len(rest) > 0 && rest[0] == s.comma:
			*at++
			return false, nil
		case len(trimCR(rest)) == 0:
			*at = nl
			return true, nil
		default: // a quote that should have been doubled
			if *lines > 1 {
				return false, s.unclosed()
			}
			s.scratch, s.stray = append(s.scratch, '"'), true
		}
	}
}

// lineEnd is findNewline for a place inside the record, which moves with the buffer.
func (s *splitter) lineEnd(at *int) (int, error) {
	ahead := *at - s.pos
	if s.ended >= ahead {
		return s.pos + s.ended, nil
	}
	nl, err := s.findNewline(*at)
	*at = s.pos + ahead
	s.ended = nl - s.pos
	return nl, err
}

// unclosed gives the first line up and goes on with the next.
func (s *splitter) unclosed() error {
	nl := s.end
	if i := bytes.IndexByte(s.buf[s.pos:s.end], '\n'); i >= 0 {
		nl = s.pos + i
	}
	s.raw = trimCR(s.buf[s.pos:nl])
	s.advance(nl, 1)
	return errQuote
}

// mend replaces bytes that are no UTF-8.
func (s *splitter) mend(line []byte) {
	if s.clean || utf8.Valid(line) {
		return
	}
	s.ill = true
	for i, f := range s.fields {
		s.fields[i] = bytes.ToValidUTF8(f, []byte("\uFFFD"))
	}
}

func trimCR(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == '\r' {
		b = b[:len(b)-1]
	}
	return b
}
