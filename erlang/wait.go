package erlang

import "math"

// waitSums are integrals over the law of V, the virtual wait of the calls that wait,
// times an unknown common factor, so only ratios mean anything. R is the patience; the unit of
// time is the mean patience.
type waitSums struct {
	all       float64 // Σ weight
	served    float64 // Σ weight·P(R > V)
	abandoned float64 // Σ weight·P(R < V)
	vServed   float64 // E[V; R > V]
	rAband    float64 // E[R; R < V]
}

// virtual returns x·E[V], that is E[V] in units of AHT/agents: the density's derivative,
// integrated by parts.
func (w *waitSums) virtual(y float64) float64 { return w.all + y*w.vServed }

// waiting returns the sums for a queue of x = agents·patience/AHT and y =
// load·patience/AHT, diff = y - x, low = A(x, y).
//
// State k = 0, 1, … is "k calls ahead in the queue", of weight yᵏ/((x+1)…(x+k)). A short sum
// is taken as it stands. A long one is taken by the moments of the density
// exp(-xs + y(1-e⁻ˢ)) of V (Baccelli and Hebuterne 1981; Mandelbaum and Zeltyn 2007,
// section 4.4), or handed over after enough states (so that x is large) to a
// Gauss-Legendre rule on it. All terms are positive.
func waiting(x, y, diff float64, low lower) waitSums {
	const fewStates, smooth = 150, 30
	states := statesNeeded(x, diff)
	if states > 60 && momentsConverge(x, y, diff) {
		if w, ok := waitMoments(x, y, diff, low); ok {
			return w
		}
	}
	if states < fewStates {
		s := waitStates(x, y, int(states))
		return s.sums(x)
	}
	if x >= smooth {
		d := newWaitDensity(x, y, diff)
		return d.over(0, math.Inf(1))
	}
	head := waitStates(x, y, int(smooth-x)+1)
	rest := newWaitDensity(x+head.k, y, diff-head.k)
	return head.join(x, rest.over(0, math.Inf(1)), rest.logMode())
}

// momentsConverge says where waitMoments is worth a try: it loses digits when many more agents
// than needed leave short queues, and takes too many moments for few callers or a wait as long
// as the patience.
func momentsConverge(x, y, diff float64) bool {
	switch {
	case diff >= 0:
		return x >= 50 && diff < 0.55*y
	case x < 90:
		return x >= 60 && diff*diff < x
	}
	return diff*diff < 9*x
}

// waitMoments sums in powers of g = 1 - e⁻ˢ, the chance to give up before s. Integrating the
// derivative of gᵏ·density by parts, the means m(k) of gᵏ satisfy y·m(1) = y - x + x/A and
// y·m(k+1) = k(m(k-1) - m(k)) + (y - x)·m(k); and since s = -ln(1-g), the mean of
// g - s·e⁻ˢ is Σ m(k)/(k(k-1)). It reports whether the sum converged.
func waitMoments(x, y, diff float64, low lower) (waitSums, bool) {
	inverse := 1 / low.scaled // 1/A
	if low.dev > 0 {
		inverse *= exp(-low.dev)
	}
	perY := 1 / y
	first := (diff + x*inverse) * perY
	last, m, sum := 1.0, first, 0.0
	for k := 1; k < len(inverseProducts); k++ {
		last, m = m, (float64(k)*(last-m)+diff*m)*perY
		term := m * inverseProducts[k]
		if sum += term; term <= 0x1p-58*sum {
			return waitSums{all: 1, abandoned: first, vServed: first - sum, rAband: sum}, term >= 0
		}
	}
	return waitSums{}, false
}

// inverseProducts[k] is 1/(k(k+1)).
var inverseProducts = func() (t [80]float64) {
	for k := 1; k < len(t); k++ {
		t[k] = 1 / float64(k*(k+1))
	}
	return t
}()

// statesNeeded estimates how many states carry all but 1e-17 of the weight.
func statesNeeded(x, diff float64) float64 {
	if x+diff < 1 {
		return 20
	}
	if diff < 0 {
		return 80*x/(math.Sqrt(diff*diff+80*x)-diff) + 12
	}
	return diff + math.Sqrt(diff*diff+80*(x+diff)) + 12
}

