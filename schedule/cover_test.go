package schedule

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// cover plans and verifies; no test looks at a plan that breaks a rule.
func cover(t testing.TB, need Requirement, patterns []Pattern, opt Options) Plan {
	t.Helper()
	plan, err := Cover(t.Context(), need, patterns, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(need, patterns, opt, plan); err != nil {
		t.Fatal(err)
	}
	return plan
}

func TestCoverIsProvedGood(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	for _, tt := range []struct {
		name     string
		peak     float64
		patterns []Pattern
		seats    []int
		gap      float64
	}{
		{"full-time shifts, peak 25", 25, []Pattern{fullTime()}, nil, 0.03},
		{"full- and part-time, peak 25", 25, []Pattern{fullTime(), partTime()}, nil, 0.03},
		{"full- and part-time, peak 60", 60, []Pattern{fullTime(), partTime()}, nil, 0.03},
		{"as many seats as the peak", 25, []Pattern{fullTime(), partTime()}, []int{25}, 0.03},
		{"four seats to five needed", 60, []Pattern{fullTime(), partTime()}, []int{48}, 0.05},
	} {
		t.Run(tt.name, func(t *testing.T) {
			opt := options()
			opt.Seats = tt.seats
			plan := cover(t, Requirement{Grid: g, Agents: humps(g, tt.peak)}, tt.patterns, opt)
			if plan.Gap > tt.gap {
				t.Errorf("cost %d, bound %d: gap %.2f%%, want at most %.0f%%", plan.Cost.Total, plan.BoundCents, 100*plan.Gap, 100*tt.gap)
			}
			short := 0.0
			for _, u := range plan.Unmet {
				short += u.ShortHours
			}
			if tt.seats == nil && short > plan.Roster.PaidHours()/200 {
				t.Errorf("%v agent-hours short though one costs six times its wage", short)
			}
		})
	}
}

// A tiny center: open 8 to 12 by the hour, three-hour shifts with half an hour off.
func tiny() []Pattern {
	return []Pattern{
		{Name: "long", First: 480, Last: 540, Every: 30, Paid: 180, CentsPerHour: 2000, Breaks: []Break{{Minutes: 30, Earliest: 60, Latest: 120, Every: 30, Paid: true}}},
		{Name: "short", First: 480, Last: 600, Every: 60, Paid: 120, CentsPerHour: 2300, Max: 1},
	}
}

// optimum tries every multiset of at most most shifts, by the clock of the wall alone.
func optimum(t *testing.T, need []int, patterns []Pattern, opt Options, most int) int64 {
	type option struct {
		pattern int
		on      [48]int // half hours of the day
	}
	var all []option
	for p, pat := range patterns {
		for _, start := range pat.Starts() {
			if start+pat.Length() > 12*60 {
				continue
			}
			rests := []int{-1}
			if len(pat.Breaks) == 1 {
				rests = pat.Breaks[0].Starts()
			}
			for _, rest := range rests {
				o := option{pattern: p}
				for m := start; m < start+pat.Length(); m += 30 {
					if rest < 0 || m != start+rest {
						o.on[m/30] = 1
					}
				}
				all = append(all, o)
			}
		}
	}
	best := int64(math.MaxInt64)
	var try func(from, left int, on [48]int, count []int, wages int64)
	try = func(from, left int, on [48]int, count []int, wages int64) {
		sum := wages
		for h, z := range on {
			if len(opt.Seats) > 0 && z > opt.Seats[0] {
				return // more shifts only add
			}
			sum += int64(max(0, need[h]-z))*opt.UnderCents*30 + int64(max(0, z-need[h]))*opt.OverCents*30
		}
		best = min(best, sum)
		if left == 0 {
			return
		}
		for i := from; i < len(all); i++ {
			p := all[i].pattern
			if patterns[p].Max > 0 && count[p] == patterns[p].Max {
				continue
			}
			next := on
			for h := range next {
				next[h] += all[i].on[h]
			}
			count[p]++
			try(i, left-1, next, count, wages+patterns[p].CentsPerHour*int64(patterns[p].Paid))
			count[p]--
		}
	}
	try(0, most, [48]int{}, make([]int, len(patterns)), 0)
	return toCents(best)
}

func TestCoverFindsTheOptimumOfTinyDays(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	rng := rand.New(rand.NewPCG(3, 4))
	for range 40 {
		need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
		for h := 16; h < 24; h++ {
			need.Agents[h] = float64(1 + rng.IntN(2))
		}
		opt := Options{UnderCents: 9000, OverCents: int64(rng.IntN(3)) * 300}
		if rng.IntN(3) == 0 {
			opt.Seats = []int{2}
		}
		plan := cover(t, need, tiny(), opt)
		want := optimum(t, need.Whole(), tiny(), opt, 5)
		if plan.Cost.Total != want || plan.BoundCents > want {
			t.Errorf("need %v, %+v: cost %d, bound %d; the optimum is %d", need.Agents[16:24], opt, plan.Cost.Total, plan.BoundCents, want)
		}
	}
}

// One agent is needed from 8 to 12 and a shift lasts just that. Shifts chosen first
// and breaks placed afterwards leave the break uncovered whatever the break.
func TestBreaksAreChosenWithShifts(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
	for h := 16; h < 24; h++ {
		need.Agents[h] = 1
	}
	with := Pattern{Name: "four", First: 480, Last: 480, Paid: 240, CentsPerHour: 2000, Breaks: []Break{{Minutes: 30, Earliest: 90, Latest: 150, Every: 30, Paid: true}}}
	without := with
	without.Breaks = nil
	opt := Options{UnderCents: 30000, OverCents: 100}

	first := cover(t, need, []Pattern{without}, opt)
	if len(first.Roster) != 1 {
		t.Fatalf("%d shifts without breaks, want 1", len(first.Roster))
	}
	for _, rest := range with.Breaks[0].Starts() {
		s := first.Roster[0]
		s.Breaks = []Rest{{s.Start.Add(time.Duration(rest) * time.Minute), s.Start.Add(time.Duration(rest+30) * time.Minute)}}
		if on := (Roster{s}).OnPosition(g); slices.Min(on[16:24]) > 0 {
			t.Fatalf("a break at %v leaves nobody out", s.Breaks[0].Start)
		}
	}
	joint := cover(t, need, []Pattern{with}, opt)
	if len(joint.Roster) != 2 || len(joint.Unmet) != 0 {
		t.Errorf("%d shifts with %d unmet intervals, want 2 with none", len(joint.Roster), len(joint.Unmet))
	}
}

func TestMoreNeedIsNeverCheaper(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	rng := rand.New(rand.NewPCG(5, 6))
	opt := Options{UnderCents: 9000} // a price of surplus would reward need
	need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
	need.Agents[16] = 1
	last := cover(t, need, tiny(), opt).Cost.Total
	for range 12 {
		need.Agents[16+rng.IntN(8)]++
		next := cover(t, need, tiny(), opt).Cost.Total
		if next < last {
			t.Errorf("cost fell from %d to %d with more need", last, next)
		}
		last = next
	}
}

func TestCoverObeysEveryRule(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	g := grid(t, "2026-05-04", "2026-05-06", time.Hour)
	for range 25 {
		patterns := []Pattern{randomPattern(rng, "a"), randomPattern(rng, "b")}
		need := Requirement{Pool: "english", Grid: g, Agents: make([]float64, g.Len())}
		for i := range need.Agents {
			if m := g.Minute(i); m >= 420 && m < 1080 {
				need.Agents[i] = rng.Float64() * 9
			}
		}
		opt := Options{Seed: rng.Uint64(), UnderCents: int64(3000 + rng.IntN(20000)), OverCents: int64(rng.IntN(2000)), Rounds: 2}
		if rng.IntN(2) == 0 {
			opt.Seats = make([]int, g.Len())
			for i := range opt.Seats {
				opt.Seats[i] = 2 + rng.IntN(8)
			}
		}
		cover(t, need, patterns, opt)
	}
}

// randomPattern draws until the pattern is valid.
func randomPattern(rng *rand.Rand, name string) Pattern {
	for {
		p := Pattern{
			Name: name, First: 15 * rng.IntN(60), Every: 15 * (1 + rng.IntN(4)), Paid: 30 * (4 + rng.IntN(16)),
			Spacing: 15 * rng.IntN(6), CentsPerHour: int64(1500 + rng.IntN(3000)), Max: rng.IntN(5),
		}
		p.Last = p.First + 15*rng.IntN(20)
		for range rng.IntN(4) {
			e := 15 * rng.IntN(24)
			p.Breaks = append(p.Breaks, Break{Minutes: 15 * (1 + rng.IntN(3)), Earliest: e, Latest: e + 15*rng.IntN(8), Paid: rng.IntN(2) == 0})
		}
		for d := range time.Weekday(7) {
			if rng.IntN(4) > 0 {
				p.Days = append(p.Days, d)
			}
		}
		if p.Validate() == nil {
			return p
		}
	}
}

func TestCoverIsTheSameOnAnyNumberOfCores(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-07", 30*time.Minute)
	need := Requirement{Grid: g, Agents: humps(g, 12)}
	patterns := []Pattern{fullTime(), partTime()}
	want := cover(t, need, patterns, options())
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if got := cover(t, need, patterns, options()); !reflect.DeepEqual(got, want) {
		t.Error("one core gives another plan than all")
	}
}

func TestCancelledCoverReturns(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-08", 30*time.Minute)
	need := Requirement{Grid: g, Agents: humps(g, 25)}
	opt := options()
	opt.Rounds = math.MaxInt32 // would run for months
	opt.Seats = []int{20}      // far from the bound, so no day ends early
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Millisecond)
	defer cancel()
	if _, err := Cover(ctx, need, []Pattern{fullTime()}, opt); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error %v, want the context's", err)
	}
}

