package forecast

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func TestPoisson(t *testing.T) {
	d := newDraw()
	for _, mean := range []float64{0, 0.02, 0.7, 3, 9.99, 10, 14, 60, 900} {
		d.at(5, math.Float64bits(mean))
		const n = 40000
		seen := map[int32]float64{}
		for range n {
			seen[d.poisson(mean)]++
		}
		if mean == 0 {
			if seen[0] != n {
				t.Errorf("mean 0: %v", seen)
			}
			continue
		}
		// Pearson's statistic over the cells that expect ten and more.
		law, chi, cells, rest := distuv.Poisson{Lambda: mean}, 0.0, 0.0, float64(n)
		for k := range int32(2000) {
			if e := n * law.Prob(float64(k)); e >= 10 {
				chi += sq(seen[k]-e) / e
				cells++
				rest -= seen[k]
			}
		}
		if limit := cells + 5*math.Sqrt(2*cells); chi > limit {
			t.Errorf("mean %v: chi-square %.1f on %.0f cells", mean, chi, cells)
		}
		if rest > 0.05*n {
			t.Errorf("mean %v: %v draws in the far tails", mean, rest)
		}
	}
}

func TestLogPoisson(t *testing.T) {
	for _, mean := range []float64{10, 33, 1000} {
		for k := range 2000 {
			want := distuv.Poisson{Lambda: mean}.LogProb(float64(k))
			if got := logPoisson(float64(k), mean); math.Abs(got-want) > 1e-7*max(1, math.Abs(want)) {
				t.Fatalf("mean %v, %d: %v, want %v", mean, k, got, want)
			}
		}
	}
}

func TestGamma(t *testing.T) {
	d := newDraw()
	for _, shape := range []float64{0.05, 0.5, 1, 4, 300} {
		d.at(6, math.Float64bits(shape))
		const n = 100000
		m, v := 0.0, 0.0
		for range n {
			g := d.gamma(shape)
			if !(g >= 0) {
				t.Fatalf("shape %v: %v", shape, g)
			}
			m += g / n
			v += sq(g-1) / n
		}
		// The variance of a gamma of mean 1 is 1/shape, its kurtosis 3 + 6/shape.
		if e := 5 / math.Sqrt(shape*n); math.Abs(m-1) > e {
			t.Errorf("shape %v: mean %v", shape, m)
		}
		if e := 5 * math.Sqrt((2+6/shape)/n) / shape; math.Abs(v-1/shape) > e {
			t.Errorf("shape %v: variance %v, want %v", shape, v, 1/shape)
		}
	}
}
