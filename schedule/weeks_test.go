package schedule

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// smallWeek draws a random small instance of tours and single shifts.
func smallWeek(t testing.TB, rng *rand.Rand) (Requirement, []Pattern, []Tour, Options) {
	t.Helper()
	days := 2 + rng.IntN(6)
	first := interval.MustDate([]string{"2026-05-04", "2026-03-06", "2026-10-30"}[rng.IntN(3)])
	g, err := interval.DayGrid(first, first.AddDays(days-1), time.Hour, zone(t))
	if err != nil {
		t.Fatal(err)
	}
	need := Requirement{Pool: "english", Grid: g, Agents: make([]float64, g.Len())}
	closed := rng.IntN(days + 3)
	for i := range need.Agents {
		m := g.Minute(i)
		if (m >= 480 && m < 1080 || rng.IntN(2) == 0) && i/24 != closed {
			need.Agents[i] = float64(rng.IntN(3))
		}
	}
	var patterns []Pattern
	for _, name := range []string{"a", "b"}[:1+rng.IntN(2)] {
		p := Pattern{Name: name, First: 60 * rng.IntN(23), Every: 60, Paid: 60 * (2 + rng.IntN(6)), CentsPerHour: int64(2000 + 100*rng.IntN(10))}
		p.Last = min(1380, p.First+60*rng.IntN(3))
		if rng.IntN(2) == 0 {
			p.Breaks = []Break{{Minutes: 60, Earliest: 60, Latest: 60 + 60*rng.IntN(2), Every: 60, Paid: rng.IntN(2) == 0}}
		}
		if p.Paid >= 300 && rng.IntN(2) == 0 {
			p.Spacing = 60
			p.Breaks = []Break{{Minutes: 30, Earliest: 60, Latest: 120, Every: 30, Paid: true}, {Minutes: 30, Earliest: 120, Latest: 210, Every: 30, Paid: true}}
		}
		if rng.IntN(3) == 0 {
			p.Premiums = []Premium{{From: 1320, To: 360, Percent: 10 + rng.IntN(40)}}
		}
		if rng.IntN(3) == 0 {
			p.Max = 1 + rng.IntN(2)
		}
		patterns = append(patterns, p)
	}
	var tours []Tour
	if rng.IntN(3) > 0 {
		tour := Tour{Name: "t", Patterns: []string{"a"}, Days: 2 + rng.IntN(4), SameStart: rng.IntN(2) == 0, ConsecutiveOff: rng.IntN(2) == 0, MaxConsecutive: rng.IntN(2) * 5, Rest: 60 * rng.IntN(11), Max: rng.IntN(4)}
		if rng.IntN(3) == 0 {
			tour.Overtime, tour.OvertimeCents = 1, 4500
		}
		tours = append(tours, tour)
	}
	opt := Options{Seed: rng.Uint64(), UnderCents: int64(3000 + 1000*rng.IntN(12)), OverCents: int64(rng.IntN(3)) * 300, Repeats: rng.IntN(3) == 0 && days == 7, Work: 60000}
	if rng.IntN(3) == 0 {
		opt.Seats = []int{1 + rng.IntN(3)}
	}
	return need, patterns, tours, opt
}

// Every roster of a thousand random small instances obeys every rule, costs what it says
// and is proved optimal; the checker shares nothing with the search.
func TestCoverWeeksObeysEveryRule(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 12))
	planned := 0
	for planned < 1000 {
		need, patterns, tours, opt := smallWeek(t, rng)
		if validateWeeks(need, patterns, tours, opt) != nil {
			continue
		}
		plan, err := CoverWeeks(t.Context(), need, patterns, tours, opt)
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyWeeks(need, patterns, tours, opt, plan); err != nil {
			t.Fatalf("instance %d: %v\n%+v %+v %+v", planned, err, patterns, tours, opt)
		}
		planned++
		if plan.BoundCents != plan.Cost.Total {
			t.Errorf("instance %d: cost %d, bound %d\n%+v %+v %+v", planned, plan.Cost.Total, plan.BoundCents, patterns, tours, opt)
		}
	}
}

