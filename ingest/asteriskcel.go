package ingest

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// Asterisk's channel event log, exported from its table with a header: CSV, or what psql
// prints; or as cel_custom writes it without one, in the order that its settings come with. An event
// is a leg; the contact is the linkedid.
var asteriskCEL = format{
	name:  "asterisk-cel",
	title: "Asterisk CEL (channel event log, table export or cel_custom)",
	tells: "arrival, queue of app_queue, number dialled, wait, talk, hold, outcome, transfers, agent, to the microsecond",
	lacks: "wrap-up, callers refused before a channel came up",

	source: "asterisk-cel", version: 2,
	detect: func(h *head) bool { return h.names(celColumns...) || len(h.customCEL()) > 0 },
	read:   readAsteriskCEL,
	stitch: stitchAsteriskCEL,
}

// What an event of the log is, in leg.Kind, with whose channel it is of.
const (
	celStart int64 = iota + 1
	celAnswer
	celApp
	celEnter // a bridge
	celExit
	celHangup
	celHold
	celUnhold
	celBlind
	celAttended
	celEnd
	celIncall
	celBlocked
	celOutcall

	celEvent          = 31
	celOwn      int64 = 32 // the channel of the caller
	celPerson   int64 = 64 // the channel of a telephone or trunk that was rung
	celOutbound int64 = 128
	celInternal int64 = 256
)

var celEvents = map[string]int64{
	"CHAN_START": celStart, "ANSWER": celAnswer, "APP_START": celApp, "BRIDGE_ENTER": celEnter, "BRIDGE_START": celEnter,
	"BRIDGE_EXIT": celExit, "BRIDGE_END": celExit, "HANGUP": celHangup, "HOLD": celHold, "UNHOLD": celUnhold,
	"BLINDTRANSFER": celBlind, "ATTENDEDTRANSFER": celAttended, "LINKEDID_END": celEnd,
	"XIVO_INCALL": celIncall, "XIVO_OUTCALL": celOutcall, "WAZO_USER_BLOCKED_CALL": celBlocked,
}

// celColumns are the columns without which events are no contacts.
var celColumns = []string{"eventtype", "eventtime", "channame", "uniqueid", "linkedid"}

// celCustom is the order of columns in the settings that cel_custom comes with; the last is of later
// versions.
var celCustom = []string{
	"eventtype", "eventtime", "cid_name", "cid_num", "cid_ani", "cid_rdnis", "cid_dnid", "exten", "context", "channame", "appname",
	"appdata", "amaflags", "accountcode", "uniqueid", "linkedid", "peer", "userfield", "userdeftype", "extra",
}

// customCEL returns the columns of a file that begins with an event in that order.
func (h *head) customCEL() []string {
	f := h.fields(',', true)
	if len(f) != len(celCustom) && len(f) != len(celCustom)-1 || celEvents[f[0]] == 0 && f[0] != "CHAN_END" || !strings.Contains(f[9], "/") {
		return nil
	}
	_, ok1 := born(f[14])
	_, ok2 := born(f[15])
	if !ok1 || !ok2 {
		return nil
	}
	return celCustom[:len(f)]
}

func readAsteriskCEL(l *load, f *file, r io.Reader) error {
	b := bufio.NewReaderSize(r, detectBytes)
	data, _ := b.Peek(detectBytes)
	if columns := newHead(data).customCEL(); columns != nil {
		return readCEL(l, f, declared(newSplitter(b, ',', true), columns))
	}
	r = b
	comma, body := separator(r, "eventtype", "eventtime", "linkedid")
	t, err := l.sheet(f, body, comma, celColumns, []string{"cid_num", "exten", "context", "appname", "appdata"})
	if err != nil {
		return err
	}
	return readCEL(l, f, t)
}

