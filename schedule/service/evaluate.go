package service

import (
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/schedule"
)

// A Level is the service of an interval, a day or a week.
type Level struct {
	Name     string  `json:"name"` // timestamp, or first day
	Offered  float64 `json:"offered"`
	Level    float64 `json:"level"`     // share by the formula of the target; 1 where nobody is expected
	Abandon  float64 `json:"abandon"`   // share of the offered
	MeanWait float64 `json:"mean_wait"` // seconds, of all offered
	Agents   float64 `json:"agents"`    // rostered, net of breaks; a mean over the time, or agent-hours of a period
	Meets    bool    `json:"meets"`
}

// A Service is what a roster does to the contacts of a demand.
type Service struct {
	Intervals []Level `json:"intervals"` // one per interval of the grid
	Periods   []Level `json:"periods"`   // days or weeks with contacts; none of a target per interval
	All       Level   `json:"all"`
	Missed    int     `json:"missed"` // intervals below what each is to keep, and periods below the target
}

// A tally adds up service over intervals.
type tally struct{ offered, within, virtual, answered, included, late, wait float64 }

func (t *tally) add(m erlang.IntervalMeasures) {
	if m.Calls == 0 {
		return
	}
	t.offered += m.Calls
	t.within += m.Calls * m.SLOffered
	t.virtual += m.Calls * m.SLVirtual
	t.answered += m.Calls * (1 - m.PAbandon)
	t.included += m.Calls * m.SLInclAbandons
	t.late += m.Calls * (1 - m.PAbandonWithinT)
	t.wait += m.Calls * m.WaitAll
}

func (t *tally) plus(o tally) {
	t.offered += o.offered
	t.within += o.within
	t.virtual += o.virtual
	t.answered += o.answered
	t.included += o.included
	t.late += o.late
	t.wait += o.wait
}

// level is the share of a formula: contacts in its numerator and in its denominator.
func (t tally) level(d erlang.Definition) float64 {
	above, below := t.within, t.offered
	switch d {
	case erlang.SLAnswered:
		below = t.answered
	case erlang.SLInclAbandons:
		above = t.included
	case erlang.SLExclShortAbandons:
		below = t.late
	case erlang.SLVirtual:
		above = t.virtual
	}
	if t.offered == 0 {
		return 1
	}
	if below == 0 {
		return 0
	}
	return above / below
}

// Evaluate plays a roster through the time-varying queue, erlang.EvalDay: who waits at the
// end of an interval waits on in the next. Breaks count to the minute. onPosition is the share
// of rostered time, breaks apart, that is spent at the phones, above 0 and up to 1; whole
// agents are counted, rounded down. Agents finish the contact in hand when their shift ends.
//
// Runs of intervals without contacts of more than an hour separate sessions: each begins
// with nobody waiting, and who waits when the last interval ends is served by its agents.
func Evaluate(roster schedule.Roster, d Demand, t Target, onPosition float64) (Service, error) {
	p, err := newPlayer(d, t, onPosition, false)
	if err != nil {
		return Service{}, err
	}
	on := minutes(roster, d.Grid, false)
	tallies, err := p.play(on, make([]tally, d.Grid.Len()), func(session) bool { return true })
	if err != nil {
		return Service{}, err
	}
	return p.sum(tallies, on), nil
}

// A player evaluates staffings of one demand.
type player struct {
	d        Demand
	t        Target
	f        floor
	repeats  bool
	sessions []session
	period   []int
	names    []string
}

func newPlayer(d Demand, t Target, onPosition float64, repeats bool) (*player, error) {
	if err := d.Validate(); err != nil {
		return nil, err
	}
	if err := t.Validate(); err != nil {
		return nil, err
	}
	if !(onPosition > 0 && onPosition <= 1) {
		return nil, fmt.Errorf("service: a share of %v of rostered time at the phones; give more than 0, up to 1", onPosition)
	}
	p := &player{d: d, t: t, f: floor{onPosition}, repeats: repeats, sessions: d.sessions()}
	p.period, p.names = t.periods(d)
	return p, nil
}

// play evaluates the agents of each minute: the tallies of the intervals, those of sessions
// that are not touched as they were.
func (p *player) play(on []int, was []tally, touched func(session) bool) ([]tally, error) {
	tallies := slices.Clone(was)
	for _, s := range p.sessions {
		if touched(s) {
			if err := p.playSession(s, on, tallies); err != nil {
				return nil, err
			}
		}
	}
	return tallies, nil
}

// playSession fills in the tallies of the intervals of a session.
func (p *player) playSession(s session, on []int, tallies []tally) error {
	day := erlang.Day{Target: p.t.Within, ShiftEnd: erlang.Exhaustive}
	var owner []int
	for i := s.from; i < s.to; i++ {
		tallies[i] = tally{}
		for _, v := range p.d.pieces(i, on, p.f) {
			day.Intervals, owner = append(day.Intervals, v), append(owner, i)
		}
	}
	m, err := erlang.EvalDay(day)
	if err != nil {
		return fmt.Errorf("service: from %s: %w", p.d.Grid.Stamp(s.from), err)
	}
	for k, v := range m.Intervals {
		tallies[owner[k]].add(v)
	}
	return nil
}

// slack forgives the rounding of the evaluation.
const slack = 1e-7

// sum adds the tallies up to periods.
func (p *player) sum(tallies []tally, on []int) Service {
	out := Service{}
	all, periods := tally{}, make([]tally, len(p.names))
	hours := make([]float64, len(p.names))
	total := 0.0
	for i, t := range tallies {
		l := p.named(p.d.Grid.Stamp(i), t, p.t.each())
		l.Agents = meanOf(on, i, p.d)
		out.Intervals = append(out.Intervals, l)
		if !l.Meets {
			out.Missed++
		}
		all.plus(t)
		total += l.Agents * p.d.Grid.Step().Hours()
		if k := p.period[i]; k >= 0 {
			periods[k].plus(t)
			hours[k] += l.Agents * p.d.Grid.Step().Hours()
		}
	}
	for k, name := range p.names {
		l := p.named(name, periods[k], p.t.Share)
		l.Agents = hours[k]
		out.Periods = append(out.Periods, l)
		if !l.Meets {
			out.Missed++
		}
	}
	out.All = p.named("all", all, 0)
	out.All.Agents, out.All.Meets = total, out.Missed == 0
	return out
}

func (p *player) named(name string, t tally, least float64) Level {
	l := Level{Name: name, Offered: t.offered, Level: t.level(p.t.Formula)}
	l.Meets = l.Level >= least-slack
	if t.offered > 0 {
		l.Abandon, l.MeanWait = 1-t.answered/t.offered, t.wait/t.offered
	}
	if math.IsNaN(l.MeanWait) || math.IsInf(l.MeanWait, 0) { // nobody there to answer callers who never hang up
		l.MeanWait = math.MaxFloat64
	}
	return l
}

// meanOf is the mean number of rostered agents in an interval.
func meanOf(on []int, i int, d Demand) float64 {
	per := len(on) / d.Grid.Len()
	sum := 0
	for _, n := range on[i*per : (i+1)*per] {
		sum += n
	}
	return float64(sum) / float64(per)
}
