package schedule

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A horizon is a run of local days cut into atoms, as a day is, with every shift that
// may start on one of them. Shifts may reach over midnight; of a horizon that repeats
// the end runs into the beginning.
type horizon struct {
	start  time.Time
	atom   int // minutes
	n      int // atoms
	cyclic bool
	levels [][]level // what the paths ask of each atom, less whom the present roster seats
	need   []int     // agents up to which one more in the atom saves
	seats  []int     // math.MaxInt without a cap
	slot   []int     // interval of the grid, -1 outside
	closed []bool
	paths  int64 // of the requirement; one of agents has one
	scale  int64 // of all money, beside sixtieths of a cent
	under  int64 // price of one agent short for one atom, on all paths
	over   int64
	// The same on one path alone, which is its share.
	underPath, overPath int64
	dates               []interval.Date
	first               []int // first atom of each day, and the end of the last
	kinds               []kind
	duties              []duty
	barred              func(*implicit, line) bool // lines that nobody may work; nil for none
}

// A duty is a shift without breaks on a date: a kind, its first atom and its price in
// sixtieths of a cent, scaled. Each tour has its own duties.
type duty struct {
	tour          int // number of its tour, -1 for shifts worked singly
	kind, day, at int
	start         int // minute after midnight on the wall
	cost          int64
}

// newHorizon takes days first to last-1 of the requirement. Where another day follows,
// its hours before any shift can start belong to the horizon too: only shifts that
// reach over midnight serve them.
func newHorizon(need Requirement, patterns []Pattern, tours []Tour, opt Options, first, last int) (*horizon, error) {
	g := need.Grid
	loc := g.Location()
	all := datesOf(g)
	h := &horizon{start: all[first].Start(loc), cyclic: opt.Repeats, dates: all[first:last]}
	minutes := func(t time.Time) int { return int(t.Sub(h.start) / time.Minute) }
	end := all[last-1].AddDays(1).Start(loc)
	times := []int{minutes(end), minutes(g.Start()), int(g.Step() / time.Minute)}
	for _, s := range opt.Present {
		times = append(times, s.moments(h.start)...)
	}
	starts := make([][]int, len(patterns))
	early := 1440 // first start of any pattern
	for k, p := range patterns {
		for _, d := range h.dates {
			day := d.Start(loc)
			times = append(times, minutes(day))
			for _, m := range p.Starts() {
				if off, ok := wallOffset(day, m); ok && p.On(d.Weekday()) {
					starts[k] = append(starts[k], minutes(day)+off)
				}
			}
		}
		early = min(early, p.First)
	}
	h.atom = abs(atomMinutes(times, patterns, starts))
	if h.atom < 5 {
		return nil, fmt.Errorf("schedule: intervals, starts and breaks fit together only in steps of %d minutes; use multiples of 5 minutes", h.atom)
	}
	h.n = minutes(end) / h.atom
	for _, d := range h.dates {
		h.first = append(h.first, minutes(d.Start(loc))/h.atom)
	}
	h.first = append(h.first, h.n)
	if last < len(all) && slices.ContainsFunc(patterns, Pattern.overnight) {
		h.n += early / h.atom
	}
	h.setPrices(need, opt)
	h.fill(need, opt)
	for k, p := range patterns {
		h.kinds = append(h.kinds, newKind(p, h.atom))
		single := true
		for i, t := range tours {
			if slices.Contains(t.Patterns, p.Name) {
				h.addDuties(i, k, p, opt)
				single = false
			}
		}
		if single {
			h.addDuties(-1, k, p, opt)
		}
	}
	return h, nil
}

// datesOf lists the local days from the first to the last of the grid.
func datesOf(g interval.Grid) []interval.Date {
	var out []interval.Date
	last := interval.DateOf(g.At(g.Len() - 1))
	for d := interval.DateOf(g.Start()); !d.After(last); d = d.AddDays(1) {
		out = append(out, d)
	}
	return out
}

// moments lists the minutes from start to the ends of the shift and of its breaks.
func (s Shift) moments(start time.Time) []int {
	at := func(t time.Time) int { return int(t.Sub(start) / time.Minute) }
	out := []int{at(s.Start), at(s.End)}
	for _, b := range s.Breaks {
		out = append(out, at(b.Start), at(b.End))
	}
	return out
}

