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

func TestNormal(t *testing.T) {
	d := newDraw()
	d.at(7)
	const n, cells = 400000, 400
	law, seen, tail, signs := distuv.UnitNormal, [cells]float64{}, 0.0, 0.0
	for range n {
		x, u := d.normal()
		if !(u > 0 && u <= 1) {
			t.Fatalf("uniform %v", u)
		}
		seen[min(int(law.CDF(x)*cells), cells-1)]++
		tail += indicator(math.Abs(x) > zigR)
		signs += indicator(u < 0.5) * math.Copysign(1, x)
	}
	chi := 0.0
	for _, k := range seen {
		chi += sq(k-n/cells) / (n / cells)
	}
	if limit := cells + 5*math.Sqrt(2*cells); chi > limit {
		t.Errorf("chi-square %.1f on %d cells", chi, cells)
	}
	if want := 2 * n * law.CDF(-zigR); math.Abs(tail-want) > 5*math.Sqrt(want) {
		t.Errorf("%v beyond the lowest layer, want about %.0f", tail, want)
	}
	if math.Abs(signs) > 5*math.Sqrt(n/2) {
		t.Errorf("the uniform knows the sign: %v", signs)
	}
}

// A gamma rate and single calls make negative binomial counts.
func TestNegativeBinomial(t *testing.T) {
	d := newDraw()
	for _, tt := range []struct{ mean, w float64 }{{0.1, 1.5}, {2.5, 3}, {12, 1.2}, {80, 4}} {
		d.at(8, math.Float64bits(tt.mean))
		const n = 60000
		seen := map[int]float64{}
		size := tt.mean / (tt.w - 1)
		for range n {
			seen[int(d.poisson(tt.mean*d.gamma(size)))]++
		}
		chi, cells := 0.0, 0.0
		log := size * math.Log(1/tt.w) // of the probability of 0
		for k := range 2000 {
			if e := n * math.Exp(log); e >= 10 {
				chi += sq(seen[k]-e) / e
				cells++
			}
			log += math.Log((size + float64(k)) / float64(k+1) * (1 - 1/tt.w))
		}
		if limit := cells + 5*math.Sqrt(2*cells); chi > limit {
			t.Errorf("mean %v, w %v: chi-square %.1f on %.0f cells", tt.mean, tt.w, chi, cells)
		}
	}
}
