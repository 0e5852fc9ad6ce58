package erlang

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func drawLine(t *rapid.T) Line {
	aht := rapid.Float64Range(10, 2000).Draw(t, "aht")
	return Line{
		Load:     math.Exp(rapid.Float64Range(math.Log(0.01), math.Log(20000)).Draw(t, "ln load")),
		AHT:      aht,
		Patience: aht * math.Exp(rapid.Float64Range(math.Log(1e-3), math.Log(1e4)).Draw(t, "ln patience/aht")),
		Target:   rapid.Float64Range(0, 600).Draw(t, "target"),
	}
}

// drawAgents draws around the load, where everything happens, whole or not.
func drawAgents(t *rapid.T, load float64) float64 {
	n := max(0.1, load+rapid.Float64Range(-8, 8).Draw(t, "sigmas")*math.Sqrt(load))
	if rapid.Bool().Draw(t, "whole") {
		n = math.Ceil(n)
	}
	return n
}

// atMost allows the rounding the package admits to.
func atMost(t *rapid.T, what string, a, b float64) {
	t.Helper()
	if !(a <= b || a-b <= 1e-12*math.Abs(a)+1e-13) {
		t.Fatalf("%s: %v > %v", what, a, b)
	}
}

func worseA(t *rapid.T, bad, good MeasuresA) {
	t.Helper()
	atMost(t, "PWait", good.PWait, bad.PWait)
	atMost(t, "PAbandon", good.PAbandon, bad.PAbandon)
	atMost(t, "PWaitOverT", good.PWaitOverT, bad.PWaitOverT)
	atMost(t, "PVirtualOverT", good.PVirtualOverT, bad.PVirtualOverT)
	for d := SLOffered; d <= SLVirtual; d++ {
		atMost(t, d.String(), bad.ServiceLevel(d), good.ServiceLevel(d))
	}
	for d := ASAAnswered; d <= ASAVirtual; d++ {
		atMost(t, d.String(), good.ASA(d), bad.ASA(d))
	}
	atMost(t, "Occupancy", good.Occupancy, bad.Occupancy)
}

func TestMoreAgentsServeBetter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLine(t)
		n := drawAgents(t, l.Load)
		more := n * (1 + rapid.Float64Range(0.001, 1).Draw(t, "more"))
		bad, _ := EvalA(n, l)
		good, _ := EvalA(more, l)
		worseA(t, bad, good)
		b, _ := B(n, l.Load)
		b2, _ := B(more, l.Load)
		atMost(t, "B", b2, b)
		c, _ := EvalC(n, l)
		c2, _ := EvalC(more, l)
		atMost(t, "C", c2.PWait, c.PWait)
		atMost(t, "SL", c.SL, c2.SL)
		atMost(t, "ASA", c2.ASA, c.ASA)
	})
}

func TestMoreLoadServesWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLine(t)
		n := drawAgents(t, l.Load)
		good, _ := EvalA(n, l)
		l.Load *= 1 + rapid.Float64Range(0.001, 1).Draw(t, "more")
		bad, _ := EvalA(n, l)
		worseA(t, bad, good)
	})
}

func TestPatienceTradesWaitingForAbandonment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLine(t)
		n := drawAgents(t, l.Load)
		short, _ := EvalA(n, l)
		l.Patience *= 1 + rapid.Float64Range(0.001, 5).Draw(t, "more")
		long, _ := EvalA(n, l)
		atMost(t, "abandonment", long.PAbandon, short.PAbandon)
		atMost(t, "P(wait)", short.PWait, long.PWait)
		atMost(t, "wait of all", short.WaitAll, long.WaitAll)
		atMost(t, "virtual wait", short.WaitVirtual, long.WaitVirtual)
		b, _ := B(n, l.Load)
		c, _ := C(n, l.Load)
		atMost(t, "B is the least", b, short.PWait)
		atMost(t, "C is the most", long.PWait, c)
	})
}

