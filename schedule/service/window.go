package service

import (
	"math"

	"github.com/ringtide/ringtide/erlang"
)

// A window tries another number of agents in one interval without playing the whole
// session: from the law of the contacts in the system when the interval before begins, to
// where the difference has died away.
type window struct {
	p      *player
	s      session
	states [][]float64 // law at the start of each interval of the session
}

// newWindow plays a session interval by interval and keeps the laws between them.
func (p *player) newWindow(s session, on []int) (*window, error) {
	w := &window{p: p, s: s}
	var law []float64
	for i := s.from; i < s.to; i++ {
		w.states = append(w.states, law)
		m, err := erlang.EvalDay(erlang.Day{Intervals: p.d.pieces(i, on, p.f), Target: p.t.Within, ShiftEnd: erlang.Exhaustive, Start: law})
		if err != nil {
			return nil, err
		}
		law = m.End
	}
	return w, nil
}

// reach is up to which interval a change in interval i is followed: a few handle times.
func (w *window) reach(i int) int {
	step := w.p.d.Grid.Step().Seconds()
	return min(w.s.to, i+1+int(math.Ceil((2*w.p.d.aht(i)+300)/step)))
}

// play returns the tallies of the intervals from before i to where it is followed.
func (w *window) play(i int, on []int) (from int, out []tally, err error) {
	from = max(w.s.from, i-1)
	day := erlang.Day{Target: w.p.t.Within, ShiftEnd: erlang.Exhaustive, Start: w.states[from-w.s.from]}
	var owner []int
	to := w.reach(i)
	for k := from; k < to; k++ {
		for _, v := range w.p.d.pieces(k, on, w.p.f) {
			day.Intervals, owner = append(day.Intervals, v), append(owner, k-from)
		}
	}
	m, err := erlang.EvalDay(day)
	if err != nil {
		return 0, nil, err
	}
	out = make([]tally, to-from)
	for k, v := range m.Intervals {
		out[owner[k]].add(v)
	}
	return from, out, nil
}

// with calls f while interval i has more rostered agents, or fewer, than on says; never
// fewer than none.
func (p *player) with(on []int, i, more int, f func() error) error {
	per := len(on) / p.d.Grid.Len()
	was := append([]int(nil), on[i*per:(i+1)*per]...)
	for m := i * per; m < (i+1)*per; m++ {
		on[m] = max(0, on[m]+more)
	}
	defer copy(on[i*per:], was)
	return f()
}
