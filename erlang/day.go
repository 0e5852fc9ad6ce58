package erlang

import (
	"errors"
	"fmt"
	"math"
)

// A ShiftEnd says what becomes of a call in hand when its agent's shift ends. The zero ShiftEnd
// names no rule and is not valid.
type ShiftEnd uint8

const (
	// Exhaustive: the agent finishes the call and leaves; new calls wait until fewer agents are
	// busy than are on position.
	Exhaustive ShiftEnd = iota + 1
	// Preempt: the calls that came last return at once to the head of the queue, where they may
	// hang up.
	Preempt
)

var shiftEndNames = [...]string{"", "exhaustive", "preempt"}

// String returns the name ParseShiftEnd reads.
func (r ShiftEnd) String() string { return nameOf(shiftEndNames[:], int(r), "ShiftEnd") }

// ParseShiftEnd returns the rule of that name, "exhaustive" or "preempt".
func ParseShiftEnd(name string) (ShiftEnd, error) {
	i, err := indexOf(shiftEndNames[:], name, "rule for the end of a shift")
	return ShiftEnd(i), err
}

// A DayInterval is a stretch of time with constant rates and staffing.
type DayInterval struct {
	Seconds  float64 // length, more than 0
	Calls    float64 // expected number of calls, 0 or more; they arrive at a constant rate
	AHT      float64 // mean handling time, seconds
	Patience float64 // mean patience, seconds; 0 for none, +Inf for callers who never hang up
	Agents   int     // on position, 0 or more
}

// A Day is a run of intervals, served without a break: who waits at the end of one waits on
// in the next. Where AHT or Patience change, they change for the calls in progress too.
type Day struct {
	Intervals []DayInterval
	Target    float64   // T of the service level, seconds; 0 or more, +Inf allowed
	ShiftEnd  ShiftEnd  // what becomes of calls in hand when the number of agents falls
	Start     []float64 // probability of n calls in the system at the start; nil: empty
}

// An IntervalMeasures is the service of the calls that arrive in an interval, whenever they are
// answered or give up. Shares are of the offered calls unless the name says otherwise. Where
// no calls are expected the measures are those a caller would meet. A call that is put back in
// the queue at the end of a shift has been answered the first time.
type IntervalMeasures struct {
	Calls               float64 // expected number
	PWait               float64 // share not answered at once
	PAbandon            float64 // share that gives up before an answer
	PAbandonWithinT     float64 // share that gives up within T
	SLOffered           float64 // answered within T / offered
	SLAnswered          float64 // answered within T / answered
	SLInclAbandons      float64 // answered or given up within T / offered
	SLExclShortAbandons float64 // answered within T / (offered - given up within T)
	SLVirtual           float64 // an infinitely patient caller is answered within T
	ASAAnswered         float64 // mean wait of the answered, seconds
	WaitAll             float64 // mean time in queue of all, seconds
	WaitAnswered        float64 // ASAAnswered times the share answered, which adds up over intervals
	QueueLen            float64 // time average of the calls waiting
	Busy                float64 // time average of the agents busy, those past their shift included
	LoadMean, LoadEnd   float64 // offered load m(t): its average and its value at the end, erlangs
}

// DayMeasures are the measures of a day.
type DayMeasures struct {
	Intervals []IntervalMeasures
	// Day holds averages over the calls of the day for all shares and waits, averages over time
	// for QueueLen, Busy and LoadMean.
	Day IntervalMeasures
	// End is the probability of n calls in the system at the end of the last interval: the Start
	// of a day that follows, save that an agent then still past the end of a shift counts as one
	// on position.
	End []float64
}

// ServiceLevel returns the service level by the definition d; d must be valid.
func (m IntervalMeasures) ServiceLevel(d Definition) float64 {
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
	panic(noDefinition(d))
}

// Occupancy returns the share of the time of agents on position that is spent on calls. It
// may exceed 1 where agents finish calls after their shift, and is NaN without agents.
func (m IntervalMeasures) Occupancy(agents int) float64 { return m.Busy / float64(agents) }

