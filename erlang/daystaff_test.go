package erlang

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// A day whose load rises fast and falls fast.
func humpDay() Day {
	d := Day{ShiftEnd: Preempt, Target: 20}
	for i := range 10 {
		x := math.Sin(math.Pi * (float64(i) + 0.5) / 10)
		d.Intervals = append(d.Intervals, DayInterval{Seconds: 1800, Calls: 8 + 60*x*x, AHT: 360, Patience: 150})
	}
	return d
}

func TestIteratedStaffingMeetsTheGoalEverywhere(t *testing.T) {
	for _, goal := range []Goal{
		ServiceLevel(SLOffered, 0.8),
		{MaxWait: 0.3},
		{MaxAbandon: 0.05, MaxOccupancy: 0.9},
		{ASA: ASAAnswered, MaxASA: 15},
	} {
		d := humpDay()
		agents, err := StaffDay(d, goal, Iterated)
		if err != nil {
			t.Fatal(err)
		}
		m, err := d.with(agents)
		if err != nil {
			t.Fatal(err)
		}
		for i, v := range m.Intervals {
			if !goal.met(v, agents[i]) {
				t.Errorf("goal %+v is missed in interval %d: %+v", goal, i, v)
			}
		}
		// An agent less misses it.
		for i := range agents {
			fewer := slices.Clone(agents)
			fewer[i]--
			m, err := d.with(fewer)
			if err != nil {
				t.Fatal(err)
			}
			if goal.met(m.Intervals[i], fewer[i]) {
				t.Errorf("goal %+v: interval %d would do with %d agents instead of %d", goal, i, fewer[i], agents[i])
			}
		}
	}
}

// Congestion comes after the calls: staffing by the interval's own rate is too much while the
// load rises and too little while it falls; the offered load follows better.
func TestStaffingRulesAgainstTheExactDay(t *testing.T) {
	goal := ServiceLevel(SLOffered, 0.8)
	worst := map[StaffingRule]float64{}
	for rule := PerInterval; rule <= Iterated; rule++ {
		d := humpDay()
		agents, err := StaffDay(d, goal, rule)
		if err != nil {
			t.Fatal(err)
		}
		m, err := d.with(agents)
		if err != nil {
			t.Fatal(err)
		}
		low := 1.0
		for _, v := range m.Intervals {
			low = min(low, v.SLOffered)
		}
		worst[rule] = low
	}
	if !(worst[PerInterval] < worst[OfferedLoad]-0.03 && worst[Lagged] > worst[PerInterval] && worst[Iterated] >= 0.8) {
		t.Errorf("worst service level by rule: %v", worst)
	}
}

// With a constant rate all rules end at the stationary requirement.
func TestStaffingOfASteadyDay(t *testing.T) {
	d := Day{ShiftEnd: Exhaustive, Target: 20}
	for range 10 {
		d.Intervals = append(d.Intervals, DayInterval{Seconds: 3600, Calls: 120, AHT: 300, Patience: 200})
	}
	goal := ServiceLevel(SLExclShortAbandons, 0.8)
	want, err := AgentsA(Line{Load: 10, AHT: 300, Patience: 200, Target: 20}, goal)
	if err != nil {
		t.Fatal(err)
	}
	for rule := PerInterval; rule <= Iterated; rule++ {
		agents, err := StaffDay(d, goal, rule)
		if err != nil {
			t.Fatal(err)
		}
		if agents[8] != want {
			t.Errorf("%v: %d agents, stationary %d", rule, agents[8], want)
		}
	}
}

func TestOfferedLoads(t *testing.T) {
	day := []DayInterval{{Seconds: 600, Calls: 30, AHT: 300}, {Seconds: 600, Calls: 0, AHT: 300}}
	mean, end := OfferedLoads(day, 0)
	// 15 erlangs from empty: m(t) = 15(1-e^-t/300), then it decays.
	for _, c := range [][2]float64{
		{end[0], 15 * (1 - math.Exp(-2))}, {mean[0], 15 * (1 - (1-math.Exp(-2))/2)},
		{end[1], 15 * (1 - math.Exp(-2)) * math.Exp(-2)},
	} {
		if math.Abs(c[0]-c[1]) > 1e-12 {
			t.Errorf("%v, want %v", c[0], c[1])
		}
	}
	lagged := LaggedLoads(day, 300)
	if math.Abs(lagged[0]-7.5) > 1e-12 || math.Abs(lagged[1]-7.5) > 1e-12 {
		t.Errorf("lagged by half an interval: %v", lagged)
	}
}

func TestStaffDayFaults(t *testing.T) {
	d := humpDay()
	if _, err := StaffDay(d, ServiceLevel(SLOffered, 0.8), 0); err == nil || !strings.Contains(err.Error(), "staffing rule") {
		t.Errorf("no rule: %v", err)
	}
	if _, err := StaffDay(d, Goal{}, Iterated); err == nil {
		t.Error("no goal is no error")
	}
	if _, err := StaffDay(d, Goal{ASA: ASAVirtual, MaxASA: 10}, Iterated); err == nil || !strings.Contains(err.Error(), "wait_virtual") {
		t.Errorf("a goal the day cannot tell: %v", err)
	}
	for rule := PerInterval; rule <= Iterated; rule++ {
		if again, err := ParseStaffingRule(rule.String()); again != rule || err != nil {
			t.Errorf("%v reads back as %v, %v", rule, again, err)
		}
	}
	for rule := Exhaustive; rule <= Preempt; rule++ {
		if again, err := ParseShiftEnd(rule.String()); again != rule || err != nil {
			t.Errorf("%v reads back as %v, %v", rule, again, err)
		}
	}
}
