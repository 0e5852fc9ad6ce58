package erlang

import (
	"errors"
	"fmt"
	"math"
)

// A Chat is a queue whose agents hold several contacts at once. Chats arrive by Poisson, last
// exponential times, and are spread evenly over the agents.
type Chat struct {
	ChatsPerHour float64   // 0 or more
	AHT          []float64 // AHT[j-1] is the mean duration of a chat, seconds, while its agent holds j; the length is the most an agent may hold
	Patience     float64   // mean time a customer waits for an agent, seconds; 0 or more, +Inf allowed
	Target       float64   // T, seconds; 0 or more, +Inf allowed
}

// MeasuresChat are the steady-state measures of a Chat. The service levels and waits are those
// of MeasuresA; Occupancy there is the share of the slots in use.
type MeasuresChat struct {
	MeasuresA
	Concurrency float64 // mean number of chats per agent who holds any
	Idle        float64 // share of the agents who hold none
}

// Validate reports every fault of the chat queue at once.
func (c Chat) Validate() error {
	errs := []error{
		need(c.ChatsPerHour >= 0 && c.ChatsPerHour <= 1e9, "ChatsPerHour", c.ChatsPerHour, "from 0 to 1e9"),
		need(isNotNegative(c.Patience), "patience", c.Patience, notNegative),
		need(isNotNegative(c.Target), "target", c.Target, notNegative),
	}
	if len(c.AHT) == 0 || len(c.AHT) > 100 {
		errs = append(errs, fmt.Errorf("erlang: AHT has %d entries: give one for each number of chats an agent may hold, 1 to 100", len(c.AHT)))
	}
	for j, aht := range c.AHT {
		if !(aht >= 0.1 && aht <= 1e9) {
			errs = append(errs, &ArgumentError{fmt.Sprintf("AHT[%d]", j), aht, "from 0.1 to 1e9"})
		} else if j > 0 && float64(j+1)/aht < float64(j)/c.AHT[j-1] {
			errs = append(errs, fmt.Errorf("erlang: an agent with %d chats finishes fewer an hour than one with %d: allow no more than %d", j+1, j, j))
		}
	}
	return errors.Join(errs...)
}

// EvalChat returns the measures of a chat queue with 0 to a million agents: a birth and death
// chain whose death rate depends on the level, as m chats on n agents are floor(m/n) or one
// more each (Luo and Zhang 2013; Tezcan and Zhang 2014). One chat at a time is [EvalA]; a
// duration that does not depend on the number held is EvalA with n times the slots. Who waits,
// waits as in front of one fast server, so that the formulas of [EvalA] hold for the wait.
func EvalChat(agents int, c Chat) (MeasuresChat, error) {
	err := errors.Join(c.Validate(), need(agents >= 0 && agents <= 1e6, "agents", float64(agents), "from 0 to 1e6"))
	if err != nil {
		return MeasuresChat{}, err
	}
	lambda := c.ChatsPerHour / 3600
	slots := len(c.AHT)
	if agents == 0 {
		m, err := EvalA(0, Line{Load: lambda * c.AHT[0], AHT: c.AHT[0], Patience: c.Patience, Target: c.Target})
		return MeasuresChat{MeasuresA: m, Idle: 1}, err
	}
	aht := c.AHT[slots-1] / float64(agents*slots) // of the fast server
	q, err := EvalA(1, Line{Load: lambda * aht, AHT: aht, Patience: c.Patience, Target: c.Target})
	if err != nil {
		return MeasuresChat{}, err
	}
	return c.measures(agents, lambda, lambda*aht, q), nil
}

