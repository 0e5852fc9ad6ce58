package people

import (
	"bytes"
	"context"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/schedule"
)

// assign solves and checks by the independent code path.
func assign(t testing.TB, p Problem, opt Options) Plan {
	t.Helper()
	plan, err := Assign(t.Context(), p, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(p, plan); err != nil {
		t.Fatal(err)
	}
	return plan
}

// Rules of every kind, days of 23 and 25 hours, skills, fixed shifts and history: the
// validator passes every plan.
func TestAssignKeepsEveryRule(t *testing.T) {
	for seed := range uint64(200) {
		rng := rand.New(rand.NewPCG(seed, 1))
		p := random(rng, desk(t, 1+rng.IntN(2)), 1+rng.IntN(6), rng.IntN(25))
		assign(t, p, Options{Seed: seed, Work: 2000})
	}
}

// least is the cheapest way to leave slots unfilled, by trying for every slot everybody
// and nobody, and checking the roster with the validator's rules alone.
func least(p Problem, plan Plan) int64 {
	best := int64(1) << 60
	agents := make([]string, len(p.Slots))
	var try func(i int, cost int64)
	try = func(i int, cost int64) {
		if cost >= best {
			return
		}
		if i == len(p.Slots) {
			best = cost
			return
		}
		for _, who := range p.People {
			agents[i] = who.Name
			if allowed(p, agents[:i+1], who, i) {
				try(i+1, cost)
			}
			agents[i] = ""
		}
		try(i+1, cost+p.Slots[i].UnfilledCents)
	}
	// Fixed shifts that were given are given here too: they are rules.
	try(0, 0)
	return best
}

// allowed checks one person's shifts so far by the validator.
func allowed(p Problem, agents []string, who Person, last int) bool {
	for _, s := range p.Slots[last].Skills {
		if !slices.Contains(who.Skills, s) {
			return false
		}
	}
	v := &verifier{p: p, plan: Plan{}}
	plan := Plan{}
	for w := range p.Weeks { // promises are not at stake
		plan.Below = append(plan.Below, Below{Name: who.Name, Week: w + 1})
	}
	v.plan = plan
	var mine = v.of[who.Name]
	for k, name := range agents {
		if name == who.Name {
			mine = append(mine, p.Slots[k].Shift)
		}
	}
	slices.SortFunc(mine, func(a, b schedule.Shift) int { return a.Start.Compare(b.Start) })
	who.Rules.MinMinutes = 1 << 30 // below the promise in any week, as listed
	if p.Weeks > 0 {
		who.Absent = slices.Clone(who.Absent)
	}
	v.person(who, mine)
	for _, err := range v.errs {
		if !strings.Contains(err.Error(), "promised") {
			return false
		}
	}
	return true
}

// On tiny instances what is left unfilled is what trying everything leaves, and the
// bound says so.
func TestTinyMatchesBruteForce(t *testing.T) {
	proved, priced := 0, 0
	for seed := range uint64(150) {
		rng := rand.New(rand.NewPCG(seed, 2))
		p := random(rng, desk(t, 1), 1+rng.IntN(3), 1+rng.IntN(7))
		for i := range p.People {
			p.People[i].Fixed = nil
		}
		plan := assign(t, p, Options{Seed: seed, Work: 3000})
		want := least(p, plan)
		if plan.CostCents != want {
			t.Errorf("seed %d: %d cents unfilled, brute force %d", seed, plan.CostCents, want)
		}
		if plan.BoundCents > want {
			t.Errorf("seed %d: bound %d above the least %d", seed, plan.BoundCents, want)
		}
		if want > 0 {
			priced++
			if plan.BoundCents == want {
				proved++
			}
		}
	}
	t.Logf("proved %d of %d that leave something unfilled", proved, priced)
	if proved < priced {
		t.Errorf("proved %d of %d", proved, priced)
	}
}

// Problems too large for a table that leave something unfilled are proved by branching,
// nearly all; the plans obey every rule, and the same problem gives the same plan.
func TestSmallOverloadedAreProved(t *testing.T) {
	priced, proved := 0, 0
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 78))
		p := random(rng, desk(t, 1+rng.IntN(2)), 3+rng.IntN(4), 8+rng.IntN(20))
		plan := assign(t, p, Options{Seed: seed, Work: 4000})
		if plan.CostCents == 0 {
			continue
		}
		if priced++; plan.BoundCents == plan.CostCents {
			proved++
		}
		if seed < 8 && !reflect.DeepEqual(plan, assign(t, p, Options{Seed: seed, Work: 4000})) {
			t.Errorf("seed %d: another plan of the same problem", seed)
		}
	}
	t.Logf("proved %d of %d that leave something unfilled", proved, priced)
	if priced < 15 || proved < priced-1 {
		t.Errorf("proved %d of %d", proved, priced)
	}
}

