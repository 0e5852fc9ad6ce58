package people

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// awarded grants wishes by seniority and checks the plan.
func awarded(t *testing.T, p Problem) Plan {
	t.Helper()
	p.Award = BySeniority
	plan, err := Assign(t.Context(), p, Options{Seed: 3, Work: 4000})
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(p, plan); err != nil {
		t.Fatal(err)
	}
	return plan
}

// One shift that two like goes to the first in the order, however many points the other gives.
func TestSeniorityIsStrict(t *testing.T) {
	for senior := range 2 {
		p := desk(t, 1)
		slot := shift(p, 0, "day", 8, 16)
		like := func(points int) []Wish {
			return []Wish{{Target: Target{Date: slot.Date, Shift: slot.Pattern}, Points: points}}
		}
		p.Slots = append(p.Slots, slot)
		p.People = []Person{{Name: "Ana", Wishes: like(1 + 8*senior), Seniority: 1 + senior}, {Name: "Ben", Wishes: like(9 - 8*senior), Seniority: 2 - senior}}
		plan := awarded(t, p)
		if want := []string{"Ana", "Ben"}[senior]; plan.Roster[0].Agent != want {
			t.Errorf("%s has the shift, not %s", plan.Roster[0].Agent, want)
		}
		if len(plan.Awards) != 2 || !plan.Awards[0].Granted || plan.Awards[1].Granted || plan.Awards[1].Why != "those before in the order have all of it" {
			t.Errorf("%+v", plan.Awards)
		}
	}
}

// What the first bidders are granted does not change when the others wish for nothing, nothing
// that was granted is taken back, and no wish costs a shift.
func TestLaterWishesDoNotTouchEarlierOnes(t *testing.T) {
	rng := rand.New(rand.NewPCG(41, 7))
	granted := 0
	for range 40 {
		p := random(rng, desk(t, 1), 4, 12)
		for i := range p.People {
			p.People[i].Seniority = i + 1
		}
		all := awarded(t, p)
		half := p
		half.People = slices.Clone(p.People)
		n := len(p.People) / 2
		for i := n; i < len(half.People); i++ {
			half.People[i].Wishes = nil
		}
		first := awarded(t, half)
		mine := slices.DeleteFunc(slices.Clone(all.Awards), func(a Awarded) bool { return a.Bid > n })
		if !slices.Equal(mine, first.Awards) {
			t.Fatalf("%+v\nwithout the later wishes %+v", mine, first.Awards)
		}
		none := p
		none.People = slices.Clone(p.People)
		for i := range none.People {
			none.People[i].Wishes = nil
		}
		if free := awarded(t, none); all.CostCents > free.CostCents {
			t.Errorf("wishes leave %d cents unfilled, none %d", all.CostCents, free.CostCents)
		}
		for _, a := range all.Awards {
			if a.Granted {
				granted++
			}
			i := slices.IndexFunc(p.People, func(w Person) bool { return w.Name == a.Name })
			k := slices.IndexFunc(p.People[i].Wishes, func(w Wish) bool { return w.words() == a.Wish })
			w := p.People[i].Wishes[k]
			met := false
			for _, s := range all.Roster {
				met = met || s.Agent == a.Name && w.matches(s)
			}
			if a.Granted && met != (w.Points > 0) {
				t.Errorf("%+v is not so", a)
			}
		}
	}
	if granted == 0 {
		t.Error("nothing was granted at all")
	}
}

func TestAwardMustBeKnown(t *testing.T) {
	p := desk(t, 1)
	p.Slots = append(p.Slots, shift(p, 0, "day", 8, 16))
	p.People = []Person{{Name: "Ana"}}
	p.Award = "lottery"
	if _, err := Assign(t.Context(), p, Options{}); err == nil || !strings.Contains(err.Error(), `award: "lottery"; give weighted or seniority`) {
		t.Error(err)
	}
}