// measures joins the law of the chats held, up to all slots, with q, the queue of one fast server
// of load rho behind them.
func (c Chat) measures(agents int, lambda, rho float64, q MeasuresA) MeasuresChat {
	full := agents * len(c.AHT)
	// Downward from the last state before all slots are taken, as weights relative to that of
	// "all taken, nobody waits": all terms positive.
	weight, sum, held, idle := 1.0, 0.0, 0.0, 0.0
	wait, busyHeld := 1.0, float64(full)
	scale := 1.0
	for m := full; m > 0; m-- {
		weight *= c.rate(agents, m) / lambda
		if weight > 1e200 {
			weight, sum, held, idle, scale = weight*1e-200, sum*1e-200, held*1e-200, idle*1e-200, scale*1e-200
		}
		sum += weight
		held += weight * float64(m-1)
		idle += weight * float64(max(0, agents-(m-1)))
		if math.IsInf(weight, 1) {
			break
		}
	}
	// The one fast server is idle with the weight 1/rho relative to "busy, nobody waits".
	wait = q.PWait / (1 - q.PWait) / rho * scale
	if q.PWait == 1 || rho == 0 {
		wait = math.Inf(1)
	}
	pWait := 1 / (1 + sum/wait)
	switch {
	case lambda == 0:
		pWait, held, idle, sum = 0, 0, float64(agents), 1
	case math.IsInf(wait, 1) || math.IsNaN(pWait):
		pWait = 1
	}
	return c.join(agents, pWait, held/sum, idle/sum, busyHeld, q)
}

// rate returns the rate at which m chats on agents finish, per second.
func (c Chat) rate(agents, m int) float64 {
	each, more := m/agents, m%agents
	r := 0.0
	if each > 0 {
		r = float64((agents-more)*each) / c.AHT[each-1]
	}
	if more > 0 {
		r += float64(more*(each+1)) / c.AHT[each]
	}
	return r
}

// join mixes the measures of those who wait, taken from q, with those who do not.
func (c Chat) join(agents int, pWait, held, idle, full float64, q MeasuresA) MeasuresChat {
	k := 0.0 // by what the waiting measures of q are scaled
	if q.PWait > 0 {
		k = pWait / q.PWait
	}
	m := MeasuresA{
		PWait: pWait, PAbandon: k * q.PAbandon, PWaitOverT: k * q.PWaitOverT, PVirtualOverT: k * q.PVirtualOverT,
		PAbandonWithinT: k * q.PAbandonWithinT, WaitAll: k * q.WaitAll, WaitAbandoned: q.WaitAbandoned,
		WaitVirtual: k * q.WaitVirtual, QueueLen: k * q.QueueLen,
	}
	m.SLInclAbandons = 1 - m.PWaitOverT
	m.SLVirtual = 1 - m.PVirtualOverT
	m.SLOffered = max(0, m.SLInclAbandons-m.PAbandonWithinT)
	answered := 1 - m.PAbandon
	if answered > 0 {
		m.SLAnswered = min(1, m.SLOffered/answered)
		m.ASAAnswered = k * q.ASAAnswered * (1 - q.PAbandon) / answered
	}
	if m.PAbandonWithinT < 1 {
		m.SLExclShortAbandons = min(1, m.SLOffered/(1-m.PAbandonWithinT))
	}
	chats := pWait*full + (1-pWait)*held
	out := MeasuresChat{MeasuresA: m, Idle: (1 - pWait) * idle / float64(agents)}
	out.Occupancy = chats / full
	if out.Idle < 1 {
		out.Concurrency = chats / (float64(agents) * (1 - out.Idle))
	}
	return out
}

// RequiredChat returns the smallest number of agents that meets every condition of g.
// MaxOccupancy is a ceiling on the slots in use. A goal that a million agents do not meet
// wraps ErrUnreachable.
func RequiredChat(c Chat, g Goal) (int, error) {
	if err := errors.Join(c.Validate(), g.Validate()); err != nil || c.ChatsPerHour == 0 {
		return 0, err
	}
	met := func(n int) bool {
		m, err := EvalChat(n, c)
		return err == nil && g.MetA(m.MeasuresA)
	}
	lo, hi := 0, 1 // fails, holds
	for !met(hi) {
		if lo, hi = hi, 2*hi; hi > 1_000_000 {
			return 0, fmt.Errorf("erlang: a million agents do not meet the goal: %w", ErrUnreachable)
		}
	}
	for hi-lo > 1 {
		if mid := lo + (hi-lo)/2; met(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi, nil
}
