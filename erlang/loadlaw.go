package erlang

import (
	"math"
	"slices"
)

// Mean returns the mean load in erlangs.
func (g GammaLoad) Mean() float64 { return g.shape * g.scale }

// CDF returns P(load <= that many erlangs).
func (g GammaLoad) CDF(load float64) float64 {
	if !(load > 0) {
		return 0
	}
	return gammaCDF(g.shape, load/g.scale)
}

// gammaCDF returns the regularized lower incomplete gamma function P(x, y), y > 0.
func gammaCDF(x, y float64) float64 {
	low := lowerRatio(x, y, y-x)
	if low.dev > 0 {
		return min(1, low.scaled/peak(x))
	}
	return min(1, low.scaled*math.Exp(-deviance(x, y, y-x))/peak(x))
}

// Quantile returns the load whose CDF is p, 0 < p < 1, by Newton's method in the logarithm of
// the load, kept inside a bracket, from Wilson and Hilferty's approximation (1931).
func (g GammaLoad) Quantile(p float64) float64 {
	x := g.shape
	cube := 1 - 1/(9*x) + normalQuantile(p)/(3*math.Sqrt(x))
	t := math.Log(x) + 3*math.Log(max(cube, 0.05))
	lo, hi := math.Inf(-1), math.Inf(1)
	for range 200 {
		y := math.Exp(t)
		miss := gammaCDF(x, y) - p
		if miss < 0 {
			lo = t
		} else {
			hi = t
		}
		slope := x * math.Exp(-deviance(x, y, y-x)) / peak(x)
		next := t - miss/slope
		switch {
		case slope > 0 && next > lo && next < hi:
			next = min(max(next, t-2), t+2)
		case math.IsInf(hi, 1):
			next = t + 1
		case math.IsInf(lo, -1):
			next = t - 1 - math.Abs(t)
		default:
			next = 0.5 * (lo + hi)
		}
		if math.Abs(next-t) <= 1e-15*max(1, math.Abs(t)) || next < -700 {
			return g.scale * math.Exp(next)
		}
		t = next
	}
	return g.scale * math.Exp(t)
}

// perCall integrates over ln(load). Weighting by calls turns shape x into x+1, whose logarithm
// has density exp(-κ(eᵗ-1-t)) about ln κ, κ = x+1.
func (g GammaLoad) perCall(f levelFunc) float64 {
	const fall = 38
	k := g.shape + 1
	left := (fall + math.Sqrt(fall*fall+8*k*fall)) / (2 * k)
	return f.average(math.Log(k*g.scale), left, math.Sqrt(2*fall/k), func(t float64) float64 {
		_, bend := decay(-t)
		return k * bend
	})
}

func (g GammaLoad) described() bool { return g.shape > 0 }

// Mean returns the mean load in erlangs.
func (g LognormalLoad) Mean() float64 { return math.Exp(g.mu + g.sigma*g.sigma/2) }

// CDF returns P(load <= that many erlangs).
func (g LognormalLoad) CDF(load float64) float64 {
	if !(load > 0) {
		return 0
	}
	return 0.5 * math.Erfc((g.mu-math.Log(load))/(g.sigma*math.Sqrt2))
}

// Quantile returns the load whose CDF is p, 0 < p < 1.
func (g LognormalLoad) Quantile(p float64) float64 {
	return math.Exp(g.mu + g.sigma*normalQuantile(p))
}

// perCall: weighting by calls moves mu to mu + sigma².
func (g LognormalLoad) perCall(f levelFunc) float64 {
	side := math.Sqrt(2*38) * g.sigma
	return f.average(g.mu+g.sigma*g.sigma, side, side, func(t float64) float64 {
		return t * t / (2 * g.sigma * g.sigma)
	})
}

func (g LognormalLoad) described() bool { return g.sigma > 0 }

func normalQuantile(p float64) float64 { return math.Sqrt2 * math.Erfinv(2*p-1) }

// Mean returns the mean load in erlangs.
func (s SampledLoads) Mean() float64 { return s.mean }

// CDF returns the share of the sample that is at most load.
func (s SampledLoads) CDF(load float64) float64 {
	n, _ := slices.BinarySearchFunc(s.sorted, load, func(v, at float64) int {
		if v <= at {
			return -1
		}
		return 1
	})
	return float64(n) / float64(len(s.sorted))
}

// Quantile returns the smallest load of the sample that at least the share p does not exceed.
func (s SampledLoads) Quantile(p float64) float64 {
	n := float64(len(s.sorted))
	i := int(math.Ceil(p*n*(1-0x1p-50))) - 1 // 0.9 of 10 is the ninth, in spite of rounding
	return s.sorted[min(max(i, 0), len(s.sorted)-1)]
}

// perCall averages over the sample. A sample without any call has the level of an idle queue.
func (s SampledLoads) perCall(f levelFunc) float64 {
	if s.mean == 0 {
		return f.at(0)
	}
	sum := 0.0
	for _, load := range s.sorted {
		sum += load / s.mean * f.at(load)
	}
	return sum / float64(len(s.sorted))
}

func (s SampledLoads) described() bool { return len(s.sorted) > 0 }

// average integrates f against exp(-fall(t)), t = ln(load) - center, from -left to right, and
// divides by the integral of the density. Panels of the Gauss-Legendre rule are as wide as
// the density and f allow and end at the kink.
func (f levelFunc) average(center, left, right float64, fall func(t float64) float64) float64 {
	var sum, total float64
	panel := func(lo, hi float64) {
		pieces := math.Ceil(max(1, (hi-lo)/min((left+right)/8, max(3*f.width, (left+right)/400))))
		half := (hi - lo) / (2 * pieces)
		for i := range int(pieces) {
			mid := lo + half*float64(2*i+1)
			for _, g := range gauss28 {
				t := mid + half*g.node
				w := half * g.weight * math.Exp(-fall(t))
				total += w
				sum += w * f.at(math.Exp(center+t))
			}
		}
	}
	kink := math.Log(f.kink) - center
	if kink > -left && kink < right {
		panel(-left, kink)
		panel(kink, right)
	} else {
		panel(-left, right)
	}
	return min(1, sum/total)
}
