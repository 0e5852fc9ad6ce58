package erlang_test

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/ringtide/ringtide/erlang"
)

func ExampleC() {
	p, err := erlang.C(14, 200*180.0/3600) // 200 calls an hour of 180 s each: 10 erlangs
	fmt.Printf("%.1f%% of calls wait, %v\n", 100*p, err)
	// Output: 17.4% of calls wait, <nil>
}

// The same calls served under five formulas, all of them called service level.
func ExampleEvalA() {
	m, err := erlang.EvalA(50, erlang.Line{Load: 48, AHT: 60, Patience: 120, Target: 20})
	if err != nil {
		fmt.Println(err)
		return
	}
	for d := erlang.SLOffered; d <= erlang.SLVirtual; d++ {
		fmt.Printf("%-22v %.3f\n", d, m.ServiceLevel(d))
	}
	fmt.Printf("abandoned %.1f%%, answered after %.2f s\n", 100*m.PAbandon, m.ASAAnswered)
	// Output:
	// sl_offered             0.943
	// sl_answered            0.973
	// sl_incl_abandons       0.973
	// sl_excl_short_abandons 0.972
	// sl_virtual             0.968
	// abandoned 3.1%, answered after 3.62 s
}

func ExampleRequiredA() {
	queue := erlang.LineFromCalls(400, 240, 150, 20) // calls an hour, AHT, patience, T
	r, err := erlang.RequiredA(queue, erlang.Goal{
		Level: erlang.SLExclShortAbandons, MinLevel: 0.8,
		MaxAbandon: 0.05,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	gross, err := erlang.Gross(r.Continuous, 0.12, 0.20) // absence, breaks and training
	fmt.Printf("%d agents, %.2f before rounding, decided by %v; %.1f rostered, %v\n",
		r.Agents, r.Continuous, r.Binding, gross, err)
	// Output: 29 agents, 28.93 before rounding, decided by abandonment; 41.1 rostered, <nil>
}

func ExampleMaxLoadA() {
	queue := erlang.Line{AHT: 300, Patience: 180, Target: 20}
	load, binding, err := erlang.MaxLoadA(25, queue, erlang.ServiceLevel(erlang.SLOffered, 0.8))
	fmt.Printf("25 agents carry %.0f calls an hour, limited by %v, %v\n", load*3600/queue.AHT, binding, err)
	// Output: 25 agents carry 273 calls an hour, limited by service level, <nil>
}

// 25 agents keep 80/20 at the forecast of 20 erlangs, but a forecast is 10% off, give or take.
func ExampleChanceC() {
	law, err := erlang.NewGammaLoad(20, 0.1)
	if err != nil {
		fmt.Println(err)
		return
	}
	queue, goal := erlang.Line{AHT: 300, Target: 20}, erlang.ServiceLevel(erlang.SLOffered, 0.8)
	for _, agents := range []float64{25, 27, 28} {
		p, _ := erlang.ChanceC(agents, queue, goal, law)
		fmt.Printf("%v agents: %.0f%%\n", agents, 100*p)
	}
	r, err := erlang.RequiredForChanceC(queue, goal, law, 0.9)
	fmt.Printf("for nine intervals in ten: %d, %v\n", r.Agents, err)
	// Output:
	// 25 agents: 63%
	// 27 agents: 89%
	// 28 agents: 95%
	// for nine intervals in ten: 28, <nil>
}

func ExampleEvalX() {
	m, err := erlang.EvalX(erlang.Lines{
		Line:   erlang.Line{Load: 30, AHT: 240, Patience: 90, Target: 20},
		Agents: 24, Capacity: 40,
	}, 0.6)
	fmt.Printf("%.1f erlangs of attempts, %.0f%% of the callers never answered, %v\n", m.TotalLoad, 100*m.PNever, err)
	// Output: 39.2 erlangs of attempts, 20% of the callers never answered, <nil>
}

func ExampleEvalCSV() {
	in := strings.NewReader("line,servers,offered_load_erl\nlobby,1,1\nfax,1,3\n")
	if err := erlang.EvalCSV(context.Background(), "b", in, os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// line,servers,offered_load_erl,blocking
	// lobby,1,1,0.5
	// fax,1,3,0.75
}