func abs(n int) int { return max(n, -n) }

// fill lays requirement and seats over the atoms, less whom the present roster seats.
func (h *horizon) fill(need Requirement, opt Options) {
	h.levels, h.need, h.seats, h.slot = make([][]level, h.n), make([]int, h.n), make([]int, h.n), make([]int, h.n)
	for t := range h.n {
		i, inside := need.Grid.Index(h.at(t))
		switch {
		case !inside:
			i = -1
		case t > 0 && h.slot[t-1] == i:
			h.levels[t] = h.levels[t-1]
		default:
			h.levels[t] = levelsOf(need, i)
		}
		h.slot[t], h.seats[t] = i, math.MaxInt
		if s, capped := opt.seatsAt(i); capped {
			h.seats[t] = s
		}
	}
	h.closed = h.closedAtoms()
	for t, z := range h.count(opt.Present) {
		if z > 0 {
			h.levels[t] = seated(h.levels[t], z)
		}
		h.setNeed(t)
		if h.seats[t] < math.MaxInt {
			h.seats[t] = max(0, h.seats[t]-z)
		}
	}
}

// closedAtoms marks the atoms before a day's first and after its last with a
// requirement.
func (h *horizon) closedAtoms() []bool {
	closed := make([]bool, h.n)
	for d := range h.dates {
		lo, hi := h.first[d], h.first[d+1]
		for t := lo; t < hi && len(h.levels[t]) == 0; t++ {
			closed[t] = true
		}
		for t := hi - 1; t >= lo && len(h.levels[t]) == 0; t-- {
			closed[t] = true
		}
	}
	return closed
}

// addDuties adds, for each day, the starts of pattern k that reach least into closed
// time; one that meets no requirement at all is left out.
func (h *horizon) addDuties(tour, k int, p Pattern, opt Options) {
	for day, date := range h.dates {
		if !p.On(date.Weekday()) {
			continue
		}
		least := math.MaxInt
		var kept []duty
		for _, m := range p.Starts() {
			d, outside, ok := h.duty(k, p, day, m, opt)
			if !ok || outside > least {
				continue
			}
			if outside < least {
				least, kept = outside, kept[:0]
			}
			d.tour = tour
			kept = append(kept, d)
		}
		h.duties = append(h.duties, kept...)
	}
}

// duty returns the shift of pattern k that starts at minute m of the wall on a day, how
// many of its atoms are closed, and whether there is such a shift.
func (h *horizon) duty(k int, p Pattern, day, m int, opt Options) (duty, int, bool) {
	date := h.dates[day]
	midnight := date.Start(h.start.Location())
	off, ok := wallOffset(midnight, m)
	start := midnight.Add(time.Duration(off) * time.Minute)
	if !ok || !opt.mayStart(p, start) {
		return duty{}, 0, false
	}
	d := duty{kind: k, day: day, at: int(start.Sub(h.start)/time.Minute) / h.atom, start: m}
	length := h.kinds[k].length
	outside, met := 0, false
	for t := d.at; t < d.at+length; t++ {
		u := h.fold(t)
		switch {
		case u < 0: // whoever plans the next days decides what is closed there
		case h.closed[u]:
			outside++
		case len(h.levels[u]) > 0:
			met = true
		}
	}
	d.cost = h.scale * p.Wage(start)
	return d, outside, met
}

// fold returns the atom that t stands for: round the end of a horizon that repeats, and
// -1 beyond the end of one that does not.
func (h *horizon) fold(t int) int {
	switch {
	case t < h.n:
		return t
	case h.cyclic:
		return t - h.n
	}
	return -1
}

// at returns the instant of an atom, beyond the end too.
func (h *horizon) at(atom int) time.Time {
	return h.start.Add(time.Duration(atom*h.atom) * time.Minute)
}

// mostNeed returns the sum of the requirement over atoms, which no sensible number of
// agents exceeds: each must fill at least one place that would be short without it.
func (h *horizon) mostNeed() int {
	sum := 0
	for _, r := range h.need {
		sum += r
	}
	return min(sum, 1_000_000)
}
