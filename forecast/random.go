package forecast

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// A draw is a stream of random numbers that can be set to any key: what a key
// yields depends on nothing else, so paths do not depend on threads, on other
// queues or on other days. The words are those of SplitMix64 (Steele, Lea and Flood
// 2014, OOPSLA), a counter behind a hash: the next does not wait for the last
// as that of rand.PCG does.
type draw struct {
	count  counter
	tables *[poissonTop * poissonSteps]aliasTable
	*rand.Rand
}

// A counter is a source of random words for package rand.
type counter uint64

// Uint64 returns the next word.
func (c *counter) Uint64() uint64 {
	x := mix(uint64(*c))
	*c += golden
	return x
}

func newDraw() *draw {
	d := &draw{tables: poissonTables()}
	d.Rand = rand.New(&d.count)
	return d
}

// at sets the stream to a key.
func (d *draw) at(key ...uint64) {
	h := uint64(golden)
	for _, k := range key {
		h = mix(h ^ k)
	}
	d.count = counter(h)
}

// uniform returns a number in (0, 1]. It goes past rand.Rand, whose call through
// an interface is a third of the cost.
func (d *draw) uniform() float64 { return float64(d.count.Uint64()>>11+1) * 0x1p-53 }

// golden is 2^64 over the golden ratio, made odd.
const golden = 0x9e3779b97f4a7c15

// mix is the step and the finaliser of SplitMix64.
func mix(x uint64) uint64 {
	x += golden
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
// Marsaglia and Tsang (2000, ACM TOMS 26:363), with their boost below shape 1. Their
// squeeze u < 1-0.0331x⁴ holds for the smallest shape; with the c of each shape, as
// here, it spares nearly all logarithms (the least factor of c²x⁴ that never accepts
// wrongly is 0.198).
func (d *draw) gamma(shape float64) float64 {
	if shape < 1 {
		// Γ(a) = Γ(a+1)·U^(1/a); the means are a and a+1.
		return d.gamma(shape+1) * (shape + 1) / shape * math.Exp(math.Log(d.uniform())/shape)
	}
	k := shape - 1.0/3
	c := 1 / math.Sqrt(9*k)
	for {
		x, u := d.normal()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if x2 := x * x; u < 1-0.2*c*c*x2*x2 || math.Log(u) < 0.5*x2+k*(1-v+math.Log(v)) {
			return k * v / shape
		}
	}
}
