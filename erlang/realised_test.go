package erlang

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// A queue loop without any formula: each call starts when it has come and an agent is free.
func simulateLate(rng *rand.Rand, agents int, l Line, seconds float64, intervals int) []float64 {
	free := make([]float64, agents) // a heap would be faster, this is plain
	now, end, next := 0.0, 50*l.AHT, 0
	var shares []float64
	calls, late := 0, 0
	for len(shares) < intervals {
		now += rng.ExpFloat64() * l.AHT / l.Load
		for now > end {
			if next++; next > 1 && calls > 0 {
				shares = append(shares, 1-float64(late)/float64(calls))
			}
			calls, late = 0, 0
			end += seconds
		}
		first := 0
		for i := range free {
			if free[i] < free[first] {
				first = i
			}
		}
		start := max(now, free[first])
		free[first] = start + rng.ExpFloat64()*l.AHT
		calls++
		if start-now > l.Target {
			late++
		}
	}
	return shares
}

func TestRealisedAgainstSimulation(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 44))
	for _, tt := range []struct {
		agents  int
		l       Line
		seconds float64
	}{
		{25, Line{Load: 20, AHT: 300, Target: 20}, 1800},
		{14, Line{Load: 10, AHT: 180, Target: 20}, 900},
		{4, Line{Load: 3, AHT: 240, Target: 0}, 3600},
		{12, Line{Load: 10, AHT: 180, Target: 120}, 1800},
		{3, Line{Load: 2.2, AHT: 60, Target: 300}, 1200},
	} {
		r, err := RealisedLevelC(tt.agents, tt.l, tt.seconds)
		if err != nil {
			t.Fatal(err)
		}
		const intervals = 20000
		shares := simulateLate(rng, tt.agents, tt.l, tt.seconds, intervals)
		var sum, square, kept float64
		for _, s := range shares {
			sum += s
			square += s * s
			if s >= 0.8 {
				kept++
			}
		}
		mean := sum / intervals
		sd := math.Sqrt(square/intervals - mean*mean)
		if math.Abs(mean-r.Mean) > 0.008 || math.Abs(sd/r.SD-1) > 0.03+6/r.Calls {
			t.Errorf("%+v: mean %.4f sd %.4f, simulated %.4f, %.4f", tt, r.Mean, r.SD, mean, sd)
		}
		if c := r.Chance(0.8); math.Abs(c-kept/intervals) > 0.05 {
			t.Errorf("%+v: chance of 80%% %.3f, simulated %.3f", tt, c, kept/intervals)
		}
	}
}

// A year in one interval shows the steady state; a short one varies more.
func TestRealisedTendsToTheSteadyState(t *testing.T) {
	l := Line{Load: 10, AHT: 180, Target: 20}
	c, _ := EvalC(13, l)
	last := math.Inf(1)
	for _, seconds := range []float64{900, 1800, 7200, 86400} {
		r, err := RealisedLevelC(13, l, seconds)
		if err != nil || !(r.SD < last) {
			t.Errorf("%v s: %+v, %v", seconds, r, err)
		}
		last = r.SD
	}
	if r, _ := RealisedLevelC(13, l, 864000); math.Abs(r.Mean-c.SL) > 1e-4 || r.SD > 0.02 {
		t.Errorf("ten days: %+v, steady state %v", r, c.SL)
	}
}

func TestRequiredForRealised(t *testing.T) {
	l := Line{Load: 20, AHT: 300, Target: 20}
	for _, chance := range []float64{0.5, 0.9, 0.97} {
		n, err := RequiredForRealisedC(l, 1800, 0.8, chance)
		if err != nil {
			t.Fatal(err)
		}
		at, _ := RealisedLevelC(n, l, 1800)
		below, _ := RealisedLevelC(n-1, l, 1800)
		if at.Chance(0.8) < chance || below.Chance(0.8) >= chance {
			t.Errorf("%v: %d agents give %v, one less %v", chance, n, at.Chance(0.8), below.Chance(0.8))
		}
	}
}

func TestRealisedRefusesNonsense(t *testing.T) {
	good := Line{Load: 20, AHT: 300, Target: 20}
	for _, tt := range []struct {
		agents  int
		l       Line
		seconds float64
		want    string
	}{
		{20, good, 1800, "load"},
		{0, good, 1800, "agents"},
		{25, good, 0, "seconds"},
		{25, good, 10, "seconds"},
		{25, Line{AHT: 300}, 1800, "load"},
	} {
		if _, err := RealisedLevelC(tt.agents, tt.l, tt.seconds); err == nil || !contains(err, tt.want) {
			t.Errorf("%+v: %v", tt, err)
		}
	}
	if _, err := RequiredForRealisedC(good, 1800, 80, 0.9); err == nil || !contains(err, "level") {
		t.Errorf("a level in per cent: %v", err)
	}
}

// 25 agents keep 85% of calls at a known rate, but not in every half hour.
func ExampleRealisedLevelC() {
	l := Line{Load: 20, AHT: 300, Target: 20}
	r, err := RealisedLevelC(25, l, 1800)
	n, _ := RequiredForRealisedC(l, 1800, 0.8, 0.9)
	fmt.Printf("%.0f calls: %.0f%% give or take %.0f, 80%% in %.0f%% of half hours; in 90%% with %d agents; %v\n",
		r.Calls, 100*r.Mean, 100*r.SD, 100*r.Chance(0.8), n, err)
	// Output: 120 calls: 86% give or take 21, 80% in 77% of half hours; in 90% with 27 agents; <nil>
}

func BenchmarkRealisedLevelC(b *testing.B) {
	for b.Loop() {
		if _, err := RealisedLevelC(25, Line{Load: 20, AHT: 300, Target: 20}, 1800); err != nil {
			b.Fatal(err)
		}
	}
}
