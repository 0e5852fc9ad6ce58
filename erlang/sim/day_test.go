package sim_test

import (
	"context"
	"errors"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/erlang/sim"
)

// A morning that rises and an evening that falls, with too few agents in between.
var (
	dayCalls  = []float64{20, 45, 70, 80, 75, 60, 35, 15}
	dayAgents = []int{4, 8, 12, 12, 13, 9, 7, 3}
)

func exactDay(rule erlang.ShiftEnd, aht, patience, target float64) erlang.Day {
	d := erlang.Day{ShiftEnd: rule, Target: target}
	for i, n := range dayCalls {
		d.Intervals = append(d.Intervals, erlang.DayInterval{Seconds: 1800, Calls: n, AHT: aht, Patience: patience, Agents: dayAgents[i]})
	}
	return d
}

func playedDay(rule erlang.ShiftEnd, handle, patience sim.Dist, target float64) sim.Config {
	return sim.Config{
		Step: 1800, Intervals: len(dayCalls), Runs: 1000, Seed: 11, ShiftEnd: rule,
		Queues: []sim.Queue{{Name: "q", Calls: dayCalls, Handle: handle, Patience: patience, Target: target}},
		Groups: []sim.Group{{Name: "g", Agents: dayAgents, Skills: []sim.Skill{{Queue: "q"}}}},
	}
}

// The exact solution of a day against the simulation of it, by both rules for the end of a shift.
func TestDay(t *testing.T) {
	for _, rule := range []erlang.ShiftEnd{erlang.Exhaustive, erlang.Preempt} {
		want, err := erlang.EvalDay(exactDay(rule, 280, 200, 30))
		if err != nil {
			t.Fatal(err)
		}
		r := run(t, playedDay(rule, sim.Exponential(280), sim.Exponential(200), 30))
		for i, w := range append(want.Intervals, want.Day) {
			got := r.Day(0)
			if i < len(want.Intervals) {
				got = r.Interval(0, i)
				near(t, "busy", w.Busy, r.Busy(0, i, i+1))
				near(t, "queue", w.QueueLen, got.QueueLen)
			}
			near(t, "P(wait)", w.PWait, got.PWait)
			near(t, "SL", w.SLOffered, got.SLOffered)
			near(t, "SL answered", w.SLAnswered, got.SLAnswered)
			near(t, "SL without short abandons", w.SLExclShortAbandons, got.SLExclShortAbandons)
			near(t, "abandonment", w.PAbandon, got.PAbandon)
			near(t, "abandonment within T", w.PAbandonWithinT, got.PAbandonWithinT)
			near(t, "ASA", w.ASAAnswered, got.ASAAnswered)
			near(t, "wait", w.WaitAll, got.WaitAll)
		}
	}
}

// inPieces repeats every value n times, each an nth of it if it is a number of calls.
func inPieces[T int | float64](values []T, n, share T) []T {
	var out []T
	for _, v := range values {
		for range int(n) {
			out = append(out, v/share)
		}
	}
	return out
}

// With an automated response in front, the agents see a thinned and later stream. Its rate moves
// within an interval, which short intervals follow.
func TestAutomatedResponse(t *testing.T) {
	const n = 6
	calls, agents := inPieces(dayCalls, n, n), inPieces(dayAgents, n, 1)
	d := erlang.Day{ShiftEnd: erlang.Exhaustive, Target: 30}
	for i := range calls {
		d.Intervals = append(d.Intervals, erlang.DayInterval{Seconds: 1800 / n, Calls: calls[i], AHT: 280, Patience: 200, Agents: agents[i]})
	}
	ivr := erlang.AutomatedResponse{Contained: 0.3, Seconds: 200, AHTFactor: 1.1}
	left, ports, err := ivr.Apply(d.Intervals)
	if err != nil {
		t.Fatal(err)
	}
	d.Intervals = left
	want, err := erlang.EvalDay(d)
	if err != nil {
		t.Fatal(err)
	}
	c := playedDay(erlang.Exhaustive, sim.Exponential(280*1.1), sim.Exponential(200), 30)
	c.Step, c.Intervals = 1800/n, len(calls)
	c.Queues[0].Calls = make([]float64, len(calls))
	c.Groups[0].Agents = agents
	c.Queues = append(c.Queues, sim.Queue{
		Name: "ivr", Calls: calls, Handle: sim.Exponential(200), Patience: sim.Never(),
		Transfers: []sim.Transfer{{To: "q", Share: 0.7}},
	})
	c.Groups = append(c.Groups, sim.Group{Name: "ports", Agents: inPieces([]int{1000}, len(calls), 1), Skills: []sim.Skill{{Queue: "ivr"}}})
	r := run(t, c)
	for i, w := range want.Intervals {
		got := r.Interval(0, i)
		near(t, "calls", w.Calls, got.Offered)
		near(t, "ports", ports[i], r.Busy(1, i, i+1))
		near(t, "SL", w.SLOffered, got.SLOffered)
	}
}

