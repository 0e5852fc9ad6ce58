package lake

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// A Fact is what an interval report tells of one queue in one interval. It is for
// phone systems of which only counts are exported, and to reconcile contacts with.
//
// Counts are numbers of contacts and times are sums in milliseconds; -1 is unknown. Sums are
// kept and never averages: averages of intervals cannot be added.
type Fact struct {
	Source, Queue, QueueNative string // as in Contact; the queue is required

	Start   Micros
	Seconds int32 // length of the interval
	Offset  int32 // seconds east of UTC on the center's wall at the start
	Fold    uint8 // 1 in the second run of an hour the clocks repeat
	Quality Quality

	Offered, Handled, Abandoned int64 // Abandoned leaves out ShortAbandoned
	ShortAbandoned, ShortMillis int64 // and the wait below which an abandoned contact counts as short
	Blocked                     int64
	OverflowIn, OverflowOut     int64
	Within, WithinMillis        int64 // handled after a wait of at most so many milliseconds
	AnswerMillis, AbandonMillis int64 // waits of handled and of abandoned contacts
	Talk, Hold, Wrap            int64 // of handled contacts
	Staffed                     int64 // time of agents

	Partial bool // the report says that the interval is not complete
	Flags   Flags
}

// NewFact returns a fact of which nothing more is known.
func NewFact(source, queue string, start Micros, seconds int32) Fact {
	f := Fact{Source: source, Queue: queue, QueueNative: queue, Start: start, Seconds: seconds, Quality: Minute}
	for _, n := range f.numbers() {
		*n = -1
	}
	return f
}

// factColumns names the numbers of a fact as the files have them.
var factColumns = []string{
	"offered", "handled", "abandoned", "short_abandoned", "short_ms", "blocked", "overflow_in", "overflow_out",
	"within", "within_ms", "answer_wait_ms", "abandon_wait_ms", "talk_ms", "hold_ms", "wrap_ms", "staffed_ms",
}

// numbers lists the fields in the order of factColumns.
func (f *Fact) numbers() []*int64 {
	return []*int64{
		&f.Offered, &f.Handled, &f.Abandoned, &f.ShortAbandoned, &f.ShortMillis, &f.Blocked, &f.OverflowIn, &f.OverflowOut,
		&f.Within, &f.WithinMillis, &f.AnswerMillis, &f.AbandonMillis, &f.Talk, &f.Hold, &f.Wrap, &f.Staffed,
	}
}

// maxFactSeconds is a year: the longest interval that a report has.
const maxFactSeconds = 366 * 86400

func (f *Fact) check() error {
	switch {
	case f.Queue == "" || f.Queue == AllQueues:
		return fmt.Errorf("lake: a fact of the queue %q: give the queue a name other than that of the center", f.Queue)
	case f.Start < firstArrival || f.Start >= lastArrival:
		return fmt.Errorf("lake: an interval begins %s; a lake holds the years 1980 to 2099", f.Start.Time().Format(time.RFC3339))
	case f.Seconds < 60 || f.Seconds > maxFactSeconds || f.Fold > 1 || int(f.Quality) >= len(qualityNames):
		return fmt.Errorf("lake: an interval of %d seconds", f.Seconds)
	}
	for i, n := range f.numbers() {
		if *n < -1 || *n > math.MaxInt64/1_000_000 || i < 4 && *n > math.MaxInt32 {
			return fmt.Errorf("lake: %s of a fact is %d", factColumns[i], *n)
		}
	}
	return ValidSource(f.Source)
}

func (f *Fact) end() Micros { return f.Start + Micros(f.Seconds)*1e6 }

// A factKey identifies a fact in its partition.
type factKey struct {
	queue   string
	start   Micros
	seconds int32
}

func (f *Fact) key() factKey { return factKey{f.Queue, f.Start, f.Seconds} }

func (a factKey) compare(b factKey) int {
	return cmp.Or(strings.Compare(a.queue, b.queue), cmp.Compare(a.start, b.start), cmp.Compare(a.seconds, b.seconds))
}

