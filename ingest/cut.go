package ingest

import (
	"bytes"
	"cmp"
	"errors"
	"io"
)

// A piece is whole records of a file: the unit that is mapped side by side.
type piece struct {
	text   []byte
	line   int64 // of its first record, from 1
	offset int64 // of its first byte in the decoded text
	long   bool  // it is the beginning of one line that is longer than a record can be
}

// A cutter cuts text into pieces that begin and end with records, whatever stands in
// quotes. Which pieces it makes leaves no trace in what is read: where a record with
// quotes ends is decided by the splitter itself.
type cutter struct {
	r      io.Reader
	s      *splitter // of the pieces' kind, to find the ends of quoted records
	rest   []byte    // read and not yet cut
	line   int64
	offset int64
	eof    bool
	size   int // bytes to read at a time; 0 is pieceBytes
}

// pieceBytes is how much is read at a time.
const pieceBytes = 1 << 20

// errMore says that a record goes on behind the text at hand.
var errMore = errors.New("the record goes on")

// next returns the next piece, in buf if it has room, and io.EOF behind the last one.
func (c *cutter) next(buf []byte) (piece, error) {
	buf = append(buf[:0], c.rest...)
	size := cmp.Or(c.size, pieceBytes)
	for {
		if cap(buf)-len(buf) < (size+1)/2 {
			buf = append(make([]byte, 0, len(buf)+size+len(buf)/2), buf...)
		}
		for !c.eof && len(buf) < cap(buf) {
			n, err := c.r.Read(buf[len(buf):cap(buf)])
			buf = buf[:len(buf)+n]
			if c.eof = errors.Is(err, io.EOF); err != nil && !c.eof {
				return piece{line: c.line}, err
			}
		}
		if len(buf) == 0 {
			return piece{}, io.EOF
		}
		if end := c.end(buf); end > 0 {
			return c.cut(buf, end), nil
		}
		if len(buf) > 2*maxRecord {
			return c.longLine(buf)
		}
	}
}

// cut takes the piece buf[:end] and keeps the rest.
func (c *cutter) cut(buf []byte, end int) piece {
	p := piece{text: buf[:end:end], line: c.line, offset: c.offset}
	c.rest = append(c.rest[:0], buf[end:]...)
	c.line += int64(bytes.Count(p.text, []byte{'\n'}))
	c.offset += int64(end)
	return p
}

// end returns where the last whole record of the text ends; 0 when there is none.
func (c *cutter) end(text []byte) int {
	if c.eof {
		return len(text)
	}
	at := 0
	for c.s.quotes {
		quote := bytes.IndexByte(text[at:], '"')
		if quote < 0 {
			break
		}
		at += bytes.LastIndexByte(text[at:at+quote], '\n') + 1
		if c.s.reset(text, at); errors.Is(c.s.read(), errMore) {
			return at
		}
		at = c.s.pos
	}
	return at + bytes.LastIndexByte(text[at:], '\n') + 1
}

// longLine returns the beginning of a line that does not end, and skips to where it does.
func (c *cutter) longLine(buf []byte) (piece, error) {
	p := piece{text: buf[:256:256], line: c.line, offset: c.offset, long: true}
	buf = append([]byte(nil), buf[256:]...)
	c.offset += 256
	for {
		if i := bytes.IndexByte(buf, '\n'); i >= 0 {
			c.rest = append(c.rest[:0], buf[i+1:]...)
			c.offset, c.line = c.offset+int64(i+1), c.line+1
			return p, nil
		}
		c.offset += int64(len(buf))
		if c.eof {
			c.rest = c.rest[:0]
			return p, nil
		}
		n, err := c.r.Read(buf[:cap(buf)])
		buf = buf[:n]
		if c.eof = errors.Is(err, io.EOF); err != nil && !c.eof {
			return p, err
		}
	}
}
