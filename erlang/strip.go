package erlang

// A strip is a vector indexed 0, 1, 2, … of which only the entries lo to hi-1 are not zero:
// the window in which a probability law has its mass. Entry i is stored at v[i+pad], so that
// a step may read two places beyond the window.
type strip struct {
	v      []float64
	lo, hi int
}

const (
	pad = 2
	// dust is what a window drops at its ends. A day takes some 1e5 steps, so that less than
	// 1e-8 is lost in all; the reference day loses 4e-10.
	dust = 1e-13
)

func (s *strip) empty() bool { return s.lo >= s.hi }

func (s *strip) reset() { s.lo, s.hi = 0, 0 }

// at returns entry i.
func (s *strip) at(i int) float64 {
	if i < s.lo || i >= s.hi {
		return 0
	}
	return s.v[i+pad]
}

// cells returns the window as a slice whose first entry is number lo.
func (s *strip) cells() []float64 { return s.v[s.lo+pad : s.hi+pad] }

// sum adds four entries at a time, so that no addition waits for the one before.
func (s *strip) sum() float64 {
	if s.empty() {
		return 0
	}
	var a, b, c, d float64
	v := s.cells()
	for ; len(v) >= 4; v = v[4:] {
		a, b, c, d = a+v[0], b+v[1], c+v[2], d+v[3]
	}
	for _, x := range v {
		a += x
	}
	return (a + b) + (c + d)
}

// cover widens the window to hold the entries lo to hi-1, with zeros.
func (s *strip) cover(lo, hi int) {
	if lo >= hi {
		return
	}
	if need := hi + 2*pad; need > len(s.v) {
		s.v = append(s.v, make([]float64, need+need/4-len(s.v))...)
	}
	if s.empty() {
		clear(s.v[lo+pad : hi+pad])
		s.lo, s.hi = lo, hi
		return
	}
	if lo < s.lo {
		clear(s.v[lo+pad : s.lo+pad])
		s.lo = lo
	}
	if hi > s.hi {
		clear(s.v[s.hi+pad : hi+pad])
		s.hi = hi
	}
}

// add adds w times the entries from of src on to the entries beginning at from+shift.
func (s *strip) add(src *strip, from, shift int, w float64) {
	from = max(from, src.lo)
	if from >= src.hi || w == 0 {
		return
	}
	s.cover(from+shift, src.hi+shift)
	in := src.v[from+pad : src.hi+pad]
	out := s.v[from+shift+pad:]
	out = out[:len(in)]
	for i, v := range in {
		out[i] += w * v
	}
}

// trim drops dust at both ends.
func (s *strip) trim() {
	for s.lo < s.hi && s.v[s.hi-1+pad] < dust {
		s.hi--
	}
	for s.lo < s.hi && s.v[s.lo+pad] < dust {
		s.lo++
	}
}

// A slope holds what a step of a strip needs: entry i goes up with probability up, down with
// down[i]+drop, and stays with stay[i]-leave; the rest leaves the strip. Entries beyond the
// length of stay are cut off.
type slope struct {
	stay, down      []float64
	up, leave, drop float64
}

// step writes one step of the chain on src to dst.
func (k *slope) step(dst, src *strip) {
	if src.empty() {
		dst.reset()
		return
	}
	lo, hi := src.lo-1, src.hi
	if k.up != 0 {
		hi++
	}
	lo, hi = max(lo, 0), min(hi, len(k.stay))
	src.v[src.lo], src.v[src.lo+1] = 0, 0 // entries lo-2 and lo-1
	clear(src.v[src.hi+pad : src.hi+2*pad])
	if need := hi + 2*pad; need > len(dst.v) {
		dst.v = append(dst.v, make([]float64, need+need/4-len(dst.v))...)
	}
	dst.lo, dst.hi = lo, hi
	n := hi - lo
	out := dst.v[lo+pad : hi+pad][:n]
	before := src.v[lo+pad-1:][:n]
	here := src.v[lo+pad:][:n]
	after := src.v[lo+pad+1:][:n]
	stay, down := k.stay[lo:hi][:n], k.down[lo+1 : hi+1][:n]
	up, leave, drop := k.up, k.leave, k.drop
	for i := range out {
		out[i] = before[i]*up + here[i]*(stay[i]-leave) + after[i]*(down[i]+drop)
	}
}
