package erlang

import "math"

// A regime holds the rates, per second, and the staffing of a stretch of a day.
type regime struct {
	lambda, mu, theta float64
	s                 int
	loss              bool // patience 0: who cannot be answered at once leaves
}

func (v DayInterval) regime() regime {
	r := regime{v.Calls / v.Seconds, 1 / v.AHT, 1 / v.Patience, v.Agents, v.Patience == 0}
	if r.loss {
		r.theta = 0
	}
	return r
}

// servesLike says whether a call in the queue sees no difference.
func (r regime) servesLike(o regime) bool {
	return r.mu == o.mu && r.theta == o.theta && r.s == o.s && r.loss == o.loss
}

// ceiling returns a number of calls in the system that is exceeded with a probability near 1e-13
// in dt seconds from at most hi: where the tail of the steady state ends, or where the
// arrivals of the time alone would lead.
func (r regime) ceiling(hi int, dt float64) int {
	if r.loss {
		return r.s
	}
	calls := r.lambda * dt
	most := float64(hi) + calls + 9*math.Sqrt(calls) + 30
	n := math.Min(r.lambda/r.mu, float64(r.s))
	if excess := r.lambda - float64(r.s)*r.mu; excess > 0 && r.theta > 0 {
		n = float64(r.s) + excess/r.theta
	}
	n = math.Max(math.Floor(n), 0)
	for w := 1.0; w > 1e-13 && n < most; n++ {
		w *= r.lambda / (math.Min(n+1, float64(r.s))*r.mu + math.Max(n+1-float64(r.s), 0)*r.theta)
	}
	return int(math.Min(math.Max(n, float64(hi)), most)) + 1
}

// drain returns a time after which a call that finds top calls in the system and extra agents
// too many is no longer in the queue, but for a probability below 1e-12: the least over a few
// exponents of the Chernoff bound on the sum of the exponential times until its turn comes.
func (r regime) drain(top, extra int) float64 {
	served := float64(r.s) * r.mu
	if r.loss {
		return 0
	}
	best := 28 / r.theta
	if served == 0 {
		return best
	}
	for _, share := range [...]float64{0.2, 0.35, 0.5, 0.65, 0.8, 0.9} {
		a := share * served
		log := 28 - float64(extra)*math.Log1p(-share)
		for k := 0; k <= top-r.s; k++ {
			log -= math.Log1p(-a / (served + float64(k)*r.theta))
		}
		best = min(best, log/(a+r.theta))
	}
	return best
}

// A kernel is a regime made discrete: one step per 1/rate seconds.
type kernel struct {
	regime
	rate              float64
	top               int     // most calls in the system
	kill              float64 // rate at which a caller himself gives up: theta, or 0 for a patient one
	sysStay, sysDown  []float64
	wideStay, wideDwn []float64 // of a queue whose calls only give up
}

// prepare fills the kernel for boards with at most top calls in the system, when extra agents
// more than s are busy. Without arrivals it is the kernel of callers who wait.
func (k *kernel) prepare(r regime, top, extra int) {
	room := max(top-r.s, 0)
	k.regime, k.top, k.kill = r, top, r.theta
	k.rate = r.lambda + float64(r.s+extra)*r.mu + float64(room+1)*r.theta
	k.rate = max(k.rate, 1e-9) // when hardly anything happens
	per := 1 / k.rate
	k.wideStay, k.wideDwn = sized(k.wideStay, room+1), sized(k.wideDwn, room+2)
	for q := range k.wideDwn {
		k.wideDwn[q] = float64(q) * r.theta * per
	}
	for q := range k.wideStay {
		k.wideStay[q] = 1 - k.wideDwn[q]
	}
}

// prepareSystem fills what calls in the system need beyond prepare.
func (k *kernel) prepareSystem(r regime, top, extra int) {
	k.prepare(r, top, extra)
	per := 1 / k.rate
	k.sysStay, k.sysDown = sized(k.sysStay, top+1), sized(k.sysDown, top+2)
	for n := range k.sysDown {
		served := min(n, r.s)
		k.sysDown[n] = (float64(served)*r.mu + float64(n-served)*r.theta) * per
	}
	for n := range k.sysStay {
		k.sysStay[n] = 1 - k.sysDown[n] - r.lambda*per
	}
	if r.loss {
		k.sysStay[top] += r.lambda * per
		k.wideStay[0] += r.lambda * per
	}
}