// supersedeFact makes one fact of two of the same interval, by a rule that no order of
// loading changes. A complete one replaces one that the report calls partial, and of two partial
// ones that with more offered contacts is later. Of complete ones that differ the one that
// compares as greater, number by number, stays, flagged.
func supersedeFact(a, b Fact) (Fact, verdict) {
	conflict := (a.Flags | b.Flags) & FlagConflict
	a.Flags, b.Flags = a.Flags&^FlagConflict, b.Flags&^FlagConflict
	won, lost := a, b
	if compareFacts(&b, &a) > 0 {
		won, lost = b, a
	}
	v := same
	switch {
	case a == b:
	case lost.Partial && won == b:
		v = revised
	case lost.Partial:
		v = older
	default:
		v, conflict = conflicting, FlagConflict
	}
	if won.Partial {
		conflict = 0
	}
	won.Flags |= conflict
	return won, v
}

// compareFacts is greater for the fact that stays.
func compareFacts(a, b *Fact) int {
	complete := func(f *Fact) int {
		if f.Partial {
			return 0
		}
		return 1
	}
	if d := cmp.Compare(complete(a), complete(b)); d != 0 {
		return d
	}
	x, y := a.numbers(), b.numbers()
	for i := range x {
		if d := cmp.Compare(*x[i], *y[i]); d != 0 {
			return d
		}
	}
	return cmp.Or(strings.Compare(a.QueueNative, b.QueueNative), cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Fold, b.Fold),
		cmp.Compare(a.Quality, b.Quality), cmp.Compare(a.Flags, b.Flags))
}

// newFacts are the facts of one partition that a load brings, each with the first input that
// brought it.
type newFacts map[factKey]*newFact

type newFact struct {
	Fact
	input int
}

// A FactTally is what became of the interval facts of one input.
type FactTally struct {
	Stored    int64 `json:"stored"`    // new to the lake
	Duplicate int64 `json:"duplicate"` // already there; among them:
	Revised   int64 `json:"revised"`   // replaced one of an interval that was not complete
	Conflicts int64 `json:"conflicts"` // disagreed with what was there; flagged
}

func (t *FactTally) count(v verdict) {
	t.Duplicate++
	switch v {
	case revised:
		t.Revised++
	case conflicting:
		t.Conflicts++
	}
}

// AddFact takes a copy of an interval fact that was read from an input. It refuses facts
// that the lake cannot hold. Like Add it is for one goroutine.
func (w *Writer) AddFact(input int, f *Fact) error {
	if err := f.check(); err != nil {
		return err
	}
	p := partition{f.Source, f.Start.Time().Format("2006-01")}
	if w.facts == nil {
		w.facts, w.factTallies = map[partition]newFacts{}, map[int]*FactTally{}
	}
	if w.facts[p] == nil {
		w.facts[p] = newFacts{}
	}
	if w.factTallies[input] == nil {
		w.factTallies[input] = &FactTally{}
	}
	known := w.facts[p][f.key()]
	if known == nil {
		w.facts[p][f.key()] = &newFact{*f, input}
		return nil
	}
	next, v := supersedeFact(known.Fact, *f)
	known.Fact = next
	w.factTallies[input].count(v)
	return nil
}

// merge brings stored and new facts together and counts what became of the new ones.
// changed is false where the new ones tell nothing new.
func (n newFacts) merge(stored []Fact, tallies map[int]*FactTally) (all []Fact, changed bool) {
	all = slices.Clone(stored)
	at := map[factKey]int{}
	for i := range all {
		at[all[i].key()] = i
	}
	for key, f := range n {
		i, known := at[key]
		if !known {
			all, changed = append(all, f.Fact), true
			tallies[f.input].Stored++
			continue
		}
		next, v := supersedeFact(all[i], f.Fact)
		tallies[f.input].count(v)
		changed = changed || next != all[i]
		all[i] = next
	}
	slices.SortFunc(all, func(a, b Fact) int { return a.key().compare(b.key()) })
	return all, changed
}
