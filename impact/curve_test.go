package impact

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/ringtide/ringtide/erlang"
)

// Between the tabulated loads a curve differs from Erlang A by less than 0.0005 of
// service level, over loads from a third to twice the agents.
func TestCurveAgreesWithErlangA(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		agents := rapid.Float64Range(1, 300).Draw(rt, "agents")
		line := erlang.Line{
			AHT:      rapid.Float64Range(60, 900).Draw(rt, "aht"),
			Patience: rapid.Float64Range(60, 900).Draw(rt, "patience"),
			Target:   rapid.Float64Range(0, 60).Draw(rt, "target"),
		}
		c, err := newCurve(agents, line, erlang.SLOffered, agents/3, 2*agents)
		if err != nil {
			rt.Fatal(err)
		}
		line.Load = rapid.Float64Range(agents/3, 2*agents).Draw(rt, "load")
		m, err := erlang.EvalA(agents, line)
		if err != nil {
			rt.Fatal(err)
		}
		level, abandon, _ := c.at(line.Load)
		if math.Abs(level-m.SLOffered) > 5e-4 || math.Abs(abandon-m.PAbandon) > 5e-4 {
			rt.Fatalf("service %v and %v abandoned; Erlang A says %v and %v", level, abandon, m.SLOffered, m.PAbandon)
		}
	})
}
