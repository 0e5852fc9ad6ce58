package lake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// A Lake is an open lake: one published state of the directory. It is safe for
// concurrent use. A commit through its own Writer moves it to the new state;
// what other processes publish is seen after another Open.
type Lake struct {
	dir  string
	man  atomic.Pointer[manifest]
	disk disk
}

// Open reads the lake in dir and checks that every file the manifest lists is there,
// with its size and the hash of its footer; each page has a checksum that is compared
// when it is read, and Verify hashes all. The error names the file and what to do; it
// wraps ErrNoLake when nothing was ever loaded.
func Open(dir string) (*Lake, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	l := &Lake{dir: dir, disk: realDisk{}}
	l.man.Store(m)
	return l, l.checkFiles(context.Background(), checkEnd)
}

// Create opens the lake in dir, or makes an empty one where there is none.
func Create(dir string) (*Lake, error) {
	l, err := Open(dir)
	if !errors.Is(err, ErrNoLake) {
		return l, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, fmt.Errorf("lake: %w", err)
	}
	l = &Lake{dir: dir, disk: realDisk{}}
	l.man.Store(emptyManifest())
	return l, nil
}

// Dir returns the directory of the lake.
func (l *Lake) Dir() string { return l.dir }

// Files returns the live files in the order of their paths.
func (l *Lake) Files() []File { return slices.Clone(l.man.Load().Files) }

// Inputs returns the ledger: every file loaded, in order.
func (l *Lake) Inputs() []Input { return slices.Clone(l.man.Load().Inputs) }

// path returns where a listed file lies.
func (l *Lake) path(rel string) string { return filepath.Join(l.dir, filepath.FromSlash(rel)) }

// checkFiles compares every listed file with its size and hash; the files of contacts in
// the way of check.
func (l *Lake) checkFiles(ctx context.Context, checkPart func(path string, f *File) error) error {
	m := l.man.Load()
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	check := func(rel string, size int64, sum string) {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return checkFile(l.path(rel), size, sum)
		})
	}
	for _, f := range m.Files {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return checkPart(l.path(f.Path), &f)
		})
	}
	for _, s := range m.States {
		check(s.Path, s.Size, s.SHA256)
	}
	for _, f := range m.Facts {
		check(f.Path, f.Size, f.SHA256)
	}
	return g.Wait()
}

const remedy = "restore it from a backup, or remove the lake and load the files again"

// ErrDamaged is wrapped by errors on a listed file that is missing or altered.
var ErrDamaged = errors.New("the lake is damaged")

// checkEnd hashes the end of a part, which tells where everything is and how it is bounded.
func checkEnd(path string, f *File) error {
	return checkFrom(path, f.Size-f.Footer, f.Size, f.FooterSHA256)
}

func checkAll(path string, f *File) error { return checkFile(path, f.Size, f.SHA256) }

func checkFile(path string, size int64, sum string) error { return checkFrom(path, 0, size, sum) }

// checkFrom compares the size of a file, and the hash of it from a place on.
func checkFrom(path string, from, size int64, sum string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("lake: %s is missing; %s: %w", path, remedy, ErrDamaged)
	}
	if err != nil {
		return fmt.Errorf("lake: %w", err)
	}
	defer f.Close()
	h := sha256.New()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("lake: %w", err)
	}
	if n := info.Size(); n != size {
		return fmt.Errorf("lake: %s has %d bytes, the manifest says %d; %s: %w", path, n, size, remedy, ErrDamaged)
	}
	if _, err := io.Copy(h, io.NewSectionReader(f, from, size-from)); err != nil {
		return fmt.Errorf("lake: reading %s: %w", path, err)
	}
	if hex.EncodeToString(h.Sum(nil)) != sum {
		return fmt.Errorf("lake: %s was altered after it was written; %s: %w", path, remedy, ErrDamaged)
	}
	return nil
}

// Verify does more than Open: it hashes every file again, decodes every contact,
// and compares rows, times, counts and content with the manifest.
func (l *Lake) Verify(ctx context.Context) error {
	if err := l.checkFiles(ctx, checkAll); err != nil {
		return err
	}
	for _, f := range l.man.Load().Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		got, err := l.recount(ctx, f)
		if err != nil {
			return err
		}
		if !sameFile(got, f) {
			return fmt.Errorf("lake: %s does not hold what the manifest says; %s: %w", l.path(f.Path), remedy, ErrDamaged)
		}
	}
	return l.verifyFacts(ctx)
}

// recount decodes a file and writes it once more, to nowhere: the pages before compression
// must be those that the manifest has the hash of.
func (l *Lake) recount(ctx context.Context, f File) (File, error) {
	part, err := newPartWriter()
	if err != nil {
		return File{}, err
	}
	var tables wordTables
	part.begin(io.Discard, partition{f.Source, f.Month}, &tables)
	rows := newRowCoder(&tables, maphash.MakeSeed())
	var v view
	var row []byte
	err = l.withFile(f, func(file *parquetFile) error {
		return eachContact(file, f.Source, func(c *Contact) error {
			row = rows.append(slices.Grow(row[:0], rows.most(c)), c, 0, 0)
			v.read(row)
			return errors.Join(part.add(&v), ctx.Err())
		})
	})
	if err = errors.Join(err, part.close()); err != nil {
		return File{}, err
	}
	got := part.entry()
	got.Path, got.Size, got.SHA256 = f.Path, f.Size, f.SHA256
	return got, nil
}

func sameFile(a, b File) bool {
	return bytes.Equal((&manifest{Files: []File{a}}).text(), (&manifest{Files: []File{b}}).text())
}

// Contacts yields every contact, file after file, in stored order.
func (l *Lake) Contacts(ctx context.Context) iter.Seq2[Contact, error] {
	return func(yield func(Contact, error) bool) {
		for _, f := range l.man.Load().Files {
			err := l.withFile(f, func(file *parquetFile) error {
				return eachContact(file, f.Source, func(c *Contact) error {
					if err := ctx.Err(); err != nil {
						return err
					}
					if !yield(*c, nil) {
						return errStop
					}
					return nil
				})
			})
			if errors.Is(err, errStop) {
				return
			}
			if err != nil {
				yield(Contact{}, err)
				return
			}
		}
	}
}

// errStop ends an iteration that its caller has left.
var errStop = errors.New("stop")

// withFile calls use with the open Parquet file. Parquet readers may panic on damage
// that the hash did not see because it came after Open; that is an error here.
func (l *Lake) withFile(f File, use func(*parquetFile) error) (err error) {
	path := l.path(f.Path)
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("lake: %s cannot be decoded (%v); %s: %w", path, r, remedy, ErrDamaged)
		}
	}()
	in, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("lake: %s is gone; a load may have replaced it: open the lake again: %w", path, ErrDamaged)
	}
	if err != nil {
		return fmt.Errorf("lake: %w", err)
	}
	defer in.Close()
	file, err := openParquet(in, f.Size)
	if err != nil {
		return fmt.Errorf("lake: %s was altered after it was written (%w); %s: %w", path, err, remedy, ErrDamaged)
	}
	if err := use(file); err != nil {
		if errors.Is(err, errPage) {
			return fmt.Errorf("lake: %s was altered after it was written (%v); %s: %w", path, err, remedy, ErrDamaged)
		}
		return fmt.Errorf("lake: %s: %w", path, err)
	}
	return nil
}
