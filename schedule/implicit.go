package schedule

import (
	"math/bits"
	"slices"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// An implicit is the integer program of a horizon with break variables of their own
// (Aykin 1996): how many agents work each duty, and how many of those take each break
// at each of its starts.
//
//	minimise   Σ wage·x + Σ extra·t + Σ cost·short + Σ cost·surplus
//	atoms      on - Σ {b on break} + Σ short - Σ surplus = need
//	on shift   on = Σ {x on shift}, for each run of atoms with the same duties
//	breaks     x = Σ {b of one break of the duty}
//	spacing    where windows of two breaks lie close: those who have begun the second
//	           by some time are no more than those who could by then
//	tours      x = Σ {t that work the duty}, or for starts that differ by the day
//	           Σ {x of the day} = Σ {t that work the day}
//	counts     Σ t of a tour and week, or Σ x of a pattern and day, is a variable too:
//	           branching on it first is what makes the bound sharp, because the
//	           relaxation hires fractions of an agent; so is what is short on a day
//
// Being short or over costs its mean over the paths, which is convex in the agents on
// position: a short or surplus for each level of the atom, cheapest first, at the price
// of the paths it is short of or over on, is exact. A requirement of agents has one of each.
//
// Breaks of agents with the same duty are dealt out first come, first served, which
// keeps the spacing for each when it holds for the counts.
type implicit struct {
	h       *horizon
	model   lp.Model
	x       []int     // column by duty
	b       [][][]int // column by duty, break and start
	short   []int     // column by atom: agents short, at the lowest level
	surplus []int     // column by atom: agents above what every path asks
	shorts  []int     // column by day: agents short, over its atoms; none where paths differ
	lines   []line
	on      []int // column by run of atoms: agents on shift
	t       []int // column by line
	counts  []int // columns
}

// A line is a week of one agent: a tour and the duties it works, or for a tour whose
// starts may differ the days.
type line struct {
	tour, week int
	work       workdays
	duties     []int // of tours with the same start
	extra      int64 // price of overtime beyond the wage
}

func newImplicit(h *horizon, patterns []Pattern, tours []Tour) *implicit {
	m := &implicit{h: h}
	for _, r := range h.need {
		m.model.AddRow(float64(r))
	}
	most := float64(h.mostNeed())
	runs := m.runs()
	rows := m.addOnShift(runs, most)
	for i, d := range h.duties {
		m.addDuty(i, most, m.onShift(d, runs, rows))
	}
	m.addSlack()
	m.addTours(patterns, tours, most)
	m.countSingles(most)
	m.countShort()
	return m
}

// countShort adds, for each day, how much is short in all: an agent short costs more than any
// other small step, so this sum must be whole before a bound is sharp. Where paths differ
// being short costs less at each level.
func (m *implicit) countShort() {
	for _, levels := range m.h.levels {
		if len(levels) > 1 || len(levels) == 1 && levels[0].above < m.h.paths {
			return
		}
	}
	for d := range m.h.dates {
		row, sum := -1, 0
		for t := m.h.first[d]; t < m.h.first[d+1]; t++ {
			if j := m.short[t]; m.model.Upper[j] > 0 {
				if row < 0 {
					row = m.model.AddRow(0)
				}
				m.model.Extend(j, lp.Entry{Row: row, Value: 1})
				sum += m.h.need[t]
			}
		}
		if row >= 0 {
			m.shorts = append(m.shorts, m.add(0, 0, float64(sum), []lp.Entry{{Row: row, Value: -1}}))
		}
	}
}

// addDuty adds the variables of one duty, whose agents have these entries, and the rows of
// its breaks.
func (m *implicit) addDuty(i int, most float64, entries []lp.Entry) {
	d := m.h.duties[i]
	k := &m.h.kinds[d.kind]
	rows := make([]int, len(k.breaks))
	for b := range k.breaks {
		rows[b] = m.model.AddRow(0)
		entries = append(entries, lp.Entry{Row: rows[b], Value: 1})
	}
	spacing := m.spacingRows(k, most)
	m.x = append(m.x, m.add(d.cost, 0, most, entries))
	cols := make([][]int, len(k.breaks))
	for b, br := range k.breaks {
		for j, pos := range br.at {
			entries := append([]lp.Entry{{Row: rows[b], Value: -1}}, spacing[b][j]...)
			for t := d.at + pos; t < d.at+pos+br.length; t++ {
				if u := m.h.fold(t); u >= 0 {
					entries = append(entries, lp.Entry{Row: u, Value: -1})
				}
			}
			cols[b] = append(cols[b], m.add(0, 0, most, entries))
		}
	}
	m.b = append(m.b, cols)
}

// runs lists the atoms at which somebody may come or go: in between the same duties are
// on shift.
func (m *implicit) runs() []int {
	at := []int{0}
	for _, d := range m.h.duties {
		for _, t := range [2]int{d.at, d.at + m.h.kinds[d.kind].length} {
			if u := m.h.fold(t); u >= 0 {
				at = append(at, u)
			}
		}
	}
	slices.Sort(at)
	return slices.Compact(at)
}

// addOnShift adds a column for how many are on shift in each run, whether on a break or
// not, and the row that counts them: sums to branch on, which also spare each duty an
// entry for each of its atoms. It returns the row by run.
func (m *implicit) addOnShift(runs []int, most float64) []int {
	var rows []int
	for r, first := range runs {
		end := m.h.n
		if r+1 < len(runs) {
			end = runs[r+1]
		}
		rows = append(rows, m.model.AddRow(0))
		entries := []lp.Entry{{Row: rows[r], Value: -1}}
		for t := first; t < end; t++ {
			entries = append(entries, lp.Entry{Row: t, Value: 1})
		}
		m.on = append(m.on, m.add(0, 0, most, entries))
	}
	return rows
}

// onShift returns the entries of a duty in the rows of the runs.
func (m *implicit) onShift(d duty, runs, rows []int) []lp.Entry {
	var entries []lp.Entry
	for t := d.at; t < d.at+m.h.kinds[d.kind].length; t++ {
		if r, begins := slices.BinarySearch(runs, m.h.fold(t)); begins {
			entries = append(entries, lp.Entry{Row: rows[r], Value: 1})
		}
	}
	return entries
}

// spacingRows adds, for two breaks that may come too close, a row for each start of the
// second: those who begin it by then are at most those who by then had ended the first
// early enough. It returns the entries of each start of each break.
func (m *implicit) spacingRows(k *kind, most float64) [][][]lp.Entry {
	out := make([][][]lp.Entry, len(k.breaks))
	for b, br := range k.breaks {
		out[b] = make([][]lp.Entry, len(br.at))
	}
	for b := 1; b < len(k.breaks); b++ {
		first, second := k.breaks[b-1], k.breaks[b]
		free := func(i int) int { return first.at[i] + first.length + k.spacing }
		if free(len(first.at)-1) <= second.at[0] {
			continue
		}
		for j, pos := range second.at {
			if free(len(first.at)-1) <= pos {
				break // all have had the first by then
			}
			row := m.model.AddRow(0)
			for i := range j + 1 {
				out[b][i] = append(out[b][i], lp.Entry{Row: row, Value: 1})
			}
			for i := range first.at {
				if free(i) <= pos {
					out[b-1][i] = append(out[b-1][i], lp.Entry{Row: row, Value: -1})
				}
			}
			m.add(0, 0, most, []lp.Entry{{Row: row, Value: 1}})
		}
	}
	return out
}

func (m *implicit) add(cost int64, lower, upper float64, entries []lp.Entry) int {
	return m.model.AddColumn(float64(cost), lower, upper, merged(entries)...)
}

// merged adds up entries of one row: a long shift of a short repeating horizon may meet
// an atom twice.
func merged(entries []lp.Entry) []lp.Entry {
	slices.SortStableFunc(entries, func(a, b lp.Entry) int { return a.Row - b.Row })
	out := entries[:0]
	for _, e := range entries {
		if n := len(out); n > 0 && out[n-1].Row == e.Row {
			out[n-1].Value += e.Value
		} else {
			out = append(out, e)
		}
	}
	return out
}

// addSlack adds what is short and what is over in each atom, level by level, and what
// uncertainty costs even at the need. Seats bound all.
func (m *implicit) addSlack() {
	var base int64
	for t, r := range m.h.need {
		most := m.h.mostNeed() + r
		if levels := m.h.levels[t]; len(levels) > 0 {
			most = max(most, levels[len(levels)-1].top)
		}
		seats := min(m.h.seats[t], most)
		m.addShort(t, r, seats)
		m.addSurplus(t, r, seats)
		base += m.h.atomCost(t, r)
	}
	if base > 0 {
		m.add(base, 1, 1, nil)
	}
}

// addShort adds what each level below the need may be short: above the seats it must.
func (m *implicit) addShort(t, need, seats int) {
	from := 0
	for _, l := range m.h.levels[t] {
		if l.top <= need {
			j := m.add(-m.h.slopeAbove(l.above), float64(max(0, l.top-max(from, seats))), float64(l.top-from), []lp.Entry{{Row: t, Value: 1}})
			if from == 0 {
				m.short = append(m.short, j)
			}
			from = l.top
		}
	}
	if from == 0 {
		m.short = append(m.short, m.add(m.h.under, 0, 0, []lp.Entry{{Row: t, Value: 1}}))
	}
}

// addSurplus adds what may be over at each level above the need, and beyond them all.
func (m *implicit) addSurplus(t, need, seats int) {
	from := need
	for _, l := range m.h.levels[t] {
		if l.top > need {
			m.add(m.h.slopeAbove(l.above), 0, float64(max(0, min(l.top, seats)-from)), []lp.Entry{{Row: t, Value: -1}})
			from = l.top
		}
	}
	m.surplus = append(m.surplus, m.add(m.h.over, 0, float64(max(0, seats-from)), []lp.Entry{{Row: t, Value: -1}}))
}

// daysOfWeek is how many days a tour's week has.
const daysOfWeek = 7

func (m *implicit) addTours(patterns []Pattern, tours []Tour, most float64) {
	links := map[int]int{} // row by duty
	for i, d := range m.h.duties {
		if d.tour >= 0 && tours[d.tour].SameStart {
			links[i] = m.model.AddRow(0)
			m.model.Extend(m.x[i], lp.Entry{Row: links[i], Value: 1})
		}
	}
	for w := 0; w*daysOfWeek < len(m.h.dates); w++ {
		days := min(daysOfWeek, len(m.h.dates)-w*daysOfWeek)
		for i, t := range tours {
			first := len(m.lines)
			if t.SameStart {
				m.sameStart(i, w, days, t, patterns)
			} else {
				m.anyStart(i, w, days, t, patterns)
			}
			if m.h.barred != nil {
				m.lines = append(m.lines[:first], slices.DeleteFunc(slices.Clone(m.lines[first:]), func(l line) bool { return m.h.barred(m, l) })...)
			}
			m.addLines(first, t, links, most)
		}
	}
}

// sameStart lists the lines of a tour that works one duty on each of its days. A day
// without any duty of the tour, such as a holiday, is worked by staying at home.
func (m *implicit) sameStart(tour, week, days int, t Tour, patterns []Pattern) {
	type key struct{ kind, start, day int }
	at, open := map[key]int{}, map[int]bool{}
	var starts []key
	for i, d := range m.h.duties {
		if d.tour == tour && d.day/daysOfWeek == week {
			at[key{d.kind, d.start, d.day}] = i
			open[d.day] = true
			if s := (key{d.kind, d.start, 0}); !slices.Contains(starts, s) {
				starts = append(starts, s)
			}
		}
	}
	for _, s := range starts {
		p := patterns[s.kind]
		var kept []line
		for _, w := range t.weeks(days) {
			l := line{tour: tour, week: week, work: w, extra: m.h.scale * t.extra(w, p)}
			for d := week * daysOfWeek; d < week*daysOfWeek+days && l.work != 0; d++ {
				if w>>(d%daysOfWeek)&1 == 0 || !open[d] {
					continue
				}
				i, ok := at[key{s.kind, s.start, d}]
				if !ok || !m.rested(l.duties, i, t.Rest) {
					l.work = 0
					break
				}
				l.duties = append(l.duties, i)
			}
			same := func(o line) bool { return slices.Equal(o.duties, l.duties) && o.extra <= l.extra }
			if l.work != 0 && len(l.duties) > 0 && !slices.ContainsFunc(kept, same) {
				kept = append(kept, l)
			}
		}
		m.lines = append(m.lines, kept...)
	}
}

// rested reports whether duty i comes at least rest minutes after the last of those
// before: on the night that the clocks go forward an hour is missing.
func (m *implicit) rested(before []int, i, rest int) bool {
	if len(before) == 0 {
		return true
	}
	last := m.h.duties[before[len(before)-1]]
	return (m.h.duties[i].at-last.at-m.h.kinds[last.kind].length)*m.h.atom >= rest
}

// extra is what the days of overtime in a week cost beyond their wage.
func (t Tour) extra(w workdays, p Pattern) int64 {
	days := max(0, bits.OnesCount8(uint8(w))-t.Days)
	return int64(days*p.Paid) * (t.OvertimeCents - p.CentsPerHour)
}

// anyStart lists the lines of a tour whose agents start when they like: working weeks.
// A row for each day makes as many duties as there are agents at work.
func (m *implicit) anyStart(tour, week, days int, t Tour, patterns []Pattern) {
	var open workdays
	for _, d := range m.h.duties {
		if d.tour == tour && d.day/daysOfWeek == week {
			open |= 1 << (d.day % daysOfWeek)
		}
	}
	p := patterns[slices.IndexFunc(patterns, func(p Pattern) bool { return p.Name == t.Patterns[0] })]
	for _, w := range t.weeks(days) {
		l := line{tour: tour, week: week, work: w & open, extra: m.h.scale * t.extra(w, p)}
		same := func(o line) bool { return o.tour == tour && o.week == week && o.work == l.work && o.extra <= l.extra }
		if l.work != 0 && !slices.ContainsFunc(m.lines, same) {
			m.lines = append(m.lines, l)
		}
	}
}

// addLines adds the variables of the lines from number first on, which are of one tour
// and week, and their count.
func (m *implicit) addLines(first int, t Tour, links map[int]int, most float64) {
	if first == len(m.lines) {
		return
	}
	limit := most
	if t.Max > 0 {
		limit = min(most, float64(t.Max))
	}
	count := m.model.AddRow(0)
	m.counts = append(m.counts, m.add(0, 0, limit, []lp.Entry{{Row: count, Value: -1}}))
	days := map[int]int{} // row by day of the week, for tours whose starts differ
	for _, l := range m.lines[first:] {
		entries := []lp.Entry{{Row: count, Value: 1}}
		for _, i := range l.duties {
			entries = append(entries, lp.Entry{Row: links[i], Value: -1})
		}
		if !t.SameStart {
			for d := range daysOfWeek {
				if l.work>>d&1 == 1 {
					entries = append(entries, lp.Entry{Row: m.dayRow(days, l, d), Value: -1})
				}
			}
		}
		m.t = append(m.t, m.add(l.extra, 0, limit, entries))
	}
	m.silence(first, t, days)
}

// dayRow returns the row that makes the duties of day d of the week as many as the
// lines that work it.
func (m *implicit) dayRow(rows map[int]int, l line, d int) int {
	if row, ok := rows[d]; ok {
		return row
	}
	rows[d] = m.model.AddRow(0)
	for i, duty := range m.h.duties {
		if duty.tour == l.tour && duty.day == l.week*daysOfWeek+d {
			m.model.Extend(m.x[i], lp.Entry{Row: rows[d], Value: 1})
		}
	}
	return rows[d]
}

// silence forbids the duties of the week that no line works.
func (m *implicit) silence(first int, t Tour, rows map[int]int) {
	if t.SameStart {
		return // their rows link them to no line
	}
	l := m.lines[first]
	for i, duty := range m.h.duties {
		if _, ok := rows[duty.day%daysOfWeek]; duty.tour == l.tour && duty.day/daysOfWeek == l.week && !ok {
			m.model.Upper[m.x[i]] = 0
		}
	}
}

// countSingles adds the count of each pattern and day worked singly.
func (m *implicit) countSingles(most float64) {
	type key struct{ kind, day int }
	rows := map[key]int{}
	for i, d := range m.h.duties {
		if d.tour >= 0 {
			continue
		}
		k := key{d.kind, d.day}
		if _, ok := rows[k]; !ok {
			rows[k] = m.model.AddRow(0)
			m.counts = append(m.counts, m.add(0, 0, min(most, float64(m.h.kinds[d.kind].max)), []lp.Entry{{Row: rows[k], Value: -1}}))
		}
		m.model.Extend(m.x[i], lp.Entry{Row: rows[k], Value: 1})
	}
}
