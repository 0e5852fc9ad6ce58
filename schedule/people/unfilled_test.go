package people

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// One is away, one lacks the skill, one had the evening shift: the three rules, the two
// shifts, and the way around.
func TestConflictInWords(t *testing.T) {
	p := desk(t, 1)
	p.Slots = []Slot{shift(p, 0, "evening", 15, 23), shift(p, 1, "night", 6, 14, "spanish"), shift(p, 1, "night", 6, 14, "spanish")}
	p.Slots[0].Skills = []string{"lead"}
	p.Slots[0].UnfilledCents = 90_000
	p.People = []Person{
		{Name: "Ana", Skills: []string{"spanish"}, Absent: []Absence{{First: monday.AddDays(1), Last: monday.AddDays(1), Reason: "vacation"}}},
		{Name: "Ben"},
		{Name: "Cy", Skills: []string{"spanish", "lead"}, Rules: Rules{Rest: 11 * time.Hour}},
		{Name: "Di", Skills: []string{"spanish"}},
	}
	plan := assign(t, p, Options{Work: 5000})
	if len(plan.Unfilled) != 1 || plan.BoundCents != plan.CostCents {
		t.Fatalf("%+v, bound %d of %d", plan.Unfilled, plan.BoundCents, plan.CostCents)
	}
	u := plan.Unfilled[0]
	t.Log(u.Text)
	for _, want := range []string{"Tue 3 Mar night shift with spanish 2 of 2 cannot be filled", "Ana is away (vacation)", "Ben lacks spanish", "Cy has the evening shift that ends 7 h before",
		"1 on the Mon 2 Mar evening shift", "Cheapest way around: Cy takes"} {
		if !strings.Contains(u.Text, want) {
			t.Errorf("%q\nlacks %q", u.Text, want)
		}
	}
	c := u.Conflict
	if c == nil || !c.Minimal || len(c.Shifts) != 2 {
		t.Fatalf("conflict %+v", c)
	}
	rule := func(name string) []string {
		k := slices.IndexFunc(c.Rules, func(r Rule) bool { return r.Rule == name })
		if k < 0 {
			return nil
		}
		return c.Rules[k].People
	}
	if !slices.Equal(rule("absent"), []string{"Ana"}) || !slices.Equal(rule("rest"), []string{"Cy"}) || !slices.Contains(rule("skills"), "Ben") {
		t.Errorf("rules %+v", c.Rules)
	}
	if r := u.Relaxation; r == nil || r.Name != "Cy" || !slices.Equal(r.Rules, []string{"rest"}) || r.Cents != 4*DefaultRelax.RestHour {
		t.Errorf("relaxation %+v", r)
	}
}

// Every rule of a minimal conflict is needed: without it the shifts of the conflict can
// all be filled, which a solve of that smaller problem shows.
func TestConflictIsMinimal(t *testing.T) {
	p := desk(t, 1)
	for d := range 3 {
		p.Slots = append(p.Slots, shift(p, d, "day", 8, 16), shift(p, d, "night", 22, 30))
	}
	p.People = []Person{{Name: "Ana", Rules: Rules{MaxMinutes: 480}}, {Name: "Ben", Never: []Target{{Shift: "night"}}}, {Name: "Cy", Rules: Rules{MaxRun: 1, DaysOff: 1}}}
	p.People[2].Absent = []Absence{{First: monday, Last: monday}}
	plan := assign(t, p, Options{Work: 5000})
	if plan.CostCents == 0 {
		t.Fatal("everything is filled")
	}
	c := plan.Unfilled[0].Conflict
	if c == nil || !c.Minimal {
		t.Fatalf("conflict %+v", c)
	}
	only := func(except string) Problem {
		q := p
		q.Slots = nil
		for _, n := range c.Shifts {
			left := n.People
			for _, s := range p.Slots {
				if left > 0 && s.Pattern == n.Shift && s.Date.String() == n.Date {
					q.Slots = append(q.Slots, s)
					left--
				}
			}
		}
		q.People = slices.Clone(p.People)
		for i := range q.People {
			who := &q.People[i]
			keep := func(rule string) bool {
				for _, r := range c.Rules {
					if r.Rule == rule && rule != except && slices.Contains(r.People, who.Name) {
						return true
					}
				}
				return false
			}
			if !keep("hours") {
				who.Rules.MaxMinutes = 0
			}
			if !keep("never") {
				who.Never = nil
			}
			if !keep("max_run") {
				who.Rules.MaxRun = 0
			}
			if !keep("days_off") {
				who.Rules.DaysOff = 0
			}
			if !keep("absent") {
				who.Absent = nil
			}
		}
		return q
	}
	if plan := assign(t, only(""), Options{Work: 5000}); plan.CostCents == 0 {
		t.Errorf("the conflict %+v can be met", c)
	}
	for _, r := range c.Rules {
		if plan := assign(t, only(r.Rule), Options{Work: 5000}); plan.CostCents != 0 {
			t.Errorf("without %s the conflict remains", r.Rule)
		}
	}
}

// A week that asks for more than the hours allow is proved short by exactly that.
func TestBoundOfAnOverloadedWeek(t *testing.T) {
	p := desk(t, 2)
	for d := range 14 {
		for range 12 {
			p.Slots = append(p.Slots, shift(p, d, "day", 8, 16))
		}
	}
	for i := range 16 {
		p.People = append(p.People, Person{Name: string(rune('A' + i)), Rules: Rules{MaxMinutes: 2400, DaysOff: 2, MaxRun: 6}})
	}
	plan := assign(t, p, Options{Work: 20000})
	want := int64(168-16*5*2) * 8000
	if plan.CostCents != want || plan.BoundCents != want {
		t.Errorf("unfilled %d, bound %d; want %d: 168 shifts for 160 that hours allow", plan.CostCents, plan.BoundCents, want)
	}
}

func TestFixedThatARuleForbids(t *testing.T) {
	p := desk(t, 1)
	p.Slots = []Slot{shift(p, 0, "day", 8, 16), shift(p, 1, "day", 8, 16)}
	p.People = []Person{{Name: "Ana", Absent: []Absence{{First: monday, Last: monday}}, Fixed: []Fixed{{monday, "day"}, {monday.AddDays(1), "day"}}}, {Name: "Ben"}}
	plan := assign(t, p, Options{Work: 1000})
	if len(plan.Unfixed) != 1 || !strings.Contains(plan.Unfixed[0].Text, "Ana is away") {
		t.Errorf("unfixed %+v", plan.Unfixed)
	}
	if got := holders(plan, 1, "day"); !slices.Equal(got, []string{"Ana"}) || len(plan.Unfilled) != 0 {
		t.Errorf("Tuesday %v, unfilled %v", got, plan.Unfilled)
	}
}

// Nobody is offered a shift that overlaps the one before: that is no rule to be bent.
func TestNoWayAroundAnOverlap(t *testing.T) {
	p := desk(t, 1)
	p.Slots = []Slot{shift(p, 0, "night", 22, 30), shift(p, 1, "early", 5, 13)}
	p.People = []Person{{Name: "Ana", Rules: Rules{Rest: 8 * time.Hour}}}
	plan := assign(t, p, Options{Work: 100})
	if len(plan.Unfilled) != 1 || plan.Unfilled[0].Relaxation != nil || plan.Unfilled[0].Conflict == nil {
		t.Errorf("%+v", plan.Unfilled)
	}
}
