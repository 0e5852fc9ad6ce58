package ingest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unsafe"

	"github.com/ringtide/ringtide/lake"
)

// A mapper is a profile bound to the columns of one file: it turns rows into contacts.
type mapper struct {
	p      *Profile
	source string
	width  int // columns of the file
	wall   *wall
	naive  bool // no zone is known: wall clocks are taken as UTC
	hash   *hasher
	null   map[string]bool

	id                                   []int
	visit, queue, dnis, language, reason int
	agent, caller, transfer, offset      int
	transferKind                         lake.Transfer
	arrival                              timeColumn
	times                                []timeColumn // queued, answered, ended
	durations                            []durationColumn
	ignore, direction, outcome           []rule

	idBuf    []byte
	timeBuf  []byte
	lastWall int64 // reading of the row before, for the rule "order"
	again    bool  // the repeated hour runs for the second time
}

type timeColumn struct {
	label      string // its column or columns, for messages
	date, time int    // date is -1 where one column has both, or there is no date
	bare       bool
	form       timeForm
	null       map[string]bool
	set        func(c *lake.Contact, m lake.Micros)
}

type durationColumn struct {
	name  string
	at    int
	unit  string
	limit int64
	null  map[string]bool
	set   func(c *lake.Contact) *lake.Millis
}

type rule struct {
	when []condition
	is   string
	n    uint8 // the outcome or direction
}

type condition struct {
	at   int
	want []string
}

// A reject says why a row is quarantined.
type reject struct {
	Reason string // one of the reason words
	Column string
}

func (r *reject) Error() string { return r.Reason + " in column " + r.Column }

// The reasons of quarantine.
const (
	reasonColumns   = "bad_column_count"
	reasonQuote     = "bad_quote"
	reasonLong      = "line_too_long"
	reasonTime      = "bad_time"
	reasonDuration  = "bad_duration"
	reasonKey       = "key_missing"
	reasonVisit     = "bad_visit"
	reasonOffset    = "bad_offset"
	reasonDirection = "unknown_direction"
	reasonEvent     = "unknown_event"
	reasonJSON      = "bad_json"
	reasonQueue     = "reserved_queue"
	reasonRange     = "out_of_range"
)

// bind fits the profile to the columns that a file has.
func (p *Profile) bind(columns []string, source string, zone *time.Location, hash *hasher) *mapper {
	s := &p.spec
	at := func(name string) int {
		if name == "" {
			return -1
		}
		return slices.Index(columns, name)
	}
	m := &mapper{
		p: p, source: source, width: len(columns), hash: hash, null: wordSet(s.Unknown),
		visit: at(s.Visit), queue: at(s.Queue), dnis: at(s.DNIS), language: at(s.Language),
		reason: at(s.Reason), agent: at(s.Agent), caller: at(s.Caller), transfer: -1, offset: -1,
	}
	if p.loc != nil {
		zone = p.loc
	}
	m.naive = zone == nil
	if m.naive {
		zone = time.UTC
	}
	m.wall = &wall{loc: zone}
	for _, c := range s.ID {
		m.id = append(m.id, at(c))
	}
	if s.Offset != nil {
		m.offset = at(s.Offset.Column)
	}
	if t := s.Transfer; t != nil {
		m.transfer, m.transferKind = at(t.Column), lake.BlindTransfer
		if t.Kind == "attended" {
			m.transferKind = lake.AttendedTransfer
		}
	}
	bindTime := func(t *timeSpec, set func(c *lake.Contact, m lake.Micros)) timeColumn {
		c := timeColumn{label: strings.TrimSpace(t.Column + t.Date + " " + t.Time), date: at(t.Date), time: at(t.Time), form: newTimeForm(t.Form), null: wordSet(t.Unknown), set: set}
		c.form.last = &day{}
		c.bare = t.Date == "" && t.Column == ""
		if t.Column != "" {
			c.time = at(t.Column)
		}
		return c
	}
	m.arrival = bindTime(&s.Arrival, nil)
	if s.Start != nil {
		m.arrival = bindTime(s.Start, nil)
	}
	set := map[string]func(*lake.Contact, lake.Micros){
		"queued":   func(c *lake.Contact, t lake.Micros) { c.Queued = t },
		"answered": func(c *lake.Contact, t lake.Micros) { c.Answered = t },
		"ended":    func(c *lake.Contact, t lake.Micros) { c.Ended = t },
	}
	for _, t := range s.laterTimes() {
		m.times = append(m.times, bindTime(t.timeSpec, set[t.name]))
	}
	for _, name := range durationNames {
		if d, ok := s.Durations[name]; ok {
			limit, _ := d.limit() // checked by ParseProfile
			m.durations = append(m.durations, durationColumn{d.Column, at(d.Column), d.Unit, limit.Milliseconds(), wordSet(d.Unknown), durationField(name)})
		}
	}
	m.ignore = bindRules(s.Ignore, at, func(string) uint8 { return 0 })
	m.direction = bindRules(s.Direction, at, func(is string) uint8 { d, _ := lake.ParseDirection(is); return uint8(d) })
	m.outcome = bindRules(s.Outcome, at, func(is string) uint8 { o, _ := lake.ParseOutcome(is); return uint8(o) })
	return m
}

