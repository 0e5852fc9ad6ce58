package uplift

import (
	"context"
	"math"
	"slices"
)

// Some rhythms are strong in one queue and absent in the next: the turn of the month,
// weekdays that change with the season. Given to every base in full they would take
// calls from the causes beside them; kept from all, they would be taken for effects. So
// the columns of such a rhythm share a scale that the records choose.

// optional are columns [from, to) of a base with a common scale.
type optional struct {
	from, to int
	sd       []float64 // prior standard deviations at a scale of 1
	scales   []scale
}

// A scale is one that may be chosen, with its prior weight.
type scale struct{ by, weight float64 }

// Ten real series, in stretches of 150 and 400 open days, choose them as follows: the
// turn of the month is strong in two banks, weaker at a reservations desk, absent in
// calls for ambulances; weekdays change at the desk and in one bank, and stay as they
// are in all others.
var (
	turnScales  = [...]scale{{0, .3}, {.5, .3}, {1, .3}, {2, .1}}
	driftScales = [...]scale{{0, .5}, {1, .2}, {2, .2}, {4, .1}}
)

// mayHave makes the columns from one on optional; until choose they have a scale of 1.
func (b *base) mayHave(from int, scales []scale) {
	if from == len(b.z) {
		return
	}
	o := optional{from, len(b.z), slices.Clone(b.zsd[from:]), scales}
	b.open = append(b.open, o)
}

// setDrift adds weekdays that change over the history: smooth waves of half its
// length and less.
func (b *base) setDrift(column func(sd float64, f func(i int) float64)) {
	days := len(b.q.run.open)
	for w := range 7 {
		for j := 1; j <= min(2+days/250, driftWaves); j++ {
			column(driftSD/float64(j), func(i int) float64 {
				if int(b.q.run.date(i).Weekday()) != w {
					return 0
				}
				return b.q.part[i] * math.Cos(math.Pi*float64(j)*(float64(i)+.5)/float64(days))
			})
		}
	}
}

const (
	driftSD    = .015
	driftWaves = 4
)

// choose finds the scales of the optional columns by their posterior, at the noise as
// it is. effects and more are those of newLikelihood.
func (b *base) choose(ctx context.Context, mean []float64, effects [][]float64, more []float64) {
	if len(b.open) == 0 {
		return
	}
	for _, o := range b.open {
		copy(b.zsd[o.from:o.to], o.sd)
	}
	k := newLikelihood(b, mean, effects, more)
	c, square := k.products(b.noise)
	raw, by := slices.Clone(k.gram.v), make([]float64, len(c))
	picked, best, top := make([]int, len(b.open)), make([]int, len(b.open)), math.Inf(-1)
	for done := false; !done; done = next(picked, b.open) {
		for i := range by {
			by[i] = 1
		}
		log := 0.0
		for i, o := range b.open {
			s := o.scales[picked[i]]
			log += math.Log(s.weight)
			for j := o.from; j < o.to; j++ {
				by[j] = s.by
			}
		}
		copy(k.gram.v, raw)
		if log -= k.value(ctx, k.rescale(by, c), square); log > top {
			top = log
			copy(best, picked)
		}
	}
	for i, o := range b.open {
		for j := range o.sd {
			b.zsd[o.from+j] = o.sd[j] * o.scales[best[i]].by
		}
	}
}

// next counts through all choices; it reports true when it is back at the first.
func next(picked []int, open []optional) (done bool) {
	for i := range picked {
		if picked[i]++; picked[i] < len(open[i].scales) {
			return false
		}
		picked[i] = 0
	}
	return true
}
