package people

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Awarded is what became of one wish.
type Awarded struct {
	Bid     int // place of the bidder, from 1
	Name    string
	Wish    string
	Granted bool
	Why     string // it was not
}

// An awarding grants wishes in a state whose workers it may bar and lock.
type awarding struct {
	*search
	p    Problem
	stop func() bool
}

// award grants wishes in the order of bids; of one bidder those of most points first. Shifts
// granted are locked, and who is spared a shift is barred from it, so that nothing later takes
// either back. It leaves the rules of the instance as they were.
func (s *search) award(p Problem, stop func() bool) []Awarded {
	rules := s.in
	a := awarding{s, p, stop}
	s.in = rules.without(noRule, nil)
	for i := range s.in.workers {
		w := &s.in.workers[i]
		w.bars, w.locked = slices.Clone(w.bars), slices.Clone(w.locked)
	}
	var out []Awarded
	order := bidOrder(p.People)
	people := make([]int, len(order))
	for i, place := range order {
		people[place] = i
	}
	for place, i := range people {
		who := p.People[i]
		wishes := slices.Clone(who.Wishes)
		slices.SortStableFunc(wishes, func(x, y Wish) int { return cmp.Compare(max(y.Points, -y.Points), max(x.Points, -x.Points)) })
		for _, w := range wishes {
			if stop() {
				break
			}
			why := a.grant(i, w)
			out = append(out, Awarded{Bid: place + 1, Name: who.Name, Wish: w.words(), Granted: why == "", Why: why})
		}
	}
	s.in = rules
	return out
}

// words writes a wish.
func (w Wish) words() string {
	verb := "likes"
	if w.Points < 0 {
		verb = "dislikes"
	}
	words := []string{verb}
	if w.Shift != "" {
		words = append(words, w.Shift)
	}
	if w.OnDay {
		words = append(words, strings.ToLower(w.Weekday.String()[:3]))
	}
	if !w.Date.IsZero() {
		words = append(words, w.Date.String())
	}
	return strings.Join(words, " ")
}

// grant grants a wish, or says why not.
func (a awarding) grant(i int, w Wish) string {
	var groups []int32
	for g := range a.in.groups {
		if w.matches(a.in.groups[g].slot.Shift) {
			groups = append(groups, int32(g))
		}
	}
	if w.Points < 0 {
		return a.spare(i, groups)
	}
	return a.give(i, groups)
}

// worse reports whether the state leaves more unfilled, or less of what is promised, than it
// did.
func (a awarding) worse(before kept) bool {
	if a.total.unfilled != before.total.unfilled {
		return a.total.unfilled > before.total.unfilled
	}
	return a.total.below > before.total.below
}

// give sees to it that the worker has one of the groups.
func (a awarding) give(i int, groups []int32) string {
	w := &a.in.workers[i]
	may, free := 0, 0
	for _, g := range groups {
		day := a.in.groups[g].day
		if a.lines[i][day] == g {
			w.locked[day] = g
			return ""
		}
	}
	for _, g := range groups {
		day := a.in.groups[g].day
		if w.bars[g] != noRule {
			continue
		}
		may++
		if !a.free(i, day) {
			continue
		}
		if a.held(g) < a.in.groups[g].count {
			free++
		}
		if a.take(i, g) {
			w.locked[day] = g
			return ""
		}
	}
	switch {
	case len(groups) == 0:
		return "there is no such shift"
	case may == 0:
		return "skills, availability, absences, or what was asked for before, rule it out"
	case free == 0:
		return "those before in the order have all of it"
	}
	return "no exchange within the rules leaves as many shifts filled and as many hours kept"
}

// held counts the slots of a group that wishes or fixed shifts hold.
func (a awarding) held(g int32) int {
	n, day := 0, a.in.groups[g].day
	for i := range a.lines {
		if a.in.workers[i].locked[day] == g {
			n++
		}
	}
	return n
}

// take gives a group to the worker, from whoever has it if none is open, and fills what that
// opens. Where the rules forbid one shift more the worker gives up one of another day.
func (a awarding) take(i int, g int32) bool {
	day := a.in.groups[g].day
	for _, l := range a.lineWith(i, g) {
		holders := []int{-1}
		if a.open[g] == 0 {
			holders = holders[:0]
			for h := range a.lines {
				if h != i && a.lines[h][day] == g && a.free(h, day) {
					holders = append(holders, h)
				}
			}
		}
		for _, h := range holders {
			for _, swap := range []bool{true, false} {
				if a.stop() {
					return false
				}
				before := a.save()
				if a.hand(i, h, l, g, swap) && !a.worse(before) {
					return true
				}
				a.restore(before)
			}
		}
	}
	return false
}

// lineWith lists the worker's lines with the group: with nothing else changed, or else
// without one shift of another day.
func (a awarding) lineWith(i int, g int32) []line {
	day := a.in.groups[g].day
	l := slices.Clone(a.lines[i])
	l[day] = g
	w := &a.in.workers[i]
	if _, broken := a.in.price(w, l); broken == noRule {
		return []line{l}
	}
	var out []line
	for d, other := range l {
		if d == day || other == off || !a.free(i, d) {
			continue
		}
		m := slices.Clone(l)
		m[d] = off
		if _, broken := a.in.price(w, m); broken == noRule {
			out = append(out, m)
		}
	}
	return out
}

// hand gives worker i the line with the group that holder h had, and h what i had that day
// where they swap and the rules allow it; chains fill what is open then.
func (a awarding) hand(i, h int, l line, g int32, swap bool) bool {
	day := a.in.groups[g].day
	mine := a.lines[i][day]
	if h >= 0 {
		theirs := slices.Clone(a.lines[h])
		theirs[day] = off
		a.set(h, theirs, a.cost(h, theirs))
	}
	a.in.workers[i].locked[day] = g // so that no chain moves it
	a.set(i, l, a.cost(i, l))
	if swap && h >= 0 && mine != off && mine != g && a.open[mine] > 0 {
		theirs := slices.Clone(a.lines[h])
		theirs[day] = mine
		if c, broken := a.in.price(&a.in.workers[h], theirs); broken == noRule {
			a.set(h, theirs, c)
		}
	}
	a.repair(a.stop)
	a.in.workers[i].locked[day] = off
	return true
}

func (a awarding) cost(i int, l line) cost {
	c, _ := a.in.price(&a.in.workers[i], l)
	return c
}

// spare sees to it that the worker has none of the groups.
func (a awarding) spare(i int, groups []int32) string {
	w := &a.in.workers[i]
	was := slices.Clone(w.bars)
	l := slices.Clone(a.lines[i])
	for _, g := range groups {
		day := a.in.groups[g].day
		if l[day] == g {
			if !a.free(i, day) {
				return fmt.Sprintf("the shift of %s is fixed, or was asked for before", a.in.groups[g].slot.Date)
			}
			l[day] = off
		}
	}
	before := a.save()
	a.set(i, l, a.cost(i, l))
	for _, g := range groups {
		w.bars[g] |= ruleNever
	}
	a.repair(a.stop)
	if !a.worse(before) {
		return ""
	}
	copy(w.bars, was)
	a.restore(before)
	return "nobody else can work it without a shift more unfilled or an hour less than promised"
}
