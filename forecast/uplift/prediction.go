package uplift

import (
	"math"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// A Prediction is the uplift of one cause on the paths of a baseline.
type Prediction struct {
	Cause Cause `json:"cause"`
	// Basis is "prior only" or, for instance, "4 past mailings"; Source says where
	// the prior comes from.
	Basis       string       `json:"basis"`
	Source      string       `json:"source"`
	Assumptions []Assumption `json:"assumptions,omitempty"`
	// Shape is the mean shape, one value a day since the start (an event's begins seven
	// days before it): a share of the total
	// for a pulse, a level near 1 for a level.
	Shape []float64 `json:"shape"`
	// Hours is what becomes of calls where opening hours change; nil where they do not.
	Hours *HoursEffect `json:"-"`

	base  *forecast.Paths
	delta *forecast.Paths // the added calls and rates of the queues touched; negative where taken away
	at    []int           // queue of the baseline to queue of delta, -1 for none
	none  []int32         // the delta of a queue that is not touched
	still []float32
	days  []interval.Day
}

// An Assumption stands for a fact that the request leaves out.
type Assumption struct {
	Name   string `json:"name"`   // the missing fact
	Value  string `json:"value"`  // what was taken for it
	Source string `json:"source"` // and why
	Effect string `json:"effect"` // what it does to the answer
}

// With returns baseline and uplift together, as new paths. Counts are never
// negative. The counts of the baseline are the same numbers as without the cause,
// so the difference of the two is the uplift and no noise.
func (p *Prediction) With() *forecast.Paths {
	out := p.base.Clone()
	for path := range out.Len() {
		for q := range out.Queues() {
			counts, rates := out.Counts(path, q), out.Rates(path, q)
			if !p.Touches(q) {
				continue
			}
			for i, d := range p.Delta(path, q) {
				counts[i] += d
			}
			for i, d := range p.DeltaRates(path, q) {
				rates[i] = max(rates[i]+d, 0)
			}
		}
	}
	return out
}

// Delta returns the calls that the cause adds on a path and queue, one per
// interval; below zero where it takes calls away. It is a view: do not write to it.
func (p *Prediction) Delta(path, queue int) []int32 {
	if !p.Touches(queue) {
		return p.none
	}
	return p.delta.Counts(path, p.at[queue])
}

// Touches reports whether the cause acts on the queue of that index.
func (p *Prediction) Touches(queue int) bool { return p.at[queue] >= 0 }

// makeRoom allots the deltas of the queues that the cause touches.
func (p *Prediction) makeRoom(s *site) (err error) {
	names := p.base.Queues()
	p.at = make([]int, len(names))
	for i := range p.at {
		p.at[i] = -1
	}
	var touched []string
	for _, q := range s.queues {
		p.at[q.index] = len(touched)
		touched = append(touched, q.name)
	}
	p.none, p.still = make([]int32, p.base.Grid().Len()), make([]float32, p.base.Grid().Len())
	if len(touched) == 0 {
		return nil
	}
	p.delta, err = forecast.NewPaths(p.base.Grid(), touched, p.base.Len())
	return err
}

// DeltaRates returns the expected calls added, in the form of Delta.
func (p *Prediction) DeltaRates(path, queue int) []float32 {
	if !p.Touches(queue) {
		return p.still
	}
	return p.delta.Rates(path, p.at[queue])
}

// Days returns the days of the paths' grid, in the order of DailyTotal.
func (p *Prediction) Days() []interval.Day { return p.days }

// DailyTotal returns the calls added on a path and queue, one per day of the grid.
func (p *Prediction) DailyTotal(path, queue int) []int64 {
	out := make([]int64, len(p.days))
	delta := p.Delta(path, queue)
	for k, d := range p.days {
		for _, v := range delta[d.First:d.End] {
			out[k] += int64(v)
		}
	}
	return out
}

// Quantiles sum up a number over the paths.
type Quantiles struct {
	Mean float64 `json:"mean"`
	P025 float64 `json:"p025"`
	P05  float64 `json:"p05"`
	P10  float64 `json:"p10"`
	P25  float64 `json:"p25"`
	P50  float64 `json:"p50"`
	P75  float64 `json:"p75"`
	P90  float64 `json:"p90"`
	P95  float64 `json:"p95"`
	P975 float64 `json:"p975"`
}

func quantilesOf(v []float64) Quantiles {
	mean := 0.0
	for _, x := range v {
		mean += x / float64(len(v))
	}
	s := sorted(v)
	at := func(p float64) float64 { return quantile(s, p) }
	return Quantiles{mean, at(.025), at(.05), at(.1), at(.25), at(.5), at(.75), at(.9), at(.95), at(.975)}
}

// Total sums the uplift over the grid and all queues.
func (p *Prediction) Total() Quantiles {
	totals := make([]float64, p.base.Len())
	for _, day := range p.totals() {
		for path, v := range day {
			totals[path] += v
		}
	}
	return quantilesOf(totals)
}

// A Peak is the day on which the mean uplift, or what it takes away, is largest.
type Peak struct {
	Date  interval.Date `json:"date"`
	Calls Quantiles     `json:"calls"`
}

// Peak returns the peak day over all queues; its Date is zero when there is no uplift.
func (p *Prediction) Peak() Peak {
	var peak Peak
	best := 0.0
	for k, day := range p.totals() {
		sum := 0.0
		for _, v := range day {
			sum += v
		}
		if math.Abs(sum) > best {
			best = math.Abs(sum)
			peak = Peak{p.days[k].Date, quantilesOf(day)}
		}
	}
	return peak
}

// totals returns the calls of all queues by day and path.
func (p *Prediction) totals() [][]float64 {
	out := make([][]float64, len(p.days))
	for k := range out {
		out[k] = make([]float64, p.base.Len())
	}
	for path := range p.base.Len() {
		for q := range p.at {
			if !p.Touches(q) {
				continue
			}
			delta := p.Delta(path, q)
			for k, d := range p.days {
				for _, v := range delta[d.First:d.End] {
					out[k][path] += float64(v)
				}
			}
		}
	}
	return out
}
