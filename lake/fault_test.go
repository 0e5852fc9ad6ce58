package lake

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

var errKilled = errors.New("killed")

// A dyingDisk works for dieAt steps and then does nothing more, as if the process had
// been killed; the write it dies in leaves half a file. Steps come one at a time.
type dyingDisk struct {
	realDisk
	mu          sync.Mutex
	step, dieAt int
}

func (d *dyingDisk) do(step func() error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.step++; d.step > d.dieAt {
		return errKilled
	}
	return step()
}

// create opens a file of which every write, and the close that syncs, is a step.
func (d *dyingDisk) create(path string) (w io.WriteCloser, err error) {
	err = d.do(func() error {
		w, err = d.realDisk.create(path)
		return err
	})
	return dyingFile{w, d}, err
}

type dyingFile struct {
	io.WriteCloser
	d *dyingDisk
}

func (f dyingFile) Write(b []byte) (n int, err error) {
	err = f.d.do(func() error {
		n, err = f.WriteCloser.Write(b)
		return err
	})
	if err != nil && f.d.diesNow() {
		n, _ = f.WriteCloser.Write(b[:len(b)/2])
	}
	return n, err
}

func (f dyingFile) Close() error {
	if err := f.d.do(f.WriteCloser.Close); err != nil {
		f.WriteCloser.Close() // the system does it for a dead process
		return err
	}
	return nil
}

// diesNow tells that the step just tried was the one it died in.
func (d *dyingDisk) diesNow() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.step == d.dieAt+1
}

func (d *dyingDisk) mkdir(path string) error {
	return d.do(func() error { return d.realDisk.mkdir(path) })
}

func (d *dyingDisk) rename(from, to string) error {
	return d.do(func() error { return d.realDisk.rename(from, to) })
}

func (d *dyingDisk) remove(path string) error {
	return d.do(func() error { return d.realDisk.remove(path) })
}

func (d *dyingDisk) syncDir(path string) error {
	return d.do(func() error { return d.realDisk.syncDir(path) })
}

// A load that is killed at any step leaves the lake as it was or as it was going to
// be; the same load then ends with the same lake and no strays.
func TestKilledAtEveryStep(t *testing.T) {
	before, more := sample(300, 40, 1), sample(600, 70, 2)[300:]
	for i := range more {
		more[i].ID = "x" + more[i].ID
	}
	for name, start := range map[string][]Contact{"first load": nil, "later load": before} {
		t.Run(name, func(t *testing.T) {
			whole := newLake(t)
			if start != nil {
				put(t, whole, "aa", start)
			}
			old := whole.Status().Fingerprint
			put(t, whole, "bb", more)
			next := whole.Status().Fingerprint

			for step := 0; ; step++ {
				l := newLake(t)
				if start != nil {
					put(t, l, "aa", start)
				}
				d := &dyingDisk{dieAt: step}
				l.disk = d
				_, loadErr := tryPut(l, "bb", more)

				got := reopen(t, l.Dir())
				switch f := got.Status().Fingerprint; {
				case loadErr == nil && f != next:
					t.Fatalf("step %d: the load succeeded and the lake is not the new one", step)
				case f != old && f != next:
					t.Fatalf("step %d: the lake is neither the old nor the new one", step)
				}
				if err := got.Verify(t.Context()); err != nil {
					t.Fatalf("step %d: %v", step, err)
				}
				put(t, got, "bb", more)
				if f := got.Status().Fingerprint; f != next {
					t.Fatalf("step %d: loading again does not repair", step)
				}
				if found, err := strays(l.Dir(), got.man.Load().live()); err != nil || len(found) > 0 {
					t.Fatalf("step %d: strays left: %v %v", step, found, err)
				}
				if d.step <= d.dieAt { // it outlived the whole load
					if step < 10 {
						t.Fatalf("only %d steps seen", step)
					}
					return
				}
			}
		})
	}
}

func reopen(t *testing.T, dir string) *Lake {
	t.Helper()
	l, err := Create(dir)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// A file someone else put into the directory is not ours to remove.
func TestStrangersAreLeftAlone(t *testing.T) {
	l := newLake(t)
	put(t, l, "aa", sample(50, 1, 1))
	note := filepath.Join(l.Dir(), "source=sim", "README.txt")
	if err := os.WriteFile(note, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	put(t, l, "bb", sample(80, 1, 1))
	if _, err := os.Stat(note); errors.Is(err, fs.ErrNotExist) {
		t.Error("a load removed a file it did not write")
	}
}
