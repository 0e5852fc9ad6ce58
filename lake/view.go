package lake

import "encoding/binary"

// A view is a row read without a copy: its ID, its caller and the texts that have no number lie in
// the row.
type view struct {
	id                                          []byte
	visit, visits                               int32
	direction, outcome, transfer, quality, fold uint8
	arrival                                     int64
	times                                       [3]int64 // queued, answered, ended; 0 is unknown
	offset, day                                 int32
	words                                       [wordCount]uint32
	inline                                      [wordCount][]byte // where the number is inlineWord
	durations                                   [6]int32
	caller                                      []byte
	flags                                       uint64
}

// read reads what rowCoder.append wrote, in this process.
func (v *view) read(row []byte) {
	v.arrival = rowArrival(row)
	known, codes := binary.LittleEndian.Uint16(row[rowKnownAt:]), binary.LittleEndian.Uint16(row[rowCodesAt:])
	v.fold, v.direction, v.transfer = uint8(codes&1), uint8(codes>>1&7), uint8(codes>>4&7)
	v.quality, v.outcome = uint8(codes>>7&15), uint8(codes>>11)
	v.offset = int32(binary.LittleEndian.Uint32(row[rowOffsetAt:]))
	v.day = int32(floorDiv(v.arrival+int64(v.offset)*1e6, 86400*1e6))
	v.id = rowID(row)
	b := row[rowHeader+len(v.id):]
	for i := range v.times {
		v.times[i] = 0
		if known&(hasTime<<i) != 0 {
			v.times[i], b = int64(binary.LittleEndian.Uint64(b)), b[8:]
		}
	}
	for i := range v.durations {
		v.durations[i] = int32(NoMillis)
		if known&(hasMillis<<i) != 0 {
			v.durations[i], b = int32(binary.LittleEndian.Uint32(b)), b[4:]
		}
	}
	v.visit, v.visits = 1, 1
	if known&hasVisits != 0 {
		v.visit, v.visits, b = int32(binary.LittleEndian.Uint32(b)), int32(binary.LittleEndian.Uint32(b[4:])), b[8:]
	}
	v.words[wordQueue] = rowQueue(row)
	v.rest(b, known)
}

// rest reads what comes behind the numbers.
func (v *view) rest(b []byte, known uint16) {
	b = v.word(b, wordNative)
	b = v.word(b, wordDNIS)
	b = v.word(b, wordAgent)
	v.caller = nil
	if known&hasCaller != 0 {
		v.caller, b = b[:len(Key{})], b[len(Key{}):]
	}
	v.words[wordTransfer], v.words[wordLanguage], v.words[wordReason] = noWord, noWord, noWord
	if known&hasMore != 0 {
		b = v.word(b, wordTransfer)
		b = v.word(b, wordLanguage)
		b = v.word(b, wordReason)
	}
	v.flags = 0
	if known&hasFlags != 0 {
		v.flags, _ = binary.Uvarint(b)
	}
}

func (v *view) word(b []byte, column int) []byte {
	if b[0] < 0x80 && b[0] != inlineWord {
		v.words[column] = uint32(b[0])
		return b[1:]
	}
	n, size := binary.Uvarint(b)
	v.words[column], b = uint32(n), b[size:]
	if n == inlineWord {
		long, size := binary.Uvarint(b)
		b = b[size:]
		v.inline[column], b = b[:long], b[long:]
	}
	return b
}

// counted is Contact.counted.
func (v *view) counted() int64 {
	if v.visit > 1 && v.times[0] != 0 {
		return v.times[0]
	}
	return v.arrival
}

// contact fills c, all but its source.
func (v *view) contact(c *Contact, tables *wordTables) {
	c.ID, c.Visit, c.Visits = string(v.id), v.visit, v.visits
	c.Direction, c.Outcome, c.Transfer, c.Quality = Direction(v.direction), Outcome(v.outcome), Transfer(v.transfer), Quality(v.quality)
	c.Arrival, c.Queued, c.Answered, c.Ended = Micros(v.arrival), Micros(v.times[0]), Micros(v.times[1]), Micros(v.times[2])
	c.Offset, c.Fold, c.Flags = v.offset, v.fold, Flags(v.flags)
	for i, d := range [...]*Millis{&c.IVR, &c.Wait, &c.Ring, &c.Talk, &c.Hold, &c.Wrap} {
		*d = Millis(v.durations[i])
	}
	text := func(column int) string {
		if v.words[column] == inlineWord {
			return string(v.inline[column])
		}
		return tables[column].word(v.words[column])
	}
	c.QueueNative, c.Queue, c.DNIS = text(wordNative), text(wordQueue), text(wordDNIS)
	c.TransferTo, c.Language, c.Reason = text(wordTransfer), text(wordLanguage), text(wordReason)
	c.Agent, c.Caller = Key{}, Key{}
	copy(c.Agent[:], text(wordAgent))
	copy(c.Caller[:], v.caller)
}
