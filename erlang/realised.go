package erlang

import (
	"errors"
	"fmt"
	"math"
)

// Realised is the service level of one interval of finite length as the random number it is,
// even when the rate of calls is known: the calls of an interval are few, and their waits hang
// together.
type Realised struct {
	Calls float64 // mean number of calls
	Mean  float64 // mean of the share answered within T
	SD    float64 // its standard deviation
}

// RealisedLevelC returns mean and standard deviation of the share of the calls arriving in an
// interval of seconds that an M/M/n queue in steady state answers within T. l.Patience is not
// read. agents is at least 1 and more than the load; the load is more than 0; seconds is more than
// 0 and finite. An interval in which no more than a call is expected says little: Calls
// must be at least 1.
//
// The question is that of Roubos, Koole and Stolletz (2012, MSOM 14:402), who fit formulas to
// simulations. Here both moments of the number of late calls are computed from the chain:
// of two calls u apart, with u < T, both are late with probability P(late)·E[ρ^(D-A-1)⁺], D and A
// Poisson of means agents·u/AHT and load·u/AHT; a late call leaves a geometric and a Poisson
// number of calls in the queue at T, from where the chain runs on by uniformisation (Jensen
// 1953). The
// share is their ratio to the calls to first order, which puts SD up to 6/Calls too high, a
// tenth with 60 calls (TestRealisedAgainstSimulation); everything before is exact to about 1e-9.
//
// The time grows with the number of states times the events in the interval: half a millisecond for
// 20 erlangs and half an hour, a tenth of a second for a thousand. Very close to saturation, where
// it would take minutes, the error wraps ErrUnreachable.
func RealisedLevelC(agents int, l Line, seconds float64) (Realised, error) {
	n := float64(agents)
	if err := checkRealised(n, l, seconds); err != nil {
		return Realised{}, err
	}
	w := newLateWalk(n, l)
	if work := float64(len(w.late)) * w.rate * seconds; work > 5e9 {
		return Realised{}, fmt.Errorf("%w: load %v is so close to %d agents that the queue has %d states to follow", ErrUnreachable, l.Load, agents, len(w.late))
	}
	calls := l.Load / l.AHT * seconds
	variance, withCalls := w.moments(seconds)
	return Realised{
		Calls: calls,
		Mean:  min(1, max(0, 1-w.q+withCalls/(calls*calls))),
		SD:    math.Sqrt(max(0, variance)) / calls,
	}, nil
}

func checkRealised(n float64, l Line, seconds float64) error {
	err := errors.Join(append(l.faults(false),
		need(n >= 1, "agents", n, "at least 1"),
		need(seconds > 0 && seconds <= math.MaxFloat64, "seconds", seconds, "more than 0 and finite"),
		need(l.Load > 0, "load", l.Load, "more than 0 to have a service level"))...)
	if err != nil {
		return err
	}
	return errors.Join(
		need(l.Load < n, "load", l.Load, fmt.Sprintf("less than the %v agents for a steady state", n)),
		need(l.Load/l.AHT*seconds >= 1, "seconds", seconds, "long enough for one call on average"))
}

// Chance returns the probability that the interval's service level is at least level. The share
// of late calls is taken as gamma-distributed with the two moments, which keeps its skewness;
// against simulation it is within five points (TestRealisedAgainstSimulation).
func (r Realised) Chance(level float64) float64 {
	late := 1 - r.Mean
	switch {
	case level <= 0:
		return 1
	case r.SD == 0 || late == 0:
		if r.Mean >= level {
			return 1
		}
		return 0
	case level >= 1:
		return 0
	}
	variance := r.SD * r.SD
	return gammaCDF(late*late/variance, (1-level)*late/variance)
}

