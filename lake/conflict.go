package lake

import (
	"cmp"
	"slices"
)

// A Conflict is a record that contradicts what was known of a visit.
type Conflict struct {
	Line    int64    `json:"line"`    // of the input
	Contact string   `json:"contact"` // its ID
	Visit   int32    `json:"visit"`
	Facts   []string `json:"facts"` // the columns that differ
}

// mostConflicts are listed of one input; all of them are counted, and flagged in the lake.
const mostConflicts = 1000

// A conflicts list keeps those of the first lines: a choice that no order of merging
// changes.
type conflicts []Conflict

func (l *conflicts) add(more ...Conflict) {
	if *l = append(*l, more...); len(*l) >= 2*mostConflicts {
		l.trim()
	}
}

func (l *conflicts) trim() {
	slices.SortFunc(*l, func(a, b Conflict) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Contact, b.Contact), cmp.Compare(a.Visit, b.Visit))
	})
	*l = (*l)[:min(len(*l), mostConflicts)]
}

// Conflicts lists, after Commit, the contradictions that an input brought, in the order of
// its lines; of more than a thousand the first thousand.
func (w *Writer) Conflicts(input int) []Conflict { return w.conflicts[input] }

// conflict names the facts in which two records of a visit differ and which neither of them
// leaves out.
func conflict(a, b *Contact, line int64, unnumbered bool) Conflict {
	c := Conflict{Line: line, Contact: b.ID, Visit: b.Visit}
	p, q := plain(*a, unnumbered), plain(*b, unnumbered)
	add := func(differ bool, at int) {
		if differ {
			c.Facts = append(c.Facts, columns[at].name)
		}
	}
	add(p.Direction != q.Direction, colDirection)
	add(p.Arrival != q.Arrival, colArrival)
	add(unlike(p.Queued, q.Queued, 0), colQueued)
	add(unlike(p.Answered, q.Answered, 0), colAnswered)
	add(unlike(p.Ended, q.Ended, 0), colEnded)
	add(p.Offset != q.Offset, colOffset)
	add(p.Fold != q.Fold, colFold)
	add(p.Quality != q.Quality, colQuality)
	add(p.QueueNative != q.QueueNative, colQueueNative)
	add(p.Queue != q.Queue, colQueue)
	add(unlike(p.DNIS, q.DNIS, ""), colDNIS)
	add(p.Outcome != q.Outcome, colOutcome)
	for i, d := range [...][2]Millis{{p.IVR, q.IVR}, {p.Wait, q.Wait}, {p.Ring, q.Ring}, {p.Talk, q.Talk}, {p.Hold, q.Hold}, {p.Wrap, q.Wrap}} {
		add(unlike(d[0], d[1], NoMillis), colIVR+i)
	}
	add(p.Transfer != q.Transfer, colTransfer)
	add(unlike(p.TransferTo, q.TransferTo, ""), colTransferTo)
	add(unlike(p.Agent, q.Agent, Key{}), colAgent)
	add(unlike(p.Caller, q.Caller, Key{}), colCaller)
	add(unlike(p.Language, q.Language, ""), colLanguage)
	add(unlike(p.Reason, q.Reason, ""), colReason)
	return c
}

func unlike[T comparable](a, b, unknown T) bool { return a != b && a != unknown && b != unknown }
