package impact

import "testing"

// One request on a small center: 40 weeks of three queues, 1000 paths, four options.
func BenchmarkAssess(b *testing.B) {
	h, r, o := fixtureHistory(b), fixtureRequest(), fixtureOptions()
	o.Paths = 1000
	for b.Loop() {
		if _, err := Assess(b.Context(), h, r, o); err != nil {
			b.Fatal(err)
		}
	}
}
