package sim

// An event is something that will happen. It is void if its call or agent has moved on since.
type event struct {
	at    float64
	seq   uint64 // events at the same instant happen in the order in which they were set
	id    int32
	stamp uint32
	what  what
}

type what uint8

const (
	arrives  what = iota // at queue id
	redials              // at queue id
	hangsUp              // call id
	served               // call id
	restaffs             // interval id begins
)

func (a *event) before(b *event) bool {
	return a.at < b.at || a.at == b.at && a.seq < b.seq
}

// An agenda is a binary heap of events.
type agenda struct {
	heap []event
	seq  uint64
}

func (a *agenda) set(e event) {
	a.seq++
	e.seq = a.seq
	a.heap = append(a.heap, e)
	h, i := a.heap, len(a.heap)-1
	for i > 0 {
		up := (i - 1) / 2
		if !e.before(&h[up]) {
			break
		}
		h[i] = h[up]
		i = up
	}
	h[i] = e
}

// next removes the first event; there must be one.
func (a *agenda) next() event {
	first, n := a.heap[0], len(a.heap)-1
	e := a.heap[n]
	a.heap = a.heap[:n]
	h, i := a.heap, 0
	for {
		down := 2*i + 1
		if down >= n {
			break
		}
		if down+1 < n && h[down+1].before(&h[down]) {
			down++
		}
		if !h[down].before(&e) {
			break
		}
		h[i] = h[down]
		i = down
	}
	if n > 0 {
		h[i] = e
	}
	return first
}
