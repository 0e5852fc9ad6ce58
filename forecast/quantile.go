package forecast

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Quantiles returns the quantiles of sorted values at probabilities 0 to 1 by the
// inverse of the empirical distribution (type 1 of Hyndman and Fan 1996, American
// Statistician 50:361): always one of the values, so counts stay whole. It panics
// on an empty slice or a probability outside 0 to 1.
func Quantiles[T cmp.Ordered](sorted []T, probs []float64) []T {
	out := make([]T, len(probs))
	for i, p := range probs {
		out[i] = quantile(sorted, p)
	}
	return out
}

func quantile[T cmp.Ordered](sorted []T, p float64) T {
	return sorted[place(p, len(sorted))]
}

// place returns the index of a quantile among n sorted values.
func place(p float64, n int) int {
	if n == 0 || !(p >= 0 && p <= 1) {
		panic(fmt.Sprintf("forecast: quantile %v of %d values", p, n))
	}
	// Products such as 0.05·1000 must not round up past their whole number.
	return max(int(math.Ceil(p*float64(n)-1e-9)), 1) - 1
}

// Mean returns the mean count per interval of a queue; -1 stands for all queues
// together.
func (p *Paths) Mean(queue int) []float64 {
	out := make([]float64, p.grid.Len())
	for path := range p.n {
		for _, q := range p.selection(queue) {
			for i, c := range p.Counts(path, q) {
				out[i] += float64(c)
			}
		}
	}
	for i := range out {
		out[i] /= float64(p.n)
	}
	return out
}

// Quantile returns, for each interval, the quantiles of the count of a queue at
// the given probabilities: out[interval][prob]. Queue -1 stands for all queues
// together, added up path by path.
func (p *Paths) Quantile(queue int, probs []float64) [][]float64 {
	out := make([][]float64, p.grid.Len())
	flat := make([]float64, len(out)*len(probs))
	queues := p.selection(queue)
	called := p.called(queues)
	const block = 16 // intervals at a time, so that memory is read in order
	buf, tally := make([]int64, block*p.n), make([]int32, 1024)
	for lo := 0; lo < len(out); lo += block {
		hi := min(lo+block, len(out))
		if !slices.Contains(called[lo:hi], true) { // nobody calls: every quantile is 0
			for i := lo; i < hi; i++ {
				out[i] = flat[i*len(probs) : (i+1)*len(probs) : (i+1)*len(probs)]
			}
			continue
		}
		clear(buf)
		for path := range p.n {
			for _, q := range queues {
				for i, c := range p.Counts(path, q)[lo:hi] {
					buf[i*p.n+path] += int64(c)
				}
			}
		}
		for i := lo; i < hi; i++ {
			out[i] = flat[i*len(probs) : (i+1)*len(probs) : (i+1)*len(probs)]
			if !called[i] {
				continue
			}
			countQuantiles(buf[(i-lo)*p.n:(i-lo+1)*p.n], probs, tally, out[i])
		}
	}
	return out
}

// countQuantiles writes the quantiles of counts to out: by a tally where they lie close
// together and probabilities rise, as they nearly always do, else by sorting.
func countQuantiles(x []int64, probs []float64, tally []int32, out []float64) {
	low, high := slices.Min(x), slices.Max(x)
	if high-low >= int64(len(tally)) || !slices.IsSorted(probs) {
		slices.Sort(x)
		for j, q := range Quantiles(x, probs) {
			out[j] = float64(q)
		}
		return
	}
	tally = tally[:high-low+1]
	clear(tally)
	for _, v := range x {
		tally[v-low]++
	}
	at, seen := 0, int(tally[0])
	for j, p := range probs {
		for k := place(p, len(x)); seen <= k; seen += int(tally[at]) {
			at++
		}
		out[j] = float64(low + int64(at))
	}
}

// called reports for each interval whether anybody calls on any path.
func (p *Paths) called(queues []int) []bool {
	out := make([]bool, p.grid.Len())
	for path := range p.n {
		for _, q := range queues {
			for i, c := range p.Counts(path, q) {
				if c != 0 {
					out[i] = true
				}
			}
		}
	}
	return out
}

// DayTotals returns the calls of each local day of the grid in each path,
// out[day][path], in the order of Grid().Days(). Queue -1 stands for all queues.
func (p *Paths) DayTotals(queue int) [][]int64 {
	days := p.grid.Days()
	out := make([][]int64, len(days))
	for k := range out {
		out[k] = make([]int64, p.n)
	}
	for path := range p.n {
		for _, q := range p.selection(queue) {
			counts := p.Counts(path, q)
			for k, d := range days {
				for _, c := range counts[d.First:d.End] {
					out[k][path] += int64(c)
				}
			}
		}
	}
	return out
}

// Totals returns the calls of the whole grid per path. Queue -1 stands for all queues.
func (p *Paths) Totals(queue int) []int64 {
	out := make([]int64, p.n)
	for path := range out {
		for _, q := range p.selection(queue) {
			for _, c := range p.Counts(path, q) {
				out[path] += int64(c)
			}
		}
	}
	return out
}

// selection returns the queues that an index names; it panics on one that does not exist.
func (p *Paths) selection(queue int) []int {
	if queue >= 0 && queue < len(p.queues) {
		return []int{queue}
	}
	if queue != -1 {
		panic(fmt.Sprintf("forecast: queue index %d of %d", queue, len(p.queues)))
	}
	all := make([]int, len(p.queues))
	for q := range all {
		all[q] = q
	}
	return all
}
