package forecast

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// A Split says how the calls of a queue fall into parts, such as reasons and languages: a
// share of each part, the same for all hours, and how much days differ from it.
type Split struct {
	Queue string
	Parts []SplitPart
	// Concentration is that of the Dirichlet distribution of a day's shares: the larger,
	// the more alike days are.
	Concentration float64
}

// A SplitPart is one part with its share; shares sum to 1.
type SplitPart struct {
	Reason, Language string
	Share            float64
}

// A SplitDay is what came of each part on a day, in the order of the parts.
type SplitDay struct {
	Date  interval.Date
	Calls []float64
}

// splitHalfLife is the age in days at which a day counts half for the shares: the reasons
// people call for change faster than the hours at which they do.
const splitHalfLife = 56

// FitSplit learns shares from days, in any order: weighted calls over weighted totals,
// each part with half a call beforehand. The concentration is the moment estimate of the
// Dirichlet-multinomial (Mosimann 1962, Biometrika 49:65): the mean over parts of Pearson's
// statistic per day, (Y-np)²/(np(1-p)), is 1 + (n-1)/(c+1).
func FitSplit(queue string, parts []SplitPart, days []SplitDay) (*Split, error) {
	if len(parts) == 0 || len(days) == 0 {
		return nil, fmt.Errorf("forecast: split of queue %q: %d parts and %d days; it takes one of each", queue, len(parts), len(days))
	}
	last := slices.MaxFunc(days, func(a, b SplitDay) int { return a.Date.Compare(b.Date) }).Date
	s := &Split{Queue: queue, Parts: slices.Clone(parts)}
	calls, total := make([]float64, len(parts)), 0.0
	for _, d := range days {
		if len(d.Calls) != len(parts) {
			return nil, fmt.Errorf("forecast: split of queue %q: %d counts on %s for %d parts", queue, len(d.Calls), d.Date, len(parts))
		}
		v := math.Exp2(-float64(last.Sub(d.Date)) / splitHalfLife)
		for k, y := range d.Calls {
			if !(y >= 0) || math.IsInf(y, 0) {
				return nil, fmt.Errorf("forecast: split of queue %q: %v calls on %s", queue, y, d.Date)
			}
			calls[k] += v * y
			total += v * y
		}
	}
	for k := range s.Parts {
		s.Parts[k].Share = (calls[k] + 0.5) / (total + 0.5*float64(len(parts)))
	}
	s.Concentration = s.concentration(days, last)
	return s, nil
}

// Bounds of the concentration: days all alike, and days as unlike as three calls.
const mostAlike, leastAlike = 1e5, 3

// concentration looks at the last three half-lives, in which the shares hold.
func (s *Split) concentration(days []SplitDay, last interval.Date) float64 {
	chi, expected, n := 0.0, 0.0, 0.0
	for _, d := range days {
		all := sum(d.Calls)
		if all < 2 || last.Sub(d.Date) > 3*splitHalfLife {
			continue
		}
		for k, y := range d.Calls {
			if p := s.Parts[k].Share; p < 1 && all*p >= 1 {
				chi += sq(y-all*p) / (all * p * (1 - p))
				expected += all - 1
				n++
			}
		}
	}
	if n == 0 || chi <= n {
		return mostAlike
	}
	return min(max(expected/(chi-n)-1, leastAlike), mostAlike)
}

// A Tree is paths with everything above and below their queues: center, department,
// queue, reason, language. In every path and interval the calls of a node are the sum of
// those of its children.
type Tree struct {
	paths *Paths
	nodes []Node
	calls map[int][]int32 // of a leaf below a queue, [path][interval]
	under [][]int         // queues under a node that is one or lies above
	parts [][]int         // leaves under a node that lies below
}

// A Node is one place in a tree.
type Node struct {
	Level  string   `json:"level"`  // center, department, queue, reason or language
	Name   []string `json:"name"`   // from the center down
	Parent int      `json:"parent"` // -1 for the center
}