func TestCallback(t *testing.T) {
	b := erlang.Callback{Threshold: 60, Accept: 0.5, Reach: 0.9, MaxOccupancy: 0.9}
	d := exactDay(erlang.Exhaustive, 280, 400, 30)
	moved, log, err := b.Apply(d)
	if err != nil {
		t.Fatal(err)
	}
	c := playedDay(erlang.Exhaustive, sim.Exponential(280), sim.Exponential(400), 30)
	c.Queues[0].Callback = &sim.Callback{Threshold: 60, Accept: 0.5, Reach: 0.9, Reserve: 1}
	got := run(t, c).Day(0)
	accepted, made, offered := 0.0, 0.0, 0.0
	for i, v := range log {
		accepted += v.Accepted
		made += v.Made
		offered += dayCalls[i]
	}
	if diff := accepted/offered - got.PToCallback.Mean; math.Abs(diff) > 0.04 {
		t.Errorf("%.4f of the calls take a callback by the transform, %v simulated", accepted/offered, got.PToCallback)
	}
	if made > accepted || math.Abs(accepted-made-log[len(log)-1].Backlog) > 1e-9 {
		t.Errorf("%v accepted, %v made, %v open", accepted, made, log[len(log)-1].Backlog)
	}
	before, _ := erlang.EvalDay(d)
	after, err := erlang.EvalDay(moved)
	if err != nil {
		t.Fatal(err)
	}
	if !(after.Day.PAbandon < before.Day.PAbandon) {
		t.Errorf("callbacks do not spare callers the wait: %v abandon after, %v before", after.Day.PAbandon, before.Day.PAbandon)
	}
	if got.CallbackDelay.Mean < 60 {
		t.Errorf("called back after %v", got.CallbackDelay)
	}
}

// Estimates from simulated waits find the patience that was put in.
func TestPatienceFromWaits(t *testing.T) {
	c := playedDay(erlang.Exhaustive, sim.Exponential(280), sim.Exponential(200), 30)
	m := run(t, c).Day(0)
	patience := m.WaitAll.Mean / m.PAbandon.Mean
	if math.Abs(patience-200) > 3 {
		t.Errorf("total wait over hang-ups is %.1f s, patience 200 s", patience)
	}
}

func TestSameSeedSameNumbers(t *testing.T) {
	c := playedDay(erlang.Preempt, sim.Lognormal(280, 1.3), sim.Gamma(200, 0.7), 30)
	c.Runs = 20
	a := run(t, c)
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	b := run(t, c)
	if !reflect.DeepEqual(a.Day(0), b.Day(0)) {
		t.Error("one processor and several give different numbers")
	}
	c.Seed++
	if reflect.DeepEqual(a.Day(0), run(t, c).Day(0)) {
		t.Error("another seed gives the same numbers")
	}
}

// Every call is counted once: answered, hung up, blocked, taking a callback or stranded.
func TestNoCallIsLost(t *testing.T) {
	c := playedDay(erlang.Preempt, sim.Lognormal(280, 1.3), sim.Exponential(200), 30)
	c.Queues[0].Lines, c.Queues[0].Redial, c.Queues[0].RedialIn = 15, 0.4, sim.Exponential(600)
	c.Queues[0].Callback = &sim.Callback{Threshold: 60, Accept: 0.5, Reach: 0.8}
	c.Queues[0].Transfers = []sim.Transfer{{To: "second", Share: 0.2}}
	c.Queues = append(c.Queues, sim.Queue{Name: "second", Calls: make([]float64, len(dayCalls)), Handle: sim.Constant(60), Patience: sim.Never()})
	few := []int{0, 1, 1, 1, 1, 1, 1, 0} // nobody in the end
	c.Groups = append(c.Groups, sim.Group{Name: "few", Agents: few, Skills: []sim.Skill{{Queue: "second"}}})
	c.Runs = 100
	r := run(t, c)
	stranded := 0.0
	for run := range c.Runs {
		for q := range c.Queues {
			for i := range dayCalls {
				n := r.Counts(run, q, i)
				if n.Offered != n.Answered+n.Abandoned+n.Blocked+n.ToCallback+n.Stranded {
					t.Fatalf("run %d, queue %d, interval %d: %+v", run, q, i, n)
				}
				stranded += n.Stranded
			}
		}
	}
	if stranded == 0 {
		t.Error("nobody is stranded in a queue without agents")
	}
}

