package ingest

import (
	"io"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// The call log report of Five9, a row per call. Columns are named as in the report
// (QUEUE WAIT TIME) or as programs that fetch it write them (queue_wait_time).
var five9 = format{
	name:  "five9",
	title: "Five9 call log report",
	tells: "arrival, number dialled, skill or campaign as queue, time in the menu, wait, ring, talk, hold, wrap-up, outcome, agent",
	lacks: "the way of a call through several skills; the zone of its times",

	source: "five9", version: 2,
	detect: func(h *head) bool {
		_, ok := five9Separator(h)
		return ok
	},
	read: readFive9,
}

var five9Times = []timeForm{
	newTimeForm("Mon, 02 Jan 2006 15:04:05"), newTimeForm("2006-01-02 15:04:05"), newTimeForm("1/2/2006 15:04:05"),
	newTimeForm("1/2/2006 3:04:05 PM"), newTimeForm("1/2/2006 15:04"), newTimeForm("1/2/2006 3:04 PM"), newTimeForm("2006-01-02T15:04:05.999"), newTimeForm("2006-01-02T15:04:05.999-07:00"), newTimeForm("2006-01-02T15:04:05.999Z07:00"),
}

// Who orders the report picks its columns, so few are always there: one of these sets.
var (
	five9Known = [][]string{
		{"CALL ID", "CALL TYPE", "QUEUE WAIT TIME", "TALK TIME", "ABANDONED"},
		{"CALL ID", "CALL TYPE", "CAMPAIGN", "DISPOSITION"},
	}
	five9Needs = []string{"CALL ID", "CALL TYPE"}
	five9May   = []string{
		"TIMESTAMP", "DATE", "TIME", "QUEUE WAIT TIME", "TALK TIME", "ABANDONED", "SKILL", "CAMPAIGN", "AGENT", "DISPOSITION", "ANI", "DNIS",
		"IVR TIME", "RING TIME", "HOLD TIME", "PARK TIME", "AFTER CALL WORK TIME", "TRANSFERS",
	}
)

// underscored names columns as programs do.
func underscored(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = strings.ReplaceAll(strings.ToLower(n), " ", "_")
	}
	return out
}

func five9Separator(h *head) (byte, bool) {
	for _, known := range five9Known {
		for _, when := range [][]string{{"TIMESTAMP"}, {"DATE", "TIME"}} {
			columns := append(slices.Clone(known), when...)
			if comma, ok := h.separator(columns...); ok {
				return comma, true
			}
			if comma, ok := h.separator(underscored(columns)...); ok {
				return comma, true
			}
		}
	}
	return 0, false
}

func readFive9(l *load, f *file, r io.Reader) error {
	needs, may := five9Needs, five9May
	t, err := l.headed(f, r)
	if err != nil {
		return err
	}
	name := func(s string) string { return s }
	if t.has("call_id") {
		needs, may = underscored(needs), underscored(may)
		name = func(s string) string { return underscored([]string{s})[0] }
	}
	if err := t.expect(f, needs, may); err != nil {
		return err
	}
	row := five9Row{
		l: l, clock: l.clock(f), get: func(column string) []byte { return t.get(name(column)) },
		has: func(column string) bool { return t.has(name(column)) },
	}
	return l.eachRow(f, t, func() (*reject, error) {
		kind := strings.ToLower(string(row.get("CALL TYPE")))
		if strings.HasPrefix(kind, "3rd party") || strings.HasPrefix(kind, "test") {
			f.ignore("call type " + kind)
			return nil, nil
		}
		c, bad := row.contact(kind)
		if bad != nil {
			return bad, nil
		}
		if t.ill {
			c.Flags |= lake.FlagEncoding
		}
		return l.contact(f, t.line, row.clock, c)
	})
}

// A five9Row reads the row that a sheet is at.
type five9Row struct {
	l     *load
	clock *clock
	get   func(column string) []byte
	has   func(column string) bool
}