// stateSum runs over the states k = 0, 1, …; in state k the hazards are x+i for the i-th
// call ahead and 1 for giving up, so that P(R > V) = x/(x+k+1), E[V; R > V] =
// x·h/(x+k+1) and E[R; R < V] = u/(x+k+1), h = Σ_{i≤k} 1/(x+i+1), u = Σ_{i≤k} (i+1)/(x+i+1).
type stateSum struct {
	k              float64 // states taken
	weight, h, u   float64 // of the next state; h and u up to the last
	all, share, ab float64 // Σ weight, Σ weight/(x+k+1), Σ weight·(k+1)/(x+k+1)
	hs, us         float64 // Σ weight·h/(x+k+1), Σ weight·u/(x+k+1)
}

// waitStates sums the first n states. The sums are local variables so that they stay in
// registers.
func waitStates(x, y float64, n int) stateSum {
	var k, h, u, all, ab, hs, us float64
	weight := 1.0
	for range n {
		k++
		d := 1 / (x + k)
		w := weight * d
		all += weight
		h += d
		u += k * d
		ab += w * k
		hs += w * h
		us += w * u
		weight = w * y
	}
	return stateSum{k, weight, h, u, all, (all - 1 + weight) / y, ab, hs, us}
}

func (s *stateSum) sums(x float64) waitSums {
	return waitSums{s.all, x * s.share, s.ab, x * s.hs, s.us}
}

// join adds the states from s.k on. Their sums t were taken with far = x+s.k in place of x
// and are Σ weight/scale; the hazards of the s.k calls already counted come on top of theirs.
// The result is in the scale of t, because that of s may be negligible beyond floating point.
func (s *stateSum) join(x float64, t waitSums, logScale float64) waitSums {
	far := x + s.k
	share := t.served / far // Σ weight/(x+k+1) over the rest
	r := waitSums{
		all:       t.all,
		served:    x * share,
		abandoned: s.k*share + t.abandoned,
		vServed:   x * (s.h*share + t.vServed/far),
		rAband:    s.u*share + s.k*t.vServed/far + t.rAband,
	}
	if logScale > 700 {
		return r
	}
	head, f := s.sums(x), exp(-logScale)/(far*s.weight)
	r.all += f * head.all
	r.served += f * head.served
	r.abandoned += f * head.abandoned
	r.vServed += f * head.vServed
	r.rAband += f * head.rAband
	return r
}

// A waitDensity is exp(-xs + y(1-e⁻ˢ)) on s >= 0, scaled to 1 at its mode, for x large
// enough (30) that one rule per side of the mode integrates it.
type waitDensity struct {
	x, y, slope float64 // slope = x - y
	mode        float64 // ln(y/x) when y > x, otherwise 0
	lo, hi      float64 // relative to mode: outside, the density is below e^-38 of its maximum
}

func newWaitDensity(x, y, diff float64) waitDensity {
	const fall = 38
	d := waitDensity{x: x, y: y, slope: -diff}
	b := fall + min(2*diff, 0)
	// g(s) >= s²/(2+s) turns fall = (x-y)s + y·g(s) into a quadratic that bounds the root.
	if root := math.Sqrt(b*b + 8*x*fall); b > 0 {
		d.hi = (b + root) / (2 * x)
	} else {
		d.hi = 4 * fall / (root - b)
	}
	if diff > 0 {
		d.mode = math.Log1p(diff / x)
		d.lo = -min(d.mode, math.Sqrt(2*fall/x))
	}
	return d
}

// logMode returns the logarithm of exp(-xs + y(1-e⁻ˢ)) at the mode.
func (d *waitDensity) logMode() float64 {
	if d.mode == 0 {
		return 0
	}
	return deviance(d.x, d.y, -d.slope)
}

