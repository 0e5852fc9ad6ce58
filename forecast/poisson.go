package forecast

import (
	"math"
	"sync"
)

// poisson returns a Poisson variate: below mean 10 by tables, from there by PD.
func (d *draw) poisson(mean float64) int32 {
	if !(mean >= poissonTop) { // a NaN must not loop below
		return d.fewCalls(mean)
	}
	return d.manyCalls(mean)
}

// Below mean 10 a count is the sum of two: one of the mean rounded down to a
// multiple of 1/8, by the alias method (Walker 1977, ACM TOMS 3:253; Vose 1991,
// IEEE Trans. Software Eng. 17:972), and one of the rest, which is nearly always 0.
const (
	poissonTop   = 10
	poissonSteps = 8  // tables per call
	poissonCells = 64 // counts per table: the probability of more is below 1e-25
)

// An aliasTable draws k by a fair choice of a cell, which then keeps its own
// number with probability keep and else passes it on.
type aliasTable struct {
	keep  [poissonCells]uint32 // of 2^29
	alias [poissonCells]uint8
}

var poissonTables = sync.OnceValue(func() *[poissonTop * poissonSteps]aliasTable {
	tables := &[poissonTop * poissonSteps]aliasTable{}
	for j := range tables {
		mean := float64(j) / poissonSteps
		var p [poissonCells]float64
		p[0] = math.Exp(-mean)
		for k := 1; k < poissonCells; k++ {
			p[k] = p[k-1] * mean / float64(k)
		}
		tables[j].fill(p)
	}
	return tables
})

// fill pairs cells that have too little with cells that have too much.
func (t *aliasTable) fill(p [poissonCells]float64) {
	var poor, rich []int
	for k := range p {
		p[k] *= poissonCells
		if p[k] < 1 {
			poor = append(poor, k)
		} else {
			rich = append(rich, k)
		}
	}
	for k := range t.keep {
		t.keep[k], t.alias[k] = 1<<29, uint8(k)
	}
	for len(poor) > 0 && len(rich) > 0 {
		k, r := poor[len(poor)-1], rich[len(rich)-1]
		poor = poor[:len(poor)-1]
		t.keep[k], t.alias[k] = uint32(p[k]*(1<<29)+0.5), uint8(r)
		if p[r] -= 1 - p[k]; p[r] < 1 {
			rich, poor = rich[:len(rich)-1], append(poor, r)
		}
	}
}

// fewCalls spends one random word: 6 bits choose a cell, 29 whether it keeps its
// number, 29 draw the rest; probabilities are right to 2e-9.
func (d *draw) fewCalls(mean float64) int32 {
	if !(mean > 0) {
		return 0
	}
	j := int(mean * poissonSteps)
	word := d.count.Uint64()
	t, cell := &d.tables[j], word>>58
	k := int32(cell)
	if uint32(word>>29)&(1<<29-1) >= t.keep[cell] {
		k = int32(t.alias[cell])
	}
	rest := mean - float64(j)/poissonSteps
	u := float64(word&(1<<29-1)) * 0x1p-29
	if u <= 1-rest { // exp(-x) is no less
		return k
	}
	p := math.Exp(-rest)
	for n := 1.0; u >= p && n < 20; n++ {
		u -= p
		p *= rest / n
		k++
	}
	return k
}

// manyCalls is PD of Ahrens and Dieter (1982, ACM TOMS 8:163) for a mean of 10 or
// more: a rounded normal variate, which is taken at once in most cases, rejected
// with small probability below the mean, and then replaced by one from the
// difference of the two laws under a double exponential.
func (d *draw) manyCalls(mean float64) int32 {
	s := math.Sqrt(mean)
	t, u := d.normal()
	g := mean + s*t
	if g >= 0 {
		k := float64(int64(g))
		// At once, or by the squeeze: one branch, which nearly always goes one way.
		if gap := mean - k; gap*gap*gap <= max(6*mean*mean*u, 1.1484*1.1484*1.1484) {
			return int32(k)
		}
		log, f := roundedNormal(k, mean, s)
		if f*(1-u) <= math.Exp(logPoisson(k, mean)-log) {
			return int32(k)
		}
	}
	for {
		e := -math.Log(d.uniform())
		u := 2*d.uniform() - 1
		t := 1.8 + math.Copysign(e, u)
		if t <= -0.6744 {
			continue
		}
		k := math.Floor(mean + s*t)
		log, f := roundedNormal(k, mean, s)
		if 0.1069/mean*math.Abs(u) <= math.Exp(logPoisson(k, mean)+e)-f*math.Exp(log+e) {
			return int32(k)
		}
	}
}

// roundedNormal returns the probability f·exp(log) that a normal variate of that
// mean and of deviation s, rounded down, is k: the density at the middle, less what the
// curve bends (Ahrens and Dieter, eq. 9 and step P).
func roundedNormal(k, mean, s float64) (log, f float64) {
	b1 := 1 / (24 * mean)
	b2 := 0.3 * b1 * b1
	c3 := b1 * b2 / 7
	c2 := b2 - 15*c3
	c1 := b1 - 6*b2 + 45*c3
	c0 := 1 - b1 + 3*b2 - 15*c3
	x := (k - mean + 0.5) / s
	x *= x
	return -0.5 * x, (((c3*x+c2)*x+c1)*x + c0) / (math.Sqrt(2*math.Pi) * s)
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
