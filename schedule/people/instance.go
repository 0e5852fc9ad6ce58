package people

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// rules is a set of kinds of rules.
type rules uint16

// The kinds of rules. The first four bar a person from a shift whatever else is worked.
const (
	ruleSkill rules = 1 << iota
	ruleAvailable
	ruleAbsent
	ruleNever
	ruleRest
	ruleHours
	ruleDaysOff
	ruleRun
	ruleWeekends
	ruleNights
	ruleNightRun
	noRule rules = 0
)

const never = math.MaxInt32 // stands for no limit

// off is a day without a shift on a line.
const off = -1

// A group is slots that are alike.
type group struct {
	slot     Slot
	day      int
	start    int64 // minutes of the Unix time line
	end      int64
	paid     int32
	price    int64
	count    int
	night    bool
	weekend  int // number of its weekend, or -1
	ordinals []int
}

// A worker is a person as the search sees one.
type worker struct {
	name          string
	bars          []rules // by group: the rules that bar it
	points        []int64 // by group: wishes, weighed
	locked        []int32 // by day: the group fixed to it, or off
	rest          int64   // minutes
	least         []int32 // paid minutes by week
	most          int32
	days          int // most days a week
	run, nightRun int
	weekends      int
	nights        int
	before        History
	ready         int64   // earliest start after the shift before the first day
	weekendCost   []int64 // by weekends worked
	nightCost     []int64
	hoursCost     float64 // per squared minute of a week
}

// An instance is a problem in small integers.
type instance struct {
	days, weeks int
	groups      []group
	byDay       [][]int32
	workers     []worker
	weekendDays []int   // by day: number of its weekend, or -1
	noBars      []rules // by group: none
}

func newInstance(p Problem) *instance {
	in := &instance{days: 7 * p.Weeks, weeks: p.Weeks, byDay: make([][]int32, 7*p.Weeks)}
	in.weekendDays = weekends(p)
	known := map[string]int{}
	for i, s := range p.Slots {
		key := slotKey(s)
		g, ok := known[key]
		if !ok {
			g = len(in.groups)
			known[key] = g
			in.groups = append(in.groups, newGroup(p, s, in.weekendDays))
			in.byDay[in.groups[g].day] = append(in.byDay[in.groups[g].day], int32(g))
		}
		in.groups[g].count++
		in.groups[g].ordinals = append(in.groups[g].ordinals, i)
	}
	in.noBars = make([]rules, len(in.groups))
	order := bidOrder(p.People)
	full := int32(1)
	for _, who := range p.People {
		full = max(full, mostMinutes(who.Rules))
	}
	for i := range p.People {
		in.workers = append(in.workers, in.newWorker(p, i, seniorWeight(p.Weights, order[i], len(p.People)), full))
	}
	return in
}

// slotKey tells slots apart by all that the rules see.
func slotKey(s Slot) string {
	return strings.Join([]string{s.Pool, s.Pattern, s.Date.String(), s.Start.UTC().Format(time.RFC3339), s.End.UTC().Format(time.RFC3339),
		strconv.Itoa(s.PaidMinutes), strings.Join(slices.Sorted(slices.Values(s.Skills)), ","), strconv.FormatInt(s.UnfilledCents, 10)}, "|")
}

func newGroup(p Problem, s Slot, weekends []int) group {
	day := s.Date.Sub(p.Start)
	return group{slot: s, day: day, start: s.Start.Unix() / 60, end: s.End.Unix() / 60, paid: int32(s.PaidMinutes),
		price: s.UnfilledCents, night: p.Night.of(s), weekend: weekends[day]}
}

// of reports whether the slot is a night shift.
func (n Night) of(s Slot) bool {
	if n.Minutes == 0 {
		return false
	}
	minutes := 0
	for t := s.Start; t.Before(s.End); t = t.Add(time.Minute) {
		at := clockMinute(t)
		in := at >= n.From && at < n.To
		if n.To <= n.From {
			in = at >= n.From || at < n.To
		}
		if in {
			minutes++
		}
	}
	return minutes >= n.Minutes
}

