package people

import (
	"cmp"
	"math"
	"slices"
)

// A label is a way to work the days so far: what it is worth, and what it uses up.
type label struct {
	worth    int64 // sum of prices of the groups worked
	ready    int64 // earliest start of the next shift
	minutes  int32 // of the week so far
	days     int16
	run      int16
	nightRun int16
	nights   int16
	weekends int16
	inWeek   bool // the present weekend is counted
	parent   int32
	group    int32
}

// beats reports whether the label is worth as much as m and uses up no more.
func (l *label) beats(m *label) bool {
	return l.worth >= m.worth && l.ready <= m.ready && l.minutes <= m.minutes && l.days <= m.days && l.run <= m.run &&
		l.nightRun <= m.nightRun && l.nights <= m.nights &&
		(l.weekends < m.weekends || l.weekends == m.weekends && (l.inWeek || !m.inWeek))
}

// mostLabels is how many labels a day keeps. Those beyond become one that is at least as
// good as each: the answer stays a bound.
const mostLabels = 60

// A pricer finds a worker's worthiest line at prices of groups by a shortest path with
// resources: labels that others beat are dropped (Desrochers and Soumis 1988).
type pricer struct {
	in     *instance
	prices []int64
	layers [][]label
	next   []label
}

// best returns an upper bound on the worth of the worker's lines, reached when exact,
// and the groups of a line. Promised hours do not count.
func (p *pricer) best(w *worker) (worth int64, l line, exact bool) {
	in := p.in
	exact = true
	if len(p.layers) != in.days+1 {
		p.layers = make([][]label, in.days+1)
	}
	p.layers[0] = append(p.layers[0][:0], label{ready: w.ready, run: int16(w.before.Run), nightRun: int16(w.before.NightRun), group: off})
	for d := range in.days {
		p.next = p.next[:0]
		earliest := p.earliest(w, d+1)
		for k := range p.layers[d] {
			p.extend(w, d, int32(k), earliest)
		}
		if !p.thin() {
			exact = false
		}
		p.layers[d+1] = append(p.layers[d+1][:0], p.next...)
	}
	top := 0
	last := p.layers[in.days]
	for k := range last {
		if last[k].worth > last[top].worth {
			top = k
		}
	}
	if len(last) == 0 {
		return 0, p.blank(), true // fixed shifts that no line holds bind nothing here
	}
	l = p.blank()
	for d, k := in.days, int32(top); d > 0; d-- {
		l[d-1] = p.layers[d][k].group
		k = p.layers[d][k].parent
	}
	return last[top].worth, l, exact
}

func (p *pricer) blank() line {
	l := make(line, p.in.days)
	for d := range l {
		l[d] = off
	}
	return l
}

// earliest is the first start on day d: rest that ends before it is over.
func (p *pricer) earliest(w *worker, d int) int64 {
	first := int64(math.MaxInt64)
	if d < p.in.days {
		for _, g := range p.in.byDay[d] {
			if w.bars[g] == noRule && (p.prices[g] > 0 || w.locked[d] != off) {
				first = min(first, p.in.groups[g].start)
			}
		}
		if first == math.MaxInt64 {
			return p.earliest(w, d+1)
		}
	}
	return first
}

// extend adds what may follow label k of day d: off, or a group of the day.
func (p *pricer) extend(w *worker, d int, k int32, earliest int64) {
	from := p.layers[d][k]
	if d%7 == 0 {
		from.minutes, from.days = 0, 0
	}
	weekend := p.in.weekendDays[d]
	if d > 0 && p.in.weekendDays[d-1] != weekend {
		from.inWeek = false
	}
	from.parent = k
	lock := w.locked[d]
	if lock == off {
		idle := from
		idle.run, idle.nightRun, idle.group = 0, 0, off
		p.push(w, d, idle, earliest)
	}
	for _, g := range p.in.byDay[d] {
		switch {
		case w.bars[g] != noRule:
		case lock != off && p.in.groups[g].slot.Pattern == p.in.groups[lock].slot.Pattern:
			p.work(w, d, from, g, earliest)
		case lock == off && p.prices[g] > 0:
			p.work(w, d, from, g, earliest)
		}
	}
}

// work adds the label that works group g, if the rules allow.
func (p *pricer) work(w *worker, d int, l label, g int32, earliest int64) {
	gr := &p.in.groups[g]
	if gr.start < l.ready || int(l.run) >= w.run || int(l.days) >= w.days || l.minutes+gr.paid > w.most {
		return
	}
	l.ready, l.group = gr.end+w.rest, g
	l.run++
	l.days++
	l.minutes += gr.paid
	l.worth += p.prices[g]
	if gr.night {
		l.nights++
		l.nightRun++
		if int(l.nights) > w.nights || int(l.nightRun) > w.nightRun {
			return
		}
	} else {
		l.nightRun = 0
	}
	if gr.weekend >= 0 && !l.inWeek {
		l.weekends++
		l.inWeek = true
		if int(l.weekends) > w.weekends {
			return
		}
	}
	p.push(w, d, l, earliest)
}

// push adds a label with what cannot bind any more left out.
func (p *pricer) push(w *worker, d int, l label, earliest int64) {
	if l.ready <= earliest {
		l.ready = math.MinInt64
	}
	if w.run == never {
		l.run = 0
	}
	if w.nightRun == never {
		l.nightRun = 0
	}
	if w.nights == never {
		l.nights = 0
	}
	if w.weekends == never {
		l.weekends, l.inWeek = 0, false
	}
	if d+1 == p.in.days || p.in.weekendDays[d+1] != p.in.weekendDays[d] {
		l.inWeek = false
	}
	if w.days == 7 || d%7 == 6 {
		l.days = 0
	}
	if w.most == never || d%7 == 6 {
		l.minutes = 0
	}
	p.next = append(p.next, l)
}

// thin keeps the labels that no other beats, and reports whether all of them.
func (p *pricer) thin() bool {
	slices.SortFunc(p.next, func(a, b label) int {
		return cmp.Or(cmp.Compare(b.worth, a.worth), cmp.Compare(a.ready, b.ready))
	})
	kept := p.next[:0]
	for k := range p.next {
		l := p.next[k]
		if !slices.ContainsFunc(kept, func(m label) bool { return m.beats(&l) }) {
			kept = append(kept, l)
		}
	}
	p.next = kept
	if len(kept) <= mostLabels {
		return true
	}
	merged := kept[mostLabels-1]
	for _, l := range kept[mostLabels:] {
		merged.worth, merged.ready, merged.minutes = max(merged.worth, l.worth), min(merged.ready, l.ready), min(merged.minutes, l.minutes)
		merged.days, merged.run, merged.nightRun = min(merged.days, l.days), min(merged.run, l.run), min(merged.nightRun, l.nightRun)
		merged.nights, merged.weekends = min(merged.nights, l.nights), min(merged.weekends, l.weekends)
		merged.inWeek = merged.inWeek || l.inWeek
	}
	p.next = append(kept[:mostLabels-1], merged)
	return false
}
