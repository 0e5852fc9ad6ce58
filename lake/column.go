package lake

import (
	"encoding/binary"

	"github.com/parquet-go/parquet-go/deprecated"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// A column is one column of the part files. Source and month stand in the path, as hive
// partitions have it.
type column struct {
	name     string
	kind     kind
	optional bool
}

// kind is what a column holds and how its pages are encoded.
type kind uint8

const (
	intKind   kind = iota // int32, deltas
	dateKind              // int32 days since 1970, deltas
	longKind              // int64, deltas
	timeKind              // int64 microseconds since 1970 UTC, deltas
	wordKind              // text of few different values, dictionary
	textKind              // text, prefixes shared with the row before
	agentKind             // 16 bytes of few different values, dictionary
	keyKind               // 16 bytes that nothing can shrink
)

// The columns in the order of the file.
const (
	colID = iota
	colVisit
	colVisits
	colDirection
	colArrival
	colQueued
	colAnswered
	colEnded
	colLocalDate
	colOffset
	colFold
	colQuality
	colQueueNative
	colQueue
	colDNIS
	colOutcome
	colIVR
	colWait
	colRing
	colTalk
	colHold
	colWrap
	colTransfer
	colTransferTo
	colAgent
	colCaller
	colLanguage
	colReason
	colFlags
	columnCount
)

var columns = [columnCount]column{
	colID:          {"contact_id", textKind, false},
	colVisit:       {"visit_seq", intKind, false},
	colVisits:      {"visits", intKind, false},
	colDirection:   {"direction", wordKind, false},
	colArrival:     {"arrival_utc", timeKind, false},
	colQueued:      {"queued_utc", timeKind, true},
	colAnswered:    {"answered_utc", timeKind, true},
	colEnded:       {"ended_utc", timeKind, true},
	colLocalDate:   {"local_date", dateKind, false},
	colOffset:      {"local_offset_s", intKind, false},
	colFold:        {"fold", intKind, false},
	colQuality:     {"time_quality", wordKind, false},
	colQueueNative: {"queue_native", wordKind, true},
	colQueue:       {"queue", wordKind, true},
	colDNIS:        {"dnis", wordKind, true},
	colOutcome:     {"outcome", wordKind, false},
	colIVR:         {"ivr_ms", intKind, true},
	colWait:        {"wait_ms", intKind, true},
	colRing:        {"ring_ms", intKind, true},
	colTalk:        {"talk_ms", intKind, true},
	colHold:        {"hold_ms", intKind, true},
	colWrap:        {"wrap_ms", intKind, true},
	colTransfer:    {"transfer_kind", wordKind, false},
	colTransferTo:  {"transfer_to", wordKind, true},
	colAgent:       {"agent_key", agentKind, true},
	colCaller:      {"caller_key", keyKind, true},
	colLanguage:    {"language", wordKind, true},
	colReason:      {"reason", wordKind, true},
	colFlags:       {"dq_flags", longKind, false},
}

func (k kind) physical() format.Type {
	switch k {
	case intKind, dateKind:
		return format.Int32
	case longKind, timeKind:
		return format.Int64
	case wordKind, textKind:
		return format.ByteArray
	}
	return format.FixedLenByteArray
}

func (k kind) dictionary() bool { return k == wordKind || k == agentKind }
func (k kind) number() bool     { return k <= timeKind }

func (k kind) encoding() format.Encoding {
	switch {
	case k.number():
		return format.DeltaBinaryPacked
	case k.dictionary():
		return format.RLEDictionary
	case k == textKind:
		return format.DeltaByteArray
	}
	return format.Plain
}

func (k kind) codec() format.CompressionCodec {
	if k == keyKind {
		return format.Uncompressed
	}
	return format.Zstd
}

// schemaElements describes the columns to readers of Parquet.
func schemaElements() []format.SchemaElement {
	out := []format.SchemaElement{{Name: "contact", NumChildren: thrift.New(int32(len(columns)))}}
	for _, c := range columns {
		e := format.SchemaElement{Name: c.name, Type: thrift.New(c.kind.physical()), RepetitionType: thrift.New(format.Required)}
		if c.optional {
			e.RepetitionType = thrift.New(format.Optional)
		}
		switch c.kind {
		case dateKind:
			e.LogicalType.Value = &format.DateType{}
			e.ConvertedType = thrift.New(deprecated.Date)
		case timeKind:
			e.LogicalType.Value = &format.TimestampType{IsAdjustedToUTC: true, Unit: format.TimeUnit{Value: &format.MicroSeconds{}}}
			e.ConvertedType = thrift.New(deprecated.TimestampMicros)
		case wordKind, textKind:
			e.LogicalType.Value = &format.StringType{}
			e.ConvertedType = thrift.New(deprecated.UTF8)
		case agentKind, keyKind:
			e.TypeLength = thrift.New(int32(len(Key{})))
		}
		out = append(out, e)
	}
	return out
}

// bound writes a number as statistics have it.
func (k kind) bound(v int64) []byte {
	if k.physical() == format.Int32 {
		return binary.LittleEndian.AppendUint32(nil, uint32(v))
	}
	return binary.LittleEndian.AppendUint64(nil, uint64(v))
}

// less compares bounds.
func (k kind) less(a, b []byte) bool {
	if k.physical() == format.Int32 {
		return int32(binary.LittleEndian.Uint32(a)) < int32(binary.LittleEndian.Uint32(b))
	}
	return int64(binary.LittleEndian.Uint64(a)) < int64(binary.LittleEndian.Uint64(b))
}
