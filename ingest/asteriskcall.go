package ingest

import (
	"bytes"
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// What a leg of Asterisk's call detail records is, in leg.Kind: its disposition, and whose
// channel it is.
const (
	cdrAnswered int64 = iota
	cdrNoAnswer
	cdrBusy
	cdrFailed
	cdrCongestion

	cdrDisposition       = 7
	cdrOwn         int64 = 8  // the channel of the caller
	cdrPerson      int64 = 16 // an agent's telephone or another trunk rang
	cdrOutbound    int64 = 32
	cdrInternal    int64 = 64
	cdrInbound     int64 = 128 // the record itself says so
	cdrHalf        int64 = 256 // Dial rang whatever lies behind a Local channel
)

// leg makes a leg of a row. The name of a call begins with the epoch second at which its
// channel came up, which settles the zone of the row's times.
func (row *cdrRow) leg(l *load, k *clock) (g leg, bad *reject) {
	epoch, known := born(cmp.Or(row.unique, row.linked))
	form, start, ok := cdrForm(row.start, epoch)
	if !ok {
		return g, &reject{reasonTime, "start"}
	}
	at := k.read(start)
	if known && !start.instant {
		at = k.twin(start, epoch)
	}
	id := cmp.Or(row.linked, row.unique, row.start2id(at.at))
	if id == "" && row.nameless {
		id = l.hash.unnamed(at.at, row.src)
	}
	if id == "" {
		return g, &reject{reasonKey, "uniqueid"}
	}
	g = newLeg(id, at.at)
	g.When, g.Fact = at.how, at.flags
	if row.sequence != "" {
		g.Part = row.unique + "/" + row.sequence
	}
	g.Kind = max(dispositionOf(row.disposition), cdrAnswered) | row.kind()
	if bad := g.cdrSeconds(row.billsec, "billsec", &g.Talk); bad != nil {
		return g, bad
	}
	if bad := g.cdrSeconds(row.duration, "duration", &g.Ring); bad != nil {
		return g, bad
	}
	if bad := g.span(form, row, start); bad != nil {
		return g, bad
	}
	return g, row.describe(l, &g)
}

// cdrSeconds reads a count of seconds; one that is left out is unknown.
func (g *leg) cdrSeconds(text []byte, column string, to *lake.Millis) *reject {
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

func tameInto(flags lake.Flags, ms int64) (lake.Millis, lake.Flags) {
	v, flag := tame(ms, defaultMax.Milliseconds())
	return v, flags | flag
}

// start2id names a row of a log that names no calls: the second and the count at the end of
// the channel's name, which rows of one channel share.
func (row *cdrRow) start2id(at lake.Micros) string {
	if count := channelCount(row.channel); count != "" {
		return strconv.FormatInt(int64(at)/1e6, 10) + "-" + count
	}
	return ""
}

// span sets when the channel was answered and ended: as long after the start as the texts
// tell, or, when a clock change lies between them, as the durations do.
func (g *leg) span(form *timeForm, row *cdrRow, start reading) *reject {
	if row.derive {
		if g.Ring >= 0 {
			g.Ended = g.At + lake.Micros(g.Ring)*1000
		}
		if g.Kind&cdrDisposition == cdrAnswered && g.Ended != 0 && g.Talk >= 0 {
			g.Answered = g.Ended - lake.Micros(g.Talk)*1000
		}
		return nil
	}
	after := func(text []byte, told lake.Millis) (lake.Micros, error) {
		r, err := form.parse(text)
		if err != nil {
			return 0, err
		}
		d := r.micros - start.micros
		if off := d - int64(told)*1000; told >= 0 && (off > 900e6 || off < -900e6) {
			d = int64(told) * 1000
		}
		return g.At + lake.Micros(d), nil
	}
	var err error
	if g.Ended, err = after(row.end, g.Ring); err != nil {
		return &reject{reasonTime, "end"}
	}
	if len(row.answer) == 0 {
		return nil
	}
	ring := lake.NoMillis
	if g.Ring >= 0 && g.Talk >= 0 {
		ring = g.Ring - g.Talk
	}
	if g.Answered, err = after(row.answer, ring); err != nil {
		return &reject{reasonTime, "answer"}
	}
	return nil
}

// kind tells who called and whom the leg reached. A call whose channel bears the caller's own
// name, as in SIP/301-0000001a from 301, came from a telephone of the center, and so did one of a short
// number whose context does not say otherwise.
func (row *cdrRow) kind() (kind int64) {
	if row.linked == "" || row.unique == row.linked || row.unique == "" {
		kind |= cdrOwn
	}
	if bytes.HasPrefix(row.channel, []byte("Local/")) {
		kind &^= cdrOwn
	}
	if len(row.dstchannel) > 0 && !bytes.HasPrefix(row.dstchannel, []byte("Local/")) {
		kind |= cdrPerson
	}
	if app := string(row.app); row.oneEnded && (app == "" || app == "Dial" || app == "Queue") {
		kind |= cdrPerson
	}
	if bytes.HasPrefix(row.dstchannel, []byte("Local/")) {
		switch string(row.app) {
		case "Queue":
			kind |= cdrPerson // an agent: there is no record of the telephone behind it
		case "Dial":
			kind |= cdrHalf
		}
	}
	switch {
	case len(row.did) > 0:
		return kind | cdrInbound
	case row.knownDIDs && isExternal(row.dst):
		return kind | cdrOutbound
	case row.knownDIDs && !isExternal(row.src):
		return kind | cdrInternal
	case row.knownDIDs:
		return kind
	}
	if peer := peerOf(row.channel); len(row.src) > 0 && bytes.Equal(peer, row.src) || isExtension(row.src) && !fromOutside(string(row.context)) {
		if isExternal(row.dst) {
			return kind | cdrOutbound
		}
		return kind | cdrInternal
	}
	return kind
}

// describe fills in what the row says in words. The number dialled is the center's own when
// the call came in, and somebody's number otherwise.
func (row *cdrRow) describe(l *load, g *leg) *reject {
	g.Word = string(row.app)
	if g.Kind&(cdrOutbound|cdrInternal) == 0 {
		if g.DNIS = string(row.dst); len(row.did) > 0 {
			g.DNIS = string(row.did)
		}
		g.Caller = l.hash.caller(row.src)
	}
	if g.Kind&(cdrPerson|cdrHalf) != 0 {
		g.Agent = l.hash.agent(withoutCount(row.dstchannel))
	}
	if g.Link = channelCount(row.dstchannel); bytes.HasPrefix(row.channel, []byte("Local/")) {
		g.To = channelCount(row.channel)
	}
	args := strings.FieldsFunc(string(row.data), func(r rune) bool { return r == ',' || r == '|' })
	switch {
	case g.Word == "Queue" && len(args) > 0:
		g.Queue = args[0]
	case g.Word == "Dial" && len(args) > 1:
		g.Count, _ = strconv.ParseInt(args[1], 10, 32) // how long it may ring; 0 where it is no number
	}
	if g.Queue == lake.AllQueues || g.DNIS == lake.AllQueues {
		return &reject{reasonQueue, "lastdata"}
	}
	return nil
}

// isExternal reports whether a number is too long for an extension.
func isExternal(number []byte) bool {
	return place(number) == "external"
}

// stitchAsteriskCDR makes one contact of the legs of a call.
func stitchAsteriskCDR(legs []leg) []lake.Contact {
	legs = behindLocal(legs)
	own := slices.DeleteFunc(slices.Clone(legs), func(g leg) bool { return g.Kind&cdrOwn == 0 })
	if len(own) == 0 {
		own = legs // of a call whose first channel is in a file not loaded yet
	}
	c := lake.NewContact("", "")
	c.Arrival, c.Quality = legs[0].At, own[0].When
	c.Caller, c.DNIS = own[0].Caller, own[0].DNIS
	from := slices.IndexFunc(legs, func(g leg) bool { return g.Kind&cdrInbound != 0 })
	if from >= 0 {
		c.Caller, c.DNIS = legs[from].Caller, legs[from].DNIS
	}
	switch {
	case from >= 0:
	case own[0].Kind&cdrOutbound != 0:
		c.Direction = lake.Outbound
	case own[0].Kind&cdrInternal != 0:
		c.Direction = lake.Internal
	}
	offered := false
	for _, g := range legs {
		c.Flags |= g.Fact
		c.Ended = max(c.Ended, g.Ended)
		c.QueueNative = cmp.Or(c.QueueNative, g.Queue)
		offered = offered || g.Kind&cdrPerson != 0 || g.Word == "Dial" || g.Word == "Queue"
	}
	if offered && c.Direction == lake.Inbound {
		c.QueueNative = cmp.Or(c.QueueNative, c.DNIS) // callers wait on the number they dialled
	}
	c.Queue = c.QueueNative
	c.Outcome = cdrOutcome(legs, own, offered)
	switch c.Outcome {
	case lake.OutcomeHandled:
		cdrService(&c, legs)
	case lake.OutcomeAbandoned, lake.OutcomeOverflowed:
		if c.Ended != 0 && !slices.ContainsFunc(own, func(g leg) bool { return g.Answered != 0 }) { // the system did not answer first
			setWait(&c, c.Ended)
		}
	}
	return []lake.Contact{c}
}

// behindLocal takes what Dial rang through a Local channel for a telephone where no other leg
// has the channel's second half: then nothing else tells who answered.
func behindLocal(legs []leg) []leg {
	halves := map[string]bool{}
	for _, g := range legs {
		halves[g.To] = true
	}
	legs = slices.Clone(legs)
	for i := range legs {
		g := &legs[i]
		if count, first := strings.CutSuffix(g.Link, ";1"); g.Kind&cdrHalf != 0 && !(first && halves[count+";2"]) {
			g.Kind |= cdrPerson
		}
	}
	return legs
}

// cdrOutcome says what became of a call: "answered" alone may be an announcement.
func cdrOutcome(legs, own []leg, offered bool) lake.Outcome {
	empty, refused := true, true
	for _, g := range legs {
		if g.handled() {
			return lake.OutcomeHandled
		}
		empty = empty && g.Ring == 0
		refused = refused && g.Kind&cdrDisposition >= cdrBusy
	}
	last := own[len(own)-1]
	switch {
	case refused:
		return lake.OutcomeBlocked
	case empty:
		return lake.OutcomeGhost
	case !offered:
		if last.Kind&cdrDisposition == cdrAnswered {
			return lake.OutcomeContained
		}
		return lake.OutcomeAbandoned
	case slices.ContainsFunc(own, leg.rangOut):
		return lake.OutcomeOverflowed
	}
	return lake.OutcomeAbandoned
}

// handled reports whether somebody spoke on the leg.
func (g leg) handled() bool {
	return g.Kind&cdrPerson != 0 && g.Kind&cdrDisposition == cdrAnswered && g.Talk > 0
}

// rangOut reports whether the leg rang as long as it was allowed to.
func (g leg) rangOut() bool {
	return g.Count > 0 && int64(g.Ring) >= g.Count*1000
}

// cdrService fills in wait and talk. Where the system itself answered, before any telephone
// rang, the record does not tell when the agent did: the call is answered from its first second
// or, where the center forks its records, from the first second of a later one.
func cdrService(c *lake.Contact, legs []leg) {
	var spoke []leg
	up := false // the system has answered
	for _, g := range legs {
		if g.handled() {
			if g.Answered <= c.Arrival || up && g.Word == "Dial" && g.Answered == g.At {
				g.Answered = 0
			}
			spoke = append(spoke, g)
		}
		up = up || g.Kind&cdrOwn != 0 && g.Word != "Dial" && g.Word != "Queue" && g.Answered != 0
	}
	slices.SortStableFunc(spoke, func(a, b leg) int { return cmp.Compare(a.Answered, b.Answered) })
	for _, g := range spoke {
		c.Agent = cmp.Or(c.Agent, g.Agent)
	}
	if spoke[0].Answered == 0 {
		return
	}
	c.Answered = spoke[0].Answered
	setWait(c, c.Answered)
	c.Talk = talkOf(spoke)
}

// talkOf returns how long anybody spoke on legs in the order of answering; both ends of a call
// may have a leg.
func talkOf(spoke []leg) (talk lake.Millis) {
	var until lake.Micros
	for _, g := range spoke {
		if from, end := max(g.Answered, until), g.Answered+lake.Micros(g.Talk)*1000; end > from {
			talk, until = talk+lake.Millis((end-from)/1000), end
		}
	}
	return talk
}

// setWait enters the time from arrival to the end of waiting.
func setWait(c *lake.Contact, until lake.Micros) {
	wait, flag := tame(int64(until-c.Arrival)/1000, defaultMax.Milliseconds())
	c.Wait, c.Flags = wait, c.Flags|flag
}
