package ingest

import (
	"io"
	"strconv"
	"strings"
)

// The queue_log as a table of a database, exported with its header. Asterisk's own
// has the parameters in data1 to data5, or joined by | in data, under the names of
// queue_log; PBXware's has a column for wait and talk.
var queueLogTable = format{
	name:  "queue_log-table",
	title: "Asterisk queue_log kept in a database (queue_log table, PBXware)",
	tells: queueLog.tells,
	lacks: queueLog.lacks,

	source: "asterisk", version: 2, family: FormatQueueLog,
	detect: func(h *head) bool {
		return h.names("callid", "queuename", "agent", "event", "time") || h.names("callid", "queue_name", "type", "event", "date_time", "htime", "ttime")
	},
	read:   readQueueTable,
	stitch: stitchQueueLog,
	held:   heldEvents,
	tail:   tailHeadered,
}

func readQueueTable(l *load, f *file, r io.Reader) error {
	comma, body := separator(r, "callid", "event")
	t, err := l.sheet(f, body, comma, []string{"callid", "event"}, []string{
		"time", "queuename", "agent", "data", "data1", "data2", "data3", "data4", "data5",
		"date_time", "queue_name", "type", "param1", "param2", "param3", "entpos", "expos", "htime", "ttime",
	})
	if err != nil {
		return err
	}
	k := l.clock(f)
	return l.eachRow(f, t, func() (*reject, error) {
		at, bad := queueTableTime(k, t)
		if bad != nil {
			return bad, nil
		}
		fields := [][]byte{at, t.get("callid"), t.get("queuename"), t.get("agent"), t.get("event")}
		g, ignored, bad := l.parseEvent(append(fields, queueTableData(t)...))
		if t.has("htime") {
			fields[2], fields[3] = t.get("queue_name"), t.get("type")
			if g, ignored, bad = l.parseEvent(fields); bad == nil && ignored == "" {
				bad = g.unpacked(l, t)
			}
		}
		switch {
		case bad != nil:
			return bad, nil
		case ignored != "":
			f.ignore(ignored)
			return nil, nil
		}
		return nil, l.eventLeg(f, t.line, &g)
	})
}

// queueTableTime returns when an event was, as seconds since 1970 with a fraction. Newer tables
// have the wall clock of the machine; the name of the call, which begins with the second in
// which it came in, tells what zone that is.
func queueTableTime(k *clock, t *sheet) ([]byte, *reject) {
	text := t.get("time")
	if t.has("date_time") {
		text = t.get("date_time")
	}
	if !strings.ContainsRune(string(text), '-') {
		return text, nil
	}
	form := newTimeForm("2006-01-02 15:04:05")
	r, err := form.parse(text)
	if err != nil {
		return nil, &reject{reasonTime, "time"}
	}
	at := k.read(r)
	if epoch, ok := born(string(t.get("callid"))); ok {
		at = k.twin(r, epoch)
	}
	return strconv.AppendFloat(nil, float64(at.at)/1e6, 'f', 6, 64), nil
}

// queueTableData returns the parameters of an event, without the empty ones at the end.
func queueTableData(t *sheet) [][]byte {
	var data [][]byte
	if joined := t.get("data"); len(joined) > 0 {
		for _, p := range strings.Split(string(joined), "|") {
			data = append(data, []byte(p))
		}
		return data
	}
	for i := range 5 {
		data = append(data, t.get("data"+string(rune('1'+i))))
	}
	for len(data) > 0 && len(data[len(data)-1]) == 0 {
		data = data[:len(data)-1]
	}
	return data
}

// unpacked reads the parameters from the columns that PBXware has for them.
func (g *leg) unpacked(l *load, t *sheet) *reject {
	wait, ok1 := g.seconds(t.get("htime"))
	talk, ok2 := g.seconds(t.get("ttime"))
	if !ok1 || !ok2 {
		return &reject{reasonDuration, "htime"}
	}
	switch g.Kind {
	case eventDID:
		g.To = string(t.get("param1"))
	case eventEnter:
		g.Caller = l.hash.caller(t.get("param1"))
	case eventConnect:
		g.Wait = wait
		if ring, ok := g.seconds(t.get("param3")); ok {
			g.Ring = ring
		}
	case eventComplete:
		g.Wait, g.Talk = wait, talk
	case eventAbandon, eventExit:
		g.Wait = wait
	case eventBlind, eventAttended:
		g.Wait, g.Talk, g.To = wait, talk, place(t.get("param1"))
	}
	return nil
}