func TestMoreTimeAnswersMore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLine(t)
		n := drawAgents(t, l.Load)
		short, _ := EvalA(n, l)
		c, _ := EvalC(n, l)
		l.Target += rapid.Float64Range(0.001, 600).Draw(t, "more")
		long, _ := EvalA(n, l)
		c2, _ := EvalC(n, l)
		for d := SLOffered; d <= SLVirtual; d++ {
			atMost(t, d.String(), short.ServiceLevel(d), long.ServiceLevel(d))
		}
		atMost(t, "PWaitOverT", long.PWaitOverT, short.PWaitOverT)
		atMost(t, "PVirtualOverT", long.PVirtualOverT, short.PVirtualOverT)
		atMost(t, "PAbandonWithinT", short.PAbandonWithinT, long.PAbandonWithinT)
		atMost(t, "Erlang C", c.SL, c2.SL)
		// The same to rounding: T = 0 takes a shorter way to the same figures.
		for _, pair := range [][2]float64{{short.WaitAll, long.WaitAll}, {short.PAbandon, long.PAbandon}} {
			if math.Abs(pair[0]-pair[1]) > 1e-12*pair[0] {
				t.Fatalf("T changed what it has no say in: %+v, %+v", short, long)
			}
		}
	})
}

// Longer calls at the same rate are more load and a slower queue.
func TestLongerCallsServeWorse(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLine(t)
		n := max(1, drawAgents(t, l.Load))
		good, _ := EvalA(n, l)
		longer := 1 + rapid.Float64Range(0.001, 1).Draw(t, "more")
		l.AHT *= longer
		l.Load *= longer
		bad, _ := EvalA(n, l)
		worseA(t, bad, good)
	})
}

func TestMoreLinesBlockLess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLine(t)
		l.Load = 0.5 + math.Mod(l.Load, 300)
		n := max(1, int(drawAgents(t, l.Load)))
		lines := Lines{Line: l, Agents: n, Capacity: n + rapid.IntRange(0, 60).Draw(t, "places")}
		redial := rapid.Float64Range(0, 0.9).Draw(t, "redial")
		few, _ := EvalX(lines, redial)
		lines.Capacity += rapid.IntRange(1, 30).Draw(t, "more")
		many, _ := EvalK(lines)
		one, _ := EvalK(Lines{Line: l, Agents: n, Capacity: lines.Capacity - 1})
		atMost(t, "blocking", many.PBlock, one.PBlock)
		atMost(t, "waiting", one.PWaitOffered, many.PWaitOffered)
		atMost(t, "carried", one.CarriedLoad, many.CarriedLoad)
		eager, _ := EvalX(lines, min(0.95, redial+0.05))
		calm, _ := EvalX(lines, redial)
		atMost(t, "redials add load", calm.TotalLoad, eager.TotalLoad)
		atMost(t, "redials are served in the end", eager.PNever, calm.PNever)
		atMost(t, "fresh load is the least", l.Load, few.TotalLoad)
	})
}

// What holds between measures whatever the parameters.
func TestMeasuresAgreeWithEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLine(t)
		n := drawAgents(t, l.Load)
		m, _ := EvalA(n, l)
		near := func(what string, a, b float64) {
			t.Helper()
			if math.Abs(a-b) > 1e-11*(math.Abs(a)+math.Abs(b))+1e-13 {
				t.Fatalf("%s: %v and %v", what, a, b)
			}
		}
		lambda := l.Load / l.AHT
		near("Little's law", m.QueueLen, lambda*m.WaitAll)
		near("abandonment rate", m.PAbandon*lambda, m.QueueLen/l.Patience)
		near("carried load", m.Occupancy*n, l.Load*(1-m.PAbandon))
		near("wait by fate", m.WaitAll, (1-m.PAbandon)*m.ASAAnswered+m.PAbandon*m.WaitAbandoned)
		near("answered or gone within T", m.SLInclAbandons, m.SLOffered+m.PAbandonWithinT)
		near("of answered", m.SLOffered, m.SLAnswered*(1-m.PAbandon))
		near("without short abandons", m.SLOffered, m.SLExclShortAbandons*(1-m.PAbandonWithinT))
		near("W outlasts T when V and R do", m.PWaitOverT, m.PVirtualOverT*math.Exp(-l.Target/l.Patience))
		for _, pair := range [][2]float64{
			{m.SLOffered, m.SLExclShortAbandons}, {m.SLExclShortAbandons, m.SLAnswered},
			{m.SLExclShortAbandons, m.SLInclAbandons}, {m.SLOffered, m.SLVirtual}, {m.SLVirtual, m.SLInclAbandons},
		} {
			atMost(t, "order of the definitions", pair[0], pair[1])
		}
		for d := SLOffered; d <= SLVirtual; d++ {
			alone, err := LevelA(n, l, d)
			if err != nil {
				t.Fatal(err)
			}
			near("LevelA", alone, m.ServiceLevel(d))
		}
	})
}

