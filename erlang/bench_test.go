package erlang

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// benchLoads returns 1,024 loads within a fifth of center, so that no memo and no branch
// history helps.
func benchLoads(center float64) []float64 {
	rng := rand.New(rand.NewPCG(1, 2))
	loads := make([]float64, 1024)
	for i := range loads {
		loads[i] = center * (0.8 + 0.4*rng.Float64())
	}
	return loads
}

// perLoad runs f over the loads of four sizes.
func perLoad(b *testing.B, f func(Line) error) {
	for _, center := range []float64{10, 100, 1000, 10000} {
		b.Run(fmt.Sprintf("erlangs=%g", center), func(b *testing.B) {
			loads, i := benchLoads(center), 0
			b.ReportAllocs()
			for b.Loop() {
				if err := f(Line{Load: loads[i&1023], AHT: 300, Patience: 180, Target: 20}); err != nil {
					b.Fatal(err)
				}
				i++
			}
		})
	}
}

func BenchmarkB(b *testing.B) {
	perLoad(b, func(l Line) error { _, err := B(float64(int(l.Load*1.02)), l.Load); return err })
}

func BenchmarkEvalC(b *testing.B) {
	perLoad(b, func(l Line) error { _, err := EvalC(float64(int(l.Load*1.05)+1), l); return err })
}

func BenchmarkEvalA(b *testing.B) {
	perLoad(b, func(l Line) error { _, err := EvalA(float64(int(l.Load*0.97)), l); return err })
}

func BenchmarkLevelA(b *testing.B) {
	perLoad(b, func(l Line) error { _, err := LevelA(float64(int(l.Load*0.97)), l, SLOffered); return err })
}

// Overloaded and well staffed queues take other branches than those near their load.
func BenchmarkEvalAOverload(b *testing.B) {
	perLoad(b, func(l Line) error { _, err := EvalA(float64(int(l.Load*0.8)), l); return err })
}

func BenchmarkAgentsC(b *testing.B) {
	g := ServiceLevel(SLOffered, 0.8)
	perLoad(b, func(l Line) error { _, err := AgentsC(l, g); return err })
}

func BenchmarkRequiredC(b *testing.B) {
	g := ServiceLevel(SLOffered, 0.8)
	perLoad(b, func(l Line) error { _, err := RequiredC(l, g); return err })
}

func BenchmarkAgentsA(b *testing.B) {
	for name, g := range map[string]Goal{
		"offered":  ServiceLevel(SLOffered, 0.8),
		"answered": ServiceLevel(SLAnswered, 0.8),
		"excl":     ServiceLevel(SLExclShortAbandons, 0.8),
		"abandon":  {MaxAbandon: 0.03},
	} {
		b.Run(name, func(b *testing.B) {
			perLoad(b, func(l Line) error { _, err := AgentsA(l, g); return err })
		})
	}
}

// yearLoads are the loads of 30 queues over a year of quarter hours: a bank of queues of 1 to 60
// erlangs at their busiest, two peaks a day, quiet weekends, a season, and 15% noise.
func yearLoads() []float64 {
	rng := rand.New(rand.NewPCG(3, 4))
	loads := make([]float64, 0, 96*30*365)
	for queue := range 30 {
		size := math.Pow(60, float64(queue)/29)
		for day := range 365 {
			level := size * (0.8 + 0.2*math.Sin(2*math.Pi*float64(day)/365))
			if day%7 >= 5 {
				level *= 0.4
			}
			for quarter := range 96 {
				hour := float64(quarter) / 4
				shape := 0.02 + math.Exp(-(hour-10)*(hour-10)/4) + 0.8*math.Exp(-(hour-15)*(hour-15)/6)
				loads = append(loads, level*shape*math.Exp(0.15*rng.NormFloat64()))
			}
		}
	}
	return loads
}

// A year of 30 queues, 1,051,200 requirements: one turn of the loop.
func BenchmarkYearA(b *testing.B) {
	loads := yearLoads()
	for name, g := range map[string]Goal{
		"offered": ServiceLevel(SLOffered, 0.8),
		"excl":    ServiceLevel(SLExclShortAbandons, 0.8),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for _, load := range loads {
					if _, err := AgentsA(Line{Load: load, AHT: 300, Patience: 180, Target: 20}, g); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N), "s/year")
		})
	}
}

func BenchmarkRequiredA(b *testing.B) {
	g := ServiceLevel(SLOffered, 0.8)
	perLoad(b, func(l Line) error { _, err := RequiredA(l, g); return err })
}

func BenchmarkRequiredTrunks(b *testing.B) {
	perLoad(b, func(l Line) error { _, err := RequiredTrunks(l.Load, 0.01); return err })
}

func BenchmarkMaxLoadA(b *testing.B) {
	g := ServiceLevel(SLOffered, 0.8)
	perLoad(b, func(l Line) error { _, _, err := MaxLoadA(float64(int(l.Load)), l, g); return err })
}
