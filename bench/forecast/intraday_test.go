package main

import "testing"

// The rest of the day is forecast no worse than by factor updating, in every cell, and
// the bands of intervals hold what they promise within 10 and 3 points of 80 and 95 %.
func TestIntradayHolds(t *testing.T) {
	cells, err := intraday(shared(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cells {
		if c.ratio() > 1.002 {
			t.Errorf("%s at %02d:%02d: WAPE %.4f of the rest, %.4f by factor updating", c.dataset, c.cut/60, c.cut%60, c.ours.wape(), c.peers[3].wape())
		}
		if in := c.ours.in80 / c.ours.n; in < 0.7 || in > 0.9 {
			t.Errorf("%s at %02d:%02d: 80 %% bands hold %.3f", c.dataset, c.cut/60, c.cut%60, in)
		}
		if in := c.ours.in95 / c.ours.n; in < 0.92 || in > 0.98 {
			t.Errorf("%s at %02d:%02d: 95 %% bands hold %.3f", c.dataset, c.cut/60, c.cut%60, in)
		}
	}
}
