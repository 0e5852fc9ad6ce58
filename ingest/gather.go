package ingest

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/ringtide/ringtide/lake"
)

// A gatherer collects the legs of one source and makes contacts of them when all files
// are read. It keeps them in the lake: a leg that comes a month later, or a later
// revision of one, finds the others and their contact is stitched anew. So the contacts
// follow from the set of all legs ever loaded, and from nothing else.
type gatherer struct {
	form     *format
	source   string
	zone     *wall
	naive    bool
	contacts map[string]*gathered
	dirty    bool
}

// gathered is the legs of one contact in their compact form, those of earlier loads first.
type gathered struct {
	legs []string
	kept int                 // how many are of earlier loads
	set  map[string]struct{} // of the legs, where they are many
	file *file               // that brought the newest leg in this load; nil if none did
	line int64
}

const (
	legsVersion = 1
	fewLegs     = 32
)

// gatherer returns the gatherer of a file's source, with what earlier loads left.
func (l *load) gatherer(f *file) (*gatherer, error) {
	if g := l.legs[f.source]; g != nil {
		return g, nil
	}
	g := &gatherer{form: f.format, source: f.source, contacts: map[string]*gathered{}, naive: l.opts.Zone == nil, zone: &wall{loc: time.UTC}}
	if !g.naive {
		g.zone.loc = l.opts.Zone
	}
	state, err := l.lk.State(g.state())
	if err == nil && len(state) > 0 {
		err = g.restore(state)
	}
	if err != nil {
		return nil, fmt.Errorf("ingest: records kept of %s: %w", f.source, err)
	}
	l.legs[f.source] = g
	return g, nil
}

// state is the name under which the lake keeps the legs.
func (g *gatherer) state() string { return g.source + ".legs" }

// leg takes in a leg that was read from a line and counts the row. It is for formats that
// have stitch.
func (l *load) leg(f *file, line int64, p *leg) error {
	g, err := l.gatherer(f)
	if err != nil {
		return err
	}
	f.report.Rows++
	if g.add(f, line, p) {
		f.report.Used++
	} else {
		f.report.Repeated++
	}
	return nil
}

// add keeps a leg; it is false for one that is there already.
func (g *gatherer) add(f *file, line int64, p *leg) bool {
	c := coder{}
	p.code(&c)
	text := string(c.b)
	at := g.contacts[p.Contact]
	if at == nil {
		at = &gathered{}
		g.contacts[p.Contact] = at
	}
	at.file, at.line = f, line
	if at.has(text) {
		return false
	}
	at.legs = append(at.legs, text)
	if at.set != nil {
		at.set[text] = struct{}{}
	}
	g.dirty = true
	return true
}

func (at *gathered) has(text string) bool {
	if at.set == nil && len(at.legs) >= fewLegs {
		at.set = map[string]struct{}{}
		for _, t := range at.legs {
			at.set[t] = struct{}{}
		}
	}
	if at.set != nil {
		_, ok := at.set[text]
		return ok
	}
	return slices.Contains(at.legs, text)
}

// finish hands the contacts that this load touched to the lake, and keeps the legs.
func (g *gatherer) finish(w *lake.Writer) error {
	for _, id := range slices.Sorted(maps.Keys(g.contacts)) {
		if at := g.contacts[id]; at.file != nil {
			if err := g.store(w, id, at); err != nil {
				return at.file.at(at.line, err)
			}
		}
	}
	if !g.dirty {
		return nil
	}
	state, err := g.save()
	if err != nil {
		return err
	}
	w.SetState(g.state(), state)
	return nil
}

// store replaces the rows that follow from the legs known before by those that follow
// from all of them.
func (g *gatherer) store(w *lake.Writer, id string, at *gathered) error {
	before, err := g.rows(id, at.legs[:at.kept])
	if err != nil {
		return err
	}
	after, err := g.rows(id, at.legs)
	if err != nil {
		return err
	}
	for i := range before {
		if !slices.Contains(after, before[i]) {
			if err := w.Withdraw(at.file.input, at.line, &before[i]); err != nil {
				return err
			}
		}
	}
	for i := range after {
		if err := w.Add(at.file.input, at.line, &after[i]); err != nil {
			return err
		}
		at.file.note(at.line, &after[i])
	}
	return nil
}