// stepSystem writes one step of the calls in the system on src to dst.
func (k *kernel) stepSystem(dst, src *board) {
	per := 1 / k.rate
	base := slope{stay: k.sysStay, down: k.sysDown, up: k.lambda * per}
	base.step(&dst.base, &src.base)
	over := slope{stay: k.wideStay, down: k.wideDwn, up: k.lambda * per}
	n := src.layers()
	for j := range n {
		busy := float64(k.s+1+j) * k.mu * per
		over.leave = busy + k.lambda*per
		over.step(dst.layer(j), &src.over[j])
	}
	for j := range n {
		to, shift := &dst.base, k.s
		if j > 0 {
			to, shift = &dst.over[j-1], 0
		}
		to.add(&src.over[j], 0, shift, float64(k.s+1+j)*k.mu*per)
	}
	k.clear(dst, n)
	dst.trim()
}

// stepWaiting writes one step of the callers by their place in the queue on src to dst.
func (k *kernel) stepWaiting(dst, src *board) {
	per := 1 / k.rate
	served := float64(k.s) * k.mu * per
	base := slope{stay: k.wideStay, down: k.wideDwn, leave: served + k.kill*per, drop: served}
	base.step(&dst.base, &src.base)
	over := slope{stay: k.wideStay, down: k.wideDwn}
	n := src.layers()
	for j := range n {
		over.leave = (float64(k.s+1+j)*k.mu + k.kill) * per
		over.step(dst.layer(j), &src.over[j])
	}
	for j := range n {
		to := &dst.base
		if j > 0 {
			to = &dst.over[j-1]
		}
		to.add(&src.over[j], 0, 0, float64(k.s+1+j)*k.mu*per)
	}
	k.clear(dst, n)
}

// clear empties the layers of dst from n on, left by an earlier use.
func (k *kernel) clear(dst *board, n int) {
	dst.s = k.s
	for j := n; j < len(dst.over); j++ {
		dst.over[j].reset()
	}
}

// callers are the callers of an interval who still wait: held, by place, the expected number,
// aged the expected sum of their waits so far.
type callers struct {
	held, aged board
}

func (c *callers) empty() bool { return c.held.empty() }

func (c *callers) reset(s int) {
	c.held.reset(s)
	c.aged.reset(s)
}

func (c *callers) copyOf(src *callers) {
	c.held.copyOf(&src.held)
	c.aged.copyOf(&src.aged)
}

func (c *callers) add(src *callers, w float64) {
	c.held.add(&src.held, w)
	c.aged.add(&src.aged, w)
}

func (c *callers) restaff(dst *callers, s int, rule ShiftEnd) {
	c.held.restaffWaiting(&dst.held, s, rule)
	c.aged.restaffWaiting(&dst.aged, s, rule)
}

// stepCallers writes one step of src to dst: all move on, and those who wait grow older.
func (k *kernel) stepCallers(dst, src *callers) {
	k.stepWaiting(&dst.held, &src.held)
	k.stepWaiting(&dst.aged, &src.aged)
	dst.aged.add(&src.held, 1/k.rate)
	dst.held.trim()
	dst.aged.trim()
}

// A fate sums up what becomes of callers, relative to those offered.
type fate struct {
	abandon     float64 // share that gives up
	wait        float64 // time in queue of all, seconds
	waitAbandon float64 // the part of it that those wait who give up
	stranded    float64 // share that waits for ever; it counts as abandoned, its wait until the end of the day
}

// A runner moves callers on through time, without new ones.
type runner struct {
	k                   kernel
	j                   jumps
	now, next, end      callers
	one, oneNext, oneTo board
}

