package simulate

// An action in the future of a day.
type timer struct {
	at    int64 // ms after the start of the day
	seq   uint32
	id    int32 // of a call or an agent
	what  step
	stamp uint32 // the timer is void if the call or agent has moved on
}

type step uint8

const (
	callArrives   step = iota // a redial
	callEnters                // leaves the automated response for the line
	callContained             // or ends in it
	callerLeaves              // out of patience
	agentAnswers
	ringEnds // nobody answered
	talkEnds
	wrapEnds
	shiftStarts
	breakStarts
	breakEnds
	shiftEnds
	lineCloses   // serving out is over
	systemStarts // of the phone system
)

// timers is a binary heap by time, then by order of setting.
type timers struct {
	heap []timer
	seq  uint32
}

func (h *timers) reset() { h.heap, h.seq = h.heap[:0], 0 }

func (a *timer) before(b *timer) bool {
	return a.at < b.at || a.at == b.at && a.seq < b.seq
}

func (h *timers) set(at int64, what step, id int32, stamp uint32) {
	h.seq++
	h.heap = append(h.heap, timer{at, h.seq, id, what, stamp})
	t := h.heap
	for i := len(t) - 1; i > 0; {
		up := (i - 1) / 2
		if !t[i].before(&t[up]) {
			break
		}
		t[i], t[up] = t[up], t[i]
		i = up
	}
}

// pop removes the first timer; there must be one.
func (h *timers) pop() timer {
	t := h.heap
	first := t[0]
	n := len(t) - 1
	t[0] = t[n]
	h.heap = t[:n]
	t = h.heap
	for i := 0; ; {
		down := 2*i + 1
		if down >= n {
			break
		}
		if down+1 < n && t[down+1].before(&t[down]) {
			down++
		}
		if !t[down].before(&t[i]) {
			break
		}
		t[i], t[down] = t[down], t[i]
		i = down
	}
	return first
}
