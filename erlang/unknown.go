package erlang

import (
	"errors"
	"fmt"
	"math"
)

// The agents are found by [RequiredA], the load (and so the calls) by [MaxLoadA]; the
// functions here find each of the other arguments from the rest.

// MaxAHTA returns the longest mean handling time, in seconds, at which agents still meet every
// condition of g in an M/M/n+M queue of callsPerHour, and the condition that binds. l gives
// patience and target; its Load and AHT are not read. Longer calls worsen every measure of one
// agent or more, so the answer is unique; it is found to the last digits by secants in a
// bracket. (With part of an agent the share of the answered can rise again.) Without calls, or
// with a goal that calls of any length meet, it is +Inf; without agents 0.
// callsPerHour is from 0 to 1e100; faulty arguments are each an *ArgumentError.
func MaxAHTA(agents, callsPerHour float64, l Line, g Goal) (float64, Limit, error) {
	return maxAHT(modelA, agents, callsPerHour, l, g)
}

// MaxAHTC is MaxAHTA for callers who never hang up: see RequiredC for what differs.
func MaxAHTC(agents, callsPerHour float64, l Line, g Goal) (float64, Limit, error) {
	return maxAHT(modelC, agents, callsPerHour, l, g)
}

func maxAHT(m model, agents, callsPerHour float64, l Line, g Goal) (float64, Limit, error) {
	l.Load, l.AHT = 0, 1
	err := errors.Join(
		need(isAmount(callsPerHour), "callsPerHour", callsPerHour, amount),
		checkSolve(m, agents, l, g))
	if err != nil || agents == 0 {
		return 0, LimitNone, err
	}
	if callsPerHour == 0 {
		return math.Inf(1), LimitNone, nil
	}
	perSecond := callsPerHour / 3600
	longest, binding := math.Inf(1), LimitNone
	for limit := range g.limits() {
		p := problem{}
		aht := largest(agents/perSecond, func(aht float64) float64 {
			l.Load, l.AHT = aht*perSecond, aht
			p.setGoal(m, &l, &g, limit)
			return p.score(agents)
		})
		if aht < longest {
			longest, binding = aht, limit
		}
	}
	return longest, binding, nil
}

// LeastTargetA returns the shortest T, in seconds, within which the share level of calls is
// answered by the definition d in an M/M/n+M queue: the level-quantile of the wait, in the
// sense of d. l.Target is not read. It is 0 if that many are answered at once. level is more
// than 0 and less than 1; when no wait reaches it, because too many give up, the error wraps
// ErrUnreachable. Every definition grows with T, so the answer is unique; accurate to 1e-12
// relative where the wait has a density.
func LeastTargetA(agents float64, l Line, d Definition, level float64) (float64, error) {
	return leastTarget(modelA, agents, l, d, level)
}

// LeastTargetC is LeastTargetA for callers who never hang up: the quantile
// AHT·ln(C/(1-level))/(agents-load) of the wait. Line's Patience is not read.
func LeastTargetC(agents float64, l Line, level float64) (float64, error) {
	return leastTarget(modelC, agents, l, SLOffered, level)
}

func leastTarget(m model, agents float64, l Line, d Definition, level float64) (float64, error) {
	l.Target = math.Inf(1)
	err := errors.Join(l.check(agents, m == modelA), need(isOpenUnit(level), "level", level, openUnit))
	if !d.valid() {
		err = errors.Join(err, noDefinition(d))
	}
	if err != nil {
		return 0, err
	}
	if m == modelC {
		l.Patience = math.Inf(1)
	}
	var p problem
	at := func(target float64) float64 {
		l.Target = target
		p.set(modelA, &l, LimitLevel, level)
		p.level = d
		return p.score(agents)
	}
	if at(math.Inf(1)) < 0 {
		return 0, fmt.Errorf("%w: %v stays below %v however long T is", ErrUnreachable, d, level)
	}
	if at(0) >= 0 {
		return 0, nil
	}
	// largest looks for where a falling score crosses 0: the first T that is enough is the last that
	// is not.
	return largest(l.AHT/max(1, agents), func(target float64) float64 { return -at(target) }), nil
}

// PatienceRangeA returns the least and the greatest mean patience, in seconds, with which agents
// meet every condition of g in an M/M/n+M queue. l.Patience is not read. Patience lowers
// abandonment and raises waiting, delay and occupancy, and a service level can rise and then
// fall with it, so there may be a bound on either side: 0 and +Inf stand for none. When no
// patience will do, the error wraps ErrUnreachable.
//
// The range is the longest unbroken one among 181 steps of a twelfth of a power of ten around
// AHT, with its ends found to 1e-12: a gap narrower than a step can go unseen.
func PatienceRangeA(agents float64, l Line, g Goal) (least, most float64, err error) {
	l.Patience = 0
	if err := checkSolve(modelA, agents, l, g); err != nil {
		return 0, 0, err
	}
	worst := func(patience float64) float64 {
		l.Patience = patience
		score := math.Inf(1)
		var p problem
		for limit := range g.limits() {
			p.setGoal(modelA, &l, &g, limit)
			score = min(score, p.score(agents))
		}
		return score
	}
	grid := patienceGrid(l.AHT)
	from, to := longestRun(len(grid), func(i int) bool { return worst(grid[i]) >= 0 })
	if from == to {
		return 0, 0, fmt.Errorf("%w: no patience lets %v agents meet the goal", ErrUnreachable, agents)
	}
	least, most = grid[from], grid[to-1]
	if from > 0 {
		least = crossing(grid[from], grid[from-1], worst)
	}
	if to < len(grid) {
		most = crossing(grid[to-1], grid[to], worst)
	}
	return least, most, nil
}

// patienceGrid goes from none through a 1e7th and 1e8 times the handling time to endless.
func patienceGrid(aht float64) []float64 {
	grid := []float64{0}
	for i := -84; i <= 96; i++ {
		grid = append(grid, aht*math.Pow(10, float64(i)/12))
	}
	return append(grid, math.Inf(1))
}

// longestRun returns the longest run [from, to) of indices below n that are good.
func longestRun(n int, good func(int) bool) (from, to int) {
	start := 0
	for i := range n + 1 {
		if i < n && good(i) {
			continue
		}
		if i-start > to-from {
			from, to = start, i
		}
		start = i + 1
	}
	return from, to
}

// crossing bisects, in the logarithm, between a patience that is good and one that is not, and
// returns the good end. Beyond the grid's ends nothing changes.
func crossing(good, bad float64, score func(float64) float64) float64 {
	switch {
	case bad == 0:
		bad = good * 1e-12
	case math.IsInf(bad, 1):
		bad = good * 1e12
	}
	if good == 0 {
		good = bad * 1e-12
	} else if math.IsInf(good, 1) {
		good = bad * 1e12
	}
	for range 80 {
		mid := math.Sqrt(good) * math.Sqrt(bad)
		if math.Abs(good-bad) <= 1e-13*good {
			break
		}
		if score(mid) >= 0 {
			good = mid
		} else {
			bad = mid
		}
	}
	return good
}

// checkSolve reports the faults of what a solve for another unknown than the agents starts from.
func checkSolve(m model, agents float64, l Line, g Goal) error {
	if l.ok(m == modelA) && isAmount(agents) && g.sound() && (m == modelA || g.MaxAbandon == 0) {
		return nil
	}
	return errors.Join(append(l.faults(m == modelA), needAgents(agents), g.Validate(), abandonmentIn(m, g))...)
}