// The functions continue between whole agents without a jump where methods change.
func TestRatiosAreContinuous(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := math.Exp(rapid.Float64Range(math.Log(0.5), math.Log(50000)).Draw(t, "ln load"))
		n := drawAgents(t, a)
		const h = 1e-7
		lo, _ := B(n*(1-h), a)
		mid, _ := B(n, a)
		hi, _ := B(n*(1+h), a)
		if lo > 1e-250 && math.Abs(math.Log(lo/mid)-math.Log(mid/hi)) > 1e-10+1e-12*n {
			t.Fatalf("B jumps at n = %v, a = %v: %v, %v, %v", n, a, lo, mid, hi)
		}
	})
}

func TestNothingIsAllocated(t *testing.T) {
	l := Line{Load: 100, AHT: 300, Patience: 180, Target: 20}
	g := Goal{Level: SLOffered, MinLevel: 0.8, ASA: ASAAnswered, MaxASA: 30, MaxOccupancy: 0.9}
	for name, f := range map[string]func(){
		"B":         func() { _, _ = B(101.5, 100) },
		"EvalC":     func() { _, _ = EvalC(105, l) },
		"EvalA":     func() { _, _ = EvalA(97, l) },
		"LevelA":    func() { _, _ = LevelA(97, l, SLVirtual) },
		"RequiredC": func() { _, _ = RequiredC(l, g) },
		"RequiredA": func() { _, _ = RequiredA(l, g) },
		"MaxLoadA":  func() { _, _, _ = MaxLoadA(97, l, g) },
		"trunks":    func() { _, _ = RequiredTrunks(100, 0.01) },
	} {
		if n := testing.AllocsPerRun(100, f); n != 0 {
			t.Errorf("%s allocates %v times", name, n)
		}
	}
}

func drawGoal(t *rapid.T, abandonment bool) Goal {
	var g Goal
	level := func(name string) float64 { return rapid.Float64Range(0.02, 0.98).Draw(t, name) }
	if rapid.Bool().Draw(t, "level?") {
		g.Level, g.MinLevel = Definition(rapid.IntRange(1, 5).Draw(t, "definition")), level("level")
	}
	if rapid.Bool().Draw(t, "asa?") {
		g.ASA, g.MaxASA = ASADefinition(rapid.IntRange(1, 3).Draw(t, "asa definition")), rapid.Float64Range(0.1, 300).Draw(t, "asa")
	}
	if rapid.Bool().Draw(t, "wait?") {
		g.MaxWait = level("wait")
	}
	if abandonment && rapid.Bool().Draw(t, "abandon?") {
		g.MaxAbandon = rapid.Float64Range(0.001, 0.5).Draw(t, "abandon")
	}
	if g == (Goal{}) || rapid.Bool().Draw(t, "occupancy?") {
		g.MaxOccupancy = rapid.Float64Range(0.3, 0.99).Draw(t, "occupancy")
	}
	return g
}

func TestRequirementsAreMetAndLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, g := drawLine(t), drawGoal(t, true)
		r, err := RequiredA(l, g)
		if err != nil {
			t.Fatal(err)
		}
		m, _ := EvalA(float64(r.Agents), l)
		below, _ := EvalA(float64(r.Agents-1), l)
		if !g.MetA(m) || r.Agents > 1 && g.MetA(below) {
			t.Fatalf("%+v %+v: %+v, met %v, one less %v", l, g, r, g.MetA(m), g.MetA(below))
		}
		if up := math.Ceil(r.Continuous); r.Binding == LimitNone || up > float64(r.Agents) || up < float64(r.Agents) && r.Agents > 1 {
			t.Fatalf("%+v %+v: %+v", l, g, r)
		}
		if n, err := AgentsA(l, g); n != r.Agents || err != nil {
			t.Fatalf("AgentsA = %v, %v; RequiredA = %+v", n, err, r)
		}
	})
}

