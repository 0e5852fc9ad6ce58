package uplift

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// sized are rates, each known to a tenth, of causes whose calls grow as size^slope.
func sized(slope float64, n int, spread float64) (rates []linear, sizes []float64) {
	r := rand.New(rand.NewPCG(7, uint64(n)))
	for i := range n {
		z := spread * (float64(i)/float64(n-1) - .5)
		rate := .02 * math.Exp((slope-1)*z+.2*r.NormFloat64())
		rates, sizes = append(rates, linear{rate, .01 * rate * rate}), append(sizes, z)
	}
	return rates, sizes
}

// Many causes of very different sizes tell how calls grow with size; few, or causes of
// like size, leave it near proportion.
func TestSlopeIsLearned(t *testing.T) {
	fit := func(slope float64, n int, spread float64) pool {
		rates, sizes := sized(slope, n, spread)
		p, post := poolRates(priors[Mailing], .5, slopePrior(Mailing), math.Inf(1), rates, sizes)
		for e, r := range rates {
			if math.Abs(post[e].mean-r.mean) > .3*r.mean {
				t.Errorf("slope %v of %d: rate %.4f from %.4f, known to a tenth", slope, n, post[e].mean, r.mean)
			}
		}
		return p
	}
	for _, slope := range []float64{.6, 1, 1.4} {
		many := fit(slope, 20, 5)
		if sd := math.Sqrt(many.slope.variance); math.Abs(many.slope.mean-slope) > .12 || sd > .08 {
			t.Errorf("20 causes of slope %v: %.3f ± %.3f", slope, many.slope.mean, sd)
		}
		few := fit(slope, 2, .5)
		if sd := math.Sqrt(few.slope.variance); math.Abs(few.slope.mean-1) > .1 || sd < .12 {
			t.Errorf("two causes of like size, slope %v: %.3f ± %.3f", slope, few.slope.mean, sd)
		}
		if many.tau > .35 {
			t.Errorf("slope %v: sizes pass for a spread of rates of %.2f", slope, many.tau)
		}
	}
}

// Causes of one size say nothing of other sizes.
func TestSlopeOfEqualSizes(t *testing.T) {
	rates, _ := sized(.6, 5, 3)
	p, _ := poolRates(priors[Mailing], .5, slopePrior(Mailing), math.Inf(1), rates, make([]float64, 5))
	if p.slope != (linear{1, 0}) {
		t.Errorf("no sizes differ, and the slope is %+v", p.slope)
	}
}

// A prediction of another size than the past ones follows the slope, and says so.
func TestPredictionFollowsTheSlope(t *testing.T) {
	lib := PriorLibrary()
	median := func(slope, se, size float64) float64 {
		e := lib.Kind(Mailing)
		e.Size, e.Slope, e.SlopeSE = 10000, slope, se
		shape, _ := e.shape("")
		d := newDrawer(Cause{ID: "m", Kind: Mailing}, e, shape, size, nil, nil)
		totals := make([]float64, 4001)
		for i := range totals {
			totals[i] = d.draw(stream(1, "m", i)).rate * size
		}
		return quantile(sorted(totals), .5)
	}
	at := median(.5, .01, 10000)
	if far := median(.5, .01, 40000); math.Abs(far/at-2) > .02 {
		t.Errorf("four times the size brings %.3f times the calls at a slope of a half", far/at)
	}
	if plain := median(1, 0, 40000) / median(1, 0, 10000); math.Abs(plain-4) > 1e-9 {
		t.Errorf("in proportion: %v", plain)
	}
}

// Learned from records: mailings from 5,000 to 150,000 pieces whose calls grow with the
// power .7 of their size. The library holds the slope, and a prediction names it.
func TestLearnSlope(t *testing.T) {
	const days = 700
	r := rand.New(rand.NewPCG(3, 3))
	causes, effects := mailings(t, 12, 50, days, 4)
	for i := range causes {
		z := 3.4 * (float64(i*5%12)/11 - .5)
		causes[i].Size = 30000 * math.Exp(z)
		effects[i] = planted(t, causes[i], .1*math.Exp(-.3*z+.15*r.NormFloat64()), Kernel{"gamma", 4.4, 3}.days(40), days, r)
	}
	in := center{days: days, mean: 1500, queues: []string{"q"}, seed: 9}.history(t, all(effects))
	l, err := Learn(t.Context(), in, causes, Options{})
	if err != nil {
		t.Fatal(err)
	}
	lib := l.Library()
	e := lib.Kind(Mailing)
	if math.Abs(e.Slope-.7) > 2.5*e.SlopeSE || e.Slope > .95 || e.SlopeSE > .12 {
		t.Errorf("slope %.2f ± %.2f of calls that grow with the power .7", e.Slope, e.SlopeSE)
	}
	if !strings.Contains(e.slopeSource(), "12 past mailings") || e.slopeText() != fmt.Sprintf("twice the size brings %.2f times the calls (%.2f to %.2f)",
		math.Exp2(e.Slope), math.Exp2(e.Slope-e.SlopeSE), math.Exp2(e.Slope+e.SlopeSE)) {
		t.Errorf("%q, %q", e.slopeSource(), e.slopeText())
	}
	if err := lib.Validate(); err != nil {
		t.Error(err)
	}
	prior := lib.Kind(Event)
	if prior.Slope != 1 || prior.SlopeSE != 0 {
		t.Errorf("nothing known of events, and their slope is %v ± %v", prior.Slope, prior.SlopeSE)
	}
}
