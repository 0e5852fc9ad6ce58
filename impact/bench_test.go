package impact

import (
	"testing"
	"time"
)

// One request on a small center: 40 weeks of three queues, 1000 paths, four options.
func BenchmarkAssess(b *testing.B) {
	c := fixtureCenter(b)
	c.Step = 30 * time.Minute
	h := historyOf(b, c, date("2025-08-25"), date("2026-05-31"), map[string]float64{"general": 400, "water-en": 250, "water-es": 60})
	r, o := fixtureRequest(), fixtureOptions()
	o.Paths = 1000
	for b.Loop() {
		if _, err := Assess(b.Context(), h, r, o); err != nil {
			b.Fatal(err)
		}
	}
}