// rows makes the contacts of a set of legs.
func (g *gatherer) rows(id string, texts []string) ([]lake.Contact, error) {
	if len(texts) == 0 {
		return nil, nil
	}
	legs, err := g.current(id, texts)
	if err != nil {
		return nil, err
	}
	contacts := g.form.stitch(legs)
	visits := map[string]int32{}
	for i := range contacts {
		c := &contacts[i]
		c.Source, c.ID = g.source, cmp.Or(c.ID, id)
		visits[c.ID]++
		c.Visit = visits[c.ID]
		seconds := floorSeconds(int64(c.Arrival))
		c.Offset, c.Fold = int32(g.zone.at(seconds)), g.zone.fold(seconds)
		if g.naive {
			c.Quality = lake.InferredZone
		}
	}
	for i := range contacts {
		contacts[i].Visits = visits[contacts[i].ID]
	}
	return contacts, nil
}

// current decodes legs and leaves out those that a later revision replaced. They come
// sorted by time and then by their text, whatever their order was.
func (g *gatherer) current(id string, texts []string) ([]leg, error) {
	type known struct {
		leg
		text string
	}
	all := make([]known, 0, len(texts))
	parts := map[string]int{}
	for _, text := range slices.Sorted(slices.Values(texts)) {
		k := known{leg{Contact: id}, text}
		c := coder{b: []byte(text), decoding: true}
		if k.code(&c); c.bad || len(c.b) > 0 {
			return nil, errLegs
		}
		i, again := parts[k.Part]
		switch {
		case k.Part == "" || !again:
			parts[k.Part] = len(all)
			all = append(all, k)
		case k.Revision > all[i].Revision:
			all[i] = k
		case k.Revision == all[i].Revision: // two records that contradict each other: the first text stays
			all[i].Fact |= lake.FlagConflict
		}
	}
	slices.SortFunc(all, func(a, b known) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.text, b.text)) })
	legs := make([]leg, len(all))
	for i := range all {
		legs[i] = all[i].leg
	}
	return legs, nil
}

// save writes all legs, sorted, so that equal sets give equal bytes.
func (g *gatherer) save() ([]byte, error) {
	c := coder{b: []byte{legsVersion}}
	kin := g.form.kin()
	c.text(&kin)
	for _, id := range slices.Sorted(maps.Keys(g.contacts)) {
		legs := slices.Sorted(slices.Values(g.contacts[id].legs))
		n := int64(len(legs))
		c.text(&id)
		number(&c, &n)
		for _, text := range legs {
			c.text(&text)
		}
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return z.EncodeAll(c.b, nil), nil
}

func (g *gatherer) restore(state []byte) error {
	z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return err
	}
	defer z.Close()
	b, err := z.DecodeAll(state, nil)
	if err != nil || len(b) == 0 {
		return errors.Join(errLegs, err)
	}
	if b[0] != legsVersion {
		return fmt.Errorf("version %d; this program reads version %d", b[0], legsVersion)
	}
	c := coder{b: b[1:], decoding: true}
	kin := ""
	if c.text(&kin); kin != g.form.kin() {
		return fmt.Errorf("they are of the format %s, the file is %s; give it a name of its own with --source", kin, g.form.kin())
	}
	for len(c.b) > 0 {
		id, n := "", int64(0)
		c.text(&id)
		number(&c, &n)
		at := &gathered{}
		for range n {
			if c.bad {
				break
			}
			text := ""
			c.text(&text)
			at.legs = append(at.legs, text)
		}
		at.kept = len(at.legs)
		g.contacts[id] = at
	}
	if c.bad {
		return errLegs
	}
	return nil
}
