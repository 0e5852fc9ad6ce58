package ingest

import (
	"encoding/binary"
)

// Texts are taken apart at few of their bytes. Where those lie is found for 64 bytes at a time, as
// the bits of a word: on amd64 with instructions that compare sixteen bytes at once and
// that each such processor has, elsewhere eight bytes at a time. Both give the same bits.

// separatorMarks appends to dst, for each 64 bytes of text, where a comma, a line end or a quote lies.
func separatorMarks(dst []uint64, text []byte, comma byte) []uint64 {
	return marks(dst, text, func(text []byte, out []uint64) { markSeparators(text, out, comma) })
}

// jsonMarks appends to dst, for each 64 bytes of text, where a quote, a backslash, a bracket or brace or a
// control character lies.
func jsonMarks(dst []uint64, text []byte) []uint64 { return marks(dst, text, markJSON) }

func marks(dst []uint64, text []byte, mark func(text []byte, out []uint64)) []uint64 {
	whole := len(text) / 64
	from := len(dst)
	dst = append(dst, make([]uint64, (len(text)+63)/64)...)
	if whole > 0 {
		mark(text[:whole*64], dst[from:from+whole])
	}
	if rest := text[whole*64:]; len(rest) > 0 {
		var last [64]byte
		copy(last[:], rest)
		mark(last[:], dst[from+whole:])
		dst[from+whole] &= 1<<len(rest) - 1
	}
	return dst
}

const (
	eachByte = 0x0101010101010101
	topBits  = 0x8080808080808080
	lowBits  = 0x7f7f7f7f7f7f7f7f
)

// zeros returns the top bit of each byte of w that is zero, and of no other.
func zeros(w uint64) uint64 { return ^((w&lowBits + lowBits) | w) & topBits }

// gathered moves the top bits of eight bytes together.
func gathered(tops uint64) uint64 { return (tops >> 7) * 0x0102040810204080 >> 56 }

func markSeparatorsPlain(text []byte, out []uint64, comma byte) {
	for i := range out {
		block, bits := text[i*64:i*64+64], uint64(0)
		for k := 0; k < 64; k += 8 {
			w := binary.LittleEndian.Uint64(block[k:])
			hit := zeros(w^uint64(comma)*eachByte) | zeros(w^'\n'*eachByte) | zeros(w^'"'*eachByte)
			bits |= gathered(hit) << k
		}
		out[i] = bits
	}
}

func markJSONPlain(text []byte, out []uint64) {
	for i := range out {
		block, bits := text[i*64:i*64+64], uint64(0)
		for k := 0; k < 64; k += 8 {
			w := binary.LittleEndian.Uint64(block[k:])
			bent := w | ' '*eachByte // [ and ] are { and } but for this bit
			hit := zeros(w^'"'*eachByte) | zeros(w^'\\'*eachByte) | zeros(bent^'{'*eachByte) | zeros(bent^'}'*eachByte) |
				zeros(w&(0xe0*eachByte))
			bits |= gathered(hit) << k
		}
		out[i] = bits
	}
}
