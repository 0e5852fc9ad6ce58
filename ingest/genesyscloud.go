package ingest

import (
	"cmp"
	"io"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// Conversation details of Genesys Cloud, as the analytics query and the bulk job give
// them. A conversation has a participant per role (customer, ivr, acd, agent), each with
// sessions of segments. It is queried again while it goes on; the delivery that tells of the latest
// segment counts.
var genesysCloud = format{
	name:  "genesys-cloud",
	title: "Genesys Cloud conversation details (JSON)",
	tells: "arrival, number dialled, queue, time in the menu, wait, ring, talk, hold, wrap-up, outcome, transfer, agent",
	lacks: "calls refused before a flow began; chats, messages and e-mails are passed over",

	source: "genesys-cloud", version: 2,
	detect: func(h *head) bool {
		return h.object("conversations", "conversationId", "conversationStart", "participants")
	},
	read:   readGenesysCloud,
	stitch: stitchGenesysCloud,
}

// A conversation is the fields of a record that are read.
type conversation struct {
	ConversationID    string               `json:"conversationId"`
	ConversationStart string               `json:"conversationStart"`
	ConversationEnd   string               `json:"conversationEnd"`
	Direction         string               `json:"originatingDirection"`
	Participants      []genesysParticipant `json:"participants"`
}

type genesysParticipant struct {
	Purpose  string           `json:"purpose"`
	Name     string           `json:"participantName"`
	User     string           `json:"userId"`
	Sessions []genesysSession `json:"sessions"`
}

type genesysSession struct {
	Media     string           `json:"mediaType"`
	ID        string           `json:"sessionId"`
	ANI       string           `json:"ani"`
	DNIS      string           `json:"dnis"`
	Direction string           `json:"direction"`
	Campaign  string           `json:"outboundCampaignId"`
	Segments  []genesysSegment `json:"segments"`
}

type genesysSegment struct {
	Start      string `json:"segmentStart"`
	End        string `json:"segmentEnd"`
	Type       string `json:"segmentType"`
	Queue      string `json:"queueId"`
	Disconnect string `json:"disconnectType"`
	WrapUp     string `json:"wrapUpCode"`
}

// What a leg of a conversation is, in leg.Kind.
const (
	genesysWhole int64 = iota // the conversation
	genesysMenu
	genesysQueue
	genesysAgent

	genesysRole     int64 = 3
	genesysOutbound int64 = 4
	genesysEnded    int64 = 8
)

func readGenesysCloud(l *load, f *file, r io.Reader) error {
	return readJSON(l, f, r, []string{"conversations"}, func(line int64, c *conversation, flags lake.Flags) (*reject, error) {
		if media := c.media(); media != "" {
			f.ignore(media)
			return nil, nil
		}
		legs, bad := c.legs(l, flags)
		if bad != nil {
			return bad, nil
		}
		return nil, l.record(f, line, legs...)
	})
}

// media returns what the conversation is where it is no call.
func (c *conversation) media() string {
	other := ""
	for _, p := range c.Participants {
		for _, s := range p.Sessions {
			switch s.Media {
			case "voice", "callback", "":
				return ""
			}
			other = cmp.Or(other, s.Media)
		}
	}
	return other
}

// legs makes one leg of the conversation and one of each session in a menu, a queue or at an
// agent's desk.
func (c *conversation) legs(l *load, flags lake.Flags) ([]leg, *reject) {
	if c.ConversationID == "" {
		return nil, &reject{reasonKey, "conversationId"}
	}
	all := newLeg(c.ConversationID, 0)
	all.Part, all.Fact, all.When = "conversation", flags, lake.Exact
	if bad := times(timeField{"conversationStart", c.ConversationStart, &all.At}, timeField{"conversationEnd", c.ConversationEnd, &all.Ended}); bad != nil {
		return nil, bad
	}
	if all.At == 0 {
		return nil, &reject{reasonTime, "conversationStart"}
	}
	if all.Ended != 0 {
		all.Kind |= genesysEnded
	}
	if c.Direction == "outbound" {
		all.Kind |= genesysOutbound
	}
	legs := []leg{all}
	for i := range c.Participants {
		for j := range c.Participants[i].Sessions {
			p, s := &c.Participants[i], &c.Participants[i].Sessions[j]
			if s.Media != "voice" && s.Media != "callback" && s.Media != "" {
				continue
			}
			legs[0].describe(l, p, s)
			g, bad := s.leg(l, c.ConversationID, p)
			if bad != nil {
				return nil, bad
			}
			if g.At != 0 {
				legs = append(legs, g)
			}
			legs[0].Ended = max(legs[0].Ended, g.Ended)
		}
	}
	if !c.cameIn() {
		legs[0].Kind |= genesysOutbound
	}
	for i := range legs {
		legs[i].Revision = int64(legs[0].Ended)
	}
	return legs, nil
}

// cameIn reports whether anybody called the center: a conversation of its own people
// with the world has neither menu nor queue nor a customer who came in.
func (c *conversation) cameIn() bool {
	for _, p := range c.Participants {
		for _, s := range p.Sessions {
			if p.Purpose == "ivr" || p.Purpose == "acd" || s.Direction == "inbound" && p.Purpose != "user" {
				return true
			}
		}
	}
	return c.Direction == "inbound"
}

// describe enters what a session tells of the conversation: who called and where.
func (g *leg) describe(l *load, p *genesysParticipant, s *genesysSession) {
	if s.Campaign != "" {
		g.Kind |= genesysOutbound
	}
	if p.Purpose != "customer" && p.Purpose != "external" && p.Purpose != "ivr" {
		return
	}
	if g.Caller == (lake.Key{}) && s.Direction == "inbound" {
		g.Caller = l.hash.caller([]byte(numberOf(s.ANI)))
		g.DNIS = numberOf(s.DNIS)
	}
}

// numberOf returns the number in a tel: or sip: address; nothing where a sip address has
// only a name.
func numberOf(address string) string {
	for _, scheme := range []string{"tel:", "sip:"} {
		if len(address) > len(scheme) && address[:len(scheme)] == scheme {
			address = address[len(scheme):]
		}
	}
	end := 0
	for end < len(address) && (address[end] == '+' || address[end] >= '0' && address[end] <= '9') {
		end++
	}
	if end < len(address) && address[end] != '@' && address[end] != ';' {
		return ""
	}
	return address[:end]
}

// leg makes a leg of a session. Its At is 0 where the session says nothing of service.
func (s *genesysSession) leg(l *load, id string, p *genesysParticipant) (leg, *reject) {
	g := newLeg(id, 0)
	g.When, g.Part = lake.Exact, p.Purpose+"/"+s.ID
	switch p.Purpose {
	case "ivr":
		g.Kind = genesysMenu
	case "acd":
		g.Kind = genesysQueue
	case "agent", "user":
		g.Kind = genesysAgent
		g.Agent = l.hash.agent([]byte(p.User))
	default:
		g.Kind = -1
	}
	for i := range s.Segments {
		var from, to lake.Micros
		t := &s.Segments[i]
		if bad := times(timeField{"segmentStart", t.Start, &from}, timeField{"segmentEnd", t.End, &to}); bad != nil {
			return g, bad
		}
		if from == 0 {
			return g, &reject{reasonTime, "segmentStart"}
		}
		g.segment(p, t, from, to)
	}
	if g.Kind < 0 || p.Purpose == "user" && g.Queue == "" {
		g.At = 0 // neither menu nor queue nor agent; its end counts all the same
	}
	if g.Queue == lake.AllQueues {
		return g, &reject{reasonQueue, "queueId"}
	}
	return g, nil
}

// segment adds a segment to the leg of its session.
func (g *leg) segment(p *genesysParticipant, t *genesysSegment, from, to lake.Micros) {
	if g.At == 0 || from < g.At {
		g.At = from
	}
	g.Ended = max(g.Ended, to)
	g.Word, g.Reason = cmp.Or(t.Disconnect, g.Word), cmp.Or(t.WrapUp, g.Reason)
	g.Queue = cmp.Or(g.Queue, t.Queue)
	took := between(&g.Fact, from, to)
	switch {
	case g.Kind == genesysQueue:
		g.Wait = plus(g.Wait, took)
		g.Link = p.Name
	case g.Kind == genesysMenu:
		g.IVR = plus(g.IVR, took)
	case t.Type == "alert":
		g.Ring = plus(g.Ring, took)
	case t.Type == "interact":
		if g.Answered == 0 || from < g.Answered {
			g.Answered = from
		}
		g.Talk = plus(g.Talk, took)
	case t.Type == "hold":
		g.Hold = plus(g.Hold, took)
	case t.Type == "wrapup":
		g.Wrap = plus(g.Wrap, took)
	}
}

// stitchGenesysCloud makes a visit of every stay in a queue, with the agent who took it.
func stitchGenesysCloud(legs []leg) []lake.Contact {
	var all *leg
	var menu lake.Millis = lake.NoMillis
	var queues, agents []leg
	for i := range legs {
		switch g := &legs[i]; g.Kind & genesysRole {
		case genesysWhole:
			all = g
		case genesysMenu:
			menu = plus(menu, g.IVR)
		case genesysQueue:
			queues = append(queues, *g)
		case genesysAgent:
			agents = append(agents, *g)
		}
	}
	if all == nil {
		return nil
	}
	out := genesysVisits(queues, agents)
	if len(out) == 0 {
		out = []lake.Contact{genesysUnqueued(all, agents, menu)}
	}
	for i := range out {
		c := &out[i]
		c.Arrival, c.Quality, c.Caller, c.DNIS = all.At, all.When, all.Caller, all.DNIS
		c.Flags |= all.Fact
		if all.Kind&genesysOutbound != 0 {
			c.Direction = lake.Outbound
		}
	}
	out[0].IVR = menu
	return out
}

func genesysVisits(queues, agents []leg) []lake.Contact {
	var out []lake.Contact
	for i, q := range queues {
		c := lake.NewContact("", "")
		c.Queued, c.Ended, c.Wait, c.Flags = q.At, q.Ended, q.Wait, q.Fact
		c.QueueNative, c.Queue = q.Queue, cmp.Or(q.Link, q.Queue)
		c.Outcome = lake.OutcomeAbandoned
		if strings.HasPrefix(q.Word, "transfer") { // also transfer.noanswer and transferForward
			c.Outcome = lake.OutcomeOverflowed
		}
		until := lake.Micros(1 << 62)
		if i+1 < len(queues) {
			until = queues[i+1].At
		}
		for _, a := range agents {
			if a.Queue != "" && a.Queue != q.Queue || a.Answered == 0 || a.At < q.At-2e6 || a.At >= until {
				continue
			}
			a.serves(&c)
			if i+1 < len(queues) {
				c.Transfer, c.TransferTo = lake.BlindTransfer, cmp.Or(queues[i+1].Link, queues[i+1].Queue)
			}
		}
		out = append(out, c)
	}
	return out
}

// serves enters what an agent did into a visit.
func (g *leg) serves(c *lake.Contact) {
	if c.Outcome != lake.OutcomeHandled {
		c.Answered, c.Agent, c.Ring = g.Answered, g.Agent, g.Ring
	}
	c.Outcome, c.Reason, c.Flags = lake.OutcomeHandled, g.Reason, c.Flags|g.Fact
	c.Talk, c.Hold, c.Wrap = plus(c.Talk, g.Talk), plus(c.Hold, g.Hold), plus(c.Wrap, g.Wrap)
	if g.Talk == lake.NoMillis {
		c.Ended = max(c.Ended, g.Ended)
		return
	}
	c.Ended = max(c.Ended, g.Answered+lake.Micros(g.Talk+max(g.Hold, 0))*1000)
}

// genesysUnqueued is a conversation that reached no queue.
func genesysUnqueued(all *leg, agents []leg, menu lake.Millis) lake.Contact {
	c := lake.NewContact("", "")
	c.Ended = all.Ended
	for _, a := range agents {
		if a.Answered != 0 {
			a.serves(&c)
		}
	}
	switch {
	case c.Outcome == lake.OutcomeHandled:
	case all.Ended == 0:
		c.Outcome = lake.OutcomeOpen
	case menu != lake.NoMillis:
		c.Outcome = lake.OutcomeContained
	}
	return c
}
