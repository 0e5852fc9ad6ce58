package erlang

import (
	"errors"
	"math"
)

// Lines is a queue behind a limited number of telephone lines.
type Lines struct {
	Line         // Patience +Inf: nobody hangs up
	Agents   int // at least 1
	Capacity int // calls in the system, in service and waiting; from Agents to 10 million more
}

// MeasuresK are the steady-state measures of M/M/n/K and M/M/n/K+M. An offered call is
// blocked or accepted, an accepted one answered or abandoned. Shares are 0 to 1, times seconds.
type MeasuresK struct {
	PBlock           float64 // blocked / offered
	PWaitOffered     float64 // accepted but not served at once / offered
	PWaitAccepted    float64 // the same / accepted
	PAbandonOffered  float64 // abandoned / offered
	PAbandonAccepted float64 // abandoned / accepted
	SLOffered        float64 // answered within T / offered
	SLAccepted       float64 // answered within T / accepted
	SLAnswered       float64 // answered within T / answered
	ASAAnswered      float64 // mean wait of the answered
	WaitAccepted     float64 // mean time in queue of the accepted
	QueueLen         float64 // mean number waiting
	Occupancy        float64 // CarriedLoad / Agents
	CarriedLoad      float64 // erlangs: offered load times the share answered
}

// Validate reports every fault at once, each as an *ArgumentError.
func (l Lines) Validate() error {
	room := l.Capacity - l.Agents
	return errors.Join(append(l.faults(true),
		need(l.Agents >= 1, "Agents", float64(l.Agents), "at least 1"),
		need(room >= 0 && room <= 1e7, "Capacity", float64(l.Capacity), "from Agents to 10 million more"))...)
}

// EvalK returns the measures of an M/M/n/K queue, with impatient callers when Patience is finite.
// Capacity equal to Agents is the loss system of [B]; a large Capacity is [EvalC] or [EvalA].
// Overload, no load and patience 0 are ordinary.
//
// Method: sums over the waiting places, all terms positive; the agents enter through B alone.
// A caller with k ahead waits the sum of k+1 exponentials, whose tail is an incomplete beta
// (with patience) or Poisson (without) probability, built up term by term. The time is linear
// in Capacity-Agents, about 10 ns a place.
// Sources: Mandelbaum and Zeltyn 2007, section 4.4; Koole 2013.
func EvalK(l Lines) (MeasuresK, error) {
	if err := l.Validate(); err != nil {
		return MeasuresK{}, err
	}
	return evalK(l), nil
}

func evalK(l Lines) MeasuresK {
	n, a := float64(l.Agents), l.Load
	s := l.room()
	idle := idleRatio(n, a) * s.scale
	busy := s.wait + s.full
	norm := idle + busy
	free := 1 / (1 + busy/idle)
	m := MeasuresK{
		PBlock:          s.full / norm,
		PWaitOffered:    s.wait / norm,
		PAbandonOffered: s.abandoned / norm,
		QueueLen:        s.queue / norm,
	}
	accepted := free + m.PWaitOffered
	answered := free + s.served/norm
	m.SLOffered = free + (s.served-s.late)/norm
	m.PWaitAccepted = m.PWaitOffered / accepted
	m.PAbandonAccepted = m.PAbandonOffered / accepted
	m.SLAccepted = min(1, m.SLOffered/accepted)
	m.SLAnswered = min(1, m.SLOffered/answered)
	m.ASAAnswered = s.delay / norm / answered * l.AHT
	if a > 0 {
		m.WaitAccepted = m.QueueLen / (a * accepted) * l.AHT
	}
	m.CarriedLoad = min(n, a*answered)
	m.Occupancy = m.CarriedLoad / n
	return m
}

// roomSums are sums over the calls met waiting, k = 0, 1, …, with weight r(k) = Π_{1<=i<=k}
// load/(agents + i·AHT/patience) relative to "all agents busy, nobody waits", times scale. Times
// are in units of AHT.
type roomSums struct {
	wait      float64 // Σ weight over the states in which a call is accepted and waits
	full      float64 // weight of the full room
	served    float64 // Σ weight·P(answered)
	abandoned float64 // Σ weight·P(abandons)
	late      float64 // Σ weight·P(answered after T)
	delay     float64 // Σ weight·E[V; answered]
	queue     float64 // Σ weight·k, full room included
	scale     float64
}

func (l Lines) room() roomSums {
	n, impatience := float64(l.Agents), l.AHT/l.Patience
	s, weight, h := roomSums{scale: 1}, 1.0, 0.0
	tail := l.newLateness(n)
	for k := 0.0; k < float64(l.Capacity-l.Agents) && weight > 0; k++ {
		leave := (k + 1) * impatience
		d := 1 / (n + leave)
		h += d
		gone := leave * d
		if math.IsInf(leave, 1) {
			gone = 1
		}
		w := weight * n * d
		s.wait += weight
		s.queue += weight * k
		s.served += w
		s.abandoned += weight * gone
		s.delay += w * h
		s.late += w * tail.next(k)
		if weight *= l.Load * d; weight > 1e200 {
			weight *= 1e-200
			s.shrink(1e-200)
		}
	}
	s.full = weight
	s.queue += weight * float64(l.Capacity-l.Agents)
	return s
}

func (s *roomSums) shrink(by float64) {
	s.wait *= by
	s.served *= by
	s.abandoned *= by
	s.late *= by
	s.delay *= by
	s.queue *= by
	s.scale *= by
}

// lateness yields P(V > T | answered) with k = 0, 1, … calls ahead: with z = P(R > T) and x =
// agents·patience/AHT it is z^(x+1)·Σ_{i<=k} (1-z)ⁱ(x+1)…(x+i)/i!, in the limit of no
// abandonment Poisson's e^-m·Σ mⁱ/i!, m the services expected in T.
type lateness struct {
	term, sum  float64 // without lead
	lead       float64 // z^(x+1), exp(logLead)
	logLead    float64
	turn, gone float64 // term(i)/term(i-1) = (turn + gone·i)/i
}

func (l Lines) newLateness(n float64) lateness {
	if l.neverEnds() {
		return lateness{}
	}
	u, services := l.patiences(l.Target), l.Target/l.AHT
	t := lateness{term: 1, sum: 1, logLead: -n*services - u, gone: -math.Expm1(-u)}
	t.turn = n * services * (1 - bendShare(u))
	t.lead = math.Exp(t.logLead)
	return t
}

// next returns the probability for k, which must count up from 0.
func (t *lateness) next(k float64) float64 {
	if k == 0 {
		return t.sum * t.lead
	}
	t.term *= (t.turn + t.gone*k) / k
	t.sum += t.term
	if t.sum > 1e250 {
		t.term *= 1e-250
		t.sum *= 1e-250
		t.logLead += 250 * math.Ln10
		t.lead = math.Exp(t.logLead)
	}
	return min(1, t.sum*t.lead)
}
