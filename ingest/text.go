package ingest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A text is the readable content of an input: decompressed, without a byte order
// mark, in UTF-8 except for stray bytes.
type text struct {
	io.Reader
	raw    *countingReader
	closer []func()
}

func (t *text) close() {
	for i := len(t.closer) - 1; i >= 0; i-- {
		t.closer[i]()
	}
}

// Logs of calls shrink to a fifth or a twentieth. What grows beyond bombRatio times its
// size, past the first bombFree bytes, was made to fill a disk.
const (
	bombRatio = 250
	bombFree  = 64 << 20
	zstdLimit = 256 << 20 // memory a zstd stream may ask for
)

var (
	errEmpty = errors.New("the file is empty")
	errBomb  = fmt.Errorf("decompressed to more than %d times its size; this is no call log", bombRatio)
)

// openText opens an input and looks through compression and encoding.
func openText(ctx context.Context, in Input) (*text, error) {
	f, err := in.Open()
	if err != nil {
		return nil, err
	}
	t := &text{raw: &countingReader{ctx: ctx, r: f}, closer: []func(){func() { f.Close() }}}
	raw := bufio.NewReaderSize(t.raw, 1<<16)
	plain, err := t.decompress(raw)
	if err != nil {
		t.close()
		return nil, err
	}
	decoded := bufio.NewReaderSize(plain, 1<<16)
	if _, err := decoded.Peek(1); err != nil {
		t.close()
		if errors.Is(err, io.EOF) {
			err = errEmpty
		}
		return nil, readable(err)
	}
	t.Reader = decode(decoded)
	return t, nil
}

// wrapped are containers that hold something else than text, by how they begin.
var wrapped = []struct{ magic, what string }{
	{"PK\x03\x04", "a zip archive or a spreadsheet; unpack it, or save the sheet as CSV"},
	{"\xd0\xcf\x11\xe0", "an old spreadsheet; save the sheet as CSV"},
	{"BZh", "packed with bzip2; unpack it, or pack it with gzip or zstd"},
	{"\xfd7zXZ\x00", "packed with xz; unpack it, or pack it with gzip or zstd"},
	{"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it"},
	{"Rar!\x1a\x07", "a rar archive; unpack it"},
	{"%PDF-", "a PDF; export the report as CSV"},
	{"SQLite format 3\x00", "a database; export the table as CSV with its column names"},
}

func (t *text) decompress(raw *bufio.Reader) (io.Reader, error) {
	magic, _ := raw.Peek(512)
	switch {
	case len(magic) >= 2 && magic[0] == 0x1f && magic[1] == 0x8b:
		z, err := gzip.NewReader(raw)
		if err != nil {
			return nil, readable(err)
		}
		return &bombGuard{r: z, raw: t.raw}, nil
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}):
		z, err := zstd.NewReader(raw, zstd.WithDecoderMaxMemory(zstdLimit), zstd.WithDecoderConcurrency(1))
		if err != nil {
			return nil, readable(err)
		}
		t.closer = append(t.closer, z.Close)
		return &bombGuard{r: z, raw: t.raw}, nil
	case len(magic) > 262 && string(magic[257:262]) == "ustar":
		return nil, errors.New("this is a tar archive; unpack it")
	}
	for _, w := range wrapped {
		if bytes.HasPrefix(magic, []byte(w.magic)) {
			return nil, errors.New("this is " + w.what)
		}
	}
	return raw, nil
}

// decode looks at the byte order mark. Without one the text is taken as UTF-8.
func decode(r *bufio.Reader) io.Reader {
	mark, _ := r.Peek(3)
	switch {
	case bytes.HasPrefix(mark, []byte{0xef, 0xbb, 0xbf}):
		_, _ = r.Discard(3)
	case bytes.HasPrefix(mark, []byte{0xff, 0xfe}):
		_, _ = r.Discard(2)
		return &utf16Reader{r: r, order: binary.LittleEndian}
	case bytes.HasPrefix(mark, []byte{0xfe, 0xff}):
		_, _ = r.Discard(2)
		return &utf16Reader{r: r, order: binary.BigEndian}
	}
	return r
}

// readable says what a decompressor's error means to the owner of the file.
func readable(err error) error {
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errors.New("the compressed file ends too early; copy it again, it was cut")
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.Is(err, zstd.ErrCRCMismatch), errors.Is(err, zstd.ErrMagicMismatch):
		return fmt.Errorf("the compressed file is damaged (%w); copy it again", err)
	}
	return err
}

// A countingReader counts the bytes of the file itself, and stops with the context.
type countingReader struct {
	ctx context.Context
	r   io.Reader
	n   int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

type bombGuard struct {
	r   io.Reader
	raw *countingReader
	n   int64
}

func (b *bombGuard) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	b.n += int64(n)
	if b.n > bombFree && b.n/bombRatio > b.raw.n {
		return 0, errBomb
	}
	return n, err
}

// A utf16Reader gives UTF-8 for UTF-16; half a pair becomes U+FFFD.
type utf16Reader struct {
	r     io.Reader
	order binary.ByteOrder
	in    [4096]byte
	have  int
	out   []byte
	high  rune // a first half that waits for its second
	err   error
}

func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.fill()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

func (u *utf16Reader) fill() {
	n, err := u.r.Read(u.in[u.have:])
	n += u.have
	u.out = u.out[:0]
	for i := 0; i+1 < n; i += 2 {
		u.unit(rune(u.order.Uint16(u.in[i:])))
	}
	u.have = n % 2
	if u.have == 1 {
		u.in[0] = u.in[n-1]
	}
	if err != nil {
		if u.high != 0 || u.have == 1 {
			u.out = utf8.AppendRune(u.out, utf8.RuneError)
		}
		u.high, u.have, u.err = 0, 0, err
	}
}

func (u *utf16Reader) unit(c rune) {
	if u.high != 0 {
		if r := utf16.DecodeRune(u.high, c); r != utf8.RuneError {
			u.out, u.high = utf8.AppendRune(u.out, r), 0
			return
		}
		u.out, u.high = utf8.AppendRune(u.out, utf8.RuneError), 0
	}
	if c >= 0xd800 && c < 0xdc00 {
		u.high = c
		return
	}
	u.out = utf8.AppendRune(u.out, c) // a lone second half becomes U+FFFD
}
