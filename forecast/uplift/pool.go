package uplift

import "math"

// Log rates of a kind are N(mu, tau²) between causes. What the history says of a
// single rate is a normal likelihood on the linear scale, which may well reach
// below zero; taking logs of such estimates would need a floor, and the floor
// would decide the answer. So the likelihood of (mu, tau) integrates the log rate
// out, on a fine grid of log rates: Gauss-Hermite nodes would miss likelihoods
// that are much narrower than tau.

// A linear is what the history alone says of a rate: its estimate and variance.
type linear struct{ mean, variance float64 }

// A pool is the joint posterior of mu and tau of a kind.
type pool struct {
	nodes []RateNode
	mu    float64 // posterior mean
	se    float64 // and standard deviation of mu
	tau   float64 // posterior mean
}

var tauGrid = []float64{.03, .08, .14, .2, .27, .35, .45, .57, .72, .92, 1.2, 1.6}

const (
	poolSteps = 241 // nodes of log rates
	muSteps   = 61
	poolReach = 3.5 // log rates this far to either side of what is known
)

// poolRates returns the posterior of a kind, whose tau has a prior of the given scale
// and whose rates reach up to most, and, for each cause, mean and variance
// of its rate given all of them.
func poolRates(p prior, scale, most float64, rates []linear) (pool, []linear) {
	grid, step := logGrid(p, most, rates)
	like := make([][]float64, len(rates))
	for e, r := range rates {
		like[e] = logLikeGrid(grid, step, r)
	}
	mus := make([]float64, muSteps)
	weight := make([][]float64, len(tauGrid)) // log posterior on the (tau, mu) grid
	parts := make([][][]float64, len(tauGrid))
	for i, tau := range tauGrid {
		width := 1.0
		if i == 0 {
			width = tauGrid[1] - tauGrid[0]
		} else if i == len(tauGrid)-1 {
			width = tauGrid[i] - tauGrid[i-1]
		} else {
			width = (tauGrid[i+1] - tauGrid[i-1]) / 2
		}
		weight[i] = make([]float64, muSteps)
		parts[i] = make([][]float64, muSteps)
		for k := range mus {
			mus[k] = grid[0] + (grid[len(grid)-1]-grid[0])*float64(k)/(muSteps-1)
			z := (mus[k] - math.Log(p.median)) / p.off
			lw := math.Log(width) - tau*tau/(2*scale*scale) - z*z/2
			density := normalGrid(grid, step, mus[k], tau)
			parts[i][k] = density
			for e := range rates {
				lw += math.Log(dot(like[e], density) + 1e-300)
			}
			weight[i][k] = lw
		}
	}
	return summarise(mus, weight), posteriors(grid, like, weight, parts, rates)
}

// logGrid covers the prior median and every estimate that is clearly above zero, up
// to the largest rate there can be.
func logGrid(p prior, most float64, rates []linear) (grid []float64, step float64) {
	lo, hi := math.Log(p.median), math.Log(p.median)
	for _, r := range rates {
		if r.mean > 0 {
			x := math.Log(max(r.mean, p.median*math.Exp(-poolReach)))
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	lo, hi = lo-poolReach, min(hi+poolReach, math.Log(most))
	grid = make([]float64, poolSteps)
	step = (hi - lo) / (poolSteps - 1)
	for i := range grid {
		grid[i] = lo + step*float64(i)
	}
	return grid, step
}

// logLikeGrid is the likelihood of each log rate, its top 1. A likelihood narrower
// than the grid is widened to it.
func logLikeGrid(grid []float64, step float64, r linear) []float64 {
	out := make([]float64, len(grid))
	sd := math.Sqrt(r.variance)
	best := math.Inf(-1)
	for i, x := range grid {
		rate := math.Exp(x)
		s := max(sd, step*rate/2)
		z := (rate - r.mean) / s
		out[i] = -z * z / 2
		best = max(best, out[i])
	}
	for i := range out {
		out[i] = math.Exp(out[i] - best)
	}
	return out
}

func normalGrid(grid []float64, step, mu, tau float64) []float64 {
	out, sum := make([]float64, len(grid)), 0.0
	tau = max(tau, step)
	for i, x := range grid {
		z := (x - mu) / tau
		if z > -6 && z < 6 {
			out[i] = math.Exp(-z * z / 2)
			sum += out[i]
		}
	}
	for i := range out {
		out[i] /= sum
	}
	return out
}

func summarise(mus []float64, weight [][]float64) pool {
	var flat []float64
	for _, w := range weight {
		flat = append(flat, w...)
	}
	prob := softmax(flat)
	var p pool
	for i, tau := range tauGrid {
		w, m, m2 := 0.0, 0.0, 0.0
		for k, mu := range mus {
			q := prob[i*len(mus)+k]
			w, m, m2 = w+q, m+q*mu, m2+q*mu*mu
		}
		if w < 1e-6 {
			continue
		}
		m, m2 = m/w, m2/w
		p.nodes = append(p.nodes, RateNode{w, tau, m, math.Sqrt(max(m2-m*m, 1e-8))})
		p.tau += w * tau
		p.mu += w * m
		p.se += w * m2
	}
	p.se = math.Sqrt(max(p.se-p.mu*p.mu, 0))
	normaliseNodes(p.nodes)
	return p
}

// posteriors returns mean and variance of each rate itself.
func posteriors(grid []float64, like [][]float64, weight [][]float64, parts [][][]float64, rates []linear) []linear {
	var flat []float64
	for _, w := range weight {
		flat = append(flat, w...)
	}
	prob := softmax(flat)
	out := make([]linear, len(rates))
	for e := range rates {
		mix := make([]float64, len(grid))
		for i := range weight {
			for k, density := range parts[i] {
				w := prob[i*muSteps+k]
				if w < 1e-9 {
					continue
				}
				w /= dot(like[e], density) + 1e-300
				for j, d := range density {
					mix[j] += w * d
				}
			}
		}
		sum, m, m2 := 0.0, 0.0, 0.0
		for j, x := range grid {
			q, r := mix[j]*like[e][j], math.Exp(x)
			sum, m, m2 = sum+q, m+q*r, m2+q*r*r
		}
		m, m2 = m/sum, m2/sum
		out[e] = linear{m, max(m2-m*m, 1e-12*m*m)}
	}
	return out
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, x := range a {
		sum += x * b[i]
	}
	return sum
}
