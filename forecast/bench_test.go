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

// BenchmarkQueue is one queue from history to bands: the fit on two years of half
// hours, 1,000 paths of four weeks.
func BenchmarkQueue(b *testing.B) {
	in := sixQueues(b)[2:3]
	b.ReportAllocs()
	for b.Loop() {
		m := mustFit(b, in...)
		mustSimulate(b, m, "2026-07-01", "2026-07-28", 1000, 1)
	}
}

// BenchmarkFiveHundredQueues fits them together and draws the paths of each in turn.
func BenchmarkFiveHundredQueues(b *testing.B) {
	if testing.Short() {
		b.Skip("half a minute")
	}
	six := sixQueues(b)
	var history []Input
	for k := range 500 {
		in := six[k%6]
		in.Queue = fmt.Sprint("queue ", k)
		history = append(history, in)
	}
	g, err := interval.DayGrid(interval.MustDate("2026-07-01"), interval.MustDate("2026-07-28"), six[0].Series.Grid().Step(), six[0].Calendar.Location())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		m := mustFit(b, history...)
		for _, in := range history {
			if _, err := m.SimulateQueue(b.Context(), in.Queue, g, 1000, 1); err != nil {
				b.Fatal(err)
			}
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
