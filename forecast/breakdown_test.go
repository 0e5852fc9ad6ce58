package forecast

import (
	"math"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

// Parts multiply to the mean of the paths, for days and for intervals, with effects or
// without, and the sentence names the parts that matter.
func TestBreakMultipliesToTheMean(t *testing.T) {
	w := office(800, 71)
	w.hol = holidays
	m := mustFit(t, w.history(t, "q", "2024-01-01", "2025-12-31"), office(7, 72).history(t, "thin", "2024-01-01", "2025-12-31"))
	p := mustSimulate(t, m, "2026-01-01", "2026-01-14", 150, 1)
	with := p.Clone()
	for path := range with.Len() {
		for i, c := range with.Counts(path, 0) {
			with.Counts(path, 0)[i] = c + c/4
		}
	}
	for _, day := range p.Grid().Days() {
		for k, queue := range m.Queues() {
			for _, cell := range []int{-1, day.First + 4, day.First + 20, day.First + 30} {
				for _, effects := range []*Paths{nil, with} {
					b, err := m.Break(queue, day.Date, cell, p, effects)
					if err != nil {
						t.Fatal(err)
					}
					product := 1.0
					for _, part := range b.Parts {
						product *= part.Factor
					}
					of, from, end := p, day.First, day.End
					if effects != nil {
						of = effects
					}
					if cell >= 0 {
						from, end = cell, cell+1
					}
					if want := meanBetween(of, k, from, end); math.Abs(b.Mean-want) > 1e-9 || math.Abs(product-want) > 1e-9*want {
						t.Fatalf("%s %s at %d: the parts make %v, the mean is %v", queue, day.Date, cell, product, want)
					}
				}
			}
		}
	}
	b, err := m.Break("q", interval.MustDate("2026-01-05"), -1, p, with)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"q, Monday 2026-01-05: ", "As things stand an average day brings", "weekday makes it +", "what announced causes bring makes it +2"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q does not say %q", b, want)
		}
	}
	if _, err := m.Break("q", interval.MustDate("2026-03-05"), -1, p, nil); err == nil {
		t.Error("explained a day without paths")
	}
	if _, err := m.Break("q", interval.MustDate("2026-01-05"), 0, p, nil); err == nil {
		t.Error("explained an interval of another day")
	}
}

// Without enough history for chance to hide it, the spread is a small factor.
func TestBreakSpreadIsSmall(t *testing.T) {
	m := mustFit(t, office(800, 73).history(t, "q", "2024-01-01", "2025-12-31"))
	p := mustSimulate(t, m, "2026-01-05", "2026-01-09", 2000, 1)
	for _, day := range p.Grid().Days() {
		b, err := m.Break("q", day.Date, -1, p, nil)
		if err != nil {
			t.Fatal(err)
		}
		if s := b.Parts[len(b.Parts)-1]; s.Name != "spread" || math.Abs(s.Factor-1) > 0.02 {
			t.Errorf("%s: %+v", day.Date, s)
		}
	}
}
