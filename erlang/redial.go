package erlang

import (
	"errors"
	"math"
)

// MeasuresX are the measures of a queue whose lost callers dial again. MeasuresK is per
// attempt, at the total load.
type MeasuresX struct {
	TotalLoad float64 // erlangs offered, redials included
	Attempts  float64 // mean number of attempts per fresh caller
	PNever    float64 // share of the fresh callers who are never answered
	MeasuresK
}

// EvalX returns the measures of an M/M/n/K(+M) queue with redials (Erlang X): of the calls that
// are blocked or abandoned the share redial, 0 or more and less than 1, comes back
// at once and joins the Poisson stream. l.Load is the fresh load.
//
// The total load a solves a = fresh + redial·a·P(blocked or abandoned). Its root is unique,
// because the lost load grows slower than the load, and lies in [fresh, fresh/(1-redial)];
// it is found to the last digits.
// Sources: Koole 2013; Aguir, Karaesmen, Aksin and Chauvet 2004.
func EvalX(l Lines, redial float64) (MeasuresX, error) {
	if err := errors.Join(l.Validate(), need(isHalfOpenUnit(redial), "redial", redial, halfOpenUnit)); err != nil {
		return MeasuresX{}, err
	}
	fresh := l.Load
	l.Load = totalLoad(l, redial)
	m := MeasuresX{TotalLoad: l.Load, Attempts: 1, MeasuresK: evalK(l)}
	lost := m.PBlock + m.PAbandonOffered
	if fresh > 0 {
		m.Attempts = l.Load / fresh
	}
	m.PNever = min(1, (1-redial)*lost*m.Attempts)
	return m, nil
}

// totalLoad solves the balance of attempts by secants inside a shrinking bracket.
func totalLoad(l Lines, redial float64) float64 {
	fresh := l.Load
	surplus := func(load float64) float64 {
		l.Load = load
		m := evalK(l)
		return load - fresh - redial*load*(m.PBlock+m.PAbandonOffered)
	}
	lo, hi := fresh, fresh/(1-redial)
	last, sLast := lo, surplus(lo)
	load, s := hi, surplus(hi)
	for step := 0; s != 0 && load != last; step++ {
		next := load - s*(load-last)/(s-sLast)
		if !(next > lo && next < hi) || step > 30 {
			next = lo + 0.5*(hi-lo)
		}
		if math.Abs(next-load) <= 0x1p-52*load || next == lo || next == hi {
			return next
		}
		last, sLast = load, s
		load, s = next, surplus(next)
		if s > 0 {
			hi = load
		} else {
			lo = load
		}
	}
	return load
}
