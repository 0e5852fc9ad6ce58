package erlang

import (
	"math"
	"testing"
)

// surgeDay is a day of 24 half hours on which a morning of 250 erlangs turns into a surge of 500
// while the roster, some 400 agents at most, was made for less.
func surgeDay(rule ShiftEnd) Day {
	d := Day{Target: 60, ShiftEnd: rule}
	for i := range 24 {
		load := 120 + 160*math.Sin(math.Pi*float64(i)/24)
		agents := int(1.1 * load)
		if i >= 10 && i < 18 {
			load *= 1.8
			agents = min(400, int(1.35*float64(agents)))
		}
		d.Intervals = append(d.Intervals, DayInterval{Seconds: 1800, Calls: load * 1800 / 300, AHT: 300, Patience: 240, Agents: agents})
	}
	return d
}

func BenchmarkSurgeDay(b *testing.B) {
	for _, rule := range []ShiftEnd{Exhaustive, Preempt} {
		b.Run(rule.String(), func(b *testing.B) {
			d := surgeDay(rule)
			for b.Loop() {
				if _, err := EvalDay(d); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
