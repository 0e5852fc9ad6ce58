package impact

import (
	"math"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/forecast/uplift"
)

// measured is the small center with everything it could do.
func measured(t testing.TB) History {
	h := smallHistory(t)
	h.Center.Measures = []Measure{
		{Kind: Overtime, NoticeDays: 2, Agents: 3, CentsPerHour: 6000},
		{Kind: Borrowed, NoticeDays: 5, Agents: 6, CentsPerHour: 4000, Slower: 1.25},
		{Kind: Message, NoticeDays: 1, Share: 0.2},
		{Kind: Callback, NoticeDays: 1, Share: 0.4},
	}
	return h
}

// Every condition helps, on the same paths, and what costs money says how much.
func TestConditionsHelp(t *testing.T) {
	t.Parallel()
	a := assessed(t, measured(t), smallMailing(60_000), smallOptions())
	approve, decline := a.option(OptionApprove), a.option(OptionDecline)
	for _, id := range []string{OptionStaffed, OptionWaves, OptionMessage, OptionCallback, OptionOvertime, OptionBorrowed} {
		o := a.option(id)
		if o == nil {
			t.Errorf("%s is not among the options", id)
			continue
		}
		if o.Service.Mean <= approve.Service.Mean || o.Meets < approve.Meets {
			t.Errorf("%s: service %v, chance %v; as it stands %v and %v", id, o.Service.Mean, o.Meets, approve.Service.Mean, approve.Meets)
		}
		if costs := id == OptionStaffed || id == OptionOvertime || id == OptionBorrowed; costs != (o.CostCents > 0) || costs != (o.PaidHours > 0) {
			t.Errorf("%s: %v hours, %d cents", id, o.PaidHours, o.CostCents)
		}
	}
	if m := a.option(OptionMessage); !near(m.Handled.Mean+m.Abandoned.Mean-decline.Handled.Mean-decline.Abandoned.Mean,
		0.8*(approve.Handled.Mean+approve.Abandoned.Mean-decline.Handled.Mean-decline.Abandoned.Mean), 1) {
		t.Error("a message that answers a fifth of the calls does not")
	}
	if c := a.option(OptionCallback); !near(c.Handled.Mean+c.Abandoned.Mean, approve.Handled.Mean+approve.Abandoned.Mean, 0.5) {
		t.Errorf("callbacks change how many calls there are: %v, before %v", c.Handled.Mean+c.Abandoned.Mean, approve.Handled.Mean+approve.Abandoned.Mean)
	}
	if o := a.option(OptionOvertime); math.Abs(o.PaidHours*6000-float64(o.CostCents)) > 1 {
		t.Errorf("%v hours at $60 cost %d cents", o.PaidHours, o.CostCents)
	}
}

// Weeks are made of the scored days and agree with them.
func TestWeeksAddUp(t *testing.T) {
	t.Parallel()
	a := assessed(t, measured(t), smallMailing(60_000), smallOptions())
	for _, o := range a.Options {
		weeks, days := 0.0, 0.0
		for k, w := range o.Weeks {
			weeks += w.Abandoned.Mean
			if w.Last.Before(w.First) || k > 0 && w.First != o.Weeks[k-1].Last.AddDays(1) || w.Meets < 0 || w.Meets > 1 {
				t.Errorf("%s: week %s to %s, chance %v", o.ID, w.First, w.Last, w.Meets)
			}
		}
		for _, d := range o.Days {
			if n := len(o.Weeks); !d.Date.Before(o.Weeks[0].First) && !d.Date.After(o.Weeks[n-1].Last) {
				days += d.Abandoned.Mean
			}
		}
		if !near(weeks, o.Abandoned.Mean, 0.1) || !near(days, weeks, 0.1) {
			t.Errorf("%s: %v abandoned in weeks, %v in days, %v in all", o.ID, weeks, days, o.Abandoned.Mean)
		}
		if o.WaitP90 < o.MeanWait.Q75 || o.WaitP90 > o.MeanWait.Q95 {
			t.Errorf("%s: 90%% wait %v outside %+v", o.ID, o.WaitP90, o.MeanWait)
		}
	}
}