// NewTree hangs the queues of paths under departments and divides them by splits. A queue
// without a department hangs under the center's own name for it, ""; one without a split
// has nothing below.
func NewTree(p *Paths, departments map[string]string, splits []*Split, seed uint64) (*Tree, error) {
	var errs []error
	for name := range departments {
		if p.QueueIndex(name) < 0 {
			errs = append(errs, fmt.Errorf("department of a queue %q that the paths do not have", name))
		}
	}
	seen := map[string]*Split{}
	for _, s := range splits {
		if p.QueueIndex(s.Queue) < 0 || seen[s.Queue] != nil {
			errs = append(errs, fmt.Errorf("split of queue %q, which the paths do not have or which is split twice", s.Queue))
		}
		seen[s.Queue] = s
	}
	if err := errors.Join(errs...); err != nil {
		return nil, fmt.Errorf("forecast: tree: %w", err)
	}
	t := &Tree{paths: p, calls: map[int][]int32{}}
	center := t.add(Node{"center", nil, -1})
	var names []string
	for _, q := range p.queues {
		names = append(names, departments[q])
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		d := t.add(Node{"department", []string{name}, center})
		for k, q := range p.queues {
			if departments[q] != name {
				continue
			}
			at := t.add(Node{"queue", []string{name, q}, d})
			for _, n := range []int{center, d, at} {
				t.under[n] = append(t.under[n], k)
			}
			if s := seen[q]; s != nil {
				t.divide(at, k, s, seed)
			}
		}
	}
	return t, nil
}

func (t *Tree) add(n Node) int {
	t.nodes, t.under, t.parts = append(t.nodes, n), append(t.under, nil), append(t.parts, nil)
	return len(t.nodes) - 1
}

// divide hangs reasons and languages under a queue and draws their calls.
func (t *Tree) divide(at, queue int, s *Split, seed uint64) {
	order := make([]int, len(s.Parts))
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(a, b int) int {
		return slices.Compare([]string{s.Parts[a].Reason, s.Parts[a].Language}, []string{s.Parts[b].Reason, s.Parts[b].Language})
	})
	leaves, reason := make([]int, len(s.Parts)), -1
	name := t.nodes[at].Name
	for _, k := range order {
		part := s.Parts[k]
		if reason < 0 || t.nodes[reason].Name[2] != part.Reason {
			reason = t.add(Node{"reason", append(slices.Clone(name), part.Reason), at})
		}
		leaves[k] = t.add(Node{"language", append(slices.Clone(name), part.Reason, part.Language), reason})
		t.parts[leaves[k]] = []int{leaves[k]}
		t.parts[reason] = append(t.parts[reason], leaves[k])
		t.calls[leaves[k]] = make([]int32, t.paths.n*t.paths.grid.Len())
	}
	t.draw(queue, s, leaves, seed)
}

// draw gives each day of each path its shares, and each call its part.
func (t *Tree) draw(queue int, s *Split, leaves []int, seed uint64) {
	d, days, width := newDraw(), t.paths.grid.Days(), t.paths.grid.Len()
	upTo := make([]float64, len(s.Parts))
	for path := range t.paths.n {
		counts := t.paths.Counts(path, queue)
		for k, day := range days {
			d.at(seed, keySplit, nameKey(s.Queue), uint64(path), uint64(k))
			total := 0.0
			for j, part := range s.Parts {
				a := s.Concentration * part.Share
				total += a * d.gamma(a)
				upTo[j] = total
			}
			for i := day.First; i < day.End; i++ {
				for range counts[i] {
					j, _ := slices.BinarySearch(upTo, d.uniform()*total)
					t.calls[leaves[min(j, len(leaves)-1)]][path*width+i]++
				}
			}
		}
	}
}

// Nodes returns the nodes, each after its parent.
func (t *Tree) Nodes() []Node { return slices.Clone(t.nodes) }

// Counts returns the calls of a node in one path, per interval.
func (t *Tree) Counts(node, path int) []int64 {
	out := make([]int64, t.paths.grid.Len())
	for _, q := range t.under[node] {
		for i, c := range t.paths.Counts(path, q) {
			out[i] += int64(c)
		}
	}
	for _, leaf := range t.parts[node] {
		for i, c := range t.calls[leaf][path*len(out) : (path+1)*len(out)] {
			out[i] += int64(c)
		}
	}
	return out
}
