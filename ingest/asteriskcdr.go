package ingest

import (
	"io"
	"regexp"
	"slices"

	"github.com/ringtide/ringtide/lake"
)

// Master.csv as cdr_csv writes it: no header, 16 columns and then, by cdr.conf, uniqueid,
// userfield, and the three of newcdrcolumns; very old versions lack amaflags. That of cdr_custom, in
// the order that its settings come with, has the caller's name first. A row
// is a leg: parallel ringing, Local channels and each try of a fail-over have their own.
var asteriskCDR = format{
	name:  "asterisk-cdr",
	title: "Asterisk cdr_csv and cdr_custom (Master.csv)",
	tells: "arrival, number dialled, queue of app_queue, wait and talk where the system did not answer first, outcome, agent",
	lacks: "hold, wrap-up, time in the menu; without the column linkedid, which rows are one call",

	source: "asterisk-cdr", version: 3, family: "asterisk-cdr",
	detect: func(h *head) bool {
		_, ok := layoutOf(h.fields(',', true))
		return ok
	},
	read:   readAsteriskCDR,
	stitch: stitchAsteriskCDR,
	tail:   tailLines,
}

// A cdrRow is the fields of a row that are read.
type cdrRow struct {
	src, dst, context, channel, dstchannel, app, data, start, answer, end, duration, billsec, disposition []byte

	unique, linked, sequence string

	did       []byte // the center's number that was dialled from outside
	knownDIDs bool   // the table has it for every call from outside
	derive    bool   // when it was answered and ended is told by the durations only
	oneEnded  bool   // no column tells whose telephone rang
	nameless  bool   // no column names the call
}

var (
	cdrTime      = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$`)
	dispositions = []string{"ANSWERED", "NO ANSWER", "BUSY", "FAILED", "CONGESTION"}
)

// A cdrLayout is where the columns of a file without header are.
type cdrLayout struct {
	src, channel, start, disposition int // each begins a run of columns that are always together
	tail                             int // where the columns named in names begin
	names                            []string
}

// layoutOf finds the layout of a row: that of cdr_csv, or that of the settings which come with
// cdr_custom, where the caller's name is first and the account behind the flags.
func layoutOf(fields []string) (c cdrLayout, ok bool) {
	at := func(i int) string {
		if i < len(fields) {
			return fields[i]
		}
		return ""
	}
	fits := func(start int) bool {
		return cdrTime.MatchString(at(start)) && cdrTime.MatchString(at(start+2)) && slices.Contains(dispositions, at(start+5))
	}
	switch n := len(fields); {
	case n >= 15 && n <= 21 && fits(9):
		return cdrLayout{src: 1, channel: 5, start: 9, disposition: 14, tail: 16, names: cdrTail(fields)}, true
	case n >= 17 && n <= 19 && fits(8):
		return cdrLayout{src: 1, channel: 4, start: 8, disposition: 13, tail: 16, names: []string{"uniqueid", "userfield", "sequence"}[:n-16]}, true
	}
	return c, false
}

// cdrTail names the columns after the sixteenth of cdr_csv, which cdr.conf decides on.
func cdrTail(fields []string) []string {
	n := len(fields)
	named := map[int][]string{
		15: {}, 16: {}, 18: {"uniqueid", "userfield"}, 19: {"peeraccount", "linkedid", "sequence"},
		21: {"uniqueid", "userfield", "peeraccount", "linkedid", "sequence"},
	}
	if tail, ok := named[n]; ok {
		return tail
	}
	tail := []string{"userfield", "peeraccount", "linkedid", "sequence"}
	if _, ok := born(fields[16]); ok {
		tail[0] = "uniqueid"
	}
	return tail[:n-16]
}

func readAsteriskCDR(l *load, f *file, r io.Reader) error {
	s := newSplitter(r, ',', true)
	f.resume(s)
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
	c, ok := layoutOf(text)
	if !ok {
		reason := reasonTime
		if !slices.Contains(dispositions, text[14]) && !slices.Contains(dispositions, text[13]) {
			reason = reasonEvent
		}
		return cdrRow{}, &reject{reason, ""}
	}
	row := cdrRow{
		src: b[c.src], dst: b[c.src+1], context: b[c.src+2], channel: b[c.channel], dstchannel: b[c.channel+1], app: b[c.channel+2], data: b[c.channel+3],
		start: b[c.start], answer: b[c.start+1], end: b[c.start+2], duration: b[c.start+3], billsec: b[c.start+4], disposition: b[c.disposition],
	}
	for i, name := range c.names {
		switch name {
		case "uniqueid":
			row.unique = text[c.tail+i]
		case "linkedid":
			row.linked = text[c.tail+i]
		case "sequence":
			row.sequence = text[c.tail+i]
		}
	}
	return row, nil
}
