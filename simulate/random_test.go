package simulate

import (
	"math"
	"testing"
)

// moments returns the mean and the standard deviation of n draws.
func moments(n int, draw func() float64) (mean, sd float64) {
	sum, square := 0.0, 0.0
	for range n {
		x := draw()
		sum += x
		square += x * x
	}
	mean = sum / float64(n)
	return mean, math.Sqrt(square/float64(n) - mean*mean)
}

func TestMoments(t *testing.T) {
	r := stream(1, 2, 3)
	lognormal, exponential, constant := Dist{MeanS: 200, CV: 0.8}.sampler(), Dist{Form: Exponential, MeanS: 200}.sampler(), Dist{MeanS: 5}.sampler()
	for _, tt := range []struct {
		name     string
		draw     func() float64
		mean, sd float64
	}{
		{"lognormal", func() float64 { return float64(lognormal.draw(r)) }, 200000, 160000},
		{"exponential", func() float64 { return float64(exponential.draw(r)) }, 200000, 200000},
		{"constant", func() float64 { return float64(constant.draw(r)) }, 5000, 0},
		{"busyness", func() float64 { return busyness(r, 0.2) }, 1, 0.2},
		{"gamma below 1", func() float64 { return gamma(r, 0.4) }, 0.4, math.Sqrt(0.4)},
		{"gamma above 1", func() float64 { return gamma(r, 7) }, 7, math.Sqrt(7)},
		{"dirichlet", func() float64 { return dirichlet(r, []float64{2, 6}, 15)[0] }, 0.25, math.Sqrt(0.25 * 0.75 / 16)},
	} {
		const n = 200_000
		mean, sd := moments(n, tt.draw)
		if math.Abs(mean-tt.mean) > 4*tt.sd/math.Sqrt(n) || math.Abs(sd-tt.sd) > 0.03*tt.sd+1e-9 {
			t.Errorf("%s: mean %v, deviation %v; want %v, %v", tt.name, mean, sd, tt.mean, tt.sd)
		}
	}
}

// Arrivals of a day without busyness are Poisson: variance equal to the mean, and
// spread over the day as the shape says.
func TestArrivalsArePoisson(t *testing.T) {
	cfg := small("2025-01-01", "2026-12-31")
	cfg.DayCV, cfg.Drift, cfg.AfterHours = 0, Drift{}, 0
	cfg.Queues = cfg.Queues[:1]
	cfg.Queues[0].DayCV, cfg.Queues[0].HourCV, cfg.Queues[0].Week = 0, 0, Week{1, 1, 1, 1, 1, 1, 1}
	cfg.Queues[0].Volume = 40
	p, err := newPlan(t.Context(), cfg, calendar(t, nil, nil), nil, 3)
	if err != nil {
		t.Fatal(err)
	}
	day := 0
	late, all := 0.0, 0.0
	mean, sd := moments(len(p.days), func() float64 {
		calls, _ := p.arrivals(day, nil, nil)
		for _, c := range calls {
			if all++; c.at >= 16*3_600_000 {
				late++
			}
		}
		day++
		return float64(len(calls))
	})
	n := float64(len(p.days))
	if math.Abs(mean-40) > 4*math.Sqrt(40/n) || math.Abs(sd*sd/40-1) > 4*math.Sqrt(2/n) {
		t.Errorf("mean %v, variance %v; want 40 and 40", mean, sd*sd)
	}
	d := &p.days[0]
	shape := p.queues[0].shapes[0]
	want := mass(shape, d.pieces[64:]) / mass(shape, d.pieces)
	if se := math.Sqrt(want * (1 - want) / all); math.Abs(late/all-want) > 4*se {
		t.Errorf("%v of the calls come after 16:00, want %v", late/all, want)
	}
}

// Callers of the area code are distinct while the population is.
func TestCallers(t *testing.T) {
	p := plan{cfg: Config{Callers: Callers{Population: numbers}}}
	seen := map[uint32]bool{}
	for n := range uint64(100_000) {
		c := uint32(2_000_000 + n*5_555_553%numbers)
		if seen[c] {
			t.Fatalf("two people have the number %d", c)
		}
		seen[c] = true
	}
	r := stream(1)
	for range 1000 {
		if c := p.caller(r); c < 2_000_000 || c > 9_999_999 {
			t.Fatalf("caller %d", c)
		}
	}
}
