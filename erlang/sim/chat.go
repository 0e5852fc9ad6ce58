package sim

// hold gives a contact to the agent of group g on position who holds fewest.
func (f *floor) hold(id int32, g int) {
	k := &f.groups[g]
	staffed := k.staffed / f.Groups[g].Slots
	for len(k.holds) < staffed {
		k.holds = append(k.holds, nil)
	}
	best := 0
	for a := range staffed {
		if len(k.holds[a]) < len(k.holds[best]) {
			best = a
		}
	}
	f.pause(g, best)
	f.calls[id].agent = int32(best)
	k.holds[best] = append(k.holds[best], id)
	f.resume(g, best)
}

// release takes a contact that has ended from its agent.
func (f *floor) release(id int32, g int) {
	a := int(f.calls[id].agent)
	f.pause(g, a)
	held := f.groups[g].holds[a]
	for i, other := range held {
		if other == id {
			f.groups[g].holds[a] = append(held[:i], held[i+1:]...)
			break
		}
	}
	f.resume(g, a)
}

// slowdown returns how much longer the contacts of an agent take who holds n.
func (f *floor) slowdown(g, n int) float64 {
	if s := f.Groups[g].Slowdown; s != nil && n > 0 {
		return s[n-1]
	}
	return 1
}

// pause books the work done so far on the contacts of an agent.
func (f *floor) pause(g, agent int) {
	held := f.groups[g].holds[agent]
	slow := f.slowdown(g, len(held))
	for _, id := range held {
		c := &f.calls[id]
		c.left = max(0, c.left-(f.now-c.since)/slow)
		c.since = f.now
	}
}

// resume sets the ends of the contacts of an agent anew.
func (f *floor) resume(g, agent int) {
	held := f.groups[g].holds[agent]
	slow := f.slowdown(g, len(held))
	for _, id := range held {
		c := &f.calls[id]
		c.stamp++
		f.agenda.set(event{at: f.now + c.left*slow, what: served, id: id, stamp: c.stamp})
	}
}
