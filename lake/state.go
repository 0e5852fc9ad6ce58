package lake

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
)

// State returns what a format kept under a name with Writer.SetState; nil if nothing.
func (l *Lake) State(name string) ([]byte, error) {
	for _, s := range l.man.Load().States {
		if s.Source == name {
			b, err := os.ReadFile(l.path(s.Path))
			if err != nil {
				return nil, fmt.Errorf("lake: %w", err)
			}
			return b, nil
		}
	}
	return nil, nil
}

// SetState keeps b, the memory of a format between loads, under a name that begins with
// the source; nil drops it. The bytes go to the disk at once, so that a format may keep
// more than fits into memory, and become part of the lake with Commit.
func (w *Writer) SetState(name string, b []byte) error {
	if len(b) == 0 {
		w.states[name] = state{}
		return nil
	}
	sum := sha256.Sum256(b)
	s := state{Source: name, Size: int64(len(b)), SHA256: hex.EncodeToString(sum[:])}
	s.Path = "state/" + name + "-" + s.SHA256[:16] + ".bin"
	w.states[name] = s
	if slices.Contains(w.lake.man.Load().States, s) {
		return nil
	}
	return publish(w.lake.disk, w.lake.dir, s.Path, b)
}

// listStates enters the states that were set into the next manifest.
func (w *Writer) listStates(next *manifest) {
	next.States = slices.DeleteFunc(next.States, func(s state) bool { _, set := w.states[s.Source]; return set })
	for _, s := range w.states {
		if s.Path != "" {
			next.States = append(next.States, s)
		}
	}
}
