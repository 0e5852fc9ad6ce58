package lake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// A Writer collects contacts and publishes them all at once with Commit, or none of
// them. It holds the lake's write lock until Close. It is not safe for concurrent
// use; its Adders are.
type Writer struct {
	lake    *Lake
	release func() error
	mu      sync.Mutex // of runs
	runs    map[partition]*run
	words   wordTables // of the rows
	seed    maphash.Seed
	states  map[string]state // written, not yet published
	inputs  int
	own     *Adder
	spill   spill
	shard   int  // bytes
	rewrite bool // partitions that do not change are written as well

	conflicts []conflicts // of each input
	done      bool

	facts       map[partition]newFacts
	factTallies map[int]*FactTally // by input
}

// Writer takes the write lock of the lake. The error wraps ErrLocked when another
// writer holds it. Every Writer must be closed.
func (l *Lake) Writer() (*Writer, error) {
	release, err := acquire(filepath.Join(l.dir, lockName))
	if err != nil {
		return nil, fmt.Errorf("lake: %s: %w", l.dir, err)
	}
	w := &Writer{lake: l, release: release, runs: map[partition]*run{}, states: map[string]state{}, seed: maphash.MakeSeed(), shard: shardBytes}
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
	return l.checkFiles(context.Background(), checkEnd)
}

// AddInput announces an input file and returns its number for Add.
func (w *Writer) AddInput() int {
	w.inputs++
	return w.inputs - 1
}

// Add is Adder.Add for the caller that is one goroutine.
func (w *Writer) Add(input int, line int64, c *Contact) error {
	if w.own == nil {
		w.own = w.Adder(input)
	}
	w.own.input = uint32(input + 1)
	return w.own.Add(line, c)
}

// run returns the run of a partition.
func (w *Writer) run(p partition) *run {
	w.mu.Lock()
	defer w.mu.Unlock()
	r := w.runs[p]
	if r == nil {
		r = &run{}
		w.runs[p] = r
	}
	return r
}

// A Tallying is what became of the contacts of one input.
type Tallying struct {
	Stored    int64 // new to the lake
	Duplicate int64 // already there; among them:
	Revised   int64 // told more than what was there and replaced it
	Conflicts int64 // disagreed with what was there; flagged

	Withdrawn int64 // rows taken back and not replaced

	Facts FactTally // interval facts, see AddFact
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
	merges, err := w.mergeAll(ctx, len(inputs))
	if err != nil {
		return nil, err
	}
	next, tallies := w.lake.man.Load().clone(), make([]Tallying, len(inputs))
	w.conflicts = make([]conflicts, len(inputs))
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
			w.conflicts[i].add(m.conflicts[i]...)
		}
	}
	for i := range w.conflicts {
		w.conflicts[i].trim()
	}
	if err := w.commitFacts(ctx, next); err != nil {
		return nil, err
	}
	for i, t := range w.factTallies {
		tallies[i].Facts = *t
	}
	for i, in := range inputs {
		in.Stored, in.Duplicate = tallies[i].Stored, tallies[i].Duplicate
		in.Contacts = in.Stored + in.Duplicate
		next.Inputs = append(next.Inputs, in)
	}
	w.listStates(next)
	return tallies, w.lake.publish(next)
}

func (t *Tallying) add(u Tallying) {
	t.Stored += u.Stored
	t.Duplicate += u.Duplicate
	t.Revised += u.Revised
	t.Conflicts += u.Conflicts
	t.Withdrawn += u.Withdrawn
}

// mergeAll merges and writes the touched partitions, a few at a time.
func (w *Writer) mergeAll(ctx context.Context, inputs int) ([]*merge, error) {
	if w.own != nil {
		if err := w.own.Flush(); err != nil {
			return nil, err
		}
	}
	w.spill.drain()
	parts := slices.SortedFunc(maps.Keys(w.runs), func(a, b partition) int {
		return cmp.Or(cmp.Compare(a.source, b.source), cmp.Compare(a.month, b.month))
	})
	merges := make([]*merge, len(parts))
	g, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for range min(runtime.GOMAXPROCS(0), 4, len(parts)) {
		g.Go(func() (err error) {
			s := &sorter{w: w, rows: newRowCoder(&w.words, w.seed)}
			for i := int(next.Add(1)) - 1; i < len(parts); i = int(next.Add(1)) - 1 {
				if err := ctx.Err(); err != nil {
					return err
				}
				if merges[i], err = s.mergePartition(ctx, parts[i], inputs, w.shard); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return merges, g.Wait()
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
