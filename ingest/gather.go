package ingest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/lake"
)

// A gatherer collects the legs of one source and makes contacts of them when all files
// are read. It keeps them in the lake: a leg that comes a month later, or a later
// revision of one, finds the others and their contact is stitched anew. So the contacts
// follow from the set of all legs ever loaded, and from nothing else.
type gatherer struct {
	form   *format
	source string
	clock  *clock
	store  *legStore
	new    arrivals
	files  []*file // that brought new legs, by arrival.file
	coder  coder
	texts  map[string]string // of legs, shared

	known []knownLeg // buffers of current
	legs  []leg
}

// A knownLeg is a leg with its compact form.
type knownLeg struct {
	leg
	text string
}

// gatherer returns the gatherer of a file's source, with what earlier loads left.
func (l *load) gatherer(f *file) (*gatherer, error) {
	if g := l.legs[f.source]; g != nil {
		return g, related(f.source, f.format.kin(), g.form.kin())
	}
	store, err := openLegs(l.lk, f.source, f.format.kin())
	if err != nil {
		return nil, err
	}
	g := &gatherer{form: f.format, source: f.source, clock: l.clock(f), store: store, new: arrivals{limit: arrivalsMemory}, texts: map[string]string{}}
	l.legs[f.source] = g
	return g, nil
}

// leg takes in a leg that was read from a line and counts the row. It is for formats that
// have stitch.
func (l *load) leg(f *file, line int64, p *leg) error { return l.record(f, line, *p) }

// record takes in the legs that one record tells of, and counts one row: used, unless
// finish finds that the last of the legs was there already.
func (l *load) record(f *file, line int64, legs ...leg) error {
	g, err := l.gatherer(f)
	if err != nil {
		return fmt.Errorf("ingest: %s: %w", f.report.Name, err)
	}
	f.report.Rows++
	f.report.Used++
	f.report.Legs += int64(len(legs))
	for i := range legs {
		if err := g.add(f, line, &legs[i], i == len(legs)-1); err != nil {
			return f.at(line, err)
		}
	}
	return nil
}

// contact stores a contact that a line is the whole of, and counts the row. It is for
// formats without stitch, whose rows are contacts.
func (l *load) contact(f *file, line int64, k *clock, c *lake.Contact) (*reject, error) {
	c.Source = f.source
	k.place(c)
	if err := l.w.Add(f.input, line, c); err != nil {
		return &reject{reasonRange, ""}, nil
	}
	f.report.Rows++
	f.report.Used++
	f.note(line, c)
	return nil, nil
}

func (g *gatherer) add(f *file, line int64, p *leg, counts bool) error {
	if n := len(g.files); n == 0 || g.files[n-1] != f {
		g.files = append(g.files, f)
	}
	g.coder.b = g.coder.b[:0]
	p.code(&g.coder)
	return g.new.add(p.Contact, g.coder.b, len(g.files)-1, line, counts)
}

// finish hands the contacts that this load touched to the lake, and keeps the legs. It
// goes through the chunks in order and leaves those alone that nothing arrived for; when
// a format makes other contacts than it did, it goes through all.
func (g *gatherer) finish(ctx context.Context, w *lake.Writer) error {
	in, err := g.new.sorted()
	if err != nil {
		return err
	}
	anew := g.store.outdated()
	if anew {
		if err := g.withdrawAll(ctx, w); err != nil {
			return err
		}
	}
	var firsts []string
	for i, first := range g.store.first {
		last := i == len(g.store.first)-1
		inside := func(id []byte) bool { return last || string(id) < g.store.first[i+1] }
		if a := in.peek(); !anew && (a == nil || !inside(a.contact)) {
			firsts = append(firsts, first)
			continue
		}
		made, err := g.chunk(w, first, in, inside, anew)
		if err != nil {
			return err
		}
		firsts = append(firsts, made...)
	}
	g.store.first = firsts
	g.new.data, g.new.held, g.texts = nil, nil, nil // the merge that follows needs the memory
	for _, f := range g.files {
		form := cmp.Or(f.format.like, f.format)
		g.store.forms[form.name] = int64(form.version)
	}
	for name := range g.store.forms {
		if f := lookup(name, nil); f != nil {
			g.store.forms[name] = int64(f.version)
		}
	}
	return g.store.index(w)
}

// withdrawAll takes back every row of the source, for all are stitched anew.
func (g *gatherer) withdrawAll(ctx context.Context, w *lake.Writer) error {
	for c, err := range g.store.lk.Contacts(ctx) {
		if err != nil {
			return err
		}
		if c.Source != g.source {
			continue
		}
		if err := w.Withdraw(g.files[0].input, 1, &c); err != nil {
			return err
		}
	}
	return nil
}

