package schedule

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// standing makes shifts of a pattern on a day, breaks at their first starts.
func standing(t testing.TB, need Requirement, p Pattern, starts ...int) Roster {
	t.Helper()
	var out Roster
	for i, m := range starts {
		from := need.Grid.Days()[0].Date.Start(need.Grid.Location()).Add(time.Duration(m) * time.Minute)
		s := Shift{Pattern: p.Name, Date: need.Grid.Days()[0].Date, Start: from, End: from.Add(time.Duration(p.Length()) * time.Minute), PaidMinutes: p.Paid, Agent: fmt.Sprintf("E%02d", i)}
		for _, b := range p.Breaks {
			at := from.Add(time.Duration(b.Earliest) * time.Minute)
			s.Breaks = append(s.Breaks, Rest{at, at.Add(time.Duration(b.Minutes) * time.Minute)})
		}
		out = append(out, s)
	}
	return out
}

// desk is a day of hours with two patterns.
func desk(t testing.TB) (Requirement, []Pattern) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
	for i := range need.Agents {
		if h := i / 2; h >= 8 && h < 16 {
			need.Agents[i] = 1
		}
	}
	return need, []Pattern{
		{Name: "full", First: 480, Last: 600, Every: 30, Paid: 480, CentsPerHour: 3000, Breaks: []Break{{Minutes: 30, Earliest: 180, Latest: 300, Every: 30, Paid: true}}},
		{Name: "part", First: 480, Last: 960, Every: 60, Paid: 240, CentsPerHour: 2000},
	}
}

