package people

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// A Conflict is shifts and rules that cannot all be kept, proved. No shift and no rule
// of it can be left out when Minimal; without any one of them the rest can be kept.
type Conflict struct {
	Shifts  []Needed `json:"shifts"`
	Rules   []Rule   `json:"rules"`
	Minimal bool     `json:"minimal"`
	Text    string   `json:"text"`

	groups []int32
}

// A Needed is so many of a kind of shift.
type Needed struct {
	Shift  string `json:"shift"`
	Date   string `json:"date"`
	People int    `json:"people"`
}

// A Rule is a kind of rule and whose it is; no names mean everybody's.
type Rule struct {
	Rule   string   `json:"rule"`
	People []string `json:"people,omitempty"`
}

// A demand is how many people groups need, and the rules in force.
type demand struct {
	in     *instance
	groups []int32
	counts []int
	units  *budget
}

const (
	boardCells   = 400_000 // of the table in the exact check
	boardLines   = 400     // of one person
	filterGroups = 40      // most shifts that are left out one by one
	filterWork   = 400_000
	proofUnits   = 1_000_000 // for all conflicts of a plan
)

// conflict looks for the smallest set around a group that is open: the group alone, its
// day, the days beside, its week, of the groups that it can be traded for.
func (s *search) conflict(ctx context.Context, p Problem, g int32, near []int32, units *budget) *Conflict {
	day := s.in.groups[g].day
	for _, inside := range []func(d int) bool{
		func(d int) bool { return false }, func(d int) bool { return d == day }, func(d int) bool { return max(d-day, day-d) <= 1 },
		func(d int) bool { return d/7 == day/7 },
	} {
		set := []int32{g}
		for _, other := range near[1:] {
			if inside(s.in.groups[other].day) {
				set = append(set, other)
			}
		}
		dem := s.in.demand(set)
		dem.units = units
		if dem.impossible(ctx) {
			return s.smallest(ctx, p, dem)
		}
	}
	return nil
}

func (in *instance) demand(set []int32) demand {
	d := demand{in: in, groups: set}
	for _, g := range set {
		d.counts = append(d.counts, in.groups[g].count)
	}
	return d
}

// impossible reports whether it is proved that the demand cannot be met.
func (d demand) impossible(ctx context.Context) bool {
	if d.units.left < 0 || ctx.Err() != nil {
		return false
	}
	if yes, known := d.exact(); known {
		return yes
	}
	in := *d.in
	in.groups = slices.Clone(in.groups)
	near := make([]bool, len(in.groups))
	for g := range in.groups {
		in.groups[g].count, in.groups[g].price = 0, 1_000_000
	}
	for k, g := range d.groups {
		in.groups[g].count = d.counts[k]
		near[g] = true
	}
	rounds := 25
	if len(d.groups) > filterGroups {
		rounds = 2
	}
	return in.lowerBound(ctx, 1, near, rounds, d.units) > 0
}

// exact tries everybody's lines in turn: the demand is met when nothing can be left
// open. It gives up on demands that are too large.
func (d demand) exact() (impossible, known bool) {
	t, ok := d.table(boardCells)
	d.units.spend(t.work)
	if !ok {
		return false, false
	}
	return t.from[len(t.from)-1][0] < 0, true
}

// lines lists the sets of the demand's groups that a person can work, fixed shifts
// included where they are of the demand.
func (d demand) lines(i int) ([][]int, bool) {
	w := &d.in.workers[i]
	base := make(line, d.in.days)
	var taken []int
	for day := range base {
		base[day] = w.locked[day]
		if base[day] != off && d.in.choice(day, base[day]) {
			return nil, false
		}
		if k := slices.Index(d.groups, base[day]); base[day] != off && k >= 0 {
			taken = append(taken, k)
		}
	}
	out := [][]int{taken}
	ok := true
	var add func(from int, chosen []int)
	add = func(from int, chosen []int) {
		for k := from; k < len(d.groups) && ok; k++ {
			g := d.groups[k]
			day := d.in.groups[g].day
			if base[day] != off || w.bars[g] != noRule {
				continue
			}
			base[day] = g
			if _, broken := d.in.price(w, base); broken == noRule {
				more := append(slices.Clone(chosen), k)
				out = append(out, more)
				ok = len(out) <= boardLines
				add(k+1, more)
			}
			base[day] = off
		}
	}
	add(0, taken)
	return out, ok
}

