package schedule

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// explained covers a day and says why it is short.
func explained(t *testing.T, need Requirement, patterns []Pattern, tours []Tour, opt Options) (Plan, Why) {
	t.Helper()
	plan, err := CoverWeeks(t.Context(), need, patterns, tours, opt)
	if err != nil {
		t.Fatal(err)
	}
	why, err := Explain(t.Context(), need, patterns, tours, opt, plan)
	if err != nil {
		t.Fatal(err)
	}
	return plan, why
}

func fields(c Conflict) []string {
	var out []string
	for _, r := range c.Rules {
		out = append(out, r.Field)
	}
	slices.Sort(out)
	return out
}

func dayOf(t *testing.T, from, to float64, agents float64) Requirement {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
	for i := range need.Agents {
		if h := float64(g.Minute(i)) / 60; h >= from && h < to {
			need.Agents[i] = agents
		}
	}
	return need
}

func TestWhySeats(t *testing.T) {
	need := dayOf(t, 8, 12, 5)
	p := []Pattern{{Name: "part", First: 480, Last: 480, Paid: 240, CentsPerHour: 2000}}
	opt := Options{UnderCents: 20000, Seats: []int{3}}
	plan, why := explained(t, need, p, nil, opt)
	if len(plan.Roster) != 3 || len(why.Never) > 0 || len(why.Conflicts) != 1 {
		t.Fatalf("%d shifts, %+v", len(plan.Roster), why)
	}
	c := why.Conflicts[0]
	if !slices.Equal(fields(c), []string{"seats"}) || c.Within != "intervals" || c.String() != "3 seats" {
		t.Errorf("%+v", c)
	}
	if r := c.Rules[0]; r.Relaxed != "seats: 2 more" || r.ShortHours != 0 || r.CostCents != 5*8000 {
		t.Errorf("%+v", r)
	}
}

// Two rules that only together leave hours short: either may give way, the cheaper comes first.
func TestWhyTwoRulesTogether(t *testing.T) {
	need := dayOf(t, 8, 12, 3)
	p := []Pattern{
		{Name: "cheap", First: 480, Last: 480, Paid: 240, CentsPerHour: 2000, Max: 1},
		{Name: "dear", First: 480, Last: 480, Paid: 240, CentsPerHour: 5000, Max: 1},
	}
	opt := Options{UnderCents: 20000}
	_, why := explained(t, need, p, nil, opt)
	if len(why.Conflicts) != 1 {
		t.Fatalf("%+v", why)
	}
	c := why.Conflicts[0]
	if !slices.Equal(fields(c), []string{"patterns: cheap: max", "patterns: dear: max"}) {
		t.Fatalf("%v", fields(c))
	}
	if c.Rules[0].Field != "patterns: cheap: max" || c.Rules[0].Relaxed != "patterns: cheap: max: 1 more" || c.Rules[0].CostCents != 2*8000+20000 {
		t.Errorf("%+v", c.Rules[0])
	}
	// Dropping any one makes the rest possible.
	for i := range p {
		loose := slices.Clone(p)
		loose[i].Max = 0
		if plan, err := CoverWeeks(t.Context(), need, loose, nil, opt); err != nil || len(plan.Unmet) > 0 {
			t.Errorf("without the limit of %s %d intervals are short, %v", p[i].Name, len(plan.Unmet), err)
		}
	}
}

func TestWhyNobodyEverComes(t *testing.T) {
	need := dayOf(t, 7, 13, 1)
	p := []Pattern{
		{Name: "late", First: 480, Last: 540, Every: 30, Paid: 240, CentsPerHour: 2000},
		{Name: "sunday", First: 420, Last: 420, Paid: 120, CentsPerHour: 2000, Days: []time.Weekday{time.Sunday}},
	}
	_, why := explained(t, need, p, nil, Options{UnderCents: 20000})
	if len(why.Never) != 1 || len(why.Conflicts) != 0 || why.Priced {
		t.Fatalf("%+v", why)
	}
	n := why.Never[0]
	if from, to := need.Grid.Minute(n.From), need.Grid.Minute(n.To); from != 420 || to != 480 {
		t.Errorf("from minute %d to %d", from, to)
	}
	if text := strings.Join(n.Because, "; "); !strings.Contains(text, "late: start: 08:00 to 09:00 and 4h long, so nobody is there at 07:00") || !strings.Contains(text, "sunday: days: no shift on mon") {
		t.Error(text)
	}
}

