package impact

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/forecast"
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
		c, err := newCurve(agents, line, erlang.SLOffered, agents/3, 2*agents, false)
		if err != nil {
			rt.Fatal(err)
		}
		line.Load = rapid.Float64Range(agents/3, 2*agents).Draw(rt, "load")
		m, err := erlang.EvalA(agents, line)
		if err != nil {
			rt.Fatal(err)
		}
		level, abandon, _ := c.at(float32(line.Load))
		if math.Abs(float64(level)-m.SLOffered) > 5e-4 || math.Abs(float64(abandon)-m.PAbandon) > 5e-4 {
			rt.Fatalf("service %v and %v abandoned; Erlang A says %v and %v", level, abandon, m.SLOffered, m.PAbandon)
		}
	})
}

// Selecting agrees with sorting, ties and all.
func TestNearestAgreesWithSorting(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		values := rapid.SliceOfN(rapid.Float64Range(0, 5), 1, 60).Draw(rt, "values")
		for i := range values {
			if i%3 == 0 {
				values[i] = math.Round(values[i])
			}
		}
		p := rapid.Float64Range(0, 1).Draw(rt, "p")
		want := forecast.Quantiles(slices.Sorted(slices.Values(values)), []float64{p})[0]
		if got := nearest(values, rank(p, len(values))); got != want {
			rt.Fatalf("quantile %v is %v, want %v", p, got, want)
		}
	})
}

// The bracket closes on the last argument at which a falling chance is enough, in
// at most one guess more than halving takes, whatever the curve.
func TestBracketCloses(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		edge := rapid.Float64Range(0.05, 0.95).Draw(rt, "edge")
		steep := rapid.Float64Range(0.5, 80).Draw(rt, "steep")
		need := rapid.Float64Range(0.5, 0.99).Draw(rt, "need")
		curve := func(x float64) float64 { // need at the edge, in steps of a thousandth
			p := 0.5 * math.Erfc((steep*(x-edge)-quantileOfNormal(need))/math.Sqrt2)
			return math.Round(1000*p) / 1000
		}
		b := bracket{lo: 0, hi: 1, atLo: curve(0), atHi: curve(1)}
		if b.atLo < need || b.atHi >= need {
			return
		}
		guesses := 0
		err := b.close(need, 0.004, func(x float64) (float64, error) { guesses++; return curve(x), nil })
		if err != nil || b.hi-b.lo > 0.004001 || curve(b.lo) < need || curve(b.hi) >= need || guesses > 9 {
			rt.Fatalf("closed on %v to %v in %d guesses (%v)", b.lo, b.hi, guesses, err)
		}
	})
}
