package erlang

import (
	"container/heap"
	"errors"
	"fmt"
	"math"
	"slices"
)

// A PeriodPlan staffs the intervals of a day, a week or any other period.
type PeriodPlan struct {
	Agents   []int   // by interval
	Total    int     // their sum: agent-hours times the intervals in an hour
	AtLeast  int     // proved: no plan of fewer meets the target
	Level    float64 // volume-weighted service level of the period
	Lowest   float64 // service level of the worst interval with calls
	Interval int     // sum of the agents that meet the target in every interval by itself
}

// A PeriodGoal is what the staffing of a day or a week must achieve.
type PeriodGoal struct {
	Level    Definition // formula of the service level; must be named
	MinLevel float64    // least volume-weighted service level of the period, more than 0 and less than 1
	MinEach  float64    // least service level of every interval with calls, 0 (none) or up to MinLevel
	Floor    int        // least agents of every interval with calls, from 0 to a million
}

// RequiredPeriodA returns the least staffing, in agent-intervals, with which the volume-weighted
// service level of a period meets the goal:
//
//	Σ calls·SL(agents) / Σ calls >= MinLevel, calls in proportion to Load/AHT
//
// Each line is an interval of the same length, an M/M/n+M queue in steady state; a line without
// load needs nobody. Faulty arguments are errors that name the interval.
//
// A period's target takes fewer agents than the same target in every interval, because it moves
// agents to where one more serves most callers. Without MinEach it may give up a few intervals
// altogether: the foot of the service-level curve is convex, half a staff answers nobody in time.
// Lowest says how far the worst interval falls.
//
// Method: above its foot SL is concave in the agents, so the next agent goes where it gains most
// calls (Koole 2013): greedy on the concave hull of each interval's curve. A jump over a foot that
// overshoots at the end is weighed against going without it. AtLeast is the bound of the hulls;
// where Total equals it the plan is proved to be least.
func RequiredPeriodA(lines []Line, g PeriodGoal) (PeriodPlan, error) {
	return requiredPeriod(modelA, lines, g)
}

// RequiredPeriodC is RequiredPeriodA for callers who never hang up: Line's Patience is not read,
// all definitions mean the same.
func RequiredPeriodC(lines []Line, g PeriodGoal) (PeriodPlan, error) {
	return requiredPeriod(modelC, lines, g)
}

func requiredPeriod(m model, lines []Line, g PeriodGoal) (PeriodPlan, error) {
	if err := g.check(m, lines); err != nil {
		return PeriodPlan{}, err
	}
	calls := 0.0
	for _, l := range lines {
		calls += l.Load / l.AHT
	}
	plan := PeriodPlan{Agents: make([]int, len(lines)), Level: 1, Lowest: 1}
	if calls == 0 {
		return plan, nil
	}
	curves := make([]curve, len(lines))
	for i, l := range lines {
		if l.Load == 0 {
			curves[i] = curve{answers: []float64{0}, corners: []int{0}, next: 1}
			continue
		}
		alone, err := required(m, l, ServiceLevel(g.Level, g.MinLevel), false)
		if err != nil {
			return PeriodPlan{}, err
		}
		floor := g.Floor
		if g.MinEach > 0 {
			each, err := required(m, l, ServiceLevel(g.Level, g.MinEach), false)
			if err != nil {
				return PeriodPlan{}, err
			}
			floor = max(floor, each.Agents)
		}
		plan.Interval += max(alone.Agents, floor)
		curves[i] = newCurve(m, l, g, floor, l.Load/l.AHT/calls)
	}
	plan.fill(curves, g.MinLevel)
	return plan, nil
}

func (g *PeriodGoal) check(m model, lines []Line) error {
	var errs []error
	for i, l := range lines {
		err := errors.Join(l.faults(m == modelA)...)
		if l.Load > 1e6 {
			err = errors.Join(err, &ArgumentError{"load", l.Load, "at most 1e6 erlangs in a period"})
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("erlang: interval %d: %w", i, err))
		}
	}
	if len(lines) == 0 {
		errs = append(errs, errors.New("erlang: a period of no intervals"))
	}
	if !g.Level.valid() {
		errs = append(errs, noDefinition(g.Level))
	}
	errs = append(errs, need(isOpenUnit(g.MinLevel), "MinLevel", g.MinLevel, openUnit),
		need(g.MinEach >= 0 && g.MinEach <= g.MinLevel, "MinEach", g.MinEach, "from 0 to MinLevel"),
		need(g.Floor >= 0 && g.Floor <= 1e6, "Floor", float64(g.Floor), "from 0 to a million"))
	return errors.Join(errs...)
}

// A curve is the share of the period's calls answered in time in one interval, by its agents, and
// the corners of its concave hull.
type curve struct {
	floor   int
	share   float64   // of the period's calls offered in the interval
	answers []float64 // with floor, floor+1, … agents
	corners []int     // indices into answers
	next    int       // the corner to go to
}

