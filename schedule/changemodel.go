package schedule

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// A changer is the integer program of changing a roster: an implicit program of added
// shifts with nobody present, and columns for what may be done to each shift.
type changer struct {
	need     Requirement
	patterns []Pattern
	roster   Roster
	opt      ChangeOptions
	h        *horizon
	m        *implicit
	choices  []choice
	fixed    int
	person   map[string]int // row by agent
	total    int            // row, -1 without a limit
}

// A choice is a column that changes one shift, or keeps a break where it is.
type choice struct {
	col    int
	shift  int
	brk    int // -1 for a longer shift
	stays  bool
	is     Rest // the break, or the shift
	kind   string
	cents  int64
	paid   int // more paid minutes
	gained []int
	lost   []int
}

func newChanger(need Requirement, patterns []Pattern, roster Roster, opt ChangeOptions) (*changer, error) {
	p := &changer{need: need, patterns: patterns, roster: roster, opt: opt, person: map[string]int{}, total: -1}
	present := opt.Options
	present.Present = roster
	h, err := newHorizon(need, patterns, nil, present, 0, len(datesOf(need.Grid)))
	if err != nil {
		return nil, err
	}
	if opt.Most > 0 && opt.Step%h.atom != 0 {
		return nil, fmt.Errorf("schedule: change: starts, breaks and intervals lie %d minutes apart; make shifts longer by steps of a multiple", h.atom)
	}
	p.h = h
	h.fill(need, opt.Options)
	for t, z := range h.count(roster) { // a roster that breaks the seats may stay, but not grow
		if h.seats[t] < math.MaxInt {
			h.seats[t] = max(h.seats[t], z)
		}
	}
	p.m = newImplicit(h, patterns, nil)
	p.priceAdded()
	p.present()
	return p, nil
}

// priceAdded adds what an added shift costs beside its wage, in whole cents, takes the
// shifts at hand off the limits of their patterns, and counts added shifts as changes.
func (p *changer) priceAdded() {
	if p.opt.Total > 0 {
		p.total = p.m.model.AddRow(float64(p.opt.Total))
		p.m.add(0, 0, float64(p.opt.Total), []lp.Entry{{Row: p.total, Value: 1}})
	}
	for i, d := range p.h.duties {
		p.m.model.Cost[p.m.x[i]] = float64(60 * p.h.scale * (scaledCents(d.cost, p.h.scale) + p.opt.AddedCents))
		if p.opt.NoAddedShifts {
			p.m.model.Upper[p.m.x[i]] = 0
		}
		if p.total >= 0 {
			p.m.model.Extend(p.m.x[i], lp.Entry{Row: p.total, Value: 1})
		}
	}
	for _, g := range p.m.groups(make([]int64, len(p.h.duties))) {
		d := p.h.duties[slices.Index(p.m.x, g.cols[0])]
		for _, s := range p.roster {
			if s.Pattern == p.patterns[d.kind].Name && s.Date == p.h.dates[d.day] && p.patterns[d.kind].Max > 0 {
				p.m.model.Upper[g.count] = max(0, p.m.model.Upper[g.count]-1)
			}
		}
	}
}

// atoms lists the atoms from one instant to another that lie within the horizon.
func (p *changer) atoms(r Rest) []int {
	var out []int
	at := int(r.Start.Sub(p.h.start)/time.Minute) / p.h.atom
	for t := r.Start; t.Before(r.End); t = t.Add(time.Duration(p.h.atom) * time.Minute) {
		if at >= 0 && at < p.h.n && !t.Before(p.h.start) {
			out = append(out, at)
		}
		at++
	}
	return out
}

// present lays the roster over the program: who is on shift is taken from the right
// side, and each break and each way to be longer gets its columns.
func (p *changer) present() {
	for i, s := range p.roster {
		for _, t := range p.atoms(Rest{s.Start, s.End}) {
			p.m.model.RHS[t]--
			p.m.model.Upper[p.m.surplus[t]]++
		}
		pat, may := p.pattern(s)
		if !may {
			p.fixed++
			for _, b := range s.Breaks {
				for _, t := range p.atoms(b) {
					p.m.model.RHS[t]++
				}
			}
			continue
		}
		p.breaks(i, s, pat)
		p.longer(i, s, pat)
	}
	for t, seats := range p.h.seats {
		if seats < math.MaxInt {
			top := p.h.need[t]
			if n := len(p.h.levels[t]); n > 0 {
				top = max(top, p.h.levels[t][n-1].top)
			}
			p.m.model.Upper[p.m.surplus[t]] = float64(max(0, seats-top))
		}
	}
}

