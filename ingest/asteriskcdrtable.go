package ingest

import (
	"io"

	"github.com/ringtide/ringtide/lake"
)

// Asterisk's cdr table, exported with its header. The legs are those of cdr_csv; tables
// without the columns start, answer and end have calldate and the two durations.
var asteriskCDRTable = format{
	name:  "asterisk-cdr-table",
	title: "Asterisk cdr table (database export, FreePBX, PBXware)",
	tells: asteriskCDR.tells,
	lacks: asteriskCDR.lacks,

	source: "asterisk-cdr", version: 3, family: "asterisk-cdr",
	detect: func(h *head) bool {
		for _, start := range []string{"calldate", "start"} {
			for _, seconds := range []string{"duration", "billsec"} {
				if h.names(append([]string{start, seconds}, cdrTableNeeds...)...) {
					return true
				}
			}
		}
		return false
	},
	read:   readAsteriskCDRTable,
	stitch: stitchAsteriskCDR,
	tail:   tailHeadered,
}

// Who exports the table picks its columns, so few are always there.
var (
	cdrTableNeeds = []string{"src", "dst", "disposition"}
	cdrTableMay   = []string{"channel", "dstchannel", "lastapp", "lastdata", "duration", "billsec", "calldate", "start", "answer", "end", "uniqueid", "linkedid", "sequence", "did", "dcontext"}
)

func readAsteriskCDRTable(l *load, f *file, r io.Reader) error {
	comma, body := separator(r, "src", "dst", "disposition")
	t, err := l.sheet(f, body, comma, cdrTableNeeds, cdrTableMay)
	if err != nil {
		return err
	}
	k := l.clock(f)
	return l.eachRow(f, t, func() (*reject, error) {
		row, bad := cdrTableRow(t)
		if bad != nil {
			return bad, nil
		}
		g, bad := row.leg(l, k)
		if bad != nil {
			return bad, nil
		}
		if t.ill {
			g.Fact |= lake.FlagEncoding
		}
		return nil, l.leg(f, t.line, &g)
	})
}

func cdrTableRow(t *sheet) (cdrRow, *reject) {
	get := t.get
	row := cdrRow{
		src: get("src"), dst: get("dst"), context: get("dcontext"), channel: get("channel"), dstchannel: get("dstchannel"), app: get("lastapp"), data: get("lastdata"),
		start: get("calldate"), answer: get("answer"), end: get("end"), duration: get("duration"), billsec: get("billsec"), disposition: get("disposition"),
		unique: string(get("uniqueid")), linked: string(get("linkedid")), sequence: string(get("sequence")),
	}
	if len(row.start) == 0 {
		row.start = get("start")
	}
	if dispositionOf(row.disposition) < 0 {
		return row, &reject{reasonEvent, "disposition"}
	}
	row.derive, row.did, row.knownDIDs = len(row.end) == 0, get("did"), t.has("did")
	row.oneEnded, row.nameless = !t.has("dstchannel"), !t.has("uniqueid") && !t.has("linkedid") && !t.has("channel")
	return row, nil
}
