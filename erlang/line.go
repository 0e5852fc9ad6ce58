package erlang

import "errors"

// A Line is the demand on one queue and the wait its service level is measured at.
type Line struct {
	Load     float64 // offered load in erlangs, calls per hour times AHT in hours; 0 to 1e100
	AHT      float64 // mean handling time in seconds (talk, hold, wrap); 1e-100 to 1e100
	Patience float64 // mean time a caller waits before hanging up, seconds; 0 or more, from 1e30 AHT on never
	Target   float64 // T, seconds; 0 or more, +Inf allowed
}

// LineFromCalls returns the line of callsPerHour calls of mean handling time aht seconds.
func LineFromCalls(callsPerHour, aht, patience, target float64) Line {
	return Line{Load: callsPerHour * aht / 3600, AHT: aht, Patience: patience, Target: target}
}

// Validate reports every fault of the line at once, each as an *ArgumentError.
func (l Line) Validate() error {
	return errors.Join(l.faults(true)...)
}

// check is Validate and a test of agents, without allocation when all is well.
func (l Line) check(agents float64, patience bool) error {
	if isAmount(agents) && l.ok(patience) {
		return nil
	}
	return errors.Join(append(l.faults(patience), needAgents(agents))...)
}

func (l Line) ok(patience bool) bool {
	return isAmount(l.Load) && isPositiveAmount(l.AHT) && isNotNegative(l.Target) &&
		(!patience || isNotNegative(l.Patience))
}

func (l Line) faults(patience bool) []error {
	return []error{
		needLoad(l.Load),
		need(isPositiveAmount(l.AHT), "AHT", l.AHT, positiveAmount),
		need(!patience || isNotNegative(l.Patience), "patience", l.Patience, notNegative),
		need(isNotNegative(l.Target), "target", l.Target, notNegative),
	}
}

// neverHangsUp says whether the callers of the line wait for ever, or so long that no
// measure can tell.
func (l Line) neverHangsUp() bool { return l.Patience/l.AHT > 1e30 }

// neverEnds says whether T is so long that nobody still waits then.
func (l Line) neverEnds() bool { return l.Target/l.AHT > 1e200 }

// fewestAgents is what counts as somebody; less is nobody, so that times per agent stay finite.
const fewestAgents = 1e-100
