package erlang

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// A HandleFit describes a sample of handle times.
type HandleFit struct {
	Count           int
	Mean, SD        float64 // seconds, of the sample
	MeanLow         float64 // 95% confidence interval of the mean
	MeanHigh        float64
	Median          float64 // seconds
	CV              float64 // SD / Mean; 1 for exponential times
	LogMean, LogSD  float64 // lognormal by maximum likelihood: mean and sd of ln(seconds)
	GammaShape      float64 // gamma by maximum likelihood; +Inf when all times are equal
	LogLikExp       float64 // log likelihoods at the maxima, to compare
	LogLikLognormal float64
	LogLikGamma     float64
}

// FitHandleTimes fits exponential, lognormal and gamma laws to handle times by maximum
// likelihood. Every time is more than 0 s and finite; what a phone system logs as 0 s is not a
// handled contact and must be left out. Fewer than two times are an error.
//
// The lognormal fits calls best (Brown et al. 2005); what the exponential formulas make
// of that is in docs/erlang.md.
func FitHandleTimes(seconds []float64) (HandleFit, error) {
	if len(seconds) < 2 {
		return HandleFit{}, fmt.Errorf("erlang: %d handle times, at least 2 are needed", len(seconds))
	}
	var errs []error
	for i, v := range seconds {
		if !isPositiveAmount(v) {
			errs = append(errs, &ArgumentError{fmt.Sprintf("seconds[%d]", i), v, positiveAmount})
		}
		if len(errs) == 10 {
			break
		}
	}
	if err := errors.Join(errs...); err != nil {
		return HandleFit{}, err
	}
	return fitHandleTimes(seconds), nil
}

func fitHandleTimes(seconds []float64) HandleFit {
	n := float64(len(seconds))
	f := HandleFit{Count: len(seconds)}
	for _, v := range seconds {
		f.Mean += v / n
		f.LogMean += math.Log(v) / n
	}
	for _, v := range seconds {
		f.SD += (v - f.Mean) * (v - f.Mean) / (n - 1)
		d := math.Log(v) - f.LogMean
		f.LogSD += d * d / n
	}
	f.SD, f.LogSD = math.Sqrt(f.SD), math.Sqrt(f.LogSD)
	f.CV = f.SD / f.Mean
	half := 1.959963984540054 * f.SD / math.Sqrt(n)
	f.MeanLow, f.MeanHigh = f.Mean-half, f.Mean+half
	f.Median = median(seconds)
	f.GammaShape = gammaShape(math.Log(f.Mean) - f.LogMean)
	f.LogLikExp = -n * (math.Log(f.Mean) + 1)
	f.LogLikLognormal = -n * (f.LogMean + math.Log(f.LogSD) + 0.5*math.Log(2*math.Pi) + 0.5)
	k := f.GammaShape
	f.LogLikGamma = n * ((k-1)*f.LogMean - k + k*math.Log(k/f.Mean) - lgamma(k))
	if math.IsInf(k, 1) { // all times equal: a point
		f.LogLikGamma, f.LogLikLognormal = math.Inf(1), math.Inf(1)
	}
	return f
}

func median(values []float64) float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// gammaShape solves ln k - digamma(k) = s, s = ln(mean) - mean(ln), by Newton steps from the
// approximation of Minka (2002).
func gammaShape(s float64) float64 {
	if s <= 1e-14 {
		return math.Inf(1)
	}
	k := (3 - s + math.Sqrt((s-3)*(s-3)+24*s)) / (12 * s)
	for range 50 {
		psi, slope := digamma(k)
		next := k - (math.Log(k)-psi-s)/(1/k-slope)
		if !(next > 0) {
			next = k / 2
		}
		if math.Abs(next-k) <= 1e-14*k {
			return next
		}
		k = next
	}
	return k
}

// digamma returns the logarithmic derivative of the gamma function and its derivative, by the
// recurrence up to 10 and the asymptotic series there (DLMF 5.11.2 and 5.5.2).
func digamma(x float64) (psi, slope float64) {
	for ; x < 10; x++ {
		psi -= 1 / x
		slope += 1 / (x * x)
	}
	r := 1 / (x * x)
	psi += math.Log(x) - 0.5/x - r*(1.0/12-r*(1.0/120-r*(1.0/252-r*(1.0/240-r/132))))
	slope += 1/x + 0.5*r + r/x*(1.0/6-r*(1.0/30-r*(1.0/42-r*(1.0/30-r*5.0/66))))
	return psi, slope
}
