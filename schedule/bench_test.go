package schedule

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

func BenchmarkCoverDay(b *testing.B) {
	g := grid(b, "2026-05-04", "2026-05-04", 30*time.Minute)
	need := Requirement{Grid: g, Agents: humps(g, 25)}
	for b.Loop() {
		plan, err := Cover(b.Context(), need, []Pattern{fullTime(), partTime()}, options())
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(100*plan.Gap, "gap%")
	}
}

func BenchmarkCoverWeekOfTwoPools(b *testing.B) {
	g := grid(b, "2026-05-04", "2026-05-10", 30*time.Minute)
	for b.Loop() {
		for _, peak := range []float64{25, 8} {
			if _, err := Cover(b.Context(), Requirement{Grid: g, Agents: humps(g, peak)}, []Pattern{fullTime(), partTime()}, options()); err != nil {
				b.Fatal(err)
			}
		}
	}
}

func BenchmarkRelaxation(b *testing.B) {
	g := grid(b, "2026-05-04", "2026-05-04", 30*time.Minute)
	d, err := newDay(Requirement{Grid: g, Agents: humps(g, 25)}, g.Days()[0], []Pattern{fullTime(), partTime()}, options())
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := newRelaxation(d).solve(b.Context(), 0); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOnPositionYear(b *testing.B) {
	g := grid(b, "2026-01-01", "2026-12-31", 15*time.Minute)
	t := Template{}
	for d := range time.Weekday(5) {
		for range 25 {
			t.Rows = append(t.Rows, Row{Pool: "english", Weekday: d + 1, Span: interval.Span{Open: 480, Close: 990}, Breaks: []interval.Span{{Open: 720, Close: 750}}})
		}
	}
	for b.Loop() {
		t.OnPosition("english", g, nil)
	}
}

func BenchmarkCoverDayOfPaths(b *testing.B) {
	g := grid(b, "2026-05-04", "2026-05-04", 30*time.Minute)
	need := Requirement{Grid: g, Paths: mailingDays(rand.New(rand.NewPCG(1, 2)), humps(g, 25), 200)}
	opt := options()
	opt.Work = 3000
	for b.Loop() {
		plan, err := CoverWeeks(b.Context(), need, []Pattern{fullTime(), partTime()}, nil, opt)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(100*plan.Gap, "gap%")
	}
}
