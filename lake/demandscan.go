package lake

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"hash/fnv"
	"slices"
	"time"
)

// A try is a contact as far as demand goes.
type try struct {
	caller     [2]uint64 // the key, comparable fast
	at, end    int64     // microseconds
	outcome    Outcome   // of the last visit
	center     bool      // it counts in the center: its first visit is not a ghost
	queue      int32     // of the only visit, reached at at; -1 is none
	from, more int32     // places of the visits beyond one, in tryList.places
}

// A place is a queue that a contact reached, and when.
type place struct {
	queue int32
	at    int64
}

// A part is a visit of a contact that has several, before they are brought together.
type visitPart struct {
	id    uint64 // hash of source and contact
	visit int32
	try
}

const tryFails = 1<<OutcomeAbandoned | 1<<OutcomeBlocked | 1<<OutcomeOverflowed

func (t *try) failed() bool { return tryFails>>t.outcome&1 != 0 }

// triesAtOnce bounds the tries of known callers that are held in memory: a month with more is
// gone through several times, each time for some of the callers.
var triesAtOnce = 3 << 20

// demandColumns are what tells who called when, and how it ended.
var demandColumns = []int{
	colID, colVisit, colVisits, colDirection, colArrival, colQueued, colEnded, colQueue, colOutcome,
	colIVR, colWait, colTalk, colHold, colCaller,
}

// tryList is the tries of some callers in a month.
type tryList struct {
	tries  []try
	parts  []visitPart
	places []place
}

// read goes through the months of the lake that can touch the grid.
func (d *Demand) read(ctx context.Context, l *Lake, m *manifest, lines *linesInUse) error {
	months := map[string][]File{}
	for _, f := range m.Files {
		if !f.LastCounted.Before(d.tally.grid.Start().Add(-leadIn)) && f.FirstArrival.Before(d.tally.grid.End().Add(leadIn)) {
			months[f.Month] = append(months[f.Month], f)
		}
	}
	names := make([]string, 0, len(months))
	for month := range months {
		names = append(names, month)
	}
	slices.Sort(names)
	c := newChains(d)
	for _, month := range names {
		begins, err := time.Parse("2006-01", month)
		if err != nil {
			return err
		}
		c.forget(begins.UnixMicro())
		if lines != nil {
			lines.begin(begins)
		}
		rows := int64(0)
		for _, f := range months[month] {
			rows += f.Rows
		}
		passes := int(rows)/triesAtOnce + 1
		for pass := range passes {
			var list tryList
			for _, f := range months[month] {
				s := tryScan{d: d, chains: c, list: &list, source: f.Source, pass: uint64(pass), passes: uint64(passes)}
				if pass == 0 {
					s.lines = lines
				}
				err := l.withFile(f, func(file *parquetFile) error {
					return scan(file, demandColumns, func(b *batch) error { return errors.Join(ctx.Err(), s.page(b)) })
				})
				if err != nil {
					return err
				}
			}
			list.join()
			c.run(&list)
		}
	}
	c.finish()
	return nil
}

// A tryScan reads the tries of a file, those of one pass.
type tryScan struct {
	d            *Demand
	chains       *chains
	list         *tryList
	lines        *linesInUse
	source       string
	pass, passes uint64
}

func (s *tryScan) page(b *batch) error {
	outcomes := make([]Outcome, len(b.words[colOutcome]))
	for i, w := range b.words[colOutcome] {
		if w == "" {
			continue
		}
		o, err := ParseOutcome(w)
		if err != nil {
			return err
		}
		outcomes[i] = o
	}
	directions := make([]Direction, len(b.words[colDirection]))
	for i, w := range b.words[colDirection] {
		if w == "" {
			continue
		}
		n, err := ParseDirection(w)
		if err != nil {
			return err
		}
		directions[i] = n
	}
	queues := make([]int32, len(b.words[colQueue]))
	for i, w := range b.words[colQueue] {
		queues[i] = s.chains.queue(w)
	}
	for i := range b.n {
		o, direction := outcomes[b.ints[colOutcome][i]], directions[b.ints[colDirection][i]]
		at, end := b.longs[colArrival][i], b.ends(i)
		if s.lines != nil && direction != Internal {
			from := at
			if queued := b.longs[colQueued][i]; b.ints[colVisit][i] > 1 && queued != 0 {
				from = queued
			}
			s.lines.use(from, end)
		}
		if direction != Inbound || o == OutcomeGhost {
			continue
		}
		t := try{at: at, end: end, outcome: o, center: b.ints[colVisit][i] == 1, queue: queues[b.ints[colQueue][i]]}
		key := b.keys[colCaller][i]
		t.caller = [2]uint64{binary.BigEndian.Uint64(key[:]), binary.BigEndian.Uint64(key[8:])}
		s.take(b, i, t)
	}
	return nil
}

