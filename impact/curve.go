package impact

import (

	"github.com/ringtide/ringtide/erlang"
)

// curvePoints is how many loads a curve holds. Between two of them service is
// read off a straight line; at 512 points over the loads that occur the error
// stays below 0.0005 of service level (TestCurveAgreesWithErlangA).
const curvePoints = 512

// A curve is the service that a fixed number of agents gives as a function of the
// load, read off Erlang A. Paths are many and loads close together, so a table
// answers what would else be a million evaluations.
type curve struct {
	step                 float64 // erlangs between points
	level, abandon, wait []float64
}

// newCurve tabulates agents on position, whole or fractional, up to maxLoad erlangs.
func newCurve(agents float64, line erlang.Line, formula erlang.Definition, maxLoad float64) (*curve, error) {
	c := &curve{step: max(maxLoad, 1e-6) / (curvePoints - 1)}
	c.level, c.abandon, c.wait = make([]float64, curvePoints), make([]float64, curvePoints), make([]float64, curvePoints)
	for k := range curvePoints {
		line.Load = float64(k) * c.step
		m, err := erlang.EvalA(agents, line)
		if err != nil {
			return nil, err
		}
		c.level[k], c.abandon[k], c.wait[k] = m.ServiceLevel(formula), m.PAbandon, m.WaitAll
	}
	return c, nil
}

// at returns the service level, the share abandoned and the mean wait in seconds.
func (c *curve) at(load float64) (level, abandon, wait float64) {
	x := load / c.step
	k := min(int(x), curvePoints-2)
	f := min(x-float64(k), 1)
	mix := func(y []float64) float64 { return y[k] + f*(y[k+1]-y[k]) }
	return mix(c.level), mix(c.abandon), mix(c.wait)
}
