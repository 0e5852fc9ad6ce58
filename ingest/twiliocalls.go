package ingest

import (
	"cmp"
	"encoding/json"
	"io"

	"github.com/ringtide/ringtide/lake"
)

// The call list of Twilio's voice service: a record per leg. A leg that was dialled to
// reach somebody names the leg that caused it.
var twilioCalls = format{
	name:  "twilio-calls",
	title: "Twilio call list (JSON)",
	tells: "arrival, number dialled, time in Twilio's own queue, talk where a leg was dialled for the caller, outcome",
	lacks: "queue names, agents, hold, wrap-up; whether an answered call without further legs reached a person",

	source: "twilio", version: 2,
	detect: func(h *head) bool {
		return h.object("calls", "sid", "start_time", "direction", "status") || h.object("calls", "sid", "startTime", "direction", "status")
	},
	read:   readTwilioCalls,
	stitch: stitchTwilioCalls,
}

// A twilioCall is the fields of a record that are read.
type twilioCall struct {
	SID       string `json:"sid"`
	Parent    string `json:"parent_call_sid"`
	Direction string `json:"direction"`
	Status    string `json:"status"`
	Start     string `json:"start_time"`
	End       string `json:"end_time"`
	Created   string `json:"date_created"`
	Updated   string `json:"date_updated"`
	From      string `json:"from"`
	To        string `json:"to"`

	Duration jsonText `json:"duration"`

	// Twilio's own programs name some of them otherwise.
	Parent2  string `json:"parentCallSid"`
	Start2   string `json:"startTime"`
	End2     string `json:"endTime"`
	Created2 string `json:"dateCreated"`
	Updated2 string `json:"dateUpdated"`
}

// A jsonText is a text that some programs write as a number.
type jsonText string

func (t *jsonText) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && (b[0] == '-' || b[0] >= '0' && b[0] <= '9') {
		*t = jsonText(b)
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}

// What a leg is, in leg.Kind: the first of the call, and how it came about.
const (
	twilioFirst int64 = 1 << iota
	twilioInbound
	twilioDialled
)

var twilioForms = []timeForm{newTimeForm("Mon, 02 Jan 2006 15:04:05 -0700"), newTimeForm(formRFC3339)}

func readTwilioCalls(l *load, f *file, r io.Reader) error {
	return readJSON(l, f, r, []string{"calls"}, func(line int64, c *twilioCall, flags lake.Flags) (*reject, error) {
		g, bad := c.leg(l, flags)
		if bad != nil {
			return bad, nil
		}
		return nil, l.leg(f, line, &g)
	})
}

func (c *twilioCall) leg(l *load, flags lake.Flags) (leg, *reject) {
	c.Parent, c.Start, c.End = cmp.Or(c.Parent, c.Parent2), cmp.Or(c.Start, c.Start2), cmp.Or(c.End, c.End2)
	c.Created, c.Updated = cmp.Or(c.Created, c.Created2), cmp.Or(c.Updated, c.Updated2)
	g := newLeg(c.Parent, 0)
	g.Part, g.Word, g.Fact = c.SID, c.Status, flags
	if c.SID == "" {
		return g, &reject{reasonKey, "sid"}
	}
	if c.Parent == "" {
		g.Contact, g.Kind = c.SID, twilioFirst
	}
	var revised lake.Micros
	start := c.Start
	if start == "" {
		start = c.Created // a leg that was never set up
	}
	for _, t := range []timeField{{"start_time", start, &g.At}, {"end_time", c.End, &g.Ended}, {"date_updated", c.Updated, &revised}} {
		if t.text == "" {
			continue
		}
		r, ok := firstForm(twilioForms, []byte(t.text))
		if !ok {
			return g, &reject{reasonTime, t.name}
		}
		*t.to = lake.Micros(r.micros)
	}
	if g.At == 0 {
		return g, &reject{reasonTime, "start_time"}
	}
	g.Revision = int64(revised)
	switch c.Direction {
	case "inbound", "trunking-terminating":
		g.Kind |= twilioInbound
		g.DNIS, g.Caller = c.To, l.hash.caller([]byte(c.From))
	case "outbound-dial":
		g.Kind |= twilioDialled
		g.Agent = l.hash.agent([]byte(c.To))
	case "outbound-api", "trunking-originating":
	default:
		return g, &reject{reasonDirection, "direction"}
	}
	return g, c.durations(&g)
}

// durations reads how long a call lasted. Its queue_time is no caller's wait: so long an
// outbound call stood before Twilio placed it.
func (c *twilioCall) durations(g *leg) *reject {
	if c.Duration == "" {
		return nil
	}
	ms, err := parseMillis([]byte(c.Duration), "s")
	if err != nil {
		return &reject{reasonDuration, "duration"}
	}
	g.Talk, g.Fact = tameInto(g.Fact, ms)
	return nil
}

// stitchTwilioCalls makes one contact of a call and the legs dialled for it. The leg that
// caused them may be in a file not loaded yet; the first there is stands in for it.
func stitchTwilioCalls(legs []leg) []lake.Contact {
	root := legs[0]
	for _, g := range legs {
		if g.Kind&twilioFirst != 0 {
			root = g
		}
	}
	c := lake.NewContact("", "")
	c.Arrival, c.Quality, c.Ended = root.At, root.When, root.Ended
	c.DNIS, c.Caller = root.DNIS, root.Caller
	if root.Kind&twilioInbound == 0 {
		c.Direction = lake.Outbound
	}
	dialled := false
	for _, g := range legs {
		c.Flags |= g.Fact
		if g.Kind&twilioDialled == 0 || g.Part == root.Part {
			continue
		}
		dialled = true
		if g.Word == "completed" && g.Talk > 0 {
			if c.Outcome != lake.OutcomeHandled {
				c.Outcome, c.Agent = lake.OutcomeHandled, g.Agent
			}
			c.Talk = plus(c.Talk, g.Talk)
		}
	}
	if c.Outcome != lake.OutcomeHandled {
		c.Outcome = twilioOutcome(root.Word, dialled)
	}
	return []lake.Contact{c}
}

// twilioOutcome says what became of a call for which nobody picked up.
func twilioOutcome(status string, dialled bool) lake.Outcome {
	switch status {
	case "queued", "initiated", "ringing", "in-progress":
		return lake.OutcomeOpen
	case "busy", "failed":
		return lake.OutcomeBlocked
	case "no-answer", "canceled":
		return lake.OutcomeAbandoned
	}
	if dialled {
		return lake.OutcomeAbandoned
	}
	return lake.OutcomeUnknown // answered, by whom is not told
}
