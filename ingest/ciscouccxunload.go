package ingest

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"strings"
)

// The tables of ciscouccx.go as Informix unloads them: no header, a bar behind every field, a backslash
// before a bar that is part of one. Columns are told by their place, which no release has moved; later
// releases add some at the end.
var ciscoUCCXUnload = format{
	name:  "cisco-uccx-unload",
	title: "Cisco UCCX tables ContactCallDetail, ContactQueueDetail, AgentConnectionDetail without a header, as unloaded",
	tells: ciscoUCCX.tells,
	lacks: ciscoUCCX.lacks + "; names of queues, which are numbers here",

	source: "cisco-uccx", version: 1, family: "cisco-uccx",
	detect: func(h *head) bool { _, _, ok := h.uccxTable(); return ok },
	read:   readUCCXUnload,
	stitch: stitchUCCX,
}

// A uccxPlaces is a table by the places of its columns.
type uccxPlaces struct {
	columns []string
	fits    map[int]*regexp.Regexp // what stands in some of them
	read    func(l *load, t *sheet, g *leg) *reject
}

var (
	uccxWhole = regexp.MustCompile(`^\d{1,6}$`)
	uccxStamp = regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$`)
	uccxBool  = regexp.MustCompile(`^[tf01]?$`)
	uccxBit   = regexp.MustCompile(`^[01]$`)
	uccxLong  = regexp.MustCompile(`^\d{1,19}(\.0*)?$`)
	uccxMaybe = regexp.MustCompile(`^\d{0,6}$`)
)

var uccxTables = []uccxPlaces{
	{
		strings.Fields("sessionID sessionSeqNum nodeID profileID contactType contactDisposition dispositionReason originatorType originatorID originatorDN destinationType destinationID destinationDN startDateTime endDateTime gmtOffset calledNumber"),
		map[int]*regexp.Regexp{0: uccxLong, 1: uccxWhole, 2: uccxWhole, 3: uccxWhole, 4: uccxWhole, 5: uccxWhole, 7: uccxMaybe, 13: uccxStamp, 14: uccxStamp},
		uccxCallRow,
	},
	{
		strings.Fields("sessionID sessionSeqNum nodeID profileID resourceID startDateTime endDateTime qIndex gmtOffset ringTime talkTime holdTime workTime"),
		map[int]*regexp.Regexp{0: uccxLong, 1: uccxWhole, 2: uccxWhole, 3: uccxWhole, 4: uccxWhole, 5: uccxStamp, 6: uccxStamp, 7: uccxMaybe, 9: uccxMaybe, 10: uccxMaybe, 11: uccxMaybe, 12: uccxMaybe},
		uccxAgentRow,
	},
	{
		strings.Fields("sessionID sessionSeqNum profileID nodeID targetID targetType qIndex queueOrder disposition metServiceLevel queueTime"),
		map[int]*regexp.Regexp{0: uccxLong, 1: uccxWhole, 2: uccxWhole, 3: uccxWhole, 4: uccxWhole, 5: uccxBit, 6: uccxWhole, 7: uccxWhole, 8: uccxWhole, 9: uccxBool, 10: uccxMaybe},
		uccxQueueRow,
	},
}

// uccxTable finds the table that one of the first lines of a file is of, and its separator.
func (h *head) uccxTable() (table *uccxPlaces, comma byte, ok bool) {
	for _, line := range bytes.SplitN(h.data, []byte("\n"), 4)[:min(3, 1+bytes.Count(h.data, []byte("\n")))] {
		for _, c := range []byte("|,;\t") {
			fields := (&head{line: trimCR(line)}).fields(c, c != '|')
			for i := range uccxTables {
				if t := &uccxTables[i]; t.has(fields) {
					return t, c, true
				}
			}
		}
	}
	return nil, 0, false
}

func (p *uccxPlaces) has(fields []string) bool {
	if len(fields) < len(p.columns) {
		return false
	}
	for i, form := range p.fits {
		if !form.MatchString(fields[i]) {
			return false
		}
	}
	return true
}

func readUCCXUnload(l *load, f *file, r io.Reader) error {
	body, data := peeked(r)
	table, comma, ok := newHead(data).uccxTable()
	if !ok {
		return f.at(1, errors.New("the first line is of none of the tables ContactCallDetail, ContactQueueDetail and AgentConnectionDetail; export them with their column names"))
	}
	t := declared(newSplitter(body, comma, comma != '|'), table.columns)
	t.want = 0 // releases add columns
	return l.eachRecord(f, t.splitter, func() (*reject, error) {
		if comma == '|' {
			t.fields = unescaped(t.fields)
		}
		if len(t.fields) < len(table.columns) {
			return &reject{reasonColumns, ""}, nil
		}
		g, bad := uccxLeg(l, t, table.read)
		if bad != nil {
			return bad, nil
		}
		return nil, l.leg(f, t.line, &g)
	})
}

// unescaped joins fields that were cut at a bar with a backslash before it.
func unescaped(fields [][]byte) [][]byte {
	out := fields[:0]
	for i := 0; i < len(fields); i++ {
		field := fields[i]
		for cutAt(field) && i+1 < len(fields) {
			i++
			field = append(append(bytes.Clone(field[:len(field)-1]), '|'), fields[i]...)
		}
		out = append(out, field)
	}
	return out
}

// cutAt reports whether a field ends with a backslash that is no escaped one.
func cutAt(field []byte) bool {
	n := len(field) - len(bytes.TrimRight(field, `\`))
	return n%2 == 1
}