func TestRequirementsCAreMetAndLeast(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, g := drawLine(t), drawGoal(t, false)
		r, err := RequiredC(l, g)
		if err != nil {
			t.Fatal(err)
		}
		m, _ := EvalC(float64(r.Agents), l)
		below, _ := EvalC(float64(r.Agents-1), l)
		if !g.MetC(m) || r.Agents > 1 && g.MetC(below) {
			t.Fatalf("%+v %+v: %+v, met %v, one less %v", l, g, r, g.MetC(m), g.MetC(below))
		}
		if math.Ceil(r.Continuous) != float64(r.Agents) {
			t.Fatalf("%+v %+v: %+v", l, g, r)
		}
		if n, err := AgentsC(l, g); n != r.Agents || err != nil {
			t.Fatalf("AgentsC = %v, %v; RequiredC = %+v", n, err, r)
		}
	})
}

func TestMaxLoadInvertsRequired(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, g := drawLine(t), drawGoal(t, false)
		n := float64(rapid.IntRange(1, 3000).Draw(t, "agents"))
		for _, max := range []func(float64, Line, Goal) (float64, Limit, error){MaxLoadA, MaxLoadC} {
			load, _, err := max(n, l, g)
			if err != nil || !(load >= 0) {
				t.Fatalf("%v, %v", load, err)
			}
		}
		load, _, _ := MaxLoadC(n, l, g)
		if load == 0 {
			return
		}
		l.Load = load
		r, err := RequiredC(l, g)
		if err != nil || math.Abs(r.Continuous-n) > 1e-9*n {
			t.Fatalf("%v agents carry %v erlangs, which need %+v (%v)", n, load, r, err)
		}
	})
}

// A roomy system behaves as if it had no limit, one without a waiting room as Erlang B.
func TestFiniteRoomBetweenItsLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLine(t)
		l.Load = 0.5 + math.Mod(l.Load, 200)
		l.Patience = l.AHT * rapid.Float64Range(0.05, 5).Draw(t, "patience/aht")
		n := max(1, int(drawAgents(t, l.Load)))
		none, err := EvalK(Lines{Line: l, Agents: n, Capacity: n})
		b, _ := B(float64(n), l.Load)
		if err != nil || math.Abs(none.PBlock-b) > 1e-13*b || none.SLOffered < 1-b-1e-13 || none.WaitAccepted != 0 {
			t.Fatalf("no room: %+v, %v; B %v", none, err, b)
		}
		room, err := EvalK(Lines{Line: l, Agents: n, Capacity: n + 20000})
		a, _ := EvalA(float64(n), l)
		if err != nil {
			t.Fatal(err)
		}
		for _, pair := range [][2]float64{
			{room.PWaitOffered, a.PWait}, {room.PAbandonOffered, a.PAbandon}, {room.SLOffered, a.SLOffered},
			{room.SLAnswered, a.SLAnswered}, {room.ASAAnswered, a.ASAAnswered}, {room.WaitAccepted, a.WaitAll},
			{room.QueueLen, a.QueueLen}, {room.Occupancy, a.Occupancy},
		} {
			if math.Abs(pair[0]-pair[1]) > 1e-11*(pair[0]+pair[1])+1e-12 {
				t.Fatalf("%d agents, %+v: %+v, unlimited %+v", n, l, room, a)
			}
		}
		some, _ := EvalK(Lines{Line: l, Agents: n, Capacity: n + rapid.IntRange(1, 40).Draw(t, "places")})
		atMost(t, "blocking with some room", some.PBlock, b)
		atMost(t, "carried", none.CarriedLoad, some.CarriedLoad)
		atMost(t, "queue", some.QueueLen, room.QueueLen)
	})
}

func TestRedialsBalance(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLine(t)
		l.Load = 0.5 + math.Mod(l.Load, 300)
		n := max(1, int(drawAgents(t, l.Load)))
		lines := Lines{Line: l, Agents: n, Capacity: n + rapid.IntRange(0, 60).Draw(t, "places")}
		redial := rapid.Float64Range(0, 0.95).Draw(t, "redial")
		m, err := EvalX(lines, redial)
		if err != nil {
			t.Fatal(err)
		}
		balance := l.Load + redial*m.TotalLoad*(m.PBlock+m.PAbandonOffered)
		if math.Abs(balance-m.TotalLoad) > 1e-12*m.TotalLoad {
			t.Fatalf("total %v, balance %v", m.TotalLoad, balance)
		}
		// Every fresh caller is answered in the end or never.
		if answered := m.CarriedLoad / l.Load; math.Abs(answered+m.PNever-1) > 1e-11 {
			t.Fatalf("answered %v, never %v", answered, m.PNever)
		}
	})
}