// A break that lies on the new peak is moved when that is cheaper than anything else,
// and nothing moves where nothing is short.
func TestLeastChangeMovesTheBreakThatLiesInTheWay(t *testing.T) {
	need, patterns := desk(t)
	roster := standing(t, need, patterns[0], 480, 480)
	roster[1].Breaks[0] = Rest{roster[1].Breaks[0].Start.Add(time.Hour), roster[1].Breaks[0].End.Add(time.Hour)}
	opt := ChangeOptions{Options: Options{UnderCents: 20000}, BreakCents: 500}
	calm, err := LeastChange(t.Context(), need, patterns, roster, opt)
	if err != nil || len(calm.Changes) != 0 || calm.Cost.Total != 0 || calm.Gap != 0 {
		t.Fatalf("%+v, %v; want no change", calm.Changes, err)
	}
	need.Agents[22] = 2 // 11:00, when the first is away
	plan, err := LeastChange(t.Context(), need, patterns, roster, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := VerifyChange(need, patterns, roster, opt, plan); err != nil {
		t.Error(err)
	}
	if len(plan.Changes) != 1 || plan.Changes[0].Kind != BreakMoved || plan.Changes[0].Agent != "E00" || plan.Cost.Total != 500 || plan.Gap != 0 {
		t.Errorf("%+v cost %+v; want the break of E00 moved for 500 cents", plan.Changes, plan.Cost)
	}
	if !slices.Equal(plan.Changes[0].Fixes, []int{22}) || plan.Changes[0].FixesHours != 0.5 {
		t.Errorf("it fixes %v, %v h; want interval 22, half an hour", plan.Changes[0].Fixes, plan.Changes[0].FixesHours)
	}
	if len(plan.Before) != 1 || len(plan.Unmet) != 0 {
		t.Errorf("short before %v, after %v", plan.Before, plan.Unmet)
	}
}

// A short shift grows at its plain wage, a full one at the price of overtime.
func TestLeastChangePricesLongerShifts(t *testing.T) {
	need, patterns := desk(t)
	for _, i := range []int{32, 33} { // one more hour, until 17:00
		need.Agents[i] = 1
	}
	opt := ChangeOptions{Options: Options{UnderCents: 20000}, BreakCents: 500, Step: 30, Most: 120}
	for _, tt := range []struct {
		roster Roster
		kind   string
		cents  int64
	}{
		{standing(t, need, patterns[0], 480, 480), Overtime, 4500},
		{append(standing(t, need, patterns[0], 480), standing(t, need, patterns[1], 720)...), Extended, 2000},
	} {
		plan, err := LeastChange(t.Context(), need, patterns, tt.roster, opt)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyChange(need, patterns, tt.roster, opt, plan); err != nil {
			t.Error(err)
		}
		i := slices.IndexFunc(plan.Changes, func(c Change) bool { return c.Kind == tt.kind })
		if i < 0 || plan.Changes[i].Cents != tt.cents {
			t.Errorf("%+v; want one %s at %d cents", plan.Changes, tt.kind, tt.cents)
		}
	}
}

// randomChange draws a small day, a roster and prices.
func randomChange(t testing.TB, rng *rand.Rand) (Requirement, []Pattern, Roster, ChangeOptions) {
	need, patterns := desk(t)
	patterns[0].Breaks = append(patterns[0].Breaks, Break{Minutes: 30, Earliest: 300, Latest: 390, Every: 30, Paid: true})
	patterns[0].Spacing = 60 * rng.IntN(2)
	var roster Roster
	for i := range 2 + rng.IntN(2) {
		p := patterns[rng.IntN(2)]
		s := standing(t, need, p, 480+60*rng.IntN(3))[0]
		if p.Name == "full" {
			s.Breaks[1] = Rest{s.Start.Add(330 * time.Minute), s.Start.Add(360 * time.Minute)}
		}
		s.Agent = []string{"A", "B", "", "C"}[i]
		roster = append(roster, s)
	}
	for i := range need.Agents {
		if need.Agents[i] > 0 {
			need.Agents[i] = float64(rng.IntN(len(roster) + 1))
		}
	}
	opt := ChangeOptions{Options: Options{UnderCents: int64(2000 + 1000*rng.IntN(8)), OverCents: int64(300 * rng.IntN(2))}, BreakCents: int64(100 * rng.IntN(8)), LongerCents: int64(200 * rng.IntN(3)), AddedCents: 1000 * int64(rng.IntN(3)), Step: 60, Most: 60 * rng.IntN(2), PerPerson: rng.IntN(3), Total: rng.IntN(4), NoAddedShifts: rng.IntN(2) == 0, Rest: 60 * rng.IntN(2)}
	if rng.IntN(3) == 0 {
		opt.Seats = []int{len(roster)}
	}
	if opt.Most == 0 {
		opt.Step = 0
	}
	return need, patterns, roster, opt
}

// Every change of some hundred random rosters obeys every rule and its bound, and none
// is dearer than leaving all as it is.
func TestLeastChangeObeysEveryRule(t *testing.T) {
	rng := rand.New(rand.NewPCG(21, 22))
	proved := 0
	for n := range 300 {
		need, patterns, roster, opt := randomChange(t, rng)
		plan, err := LeastChange(t.Context(), need, patterns, roster, opt)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyChange(need, patterns, roster, opt, plan); err != nil {
			t.Fatalf("instance %d: %v\n%+v", n, err, opt)
		}
		hours := 0.0
		for _, u := range plan.Before {
			hours += u.ShortHours
		}
		if asIs := int64(math.Round(hours * float64(opt.UnderCents))); opt.OverCents == 0 && plan.Cost.Total > asIs {
			t.Fatalf("instance %d: cost %d, no change costs %d", n, plan.Cost.Total, asIs)
		}
		if plan.Gap == 0 {
			proved++
		}
	}
	if proved < 280 {
		t.Errorf("%d of 300 proved", proved)
	}
}

// bruteChange tries every change of breaks and length, without added shifts.
func bruteChange(need Requirement, patterns []Pattern, roster Roster, opt ChangeOptions) int64 {
	best := int64(math.MaxInt64)
	var try func(i int, now Roster, cents int64, total int, per map[string]int)
	try = func(i int, now Roster, cents int64, total int, per map[string]int) {
		if i == len(roster) {
			short, _ := now.Reach(need)
			for _, u := range short {
				cents += int64(math.Round(u.ShortHours * float64(opt.UnderCents)))
			}
			best = min(best, cents)
			return
		}
		s := roster[i]
		p := patterns[slices.IndexFunc(patterns, func(p Pattern) bool { return p.Name == s.Pattern })]
		var place func(b, moved int, at []Rest)
		place = func(b, moved int, at []Rest) {
			if b < len(p.Breaks) {
				for _, pos := range p.Breaks[b].Starts() {
					from := s.Start.Add(time.Duration(pos) * time.Minute)
					if b > 0 && from.Sub(at[b-1].End) < time.Duration(p.Spacing)*time.Minute {
						continue
					}
					m := moved
					if !from.Equal(s.Breaks[b].Start) {
						m++
					}
					place(b+1, m, append(slices.Clone(at), Rest{from, from.Add(30 * time.Minute)}))
				}
				return
			}
			for _, grow := range []int{0, opt.Most, -opt.Most} {
				q, n, price := s, moved, int64(moved)*opt.BreakCents
				q.Breaks = at
				if opt.Most == 0 && grow != 0 || grow == 0 && len(at) < len(p.Breaks) {
					continue
				}
				if grow != 0 {
					n++
					rate := p.CentsPerHour
					if s.PaidMinutes >= 480 {
						rate = rate * 3 / 2
					}
					price += opt.LongerCents + rate
				}
				if grow > 0 {
					q.End = q.End.Add(time.Hour)
				} else if grow < 0 {
					q.Start = q.Start.Add(-time.Hour)
				}
				if opt.PerPerson > 0 && n > opt.PerPerson || opt.Total > 0 && total+n > opt.Total {
					continue
				}
				try(i+1, append(slices.Clone(now), q), cents+price, total+n, per)
				if opt.Most == 0 {
					break
				}
			}
		}
		place(0, 0, nil)
	}
	try(0, nil, 0, 0, nil)
	return best
}

func TestLeastChangeMatchesBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	for range 60 {
		need, patterns, roster, opt := randomChange(t, rng)
		roster = roster[:2]
		opt.NoAddedShifts, opt.OverCents, opt.Seats, opt.Rest = true, 0, nil, 0
		plan, err := LeastChange(t.Context(), need, patterns, roster, opt)
		if err != nil {
			t.Fatal(err)
		}
		if want := bruteChange(need, patterns, roster, opt); plan.Cost.Total != want || plan.BoundCents != want {
			t.Errorf("cost %d, bound %d; the optimum is %d\n%+v\n%+v", plan.Cost.Total, plan.BoundCents, want, opt, plan.Changes)
		}
	}
}

