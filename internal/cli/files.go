package cli

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// writeFile writes a file whole or not at all: under a temporary name, synced,
// then renamed.
func writeFile(path string, write func(io.Writer) error) (err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// output writes to the named file, whole or not at all, or to standard output for
// an empty name and "-".
func (e *env) output(path string, write func(io.Writer) error) error {
	if path != "" && path != "-" {
		return writeFile(path, write)
	}
	w := bufio.NewWriter(e.out)
	if err := write(w); err != nil {
		return err
	}
	return w.Flush()
}

// copyMissing copies the files of a tree that the directory does not have yet and
// returns their names.
func copyMissing(from fs.FS, dir string) ([]string, error) {
	var made []string
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		path := filepath.Join(dir, filepath.FromSlash(name))
		if _, err := os.Stat(path); err == nil {
			return nil
		}
		data, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		made = append(made, path)
		return writeFile(path, func(w io.Writer) error {
			_, err := w.Write(data)
			return err
		})
	})
	return made, err
}

func (e *env) say(format string, args ...any) { fmt.Fprintf(e.out, format+"\n", args...) }
