package ingest

import (
	"cmp"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// The call log of 3CX's console, saved as CSV: a row for each end that a call reached. Releases
// 16 and 18 have Caller ID and Destination and no name of the call; 20 has From, To, Call ID and
// Direction, and ends with a row of totals.
var threeCXLog = format{
	name:  "3cx-call-log",
	title: "3CX call log of the console (Call Time, Caller ID or From, Destination or To, Status, Ringing, Talking)",
	tells: "arrival, queue where the log says that it is one, wait in it, ring, talk, outcome, agent",
	lacks: "number dialled, hold, wrap-up, time in the menu; the zone of its times; before release 20 which rows are one call, but for the second and the caller",

	source: "3cx-call-log", version: 1,
	detect: func(h *head) bool { _, _, ok := h.titled(isThreeCXLog); return ok },
	read:   readThreeCXLog,
	stitch: stitchThreeCXLog,
}

var threeCXLogColumns = []namedAs{
	{"time", []string{"calltime", "starttime", "date"}},
	{"id", []string{"callid", "callhistoryid", "historyid"}},
	{"from", []string{"from", "callerid", "caller", "source"}},
	{"to", []string{"to", "destination", "callee"}},
	{"direction", []string{"direction"}},
	{"status", []string{"status", "callstatus"}},
	{"ringing", []string{"ringing", "ringtime", "ringingtime"}},
	{"talking", []string{"talking", "talktime", "talkingtime"}},
}

// isThreeCXLog reports whether these are the columns of a call log.
func isThreeCXLog(names []string) bool {
	has := func(name string) bool { return slices.Contains(names, name) }
	ends := has("callerid") && has("destination") || has("from") && has("to")
	return has("calltime") && has("status") && has("ringing") && has("talking") && ends
}

// What a row is, in leg.Kind.
const (
	cxlOutbound int64 = 1 << iota
	cxlInternal
	cxlAnswered
	cxlQueue  // the end is a queue or a ring group
	cxlSystem // a menu
	cxlMailbox
	cxlBusy
	cxlPassed // the call went on from this end
)

func readThreeCXLog(l *load, f *file, r io.Reader) error {
	t, err := l.titled(f, r, isThreeCXLog, threeCXLogColumns)
	if err != nil {
		return err
	}
	row := &cxlRow{l: l, k: l.clock(f), t: t.sheet, stamps: t.stamps("time")}
	return l.eachRow(f, t.sheet, func() (*reject, error) {
		when := t.get("time")
		if isTotal(when) || isTotal(t.fields[0]) {
			f.ignore("total")
			return nil, nil
		}
		if len(when) == 0 && row.last == "" {
			return &reject{reasonTime, "call time"}, nil
		}
		g, bad := row.leg(when)
		if bad != nil {
			return bad, nil
		}
		if t.ill {
			g.Fact |= lake.FlagEncoding
		}
		return nil, l.leg(f, t.line, &g)
	})
}

// A cxlRow reads the row that a sheet is at.
type cxlRow struct {
	l      *load
	k      *clock
	t      *sheet
	stamps stamps

	last   string // the call of the row before: one without a time goes on with it
	lastAt instant
	from   []byte
}

// leg makes a leg of a row; the row of an end that the call reached later may leave time and caller out.
func (r *cxlRow) leg(when []byte) (leg, *reject) {
	at, from := r.lastAt, r.t.get("from")
	if len(when) > 0 {
		read, ok := r.stamps.parse(when)
		if !ok {
			return leg{}, &reject{reasonTime, "call time"}
		}
		at = r.k.read(read)
		r.from = slices.Clone(from)
	} else if len(from) == 0 {
		from = r.from
	}
	id := string(r.t.get("id"))
	if id == "" {
		id = r.last
		if len(when) > 0 {
			id = r.l.hash.unnamed(at.at, endNumber(from))
		}
	}
	r.last, r.lastAt = id, at
	g := newLeg(id, at.at)
	g.When, g.Fact = at.how, at.flags
	to := r.t.get("to")
	g.Kind = cxlStatus(r.t.get("status"))
	if g.Kind < 0 {
		return g, &reject{reasonEvent, "status"}
	}
	direction := strings.ToLower(string(r.t.get("direction")))
	g.Kind |= cxlDirection(direction, from, to) | cxlEnd(direction, to)
	for _, d := range []struct {
		column string
		to     *lake.Millis
	}{{"ringing", &g.Ring}, {"talking", &g.Talk}} {
		text := r.t.get(d.column)
		if len(text) == 0 || isUnknown(text) {
			continue
		}
		ms, err := parseMillis(text, "clock")
		if err != nil {
			return g, &reject{reasonDuration, d.column}
		}
		*d.to, g.Fact = tameInto(g.Fact, ms)
	}
	return g, r.ends(&g, from, to)
}

// ends enters who called and who was reached. An end is "Name (800)", a name or a number.
func (r *cxlRow) ends(g *leg, from, to []byte) *reject {
	if g.Kind&(cxlOutbound|cxlInternal) == 0 {
		g.Caller = r.l.hash.caller(endNumber(from))
	}
	switch {
	case g.Kind&cxlOutbound != 0:
		g.Agent = r.l.hash.agent(endNumber(from))
	case g.Kind&cxlQueue != 0:
		g.Queue = string(endName(to))
	case g.Kind&(cxlSystem|cxlMailbox) == 0:
		g.Agent = r.l.hash.agent(endNumber(to))
	}
	if g.Queue == lake.AllQueues {
		return &reject{reasonQueue, "to"}
	}
	return nil
}

var (
	cxlNumber   = regexp.MustCompile(`\(([+0-9*# -]+)\)\s*$`)
	cxlIsQueue  = regexp.MustCompile(`(?i)\b(queue|ring ?group|hunt ?group|cola|fila|warteschlange|wachtrij|file d'attente|coda)\b`)
	cxlIsMenu   = regexp.MustCompile(`(?i)\b(ivr|digital receptionist|auto ?attendant|menu|call ?flow)\b`)
	cxlIsMail   = regexp.MustCompile(`(?i)\b(voice ?mail|vmail|mailbox)\b`)
	cxlIsInside = regexp.MustCompile(`^(Ext\.? ?)?\*?\d{2,5}$`)
)

// endNumber returns the number in brackets behind a name, else the text.
func endNumber(end []byte) []byte {
	if m := cxlNumber.FindSubmatch(end); m != nil {
		return m[1]
	}
	return end
}

// endName returns the name before a number in brackets, else the text.
func endName(end []byte) []byte {
	if i := cxlNumber.FindIndex(end); i != nil && len(trim(end[:i[0]])) > 0 {
		return trim(end[:i[0]])
	}
	return end
}

// cxlStatus reads what became of the call at this end; -1 for a word that is none.
func cxlStatus(text []byte) int64 {
	switch word := plain(string(text)); {
	case word == "answered", word == "completed":
		return cxlAnswered
	case word == "redirected", word == "waiting", word == "transferred", word == "forwarded", word == "replaced":
		return cxlPassed
	case word == "busy", word == "failed", word == "rejected", word == "notavailable":
		return cxlBusy
	case word == "unanswered", word == "missed", word == "abandoned", word == "notanswered", word == "noanswer", word == "cancelled", word == "canceled":
		return 0
	}
	return -1
}

// cxlDirection believes the column and, in releases without it, the numbers of the two ends.
func cxlDirection(direction string, from, to []byte) int64 {
	inside := func(end []byte) bool { return cxlIsInside.Match(endNumber(end)) }
	switch {
	case strings.HasPrefix(direction, "inbound"):
		return 0
	case strings.HasPrefix(direction, "outbound"):
		return cxlOutbound
	case direction == "internal", inside(from) && (inside(to) || !isExternal(endNumber(to))):
		return cxlInternal
	case inside(from):
		return cxlOutbound
	}
	return 0
}

func cxlEnd(direction string, to []byte) int64 {
	switch {
	case strings.Contains(direction, "queue"), cxlIsQueue.Match(to):
		return cxlQueue
	case cxlIsMail.Match(to):
		return cxlMailbox
	case cxlIsMenu.Match(to):
		return cxlSystem
	}
	return 0
}

// stitchThreeCXLog makes one contact of the ends that a call reached.
func stitchThreeCXLog(legs []leg) []lake.Contact {
	slices.SortStableFunc(legs, func(a, b leg) int { return cmp.Compare(a.At, b.At) })
	first := legs[0]
	c := lake.NewContact("", "")
	c.Arrival, c.Quality, c.Caller = first.At, first.When, first.Caller
	if inbound := slices.ContainsFunc(legs, func(g leg) bool { return g.Kind&(cxlOutbound|cxlInternal) == 0 }); !inbound {
		c.Direction = lake.Internal
		if slices.ContainsFunc(legs, func(g leg) bool { return g.Kind&cxlOutbound != 0 }) {
			c.Direction = lake.Outbound
		}
	}
	var queue, served *leg
	for i := range legs {
		g := &legs[i]
		c.Flags |= g.Fact
		c.Caller = cmp.Or(c.Caller, g.Caller)
		switch {
		case g.Kind&cxlQueue != 0 && queue == nil:
			queue = g
		case g.Kind&cxlAnswered != 0 && g.Kind&(cxlQueue|cxlSystem|cxlMailbox) == 0:
			if served == nil {
				served, c.Agent, c.Ring = g, g.Agent, g.Ring
			}
			c.Talk = plus(c.Talk, g.Talk)
		}
	}
	if served == nil && queue != nil && queue.Kind&cxlAnswered != 0 {
		served, c.Talk = queue, queue.Talk // the log has no row of its own for who answered
	}
	if queue != nil {
		c.QueueNative, c.Queue, c.Queued = queue.Queue, queue.Queue, queue.At
	}
	c.Outcome = cxlOutcome(legs, served != nil)
	cxlWait(&c, queue, served)
	return []lake.Contact{c}
}

// cxlOutcome says what became of a call.
func cxlOutcome(legs []leg, served bool) lake.Outcome {
	var all int64
	busy, machine := true, false
	for _, g := range legs {
		all |= g.Kind
		busy = busy && g.Kind&cxlBusy != 0
		machine = machine || g.Kind&cxlSystem != 0 && g.Kind&cxlAnswered != 0
	}
	switch {
	case served:
		return lake.OutcomeHandled
	case all&cxlMailbox != 0:
		return lake.OutcomeOverflowed
	case busy:
		return lake.OutcomeBlocked
	case machine && all&cxlQueue == 0:
		return lake.OutcomeContained
	}
	return lake.OutcomeAbandoned
}

// cxlWait enters how long the caller waited in a queue: the time for which the row of the queue rang
// or, where it tells none, until somebody's telephone was answered.
func cxlWait(c *lake.Contact, queue, served *leg) {
	handled := c.Outcome == lake.OutcomeHandled
	switch {
	case queue == nil || !handled && c.Outcome != lake.OutcomeAbandoned:
	case queue.Ring > 0 || !handled || served == queue || served.Ring == lake.NoMillis:
		c.Wait = queue.Ring
	default:
		c.Wait = between(&c.Flags, queue.At, served.At+lake.Micros(served.Ring)*1000)
	}
	switch {
	case !handled:
		c.Talk, c.Ring, c.Agent = lake.NoMillis, lake.NoMillis, lake.Key{}
	case queue != nil && c.Wait != lake.NoMillis:
		c.Answered = queue.At + lake.Micros(c.Wait)*1000
	case served.Ring != lake.NoMillis:
		c.Answered = served.At + lake.Micros(served.Ring)*1000
	}
}
