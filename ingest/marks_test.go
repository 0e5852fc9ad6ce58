package ingest

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

// bitsOf is the plain meaning of marks.
func bitsOf(text []byte, is func(c byte) bool) []uint64 {
	out := make([]uint64, (len(text)+63)/64)
	for i, c := range text {
		if is(c) {
			out[i/64] |= 1 << (i % 64)
		}
	}
	return out
}

func TestMarks(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	some := []byte(",;|\"\\{}[]\n\r\x1f\x20\x00\x7f\x80\xff\xa2az")
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	for n := range 400 {
		text := slices.Clone(every[:min(n, 256)])
		for len(text) < n {
			text = append(text, some[r.IntN(len(some))])
		}
		r.Shuffle(len(text), func(i, k int) { text[i], text[k] = text[k], text[i] })
		for _, comma := range []byte(",;|\t\x00\xff") {
			want := bitsOf(text, func(c byte) bool { return c == comma || c == '\n' || c == '"' })
			if got := separatorMarks([]uint64{7}, text, comma); got[0] != 7 || !slices.Equal(got[1:], want) {
				t.Fatalf("separators %q in %q: %x, not %x", comma, text, got[1:], want)
			}
			plain := make([]uint64, n/64)
			markSeparatorsPlain(text, plain, comma)
			if !slices.Equal(plain, want[:n/64]) {
				t.Fatalf("plain separators %q in %q: %x, not %x", comma, text, plain, want)
			}
		}
		want := bitsOf(text, func(c byte) bool { return c < ' ' || bytes.IndexByte([]byte(`"\{}[]`), c) >= 0 })
		if got := jsonMarks(nil, text); !slices.Equal(got, want) {
			t.Fatalf("JSON marks in %q: %x, not %x", text, got, want)
		}
		plain := make([]uint64, n/64)
		markJSONPlain(text, plain)
		if !slices.Equal(plain, want[:n/64]) {
			t.Fatalf("plain JSON marks in %q: %x, not %x", text, plain, want)
		}
	}
}

func BenchmarkMarkSeparators(b *testing.B) {
	text, out := make([]byte, 1<<20), make([]uint64, 1<<14)
	for b.Loop() {
		markSeparators(text, out, ',')
	}
}

func BenchmarkMarkJSON(b *testing.B) {
	text, out := make([]byte, 1<<20), make([]uint64, 1<<14)
	for b.Loop() {
		markJSON(text, out)
	}
}

func BenchmarkMarkSeparatorsPlain(b *testing.B) {
	text, out := make([]byte, 1<<20), make([]uint64, 1<<14)
	for b.Loop() {
		markSeparatorsPlain(text, out, ',')
	}
}