// weekends numbers the weekends: runs of weekend days, cut where a week of the problem
// does not matter, so that Saturday and Sunday are one.
func weekends(p Problem) []int {
	out := make([]int, 7*p.Weeks)
	n, last := -1, false
	for d := range out {
		in := p.weekendDay(p.Start.AddDays(d))
		if in && !last {
			n++
		}
		out[d] = -1
		if in {
			out[d] = n
		}
		last = in
	}
	return out
}

func mostMinutes(r Rules) int32 {
	if r.MaxMinutes > 0 {
		return int32(r.MaxMinutes)
	}
	return 40 * 60
}

// bidOrder returns the place of each person in the order of bids, from 0: by number,
// then as they stand in the file.
func bidOrder(people []Person) []int {
	at := make([]int, len(people))
	for i := range at {
		at[i] = i
	}
	number := func(i int) int {
		if people[i].Seniority == 0 {
			return math.MaxInt
		}
		return people[i].Seniority
	}
	slices.SortStableFunc(at, func(a, b int) int { return cmp.Compare(number(a), number(b)) })
	place := make([]int, len(people))
	for k, i := range at {
		place[i] = k
	}
	return place
}

// seniorWeight is, in hundredths, what a wish of the bidder at a place counts.
func seniorWeight(w Weights, place, n int) int64 {
	if n < 2 {
		return 100 * w.Senior
	}
	return 100 + 100*(w.Senior-1)*int64(n-1-place)/int64(n-1)
}

// limit turns the zero of Rules into no limit.
func limit(n int) int {
	if n == 0 {
		return never
	}
	return n
}

func (in *instance) newWorker(p Problem, i int, weight int64, full int32) worker {
	who := p.People[i]
	r := who.Rules
	w := worker{name: who.Name, rest: int64(r.Rest / time.Minute), most: int32(limit(r.MaxMinutes)), days: 7 - r.DaysOff,
		run: limit(r.MaxRun), nightRun: limit(r.MaxNightRun), weekends: limit(r.MaxWeekends), nights: limit(r.MaxNights), before: who.Before, ready: math.MinInt64}
	if !who.Before.End.IsZero() {
		w.ready = (who.Before.End.Unix()+59)/60 + w.rest
	}
	windows := who.windows(p)
	for _, g := range in.groups {
		w.bars = append(w.bars, who.bars(g, windows, p.Zone))
		points := who.points(g.slot) * p.Weights.Preference * weight / 100
		if p.Award == BySeniority {
			points = 0 // wishes are granted one by one, from a plan that knows none
		}
		w.points = append(w.points, points)
	}
	w.locked = make([]int32, in.days)
	for d := range w.locked {
		w.locked[d] = off
	}
	w.least = who.least(p)
	share := float64(mostMinutes(r)) / float64(full)
	w.weekendCost = squares(p.Weights.Weekend, who.Before.Weekends, share, in.days)
	w.nightCost = squares(p.Weights.Night, who.Before.Nights, share, in.days)
	most := float64(mostMinutes(r))
	w.hoursCost = float64(p.Weights.Hours) / (most * most)
	return w
}

// squares is the cost of 0, 1, 2 ... counts beyond those before, less that of none.
func squares(weight int64, before int, share float64, n int) []int64 {
	out := make([]int64, n+1)
	for k := range out {
		out[k] = int64(math.Round(float64(weight) * float64(k*(k+2*before)) / share))
	}
	return out
}

// points sums the wishes that the shift meets.
func (who Person) points(s Slot) int64 {
	sum := 0
	for _, w := range who.Wishes {
		if w.matches(s.Shift) {
			sum += w.Points
		}
	}
	return int64(sum)
}

