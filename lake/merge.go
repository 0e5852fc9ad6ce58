package lake

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/interval"
)

// A merge brings the stored and the new contacts of one partition together. Its
// result is a function of the set of all records ever seen: it does not depend on
// their order, on how they were split into loads, or on repetition.
type merge struct {
	part    partition
	rows    []arrived
	file    *File // what was written; nil when nothing changed
	tallies []Tallying
	changed bool
}

// arrived is a contact and the way it came: input -1 is what the lake holds already.
type arrived struct {
	Contact
	input int
}

func (m *merge) addOld(contacts []Contact, more int) {
	m.rows = make([]arrived, 0, len(contacts)+more)
	for i := range contacts {
		m.rows = append(m.rows, arrived{contacts[i], -1})
	}
}

func (m *merge) addNew(s *spill, r *run, inputs []Input) error {
	m.rows = slices.Grow(m.rows, r.n)
	d := decoder{texts: map[string]string{}}
	for i, b := range r.blocks {
		data, err := s.read(b)
		if err != nil {
			return err
		}
		for d.b = data; len(d.b) > 0; {
			m.rows = append(m.rows, arrived{Contact: Contact{Source: m.part.source}})
			row := &m.rows[len(m.rows)-1]
			if err := d.contact(&row.Contact); err != nil {
				return err
			}
			row.input, row.SrcRow = int(d.uvarint()), int64(d.uvarint())
			row.SrcFile = inputs[row.input].SHA256[:min(12, len(inputs[row.input].SHA256))]
		}
		r.blocks[i].data = nil
	}
	return nil
}

// result returns the contacts to store, ordered by queue and arrival. They are
// sorted through pointers: a row is four hundred bytes.
func (m *merge) result() []*Contact {
	rows := make([]*arrived, len(m.rows))
	for i := range m.rows {
		rows[i] = &m.rows[i]
	}
	slices.SortFunc(rows, func(a, b *arrived) int {
		if d := strings.Compare(a.ID, b.ID); d != 0 {
			return d
		}
		return cmp.Or(cmp.Compare(a.input, b.input), cmp.Compare(a.SrcRow, b.SrcRow))
	})
	out := make([]*Contact, 0, len(rows))
	for first := 0; first < len(rows); {
		end := first + 1
		for end < len(rows) && rows[end].ID == rows[first].ID {
			end++
		}
		out = m.mergeContact(out, rows[first:end])
		first = end
	}
	m.rows = nil // the result keeps them alive as long as it is needed
	return ordered(out)
}

// ordered sorts by queue, arrival, ID and visit. The first two, which nearly always
// decide, lie beside each other while it does.
func ordered(contacts []*Contact) []*Contact {
	var queues []string
	for _, c := range contacts {
		if len(queues) == 0 || queues[len(queues)-1] != c.Queue {
			queues = append(queues, c.Queue)
		}
	}
	slices.Sort(queues)
	queues = slices.Compact(queues)
	rank := make(map[string]int32, len(queues))
	for i, q := range queues {
		rank[q] = int32(i)
	}
	type key struct {
		queue   int32
		arrival Micros
		c       *Contact
	}
	keys := make([]key, len(contacts))
	for i, c := range contacts {
		keys[i] = key{rank[c.Queue], c.Arrival, c}
	}
	slices.SortFunc(keys, func(a, b key) int {
		if d := cmp.Or(cmp.Compare(a.queue, b.queue), cmp.Compare(a.arrival, b.arrival)); d != 0 {
			return d
		}
		return cmp.Or(cmp.Compare(a.c.ID, b.c.ID), cmp.Compare(a.c.Visit, b.c.Visit))
	})
	for i, k := range keys {
		contacts[i] = k.c
	}
	return contacts
}