func TestRequirementIsRoundedUpOnce(t *testing.T) {
	r := Requirement{Agents: []float64{0, 2, 2.0000000000001, 2.1, 2.9999}}
	if got, want := r.Whole(), []int{0, 2, 2, 3, 3}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestCoverSaysWhatIsWrong(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	good := Requirement{Grid: g, Agents: make([]float64, g.Len())}
	night := fullTime()
	night.Paid = 1440
	crowded := fullTime()
	crowded.Spacing = 400
	odd := fullTime()
	odd.First++
	busy := Requirement{Grid: g, Agents: humps(g, 2)}
	for _, tt := range []struct {
		name     string
		need     Requirement
		patterns []Pattern
		opt      Options
		want     string
	}{
		{"too few values", Requirement{Grid: g}, []Pattern{fullTime()}, options(), "0 values for a grid of 48 intervals"},
		{"not a number", Requirement{Grid: g, Agents: append([]float64{math.NaN()}, good.Agents[1:]...)}, []Pattern{fullTime()}, options(), "NaN agents at 2026-05-04T00:00:00-04:00"},
		{"longer than a day", good, []Pattern{night}, options(), "last longer than a day"},
		{"breaks that never fit", good, []Pattern{crowded}, options(), "cannot be taken in their order"},
		{"same name twice", good, []Pattern{fullTime(), fullTime()}, options(), `two patterns named "full"`},
		{"no pattern", good, nil, options(), "no shift patterns"},
		{"free shortage", good, []Pattern{fullTime()}, Options{}, "UnderCents 0; give 1 to"},
		{"seats of another grid", good, []Pattern{fullTime()}, Options{UnderCents: 1, Seats: []int{1, 2}}, "2 seat numbers for 48 intervals"},
		{"a start at 07:01", busy, []Pattern{odd}, options(), "fit together only in steps of 1 minutes"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Cover(t.Context(), tt.need, tt.patterns, tt.opt)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "schedule: ") {
				t.Errorf("error %q, want %q in it", err, tt.want)
			}
		})
	}
}

