package ingest

import (
	"bytes"
	"io"
	"regexp"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// Call data records of 3CX in the order of fields that the console offers first: no
// header, "Call 123" in front; or in any order with the names of the fields. Older releases write a
// record per leg.
var threeCX = format{
	name:  "3cx",
	title: "3CX call data records",
	tells: "arrival, number dialled, queue, wait where the call came to the queue at once, talk, outcome, agent",
	lacks: "hold, wrap-up, time in the menu; the zone of its times",

	source: "3cx", version: 2,
	detect: func(h *head) bool {
		f := h.fields(',', true)
		return h.names("historyid", "time-start", "from-no") || h.names("historyid", "time_start", "from_no") || len(f) >= threeCXLeast && threeCXCall.MatchString(f[0]) && threeCXTime.MatchString(f[3])
	},
	read:   readThreeCX,
	stitch: stitchThreeCX,
}

var (
	threeCXName = regexp.MustCompile(`^(Call )?[0-9A-Za-z][0-9A-Za-z_.-]*$`)
	threeCXCall = regexp.MustCompile(`^Call \d+$`)
	threeCXTime = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d$`)
)

// Places of the fields that are read.
const (
	threeCXHistory = iota
	threeCXID
	threeCXDuration
	threeCXStart
	threeCXAnswered
	threeCXEnd
	threeCXReason
	threeCXFromNo
	threeCXToNo
	threeCXFromDN
	threeCXToDN
	threeCXDial
	threeCXFinalDN   = 14
	threeCXChain     = 19
	threeCXFromType  = 20
	threeCXToType    = 21
	threeCXFinalType = 22
	threeCXMissed    = 26

	threeCXLeast = 20
)

// threeCXFields are the names of the fields in that order.
var threeCXFields = []string{
	"historyid", "callid", "duration", "time-start", "time-answered", "time-end", "reason-terminated", "from-no", "to-no", "from-dn", "to-dn",
	"dial-no", "reason-changed", "final-number", "final-dn", "bill-code", "bill-rate", "bill-cost", "bill-name", "chain", "from-type",
	"to-type", "final-type", "from-dispname", "to-dispname", "final-dispname", "missed-queue-calls",
}

// threeCXOrder returns the place of each of the fields in a line that names them; nil where it
// does not. Fields that are not there have -1.
func threeCXOrder(f [][]byte) (order []int) {
	at := map[string]int{}
	for i, name := range f {
		at[strings.ReplaceAll(strings.ToLower(string(name)), "_", "-")] = i
	}
	if _, named := at["historyid"]; !named {
		return nil
	}
	for _, name := range threeCXFields {
		i, ok := at[name]
		if !ok {
			i = -1
		}
		order = append(order, i)
	}
	return order
}

// arranged puts the fields of a record into the order of threeCXFields.
func arranged(f [][]byte, order []int) [][]byte {
	out := make([][]byte, len(order))
	for i, from := range order {
		if from >= 0 && from < len(f) {
			out[i] = f[from]
		}
	}
	return out
}

// What a leg is, in leg.Kind.
const (
	cxOutbound int64 = 1 << iota
	cxInternal
	cxPerson // it ended at a person's telephone
	cxSystem // or at a menu or a mailbox
	cxMailbox
)

func readThreeCX(l *load, f *file, r io.Reader) error {
	s := newSplitter(r, ',', true)
	k, form := l.clock(f), newTimeForm("2006/01/02 15:04:05")
	var order []int
	return l.eachRecord(f, s, func() (*reject, error) {
		if named := threeCXOrder(s.fields); named != nil {
			order = named
			f.ignore("header")
			return nil, nil
		}
		if order != nil {
			s.fields = arranged(s.fields, order)
		}
		if len(s.fields) < threeCXLeast {
			return &reject{reasonColumns, ""}, nil
		}
		if !threeCXName.Match(s.fields[threeCXHistory]) {
			return &reject{reasonKey, "historyid"}, nil
		}
		start, err := form.parse(s.fields[threeCXStart])
		if err != nil {
			return &reject{reasonTime, "time_start"}, nil
		}
		at := k.read(start)
		g := newLeg(strings.TrimPrefix(string(s.fields[threeCXHistory]), "Call "), at.at)
		g.When, g.Fact, g.Part = at.how, at.flags, string(s.fields[threeCXID])
		if s.ill {
			g.Fact |= lake.FlagEncoding
		}
		if bad := g.threeCXSpan(s.fields, start, &form); bad != nil {
			return bad, nil
		}
		if bad := g.threeCXPlaces(l, s.fields); bad != nil {
			return bad, nil
		}
		return nil, l.leg(f, s.line, &g)
	})
}

// threeCXSpan enters when the leg was answered and ended, as long after its start as the
// wall clock tells.
func (g *leg) threeCXSpan(f [][]byte, start reading, form *timeForm) *reject {
	for _, t := range []struct {
		at   int
		name string
		to   *lake.Micros
	}{{threeCXAnswered, "time_answered", &g.Answered}, {threeCXEnd, "time_end", &g.Ended}} {
		if len(f[t.at]) == 0 {
			continue
		}
		r, err := form.parse(f[t.at])
		if err != nil {
			return &reject{reasonTime, t.name}
		}
		*t.to = g.At + lake.Micros(r.micros-start.micros)
	}
	if len(f[threeCXDuration]) == 0 { // nobody answered
		return nil
	}
	ms, err := parseMillis(f[threeCXDuration], "clock")
	if err != nil {
		return &reject{reasonDuration, "duration"}
	}
	g.Talk, g.Fact = tameInto(g.Fact, ms)
	return nil
}

// threeCXPlaces enters who called whom. The types of the two ends came with later releases;
// without them the names of the ends tell.
func (g *leg) threeCXPlaces(l *load, f [][]byte) *reject {
	field := func(i int) []byte {
		if i < len(f) {
			return f[i]
		}
		return nil
	}
	g.Word = string(field(threeCXReason))
	from, to, final := kindOf3CX(field(threeCXFromType), f[threeCXFromNo]), string(field(threeCXToType)), string(field(threeCXFinalType))
	switch {
	case from == "Extension" && (to == "Extension" || to == "Queue" || to == "RingGroup" || to == "IVR" || to == "VMail"):
		g.Kind |= cxInternal
	case from == "Extension":
		g.Kind |= cxOutbound
	default:
		g.Caller, g.DNIS = l.hash.caller(f[threeCXFromNo]), string(f[threeCXDial])
	}
	switch {
	case to == "Queue" || to == "RingGroup":
		g.Queue, g.Queued = string(f[threeCXToDN]), g.At
	case final == "Queue" || final == "RingGroup":
		g.Queue = string(f[threeCXFinalDN])
	case to == "" && from != "Extension" && len(f[threeCXToDN]) > 0 && !bytes.Equal(f[threeCXToDN], f[threeCXFinalDN]):
		g.Queue = string(f[threeCXToDN]) // whatever the caller was sent to first, others answered for it
	default:
		g.Queue, _, _ = strings.Cut(string(field(threeCXMissed)), ";") // a queue that tried in vain
	}
	switch final {
	case "Extension", "":
		g.Kind |= cxPerson
		g.Agent = l.hash.agent(f[threeCXFinalDN])
	case "VMail", "Voicemail":
		g.Kind |= cxMailbox
	case "IVR", "Queue", "RingGroup":
		g.Kind |= cxSystem
	}
	if g.Queue == lake.AllQueues {
		return &reject{reasonQueue, "to_dn"}
	}
	return nil
}

// kindOf3CX is the type of an end; where the record has none, "Ext.100" is a telephone of the
// center.
func kindOf3CX(kind, number []byte) string {
	if len(kind) == 0 && bytes.HasPrefix(number, []byte("Ext.")) {
		return "Extension"
	}
	return string(kind)
}

// stitchThreeCX makes one contact of the legs of a call.
func stitchThreeCX(legs []leg) []lake.Contact {
	first := legs[0]
	c := lake.NewContact("", "")
	c.Arrival, c.Quality, c.Caller, c.DNIS = first.At, first.When, first.Caller, first.DNIS
	switch {
	case first.Kind&cxOutbound != 0:
		c.Direction = lake.Outbound
	case first.Kind&cxInternal != 0:
		c.Direction = lake.Internal
	}
	last := first
	for _, g := range legs {
		c.Flags |= g.Fact
		if c.Queue == "" {
			c.QueueNative, c.Queue, c.Queued = g.Queue, g.Queue, g.Queued
		}
		c.Ended = max(c.Ended, g.Ended)
		last = g
		if g.Answered == 0 || g.Kind&cxPerson == 0 && c.Direction != lake.Outbound {
			continue
		}
		if c.Outcome != lake.OutcomeHandled {
			c.Outcome, c.Answered, c.Agent = lake.OutcomeHandled, g.Answered, g.Agent
		}
		c.Talk = plus(c.Talk, g.Talk)
	}
	if c.Outcome != lake.OutcomeHandled {
		c.Outcome = outcome3CX(&last, c.Queue != "")
	}
	if c.Queued != 0 && c.Outcome == lake.OutcomeHandled {
		c.Wait = between(&c.Flags, c.Queued, c.Answered)
	} else if c.Queued != 0 && c.Outcome == lake.OutcomeAbandoned {
		c.Wait = between(&c.Flags, c.Queued, c.Ended)
	}
	return []lake.Contact{c}
}

// outcome3CX says what became of a call that no person answered.
func outcome3CX(last *leg, queued bool) lake.Outcome {
	switch {
	case last.Kind&cxMailbox != 0:
		return lake.OutcomeOverflowed
	case queued:
		return lake.OutcomeAbandoned
	case strings.HasPrefix(last.Word, "Failed") || strings.Contains(last.Word, "Busy") || strings.Contains(last.Word, "NoRoute"):
		return lake.OutcomeBlocked
	case last.Kind&cxSystem != 0 && last.Answered != 0:
		return lake.OutcomeContained
	}
	return lake.OutcomeAbandoned
}
