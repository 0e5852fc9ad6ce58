package erlang

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// A LoadLaw is what is known of a load that is not known exactly: a [GammaLoad], a
// [LognormalLoad] or [SampledLoads], made by their constructors.
type LoadLaw interface {
	Mean() float64               // erlangs
	CDF(load float64) float64    // P(load <= that many erlangs)
	Quantile(p float64) float64  // smallest load with CDF at least p, for 0 < p < 1
	perCall(f levelFunc) float64 // E[Λ·f(Λ)] / E[Λ]: the mean of f over calls, not over intervals
	described() (sound bool)     // made by a constructor
}

// A levelFunc is a service level as a function of the load, smooth but for a kink, on the scale
// of width relative to the load.
type levelFunc struct {
	at          func(load float64) float64
	kink, width float64
}

// GammaLoad is a gamma-distributed load; with Poisson calls on top, the calls of an interval are
// negative binomial.
type GammaLoad struct{ shape, scale float64 }

// NewGammaLoad returns the gamma law of that mean, in erlangs, and coefficient of variation
// (standard deviation / mean), both more than 0.
func NewGammaLoad(mean, cv float64) (GammaLoad, error) {
	if err := checkLaw(mean, cv); err != nil {
		return GammaLoad{}, err
	}
	return GammaLoad{1 / (cv * cv), mean * cv * cv}, nil
}

// LognormalLoad is a lognormally distributed load.
type LognormalLoad struct{ mu, sigma float64 }

// NewLognormalLoad returns the lognormal law of that mean, in erlangs, and coefficient of
// variation (standard deviation / mean), both more than 0.
func NewLognormalLoad(mean, cv float64) (LognormalLoad, error) {
	if err := checkLaw(mean, cv); err != nil {
		return LognormalLoad{}, err
	}
	variance := math.Log1p(cv * cv)
	return LognormalLoad{math.Log(mean) - variance/2, math.Sqrt(variance)}, nil
}

// SampledLoads is the law that gives equal weight to each of a set of loads, such as the
// paths of a forecast.
type SampledLoads struct {
	sorted []float64
	mean   float64
}

// NewSampledLoads returns the law of a sample of loads in erlangs, at least one and each 0 or
// more. The slice is copied.
func NewSampledLoads(loads []float64) (SampledLoads, error) {
	if len(loads) == 0 {
		return SampledLoads{}, errors.New("erlang: no loads in the sample")
	}
	sum := 0.0
	for _, v := range loads {
		if err := needLoad(v); err != nil {
			return SampledLoads{}, err
		}
		sum += v / float64(len(loads))
	}
	sorted := slices.Clone(loads)
	slices.Sort(sorted)
	return SampledLoads{sorted, sum}, nil
}

func checkLaw(mean, cv float64) error {
	return errors.Join(
		need(isPositiveAmount(mean), "mean", mean, positiveAmount),
		need(cv >= 1e-6 && cv <= 100, "cv", cv, "from 1e-6 to 100"))
}

// ChanceA returns the probability, 0 to 1, that agents meet g in an M/M/n+M queue whose load
// follows law: the share of intervals in which the goal holds. l.Load is not read.
//
// Every measure grows worse with the load, so this is the law's CDF at [MaxLoadA]
// (Jongbloed and Koole 2001; Steckley, Henderson and Mehrotra 2009).
func ChanceA(agents float64, l Line, g Goal, law LoadLaw) (float64, error) {
	return chance(modelA, agents, l, g, law)
}

// ChanceC is ChanceA for callers who never hang up.
func ChanceC(agents float64, l Line, g Goal, law LoadLaw) (float64, error) {
	return chance(modelC, agents, l, g, law)
}

func chance(m model, agents float64, l Line, g Goal, law LoadLaw) (float64, error) {
	load, _, err := maxLoad(m, agents, l, g)
	if err = errors.Join(err, checkMade(law)); err != nil {
		return 0, err
	}
	if math.IsInf(load, 1) {
		return 1, nil
	}
	return law.CDF(load), nil
}

