package erlang

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// A day of half hours with two peaks, closed at both ends.
func sampleDay(scale float64) []Line {
	lines := make([]Line, 28)
	for i := range lines {
		x := float64(i)
		load := scale * (math.Exp(-(x-8)*(x-8)/18) + 0.8*math.Exp(-(x-18)*(x-18)/30))
		if i == 0 || i == 27 {
			load = 0
		}
		lines[i] = Line{Load: load, AHT: 300, Patience: 180, Target: 20}
	}
	return lines
}

func TestPeriodPlanHolds(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 1))
	for range 60 {
		lines := sampleDay(math.Exp(rng.Float64() * 5))
		d := Definition(1 + rng.IntN(5))
		level := 0.5 + 0.45*rng.Float64()
		floor := rng.IntN(4)
		each := level * float64(rng.IntN(2)) * rng.Float64()
		p, err := RequiredPeriodA(lines, PeriodGoal{Level: d, MinLevel: level, MinEach: each, Floor: floor})
		if err != nil {
			t.Fatal(err)
		}
		total, calls, met := 0, 0.0, 0.0
		for i, l := range lines {
			v, _ := LevelA(float64(p.Agents[i]), l, d)
			total += p.Agents[i]
			calls += l.Load
			met += l.Load * v
			if l.Load > 0 && (p.Agents[i] < floor || v < p.Lowest-1e-12 || v < each) || l.Load == 0 && p.Agents[i] != 0 {
				t.Errorf("interval %d: %d agents, level %v in %+v", i, p.Agents[i], v, p)
			}
		}
		if total != p.Total || math.Abs(met/calls-p.Level) > 1e-12 || p.Level < level {
			t.Errorf("total %d, level %v: %+v, asked %v", total, met/calls, p, level)
		}
		if p.AtLeast > p.Total || p.Total > p.Interval {
			t.Errorf("the bounds are out of order: %+v", p)
		}
	}
}

// Against the best of all plans, found by dynamic programming over the agents spent.
func TestPeriodPlanIsLeast(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 2))
	for range 30 {
		lines := make([]Line, 5)
		for i := range lines {
			lines[i] = Line{Load: 0.3 + 12*rng.Float64(), AHT: 200 + 200*rng.Float64(), Patience: 60 + 300*rng.Float64(), Target: 20}
		}
		level, floor := 0.6+0.35*rng.Float64(), rng.IntN(3)
		p, err := RequiredPeriodA(lines, PeriodGoal{Level: SLOffered, MinLevel: level, Floor: floor})
		if err != nil {
			t.Fatal(err)
		}
		if best := leastByTable(lines, level, floor); p.Total-best > 1 || p.AtLeast > best {
			t.Errorf("%d agent-intervals (at least %d), best %d: %+v", p.Total, p.AtLeast, best, lines)
		}
	}
}

func leastByTable(lines []Line, level float64, floor int) int {
	const most = 150
	calls := 0.0
	for _, l := range lines {
		calls += l.Load / l.AHT
	}
	best := make([]float64, most+1) // greatest share answered with so many agents in all
	for _, l := range lines {
		next := make([]float64, most+1)
		for i := range next {
			next[i] = -1
		}
		for n := floor; n <= 40; n++ {
			v, _ := LevelA(float64(n), l, SLOffered)
			for spent := 0; spent+n <= most; spent++ {
				if best[spent] >= 0 {
					next[spent+n] = max(next[spent+n], best[spent]+v*l.Load/l.AHT/calls)
				}
			}
		}
		best = next
	}
	for total, v := range best {
		if v >= level {
			return total
		}
	}
	return most + 1
}

func TestPeriodRefusesNonsense(t *testing.T) {
	good := sampleDay(10)
	bad := sampleDay(10)
	bad[3].AHT = -1
	for _, tt := range []struct {
		lines []Line
		goal  PeriodGoal
		want  string
	}{
		{nil, PeriodGoal{Level: SLOffered, MinLevel: 0.8}, "no intervals"},
		{bad, PeriodGoal{Level: SLOffered, MinLevel: 0.8}, "interval 3: erlang: AHT is -1"},
		{good, PeriodGoal{MinLevel: 0.8}, "definition"},
		{good, PeriodGoal{Level: SLOffered, MinLevel: 80}, "MinLevel is 80"},
		{good, PeriodGoal{Level: SLOffered, MinLevel: 0.8, MinEach: 0.9}, "MinEach is 0.9"},
		{good, PeriodGoal{Level: SLOffered, MinLevel: 0.8, Floor: -1}, "Floor is -1"},
	} {
		if _, err := RequiredPeriodA(tt.lines, tt.goal); err == nil || !contains(err, tt.want) {
			t.Errorf("%v, want %q", err, tt.want)
		}
	}
	quiet, err := RequiredPeriodC([]Line{{AHT: 300}, {AHT: 300}}, PeriodGoal{Level: SLOffered, MinLevel: 0.8, Floor: 2})
	if err != nil || quiet.Total != 0 || quiet.Level != 1 {
		t.Errorf("no calls at all: %+v, %v", quiet, err)
	}
}

// The day's target takes fewer agent-hours than the same target in every interval.
func ExampleRequiredPeriodA() {
	p, err := RequiredPeriodA(sampleDay(28), PeriodGoal{Level: SLOffered, MinLevel: 0.8, MinEach: 0.6, Floor: 2})
	fmt.Printf("%d agent half hours by day, %d by interval; level %.3f, lowest %.3f, %v\n", p.Total, p.Interval, p.Level, p.Lowest, err)
	// Output: 476 agent half hours by day, 491 by interval; level 0.801, lowest 0.610, <nil>
}

func BenchmarkRequiredPeriodA(b *testing.B) {
	lines := sampleDay(28)
	for b.Loop() {
		if _, err := RequiredPeriodA(lines, PeriodGoal{Level: SLOffered, MinLevel: 0.8}); err != nil {
			b.Fatal(err)
		}
	}
}
