package uplift

import (
	"fmt"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// Adjust returns the history as if no passing past cause had happened and every
// permanent one had always been in force: a baseline fitted on it needs no word of
// causes. What a passing cause brought is taken off its days; what a permanent one
// brings in full force is put on the days before it began, and what its ramp still
// lacked on the days after. A day's change is spread by the queue's own profile,
// and no interval goes below zero. The queue must be one that was learned from, on
// the same grid.
func (l *Learned) Adjust(in forecast.Input) (forecast.Input, error) {
	if err := in.Validate(); err != nil {
		return forecast.Input{}, err
	}
	qi := -1
	for i, q := range l.m.queues {
		if q.name == in.Queue {
			qi = i
		}
	}
	if qi < 0 {
		return forecast.Input{}, fmt.Errorf("uplift: queue %q was not learned from", in.Queue)
	}
	days := in.Series.Grid().Days()
	q := l.m.queues[qi]
	if len(days) != len(q.run.open) || len(days) > 0 && days[0].Date != q.run.first {
		return forecast.Input{}, fmt.Errorf("uplift: queue %q lies on other days than it was learned from", in.Queue)
	}
	change := l.m.change(qi)
	values, states := in.Series.Values(), in.Series.States()
	weekly := weeklyProfile(in.Series)
	for k, d := range days {
		if change[k] != 0 {
			spreadDay(values[d.First:d.End], states[d.First:d.End], weekly.of(in.Series.Grid(), d), change[k])
		}
	}
	s, err := interval.NewSeries(in.Series.Name(), in.Series.Grid(), values, states)
	if err != nil {
		return forecast.Input{}, fmt.Errorf("uplift: adjusting queue %q: %w", in.Queue, err)
	}
	return forecast.Input{Queue: in.Queue, Series: s, Calendar: in.Calendar}, nil
}

// change returns the calls to add to each day of a queue.
func (m *model) change(qi int) []float64 {
	q := m.queues[qi]
	out := make([]float64, len(q.run.open))
	for _, u := range m.units[qi] {
		c := m.causes[u.cause]
		full := m.fullForce(u)
		for j, cl := range u.cells {
			for t := cl.lo; t < cl.hi; t++ {
				out[q.rows[t]] -= m.posts[qi].mean[u.from+j]
			}
		}
		if c.Permanent {
			for _, i := range q.rows {
				out[i] += full[i]
			}
		}
	}
	return out
}

// fullForce returns what a level brings on each day once its ramp is over.
func (m *model) fullForce(u *unit) []float64 {
	b := m.bases[u.queue]
	out := make([]float64, len(b.q.run.open))
	if !u.group.kind.step() {
		return out
	}
	weekday := b.byDay(b.rhythm(make([]float64, len(b.q.rows))))
	for _, i := range b.q.rows {
		for _, r := range rules(u.group.kind) {
			level := u.group.parts[r][levelDays-1] * u.size * m.rates[u.cause].mean
			if r == Weekdays {
				level *= weekday[i]
			}
			out[i] += level
		}
	}
	return out
}

// spreadDay adds change to the observed intervals of a day by the profile. What an
// interval cannot give, because it has too few calls, the others give.
func spreadDay(values []float64, states []interval.State, profile []float64, change float64) {
	for range 4 {
		sum := 0.0
		for i, p := range profile {
			if states[i] == interval.Observed && (change > 0 || values[i] > 0) {
				sum += p
			}
		}
		if sum <= 0 {
			return
		}
		left := 0.0
		for i, p := range profile {
			if states[i] != interval.Observed || change <= 0 && values[i] <= 0 {
				continue
			}
			values[i] += change * p / sum
			if values[i] < 0 {
				left += values[i]
				values[i] = 0
			}
		}
		if change = left; change > -1e-9 {
			return
		}
	}
}

// A profile is the mean calls of each minute label by weekday.
type profile map[[2]int]float64

func weeklyProfile(s interval.Series) profile {
	sum, n := profile{}, map[[2]int]float64{}
	g := s.Grid()
	for _, d := range g.Days() {
		for i := d.First; i < d.End; i++ {
			if v, state := s.At(i); state == interval.Observed {
				key := [2]int{int(d.Date.Weekday()), g.Minute(i)}
				sum[key] += v
				n[key]++
			}
		}
	}
	for key := range sum {
		sum[key] /= n[key]
	}
	return sum
}

// of returns the profile on the intervals of one day, even where nobody ever called.
func (p profile) of(g interval.Grid, d interval.Day) []float64 {
	out, sum := make([]float64, d.End-d.First), 0.0
	for i := range out {
		out[i] = p[[2]int{int(d.Date.Weekday()), g.Minute(d.First + i)}]
		sum += out[i]
	}
	if sum == 0 {
		for i := range out {
			out[i] = 1
		}
	}
	return out
}
