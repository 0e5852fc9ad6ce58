package ingest

import (
	"io"
	"regexp"
	"slices"

	"github.com/ringtide/ringtide/lake"
)

// Master.csv as cdr_csv writes it: no header, 16 columns and then, by cdr.conf, uniqueid,
// userfield, and the three of newcdrcolumns; very old versions lack amaflags. A row
// is a leg: parallel ringing, Local channels and each try of a fail-over have their own.
var asteriskCDR = format{
	name:  "asterisk-cdr",
	title: "Asterisk cdr_csv (Master.csv)",
	tells: "arrival, number dialled, queue of app_queue, wait and talk where the system did not answer first, outcome, agent",
	lacks: "hold, wrap-up, time in the menu; without the column linkedid, which rows are one call",

	source: "asterisk-cdr", version: 2, family: "asterisk-cdr",
	detect: func(h *head) bool {
		_, ok := layoutOf(h.fields(',', true))
		return ok
	},
	read:   readAsteriskCDR,
	stitch: stitchAsteriskCDR,
}

// A cdrRow is the fields of a row that are read.
type cdrRow struct {
	src, dst, channel, dstchannel, app, data, start, answer, end, duration, billsec, disposition []byte

	unique, linked, sequence string

	did       []byte // the center's number that was dialled from outside
	knownDIDs bool   // the table has it for every call from outside
	derive    bool   // when it was answered and ended is told by the durations only
}

var (
	cdrTime      = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$`)
	dispositions = []string{"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"}
)

// layoutOf finds the columns after the sixteenth, which cdr.conf decides on.
func layoutOf(fields []string) (tail []string, ok bool) {
	n := len(fields)
	if n < 15 || n > 21 || !cdrTime.MatchString(fields[9]) || !cdrTime.MatchString(fields[11]) || !slices.Contains(dispositions, fields[14]) {
		return nil, false
	}
	named := map[int][]string{
		15: {}, 16: {}, 18: {"uniqueid", "userfield"}, 19: {"peeraccount", "linkedid", "sequence"},
		21: {"uniqueid", "userfield", "peeraccount", "linkedid", "sequence"},
	}
	if tail, ok := named[n]; ok {
		return tail, true
	}
	tail = []string{"userfield", "peeraccount", "linkedid", "sequence"}
	if _, ok := born(fields[16]); ok {
		tail[0] = "uniqueid"
	}
	return tail[:n-16], true
}

func readAsteriskCDR(l *load, f *file, r io.Reader) error {
	s := newSplitter(r, ',', true)
	k := l.clock(f)
	return l.eachRecord(f, s, func() (*reject, error) {
		row, bad := cdrFields(s.fields)
		if bad != nil {
			return bad, nil
		}
		g, bad := row.leg(l, k)
		if bad != nil {
			return bad, nil
		}
		if s.ill {
			g.Fact |= lake.FlagEncoding
		}
		return nil, l.leg(f, s.line, &g)
	})
}

func cdrFields(b [][]byte) (cdrRow, *reject) {
	if len(b) < 15 || len(b) > 21 {
		return cdrRow{}, &reject{reasonColumns, ""}
	}
	text := make([]string, len(b))
	for i := range b {
		text[i] = string(b[i])
	}
	tail, ok := layoutOf(text)
	if !ok {
		reason := reasonTime
		if !slices.Contains(dispositions, text[14]) {
			reason = reasonEvent
		}
		return cdrRow{}, &reject{reason, ""}
	}
	row := cdrRow{
		src: b[1], dst: b[2], channel: b[5], dstchannel: b[6], app: b[7], data: b[8],
		start: b[9], answer: b[10], end: b[11], duration: b[12], billsec: b[13], disposition: b[14],
	}
	for i, name := range tail {
		switch name {
		case "uniqueid":
			row.unique = text[16+i]
		case "linkedid":
			row.linked = text[16+i]
		case "sequence":
			row.sequence = text[16+i]
		}
	}
	return row, nil
}
