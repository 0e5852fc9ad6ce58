package schedule

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// VerifyWeeks checks a plan of CoverWeeks against every rule, shift by shift, agent by
// agent and minute by minute, with nothing of its method. It reports every fault at
// once.
func VerifyWeeks(need Requirement, patterns []Pattern, tours []Tour, opt Options, plan Plan) error {
	if err := validateWeeks(need, patterns, tours, opt); err != nil {
		return err
	}
	opt.Present = slices.Concat(opt.Present, opt.Before)
	v := &weekVerifier{need: need, patterns: map[string]Pattern{}, freeDays: map[string]bool{}, tours: tours, opt: opt, plan: plan}
	for _, p := range patterns {
		v.patterns[p.Name] = p
	}
	v.shifts()
	v.agents()
	v.totals()
	if err := errors.Join(v.errs...); err != nil {
		return fmt.Errorf("schedule: plan: %w", err)
	}
	return nil
}

type weekVerifier struct {
	need     Requirement
	patterns map[string]Pattern
	tours    []Tour
	opt      Options
	plan     Plan
	wages    int64 // sixtieths of a cent
	freeDays map[string]bool
	errs     []error
}

func (v *weekVerifier) fault(format string, args ...any) {
	v.errs = append(v.errs, fmt.Errorf(format, args...))
}

// shifts checks each shift by itself and the limits of patterns worked singly.
func (v *weekVerifier) shifts() {
	count := map[string]int{}
	for i, s := range v.plan.Roster {
		p, ok := v.patterns[s.Pattern]
		if !ok {
			v.fault("shift %d: no pattern %q", i, s.Pattern)
			continue
		}
		if err := verifyShift(s, p, v.need.Grid.Location()); err != nil {
			v.fault("shift %d, %s at %s: %w", i, s.Pattern, s.Start.Format(time.RFC3339), err)
		}
		if !v.opt.Decided.IsZero() && s.Start.Sub(v.opt.Decided) < p.Notice {
			v.fault("shift %d, %s at %s: less than %v notice", i, s.Pattern, s.Start.Format(time.RFC3339), p.Notice)
		}
		inTour := slices.ContainsFunc(v.tours, func(t Tour) bool { return slices.Contains(t.Patterns, s.Pattern) })
		if inTour != (s.Agent != "") {
			v.fault("shift %d of %s belongs to %q", i, s.Pattern, s.Agent)
		}
		key := s.Pattern + " on " + s.Date.String()
		if count[key]++; s.Agent == "" && p.Max > 0 && count[key] == p.Max+1 {
			v.fault("more than %d shifts of %s", p.Max, key)
		}
		v.wages += v.wage(s, p)
	}
}

// wage prices a shift minute by minute.
func (v *weekVerifier) wage(s Shift, p Pattern) int64 {
	sum := p.CentsPerHour*int64(p.Paid) + 60*p.CallCents
	for _, premium := range p.Premiums {
		minutes := 0
		for at := s.Start; at.Before(s.End); at = at.Add(time.Minute) {
			of := 60*at.Hour() + at.Minute()
			opened := at.Weekday()
			in := of >= premium.From && of < premium.To
			if premium.From >= premium.To {
				in = of >= premium.From || of < premium.To
				if of < premium.To {
					opened = interval.DateOf(at).AddDays(-1).Weekday()
				}
			}
			if in && (len(premium.Days) == 0 || slices.Contains(premium.Days, opened)) {
				minutes++
			}
		}
		sum += int64(math.Floor(float64(p.CentsPerHour)*float64(min(minutes, p.Paid))*float64(premium.Percent)/100 + 0.5))
	}
	return sum
}

