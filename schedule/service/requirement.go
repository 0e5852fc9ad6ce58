package service

import (
	"errors"
	"slices"

	"github.com/ringtide/ringtide/erlang"
)

// iterated returns the rostered agents that keep every interval at its share in the
// time-varying queue, were they to be had by the interval (erlang.Iterated).
func (p *player) iterated() ([]int, error) {
	out := make([]int, p.d.Grid.Len())
	goal := erlang.ServiceLevel(p.t.Formula, p.t.Share)
	for _, s := range p.sessions {
		day := erlang.Day{Target: p.t.Within, ShiftEnd: erlang.Exhaustive}
		for i := s.from; i < s.to; i++ {
			day.Intervals = append(day.Intervals, erlang.DayInterval{Seconds: p.d.Grid.Step().Seconds(), Calls: p.d.Offered[i], AHT: p.d.aht(i), Patience: p.d.Patience})
		}
		agents, err := erlang.StaffDay(day, goal, erlang.Iterated)
		if errors.Is(err, erlang.ErrUnreachable) {
			agents, err = erlang.StaffDay(day, goal, erlang.OfferedLoad)
		}
		if err != nil {
			return nil, err
		}
		for k, n := range agents {
			if p.d.Offered[s.from+k] > 0 {
				out[s.from+k] = p.f.gross(n)
			}
		}
	}
	return out, nil
}

// shift changes the requirement of a target per interval after an attempt: up where it is
// missed; where nothing is, down where the agents beside an interval let it do with one
// fewer than it asked for.
func (c *closer) shift(a attempt) (bool, error) {
	if a.service.Missed > 0 {
		return c.raise(a) && c.idle < patience, nil
	}
	if c.idle >= patience {
		return false, nil
	}
	lowered := false
	on := slices.Clone(a.on)
	for _, s := range c.p.sessions {
		w, err := c.p.newWindow(s, on)
		if err != nil {
			return false, err
		}
		for i := s.from; i < s.to; i++ {
			fewer, err := c.spare(w, i, on)
			if err != nil {
				return false, err
			}
			lowered = lowered || fewer
		}
	}
	return lowered, nil
}

// spare lowers the requirement of interval i by one if all that it touches still meets
// the target, and then counts on one agent fewer there.
func (c *closer) spare(w *window, i int, on []int) (bool, error) {
	per := len(on) / len(c.floors)
	mine := on[i*per : (i+1)*per]
	if c.floors[i] == 0 || slices.Min(mine) > c.floors[i] {
		return false, nil // nobody is there for its sake alone
	}
	holds := true
	err := c.p.with(on, i, -1, func() error {
		_, tallies, err := w.play(i, on)
		for _, t := range tallies {
			holds = holds && t.level(c.p.t.Formula) >= c.p.t.Share+slack
		}
		return err
	})
	if err != nil || !holds {
		return false, err
	}
	c.floors[i]--
	for m := range mine {
		mine[m]--
	}
	return true, nil
}
