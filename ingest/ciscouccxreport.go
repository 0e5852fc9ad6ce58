package ingest

import (
	"io"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// The detailed reports of Cisco Unified Contact Center Express, saved as CSV: a row for each part of a
// session, with the queue and the agent, in the wall clock of the report.
var ciscoUCCXReport = format{
	name:  "cisco-uccx-report",
	title: "Cisco UCCX report Detailed Call CSQ Agent (also CCDR), saved as CSV",
	tells: "arrival, number dialled, queue, wait, ring, talk, hold, wrap-up, outcome, agent",
	lacks: "time in the menu apart from the queue; queues that a session left; the zone of its times",

	source: "cisco-uccx-report", version: 1,
	detect: func(h *head) bool { _, _, ok := h.titled(isUCCXReport); return ok },
	read:   readUCCXReport,
	stitch: stitchUCCX,
}

var uccxReportColumns = []namedAs{
	{"session", []string{"nodeidsessionidsequenceno", "nodeidsessionidsequencenumber", "nodeidsessionidsequence", "nodeidsessionid", "sessionid"}},
	{"seq", []string{"sequenceno", "sequencenumber", "sessionseqnum"}},
	{"start", []string{"callstarttime", "starttime", "startdatetime"}},
	{"end", []string{"callendtime", "endtime", "enddatetime"}},
	{"disposition", []string{"contactdisposition", "disposition"}},
	{"type", []string{"contacttype", "calltype"}},
	{"caller", []string{"originatordncallingnumber", "originatordn", "callingnumber", "callani"}},
	{"called", []string{"callednumber", "originalcallednumber"}},
	{"csq", []string{"csqnames", "csqname", "callroutedcsq"}},
	{"queuetime", []string{"queuetime"}},
	{"agent", []string{"agentname", "agentnames", "agentid"}},
	{"ring", []string{"ringtime"}},
	{"talk", []string{"talktime"}},
	{"hold", []string{"holdtime"}},
	{"work", []string{"worktime"}},
}

func isUCCXReport(names []string) bool {
	has := func(column string) bool {
		i := slices.IndexFunc(uccxReportColumns, func(c namedAs) bool { return c.name == column })
		return uccxReportColumns[i].at(names) >= 0
	}
	table := slices.Contains(names, "sessionid") && slices.Contains(names, "sessionseqnum")
	return has("session") && has("start") && slices.Contains(names, "contactdisposition") && has("queuetime") && !table
}

func readUCCXReport(l *load, f *file, r io.Reader) error {
	t, err := l.titled(f, r, isUCCXReport, uccxReportColumns)
	if err != nil {
		return err
	}
	row := &uccxReportRow{l, l.clock(f), t.sheet, t.stamps("start")}
	return l.eachRow(f, t.sheet, func() (*reject, error) {
		if isTotal(t.fields[0]) {
			f.ignore("total")
			return nil, nil
		}
		legs, bad := row.legs()
		if bad != nil {
			return bad, nil
		}
		if t.ill {
			legs[0].Fact |= lake.FlagEncoding
		}
		return nil, l.record(f, t.line, legs...)
	})
}

// A uccxReportRow reads the row that a sheet is at into the legs that the tables would have.
type uccxReportRow struct {
	l      *load
	k      *clock
	t      *sheet
	stamps stamps
}

func (r *uccxReportRow) legs() ([]leg, *reject) {
	session, seq := r.session()
	if session == "" {
		return nil, &reject{reasonKey, "session"}
	}
	at, ok := r.stamps.parse(r.t.get("start"))
	if !ok {
		return nil, &reject{reasonTime, "call start time"}
	}
	start := r.k.read(at)
	disposition := uccxDisposition(r.t.get("disposition"))
	if disposition == 0 {
		return nil, &reject{reasonEvent, "contact disposition"}
	}
	part := func(kind int64) leg {
		g := newLeg(session, start.at)
		g.Kind, g.When, g.Count = kind, start.how, seq<<16
		return g
	}
	call := part(uccxCall + uccxStep*disposition)
	call.Fact, call.DNIS, call.Caller = start.flags, string(r.t.get("called")), r.l.hash.caller(r.t.get("caller"))
	call.Word = uccxType(r.t.get("type"))
	if end, ok := r.stamps.parse(r.t.get("end")); ok {
		call.Ended = start.at + lake.Micros(end.micros-at.micros)
	}
	if call.Word == "2" || call.Word == "3" {
		call.Caller, call.DNIS = lake.Key{}, place([]byte(call.DNIS))
	}
	legs := []leg{call}
	queue, agent := part(uccxQueue+uccxStep*disposition), part(uccxAgent)
	agent.Agent = r.l.hash.agent(r.t.get("agent"))
	for _, d := range []struct {
		column string
		into   *leg
		to     *lake.Millis
	}{{"queuetime", &queue, &queue.Wait}, {"ring", &agent, &agent.Ring}, {"talk", &agent, &agent.Talk}, {"hold", &agent, &agent.Hold}, {"work", &agent, &agent.Wrap}} {
		text := r.t.get(d.column)
		if isUnknown(text) {
			continue
		}
		ms, err := parseMillis(text, unitClock)
		if err != nil {
			return nil, &reject{reasonDuration, d.column}
		}
		*d.to, d.into.Fact = tameInto(d.into.Fact, ms)
	}
	name, _, _ := strings.Cut(string(r.t.get("csq")), ",")
	if name = strings.TrimSpace(name); name == lake.AllQueues {
		return nil, &reject{reasonQueue, "csq"}
	}
	if queue.Queue = name; name != "" {
		legs = append(legs, queue)
	}
	if agent.Talk > 0 {
		agent.At = 1 // the report does not tell when the agent was offered the call
		legs = append(legs, agent)
	}
	return legs, nil
}

// session takes 1-28000000001-0 apart: node, session, sequence.
func (r *uccxReportRow) session() (name string, seq int64) {
	text := string(r.t.get("session"))
	seq = whole(r.t.get("seq"))
	if parts := strings.Split(text, "-"); len(parts) == 3 {
		return strings.TrimSpace(parts[0]) + "-" + uccxName(strings.TrimSpace(parts[1])), whole([]byte(strings.TrimSpace(parts[2])))
	}
	return uccxName(text), seq
}

// uccxDisposition reads how a contact ended, as a word or as a number; 0 for none of them.
func uccxDisposition(text []byte) int64 {
	switch word := plain(string(text)); {
	case strings.HasPrefix(word, "abandon"):
		return 1
	case strings.HasPrefix(word, "handled"):
		return 2
	case strings.HasPrefix(word, "abort"), strings.HasPrefix(word, "reject"), strings.HasPrefix(word, "cleared"):
		return 4
	}
	if n := whole(text); n >= 1 && n <= 99 {
		return n
	}
	return 0
}

// uccxType is the number of a kind of contact that a report writes as a word.
func uccxType(text []byte) string {
	switch word := plain(string(text)); {
	case strings.HasPrefix(word, "out"), strings.HasPrefix(word, "preview"):
		return "2"
	case strings.HasPrefix(word, "internal"):
		return "3"
	case strings.HasPrefix(word, "in"):
		return "1"
	}
	return string(text)
}
