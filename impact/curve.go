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
	low, perErlang float32 // load of the first knot, and knots per erlang
	knots          []knot
}

// A knot is the service at one load. Single precision is a ten-thousandth of the error
// between knots, and keeps a curve in the nearest cache.
type knot struct{ level, abandon, wait, _ float32 }

// newCurve tabulates agents on position, whole or fractional, from low to high erlangs;
// with levelOnly the service level and nothing else, in a third of the time.
func newCurve(agents float64, line erlang.Line, formula erlang.Definition, low, high float64, levelOnly bool) (*curve, error) {
	span := max(high-low, 1e-9)
	steps := min(max(leastSteps, int(math.Ceil(span/(curveStep*math.Sqrt(max(agents, 1)))))), mostSteps)
	step := span / float64(steps)
	c := &curve{low: float32(low), perErlang: float32(1 / step), knots: make([]knot, steps+1)}
	for k := range c.knots {
		line.Load = low + float64(k)*step
		if levelOnly {
			level, err := erlang.LevelA(agents, line, formula)
			if err != nil {
				return nil, err
			}
			c.knots[k].level = float32(level)
			continue
		}
		m, err := erlang.EvalA(agents, line)
		if err != nil {
			return nil, err
		}
		c.knots[k] = knot{level: float32(m.ServiceLevel(formula)), abandon: float32(m.PAbandon), wait: float32(m.WaitAll)}
	}
	return c, nil
}

// find returns the knots on both sides of a load and how far it lies towards the second.
func (c *curve) find(load float32) (a, b *knot, f float32) {
	x := max(0, (load-c.low)*c.perErlang)
	k := min(int(x), len(c.knots)-2)
	return &c.knots[k], &c.knots[k+1], min(x-float32(k), 1)
}

// level returns the service level.
func (c *curve) level(load float32) float32 {
	a, b, f := c.find(load)
	return a.level + float32(f*(b.level-a.level))
}

// at returns the service level, the share abandoned and the mean wait in seconds.
func (c *curve) at(load float32) (level, abandon, wait float32) {
	a, b, f := c.find(load)
	return a.level + float32(f*(b.level-a.level)),
		a.abandon + float32(f*(b.abandon-a.abandon)),
		a.wait + float32(f*(b.wait-a.wait))
}
