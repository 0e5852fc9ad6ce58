package impact

import "math"

// A bracket holds two arguments of a falling chance, one where it is at least what is
// needed and one where it is less.
type bracket struct{ lo, hi, atLo, atHi float64 }

// close narrows the bracket until it is no wider than width, and leaves in lo the
// largest argument found at which the chance is at least need.
//
// The next guess is the straight line through both ends, pulled towards the middle just
// enough that no more guesses are needed than halving takes and one more: the ITP method
// (Oliveira and Takahashi 2020, ACM Transactions on Mathematical Software 47:5). Chances
// fall like a normal distribution, so the line is drawn on the normal scale.
func (b *bracket) close(need, width float64, chance func(x float64) (float64, error)) error {
	goal, k1 := quantileOfNormal(need), 0.2/(b.hi-b.lo)
	slack := width / 2 * math.Pow(2, math.Ceil(math.Log2((b.hi-b.lo)/width))+1)
	for ; b.hi-b.lo > width*(1+1e-9); slack /= 2 {
		middle, half := (b.lo+b.hi)/2, (b.hi-b.lo)/2
		guess := middle
		if from, to := quantileOfNormal(b.atLo), quantileOfNormal(b.atHi); from > to {
			guess = min(max(b.lo+2*half*(from-goal)/(from-to), b.lo), b.hi)
		}
		towards := math.Copysign(1, middle-guess)
		pulled := middle
		if pull := k1 * 4 * half * half; pull <= math.Abs(middle-guess) {
			pulled = guess + towards*pull
		}
		if r := slack - half; math.Abs(pulled-middle) > r {
			pulled = middle - towards*r
		}
		at, err := chance(pulled)
		if err != nil {
			return err
		}
		if at >= need {
			b.lo, b.atLo = pulled, at
		} else {
			b.hi, b.atHi = pulled, at
		}
	}
	return nil
}

// quantileOfNormal returns the quantile of the standard normal distribution, with
// chances of 0 and 1 taken as one in a few thousand.
func quantileOfNormal(p float64) float64 {
	return math.Sqrt2 * math.Erfinv(2*min(max(p, 0.0003), 0.9997)-1)
}