// over integrates from s = from to s = to. A mode well inside splits the range: the rule
// is exact enough for one flank, or one flank and the top, not for two.
func (d *waitDensity) over(from, to float64) waitSums {
	var r waitSums
	lo, hi := max(from-d.mode, d.lo), min(to-d.mode, d.hi)
	if top := min(hi, 0); top-lo > 0.16*(hi-lo) {
		d.add(&r, lo, top)
		lo = 0
	}
	if lo < hi {
		d.add(&r, lo, hi)
	}
	return r
}

// add applies the rule to [lo, hi], relative to the mode: next to a large mode a node keeps
// its digits only so.
func (d *waitDensity) add(r *waitSums, lo, hi float64) {
	half := 0.5 * (hi - lo)
	center := lo + half
	slope, curve := d.slope, d.y // exponent -slope·t - curve·(e⁻ᵗ - 1 + t), t = s - mode
	if d.mode > 0 {
		slope, curve = 0, d.x
	}
	var all, served, abandoned, vServed, rAband float64
	for i := range gauss28 {
		t, w := center+half*gauss28[i].node, half*gauss28[i].weight
		s := d.mode + t
		stay, bend := decay(s)
		fall := bend
		if d.mode > 0 {
			_, fall = decay(t)
		}
		w *= exp(-slope*t - curve*fall)
		gone := s - bend // 1 - e⁻ˢ
		all += w
		served += w * stay
		abandoned += w * gone
		vServed += w * s * stay
		rAband += w * (s*gone - bend)
	}
	r.all += all
	r.served += served
	r.abandoned += abandoned
	r.vServed += vServed
	r.rAband += rAband
}

// decay returns e⁻ˢ and e⁻ˢ - 1 + s, the latter without cancellation.
func decay(s float64) (stay, bend float64) {
	q := s * s
	switch {
	case q < 0.0036:
		bend = q * ((1./2 + q*(1./24+q*(1./720+q*(1./40320)))) - s*(1./6+q*(1./120+q*(1./5040+q*(1./362880)))))
	case q < 0.16:
		bend = q * ((1./2 + q*(1./24+q*(1./720+q*(1./40320+q*(1./3628800+q*(1./479001600)))))) -
			s*(1./6+q*(1./120+q*(1./5040+q*(1./362880+q*(1./39916800+q*(1./6227020800)))))))
	default:
		stay = exp(-s)
		return stay, stay - (1 - s)
	}
	return 1 - (s - bend), bend
}

// gauss28 is the 28-point Gauss-Legendre rule on [-1, 1]; TestGaussRule checks it against
// the powers it must integrate exactly.
var gauss28 = [28]struct{ node, weight float64 }{
	{-0.99644249757395445, 0.00912428259309451774},
	{-0.981303165370872754, 0.0211321125927712598},
	{-0.954259280628938197, 0.03290142778230438},
	{-0.915633026392132074, 0.0442729347590042278},
	{-0.865892522574395049, 0.0551073456757167454},
	{-0.805641370917179171, 0.0652729239669995958},
	{-0.735610878013631772, 0.074646214234568779},
	{-0.656651094038864961, 0.0831134172289012184},
	{-0.569720471811401719, 0.0905717443930328409},
	{-0.475874224955118261, 0.0969306579979299159},
	{-0.37625151608907871, 0.10211296757806077},
	{-0.272061627635178078, 0.106055765922846418},
	{-0.164569282133380771, 0.108711192258294135},
	{-0.0550792898840342704, 0.110047013016475196},
	{0.0550792898840342704, 0.110047013016475196},
	{0.164569282133380771, 0.108711192258294135},
	{0.272061627635178078, 0.106055765922846418},
	{0.37625151608907871, 0.10211296757806077},
	{0.475874224955118261, 0.0969306579979299159},
	{0.569720471811401719, 0.0905717443930328409},
	{0.656651094038864961, 0.0831134172289012184},
	{0.735610878013631772, 0.074646214234568779},
	{0.805641370917179171, 0.0652729239669995958},
	{0.865892522574395049, 0.0551073456757167454},
	{0.915633026392132074, 0.0442729347590042278},
	{0.954259280628938197, 0.03290142778230438},
	{0.981303165370872754, 0.0211321125927712598},
	{0.99644249757395445, 0.00912428259309451774},
}