// chunk brings a chunk and the legs that arrived for it together, and returns with which
// contacts the chunks begin that it has become.
func (g *gatherer) chunk(w *lake.Writer, first string, in *merged, inside func([]byte) bool, anew bool) ([]string, error) {
	old, err := g.store.read(first)
	if err != nil {
		return nil, fmt.Errorf("records kept of %s: %w", g.source, err)
	}
	var all []ownLegs // of the chunk at hand: a load may bring any number of chunks
	firsts, changed := []string{first}, false
	for {
		a := in.peek()
		if a != nil && !inside(a.contact) {
			a = nil
		}
		var before ownLegs
		switch {
		case a == nil && len(old) == 0:
			if changed {
				err = g.store.put(w, firsts[len(firsts)-1], all)
			}
			return firsts, err
		case a == nil || len(old) > 0 && old[0].id < string(a.contact):
			before, old, a = old[0], old[1:], nil
		case len(old) > 0 && old[0].id == string(a.contact):
			before, old = old[0], old[1:]
		}
		t := touched{id: before.id, before: before.legs, after: before.legs, file: g.files[0], line: 1}
		if a != nil {
			if err := g.take(&t, in); err != nil {
				return nil, err
			}
			changed = changed || len(t.after) > len(t.before)
		}
		if anew {
			t.before = nil // taken back already, as it was stitched then
		}
		if a != nil || anew {
			if err := g.restitch(w, &t); err != nil {
				return nil, t.file.at(t.line, err)
			}
		}
		if t.id != first && beginsChunk(t.id) {
			if err := g.store.put(w, firsts[len(firsts)-1], all); err != nil {
				return nil, err
			}
			firsts, all = append(firsts, t.id), all[:0]
		}
		all = append(all, ownLegs{t.id, t.after})
	}
}

// touched is a contact for which legs arrived, with those known before and after.
type touched struct {
	id            string
	before, after []string
	file          *file // that brought the newest of its legs in this load
	line          int64
}

// take takes in what arrived for the next contact. A leg that is there already counts as
// repeated for the file that brought it.
func (g *gatherer) take(t *touched, in *merged) error {
	t.id = string(in.peek().contact)
	var fresh []string
	number := -1
	for a := in.peek(); a != nil && string(a.contact) == t.id; a = in.peek() {
		f, text := g.files[a.file], string(a.text)
		_, known := slices.BinarySearch(t.before, text)
		switch {
		case !known && (len(fresh) == 0 || fresh[len(fresh)-1] != text):
			fresh = append(fresh, text)
		case a.counts:
			f.report.Used--
			f.report.Repeated++
		}
		if a.file > number || a.file == number && a.line > t.line {
			number, t.file, t.line = a.file, f, a.line
		}
		if err := in.pass(); err != nil {
			return err
		}
	}
	t.after = union(t.before, fresh)
	if len(t.after) > maxLegs {
		return t.file.at(t.line, fmt.Errorf("%d records name the same contact; what names it is no ID", len(t.after)))
	}
	return nil
}

// restitch replaces the rows that follow from the legs known before by those that follow
// from all of them.
func (g *gatherer) restitch(w *lake.Writer, t *touched) error {
	before, _, err := g.rows(t.id, t.before)
	if err != nil {
		return err
	}
	after, held, err := g.rows(t.id, t.after)
	if err != nil {
		return err
	}
	t.file.report.Held += held
	for i := range before {
		if !slices.Contains(after, before[i]) {
			if err := w.Withdraw(t.file.input, t.line, &before[i]); err != nil {
				return err
			}
		}
	}
	for i := range after {
		if err := w.Add(t.file.input, t.line, &after[i]); err != nil {
			return err
		}
		t.file.note(t.line, &after[i])
	}
	return nil
}

// rows makes the contacts of a set of legs, and counts the legs that are part of none yet.
func (g *gatherer) rows(id string, texts []string) (contacts []lake.Contact, held int64, err error) {
	if len(texts) == 0 {
		return nil, 0, nil
	}
	legs, err := g.current(id, texts)
	if err != nil {
		return nil, 0, err
	}
	if g.form.held != nil {
		held = g.form.held(legs)
	}
	contacts = g.form.stitch(legs)
	visits := map[string]int32(nil)
	if len(contacts) > 1 {
		visits = map[string]int32{}
	}
	for i := range contacts {
		c := &contacts[i]
		c.Source, c.ID, c.Visit = g.source, cmp.Or(c.ID, id), 1
		if visits != nil {
			visits[c.ID]++
			c.Visit = visits[c.ID]
		}
		g.clock.place(c)
	}
	for i := range contacts {
		contacts[i].Visits = max(visits[contacts[i].ID], 1)
	}
	return contacts, held, nil
}

// current decodes legs and leaves out those that a later revision replaced. They come
// sorted by time and then by their text, whatever their order was, and are good until the next
// call.
func (g *gatherer) current(id string, texts []string) ([]leg, error) {
	all := slices.Grow(g.known[:0], len(texts))
	var parts map[string]int
	if !slices.IsSorted(texts) {
		texts = slices.Sorted(slices.Values(texts))
	}
	for _, text := range texts {
		all = append(all, knownLeg{leg{Contact: id}, text})
		k := &all[len(all)-1]
		if !k.decode(text, g.texts) {
			return nil, errLegs
		}
		if k.Part == "" {
			continue
		}
		if parts == nil {
			parts = map[string]int{}
		}
		i, again := parts[k.Part]
		if !again {
			parts[k.Part] = len(all) - 1
			continue
		}
		if k.Revision > all[i].Revision {
			all[i] = *k
		} else if k.Revision == all[i].Revision { // two records that contradict each other: the first text stays
			all[i].Fact |= lake.FlagConflict
		}
		all = all[:len(all)-1]
	}
	inTime := func(a, b knownLeg) int { return cmp.Or(cmp.Compare(a.At, b.At), strings.Compare(a.text, b.text)) }
	if !slices.IsSortedFunc(all, inTime) {
		slices.SortFunc(all, inTime)
	}
	g.known, g.legs = all, slices.Grow(g.legs[:0], len(all))
	for i := range all {
		g.legs = append(g.legs, all[i].leg)
	}
	return g.legs, nil
}
