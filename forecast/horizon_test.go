package forecast

import (
	"math"
	"slices"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

// One horizon from the next day to 18 months: the days of a short forecast are those of a
// long one, path by path, and no day of the long one stands off its neighbours of the same
// weekday by more than season and chance make it.
func TestEighteenMonthsWithoutASeam(t *testing.T) {
	w := office(600, 81)
	m := mustFit(t, w.history(t, "q", "2024-01-01", "2025-12-31"))
	const n = 200
	long := mustSimulate(t, m, "2026-01-01", "2027-06-30", n, 1)
	for _, last := range []string{"2026-01-01", "2026-01-07", "2026-01-28", "2026-03-31"} {
		short := mustSimulate(t, m, "2026-01-01", last, n, 1)
		for path := range n {
			if !slices.Equal(short.Counts(path, 0), long.Counts(path, 0)[:short.Grid().Len()]) {
				t.Fatalf("path %d up to %s is not the beginning of the path up to June 2027", path, last)
			}
		}
	}
	totals, days := long.DayTotals(0), long.Grid().Days()
	mean := make([]float64, len(days))
	for k := range days {
		for _, v := range totals[k] {
			mean[k] += float64(v) / n
		}
	}
	for k := 7; k < len(days); k++ {
		if mean[k] == 0 || mean[k-7] == 0 {
			continue
		}
		// The month of the world turns by 0.16 in half a month, its season by 0.02 a week.
		if step := math.Log(mean[k] / mean[k-7]); math.Abs(step) > 0.16 {
			t.Errorf("%s has %.0f calls, a week before %.0f", days[k].Date, mean[k], mean[k-7])
		}
	}
}

// A forecast can start months after the history, and has the same days as one from its end.
func TestLateStartHasTheSameDays(t *testing.T) {
	m := mustFit(t, office(300, 82).history(t, "q", "2025-01-01", "2025-12-31"))
	all := mustSimulate(t, m, "2026-01-01", "2026-10-31", 30, 1)
	late := mustSimulate(t, m, "2026-10-01", "2026-10-31", 30, 1)
	from := 0
	for _, d := range all.Grid().Days() {
		if d.Date == interval.MustDate("2026-10-01") {
			from = d.First
		}
	}
	for path := range 30 {
		if !slices.Equal(all.Counts(path, 0)[from:], late.Counts(path, 0)) {
			t.Fatalf("path %d of October alone is not that of the year", path)
		}
	}
}