// The tiny days of Cover's own test, by brute force, also for whole weeks.
func TestCoverWeeksFindsTheOptimumOfTinyDays(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	rng := rand.New(rand.NewPCG(13, 14))
	for range 60 {
		need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
		for h := 16; h < 24; h++ {
			need.Agents[h] = float64(1 + rng.IntN(2))
		}
		opt := Options{UnderCents: 9000, OverCents: int64(rng.IntN(3)) * 300}
		if rng.IntN(3) == 0 {
			opt.Seats = []int{2}
		}
		plan, err := CoverWeeks(t.Context(), need, tiny(), nil, opt)
		if err != nil {
			t.Fatal(err)
		}
		want := optimum(t, need.Whole(), tiny(), opt, 5)
		if plan.Cost.Total != want || plan.BoundCents != want {
			t.Errorf("need %v, %+v: cost %d, bound %d; the optimum is %d", need.Agents[16:24], opt, plan.Cost.Total, plan.BoundCents, want)
		}
	}
}

// weekOptimum tries every number of agents on every line of a tour without breaks.
func weekOptimum(need []int, starts []int, days, length int, masks []int, most int, wage, under int64) int64 {
	type line struct{ on []int }
	var lines []line
	for _, start := range starts {
		for _, mask := range masks {
			on := make([]int, days*24+24)
			for d := range days {
				if mask>>d&1 == 1 {
					for h := start; h < start+length; h++ {
						on[d*24+h]++
					}
				}
			}
			lines = append(lines, line{on})
		}
	}
	best := int64(math.MaxInt64)
	cover := make([]int, days*24+24)
	var try func(from, left int, wages int64)
	try = func(from, left int, wages int64) {
		sum := wages
		for h, r := range need {
			sum += under * int64(max(0, r-cover[h]))
		}
		best = min(best, sum)
		if left == 0 {
			return
		}
		for i := from; i < len(lines); i++ {
			for h, z := range lines[i].on {
				cover[h] += z
			}
			try(i, left-1, wages+wage)
			for h, z := range lines[i].on {
				cover[h] -= z
			}
		}
	}
	try(0, most, 0)
	return best
}

// Tours with days off in a run, and nights over midnight, against brute force.
func TestCoverWeeksFindsTheOptimumOfTinyTours(t *testing.T) {
	rng := rand.New(rand.NewPCG(15, 16))
	g := grid(t, "2026-05-04", "2026-05-10", time.Hour)
	var masks []int
	for off := range 7 { // five days on, two in a row off
		masks = append(masks, 127&^(1<<off|1<<((off+1)%7)))
	}
	for range 3 {
		need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
		for i := range need.Agents {
			if h := i % 24; h >= 20 || h < 4 {
				need.Agents[i] = float64(rng.IntN(3))
			}
			if h := i % 24; h == 0 || h == 23 { // no hour of the night is closed
				need.Agents[i] = float64(1 + rng.IntN(2))
			}
		}
		night := Pattern{Name: "night", First: 20 * 60, Last: 21 * 60, Every: 60, Paid: 420, CentsPerHour: 2500}
		tour := Tour{Name: "5x7", Patterns: []string{"night"}, Days: 5, SameStart: true, ConsecutiveOff: true, Rest: 600}
		opt := Options{UnderCents: 6000}
		plan, err := CoverWeeks(t.Context(), need, []Pattern{night}, []Tour{tour}, opt)
		if err != nil {
			t.Fatal(err)
		}
		want := weekOptimum(need.Whole(), []int{20, 21}, 7, 7, masks, 5, 5*7*2500, 6000)
		if plan.Cost.Total != want || plan.Gap != 0 {
			t.Errorf("cost %d, gap %v; the optimum is %d", plan.Cost.Total, plan.Gap, want)
		}
		if err := VerifyWeeks(need, []Pattern{night}, []Tour{tour}, opt, plan); err != nil {
			t.Error(err)
		}
	}
}

