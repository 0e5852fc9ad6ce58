package schedule

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A day is the covering problem of one local day, cut into atoms: the longest equal
// pieces of time on which every start, break and interval begins and ends. Money is
// in sixtieths of a cent, which makes the price of any number of minutes whole.
type day struct {
	pool  string
	date  interval.Date
	start time.Time // first instant of the day
	atom  int       // minutes
	need  []int     // agents per atom
	seats []int     // most agents per atom; math.MaxInt without a cap
	slot  []int     // interval of the grid that holds the atom, -1 outside the grid
	under int64     // price of one agent short for one atom
	over  int64     // price of one agent too many for one atom
	kinds []kind    // one per pattern, in their order
	cands []cand
}

// A kind is a pattern in atoms.
type kind struct {
	length  int
	cost    int64
	breaks  []pause
	spacing int
	off     int // atoms of break in all
	max     int // most shifts; math.MaxInt without a limit
}

// A pause is a break in atoms; at lists its starts after the start of the shift.
type pause struct {
	length int
	at     []int
}

// A cand is a shift without breaks: a kind and its first atom.
type cand struct{ kind, at int }

// A stint is a shift with its breaks: a candidate and the start of each break in atoms
// after the start of the shift.
type stint struct {
	cand   int
	breaks [maxBreaks]int16
}

// maxAtoms bounds a day to pieces of five minutes on a day of 25 hours.
const maxAtoms = 300

func newDay(need Requirement, span interval.Day, patterns []Pattern, opt Options) (*day, error) {
	loc := need.Grid.Location()
	d := &day{pool: need.Pool, date: span.Date, start: span.Date.Start(loc)}
	minutes := int(span.Date.AddDays(1).Start(loc).Sub(d.start) / time.Minute)
	starts := make([][]int, len(patterns))
	for k, p := range patterns {
		starts[k] = d.startOffsets(p, minutes)
	}
	whole := need.Whole()[span.First:span.End]
	first := int(need.Grid.At(span.First).Sub(d.start) / time.Minute)
	step := int(need.Grid.Step() / time.Minute)
	d.atom = atomMinutes([]int{minutes, first, step}, patterns, starts)
	n := minutes / d.atom
	if n > maxAtoms {
		return nil, fmt.Errorf("schedule: on %s intervals, starts and breaks fit together only in steps of %d minutes; use multiples of 5 minutes", d.date, d.atom)
	}
	d.fillAtoms(n, first/d.atom, step/d.atom, span.First, whole, opt)
	d.under, d.over = opt.UnderCents*int64(d.atom), opt.OverCents*int64(d.atom)
	for k, p := range patterns {
		d.kinds = append(d.kinds, newKind(p, d.atom))
		d.addCandidates(k, starts[k])
	}
	return d, nil
}

// startOffsets returns the minutes from the start of the day to each start of p that
// exists on the wall that day and leaves room for the whole shift.
func (d *day) startOffsets(p Pattern, minutes int) []int {
	if !p.On(d.date.Weekday()) {
		return nil
	}
	var at []int
	for _, m := range p.Starts() {
		if off, ok := wallOffset(d.start, m); ok && off+p.Length() <= minutes {
			at = append(at, off)
		}
	}
	return at
}

// wallOffset returns the minutes that pass from the start of a local day until the
// wall first shows minute m of the day, and whether it ever does.
func wallOffset(start time.Time, m int) (int, bool) {
	shown := func(off int) int {
		t := start.Add(time.Duration(off) * time.Minute)
		h, min, _ := t.Clock()
		return 60*h + min + 1440*interval.DateOf(t).Sub(interval.DateOf(start))
	}
	off := m
	off += m - shown(off) // the clocks moved before then: correct once
	return off, off >= 0 && shown(off) == m
}

// atomMinutes returns the greatest common divisor of all times of the day.
func atomMinutes(times []int, patterns []Pattern, starts [][]int) int {
	for k, p := range patterns {
		if len(starts[k]) == 0 {
			continue
		}
		times = append(append(times, starts[k]...), p.Length())
		for _, b := range p.Breaks {
			times = append(append(times, b.Starts()...), b.Minutes)
		}
	}
	g := 0
	for _, t := range times {
		g = gcd(g, t)
	}
	return g
}

