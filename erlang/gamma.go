package erlang

import "math"

// Everything in this package rests on two ratios of the gamma distribution with
// shape x > 0 at the point y > 0. With p = yˣ e⁻ʸ / Γ(x+1),
//
//	J(x, y) = Q(x, y) / p = Σ_{j≥1} x(x-1)…(x-j+1) / yʲ       (Q: upper tail)
//	A(x, y) = P(x, y) / p = Σ_{j≥0} yʲ / ((x+1)…(x+j))        (P: lower tail)
//
// so J + A = 1/p. For n agents and load a, 1/B(n, a) = 1 + J(n, a): the states with
// a free agent; with impatient callers x = n·patience/AHT, y = a·patience/AHT, and
// A(x, y) is the sum over the states in which a call waits (Palm 1957; Mandelbaum and
// Zeltyn 2007, section 4.4). Both are huge on one side of x = y and moderate on
// the other; the moderate side is computed, the huge one follows from the sum, whose
// value is peak(x)·exp(deviance). Nothing here is linear in x or y.
//
// Functions take diff = y - x beside x and y because callers know it exactly (agents
// minus load is exact in floating point, the difference of two products is not).

// temmeFrom is the smallest shape for which the uniform expansion is used, and
// temmeDeviance the largest deviance (z²/2, z = 5 standard deviations): farther out the
// continued fractions converge within two dozen steps.
const (
	temmeFrom     = 20
	temmeDeviance = 12.5
)

// deviance returns y - x - x·ln(y/x), not negative, for x, y > 0 and diff = y - x.
// Relative accuracy about 1e-15. Source: Loader 2000 (his bd0), with v = (y-x)/(y+x).
func deviance(x, y, diff float64) float64 {
	v := diff / (x + y)
	if v > 0.2 || v < -0.2 {
		return diff - x*math.Log(y/x)
	}
	w := v * v
	tail := 1./3 + w*(1./5+w*(1./7+w*(1./9+w*(1./11+w*(1./13))))) // Σ wʲ/(2j+3)
	if w > 0.0025 {
		tail += w * w * w * w * w * w * (1./15 + w*(1./17+w*(1./19+w*(1./21+w*(1./23)))))
	}
	return v*diff - 2*x*v*w*tail
}

// peak returns 1/p at y = x: Γ(x+1)·eˣ·x⁻ˣ, for x > 0.
func peak(x float64) float64 {
	if x >= temmeFrom {
		return math.Sqrt(2*math.Pi*x) * gammaStar(x)
	}
	return math.Gamma(x+1) * math.Exp(x) * math.Pow(x, -x)
}

// upper returns J(x, y) for x >= 0, y > 0, diff = y - x; +Inf where it overflows.
// The error is relative to 1 + J, which is what every caller divides by.
func upper(x, y, diff float64) float64 {
	if x < temmeFrom {
		return upperSmall(x, y)
	}
	dev := deviance(x, y, diff)
	switch {
	case diff >= 0 && dev <= temmeDeviance:
		return temme(x, dev, true)
	case diff >= 0:
		return upperFraction(x, diff, fractionSteps(x, diff))
	case dev > 40: // the other ratio is below 1e-16 of the sum
		return peak(x) * exp(dev)
	case dev <= temmeDeviance:
		return peak(x)*exp(dev) - temme(x, dev, false)
	}
	return peak(x)*exp(dev) - 1 - lowerFraction(x, y, diff, fractionSteps(x, diff))
}

// fractionSteps is how many levels of the continued fractions below reach 1e-16 at
// z = |diff|/sqrt(x) >= 5: 24 at 5, 13 at 8, 7 from 20 on.
func fractionSteps(x, diff float64) int {
	return 7 + int(430*x/(diff*diff))
}

// upperFraction evaluates J(x, y) by the even part of Legendre's continued fraction
// (DLMF 8.9.2), all of whose terms are positive while the level stays below x.
func upperFraction(x, diff float64, steps int) float64 {
	f := diff + float64(2*steps+1)
	for k := float64(steps); k >= 1; k-- {
		f = diff + (2*k - 1) + k*(x-k)/f
	}
	return x / f
}

