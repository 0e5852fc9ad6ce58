package erlang_test

import (
	"fmt"

	"github.com/ringtide/ringtide/erlang"
)

// A morning with too few agents at eight: the backlog is the next half hour's.
func ExampleEvalDay() {
	d := erlang.Day{Target: 20, ShiftEnd: erlang.Exhaustive}
	for i, calls := range []float64{40, 90, 70} {
		d.Intervals = append(d.Intervals, erlang.DayInterval{
			Seconds: 1800, Calls: calls, AHT: 300, Patience: 180, Agents: []int{9, 12, 15}[i],
		})
	}
	m, err := erlang.EvalDay(d)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, v := range m.Intervals {
		fmt.Printf("%.0f calls: %.1f%% within 20 s, %.1f%% hang up, %.1f waiting\n", v.Calls, 100*v.SLOffered, 100*v.PAbandon, v.QueueLen)
	}
	fmt.Printf("the day: %.1f%%\n", 100*m.Day.SLOffered)
	// Output:
	// 40 calls: 89.5% within 20 s, 3.4% hang up, 0.1 waiting
	// 90 calls: 45.7% within 20 s, 19.6% hang up, 1.7 waiting
	// 70 calls: 85.6% within 20 s, 4.2% hang up, 0.3 waiting
	// the day: 68.4%
}

func ExampleStaffDay() {
	d := erlang.Day{Target: 20, ShiftEnd: erlang.Exhaustive}
	for _, calls := range []float64{40, 90, 140, 140, 90, 40} {
		d.Intervals = append(d.Intervals, erlang.DayInterval{Seconds: 1800, Calls: calls, AHT: 600, Patience: 180})
	}
	goal := erlang.ServiceLevel(erlang.SLOffered, 0.8)
	for _, rule := range []erlang.StaffingRule{erlang.PerInterval, erlang.Iterated} {
		agents, err := erlang.StaffDay(d, goal, rule)
		fmt.Printf("%-12v %v %v\n", rule, agents, err)
	}
	// Output:
	// per_interval [16 33 49 49 33 16] <nil>
	// iterated     [13 29 45 49 38 22] <nil>
}

func ExampleFitPatience() {
	fit, err := erlang.FitPatience([]erlang.Wait{
		{Seconds: 12, Abandoned: true}, {Seconds: 30}, {Seconds: 8}, {Seconds: 90, Abandoned: true}, {Seconds: 45},
	})
	fmt.Printf("patience %.1f s from %d hang-ups, %v\n", fit.Mean, fit.Abandoned, err)
	// Output: patience 92.5 s from 2 hang-ups, <nil>
}

func ExampleEvalChat() {
	chat := erlang.Chat{ChatsPerHour: 120, AHT: []float64{480, 600, 780}, Patience: 120, Target: 30}
	for _, agents := range []int{8, 9, 10} {
		m, err := erlang.EvalChat(agents, chat)
		fmt.Printf("%d agents: %.1f%% within 30 s, %.2f chats each, %v\n", agents, 100*m.SLOffered, m.Concurrency, err)
	}
	// Output:
	// 8 agents: 74.0% within 30 s, 2.61 chats each, <nil>
	// 9 agents: 87.0% within 30 s, 2.39 chats each, <nil>
	// 10 agents: 95.2% within 30 s, 2.11 chats each, <nil>
}

// Lines for 12 erlangs when half of the blocked try again.
func ExampleEvalTrunks() {
	r, err := erlang.RequiredTrunksRetry(12, 0.01, 0.5)
	m, _ := erlang.EvalTrunks(float64(r.Agents), 12, 0.5)
	fmt.Printf("%d lines block %.2f%%, %v\n", r.Agents, 100*m.Blocking, err)
	// Output: 21 lines block 0.57%, <nil>
}