// pattern returns the pattern of a shift, and whether the shift may change.
func (p *changer) pattern(s Shift) (Pattern, bool) {
	k := slices.IndexFunc(p.patterns, func(q Pattern) bool { return q.Name == s.Pattern })
	if k < 0 || !p.opt.Decided.IsZero() && s.Start.Before(p.opt.Decided.Add(p.opt.NoticeOfChange)) {
		return Pattern{}, false
	}
	return p.patterns[k], verifyShift(s, p.patterns[k], p.need.Grid.Location()) == nil
}

// counted returns the rows that count a change of a shift.
func (p *changer) counted(i int) []lp.Entry {
	var out []lp.Entry
	if p.total >= 0 {
		out = append(out, lp.Entry{Row: p.total, Value: 1})
	}
	if p.opt.PerPerson == 0 {
		return out
	}
	who := cmp.Or(p.roster[i].Agent, fmt.Sprintf("\x00%d", i))
	row, ok := p.person[who]
	if !ok {
		row = p.m.model.AddRow(float64(p.opt.PerPerson))
		p.m.add(0, 0, float64(p.opt.PerPerson), []lp.Entry{{Row: row, Value: 1}})
		p.person[who] = row
	}
	return append(out, lp.Entry{Row: row, Value: 1})
}

// breaks adds a column for each start of each break of shift i: exactly one is taken,
// and those of two breaks keep the spacing.
func (p *changer) breaks(i int, s Shift, pat Pattern) {
	k := newKind(pat, p.h.atom)
	spacing := p.m.spacingRows(&k, 1)
	for b, br := range k.breaks {
		row := p.m.model.AddRow(1)
		for j, pos := range br.at {
			from := s.Start.Add(time.Duration(pos*p.h.atom) * time.Minute)
			c := choice{shift: i, brk: b, is: Rest{from, from.Add(time.Duration(br.length*p.h.atom) * time.Minute)}, kind: BreakMoved, cents: p.opt.BreakCents}
			c.stays = from.Equal(s.Breaks[b].Start)
			entries := append([]lp.Entry{{Row: row, Value: 1}}, spacing[b][j]...)
			for _, t := range p.atoms(c.is) {
				entries = append(entries, lp.Entry{Row: t, Value: -1})
			}
			upper := 1.0
			if c.stays {
				c.cents = 0
			} else {
				c.gained, c.lost = p.atoms(s.Breaks[b]), p.atoms(c.is)
				entries = append(entries, p.counted(i)...)
				if p.opt.KeepBreaks {
					upper = 0
				}
			}
			c.col = p.m.model.AddColumn(float64(60*p.h.scale*c.cents), 0, upper, merged(entries)...)
			p.choices = append(p.choices, c)
		}
	}
}

// longer adds a column for each way to make shift i longer, of which at most one is
// taken: where it meets a requirement and leaves the agent's rest.
func (p *changer) longer(i int, s Shift, pat Pattern) {
	row := -1
	if p.opt.Most == 0 {
		return
	}
	for more := p.opt.Step; more <= p.opt.Most; more += p.opt.Step {
		by := time.Duration(more) * time.Minute
		for _, is := range []Rest{{s.Start, s.End.Add(by)}, {s.Start.Add(-by), s.End}} {
			extra := Rest{s.End, is.End}
			if is.Start.Before(s.Start) {
				extra = Rest{is.Start, s.Start}
			}
			atoms := p.atoms(extra)
			if is.End.Sub(is.Start) > 24*time.Hour || !slices.ContainsFunc(atoms, func(t int) bool { return p.h.need[t] > 0 }) || !p.rested(i, is) {
				continue
			}
			c := choice{shift: i, brk: -1, is: is, kind: Extended, paid: more, gained: atoms}
			if s.PaidMinutes+more > p.opt.FullTime {
				c.kind = Overtime
			}
			c.cents = p.opt.LongerCents + p.priceOf(pat, extra, max(0, p.opt.FullTime-s.PaidMinutes))
			if row < 0 {
				row = p.m.model.AddRow(1)
				p.m.add(0, 0, 1, []lp.Entry{{Row: row, Value: 1}})
			}
			entries := append([]lp.Entry{{Row: row, Value: 1}}, p.counted(i)...)
			for _, t := range atoms {
				entries = append(entries, lp.Entry{Row: t, Value: 1})
			}
			c.col = p.m.model.AddColumn(float64(60*p.h.scale*c.cents), 0, 1, merged(entries)...)
			p.choices = append(p.choices, c)
		}
	}
}