// mergeContact appends the visits of one contact. Formats that give no visit number
// are matched by queue and time of queueing, and numbered here: the second half of
// a contact may be loaded before the first.
func (m *merge) mergeContact(out []*Contact, rows []*arrived) []*Contact {
	rows = m.withdraw(rows)
	unnumbered := slices.ContainsFunc(rows, func(r *arrived) bool { return r.Visit == 0 })
	byVisit := func(a, b *arrived) int {
		if unnumbered {
			return cmp.Or(cmp.Compare(a.Queued, b.Queued), strings.Compare(a.QueueNative, b.QueueNative))
		}
		return cmp.Compare(a.Visit, b.Visit)
	}
	if len(rows) > 1 {
		slices.SortStableFunc(rows, byVisit)
	}
	from := len(out)
	for first := 0; first < len(rows); {
		end := first + 1
		for end < len(rows) && byVisit(rows[end], rows[first]) == 0 {
			end++
		}
		out = append(out, m.mergeVisit(rows[first:end], unnumbered))
		first = end
	}
	visits := out[from:]
	if unnumbered {
		slices.SortFunc(visits, inTime)
	}
	for i, v := range visits {
		number, ivr := v.Visit, v.IVR
		if unnumbered {
			number = int32(i + 1)
			if i > 0 {
				ivr = NoMillis // the time in the menu came before the first queue
			}
		}
		m.changed = m.changed || v.Visits != int32(len(visits)) || v.Visit != number || v.IVR != ivr
		v.Visits, v.Visit, v.IVR = int32(len(visits)), number, ivr
	}
	return out
}

// inTime orders the visits of a contact. A log has seconds, and a caller can pass an
// empty queue within one: the visit that ended first came first.
func inTime(a, b *Contact) int {
	never := func(c *Contact) Micros {
		if c.Ended == 0 {
			return lastArrival
		}
		return c.Ended
	}
	passed := func(c *Contact) int {
		if c.Outcome == OutcomeOverflowed {
			return 0
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.Queued, b.Queued), cmp.Compare(never(a), never(b)),
		cmp.Compare(passed(a), passed(b)), strings.Compare(a.QueueNative, b.QueueNative))
}

// mergeVisit reduces all records of one visit, those stored first, to the first one.
func (m *merge) mergeVisit(rows []*arrived, unnumbered bool) *Contact {
	best := &rows[0].Contact
	if rows[0].input >= 0 {
		m.tallies[rows[0].input].Stored++
		m.changed = true
	}
	for _, r := range rows[1:] {
		t := &m.tallies[r.input]
		t.Duplicate++
		next, verdict := supersede(*best, r.Contact, unnumbered)
		switch verdict {
		case revised:
			t.Revised++
		case conflicting:
			t.Conflicts++
		}
		m.changed = m.changed || next != *best
		*best = next
	}
	return best
}

type verdict int

const (
	same verdict = iota
	older
	revised
	conflicting
)

// supersede makes one record of two of the same visit. One that knows the end replaces one
// that does not. Of two that know as much and agree, each fills in what the other
// leaves out. If they disagree the one with the smaller encoding stays, flagged: a rule
// that no order of loading changes.
func supersede(a, b Contact, unnumbered bool) (Contact, verdict) {
	switch ra, rb := rank(&a), rank(&b); {
	case rb > ra:
		return b, revised
	case rb < ra:
		return a, older
	}
	pa, pb := plain(a, unnumbered), plain(b, unnumbered)
	both, agree := join(pa, pb)
	if agree {
		both.Flags |= (a.Flags | b.Flags) & FlagConflict
		both.Visit, both.Visits, both.IVR, both.SrcFile, both.SrcRow = a.Visit, a.Visits, a.IVR, a.SrcFile, a.SrcRow
		if !unnumbered {
			both.IVR = max(a.IVR, b.IVR)
		}
		if cmp.Or(strings.Compare(b.SrcFile, a.SrcFile), cmp.Compare(b.SrcRow, a.SrcRow)) < 0 {
			both.SrcFile, both.SrcRow = b.SrcFile, b.SrcRow
		}
		if plain(both, unnumbered) != pa {
			return both, revised
		}
		return both, same
	}
	if bytes.Compare(appendContact(nil, &pb), appendContact(nil, &pa)) < 0 {
		a = b
	}
	a.Flags |= FlagConflict
	return a, conflicting
}

