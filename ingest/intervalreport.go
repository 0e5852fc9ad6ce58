package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// intervalReport is the report that every phone system can print: a row for each queue and
// interval, or for each day or month, with counts under headings that most systems share.
var intervalReport = format{
	name:  "interval-report",
	title: "interval, daily or monthly report (offered, answered, abandoned, AHT)",
	tells: "counts and, where they come with the counts they are means of, times per queue and interval",
	lacks: "contacts: who waited how long, transfers, redials; what the report leaves out",

	source: "interval-report", version: 1,
	detect: func(h *head) bool { _, _, ok := h.report(); return ok && !avayaCMS.detect(h) },
	read:   readIntervalReport,
}

// A heading is what a column of a report can be.
type heading string

// headings lists the names of columns, without spaces and punctuation and in lower case.
var headings = map[heading][]string{
	"date":    {"date", "day", "rowdate", "reportdate", "calldate", "month", "period", "fecha", "datum"},
	"time":    {"time", "interval", "starttime", "halfhour", "timeinterval", "hour", "intervaltime"},
	"start":   {"datetime", "timestamp", "start", "intervalstart", "starttimestamp", "intervalstarttime", "periodstart", "begin"},
	"minutes": {"intrvl", "intervalminutes", "intervallength", "minutes"},
	"queue":   {"queue", "queuename", "skill", "skillname", "split", "splitname", "csq", "csqname", "service", "servicename", "group", "calltype", "vdn", "huntgroup", "department", "agency", "line"},
	"offered": {"offered", "callsoffered", "contactsoffered", "calls", "contacts", "callsreceived", "received", "totalcalls", "callvolume", "volume", "presented", "callspresented", "incoming", "incomingcalls", "inbound", "inboundcalls", "totalcallsoffered", "numberofcalls", "callcount"},
	"handled": {"handled", "answered", "callsanswered", "callshandled", "contactshandled", "contactsanswered", "acdcalls", "totalanswered", "totalhandled", "callsaccepted"},

	"abandoned":   {"abandoned", "abandons", "callsabandoned", "contactsabandoned", "abandonedcalls", "abncalls", "aband", "totalabandoned", "lost", "lostcalls"},
	"short":       {"shortabandoned", "shortabandons", "shortabandonedcalls"},
	"blocked":     {"blocked", "busy", "busycalls", "blockedcalls"},
	"out":         {"overflowout", "overflowed", "flowout", "outflow", "outflowcalls"},
	"in":          {"overflowin", "flowin", "inflow", "inflowcalls"},
	"aht":         {"aht", "avghandletime", "averagehandletime", "averagehandlingtime", "avghandlingtime"},
	"talk":        {"att", "avgtalktime", "averagetalktime", "avgtalk"},
	"hold":        {"avgholdtime", "averageholdtime", "avghold"},
	"wrap":        {"avgacw", "avgacwtime", "averageacw", "avgwrap", "avgwraptime", "averagewraptime", "averageaftercallwork"},
	"asa":         {"asa", "avgspeedofanswer", "averagespeedofanswer", "averagespeedtoanswer", "avgspeedtoanswer", "averagewaittime", "avgwaittime", "avgwait"},
	"abandonwait": {"avgabandontime", "averageabandontime", "avgtimetoabandon", "averagetimetoabandon"},
	"partial":     {"partial", "incomplete", "provisional"},
}

// ofContacts are columns that only a list of contacts has.
var ofContacts = []string{"callid", "contactid", "uniqueid", "sessionid", "uuid", "guid", "ani", "caller", "callerid", "phonenumber", "from", "src", "linkedid", "agent", "agentname"}

func headingOf(name string) heading {
	plain := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + 'a' - 'A'
		}
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ReplaceAll(name, "#", "numberof"))
	for h, names := range headings {
		if slices.Contains(names, plain) {
			return h
		}
	}
	if slices.Contains(ofContacts, plain) {
		return "contact"
	}
	return ""
}

// report returns the separator and the headings of a report, by column; ok is false for a
// file that is none.
func (h *head) report() (comma byte, columns []heading, ok bool) {
	for _, c := range []byte(",;\t|") {
		if columns, ok = reportColumns(h.fields(c, true)); ok {
			return c, columns, true
		}
	}
	return 0, nil, false
}

func reportColumns(names []string) (columns []heading, ok bool) {
	at := map[heading]int{}
	for _, name := range names {
		k := headingOf(name)
		if _, twice := at[k]; twice && k != "" {
			k = "" // the first is taken
		}
		at[k] = len(columns)
		columns = append(columns, k)
	}
	has := func(h heading) bool { _, ok := at[h]; return ok }
	return columns, (has("date") || has("start")) && (has("offered") || has("handled")) && !has("contact")
}

var errNoLength = errors.New("the report does not tell how long its intervals are: load more than one of them, or name the length in a profile")

