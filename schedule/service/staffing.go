package service

import (
	"math"
	"time"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// minutes counts the rostered agents of each minute of the grid, on shift and not on a
// break. Of a roster that repeats what goes over the end counts at the beginning.
func minutes(roster schedule.Roster, g interval.Grid, repeats bool) []int {
	on := make([]int, g.Len()*int(g.Step()/time.Minute))
	for _, s := range roster {
		addMinutes(on, g, repeats, s, 1)
	}
	return on
}

func addMinutes(on []int, g interval.Grid, repeats bool, s schedule.Shift, n int) {
	add := func(r schedule.Rest, n int) {
		from, to := int(r.Start.Sub(g.Start())/time.Minute), int(r.End.Sub(g.Start())/time.Minute)
		for m := from; m < to; m++ {
			k := m
			if repeats && k >= len(on) {
				k -= len(on)
			}
			if k >= 0 && k < len(on) {
				on[k] += n
			}
		}
	}
	add(schedule.Rest{Start: s.Start, End: s.End}, n)
	for _, b := range s.Breaks {
		add(b, -n)
	}
}

// A floor turns rostered agents into agents at the phones and back, where a share of the
// rostered time is spent elsewhere (shrinkage).
type floor struct{ onPosition float64 }

func (f floor) net(gross int) int { return int(math.Floor(float64(gross)*f.onPosition + 1e-9)) }

func (f floor) gross(net int) int { return int(math.Ceil(float64(net)/f.onPosition - 1e-9)) }

// pieces cuts an interval where the number of agents changes.
func (d Demand) pieces(i int, on []int, f floor) []erlang.DayInterval {
	per := int(d.Grid.Step() / time.Minute)
	var out []erlang.DayInterval
	for m := i * per; m < (i+1)*per; m++ {
		n := f.net(on[m])
		if k := len(out); k > 0 && out[k-1].Agents == n {
			out[k-1].Seconds += 60
			continue
		}
		out = append(out, erlang.DayInterval{Seconds: 60, AHT: d.aht(i), Patience: d.Patience, Agents: n})
	}
	for k := range out {
		out[k].Calls = d.Offered[i] * out[k].Seconds / d.Grid.Step().Seconds()
	}
	return out
}