// RequiredForRealisedC returns the smallest number of agents with which an interval of seconds
// shows at least the service level with probability chance, both more than 0 and less than 1:
// the agents for "80/20 in nine half hours of ten". See [RealisedLevelC] for the rest.
func RequiredForRealisedC(l Line, seconds, level, chance float64) (int, error) {
	err := errors.Join(need(isOpenUnit(level), "level", level, openUnit), need(isOpenUnit(chance), "chance", chance, openUnit),
		checkRealised(max(1, l.Load+1), l, seconds))
	if err == nil {
		err = solvable(l.Load)
	}
	if err != nil {
		return 0, err
	}
	for agents := int(l.Load) + 1; ; agents++ {
		if c := delay(float64(agents), l.Load) * exp(-(float64(agents)-l.Load)*l.Target/l.AHT); 1-c < level-0.2 {
			continue // far from it, and near saturation slow to follow
		}
		r, err := RealisedLevelC(agents, l, seconds)
		if err != nil {
			return 0, err
		}
		if r.Chance(level) >= chance {
			return agents, nil
		}
	}
}

// A lateWalk is the number of calls in an M/M/n queue, lowest, lowest+1, … of them, uniformised.
type lateWalk struct {
	l       Line
	n, rho  float64
	q       float64 // P(late)
	lowest  int
	rate    float64   // events a second: arrivals and n·departures
	late    []float64 // P(late) - q of a call that finds so many
	shifted []float64 // the stationary law, one call more
	behind  []float64 // the law at T given that the call that came at 0 still waits
}

func newLateWalk(n float64, l Line) *lateWalk {
	w := &lateWalk{l: l, n: n, rho: l.Load / n}
	busy := delay(n, l.Load)
	w.q = busy * exp(-(n-l.Load)*l.Target/l.AHT)
	w.rate = (l.Load + n) / l.AHT
	w.lowest = int(max(0, l.Load-12*math.Sqrt(l.Load)-30))
	queue := 34/-math.Log(w.rho) + 2
	arrivals := l.Load * min(l.Target, 1e6*l.AHT) / l.AHT
	size := int(n) - w.lowest + int(queue+arrivals+10*math.Sqrt(arrivals)+20)
	w.late = make([]float64, size)
	w.shifted = make([]float64, size)
	w.behind = make([]float64, size)
	w.fill(busy)
	return w
}

// fill sets the laws: Poisson weights below n, geometric ones from n on.
func (w *lateWalk) fill(busy float64) {
	top := int(w.n) - w.lowest
	law := make([]float64, len(w.late))
	law[top] = busy * (1 - w.rho)
	for i := top; i > 0; i-- {
		law[i-1] = law[i] * float64(i+w.lowest) / w.l.Load
	}
	for i := top + 1; i < len(law); i++ {
		law[i] = law[i-1] * w.rho
	}
	copy(w.shifted[1:], law)

	departures := poisson(w.n * w.l.Target / w.l.AHT)
	within := 0.0
	for i := range w.late {
		w.late[i] = -w.q
		if i >= top {
			within += departures.at(i - top)
			w.late[i] += min(1, within)
		}
	}
	arrivals := poisson(w.l.Load * w.l.Target / w.l.AHT)
	tail := 0.0 // Σ_g (1-ρ)ρᵍ·P(arrivals = j-g)
	for j := 0; top+1+j < len(w.behind); j++ {
		tail = tail*w.rho + (1-w.rho)*arrivals.at(j)
		w.behind[top+1+j] = tail
	}
}

// moments returns the variance of Σ(late - q) over the calls of the interval, and the covariance
// of that sum with the number of calls.
func (w *lateWalk) moments(seconds float64) (variance, withCalls float64) {
	perSecond := w.l.Load / w.l.AHT
	after := max(0, seconds-w.l.Target)
	steps := poisson(w.rate * seconds)
	remaining := poisson(w.rate * after)
	full, rest := steps.excess(), remaining.excess()
	v, next := append([]float64(nil), w.late...), make([]float64, len(w.late))
	var both, single float64
	for i := range full {
		single += dot(w.shifted, v) * full[i]
		if i < len(rest) {
			both += dot(w.behind, v) * rest[i]
		}
		w.step(v, next)
		v, next = next, v
	}
	both, single = both/(w.rate*w.rate), single/(w.rate*w.rate)
	pairs := w.close(seconds) + w.q*(both-single)
	return perSecond*seconds*w.q*(1-w.q) + 2*perSecond*perSecond*pairs, perSecond * perSecond * single
}

