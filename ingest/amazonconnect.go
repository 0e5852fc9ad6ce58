package ingest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"io"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// Contact records of Amazon Connect, as a stream, a batch, a search or the event of a function
// delivers them. They are
// delivered at least once and revised for days; a transfer, a callback or a change of queue
// has a record of its own that names the first one.
var amazonConnect = format{
	name:  "amazon-connect",
	title: "Amazon Connect contact records (JSON)",
	tells: "arrival, number dialled, queue, time in the menu, wait, talk, hold, wrap-up, outcome, transfer, agent",
	lacks: "calls refused before a flow began; chats and tasks are passed over",

	source: "amazon-connect", version: 2,
	detect: func(h *head) bool {
		return h.object("Contacts", "ContactId", "InitiationMethod", "InitiationTimestamp") ||
			h.object("Contacts", "Id", "InitiationMethod", "InitiationTimestamp") || h.kinesis()
	},
	read:   readAmazonConnect,
	stitch: stitchAmazonConnect,
}

type connectEndpoint struct{ Address string }

// A connectRecord is the fields of a contact record that are read.
type connectRecord struct {
	ContactId, InitialContactId, PreviousContactId, NextContactId string

	Channel, InitiationMethod, DisconnectReason                                 string
	InitiationTimestamp, ConnectedToSystemTimestamp, DisconnectTimestamp        string
	LastUpdateTimestamp, TransferCompletedTimestamp                             string
	AWSAccountId, AWSContactTraceRecordFormatVersion, InstanceARN, LanguageCode string
	CustomerEndpoint, SystemEndpoint, TransferredToEndpoint                     connectEndpoint
	Queue                                                                       *connectQueueInfo
	Agent                                                                       *connectAgentInfo

	// A search names the same things otherwise.
	Id        string
	QueueInfo *connectQueueInfo
	AgentInfo *connectAgentInfo

	Kinesis struct {
		Data []byte `json:"data"`
	} `json:"kinesis"`
}

type connectQueueInfo struct {
	Name, ARN, Id, EnqueueTimestamp, DequeueTimestamp string
	Duration                                          *float64
}

type connectAgentInfo struct {
	Username, Id, ConnectedToAgentTimestamp                                  string
	AgentInteractionDuration, CustomerHoldDuration, AfterContactWorkDuration *float64
}

// kinesis reports whether the file is the event with which a stream calls a function: records in base64.
func (h *head) kinesis() bool {
	v := newValues(bytes.NewReader(h.data), "Records")
	if v.read() != nil {
		return false
	}
	var outer connectRecord
	return json.Unmarshal(v.raw, &outer) == nil && outer.unpack() && outer.ContactId != "" && outer.InitiationTimestamp != ""
}

// unpack takes the record out of what a stream puts around it, and calls things by one name. It is
// false for an envelope that holds none.
func (c *connectRecord) unpack() bool {
	if data := c.Kinesis.Data; len(data) > 0 {
		*c = connectRecord{}
		if json.Unmarshal(data, c) != nil {
			return false
		}
	}
	c.ContactId = cmp.Or(c.ContactId, c.Id)
	c.Queue, c.Agent = cmp.Or(c.Queue, c.QueueInfo), cmp.Or(c.Agent, c.AgentInfo)
	if q := c.Queue; q != nil && q.Name+q.ARN+q.Id+q.EnqueueTimestamp == "" {
		c.Queue = nil
	}
	return true
}

// name returns the name of the queue or, where the record has none, its number. That of an agent's own
// queue has no name and is none of the center's.
func (q *connectQueueInfo) name() string {
	_, number, _ := strings.Cut(q.ARN, "/queue/")
	if strings.HasPrefix(number, "agent/") {
		number = ""
	}
	return cmp.Or(q.Name, number, q.Id)
}

// What a record of Amazon Connect is, in leg.Kind.
const (
	connectOutbound int64 = 1 << iota
	connectAgent          // an agent answered
	connectQueue          // it reached a queue
	connectEnded
	connectNext // another record, or the flow, went on where the queue ended
)

func readAmazonConnect(l *load, f *file, r io.Reader) error {
	return readJSON(l, f, r, []string{"Contacts", "Records"}, func(line int64, c *connectRecord, flags lake.Flags) (*reject, error) {
		if !c.unpack() {
			return &reject{reasonJSON, "kinesis.data"}, nil
		}
		if c.InitiationMethod == "MONITOR" {
			f.ignore("supervisor who listened")
			return nil, nil
		}
		if c.Channel != "" && c.Channel != "VOICE" {
			f.ignore("channel " + c.Channel)
			return nil, nil
		}
		g, bad := c.leg(l, flags)
		if bad != nil {
			return bad, nil
		}
		return nil, l.leg(f, line, &g)
	})
}

