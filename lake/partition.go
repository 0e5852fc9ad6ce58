package lake

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"math/bits"
	"path/filepath"
	"slices"
	"time"
)

// A partition is the unit that is rewritten: one source in one UTC month.
type partition struct{ source, month string }

func (p partition) dir() string { return "source=" + p.source + "/month=" + p.month }

// start returns the first instant of the month.
func (p partition) start() int64 {
	t, err := time.Parse("2006-01", p.month)
	if err != nil {
		panic("lake: internal: month " + p.month) // made by Adder, or checked with the manifest
	}
	return t.UnixMicro()
}

// shardBytes is how many bytes of rows are brought in order at once. A bigger month is
// sorted in shards, by the hash of the ID so that no contact is split, and the sorted
// shards are merged from the disk.
const shardBytes = 64 << 20

// maxGroup is how many records of one ID a month may have. No contact has more; a column
// that is no ID has.
const maxGroup = 50_000

// A sorter brings the rows of a partition together and in order. Its buffers serve one
// partition after another.
type sorter struct {
	w              *Writer
	data           []byte
	entries, spare []entry
	heads          []head
	arrived        []arrived
	rows           *rowCoder
	part           *partWriter
	touched        byte
	ranks          []uint64 // of queues, by number
	m              *merge
	start          int64
}

// A head is what is asked of a loaded row before its turn to be written: kept apart, since sorted
// rows lie all over the buffer and waiting for each takes longer than all that is done with it.
type head struct {
	key   uint64 // in the order of the lake
	input uint32
}

