package lake

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// A disk is every way the lake changes its directory. Tests put one in that dies at
// a chosen step.
type disk interface {
	mkdir(path string) error
	create(path string) (io.WriteCloser, error) // the file is on the platter when it is closed
	rename(from, to string) error
	remove(path string) error
	syncDir(path string) error
}

type realDisk struct{}

func (realDisk) mkdir(path string) error {
	err := os.Mkdir(path, 0o755)
	if os.IsExist(err) {
		return nil
	}
	return err
}

func (realDisk) create(path string) (io.WriteCloser, error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	return syncedFile{f}, nil
}

type syncedFile struct{ *os.File }

func (f syncedFile) Close() error { return errors.Join(f.Sync(), f.File.Close()) }

func (realDisk) rename(from, to string) error { return os.Rename(from, to) }
func (realDisk) remove(path string) error     { return os.Remove(path) }

// syncDir makes renames in a directory last. Systems that cannot sync a directory
// (Windows) order renames by themselves.
func (realDisk) syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !isUnsupported(err) {
		return err
	}
	return nil
}

const tempSuffix = ".tmp"

// publish puts data at dir/rel so that a reader sees the old file or the new one,
// never a part, and makes it last through a power cut.
func publish(d disk, dir, rel string, data []byte) error {
	f, err := create(d, dir, rel+tempSuffix)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("lake: writing %s: %w", rel, err)
	}
	return settle(d, dir, rel+tempSuffix, rel)
}

// create opens a new file at dir/rel, and makes the directories it needs.
func create(d disk, dir, rel string) (io.WriteCloser, error) {
	full := filepath.Join(dir, filepath.FromSlash(rel))
	if err := mkdirs(d, dir, filepath.Dir(full)); err != nil {
		return nil, fmt.Errorf("lake: %w", err)
	}
	f, err := d.create(full)
	if err != nil {
		return nil, fmt.Errorf("lake: %w", err)
	}
	return f, nil
}

// settle gives a finished file its name, for good.
func settle(d disk, dir, temp, rel string) error {
	full := filepath.Join(dir, filepath.FromSlash(rel))
	if err := d.rename(filepath.Join(dir, filepath.FromSlash(temp)), full); err != nil {
		return fmt.Errorf("lake: publishing %s: %w", full, err)
	}
	if err := d.syncDir(filepath.Dir(full)); err != nil {
		return fmt.Errorf("lake: %w", err)
	}
	return nil
}

// mkdirs makes the directories from dir down to path, each on the platter.
func mkdirs(d disk, dir, path string) error {
	if path == dir {
		return nil
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(path)
	if err := mkdirs(d, dir, parent); err != nil {
		return err
	}
	if err := d.mkdir(path); err != nil {
		return err
	}
	return d.syncDir(parent)
}

// strays lists the files below dir that a load left behind: parts, states and
// temporary files that the manifest does not list.
func strays(dir string, live map[string]bool) ([]string, error) {
	var found []string
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if rel = filepath.ToSlash(rel); !live[rel] && ours(rel) {
			found = append(found, path)
		}
		return nil
	})
	return found, err
}

// ours tells files of the lake from those someone else put beside them.
func ours(rel string) bool {
	part, _ := filepath.Match("source=*/month=*/part-*.parquet*", rel)
	state, _ := filepath.Match("state/*.bin*", rel)
	facts, _ := filepath.Match("facts/source=*/month=*/part-*.parquet*", rel)
	return part || state || facts || rel == manifestName+tempSuffix
}