// agents checks the week of each line of a tour.
func (v *weekVerifier) agents() {
	type part struct {
		agent string
		week  int // of lines that go on
	}
	weeks := map[part]Roster{}
	for _, s := range v.plan.Roster {
		if s.Agent != "" {
			key := part{agent: s.Agent}
			if v.opt.Carry {
				key.week = s.Date.Sub(interval.DateOf(v.need.Grid.Start())) / 7
			}
			weeks[key] = append(weeks[key], s)
		}
	}
	if v.opt.Carry {
		v.carried()
	}
	count := map[string]int{}
	for key, shifts := range weeks {
		agent := key.agent
		slices.SortFunc(shifts, func(a, b Shift) int { return a.Start.Compare(b.Start) })
		i := slices.IndexFunc(v.tours, func(t Tour) bool { return slices.Contains(t.Patterns, shifts[0].Pattern) })
		if i < 0 {
			continue // told of already
		}
		t := v.tours[i]
		first := interval.DateOf(v.need.Grid.Start())
		week := shifts[0].Date.Sub(first) / 7
		key := fmt.Sprintf("%s in week %d", t.Name, week+1)
		if count[key]++; t.Max > 0 && count[key] == t.Max+1 {
			v.fault("more than %d agents of %s", t.Max, key)
		}
		v.week(agent, t, shifts, first, week)
	}
}

// week checks rest and one start, and that the days fit a week of the tour: days that
// are closed may count as worked.
func (v *weekVerifier) week(agent string, t Tour, shifts Roster, first interval.Date, week int) {
	var on [7]bool
	for i, s := range shifts {
		if s.Date.Sub(first)/7 != week || on[s.Date.Sub(first)%7] {
			v.fault("%s works twice on %s, or in two weeks", agent, s.Date)
			return
		}
		on[s.Date.Sub(first)%7] = true
		if i == 0 {
			continue
		}
		if rest := s.Start.Sub(shifts[i-1].End); rest < time.Duration(t.Rest)*time.Minute && v.wallRest(shifts[i-1], s) < t.Rest {
			v.fault("%s rests %v before %s, not %d minutes", agent, rest, s.Start.Format(time.RFC3339), t.Rest)
		}
		h, m, _ := s.Start.Clock()
		h0, m0, _ := shifts[0].Start.Clock()
		if t.SameStart && (s.Pattern != shifts[0].Pattern || h != h0 || m != m0) {
			v.fault("%s starts %s at %s and %s at %s", agent, shifts[0].Pattern, shifts[0].Start, s.Pattern, s.Start)
		}
	}
	if n := len(shifts); v.opt.Repeats { // the next week is the same
		again := shifts[0].Start.Add(v.need.Grid.End().Sub(v.need.Grid.Start())).Sub(shifts[n-1].End)
		if again < time.Duration(t.Rest)*time.Minute && v.wallRest(shifts[n-1], shifts[0])+7*1440 < t.Rest {
			v.fault("%s rests %v over the end of the week, not %d minutes", agent, again, t.Rest)
		}
	}
	least := v.cheapestWeek(t, on, first.AddDays(7*week))
	if least < 0 {
		v.fault("%s works %v, which is no week of %s", agent, on, t.Name)
		return
	}
	p := v.patterns[shifts[0].Pattern]
	v.wages += int64(least) * int64(p.Paid) * (t.OvertimeCents - p.CentsPerHour)
}

// wallRest is the rest by the clock on the wall: where starts may differ the windows
// are checked by it, and a night on which the clocks go forward is an hour shorter.
func (v *weekVerifier) wallRest(a, b Shift) int {
	_, before := a.End.Zone()
	_, after := b.Start.Zone()
	return int(b.Start.Sub(a.End)/time.Minute) + (after-before)/60
}

// cheapestWeek returns the least number of overtime days with which the days worked are
// a week of the tour, or -1. Days outside the grid and closed ones may be either.
func (v *weekVerifier) cheapestWeek(t Tour, on [7]bool, first interval.Date) int {
	best := -1
	for mask := range 1 << 7 {
		fits, inside, all := true, 0, 0
		var week [7]bool
		for d := range 7 {
			week[d] = mask>>d&1 == 1
			if week[d] {
				all++
			}
			free := v.free(first.AddDays(d), t)
			if week[d] && !v.outside(first.AddDays(d)) {
				inside++
			}
			fits = fits && (week[d] == on[d] || week[d] && free)
		}
		if !fits || all < t.Days || all > t.Days+t.Overtime || !goodWeek(t, week) {
			continue
		}
		if over := max(0, inside-t.Days); best < 0 || over < best {
			best = over
		}
	}
	return best
}

