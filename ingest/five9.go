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
	detect: func(h *head) bool { _, _, ok := h.titled(isFive9); return ok },
	read:   readFive9,
}

// Who orders the report picks its columns, so few are always there.
var five9Columns = []namedAs{
	{"CALL ID", []string{"callid"}}, {"CALL TYPE", []string{"calltype"}}, {"TIMESTAMP", []string{"timestamp", "calltimestamp", "datetime"}},
	{"DATE", []string{"date", "calldate"}}, {"TIME", []string{"time", "timeofday"}},
	{"QUEUE WAIT TIME", []string{"queuewaittime", "queuetime"}}, {"TALK TIME", []string{"talktime"}}, {"ABANDONED", []string{"abandoned"}},
	{"SKILL", []string{"skill", "skillname"}}, {"CAMPAIGN", []string{"campaign", "campaignname"}}, {"AGENT", []string{"agent", "agentemail", "agentusername"}},
	{"DISPOSITION", []string{"disposition", "dispositionname"}}, {"ANI", []string{"ani"}}, {"DNIS", []string{"dnis"}},
	{"IVR TIME", []string{"ivrtime"}}, {"RING TIME", []string{"ringtime"}}, {"HOLD TIME", []string{"holdtime"}}, {"PARK TIME", []string{"parktime"}},
	{"AFTER CALL WORK TIME", []string{"aftercallworktime", "aftercallwork", "acwtime", "wrapuptime"}}, {"TRANSFERS", []string{"transfers"}},
}

func isFive9(names []string) bool {
	has := func(name string) bool { return slices.Contains(names, name) }
	what := has("abandoned") && has("talktime") && has("queuewaittime") || (has("campaign") || has("skill")) && has("disposition")
	when := has("timestamp") || has("datetime") || has("date") && has("time")
	return has("callid") && has("calltype") && what && when
}

func readFive9(l *load, f *file, r io.Reader) error {
	t, err := l.titled(f, r, isFive9, five9Columns)
	if err != nil {
		return err
	}
	row := five9Row{l: l, clock: l.clock(f), get: t.get, has: t.has}
	if row.stamps = t.stamps("TIMESTAMP"); !t.has("TIMESTAMP") {
		row.stamps = t.stamps("DATE")
	}
	return l.eachRow(f, t.sheet, func() (*reject, error) {
		kind := strings.ToLower(string(row.get("CALL TYPE")))
		switch {
		case isTotal(t.fields[0]):
			f.ignore("total")
			return nil, nil
		case strings.HasPrefix(kind, "3rd party"), strings.HasPrefix(kind, "test"):
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
	l      *load
	clock  *clock
	stamps stamps
	get    func(column string) []byte
	has    func(column string) bool
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
	at, ok := r.stamps.parse(when)
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
