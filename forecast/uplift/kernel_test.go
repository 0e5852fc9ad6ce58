package uplift

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestKernels(t *testing.T) {
	for _, tt := range []struct {
		name string
		k    Kernel
		days int
		want float64 // of the first days, in closed form
	}{
		{"lognormal: half by its median", Kernel{"lognormal", 5, .6}, 5, .5},
		{"gamma of shape 1 is exponential: half by its median", Kernel{"gamma", 3, 1}, 3, .5},
		{"box: its whole is 4 + 2/ln 2", Kernel{"box", 4, 2}, 4, 4 / (4 + 2/math.Ln2)},
	} {
		v, got := tt.k.days(400), 0.0
		for _, x := range v[:tt.days] {
			got += x
		}
		if math.Abs(got-tt.want) > 1e-6 {
			t.Errorf("%s: %v in %d days, want %v", tt.name, got, tt.days, tt.want)
		}
	}
	for _, k := range append(pulses(), early()...) {
		sum := 0.0
		for _, v := range k.on(56, 7) {
			if v < 0 && k.Family != "echo" {
				t.Errorf("%v has a day below zero", k)
			}
			sum += v
		}
		if math.Abs(sum-1) > 1e-12 {
			t.Errorf("%v sums to %v", k, sum)
		}
	}
	for _, k := range levels() {
		for d, v := range k.days(levelDays) {
			if v < 0 || v > 2.6 {
				t.Errorf("%v is %v on day %d", k, v, d)
			}
		}
	}
}

// The table in doc.go is that of prior.go.
func TestDocumentedPriors(t *testing.T) {
	b, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range Kinds() {
		line := regexp.MustCompile(`(?m)^//\t` + string(k) + ` +(.*)$`).FindStringSubmatch(string(b))
		if line == nil {
			t.Errorf("doc.go has no prior of %s", k)
			continue
		}
		f := regexp.MustCompile(` {2,}`).Split(line[1], -1)
		median, err := strconv.ParseFloat(strings.Fields(f[0])[0], 64)
		if err != nil || median != priors[k].median {
			t.Errorf("%s: doc.go says %q, the prior is %v", k, f[0], priors[k].median)
		}
		if k == SeatLoss {
			continue
		}
		factor, err := strconv.ParseFloat(f[1], 64)
		if err != nil || math.Abs(factor-math.Exp(priors[k].off)) > .06 {
			t.Errorf("%s: doc.go says a factor of %q, the prior has %.2f", k, f[1], math.Exp(priors[k].off))
		}
		delay, err := strconv.ParseFloat(strings.Fields(f[2])[0], 64)
		if err != nil || delay != priors[k].delay {
			t.Errorf("%s: doc.go says %q, the prior has %v days", k, f[2], priors[k].delay)
		}
	}
}

func TestPriorLibraryIsValid(t *testing.T) {
	lib := PriorLibrary()
	if err := lib.Validate(); err != nil {
		t.Fatal(err)
	}
	lib.Kinds[0].Rates[0].Weight = 2
	lib.Kinds[1].Shapes[0].Mean = nil
	err := lib.Validate()
	if err == nil || !strings.Contains(err.Error(), "weights of rates") || !strings.Contains(err.Error(), "shape of 0 days") {
		t.Errorf("faults not named: %v", err)
	}
}

func TestPool(t *testing.T) {
	sure := []linear{{.01, 1e-10}, {.02, 1e-10}, {.04, 1e-10}}
	p, post := poolRates(priors[Mailing], .5, .2, math.Inf(1), sure, make([]float64, len(sure)))
	// Three known rates: the median is pulled from .02 a little towards the prior's .01.
	if m := math.Exp(p.mu); m < .016 || m > .0205 {
		t.Errorf("median %v of .01, .02, .04", m)
	}
	for i, r := range sure {
		if math.Abs(post[i].mean-r.mean) > .02*r.mean {
			t.Errorf("a known rate %v became %v", r.mean, post[i].mean)
		}
	}
	// An estimate below zero is evidence of a small rate, not an error and not a floor.
	p, post = poolRates(priors[Mailing], .5, .2, math.Inf(1), []linear{{.02, 1e-6}, {.022, 1e-6}, {-.004, 2.5e-5}}, make([]float64, 3))
	if post[2].mean <= 0 || post[2].mean > .015 || p.tau < .1 {
		t.Errorf("a rate estimated at -.004 ± .005 became %v, tau %v", post[2].mean, p.tau)
	}
	// A rate that says nothing takes the kind's median.
	_, post = poolRates(priors[Mailing], .5, .2, math.Inf(1), []linear{{.02, 1e-8}, {.02, 1e-8}, {.02, 1e-8}, {0, 100}}, make([]float64, 4))
	if math.Abs(post[3].mean-.02) > .008 {
		t.Errorf("an unseen rate became %v", post[3].mean)
	}
	// Shares stay below their bound.
	_, post = poolRates(priors[RouteIn], .3, .1, most(RouteIn), []linear{{4.7, .7}}, []float64{0})
	if post[0].mean > most(RouteIn) {
		t.Errorf("a share of %v", post[0].mean)
	}
}

func TestCounts(t *testing.T) {
	const n = 40000
	for _, tt := range []struct {
		name           string
		draw           func(i int) int32
		mean, variance float64
	}{
		{"poisson .3", func(i int) int32 { return poisson(.3, stream(1, "p", i)) }, .3, .3},
		{"poisson 6", func(i int) int32 { return poisson(6, stream(1, "p", i)) }, 6, 6},
		{"poisson 40", func(i int) int32 { return poisson(40, stream(1, "p", i)) }, 40, 40},
		{"binomial 12, .2", func(i int) int32 { return binomial(12, .2, stream(2, "b", i)) }, 2.4, 1.92},
		{"binomial 12, .9", func(i int) int32 { return binomial(12, .9, stream(2, "b", i)) }, 10.8, 1.08},
		{"binomial 200, .3", func(i int) int32 { return binomial(200, .3, stream(2, "b", i)) }, 60, 42},
	} {
		s, s2 := 0.0, 0.0
		for i := range n {
			v := float64(tt.draw(i))
			s, s2 = s+v, s2+v*v
		}
		mean := s / n
		variance := s2/n - mean*mean
		if math.Abs(mean-tt.mean) > 5*math.Sqrt(tt.variance/n) || math.Abs(variance/tt.variance-1) > .06 {
			t.Errorf("%s: mean %v, variance %v; want %v and %v", tt.name, mean, variance, tt.mean, tt.variance)
		}
	}
	if binomial(5, 1, nil) != 5 || binomial(0, .5, nil) != 0 || poisson(0, nil) != 0 {
		t.Error("edges")
	}
}