// step applies the transition matrix to a function of the state.
func (w *lateWalk) step(v, next []float64) {
	up := w.l.Load / w.l.AHT / w.rate
	perCall := 1 / w.l.AHT / w.rate
	last := len(v) - 1
	for i := range v {
		down := perCall * min(w.n, float64(i+w.lowest))
		if i == 0 {
			down = 0
		}
		r := (1 - up - down) * v[i]
		if i > 0 {
			r += down * v[i-1]
		}
		r += up * v[min(i+1, last)]
		next[i] = r
	}
}

// close integrates (seconds-u)·(P(both late) - q²) over u from 0 to T: by 8 panels of the rule.
func (w *lateWalk) close(seconds float64) float64 {
	const panels = 8
	end, sum := min(w.l.Target, seconds), 0.0
	half := end / (2 * panels)
	for p := range panels {
		for _, g := range gauss28 {
			u := half * (float64(2*p+1) + g.node)
			sum += half * g.weight * (seconds - u) * w.q * (w.again(u) - w.q)
		}
	}
	return sum
}

// again returns E[ρ^(D-A-1)⁺], the chance that the call u seconds after a late one is late too,
// for u below T.
func (w *lateWalk) again(u float64) float64 {
	d, a := poisson(w.n*u/w.l.AHT), poisson(w.l.Load*u/w.l.AHT)
	top := max(d.last(), a.last()) + 1
	below, sum := 1.0, 0.0 // P(D <= j+1), for arrivals j from the top
	beyond := 0.0          // Σ_{i>j+1} P(D = i)·ρ^(i-j-1)
	for j := top; j >= 0; j-- {
		sum += a.at(j) * (below + beyond)
		beyond = w.rho * (d.at(j+1) + beyond)
		below = max(0, below-d.at(j+1))
	}
	return min(1, sum)
}

func dot(a, b []float64) (sum float64) {
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// A poissonLaw holds the probabilities of first, first+1, … that matter.
type poissonLaw struct {
	first int
	p     []float64
}

func poisson(mean float64) poissonLaw {
	reach := 9*math.Sqrt(mean) + 40
	first := int(max(0, mean-reach))
	p := make([]float64, int(mean+reach)-first+1)
	mode := int(mean) - first
	p[mode] = 1
	for i := mode; i > 0; i-- {
		p[i-1] = p[i] * float64(i+first) / mean
	}
	for i := mode + 1; i < len(p); i++ {
		p[i] = p[i-1] * mean / float64(i+first)
	}
	total := 0.0
	for _, v := range p {
		total += v
	}
	for i := range p {
		p[i] /= total
	}
	return poissonLaw{first, p}
}

func (l *poissonLaw) last() int { return l.first + len(l.p) - 1 }

func (l *poissonLaw) at(k int) float64 {
	if i := k - l.first; i >= 0 && i < len(l.p) {
		return l.p[i]
	}
	return 0
}

// excess returns E[(N-i-1)⁺] for i = 0, 1, …: the integral of (τ-v)·P(i events in v) over v from 0 to
// τ, times the squared rate of the events, when N counts those in τ.
func (l *poissonLaw) excess() []float64 {
	r := make([]float64, l.last()+1)
	tail, sum := 0.0, 0.0
	for i := l.last(); i >= 0; i-- {
		r[i] = sum // Σ_{m >= i+2} P(N >= m)
		tail += l.at(i + 1)
		sum += tail
	}
	return r
}
