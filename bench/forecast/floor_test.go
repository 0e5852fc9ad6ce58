package main

import (
	"math"
	"testing"
)

// Small means by hand: E|Y-μ| of μ = 1 is 2/e, of μ = 1/2 it is e^-½; large ones are √(2μ/π).
func TestPoissonDeviation(t *testing.T) {
	for mu, want := range map[float64]float64{0: 0, 1: 2 / math.E, 0.5: math.Exp(-0.5), 1e4: math.Sqrt(2e4 / math.Pi)} {
		if got := poissonDeviation(mu); math.Abs(got-want) > 1e-4*want {
			t.Errorf("mean %v: %v, want %v", mu, got, want)
		}
	}
}
