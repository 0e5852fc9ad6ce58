package erlang

import "errors"

// A Requirement is the least staffing that meets a goal, net of shrinkage.
type Requirement struct {
	Agents     int     // smallest whole number of agents; at least 1 when there is any load
	Continuous float64 // the real number of agents at which the binding condition holds with equality
	Binding    Limit   // the condition that decides
}

// RequiredA returns the least staffing of an M/M/n+M queue that meets every condition of g.
//
// Continuous is the root of the analytically continued measure: add it over intervals,
// queues and shrinkage before rounding once. It is 0 where any staffing at all will do,
// as when callers give up sooner than the speed of answer asked for. No load needs no agents.
// Faults of l and g are reported together. Loads above 1e12 erlangs wrap ErrUnreachable.
//
// Both answers are proved by evaluation: the condition holds at Agents and fails at
// Agents-1. A solve takes two to four evaluations for Agents, three or four more for Continuous.
func RequiredA(l Line, g Goal) (Requirement, error) { return required(modelA, l, g, true) }

// RequiredC is RequiredA for callers who never hang up (Erlang C): Line's Patience is
// not read, all service-level definitions mean the same, and so do all speeds of answer. A
// goal with MaxAbandon is an error.
func RequiredC(l Line, g Goal) (Requirement, error) { return required(modelC, l, g, true) }

// AgentsA is RequiredA without the continuous answer, in half the time.
func AgentsA(l Line, g Goal) (int, error) {
	r, err := required(modelA, l, g, false)
	return r.Agents, err
}

// AgentsC is RequiredC without the continuous answer, in a third of the time or less.
func AgentsC(l Line, g Goal) (int, error) {
	r, err := required(modelC, l, g, false)
	return r.Agents, err
}

// RequiredTrunks returns the least number of lines at which an M/M/n/n system blocks at most
// the share blocking of its calls. load is in erlangs; blocking is more than 0 and less than 1.
func RequiredTrunks(load, blocking float64) (Requirement, error) {
	if err := errors.Join(needLoad(load), need(isOpenUnit(blocking), "blocking", blocking, openUnit)); err != nil {
		return Requirement{}, err
	}
	if err := solvable(load); err != nil || load == 0 {
		return Requirement{}, err
	}
	var p problem
	p.set(modelB, &Line{Load: load}, limitBlocking, blocking)
	near := p.smallest()
	return Requirement{int(near.hi), p.root(near), LimitNone}, nil
}

func required(m model, l Line, g Goal, continuous bool) (Requirement, error) {
	if !l.ok(m == modelA) || !g.sound() || m == modelC && g.MaxAbandon != 0 {
		return Requirement{}, errors.Join(append(l.faults(m == modelA), g.Validate(), abandonmentIn(m, g))...)
	}
	var r Requirement
	if err := solvable(l.Load); err != nil || l.Load == 0 {
		return r, err
	}
	var p problem
	for limit := LimitLevel; limit <= LimitOccupancy; limit++ {
		if g.target(limit) == 0 {
			continue
		}
		p.setGoal(m, &l, &g, limit)
		if r.Binding != LimitNone && p.score(r.at(continuous)) >= 0 {
			continue
		}
		r.Binding = limit
		if !continuous {
			r.Agents = max(r.Agents, int(p.fewest()))
			continue
		}
		near := p.smallest()
		r.Agents, r.Continuous = max(r.Agents, int(near.hi)), p.root(near)
	}
	return r, nil
}

func (r *Requirement) at(continuous bool) float64 {
	if continuous {
		return r.Continuous
	}
	return float64(r.Agents)
}

func abandonmentIn(m model, g Goal) error {
	if m == modelC && g.MaxAbandon != 0 {
		return errors.New("erlang: MaxAbandon is set but nobody hangs up in Erlang C: use Erlang A")
	}
	return nil
}

// solvable bounds the load so that whole agents are exact in floating point.
func solvable(load float64) error {
	if load <= 1e12 {
		return nil
	}
	return errors.Join(ErrUnreachable, &ArgumentError{"load", load, "at most 1e12 erlangs to be staffed"})
}
