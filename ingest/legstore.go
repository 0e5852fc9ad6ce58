package ingest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"

	"github.com/klauspost/compress/zstd"

	"github.com/ringtide/ringtide/lake"
)

// A legStore is the legs of one source as the lake keeps them: in the order of their
// contacts, cut into chunks, with an index of the chunks. A load reads and writes the chunks
// whose contacts it touches, one at a time.
//
// A chunk begins with a contact whose name has a certain hash, not at a count of
// contacts: so the chunks follow from the set of legs, whatever the loads were.
type legStore struct {
	lk    *lake.Lake
	name  string           // of the index in the lake
	kin   string           // family of the formats
	forms map[string]int64 // versions of the formats whose legs are kept
	first []string         // contacts with which the chunks begin; the first begins with ""
	z     *zstd.Encoder

	plain, packed []byte // buffers of put
}

const (
	legsVersion   = 2
	chunkContacts = 4096 // on average
	maxLegs       = 50_000
	legsName      = ".legs" // behind the source
)

// ownLegs is a contact with its legs in their compact form, sorted.
type ownLegs struct {
	id   string
	legs []string
}

// errOlder is about a lake of a version that did not keep the records of a source, or kept them in
// another form. What is loaded on could not be joined to them.
func errOlder(lk *lake.Lake, source string) error {
	var names []string
	for _, in := range lk.Inputs() {
		if in.Source != source {
			continue
		}
		if len(names) == mostFilesNamed {
			names = append(names, "and so on")
			break
		}
		names = append(names, in.Name)
	}
	return fmt.Errorf("this lake was filled by an earlier version of ringtide, which did not keep the records of %s as this one does; move the lake's directory away and load all files of %s again, also those it has (%s)",
		source, source, list(names))
}

const mostFilesNamed = 10

func openLegs(lk *lake.Lake, source, kin string) (*legStore, error) {
	s := &legStore{lk: lk, name: source + legsName, kin: kin, forms: map[string]int64{}, first: []string{""}}
	state, err := lk.State(s.name)
	switch {
	case err != nil:
		return nil, err
	case len(state) > 0 && state[0] < legsVersion:
		return nil, errOlder(lk, source)
	case len(state) == 0:
		return s, nil
	case state[0] > legsVersion:
		return nil, fmt.Errorf("the records of %s are kept in version %d, by a later ringtide; this one reads version %d: use the later one", source, state[0], legsVersion)
	}
	c := coder{b: state[1:], decoding: true}
	c.text(&s.kin)
	if err := related(source, kin, s.kin); err != nil {
		return nil, err
	}
	n := int64(0)
	for number(&c, &n); n > 0 && !c.bad; n-- {
		name, version := "", int64(0)
		c.text(&name)
		number(&c, &version)
		s.forms[name] = version
	}
	for s.first = nil; len(c.b) > 0; {
		id := ""
		c.text(&id)
		s.first = append(s.first, id)
	}
	if c.bad || len(s.first) == 0 || s.first[0] != "" || !slices.IsSorted(s.first) {
		return nil, errLegs
	}
	return s, nil
}

// keepsLegs is an error where the lake has contacts of the source that were stitched from records,
// and no legs of them.
func keepsLegs(lk *lake.Lake, source string) error {
	state, err := lk.State(source + legsName)
	if err != nil || state != nil {
		return err
	}
	stitched := func(in lake.Input) bool {
		f := lookup(in.Format, nil)
		return in.Source == source && in.Used > 0 && f != nil && f.stitch != nil
	}
	if slices.ContainsFunc(lk.Inputs(), stitched) {
		return errOlder(lk, source)
	}
	return nil
}

// related is an error where legs are of another family of formats.
func related(source, kin, other string) error {
	if kin != other {
		return fmt.Errorf("the source %s has records of the formats %s and %s; give one a name of its own with --source", source, other, kin)
	}
	return nil
}

// index writes the index.
func (s *legStore) index(w *lake.Writer) error {
	c := coder{b: []byte{legsVersion}}
	c.text(&s.kin)
	names := make([]string, 0, len(s.forms))
	for name := range s.forms {
		names = append(names, name)
	}
	slices.Sort(names)
	n := int64(len(names))
	number(&c, &n)
	for _, name := range names {
		version := s.forms[name]
		c.text(&name)
		number(&c, &version)
	}
	for _, id := range s.first {
		c.text(&id)
	}
	return w.SetState(s.name, c.b)
}

// outdated reports whether a format whose legs are kept makes other contacts of them now.
func (s *legStore) outdated() bool {
	for name, version := range s.forms {
		if f := lookup(name, nil); f != nil && int64(f.version) != version {
			return true
		}
	}
	return false
}

// beginsChunk reports whether a contact is one that chunks begin with.
func beginsChunk(id string) bool {
	h := fnv.New32a()
	h.Write([]byte(id))
	return h.Sum32()%chunkContacts == 0
}

// chunk names the state that holds the chunk beginning with a contact.
func (s *legStore) chunk(first string) string {
	sum := sha256.Sum256([]byte(first))
	return s.name + "." + hex.EncodeToString(sum[:8])
}

// read returns the contacts of a chunk, in order.
func (s *legStore) read(first string) ([]ownLegs, error) {
	state, err := s.lk.State(s.chunk(first))
	if err != nil || len(state) == 0 {
		return nil, err
	}
	z, err := zstd.NewReader(bytes.NewReader(nil), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	b, err := z.DecodeAll(state, nil)
	if err != nil {
		return nil, errors.Join(errLegs, err)
	}
	c := coder{b: b, decoding: true, texts: map[string]string{}}
	var all []ownLegs
	for len(c.b) > 0 {
		k, n := ownLegs{}, int64(0)
		c.text(&k.id)
		for number(&c, &n); n > 0 && !c.bad; n-- {
			text := ""
			c.text(&text)
			k.legs = append(k.legs, text)
		}
		all = append(all, k)
	}
	if c.bad {
		return nil, errLegs
	}
	return all, nil
}

// put keeps the contacts of a chunk, which are in order and begin with first.
func (s *legStore) put(w *lake.Writer, first string, all []ownLegs) error {
	c := coder{b: s.plain[:0]}
	for _, k := range all {
		n := int64(len(k.legs))
		c.text(&k.id)
		number(&c, &n)
		for _, text := range k.legs {
			c.text(&text)
		}
	}
	if s.z == nil {
		z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithEncoderLevel(zstd.SpeedFastest))
		if err != nil {
			return err
		}
		s.z = z
	}
	s.plain, s.packed = c.b, s.packed[:0]
	if len(c.b) > 0 {
		s.packed = s.z.EncodeAll(c.b, s.packed)
	}
	return w.SetState(s.chunk(first), s.packed)
}

// union returns two sorted lists as one, without repetition.
func union(a, b []string) []string {
	out := make([]string, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch cmp.Compare(a[0], b[0]) {
		case -1:
			out, a = append(out, a[0]), a[1:]
		case 1:
			out, b = append(out, b[0]), b[1:]
		default:
			out, a, b = append(out, a[0]), a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}
