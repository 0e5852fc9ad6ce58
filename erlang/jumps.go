package erlang

import "math"

// jumps are the weights by which uniformisation mixes the steps of a chain: after the time dt
// at rate rate, k steps have been taken with the Poisson probability at[k-first], and the sum
// of the probabilities of more than k is beyond(k). (Jensen 1953; Grassmann 1977; the window
// is that of Fox and Glynn 1988.)
type jumps struct {
	first int
	at    []float64
	after []float64 // after[k-first] = P(more than k)
}

// set computes the weights for a mean of x steps. What lies outside the window is below 1e-12.
func (j *jumps) set(x float64) {
	mode := math.Floor(x)
	peak := math.Exp(-x + mode*math.Log(x) - lgamma(mode+1))
	if x == 0 {
		peak = 1
	}
	lo, hi, floor := mode, mode, 1e-13*peak
	for w := peak; lo > 0 && w > floor; lo-- {
		w *= lo / x
	}
	for w := peak; w > floor; hi++ {
		w *= x / (hi + 1)
	}
	j.first = int(lo)
	n := int(hi-lo) + 1
	j.at, j.after = sized(j.at, n), sized(j.after, n)
	m := int(mode - lo)
	j.at[m] = peak
	for k := m; k > 0; k-- {
		j.at[k-1] = j.at[k] * (lo + float64(k)) / x
	}
	for k := m; k < n-1; k++ {
		j.at[k+1] = j.at[k] * x / (lo + float64(k) + 1)
	}
	j.normalise()
}

// normalise makes the weights sum to 1, which the peak in doubles does to ten digits only when
// x is large, and fills after.
func (j *jumps) normalise() {
	sum := 0.0
	for k := len(j.at) - 1; k >= 0; k-- {
		j.after[k] = sum
		sum += j.at[k]
	}
	for k := range j.at {
		j.at[k] /= sum
		j.after[k] /= sum
	}
}

// last returns the greatest number of steps.
func (j *jumps) last() int { return j.first + len(j.at) - 1 }

// weight returns the probability of k steps.
func (j *jumps) weight(k int) float64 {
	if k < j.first {
		return 0
	}
	return j.at[k-j.first]
}

// beyond returns the probability of more than k steps.
func (j *jumps) beyond(k int) float64 {
	if k < j.first {
		return 1
	}
	return j.after[k-j.first]
}

func lgamma(x float64) float64 {
	v, _ := math.Lgamma(x)
	return v
}

// sized returns s with length n and zeros.
func sized(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n, n+n/2)
	}
	s = s[:n]
	clear(s)
	return s
}