// rank is how much a record knows of the end of its visit and, after that, of its zone.
func rank(c *Contact) int {
	rank := 4
	switch {
	case c.Outcome == OutcomeOpen:
		rank = 0
	case c.Flags&FlagNoEnd != 0:
		rank = 2
	}
	if c.Quality != InferredZone {
		rank++
	}
	return rank
}

// plain strips what does not belong to the facts of a visit.
func plain(c Contact, unnumbered bool) Contact {
	c.Visits, c.SrcFile, c.SrcRow = 0, "", 0
	c.Flags &^= FlagConflict
	if unnumbered {
		c.Visit, c.IVR = 0, 0
	}
	return c
}

// join fills the unknown facts of two records from each other and reports whether they then
// agree in all. What was doubtful in one is doubtful in both.
func join(a, b Contact) (Contact, bool) {
	flags := a.Flags | b.Flags
	a.Flags, b.Flags = flags, flags
	fill(&a.Queued, &b.Queued, 0)
	fill(&a.Answered, &b.Answered, 0)
	fill(&a.Ended, &b.Ended, 0)
	fill(&a.DNIS, &b.DNIS, "")
	fill(&a.IVR, &b.IVR, NoMillis)
	fill(&a.Wait, &b.Wait, NoMillis)
	fill(&a.Ring, &b.Ring, NoMillis)
	fill(&a.Talk, &b.Talk, NoMillis)
	fill(&a.Hold, &b.Hold, NoMillis)
	fill(&a.Wrap, &b.Wrap, NoMillis)
	fill(&a.TransferTo, &b.TransferTo, "")
	fill(&a.Agent, &b.Agent, Key{})
	fill(&a.Caller, &b.Caller, Key{})
	fill(&a.Language, &b.Language, "")
	fill(&a.Reason, &b.Reason, "")
	return a, a == b
}

func fill[T comparable](a, b *T, unknown T) {
	switch unknown {
	case *a:
		*a = *b
	case *b:
		*b = *a
	}
}

// describe counts what a file holds for the manifest.
func describe(source, month string, contacts []*Contact) File {
	f := File{Source: source, Month: month, Rows: int64(len(contacts)), Queues: map[string]map[string]int64{}}
	type class struct {
		queue   string
		outcome Outcome
	}
	counts, days := map[class]int64{}, map[int32]bool{}
	var first, last, lastCounted Micros
	h := sha256.New()
	var buf []byte
	lastDay := int32(-1 << 31)
	for i, c := range contacts {
		buf = appendContact(buf, c)
		if len(buf) > 1<<16 || i == len(contacts)-1 {
			h.Write(buf)
			buf = buf[:0]
		}
		if i == 0 || c.Arrival < first {
			first = c.Arrival
		}
		last, lastCounted = max(last, c.Arrival), max(lastCounted, c.counted())
		if c.Visit == 1 {
			f.Contacts++
		}
		counts[class{c.Queue, c.Outcome}]++
		if d := c.localDay(); d != lastDay && c.Direction == Inbound && c.Outcome != OutcomeGhost {
			days[d], lastDay = true, d
		}
	}
	h.Write(binary.AppendVarint(nil, int64(len(contacts))))
	f.Content = hex.EncodeToString(h.Sum(nil))
	f.FirstArrival, f.LastArrival, f.LastCounted = first.Time(), last.Time(), lastCounted.Time()
	f.Days = dayRuns(days)
	for k, n := range counts {
		if f.Queues[k.queue] == nil {
			f.Queues[k.queue] = map[string]int64{}
		}
		f.Queues[k.queue][k.outcome.String()] += n
	}
	return f
}

// dayRuns joins neighbouring days, given by number, to runs.
func dayRuns(days map[int32]bool) []DayRange {
	numbers := make([]int32, 0, len(days))
	for d := range days {
		numbers = append(numbers, d)
	}
	slices.Sort(numbers)
	epoch := interval.MustDate("1970-01-01")
	var runs []DayRange
	for i, d := range numbers {
		day := epoch.AddDays(int(d))
		if i > 0 && d == numbers[i-1]+1 {
			runs[len(runs)-1].Last = day
			continue
		}
		runs = append(runs, DayRange{day, day})
	}
	return runs
}
