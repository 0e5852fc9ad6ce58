package impact

import (
	"math"

	"github.com/ringtide/ringtide/erlang"
)

// Service falls from good to bad over a span of loads that grows with the square root
// of the agents (Halfin and Whitt 1981), so that is what the distance of two tabulated
// loads is measured in. Between them service is read off a straight line; the error
// stays below 0.0005 of service level (TestCurveAgreesWithErlangA).
const (
	curveStep  = 0.03 // of the square root of the agents, in erlangs
	leastSteps = 32
	mostSteps  = 4096
)

// A curve is the service that a fixed number of agents gives as a function of the
// load, read off Erlang A. Paths are many and loads close together, so a table
// answers what would else be a million evaluations.
type curve struct {
	low, perErlang       float64 // load of the first point, and points per erlang
	level, abandon, wait []float64
}

// newCurve tabulates agents on position, whole or fractional, from low to high erlangs;
// with levelOnly the service level and nothing else, in a third of the time.
func newCurve(agents float64, line erlang.Line, formula erlang.Definition, low, high float64, levelOnly bool) (*curve, error) {
	span := max(high-low, 1e-9)
	steps := min(max(leastSteps, int(math.Ceil(span/(curveStep*math.Sqrt(max(agents, 1)))))), mostSteps)
	step := span / float64(steps)
	c := &curve{low: low, perErlang: 1 / step, level: make([]float64, steps+1)}
	if !levelOnly {
		c.abandon, c.wait = make([]float64, steps+1), make([]float64, steps+1)
	}
	for k := range steps + 1 {
		line.Load = low + float64(k)*step
		if levelOnly {
			level, err := erlang.LevelA(agents, line, formula)
			if err != nil {
				return nil, err
			}
			c.level[k] = level
			continue
		}
		m, err := erlang.EvalA(agents, line)
		if err != nil {
			return nil, err
		}
		c.level[k], c.abandon[k], c.wait[k] = m.ServiceLevel(formula), m.PAbandon, m.WaitAll
	}
	return c, nil
}

// levelAt returns the service level.
func (c *curve) levelAt(load float64) float64 {
	x := max(0, (load-c.low)*c.perErlang)
	k := min(int(x), len(c.level)-2)
	return c.level[k] + min(x-float64(k), 1)*(c.level[k+1]-c.level[k])
}

// at returns the service level, the share abandoned and the mean wait in seconds.
func (c *curve) at(load float64) (level, abandon, wait float64) {
	x := max(0, (load-c.low)*c.perErlang)
	k := min(int(x), len(c.level)-2)
	f := min(x-float64(k), 1)
	return c.level[k] + f*(c.level[k+1]-c.level[k]),
		c.abandon[k] + f*(c.abandon[k+1]-c.abandon[k]),
		c.wait[k] + f*(c.wait[k+1]-c.wait[k])
}
