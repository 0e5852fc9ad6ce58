package simulate

import (
	"hash/fnv"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// Purposes of random streams; each is a key of its own.
const (
	forDrift = iota + 1
	forBusyness
	forArrivals
	forAfterHours
	forCause
	forCauseDay
	forCauseArrivals
	forAbsence
	forFloor
)

// stream returns the generator of one purpose. Streams of different keys are
// independent, so that a queue or a cause can be added without disturbing others.
func stream(seed uint64, keys ...uint64) *rand.Rand {
	h := mix(seed + 0x9e3779b97f4a7c15)
	for _, k := range keys {
		h = mix(h ^ mix(k+0x9e3779b97f4a7c15))
	}
	return rand.New(rand.NewPCG(h, mix(h+0x9e3779b97f4a7c15)))
}

// mix is the finalizer of SplitMix64. Source: Steele, Lea, Flood, Fast splittable
// pseudorandom number generators, OOPSLA 2014.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// keyOf names a stream after a queue, an agent or a cause.
func keyOf(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}

// gamma draws from the gamma distribution with the given shape > 0 and scale 1.
func gamma(r *rand.Rand, shape float64) float64 {
	return distuv.Gamma{Alpha: shape, Beta: 1, Src: r}.Rand()
}

// busyness draws a gamma factor with mean 1 and coefficient of variation cv.
func busyness(r *rand.Rand, cv float64) float64 {
	if cv == 0 {
		return 1
	}
	return gamma(r, 1/(cv*cv)) * cv * cv
}

// dirichlet draws weights around w, which need not sum to 1; the result does.
// Concentration 0 returns w scaled to sum 1.
func dirichlet(r *rand.Rand, w []float64, concentration float64) []float64 {
	total := 0.0
	for _, x := range w {
		total += x
	}
	out := make([]float64, len(w))
	sum := 0.0
	for i, x := range w {
		switch {
		case x == 0:
		case concentration == 0:
			out[i] = x
		default:
			out[i] = gamma(r, concentration*x/total)
		}
		sum += out[i]
	}
	if sum == 0 { // every gamma underflowed: the concentration is absurdly small
		return dirichlet(r, w, 0)
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

// A ladder picks one of several names by their cumulative shares.
type ladder []float64

func newLadder(shares []Share) ladder {
	l := make(ladder, len(shares))
	sum := 0.0
	for i, s := range shares {
		sum += s.Share
		l[i] = sum
	}
	return l
}

// pick returns the index that u, 0 to 1, falls on, or -1 beyond the last.
func (l ladder) pick(u float64) int16 {
	for i, top := range l {
		if u < top {
			return int16(i)
		}
	}
	return -1
}
