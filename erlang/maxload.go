package erlang

import (
	"errors"
	"math"
)

// MaxLoadA returns the largest load in erlangs at which agents still meet every condition of g in
// an M/M/n+M queue, and the condition that binds. agents is 0 or more and may be
// fractional; l.Load is not read. Without agents it is 0. A goal that any load meets, such
// as a mean time in queue longer than the patience, gives +Inf. Calls per hour are 3600·load/AHT.
func MaxLoadA(agents float64, l Line, g Goal) (float64, Limit, error) {
	return maxLoad(modelA, agents, l, g)
}

// MaxLoadC is MaxLoadA for callers who never hang up: see RequiredC for what differs.
func MaxLoadC(agents float64, l Line, g Goal) (float64, Limit, error) {
	return maxLoad(modelC, agents, l, g)
}

// MaxLoadB returns the largest load in erlangs of which trunks block at most the share
// blocking. trunks is 0 or more and may be fractional; blocking is more than 0 and less than 1.
func MaxLoadB(trunks, blocking float64) (float64, error) {
	err := errors.Join(need(isAmount(trunks), "trunks", trunks, amount),
		need(isOpenUnit(blocking), "blocking", blocking, openUnit))
	if err != nil || trunks == 0 {
		return 0, err
	}
	var p problem
	p.set(modelB, &Line{}, limitBlocking, blocking)
	return p.largestLoad(trunks), nil
}

func maxLoad(m model, agents float64, l Line, g Goal) (float64, Limit, error) {
	l.Load = 0
	if err := checkSolve(m, agents, l, g); err != nil || agents == 0 {
		return 0, LimitNone, err
	}
	best, binding := math.Inf(1), LimitNone
	for limit := range g.limits() {
		var p problem
		p.setGoal(m, &l, &g, limit)
		if load := p.largestLoad(agents); load < best {
			best, binding = load, limit
		}
	}
	return best, binding, nil
}

// largestLoad returns the load at which n agents sit exactly on the target, +Inf if every load
// meets it.
func (p *problem) largestLoad(n float64) float64 {
	q := *p
	return largest(n, func(load float64) float64 {
		q.setLoad(load)
		return q.score(n)
	})
}

// largest returns the argument at which a falling score is 0, from a guess; 0 if it is negative
// from next to nothing on, +Inf if it stays positive. The root is found in the logarithm.
func largest(guess float64, score func(float64) float64) float64 {
	lo, hi := guess, guess
	sLo := score(lo)
	sHi := sLo
	for ; sLo < 0; sLo = score(lo) {
		if hi, sHi, lo = lo, sLo, lo/2; lo < 1e-300 {
			return 0
		}
	}
	for ; sHi >= 0; sHi = score(hi) {
		if lo, sLo, hi = hi, sHi, hi*2; hi > 1e15*guess {
			return math.Inf(1)
		}
	}
	last, sLast, newest, sNewest := lo, sLo, hi, sHi
	for range 400 {
		next := newest * math.Exp(-sNewest*math.Log(newest/last)/(sNewest-sLast))
		if !(next > lo && next < hi) || math.IsInf(sLast, 0) || math.IsInf(sNewest, 0) {
			next = lo + 0.5*(hi-lo)
		}
		if math.Abs(next-newest) <= 1e-15*next || next == lo || next == hi {
			return next
		}
		s := score(next)
		if s >= 0 {
			lo = next
		} else {
			hi = next
		}
		last, sLast, newest, sNewest = newest, sNewest, next, s
	}
	return lo
}
