package sim

import (
	"math"
	"math/rand/v2"

	"github.com/ringtide/ringtide/erlang"
)

// A plan is a Config made ready to play.
type plan struct {
	*Config
	handle, patience, redialIn []sampler
	staff                      [][]int   // by group and interval
	serves                     [][]route // by queue: the groups, best first
	skills                     [][]route // by group: the queues, in the order in which agents take from them
	transferTo                 [][]int
	horizon                    float64
}

// A route joins a queue and a group.
type route struct {
	id, rank, priority int
}

// A floor plays one run. Its memory serves many.
type floor struct {
	*plan
	rng    *rand.Rand
	now    float64
	period int32
	factor float64 // on all arrivals
	agenda agenda
	calls  []call
	free   []int32
	queues []line
	groups []crew
	out    []Count // by queue and interval
	areas  []area
}

// A line is a queue at work.
type line struct {
	waiting  list
	inSystem int
	back     []int32 // calls to be called back, oldest first
}

// A crew is a group at work.
type crew struct {
	staffed, busy int // agents, or slots
	inService     list
	holds         [][]int32 // by agent, where agents hold several
}

// play plays run number run and leaves the counts in out and areas.
func (f *floor) play(run int) {
	f.reset(run)
	for q := range f.queues {
		f.nextArrival(q)
	}
	for i := 1; i < f.Intervals; i++ {
		f.agenda.set(event{at: float64(i) * f.Step, what: restaffs, id: int32(i)})
	}
	for len(f.agenda.heap) > 0 {
		e := f.agenda.next()
		f.tick(e.at)
		f.do(e)
	}
	f.close()
}

func (f *floor) reset(run int) {
	f.rng = rand.New(rand.NewPCG(f.Seed, uint64(run)*0x9e3779b97f4a7c15+1))
	f.now, f.period, f.factor = 0, 0, 1
	if f.Busyness > 0 {
		shape := 1 / (f.Busyness * f.Busyness)
		f.factor = gamma(f.rng, shape) / shape
	}
	f.agenda = agenda{heap: f.agenda.heap[:0]}
	f.calls, f.free = f.calls[:0], f.free[:0]
	for q := range f.queues {
		f.queues[q] = line{waiting: emptyList, back: f.queues[q].back[:0]}
	}
	for g := range f.groups {
		f.groups[g] = crew{staffed: f.slots(g, 0), inService: emptyList, holds: f.groups[g].holds}
		for a := range f.groups[g].holds {
			f.groups[g].holds[a] = f.groups[g].holds[a][:0]
		}
	}
	clear(f.out)
	clear(f.areas)
}

// slots returns what a group can hold in interval i.
func (f *floor) slots(g, i int) int { return f.staff[g][i] * max(1, f.Groups[g].Slots) }

func (f *floor) do(e event) {
	switch e.what {
	case arrives:
		f.nextArrival(int(e.id))
		f.arrive(int(e.id))
	case redials:
		f.arrive(int(e.id))
	case restaffs:
		f.period = e.id
		for g := range f.groups {
			f.restaff(g)
		}
	case hangsUp:
		if f.calls[e.id].stamp == e.stamp {
			f.hangUp(e.id)
		}
	case served:
		if f.calls[e.id].stamp == e.stamp {
			f.end(e.id)
		}
	}
}

// nextArrival draws the next arrival of a queue after now, by spending a unit exponential over
// the rates of the intervals.
func (f *floor) nextArrival(q int) {
	calls := f.Queues[q].Calls
	need, at := f.rng.ExpFloat64(), f.now
	for i := int(f.period); i < f.Intervals; i++ {
		end := float64(i+1) * f.Step
		rate := calls[i] * f.factor / f.Step
		if have := (end - at) * rate; have < need {
			need -= have
			at = end
			continue
		}
		f.agenda.set(event{at: at + need/rate, what: arrives, id: int32(q)})
		return
	}
}

