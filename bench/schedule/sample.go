package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/ringtide/ringtide/schedule"
)

// How many paths a roster is made for, and how many others it is judged by.
const (
	paths     = 200
	heldPaths = 2000
)

// Spread of the levels that make the hours of a week or day rise and fall together, and
// of what each quarter hour adds, as standard deviations of logarithms.
const (
	weekSpread    = 0.06
	daySpread     = 0.15
	quarterSpread = 0.05
)

// drawPaths multiplies a week by a level of the week, of each day and of each quarter hour.
func drawPaths(in instance, rng *rand.Rand, n int) [][]float64 {
	level := func(spread float64) float64 { return math.Exp(spread*rng.NormFloat64() - spread*spread/2) }
	out := make([][]float64, n)
	for p := range out {
		week, day := level(weekSpread), 0.0
		for i, a := range in.need.Agents {
			if i%96 == 0 {
				day = level(daySpread)
			}
			out[p] = append(out[p], math.Ceil(a*week*day*level(quarterSpread)-1e-9))
		}
	}
	return out
}

// quantile returns of each interval what a share of the paths do not exceed.
func quantile(sample [][]float64, share float64) []float64 {
	out := make([]float64, len(sample[0]))
	for i := range out {
		asked := make([]float64, len(sample))
		for p, path := range sample {
			asked[p] = path[i]
		}
		slices.Sort(asked)
		out[i] = asked[min(len(asked)-1, int(share*float64(len(asked))))]
	}
	return out
}

func mean(sample [][]float64) []float64 {
	out := make([]float64, len(sample[0]))
	for _, path := range sample {
		for i, a := range path {
			out[i] += a / float64(len(sample))
		}
	}
	return out
}

// outOfSample compares the roster of a sample with those of its mean and quantiles on
// paths that none of them has seen.
func outOfSample(seed uint64, limit time.Duration) error {
	in, err := newInstance(7, seed, 0)
	if err != nil {
		return err
	}
	sample := drawPaths(in, rand.New(rand.NewPCG(seed, 1)), paths)
	held := drawPaths(in, rand.New(rand.NewPCG(seed, 2)), heldPaths)
	fmt.Printf("\nWeek, %d paths, judged by %d others, dollars; %v each\n\n", paths, heldPaths, limit)
	fmt.Println("| roster of | wages | short, on the others | sum | gap to its own bound |")
	fmt.Println("| --- | --- | --- | --- | --- |")
	for _, job := range []struct {
		name string
		need schedule.Requirement
	}{
		{"the mean", schedule.Requirement{Grid: in.need.Grid, Agents: mean(sample)}},
		{"the quantile 0.6", schedule.Requirement{Grid: in.need.Grid, Agents: quantile(sample, 0.6)}},
		{"the quantile 0.7", schedule.Requirement{Grid: in.need.Grid, Agents: quantile(sample, 0.7)}},
		{"the quantile 0.8", schedule.Requirement{Grid: in.need.Grid, Agents: quantile(sample, 0.8)}},
		{"the quantile 0.9", schedule.Requirement{Grid: in.need.Grid, Agents: quantile(sample, 0.9)}},
		{"the sample", schedule.Requirement{Grid: in.need.Grid, Paths: sample}},
	} {
		in.need = job.need
		plan, err := solve(in, limit)
		if err != nil {
			return err
		}
		wages, short := float64(plan.Cost.Wages)/100, shortDollars(plan, held)
		fmt.Printf("| %s | %.0f | %.0f | %.0f | %.2f%% |\n", job.name, wages, short, wages+short, 100*plan.Gap)
	}
	return nil
}

// solve covers an instance within a limit of processor time, and checks the plan.
func solve(in instance, limit time.Duration) (schedule.Plan, error) {
	ctx, cancel := within(limit)
	defer cancel()
	plan, err := schedule.CoverWeeks(ctx, in.need, in.patterns, in.tours, in.opt)
	if err != nil {
		return plan, err
	}
	return plan, schedule.VerifyWeeks(in.need, in.patterns, in.tours, in.opt, plan)
}

// within is a context that ends when so long on all cores is spent.
func within(limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	cpu := cpuSeconds()
	go func() {
		for ctx.Err() == nil && cpuSeconds()-cpu < cores*limit.Seconds() {
			time.Sleep(5 * time.Millisecond)
		}
		cancel()
	}()
	return ctx, cancel
}

// shortDollars is the mean price of what is short on paths, each quarter hour having as
// many on position all along.
func shortDollars(plan schedule.Plan, held [][]float64) float64 {
	sum := 0.0
	for _, path := range held {
		for i, a := range path {
			sum += max(0, a-plan.OnPosition[i])
		}
	}
	return sum / float64(len(held)) * underCents / 100 * quarter / 60
}
