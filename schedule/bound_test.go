package schedule

import (
	"math/rand/v2"
	"testing"
	"time"
)

// Whatever the prices, the bound stays below every plan: prices from nowhere, seats,
// limits and need beyond both.
func TestBoundHoldsForAnyPrices(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	rng := rand.New(rand.NewPCG(9, 10))
	for range 60 {
		need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
		for h := 16; h < 24; h++ {
			need.Agents[h] = float64(rng.IntN(3))
		}
		need.Agents[17] = 1
		opt := Options{UnderCents: 9000, OverCents: int64(rng.IntN(3)) * 300}
		if rng.IntN(2) == 0 {
			opt.Seats = []int{1 + rng.IntN(2)}
		}
		d, err := newDay(need, g.Days()[0], tiny(), opt)
		if err != nil {
			t.Fatal(err)
		}
		prices := make([]float64, len(d.need))
		for i := range prices {
			prices[i] = float64((rng.Float64() - 0.3) * 400000)
		}
		want := cover(t, need, tiny(), opt).Cost.Total
		if bound := d.bound(prices); bound > want*60+30 {
			t.Errorf("bound %d above a plan of cost %d", bound/60, want)
		}
	}
}