// priceOf prices minutes at the wage of a pattern with its premiums, those past the
// first plain ones as overtime, in cents rounded half up.
func (p *changer) priceOf(pat Pattern, r Rest, plain int) int64 {
	sum, n := int64(0), 0 // hundredths of sixtieths of a cent
	for t := r.Start; t.Before(r.End); t = t.Add(time.Minute) {
		percent := 100
		if n >= plain {
			percent = p.opt.OvertimePct
		}
		for _, premium := range pat.Premiums {
			if premium.holds(t.In(p.need.Grid.Location())) {
				percent += premium.Percent
			}
		}
		sum += pat.CentsPerHour * int64(percent)
		n++
	}
	return (sum + 3000) / 6000
}

// rested reports whether shift i, were it to last so, keeps the agent's rest to the
// others wherever it does not make it shorter than it is allowed.
func (p *changer) rested(i int, is Rest) bool {
	s, rest := p.roster[i], time.Duration(p.opt.Rest)*time.Minute
	for j, o := range p.roster {
		if i == j || s.Agent == "" || o.Agent != s.Agent {
			continue
		}
		reach := time.Duration(p.opt.Most) * time.Minute // the other may grow towards it
		if is.End.After(s.End) && !o.Start.Before(s.End) && o.Start.Add(-reach).Sub(is.End) < rest ||
			is.Start.Before(s.Start) && !o.End.After(s.Start) && is.Start.Sub(o.End.Add(reach)) < rest {
			return false
		}
	}
	return true
}

// columns lists what must be whole, in the order in which to make it.
func (p *changer) columns() [][]int {
	var longer, breaks []int
	for _, c := range p.choices {
		if c.brk < 0 {
			longer = append(longer, c.col)
		} else {
			breaks = append(breaks, c.col)
		}
	}
	var added []int
	for _, b := range p.m.b {
		for _, cols := range b {
			added = append(added, cols...)
		}
	}
	return [][]int{p.m.counts, p.m.x, longer, breaks, added}
}

// solve returns the values of the columns of the best change found, and a bound on the
// cost of any.
func (p *changer) solve(ctx context.Context) (*staffing, int64) {
	best := p.unchanged()
	root := lp.NewSolver(&p.m.model, 0)
	root.Solve(ctx, p.opt.Work, math.Inf(1))
	bound := safeBound(&p.m.model, root.Prices(), p.m.model.Lower, p.m.model.Upper)
	basis := root.Save()
	for _, bulk := range []bool{true, false} {
		if ctx.Err() != nil || best.cost <= bound {
			break
		}
		root.Load(basis)
		t := &tree{read: p.read, s: root, columns: p.columns(), bulk: bulk, cutoff: best.cost, grain: 60 * p.h.scale, fails: 20}
		if !bulk {
			t.fails = math.MaxInt
		}
		done := t.run(ctx, p.opt.Work)
		if t.best != nil {
			best = t.best
		}
		if done {
			bound = best.cost
		}
	}
	return best, bound
}

// unchanged is the roster as it is.
func (p *changer) unchanged() *staffing {
	x := make([]int, p.m.model.Columns())
	for _, c := range p.choices {
		if c.stays {
			x[c.col] = 1
		}
	}
	return p.value(x)
}

// read takes the solver's solution; nil when rounding has spoilt it.
func (p *changer) read(s *lp.Solver) *staffing {
	x := make([]int, p.m.model.Columns())
	for j := range x {
		x[j] = int(math.Round(s.Value(j)))
	}
	out := p.value(x)
	for t, z := range out.cover {
		if z > p.h.seats[t] {
			return nil
		}
	}
	return out
}

// value counts and prices a change afresh.
func (p *changer) value(x []int) *staffing {
	out := &staffing{x: x, cover: p.h.count(p.roster)}
	for _, c := range p.choices {
		if x[c.col] == 0 {
			continue
		}
		out.outlay.wages += 60 * p.h.scale * c.cents
		for _, t := range c.gained {
			out.cover[t]++
		}
		for _, t := range c.lost {
			out.cover[t]--
		}
	}
	added := p.added(x)
	for i, n := range added.x {
		out.outlay.wages += int64(n) * int64(p.m.model.Cost[p.m.x[i]])
	}
	for t, z := range added.cover {
		out.cover[t] += z
	}
	for t, z := range out.cover {
		out.outlay.under += p.h.underPath * p.h.short(t, z)
		out.outlay.over += p.h.overPath * p.h.surplus(t, z)
	}
	out.cost = out.outlay.wages + out.outlay.under + out.outlay.over
	return out
}

// added reads the added shifts.
func (p *changer) added(x []int) *staffing {
	out := p.m.nobody()
	for i := range p.m.x {
		out.x[i] = x[p.m.x[i]]
		for b, cols := range p.m.b[i] {
			for j, col := range cols {
				out.b[i][b][j] = x[col]
			}
		}
	}
	p.m.price(out)
	return out
}