// EvalDay returns the service of every interval of an M(t)/M/s(t)+M queue: Poisson arrivals
// at a rate that is constant in each interval, exponential handle times and patience, first come
// first served. Backlog carries over. After the last interval nobody arrives and its agents
// stay until the queue is empty; who waits then and has neither an agent nor the patience to
// end counts as abandoned, after an infinite wait.
//
// Method: the Kolmogorov forward equations of the calls in the system and, as a second chain
// that they feed, of the callers of an interval by their place in the queue, both by
// uniformisation (Jensen 1953; Grassmann 1977), which adds positive terms only; the law is
// kept where it has mass. The service level of calls whose wait may reach into other staffing
// is integrated over the arrival instant by Gauss-Legendre. Ingolfsson, Akhmetshina, Budge, Li and
// Wu (2007) use uniformisation as the exact yardstick, and treat both rules of ShiftEnd.
//
// Absolute error below 1e-8 for shares, and 1e-6 s for waits of minutes. The time grows with
// events times states: a day of 24 half hours at 28 erlangs takes some 15 ms, one at
// 400 erlangs some 0.3 s. More than 1e8 expected events in an interval are an error.
// All faults of d are reported at once.
func EvalDay(d Day) (DayMeasures, error) {
	if err := d.Validate(); err != nil {
		return DayMeasures{}, err
	}
	g := newDaySolver(&d)
	for i := range d.Intervals {
		g.interval(i)
	}
	return g.finish(), nil
}

// The greatest numbers EvalDay takes.
const (
	maxDayAgents = 100_000
	maxDayEvents = 1e8
)

// Validate reports every fault of the day at once, naming the interval from 0.
func (d Day) Validate() error {
	var errs []error
	if len(d.Intervals) == 0 {
		errs = append(errs, errors.New("erlang: the day has no intervals"))
	}
	for i, v := range d.Intervals {
		for _, err := range v.faults() {
			if err != nil {
				errs = append(errs, fmt.Errorf("interval %d: %w", i, err))
			}
		}
	}
	errs = append(errs, need(isNotNegative(d.Target), "target", d.Target, notNegative))
	if d.ShiftEnd != Exhaustive && d.ShiftEnd != Preempt {
		errs = append(errs, fmt.Errorf("erlang: ShiftEnd is %v: name Exhaustive or Preempt", d.ShiftEnd))
	}
	return errors.Join(append(errs, checkStart(d.Start))...)
}

func (v DayInterval) faults() []error {
	events := v.Calls + float64(v.Agents)*v.Seconds/v.AHT
	return []error{
		need(v.Seconds > 0 && v.Seconds <= 1e7, "Seconds", v.Seconds, "more than 0 and at most 1e7"),
		need(v.Calls >= 0 && v.Calls <= 1e8, "Calls", v.Calls, "from 0 to 1e8"),
		need(v.AHT >= 0.1 && v.AHT <= 1e9, "AHT", v.AHT, "from 0.1 to 1e9"),
		need(v.Patience == 0 || v.Patience >= 0.1, "Patience", v.Patience, "0, or 0.1 or more (infinite is allowed)"),
		need(v.Agents >= 0 && v.Agents <= maxDayAgents, "Agents", float64(v.Agents), "from 0 to 100000"),
		need(!(events > maxDayEvents), "calls and calls in hand that end", events, "at most 1e8 in an interval"),
	}
}

func checkStart(start []float64) error {
	sum := 0.0
	for n, p := range start {
		if !(p >= 0 && p <= 1) {
			return &ArgumentError{fmt.Sprintf("Start[%d]", n), p, "a probability"}
		}
		sum += p
	}
	return need(start == nil || math.Abs(sum-1) < 1e-6, "sum of Start", sum, "1")
}

// total returns the measures of the whole day.
func (m DayMeasures) total(d *Day) IntervalMeasures {
	var t IntervalMeasures
	var seconds, within, late float64
	for i, v := range m.Intervals {
		t.Calls += v.Calls
		seconds += d.Intervals[i].Seconds
	}
	for i, v := range m.Intervals {
		w := v.Calls / t.Calls
		if t.Calls == 0 {
			w = 1 / float64(len(m.Intervals))
		}
		t.PWait += w * v.PWait
		t.PAbandon += w * v.PAbandon
		t.PAbandonWithinT += w * v.PAbandonWithinT
		t.SLOffered += w * v.SLOffered
		t.SLInclAbandons += w * v.SLInclAbandons
		t.SLVirtual += w * v.SLVirtual
		if w > 0 { // an infinite wait of nobody
			t.WaitAll += w * v.WaitAll
			t.WaitAnswered += w * v.WaitAnswered
		}
		share := d.Intervals[i].Seconds / seconds
		t.QueueLen += share * v.QueueLen
		t.Busy += share * v.Busy
		t.LoadMean += share * v.LoadMean
		t.LoadEnd = v.LoadEnd
	}
	within, late = t.SLOffered, 1-t.SLInclAbandons
	t.ratios(within, late)
	return t
}

// ratios fills the measures that are quotients of others.
func (m *IntervalMeasures) ratios(within, late float64) {
	answered := 1 - m.PAbandon
	if answered > 1e-9 {
		m.SLAnswered = min(1, within/answered)
		m.ASAAnswered = m.WaitAnswered / answered
	}
	if within+late > 1e-9 {
		m.SLExclShortAbandons = within / (within + late)
	}
}
