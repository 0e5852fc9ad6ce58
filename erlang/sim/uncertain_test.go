package sim_test

import (
	"math"
	"testing"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/erlang/sim"
)

// Intervals whose loads stand at evenly spaced quantiles of the law, each simulated by itself:
// how many meet the goal, and what share of all their calls is answered in time.
func TestChanceAndLevelOfUncertainLoads(t *testing.T) {
	law, err := erlang.NewGammaLoad(20, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	goal := erlang.Goal{Level: erlang.SLOffered, MinLevel: 0.8}
	for _, tt := range []struct {
		name     string
		agents   float64
		patience sim.Dist
		line     erlang.Line
		chance   func(float64, erlang.Line, erlang.Goal, erlang.LoadLaw) (float64, error)
		level    func(float64, erlang.Line, erlang.Definition, erlang.LoadLaw) (float64, error)
	}{
		{"callers hang up", 23, sim.Exponential(180), erlang.Line{AHT: 300, Patience: 180, Target: 20}, erlang.ChanceA, erlang.ExpectedLevelA},
		{"callers stay", 27, sim.Never(), erlang.Line{AHT: 300, Target: 20}, erlang.ChanceC, erlang.ExpectedLevelC},
	} {
		t.Run(tt.name, func(t *testing.T) {
			chance, err := tt.chance(tt.agents, tt.line, goal, law)
			if err != nil {
				t.Fatal(err)
			}
			level, err := tt.level(tt.agents, tt.line, erlang.SLOffered, law)
			if err != nil {
				t.Fatal(err)
			}
			const n = 32
			met, inTime, all := 0, 0.0, 0.0
			for i := range n {
				load := law.Quantile((float64(i) + 0.5) / n)
				r := run(t, steady(load, 300, int(tt.agents), sim.Queue{Handle: sim.Exponential(300), Patience: tt.patience, Target: 20}))
				got := r.Interval(0, 1).SLOffered.Mean
				if got >= goal.MinLevel {
					met++
				}
				inTime, all = inTime+load*got, all+load
			}
			if share := float64(met) / n; math.Abs(share-chance) > 1.0/n {
				t.Errorf("chance by formula %.4f, simulated %.4f of %d intervals", chance, share, n)
			}
			// The quantiles are 32 points of the law; with each simulated to half a point, the sum
			// is good to a third of a point.
			if got := inTime / all; math.Abs(got-level) > 0.0035 {
				t.Errorf("call-weighted level by formula %.4f, simulated %.4f", level, got)
			}
		})
	}
}
