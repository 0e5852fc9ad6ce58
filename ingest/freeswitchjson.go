package ingest

import (
	"cmp"
	"encoding/json"
	"io"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// Call detail records of FreeSWITCH's mod_json_cdr, one object per leg. Where mod_callcenter
// took the call, its variables tell of the queue.
var freeswitchJSON = format{
	name:  "freeswitch-json",
	title: "FreeSWITCH JSON call detail records",
	tells: "arrival, number dialled, queue, wait and agent of mod_callcenter, talk, hold, outcome",
	lacks: "wrap-up, time in the menu; what a call did in a second queue",

	source: "freeswitch-json", version: 2,
	detect: func(h *head) bool {
		return h.object("cdrs", "variables", "channel_data") || h.object("cdrs", "variables", "callflow")
	},
	read:   readFreeswitchJSON,
	stitch: stitchFreeswitchJSON,
}

// A freeswitchRecord is the fields of a record that are read. All values are texts.
type freeswitchRecord struct {
	Variables struct {
		UUID        string `json:"uuid"`
		Direction   string `json:"direction"`
		Origin      string `json:"originating_leg_uuid"`
		Originator  string `json:"originator"`
		Member      string `json:"cc_member_session_uuid"`
		Side        string `json:"cc_side"`
		Context     string `json:"user_context"`
		Start       string `json:"start_epoch"`
		StartMicros string `json:"start_uepoch"`
		Answer      string `json:"answer_epoch"`
		End         string `json:"end_epoch"`
		Billsec     string `json:"billsec"`
		Hold        string `json:"hold_accum_ms"`
		HoldOld     string `json:"hold_accum_mseconds"`
		Bridged     string `json:"bridge_epoch"`
		BridgeRole  string `json:"last_bridge_role"`
		Cause       string `json:"hangup_cause"`
		From        string `json:"caller_id_number"`
		SipFrom     string `json:"sip_from_user"`
		To          string `json:"destination_number"`
		SipTo       string `json:"sip_req_user"`
		Queue       string `json:"cc_queue"`
		Joined      string `json:"cc_queue_joined_epoch"`
		Served      string `json:"cc_queue_answered_epoch"`
		Left        string `json:"cc_queue_canceled_epoch"`
		Terminated  string `json:"cc_queue_terminated_epoch"`
		Agent       string `json:"cc_agent"`
		QueueCause  string `json:"cc_cause"`
		CancelCause string `json:"cc_cancel_reason"`
	} `json:"variables"`
	Flow freeswitchFlows `json:"callflow"`
}

// A freeswitchFlows is what happened to a call, the latest first: a list or, in old versions, one.
type freeswitchFlows []freeswitchFlow

type freeswitchFlow struct {
	Profile struct {
		From string `json:"caller_id_number"`
		To   string `json:"destination_number"`
	} `json:"caller_profile"`
}

func (v *freeswitchFlows) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		b = append(append([]byte{'['}, b...), ']')
	}
	return json.Unmarshal(b, (*[]freeswitchFlow)(v))
}

// dialled returns who called and the number dialled first: variables hold them only where a dial plan set
// them.
func (c *freeswitchRecord) dialled() (from, to string) {
	if n := len(c.Flow); n > 0 {
		from, to = c.Flow[n-1].Profile.From, c.Flow[n-1].Profile.To
	}
	v := &c.Variables
	return cmp.Or(v.From, from, v.SipFrom), cmp.Or(to, v.To, v.SipTo)
}

func readFreeswitchJSON(l *load, f *file, r io.Reader) error {
	return readJSON(l, f, r, []string{"cdrs"}, func(line int64, c *freeswitchRecord, flags lake.Flags) (*reject, error) {
		g, bad := c.leg(l, flags)
		if bad != nil {
			return bad, nil
		}
		return nil, l.leg(f, line, &g)
	})
}

func (c *freeswitchRecord) leg(l *load, flags lake.Flags) (leg, *reject) {
	v := &c.Variables
	g := newLeg(cmp.Or(v.Member, v.Origin, v.Originator, v.UUID), 0)
	g.Part, g.Word, g.Fact = v.UUID, v.Cause, flags
	if v.UUID == "" {
		return g, &reject{reasonKey, "uuid"}
	}
	for _, t := range []timeField{{"start_epoch", v.Start, &g.At}, {"answer_epoch", v.Answer, &g.Answered}, {"end_epoch", v.End, &g.Ended}, {"cc_queue_joined_epoch", v.Joined, &g.Queued}} {
		at, ok := epoch(t.text)
		if !ok {
			return g, &reject{reasonTime, t.name}
		}
		*t.to = at
	}
	if us := lake.Micros(whole([]byte(v.StartMicros))); us >= g.At && us < g.At+1e6 && us != 0 {
		g.At, g.When = us, lake.Exact
	}
	if g.At == 0 {
		return g, &reject{reasonTime, "start_epoch"}
	}
	for _, d := range []struct {
		name, text, unit string
		to               *lake.Millis
	}{{"billsec", v.Billsec, "s", &g.Talk}, {"hold_accum_ms", cmp.Or(v.Hold, v.HoldOld), "ms", &g.Hold}} {
		if d.text == "" {
			continue
		}
		ms, err := parseMillis([]byte(d.text), d.unit)
		if err != nil {
			return g, &reject{reasonDuration, d.name}
		}
		*d.to, g.Fact = tameInto(g.Fact, ms)
	}
	return g, c.places(l, &g)
}

