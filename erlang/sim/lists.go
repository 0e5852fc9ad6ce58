package sim

const none = -1

// A call is a contact in the system.
type call struct {
	stamp      uint32
	queue      int16
	group      int16 // that serves it, or none
	agent      int32 // of the group, where agents hold several
	interval   int32 // of arrival
	prev, next int32 // in the list it is on
	answered   bool  // before, and was put back
	calledBack bool
	arrived    float64
	left       float64 // handling still to do, seconds at the speed of an agent who holds one
	since      float64 // when left was true
}

// A list is a doubly linked list of calls.
type list struct {
	head, tail int32
	n          int
}

var emptyList = list{head: none, tail: none}

func (f *floor) remove(l *list, id int32) {
	c := &f.calls[id]
	if c.prev == none {
		l.head = c.next
	} else {
		f.calls[c.prev].next = c.next
	}
	if c.next == none {
		l.tail = c.prev
	} else {
		f.calls[c.next].prev = c.prev
	}
	l.n--
}

// insert puts a call behind the last one that arrived no later, seen from the tail.
func (f *floor) insert(l *list, id int32) {
	c := &f.calls[id]
	c.prev = l.tail
	for c.prev != none && f.calls[c.prev].arrived > c.arrived {
		c.prev = f.calls[c.prev].prev
	}
	f.link(l, id)
}

// insertFirst puts a call at the head.
func (f *floor) insertFirst(l *list, id int32) {
	f.calls[id].prev = none
	f.link(l, id)
}

// link puts a call behind the one that its prev names.
func (f *floor) link(l *list, id int32) {
	c := &f.calls[id]
	if c.prev == none {
		c.next = l.head
		l.head = id
	} else {
		c.next = f.calls[c.prev].next
		f.calls[c.prev].next = id
	}
	if c.next == none {
		l.tail = id
	} else {
		f.calls[c.next].prev = id
	}
	l.n++
}
