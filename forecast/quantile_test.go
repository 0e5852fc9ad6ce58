package forecast

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The quantile at p is the least value that a share p of the values does not exceed.
func TestQuantilesInvertTheDistribution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.SliceOfN(rapid.IntRange(-50, 50), 1, 60).Draw(t, "x")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		slices.Sort(x)
		q := Quantiles(x, []float64{p})[0]
		share := func(limit int) float64 {
			i, _ := slices.BinarySearch(x, limit+1)
			return float64(i) / float64(len(x))
		}
		if share(q) < p-1e-9 {
			t.Fatalf("%d at %v: only %v do not exceed it", q, p, share(q))
		}
		if p > 1e-9 && share(q-1) >= p+1e-9 {
			t.Fatalf("%d at %v: %v do not exceed one less", q, p, share(q-1))
		}
	})
}

func TestQuantilesOfWholeShares(t *testing.T) {
	x := make([]int, 1000)
	for i := range x {
		x[i] = i + 1
	}
	got := Quantiles(x, []float64{0, 0.025, 0.05, 0.1, 0.5, 0.95, 1})
	if want := []int{1, 25, 50, 100, 500, 950, 1000}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}