// mergePartition writes the partition anew if the load changes it.
func (s *sorter) mergePartition(ctx context.Context, p partition, inputs int, limit int) (m *merge, err error) {
	m = &merge{part: p, tallies: make([]Tallying, inputs), conflicts: make([]conflicts, inputs)}
	s.m, s.start, m.changed = m, p.start(), s.w.rewrite
	r := s.w.run(p)
	if err := s.addStored(p, r); err != nil {
		return nil, err
	}
	if s.ranks, err = s.w.words.queueRanks(); err != nil {
		return nil, fmt.Errorf("lake: %s: %w", p.dir(), err)
	}
	if r.size <= limit {
		if err := s.load(&s.w.spill, r); err != nil {
			return nil, err
		}
		if err := s.settle(); err != nil || !m.changed {
			return m, err
		}
		return m, s.write(p, func(f func(row []byte) error) error {
			for i, e := range s.entries {
				if i%ahead == 0 {
					s.touch(s.entries[i:min(i+ahead, len(s.entries))])
				}
				if err := f(s.data[e.at:]); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return m, s.mergeShards(ctx, p, r, limit)
}

// ahead is how many rows are fetched from memory at once, side by side.
const ahead = 64

func (s *sorter) touch(entries []entry) {
	sum, data := byte(0), s.data
	for _, e := range entries {
		sum += data[e.at] + data[min(int(e.at)+64, len(data)-1)]
	}
	s.touched += sum
}

// addStored adds the rows that the lake holds of the partition.
func (s *sorter) addStored(p partition, r *run) error {
	for _, f := range s.w.lake.man.Load().Files {
		if f.Source != p.source || f.Month != p.month {
			continue
		}
		a := s.w.adder(0)
		err := s.w.lake.withFile(f, func(file *parquetFile) error {
			return eachContact(file, f.Source, func(c *Contact) error { return a.Add(0, c) })
		})
		if err != nil {
			return err
		}
		if err := a.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// load reads the rows of a run into the buffer and makes a head for each, and an entry keyed by
// the hash of its ID.
func (s *sorter) load(from *spill, r *run) (err error) {
	if r.size > 1<<31 {
		return fmt.Errorf("lake: %s: one contact ID has most of the records; the column is no ID", s.m.part.dir())
	}
	s.data = slices.Grow(s.data[:0], r.size)
	for i := range r.blocks {
		if s.data, err = from.read(s.data, r.blocks[i]); err != nil {
			return err
		}
		r.blocks[i].data = nil
	}
	s.entries, s.heads = slices.Grow(s.entries[:0], r.n), slices.Grow(s.heads[:0], r.n)
	for at := 0; at < len(s.data); {
		row := s.data[at:]
		s.entries = append(s.entries, entry{rowHash(row), uint32(at), uint32(len(s.heads))})
		s.heads = append(s.heads, head{s.sortKey(row), rowInput(row)})
		at += rowSize(row)
	}
	return nil
}

// The key of a row packs what its order begins with: the rank of its queue, and its
// arrival within the month, which takes 42 bits.
const arrivalBits = 42

func (s *sorter) sortKey(row []byte) uint64 {
	return s.ranks[rowQueue(row)]<<arrivalBits | uint64(rowArrival(row)-s.start)
}

// hashLow is where the bits of the hash begin that bring one ID's rows together; what
// remains is compared.
const hashLow = 64 - 3*digitBits

// settle reduces the loaded rows to those that the lake is to hold, in order.
func (s *sorter) settle() error {
	s.spare = slices.Grow(s.spare[:0], len(s.entries))
	entries, spare := radix(s.entries, s.spare, hashLow)
	kept := 0
	var made []entry
	for first := 0; first < len(entries); {
		end := first + 1
		for end < len(entries) && entries[end].key>>hashLow == entries[first].key>>hashLow {
			end++
		}
		e := entries[first]
		if h := s.heads[e.nth]; end == first+1 && h.input&slowRow == 0 {
			if h.input > 0 {
				s.m.tallies[h.input-1].Stored++
				s.m.changed = true
			}
			e.key = h.key
			entries[kept] = e
			kept++
			first = end
			continue
		}
		more, err := s.resolve(entries[first:end])
		if err != nil {
			return err
		}
		made, first = append(made, more...), end
	}
	entries = append(entries[:kept], made...)
	s.entries, s.spare = radix(entries, slices.Grow(spare[:0], len(entries)), 0)
	s.breakTies()
	return nil
}

// resolve merges rows whose IDs have one hash, and appends what becomes of them.
func (s *sorter) resolve(group []entry) ([]entry, error) {
	if len(group) > maxGroup {
		return nil, fmt.Errorf("lake: %s: %d records have the contact ID %q; the column is no ID", s.m.part.dir(), len(group), rowID(s.data[group[0].at:]))
	}
	s.arrived = slices.Grow(s.arrived[:0], len(group))[:len(group)]
	pointers := make([]*arrived, len(group))
	var v view
	for i, e := range group {
		r, row := &s.arrived[i], s.data[e.at:]
		v.read(row)
		v.contact(&r.Contact, &s.w.words)
		r.Source = s.m.part.source
		r.input, r.line = int(rowInput(row)&^slowRow)-1, rowLine(row)
		pointers[i] = r
	}
	var made []entry
	for _, c := range s.m.mergeContacts(pointers) {
		at := len(s.data)
		s.data = s.rows.append(slices.Grow(s.data, s.rows.most(c)), c, 0, 0)
		made = append(made, entry{key: s.sortKey(s.data[at:]), at: uint32(at)})
	}
	return made, nil
}

// breakTies orders rows of one queue and instant.
func (s *sorter) breakTies() {
	e := s.entries
	for first := 0; first < len(e); {
		end := first + 1
		for end < len(e) && e[end].key == e[first].key {
			end++
		}
		if end > first+1 {
			slices.SortFunc(e[first:end], func(a, b entry) int { return compareRows(s.data[a.at:], s.data[b.at:]) })
		}
		first = end
	}
}

// mergeShards brings a partition in order that is too big to hold.
func (s *sorter) mergeShards(ctx context.Context, p partition, r *run, limit int) (err error) {
	var disk spill // its blocks go to the file at once
	defer func() { err = cmp.Or(err, disk.close()) }()
	shards, err := s.split(&disk, r, r.size/limit+1)
	if err != nil {
		return err
	}
	cursors := make([]*cursor, len(shards))
	for i, shard := range shards {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.load(&disk, shard); err != nil {
			return err
		}
		if err := s.settle(); err != nil {
			return err
		}
		cursors[i] = &cursor{s: &disk, run: &run{}, of: s.sortKey}
		b := bin{}
		for _, e := range s.entries {
			if err := b.put(&disk, cursors[i].run, s.data[e.at:][:rowSize(s.data[e.at:])]); err != nil {
				return err
			}
		}
		if err := disk.take(cursors[i].run, b.data, b.n); err != nil {
			return err
		}
	}
	if !s.m.changed {
		return nil
	}
	return s.write(p, func(f func(row []byte) error) error { return mergeRuns(cursors, f) })
}

// put appends a row to the bin and hands the bin over when it is full.
func (b *bin) put(to *spill, r *run, row []byte) error {
	if len(b.data)+len(row) > cap(b.data) {
		if b.n > 0 {
			if err := to.take(r, b.data, b.n); err != nil {
				return err
			}
		}
		b.data, b.n = to.buffer(len(row)), 0
	}
	b.data, b.n = append(b.data, row...), b.n+1
	return nil
}

// split deals the rows of a run to n shards by the hash of their IDs.
func (s *sorter) split(disk *spill, r *run, n int) ([]*run, error) {
	shards, bins := make([]*run, n), make([]bin, n)
	for i := range shards {
		shards[i] = &run{}
	}
	var data []byte
	for i := range r.blocks {
		var err error
		if data, err = s.w.spill.read(data[:0], r.blocks[i]); err != nil {
			return nil, err
		}
		r.blocks[i].data = nil
		for row := data; len(row) > 0; row = row[rowSize(row):] {
			at, _ := bits.Mul64(rowHash(row), uint64(n))
			if err := bins[at].put(disk, shards[at], row[:rowSize(row)]); err != nil {
				return nil, err
			}
		}
	}
	for i := range bins {
		if bins[i].n == 0 {
			continue
		}
		if err := disk.take(shards[i], bins[i].data, bins[i].n); err != nil {
			return nil, err
		}
	}
	return shards, nil
}

// write makes the file of the partition from rows in order, and publishes it.
func (s *sorter) write(p partition, rows func(func(row []byte) error) error) error {
	l := s.w.lake
	temp := p.dir() + "/part-next.parquet" + tempSuffix
	out, err := create(l.disk, l.dir, temp)
	if err != nil {
		return err
	}
	sum := sha256.New()
	buffered := bufio.NewWriterSize(io.MultiWriter(out, sum), 1<<18)
	if s.part == nil {
		if s.part, err = newPartWriter(); err != nil {
			return err
		}
	}
	part := s.part
	part.begin(buffered, p, &s.w.words)
	var v view
	err = rows(func(row []byte) error {
		v.read(row)
		return part.add(&v)
	})
	if err == nil {
		err = cmp.Or(part.close(), buffered.Flush())
	}
	if err = cmp.Or(err, out.Close()); err != nil {
		return fmt.Errorf("lake: writing %s: %w", filepath.Join(l.dir, filepath.FromSlash(temp)), err)
	}
	f := part.entry()
	if f.Rows == 0 { // all were withdrawn
		s.m.file = &f
		return nil
	}
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	f.Path = p.dir() + "/part-" + f.SHA256[:16] + ".parquet"
	s.m.file = &f
	if l.man.Load().live()[f.Path] {
		return nil // the same bytes are already there
	}
	return settle(l.disk, l.dir, temp, f.Path)
}
