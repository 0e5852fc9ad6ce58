package ingest

import (
	"cmp"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// Three tables of Cisco Unified Contact Center Express, exported one per file with their
// column names: a contact is rows in all of them, which meet by session. They may be
// loaded in any order; a contact appears when its row of ContactCallDetail is there.
var ciscoUCCX = format{
	name:  "cisco-uccx",
	title: "Cisco UCCX tables ContactCallDetail, ContactQueueDetail, AgentConnectionDetail",
	tells: "arrival, number dialled, queue, wait, ring, talk, hold, wrap-up, outcome, agent",
	lacks: "time in the menu apart from the queue; calls refused before a script began",

	source: "cisco-uccx", version: 3, family: "cisco-uccx",
	detect: func(h *head) bool {
		return h.names("sessionID", "sessionSeqNum") && (h.names("contactDisposition", "startDateTime") || h.names("qIndex", "disposition", "queueTime") || h.names("resourceID", "talkTime"))
	},
	read:   readUCCX,
	stitch: stitchUCCX,
}

var (
	uccxKey   = []string{"sessionID", "sessionSeqNum"}
	uccxMay   = []string{"nodeID", "profileID", "contactType", "calledNumber", "originatorDN", "endDateTime", "connectTime", "targetID", "targetType", "qIndex", "ringTime", "holdTime", "workTime", "csqName", "resourceLoginID", "transfer"}
	uccxTimes = []timeForm{newTimeForm("2006-01-02 15:04:05.999"), newTimeForm("1/2/2006 15:04:05"), newTimeForm("1/2/2006 3:04:05 PM"), newTimeForm("2006-01-02T15:04:05.999")}
)

// What a leg is, in leg.Kind: its table, and in the rest what happened.
const (
	uccxCall int64 = iota + 1
	uccxQueue
	uccxAgent

	uccxTable int64 = 3
	uccxStep  int64 = 4 // the disposition, times this
)

func readUCCX(l *load, f *file, r io.Reader) error {
	t, err := l.headed(f, r)
	if err != nil {
		return err
	}
	needs, read := append([]string{"queueTime", "disposition"}, uccxKey...), uccxQueueRow
	switch {
	case t.has("contactDisposition"):
		needs, read = append([]string{"contactDisposition", "startDateTime"}, uccxKey...), uccxCallRow
	case t.has("resourceID"):
		needs, read = append([]string{"resourceID", "startDateTime", "talkTime"}, uccxKey...), uccxAgentRow
	}
	if err := t.expect(f, needs, uccxMay); err != nil {
		return err
	}
	return l.eachRow(f, t, func() (*reject, error) {
		g, bad := uccxLeg(l, t, read)
		if bad != nil {
			return bad, nil
		}
		return nil, l.leg(f, t.line, &g)
	})
}

// uccxLeg makes a leg of the row that a sheet is at.
func uccxLeg(l *load, t *sheet, read func(*load, *sheet, *leg) *reject) (g leg, bad *reject) {
	session, seq := uccxName(string(t.get("sessionID"))), whole(t.get("sessionSeqNum"))
	if session == "" {
		return g, &reject{reasonKey, "sessionID"}
	}
	if node := string(t.get("nodeID")); node != "" {
		session = node + "-" + session
	}
	g = newLeg(session, 1) // rows of the queue table hold no time: 1 stands for none
	g.Count = seq<<16 | whole(t.get("qIndex"))&0xffff
	if t.ill {
		g.Fact |= lake.FlagEncoding
	}
	return g, read(l, t, &g)
}

// uccxTime reads a time of the database, which is kept in UTC.
func uccxTime(t *sheet, column string, to *lake.Micros) *reject {
	text := t.get(column)
	if len(text) == 0 {
		return nil
	}
	r, ok := firstForm(uccxTimes, text)
	if !ok {
		return &reject{reasonTime, column}
	}
	*to = lake.Micros(r.micros)
	return nil
}

func (g *leg) uccxSeconds(t *sheet, column string, to *lake.Millis) *reject {
	text := t.get(column)
	if len(text) == 0 {
		return nil
	}
	ms, err := parseMillis(text, "s")
	if err != nil {
		return &reject{reasonDuration, column}
	}
	*to, g.Fact = tameInto(g.Fact, ms)
	return nil
}

func uccxCallRow(l *load, t *sheet, g *leg) *reject {
	if bad := uccxTime(t, "startDateTime", &g.At); bad != nil || g.At == 1 {
		return &reject{reasonTime, "startDateTime"}
	}
	if bad := uccxTime(t, "endDateTime", &g.Ended); bad != nil {
		return bad
	}
	disposition := whole(t.get("contactDisposition"))
	if disposition < 1 || disposition > 99 {
		return &reject{reasonEvent, "contactDisposition"}
	}
	g.Kind = uccxCall + uccxStep*disposition
	g.DNIS, g.Caller = string(t.get("calledNumber")), l.hash.caller(t.get("originatorDN"))
	g.Word = string(t.get("contactType")) // 1 incoming, 2 outgoing, 3 internal, 4 redirect, 5 transfer, 6 preview outbound
	if g.Word == "2" || g.Word == "3" || g.Word == "6" {
		g.Caller, g.DNIS = lake.Key{}, place([]byte(g.DNIS))
	}
	return nil
}

func uccxQueueRow(_ *load, t *sheet, g *leg) *reject {
	g.Kind = uccxQueue + uccxStep*whole(t.get("disposition"))
	if g.Queue = string(t.get("csqName")); g.Queue == "" && string(t.get("targetType")) != "1" { // 1 is an agent
		g.Queue = string(t.get("targetID"))
	}
	if g.Queue == lake.AllQueues {
		return &reject{reasonQueue, "csqName"}
	}
	return g.uccxSeconds(t, "queueTime", &g.Wait)
}

func uccxAgentRow(l *load, t *sheet, g *leg) *reject {
	g.Kind = uccxAgent
	name := t.get("resourceLoginID")
	if len(name) == 0 {
		name = t.get("resourceID")
	}
	g.Agent = l.hash.agent(name)
	if bad := uccxTime(t, "startDateTime", &g.At); bad != nil {
		return bad
	}
	if bad := uccxTime(t, "endDateTime", &g.Ended); bad != nil {
		return bad
	}
	for _, d := range []struct {
		column string
		to     *lake.Millis
	}{{"ringTime", &g.Ring}, {"talkTime", &g.Talk}, {"holdTime", &g.Hold}, {"workTime", &g.Wrap}} {
		if bad := g.uccxSeconds(t, d.column, d.to); bad != nil {
			return bad
		}
	}
	return nil
}

// stitchUCCX makes a visit of every queue that a session waited in.
func stitchUCCX(legs []leg) []lake.Contact {
	var calls, queues, agents []leg
	for _, g := range legs {
		switch g.Kind & uccxTable {
		case uccxCall:
			calls = append(calls, g)
		case uccxQueue:
			queues = append(queues, g)
		case uccxAgent:
			agents = append(agents, g)
		}
	}
	if len(calls) == 0 {
		return nil
	}
	slices.SortStableFunc(queues, func(a, b leg) int { return cmp.Compare(a.Count, b.Count) })
	var out []lake.Contact
	for _, q := range queues {
		out = append(out, uccxVisit(q, agents))
	}
	if len(out) == 0 {
		out = []lake.Contact{uccxUnqueued(calls, agents)}
	}
	first := calls[0]
	for i := range out {
		c := &out[i]
		c.Arrival, c.Quality, c.DNIS, c.Caller = first.At, first.When, first.DNIS, first.Caller
		c.Flags |= first.Fact
		c.Ended = max(c.Ended, calls[len(calls)-1].Ended)
		switch first.Word {
		case "2", "6":
			c.Direction = lake.Outbound
		case "3":
			c.Direction = lake.Internal
		}
	}
	return out
}

// uccxVisit joins a stay in a queue with the agents who were offered it. A disposition of the queue:
// 1 abandoned, 2 handled here, 3 dequeued, 4 handled by the script, 5 handled by another
// queue.
func uccxVisit(q leg, agents []leg) lake.Contact {
	c := lake.NewContact("", "")
	c.QueueNative, c.Queue, c.Wait, c.Flags = q.Queue, q.Queue, q.Wait, q.Fact
	switch q.Kind / uccxStep {
	case 1:
		c.Outcome = lake.OutcomeAbandoned
	case 2:
		c.Outcome = lake.OutcomeHandled
		for _, a := range agents {
			if a.Count == q.Count || a.Count>>16 == q.Count>>16 && a.Count&0xffff == 0 {
				a.uccxServes(&c)
			}
		}
	case 3, 4, 5:
		c.Outcome = lake.OutcomeOverflowed
	}
	return c
}

func (g *leg) uccxServes(c *lake.Contact) {
	c.Flags |= g.Fact
	if g.Talk == lake.NoMillis || g.Talk == 0 {
		return // it rang in vain
	}
	if c.Agent == (lake.Key{}) {
		c.Agent, c.Ring = g.Agent, g.Ring
		if g.At > 1 {
			c.Answered = g.At + lake.Micros(max(g.Ring, 0))*1000
		}
	}
	c.Talk, c.Hold, c.Wrap = plus(c.Talk, g.Talk), plus(c.Hold, g.Hold), plus(c.Wrap, g.Wrap)
}

// uccxUnqueued is a session without a queue. A disposition of the contact: 1 abandoned, 2 handled,
// 3 handled by the script in some releases, 4 aborted, 5 to 98 rejected,
// 99 cleared.
func uccxUnqueued(calls, agents []leg) lake.Contact {
	c := lake.NewContact("", "")
	for _, a := range agents {
		a.uccxServes(&c)
	}
	last := calls[len(calls)-1]
	switch {
	case c.Talk > 0:
		c.Outcome = lake.OutcomeHandled
	case last.Kind/uccxStep == 2 || last.Kind/uccxStep == 3:
		c.Outcome = lake.OutcomeContained
	case last.Kind/uccxStep == 1:
		c.Outcome = lake.OutcomeAbandoned
	case last.Kind/uccxStep >= 5 && last.Kind/uccxStep < 99:
		c.Outcome = lake.OutcomeBlocked
	}
	return c
}

// uccxName is a session's number as all exports write it: some make it 9664491.0.
func uccxName(text string) string {
	number, fraction, _ := strings.Cut(text, ".")
	if n, err := strconv.ParseInt(number, 10, 64); err == nil && strings.Trim(fraction, "0") == "" {
		return strconv.FormatInt(n, 10)
	}
	return text
}
