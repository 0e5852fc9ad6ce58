package erlang

import (
	"errors"
	"math"
	"testing"
)

// Without retries it is Erlang B, and the fixed point holds with them.
func TestTrunksWithRetries(t *testing.T) {
	for _, lines := range []float64{0, 1, 5, 20, 20.5, 300} {
		for _, load := range []float64{0, 0.01, 4, 19, 250} {
			b, err := B(lines, load)
			if err != nil {
				t.Fatal(err)
			}
			plain, err := EvalTrunks(lines, load, 0)
			if err != nil || math.Abs(plain.Blocking-b) > 1e-14 || math.Abs(plain.TotalLoad-load) > 1e-14*load {
				t.Errorf("%v lines, %v erlangs: %+v, %v; B = %v", lines, load, plain, err, b)
			}
			for _, retry := range []float64{0.3, 0.9, 0.999} {
				m, err := EvalTrunks(lines, load, retry)
				if err != nil {
					t.Fatal(err)
				}
				if e := m.TotalLoad*(1-retry*m.Blocking) - load; math.Abs(e) > 1e-12*(1+m.TotalLoad) {
					t.Errorf("%v lines, %v erlangs, retry %v: %+v misses the balance by %v", lines, load, retry, m, e)
				}
				if m.Blocking < b-1e-15 || m.PNever > b+1e-12 {
					t.Errorf("%v lines, %v erlangs, retry %v: blocking %v after %v, never %v", lines, load, retry, m.Blocking, b, m.PNever)
				}
			}
		}
	}
}

func TestRequiredTrunksRetry(t *testing.T) {
	for _, load := range []float64{0.5, 7, 60, 900} {
		for _, retry := range []float64{0, 0.5, 0.8} {
			r, err := RequiredTrunksRetry(load, 0.01, retry)
			if err != nil {
				t.Fatal(err)
			}
			at, _ := EvalTrunks(float64(r.Agents), load, retry)
			below, _ := EvalTrunks(float64(r.Agents-1), load, retry)
			if at.Blocking > 0.01 || below.Blocking <= 0.01 {
				t.Errorf("%v erlangs, retry %v: %d lines block %v, one less %v", load, retry, r.Agents, at.Blocking, below.Blocking)
			}
		}
	}
	if _, err := RequiredTrunksRetry(1, 0.01, 1); err == nil {
		t.Error("callers who never give up are no error")
	}
}

func TestRequiredLines(t *testing.T) {
	for _, redial := range []float64{0, 0.6} {
		l := Lines{Line: Line{Load: 20, AHT: 240, Patience: 120, Target: 20}, Agents: 19}
		k, err := RequiredLines(l, 0.01, redial)
		if err != nil {
			t.Fatal(err)
		}
		l.Capacity = k
		at, _ := EvalX(l, redial)
		l.Capacity--
		below, _ := EvalX(l, redial)
		if at.PBlock > 0.01 || below.PBlock <= 0.01 {
			t.Errorf("redial %v: %d lines block %v, one less %v", redial, k, at.PBlock, below.PBlock)
		}
	}
	l := Lines{Line: Line{Load: 2, AHT: 240, Patience: 120}, Agents: 30}
	if k, err := RequiredLines(l, 0.01, 0); k != 30 || err != nil {
		t.Errorf("more agents than needed: %d lines, %v", k, err)
	}
	l = Lines{Line: Line{Load: 20, AHT: 240, Patience: math.Inf(1)}, Agents: 10}
	if _, err := RequiredLines(l, 0.01, 0); !errors.Is(err, ErrUnreachable) {
		t.Errorf("a load that no queue holds: %v", err)
	}
}
