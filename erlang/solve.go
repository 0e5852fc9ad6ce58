package erlang

import "math"

// A bracket holds two agent counts with the root of the score between them: the score is
// negative at lo and not at hi.
type bracket struct{ lo, hi, sLo, sHi float64 }

// smallest returns the bracket whose hi is the smallest whole n >= 1 with score(n) >= 0 and
// whose lo is hi-1, for a load above 0. Secants on the nearly linear score close it; n = 0
// counts as failing.
func (p *problem) smallest() bracket {
	b := bracket{0, math.Inf(1), math.Inf(-1), math.Inf(1)}
	if p.climbs() {
		n, _ := p.climb()
		return p.around(n)
	}
	guess, slope := p.start()
	n := max(1, math.Ceil(guess))
	if p.model != modelA && p.limit != LimitOccupancy {
		var done bool
		if b, done = p.walk(n); done {
			return b
		}
		n = max(b.lo, min(n, b.hi))
		n = min(max(math.Ceil(b.next(0, n, slope)), b.lo+1), b.hi-1)
	}
	last, sLast := n, math.Inf(1)
	for step := 0; ; step++ {
		s := p.score(n)
		if s >= 0 {
			b.hi, b.sHi = n, s
		} else {
			b.lo, b.sLo = n, s
		}
		if b.hi-b.lo <= 1 {
			return b
		}
		if secant := (s - sLast) / (n - last); secant > 0 && !math.IsInf(secant, 1) {
			slope = secant
		}
		last, sLast = n, s
		n = min(max(math.Ceil(b.next(step, n, slope)), b.lo+1), b.hi-1)
	}
}

// next proposes where to evaluate after n, given the slope of the score.
func (b *bracket) next(step int, n, slope float64) float64 {
	bounded := !math.IsInf(b.hi, 1)
	s := b.sLo
	if n == b.hi {
		s = b.sHi
	}
	switch {
	case bounded && step > 8 && step%2 == 1:
		return 0.5 * (b.lo + b.hi) // the score is not as straight as assumed
	case !math.IsInf(s, 0):
		return n - s/slope*(1+0.5*float64(max(0, step-1)))
	case !bounded:
		return n + (1+1/slope)*float64(step+1)
	}
	return 0.5 * (b.lo + b.hi)
}

// fewest is the hi of smallest, sooner.
func (p *problem) fewest() float64 {
	if p.climbs() {
		if n, sure := p.climb(); sure {
			return n
		}
	}
	return p.smallest().hi
}

// climbs says whether climb is possible and faster than a formula.
func (p *problem) climbs() bool {
	return p.model == modelC && p.limit == LimitLevel && p.line.Load <= 40
}

// climb finds the smallest n for a service level of Erlang C at a small load: J by its sum just
// above the load, then up by a multiplication and an addition each, comparing
//
//	P(W > T) = n·e/(n + (n-a)·J), e = exp(-(n-a)·T/AHT)
//
// without a division. It also reports whether the comparison left rounding no say.
func (p *problem) climb() (n float64, sure bool) {
	a, miss := p.line.Load, 1-p.target
	perLoad, perAgent := 1/a, p.line.Target/p.line.AHT
	n = math.Floor(a) + 1
	j, term := 0.0, 1.0
	for k := n; k >= 1; k-- {
		term *= k * perLoad
		j += term
	}
	fade, step := exp(-(n-a)*perAgent), exp(-perAgent)
	over, allowed, worse := fade*n, miss*(n+(n-a)*j), 1.0
	for over > allowed {
		worse = over - allowed*(1+1e-12)
		n++
		j = (1 + j) * (n * perLoad)
		fade *= step
		over, allowed = fade*n, miss*(n+(n-a)*j)
	}
	p.n, p.j = n, j
	return n, worse > 0 && over < allowed*(1-1e-12)
}

// around returns the bracket at n, which is the smallest or, by rounding, next to it: the
// measures themselves decide.
func (p *problem) around(n float64) bracket {
	s := p.score(n)
	for s < 0 {
		n++
		s = p.score(n)
	}
	below := p.score(n - 1)
	for below >= 0 && n > 1 {
		n--
		s, below = below, p.score(n-1)
	}
	return bracket{n - 1, n, below, s}
}

// walk looks for the answer within a few agents of n in Erlang B and C, where J(n±1) follows from
// J(n) at once. It reports whether it found the bracket; otherwise the side it reached.
func (p *problem) walk(n float64) (bracket, bool) {
	const reach = 6
	v := p.value(n)
	first := p.met(v)
	for range reach {
		last, vLast := n, v
		if !first {
			n++
		} else {
			if n == 1 {
				return bracket{0, 1, math.Inf(-1), p.compare(v)}, true
			}
			n--
		}
		if v = p.value(n); p.met(v) != first {
			if first {
				return bracket{n, last, p.compare(v), p.compare(vLast)}, true
			}
			return bracket{last, n, p.compare(vLast), p.compare(v)}, true
		}
	}
	if first {
		return bracket{0, n, math.Inf(-1), p.compare(v)}, false
	}
	return bracket{n, math.Inf(1), p.compare(v), math.Inf(1)}, false
}

// fewestRequired is what a continuous requirement distinguishes from none.
const fewestRequired = 1e-9

// root returns the real n at which the score is 0, given the bracket of the whole answer; 0 if
// any staffing will do.
func (p *problem) root(b bracket) float64 {
	if p.limit == LimitOccupancy && p.model == modelC {
		return p.line.Load / p.target
	}
	if p.model == modelC {
		b.lo = max(b.lo, p.line.Load)
	}
	if b.lo == 0 {
		b.lo = fewestRequired
		if b.sLo = p.score(b.lo); b.sLo >= 0 {
			return 0
		}
	}
	last, sLast, n, s := b.lo, b.sLo, b.hi, b.sHi
	for step := 0; s != 0; step++ {
		next := n - s*(n-last)/(s-sLast)
		straight := step < 30 && next > b.lo && next < b.hi && !math.IsInf(sLast, 0) && !math.IsInf(s, 0)
		if !straight {
			next = 0.5 * (b.lo + b.hi)
		}
		// A secant step multiplies the errors of its two points, so the one after a step of
		// 1e-9 would be below rounding.
		if move := math.Abs(next - n); straight && move <= 1e-9*n || move <= 1e-15*n {
			return next
		}
		last, sLast = n, s
		n, s = next, p.score(next)
		if s >= 0 {
			b.hi = n
		} else {
			b.lo = n
		}
	}
	return n
}
