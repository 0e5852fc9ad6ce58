package forecast

import (
	"fmt"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

// sixQueues is the size the package is meant for: two years of half hours, open
// around the clock.
func sixQueues(b *testing.B) []Input {
	w := office(2400, 1)
	w.hours, w.week = interval.Span{Open: 0, Close: 1440}, [7]bool{true, true, true, true, true, true, true}
	cal := w.calendar(b)
	var history []Input
	for k := range 6 {
		w.level = []float64{3000, 2000, 1200, 800, 300, 60}[k]
		history = append(history, w.historyOn(b, fmt.Sprint("queue ", k), cal, "2024-07-01", "2026-06-30"))
	}
	return history
}

func BenchmarkFit(b *testing.B) {
	history := sixQueues(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Fit(b.Context(), history, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSimulate(b *testing.B) {
	m := mustFit(b, sixQueues(b)...)
	b.ReportAllocs()
	for b.Loop() {
		mustSimulate(b, m, "2026-07-01", "2026-08-11", 1000, 1)
	}
}

func BenchmarkQuantile(b *testing.B) {
	m := mustFit(b, sixQueues(b)...)
	p := mustSimulate(b, m, "2026-07-01", "2026-08-11", 1000, 1)
	b.ReportAllocs()
	for b.Loop() {
		p.Quantile(-1, []float64{0.05, 0.25, 0.5, 0.75, 0.95})
	}
}
