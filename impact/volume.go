package impact

import (
	"context"
	"slices"

	"github.com/ringtide/ringtide/forecast"
)

// volume is how many calls come, read off the paths once: by day of all queues
// together, by interval of each queue, without and with the request.
type volume struct {
	baseDays, withDays [][]int64 // calls of all queues [day][path]
	uplift             []int64   // calls that the request adds [path]
	queueUplift        [][]int64 // of each queue [queue][path]
	without, with      []Bands   // of each queue; with equals without where the request adds nothing
	changed            []bool    // whether the request changes a call of the queue on any path
}

// count reads the baseline and what a request changes in it; open tells the open
// intervals of each queue, all others are zero.
func count(ctx context.Context, base *forecast.Paths, delta changes, open [][]bool) (*volume, error) {
	g, n := base.Grid(), base.Len()
	days, queues := g.Days(), len(base.Queues())
	v := &volume{
		baseDays: whole(len(days), n), withDays: whole(len(days), n), uplift: make([]int64, n), queueUplift: whole(queues, n),
		without: make([]Bands, queues), with: make([]Bands, queues), changed: make([]bool, queues),
	}
	for q := range queues {
		v.without[q], v.with[q] = newBands(g.Len()), newBands(g.Len())
	}
	var tables [workers]*table
	for w := range tables {
		tables[w] = newTable(n, queues)
	}
	err := each(ctx, len(days), func(w, d int) error {
		for q := range queues {
			if err := ctx.Err(); err != nil {
				return err
			}
			at := openIn(open[q], days[d].First, days[d].End)
			tables[w].day(v, base, delta, q, d, at)
		}
		return nil
	})
	for q := range queues {
		for _, t := range tables {
			v.changed[q] = v.changed[q] || t.hit[q]
			for path, x := range t.uplift[q] {
				v.queueUplift[q][path] += x
				v.uplift[path] += x
			}
		}
	}
	return v, err
}

// changes are the calls that a request adds to a queue on a path.
type changes interface {
	Touches(queue int) bool
	Delta(path, queue int) []int32
}

func openIn(open []bool, first, end int) []int {
	var at []int
	for i := first; i < end; i++ {
		if open[i] {
			at = append(at, i)
		}
	}
	return at
}

// A table is the room that one worker counts in: the intervals of a day in rows, their
// paths side by side.
type table struct {
	counts []int32
	tally  []int32
	uplift [][]int64 // [queue][path]
	hit    []bool    // [queue]
}

func newTable(paths, queues int) *table {
	return &table{tally: make([]int32, 4096), uplift: whole(queues, paths), hit: make([]bool, queues)}
}

// day counts one queue on one day, at its open intervals; all others are zero.
func (t *table) day(v *volume, base *forecast.Paths, delta changes, q, d int, at []int) {
	n := base.Len()
	t.counts = slices.Grow(t.counts[:0], n*len(at))[:n*len(at)]
	for path := range n {
		counts, sum := base.Counts(path, q), int64(0)
		for j, i := range at {
			t.counts[j*n+path] = counts[i]
			sum += int64(counts[i])
		}
		v.baseDays[d][path] += sum
		v.withDays[d][path] += sum
	}
	for j, i := range at {
		v.without[q].set(i, t.dist(t.counts[j*n:(j+1)*n]))
		v.with[q].copy(i, v.without[q])
	}
	if !delta.Touches(q) {
		return
	}
	changed := make([]bool, len(at))
	for path := range n {
		added, sum := delta.Delta(path, q), int64(0)
		for j, i := range at {
			if x := added[i]; x != 0 {
				t.counts[j*n+path] += x
				sum += int64(x)
				changed[j] = true
			}
		}
		v.withDays[d][path] += sum
		t.uplift[q][path] += sum
	}
	for j, i := range at {
		if changed[j] {
			t.hit[q] = true
			v.with[q].set(i, t.dist(t.counts[j*n:(j+1)*n]))
		}
	}
}

// dist returns the distribution of counts, which lie close together nearly always:
// then they are tallied, else sorted.
func (t *table) dist(counts []int32) Dist {
	low, high, sum := counts[0], counts[0], int64(0)
	for _, c := range counts {
		low, high = min(low, c), max(high, c)
		sum += int64(c)
	}
	if int(high-low) >= len(t.tally) {
		return distOf(slices.Clone(counts))
	}
	tally := t.tally[:high-low+1]
	clear(tally)
	for _, c := range counts {
		tally[c-low]++
	}
	d := Dist{Mean: float64(sum) / float64(len(counts))}
	value, seen := low-1, 0
	for k, to := range d.quantiles() {
		for need := rank(bandProbs[k], len(counts)) + 1; seen < need; {
			value++
			seen += int(tally[value-low])
		}
		*to = float64(value)
	}
	return d
}

func newBands(n int) Bands {
	flat := make([]float64, 6*n)
	part := func(k int) []float64 { return flat[k*n : (k+1)*n : (k+1)*n] }
	return Bands{part(0), part(1), part(2), part(3), part(4), part(5)}
}

func (b Bands) set(i int, d Dist) {
	b.Mean[i], b.Q05[i], b.Q25[i], b.Q50[i], b.Q75[i], b.Q95[i] = d.Mean, d.Q05, d.Q25, d.Q50, d.Q75, d.Q95
}

func (b Bands) copy(i int, from Bands) {
	b.Mean[i], b.Q05[i], b.Q25[i], b.Q50[i], b.Q75[i], b.Q95[i] = from.Mean[i], from.Q05[i], from.Q25[i], from.Q50[i], from.Q75[i], from.Q95[i]
}

// whole is matrix for whole numbers.
func whole(n, m int) [][]int64 {
	rows, flat := make([][]int64, n), make([]int64, n*m)
	for i := range rows {
		rows[i] = flat[i*m : (i+1)*m : (i+1)*m]
	}
	return rows
}