func TestWhyNotice(t *testing.T) {
	need := dayOf(t, 8, 12, 1)
	p := []Pattern{{Name: "call", First: 480, Last: 480, Paid: 240, CentsPerHour: 2000, Notice: 48 * time.Hour}}
	opt := Options{UnderCents: 20000, Decided: time.Date(2026, 5, 3, 12, 0, 0, 0, time.UTC)}
	_, why := explained(t, need, p, nil, opt)
	if len(why.Never) != 1 || !strings.Contains(why.Never[0].Because[0], "call: notice: 48h0m0s after 2026-05-03T12:00 is too late for 2026-05-04T08:00") {
		t.Errorf("%+v", why)
	}
}

// Being short is a choice where an hour short is cheap.
func TestWhyPrice(t *testing.T) {
	need := dayOf(t, 8, 9, 1)
	p := []Pattern{{Name: "part", First: 480, Last: 480, Paid: 240, CentsPerHour: 2000}}
	plan, why := explained(t, need, p, nil, Options{UnderCents: 3000})
	if len(plan.Unmet) != 2 || !why.Priced || why.CoverCents != 8000 {
		t.Errorf("%d short, %+v", len(plan.Unmet), why)
	}
}

// Seven days of three agents who have two days off each: more agents, or more days.
func TestWhyTheWeekIsTooLong(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-10", time.Hour)
	need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
	for i := range need.Agents {
		if m := g.Minute(i); m >= 480 && m < 960 {
			need.Agents[i] = 3
		}
	}
	p := []Pattern{{Name: "day", First: 480, Last: 480, Paid: 480, CentsPerHour: 2000}}
	tours := []Tour{{Name: "5x8", Patterns: []string{"day"}, Days: 5, SameStart: true, Max: 4}}
	_, why := explained(t, need, p, tours, Options{UnderCents: 20000})
	if len(why.Conflicts) != 1 {
		t.Fatalf("%+v", why)
	}
	c := why.Conflicts[0]
	if !slices.Equal(fields(c), []string{"tours: 5x8: max", "tours: 5x8: overtime_days"}) || c.Within != "week" {
		t.Errorf("%s: %v", c.Within, fields(c))
	}
	for _, r := range c.Rules {
		if r.ShortHours > 0 {
			t.Errorf("%s leaves %v h short", r.Relaxed, r.ShortHours)
		}
	}
}

// Everyone has the break at once: the windows of the breaks stand against the requirement.
func TestWhyBreaks(t *testing.T) {
	need := dayOf(t, 8, 12, 1)
	p := []Pattern{{Name: "part", First: 480, Last: 480, Paid: 240, CentsPerHour: 2000, Max: 3, Breaks: []Break{{Minutes: 30, Earliest: 120, Latest: 120, Paid: true}}}}
	_, why := explained(t, need, p, nil, Options{UnderCents: 90000})
	if len(why.Conflicts) != 1 || !slices.Contains(fields(why.Conflicts[0]), "patterns: part: breaks") {
		t.Errorf("%+v", why)
	}
}

func TestWhyRefusesPaths(t *testing.T) {
	need := dayOf(t, 8, 12, 1)
	need.Paths, need.Agents = [][]float64{need.Agents}, nil
	p := []Pattern{{Name: "part", First: 480, Last: 480, Paid: 240, CentsPerHour: 2000}}
	if _, err := Explain(t.Context(), need, p, nil, Options{UnderCents: 1}, Plan{}); err == nil || !strings.Contains(err.Error(), "not by yes or no") {
		t.Error(err)
	}
}