// places enters who called whom, and what the queue says of the call.
func (c *freeswitchRecord) places(l *load, g *leg) *reject {
	v := &c.Variables
	from, to := c.dialled()
	if g.Answered != 0 {
		g.Kind |= fsAnswered
	}
	switch {
	case g.Contact != v.UUID || v.Side == "agent":
		g.Kind |= fsCalled
		g.Agent = l.hash.agent([]byte(cmp.Or(v.Agent, to)))
		return nil
	case v.Direction == "outbound":
		g.Kind |= fsOutbound
	case isExtension([]byte(from)) && !fromOutside(v.Context):
		g.Kind |= fsInternal
		if isExternal([]byte(to)) {
			g.Kind ^= fsInternal | fsOutbound
		}
	default:
		g.Caller, g.DNIS = l.hash.caller([]byte(from)), to
	}
	if v.Queue == "" {
		bridged, ok := epoch(v.Bridged)
		if !ok {
			return &reject{reasonTime, "bridge_epoch"}
		}
		if bridged != 0 && v.BridgeRole != "originatee" {
			g.Kind |= fsBridged
			g.Answered = bridged
		}
		return nil
	}
	g.Queue, _, _ = strings.Cut(v.Queue, "@")
	if g.Queue == lake.AllQueues {
		return &reject{reasonQueue, "cc_queue"}
	}
	var served, left lake.Micros
	for _, t := range []timeField{{"cc_queue_answered_epoch", v.Served, &served}, {"cc_queue_canceled_epoch", v.Left, &left}} {
		at, ok := epoch(t.text)
		if !ok {
			return &reject{reasonTime, t.name}
		}
		*t.to = at
	}
	g.Reason, g.Agent = callcenterEnd(v.QueueCause, v.CancelCause), l.hash.agent([]byte(v.Agent))
	g.Answered = served
	if served != 0 {
		g.Wait, g.Talk = between(&g.Fact, g.Queued, served), between(&g.Fact, served, g.Ended)
		g.Kind |= fsAnswered
	} else {
		g.Wait = between(&g.Fact, g.Queued, cmp.Or(left, g.Ended))
	}
	return nil
}

// stitchFreeswitchJSON makes one contact of the caller's leg and those dialled for it.
func stitchFreeswitchJSON(legs []leg) []lake.Contact {
	first := legs[0]
	for _, g := range legs {
		if g.Kind&fsCalled == 0 {
			first = g
		}
	}
	held := lake.NoMillis
	for _, g := range legs {
		held = plus(held, g.Hold)
	}
	if first.Queue == "" {
		out := stitchFreeswitchCSV(legs)
		c := &out[0]
		if c.Outcome != lake.OutcomeHandled && first.Kind&fsBridged != 0 { // the other leg is not logged
			c.Outcome, c.Answered = lake.OutcomeHandled, first.Answered
			c.Talk = between(&c.Flags, first.Answered, first.Ended)
			if c.Direction == lake.Inbound {
				c.QueueNative, c.Queue = c.DNIS, c.DNIS
			}
		}
		withoutHold(c, held)
		return out
	}
	c := lake.NewContact("", "")
	c.Arrival, c.Quality, c.Caller, c.DNIS = first.At, first.When, first.Caller, first.DNIS
	c.Queued, c.Answered, c.Ended, c.QueueNative, c.Queue = first.Queued, first.Answered, first.Ended, first.Queue, first.Queue
	c.Wait, c.Hold, c.IVR = first.Wait, lake.NoMillis, between(&first.Fact, first.At, first.Queued)
	for _, g := range legs {
		c.Flags |= g.Fact
	}
	c.Outcome = callcenterOutcome(first.Reason, first.Answered != 0)
	if c.Outcome == lake.OutcomeHandled {
		c.Talk, c.Agent = first.Talk, first.Agent
		withoutHold(&c, held)
	}
	return []lake.Contact{c}
}

// withoutHold parts the time that a caller was held from the talk that it is part of.
func withoutHold(c *lake.Contact, held lake.Millis) {
	if c.Outcome != lake.OutcomeHandled {
		return
	}
	if c.Hold = held; held > 0 && c.Talk >= held {
		c.Talk -= held
	}
}