// Agents take the queue of higher priority first, and a group its own queue before others.
func TestPrioritiesAndSkills(t *testing.T) {
	calls := []float64{400, 400}
	queue := func(name string, priority int) sim.Queue {
		return sim.Queue{Name: name, Calls: calls, Handle: sim.Exponential(240), Patience: sim.Exponential(600), Target: 60, Priority: priority}
	}
	c := sim.Config{Step: 14400, Intervals: 2, Runs: 50, Seed: 3, ShiftEnd: erlang.Exhaustive,
		Queues: []sim.Queue{queue("low", 2), queue("high", 1)},
		Groups: []sim.Group{{Name: "both", Agents: []int{13, 13}, Skills: []sim.Skill{{Queue: "low"}, {Queue: "high"}}}},
	}
	r := run(t, c)
	low, high := r.Day(0), r.Day(1)
	if !(high.WaitAll.Mean+high.WaitAll.HalfWidth < low.WaitAll.Mean-low.WaitAll.HalfWidth) {
		t.Errorf("high priority waits %v, low %v", high.WaitAll, low.WaitAll)
	}
	c.Queues[0].Priority = 1
	r = run(t, c)
	// Equal priorities are one queue of both.
	want, err := erlang.EvalA(13, erlang.Line{Load: 2 * 400 * 240 / 14400.0, AHT: 240, Patience: 600, Target: 60})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "SL of two queues as one", want.SLOffered, r.Interval(0, 1).SLOffered)
	near(t, "SL of two queues as one", want.SLOffered, r.Interval(1, 1).SLOffered)

	// Two groups apart are two queues; each of them is Erlang A.
	c.Groups = []sim.Group{
		{Name: "a", Agents: []int{8, 8}, Skills: []sim.Skill{{Queue: "low"}}},
		{Name: "b", Agents: []int{7, 7}, Skills: []sim.Skill{{Queue: "high"}}},
	}
	apart := run(t, c)
	want, err = erlang.EvalA(8, erlang.Line{Load: 400 * 240 / 14400.0, AHT: 240, Patience: 600, Target: 60})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "SL of a queue of its own", want.SLOffered, apart.Interval(0, 1).SLOffered)

	// Sharing helps: the same agents, all able to do both, at second rank.
	c.Groups[0].Skills = append(c.Groups[0].Skills, sim.Skill{Queue: "high", Rank: 1})
	c.Groups[1].Skills = append(c.Groups[1].Skills, sim.Skill{Queue: "low", Rank: 1})
	shared := run(t, c)
	if !(shared.Day(1).WaitAll.Mean < apart.Day(1).WaitAll.Mean) {
		t.Errorf("a second skill makes calls wait longer: %v after %v", shared.Day(1).WaitAll, apart.Day(1).WaitAll)
	}
}

func TestSeatsCapAgents(t *testing.T) {
	c := playedDay(erlang.Exhaustive, sim.Exponential(280), sim.Exponential(200), 30)
	c.Runs = 100
	c.Seats = []int{9, 9, 9, 9, 9, 9, 9, 9}
	capped := run(t, c)
	c.Seats = nil
	c.Groups[0].Agents = []int{4, 8, 9, 9, 9, 9, 7, 3}
	if !reflect.DeepEqual(capped.Day(0), run(t, c).Day(0)) {
		t.Error("nine seats and at most nine agents differ")
	}
}

func TestFaults(t *testing.T) {
	c := sim.Config{Step: -1, Runs: 0, Busyness: math.NaN(),
		Queues: []sim.Queue{{Name: "a", Calls: []float64{1, 2}, Handle: sim.Lognormal(0, 1), Target: -1, Redial: 1, Transfers: []sim.Transfer{{To: "b", Share: 2}}}},
		Groups: []sim.Group{{Name: "g", Agents: []int{-1}, Skills: []sim.Skill{{Queue: "x"}}, Slowdown: []float64{1, 1}}},
	}
	_, err := sim.Run(t.Context(), c)
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{"Step is -1", "Intervals is 0", "Runs is 0", "ShiftEnd", "Busyness", "Calls has 2 entries", "Handle: a mean of 0",
		"Patience: no law", "Target is -1", "Redial is 1", `a transfer to "b"`, "Agents[0] is -1", `a skill for "x"`, "Slowdown has 2"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in: %v", want, err)
		}
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sim.Run(ctx, playedDay(erlang.Exhaustive, sim.Exponential(280), sim.Exponential(200), 30)); !errors.Is(err, context.Canceled) {
		t.Errorf("a cancelled run says %v", err)
	}
}

// A day of 2,000 calls, 100 times.
func BenchmarkDay(b *testing.B) {
	c := playedDay(erlang.Exhaustive, sim.Lognormal(280, 1.3), sim.Exponential(200), 30)
	total := 0.0
	for _, n := range dayCalls {
		total += n
	}
	c.Queues[0].Calls = make([]float64, len(dayCalls))
	c.Groups[0].Agents = make([]int, len(dayCalls))
	for i, n := range dayCalls {
		c.Queues[0].Calls[i] = n * 2000 / total
		c.Groups[0].Agents[i] = dayAgents[i] * 5
	}
	c.Runs = 100
	for b.Loop() {
		if _, err := sim.Run(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
}
