//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package lake

import (
	"fmt"
	"os"
)

// acquire takes the writer's lock: the file exists as long as someone writes. After
// a crash it must be removed by hand; the error says so.
func acquire(path string) (release func() error, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o644)
	if os.IsExist(err) {
		return nil, fmt.Errorf("%w; if no load is running, remove %s", ErrLocked, path)
	}
	if err != nil {
		return nil, err
	}
	return func() error { f.Close(); return os.Remove(path) }, nil
}

// isUnsupported: these systems cannot sync a directory at all.
func isUnsupported(error) bool { return true }
