package erlang

import (
	"errors"
	"fmt"
	"math"
)

// Slopes are the derivatives of every measure of an M/M/n+M queue: how much a probability,
// a share or a number of seconds changes for one unit more of an argument, all else equal.
type Slopes struct {
	Agents   MeasuresA // per agent
	Load     MeasuresA // per erlang of load at the same AHT, that is by volume
	AHT      MeasuresA // per second of AHT at the same volume: the load grows with it
	Patience MeasuresA // per second of mean patience
	Target   MeasuresA // per second of T
}

// SlopesA returns the derivatives of all measures at a point of an M/M/n+M queue, for
// agents, load and AHT above 0. Volume by calls per hour instead of erlangs: the slope by load
// times AHT/3600; one per cent of volume: times load/100.
//
// With patience 0 or beyond 1e30 AHT the slopes by patience are 0, and with patience that long the
// load must be below the agents. At T = 0 those by T are taken from the right; a T beyond 1e200
// AHT has none.
//
// Central differences of order six on steps of a fortieth of the width on which the measures
// bend; one-sided ones where there is no room below. The measures are exact to 1e-13, so the slopes are
// to about 1e-8 in a share (TestSlopes); next to no load or agents less.
func SlopesA(agents float64, l Line) (Slopes, error) {
	err := l.check(agents, true)
	if err == nil {
		err = errors.Join(
			need(agents >= fewestAgents, "agents", agents, "more than 0 to have slopes"),
			need(l.Load >= 1e-100, "load", l.Load, "more than 0 to have slopes"))
	}
	if err == nil && l.neverHangsUp() && l.Load >= agents {
		err = fmt.Errorf("erlang: load %v at %v agents who are never hung up on grows without end: it has no slopes", l.Load, agents)
	}
	if err != nil {
		return Slopes{}, err
	}
	room := math.Sqrt(max(agents, l.Load)) // on which the measures bend, in agents
	if l.neverHangsUp() {
		room = min(room, (agents-l.Load)/2) // where ASA has a pole
	}
	byAgents := min(room, agents) / 40
	byLoad := min(room, l.Load) / 40
	byAHT := l.AHT * byLoad / l.Load
	s := Slopes{
		Agents: centralSlope(byAgents, func(h float64) MeasuresA { return evalA(agents+h, l) }),
		Load: centralSlope(byLoad, func(h float64) MeasuresA {
			m := l
			m.Load += h
			return evalA(agents, m)
		}),
		AHT: centralSlope(byAHT, func(h float64) MeasuresA {
			m := l
			m.AHT += h
			m.Load *= m.AHT / l.AHT
			return evalA(agents, m)
		}),
	}
	if l.Patience > 0 && !l.neverHangsUp() {
		s.Patience = centralSlope(l.Patience/40, func(h float64) MeasuresA {
			m := l
			m.Patience += h
			return evalA(agents, m)
		})
	}
	if !l.neverEnds() {
		s.Target = slopeByTarget(agents, l)
	}
	return s, nil
}

func slopeByTarget(agents float64, l Line) MeasuresA {
	// The tail falls on the scale of one departure, or of sqrt(n) of them near a wait that many
	// share.
	scale := l.AHT / max(1, math.Sqrt(agents))
	if !l.neverHangsUp() && l.Patience > 0 {
		scale = min(scale, l.Patience)
	}
	step := scale / 40
	at := func(h float64) MeasuresA {
		m := l
		m.Target += h
		return evalA(agents, m)
	}
	if l.Target >= 3*step {
		return centralSlope(step, at)
	}
	return forwardSlope(step/2, at)
}

// centralSlope is the central difference of order six.
func centralSlope(h float64, at func(float64) MeasuresA) MeasuresA {
	return combine([]float64{-1. / 60, 3. / 20, -3. / 4, 3. / 4, -3. / 20, 1. / 60},
		[]float64{-3 * h, -2 * h, -h, h, 2 * h, 3 * h}, h, at)
}

// forwardSlope is the forward difference of order six.
func forwardSlope(h float64, at func(float64) MeasuresA) MeasuresA {
	return combine([]float64{-49. / 20, 6, -15. / 2, 20. / 3, -15. / 4, 6. / 5, -1. / 6},
		[]float64{0, h, 2 * h, 3 * h, 4 * h, 5 * h, 6 * h}, h, at)
}

func combine(weights, steps []float64, h float64, at func(float64) MeasuresA) MeasuresA {
	var sum [16]float64
	for i, step := range steps {
		m := at(step)
		for f, v := range m.values() {
			sum[f] += weights[i] * v / h
		}
	}
	return measuresOf(sum)
}

// values lists the measures in the order of the fields.
func (m *MeasuresA) values() [16]float64 {
	return [16]float64{m.PWait, m.PAbandon, m.PWaitOverT, m.PVirtualOverT, m.SLOffered, m.SLAnswered,
		m.SLInclAbandons, m.SLExclShortAbandons, m.SLVirtual, m.PAbandonWithinT, m.ASAAnswered,
		m.WaitAll, m.WaitAbandoned, m.WaitVirtual, m.QueueLen, m.Occupancy}
}

func measuresOf(v [16]float64) MeasuresA {
	return MeasuresA{v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12], v[13], v[14], v[15]}
}