// RequiredForChanceA returns the least staffing that meets g with at least that probability,
// more than 0 and less than 1, when the load follows law: the requirement at that quantile
// of the load. l.Load is not read.
func RequiredForChanceA(l Line, g Goal, law LoadLaw, chance float64) (Requirement, error) {
	return requiredForChance(modelA, l, g, law, chance)
}

// RequiredForChanceC is RequiredForChanceA for callers who never hang up.
func RequiredForChanceC(l Line, g Goal, law LoadLaw, chance float64) (Requirement, error) {
	return requiredForChance(modelC, l, g, law, chance)
}

func requiredForChance(m model, l Line, g Goal, law LoadLaw, chance float64) (Requirement, error) {
	if err := errors.Join(checkMade(law), need(isOpenUnit(chance), "chance", chance, openUnit)); err != nil {
		return Requirement{}, err
	}
	l.Load = law.Quantile(chance)
	return required(m, l, g, true)
}

// ExpectedLevelA returns the call-weighted service level by the definition d, 0 to 1: the
// expectation of load·level over the expectation of the load, when the load of an M/M/n+M
// queue follows law. It is what a month's report shows if every interval were such. The
// definitions relative to answered calls are weighted by offered calls like the others.
// l.Load is not read.
func ExpectedLevelA(agents float64, l Line, d Definition, law LoadLaw) (float64, error) {
	return expectedLevel(modelA, agents, l, d, law)
}

// ExpectedLevelC is ExpectedLevelA for callers who never hang up.
func ExpectedLevelC(agents float64, l Line, d Definition, law LoadLaw) (float64, error) {
	return expectedLevel(modelC, agents, l, d, law)
}

func expectedLevel(m model, agents float64, l Line, d Definition, law LoadLaw) (float64, error) {
	l.Load = 0
	errs := []error{l.check(agents, m == modelA), checkMade(law)}
	if !d.valid() {
		errs = append(errs, noDefinition(d))
	}
	if err := errors.Join(errs...); err != nil {
		return 0, err
	}
	p := levelProblem(l, d)
	return law.perCall(levelFunc{
		at: func(load float64) float64 {
			if m == modelC {
				l.Load = load
				return evalC(agents, l).SL
			}
			p.setLoad(load)
			return p.valueOfA(agents)
		},
		kink:  agents,
		width: 1 / math.Sqrt(max(agents, 1)),
	}), nil
}

// RequiredForLevelA returns the smallest number of agents whose call-weighted service level by
// the definition d, [ExpectedLevelA], is at least level, more than 0 and less than 1. l.Load is
// not read.
func RequiredForLevelA(l Line, d Definition, level float64, law LoadLaw) (int, error) {
	return requiredForLevel(modelA, l, d, level, law)
}

// RequiredForLevelC is RequiredForLevelA for callers who never hang up.
func RequiredForLevelC(l Line, d Definition, level float64, law LoadLaw) (int, error) {
	return requiredForLevel(modelC, l, d, level, law)
}

// requiredForLevel brackets from the requirement at the mean load and halves.
func requiredForLevel(m model, l Line, d Definition, level float64, law LoadLaw) (int, error) {
	l.Load = 0
	if _, err := expectedLevel(m, 0, l, d, law); err != nil {
		return 0, err
	}
	l.Load = law.Mean()
	mean, err := required(m, l, ServiceLevel(d, level), false)
	if err != nil {
		return 0, err
	}
	enough := func(agents int) bool {
		v, err := expectedLevel(m, float64(agents), l, d, law)
		return err == nil && v >= level
	}
	lo, hi, step := 0, mean.Agents, 1
	for ; hi < 1e9 && !enough(hi); step *= 2 {
		lo, hi = hi, hi+step
	}
	if hi >= 1e9 {
		return 0, fmt.Errorf("%w: no number of agents brings %v of the calls in time", ErrUnreachable, level)
	}
	for hi-lo > 1 {
		if mid := lo + (hi-lo)/2; enough(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi, nil
}

func checkMade(law LoadLaw) error {
	if law == nil || !law.described() {
		return errors.New("erlang: the law of the load is empty: make it with NewGammaLoad, NewLognormalLoad or NewSampledLoads")
	}
	return nil
}