// run moves c on by dt seconds within the regime r and adds up their fate.
func (u *runner) run(c *callers, r regime, dt float64, f *fate) {
	u.aim(&c.held, r, dt)
	u.now.copyOf(c)
	u.end.reset(r.s)
	for n := 0; !u.now.empty(); n++ {
		if w := u.j.weight(n); w > 0 {
			u.end.add(&u.now, w)
		}
		held, stay := u.now.held.sum(), u.j.beyond(n)/u.k.rate
		f.wait += stay * held
		f.abandon += stay * held * r.theta
		f.waitAbandon += stay * u.now.aged.sum() * r.theta
		if n == u.j.last() {
			break
		}
		u.k.stepCallers(&u.next, &u.now)
		u.now, u.next = u.next, u.now
	}
	u.end, *c = *c, u.end
}

// runHeld is run for callers whose age is of no interest. It returns the share that gives up,
// if patient is not set; otherwise nobody of them does, but those ahead of them do.
func (u *runner) runHeld(b *board, r regime, dt float64, patient bool) float64 {
	u.aim(b, r, dt)
	if patient {
		u.k.kill = 0
	}
	abandon := 0.0
	u.one.copyOf(b)
	u.oneTo.reset(r.s)
	for n := 0; !u.one.empty(); n++ {
		if w := u.j.weight(n); w > 0 {
			u.oneTo.add(&u.one, w)
		}
		abandon += u.j.beyond(n) / u.k.rate * u.one.sum() * u.k.kill
		if n == u.j.last() {
			break
		}
		u.k.stepWaiting(&u.oneNext, &u.one)
		u.oneNext.trim()
		u.one, u.oneNext = u.oneNext, u.one
	}
	u.oneTo, *b = *b, u.oneTo
	return abandon
}

// aim prepares kernel and weights for the callers on b.
func (u *runner) aim(b *board, r regime, dt float64) {
	top := b.base.hi
	for j := range b.layers() {
		top = max(top, b.over[j].hi)
	}
	r.lambda = 0
	u.k.prepare(r, r.s+top+1, b.layers())
	u.j.set(u.k.rate * dt)
}

// ends returns the fate of callers whom the regime serves until the queue is empty, in closed
// form. f is what they have met so far.
func (r regime) ends(c *callers, f *fate) {
	layers := c.held.layers()
	var below []fate // by place, of the strip below
	for j := -1; j < layers; j++ {
		held, aged := &c.held.base, &c.aged.base
		if j >= 0 {
			held, aged = &c.held.over[j], c.aged.layer(j)
		}
		below = r.fates(below, j, c.reach())
		for i := held.lo; i < held.hi; i++ {
			p, e := held.at(i), below[i]
			if p == 0 {
				continue
			}
			f.abandon += p * e.abandon
			f.wait += p * e.wait
			f.waitAbandon += p*e.waitAbandon + aged.at(i)*e.abandon
			f.stranded += p * e.stranded
		}
	}
}

// reach returns the number of places in use.
func (c *callers) reach() int {
	n := c.held.base.hi
	for j := range c.held.layers() {
		n = max(n, c.held.over[j].hi)
	}
	return n
}

// fates returns, for each place below n, what becomes of a caller there when s+1+j agents are
// busy, given below, the same with one agent less busy. For j = -1 that is an answer for the
// first in line, and a place less for the others.
func (r regime) fates(below []fate, j, n int) []fate {
	out := make([]fate, n)
	busy := float64(r.s+1+j) * r.mu
	for k := range out {
		give := float64(k) * r.theta
		rate := busy + give + r.theta
		if rate == 0 {
			out[k] = fate{abandon: 1, stranded: 1}
			continue
		}
		var ahead, next fate // one place less; one agent less
		if k > 0 {
			ahead = out[k-1]
		}
		if j >= 0 {
			next = below[k]
		} else {
			next = ahead
		}
		f := &out[k]
		f.abandon = (r.theta + give*ahead.abandon + busy*next.abandon) / rate
		f.wait = (1 + give*ahead.wait + busy*next.wait) / rate
		f.waitAbandon = (f.abandon + give*ahead.waitAbandon + busy*next.waitAbandon) / rate
		f.stranded = (give*ahead.stranded + busy*next.stranded) / rate
	}
	return out
}