func (v *weekVerifier) outside(d interval.Date) bool {
	return d.After(interval.DateOf(v.need.Grid.At(v.need.Grid.Len() - 1)))
}

// free reports whether nobody of the tour can work on the day: no shift that starts on
// it meets a requirement.
func (v *weekVerifier) free(d interval.Date, t Tour) bool {
	key := t.Name + " " + d.String()
	free, known := v.freeDays[key]
	if !known {
		free = v.outside(d) || v.nothingToDo(d, t)
		v.freeDays[key] = free
	}
	return free
}

func (v *weekVerifier) nothingToDo(d interval.Date, t Tour) bool {
	for _, name := range t.Patterns {
		p := v.patterns[name]
		if !p.On(d.Weekday()) {
			continue
		}
		for _, m := range p.Starts() {
			at, ok := v.firstShows(d, m)
			for k := 0; ok && k < p.Length(); k++ {
				i, inside := v.index(at.Add(time.Duration(k) * time.Minute))
				if inside && v.left(i) > 0 {
					return false
				}
			}
		}
	}
	return true
}

// left is the requirement of an interval that the present roster leaves somewhere.
func (v *weekVerifier) left(i int) int {
	least, present := math.MaxInt, v.minutes(v.opt.Present)
	for m := range int(v.need.Grid.Step() / time.Minute) {
		least = min(least, present[v.need.Grid.At(i).Unix()/60+int64(m)])
	}
	return v.need.Whole()[i] - least
}

// firstShows returns the first instant at which the wall shows minute m of the day.
func (v *weekVerifier) firstShows(d interval.Date, m int) (time.Time, bool) {
	loc := v.need.Grid.Location()
	for at := d.Start(loc); at.Before(d.AddDays(1).Start(loc)); at = at.Add(time.Minute) {
		if at.Hour()*60+at.Minute() == m {
			return at, true
		}
	}
	return time.Time{}, false
}

// index is the interval of an instant, round the end of a grid that repeats.
func (v *weekVerifier) index(t time.Time) (int, bool) {
	g := v.need.Grid
	if v.opt.Repeats && !t.Before(g.End()) {
		t = t.Add(g.Start().Sub(g.End()))
	}
	return g.Index(t)
}

func goodWeek(t Tour, on [7]bool) bool {
	longest, run, runsOff := 0, 0, 0
	for i := range 14 {
		if on[i%7] {
			run++
			longest = max(longest, run)
		} else {
			run = 0
			if on[(i+6)%7] && i < 7 {
				runsOff++
			}
		}
	}
	if t.MaxConsecutive > 0 && min(longest, 7) > t.MaxConsecutive {
		return false
	}
	return !t.ConsecutiveOff || runsOff <= 1
}

// totals counts agents minute by minute, path by path, and compares cost, unmet and bound.
func (v *weekVerifier) totals() {
	present, on := v.minutes(v.opt.Present), v.minutes(v.plan.Roster)
	v.seats(present, on)
	courses := v.need.courses()
	var under, over int64
	short, onPaths := make([]int64, v.need.Grid.Len()), make([]int, v.need.Grid.Len())
	for _, course := range courses {
		u, o, lacking := v.course(course, present, on)
		under, over = under+u, over+o
		for i, d := range lacking {
			if short[i] += d; d > 0 {
				onPaths[i]++
			}
		}
	}
	n := int64(len(courses))
	want := Cost{Wages: toCents(v.wages), Under: meanCents(under*v.opt.UnderCents, n), Over: meanCents(over*v.opt.OverCents, n)}
	want.Total = want.Wages + want.Under + want.Over
	if v.plan.Cost != want {
		v.fault("cost %+v, but its shifts cost %+v", v.plan.Cost, want)
	}
	if v.plan.BoundCents > v.plan.Cost.Total || v.plan.BoundCents < 0 {
		v.fault("bound %d with cost %d", v.plan.BoundCents, v.plan.Cost.Total)
	}
	v.unmet(short, onPaths, len(courses))
}

