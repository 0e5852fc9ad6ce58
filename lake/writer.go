package lake

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"
)

// A Writer collects contacts and publishes them all at once with Commit, or none of
// them. It holds the lake's write lock until Close. It is not safe for
// concurrent use.
type Writer struct {
	lake    *Lake
	release func() error
	runs    map[partition]*run
	states  map[string][]byte
	inputs  int
	scratch []byte
	spill   spill
	done    bool
	last    struct {
		source   string
		from, to Micros
		run      *run
	}
}

// A partition is the unit that is rewritten: one source in one UTC month.
type partition struct{ source, month string }

func (p partition) dir() string { return "source=" + p.source + "/month=" + p.month }

// Writer takes the write lock of the lake. The error wraps ErrLocked when another
// writer holds it. Every Writer must be closed.
func (l *Lake) Writer() (*Writer, error) {
	release, err := acquire(filepath.Join(l.dir, lockName))
	if err != nil {
		return nil, fmt.Errorf("lake: %s: %w", l.dir, err)
	}
	w := &Writer{lake: l, release: release, runs: map[partition]*run{}, states: map[string][]byte{}}
	w.spill.limit = spillBytes
	if err := l.refresh(); err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

// refresh moves to what another process published since Open: a writer must build
// on the newest state.
func (l *Lake) refresh() error {
	m, err := readManifest(l.dir)
	if errors.Is(err, ErrNoLake) && l.man.Load().Generation == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if m.Checksum == l.man.Load().Checksum {
		return nil
	}
	l.man.Store(m)
	return l.checkFiles(context.Background())
}

// AddInput announces an input file and returns its number for Add.
func (w *Writer) AddInput() int {
	w.inputs++
	return w.inputs - 1
}

// Add takes a copy of c, made from the given line of the given input. It refuses
// contacts that the lake cannot hold: without an ID or arrival, in the queue
// named AllQueues, from a source that ValidSource refuses.
func (w *Writer) Add(input int, line int64, c *Contact) error {
	if err := c.check(); err != nil {
		return err
	}
	r, err := w.runOf(c)
	if err != nil {
		return err
	}
	w.scratch = appendContact(w.scratch[:0], c)
	w.scratch = binary.AppendUvarint(w.scratch, uint64(input))
	w.scratch = binary.AppendUvarint(w.scratch, uint64(line))
	return w.spill.add(r, w.scratch)
}

// runOf returns the run of a contact's partition. Contacts of one month tend to come
// together, so the last answer is tried first.
func (w *Writer) runOf(c *Contact) (*run, error) {
	if l := &w.last; l.run != nil && l.source == c.Source && c.Arrival >= l.from && c.Arrival < l.to {
		return l.run, nil
	}
	if err := ValidSource(c.Source); err != nil {
		return nil, err
	}
	at := c.Arrival.Time()
	from := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	p := partition{c.Source, from.Format("2006-01")}
	r := w.runs[p]
	if r == nil {
		r = &run{}
		w.runs[p] = r
	}
	w.last.source, w.last.run = c.Source, r
	w.last.from, w.last.to = MicrosOf(from), MicrosOf(from.AddDate(0, 1, 0))
	return r, nil
}

// The contacts a calendar can name; the reader of a broken clock must not make a
// thousand partitions.
var (
	firstArrival = MicrosOf(time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC))
	lastArrival  = MicrosOf(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
)

func (c *Contact) check() error {
	switch {
	case c.ID == "":
		return errors.New("lake: contact without an ID")
	case c.Arrival < firstArrival || c.Arrival >= lastArrival:
		return fmt.Errorf("lake: contact arrives %s; a lake holds the years 1980 to 2099", c.Arrival.Time().Format(time.RFC3339))
	case c.Queue == AllQueues:
		return fmt.Errorf("lake: queue %q: the name is kept for the whole center; rename the queue", c.Queue)
	case c.Visit < 0 || int(c.Outcome) >= len(outcomeNames) || int(c.Direction) >= len(directionNames) ||
		int(c.Transfer) >= len(transferNames) || int(c.Quality) >= len(qualityNames) || c.Fold > 1:
		return fmt.Errorf("lake: contact %s holds a value out of range", c.ID)
	case c.Visit == 0 && c.Queued == 0:
		return fmt.Errorf("lake: contact %s has a visit without a number and without a time", c.ID)
	}
	return nil
}

// SetState keeps b, the memory of a format between loads, for a source; nil drops it.
// It is published with the contacts.
func (w *Writer) SetState(source string, b []byte) { w.states[source] = b }

// A Tallying is what became of the contacts of one input.
type Tallying struct {
	Stored    int64 // new to the lake
	Duplicate int64 // already there; among them:
	Revised   int64 // told more than what was there and replaced it
	Conflicts int64 // disagreed with what was there; flagged

	Withdrawn int64 // rows taken back and not replaced
}

// Commit merges the contacts into the lake and publishes them with the ledger
// entries of their inputs, in the order of AddInput. It fills Contacts, Stored
// and Duplicate of each entry. On an error the lake is as it was.
func (w *Writer) Commit(ctx context.Context, inputs []Input) ([]Tallying, error) {
	if w.done {
		panic("lake: Commit on a Writer that is done")
	}
	if len(inputs) != w.inputs {
		panic(fmt.Sprintf("lake: Commit of %d inputs, %d announced", len(inputs), w.inputs))
	}
	w.done = true
	merges, err := w.mergeAll(ctx, inputs)
	if err != nil {
		return nil, err
	}
	next, tallies := w.lake.man.Load().clone(), make([]Tallying, len(inputs))
	for _, m := range merges {
		if m.file != nil {
			next.Files = slices.DeleteFunc(next.Files, func(f File) bool {
				return f.Source == m.part.source && f.Month == m.part.month
			})
			if m.file.Rows > 0 { // all of them may be withdrawn
				next.Files = append(next.Files, *m.file)
			}
		}
		for i, t := range m.tallies {
			tallies[i].add(t)
		}
	}
	for i, in := range inputs {
		in.Stored, in.Duplicate = tallies[i].Stored, tallies[i].Duplicate
		in.Contacts = in.Stored + in.Duplicate
		next.Inputs = append(next.Inputs, in)
	}
	if err := w.publishStates(next); err != nil {
		return nil, err
	}
	return tallies, w.lake.publish(next)
}

func (t *Tallying) add(u Tallying) {
	t.Stored += u.Stored
	t.Duplicate += u.Duplicate
	t.Revised += u.Revised
	t.Conflicts += u.Conflicts
	t.Withdrawn += u.Withdrawn
}

// mergeAll merges and writes the touched partitions, a few at a time, so that the
// memory needed follows the biggest month and not the load.
func (w *Writer) mergeAll(ctx context.Context, inputs []Input) ([]*merge, error) {
	parts := make([]partition, 0, len(w.runs))
	for p := range w.runs {
		parts = append(parts, p)
	}
	slices.SortFunc(parts, func(a, b partition) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.month, b.month))
	})
	merges := make([]*merge, len(parts))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(min(runtime.GOMAXPROCS(0), 4))
	for i, p := range parts {
		g.Go(func() (err error) {
			if err := ctx.Err(); err != nil {
				return err
			}
			merges[i], err = w.mergePartition(p, inputs)
			return err
		})
	}
	return merges, g.Wait()
}

