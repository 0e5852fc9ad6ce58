package day

import (
	"math"
	"testing"

	"github.com/ringtide/ringtide/erlang"
)

// What the stationary formulas say of the staffing of the reference day, against the exact
// solution: the table of docs/erlang.md.
func TestStationaryErrors(t *testing.T) {
	d, _ := readTable(t, "golden/timevarying_midsize_day.csv").day(t, erlang.Exhaustive)
	d.Target = 20
	exact, err := erlang.EvalDay(d)
	if err != nil {
		t.Fatal(err)
	}
	own := make([]float64, len(d.Intervals))
	for i, v := range d.Intervals {
		own[i] = v.Calls * v.AHT / v.Seconds
	}
	mean, _ := erlang.OfferedLoads(d.Intervals, 0)
	for _, tt := range []struct {
		name              string
		loads             []float64
		average, greatest float64 // of reference/staffing.md, section 5
	}{
		{"per interval", own, 2.9, 7.0},
		{"lagged", erlang.LaggedLoads(d.Intervals, 300), math.NaN(), math.NaN()},
		{"offered load", mean, 0.4, 3.3},
	} {
		var sum, worst, day, calls float64
		for i, v := range d.Intervals {
			m, err := erlang.EvalA(float64(v.Agents), erlang.Line{Load: tt.loads[i], AHT: v.AHT, Patience: v.Patience, Target: d.Target})
			if err != nil {
				t.Fatal(err)
			}
			e := 100 * math.Abs(m.SLOffered-exact.Intervals[i].SLOffered)
			sum, worst = sum+e, max(worst, e)
			day, calls = day+v.Calls*m.SLOffered, calls+v.Calls
		}
		average := sum / float64(len(d.Intervals))
		t.Logf("%-13s misses the service level by %.1f points on average, %.1f at worst; day %.3f, exact %.3f",
			tt.name, average, worst, day/calls, exact.Day.SLOffered)
		if math.Abs(average-tt.average) > 0.05 || math.Abs(worst-tt.greatest) > 0.05 {
			t.Errorf("%s: the reference says %.1f and %.1f", tt.name, tt.average, tt.greatest)
		}
	}
}

// What each staffing rule achieves on the reference day when 80% shall be answered within 20 s in
// every half hour, in the exact solution.
func TestStaffingRules(t *testing.T) {
	d, _ := readTable(t, "golden/timevarying_midsize_day.csv").day(t, erlang.Exhaustive)
	d.Target = 20
	goal := erlang.ServiceLevel(erlang.SLOffered, 0.8)
	for rule := erlang.PerInterval; rule <= erlang.Iterated; rule++ {
		agents, err := erlang.StaffDay(d, goal, rule)
		if err != nil {
			t.Fatal(err)
		}
		hours := 0.0
		for i := range agents {
			d.Intervals[i].Agents = agents[i]
			hours += float64(agents[i]) / 2
		}
		m, err := erlang.EvalDay(d)
		if err != nil {
			t.Fatal(err)
		}
		least, missed, below := 1.0, 0, 0.0
		for _, v := range m.Intervals {
			least = min(least, v.SLOffered)
			if v.SLOffered < 0.8 {
				missed++
				below = max(below, 0.8-v.SLOffered)
			}
		}
		t.Logf("%-12v %.1f agent-hours, day %.3f, worst half hour %.3f, %d of %d below target", rule, hours, m.Day.SLOffered, least, missed, len(agents))
		if rule == erlang.Iterated && missed > 0 {
			t.Errorf("the iterated staffing misses the target %d times, by up to %v", missed, below)
		}
	}
}
