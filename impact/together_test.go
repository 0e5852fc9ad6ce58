package impact

import (
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"
)

func besideSmall(t *testing.T, r Request, others ...Request) *Assessment {
	t.Helper()
	o := smallOptions()
	o.Pending = others
	a, err := Assess(t.Context(), smallHistory(t), r, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Parts sum to the whole, calls and chance alike, in any order of the others; the request
// by itself is what it is without them; and what is declined or far away has no part.
func TestTogether(t *testing.T) {
	t.Parallel()
	r := letters("R-1", "2026-06-08", 20_000)
	declined := letters("no", "2026-06-10", 28_000)
	declined.Status = Declined
	others := []Request{letters("two", "2026-06-10", 20_000), letters("ago", "2026-06-09", 5_000), declined, letters("far", "2026-11-02", 500)}
	a := besideSmall(t, r, others...)
	x := a.Together
	if x == nil || len(x.Requests) != 3 || x.Requests[0].ID != "R-1" || x.Requests[1].ID != "ago" || x.Requests[2].ID != "two" {
		t.Fatalf("%+v", x)
	}
	calls, chance := 0.0, 0.0
	for _, p := range x.Requests {
		calls, chance = calls+p.Calls, chance+*p.Chance
		if math.Abs(p.Calls-p.Alone-p.Interaction) > 1e-3 {
			t.Errorf("%+v does not add up", p)
		}
	}
	if math.Abs(calls-x.Total.Mean) > 1e-2 || math.Abs(chance-(x.All-x.Without)) > 1e-5 {
		t.Errorf("parts sum to %v of %v calls and %v of %v", calls, x.Total.Mean, chance, x.All-x.Without)
	}
	if x.Requests[0].Alone != a.Uplift.Total.Mean || x.Without != a.option(OptionDecline).Meets || x.Alone != a.option(OptionApprove).Meets {
		t.Errorf("alone it is %v calls and %v, the options say %v, %v and %v", x.Requests[0].Alone, x.Alone,
			a.Uplift.Total.Mean, a.option(OptionDecline).Meets, a.option(OptionApprove).Meets)
	}
	if x.All > x.Alone || x.All > x.Others || len(x.Interactions) == 0 {
		t.Errorf("%+v", x)
	}
	slices.Reverse(others)
	if again := besideSmall(t, r, others...); !reflect.DeepEqual(again.Together, x) {
		t.Errorf("in another order %+v", again.Together)
	}
	doc, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	var back Assessment
	if err := json.Unmarshal(doc, &back); err != nil || !reflect.DeepEqual(back.Together, x) {
		t.Errorf("read back: %+v, %v", back.Together, err)
	}
	if _, err := a.Explain("together.part.two"); err != nil {
		t.Error(err)
	}
}

// Two responses cannot end the same call: together they take less than the sum.
func TestTwoResponsesTogether(t *testing.T) {
	t.Parallel()
	one, two := toIVR(80, .6), toIVR(80, .7)
	one.ID, two.ID = "one", "two"
	x := besideSmall(t, one, two).Together
	if len(x.Interactions) != 1 || x.Interactions[0].Calls <= 0 || x.Interactions[0].Reason == "" {
		t.Fatalf("%+v", x)
	}
	sum := x.Requests[0].Alone + x.Requests[1].Alone
	if math.Abs(x.Total.Mean-sum-x.Interactions[0].Calls) > 1e-2 || x.Total.Mean <= sum {
		t.Errorf("together %v, each alone %v, interaction %v", x.Total.Mean, sum, x.Interactions[0].Calls)
	}
	if x.All < x.Alone {
		t.Errorf("the target is kept with %v by one, %v by both", x.Alone, x.All)
	}
}

func TestWrongCompanyIsNamed(t *testing.T) {
	h, o, r := smallHistory(t), smallOptions(), letters("R-1", "2026-06-08", 1000)
	for name, others := range map[string][]Request{
		"itself":      {r},
		"twice":       {letters("a", "2026-06-08", 1), letters("a", "2026-06-08", 1)},
		"seats":       {func() Request { x := seatLoss(2); x.ID = "s"; return x }()},
		"in the past": {letters("late", "2026-05-04", 100)},
	} {
		o.Pending = others
		if _, err := Assess(t.Context(), h, r, o); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// A game of three by hand: a brings 6, b brings 3 once a is there, c nothing: Shapley
// values 6 + 3/2 less what b shares, so 7.5, 1.5 and 0.
func TestShapleyOfThree(t *testing.T) {
	got, err := shapleyOf(3, func(s uint) (float64, error) {
		v := 0.0
		if s&1 != 0 {
			v += 6
		}
		if s&3 == 3 {
			v += 3
		}
		return v, nil
	})
	if err != nil || math.Abs(got[0]-7.5) > 1e-12 || math.Abs(got[1]-1.5) > 1e-12 || math.Abs(got[2]) > 1e-12 {
		t.Errorf("%v, %v", got, err)
	}
}
