package sim_test

import (
	"math"
	"testing"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/erlang/sim"
)

// The seeds are fixed, so a check that holds once holds always. Some 200 are made; each allows
// the 99.95% confidence interval of the simulation.
const widths = 3.48 / 1.96

func near(t *testing.T, what string, want float64, got sim.Estimate) {
	t.Helper()
	if !(math.Abs(got.Mean-want) <= widths*got.HalfWidth) {
		t.Errorf("%s: formula %.5f, simulated %.5f ± %.5f", what, want, got.Mean, got.HalfWidth)
	}
}

func run(t testing.TB, c sim.Config) *sim.Result {
	t.Helper()
	r, err := sim.Run(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// steady returns a config of one queue and one group in a steady state: the first interval
// warms up, the second is measured.
func steady(load, aht float64, agents int, q sim.Queue) sim.Config {
	calls := 4000.0
	q.Name = "q"
	if q.Calls == nil {
		q.Calls = []float64{calls, calls}
	}
	return sim.Config{
		Step: calls * aht / load, Intervals: 2, Runs: 40, Seed: 7, ShiftEnd: erlang.Exhaustive,
		Queues: []sim.Queue{q},
		Groups: []sim.Group{{Name: "g", Agents: []int{agents, agents}, Skills: []sim.Skill{{Queue: "q"}}}},
	}
}

func TestErlangA(t *testing.T) {
	for _, tt := range []struct {
		agents int
		line   erlang.Line
	}{
		{5, erlang.Line{Load: 4, AHT: 180, Patience: 120, Target: 20}},
		{26, erlang.Line{Load: 25, AHT: 300, Patience: 180, Target: 20}},
		{20, erlang.Line{Load: 25, AHT: 300, Patience: 240, Target: 60}}, // overload
		{110, erlang.Line{Load: 100, AHT: 240, Patience: 400, Target: 5}},
	} {
		want, err := erlang.EvalA(float64(tt.agents), tt.line)
		if err != nil {
			t.Fatal(err)
		}
		l := tt.line
		r := run(t, steady(l.Load, l.AHT, tt.agents, sim.Queue{
			Handle: sim.Exponential(l.AHT), Patience: sim.Exponential(l.Patience), Target: l.Target,
		}))
		got := r.Interval(0, 1)
		near(t, "P(wait)", want.PWait, got.PWait)
		near(t, "abandonment", want.PAbandon, got.PAbandon)
		near(t, "abandonment within T", want.PAbandonWithinT, got.PAbandonWithinT)
		near(t, "SL offered", want.SLOffered, got.SLOffered)
		near(t, "SL answered", want.SLAnswered, got.SLAnswered)
		near(t, "SL with abandons", want.SLInclAbandons, got.SLInclAbandons)
		near(t, "SL without short abandons", want.SLExclShortAbandons, got.SLExclShortAbandons)
		near(t, "ASA", want.ASAAnswered, got.ASAAnswered)
		near(t, "wait of all", want.WaitAll, got.WaitAll)
		near(t, "queue", want.QueueLen, got.QueueLen)
		busy := r.Busy(0, 1, 2)
		near(t, "occupancy", want.Occupancy*float64(tt.agents), busy)
	}
}

func TestErlangC(t *testing.T) {
	for _, tt := range []struct {
		agents int
		load   float64
	}{{1, 0.5}, {8, 6}, {55, 48}} {
		want, err := erlang.EvalC(float64(tt.agents), erlang.Line{Load: tt.load, AHT: 200, Target: 30})
		if err != nil {
			t.Fatal(err)
		}
		got := run(t, steady(tt.load, 200, tt.agents, sim.Queue{
			Handle: sim.Exponential(200), Patience: sim.Never(), Target: 30,
		})).Interval(0, 1)
		near(t, "P(wait)", want.PWait, got.PWait)
		near(t, "SL", want.SL, got.SLOffered)
		near(t, "ASA", want.ASA, got.ASAAnswered)
		near(t, "queue", want.QueueLen, got.QueueLen)
	}
}

// Erlang B holds for any law of the handle time.
func TestErlangB(t *testing.T) {
	for _, handle := range []sim.Dist{sim.Exponential(120), sim.Lognormal(120, 1.4), sim.Constant(120), sim.Gamma(120, 0.5)} {
		want, err := erlang.B(18, 15)
		if err != nil {
			t.Fatal(err)
		}
		got := run(t, steady(15, 120, 18, sim.Queue{Handle: handle, Patience: sim.Never(), Lines: 18})).Interval(0, 1)
		near(t, "blocking", want, got.PBlock)
	}
}

func TestFiniteLines(t *testing.T) {
	l := erlang.Lines{Line: erlang.Line{Load: 13, AHT: 180, Patience: 150, Target: 30}, Agents: 12, Capacity: 18}
	want, err := erlang.EvalK(l)
	if err != nil {
		t.Fatal(err)
	}
	got := run(t, steady(13, 180, 12, sim.Queue{
		Handle: sim.Exponential(180), Patience: sim.Exponential(150), Target: 30, Lines: 18,
	})).Interval(0, 1)
	near(t, "blocking", want.PBlock, got.PBlock)
	near(t, "waiting", want.PWaitOffered, got.PWait)
	near(t, "abandonment", want.PAbandonOffered, got.PAbandon)
	near(t, "SL", want.SLOffered, got.SLOffered)
	near(t, "ASA", want.ASAAnswered, got.ASAAnswered)
}

// Redials join the Poisson stream in the formula. They do so nearly when they come back a
// handling time later and more, and this is what is played here.
func TestRedials(t *testing.T) {
	l := erlang.Lines{Line: erlang.Line{Load: 13, AHT: 180, Patience: 150, Target: 30}, Agents: 12, Capacity: 18}
	want, err := erlang.EvalX(l, 0.5)
	if err != nil {
		t.Fatal(err)
	}
	c := steady(13, 180, 12, sim.Queue{
		Handle: sim.Exponential(180), Patience: sim.Exponential(150), Target: 30, Lines: 18,
		Redial: 0.5, RedialIn: sim.Exponential(3000),
	})
	got := run(t, c).Interval(0, 1)
	near(t, "attempts per call", want.Attempts, sim.Estimate{Mean: got.Offered.Mean / 4000, HalfWidth: got.Offered.HalfWidth/4000 + 0.003})
	got.PBlock.HalfWidth += 0.002
	near(t, "blocking", want.PBlock, got.PBlock)
	got.PAbandon.HalfWidth += 0.002
	near(t, "abandonment", want.PAbandonOffered, got.PAbandon)
}

func TestTrunksWithRetries(t *testing.T) {
	want, err := erlang.EvalTrunks(22, 20, 0.6)
	if err != nil {
		t.Fatal(err)
	}
	got := run(t, steady(20, 90, 22, sim.Queue{
		Handle: sim.Exponential(90), Patience: sim.Never(), Lines: 22, Redial: 0.6, RedialIn: sim.Exponential(2000),
	})).Interval(0, 1)
	got.PBlock.HalfWidth += 0.002
	near(t, "blocking", want.Blocking, got.PBlock)
	near(t, "attempts", want.TotalLoad/20, sim.Estimate{Mean: got.Offered.Mean / 4000, HalfWidth: got.Offered.HalfWidth/4000 + 0.003})
}

// A rate that is known with an error only: a gamma factor on the calls of a run.
func TestUncertainLoad(t *testing.T) {
	law, err := erlang.NewGammaLoad(20, 0.1)
	if err != nil {
		t.Fatal(err)
	}
	l := erlang.Line{AHT: 300, Patience: 180, Target: 20}
	want, err := erlang.ExpectedLevelA(24, l, erlang.SLOffered, law)
	if err != nil {
		t.Fatal(err)
	}
	c := steady(20, 300, 24, sim.Queue{Handle: sim.Exponential(300), Patience: sim.Exponential(180), Target: 20,
		Calls: []float64{400, 1200}})
	c.Step = 1200 * 300 / 20
	c.Queues[0].Calls[0] = 1200
	c.Busyness, c.Runs = 0.1, 600
	near(t, "call-weighted service level", want, run(t, c).Interval(0, 1).SLOffered)
}

func TestChat(t *testing.T) {
	for _, tt := range []struct {
		name     string
		aht      []float64
		slowdown []float64
		slack    float64 // the formula spreads chats evenly at every instant, the floor only new ones
	}{
		{"one at a time", []float64{400}, nil, 0},
		{"three at no cost", []float64{400, 400, 400}, nil, 0},
		{"three, each slower", []float64{400, 520, 680}, []float64{1, 1.3, 1.7}, 0.012},
	} {
		t.Run(tt.name, func(t *testing.T) {
			agents := 8
			load := 0.95 * float64(agents*len(tt.aht)) * 400 / tt.aht[len(tt.aht)-1]
			want, err := erlang.EvalChat(agents, erlang.Chat{ChatsPerHour: load * 9, AHT: tt.aht, Patience: 200, Target: 30})
			if err != nil {
				t.Fatal(err)
			}
			c := steady(load, 400, agents, sim.Queue{Handle: sim.Exponential(400), Patience: sim.Exponential(200), Target: 30})
			c.Groups[0].Slots, c.Groups[0].Slowdown = len(tt.aht), tt.slowdown
			r := run(t, c)
			got := r.Interval(0, 1)
			for _, e := range []*sim.Estimate{&got.PWait, &got.PAbandon, &got.SLOffered} {
				e.HalfWidth += tt.slack / widths
			}
			near(t, "P(wait)", want.PWait, got.PWait)
			near(t, "abandonment", want.PAbandon, got.PAbandon)
			near(t, "SL", want.SLOffered, got.SLOffered)
		})
	}
}