func TestTourSaysWhatIsWrong(t *testing.T) {
	long := fullTime()
	long.First, long.Last, long.Every = 0, 1380, 60
	for _, tt := range []struct {
		tour Tour
		want string
	}{
		{Tour{Name: "x", Patterns: []string{"ghost"}, Days: 5}, `there is no pattern "ghost"`},
		{Tour{Name: "x", Patterns: []string{"full"}, Days: 8}, "8 days and 0 of overtime in a week"},
		{Tour{Name: "x", Days: 5}, "name at least one"},
		{Tour{Name: "x", Patterns: []string{"full"}, Days: 5, Rest: 660}, "less than the rest of 11h"},
		{Tour{Name: "x", Patterns: []string{"full"}, Days: 5, SameStart: true, Rest: 960}, "leaves 15h30m between two days"},
		{Tour{Name: "x", Patterns: []string{"full"}, Days: 6, MaxConsecutive: 2, SameStart: true}, "no week has 6 working days"},
		{Tour{Name: "x", Patterns: []string{"full"}, Days: 5, Overtime: 1, OvertimeCents: 100, SameStart: true}, "less than one of pattern"},
	} {
		if err := tt.tour.Validate([]Pattern{long}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("error %v, want %q in it", err, tt.want)
		}
	}
}

// nightDesk is a week of nights and days that is quick to plan.
func nightDesk(t testing.TB) (Requirement, []Pattern, []Tour, Options) {
	g := grid(t, "2026-05-04", "2026-05-10", time.Hour)
	need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
	for i := range need.Agents {
		if h := i % 24; h >= 20 || h < 6 {
			need.Agents[i] = 2
		} else {
			need.Agents[i] = 1
		}
	}
	return need, []Pattern{
			{Name: "night", First: 1200, Last: 1320, Every: 60, Paid: 480, CentsPerHour: 3000, Breaks: []Break{{Minutes: 60, Earliest: 180, Latest: 300, Every: 60, Paid: true}}},
			{Name: "part", First: 360, Last: 1080, Every: 60, Paid: 240, CentsPerHour: 3100},
		}, []Tour{{Name: "nights", Patterns: []string{"night"}, Days: 5, SameStart: true, ConsecutiveOff: true, Rest: 660}},
		Options{Seed: 3, UnderCents: 20000, Repeats: true, Work: 3000}
}

