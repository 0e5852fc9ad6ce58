package schedule

import (
	"math"
	"math/bits"
	"slices"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// A skillProgram is an implicit program whose agents serve skills. In the place of one row
// for the requirement an atom has a row for every set S of skills:
//
//	agents with a skill of S + Σ over S of short - slack = Σ over S of required
//
// By Hall's theorem, in the form for demands (Gale 1957), these rows hold for whole numbers if
// and only if the agents can be shared out so that no skill is short by more than its short
// says; so shares of agents need no variables of their own. Sets that fall apart, none of
// whose agents serve both parts, add nothing and have no row.
//
// The implicit program's own row of an atom only counts agents, for seats and what is over:
//
//	agents - counted = 0,  counted within the seats
//
// Source: Gale, A theorem on flows in networks, Pacific Journal of Mathematics 7 (1957).
type skillProgram struct {
	h           *horizon
	m           *implicit
	skills      int
	masks       []mask  // by duty
	several     []mask  // sets of more than one skill that agents have, ascending
	need        [][]int // by atom and skill
	seated      [][]int // present agents by atom and mask
	under, over int64   // price of an agent for one atom
}

// newSkillProgram takes a horizon of the total requirement, which nobody serves yet.
func newSkillProgram(h *horizon, need SkillRequirement, patterns []Pattern, tours []Tour, masks map[string]mask, present Roster) *skillProgram {
	p := &skillProgram{h: h, skills: len(need.Skills), under: h.under, over: h.over}
	for _, d := range h.duties {
		p.masks = append(p.masks, masks[patterns[d.kind].Name])
	}
	for _, m := range masks {
		if bits.OnesCount8(uint8(m)) > 1 {
			p.several = append(p.several, m)
		}
	}
	slices.Sort(p.several)
	p.several = slices.Compact(p.several)
	p.seat(present, masks)
	p.fill(need)
	h.levels, h.under, h.over, h.underPath, h.overPath = make([][]level, h.n), 0, 0, 0, 0
	p.m = newImplicit(h, patterns, tours)
	p.count()
	var base int64
	for t := range h.n {
		p.rows(t)
		base += p.over * int64(p.with(p.seated[t], 1<<p.skills-1)-p.required(t, 1<<p.skills-1))
	}
	p.m.add(base, 1, 1, nil) // present agents are over, and all that are put to use are not
	return p
}

// seat counts the present agents of each set of skills.
func (p *skillProgram) seat(present Roster, masks map[string]mask) {
	p.seated = make([][]int, p.h.n)
	for t := range p.seated {
		p.seated[t] = make([]int, 1<<p.skills)
	}
	for name, m := range masks {
		var mine Roster
		for _, s := range present {
			if s.Pattern == name {
				mine = append(mine, s)
			}
		}
		for t, z := range p.h.count(mine) {
			p.seated[t][m] += z
		}
	}
}

func (p *skillProgram) fill(need SkillRequirement) {
	p.need = make([][]int, p.h.n)
	for t := range p.need {
		p.need[t] = make([]int, p.skills)
		if i := p.h.slot[t]; i >= 0 {
			for k := range p.need[t] {
				p.need[t][k] = wholeAgents(need.Agents[k][i])
			}
		}
	}
}

// count turns the implicit program's rows into counts of agents, at the price of being over:
// an agent on position costs it, one who is put to use gets it back with what is not short.
func (p *skillProgram) count() {
	most := float64(p.h.mostNeed())
	for t := range p.h.n {
		col, room := p.m.surplus[t], most
		if p.h.seats[t] < math.MaxInt {
			room = min(most, float64(p.h.seats[t]))
		}
		p.m.model.RHS[t], p.m.model.Upper[col], p.m.model.Cost[col] = 0, room, float64(p.over)
	}
}

// rows adds the rows and shorts of an atom.
func (p *skillProgram) rows(t int) {
	entries := make([][]lp.Entry, p.skills)
	for s := mask(1); s < 1<<p.skills; s++ {
		required := p.required(t, s)
		if p.idle(t, s) || p.apart(s) {
			continue
		}
		row := p.m.model.AddRow(float64(required - p.with(p.seated[t], s)))
		for k := range p.skills {
			if s>>k&1 == 1 {
				entries[k] = append(entries[k], lp.Entry{Row: row, Value: 1})
			}
		}
		p.m.add(0, 0, float64(p.h.mostNeed()+p.with(p.seated[t], s)+required), []lp.Entry{{Row: row, Value: -1}})
		p.cover(t, row, s)
	}
	for k, n := range p.need[t] {
		if n > 0 {
			p.m.add(p.under+p.over, 0, float64(n), entries[k])
		}
	}
}

// idle reports whether nobody is asked for of some skill of the set: the row of the others
// says as much.
func (p *skillProgram) idle(t int, s mask) bool {
	for k, n := range p.need[t] {
		if s>>k&1 == 1 && n == 0 {
			return true
		}
	}
	return false
}

// required sums what the skills of a set ask for.
func (p *skillProgram) required(t int, s mask) int {
	sum := 0
	for k, n := range p.need[t] {
		if s>>k&1 == 1 {
			sum += n
		}
	}
	return sum
}

// with counts, of agents by mask, those with a skill of the set.
func (p *skillProgram) with(agents []int, s mask) int {
	sum := 0
	for m, n := range agents {
		if mask(m)&s != 0 {
			sum += n
		}
	}
	return sum
}

// apart reports whether a set falls into two between which nobody chooses: its row follows
// from theirs.
func (p *skillProgram) apart(s mask) bool {
	reached := s & -s
	for grown := true; grown; {
		grown = false
		for _, m := range p.several {
			if m&reached != 0 && m&s&^reached != 0 {
				reached |= m & s
				grown = true
			}
		}
	}
	return reached != s
}

// cover enters the agents with a skill of the set into a row as they are on position.
func (p *skillProgram) cover(t, row int, s mask) {
	for i, d := range p.h.duties {
		if p.masks[i]&s == 0 {
			continue
		}
		k := &p.h.kinds[d.kind]
		if n := p.meets(d.at, k.length, t); n > 0 {
			p.m.model.Extend(p.m.x[i], lp.Entry{Row: row, Value: float64(n)})
		}
		for b, br := range k.breaks {
			for j, pos := range br.at {
				if n := p.meets(d.at+pos, br.length, t); n > 0 {
					p.m.model.Extend(p.m.b[i][b][j], lp.Entry{Row: row, Value: -float64(n)})
				}
			}
		}
	}
}

// meets counts how often a run of atoms meets atom t, round the end too.
func (p *skillProgram) meets(at, length, t int) int {
	n := 0
	if at <= t && t < at+length {
		n++
	}
	if p.h.cyclic && at <= t+p.h.n && t+p.h.n < at+length {
		n++
	}
	return n
}

// served returns how many agents of each skill the agents on position can serve, those that
// come first in the requirement first: the most that the first k can have together is the
// least, over sets S of them, of the agents for S and what the others ask for.
func (p *skillProgram) served(t int, agents []int) []int {
	out := make([]int, p.skills)
	before := 0
	for k := range p.skills {
		first := mask(1)<<(k+1) - 1
		most := math.MaxInt
		for s := mask(0); s <= first; s++ {
			most = min(most, p.with(agents, s)+p.required(t, first&^s))
		}
		out[k], before = most-before, most
	}
	return out
}

// price counts who is short, and what all costs, afresh and in integers.
func (p *skillProgram) price(s *staffing) {
	agents := p.agents(s)
	s.outlay.under, s.outlay.over = 0, 0
	for t := range p.h.n {
		use, total := 0, 0
		for _, n := range p.served(t, agents[t]) {
			use += n
		}
		for _, n := range agents[t] {
			total += n
		}
		s.outlay.under += p.under * int64(p.required(t, 1<<p.skills-1)-use)
		s.outlay.over += p.over * int64(total-use)
	}
	s.cost = s.outlay.wages + s.outlay.under + s.outlay.over
}

// agents counts who is on position, present ones among them, by atom and skills.
func (p *skillProgram) agents(s *staffing) [][]int {
	out := make([][]int, p.h.n)
	for t := range out {
		out[t] = append([]int(nil), p.seated[t]...)
	}
	add := func(m mask, at, length, n int) {
		for t := at; t < at+length; t++ {
			if u := p.h.fold(t); u >= 0 {
				out[u][m] += n
			}
		}
	}
	for i, n := range s.x {
		d := p.h.duties[i]
		k := &p.h.kinds[d.kind]
		add(p.masks[i], d.at, k.length, n)
		for b, at := range s.b[i] {
			for j, n := range at {
				add(p.masks[i], d.at+k.breaks[b].at[j], k.breaks[b].length, -n)
			}
		}
	}
	return out
}
