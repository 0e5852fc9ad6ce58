package forecast

import (
	"fmt"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// Paths is a forecast: n simulated futures of several queues on one grid. A path
// has, for every queue and interval, the rate that nature chose (calls expected
// in the interval) and the integer number of calls that then came. Everything
// printed about a forecast, for an interval, a day, a month or a sum of queues,
// is read off the paths, so that all figures agree with each other.
//
// Queueing formulas take the rates, which leave the chance of single calls to the
// formula; volumes, fees and bands take the counts.
//
// Closed intervals are exactly zero in every path.
type Paths struct {
	grid   interval.Grid
	queues []string
	n      int
	counts []int32   // [path][queue][interval]
	rates  []float32 // the same layout
}

// NewPaths returns n paths of zeros for the queues on g.
func NewPaths(g interval.Grid, queues []string, n int) (*Paths, error) {
	if n < 1 || len(queues) == 0 || g.Len() == 0 {
		return nil, fmt.Errorf("forecast: %d paths of %d queues on %d intervals", n, len(queues), g.Len())
	}
	sorted := slices.Sorted(slices.Values(queues))
	if len(slices.Compact(sorted)) != len(queues) {
		return nil, fmt.Errorf("forecast: a queue is named twice in %q", queues)
	}
	size := n * len(queues) * g.Len()
	return &Paths{g, slices.Clone(queues), n, make([]int32, size), make([]float32, size)}, nil
}

// Grid returns the intervals of the paths.
func (p *Paths) Grid() interval.Grid { return p.grid }

// Queues returns the names of the queues, in the order of their index.
func (p *Paths) Queues() []string { return slices.Clone(p.queues) }

// QueueIndex returns the index of a queue, or -1.
func (p *Paths) QueueIndex(name string) int { return slices.Index(p.queues, name) }

// Len returns the number of paths.
func (p *Paths) Len() int { return p.n }

// Counts returns the calls of one path and queue, one per interval: a view that
// the caller who built the paths may write to, and nobody else.
func (p *Paths) Counts(path, queue int) []int32 {
	lo := p.offset(path, queue)
	return p.counts[lo : lo+p.grid.Len() : lo+p.grid.Len()]
}

// Rates returns the expected calls of one path and queue, one per interval: a
// view like that of Counts.
func (p *Paths) Rates(path, queue int) []float32 {
	lo := p.offset(path, queue)
	return p.rates[lo : lo+p.grid.Len() : lo+p.grid.Len()]
}

func (p *Paths) offset(path, queue int) int {
	return (path*len(p.queues) + queue) * p.grid.Len()
}

// Clone returns a deep copy.
func (p *Paths) Clone() *Paths {
	return &Paths{p.grid, slices.Clone(p.queues), p.n, slices.Clone(p.counts), slices.Clone(p.rates)}
}
