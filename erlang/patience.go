package erlang

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
)

// A Wait is the time a caller spent in the queue, and how it ended. A caller who was answered
// would have waited longer than that: the patience is censored.
type Wait struct {
	Seconds   float64 // 0 or more and finite
	Abandoned bool    // hung up; otherwise answered, or taken out of the queue in another way
}

// A PatienceFit is exponential patience estimated by maximum likelihood.
type PatienceFit struct {
	Mean      float64 // seconds: total wait / hang-ups; +Inf when nobody hung up
	Low, High float64 // 95% confidence interval of Mean, by the likelihood on a log scale
	Waits     int
	Abandoned int
	Total     float64 // total time in queue, seconds, of answered and abandoned alike
}

// FitPatience estimates the mean of exponential patience from waits, each censored at the
// answer: total time in queue over number of hang-ups, the maximum of the likelihood
// (Mandelbaum and Zeltyn 2007, section 6). Calls answered at once may be left out or in: they
// carry nothing. Without any wait it is an error; every bad wait is reported with its index.
func FitPatience(waits []Wait) (PatienceFit, error) {
	if err := checkWaits(waits); err != nil {
		return PatienceFit{}, err
	}
	f := PatienceFit{Waits: len(waits)}
	for _, w := range waits {
		f.Total += w.Seconds
		if w.Abandoned {
			f.Abandoned++
		}
	}
	if f.Abandoned == 0 {
		// Zero events in a total time: the one-sided 95% bound is total/ln 20.
		f.Mean, f.High, f.Low = math.Inf(1), math.Inf(1), f.Total/math.Log(20)
		return f, nil
	}
	f.Mean = f.Total / float64(f.Abandoned)
	half := math.Exp(1.959963984540054 / math.Sqrt(float64(f.Abandoned)))
	f.Low, f.High = f.Mean/half, f.Mean*half
	return f, nil
}

func checkWaits(waits []Wait) error {
	if len(waits) == 0 {
		return errors.New("erlang: no waits to estimate patience from")
	}
	var errs []error
	for i, w := range waits {
		if !isFiniteNotNegative(w.Seconds) {
			errs = append(errs, &ArgumentError{fmt.Sprintf("waits[%d]", i), w.Seconds, finiteNotNegative})
		}
		if len(errs) == 10 {
			break
		}
	}
	return errors.Join(errs...)
}

// A SurvivalStep is a point at which a SurvivalCurve falls.
type SurvivalStep struct {
	Seconds float64
	AtRisk  int     // still in the queue just before
	Left    int     // hung up at that time
	Share   float64 // with more patience than Seconds
	SE      float64 // standard error of Share (Greenwood 1926)
}

// A SurvivalCurve is the share of callers whose patience exceeds a time, estimated without any
// assumption on its law. It is a right-continuous step function that starts at 1.
type SurvivalCurve struct {
	Steps []SurvivalStep // by time
	last  float64        // longest wait seen; the curve is not known beyond
}

// KaplanMeier estimates the law of patience from censored waits by the product-limit estimator
// (Kaplan and Meier 1958). A caller answered at the second another hangs up counts as still
// waiting then. Faults are those of FitPatience.
func KaplanMeier(waits []Wait) (SurvivalCurve, error) {
	if err := checkWaits(waits); err != nil {
		return SurvivalCurve{}, err
	}
	sorted := slices.Clone(waits)
	slices.SortFunc(sorted, func(a, b Wait) int { return cmp.Compare(a.Seconds, b.Seconds) })
	c := SurvivalCurve{last: sorted[len(sorted)-1].Seconds}
	share, greenwood := 1.0, 0.0
	for i := 0; i < len(sorted); {
		s := SurvivalStep{Seconds: sorted[i].Seconds, AtRisk: len(sorted) - i}
		for ; i < len(sorted) && sorted[i].Seconds == s.Seconds; i++ {
			if sorted[i].Abandoned {
				s.Left++
			}
		}
		if s.Left == 0 {
			continue
		}
		risk, left := float64(s.AtRisk), float64(s.Left)
		share *= 1 - left/risk
		s.Share = share
		if s.AtRisk > s.Left {
			greenwood += left / (risk * (risk - left))
			s.SE = share * math.Sqrt(greenwood)
		}
		c.Steps = append(c.Steps, s)
	}
	return c, nil
}

// At returns the share of callers who would wait longer than seconds, 0 to 1. Beyond the
// longest wait seen it returns NaN, unless that wait ended in the last caller hanging up.
func (c SurvivalCurve) At(seconds float64) float64 {
	i, found := slices.BinarySearchFunc(c.Steps, seconds, func(s SurvivalStep, t float64) int {
		return cmp.Compare(s.Seconds, t)
	})
	if found {
		i++
	}
	share := 1.0
	if i > 0 {
		share = c.Steps[i-1].Share
	}
	if seconds > c.last && share > 0 {
		return math.NaN()
	}
	return share
}

// Quantile returns the time by which the share p of callers would have hung up, 0 < p < 1:
// the median for 0.5. It is +Inf when fewer than that did within the waits seen.
func (c SurvivalCurve) Quantile(p float64) float64 {
	for _, s := range c.Steps {
		if s.Share <= 1-p+1e-12 {
			return s.Seconds
		}
	}
	return math.Inf(1)
}

// A HazardBin is the rate at which callers hang up in a stretch of their wait.
type HazardBin struct {
	From, To float64 // seconds
	Exposure float64 // total time in queue spent in the stretch, seconds
	Left     int     // hung up in it
	PerHour  float64 // Left per hour of Exposure; NaN without exposure
}

// Hazard returns the rate of hanging up between consecutive edges, which must increase from 0
// or more. It is constant for exponential patience; a peak tells of an announcement or of
// callers who leave when they learn that they have to wait.
func Hazard(waits []Wait, edges []float64) ([]HazardBin, error) {
	if err := checkWaits(waits); err != nil {
		return nil, err
	}
	if len(edges) < 2 || !isFiniteNotNegative(edges[0]) {
		return nil, errors.New("erlang: the edges of a hazard need at least two times, from 0 s on")
	}
	bins := make([]HazardBin, len(edges)-1)
	for i := range bins {
		b := HazardBin{From: edges[i], To: edges[i+1]}
		if !(b.To > b.From) {
			return nil, fmt.Errorf("erlang: the edges of a hazard must increase: %v s after %v s", b.To, b.From)
		}
		for _, w := range waits {
			b.Exposure += max(0, min(w.Seconds, b.To)-b.From)
			if w.Abandoned && w.Seconds >= b.From && w.Seconds < b.To {
				b.Left++
			}
		}
		b.PerHour = float64(b.Left) / b.Exposure * 3600
		bins[i] = b
	}
	return bins, nil
}
