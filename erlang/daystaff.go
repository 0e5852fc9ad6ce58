package erlang

import (
	"errors"
	"fmt"
	"math"
)

// A StaffingRule is a way to staff a day whose rate changes. The zero StaffingRule names none.
type StaffingRule uint8

const (
	// PerInterval staffs each interval as if its average rate held for ever (SIPP: stationary,
	// independent, period by period).
	PerInterval StaffingRule = iota + 1
	// Lagged is PerInterval with the rate of one mean handling time earlier, because the
	// agents busy now took their calls then (Green, Kolesar and Soares 2001).
	Lagged
	// OfferedLoad staffs each interval for the mean of m(t), the number of agents that would be
	// busy if there were always enough (Jennings, Mandelbaum, Massey and Whitt 1996; the
	// survey by Green, Kolesar and Whitt 2007).
	OfferedLoad
	// Iterated starts from OfferedLoad and repeats: solve the day exactly, restaff, until every
	// interval meets the goal in the exact solution and the staffing is stable (after the
	// iterative algorithm of Feldman, Mandelbaum, Massey and Whitt 2008).
	Iterated
)

var staffingNames = [...]string{"", "per_interval", "lagged", "offered_load", "iterated"}

// String returns the name ParseStaffingRule reads.
func (r StaffingRule) String() string { return nameOf(staffingNames[:], int(r), "StaffingRule") }

// ParseStaffingRule returns the rule of that name.
func ParseStaffingRule(name string) (StaffingRule, error) {
	i, err := indexOf(staffingNames[:], name, "staffing rule")
	return StaffingRule(i), err
}

// OfferedLoads returns the average over each interval of the offered load m(t) in erlangs, and
// its values at their ends: the mean number of calls in service if there were always enough
// agents, for exponential handle times, from start calls at the beginning. Within an interval of
// load a, m moves to a at the rate 1/AHT (Eick, Massey and Whitt 1993, theorem 1).
func OfferedLoads(intervals []DayInterval, start float64) (mean, end []float64) {
	m := start
	for _, v := range intervals {
		a, spent := v.Calls*v.AHT/v.Seconds, v.Seconds/v.AHT
		mean = append(mean, a+(m-a)*-math.Expm1(-spent)/spent)
		m = a + (m-a)*math.Exp(-spent)
		end = append(end, m)
	}
	return mean, end
}

// LaggedLoads returns the load of each interval with the arrival rate of lag seconds earlier,
// averaged over the interval, in erlangs. Before the first interval nobody calls.
func LaggedLoads(intervals []DayInterval, lag float64) []float64 {
	loads, start := make([]float64, len(intervals)), 0.0
	for i, v := range intervals {
		from, to, calls, edge := start-lag, start+v.Seconds-lag, 0.0, 0.0
		for _, w := range intervals {
			common := min(to, edge+w.Seconds) - max(from, edge)
			calls += max(0, common) * w.Calls / w.Seconds
			edge += w.Seconds
		}
		loads[i] = calls / v.Seconds * v.AHT
		start += v.Seconds
	}
	return loads
}

// StaffDay returns the agents of each interval by the rule, net of shrinkage, for the goal.
// The Agents of the intervals are not read. Goals that no staffing reaches, such as no
// abandonment for calls left over from before, wrap ErrUnreachable; Iterated alone can tell.
func StaffDay(d Day, g Goal, rule StaffingRule) ([]int, error) {
	d.Intervals = append([]DayInterval(nil), d.Intervals...)
	for i := range d.Intervals {
		d.Intervals[i].Agents = 0
	}
	if err := errors.Join(d.Validate(), g.Validate()); err != nil {
		return nil, err
	}
	loads, err := d.loads(rule)
	if err != nil {
		return nil, err
	}
	agents, err := d.staff(g, loads)
	if err != nil || rule != Iterated {
		return agents, err
	}
	return d.iterate(g, agents, loads)
}

// loads returns the load that the rule staffs each interval for, erlangs.
func (d *Day) loads(rule StaffingRule) ([]float64, error) {
	loads := make([]float64, len(d.Intervals))
	switch rule {
	case PerInterval:
		for i, v := range d.Intervals {
			loads[i] = v.Calls * v.AHT / v.Seconds
		}
	case Lagged:
		for i, v := range d.Intervals {
			loads[i] = LaggedLoads(d.Intervals, v.AHT)[i]
		}
	case OfferedLoad, Iterated:
		start := 0.0
		for n, p := range d.Start {
			start += float64(n) * p
		}
		loads, _ = OfferedLoads(d.Intervals, start)
	default:
		return nil, fmt.Errorf("erlang: %v is no staffing rule", rule)
	}
	return loads, nil
}

// staff returns the stationary requirement of each interval at the loads.
func (d *Day) staff(g Goal, loads []float64) ([]int, error) {
	agents := make([]int, len(loads))
	for i := range loads {
		n, err := AgentsA(d.line(i, loads[i]), g)
		if err != nil {
			return nil, fmt.Errorf("interval %d: %w", i, err)
		}
		agents[i] = n
	}
	return agents, nil
}

func (d *Day) line(i int, load float64) Line {
	v := d.Intervals[i]
	return Line{Load: load, AHT: v.AHT, Patience: v.Patience, Target: d.Target}
}