func (f *floor) count(c *call) *Count { return &f.out[int(c.queue)*f.Intervals+int(c.interval)] }

// arrive offers a call to a queue.
func (f *floor) arrive(q int) {
	l := &f.queues[q]
	now := &f.out[q*f.Intervals+int(f.period)]
	now.Offered++
	if limit := f.Queues[q].Lines; limit > 0 && l.inSystem >= limit {
		now.Blocked++
		f.maybeRedial(q)
		return
	}
	id := f.take()
	f.calls[id] = call{stamp: f.calls[id].stamp + 1, queue: int16(q), group: none, interval: f.period,
		arrived: f.now, left: f.handle[q].draw(f.rng), prev: none, next: none}
	l.inSystem++
	if g := f.freeGroup(q); g != none {
		f.serve(id, g)
		return
	}
	now.Waited++
	if f.callsBack(q) {
		now.ToCallback++
		f.calls[id].calledBack = true
		l.inSystem--
		l.back = append(l.back, id)
		return
	}
	f.insert(&l.waiting, id)
	f.losePatience(id)
}

func (f *floor) take() int32 {
	if n := len(f.free); n > 0 {
		id := f.free[n-1]
		f.free = f.free[:n-1]
		return id
	}
	f.calls = append(f.calls, call{})
	return int32(len(f.calls) - 1)
}

func (f *floor) losePatience(id int32) {
	c := &f.calls[id]
	p := f.patience[c.queue].draw(f.rng)
	if !math.IsInf(p, 1) {
		f.agenda.set(event{at: f.now + p, what: hangsUp, id: id, stamp: c.stamp})
	}
}

// callsBack decides whether a caller who has to wait takes a callback.
func (f *floor) callsBack(q int) bool {
	b := f.Queues[q].Callback
	if b == nil {
		return false
	}
	agents := 0
	for _, r := range f.serves[q] {
		agents += f.groups[r.id].staffed
	}
	wait := float64(f.queues[q].waiting.n+1) * f.handle[q].mean / float64(agents)
	return wait > b.Threshold && f.rng.Float64() < b.Accept
}

// freeGroup returns the best group with room for a call of queue q, or none.
func (f *floor) freeGroup(q int) int {
	best, rank, room := none, 0, 0
	for _, r := range f.serves[q] {
		if best != none && r.rank != rank {
			break
		}
		if free := f.groups[r.id].staffed - f.groups[r.id].busy; free > room {
			best, rank, room = r.id, r.rank, free
		}
	}
	return best
}

// serve lets group g take a call.
func (f *floor) serve(id int32, g int) {
	c, k := &f.calls[id], &f.groups[g]
	c.stamp++
	c.group, c.since = int16(g), f.now
	if !c.answered && !c.calledBack {
		f.answered(c)
	}
	c.answered = true
	k.busy++
	if f.Groups[g].Slots > 1 {
		f.hold(id, g)
		return
	}
	f.insert(&k.inService, id)
	f.agenda.set(event{at: f.now + c.left, what: served, id: id, stamp: c.stamp})
}

func (f *floor) answered(c *call) {
	n, wait := f.count(c), f.now-c.arrived
	n.Answered++
	n.Wait += wait
	n.WaitAnswered += wait
	if wait <= f.Queues[c.queue].Target {
		n.Within++
	}
}

func (f *floor) hangUp(id int32) {
	c := &f.calls[id]
	q := int(c.queue)
	l := &f.queues[q]
	f.remove(&l.waiting, id)
	if !c.answered {
		n, wait := f.count(c), f.now-c.arrived
		n.Abandoned++
		n.Wait += wait
		if wait <= f.Queues[q].Target {
			n.AbandonedWithin++
		}
		f.maybeRedial(q)
	}
	l.inSystem--
	f.drop(id)
}

// drop ends the life of a call.
func (f *floor) drop(id int32) {
	f.calls[id].stamp++
	f.free = append(f.free, id)
}

