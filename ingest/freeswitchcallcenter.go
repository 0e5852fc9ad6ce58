package ingest

import (
	"cmp"
	"io"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// The event with which FreeSWITCH's mod_callcenter reports that a caller has left a queue,
// as an event socket or an event logger writes it in JSON. Its other events are counted by
// their action and passed over.
var freeswitchCallcenter = format{
	name:  "freeswitch-callcenter",
	title: "FreeSWITCH mod_callcenter events (JSON)",
	tells: "entry to the queue, queue, wait, talk, outcome, agent",
	lacks: "number dialled, time in the menu, hold, wrap-up; calls that reached no queue",

	source: "freeswitch-callcenter", version: 1,
	detect: func(h *head) bool { return h.object("events", "CC-Action", "CC-Queue") },
	read:   readCallcenter,
	stitch: stitchCallcenter,
}

// A callcenterEvent is the fields of an event that are read. All values are texts.
type callcenterEvent struct {
	Action   string `json:"CC-Action"`
	Queue    string `json:"CC-Queue"`
	Member   string `json:"CC-Member-UUID"`
	Session  string `json:"CC-Member-Session-UUID"`
	From     string `json:"CC-Member-CID-Number"`
	Joined   string `json:"CC-Member-Joined-Time"`
	Leaving  string `json:"CC-Member-Leaving-Time"`
	Answered string `json:"CC-Agent-Answered-Time"`
	Agent    string `json:"CC-Agent"`
	Cause    string `json:"CC-Cause"`
	Reason   string `json:"CC-Cancel-Reason"`
	Start    string `json:"variable_start_epoch"`
	DNIS     string `json:"variable_destination_number"`
	Name     string `json:"Event-Name"`
	Subclass string `json:"Event-Subclass"`
}

func readCallcenter(l *load, f *file, r io.Reader) error {
	return readJSON(l, f, r, []string{"events"}, func(line int64, e *callcenterEvent, flags lake.Flags) (*reject, error) {
		switch {
		case e.Action == "":
			return &reject{reasonEvent, "CC-Action"}, nil
		case e.Action != "member-queue-end":
			if !callcenterAction(e.Action) {
				return &reject{reasonEvent, "CC-Action"}, nil
			}
			f.ignore(e.Action)
			return nil, nil
		}
		g, bad := e.leg(l, flags)
		if bad != nil {
			return bad, nil
		}
		return nil, l.leg(f, line, &g)
	})
}

// callcenterAction reports whether text has the form of an action: words with hyphens.
func callcenterAction(text string) bool {
	return len(text) < 40 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz-") == ""
}

func (e *callcenterEvent) leg(l *load, flags lake.Flags) (leg, *reject) {
	g := newLeg(cmp.Or(e.Session, e.Member), 0)
	g.Fact = flags
	if g.Contact == "" {
		return g, &reject{reasonKey, "CC-Member-UUID"}
	}
	for _, t := range []timeField{{"CC-Member-Joined-Time", e.Joined, &g.Queued}, {"CC-Member-Leaving-Time", e.Leaving, &g.Ended},
		{"CC-Agent-Answered-Time", e.Answered, &g.Answered}, {"variable_start_epoch", e.Start, &g.At}} {
		at, ok := epoch(t.text)
		if !ok {
			return g, &reject{reasonTime, t.name}
		}
		*t.to = at
	}
	if g.Queued == 0 {
		return g, &reject{reasonTime, "CC-Member-Joined-Time"}
	}
	if g.At == 0 {
		g.At = g.Queued
	}
	g.Part = cmp.Or(e.Member, e.Session) + "/" + e.Joined
	g.Queue, _, _ = strings.Cut(e.Queue, "@")
	if g.Queue == lake.AllQueues {
		return g, &reject{reasonQueue, "CC-Queue"}
	}
	g.Reason, g.DNIS = callcenterEnd(e.Cause, e.Reason), e.DNIS
	g.Agent, g.Caller = l.hash.agent([]byte(e.Agent)), l.hash.caller([]byte(e.From))
	return g, nil
}

// callcenterEnd says in one word how a stay in a queue of mod_callcenter ended.
func callcenterEnd(cause, reason string) string {
	if cause == "Terminated" {
		return "TERMINATED"
	}
	return cmp.Or(reason, "NONE")
}

// callcenterOutcome is what that means. BREAK_OUT is the caller's choice; the time-outs
// are the queue's.
func callcenterOutcome(end string, answered bool) lake.Outcome {
	switch {
	case end == "TERMINATED" || answered:
		return lake.OutcomeHandled
	case end == "TIMEOUT" || end == "NO_AGENT_TIMEOUT" || end == "EXIT_WITH_KEY":
		return lake.OutcomeOverflowed
	}
	return lake.OutcomeAbandoned
}

// stitchCallcenter makes a visit of every stay in a queue.
func stitchCallcenter(legs []leg) []lake.Contact {
	var out []lake.Contact
	for _, g := range legs {
		c := lake.NewContact("", "")
		c.Arrival, c.Quality, c.Caller, c.DNIS = legs[0].At, legs[0].When, legs[0].Caller, legs[0].DNIS
		c.Queued, c.Ended, c.QueueNative, c.Queue, c.Flags = g.Queued, g.Ended, g.Queue, g.Queue, g.Fact
		c.Outcome = callcenterOutcome(g.Reason, g.Answered != 0)
		if c.Outcome == lake.OutcomeHandled {
			c.Answered, c.Agent = g.Answered, g.Agent
			c.Talk = between(&c.Flags, g.Answered, g.Ended)
		}
		c.Wait = between(&c.Flags, g.Queued, cmp.Or(g.Answered, g.Ended))
		out = append(out, c)
	}
	return out
}
