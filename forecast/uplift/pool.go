package uplift

import (
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"
)

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
	slope linear  // of log calls on log size
}

var tauGrid = []float64{.03, .08, .14, .2, .27, .35, .45, .57, .72, .92, 1.2, 1.6}

const (
	poolSteps = 241 // nodes of log rates
	muEvery   = 4   // each fourth is one of mu: normals on the grid are one bell, moved
	muSteps   = (poolSteps-1)/muEvery + 1
	poolReach = 3.5 // log rates this far to either side of what is known
)

// poolRates returns the posterior of a kind, whose tau has a prior of the given scale,
// whose slope on size has one of standard deviation bend, and whose rates reach up to
// most; and, for each cause, mean and variance of its rate given all of them. sizes are
// log sizes around their mean: mu is the log median at the mean.
func poolRates(p prior, scale, bend, most float64, rates []linear, sizes []float64) (pool, []linear) {
	grid, step := logGrid(p, most, rates)
	slopes := slopeNodes(bend, sizes)
	fits := make([]poolFit, len(slopes))
	var work sync.WaitGroup
	for i, s := range slopes {
		work.Go(func() { fits[i] = fitPool(p, scale, grid, step, rates, sizes, s) })
	}
	work.Wait()
	return summarise(grid, fits), posteriors(grid, fits)
}

// A poolFit is the posterior of mu and tau under one slope.
type poolFit struct {
	slope  float64
	shift  []float64   // per rate: its log less that at the mean size
	like   [][]float64 // per rate: its likelihood by log rate at the mean size
	weight [][]float64 // log posterior on the (tau, mu) grid, the slope's prior included
	parts  [][]density
}

func fitPool(p prior, scale float64, grid []float64, step float64, rates []linear, sizes []float64, s slopeNode) poolFit {
	f := poolFit{slope: s.slope, shift: make([]float64, len(rates)), like: make([][]float64, len(rates)),
		weight: make([][]float64, len(tauGrid)), parts: make([][]density, len(tauGrid))}
	for e, r := range rates {
		f.shift[e] = (s.slope - 1) * sizes[e]
		var top float64
		f.like[e], top = logLikeGrid(grid, step, f.shift[e], r)
		s.log += top
	}
	for i, tau := range tauGrid {
		bell := newBell(step, tau)
		f.weight[i], f.parts[i] = make([]float64, muSteps), make([]density, muSteps)
		for k := range muSteps {
			z := (grid[k*muEvery] - math.Log(p.median)) / p.off
			lw := s.log + math.Log(tauWidth(i)) - tau*tau/(2*scale*scale) - z*z/2
			d := bell.at(k*muEvery, f.like)
			for _, v := range d.like {
				lw += math.Log(v + 1e-300)
			}
			f.weight[i][k], f.parts[i][k] = lw, d
		}
	}
	return f
}

// tauWidth is the width of the part of the grid of tau that node i stands for.
func tauWidth(i int) float64 {
	lo, hi := max(i-1, 0), min(i+1, len(tauGrid)-1)
	return (tauGrid[hi] - tauGrid[lo]) / float64(max(hi-lo, 1))
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

// logLikeGrid is the likelihood of a rate by its log less a shift, its top 1, and the
// log of that top. A likelihood narrower than the grid is widened to it.
func logLikeGrid(grid []float64, step, shift float64, r linear) (like []float64, top float64) {
	like = make([]float64, len(grid))
	sd := math.Sqrt(r.variance)
	top = math.Inf(-1)
	for i, x := range grid {
		rate := math.Exp(x + shift)
		s := max(sd, step*rate/2)
		z := (rate - r.mean) / s
		like[i] = -z * z / 2
		top = max(top, like[i])
	}
	for i := range like {
		like[i] = math.Exp(like[i] - top)
	}
	return like, top
}

// A bell is a normal density of one standard deviation on steps of the grid, up to
// six of them to either side.
type bell struct {
	reach  int       // steps to either side
	values []float64 // 2·reach + 1
	upTo   []float64 // sums of the values before each
}

func newBell(step, sd float64) bell {
	sd = max(sd, step)
	var b bell
	for b.reach < poolSteps && float64(b.reach+1)*step < 6*sd {
		b.reach++
	}
	b.upTo = append(b.upTo, 0)
	for d := -b.reach; d <= b.reach; d++ {
		z := float64(d) * step / sd
		b.values = append(b.values, math.Exp(-z*z/2))
		b.upTo = append(b.upTo, b.upTo[len(b.upTo)-1]+b.values[len(b.values)-1])
	}
	return b
}

// A density is a bell around a node, cut to the grid and summing to 1.
type density struct {
	from   int       // first node
	values []float64 // before division by total
	total  float64
	like   []float64 // per rate: its likelihood under the density
}

func (b bell) at(node int, like [][]float64) density {
	lo, hi := max(node-b.reach, 0), min(node+b.reach+1, poolSteps)
	first, end := lo-node+b.reach, hi-node+b.reach
	d := density{lo, b.values[first:end], b.upTo[end] - b.upTo[first], make([]float64, len(like))}
	for e, l := range like {
		d.like[e] = floats.Dot(l[lo:hi], d.values) / d.total
	}
	return d
}

func summarise(grid []float64, fits []poolFit) pool {
	prob := probabilities(fits)
	var p pool
	for i, tau := range tauGrid {
		w, m, m2 := 0.0, 0.0, 0.0
		for b, f := range fits {
			for k := range muSteps {
				q, mu := prob[b][i*muSteps+k], grid[k*muEvery]
				w, m, m2 = w+q, m+q*mu, m2+q*mu*mu
				p.slope.mean += q * f.slope
				p.slope.variance += q * f.slope * f.slope
			}
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
	p.slope.variance = max(p.slope.variance-p.slope.mean*p.slope.mean, 0)
	if len(fits) == 1 { // not a sum that rounds
		p.slope = linear{fits[0].slope, 0}
	}
	normaliseNodes(p.nodes)
	return p
}

// probabilities are the posteriors of (tau, mu) and slope, in the order of the fits.
func probabilities(fits []poolFit) [][]float64 {
	var logs []float64
	for _, f := range fits {
		logs = append(logs, slices.Concat(f.weight...)...)
	}
	prob, each := softmax(logs), len(logs)/len(fits)
	out := make([][]float64, len(fits))
	for b := range fits {
		out[b] = prob[b*each : (b+1)*each]
	}
	return out
}

// posteriors returns mean and variance of each rate itself.
func posteriors(grid []float64, fits []poolFit) []linear {
	prob := probabilities(fits)
	out := make([]linear, len(fits[0].like))
	mix := make([]float64, len(grid))
	for e := range out {
		sum, m, m2 := 0.0, 0.0, 0.0
		for b, f := range fits {
			clear(mix)
			for i := range f.weight {
				for k, d := range f.parts[i] {
					if w := prob[b][i*muSteps+k]; w >= 1e-9 {
						floats.AddScaled(mix[d.from:d.from+len(d.values)], w/(d.like[e]+1e-300)/d.total, d.values)
					}
				}
			}
			for j, x := range grid {
				q, r := mix[j]*f.like[e][j], math.Exp(x+f.shift[e])
				sum, m, m2 = sum+q, m+q*r, m2+q*r*r
			}
		}
		m, m2 = m/sum, m2/sum
		out[e] = linear{m, max(m2-m*m, 1e-12*m*m)}
	}
	return out
}
