package erlang

import (
	"math"
	"math/big"
)

// The reference computes every measure from the stationary birth-death sums in 320-bit
// arithmetic: positive terms only, no formula shared with the package.

const refBits = 320

func bf(v float64) *big.Float         { return new(big.Float).SetPrec(refBits).SetFloat64(v) }
func bmul(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(refBits).Mul(a, b) }
func bdiv(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(refBits).Quo(a, b) }
func badd(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(refBits).Add(a, b) }
func bsub(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(refBits).Sub(a, b) }

func float(a *big.Float) float64 { v, _ := a.Float64(); return v }

// negligible says whether term no longer changes sum at a double's precision, by far.
func negligible(term, sum *big.Float) bool {
	return term.Sign() == 0 || sum.Sign() != 0 && term.MantExp(nil) < sum.MantExp(nil)-130
}

// bigExp returns e^-v for v >= 0: Taylor's series at v/2^k, squared k times.
func bigExp(v *big.Float) *big.Float {
	k := max(0, v.MantExp(nil)+16)
	r := new(big.Float).SetPrec(refBits).SetMantExp(v, -k)
	term, sum := bf(1), bf(1)
	for i := 1.0; !negligible(term, sum) || i < 25; i++ {
		term = bdiv(bmul(term, r), bf(-i))
		sum = badd(sum, term)
	}
	for range k {
		sum = bmul(sum, sum)
	}
	return sum
}

// refJ returns J(n, a): the finite sum for whole n. Otherwise Legendre's continued fraction gives
// it for the fractional part, from so deep a level that the start does not matter (the
// error falls as exp(-4·sqrt(level·a))), and J(n) = (n/a)(1 + J(n-1)) leads up to n.
func refJ(n, a float64) *big.Float {
	fraction := n - math.Floor(n)
	bf0, ba, j := bf(fraction), bf(a), bf(0)
	if fraction > 0 {
		base := badd(bsub(ba, bf0), bf(1))
		deep := 100 + math.Floor(900/a)
		f := badd(base, bf(2*deep))
		for k := deep; k >= 1; k-- {
			f = badd(badd(base, bf(2*(k-1))), bdiv(bmul(bf(k), bsub(bf0, bf(k))), f))
		}
		j = bdiv(bf0, f)
	}
	for k := 1.0; k <= n; k++ {
		j = bdiv(bmul(badd(bf0, bf(k)), badd(bf(1), j)), ba)
	}
	return j
}

// refB and refC are the textbook formulas.
func refB(n, a float64) float64 { return float(bdiv(bf(1), badd(bf(1), refJ(n, a)))) }

func refC(n, a float64) *big.Float {
	bn := bf(n)
	return bdiv(bn, badd(bn, bmul(bsub(bn, bf(a)), refJ(n, a))))
}

func refEvalC(n float64, l Line) MeasuresC {
	p, spare := refC(n, l.Load), bsub(bf(n), bf(l.Load))
	rate := bdiv(spare, bf(l.AHT))
	over := bmul(p, bigExp(bmul(rate, bf(l.Target))))
	return MeasuresC{
		PWait: float(p), PWaitOverT: float(over), SL: float(bsub(bf(1), over)),
		ASA: float(bdiv(p, rate)), ASADelayed: float(bdiv(bf(1), rate)),
		Occupancy: float(bdiv(bf(l.Load), bf(n))), QueueLen: float(bdiv(bmul(p, bf(l.Load)), spare)),
		WaitP90: max(0, float(bdiv(bf(1), rate))*math.Log(10*float(p))),
	}
}

// refEvalA sums over the number of calls ahead, k, with x = n·patience/AHT: that state has
// weight r(k), P(R > V) = x/(x+k+1), V is the sum of exponentials of rates x+i, i = 0..k (in units
// of 1/patience), and P(V > T) = z^x Σ_{j<=k} (1-z)^j (x)_j/j! with z = exp(-T/patience).
func refEvalA(n float64, l Line) MeasuresA {
	one := bf(1)
	patience := bdiv(bf(l.Patience), bf(l.AHT))
	x, y := bmul(bf(n), patience), bmul(bf(l.Load), patience)
	u := bdiv(bf(l.Target), bf(l.Patience))
	z := bigExp(u)
	gone := bsub(one, z)
	far := bigExp(bmul(u, x)) // z^x

	r := bf(1)
	tail, tailServed := bf(1), bf(1)      // Σ_j of the two incomplete betas, without z^x
	term, termServed := bf(1), bf(1)      // their newest terms
	h, virtual, u2 := bf(0), bf(0), bf(0) // Σ 1/(x+i+1), Σ 1/(x+i), Σ (i+1)/(x+i+1)
	var all, served, ab, over, overServed, vServed, rAband, v = bf(0), bf(0), bf(0), bf(0), bf(0), bf(0), bf(0), bf(0)
	for k := 0.0; ; k++ {
		d := bdiv(one, badd(x, bf(k+1)))
		h = badd(h, d)
		virtual = badd(virtual, bdiv(one, badd(x, bf(k))))
		u2 = badd(u2, bmul(d, bf(k+1)))
		share := bmul(r, d)
		all = badd(all, r)
		served = badd(served, bmul(share, x))
		ab = badd(ab, bmul(share, bf(k+1)))
		vServed = badd(vServed, bmul(bmul(share, x), h))
		last := bmul(share, u2)
		rAband = badd(rAband, last)
		v = badd(v, bmul(r, virtual))
		over = badd(over, bmul(r, tail))
		overServed = badd(overServed, bmul(bmul(share, x), tailServed))
		if float(y) < float(x)+k && negligible(bmul(r, bmul(tail, bf(k+1))), over) && negligible(last, rAband) {
			break
		}
		r = bmul(bmul(r, y), d)
		term = bdiv(bmul(bmul(term, gone), badd(x, bf(k))), bf(k+1))
		tail = badd(tail, term)
		termServed = bdiv(bmul(bmul(termServed, gone), badd(x, bf(k+1))), bf(k+1))
		tailServed = badd(tailServed, termServed)
	}
	norm := badd(refJ(n, l.Load), all)
	per := func(s *big.Float) *big.Float { return bdiv(s, norm) }
	pAb := per(ab)
	answered := bsub(one, pAb)
	pv := per(bmul(over, far))
	pvServed := per(bmul(bmul(overServed, far), z))
	pw := bmul(pv, z)
	within := bsub(answered, pvServed)
	short := bsub(pAb, bsub(pw, pvServed))
	if l.Target == 0 {
		short = bf(0) // where the difference leaves rounding
	}
	seconds := func(s *big.Float) float64 { return float(bmul(s, bf(l.Patience))) }
	return MeasuresA{
		PWait: float(per(all)), PAbandon: float(pAb), PWaitOverT: float(pw), PVirtualOverT: float(pv),
		SLOffered: float(within), SLAnswered: float(bdiv(within, answered)),
		SLInclAbandons: float(bsub(one, pw)), SLExclShortAbandons: float(bdiv(within, bsub(one, short))),
		SLVirtual: float(bsub(one, pv)), PAbandonWithinT: float(short),
		ASAAnswered: seconds(bdiv(per(vServed), answered)), WaitAll: seconds(pAb),
		WaitAbandoned: seconds(bdiv(rAband, ab)), WaitVirtual: seconds(per(v)),
		QueueLen: float(bmul(y, pAb)), Occupancy: float(bdiv(bmul(bf(l.Load), answered), bf(n))),
	}
}