func (w *Writer) mergePartition(p partition, inputs []Input) (*merge, error) {
	m := &merge{part: p, tallies: make([]Tallying, len(inputs))}
	for _, f := range w.lake.man.Load().Files {
		if f.Source == p.source && f.Month == p.month {
			old, err := w.lake.load(f)
			if err != nil {
				return nil, err
			}
			m.addOld(old, w.runs[p].n)
		}
	}
	if err := m.addNew(&w.spill, w.runs[p], inputs); err != nil {
		return nil, err
	}
	contacts := m.result()
	if !m.changed {
		return m, nil
	}
	if len(contacts) == 0 {
		m.file = &File{}
		return m, nil
	}
	data, err := encodeParquet(contacts)
	if err != nil {
		return nil, fmt.Errorf("lake: %s: %w", p.dir(), err)
	}
	f := describe(p.source, p.month, contacts)
	sum := sha256.Sum256(data)
	f.Size, f.SHA256 = int64(len(data)), hex.EncodeToString(sum[:])
	f.Path = p.dir() + "/part-" + f.SHA256[:16] + ".parquet"
	m.file = &f
	if w.lake.man.Load().live()[f.Path] {
		return m, nil // the same bytes are already there
	}
	return m, publish(w.lake.disk, w.lake.dir, f.Path, data)
}

