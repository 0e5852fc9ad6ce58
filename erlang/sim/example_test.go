package sim_test

import (
	"context"
	"fmt"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/erlang/sim"
)

// Two languages, one group that speaks both.
func ExampleRun() {
	calls := []float64{60, 60}
	queue := func(name string) sim.Queue {
		return sim.Queue{Name: name, Calls: calls, Handle: sim.Lognormal(300, 1.3), Patience: sim.Exponential(180), Target: 20}
	}
	r, err := sim.Run(context.Background(), sim.Config{
		Step: 1800, Intervals: 2, Runs: 500, Seed: 1, ShiftEnd: erlang.Exhaustive,
		Queues: []sim.Queue{queue("english"), queue("spanish")},
		Groups: []sim.Group{
			{Name: "english", Agents: []int{9, 9}, Skills: []sim.Skill{{Queue: "english"}}},
			{Name: "both", Agents: []int{12, 12}, Skills: []sim.Skill{{Queue: "spanish"}, {Queue: "english", Rank: 1}}},
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for q, name := range []string{"english", "spanish"} {
		level := r.Day(q).SLOffered
		fmt.Printf("%s: %.2f ± %.2f answered within 20 s\n", name, level.Mean, level.HalfWidth)
	}
	// Output:
	// english: 0.85 ± 0.01 answered within 20 s
	// spanish: 0.71 ± 0.01 answered within 20 s
}
