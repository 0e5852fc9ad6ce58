package erlang

// A board is a law over the states of a queue with s agents on position. For the calls in the
// system, base holds the number of calls n, of which min(n, s) are served; for a call that waits,
// base holds the number of calls ahead of it in the queue, all s agents being busy. over[j] holds
// the number waiting, or ahead, while s+1+j agents are busy: agents whose shift is over and who
// finish the call in hand.
type board struct {
	s    int
	base strip
	over []strip
}

func (b *board) reset(s int) {
	b.s = s
	b.base.reset()
	for j := range b.over {
		b.over[j].reset()
	}
}

// layer returns the strip for s+1+j busy agents.
func (b *board) layer(j int) *strip {
	for len(b.over) <= j {
		b.over = append(b.over, strip{})
	}
	return &b.over[j]
}

// layers returns the number of layers up to the highest that is not empty.
func (b *board) layers() int {
	n := len(b.over)
	for n > 0 && b.over[n-1].empty() {
		n--
	}
	return n
}

func (b *board) empty() bool { return b.base.empty() && b.layers() == 0 }

func (b *board) sum() float64 {
	total := b.base.sum()
	for j := range b.over {
		total += b.over[j].sum()
	}
	return total
}

func (b *board) trim() {
	b.base.trim()
	for j := range b.over {
		b.over[j].trim()
	}
}

// add adds w times src, a board for the same number of agents.
func (b *board) add(src *board, w float64) {
	b.base.add(&src.base, 0, 0, w)
	for j := range src.layers() {
		b.layer(j).add(&src.over[j], 0, 0, w)
	}
}

func (b *board) copyOf(src *board) {
	b.reset(src.s)
	b.add(src, 1)
}

// addWaiting adds w times the law of the place that an arriving call would take in the queue,
// given the law of the calls in the system.
func (b *board) addWaiting(system *board, w float64) {
	b.base.add(&system.base, system.s, -system.s, w)
	for j := range system.layers() {
		b.layer(j).add(&system.over[j], 0, 0, w)
	}
}

// busyQueue returns the means of the agents busy and the calls waiting under a law of the
// calls in the system.
func (b *board) busyQueue() (busy, queue float64) {
	for i := b.base.lo; i < b.base.hi; i++ {
		p := b.base.at(i)
		busy += p * float64(min(i, b.s))
		queue += p * float64(max(i-b.s, 0))
	}
	for j := range b.layers() {
		l := &b.over[j]
		for q := l.lo; q < l.hi; q++ {
			busy += l.at(q) * float64(b.s+1+j)
			queue += l.at(q) * float64(q)
		}
	}
	return busy, queue
}

// waiting returns the probability that all agents are busy.
func (b *board) waiting() float64 {
	p := 0.0
	for i := max(b.base.lo, b.s); i < b.base.hi; i++ {
		p += b.base.at(i)
	}
	for j := range b.layers() {
		p += b.over[j].sum()
	}
	return p
}

// restaffSystem writes to dst the law of the calls in the system after the number of agents
// changes to s. When agents leave, either those in excess finish their call, or the calls go
// back to the queue.
func (b *board) restaffSystem(dst *board, s int, rule ShiftEnd) {
	dst.reset(s)
	if rule == Preempt || s >= b.s {
		dst.base.add(&b.base, 0, 0, 1)
	} else {
		for n := b.base.lo; n < b.base.hi; n++ {
			busy := min(n, b.s)
			dst.place(busy, n-busy, b.base.at(n))
		}
	}
	for j := range b.layers() {
		busy := b.s + 1 + j
		if busy > s {
			dst.layer(busy-s-1).add(&b.over[j], 0, 0, 1)
		} else {
			dst.base.add(&b.over[j], 0, busy, 1)
		}
	}
}

// toFront gives all callers the first place in the queue.
func (b *board) toFront() {
	for j := -1; j < b.layers(); j++ {
		s := &b.base
		if j >= 0 {
			s = &b.over[j]
		}
		if p := s.sum(); p > 0 {
			s.reset()
			s.cover(0, 1)
			s.v[pad] = p
		}
	}
}

// place adds p to the state of busy agents and queue waiting calls.
func (b *board) place(busy, queue int, p float64) {
	to, i := &b.base, busy+queue
	if busy > b.s {
		to, i = b.layer(busy-b.s-1), queue
	}
	to.cover(i, i+1)
	to.v[i+pad] += p
}

// restaffWaiting writes to dst the law of the place of a waiting call after the number of
// agents changes to s. Calls for which an agent comes free at once leave the law.
func (b *board) restaffWaiting(dst *board, s int, rule ShiftEnd) {
	dst.reset(s)
	if rule == Preempt {
		dst.base.add(&b.base, max(0, s-b.s), b.s-s, 1)
		return
	}
	for j := -1; j < b.layers(); j++ {
		from, busy := &b.base, b.s
		if j >= 0 {
			from, busy = &b.over[j], b.s+1+j
		}
		if busy > s {
			dst.layer(busy-s-1).add(from, 0, 0, 1)
		} else {
			dst.base.add(from, s-busy, busy-s, 1)
		}
	}
}
