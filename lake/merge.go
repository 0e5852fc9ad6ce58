package lake

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
)

// A merge brings the stored and the new rows of one partition together. Its result is a
// function of the set of all records ever seen: it does not depend on their order, on
// how they were split into loads, or on repetition.
type merge struct {
	part    partition
	file    *File // what was written; nil when nothing changed
	tallies []Tallying
	changed bool

	conflicts []conflicts // of each input
}

// arrived is a contact and the way it came: input -1 is what the lake holds already.
type arrived struct {
	Contact
	input int
	line  int64
}

// mergeContacts reduces rows that may be of one contact, and are of few, to the visits
// that the lake is to hold.
func (m *merge) mergeContacts(rows []*arrived) []*Contact {
	slices.SortFunc(rows, func(a, b *arrived) int {
		if d := strings.Compare(a.ID, b.ID); d != 0 {
			return d
		}
		return cmp.Or(cmp.Compare(a.input, b.input), cmp.Compare(a.line, b.line))
	})
	var out []*Contact
	for first := 0; first < len(rows); {
		end := first + 1
		for end < len(rows) && rows[end].ID == rows[first].ID {
			end++
		}
		out = m.mergeContact(out, rows[first:end])
		first = end
	}
	return out
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
			m.conflicts[r.input].add(conflict(best, &r.Contact, r.line, unnumbered))
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
		both.Visit, both.Visits, both.IVR = a.Visit, a.Visits, a.IVR
		if !unnumbered {
			both.IVR = max(a.IVR, b.IVR)
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
	c.Visits = 0
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
	if a.Quality == b.Quality { // an instant read without a zone says nothing of the wall
		switch {
		case a.Offset == 0 && a.Fold == 0:
			a.Offset, a.Fold = b.Offset, b.Fold
		case b.Offset == 0 && b.Fold == 0:
			b.Offset, b.Fold = a.Offset, a.Fold
		}
	}
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
