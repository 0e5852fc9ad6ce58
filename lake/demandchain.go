package lake

import (
	"slices"
	"time"
)

// clockSlack is by how much the clock of a record may be ahead: phone systems write whole
// seconds, and round them either way.
const clockSlack = 2 * time.Second

// A chain is the tries of one demand so far; the last one failed.
type chain struct {
	at, end int64 // of the first try, of the last
	center  int64 // tries that count in the center
	queues  []reached
}

// reached is a queue that a chain came to: when first, and in how many tries.
type reached struct {
	place
	tries int64
}

// chains finds chains and counts them. Callers whose last try failed wait for the next
// month in open.
type chains struct {
	d      *Demand
	window int64
	names  map[string]int32
	counts [][]DemandCount // by queue number
	open   map[[2]uint64][]chain
}

func newChains(d *Demand) *chains {
	c := &chains{d: d, window: d.Window.Microseconds(), names: map[string]int32{"": -1}, open: map[[2]uint64][]chain{}}
	// Queues not asked for tell chains apart as well as others; they are numbered, not counted.
	for _, name := range d.Queues() {
		c.names[name] = int32(len(c.counts))
		c.counts = append(c.counts, d.queues[name])
	}
	return c
}

// queue numbers a queue; one that is not counted has no number.
func (c *chains) queue(name string) int32 {
	if n, ok := c.names[name]; ok {
		return n
	}
	return -1
}

// cell returns where a queue counts at an instant; nil for an instant beyond the grid.
func (c *chains) cell(counts []DemandCount, at int64) *DemandCount {
	g := c.d.tally.grid
	from := at - g.Start().UnixMicro()
	if from < 0 || at >= g.End().UnixMicro() {
		return nil
	}
	return &counts[from/g.Step().Microseconds()]
}

// offer counts a row as Tally does.
func (c *chains) offer(t *try, counted int64, unknown bool) {
	one := DemandCount{Offered: 1}
	if unknown {
		one.Unknown = 1
	}
	if t.queue >= 0 {
		c.add(c.counts[t.queue], counted, one)
	}
	if t.center {
		c.add(c.d.center, t.at, one)
	}
}

func (c *chains) add(counts []DemandCount, at int64, n DemandCount) {
	if cell := c.cell(counts, at); cell != nil {
		cell.plus(n)
	}
}

// run takes in the tries of some callers, sorted by caller and time.
func (c *chains) run(l *tryList) {
	for i := 0; i < len(l.tries); {
		n := i + 1
		for n < len(l.tries) && l.tries[n].caller == l.tries[i].caller {
			n++
		}
		c.caller(l, l.tries[i:n])
		i = n
	}
}

// caller goes through the tries of one caller in the order in which they came.
func (c *chains) caller(l *tryList, tries []try) {
	who := tries[0].caller
	if who == [2]uint64{} {
		for i := range tries {
			c.once(l, &tries[i])
		}
		return
	}
	open := c.open[who]
	for i := range tries {
		t := &tries[i]
		open = c.expire(open, t.at)
		at := -1
		for k := range open { // of several on a shared line, the one that failed last
			if open[k].end <= t.at+clockSlack.Microseconds() && (at < 0 || open[k].end > open[at].end) {
				at = k
			}
		}
		if at < 0 && !t.failed() {
			c.once(l, t)
			continue
		}
		next := chain{at: t.at}
		if at >= 0 {
			next = open[at]
			open = append(open[:at], open[at+1:]...)
		}
		next.extend(l, t)
		if t.failed() {
			open = append(open, next)
		} else {
			c.settle(next, false)
		}
	}
	if len(open) > 0 {
		c.open[who] = open
	} else {
		delete(c.open, who)
	}
}

// once counts a demand of one try.
func (c *chains) once(l *tryList, t *try) {
	one := DemandCount{Demand: 1, Tries: 1, Unserved: int64(b2u(t.failed()))}
	if t.center {
		c.add(c.d.center, t.at, one)
	}
	for i, v := range l.of(t) {
		if firstOf(l.of(t), i) {
			c.add(c.counts[v.queue], v.at, one)
		}
	}
	if t.queue >= 0 {
		c.add(c.counts[t.queue], t.at, one)
	}
}

// firstOf reports whether place i is the first at its queue, and that is one that is counted.
func firstOf(places []place, i int) bool {
	q := places[i].queue
	return q >= 0 && !slices.ContainsFunc(places[:i], func(p place) bool { return p.queue == q })
}

// extend adds a try. Each queue counts it once, however often the contact came there.
func (k *chain) extend(l *tryList, t *try) {
	k.end = t.end
	if t.center {
		k.center++
	}
	if t.queue >= 0 {
		k.reach(place{t.queue, t.at})
	}
	for i, v := range l.of(t) {
		if firstOf(l.of(t), i) {
			k.reach(v)
		}
	}
}

func (k *chain) reach(v place) {
	for i := range k.queues {
		if k.queues[i].queue == v.queue {
			k.queues[i].tries++
			return
		}
	}
	k.queues = append(k.queues, reached{v, 1})
}

// settle counts a chain that has ended.
func (c *chains) settle(k chain, failed bool) {
	count := func(counts []DemandCount, at, tries int64) {
		one := DemandCount{Demand: 1, Tries: tries}
		if failed {
			one.Unserved = 1
		}
		c.add(counts, at, one)
	}
	if k.center > 0 {
		count(c.d.center, k.at, k.center)
	}
	for _, q := range k.queues {
		count(c.counts[q.queue], q.at, q.tries)
	}
}

// expire settles the chains whose callers did not call again in time.
func (c *chains) expire(open []chain, now int64) []chain {
	kept := open[:0]
	for _, k := range open {
		if k.end+c.window < now {
			c.settle(k, true)
		} else {
			kept = append(kept, k)
		}
	}
	return kept
}

// forget settles, before a month begins, the chains that no try of it can go on.
func (c *chains) forget(begins int64) {
	for who, open := range c.open {
		if open = c.expire(open, begins); len(open) == 0 {
			delete(c.open, who)
		} else {
			c.open[who] = open
		}
	}
}

// finish settles what the lake tells no more of.
func (c *chains) finish() {
	for _, open := range c.open {
		for _, k := range open {
			c.settle(k, true)
		}
	}
	c.open = nil
}