func (r *five9Row) contact(kind string) (*lake.Contact, *reject) {
	c := lake.NewContact("", string(r.get("CALL ID")))
	if c.ID == "" {
		return nil, &reject{reasonKey, "CALL ID"}
	}
	when := r.get("TIMESTAMP")
	if !r.has("TIMESTAMP") {
		when = slices.Concat(r.get("DATE"), []byte(" "), r.get("TIME"))
	}
	at, ok := firstForm(five9Times, when)
	if !ok {
		return nil, &reject{reasonTime, "TIMESTAMP"}
	}
	t := r.clock.read(at)
	c.Arrival, c.Quality, c.Flags = t.at, t.how, t.flags
	switch {
	case kind == "inbound" || kind == "queue callback" || strings.HasPrefix(kind, "inbound"):
	case kind == "internal":
		c.Direction = lake.Internal
	case kind == "":
		return nil, &reject{reasonDirection, "CALL TYPE"}
	default:
		c.Direction = lake.Outbound
	}
	if bad := r.durations(&c); bad != nil {
		return nil, bad
	}
	if c.Direction == lake.Inbound {
		c.QueueNative = string(r.get("SKILL"))
		if c.QueueNative == "" || c.QueueNative == "[None]" {
			c.QueueNative = string(r.get("CAMPAIGN"))
		}
		c.DNIS, c.Caller = string(r.get("DNIS")), r.l.hash.caller(r.get("ANI"))
	}
	c.Reason, c.Agent = string(r.get("DISPOSITION")), r.l.hash.agent(r.get("AGENT"))
	return &c, r.outcome(&c)
}

// firstForm reads a time in the first of several forms that it has.
func firstForm(forms []timeForm, text []byte) (reading, bool) {
	for i := range forms {
		if at, err := forms[i].parse(text); err == nil {
			return at, true
		}
	}
	return reading{}, false
}

func (r *five9Row) durations(c *lake.Contact) *reject {
	park := lake.NoMillis
	for _, d := range []struct {
		column string
		to     *lake.Millis
	}{{"IVR TIME", &c.IVR}, {"QUEUE WAIT TIME", &c.Wait}, {"RING TIME", &c.Ring}, {"TALK TIME", &c.Talk}, {"HOLD TIME", &c.Hold},
		{"PARK TIME", &park}, {"AFTER CALL WORK TIME", &c.Wrap}} {
		text := r.get(d.column)
		if len(text) == 0 {
			continue
		}
		ms, err := parseMillis(text, "clock")
		if err != nil {
			return &reject{reasonDuration, d.column}
		}
		*d.to, c.Flags = tameInto(c.Flags, ms)
	}
	c.Hold = plus(c.Hold, park) // a parked caller holds the line as well
	return nil
}

// outcome follows from the mark of abandoned calls and, without it, from whose time was spent.
func (r *five9Row) outcome(c *lake.Contact) *reject {
	agent := string(r.get("AGENT"))
	switch mark := strings.ToLower(string(r.get("ABANDONED"))); {
	case mark == "1" || mark == "true" || mark == "yes":
		c.Outcome = lake.OutcomeAbandoned
	case mark != "" && mark != "0" && mark != "false" && mark != "no":
		return &reject{reasonEvent, "ABANDONED"}
	case c.Talk > 0 || agent != "" && agent != "[None]":
		c.Outcome = lake.OutcomeHandled
	case mark == "" && strings.HasPrefix(strings.ToLower(string(r.get("DISPOSITION"))), "abandon"):
		c.Outcome = lake.OutcomeAbandoned
	case c.IVR > 0 && c.Wait <= 0, !r.has("IVR TIME") && c.Wait == 0 && c.Direction == lake.Inbound:
		c.Outcome, c.QueueNative = lake.OutcomeContained, ""
	}
	if c.Outcome != lake.OutcomeHandled {
		c.Talk, c.Hold, c.Wrap, c.Agent = lake.NoMillis, lake.NoMillis, lake.NoMillis, lake.Key{}
	}
	c.Queue = c.QueueNative
	if c.Queue == lake.AllQueues {
		return &reject{reasonQueue, "SKILL"}
	}
	return nil
}
