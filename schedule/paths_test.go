package schedule

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// coverPaths plans and verifies.
func coverPaths(t testing.TB, need Requirement, patterns []Pattern, tours []Tour, opt Options) Plan {
	t.Helper()
	plan, err := CoverWeeks(t.Context(), need, patterns, tours, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := VerifyWeeks(need, patterns, tours, opt, plan); err != nil {
		t.Fatal(err)
	}
	return plan
}

// sampleOptimum tries every multiset of at most most shifts of the tiny patterns, and
// prices each on every path by itself. It returns sixtieths of a cent, summed over paths.
func sampleOptimum(paths [][]int, patterns []Pattern, opt Options, most int) int64 {
	type option struct {
		pattern int
		on      []int // half hours of the day
	}
	var all []option
	for k, p := range patterns {
		for _, start := range p.Starts() {
			rests := []int{-1}
			if len(p.Breaks) == 1 {
				rests = p.Breaks[0].Starts()
			}
			for _, rest := range rests {
				o := option{pattern: k}
				for m := start; m < start+p.Length(); m += 30 {
					if rest < 0 || m != start+rest {
						o.on = append(o.on, m/30)
					}
				}
				all = append(all, o)
			}
		}
	}
	var cover [48]int
	price := func() int64 {
		var sum int64
		for _, path := range paths {
			for h, r := range path {
				sum += 30 * (int64(max(0, r-cover[h]))*opt.UnderCents + int64(max(0, cover[h]-r))*opt.OverCents)
			}
		}
		return sum
	}
	best := int64(math.MaxInt64)
	count := make([]int, len(patterns))
	var try func(from, left int, wages int64)
	try = func(from, left int, wages int64) {
		if len(opt.Seats) > 0 && slices.Max(cover[:]) > opt.Seats[0] {
			return // more shifts only add
		}
		best = min(best, wages*int64(len(paths))+price())
		for i := from; i < len(all) && left > 0; i++ {
			p := all[i].pattern
			if patterns[p].Max > 0 && count[p] == patterns[p].Max {
				continue
			}
			count[p]++
			for _, h := range all[i].on {
				cover[h]++
			}
			try(i, left-1, wages+patterns[p].CentsPerHour*int64(patterns[p].Paid))
			for _, h := range all[i].on {
				cover[h]--
			}
			count[p]--
		}
	}
	try(0, most, 0)
	return best
}

// Against brute force over every roster and path: whatever the number of paths, also
// where it does not divide the prices.
func TestPathsFindTheOptimumOfTinyDays(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	rng := rand.New(rand.NewPCG(21, 22))
	for range 30 {
		n := 1 + rng.IntN(7)
		need := Requirement{Grid: g}
		var paths [][]int
		for range n {
			path := make([]float64, g.Len())
			level := 1 + rng.IntN(2)
			for h := 16; h < 24; h++ {
				path[h] = float64(max(0, level+rng.IntN(3)-1))
			}
			path[16], path[23] = max(1, path[16]), max(1, path[23]) // open from 8 to 12
			need.Paths = append(need.Paths, path)
			paths = append(paths, Requirement{Agents: path}.Whole())
		}
		opt := Options{UnderCents: int64(2000 + rng.IntN(9000)), OverCents: int64(rng.IntN(3)) * 301}
		if rng.IntN(3) == 0 {
			opt.Seats = []int{2}
		}
		plan := coverPaths(t, need, tiny(), nil, opt)
		want := float64(sampleOptimum(paths, tiny(), opt, 5)) / float64(60*n)
		// The parts of the cost are rounded one by one.
		if math.Abs(float64(plan.Cost.Total)-want) > 1.5 || float64(plan.BoundCents) > want+1.5 || plan.Cost.Total-plan.BoundCents > 2 {
			t.Errorf("%d paths, %+v: cost %d, bound %d; the optimum is %.2f", n, opt, plan.Cost.Total, plan.BoundCents, want)
		}
	}
}

// pathsAround draws n courses that differ by a factor of the day and by noise.
func pathsAround(rng *rand.Rand, base []float64, n int) [][]float64 {
	out := make([][]float64, n)
	for p := range out {
		out[p] = make([]float64, len(base))
		factor := math.Exp(0.3 * rng.NormFloat64())
		for i, a := range base {
			if a > 0 {
				out[p][i] = max(0, math.Round(a*factor+0.7*rng.NormFloat64()))
			}
		}
	}
	return out
}

// Every roster of random small instances of paths obeys every rule, and the checker,
// which averages path by path, finds the same money; most are proved optimal.
func TestPathsObeyEveryRule(t *testing.T) {
	rng := rand.New(rand.NewPCG(23, 24))
	planned, proved := 0, 0
	for planned < 150 {
		need, patterns, tours, opt := smallWeek(t, rng)
		need.Paths, need.Agents = pathsAround(rng, need.Agents, 1+rng.IntN(12)), nil
		if rng.IntN(4) == 0 && !opt.Repeats {
			opt.Present = presentShift(need.Grid, patterns[0])
		}
		if validateWeeks(need, patterns, tours, opt) != nil {
			continue
		}
		plan := coverPaths(t, need, patterns, tours, opt)
		planned++
		if plan.Gap < 1e-4 {
			proved++
		}
	}
	t.Logf("%d of %d proved within a ten-thousandth", proved, planned)
	if proved < planned*7/10 {
		t.Errorf("only %d of %d proved optimal", proved, planned)
	}
}

// presentShift seats one agent all of the second day's morning.
func presentShift(g interval.Grid, p Pattern) Roster {
	day := interval.DateOf(g.Start()).AddDays(1)
	start := day.Start(g.Location()).Add(9 * time.Hour)
	return Roster{{Pattern: p.Name, Date: day, Start: start, End: start.Add(4 * time.Hour), PaidMinutes: 240}}
}

// Paths that are all the same are the requirement itself: same roster, money and bound.
func TestEqualPathsAreThePoint(t *testing.T) {
	rng := rand.New(rand.NewPCG(25, 26))
	for range 40 {
		need, patterns, tours, opt := smallWeek(t, rng)
		if validateWeeks(need, patterns, tours, opt) != nil {
			continue
		}
		point := coverPaths(t, need, patterns, tours, opt)
		opt.UnderCents, opt.OverCents = opt.UnderCents*3, opt.OverCents*3 // divisible by the paths: no scale
		for k := range patterns {
			patterns[k].Premiums = nil
		}
		point = coverPaths(t, need, patterns, tours, opt)
		sample := Requirement{Pool: need.Pool, Grid: need.Grid, Paths: slices.Repeat([][]float64{need.Agents}, 3)}
		same := coverPaths(t, sample, patterns, tours, opt)
		for i, u := range same.Unmet {
			if u.Chance != 1 {
				t.Errorf("interval %d is short on all paths, but with chance %v", u.Interval, u.Chance)
			}
			same.Unmet[i].Chance = 0
		}
		same.Paths = 0
		if !reflect.DeepEqual(same, point) {
			t.Errorf("three equal paths give %+v, their requirement %+v", same.Cost, point.Cost)
		}
	}
}

// A path that asks for more makes no roster cheaper, nor does a higher price.
func TestMoreOnAPathIsNeverCheaper(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	rng := rand.New(rand.NewPCG(27, 28))
	opt := Options{UnderCents: 6000}
	need := Requirement{Grid: g}
	for range 4 {
		path := make([]float64, g.Len())
		for h := 16; h < 24; h++ {
			path[h] = 1
		}
		need.Paths = append(need.Paths, path)
	}
	last := coverPaths(t, need, tiny(), nil, opt).Cost.Total
	for k := range 16 {
		if k%4 == 3 {
			opt.UnderCents += 1500
		} else {
			need.Paths[rng.IntN(4)][16+rng.IntN(8)]++
		}
		next := coverPaths(t, need, tiny(), nil, opt).Cost.Total
		if next < last-1 {
			t.Errorf("cost fell from %d to %d with more need", last, next)
		}
		last = next
	}
}

// Whatever the prices, the bound stays below the optimum of a sample.
func TestBoundOfPathsHoldsForAnyPrices(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	rng := rand.New(rand.NewPCG(29, 30))
	for range 30 {
		base := make([]float64, g.Len())
		for h := 16; h < 24; h++ {
			base[h] = float64(1 + rng.IntN(2))
		}
		need := Requirement{Grid: g, Paths: pathsAround(rng, base, 5)}
		opt := Options{UnderCents: 7001, OverCents: int64(rng.IntN(3)) * 300}
		if rng.IntN(2) == 0 {
			opt.Seats = []int{1 + rng.IntN(2)}
		}
		h, err := newHorizon(need, tiny(), nil, opt, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		w := &weekSearch{m: newImplicit(h, tiny(), nil), seed: 1}
		w.run(t.Context(), 5000)
		prices := make([]float64, h.n)
		for i := range prices {
			prices[i] = (rng.Float64() - 0.3) * 400000 * float64(h.scale)
		}
		if bound := w.m.bound(prices, w.solver); bound > w.best.cost {
			t.Errorf("bound %d above a staffing of cost %d", bound, w.best.cost)
		}
	}
}

// The rows of the sample's price: slope, sums and cost agree with the paths one by one.
func TestAtomCostIsTheMeanOverPaths(t *testing.T) {
	rng := rand.New(rand.NewPCG(31, 32))
	g := grid(t, "2026-05-04", "2026-05-04", time.Hour)
	for range 50 {
		need := Requirement{Grid: g}
		for range 1 + rng.IntN(9) {
			path := make([]float64, g.Len())
			path[10] = float64(rng.IntN(6))
			need.Paths = append(need.Paths, path)
		}
		opt := Options{UnderCents: int64(1 + rng.IntN(5000)), OverCents: int64(rng.IntN(2000))}
		h, err := newHorizon(need, tiny(), nil, opt, 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		at := 10 * 60 / h.atom
		for z := range 9 {
			var sum int64
			for _, path := range need.Paths {
				sum += int64(max(0, int(path[10])-z))*opt.UnderCents + int64(max(0, z-int(path[10])))*opt.OverCents
			}
			if got, want := h.atomCost(at, z)*int64(len(need.Paths)), sum*int64(h.atom)*h.scale; got != want {
				t.Fatalf("%d agents cost %d, the paths %d", z, got, want)
			}
			if h.atomCost(at, z+1)-h.atomCost(at, z) != h.slope(at, z) {
				t.Fatalf("slope %d at %d agents is not the difference", h.slope(at, z), z)
			}
			if h.atomCost(at, z) < h.atomCost(at, h.need[at]) {
				t.Fatalf("%d agents are cheaper than the need %d", z, h.need[at])
			}
		}
	}
}

func TestPathsSayWhatIsWrong(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	good := make([]float64, g.Len())
	for _, tt := range []struct {
		name string
		need Requirement
		want string
	}{
		{"both", Requirement{Grid: g, Agents: good, Paths: [][]float64{good}}, "both agents and paths"},
		{"short path", Requirement{Grid: g, Paths: [][]float64{good, good[1:]}}, "47 values for a grid of 48"},
		{"too many", Requirement{Grid: g, Paths: slices.Repeat([][]float64{good}, 1001)}, "1001 paths; give at most 1000"},
		{"negative", Requirement{Grid: g, Paths: [][]float64{append([]float64{-1}, good[1:]...)}}, "-1 agents at 2026-05-04T00:00:00"},
	} {
		if _, err := CoverWeeks(t.Context(), tt.need, tiny(), nil, options()); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: error %v, want %q", tt.name, err, tt.want)
		}
	}
}

// Cover of paths is checked by the same rules; of equal paths it costs what their one course does.
func TestCoverTakesPaths(t *testing.T) {
	g := grid(t, "2026-03-07", "2026-03-08", 30*time.Minute) // the second day has 23 hours
	rng := rand.New(rand.NewPCG(5, 6))
	need := Requirement{Grid: g, Paths: pathsAround(rng, humps(g, 6), 20)}
	patterns := []Pattern{fullTime(), partTime(), {Name: "late", First: 18 * 60, Last: 22 * 60, Every: 60, Paid: 240, CentsPerHour: 2500}}
	opt := options()
	opt.Work = 2000
	plan, err := Cover(t.Context(), need, patterns, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := Verify(need, patterns, opt, plan); err != nil {
		t.Error(err)
	}
	for _, s := range plan.Roster {
		if s.End.After(s.Date.AddDays(1).Start(g.Location())) {
			t.Errorf("%s goes over midnight", s.Start)
		}
	}
	if plan.Paths != 20 || plan.BoundCents > plan.Cost.Total {
		t.Errorf("%d paths, bound %d, cost %d", plan.Paths, plan.BoundCents, plan.Cost.Total)
	}
}

// The reach over paths is the mean of the reach of each, and the chance counts them.
func TestReachOfPathsIsTheirMean(t *testing.T) {
	need, patterns := desk(t)
	roster := standing(t, need, patterns[0], 480, 540)
	rng := rand.New(rand.NewPCG(7, 6))
	paths := Requirement{Grid: need.Grid, Paths: pathsAround(rng, need.Agents, 12)}
	got, err := roster.Reach(paths)
	if err != nil {
		t.Fatal(err)
	}
	hours, on := make([]float64, need.Grid.Len()), make([]float64, need.Grid.Len())
	for _, path := range paths.Paths {
		alone, err := roster.Reach(Requirement{Grid: need.Grid, Agents: path})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range alone {
			hours[u.Interval] += u.ShortHours / 12
			on[u.Interval] += 1.0 / 12
		}
	}
	for _, u := range got {
		if math.Abs(u.ShortHours-hours[u.Interval]) > 1e-9 || math.Abs(u.Chance-on[u.Interval]) > 1e-9 {
			t.Errorf("interval %d: %+v, mean %v, chance %v", u.Interval, u, hours[u.Interval], on[u.Interval])
		}
		hours[u.Interval] = 0
	}
	for i, h := range hours {
		if h > 0 {
			t.Errorf("interval %d is short %v hours and not listed", i, h)
		}
	}
}

// The least change over paths obeys every rule; brute force over all changes finds nothing
// cheaper in the mean.
func TestLeastChangeOverPaths(t *testing.T) {
	rng := rand.New(rand.NewPCG(33, 34))
	for n := range 120 {
		need, patterns, roster, opt := randomChange(t, rng)
		need = Requirement{Grid: need.Grid, Paths: pathsAround(rng, need.Agents, 2+rng.IntN(4))}
		brute := n%3 == 0
		if brute {
			roster = roster[:2]
			opt.NoAddedShifts, opt.OverCents, opt.Seats, opt.Rest = true, 0, nil, 0
		}
		plan, err := LeastChange(t.Context(), need, patterns, roster, opt)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyChange(need, patterns, roster, opt, plan); err != nil {
			t.Fatalf("instance %d: %v\n%+v", n, err, opt)
		}
		if plan.Paths != len(need.Paths) {
			t.Errorf("%d paths", plan.Paths)
		}
		if !brute {
			continue
		}
		if want := bruteChange(need, patterns, roster, opt); max(plan.Cost.Total-want, want-plan.Cost.Total) > int64(len(need.Grid.Days())+30) || plan.BoundCents > want+30 {
			t.Errorf("instance %d: cost %d, bound %d; the optimum is %d", n, plan.Cost.Total, plan.BoundCents, want)
		}
	}
}

func TestVerifyWeeksFindsWrongMeans(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	rng := rand.New(rand.NewPCG(33, 34))
	base := make([]float64, g.Len())
	for h := 16; h < 24; h++ {
		base[h] = 2
	}
	need := Requirement{Grid: g, Paths: pathsAround(rng, base, 8)}
	opt := Options{UnderCents: 3000}
	for _, tt := range []struct {
		want  string
		spoil func(*Plan)
	}{
		{"but its shifts cost", func(p *Plan) { p.Cost.Under++ }},
		{"listed as", func(p *Plan) { p.Unmet[0].ShortHours += 0.01 }},
		{"listed as", func(p *Plan) { p.Unmet[0].Chance += 0.125 }},
		{"listed as", func(p *Plan) { p.Unmet = p.Unmet[1:] }},
		{"7 paths, not 8", func(p *Plan) { p.Paths-- }},
	} {
		plan := coverPaths(t, need, tiny(), nil, opt)
		tt.spoil(&plan)
		if err := VerifyWeeks(need, tiny(), nil, opt, plan); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("error %v, want %q in it", err, tt.want)
		}
	}
}

// Nine days with nights are two weeks, bounded together; the second sees on each path
// only what the first leaves.
func TestPathsOfALongerHorizon(t *testing.T) {
	rng := rand.New(rand.NewPCG(35, 36))
	g := grid(t, "2026-10-26", "2026-11-03", time.Hour) // the clocks go back on the way
	base := make([]float64, g.Len())
	for i := range base {
		base[i] = 2
		if m := g.Minute(i); m >= 540 && m < 960 {
			base[i] = 5
		}
	}
	need := Requirement{Grid: g, Paths: pathsAround(rng, base, 20)}
	night := Pattern{Name: "night", First: 1260, Last: 1320, Every: 60, Paid: 480, CentsPerHour: 2500}
	part := Pattern{Name: "part", First: 300, Last: 1020, Every: 60, Paid: 240, CentsPerHour: 2400}
	tours := []Tour{{Name: "nights", Patterns: []string{"night"}, Days: 5, SameStart: true}}
	plan := coverPaths(t, need, []Pattern{night, part}, tours, Options{Seed: 3, UnderCents: 7000, OverCents: 200, Work: 2000})
	if plan.BoundCents == 0 || plan.Gap > 0.15 {
		t.Errorf("cost %d, bound %d", plan.Cost.Total, plan.BoundCents)
	}
	if len(plan.Unmet) == 0 || plan.Unmet[0].Chance <= 0 {
		t.Errorf("nothing is short on any of twenty paths: %+v", plan.Unmet)
	}
}
