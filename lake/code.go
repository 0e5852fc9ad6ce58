package lake

import "encoding/binary"

// appendContact appends the canonical form of c, without its source, which the
// partition tells, and without its provenance, which two loads of one fact may differ in. Of two
// records that contradict each other the one whose form is smaller stays: a change here changes
// which one.
func appendContact(b []byte, c *Contact) []byte {
	b = binary.LittleEndian.AppendUint64(b, uint64(c.Arrival))
	b = appendText(b, c.ID)
	b = binary.AppendVarint(b, int64(c.Visit))
	b = binary.AppendVarint(b, int64(c.Visits))
	b = append(b, byte(c.Direction), byte(c.Outcome), byte(c.Transfer), byte(c.Quality), c.Fold)
	for _, t := range [...]Micros{c.Queued, c.Answered, c.Ended} {
		b = appendAfter(b, c.Arrival, t)
	}
	b = binary.AppendVarint(b, int64(c.Offset))
	b = appendText(b, c.QueueNative)
	if c.Queue == c.QueueNative {
		b = append(b, 1)
	} else {
		b = appendText(append(b, 0), c.Queue)
	}
	for _, s := range [...]string{c.DNIS, c.TransferTo, c.Language, c.Reason} {
		b = appendText(b, s)
	}
	for _, d := range [...]Millis{c.IVR, c.Wait, c.Ring, c.Talk, c.Hold, c.Wrap} {
		b = binary.AppendVarint(b, int64(d))
	}
	for _, k := range [...]*Key{&c.Agent, &c.Caller} {
		if *k == (Key{}) {
			b = append(b, 0)
			continue
		}
		b = append(append(b, 1), k[:]...)
	}
	return binary.AppendUvarint(b, uint64(c.Flags))
}

// appendAfter writes t as its distance from the arrival, which is short; an unknown
// time is a 0, a known one has 1 before it.
func appendAfter(b []byte, arrival, t Micros) []byte {
	if t == 0 {
		return append(b, 0)
	}
	return binary.AppendVarint(append(b, 1), int64(t-arrival))
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}
