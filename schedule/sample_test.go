package schedule

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// mailingDays draws courses of a day whose level is uncertain as a whole, and the size of
// its morning peak again: how many answer a mailing is known only when they call.
func mailingDays(rng *rand.Rand, base []float64, n int) [][]float64 {
	out := make([][]float64, n)
	for p := range out {
		level := math.Exp(0.25*rng.NormFloat64() - 0.03)
		peak := math.Exp(0.45*rng.NormFloat64() - 0.1)
		out[p] = make([]float64, len(base))
		for i, a := range base {
			if a == 0 {
				continue
			}
			factor := level
			if i >= 18 && i < 26 { // from 9 to 13
				factor *= peak
			}
			out[p][i] = max(0, math.Round(a*factor+0.5*rng.NormFloat64()))
		}
	}
	return out
}

// fractile returns of each interval the value that a share of the paths do not exceed.
func fractile(paths [][]float64, share float64) []float64 {
	out := make([]float64, len(paths[0]))
	for i := range out {
		var asked []float64
		for _, path := range paths {
			asked = append(asked, path[i])
		}
		slices.Sort(asked)
		out[i] = asked[min(len(asked)-1, int(share*float64(len(asked))))]
	}
	return out
}

func meanPath(paths [][]float64) []float64 {
	out := make([]float64, len(paths[0]))
	for _, path := range paths {
		for i, a := range path {
			out[i] += a / float64(len(paths))
		}
	}
	return out
}

// outOfSample is the mean cost of a roster, in cents, on paths that nobody planned for,
// counted by Reach and not by the solver.
func outOfSample(t *testing.T, plan Plan, need Requirement, held [][]float64, opt Options) float64 {
	t.Helper()
	sum := 0.0
	for _, path := range held {
		unmet, err := plan.Roster.Reach(Requirement{Grid: need.Grid, Agents: path})
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range unmet {
			sum += u.ShortHours * float64(opt.UnderCents)
		}
	}
	return float64(plan.Cost.Wages) + sum/float64(len(held))
}

// On held-out paths the roster of the sample is cheaper than that of the mean, and than
// those that cover each interval with any chance: which chance pays differs by hour,
// because a shift serves hours that are not all uncertain.
func TestSampleBeatsPointsOutOfSample(t *testing.T) {
	g := grid(t, "2026-05-04", "2026-05-04", 30*time.Minute)
	base := humps(g, 9)
	for i, a := range base {
		base[i] = math.Round(a)
	}
	patterns := []Pattern{fullTime(), partTime()}
	patterns[1].Max = 0
	patterns[0].Every, patterns[1].Every = 60, 60
	for seed := range uint64(3) {
		rng := rand.New(rand.NewPCG(41, seed))
		paths, held := mailingDays(rng, base, 100), mailingDays(rng, base, 300)
		opt := Options{Seed: 1, UnderCents: 9000, Work: 1500}
		sample := Requirement{Grid: g, Paths: paths}
		two := outOfSample(t, coverPaths(t, sample, patterns, nil, opt), sample, held, opt)
		for _, tt := range []struct {
			name   string
			agents []float64
		}{{"mean", meanPath(paths)}, {"chance 0.65", fractile(paths, 0.65)}, {"chance 0.8", fractile(paths, 0.8)}, {"chance 0.9", fractile(paths, 0.9)}} {
			need := Requirement{Grid: g, Agents: tt.agents}
			point := outOfSample(t, coverPaths(t, need, patterns, nil, opt), need, held, opt)
			t.Logf("seed %d: %s %.0f, sample %.0f cents, %.2f%% less", seed, tt.name, point, two, 100*(1-two/point))
			if two >= point {
				t.Errorf("seed %d: the roster of the sample costs %.0f on held-out paths, that of the %s %.0f", seed, two, tt.name, point)
			}
		}
	}
}
