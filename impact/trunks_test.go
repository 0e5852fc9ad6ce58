package impact

import (
	"math"
	"testing"
	"time"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/forecast/uplift"
)

// One pool with so many lines is an M/M/n/K+M queue, whose losses package erlang has in
// closed form; where patience is as long as a call, it is Erlang B of the lines.
func TestBusyLinesAgainstErlang(t *testing.T) {
	for _, tt := range []struct {
		lines, agents int
		load, pace    float64
	}{{30, 20, 10, 1}, {30, 20, 22, 1}, {46, 20, 30, 0.7}, {46, 20, 60, 2}, {24, 24, 30, 0.5}, {200, 150, 180, 0.9}, {46, 5, 3, 0.2}} {
		got := newLines(tt.lines, 1).lost([]float64{tt.load}, []float64{float64(tt.agents)}, []float64{tt.pace})
		k, err := erlang.EvalK(erlang.Lines{Line: erlang.Line{Load: tt.load, AHT: 300, Patience: 300 / tt.pace, Target: 30}, Agents: tt.agents, Capacity: tt.lines})
		if err != nil {
			t.Fatal(err)
		}
		if math.Abs(got-k.PBlock) > 1e-9*k.PBlock+1e-15 {
			t.Errorf("%+v: %v of the callers are lost, by erlang %v", tt, got, k.PBlock)
		}
		if tt.pace == 1 {
			b, err := erlang.B(float64(tt.lines), tt.load)
			if err != nil || math.Abs(got-b) > 1e-9*b {
				t.Errorf("%+v: %v of the callers are lost, by Erlang B %v (%v)", tt, got, b, err)
			}
		}
		for _, formula := range []erlang.Definition{erlang.SLOffered, erlang.SLAnswered} {
			f := newFates(tt.lines, float64(tt.agents), 300, 300/tt.pace, Target{Formula: formula, Within: 30 * time.Second})
			l := newLines(tt.lines, 1)
			l.lost([]float64{tt.load}, []float64{float64(tt.agents)}, []float64{tt.pace})
			m := l.served(0, &f)
			level := map[erlang.Definition]float64{erlang.SLOffered: k.SLAccepted, erlang.SLAnswered: k.SLAnswered}[formula]
			if math.Abs(float64(m.level)-level) > 1e-6 || math.Abs(float64(m.abandon)-k.PAbandonAccepted) > 1e-6 || math.Abs(float64(m.wait)-k.WaitAccepted) > 1e-4*(1+k.WaitAccepted) {
				t.Errorf("%+v, %v: %+v of those with a line, by erlang %v, %v, %v", tt, formula, m, level, k.PAbandonAccepted, k.WaitAccepted)
			}
		}
	}
}

// With very many lines service is that of Erlang A, by every formula, whole agents or not.
func TestManyLinesAreErlangA(t *testing.T) {
	for _, agents := range []float64{10, 12, 9.5} {
		for _, load := range []float64{6, 10, 14} {
			line := erlang.Line{Load: load, AHT: 240, Patience: 200, Target: 20}
			want, err := erlang.EvalA(agents, line)
			if err != nil {
				t.Fatal(err)
			}
			for formula := erlang.SLOffered; formula <= erlang.SLVirtual; formula++ {
				f := newFates(150, agents, 240, 200, Target{Formula: formula, Within: 20 * time.Second})
				l := newLines(150, 1)
				if lost := l.lost([]float64{load}, []float64{agents}, []float64{1.2}); lost > 1e-12 {
					t.Errorf("%v of the callers are lost", lost)
				}
				m, close := l.served(0, &f), 1e-6
				if agents != math.Trunc(agents) {
					close = 0.01 // the last agent is continued in another way
				}
				if d := math.Abs(float64(m.level) - want.ServiceLevel(formula)); d > close {
					t.Errorf("%v agents, load %v, %v: %v, by erlang %v", agents, load, formula, m.level, want.ServiceLevel(formula))
				}
				if d := math.Abs(float64(m.abandon) - want.PAbandon); d > close {
					t.Errorf("%v agents, load %v: %v hang up, by erlang %v", agents, load, m.abandon, want.PAbandon)
				}
			}
		}
	}
}

// Two pools that share the lines lose what one chain over both would: checked against the
// chances of all pairs of states.
func TestBusyLinesOfTwoPools(t *testing.T) {
	const lines = 12
	loads, agents, pace := []float64{5, 4}, []float64{4, 3.5}, []float64{0.8, 1.5}
	weight := func(k, n int) float64 {
		w := 1.0
		for m := 1; m <= n; m++ {
			x := float64(m)
			w *= loads[k] / (math.Min(x, agents[k]) + math.Max(0, x-agents[k])*pace[k])
		}
		return w
	}
	full, all := 0.0, 0.0
	for a := range lines + 1 {
		for b := range lines + 1 - a {
			w := weight(0, a) * weight(1, b)
			all += w
			if a+b == lines {
				full += w
			}
		}
	}
	if got := newLines(lines, 2).lost(loads, agents, pace); math.Abs(got-full/all) > 1e-12 {
		t.Errorf("%v of the callers are lost, want %v", got, full/all)
	}
	idle := newLines(lines, 3).lost([]float64{5, 4, 0}, []float64{4, 3.5, 2}, []float64{0.8, 1.5, 1})
	if math.Abs(idle-full/all) > 1e-12 {
		t.Errorf("with a third pool that nobody calls %v are lost, want %v", idle, full/all)
	}
}

// Few lines lose callers, who are told apart from those who hang up; enough lines change
// nothing; and more lines never lose more.
func TestTrunksInOptions(t *testing.T) {
	h, r, o := fixtureHistory(t), fixtureRequest(), fixtureOptions()
	calls := 400.0
	r.Type, r.Mailing, r.Surge = uplift.Surge, nil, &Surge{CallsPerDay: &calls}
	r.End = date("2026-06-12")
	free, err := Assess(t.Context(), h, r, o)
	if err != nil {
		t.Fatal(err)
	}
	lost := math.Inf(1)
	for _, n := range []int{9, 14, 25, 400} {
		h.Center.Trunks = n
		a, err := Assess(t.Context(), h, r, o)
		if err != nil {
			t.Fatal(err)
		}
		for k, x := range a.Options {
			y := free.Options[k]
			came, was := x.Handled.Mean+x.Abandoned.Mean+x.Blocked.Mean, y.Handled.Mean+y.Abandoned.Mean
			if math.Abs(came-was) > 1e-4*was {
				t.Errorf("%d lines, %s: %v callers, %v without a cap", n, x.ID, came, was)
			}
			if y.Blocked != nil {
				t.Errorf("%s: blocked without lines stated", y.ID)
			}
			if n == 400 && (x.Blocked.Mean != 0 || x.Meets != y.Meets || x.Service != y.Service) {
				t.Errorf("%s: enough lines change the answer", x.ID)
			}
		}
		got := a.option(OptionApprove).Blocked.Mean
		if got > lost || n == 9 && got < 10 {
			t.Errorf("%d lines lose %v callers, fewer lines %v", n, got, lost)
		}
		if fits := a.Fits; n == 9 && (len(fits) == 0 || fits[len(fits)-1].Unit != "line" || fits[len(fits)-1].Value <= 9) {
			t.Errorf("the lines that would do are not named: %+v", fits)
		}
		lost = got
	}
}
