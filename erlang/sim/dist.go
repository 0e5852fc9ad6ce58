package sim

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"
)

type form uint8

const (
	noForm form = iota
	exponential
	lognormal
	gammaLaw
	constant
	empirical
	never
)

// A Dist is a law of durations in seconds. The zero Dist is not valid; make one with a
// constructor. Bad arguments are reported by Run.
type Dist struct {
	form     form
	mean, cv float64
	values   []float64
}

// Exponential returns the exponential law of that mean, above 0.
func Exponential(mean float64) Dist { return Dist{form: exponential, mean: mean, cv: 1} }

// Lognormal returns the lognormal law of that mean and coefficient of variation (standard
// deviation / mean), both above 0.
func Lognormal(mean, cv float64) Dist { return Dist{form: lognormal, mean: mean, cv: cv} }

// Gamma returns the gamma law of that mean and coefficient of variation, both above 0. With
// cv = 1/√k it is the law of the sum of k exponential stages (Erlang's).
func Gamma(mean, cv float64) Dist { return Dist{form: gammaLaw, mean: mean, cv: cv} }

// Constant returns the law of a duration that is always the same, 0 or more.
func Constant(value float64) Dist { return Dist{form: constant, mean: value} }

// Never returns the law of something that does not happen, such as hanging up.
func Never() Dist { return Dist{form: never, mean: math.Inf(1)} }

// Empirical returns the law that gives equal weight to each of a sample of durations, each 0
// or more. The slice is kept, not copied.
func Empirical(values []float64) Dist {
	d := Dist{form: empirical, values: values}
	for _, v := range values {
		d.mean += v / float64(len(values))
	}
	return d
}

// Mean returns the mean in seconds.
func (d Dist) Mean() float64 { return d.mean }

func (d Dist) validate() error {
	switch {
	case d.form == noForm:
		return errors.New("no law: use Exponential, Lognormal, Gamma, Constant, Empirical or Never")
	case d.form == never:
		return nil
	case d.form == empirical && len(d.values) == 0:
		return errors.New("an empirical law without values")
	case d.form == constant && !(d.mean >= 0 && d.mean <= 1e9):
		return fmt.Errorf("a constant of %v seconds, must be from 0 to 1e9", d.mean)
	case d.form == empirical:
		for i, v := range d.values {
			if !(v >= 0 && v <= 1e9) {
				return fmt.Errorf("value %d of an empirical law is %v seconds, must be from 0 to 1e9", i, v)
			}
		}
		return nil
	case d.form != constant && !(d.mean > 0 && d.mean <= 1e9):
		return fmt.Errorf("a mean of %v seconds, must be more than 0 and at most 1e9", d.mean)
	case (d.form == lognormal || d.form == gammaLaw) && !(d.cv > 0 && d.cv <= 100):
		return fmt.Errorf("a coefficient of variation of %v, must be more than 0 and at most 100", d.cv)
	}
	return nil
}

// A sampler is a Dist made ready for many draws.
type sampler struct {
	Dist
	a, b float64 // lognormal: mean and sd of the log; gamma: shape and scale
}

func (d Dist) sampler() sampler {
	s := sampler{Dist: d}
	switch d.form {
	case lognormal:
		s.b = math.Sqrt(math.Log1p(d.cv * d.cv))
		s.a = math.Log(d.mean) - s.b*s.b/2
	case gammaLaw:
		s.a = 1 / (d.cv * d.cv)
		s.b = d.mean / s.a
	}
	return s
}

func (s *sampler) draw(r *rand.Rand) float64 {
	switch s.form {
	case exponential:
		return s.mean * r.ExpFloat64()
	case lognormal:
		return math.Exp(s.a + s.b*r.NormFloat64())
	case gammaLaw:
		return s.b * gamma(r, s.a)
	case empirical:
		return s.values[r.IntN(len(s.values))]
	}
	return s.mean
}

// gamma draws from the gamma law of that shape and scale 1.
func gamma(r *rand.Rand, shape float64) float64 {
	return distuv.Gamma{Alpha: shape, Beta: 1, Src: r}.Rand()
}