func TestLeastChangeSaysWhatIsWrong(t *testing.T) {
	need, patterns := desk(t)
	roster := standing(t, need, patterns[0], 480)
	good := ChangeOptions{Options: Options{UnderCents: 20000}}
	for _, tt := range []struct {
		spoil func(*ChangeOptions)
		want  string
	}{
		{func(o *ChangeOptions) { o.Most, o.Step = 50, 30 }, "a multiple of the step"},
		{func(o *ChangeOptions) { o.Most, o.Step = 20, 20 }, "by steps of a multiple"},
		{func(o *ChangeOptions) { o.BreakCents = -1 }, "-1 cents for a change"},
		{func(o *ChangeOptions) { o.Repeats = true }, "leave them unset"},
	} {
		opt := good
		tt.spoil(&opt)
		if _, err := LeastChange(t.Context(), need, patterns, roster, opt); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("error %v, want %q in it", err, tt.want)
		}
	}
	if _, err := LeastChange(t.Context(), need, patterns, nil, good); err == nil || !strings.Contains(err.Error(), "no shifts") {
		t.Errorf("error %v for an empty roster", err)
	}
}

// A cancelled search leaves the roster as it is, with a bound that holds.
func TestLeastChangeIsAnytime(t *testing.T) {
	need, patterns, roster, opt := randomChange(t, rand.New(rand.NewPCG(25, 26)))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	plan, err := LeastChange(ctx, need, patterns, roster, opt)
	if err != nil || !plan.Stopped || len(plan.Changes) != 0 {
		t.Errorf("%+v, %v", plan.Changes, err)
	}
	if err := VerifyChange(need, patterns, roster, opt, plan); err != nil {
		t.Error(err)
	}
}