// readCEL reads events, of the table or as cel_custom writes them.
func readCEL(l *load, f *file, t *sheet) error {
	k := l.clock(f)
	return l.eachRecord(f, t.splitter, func() (*reject, error) {
		switch {
		case len(t.fields) == 1 && len(bytes.Trim(t.fields[0], "-+")) == 0, len(t.fields) == 1 && bytes.HasSuffix(t.fields[0], []byte("rows)")):
			f.ignore("lines of the table")
			return nil, nil
		case len(t.fields) != t.want:
			return &reject{reasonColumns, ""}, nil
		}
		name := string(t.get("eventtype"))
		kind, known := celEvents[name]
		switch {
		case !known && !eventName.MatchString(name):
			return &reject{reasonEvent, "eventtype"}, nil
		case !known:
			f.ignore(name)
			return nil, nil
		}
		g, bad := celLeg(l, k, t, kind)
		if bad != nil {
			return bad, nil
		}
		return nil, l.leg(f, t.line, &g)
	})
}

func celLeg(l *load, k *clock, t *sheet, kind int64) (g leg, bad *reject) {
	id, channel := string(t.get("linkedid")), string(t.get("uniqueid"))
	if id == "" || channel == "" {
		return g, &reject{reasonKey, "linkedid"}
	}
	at, err := celTime(k, t.get("eventtime"), id)
	if err != nil {
		return g, &reject{reasonTime, "eventtime"}
	}
	g = newLeg(id, at.at)
	g.Kind, g.When, g.Fact, g.Link = kind, at.how, at.flags, channel
	if t.ill {
		g.Fact |= lake.FlagEncoding
	}
	name := t.get("channame")
	switch {
	case channel == id:
		g.Kind |= celOwn
		if kind == celStart {
			g.whoCalls(l, t, name)
		}
	case !bytes.HasPrefix(name, []byte("Local/")) && !bytes.HasPrefix(name, []byte("Announcer/")):
		g.Kind |= celPerson
		g.Agent = l.hash.agent(withoutCount(name))
	}
	if kind == celApp && strings.EqualFold(string(t.get("appname")), "Queue") {
		g.Queue, _, _ = strings.Cut(string(t.get("appdata")), ",")
		if g.Queue == lake.AllQueues {
			return g, &reject{reasonQueue, "appdata"}
		}
	}
	return g, nil
}

// whoCalls tells from the first event of the caller's channel which way the call goes. Only a
// call from outside keeps the number dialled; that of one which seems internal is kept in the leg, as a
// later event can say that it came in.
func (g *leg) whoCalls(l *load, t *sheet, channel []byte) {
	context, number, dialled := strings.ToLower(string(t.get("context"))), t.get("cid_num"), t.get("exten")
	outside := fromOutside(context)
	switch {
	case !outside && (strings.Contains(context, "internal") || len(number) > 0 && bytes.Equal(peerOf(channel), number) || isExtension(number)):
		g.Kind |= celInternal
		if isExternal(dialled) {
			g.Kind ^= celInternal | celOutbound
			return
		}
		g.dialled(dialled)
	case outside || !isExternal(dialled):
		g.dialled(dialled)
	}
	g.Caller = l.hash.caller(number)
}

func (g *leg) dialled(number []byte) {
	if g.DNIS = string(number); g.DNIS == "s" || g.DNIS == lake.AllQueues {
		g.DNIS = ""
	}
}

// celTime reads 2026-03-06 09:00:00.125-05, or the same without offset: then the second in the
// name of the call tells what zone the clock was in. Without a date format in its settings
// Asterisk writes the epoch.
func celTime(k *clock, text []byte, id string) (instant, error) {
	if r, err := parseEpoch(text, formEpoch); err == nil {
		return k.read(r), nil
	}
	if n := len(text); n > 19 && (text[n-3] == '-' || text[n-3] == '+') {
		text = append(slices.Clone(text), ":00"...)
	}
	if r, err := parseRFC3339(text); err == nil {
		return k.read(r), nil
	}
	form := newTimeForm("2006-01-02 15:04:05")
	r, err := form.parse(text)
	if err != nil {
		return instant{}, err
	}
	if epoch, ok := born(id); ok {
		if ahead := floorSeconds(r.micros) - epoch; ahead > -86400 && ahead < 2*86400 {
			return k.twin(r, epoch), nil
		}
	}
	return k.read(r), nil
}