func TestSameSeedSamePlan(t *testing.T) {
	p := random(rand.New(rand.NewPCG(5, 3)), desk(t, 2), 8, 60)
	var texts [2]bytes.Buffer
	for k := range texts {
		if err := json.NewEncoder(&texts[k]).Encode(assign(t, p, Options{Seed: 9, Work: 5000})); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(texts[0].Bytes(), texts[1].Bytes()) {
		t.Error("two plans of one seed differ")
	}
}

func TestCancelledGivesTheBestSoFar(t *testing.T) {
	p := random(rand.New(rand.NewPCG(6, 3)), desk(t, 2), 8, 60)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	plan, err := Assign(ctx, p, Options{})
	if err != nil || !plan.Stopped {
		t.Fatalf("stopped %v, %v", plan.Stopped, err)
	}
	if err := Verify(p, plan); err != nil {
		t.Error(err)
	}
	if plan.Filled == 0 {
		t.Error("nothing filled")
	}
}

// Who worked many weekends before gets fewer now.
func TestHistoryCountsForFairness(t *testing.T) {
	p := desk(t, 2)
	for d := range 14 {
		p.Slots = append(p.Slots, shift(p, d, "day", 8, 16))
	}
	p.People = []Person{{Name: "Ana", Before: History{Weekends: 6}}, {Name: "Ben"}}
	plan := assign(t, p, Options{Work: 20000})
	if plan.People[0].Weekends != 0 || plan.People[1].Weekends != 2 {
		t.Errorf("weekends %d and %d, want 0 and 2", plan.People[0].Weekends, plan.People[1].Weekends)
	}
	even := p
	even.People = []Person{{Name: "Ana"}, {Name: "Ben"}}
	plan = assign(t, even, Options{Work: 20000})
	if plan.People[0].Weekends != 1 || plan.People[1].Weekends != 1 {
		t.Errorf("weekends %d and %d, want one each", plan.People[0].Weekends, plan.People[1].Weekends)
	}
}

// Two want the same day off; the one who bids first gets it, in either order of the file.
func TestSeniorityDecidesBids(t *testing.T) {
	p := desk(t, 1)
	for d := range 2 {
		p.Slots = append(p.Slots, shift(p, d, "day", 8, 16))
	}
	wish := []Wish{{Target{OnDay: true, Weekday: time.Monday}, -2}}
	for first := range 2 {
		p.People = []Person{{Name: "Ana", Wishes: wish, Seniority: 1 + first}, {Name: "Ben", Wishes: wish, Seniority: 2 - first}}
		plan := assign(t, p, Options{Work: 10000})
		if got, want := holders(plan, 0, "day"), []string{"Ben", "Ana"}[first]; len(got) != 1 || got[0] != want {
			t.Errorf("first bidder %d: Monday goes to %v, want %s", first, got, want)
		}
	}
}

// A chain of moves frees the one person who can take the last slot.
func TestChainFillsWhatGreedyCannot(t *testing.T) {
	p := desk(t, 1)
	p.Slots = []Slot{shift(p, 0, "day", 8, 16, "spanish"), shift(p, 0, "day", 8, 16), shift(p, 0, "day", 8, 16, "lead")}
	p.People = []Person{{Name: "Ana", Skills: []string{"spanish", "lead"}}, {Name: "Ben", Skills: []string{"spanish"}}, {Name: "Cy"}}
	in := newInstance(p)
	s := newState(in)
	// Ana on the plain one, Ben on spanish: lead is open and Cy is of no use for it.
	for i, g := range []int32{1, 0} {
		l := slices.Clone(s.lines[i])
		l[0] = g
		c, broken := in.price(&in.workers[i], l)
		if broken != noRule {
			t.Fatal(broken.name())
		}
		s.set(i, l, c)
	}
	s.repair(func() bool { return false })
	if s.total.unfilled != 0 {
		t.Errorf("%d cents unfilled after repair", s.total.unfilled)
	}
}
