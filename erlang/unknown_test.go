package erlang

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Whatever is solved for, putting it back meets the goal with equality.
func TestUnknownsSolveEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l, g := drawLine(t), drawGoal(t, true)
		n := float64(rapid.IntRange(1, 500).Draw(t, "agents"))
		calls := rapid.Float64Range(1, 5000).Draw(t, "calls")
		aht, limit, err := MaxAHTA(n, calls, l, g)
		if err != nil || !(aht > 0) {
			t.Fatalf("MaxAHTA: %v, %v", aht, err)
		}
		if math.IsInf(aht, 1) {
			return
		}
		back := l
		back.AHT, back.Load = aht, calls/3600*aht
		load, bound, err := MaxLoadA(n, back, g)
		if err != nil || math.Abs(load-back.Load) > 1e-8*load {
			t.Fatalf("AHT %v by %v is load %v, MaxLoadA says %v by %v (%v)", aht, limit, back.Load, load, bound, err)
		}
	})
}

func TestLeastTargetIsAQuantile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLine(t)
		n := drawAgents(t, l.Load)
		d := Definition(rapid.IntRange(1, 5).Draw(t, "definition"))
		level := rapid.Float64Range(0.05, 0.99).Draw(t, "level")
		target, err := LeastTargetA(n, l, d, level)
		l.Target = target
		if err != nil {
			l.Target = math.Inf(1)
		}
		got, _ := LevelA(n, l, d)
		switch {
		case errors.Is(err, ErrUnreachable):
			if got >= level {
				t.Fatalf("said to be out of reach: %v", got)
			}
		case err != nil:
			t.Fatal(err)
		case target == 0:
			if got < level {
				t.Fatalf("T = 0 gives %v, asked %v", got, level)
			}
		case math.Abs(got-level) > 1e-9:
			t.Fatalf("T = %v gives %v, asked %v", target, got, level)
		}
	})
	c, _ := EvalC(14, Line{Load: 10, AHT: 180})
	got, err := LeastTargetC(14, Line{Load: 10, AHT: 180}, 0.9)
	if err != nil || math.Abs(got-c.WaitP90) > 1e-9*got {
		t.Errorf("LeastTargetC = %v, %v; the 90th percentile is %v", got, err, c.WaitP90)
	}
	if _, err := LeastTargetC(9, Line{Load: 10, AHT: 180}, 0.1); !errors.Is(err, ErrUnreachable) {
		t.Errorf("overload: %v", err)
	}
}

func TestPatienceRange(t *testing.T) {
	l := Line{Load: 48, AHT: 60, Target: 20}
	for _, tt := range []struct {
		name string
		goal Goal
		n    float64
		low  bool // a least patience other than 0
		high bool // a greatest patience other than +Inf
	}{
		{"abandonment asks for patient callers", Goal{MaxAbandon: 0.03}, 50, true, false},
		{"a short wait for impatient ones", Goal{ASA: ASAAll, MaxASA: 3}, 50, false, true},
		{"both for a range", Goal{MaxAbandon: 0.031, ASA: ASAAll, MaxASA: 4}, 50, true, true},
		{"occupancy under overload", Goal{MaxOccupancy: 0.99}, 45, false, true},
		{"plenty of agents", ServiceLevel(SLOffered, 0.8), 70, false, false},
	} {
		least, most, err := PatienceRangeA(tt.n, l, tt.goal)
		if err != nil || least > 0 != tt.low || most < math.Inf(1) != tt.high {
			t.Errorf("%s: %v to %v, %v", tt.name, least, most, err)
			continue
		}
		for _, end := range []struct {
			patience float64
			met      bool
		}{{least * 1.0001, true}, {least * 0.9999, !tt.low}, {most * 0.9999, true}, {most * 1.0001, !tt.high}} {
			q := l
			q.Patience = end.patience
			m, _ := EvalA(tt.n, q)
			if tt.goal.MetA(m) != end.met {
				t.Errorf("%s: with patience %v met is %v", tt.name, end.patience, !end.met)
			}
		}
	}
	if _, _, err := PatienceRangeA(30, l, ServiceLevel(SLOffered, 0.9)); !errors.Is(err, ErrUnreachable) {
		t.Errorf("out of reach: %v", err)
	}
}

