package ingest

import (
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/ringtide/ringtide/lake"
)

// The report of calls that the consoles of Issabel and Elastix save as CSV: the cdr table under
// other names, in the language of the console, with the time that was billed alone.
var asteriskCDRReport = format{
	name:  "asterisk-cdr-report",
	title: "Issabel and Elastix CDR report (Date, Source, Ring Group, Destination, Src. Channel, Dst. Channel, Status, Duration)",
	tells: "arrival, number dialled, ring group as queue, outcome, agent",
	lacks: "wait, talk apart from wait and announcements, hold, wrap-up; which rows are one call, but for those of one UniqueID",

	source: "asterisk-cdr", version: 1, family: "asterisk-cdr",
	detect: func(h *head) bool { _, _, ok := h.titled(isCDRReport); return ok },
	read:   readCDRReport,
	stitch: stitchAsteriskCDR,
}

var cdrReportColumns = []namedAs{
	{"start", []string{"date", "fecha", "data", "datum"}},
	{"src", []string{"source", "origen", "fuente", "origem"}},
	{"group", []string{"ringgroup", "grupodetimbrado", "grupodetimbre", "grupoderingado", "grupodetoque"}},
	{"dst", []string{"destination", "destino"}},
	{"channel", []string{"srcchannel", "canalorigen", "canaldeorigen", "canalfuente", "canalorigem", "canaldeorigem"}},
	{"dstchannel", []string{"dstchannel", "canaldestino", "canaldedestino"}},
	{"disposition", []string{"status", "estado", "disposition"}},
	{"billsec", []string{"duration", "duración", "duracion", "duração", "duracao"}},
	{"uniqueid", []string{"uniqueid"}},
	{"did", []string{"did"}},
}

// isCDRReport reports whether these are the columns of a report.
func isCDRReport(names []string) bool {
	for _, c := range cdrReportColumns {
		optional := c.name == "group" || c.name == "uniqueid" || c.name == "did"
		if !optional && c.at(names) < 0 {
			return false
		}
	}
	return !slices.Contains(names, "lastapp")
}

func readCDRReport(l *load, f *file, r io.Reader) error {
	t, err := l.titled(f, r, isCDRReport, cdrReportColumns)
	if err != nil {
		return err
	}
	k, when := l.clock(f), t.stamps("start")
	return l.eachRow(f, t.sheet, func() (*reject, error) {
		if isTotal(t.fields[0]) {
			f.ignore("total")
			return nil, nil
		}
		row, bad := cdrReportRow(t.sheet, when)
		if bad != nil {
			return bad, nil
		}
		g, bad := row.leg(l, k)
		if bad != nil {
			return bad, nil
		}
		if g.Queue = string(t.get("group")); g.Queue == lake.AllQueues {
			return &reject{reasonQueue, "ring group"}, nil
		}
		if t.ill {
			g.Fact |= lake.FlagEncoding
		}
		return nil, l.leg(f, t.line, &g)
	})
}

func cdrReportRow(t *sheet, when stamps) (cdrRow, *reject) {
	get := func(name string) []byte { return htmlTag.ReplaceAll(t.get(name), nil) }
	row := cdrRow{
		src: get("src"), dst: get("dst"), channel: get("channel"), dstchannel: get("dstchannel"), disposition: get("disposition"),
		unique: string(get("uniqueid")), did: get("did"), knownDIDs: t.has("did"), derive: true,
	}
	at, ok := when.parse(get("start"))
	if !ok {
		return row, &reject{reasonTime, "date"}
	}
	row.start = time.UnixMicro(at.micros).UTC().AppendFormat(nil, "2006-01-02 15:04:05")
	if dispositionOf(row.disposition) < 0 {
		return row, &reject{reasonEvent, "status"}
	}
	seconds, err := spelledSeconds(get("billsec"))
	if err != nil {
		return row, &reject{reasonDuration, "duration"}
	}
	row.billsec = strconv.AppendInt(nil, seconds, 10)
	return row, nil
}

var (
	htmlTag = regexp.MustCompile(`<[^<>]*>`)
	spelled = regexp.MustCompile(`^(?:(\d{1,4}) ?h)? ?(?:(\d{1,4}) ?m(?:in)?)? ?(?:(\d{1,7}) ?s(?:ec|eg)?)?$`)
	inParen = regexp.MustCompile(`\s*\([^()]*\)$`)
)

// spelledSeconds reads 61, 61s, 1m 1s, 61s (1m 1s), 1h 0m 1s and 00:01:01.
func spelledSeconds(text []byte) (int64, error) {
	text = inParen.ReplaceAll(text, nil)
	if ms, err := parseMillis(text, "clock"); err == nil {
		return ms / 1000, nil
	}
	m := spelled.FindSubmatch(text)
	if m == nil || len(text) == 0 {
		return 0, errors.New("no duration")
	}
	return whole(m[1])*3600 + whole(m[2])*60 + whole(m[3]), nil
}
