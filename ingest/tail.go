package ingest

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"slices"

	"github.com/ringtide/ringtide/lake"
)

// A log that grows is known by its content: where its first bytes are those of a file that was
// loaded before in the same way, only the rest is read. The name of the file, which
// rotation changes, plays no part.

// tailKind says whether the rows of a format that are behind those loaded can be read alone.
type tailKind uint8

const (
	tailNone     tailKind = iota // rows depend on others, or are no lines
	tailLines                    // lines
	tailHeadered                 // lines behind a line that names the columns
)

// tail returns the kind of a format. Rows of a profile that resolves a repeated hour by their order
// depend on each other.
func (f *format) tailKind() tailKind {
	p := f.profile
	switch {
	case p == nil:
		return f.tail
	case p.json() || p.spec.Rows == rowsIntervals || p.spec.Ambiguous == "order":
		return tailNone
	case p.spec.Header:
		return tailHeadered
	}
	return tailLines
}

// A prefix is the beginning of an input that is a file of the ledger.
type prefix struct {
	name  string // of that file
	size  int64
	lines int64
}

// hashInput returns the hash and the size of an input, and the longest of its beginnings that
// is one of these entries and ends with a line.
func (l *load) hashInput(in Input, entries []lake.Input) (sum string, size int64, grown *prefix, err error) {
	r, err := in.Open()
	if err != nil {
		return "", 0, nil, err
	}
	defer r.Close()
	slices.SortFunc(entries, func(a, b lake.Input) int { return cmp.Compare(a.Size, b.Size) })
	h, from := sha256.New(), &countingReader{ctx: l.ctx, r: r}
	buf, last := make([]byte, 1<<17), byte(0)
	lines, quotes := int64(0), 0
	for {
		for len(entries) > 0 && entries[0].Size == size {
			// Within quotes a line end is none; odd quotes are a doubt, and doubts read the file whole.
			if e := entries[0]; last == '\n' && quotes%2 == 0 && hex.EncodeToString(h.Sum(nil)) == e.SHA256 {
				grown = &prefix{e.Name, size, lines}
			}
			entries = entries[1:]
		}
		want := buf
		if len(entries) > 0 {
			want = buf[:min(int64(len(buf)), entries[0].Size-size)]
		}
		n, err := io.ReadFull(from, want)
		got := want[:n]
		h.Write(got)
		size += int64(n)
		if grown != nil || len(entries) > 0 {
			lines += int64(bytes.Count(got, []byte{'\n'}))
			quotes += bytes.Count(got, []byte{'"'})
		}
		if n > 0 {
			last = got[n-1]
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			if size == 0 {
				return "", 0, nil, errEmpty
			}
			if grown != nil && grown.size == size {
				grown = nil // it has not grown
			}
			return hex.EncodeToString(h.Sum(nil)), size, grown, nil
		case err != nil:
			return "", 0, nil, err
		}
	}
}

// loaded returns the entries of the ledger that a file of the format can be a longer version of.
func (l *load) loaded(format *format, source, version string) []lake.Input {
	if format.tailKind() == tailNone {
		return nil
	}
	var out []lake.Input
	for _, e := range l.lk.Inputs() {
		if e.Source == source && e.Version == version && e.Size > 0 {
			out = append(out, e)
		}
	}
	return out
}

// openTail opens what an input has behind a prefix, after the line that names the columns where
// there is one. ok is false where the file is to be read whole: it is compressed or in UTF-16.
func (l *load) openTail(in Input, f *file, grown *prefix) (t *text, ok bool, err error) {
	r, err := in.Open()
	if err != nil {
		return nil, false, err
	}
	t = &text{raw: &countingReader{ctx: l.ctx, r: r}, closer: []func(){func() { r.Close() }}}
	defer func() {
		if !ok {
			t.close()
		}
	}()
	b := bufio.NewReaderSize(t.raw, detectBytes)
	head, err := b.Peek(detectBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, false, err
	}
	if !isPlain(head) {
		return nil, false, nil
	}
	header := 0
	if f.format.tailKind() == tailHeadered {
		header = bytes.IndexByte(head, '\n') + 1
		if len(bytes.TrimSpace(head[:header])) == 0 || int64(header) > grown.size || bytes.Count(head[:header], []byte{'"'})%2 != 0 {
			return nil, false, nil
		}
	}
	first := bytes.Clone(head[:header])
	if err := skipTo(r, b, t.raw, grown.size); err != nil {
		return nil, false, err
	}
	f.report.From = grown.size
	f.report.FromFile = grown.name
	f.lineShift, f.offsetShift = grown.lines, grown.size
	if header > 0 {
		f.lineShift, f.offsetShift = grown.lines-1, grown.size-int64(header)
	}
	t.Reader = decode(bufio.NewReader(io.MultiReader(bytes.NewReader(first), b)))
	return t, true, nil
}

// isPlain reports whether a file is neither compressed nor in UTF-16.
func isPlain(head []byte) bool {
	for _, magic := range []string{"\x1f\x8b", "\x28\xb5\x2f\xfd", "PK\x03\x04", "\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return false
		}
	}
	return true
}

// skipTo moves a reader whose beginning was looked at to a place: at once where the file can.
func skipTo(r io.Reader, b *bufio.Reader, raw *countingReader, to int64) error {
	if s, ok := r.(io.Seeker); ok {
		if _, err := s.Seek(to, io.SeekStart); err == nil {
			raw.n = to
			b.Reset(raw)
			return nil
		}
	}
	_, err := io.CopyN(io.Discard, b, to)
	return err
}

// resume makes the lines and offsets of a tail those of the file.
func (f *file) resume(s *splitter) {
	s.next += f.lineShift
	s.base += f.offsetShift
}
