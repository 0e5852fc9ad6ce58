package lake

import "encoding/binary"

// The places of the texts in a view.
const (
	textNative = iota
	textQueue
	textDNIS
	textTransfer
	textLanguage
	textReason
	textCount
)

// A view is a contact read from its canonical form without a copy: its texts and keys
// lie in the bytes it was read from. A unknown key or text has no bytes.
type view struct {
	id                                          []byte
	visit, visits                               int32
	direction, outcome, transfer, quality, fold uint8
	arrival                                     int64
	times                                       [3]int64 // queued, answered, ended; 0 is unknown
	offset, day                                 int32
	texts                                       [textCount][]byte
	durations                                   [6]int32
	agent, caller                               []byte
	flags                                       uint64
}

// read reads what appendContact wrote, in this process, and returns its length.
func (v *view) read(b []byte) int {
	v.arrival = int64(binary.LittleEndian.Uint64(b))
	n := 8
	v.id, n = bytesAt(b, n)
	v.visit, n = intAt(b, n)
	v.visits, n = intAt(b, n)
	v.direction, v.outcome, v.transfer, v.quality, v.fold = b[n], b[n+1], b[n+2], b[n+3], b[n+4]
	n += 5
	for i := range v.times {
		v.times[i] = 0
		if n++; b[n-1] == 1 {
			v.times[i], n = longAt(b, n)
			v.times[i] += v.arrival
		}
	}
	v.offset, n = intAt(b, n)
	v.texts[textNative], n = bytesAt(b, n)
	if v.texts[textQueue] = v.texts[textNative]; b[n] == 0 {
		v.texts[textQueue], n = bytesAt(b, n+1)
	} else {
		n++
	}
	for i := textDNIS; i < textCount; i++ {
		v.texts[i], n = bytesAt(b, n)
	}
	for i := range v.durations {
		v.durations[i], n = intAt(b, n)
	}
	v.agent, n = keyAt(b, n)
	v.caller, n = keyAt(b, n)
	flags, size := binary.Uvarint(b[n:])
	v.flags = flags
	v.day = int32(floorDiv(v.arrival+int64(v.offset)*1e6, 86400*1e6))
	return n + size
}

// counted is Contact.counted.
func (v *view) counted() int64 {
	if v.visit > 1 && v.times[0] != 0 {
		return v.times[0]
	}
	return v.arrival
}

func longAt(b []byte, n int) (int64, int) {
	if c := b[n]; c < 0x80 {
		return int64(c>>1) ^ -int64(c&1), n + 1
	}
	v, size := binary.Varint(b[n:])
	return v, n + size
}

func intAt(b []byte, n int) (int32, int) {
	v, n := longAt(b, n)
	return int32(v), n
}

func bytesAt(b []byte, n int) ([]byte, int) {
	size := int(b[n])
	if n++; size >= 0x80 {
		long, more := binary.Uvarint(b[n-1:])
		size, n = int(long), n-1+more
	}
	return b[n : n+size], n + size
}

func keyAt(b []byte, n int) ([]byte, int) {
	if b[n] == 0 {
		return nil, n + 1
	}
	return b[n+1 : n+1+len(Key{})], n + 1 + len(Key{})
}