// met says whether the measures of an interval satisfy every condition of the goal.
func (g Goal) met(m IntervalMeasures, agents int) bool {
	asa := m.ASAAnswered
	if g.ASA == ASAAll {
		asa = m.WaitAll
	}
	return (g.MinLevel == 0 || m.ServiceLevel(g.Level) >= g.MinLevel) &&
		(g.MaxASA == 0 || asa <= g.MaxASA) &&
		(g.MaxWait == 0 || m.PWait <= g.MaxWait) &&
		(g.MaxAbandon == 0 || m.PAbandon <= g.MaxAbandon) &&
		(g.MaxOccupancy == 0 || m.Busy <= g.MaxOccupancy*float64(agents))
}

// iterate repairs a staffing until each interval with calls meets the goal and none would
// with an agent less. It first moves all intervals at once, by the load at which a steady
// queue would serve as badly as the exact solution says, and then settles them one by one from
// the first to the last, since the past weighs on the future and hardly the other way.
func (d *Day) iterate(g Goal, agents []int, loads []float64) ([]int, error) {
	if g.ASA == ASAVirtual && g.MaxASA != 0 {
		return nil, errors.New("erlang: the day's solution has no wait_virtual: use asa_answered or wait_all")
	}
	for range 4 {
		m, err := d.with(agents)
		if err != nil {
			return nil, err
		}
		next, err := d.staff(g, d.feltLoads(m, agents, loads))
		if err != nil {
			return nil, err
		}
		if same(next, agents) {
			break
		}
		agents = next
	}
	for range 8 {
		changed, err := d.settle(g, agents)
		if err != nil {
			return nil, err
		}
		if !changed {
			return agents, nil
		}
	}
	return agents, d.raise(g, agents)
}

// with solves the day with the agents given.
func (d *Day) with(agents []int) (DayMeasures, error) {
	for i, n := range agents {
		d.Intervals[i].Agents = n
	}
	return EvalDay(*d)
}

// feltLoads returns the load at which a steady queue makes as many wait as the exact solution
// says, or loads where nobody calls or waits.
func (d *Day) feltLoads(m DayMeasures, agents []int, loads []float64) []float64 {
	felt := make([]float64, len(loads))
	for i, v := range m.Intervals {
		felt[i] = loads[i]
		if v.Calls == 0 || agents[i] == 0 || !isOpenUnit(v.PWait) {
			continue
		}
		load, _, err := MaxLoadA(float64(agents[i]), d.line(i, 0), Goal{MaxWait: v.PWait})
		if err == nil && load < 3*loads[i]+10 {
			felt[i] = load
		}
	}
	return felt
}

// settle gives each interval with calls, from the first to the last, the fewest agents that meet
// the goal there, and reports whether any had other than that.
func (d *Day) settle(g Goal, agents []int) (changed bool, err error) {
	w := &walk{d: d, goal: g, agents: agents}
	for i := range agents {
		was := agents[i]
		if err := w.choose(i); err != nil {
			return false, err
		}
		changed = changed || agents[i] != was
	}
	return changed, nil
}

// A walk settles the staffing of a day interval by interval. What was before weighs on an interval
// by the law of the calls in the system alone, so that a trial solves no more than the
// interval and the one after it, into which waits may reach.
type walk struct {
	d      *Day
	goal   Goal
	agents []int
	before *board // at the end of the interval before; nil at the start of the day
	after  *board // at the end of the interval last tried
}

// choose settles interval i and steps behind it.
func (w *walk) choose(i int) error {
	ok := w.meets(i)
	if w.d.Intervals[i].Calls > 0 {
		if err := w.search(i, ok); err != nil {
			return err
		}
	}
	w.before = w.after
	return nil
}

// search goes down from a staffing that meets the goal, or up from one that does not. The last
// trial is the one that stays.
func (w *walk) search(i int, ok bool) error {
	for ok && w.agents[i] > 0 {
		last := w.after
		w.agents[i]--
		if ok = w.meets(i); !ok {
			w.agents[i]++
			w.after = last
			return nil
		}
	}
	most := 2*w.agents[i] + 50
	for !ok && w.agents[i] < most {
		w.agents[i]++
		ok = w.meets(i)
	}
	if !ok {
		return fmt.Errorf("interval %d: not with %d agents: %w", i, most, ErrUnreachable)
	}
	return nil
}

// meets tries the agents of interval i.
func (w *walk) meets(i int) bool {
	part := *w.d
	part.Intervals = part.Intervals[i:min(len(w.agents), i+2)]
	for n := range part.Intervals {
		part.Intervals[n].Agents = w.agents[i+n]
	}
	if w.before != nil {
		part.Start = nil
	}
	s := newDaySolver(&part)
	if w.before != nil {
		w.before.restaffSystem(&s.sys, w.agents[i], part.ShiftEnd)
	}
	s.interval(0)
	w.after = &board{}
	w.after.copyOf(&s.sys)
	if len(part.Intervals) > 1 {
		s.interval(1)
	}
	return w.goal.met(s.finish().Intervals[0], w.agents[i])
}

// raise adds agents where the goal is missed until it is missed nowhere.
func (d *Day) raise(g Goal, agents []int) error {
	for range 100 {
		m, err := d.with(agents)
		if err != nil {
			return err
		}
		done := true
		for i, v := range m.Intervals {
			if v.Calls > 0 && !g.met(v, agents[i]) {
				agents[i]++
				done = false
			}
		}
		if done {
			return nil
		}
	}
	return ErrUnreachable
}

func same(a, b []int) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
