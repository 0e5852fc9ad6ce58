package schedule

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func skillPattern(name string, cents int64, skills ...string) Pattern {
	return Pattern{Name: name, First: 8 * 60, Last: 12 * 60, Every: 60, Paid: 240, CentsPerHour: cents, Skills: skills,
		Breaks: []Break{{Minutes: 30, Earliest: 60, Latest: 150, Every: 30, Paid: true}}}
}

func skilled(t testing.TB, first, last string, skills []string, at func(skill int, hour float64) float64) SkillRequirement {
	g := grid(t, first, last, 30*time.Minute)
	need := SkillRequirement{Grid: g, Skills: skills}
	for k := range skills {
		var course []float64
		for i := range g.Len() {
			h := float64(g.Minute(i)) / 60
			v := 0.0
			if h >= 8 && h < 16 {
				v = at(k, h)
			}
			course = append(course, v)
		}
		need.Agents = append(need.Agents, course)
	}
	return need
}

// One who speaks both stands in for whoever is missing, and counts once.
func TestWhoHasTwoSkillsServesOneAtATime(t *testing.T) {
	need := skilled(t, "2026-05-04", "2026-05-04", []string{"english", "spanish"}, func(k int, h float64) float64 {
		if k == 0 == (h < 12) {
			return 2
		}
		return 1
	})
	patterns := []Pattern{skillPattern("english", 2000, "english"), skillPattern("spanish", 2000, "spanish"), skillPattern("both", 2200, "english", "spanish")}
	plan, err := CoverSkills(t.Context(), need, patterns, nil, Options{Seed: 1, UnderCents: 20000})
	if err != nil {
		t.Fatal(err)
	}
	if err := VerifySkills(need, patterns, nil, Options{Seed: 1, UnderCents: 20000}, plan); err != nil {
		t.Error(err)
	}
	if len(plan.Unmet) > 0 || plan.Gap > 1e-9 {
		t.Errorf("%d intervals short, gap %v", len(plan.Unmet), plan.Gap)
	}
	// Were agents with both skills counted for each, two would seem to do for 2 + 1.
	for i, on := range plan.OnPosition {
		if on < float64(plan.Required[i]) {
			t.Errorf("interval %d: %v agents for %d", i, on, plan.Required[i])
		}
	}
}