// meanCents is the mean over n paths of a sum in sixtieths of a cent, in cents, half up.
func meanCents(sum, n int64) int64 {
	cents, rest := sum/(60*n), sum%(60*n)
	if 2*rest >= 60*n {
		cents++
	}
	return cents
}

// eachMinute calls f for every minute of the local days of the grid, with its interval
// or -1 and its key.
func (v *weekVerifier) eachMinute(f func(at time.Time, i int, key int64)) {
	g := v.need.Grid
	first := interval.DateOf(g.Start()).Start(g.Location())
	end := interval.DateOf(g.At(g.Len() - 1)).AddDays(1).Start(g.Location())
	for at := first; at.Before(end); at = at.Add(time.Minute) {
		i, ok := g.Index(at)
		if !ok {
			i = -1
		}
		f(at, i, at.Unix()/60)
	}
}

func (v *weekVerifier) seats(present, on map[int64]int) {
	v.eachMinute(func(at time.Time, i int, key int64) {
		if seats, capped := v.opt.seatsAt(i); capped && on[key] > max(0, seats-present[key]) {
			v.fault("%d agents for %d seats at %s", on[key]+present[key], seats, at.Format(time.RFC3339))
		}
	})
}

// course returns the agent-minutes short and over on one path, and those short by interval.
func (v *weekVerifier) course(course []float64, present, on map[int64]int) (under, over int64, short []int64) {
	short = make([]int64, len(course))
	v.eachMinute(func(_ time.Time, i int, key int64) {
		required := 0
		if i >= 0 {
			required = int(math.Ceil(course[i] - 1e-9))
		}
		left := max(0, required-present[key])
		if d := int64(max(0, left-on[key])); d > 0 {
			under += d
			short[i] += d
		}
		over += int64(max(0, on[key]-left))
	})
	return under, over, short
}

// unmet compares the intervals listed as short with agent-minutes short on all paths, and
// with the number of paths on which each interval is short.
func (v *weekVerifier) unmet(short []int64, onPaths []int, paths int) {
	listed := map[int]Unmet{}
	for _, u := range v.plan.Unmet {
		listed[u.Interval] = u
	}
	if len(listed) != len(v.plan.Unmet) || v.plan.Paths != len(v.need.Paths) {
		v.fault("intervals listed twice as short, or %d paths, not %d", v.plan.Paths, len(v.need.Paths))
	}
	for i, d := range short {
		u, ok := listed[i]
		chance := float64(onPaths[i]) / float64(paths)
		if len(v.need.Paths) == 0 {
			chance = 0 // said of paths only
		}
		if ok != (d > 0) || math.Abs(u.ShortHours*60*float64(paths)-float64(d)) > 1e-6*float64(d+1) || math.Abs(u.Chance-chance) > 1e-12 {
			v.fault("interval %d: short by %d agent-minutes on %d of %d paths, listed as %+v", i, d, onPaths[i], paths, u)
		}
	}
}

// minutes counts agents on position by minute of the Unix time line, round the end of a
// grid that repeats.
func (v *weekVerifier) minutes(roster Roster) map[int64]int {
	on := minutesOn(roster)
	if !v.opt.Repeats {
		return on
	}
	g := v.need.Grid
	folded := map[int64]int{}
	for minute, n := range on {
		if end := g.End().Unix() / 60; minute >= end {
			minute -= int64(g.End().Sub(g.Start()) / time.Minute)
		}
		folded[minute] += n
	}
	return folded
}