// leg makes a leg of a record. The first of a chain gives the contact its name.
func (c *connectRecord) leg(l *load, flags lake.Flags) (leg, *reject) {
	id := c.InitialContactId
	if id == "" {
		id = c.ContactId
	}
	g := newLeg(id, 0)
	g.Fact = flags
	if c.ContactId == "" {
		return g, &reject{reasonKey, "ContactId"}
	}
	var revised, connected lake.Micros
	bad := times(timeField{"InitiationTimestamp", c.InitiationTimestamp, &g.At}, timeField{"DisconnectTimestamp", c.DisconnectTimestamp, &g.Ended},
		timeField{"LastUpdateTimestamp", c.LastUpdateTimestamp, &revised}, timeField{"ConnectedToSystemTimestamp", c.ConnectedToSystemTimestamp, &connected})
	if bad != nil {
		return g, bad
	}
	if g.At == 0 {
		return g, &reject{reasonTime, "InitiationTimestamp"}
	}
	g.Part, g.Revision = c.ContactId, int64(revised)
	switch c.InitiationMethod {
	case "OUTBOUND", "EXTERNAL_OUTBOUND", "AGENT_REPLY", "API": // a call that a program places
		g.Kind |= connectOutbound
	}
	if g.Ended != 0 {
		g.Kind |= connectEnded
	}
	if c.NextContactId != "" || c.DisconnectReason == "CONTACT_FLOW_DISCONNECT" { // it was not the caller who hung up
		g.Kind |= connectNext
	}
	g.DNIS, g.Caller, g.Language = c.SystemEndpoint.Address, l.hash.caller([]byte(c.CustomerEndpoint.Address)), c.LanguageCode
	return g, c.service(l, &g, connected)
}

// service fills in queue, agent and transfer.
func (c *connectRecord) service(l *load, g *leg, connected lake.Micros) *reject {
	menuEnds := g.Ended
	if q := c.Queue; q != nil {
		if bad := times(timeField{"Queue.EnqueueTimestamp", q.EnqueueTimestamp, &g.Queued}); bad != nil {
			return bad
		}
		g.Kind |= connectQueue
		g.Queue, g.Wait = q.name(), seconds(&g.Fact, q.Duration)
		menuEnds = g.Queued
	}
	if a := c.Agent; a != nil {
		if bad := times(timeField{"Agent.ConnectedToAgentTimestamp", a.ConnectedToAgentTimestamp, &g.Answered}); bad != nil {
			return bad
		}
		g.Agent = l.hash.agent([]byte(cmp.Or(a.Username, a.Id)))
		if g.Answered != 0 {
			g.Kind |= connectAgent
			g.Talk, g.Hold, g.Wrap = seconds(&g.Fact, a.AgentInteractionDuration), seconds(&g.Fact, a.CustomerHoldDuration), seconds(&g.Fact, a.AfterContactWorkDuration)
		}
	}
	if c.InitiationMethod == "INBOUND" {
		g.IVR = between(&g.Fact, connected, menuEnds)
	}
	var left lake.Micros
	if bad := times(timeField{"TransferCompletedTimestamp", c.TransferCompletedTimestamp, &left}); bad != nil {
		return bad
	}
	if to := c.TransferredToEndpoint.Address; to != "" || left != 0 {
		g.To = place([]byte(to))
		if left != 0 { // the resident stays on the line with somebody else
			g.Ended = left
		}
	}
	if g.Queue == lake.AllQueues {
		return &reject{reasonQueue, "Queue.Name"}
	}
	return nil
}

// stitchAmazonConnect makes a visit of every record that reached a queue, and one of the whole
// chain where none did.
func stitchAmazonConnect(legs []leg) []lake.Contact {
	first := legs[0]
	var out []lake.Contact
	for _, g := range legs {
		first.Fact |= g.Fact
		if g.Kind&(connectQueue|connectAgent) != 0 {
			out = append(out, g.connectVisit())
		}
	}
	if len(out) == 0 {
		last := legs[len(legs)-1]
		c := first.connectVisit()
		c.Ended = last.Ended
		switch {
		case last.Kind&connectEnded == 0:
			c.Outcome = lake.OutcomeOpen
		case first.Kind&connectOutbound != 0:
			c.Outcome = lake.OutcomeUnknown
		default:
			c.Outcome = lake.OutcomeContained
		}
		out = append(out, c)
	}
	for i := range out {
		c := &out[i]
		c.Arrival, c.DNIS, c.Caller, c.Quality, c.Flags = first.At, first.DNIS, first.Caller, first.When, first.Fact
		if first.Kind&connectOutbound != 0 {
			c.Direction = lake.Outbound
		}
	}
	out[0].IVR = first.IVR
	return out
}

// connectVisit is what one record tells by itself.
func (g *leg) connectVisit() lake.Contact {
	c := lake.NewContact("", "")
	c.Queued, c.Answered, c.Ended = g.Queued, g.Answered, g.Ended
	c.QueueNative, c.Queue = g.Queue, g.Queue
	c.Wait, c.Talk, c.Hold, c.Wrap, c.Agent, c.Language = g.Wait, g.Talk, g.Hold, g.Wrap, g.Agent, g.Language
	if g.To != "" {
		c.Transfer, c.TransferTo = lake.AttendedTransfer, g.To
	}
	switch {
	case g.Kind&connectAgent != 0:
		c.Outcome = lake.OutcomeHandled
	case g.Kind&connectNext != 0:
		c.Outcome = lake.OutcomeOverflowed
	case g.Kind&connectEnded == 0:
		c.Outcome = lake.OutcomeOpen
	default:
		c.Outcome = lake.OutcomeAbandoned
	}
	return c
}
