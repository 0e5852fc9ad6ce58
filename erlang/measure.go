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
	p := levelProblem(l, d)
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
	limit  Limit
	level  Definition
	asa    ASADefinition
	target float64
	line   Line
	demand demandA // of the line, in Erlang A
	n, j   float64 // the agents last asked for, and J there; n is NaN at first
}

// set fills p in place, because a problem is large to copy.
func (p *problem) set(m model, l *Line, limit Limit, target float64) {
	p.model, p.limit, p.target = m, limit, target
	p.line, p.n = *l, math.NaN()
	if m == modelA && !l.neverHangsUp() {
		p.demand = newDemandA(*l)
	}
}

// setGoal is set for one condition of a goal.
func (p *problem) setGoal(m model, l *Line, g *Goal, limit Limit) {
	p.set(m, l, limit, g.target(limit))
	p.level, p.asa = g.Level, g.ASA
}

// levelProblem is the service level itself, without a target.
func levelProblem(l Line, d Definition) (p problem) {
	p.set(modelA, &l, LimitLevel, 0)
	p.level = d
	return p
}

// setLoad changes the load and leaves the rest of the line.
func (p *problem) setLoad(load float64) {
	p.line.Load, p.n = load, math.NaN()
	p.demand = p.demand.withLoad(load)
}

// score returns how far n agents are on the good side of the target: it increases with n, is
// 0 at the target, negative where the condition fails, and is nearly linear in n, so that a
// secant finds the root in a few steps. Shares are compared by their log odds, times and
// tail probabilities by their logarithm.
func (p *problem) score(n float64) float64 { return p.compare(p.value(n)) }

// value returns the condition's measure with n agents.
func (p *problem) value(n float64) float64 {
	if p.model == modelA {
		return p.valueOfA(n)
	}
	j := 0.0
	if p.model == modelB || n > p.line.Load {
		j = p.idle(n)
	}
	return p.valueAt(n, j)
}

// idle returns J(n, load), from that of one agent more or less where it was the last asked for:
// 1 + J, which is what counts, keeps its digits both ways.
func (p *problem) idle(n float64) float64 {
	switch n - p.n {
	case 0:
	case 1:
		p.j = (1 + p.j) * n / p.line.Load
	case -1:
		p.j = max(0, p.j*p.line.Load/p.n-1)
	default:
		p.j = idleRatio(n, p.line.Load)
	}
	p.n = n
	return p.j
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
		return logRatio(v*(1-p.target), (1-v)*p.target, v-p.target)
	case p.limit == LimitWait, p.limit == LimitAbandon, p.limit == limitBlocking:
		return logRatio(p.target*(1-v), (1-p.target)*v, p.target-v)
	}
	return logRatio(p.target, v, p.target-v)
}

// logRatio returns ln(a/b), by the first terms of 2·artanh((a-b)/(a+b)) where these
// do: nobody needs more digits of a score than of the step it leads to.
func logRatio(a, b, diff float64) float64 {
	w := diff / (a + b)
	if q := w * w; q < 0.09 {
		return w * (2 + q*(2./3+q*(2./5+q*(2./7+q*(2./9)))))
	}
	return math.Log(a / b)
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
	return 1 - wait*exp(-spare*p.line.Target/p.line.AHT)
}

// valueA computes no more of an M/M/n+M queue than the condition needs.
func (p *problem) valueA(n float64) float64 {
	q := p.demand.queue(n, p.idle(n))
	answered := q.answered()
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
	t := q.tail()
	switch p.level {
	case SLVirtual:
		return 1 - t.virtual
	case SLInclAbandons:
		return 1 - q.patient*t.virtual
	}
	within := max(0, answered-t.answered)
	switch p.level {
	case SLAnswered:
		return min(1, within/answered)
	case SLExclShortAbandons:
		return within / (within + q.patient*t.virtual)
	}
	return within
}

// abandoned returns P(R < V), by the short formula where its rounding is far below target.
func (q *queueA) abandoned(target float64) float64 {
	if target > 1e-5 {
		return max(0, q.wait*(1-q.low.servedOf(q.rho)))
	}
	w := waiting(q.x, q.y, q.diff, q.low)
	return q.wait * w.abandoned / w.all
}

// speed returns an average speed of answer in seconds.
func (q *queueA) speed(d ASADefinition, target float64) float64 {
	if d == ASAAll {
		return q.abandoned(target/q.Patience) * q.Patience
	}
	w := waiting(q.x, q.y, q.diff, q.low)
	if d == ASAVirtual {
		return q.wait * w.virtual(q.y) / w.all * q.AHT / q.n
	}
	answered := q.answered()
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
