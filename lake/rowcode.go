package lake

import (
	"encoding/binary"
	"hash/maphash"
)

// A row is a contact on its way into the lake, in the layout that is read fastest: what sorting and
// the search for repetitions need comes first, what most contacts lack takes a bit.
//
//	0  size of the row      uint32
//	4  number of the queue  uint32
//	8  hash of the ID       uint64, of this process only
//	16 input                uint32: 0 is what the lake holds, else the input's number + 1;
//	                        the top bit marks a row that the merge must look into
//	20 arrival              int64
//	28 what is known        uint16, the bits below
//	30 codes                uint16
//	32 offset               int32
//	36 size of the ID       uint32
//	40 line of the input    int64
//	48 the ID; the times and durations that are known; numbers of words; keys; flags
const (
	rowArrivalAt = 20
	rowKnownAt   = 28
	rowCodesAt   = 30
	rowOffsetAt  = 32
	rowIDSizeAt  = 36
	rowLineAt    = 40
	rowHeader    = 48
	slowRow      = 1 << 31
)

// What a row has beyond what all have: the times from bit 0, the durations from bit 3.
const (
	hasTime   = 1 << 0
	hasMillis = 1 << 3
	hasVisits = 1 << 9 // visit or visits is not 1
	hasCaller = 1 << 10
	hasMore   = 1 << 11 // transfer, language or reason
	hasFlags  = 1 << 12
)

func rowSize(row []byte) int     { return int(binary.LittleEndian.Uint32(row)) }
func rowQueue(row []byte) uint32 { return binary.LittleEndian.Uint32(row[4:]) }
func rowHash(row []byte) uint64  { return binary.LittleEndian.Uint64(row[8:]) }
func rowInput(row []byte) uint32 { return binary.LittleEndian.Uint32(row[16:]) }
func rowLine(row []byte) int64   { return int64(binary.LittleEndian.Uint64(row[rowLineAt:])) }
func rowArrival(row []byte) int64 {
	return int64(binary.LittleEndian.Uint64(row[rowArrivalAt:]))
}

func rowID(row []byte) []byte {
	n := int(binary.LittleEndian.Uint32(row[rowIDSizeAt:]))
	return row[rowHeader : rowHeader+n]
}

// A rowCoder writes rows for one goroutine.
type rowCoder struct {
	numberer
}

func newRowCoder(tables *wordTables, seed maphash.Seed) *rowCoder {
	return &rowCoder{numberer{tables: tables, seed: seed}}
}

// mostFixed bounds what a row takes beside its ID and its texts.
const mostFixed = rowHeader + 9*8 + 8 + wordCount*(1+2*binary.MaxVarintLen32) + len(Key{}) + binary.MaxVarintLen64

// most bounds the size of the row of a contact.
func (r *rowCoder) most(c *Contact) int {
	return mostFixed + len(c.ID) + len(c.QueueNative) + len(c.DNIS) + len(c.TransferTo) + len(c.Language) + len(c.Reason)
}

// append appends c as a row; b has room for it.
func (r *rowCoder) append(b []byte, c *Contact, input uint32, line int64) []byte {
	at := len(b)
	row := b[at : at+rowHeader : cap(b)]
	if c.Visit == 0 || c.Visits != 1 {
		input |= slowRow
	}
	binary.LittleEndian.PutUint32(row[4:], r.number(wordQueue, c.Queue))
	binary.LittleEndian.PutUint64(row[8:], maphash.String(r.seed, c.ID))
	binary.LittleEndian.PutUint32(row[16:], input)
	binary.LittleEndian.PutUint64(row[rowArrivalAt:], uint64(c.Arrival))
	binary.LittleEndian.PutUint16(row[rowCodesAt:], uint16(c.Fold)|uint16(c.Direction)<<1|uint16(c.Transfer)<<4|uint16(c.Quality)<<7|uint16(c.Outcome)<<11)
	binary.LittleEndian.PutUint32(row[rowOffsetAt:], uint32(c.Offset))
	binary.LittleEndian.PutUint32(row[rowIDSizeAt:], uint32(len(c.ID)))
	binary.LittleEndian.PutUint64(row[rowLineAt:], uint64(line))
	row = append(row, c.ID...)
	known := uint16(0)
	for i, t := range [...]Micros{c.Queued, c.Answered, c.Ended} {
		if t != 0 {
			known |= hasTime << i
			row = binary.LittleEndian.AppendUint64(row, uint64(t))
		}
	}
	for i, d := range [...]Millis{c.IVR, c.Wait, c.Ring, c.Talk, c.Hold, c.Wrap} {
		if d >= 0 {
			known |= hasMillis << i
			row = binary.LittleEndian.AppendUint32(row, uint32(d))
		}
	}
	if c.Visit != 1 || c.Visits != 1 {
		known |= hasVisits
		row = binary.LittleEndian.AppendUint32(row, uint32(c.Visit))
		row = binary.LittleEndian.AppendUint32(row, uint32(c.Visits))
	}
	row = r.word(row, wordNative, c.QueueNative)
	row = r.word(row, wordDNIS, c.DNIS)
	if c.Agent == (Key{}) {
		row = append(row, noWord)
	} else {
		row = r.word(row, wordAgent, string(c.Agent[:]))
	}
	if c.Caller != (Key{}) {
		known |= hasCaller
		row = append(row, c.Caller[:]...)
	}
	if len(c.TransferTo)+len(c.Language)+len(c.Reason) > 0 {
		known |= hasMore
		row = r.word(row, wordTransfer, c.TransferTo)
		row = r.word(row, wordLanguage, c.Language)
		row = r.word(row, wordReason, c.Reason)
	}
	if c.Flags != 0 {
		known |= hasFlags
		row = binary.AppendUvarint(row, uint64(c.Flags))
	}
	binary.LittleEndian.PutUint16(row[rowKnownAt:], known)
	binary.LittleEndian.PutUint32(row, uint32(len(row)))
	return b[:at+len(row)]
}

// word appends the number of a word, and the word where it has none.
func (r *rowCoder) word(row []byte, column int, word string) []byte {
	n := r.number(column, word)
	row = binary.AppendUvarint(row, uint64(n))
	if n == inlineWord {
		row = append(binary.AppendUvarint(row, uint64(len(word))), word...)
	}
	return row
}