// maybeRedial lets a lost caller try again, unless the day is over by then.
func (f *floor) maybeRedial(q int) {
	if r := f.Queues[q].Redial; r > 0 && f.rng.Float64() < r {
		if at := f.now + f.redialIn[q].draw(f.rng); at < f.horizon {
			f.agenda.set(event{at: at, what: redials, id: int32(q)})
		}
	}
}

// end ends the handling of a call.
func (f *floor) end(id int32) {
	c := f.calls[id]
	g := int(c.group)
	k := &f.groups[g]
	k.busy--
	if f.Groups[g].Slots > 1 {
		f.release(id, g)
	} else {
		f.remove(&k.inService, id)
	}
	if !c.calledBack {
		f.queues[c.queue].inSystem--
	}
	f.drop(id)
	f.fill(g)
	f.transfer(int(c.queue))
}

func (f *floor) transfer(q int) {
	if len(f.transferTo[q]) == 0 || f.now >= f.horizon {
		return
	}
	u := f.rng.Float64()
	for i, t := range f.Queues[q].Transfers {
		if u -= t.Share; u < 0 {
			f.arrive(f.transferTo[q][i])
			return
		}
	}
}

// fill lets the free agents of a group take who waits.
func (f *floor) fill(g int) {
	k := &f.groups[g]
	for k.busy < k.staffed {
		q := f.choose(g)
		if q == none {
			break
		}
		l := &f.queues[q]
		id := l.waiting.head
		f.remove(&l.waiting, id)
		f.serve(id, g)
	}
	f.callBack(g)
}

// choose returns the queue that an agent of group g takes from, or none.
func (f *floor) choose(g int) int {
	best := none
	var first route
	for _, r := range f.skills[g] {
		head := f.queues[r.id].waiting.head
		if head == none {
			continue
		}
		if best == none {
			best, first = r.id, r
			continue
		}
		if r.priority != first.priority || r.rank != first.rank {
			break
		}
		if f.calls[head].arrived < f.calls[f.queues[best].waiting.head].arrived {
			best = r.id
		}
	}
	return best
}

// callBack lets agents who are free beyond the reserve call back who asked for it.
func (f *floor) callBack(g int) {
	k := &f.groups[g]
	for _, r := range f.skills[g] {
		l, b := &f.queues[r.id], f.Queues[r.id].Callback
		for b != nil && len(l.back) > 0 && k.staffed-k.busy > b.Reserve && f.choose(g) == none {
			id := l.back[0]
			l.back = l.back[1:]
			n := f.count(&f.calls[id])
			n.CallbackWait += f.now - f.calls[id].arrived
			if f.rng.Float64() >= b.Reach {
				f.drop(id)
				continue
			}
			n.CalledBack++
			f.serve(id, g)
		}
	}
}

// restaff changes the staffing of a group at the start of an interval.
func (f *floor) restaff(g int) {
	k := &f.groups[g]
	k.staffed = f.slots(g, int(f.period))
	if f.ShiftEnd == erlang.Preempt {
		for k.busy > k.staffed {
			f.handBack(k.inService.tail, g)
		}
	}
	f.fill(g)
}

// handBack returns a call in hand to the head of its queue.
func (f *floor) handBack(id int32, g int) {
	c, k := &f.calls[id], &f.groups[g]
	f.remove(&k.inService, id)
	k.busy--
	c.stamp++
	c.group = none
	c.left = max(0, c.left-(f.now-c.since))
	f.insertFirst(&f.queues[c.queue].waiting, id)
	f.losePatience(id)
}

// close counts those who still wait when nothing happens any more.
func (f *floor) close() {
	for q := range f.queues {
		for id := f.queues[q].waiting.head; id != none; id = f.calls[id].next {
			if c := &f.calls[id]; !c.answered {
				f.count(c).Stranded++
			}
		}
	}
}
