package simulate

import (
	"math"
	"math/rand/v2"
)

// The forms of a Dist.
const (
	Lognormal   = "lognormal"
	Exponential = "exponential"
)

// A Dist is a distribution of durations with mean MeanS seconds. The form
// lognormal (also when left out) has coefficient of variation CV, and CV 0 is a
// constant; the form exponential takes no CV. Draws are cut at 24 hours.
type Dist struct {
	Form  string  `yaml:"form" json:"form"`
	MeanS float64 `yaml:"mean_s" json:"mean_s"`
	CV    float64 `yaml:"cv" json:"cv"`
}

const dayMS = 24 * 60 * 60 * 1000

// A sampler is a Dist made ready for many draws.
type sampler struct {
	exponential bool
	mean        float64 // ms
	mu, sigma   float64 // of the log, ms
}

func (d Dist) sampler() sampler {
	s := sampler{exponential: d.Form == Exponential, mean: 1000 * d.MeanS}
	if d.MeanS > 0 {
		s.sigma = math.Sqrt(math.Log1p(d.CV * d.CV))
		s.mu = math.Log(s.mean) - s.sigma*s.sigma/2
	}
	return s
}

// draw returns a duration, rounded to the millisecond.
func (s *sampler) draw(r *rand.Rand) Millis {
	x := s.mean
	switch {
	case x == 0:
		return 0
	case s.exponential:
		x *= r.ExpFloat64()
	case s.sigma > 0:
		x = math.Exp(s.mu + s.sigma*r.NormFloat64())
	}
	return Millis(math.Round(min(x, dayMS)))
}