// The dear agents with both skills are worth it where each skill alone needs half a shift.
func TestBothSkillsSaveAShift(t *testing.T) {
	need := skilled(t, "2026-05-04", "2026-05-04", []string{"english", "spanish"}, func(k int, h float64) float64 {
		if h < 12 && (k == 0) == (h < 10) {
			return 1
		}
		return 0
	})
	one := []Pattern{{Name: "english", First: 480, Last: 480, Paid: 240, CentsPerHour: 2000, Skills: []string{"english"}}, {Name: "spanish", First: 480, Last: 480, Paid: 240, CentsPerHour: 2000, Skills: []string{"spanish"}}}
	both := Pattern{Name: "both", First: 480, Last: 480, Paid: 240, CentsPerHour: 2500, Skills: []string{"spanish", "english"}}
	opt := Options{UnderCents: 20000}
	apart, err := CoverSkills(t.Context(), need, one, nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	joint, err := CoverSkills(t.Context(), need, append(one, both), nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	if apart.Cost.Total != 16000 || joint.Cost.Total != 10000 {
		t.Errorf("cost %d apart and %d together; want 16000 and 10000", apart.Cost.Total, joint.Cost.Total)
	}
}

// With one skill it is the same program as CoverWeeks.
func TestOneSkillCostsAsMuchAsNone(t *testing.T) {
	need := skilled(t, "2026-05-04", "2026-05-05", []string{"english"}, func(_ int, h float64) float64 { return 2 + 2*float64(int(h)%3) })
	p := []Pattern{skillPattern("english", 2000, "english")}
	opt := Options{UnderCents: 20000, OverCents: 100}
	plan, err := CoverSkills(t.Context(), need, p, nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	other, err := CoverWeeks(t.Context(), need.total(), p, nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	if plan.Gap == 0 && other.Gap == 0 && plan.Cost.Total != other.Cost.Total || plan.BoundCents > other.Cost.Total || other.BoundCents > plan.Cost.Total {
		t.Errorf("cost %d, bound %d; without skills %d, %d", plan.Cost.Total, plan.BoundCents, other.Cost.Total, other.BoundCents)
	}
}

// Random small instances: every roster passes a checker that finds a flow in each minute.
func TestSkillRostersObeyEveryRule(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 3))
	skills := []string{"english", "spanish", "creole"}
	gaps := 0.0
	const trials = 60
	for trial := range trials {
		n := 2 + rng.IntN(2)
		first := []string{"2026-05-04", "2026-03-06", "2026-10-30"}[rng.IntN(3)]
		days := 2
		need := skilled(t, first, need3(first, days), skills[:n], func(k int, h float64) float64 { return float64(rng.IntN(4 - k)) })
		patterns := []Pattern{skillPattern("all", 2600, skills[:n]...)}
		for k := range n {
			p := skillPattern(skills[k], 2000+int64(rng.IntN(3))*100, skills[k])
			if rng.IntN(4) == 0 {
				p.Max = 1 + rng.IntN(2)
			}
			patterns = append(patterns, p)
		}
		night := skillPattern("night", 2300, skills[0], skills[1])
		night.First, night.Last = 14*60, 22*60
		night.Paid = 480
		var tours []Tour
		switch rng.IntN(3) {
		case 0:
			patterns = append(patterns, night)
		case 1:
			tours = append(tours, Tour{Name: "week", Patterns: []string{"all"}, Days: 5, SameStart: rng.IntN(2) == 0, ConsecutiveOff: true, Max: 3})
		}
		opt := Options{Seed: uint64(trial), UnderCents: 6000 + 2000*int64(rng.IntN(5)), OverCents: int64(rng.IntN(2)) * 300, Work: 400}
		if rng.IntN(3) == 0 {
			opt.Seats = []int{2 + rng.IntN(4)}
		}
		plan, err := CoverSkills(t.Context(), need, patterns, tours, opt)
		if err != nil {
			t.Fatalf("trial %d: %v", trial, err)
		}
		if err := VerifySkills(need, patterns, tours, opt, plan); err != nil {
			t.Fatalf("trial %d: %v", trial, err)
		}
		gaps += plan.Gap
	}
	if gaps/trials > 0.03 {
		t.Errorf("mean gap %.4f", gaps/trials)
	}
}

func need3(first string, days int) string {
	return map[string]string{"2026-05-04": "2026-05-05", "2026-03-06": "2026-03-08", "2026-10-30": "2026-11-01"}[first]
}

// A tiny day against every roster there is.
func TestTinySkillsMatchBruteForce(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for trial := range 40 {
		need := skilled(t, "2026-05-04", "2026-05-04", []string{"a", "b"}, func(k int, h float64) float64 {
			if k == 0 && (h == 8 || h == 15.5) {
				return 1 // open all the time: starts that reach into closed hours are kept out
			}
			return float64(rng.IntN(3))
		})
		patterns := []Pattern{
			{Name: "a", First: 480, Last: 720, Every: 240, Paid: 240, CentsPerHour: 2000, Skills: []string{"a"}},
			{Name: "b", First: 480, Last: 720, Every: 240, Paid: 240, CentsPerHour: 2100, Skills: []string{"b"}},
			{Name: "ab", First: 480, Last: 720, Every: 240, Paid: 240, CentsPerHour: 2000 + int64(rng.IntN(10))*100, Skills: []string{"a", "b"}},
		}
		opt := Options{UnderCents: 2000 + 500*int64(rng.IntN(8)), OverCents: 100 * int64(rng.IntN(4))}
		plan, err := CoverSkills(t.Context(), need, patterns, nil, opt)
		if err != nil {
			t.Fatal(err)
		}
		if best := bruteSkills(need, patterns, opt); plan.Cost.Total != best || plan.BoundCents != best {
			t.Errorf("trial %d: cost %d, bound %d, best %d", trial, plan.Cost.Total, plan.BoundCents, best)
		}
	}
}

// bruteSkills tries up to three agents of each pattern in the morning and in the afternoon.
func bruteSkills(need SkillRequirement, patterns []Pattern, opt Options) int64 {
	best := int64(1 << 60)
	half := func(from int) int64 { // intervals from, eight of half an hour
		least := int64(1 << 60)
		for code := range 125 {
			n := []int{code % 5, code / 5 % 5, code / 25}
			cost := int64(0)
			for k, p := range patterns {
				cost += int64(n[k]) * p.CentsPerHour * 4 * 2
			}
			for i := from; i < from+8; i++ {
				asked := []int{int(need.Agents[0][i]), int(need.Agents[1][i])}
				use := flow(n, asked, func(p, s int) bool { return p == s || p == 2 })
				cost += int64(asked[0]+asked[1]-use)*opt.UnderCents + int64(n[0]+n[1]+n[2]-use)*opt.OverCents
			}
			least = min(least, cost)
		}
		return least
	}
	best = min(best, half(16)+half(24))
	return best / 2
}

func TestSkillFaults(t *testing.T) {
	need := skilled(t, "2026-05-04", "2026-05-04", []string{"english", "spanish"}, func(int, float64) float64 { return 1 })
	good := []Pattern{skillPattern("english", 2000, "english"), skillPattern("both", 2200, "english", "spanish")}
	for want, f := range map[string]func() ([]Pattern, []Tour){
		`pattern "english": skills: the requirement does not know "englsh"`: func() ([]Pattern, []Tour) { return []Pattern{skillPattern("english", 1, "englsh"), good[1]}, nil },
		`skill "spanish": no pattern has it`:                                func() ([]Pattern, []Tour) { return good[:1], nil },
		`pattern "none": skills: none`:                                      func() ([]Pattern, []Tour) { return append(good, skillPattern("none", 1)), nil },
		`patterns "english" and "both" differ in skills`: func() ([]Pattern, []Tour) {
			return good, []Tour{{Name: "t", Patterns: []string{"english", "both"}, Days: 5}}
		},
	} {
		p, tours := f()
		if _, err := CoverSkills(context.Background(), need, p, tours, Options{UnderCents: 1}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %s: %v", want, err)
		}
	}
}

func FuzzReadSkillRequirementCSV(f *testing.F) {
	f.Add("timestamp,skill,agents\n2026-05-04T08:00:00,english,1\n2026-05-04T08:30:00,english,1\n2026-05-04T08:00:00,spanish,1\n2026-05-04T08:30:00,spanish,0\n")
	f.Add("timestamp,skill,agents\n2026-05-04T08:00:00,,1\n")
	loc := zone(f)
	f.Fuzz(func(t *testing.T, text string) {
		need, err := ReadSkillRequirementCSV(strings.NewReader(text), "need.csv", loc)
		if err == nil {
			if err := need.Validate(); err != nil {
				t.Errorf("%v of %s", err, fmt.Sprintf("%.200q", text))
			}
		}
	})
}