// What work bounds is the same on any number of cores; what a context ends is a plan
// all the same.
func TestCoverWeeksIsAnytimeAndTheSameOnAnyNumberOfCores(t *testing.T) {
	need, patterns, tours, opt := nightDesk(t)
	want, err := CoverWeeks(t.Context(), need, patterns, tours, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := VerifyWeeks(need, patterns, tours, opt, want); err != nil {
		t.Fatal(err)
	}
	cores := runtime.GOMAXPROCS(1)
	got, err := CoverWeeks(t.Context(), need, patterns, tours, opt)
	runtime.GOMAXPROCS(cores)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("one core gives another plan than all: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	early, err := CoverWeeks(ctx, need, patterns, tours, opt)
	if err != nil || !early.Stopped || early.BoundCents > want.Cost.Total {
		t.Errorf("cancelled at once: %v, stopped %t, bound %d, cost of a full search %d", err, early.Stopped, early.BoundCents, want.Cost.Total)
	}
	if err := VerifyWeeks(need, patterns, tours, opt, early); err != nil {
		t.Error(err)
	}
}

// A roster in place leaves nothing to do where it reaches, and the rest is added.
func TestPresentRosterIsCompletedNotRemade(t *testing.T) {
	need, patterns, tours, opt := nightDesk(t)
	opt.Repeats = false
	first, err := CoverWeeks(t.Context(), need, patterns, tours, opt)
	if err != nil {
		t.Fatal(err)
	}
	for i := range need.Agents {
		if i/24 == 2 && i%24 >= 10 && i%24 < 14 {
			need.Agents[i] += 2 // a mailing lands on Wednesday
		}
	}
	short, err := first.Roster.Reach(need)
	if err != nil || len(short) < 4 {
		t.Fatalf("%d intervals short, %v; want the four of the mailing at least", len(short), err)
	}
	opt.Present = first.Roster
	added, err := CoverWeeks(t.Context(), need, patterns, nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := VerifyWeeks(need, patterns, nil, opt, added); err != nil {
		t.Error(err)
	}
	both, err := slices.Concat(first.Roster, added.Roster).Reach(need)
	if err != nil || len(both) >= len(short) || len(added.Roster) > 6 {
		t.Errorf("%d shifts added leave %d of %d intervals short, %v", len(added.Roster), len(both), len(short), err)
	}
}

func TestShiftsWithinTheirNoticeAreOut(t *testing.T) {
	need, patterns, _, opt := nightDesk(t)
	opt.Repeats = false
	opt.Decided = need.Grid.Start()
	patterns[1].Notice = 48 * time.Hour
	plan, err := CoverWeeks(t.Context(), need, patterns, nil, opt)
	if err != nil {
		t.Fatal(err)
	}
	late := 0
	for _, s := range plan.Roster {
		if s.Pattern == "part" && s.Start.Sub(opt.Decided) < 48*time.Hour {
			t.Errorf("a shift at %s with less than two days' notice", s.Start)
		}
		if s.Pattern == "part" {
			late++
		}
	}
	if late == 0 {
		t.Error("no shift of the pattern at all")
	}
}

func TestCalendarIsOnePersons(t *testing.T) {
	need, patterns, tours, opt := nightDesk(t)
	plan, err := CoverWeeks(t.Context(), need, patterns, tours, opt)
	if err != nil {
		t.Fatal(err)
	}
	agent := plan.Roster.Agents()[0]
	want := 0
	for _, s := range plan.Roster {
		if s.Agent == agent {
			want++
		}
	}
	var out strings.Builder
	if err := WriteICS(&out, plan.Roster, agent); err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(out.String(), "BEGIN:VEVENT\r\n"); got != want || want == 0 {
		t.Errorf("%d events for %d shifts", got, want)
	}
	for line := range strings.SplitSeq(out.String(), "\r\n") {
		if len(line) > 75 {
			t.Errorf("a line of %d octets", len(line))
		}
	}
}

// Two weeks and a half of nights: what the first week reaches into the second is not
// staffed twice, every rule holds, and the bound is one of the whole.
func TestCoverWeeksOfALongerHorizon(t *testing.T) {
	_, patterns, tours, opt := nightDesk(t)
	opt.Repeats, opt.Work = false, 9000
	g := grid(t, "2026-10-19", "2026-11-05", time.Hour) // the clocks go back within
	need := Requirement{Grid: g, Agents: make([]float64, g.Len())}
	for i := range need.Agents {
		if m := g.Minute(i); m >= 1200 || m < 360 {
			need.Agents[i] = 2
		} else {
			need.Agents[i] = 1
		}
	}
	plan, err := CoverWeeks(t.Context(), need, patterns, tours, opt)
	if err != nil {
		t.Fatal(err)
	}
	if err := VerifyWeeks(need, patterns, tours, opt, plan); err != nil {
		t.Error(err)
	}
	if plan.Gap > 0.2 {
		t.Errorf("gap %.1f%%, bound %d", 100*plan.Gap, plan.BoundCents)
	}
	for i, z := range plan.OnPosition { // the nights between two weeks
		if m := g.Minute(i); m == 0 && i > 0 && z > 4 {
			t.Errorf("%v agents on position at %s, where 2 are needed", z, g.Stamp(i))
		}
	}
	t.Logf("gap %.2f%%", 100*plan.Gap)
}