// choice reports whether other slots of the day have the pattern of the group: a fixed
// shift could be any of them.
func (in *instance) choice(day int, g int32) bool {
	n := 0
	for _, other := range in.byDay[day] {
		if in.groups[other].slot.Pattern == in.groups[g].slot.Pattern {
			n++
		}
	}
	return n > 1
}

// smallest leaves out, one after another, what is not needed for the demand to be
// impossible: shifts, then kinds of rules, then people's own (the deletion filter of
// Chinneck and Dravnieks 1991).
func (s *search) smallest(ctx context.Context, p Problem, d demand) *Conflict {
	c := &Conflict{Minimal: len(d.groups) <= filterGroups}
	if c.Minimal {
		d = d.fewer(ctx)
	}
	c.groups = d.groups
	var kept []rules
	for _, rule := range families {
		lifted := d
		lifted.in = d.in.without(rule, nil)
		if lifted.impossible(ctx) {
			d = lifted
		} else {
			kept = append(kept, rule)
		}
	}
	each := len(kept)*len(s.in.workers)*len(s.in.workers)*len(d.groups) <= filterWork
	c.Minimal = c.Minimal && each
	for _, rule := range kept {
		r := Rule{Rule: rule.name()}
		if each {
			d, r.People = d.whose(ctx, p, rule)
		}
		c.Rules = append(c.Rules, r)
	}
	for k, g := range d.groups {
		gr := d.in.groups[g]
		c.Shifts = append(c.Shifts, Needed{Shift: gr.slot.Pattern, Date: gr.slot.Date.String(), People: d.counts[k]})
	}
	c.Minimal = c.Minimal && d.units.left >= 0
	c.Text = c.text(p, d)
	return c
}

// fewer drops groups, and then people of each, that the contradiction does not need.
func (d demand) fewer(ctx context.Context) demand {
	for k := len(d.groups) - 1; k >= 0; k-- {
		try := demand{d.in, slices.Delete(slices.Clone(d.groups), k, k+1), slices.Delete(slices.Clone(d.counts), k, k+1), d.units}
		if try.impossible(ctx) {
			d = try
		}
	}
	for k := range d.counts {
		for d.counts[k] > 1 {
			try := d
			try.counts = slices.Clone(d.counts)
			try.counts[k]--
			if !try.impossible(ctx) {
				break
			}
			d = try
		}
	}
	return d
}

// whose keeps the rule for those people without whose it would not bind.
func (d demand) whose(ctx context.Context, p Problem, rule rules) (demand, []string) {
	var names []string
	for i := range p.People {
		lifted := d
		lifted.in = d.in.without(rule, map[int]bool{i: true})
		if lifted.impossible(ctx) {
			d = lifted
		} else {
			names = append(names, p.People[i].Name)
		}
	}
	return d, names
}

func (c *Conflict) text(p Problem, d demand) string {
	var shifts, bind []string
	for k, g := range d.groups {
		gr := d.in.groups[g]
		if k == named && len(d.groups) > named+1 {
			shifts = append(shifts, fmt.Sprintf("%d kinds of shifts more", len(d.groups)-named))
			break
		}
		shifts = append(shifts, fmt.Sprintf("%d on the %s", d.counts[k], title(gr.slot.Pattern, gr.slot.Date)))
	}
	for _, r := range c.Rules {
		switch n := len(r.People); {
		case n == 0:
			bind = append(bind, r.Rule)
		case n <= named:
			bind = append(bind, r.Rule+" of "+strings.Join(r.People, ", "))
		default:
			bind = append(bind, fmt.Sprintf("%s of %d people", r.Rule, n))
		}
	}
	out := "These cannot all be kept: " + strings.Join(shifts, ", ")
	if len(bind) == 0 {
		return out + fmt.Sprintf(", with %d people, each one shift a day.", len(p.People))
	}
	return out + "; and the rules " + strings.Join(bind, "; ") + "."
}