// take counts a row, and keeps it where it may be part of a chain.
func (s *tryScan) take(b *batch, i int, t try) {
	single, known := t.center && b.ints[colVisits][i] <= 1, t.caller != [2]uint64{}
	id := uint64(0)
	if !single {
		h := fnv.New64a()
		h.Write([]byte(s.source))
		h.Write([]byte{0})
		h.Write([]byte(b.texts[colID][i]))
		id = h.Sum64()
	}
	if bucket := t.caller[0] + id*b2u(!known); bucket%s.passes != s.pass {
		return
	}
	counted := t.at
	if !t.center && b.longs[colQueued][i] != 0 {
		counted = b.longs[colQueued][i]
	}
	s.chains.offer(&t, counted, !known)
	switch {
	case !single:
		s.list.parts = append(s.list.parts, visitPart{id, b.ints[colVisit][i], t})
		s.list.parts[len(s.list.parts)-1].from = int32(len(s.list.places))
		s.list.places = append(s.list.places, place{t.queue, counted})
	case !known:
		s.chains.once(&tryList{}, &t)
	default:
		s.list.tries = append(s.list.tries, t)
	}
}

func b2u(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// ends returns when row i was over, as far as its times tell.
func (b *batch) ends(i int) int64 {
	if end := b.longs[colEnded][i]; end != 0 {
		return end
	}
	end := b.longs[colArrival][i]
	if queued := b.longs[colQueued][i]; queued != 0 {
		end = queued
	} else if ivr := b.ints[colIVR][i]; ivr > 0 {
		end += int64(ivr) * 1000
	}
	for _, col := range [...]int{colWait, colTalk, colHold} {
		if ms := b.ints[col][i]; ms > 0 {
			end += int64(ms) * 1000
		}
	}
	return end
}

// join makes one try of the visits of a contact.
func (l *tryList) join() {
	slices.SortFunc(l.parts, func(a, b visitPart) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.at, b.at), cmp.Compare(a.visit, b.visit), cmp.Compare(a.end, b.end), cmp.Compare(a.outcome, b.outcome))
	})
	places := make([]place, 0, len(l.places))
	for i := 0; i < len(l.parts); {
		t := l.parts[i].try
		n := i
		t.from = int32(len(places))
		for ; n < len(l.parts) && l.parts[n].id == l.parts[i].id && l.parts[n].at == t.at; n++ {
			p := &l.parts[n]
			t.end, t.outcome, t.center = max(t.end, p.end), p.outcome, t.center || p.center
			places = append(places, l.places[p.from])
		}
		t.queue, t.more = -1, int32(len(places))-t.from
		l.tries = append(l.tries, t)
		i = n
	}
	l.places = places
	slices.SortFunc(l.tries, l.compare)
}

func (l *tryList) compare(a, b try) int {
	if d := cmp.Or(cmp.Compare(a.caller[0], b.caller[0]), cmp.Compare(a.caller[1], b.caller[1]), cmp.Compare(a.at, b.at),
		cmp.Compare(a.end, b.end), cmp.Compare(a.outcome, b.outcome), cmp.Compare(a.queue, b.queue)); d != 0 {
		return d
	}
	return slices.CompareFunc(l.of(&a), l.of(&b), func(x, y place) int {
		return cmp.Or(cmp.Compare(x.at, y.at), cmp.Compare(x.queue, y.queue))
	})
}

// of returns the queues that a try reached beyond its queue.
func (l *tryList) of(t *try) []place { return l.places[t.from : t.from+t.more] }
