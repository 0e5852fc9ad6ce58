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
	p := problem{model: modelB, limit: limitBlocking, target: blocking}
	return p.largestLoad(trunks), nil
}

func maxLoad(m model, agents float64, l Line, g Goal) (float64, Limit, error) {
	l.Load = 0
	if !l.ok(m == modelA) || !isAmount(agents) || !g.sound() || m == modelC && g.MaxAbandon != 0 {
		return 0, LimitNone, errors.Join(append(l.faults(m == modelA), needAgents(agents), g.Validate(), abandonmentIn(m, g))...)
	}
	if agents == 0 {
		return 0, LimitNone, nil
	}
	best, binding := math.Inf(1), LimitNone
	for limit := LimitLevel; limit <= LimitOccupancy; limit++ {
		if g.target(limit) == 0 {
			continue
		}
		p := g.problem(m, &l, limit)
		if load := p.largestLoad(agents); load < best {
			best, binding = load, limit
		}
	}
	return best, binding, nil
}

// largestLoad returns the load at which n agents sit exactly on the target, +Inf if every load
// meets it. The score falls with the load; the root is found in ln(load).
func (p *problem) largestLoad(n float64) float64 {
	at := func(q *problem, load float64) float64 {
		q.line.Load = load
		return q.score(n)
	}
	q := *p
	lo, hi := n, n
	sLo := at(&q, lo)
	sHi := sLo
	for ; sLo < 0; sLo = at(&q, lo) {
		if hi, sHi, lo = lo, sLo, lo/2; lo < 1e-300 {
			return 0
		}
	}
	for ; sHi >= 0; sHi = at(&q, hi) {
		if lo, sLo, hi = hi, sHi, hi*2; hi > 1e15*n {
			return math.Inf(1)
		}
	}
	last, sLast, newest, sNewest := lo, sLo, hi, sHi
	for range 400 {
		load := newest * math.Exp(-sNewest*math.Log(newest/last)/(sNewest-sLast))
		if !(load > lo && load < hi) || math.IsInf(sLast, 0) || math.IsInf(sNewest, 0) {
			load = lo + 0.5*(hi-lo)
		}
		if math.Abs(load-newest) <= 1e-15*load || load == lo || load == hi {
			return load
		}
		s := at(&q, load)
		if s >= 0 {
			lo = load
		} else {
			hi = load
		}
		last, sLast, newest, sNewest = newest, sNewest, load, s
	}
	return lo
}