func TestUnknownsRefuseNonsense(t *testing.T) {
	l, g := Line{Load: 5, AHT: 300, Patience: 60, Target: 20}, ServiceLevel(SLOffered, 0.8)
	for _, tt := range []struct {
		call func() error
		want string
	}{
		{func() error { _, _, err := MaxAHTA(-1, 10, l, g); return err }, "agents"},
		{func() error { _, _, err := MaxAHTA(5, math.NaN(), l, g); return err }, "callsPerHour"},
		{func() error { _, _, err := MaxAHTC(5, 10, l, Goal{MaxAbandon: 0.1}); return err }, "MaxAbandon"},
		{func() error { _, err := LeastTargetA(5, l, SLOffered, 1); return err }, "level"},
		{func() error { _, err := LeastTargetA(5, l, 0, 0.5); return err }, "definition"},
		{func() error { _, _, err := PatienceRangeA(math.Inf(1), l, g); return err }, "agents"},
		{func() error { _, err := SlopesA(0, l); return err }, "agents"},
		{func() error { q := l; q.Load = 0; _, err := SlopesA(4, q); return err }, "load"},
		{func() error { q := l; q.Patience = inf; _, err := SlopesA(5, q); return err }, "without end"},
	} {
		if err := tt.call(); err == nil || !contains(err, tt.want) {
			t.Errorf("%v, want one about %s", err, tt.want)
		}
	}
}

// Slopes against differences of the other kind: a wide step with its error extrapolated away.
func TestSlopes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLine(t)
		l.Load = 0.5 + math.Mod(l.Load, 2000)
		l.Patience = l.AHT * rapid.Float64Range(0.05, 20).Draw(t, "patience/aht")
		n := max(0.5, l.Load+rapid.Float64Range(-3, 3).Draw(t, "near")*math.Sqrt(l.Load))
		s, err := SlopesA(n, l)
		if err != nil {
			t.Fatal(err)
		}
		per := func(what string, got float64, h float64, at func(float64) float64) {
			t.Helper()
			d := func(h float64) float64 { return (at(h) - at(-h)) / (2 * h) }
			want := (64*d(h/4) - 20*d(h/2) + d(h)) / 45
			if size := math.Abs(at(0))/h + math.Abs(want); math.Abs(got-want) > 1e-6*size+1e-8 {
				t.Fatalf("%s: %v, want %v", what, got, want)
			}
		}
		level := func(n float64, l Line) float64 { v, _ := LevelA(n, l, SLOffered); return v }
		h := 0.01 * min(math.Sqrt(n), n, l.Load)
		per("level by agents", s.Agents.SLOffered, h, func(h float64) float64 { return level(n+h, l) })
		per("level by load", s.Load.SLOffered, h, func(h float64) float64 { q := l; q.Load += h; return level(n, q) })
		per("abandonment by AHT", s.AHT.PAbandon, l.AHT*h/l.Load, func(h float64) float64 {
			q := l
			q.AHT += h
			q.Load *= q.AHT / l.AHT
			m, _ := EvalA(n, q)
			return m.PAbandon
		})
		per("wait by patience", s.Patience.WaitAll, l.Patience/50, func(h float64) float64 {
			q := l
			q.Patience += h
			m, _ := EvalA(n, q)
			return m.WaitAll
		})
		const rounding = 1e-12 // a level of next to 0 has slopes of next to 0
		if s.Agents.SLOffered < -rounding || s.Load.SLOffered > rounding || s.Patience.PAbandon > rounding || s.Target.SLOffered < -rounding {
			t.Fatalf("a slope has the wrong sign: %+v", s)
		}
	})
}

// One more agent is worth about the slope by agents.
func ExampleSlopesA() {
	l := Line{Load: 20, AHT: 300, Patience: 180, Target: 20}
	s, err := SlopesA(21, l)
	before, _ := EvalA(21, l)
	after, _ := EvalA(22, l)
	fmt.Printf("%.1f points an agent, of which the next gives %.1f; %.2f a per cent of volume; %v\n",
		100*s.Agents.SLOffered, 100*(after.SLOffered-before.SLOffered), 100*s.Load.SLOffered*l.Load/100, err)
	// Output: 6.7 points an agent, of which the next gives 6.2; -1.30 a per cent of volume; <nil>
}

func contains(err error, part string) bool { return strings.Contains(err.Error(), part) }
