package uplift

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

// poisson draws from the Poisson distribution of mean lambda, not negative: by
// inversion below 10, above it by transformed rejection (Hörmann 1993, in gonum).
func poisson(lambda float64, r *rand.Rand) int32 {
	if lambda <= 0 {
		return 0
	}
	if lambda >= 10 {
		return int32(distuv.Poisson{Lambda: lambda, Src: r}.Rand())
	}
	u := r.Float64()
	if u <= 1-lambda { // exp(-lambda) lies above: most draws of a small mean end here
		return 0
	}
	p, k := math.Exp(-lambda), int32(0)
	for u > p && p > 0 {
		u -= p
		k++
		p *= lambda / float64(k)
	}
	return k
}

// binomial draws how many of n are taken when each is with probability p, 0 to 1:
// by inversion where few are, else by gonum.
func binomial(n int32, p float64, r *rand.Rand) int32 {
	switch {
	case n <= 0 || p <= 0:
		return 0
	case p >= 1:
		return n
	case p > .5:
		return n - binomial(n, 1-p, r)
	case float64(n)*p >= 10:
		return int32(distuv.Binomial{N: float64(n), P: p, Src: r}.Rand())
	}
	u, odds := r.Float64(), p/(1-p)
	f := math.Exp(float64(n) * math.Log1p(-p))
	k := int32(0)
	for u > f && k < n {
		u -= f
		k++
		f *= odds * float64(n-k+1) / float64(k)
	}
	return k
}
