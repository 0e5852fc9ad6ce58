package erlang

import (
	"errors"
	"math"
	"slices"
)

// An AutomatedResponse answers callers before an agent does.
type AutomatedResponse struct {
	Contained float64 // share whose contact ends there, 0 to 1
	Seconds   float64 // mean time a caller spends in it, contained or not; 0 or more
	AHTFactor float64 // AHT of the callers who go on, relative to that of all; more than 0
}

// Apply returns what is left for the agents when all calls of the intervals enter the automated
// response first, and the ports in use on average in each interval, in erlangs: the load for
// EvalTrunks and RequiredTrunks. Calls thin out and come later, by an exponential time of mean
// Seconds, and stay Poisson (Khudyakov, Feigin and Mandelbaum 2010; Eick, Massey and Whitt
// 1993). Who is still in it at the end of the last interval reaches no agent.
func (a AutomatedResponse) Apply(intervals []DayInterval) (left []DayInterval, ports []float64, err error) {
	err = errors.Join(
		need(a.Contained >= 0 && a.Contained <= 1, "Contained", a.Contained, "from 0 to 1"),
		need(a.Seconds >= 0 && a.Seconds <= 1e6, "Seconds", a.Seconds, "from 0 to 1e6"),
		need(a.AHTFactor > 0 && a.AHTFactor <= 1e3, "AHTFactor", a.AHTFactor, "more than 0 and at most 1e3"))
	if err != nil {
		return nil, nil, err
	}
	inside := slices.Clone(intervals)
	for i := range inside {
		inside[i].AHT = max(a.Seconds, 1e-3)
	}
	ports, _ = OfferedLoads(inside, 0)
	left = slices.Clone(intervals)
	for i := range left {
		gone := ports[i] / inside[i].AHT * inside[i].Seconds // calls that leave in the interval
		left[i].Calls = gone * (1 - a.Contained)
		left[i].AHT *= a.AHTFactor
	}
	if a.Seconds == 0 {
		clear(ports)
	}
	return left, ports, nil
}

// A Callback is the choice, for callers who would wait long, to be called back when it is quiet.
type Callback struct {
	Threshold    float64 // seconds: offered to callers who would wait longer
	Accept       float64 // share of them who take it, 0 to 1
	Reach        float64 // share reached when called back, 0 to 1; the others cost no time
	MaxOccupancy float64 // callbacks are made as long as occupancy stays below, more than 0 to less than 1
}

// A CallbackInterval says what became of callbacks in an interval.
type CallbackInterval struct {
	Accepted float64 // calls that left the queue for a callback
	Made     float64 // callbacks made, reached or not
	Backlog  float64 // open at the end
}

// Apply moves load: out of intervals where callers wait longer than the threshold, into those
// with time to spare. It returns the day with the calls that stay, those called back and reached
// included, and what became of the callbacks. Callbacks still open at the end stay in the
// last Backlog. (Armony and Maglaras 2004; Legros, Jouini and Koole 2016 treat such
// thresholds exactly.)
//
// In each interval the share who would wait longer than the threshold is that of a steady queue
// at the average of the offered load m(t), whose arrivals the callbacks thin; the capacity for
// callbacks is the agents' time up to MaxOccupancy. It is a transform of load, not a law of the
// queue: against the event simulation the accepted calls come out within a few hundredths of
// the calls of a day.
func (c Callback) Apply(d Day) (Day, []CallbackInterval, error) {
	if err := errors.Join(d.Validate(), c.validate()); err != nil {
		return Day{}, nil, err
	}
	out := d
	out.Intervals = slices.Clone(d.Intervals)
	log := make([]CallbackInterval, len(d.Intervals))
	open, m := 0.0, 0.0
	for n, p := range d.Start {
		m += float64(n) * p
	}
	for i := range out.Intervals {
		v := &out.Intervals[i]
		stay := c.stay(d, i, m)
		accepted := v.Calls * (1 - stay)
		v.Calls *= stay
		mean, _ := OfferedLoads(out.Intervals[i:i+1], m)
		spare := max(0, c.MaxOccupancy*float64(v.Agents)-mean[0]) * v.Seconds / v.AHT // calls
		made := min(open, spare/max(c.Reach, 1e-9))
		open += accepted - made
		v.Calls += made * c.Reach
		_, end := OfferedLoads(out.Intervals[i:i+1], m)
		m = end[0]
		log[i] = CallbackInterval{accepted, made, open}
	}
	return out, log, nil
}

func (c Callback) validate() error {
	return errors.Join(
		need(isNotNegative(c.Threshold), "Threshold", c.Threshold, notNegative),
		need(c.Accept >= 0 && c.Accept <= 1, "Accept", c.Accept, "from 0 to 1"),
		need(c.Reach >= 0 && c.Reach <= 1, "Reach", c.Reach, "from 0 to 1"),
		need(isOpenUnit(c.MaxOccupancy), "MaxOccupancy", c.MaxOccupancy, openUnit))
}

// stay returns the share of the calls of interval i that do not take a callback, m being the
// offered load before: the root of "who stays makes the wait that they stay for".
func (c Callback) stay(d Day, i int, m float64) float64 {
	v := d.Intervals[i]
	lo, hi := 1-c.Accept, 1.0
	for hi-lo > 1e-9 {
		stay := lo + (hi-lo)/2
		v.Calls = d.Intervals[i].Calls * stay
		mean, _ := OfferedLoads([]DayInterval{v}, m)
		if stay+c.Accept*c.long(d, v, mean[0]) > 1 {
			hi = stay
		} else {
			lo = stay
		}
	}
	return lo + (hi-lo)/2
}

// long returns the share of callers who would wait longer than the threshold.
func (c Callback) long(d Day, v DayInterval, load float64) float64 {
	if v.Agents == 0 {
		return 1
	}
	m := evalA(float64(v.Agents), Line{Load: load, AHT: v.AHT, Patience: v.Patience, Target: c.Threshold})
	return math.Min(1, m.PVirtualOverT)
}
