package erlang

import "math"

// patiences returns target in units of the mean patience; nobody with patience 0 waits at
// all, so the smallest target is infinitely many.
func (l Line) patiences(target float64) float64 {
	if l.Patience == 0 {
		return math.Inf(1)
	}
	return target / l.Patience
}

// nobodyServes returns the measures for agents 0 and finite patience: every caller gives up.
func nobodyServes(l Line) MeasuresA {
	stay := math.Exp(-l.patiences(l.Target))
	return MeasuresA{
		PWait:           1,
		PAbandon:        1,
		PWaitOverT:      stay,
		PVirtualOverT:   1,
		SLInclAbandons:  1 - stay,
		PAbandonWithinT: -math.Expm1(-l.patiences(l.Target)),
		ASAAnswered:     math.Inf(1),
		WaitAll:         l.Patience,
		WaitAbandoned:   l.Patience,
		WaitVirtual:     math.Inf(1),
		QueueLen:        l.Load * (l.Patience / l.AHT),
		Occupancy:       idleOrFull(l.Load),
	}
}

// neverAbandons returns the measures for infinite patience. What an overloaded queue never
// answers counts as abandoned, the limit as patience grows.
func neverAbandons(n float64, l Line) MeasuresA {
	c := evalC(n, l)
	m := MeasuresA{
		PWait:               c.PWait,
		PWaitOverT:          c.PWaitOverT,
		PVirtualOverT:       c.PWaitOverT,
		SLOffered:           c.SL,
		SLAnswered:          c.SL,
		SLInclAbandons:      c.SL,
		SLExclShortAbandons: c.SL,
		SLVirtual:           c.SL,
		ASAAnswered:         c.ASA,
		WaitAll:             c.ASA,
		WaitAbandoned:       c.ASADelayed,
		WaitVirtual:         c.ASA,
		QueueLen:            c.QueueLen,
		Occupancy:           c.Occupancy,
	}
	if l.Load > n {
		m.PAbandon = (l.Load - n) / l.Load
	}
	return m
}

// idleOrFull is the occupancy of the last agent to be taken away.
func idleOrFull(load float64) float64 {
	if load == 0 {
		return 0
	}
	return 1
}

// ServiceLevel returns the service level by the definition d, NaN if d names none.
func (m MeasuresA) ServiceLevel(d Definition) float64 {
	switch d {
	case SLOffered:
		return m.SLOffered
	case SLAnswered:
		return m.SLAnswered
	case SLInclAbandons:
		return m.SLInclAbandons
	case SLExclShortAbandons:
		return m.SLExclShortAbandons
	case SLVirtual:
		return m.SLVirtual
	}
	return math.NaN()
}

// ASA returns the average speed of answer in seconds by the definition d, NaN if d names none.
func (m MeasuresA) ASA(d ASADefinition) float64 {
	switch d {
	case ASAAnswered:
		return m.ASAAnswered
	case ASAAll:
		return m.WaitAll
	case ASAVirtual:
		return m.WaitVirtual
	}
	return math.NaN()
}
