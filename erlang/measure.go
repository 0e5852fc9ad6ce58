package erlang

import (
	"fmt"
	"math"
)

// LevelA returns the service level of an M/M/n+M queue by the definition d, 0 to 1: the same
// number as in [EvalA], in a third of the time. It is for those who need it for many loads.
func LevelA(agents float64, l Line, d Definition) (float64, error) {
	if err := l.check(agents, true); err != nil {
		return 0, err
	}
	if !d.valid() {
		return 0, noDefinition(d)
	}
	p := problem{model: modelA, line: l, limit: LimitLevel, level: d}
	return p.valueOfA(agents), nil
}

func noDefinition(d Definition) error {
	return fmt.Errorf("erlang: %v is no service-level definition", d)
}

type model uint8

const (
	modelB model = iota
	modelC
	modelA
)

// A problem is one condition on one queue. It is a plain value, with a switch where a function
// value would be shorter, so that a solve allocates nothing.
type problem struct {
	model  model
	line   Line
	limit  Limit
	level  Definition
	asa    ASADefinition
	target float64
}

// score returns how far n agents are on the good side of the target: it increases with n, is
// 0 at the target, negative where the condition fails, and is nearly linear in n, so that a
// secant finds the root in a few steps. Shares are compared by their log odds, times and
// tail probabilities by their logarithm.
func (p *problem) score(n float64) float64 {
	if p.model == modelA {
		return p.compare(p.valueOfA(n))
	}
	j := 0.0
	if p.model == modelB || n > p.line.Load {
		j = idleRatio(n, p.line.Load)
	}
	return p.compare(p.valueAt(n, j))
}

// valueOfA returns the measure of an M/M/n+M queue, edges included.
func (p *problem) valueOfA(n float64) float64 {
	if n < fewestAgents || p.line.neverHangsUp() {
		return p.pick(evalA(n, p.line))
	}
	return p.valueA(n)
}

// valueAt returns the measure of Erlang B or C, given J(n, load), which overload does not read.
func (p *problem) valueAt(n, j float64) float64 {
	switch {
	case p.model == modelB:
		return 1 / (1 + j)
	case n <= p.line.Load:
		return p.overloadedC()
	}
	return p.valueC(n, delayOf(n, p.line.Load, j))
}

// met says whether a value of the measure satisfies the condition.
func (p *problem) met(v float64) bool {
	if p.limit == LimitLevel {
		return v >= p.target
	}
	return v <= p.target
}

// compare turns a value of the measure into the score.
func (p *problem) compare(v float64) float64 {
	switch {
	case v == p.target:
		return 0
	case p.limit == LimitLevel:
		return math.Log(v / (1 - v) * ((1 - p.target) / p.target))
	case p.limit == LimitWait, p.limit == LimitAbandon, p.limit == limitBlocking:
		return math.Log(p.target / v * ((1 - v) / (1 - p.target)))
	}
	return math.Log(p.target / v)
}

// overloadedC returns the measure of an M/M/n queue that grows without end.
func (p *problem) overloadedC() float64 {
	switch p.limit {
	case LimitLevel:
		return 0
	case LimitASA:
		return math.Inf(1)
	}
	return 1
}

// valueC returns the measure of a stable M/M/n queue in which the share wait waits.
func (p *problem) valueC(n, wait float64) float64 {
	spare := n - p.line.Load
	switch p.limit {
	case LimitOccupancy:
		return p.line.Load / n
	case LimitWait:
		return wait
	case LimitASA:
		return wait * p.line.AHT / spare
	}
	return 1 - wait*math.Exp(-spare*p.line.Target/p.line.AHT)
}

// valueA computes no more of an M/M/n+M queue than the condition needs.
func (p *problem) valueA(n float64) float64 {
	q := newQueueA(n, p.line)
	answered := q.idle + q.wait*q.low.servedOf(q.rho)
	switch p.limit {
	case LimitWait:
		return q.wait
	case LimitOccupancy:
		return min(1, p.line.Load*answered/n)
	case LimitAbandon:
		return q.abandoned(p.target)
	case LimitASA:
		return q.speed(p.asa, p.target)
	}
	t := q.tail(p.line.Target)
	switch p.level {
	case SLVirtual:
		return 1 - t.virtual
	case SLInclAbandons:
		return 1 - t.patient*t.virtual
	}
	within := max(0, answered-t.answered)
	switch p.level {
	case SLAnswered:
		return min(1, within/answered)
	case SLExclShortAbandons:
		return within / (within + t.patient*t.virtual)
	}
	return within
}

// abandoned returns P(R < V), by the short formula where its rounding is far below target.
func (q *queueA) abandoned(target float64) float64 {
	if target > 1e-5 {
		return max(0, q.wait*(1-q.low.servedOf(q.rho)))
	}
	w := waiting(q.x, q.y, q.diff)
	return q.wait * w.abandoned / w.all
}

// speed returns an average speed of answer in seconds.
func (q *queueA) speed(d ASADefinition, target float64) float64 {
	if d == ASAAll {
		return q.abandoned(target/q.Patience) * q.Patience
	}
	w := waiting(q.x, q.y, q.diff)
	if d == ASAVirtual {
		return q.wait * w.virtual / w.all * q.AHT / q.n
	}
	answered := q.idle + q.wait*q.low.servedOf(q.rho)
	return q.wait * w.vServed / w.all / answered * q.Patience
}

// pick takes the condition's measure out of all of them.
func (p *problem) pick(m MeasuresA) float64 {
	switch p.limit {
	case LimitLevel:
		return m.ServiceLevel(p.level)
	case LimitASA:
		return m.ASA(p.asa)
	case LimitWait:
		return m.PWait
	case LimitAbandon:
		return m.PAbandon
	}
	return m.Occupancy
}