func durationField(name string) func(c *lake.Contact) *lake.Millis {
	switch name {
	case "ivr":
		return func(c *lake.Contact) *lake.Millis { return &c.IVR }
	case "wait":
		return func(c *lake.Contact) *lake.Millis { return &c.Wait }
	case "ring":
		return func(c *lake.Contact) *lake.Millis { return &c.Ring }
	case "talk":
		return func(c *lake.Contact) *lake.Millis { return &c.Talk }
	case "hold":
		return func(c *lake.Contact) *lake.Millis { return &c.Hold }
	}
	return func(c *lake.Contact) *lake.Millis { return &c.Wrap }
}

func bindRules(specs []ruleSpec, at func(string) int, number func(string) uint8) []rule {
	rules := make([]rule, len(specs))
	for i, s := range specs {
		rules[i] = rule{is: s.Is, n: number(s.Is)}
		for column, want := range s.When {
			rules[i].when = append(rules[i].when, condition{at(column), want})
		}
		slices.SortFunc(rules[i].when, func(a, b condition) int { return a.at - b.at })
	}
	return rules
}

func wordSet(list []string) map[string]bool {
	if len(list) == 0 {
		return nil
	}
	set := map[string]bool{}
	for _, w := range list {
		set[w] = true
	}
	return set
}

// match returns the first rule whose conditions all hold.
func match(rules []rule, fields [][]byte) *rule {
next:
	for i := range rules {
		for _, c := range rules[i].when {
			if !c.holds(fields[c.at]) {
				continue next
			}
		}
		return &rules[i]
	}
	return nil
}

// holds compares with each word; * stands for anything but nothing.
func (c *condition) holds(field []byte) bool {
	for _, w := range c.want {
		if string(field) == w || w == "*" && len(field) > 0 {
			return true
		}
	}
	return false
}

// text returns a field that may be null.
func (m *mapper) text(fields [][]byte, at int) []byte {
	if at < 0 {
		return nil
	}
	return nonNull(fields[at], m.null)
}

func nonNull(field []byte, null map[string]bool) []byte {
	if null != nil && null[string(field)] {
		return nil
	}
	return field
}