// The waves of the best drop plan hold every piece, begin with the start, and come
// with their days; a mailing of one day that fits needs none.
func TestBestDropPlan(t *testing.T) {
	t.Parallel()
	a := assessed(t, measured(t), smallMailing(60_001), smallOptions())
	plan := a.Fits[len(a.Fits)-1]
	if plan.Question != "Best drop plan" || plan.Value < 2 || plan.Meets != a.option(OptionWaves).Meets || !strings.Contains(plan.Text, "Mon 8 June 2026") {
		t.Errorf("%+v", plan)
	}
	if small := assessed(t, measured(t), smallMailing(200), smallOptions()); small.option(OptionWaves) != nil {
		t.Error("a mailing that fits is split")
	}
	w := &work{cause: uplift.Cause{Start: date("2026-06-08"), Size: 60_001}}
	pieces := 0.0
	for _, x := range w.inWaves(4, 7).Waves {
		pieces += x.Size
		if x.Size != math.Trunc(x.Size) {
			t.Errorf("a wave of %v pieces", x.Size)
		}
	}
	if pieces != 60_001 {
		t.Errorf("waves of %v pieces in all", pieces)
	}
}

// More days of notice never leave more undone: what is short falls, and so does the
// money, hours short at their price. What was asked for is marked.
func TestLateNoticeCosts(t *testing.T) {
	t.Parallel()
	a := assessed(t, measured(t), smallMailing(60_000), smallOptions())
	if len(a.LateNotice) < 4 {
		t.Fatalf("%d points", len(a.LateNotice))
	}
	asked := 0
	for k, p := range a.LateNotice {
		if p.Asked {
			asked++
		}
		if k == 0 {
			continue
		}
		if q := a.LateNotice[k-1]; p.Days <= q.Days || p.ShortHours > q.ShortHours+1e-9 || p.TotalCents > q.TotalCents || p.Meets < q.Meets-0.03 {
			t.Errorf("%+v after %+v", p, q)
		}
	}
	if asked != 1 || a.LateNotice[0].TotalCents <= a.LateNotice[len(a.LateNotice)-1].TotalCents {
		t.Errorf("%d points asked for, %+v", asked, a.LateNotice)
	}
}

func TestWrongMeasuresAreNamed(t *testing.T) {
	for _, m := range []Measure{
		{Kind: "prayer"}, {Kind: Overtime}, {Kind: Overtime, Agents: 2, Share: 0.5}, {Kind: Borrowed, Agents: 2, Slower: 0.5},
		{Kind: Message}, {Kind: Message, Share: 1}, {Kind: Callback, Share: 0.2, Agents: 1}, {Kind: Callback, Share: 0.2, NoticeDays: -1},
	} {
		if m.Validate() == nil {
			t.Errorf("%+v is accepted", m)
		}
	}
	c := fixtureCenter(t)
	good := Measure{Kind: Message, Share: 0.2}
	c.Measures = []Measure{good, good}
	if c.Validate() == nil {
		t.Error("a measure given twice is accepted")
	}
	c.Measures = []Measure{{Kind: Overtime, Agents: 1, Pools: []string{"nobody"}}}
	if c.Validate() == nil {
		t.Error("a pool that nobody has is accepted")
	}
}

// The seats that can be given up are at the edge: one more is too many.
func TestMostSeats(t *testing.T) {
	t.Parallel()
	h, o := smallHistory(t), smallOptions()
	h.Center.Seats = 20
	fit := assessed(t, h, seatLoss(2), o).Fits[0]
	if fit.Value < 1 || fit.Value > 19 || fit.Unit != "seat" || fit.Meets < o.Policy.Service.MinChance {
		t.Fatalf("%+v", fit)
	}
	at := func(seats float64) float64 { return assessed(t, h, seatLoss(seats), o).option(OptionApprove).Meets }
	if need := o.Policy.Service.MinChance; at(fit.Value) < need || at(fit.Value+1) >= need {
		t.Errorf("%v seats: chance %v; one more: %v", fit.Value, at(fit.Value), at(fit.Value+1))
	}
}
