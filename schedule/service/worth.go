package service

import (
	"math"

	"github.com/ringtide/ringtide/erlang"
)

// steady returns the curve of each interval with contacts by its mean offered load over
// time, erlang.OfferedLoads: congestion comes after the contacts.
func (p *player) steady() ([]curve, error) {
	out := make([]curve, p.d.Grid.Len())
	for _, s := range p.sessions {
		for k, load := range p.loads(s) {
			if err := p.curve(out, s.from+k, load); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

func (p *player) loads(s session) []float64 {
	var list []erlang.DayInterval
	for i := s.from; i < s.to; i++ {
		list = append(list, erlang.DayInterval{Seconds: p.d.Grid.Step().Seconds(), Calls: p.d.Offered[i], AHT: p.d.aht(i), Patience: p.d.Patience})
	}
	mean, _ := erlang.OfferedLoads(list, 0)
	return mean
}

func (p *player) line(i int, load float64) erlang.Line {
	return erlang.Line{Load: load, AHT: p.d.aht(i), Patience: p.d.Patience, Target: p.t.Within}
}

func (p *player) curve(out []curve, i int, load float64) (err error) {
	if p.d.Offered[i] > 0 && load > 0 {
		out[i], err = newCurve(p.line(i, load), p.t, p.f)
	}
	return err
}

// bounds of how far the worth of an agent as played may lie from the steady one: beyond
// them the difference of two evaluations says little about the agents after the next.
const leastRatio, mostRatio = 0.2, 5

// played returns curves that agree with the service as played: each is of the load at
// which a steady queue with the agents of the interval serves as badly, so a backlog counts,
// and is stretched so that one agent more adds what it adds in the evaluation to this
// interval and those after it.
func (p *player) played(on []int, now Service, curves []curve) ([]curve, error) {
	out := make([]curve, len(curves))
	per := len(on) / p.d.Grid.Len()
	for _, s := range p.sessions {
		w, err := p.newWindow(s, on)
		if err != nil {
			return nil, err
		}
		loads := p.loads(s)
		for i := s.from; i < s.to; i++ {
			if p.d.Offered[i] == 0 {
				continue
			}
			n := on[i*per] // of the first minute; breaks change it a little
			if err := p.curve(out, i, p.feltLoad(i, n, now.Intervals[i].Level, loads[i-s.from])); err != nil {
				return nil, err
			}
			won, err := w.won(i, on)
			if err != nil {
				return nil, err
			}
			if expected := out[i].at(n) * p.d.Offered[i]; expected > 1e-3 {
				ratio := min(max(won/expected, leastRatio), mostRatio)
				for k := range out[i].gain {
					out[i].gain[k] *= ratio
				}
			}
		}
	}
	return out, nil
}

// feltLoad is the load at which a steady queue of n agents has the level, or the offered
// load where the level says nothing.
func (p *player) feltLoad(i, n int, level, load float64) float64 {
	net := p.f.net(n)
	if net == 0 || level < 0.02 || level > 0.995 {
		return load
	}
	felt, _, err := erlang.MaxLoadA(float64(net), p.line(i, 0), erlang.ServiceLevel(p.t.Formula, level))
	if err != nil || !(felt < 3*load+10) || felt < load/2 {
		return load
	}
	return felt
}

// won is how many contacts more are served in time with as many rostered agents more in
// interval i as put one more at the phones, per rostered agent.
func (w *window) won(i int, on []int) (float64, error) {
	more := max(1, int(math.Round(1/w.p.f.onPosition)))
	_, before, err := w.play(i, on)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	err = w.p.with(on, i, more, func() error {
		_, after, err := w.play(i, on)
		for k := range after {
			sum += after[k].offered * (after[k].level(w.p.t.Formula) - before[k].level(w.p.t.Formula))
		}
		return err
	})
	return sum / float64(more), err
}
