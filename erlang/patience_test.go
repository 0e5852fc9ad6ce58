package erlang

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// Six callers by hand: 2 left, 3 answered, 3 left, 3 answered, 5 left, 8 answered.
var sixWaits = []Wait{{5, true}, {3, false}, {2, true}, {3, true}, {8, false}, {3, false}}

func TestKaplanMeierByHand(t *testing.T) {
	c, err := KaplanMeier(sixWaits)
	if err != nil {
		t.Fatal(err)
	}
	// 5/6, then 4/5 of it (three of the five at risk leave the queue at 3 s, one of them by
	// hanging up), then 1/2 of it.
	for _, p := range [][2]float64{{0, 1}, {1.9, 1}, {2, 5.0 / 6}, {3, 2.0 / 3}, {4.9, 2.0 / 3}, {5, 1.0 / 3}, {8, 1.0 / 3}} {
		if got := c.At(p[0]); math.Abs(got-p[1]) > 1e-15 {
			t.Errorf("after %v s: %v, want %v", p[0], got, p[1])
		}
	}
	if !math.IsNaN(c.At(8.1)) {
		t.Error("the curve is known beyond the longest wait")
	}
	if c.Quantile(0.5) != 5 || !math.IsInf(c.Quantile(0.7), 1) {
		t.Errorf("median %v, 70%% quantile %v", c.Quantile(0.5), c.Quantile(0.7))
	}
	// Greenwood by hand for the last step: (1/3)√(1/30 + 1/20 + 1/2).
	if se := c.Steps[2].SE; math.Abs(se-math.Sqrt(1.0/30+1.0/20+0.5)/3) > 1e-15 {
		t.Errorf("standard error %v", se)
	}
}

func TestFitPatienceByHand(t *testing.T) {
	f, err := FitPatience(sixWaits)
	if err != nil || f.Mean != 8 || f.Abandoned != 3 || f.Total != 24 || !(f.Low < 8 && f.High > 8) {
		t.Errorf("%+v, %v", f, err)
	}
	f, err = FitPatience([]Wait{{100, false}, {200, false}})
	if err != nil || !math.IsInf(f.Mean, 1) || math.Abs(f.Low-300/math.Log(20)) > 1e-12 {
		t.Errorf("nobody hung up: %+v, %v", f, err)
	}
}

// Waits drawn with known patience give it back within the interval stated.
func TestPatienceIsFound(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	var waits []Wait
	for range 20000 {
		patience, offered := 240*rng.ExpFloat64(), 90*rng.ExpFloat64()
		waits = append(waits, Wait{min(patience, offered), patience < offered})
	}
	f, err := FitPatience(waits)
	if err != nil || !(f.Low < 240 && 240 < f.High) {
		t.Errorf("%+v, %v", f, err)
	}
	c, err := KaplanMeier(waits)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []float64{30, 120, 300} {
		if math.Abs(c.At(at)-math.Exp(-at/240)) > 0.02 {
			t.Errorf("after %v s: %v", at, c.At(at))
		}
	}
	bins, err := Hazard(waits, []float64{0, 30, 60, 120, 240})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range bins {
		if math.Abs(b.PerHour-15) > 5*b.PerHour/math.Sqrt(float64(b.Left)) {
			t.Errorf("the hazard of exponential patience is constant, 15 an hour: %+v", b)
		}
	}
}

func TestPatienceFaults(t *testing.T) {
	for _, waits := range [][]Wait{nil, {{-1, true}}, {{math.NaN(), false}}, {{math.Inf(1), false}}} {
		if _, err := FitPatience(waits); err == nil {
			t.Errorf("%v: no error", waits)
		}
		if _, err := KaplanMeier(waits); err == nil {
			t.Errorf("%v: no error", waits)
		}
	}
	if _, err := Hazard(sixWaits, []float64{0, 10, 10}); err == nil || !strings.Contains(err.Error(), "increase") {
		t.Errorf("edges that stand still: %v", err)
	}
	if _, err := Hazard(sixWaits, []float64{0}); err == nil {
		t.Error("one edge is no error")
	}
}

func TestFitHandleTimes(t *testing.T) {
	rng := rand.New(rand.NewPCG(8, 9))
	var long, stages []float64
	for range 40000 {
		long = append(long, math.Exp(5+0.8*rng.NormFloat64()))
		stages = append(stages, 60*(rng.ExpFloat64()+rng.ExpFloat64()+rng.ExpFloat64()))
	}
	f, err := FitHandleTimes(long)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(f.LogMean-5) > 0.02 || math.Abs(f.LogSD-0.8) > 0.01 || math.Abs(f.Median/math.Exp(5)-1) > 0.02 {
		t.Errorf("lognormal: %+v", f)
	}
	if want := math.Exp(5 + 0.32); !(f.MeanLow < want && want < f.MeanHigh) {
		t.Errorf("mean %v to %v, want %v", f.MeanLow, f.MeanHigh, want)
	}
	if !(f.LogLikLognormal > f.LogLikGamma && f.LogLikGamma > f.LogLikExp) {
		t.Errorf("the law drawn from does not fit best: %+v", f)
	}
	f, err = FitHandleTimes(stages)
	if err != nil || math.Abs(f.GammaShape-3) > 0.1 || !(f.LogLikGamma > f.LogLikLognormal) {
		t.Errorf("three stages: %+v, %v", f, err)
	}
	f, err = FitHandleTimes([]float64{10, 10, 10})
	if err != nil || f.SD != 0 || f.Median != 10 {
		t.Errorf("equal times: %+v, %v", f, err)
	}
	for _, bad := range [][]float64{nil, {1}, {1, 0}, {1, math.NaN()}} {
		if _, err := FitHandleTimes(bad); err == nil {
			t.Errorf("%v: no error", bad)
		}
	}
}

func TestDigamma(t *testing.T) {
	psi, slope := digamma(1)
	if math.Abs(psi+0.57721566490153286) > 1e-13 || math.Abs(slope-math.Pi*math.Pi/6) > 1e-13 {
		t.Errorf("digamma(1) = %v, %v", psi, slope)
	}
}
