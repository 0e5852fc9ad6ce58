package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"
)

// otherDay is the day with another requirement: by turns rough, of other humps, of another
// peak, and in steps.
func otherDay(k int) (instance, string, error) {
	in, err := newInstance(1, 1, 0)
	rng := rand.New(rand.NewPCG(uint64(k), 77))
	need, name := in.need.Agents, ""
	switch k % 4 {
	case 0:
		noise := []float64{.02, .05, .1}[k/4%3]
		name = fmt.Sprintf("noise of %.0f %%", 100*noise)
		for i, a := range need {
			need[i] = max(1, math.Ceil(a*(1+noise*rng.NormFloat64())))
		}
	case 1:
		name = "other humps"
		copy(need, humps(rng, len(need)))
	case 2:
		top := []float64{20, 40, 90, 150}[k/4%4]
		name = fmt.Sprintf("peak %.0f", top)
		for i, a := range need {
			need[i] = math.Ceil(a * top / peak * (1 + .01*rng.NormFloat64()))
		}
	case 3:
		name = "steps"
		level := 5.0
		for i := range need {
			if rng.IntN(6) == 0 {
				level = max(3, min(peak, level*(.6+rng.Float64())))
			}
			need[i] = math.Ceil(level)
			if i >= 7*4 && i < 18*4 {
				need[i] = max(25, need[i])
			}
		}
	}
	return in, name, err
}

// humps draws a smooth day of three.
func humps(rng *rand.Rand, n int) []float64 {
	type hump struct{ at, width, size float64 }
	of := [3]hump{}
	for i, first := range []float64{8, 13, 18} {
		of[i] = hump{first + 4*rng.Float64(), 1.5 + 2*rng.Float64(), .3 + rng.Float64()}
	}
	night, most := .05+.3*rng.Float64(), 0.0
	out := make([]float64, n)
	for i := range out {
		hour := 24 * float64(i) / float64(n)
		out[i] = night
		for _, h := range of {
			out[i] += h.size * math.Exp(-(hour-h.at)*(hour-h.at)/(2*h.width*h.width))
		}
		most = max(most, out[i])
	}
	for i, v := range out {
		out[i] = math.Ceil(peak * v / most)
	}
	return out
}

// otherDays shows how long the proof of n other days takes, within a limit.
func otherDays(n int, limit time.Duration) error {
	fmt.Println("| day | requirement | cost, dollars | gap | cpu seconds |\n| --- | --- | --- | --- | --- |")
	proved := 0
	for k := range n {
		in, name, err := otherDay(k)
		if err != nil {
			return err
		}
		cpu := cpuSeconds()
		plan, err := solve(in, limit)
		if err != nil {
			return err
		}
		if plan.BoundCents == plan.Cost.Total {
			proved++
		}
		fmt.Printf("| %d | %s | %.2f | %.3f%% | %.2f |\n", k, name, float64(plan.Cost.Total)/100, 100*plan.Gap, cpuSeconds()-cpu)
	}
	fmt.Printf("\n%d of %d proved within %v on %d cores\n", proved, n, limit, cores)
	return nil
}