func gcd[T int | int64](a, b T) T {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

// fillAtoms lays the requirement and the seats over the atoms. The intervals start at
// atom first, each width atoms long; the first of them is interval number base.
func (d *day) fillAtoms(n, first, width, base int, whole []int, opt Options) {
	d.need, d.seats, d.slot = make([]int, n), make([]int, n), make([]int, n)
	for t := range n {
		i := -1
		if j := t - first; j >= 0 && j/width < len(whole) {
			i = base + j/width
			d.need[t] = whole[j/width]
		}
		d.slot[t], d.seats[t] = i, math.MaxInt
		if s, capped := opt.seatsAt(i); capped {
			d.seats[t] = s
		}
	}
}

func newKind(p Pattern, atom int) kind {
	k := kind{
		length:  p.Length() / atom,
		cost:    p.CentsPerHour * int64(p.Paid),
		spacing: (p.Spacing + atom - 1) / atom,
		max:     p.Max,
	}
	if k.max == 0 {
		k.max = math.MaxInt
	}
	for _, b := range p.Breaks {
		at := b.Starts()
		for i := range at {
			at[i] /= atom
		}
		k.breaks = append(k.breaks, pause{b.Minutes / atom, at})
		k.off += b.Minutes / atom
	}
	return k
}

// addCandidates keeps the starts of kind k that reach least into closed time: before
// the first and after the last atom with a requirement. A day without one needs none.
func (d *day) addCandidates(k int, offsets []int) {
	open := slices.IndexFunc(d.need, func(r int) bool { return r > 0 })
	if open < 0 {
		return
	}
	closing := len(d.need)
	for d.need[closing-1] == 0 {
		closing--
	}
	least := math.MaxInt
	var kept []cand
	for _, off := range offsets {
		at := off / d.atom
		outside := max(0, open-at) + max(0, at+d.kinds[k].length-closing)
		if outside < least {
			least, kept = outside, kept[:0]
		}
		if outside == least {
			kept = append(kept, cand{k, at})
		}
	}
	d.cands = append(d.cands, kept...)
}

// each calls f for every atom that the stint is on position.
func (d *day) each(t stint, f func(atom int)) {
	c := d.cands[t.cand]
	k := &d.kinds[c.kind]
	at := c.at
	for i, b := range k.breaks {
		for ; at < c.at+int(t.breaks[i]); at++ {
			f(at)
		}
		at += b.length
	}
	for ; at < c.at+k.length; at++ {
		f(at)
	}
}

// shifts turns stints into shifts in the order of start, pattern and breaks.
func (d *day) shifts(stints []stint, pool string, patterns []Pattern) []Shift {
	stints = slices.Clone(stints)
	slices.SortFunc(stints, func(a, b stint) int {
		x, y := d.cands[a.cand], d.cands[b.cand]
		return slices.Compare(append([]int16{int16(x.at), int16(x.kind)}, a.breaks[:]...), append([]int16{int16(y.at), int16(y.kind)}, b.breaks[:]...))
	})
	at := func(atom int) time.Time { return d.start.Add(time.Duration(atom*d.atom) * time.Minute) }
	out := make([]Shift, len(stints))
	for i, t := range stints {
		c := d.cands[t.cand]
		k, p := d.kinds[c.kind], patterns[c.kind]
		out[i] = Shift{Pool: pool, Pattern: p.Name, Date: d.date, Start: at(c.at), End: at(c.at + k.length), PaidMinutes: p.Paid}
		for j, b := range k.breaks {
			from := c.at + int(t.breaks[j])
			out[i].Breaks = append(out[i].Breaks, Rest{at(from), at(from + b.length)})
		}
	}
	return out
}

// unmet lists the intervals short at any atom; OnPosition is left to the caller.
func (d *day) unmet(cover []int) []Unmet {
	var out []Unmet
	for t, r := range d.need {
		short := r - cover[t]
		if short <= 0 {
			continue
		}
		hours := float64(short*d.atom) / 60
		if n := len(out); n > 0 && out[n-1].Interval == d.slot[t] {
			out[n-1].ShortHours += hours
		} else {
			out = append(out, Unmet{Interval: d.slot[t], Required: r, ShortHours: hours})
		}
	}
	return out
}

// reach returns the run of atoms [lo, hi) that holds all candidates.
func (d *day) reach() (lo, hi int) {
	lo = len(d.need)
	for _, c := range d.cands {
		lo, hi = min(lo, c.at), max(hi, c.at+d.kinds[c.kind].length)
	}
	return lo, max(lo, hi)
}