// lowerFraction evaluates A(x, y) - 1 by x/(x-y + y/(x+1-y + 2y/(x+2-y + …))), all
// positive for y <= x. The first level is written out so that nothing cancels when
// the result is small.
func lowerFraction(x, y, diff float64, steps int) float64 {
	g := float64(steps) - diff
	for k := float64(steps - 1); k >= 1; k-- {
		g = (k - diff) + (k+1)*y/g
	}
	return y * (1 - 1/g) / (y/g - diff)
}

// lowerSeries sums A(x, y) - 1 term by term: y - x + 9·sqrt(y) + 30 terms at worst, so
// it is called with small y only.
func lowerSeries(x, y float64) float64 {
	sum, term := 0.0, 1.0
	for {
		x++
		term *= y / x
		sum += term
		if (term <= 0x1p-57*sum && y < x) || term == 0 {
			return sum
		}
	}
}

// upperSmall returns J(x, y) for x < temmeFrom by J(x) = (x/y)·(1 + J(x-1)), positive
// throughout, from the fractional part of x up.
func upperSmall(x, y float64) float64 {
	steps := int(x)
	fraction := x - float64(steps)
	j := 0.0
	if fraction > 0 {
		j = upperFractional(fraction, y)
	}
	for left := steps - 1; left >= 0; left-- {
		j = (1 + j) * ((x - float64(left)) / y)
	}
	return j
}

// upperFractional returns J(x, y) for 0 < x < 1.
func upperFractional(x, y float64) float64 {
	if y < 3 {
		j := peak(x)*exp(deviance(x, y, y-x)) - 1 - lowerSeries(x, y)
		return max(j, 0)
	}
	if y > 1e6 {
		return upperFraction(x, y-x, 7)
	}
	// upperFraction without a division at every level: few, and the numbers stay small.
	diff, steps := y-x, float64(7+int(100/y))
	over, under := diff+2*steps+1, 1.0
	for k := steps; k >= 1; k-- {
		over, under = (diff+(2*k-1))*over+k*(x-k)*under, over
	}
	return x * under / over
}

// A lower is A(x, y) in a form that neither overflows nor cancels.
type lower struct {
	scaled float64 // A·exp(-dev)
	dev    float64 // deviance(x, y) where A would be huge, otherwise 0
	beyond float64 // 1 - 1/A, between 0 and 1
}

// lowerRatio returns A(x, y) for x > 0, y >= 0, diff = y - x.
func lowerRatio(x, y, diff float64) lower {
	if x < temmeFrom && y < temmeFrom+10 {
		return lowerOf(lowerSeries(x, y))
	}
	if y == 0 {
		return lower{scaled: 1}
	}
	dev := deviance(x, y, diff)
	if diff > 0 {
		fade := exp(-dev)
		scaled := peak(x) - upper(x, y, diff)*fade
		return lower{scaled, dev, 1 - fade/scaled}
	}
	if dev <= temmeDeviance {
		a := temme(x, dev, false)
		return lower{a, 0, (a - 1) / a}
	}
	return lowerOf(lowerFraction(x, y, diff, fractionSteps(x, diff)))
}

// lowerPair returns A(x, y) and A(x, rest) for rest <= y, drop = y - rest.
func lowerPair(x, y, diff, rest, drop float64) (low, far lower) {
	if x >= temmeFrom || y >= temmeFrom+10 {
		return lowerRatio(x, y, diff), lowerRatio(x, rest, diff-drop)
	}
	// Both by their series at once: they share the divisions.
	k := x
	var sum, sumFar float64
	term, termFar := 1.0, 1.0
	for {
		k++
		d := 1 / k
		term *= y * d
		termFar *= rest * d
		sum += term
		sumFar += termFar
		if (term <= 0x1p-57*sum && y < k) || term == 0 {
			return lowerOf(sum), lowerOf(sumFar)
		}
	}
}

// lowerOf makes a lower of A - 1.
func lowerOf(excess float64) lower {
	return lower{1 + excess, 0, excess / (1 + excess)}
}