// newCurve evaluates up to where another agent is worth next to nothing.
func newCurve(m model, l Line, g PeriodGoal, floor int, share float64) curve {
	c := curve{floor: floor, share: share, corners: []int{0}, next: 1}
	if m == modelC {
		l.Patience = math.Inf(1)
	}
	p := levelProblem(l, g.Level)
	for n, last := floor, -1.0; ; n++ {
		v := max(last, p.valueOfA(float64(n)))
		c.answers = append(c.answers, share*v)
		if miss := 1 - g.MinLevel; float64(n) > l.Load && 1-v < 0.01*miss && v-last < 1e-4*miss {
			break
		}
		last = v
	}
	c.hull()
	return c
}

// hull keeps the corners between which no answer lies above the straight line.
func (c *curve) hull() {
	for i := 1; i < len(c.answers); i++ {
		for len(c.corners) >= 2 {
			a, b := c.corners[len(c.corners)-2], c.corners[len(c.corners)-1]
			if c.gain(a, b) > c.gain(b, i) {
				break
			}
			c.corners = c.corners[:len(c.corners)-1]
		}
		c.corners = append(c.corners, i)
	}
}

// gain is the share of calls won per agent between two points.
func (c *curve) gain(a, b int) float64 { return (c.answers[b] - c.answers[a]) / float64(b-a) }

func (c *curve) nextGain() float64 { return c.gain(c.corners[c.next-1], c.corners[c.next]) }

// bySlope orders intervals by what their next agent gains, equal ones by position.
type bySlope struct {
	curves []curve
	order  []int
}

func (s *bySlope) Len() int { return len(s.order) }
func (s *bySlope) Less(i, j int) bool {
	a, b := s.order[i], s.order[j]
	if x, y := s.curves[a].nextGain(), s.curves[b].nextGain(); x != y {
		return x > y
	}
	return a < b
}
func (s *bySlope) Swap(i, j int) { s.order[i], s.order[j] = s.order[j], s.order[i] }
func (s *bySlope) Push(x any)    { s.order = append(s.order, x.(int)) }
func (s *bySlope) Pop() any {
	last := s.order[len(s.order)-1]
	s.order = s.order[:len(s.order)-1]
	return last
}

// fill adds agents in the order of their gain until the period meets its level.
func (p *PeriodPlan) fill(curves []curve, level float64) {
	queue := bySlope{curves: curves}
	for i := range curves {
		p.Agents[i] = curves[i].floor
		p.Total += curves[i].floor
		if len(curves[i].corners) > 1 {
			queue.order = append(queue.order, i)
		}
	}
	heap.Init(&queue)
	p.AtLeast = p.Total
	bound := true // as long as nothing was passed over, the next jump gives the bound
	best := PeriodPlan{Total: math.MaxInt}
	answered := p.answered(curves)
	for answered < level && len(queue.order) > 0 && p.Total < best.Total {
		i := queue.order[0]
		c := &curves[i]
		from, to := c.corners[c.next-1], c.corners[c.next]
		won := c.answers[to] - c.answers[from]
		if bound {
			p.AtLeast = p.Total + min(to-from, int(math.Ceil((level-answered)/c.nextGain()*(1-1e-12))))
		}
		if answered+won >= level && to-from > 1 {
			// The jump may be more than is missing: remember what it gives, go on without it.
			best = lesser(best, p.with(i, to-from, curves, level))
			bound = false
			heap.Pop(&queue)
			continue
		}
		answered += won
		p.Agents[i] += to - from
		p.Total += to - from
		if c.next++; c.next < len(c.corners) {
			heap.Fix(&queue, 0)
		} else {
			heap.Pop(&queue)
		}
	}
	if answered >= level {
		best = lesser(best, p.with(0, 0, curves, level))
	}
	p.Agents, p.Total = best.Agents, best.Total
	p.sum(curves)
}

// lesser returns the plan with fewer agents, of equal ones the first.
func lesser(a, b PeriodPlan) PeriodPlan {
	if b.Total < a.Total {
		return b
	}
	return a
}

// with returns a copy of the plan with more agents in interval i, less those anywhere that the
// level can spare, the least useful first.
func (p *PeriodPlan) with(i, more int, curves []curve, level float64) PeriodPlan {
	q := PeriodPlan{Agents: slices.Clone(p.Agents), Total: p.Total + more}
	q.Agents[i] += more
	for spare := q.answered(curves) - level; ; spare = q.answered(curves) - level {
		least, loss := -1, math.Inf(1)
		for i, c := range curves {
			at := q.Agents[i] - c.floor
			if at == 0 {
				continue
			}
			if l := c.answers[at] - c.answers[at-1]; l <= spare && l < loss {
				least, loss = i, l
			}
		}
		if least < 0 {
			return q
		}
		q.Agents[least]--
		q.Total--
		if q.answered(curves) < level { // the difference was below rounding
			q.Agents[least]++
			q.Total++
			return q
		}
	}
}

// answered is the share of the period's calls answered in time.
func (p *PeriodPlan) answered(curves []curve) (sum float64) {
	for i := range curves {
		sum += curves[i].answers[p.Agents[i]-curves[i].floor]
	}
	return sum
}

// sum fills in the levels.
func (p *PeriodPlan) sum(curves []curve) {
	p.Level = min(1, p.answered(curves))
	for i, c := range curves {
		if c.share > 0 {
			p.Lowest = min(p.Lowest, c.answers[p.Agents[i]-c.floor]/c.share)
		}
	}
}