// publishStates writes the states that changed and lists them in next.
func (w *Writer) publishStates(next *manifest) error {
	for source, data := range w.states {
		next.States = slices.DeleteFunc(next.States, func(s state) bool { return s.Source == source })
		if len(data) == 0 {
			continue
		}
		sum := sha256.Sum256(data)
		s := state{Source: source, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
		s.Path = "state/" + source + "-" + s.SHA256[:16] + ".bin"
		next.States = append(next.States, s)
		if w.lake.man.Load().live()[s.Path] {
			continue
		}
		if err := publish(w.lake.disk, w.lake.dir, s.Path, data); err != nil {
			return err
		}
	}
	return nil
}

// publish makes next the state of the lake; the rename of the manifest is the moment.
// Files of the state before, and those of killed loads, go afterwards: one that
// cannot be removed is harmless and goes with the next load.
func (l *Lake) publish(next *manifest) error {
	next.Generation++
	next.seal()
	if err := publish(l.disk, l.dir, manifestName, next.text()); err != nil {
		return err
	}
	l.man.Store(next)
	if found, err := strays(l.dir, next.live()); err == nil {
		for _, path := range found {
			_ = l.disk.remove(path)
		}
	}
	return nil
}

// Close drops what was not committed and releases the lock.
func (w *Writer) Close() error {
	w.done = true
	return errors.Join(w.spill.close(), w.release())
}

const (
	blockBytes = 1 << 18
	spillBytes = 192 << 20
)

// A run is the compact form of the contacts of one partition, in blocks that each
// hold whole contacts.
type run struct {
	blocks []block
	n      int // contacts in them
}

// A block lies in memory, or in the spill file at off.
type block struct {
	data []byte
	off  int64
	size int
}

// A spill moves full blocks to a file when memory runs short, so that a load of any
// size stays within bounds. The file has no name in the lake.
type spill struct {
	limit, held int
	file        *os.File
	end         int64
	full        []*run // runs with blocks in memory
}

func (s *spill) add(r *run, contact []byte) error {
	last := len(r.blocks) - 1
	if last < 0 || r.blocks[last].data == nil || len(r.blocks[last].data)+len(contact) > cap(r.blocks[last].data) {
		if s.held > s.limit {
			if err := s.flush(); err != nil {
				return err
			}
		}
		size := blockBytes
		if last < 1 {
			size = blockBytes / 8 // a partition that gets a few strays only
		}
		size = max(size, len(contact))
		r.blocks = append(r.blocks, block{data: make([]byte, 0, size)})
		s.held += size
		s.full = append(s.full, r)
		last = len(r.blocks) - 1
	}
	b := &r.blocks[last]
	b.data = append(b.data, contact...)
	b.size = len(b.data)
	r.n++
	return nil
}

func (s *spill) flush() error {
	if s.file == nil {
		f, err := os.CreateTemp("", "ringtide-load-*")
		if err != nil {
			return fmt.Errorf("lake: a large load needs room for temporary files: %w", err)
		}
		s.file = f
		_ = os.Remove(f.Name()) // where the system lets an open file go, a killed load leaves nothing
	}
	for _, r := range s.full {
		for i := range r.blocks {
			b := &r.blocks[i]
			if b.data == nil {
				continue
			}
			if _, err := s.file.WriteAt(b.data, s.end); err != nil {
				return fmt.Errorf("lake: a large load needs room for temporary files: %w", err)
			}
			b.off, b.data = s.end, nil
			s.end += int64(b.size)
		}
	}
	s.full, s.held = nil, 0
	return nil
}

// read returns the bytes of a block; several goroutines may read.
func (s *spill) read(b block) ([]byte, error) {
	if b.data != nil {
		return b.data, nil
	}
	data := make([]byte, b.size)
	if _, err := s.file.ReadAt(data, b.off); err != nil {
		return nil, fmt.Errorf("lake: reading a temporary file: %w", err)
	}
	return data, nil
}

func (s *spill) close() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	_ = os.Remove(s.file.Name())
	return err
}