func TestVerifyFindsEachBrokenRule(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	need, patterns := Requirement{Grid: g, Agents: humps(g, 6)}, []Pattern{fullTime(), partTime()}
	opt := options()
	opt.Seats = []int{6}
	for _, tt := range []struct {
		want  string
		spoil func(*Plan)
	}{
		{"start is not allowed", func(p *Plan) { p.Roster[0].Start = p.Roster[0].Start.Add(7 * time.Minute) }},
		{"break 1 lasts", func(p *Plan) { p.Roster[0].Breaks[0].End = p.Roster[0].Breaks[0].End.Add(time.Minute) }},
		{"break 1 starts", func(p *Plan) { p.Roster[0].Breaks[0].Start = p.Roster[0].Start }},
		{"breaks, not", func(p *Plan) { p.Roster[0].Breaks = nil }},
		{"agents for 6 seats", func(p *Plan) { p.Roster = append(p.Roster, slices.Repeat(p.Roster[:1], 7)...) }},
		{"more than 6 shifts", func(p *Plan) {
			i := slices.IndexFunc(p.Roster, func(s Shift) bool { return s.Pattern == "part" })
			p.Roster = append(p.Roster, slices.Repeat(p.Roster[i:i+1], 7)...)
		}},
		{"its shifts cost", func(p *Plan) { p.Cost.Wages-- }},
		{"bound", func(p *Plan) { p.BoundCents = p.Cost.Total + 1 }},
		{"agents on position, not", func(p *Plan) { p.OnPosition[20]++ }},
		{"no pattern", func(p *Plan) { p.Roster[0].Pattern = "ghost" }},
	} {
		plan := cover(t, need, patterns, opt)
		tt.spoil(&plan)
		if err := Verify(need, patterns, opt, plan); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("error %v, want %q in it", err, tt.want)
		}
	}
}