func readIntervalReport(l *load, f *file, r io.Reader) error {
	b := bufio.NewReaderSize(r, detectBytes)
	data, _ := b.Peek(detectBytes)
	comma, columns, ok := newHead(data).report()
	if !ok {
		return f.at(1, errors.New("this is no interval report: no columns for the date and for calls offered or answered; a profile can name them"))
	}
	s := newSplitter(b, comma, true)
	if err := s.read(); err != nil {
		return f.at(1, readable(err))
	}
	s.want = len(columns)
	for i, name := range s.fields {
		if columns[i] == "" {
			f.unread(string(trim(name)))
		}
	}
	p := &reportRow{intervalReader: l.intervals(f), columns: columns, seconds: commonLength(data, comma, columns)}
	return l.eachRecord(f, s, func() (*reject, error) {
		if len(s.fields) != s.want {
			return &reject{reasonColumns, ""}, nil
		}
		return p.row(s)
	})
}

// reportRow reads the rows of a report.
type reportRow struct {
	*intervalReader
	columns []heading
	seconds int64 // length of intervals whose rows do not tell
}

func (p *reportRow) row(s *splitter) (*reject, error) {
	field := map[heading][]byte{}
	for i, h := range p.columns {
		if h != "" && !isUnknown(s.fields[i]) {
			field[h] = s.fields[i]
		}
	}
	at, err := spanOf(field)
	if err != nil {
		if strings.HasPrefix(strings.ToLower(string(field["date"])), "total") {
			p.f.ignore("total")
			return nil, nil
		}
		return &reject{reasonTime, "date"}, nil
	}
	seconds := at.seconds
	if n, ok := parseCount(field["minutes"]); ok && n > 0 {
		seconds = n * 60
	}
	if seconds == 0 && at.days == 0 {
		if seconds = p.seconds; seconds == 0 {
			return nil, p.f.at(s.line, errNoLength)
		}
	}
	queue := string(field["queue"])
	if queue == "" {
		queue = p.f.source
	}
	fact := p.fact(at, seconds, queue)
	if s.ill {
		fact.Flags |= lake.FlagEncoding
	}
	if bad := readReport(field, &fact); bad != nil {
		return bad, nil
	}
	if bad := p.put(s.line, &fact); bad != nil {
		return bad, nil
	}
	p.used()
	return nil, nil
}

// isUnknown reports whether a report says with a field that it does not know.
func isUnknown(b []byte) bool {
	switch strings.ToLower(string(b)) {
	case "", "-", "--", "n/a", "na", "null", "nan":
		return true
	}
	return false
}

func spanOf(field map[heading][]byte) (span, error) {
	if start := field["start"]; start != nil && field["date"] == nil {
		return parseSpan(start, nil)
	}
	clock := field["time"]
	if clock == nil && field["start"] != nil {
		clock = field["start"]
	}
	return parseSpan(field["date"], clock)
}

// readReport fills in the numbers. A mean is taken with the count it is the mean of, or not
// at all.
func readReport(field map[heading][]byte, fact *lake.Fact) *reject {
	for _, c := range []struct {
		name heading
		into *int64
	}{
		{"offered", &fact.Offered}, {"handled", &fact.Handled}, {"abandoned", &fact.Abandoned}, {"short", &fact.ShortAbandoned},
		{"blocked", &fact.Blocked}, {"out", &fact.OverflowOut}, {"in", &fact.OverflowIn},
	} {
		n, ok := parseCount(field[c.name])
		if !ok {
			return &reject{reasonCount, string(c.name)}
		}
		*c.into = n
	}
	talk := heading("talk")
	if field[talk] == nil {
		talk = "aht" // not parted: it stands as talk
	}
	for _, m := range []struct {
		name heading
		of   int64
		into *int64
	}{
		{talk, fact.Handled, &fact.Talk}, {"hold", fact.Handled, &fact.Hold}, {"wrap", fact.Handled, &fact.Wrap},
		{"asa", fact.Handled, &fact.AnswerMillis}, {"abandonwait", fact.Abandoned, &fact.AbandonMillis},
	} {
		if field[m.name] == nil || m.of < 0 {
			continue
		}
		ms, err := parseMillis(field[m.name], "clock")
		if err != nil || ms < 0 || ms > defaultMax.Milliseconds() {
			return &reject{reasonDuration, string(m.name)}
		}
		*m.into = ms * m.of
	}
	partial := strings.ToLower(string(field["partial"]))
	fact.Partial = partial != "" && partial != "0" && partial != "no" && partial != "n" && partial != "false"
	return nil
}

// commonLength returns the shortest step between the starts of rows, in seconds, where it
// is a usual length of intervals; 0 where none shows.
func commonLength(data []byte, comma byte, columns []heading) int64 {
	s := newSplitter(bytes.NewReader(data), comma, true)
	var starts []int64
	for s.read() == nil {
		field := map[heading][]byte{}
		for i, h := range columns {
			if i < len(s.fields) && h != "" {
				field[h] = trim(s.fields[i])
			}
		}
		if at, err := spanOf(field); err == nil && at.days == 0 {
			starts = append(starts, at.micros/1e6)
		}
	}
	slices.Sort(starts)
	starts = slices.Compact(starts)
	for _, usual := range []int64{900, 1800, 3600} {
		for i := 1; i < len(starts); i++ {
			if starts[i]-starts[i-1] == usual {
				return usual
			}
		}
	}
	return 0
}