// bars lists the rules that bar the person from the group whatever else is worked.
func (who Person) bars(g group, windows [][2]int64, zone *time.Location) rules {
	var out rules
	for _, s := range g.slot.Skills {
		if !slices.Contains(who.Skills, s) {
			out |= ruleSkill
		}
	}
	for _, t := range who.Never {
		if t.matches(g.slot.Shift) {
			out |= ruleNever
		}
	}
	if who.absence(g, zone) >= 0 {
		out |= ruleAbsent
	}
	if who.Available != nil && !slices.ContainsFunc(windows, func(w [2]int64) bool { return w[0] <= g.start && g.end <= w[1] }) {
		out |= ruleAvailable
	}
	return out
}

// absence returns the absence that the group's shift runs into, or -1.
func (who Person) absence(g group, zone *time.Location) int {
	return slices.IndexFunc(who.Absent, func(a Absence) bool {
		return g.start < a.Last.AddDays(1).Start(zone).Unix()/60 && a.First.Start(zone).Unix()/60 < g.end
	})
}

// windows lists when the person is available as minutes of the Unix time line, joined
// where they meet, from the eve of the first day to two days after the last.
func (who Person) windows(p Problem) [][2]int64 {
	if who.Available == nil {
		return nil
	}
	var out [][2]int64
	for d := -1; d < 7*p.Weeks+2; d++ {
		date := p.Start.AddDays(d)
		for _, s := range who.Available[date.Weekday()] {
			from, to := moment(date, s.Open, p.Zone).Unix()/60, lastMoment(date, s.Close, p.Zone).Unix()/60
			if n := len(out); n > 0 && out[n-1][1] >= from {
				out[n-1][1] = to
			} else {
				out = append(out, [2]int64{from, to})
			}
		}
	}
	return out
}

// lastMoment is the end of a window that closes at minute m: where the wall shows m
// twice, the second time, so that the hour that comes again is inside.
func lastMoment(d interval.Date, m int, zone *time.Location) time.Time {
	end := d.AddDays(1).Start(zone)
	if m == 1440 {
		return end
	}
	t := moment(d, m, zone)
	for again := t.Add(time.Minute); again.Sub(t) <= 2*time.Hour && again.Before(end); again = again.Add(time.Minute) {
		if clockMinute(again) == m {
			return again
		}
	}
	return t
}

// least returns the promised minutes of each week, less a fifth for each day away.
func (who Person) least(p Problem) []int32 {
	out := make([]int32, p.Weeks)
	for w := range out {
		away := 0
		for d := range 7 {
			date := p.Start.AddDays(7*w + d)
			if slices.ContainsFunc(who.Absent, func(a Absence) bool { return !date.Before(a.First) && !date.After(a.Last) }) {
				away++
			}
		}
		out[w] = int32(who.Rules.MinMinutes * max(0, 5-away) / 5)
	}
	return out
}

// without returns the instance with kinds of rules lifted, for all or, where only is
// not nil, for those workers it names.
func (in *instance) without(lifted rules, only map[int]bool) *instance {
	out := *in
	out.workers = slices.Clone(in.workers)
	for i := range out.workers {
		if only == nil || only[i] {
			out.workers[i].lift(lifted)
		}
	}
	return &out
}

func (w *worker) lift(lifted rules) {
	w.bars = slices.Clone(w.bars)
	for g := range w.bars {
		w.bars[g] &^= lifted
	}
	w.liftLimits(lifted)
}

func (w *worker) liftLimits(lifted rules) {
	for _, l := range []struct {
		rule rules
		of   *int
	}{{ruleRun, &w.run}, {ruleWeekends, &w.weekends}, {ruleNights, &w.nights}, {ruleNightRun, &w.nightRun}} {
		if lifted&l.rule != 0 {
			*l.of = never
		}
	}
	if lifted&ruleRest != 0 {
		w.rest, w.ready = 0, math.MinInt64
	}
	if lifted&ruleHours != 0 {
		w.most = never
	}
	if lifted&ruleDaysOff != 0 {
		w.days = 7
	}
}
