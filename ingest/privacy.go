package ingest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"hash/crc32"
	"strings"
	"unicode"

	"github.com/ringtide/ringtide/lake"
)

// A hasher makes keys of names and numbers. Without a secret it makes none: a plain
// hash of a telephone number can be undone by trying all numbers.
type hasher struct {
	mac  hash.Hash
	sum  []byte
	seen map[string]lake.Key

	text, plain []byte // buffers
}

func newHasher(secret []byte) *hasher {
	if len(secret) == 0 {
		return &hasher{}
	}
	return &hasher{mac: hmac.New(sha256.New, secret), seen: map[string]lake.Key{}}
}

// key returns the first 16 bytes of HMAC-SHA-256 over the label and the value; the label
// keeps agents and callers apart.
func (h *hasher) key(label, value string) (k lake.Key) {
	if h.mac == nil || value == "" {
		return k
	}
	h.mac.Reset()
	h.text = append(append(append(h.text[:0], label...), 0), value...)
	h.mac.Write(h.text)
	h.sum = h.mac.Sum(h.sum[:0])
	copy(k[:], h.sum)
	return k
}

// agent returns the key of a staff member; there are few, so they are remembered.
func (h *hasher) agent(name []byte) lake.Key {
	if h.mac == nil || len(name) == 0 {
		return lake.Key{}
	}
	k, ok := h.seen[string(name)]
	if !ok {
		k = h.key("agent", string(name))
		if len(h.seen) < 1<<16 {
			h.seen[string(name)] = k
		}
	}
	return k
}

// What phone systems write for a caller who withholds the number.
var withheld = map[string]bool{
	"anonymous": true, "restricted": true, "private": true, "unknown": true, "unavailable": true,
	"none": true, "0": true, "266696687": true, // ANONYMOUS on a telephone's keys
}

// caller returns the key of a caller's number, in whatever way it is punctuated; none for
// a withheld one.
func (h *hasher) caller(number []byte) lake.Key {
	if h.mac == nil || len(number) == 0 {
		return lake.Key{}
	}
	plain := h.plain[:0]
	for _, c := range number {
		switch {
		case c >= '0' && c <= '9': // nearly all
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case strings.IndexByte(" ()-./+", c) >= 0:
			continue
		}
		plain = append(plain, c)
	}
	h.plain = plain
	number10 := len(plain) >= 10 && plain[0] >= '0' && plain[0] <= '9' // longer than any withheld one
	if !number10 && withheld[string(plain)] {
		return lake.Key{}
	}
	return h.key("caller", borrow(plain))
}

// unnamed names a call that a log gives no name: by its second and by the caller, of whose number the
// key is used or, without a secret, one byte of a checksum, which tens of millions of numbers share.
func (h *hasher) unnamed(at lake.Micros, number []byte) string {
	key := h.caller(number)
	mark := hex.EncodeToString(key[:4])
	if key == (lake.Key{}) {
		mark = fmt.Sprintf("%02x", byte(crc32.ChecksumIEEE(number)))
	}
	return fmt.Sprintf("%d-%s", int64(at)/1e6, mark)
}

// mask keeps the shape of text and nothing of what it says: a digit becomes 9, a letter
// x. Numbers and names hide in any column once a row is broken.
func mask(text []byte) string {
	const most = 300
	var b strings.Builder
	for i, r := range string(text) {
		if i >= most {
			b.WriteString("...")
			break
		}
		switch {
		case unicode.IsDigit(r):
			r = '9'
		case unicode.IsLetter(r) || r > unicode.MaxASCII:
			r = 'x'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// place keeps a transfer target that names a queue or an extension and hides one that
// could be someone's telephone number.
func place(target []byte) string {
	digits := 0
	for _, c := range target {
		if c >= '0' && c <= '9' {
			digits++
		}
	}
	if digits > 6 {
		return "external"
	}
	return string(target)
}
