package lake

import (
	"fmt"
	"os"
	"slices"
	"sync"
)

// A run is rows of one partition, in blocks that each hold whole rows.
type run struct {
	blocks []block
	n      int // rows in them
	size   int // bytes of them
}

// A block lies in memory, or in the spill file at off.
type block struct {
	data []byte
	off  int64
	size int
}

const (
	blockBytes = 1 << 17
	spillBytes = 64 << 20
)

// A spill holds the blocks of many runs and moves them to a file when memory runs short,
// so that a load of any size stays within bounds. The file has no name in the lake.
// It is safe for concurrent use.
type spill struct {
	mu          sync.Mutex
	limit, held int
	file        *os.File
	end         int64
	full        []*run   // runs with blocks in memory
	free        [][]byte // buffers of blockBytes
}

// buffer returns an empty buffer with room for a block or for n bytes.
func (s *spill) buffer(n int) []byte {
	if n > blockBytes {
		return make([]byte, 0, n)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if last := len(s.free) - 1; last >= 0 {
		b := s.free[last]
		s.free = s.free[:last]
		return b
	}
	return make([]byte, 0, blockBytes)
}

// take adds a block of n rows to a run; data belongs to the spill from now on.
func (s *spill) take(r *run, data []byte, n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.blocks = append(r.blocks, block{data: data, size: len(data)})
	r.n, r.size = r.n+n, r.size+len(data)
	s.held += cap(data)
	s.full = append(s.full, r)
	if s.held <= s.limit {
		return nil
	}
	return s.flush()
}

const spillTrouble = "lake: a large load needs room for temporary files: %w"

func (s *spill) flush() error {
	if s.file == nil {
		f, err := os.CreateTemp("", "ringtide-load-*")
		if err != nil {
			return fmt.Errorf(spillTrouble, err)
		}
		s.file = f
		_ = os.Remove(f.Name()) // where the system lets an open file go, a killed load leaves nothing
	}
	for _, r := range s.full {
		for i := len(r.blocks) - 1; i >= 0 && r.blocks[i].data != nil; i-- {
			b := &r.blocks[i]
			if _, err := s.file.WriteAt(b.data, s.end); err != nil {
				return fmt.Errorf(spillTrouble, err)
			}
			s.release(b.data)
			b.off, b.data = s.end, nil
			s.end += int64(b.size)
		}
	}
	s.full, s.held = nil, 0
	return nil
}

// drain lets the buffers go that collecting needed.
func (s *spill) drain() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.free = nil
}

func (s *spill) release(data []byte) {
	if cap(data) == blockBytes {
		s.free = append(s.free, data[:0])
	}
}

// read appends the bytes of a block to dst.
func (s *spill) read(dst []byte, b block) ([]byte, error) {
	if b.data != nil {
		return append(dst, b.data...), nil
	}
	at := len(dst)
	dst = slices.Grow(dst, b.size)[:at+b.size]
	if _, err := s.file.ReadAt(dst[at:], b.off); err != nil {
		return nil, fmt.Errorf("lake: reading a temporary file: %w", err)
	}
	return dst, nil
}

func (s *spill) close() error {
	s.full, s.free = nil, nil
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	_ = os.Remove(s.file.Name())
	s.file = nil
	return err
}
