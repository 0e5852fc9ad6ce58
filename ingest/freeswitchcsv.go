package ingest

import (
	"bytes"
	"cmp"
	"io"
	"regexp"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// Master.csv as FreeSWITCH's mod_cdr_csv writes it by the template "example" or one of those that
// begin like it (default, snom, linksys: 13 to 20 columns), without a header; or with the names of the columns in any
// order, as FusionPBX saves them. With legs=ab the row of the leg that reached somebody names the caller's leg.
// Files saved again by a spreadsheet have lost their seconds.
var freeswitchCSV = format{
	name:  "freeswitch-csv",
	title: "FreeSWITCH cdr_csv, template example and those that begin like it",
	tells: "arrival, number dialled, talk, outcome where both legs are logged, agent",
	lacks: "queue, hold, wrap-up, time in the menu; the zone of its times",

	source: "freeswitch-csv", version: 2,
	detect: func(h *head) bool {
		if _, _, named := h.titled(isFreeswitchNames); named {
			return true
		}
		f := h.fields(',', true)
		if len(f) < fsLeast || len(f) > fsMost {
			return false
		}
		return freeswitchUUID.MatchString(bare(f[10])) && freeswitchCause.MatchString(bare(f[9])) && freeswitchTime.MatchString(bare(f[4]))
	},
	read:   readFreeswitchCSV,
	stitch: stitchFreeswitchCSV,
}

var (
	freeswitchUUID  = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	freeswitchCause = regexp.MustCompile(`^[A-Z][A-Z0-9_]+$`)
	freeswitchTime  = regexp.MustCompile(`^\d{4}[-/]\d{1,2}[-/]\d{1,2} \d{1,2}:\d\d(:\d\d(\.\d+)?)?$`)
	freeswitchForms = []timeForm{newTimeForm("2006-01-02 15:04:05"), newTimeForm("2006/1/2 15:04:05"), newTimeForm("2006/1/2 15:04"), newTimeForm("2006-01-02 15:04"),
		newTimeForm("2006-01-02 15:04:05.999"), newTimeForm("2006-01-02 15:04:05.999-07"), newTimeForm("2006-01-02 15:04:05.999-07:00"), newTimeForm("2006-01-02T15:04:05.999"), newTimeForm(formRFC3339)}
)

// The templates that begin like "example" have as many columns.
const (
	fsLeast = 12
	fsMost  = 20
)

// freeswitchNames are the columns by name; those of the template come first, in its order.
var freeswitchNames = []namedAs{
	{"name", []string{"calleridname"}}, {"from", []string{"calleridnumber"}}, {"to", []string{"destinationnumber"}}, {"context", []string{"context"}},
	{"start", []string{"startstamp"}}, {"answer", []string{"answerstamp"}}, {"end", []string{"endstamp"}}, {"duration", []string{"duration"}},
	{"billsec", []string{"billsec"}}, {"cause", []string{"hangupcause"}}, {"uuid", []string{"uuid", "xmlcdruuid", "calluuid"}}, {"caller", []string{"bleguuid", "originatinglegguid", "originatinglegguuid", "originatinglegruid", "originatingleguuid"}},
	{"queue", []string{"ccqueue"}}, {"direction", []string{"direction"}},
}

// Places behind those of the template.
const (
	fsQueue     = 12
	fsDirection = 13
)

// isFreeswitchNames reports whether a line names the columns.
func isFreeswitchNames(names []string) bool {
	for _, c := range freeswitchNames[:fsQueue] {
		optional := c.name == "name" || c.name == "context" || c.name == "end" || c.name == "caller" || c.name == "answer"
		if c.at(names) < 0 && !optional {
			return false
		}
	}
	return true
}

// bare takes off quotes that stand behind a space, as in "x", "y": the templates have some.
func bare(text string) string { return strings.Trim(text, `"`) }

// What a leg is, in leg.Kind.
const (
	fsCalled int64 = 1 << iota // it was dialled for a caller whose leg it names
	fsOutbound
	fsInternal
	fsAnswered
	fsBridged // it spoke with another leg, since when it was answered
)

func readFreeswitchCSV(l *load, f *file, r io.Reader) error {
	body, data := peeked(r)
	if _, _, named := newHead(data).titled(isFreeswitchNames); named {
		return readFreeswitchNamed(l, f, body)
	}
	s := newSplitter(body, ',', true)
	k := l.clock(f)
	return l.eachRecord(f, s, func() (*reject, error) {
		if len(s.fields) < fsLeast || len(s.fields) > fsMost {
			return &reject{reasonColumns, ""}, nil
		}
		for i := range s.fields {
			s.fields[i] = bytes.Trim(s.fields[i], `"`)
		}
		return l.freeswitchRow(f, k, s, s.fields[:fsLeast])
	})
}

// readFreeswitchNamed brings the columns into the order of the template.
func readFreeswitchNamed(l *load, f *file, r io.Reader) error {
	t, err := l.titled(f, r, isFreeswitchNames, freeswitchNames)
	if err != nil {
		return err
	}
	k, fields := l.clock(f), make([][]byte, len(freeswitchNames))
	return l.eachRow(f, t.sheet, func() (*reject, error) {
		for i, c := range freeswitchNames {
			fields[i] = t.get(c.name)
		}
		return l.freeswitchRow(f, k, t.splitter, fields)
	})
}

func (l *load) freeswitchRow(f *file, k *clock, s *splitter, fields [][]byte) (*reject, error) {
	g, bad := freeswitchLeg(l, k, fields)
	if bad != nil {
		return bad, nil
	}
	if s.ill {
		g.Fact |= lake.FlagEncoding
	}
	return nil, l.leg(f, s.line, &g)
}

func freeswitchLeg(l *load, k *clock, f [][]byte) (leg, *reject) {
	uuid, caller := string(f[10]), string(f[11])
	g := newLeg(cmp.Or(caller, uuid), 0)
	g.Part, g.Word = uuid, string(f[9])
	if !freeswitchUUID.MatchString(uuid) {
		return g, &reject{reasonKey, "uuid"}
	}
	if !freeswitchCause.MatchString(g.Word) {
		return g, &reject{reasonEvent, "hangup_cause"}
	}
	start, ok := firstForm(freeswitchForms, f[4])
	if !ok {
		return g, &reject{reasonTime, "start_stamp"}
	}
	at := k.read(start)
	g.At, g.When, g.Fact = at.at, at.how, at.flags
	duration, err1 := parseMillis(f[7], "s")
	billsec, err2 := parseMillis(f[8], "s")
	if err1 != nil || err2 != nil {
		return g, &reject{reasonDuration, "billsec"}
	}
	var whole lake.Millis
	whole, g.Fact = tameInto(g.Fact, duration)
	g.Talk, g.Fact = tameInto(g.Fact, billsec)
	// Durations are exact where a spreadsheet cut the seconds off the times.
	g.Ended = g.At + lake.Micros(max(whole, 0))*1000
	if len(f[5]) > 0 {
		if _, ok := firstForm(freeswitchForms, f[5]); !ok {
			return g, &reject{reasonTime, "answer_stamp"}
		}
		g.Kind |= fsAnswered
		g.Answered = g.At + lake.Micros(max(whole-g.Talk, 0))*1000
	}
	return g, g.freeswitchPlaces(l, caller != "", f)
}

// freeswitchPlaces enters who called whom. A call that a program placed has & and the
// application where the number dialled stands.
func (g *leg) freeswitchPlaces(l *load, called bool, f [][]byte) *reject {
	from, to, direction := f[1], f[2], ""
	if len(f) > fsDirection {
		g.Queue, direction = string(f[fsQueue]), string(f[fsDirection])
	}
	switch {
	case direction == "local" || direction == "internal":
		g.Kind |= fsInternal
	case direction == "outbound" && !called:
		g.Kind |= fsOutbound
	case direction == "inbound" && !called:
		g.Caller, g.DNIS = l.hash.caller(from), string(to)
	case called:
		g.Kind |= fsCalled
		g.Agent = l.hash.agent(to)
	case strings.HasPrefix(string(to), "&") || string(f[0]) == "Outbound Call":
		g.Kind |= fsOutbound
	case len(from) > 1 && !isExternal(from) && digits(string(from)):
		g.Kind |= fsInternal
		if isExternal(to) {
			g.Kind ^= fsInternal | fsOutbound
		}
	default:
		g.Caller, g.DNIS = l.hash.caller(from), string(to)
	}
	if g.DNIS == lake.AllQueues || g.Queue == lake.AllQueues {
		return &reject{reasonQueue, "destination_number"}
	}
	return nil
}

// Hang-up causes that mean a call never got through.
var freeswitchRefusals = map[string]bool{
	"USER_BUSY": true, "CALL_REJECTED": true, "NO_ROUTE_DESTINATION": true, "UNALLOCATED_NUMBER": true, "NO_USER_RESPONSE": true,
	"NORMAL_TEMPORARY_FAILURE": true, "NETWORK_OUT_OF_ORDER": true, "SWITCH_CONGESTION": true, "NORMAL_CIRCUIT_CONGESTION": true,
	"DESTINATION_OUT_OF_ORDER": true, "USER_NOT_REGISTERED": true, "SUBSCRIBER_ABSENT": true, "INCOMPATIBLE_DESTINATION": true, "GATEWAY_DOWN": true,
}

// stitchFreeswitchCSV makes one contact of the caller's leg and those dialled for it.
func stitchFreeswitchCSV(legs []leg) []lake.Contact {
	first, dialled := legs[0], false
	for _, g := range legs {
		if g.Kind&fsCalled == 0 {
			first = g
		}
	}
	c := lake.NewContact("", "")
	c.Arrival, c.Quality, c.Ended = first.At, first.When, first.Ended
	c.Caller, c.DNIS = first.Caller, first.DNIS
	switch {
	case first.Kind&fsOutbound != 0:
		c.Direction = lake.Outbound
	case first.Kind&fsInternal != 0:
		c.Direction = lake.Internal
	}
	for _, g := range legs {
		c.Flags |= g.Fact
		if g.Kind&fsCalled == 0 {
			continue
		}
		dialled = true
		if g.Kind&fsAnswered == 0 || g.Talk <= 0 {
			continue
		}
		if c.Outcome != lake.OutcomeHandled {
			c.Outcome, c.Answered, c.Agent = lake.OutcomeHandled, g.Answered, g.Agent
		}
		c.Talk = plus(c.Talk, g.Talk)
	}
	switch {
	case first.Queue != "":
		c.QueueNative, c.Queue = first.Queue, first.Queue
	case dialled && c.Direction == lake.Inbound:
		c.QueueNative, c.Queue = c.DNIS, c.DNIS // callers wait on the number they dialled
	}
	if c.Outcome != lake.OutcomeHandled {
		c.Outcome = freeswitchOutcome(&first, dialled)
	}
	return []lake.Contact{c}
}

// freeswitchOutcome says what became of a call that no other leg answered. An answered one may
// have reached a person, a menu or a mailbox: where only one leg is logged, nothing tells.
func freeswitchOutcome(g *leg, dialled bool) lake.Outcome {
	switch {
	case freeswitchRefusals[g.Word]:
		return lake.OutcomeBlocked
	case g.Kind&fsAnswered == 0 || dialled:
		return lake.OutcomeAbandoned
	}
	return lake.OutcomeUnknown
}