// borrow makes a text of bytes without a copy: the contact of a row is good until the next
// row is read, and the lake copies what it keeps. A copy of each text would cost a
// tenth of the mapping.
func borrow(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// contact maps one row, whose fields are trimmed here. It returns the kind of an
// ignored row, or a reject.
func (m *mapper) contact(fields [][]byte, c *lake.Contact) (ignored string, bad *reject) {
	for i, f := range fields {
		fields[i] = trim(f)
	}
	if r := match(m.ignore, fields); r != nil {
		return r.is, nil
	}
	*c = lake.NewContact(m.source, "")
	if bad := m.identity(fields, c); bad != nil {
		return "", bad
	}
	if len(m.direction) > 0 {
		r := match(m.direction, fields)
		if r == nil {
			return "", &reject{reasonDirection, ""}
		}
		c.Direction = lake.Direction(r.n)
	}
	if r := match(m.outcome, fields); r != nil {
		c.Outcome = lake.Outcome(r.n)
	} else {
		c.Flags |= lake.FlagOutcomeWord
	}
	if bad := m.clock(fields, c); bad != nil {
		return "", bad
	}
	for i := range m.durations {
		if bad := m.durations[i].read(m, fields, c); bad != nil {
			return "", bad
		}
	}
	return "", m.describe(fields, c)
}

// trim drops spaces around a field. It is inlined where bytes.TrimSpace is not.
func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

func (m *mapper) identity(fields [][]byte, c *lake.Contact) *reject {
	m.idBuf = m.idBuf[:0]
	for i, at := range m.id {
		part := m.text(fields, at)
		if len(part) == 0 {
			return &reject{reasonKey, m.p.spec.ID[i]}
		}
		if i > 0 {
			m.idBuf = append(m.idBuf, '/')
		}
		m.idBuf = append(m.idBuf, part...)
	}
	c.ID = borrow(m.idBuf)
	if v := m.text(fields, m.visit); len(v) > 0 {
		n, err := strconv.ParseInt(string(v), 10, 32)
		if err != nil || n < 1 || n > 255 {
			return &reject{reasonVisit, m.p.spec.Visit}
		}
		c.Visit = int32(n)
	}
	return nil
}

// describe fills in the fields that are plain text.
func (m *mapper) describe(fields [][]byte, c *lake.Contact) *reject {
	c.QueueNative = borrow(m.text(fields, m.queue))
	c.Queue = c.QueueNative
	if q, ok := m.p.spec.Queues[c.Queue]; ok {
		c.Queue = q
	}
	if c.Queue == lake.AllQueues {
		return &reject{reasonQueue, m.p.spec.Queue}
	}
	c.DNIS = borrow(m.text(fields, m.dnis))
	c.Language = borrow(m.text(fields, m.language))
	c.Reason = borrow(m.text(fields, m.reason))
	c.Agent = m.hash.agent(m.text(fields, m.agent))
	c.Caller = m.hash.caller(m.text(fields, m.caller))
	if to := m.text(fields, m.transfer); len(to) > 0 {
		c.Transfer, c.TransferTo = m.transferKind, place(to)
	}
	return nil
}

func (d *durationColumn) read(m *mapper, fields [][]byte, c *lake.Contact) *reject {
	b := nonNull(m.text(fields, d.at), d.null)
	if len(b) == 0 {
		return nil
	}
	if m.p.spec.Decimal == "," {
		b = withPoint(b)
	}
	ms, err := parseMillis(b, d.unit)
	if err != nil {
		return &reject{reasonDuration, d.name}
	}
	v, flag := tame(ms, d.limit)
	*d.set(c) = v
	c.Flags |= flag
	return nil
}

// clock reads the arrival and the times that follow it.
func (m *mapper) clock(fields [][]byte, c *lake.Contact) *reject {
	text := m.timeText(&m.arrival, fields)
	r, err := m.arrival.form.parse(text)
	if err != nil {
		return &reject{reasonTime, m.arrival.label}
	}
	c.Quality = r.quality
	if m.offset >= 0 && !r.instant {
		if r.offset, err = parseOffset(m.text(fields, m.offset), m.p.spec.Offset.Unit); err != nil {
			return &reject{reasonOffset, m.p.spec.Offset.Column}
		}
		r.micros -= r.offset * 1e6
		r.instant, r.zoned = true, true
	}
	micros := r.micros
	if !r.instant {
		micros = m.settle(&r, c)
	}
	c.Arrival = lake.Micros(micros)
	seconds := floorSeconds(micros)
	switch {
	case !m.naive:
		c.Offset, c.Fold = int32(m.wall.at(seconds)), m.wall.fold(seconds)
	case r.zoned:
		c.Offset = int32(r.offset)
	case !r.instant:
		c.Quality = lake.InferredZone
	}
	for i := range m.times {
		if bad := m.later(&m.times[i], fields, c); bad != nil {
			return bad
		}
	}
	return nil
}

// settle finds the instant of a wall-clock arrival and notes where it had to choose.
func (m *mapper) settle(r *reading, c *lake.Contact) int64 {
	whole := floorSeconds(r.micros)
	part := r.micros - whole*1e6
	first, second, none := m.wall.instant(whole)
	switch {
	case none:
		c.Flags |= lake.FlagNonexistentLocal
		c.Quality = lake.NonexistentLocal
	case first != second:
		c.Flags |= lake.FlagAmbiguousLocal
		c.Quality = lake.AmbiguousLocal
	}
	// In a log kept in order a clock that falls back by more than half an hour marks
	// the second run of the hour.
	m.again = first != second && (m.again || m.lastWall-whole > 1800)
	if m.again && m.p.spec.Ambiguous == "order" {
		first = second
	}
	m.lastWall = whole
	return first*1e6 + part
}

// later reads a time after arrival. A time of day without a date lies on the day of
// arrival or, when that is more than half a day before it, on the next.
func (m *mapper) later(t *timeColumn, fields [][]byte, c *lake.Contact) *reject {
	text := m.timeText(t, fields)
	if len(text) == 0 {
		return nil
	}
	r, err := t.form.parse(text)
	if err != nil {
		return &reject{reasonTime, t.label}
	}
	if r.instant {
		t.set(c, lake.Micros(r.micros))
		return nil
	}
	const day = 86400 * 1e6
	if t.bare {
		local := int64(c.Arrival) + int64(c.Offset)*1e6
		clock := ((r.micros % day) + day) % day
		r.micros = local - ((local%day)+day)%day + clock
		if r.micros < local-day/2 {
			r.micros += day
		}
	}
	// The offset at arrival, unless the clocks changed since: a call is short.
	at := r.micros - int64(c.Offset)*1e6
	if !m.naive && m.wall.at(floorSeconds(at)) != int64(c.Offset) {
		first, second, _ := m.wall.instant(floorSeconds(r.micros))
		at = first*1e6 + (r.micros - floorSeconds(r.micros)*1e6)
		if at < int64(c.Arrival) {
			at += (second - first) * 1e6
		}
	}
	t.set(c, lake.Micros(at))
	return nil
}

// timeText returns the text of a time, date and time joined by a space; nothing for null.
func (m *mapper) timeText(t *timeColumn, fields [][]byte) []byte {
	b := nonNull(m.text(fields, t.time), t.null)
	if t.date < 0 || len(b) == 0 {
		return b
	}
	m.timeBuf = append(append(append(m.timeBuf[:0], fields[t.date]...), ' '), b...)
	return m.timeBuf
}

var errOffset = errors.New("not an offset")

// parseOffset reads an offset east of UTC: minutes, hours (fractions allowed), or +05:30.
func parseOffset(b []byte, unit string) (int64, error) {
	const most = 14 * 3600
	var seconds int64
	switch unit {
	case "text":
		r, err := parseRFC3339(append([]byte("2000-01-01T00:00:00"), b...))
		if err != nil {
			return 0, errOffset
		}
		seconds = r.offset
	default:
		scale := int64(60)
		if unit == "hours" {
			scale = 3600
		}
		n, err := parseDecimal(bytes.TrimPrefix(b, []byte("+")), scale)
		if err != nil {
			return 0, errOffset
		}
		seconds = n
	}
	if seconds < -most || seconds > most {
		return 0, errOffset
	}
	return seconds, nil
}

func floorSeconds(micros int64) int64 {
	s := micros / 1e6
	if micros%1e6 < 0 {
		s--
	}
	return s
}

// header checks the names a file has against those the profile reads.
func (p *Profile) header(found []string) error {
	var missing []string
	for _, c := range p.spec.needed() {
		if !slices.Contains(found, c) {
			missing = append(missing, c)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	expected := p.spec.Columns
	if len(expected) == 0 {
		expected = p.spec.needed()
	}
	return fmt.Errorf("profile %s expects the columns %s and does not find %s; the file begins with %s",
		p.Name(), list(expected), list(missing), list(harmless(found)))
}

func list(names []string) string { return strings.Join(names, ", ") }

// harmless masks what may be data: a file without a header begins with a caller.
func harmless(names []string) []string {
	out := make([]string, 0, len(names))
	for i, n := range names {
		if i == 40 {
			out = append(out, fmt.Sprintf("and %d more", len(names)-i))
			break
		}
		if strings.ContainsAny(n, "0123456789@") || len(n) > 40 {
			n = mask([]byte(n[:min(len(n), 60)]))
		}
		out = append(out, n)
	}
	return out
}
