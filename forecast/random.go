package forecast

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// A draw is a stream of random numbers that can be set to any key: what a key
// yields depends on nothing else, so paths do not depend on threads, on other
// queues or on other days.
type draw struct {
	pcg rand.PCG
	*rand.Rand
}

func newDraw() *draw {
	d := &draw{}
	d.Rand = rand.New(&d.pcg)
	return d
}

// at sets the stream to a key.
func (d *draw) at(key ...uint64) {
	h := uint64(0x9e3779b97f4a7c15)
	for _, k := range key {
		h = mix(h ^ k)
	}
	d.pcg.Seed(h, mix(h))
}

// uniform returns a number in (0, 1]. It goes past rand.Rand, whose call through
// an interface is a third of the cost.
func (d *draw) uniform() float64 { return float64(d.pcg.Uint64()>>11+1) * 0x1p-53 }

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014, OOPSLA).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// nameKey turns the name of a queue into a key.
func nameKey(name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return h.Sum64()
}

// gamma returns a gamma variate of the given shape and mean 1: the method of
// Marsaglia and Tsang (2000, ACM TOMS 26:363), with their boost below shape 1.
func (d *draw) gamma(shape float64) float64 {
	if shape < 1 {
		// Γ(a) = Γ(a+1)·U^(1/a); the means are a and a+1.
		return d.gamma(shape+1) * (shape + 1) / shape * math.Pow(d.uniform(), 1/shape)
	}
	k := shape - 1.0/3
	c := 1 / math.Sqrt(9*k)
	for {
		x := d.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		u := d.uniform()
		if u < 1-0.0331*x*x*x*x || math.Log(u) < 0.5*x*x+k*(1-v+math.Log(v)) {
			return k * v / shape
		}
	}
}

// reciprocals spares the inversion its divisions.
var reciprocals = func() (r [128]float64) {
	for k := 1; k < len(r); k++ {
		r[k] = 1 / float64(k)
	}
	return r
}()

// poisson returns a Poisson variate: by inversion below mean 10, else by the
// transformed rejection PTRS of Hörmann (1993, Insurance: Mathematics and
// Economics 12:39).
func (d *draw) poisson(mean float64) int32 {
	if !(mean >= 10) { // a NaN must not loop below
		p := math.Exp(-mean)
		k := int32(0)
		for u := d.uniform() - p; u > 0 && k < int32(len(reciprocals))-1; u -= p {
			k++
			p *= mean * reciprocals[k]
		}
		return k
	}
	b := 0.931 + 2.53*math.Sqrt(mean)
	a := -0.059 + 0.02483*b
	vr := 0.9277 - 3.6224/(b-2)
	for {
		u, v := d.uniform()-0.5, d.uniform()
		us := 0.5 - math.Abs(u)
		k := math.Floor((2*a/us+b)*u + mean + 0.43)
		if us >= 0.07 && v <= vr {
			return int32(k)
		}
		if k < 0 || us < 0.013 && v > us {
			continue
		}
		inv := 1.1239 + 1.1328/(b-3.4)
		if math.Log(v*inv/(a/(us*us)+b)) <= logPoisson(k, mean) {
			return int32(k)
		}
	}
}

// logPoisson returns the log probability of k at a mean of 10 or more. From k = 10
// on Stirling's series replaces log k!, with an error below 1e-8.
func logPoisson(k, mean float64) float64 {
	if k < 10 {
		lg, _ := math.Lgamma(k + 1)
		return k*math.Log(mean) - mean - lg
	}
	r := 1 / k
	return k*math.Log(mean*r) + k - mean - 0.5*math.Log(2*math.Pi*k) - r*(1.0/12-r*r*(1.0/360-r*r/1260))
}
