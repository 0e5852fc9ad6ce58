package uplift

import (
	"hash/fnv"
	"math"
	"math/rand/v2"
)

// stream returns the random numbers of one purpose: the same seed, name and
// number give the same numbers, whatever else is drawn and in which order.
func stream(seed uint64, name string, n int) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(seed^0x9e3779b97f4a7c15*uint64(n+1), h.Sum64()))
}

// A drawer draws futures of one cause.
type drawer struct {
	cause  Cause
	effect KindEffect
	shape  Shape
	size   float64 // signed
	own    *PastEffect
	stated *statement
	cum    []float64 // cumulated kernel weights
	days   [][]float64
	rule   []Rule
}

// A statement is a rate that the request itself states: one more observation of
// its log, with standard deviation off.
type statement struct{ log, off float64 }

// future is one draw: a rate, and which shape it comes with.
type future struct {
	rate   float64
	kernel int
}

func newDrawer(c Cause, e KindEffect, s Shape, size float64, own *PastEffect, st *statement) *drawer {
	d := &drawer{cause: c, effect: e, shape: s, size: size, own: own, stated: st}
	sum := 0.0
	for _, k := range s.Kernels {
		sum += k.Weight
		d.cum = append(d.cum, sum)
		d.days = append(d.days, withDeviation(k.Kernel, s.Deviation, c))
		d.rule = append(d.rule, k.Rule)
	}
	return d
}

// withDeviation returns a kernel with the learned deviation, below zero only where
// the kind rebounds; a pulse keeps its total. A stated ramp takes the place of what was learned: full
// but for 5 % after so many days.
func withDeviation(k Kernel, dev []float64, c Cause) []float64 {
	n := priors[c.Kind].days
	if c.Ramp > 0 {
		return Kernel{"ramp", float64(c.Ramp) / 3, 0}.days(n)
	}
	v := k.on(n, c.Kind.lead())
	for i := range dev {
		if v[i] += dev[i]; !c.Kind.rebounds() {
			v[i] = max(v[i], 0)
		}
	}
	if k.pulse() {
		scaleTo(v, 1)
	}
	return v
}

// draw draws rate and shape.
func (d *drawer) draw(r *rand.Rand) future {
	u, f := r.Float64(), future{}
	for f.kernel < len(d.cum)-1 && u > d.cum[f.kernel] {
		f.kernel++
	}
	pick, zMu, zRate := r.Float64(), r.NormFloat64(), r.NormFloat64()
	if d.own != nil {
		f.rate = logNormal(d.own.Rate, d.own.SE, zRate)
		return f
	}
	if len(d.effect.Rates) == 0 {
		return f
	}
	i, sum := 0, d.effect.Rates[0].Weight
	for i < len(d.effect.Rates)-1 && pick > sum {
		i++
		sum += d.effect.Rates[i].Weight
	}
	n := d.effect.Rates[i]
	mu := n.Mu + math.Log(d.effect.bend(math.Abs(d.size), r.NormFloat64()))
	mean, sd := mu+n.SD*zMu, n.Tau
	if d.stated != nil {
		pr, ps := 1/(sd*sd+n.SD*n.SD), 1/(d.stated.off*d.stated.off)
		mean, sd = (mu*pr+d.stated.log*ps)/(pr+ps), math.Sqrt(1/(pr+ps))
	}
	f.rate = min(math.Exp(mean+sd*zRate), most(d.effect.Kind))
	return f
}

// logNormal draws a positive number of the given mean and standard error.
func logNormal(mean, se, z float64) float64 {
	if mean <= 0 {
		return 0
	}
	v := math.Log1p(se * se / (mean * mean))
	return mean * math.Exp(math.Sqrt(v)*z-v/2)
}

// layout is a cause on one queue: the mean of every open day it reaches, per unit
// of rate and size, for each kernel.
type layout struct {
	days  []int       // open days reached under any rule, rising
	kappa [][]float64 // per kernel
	noise [][]float64 // per kernel: standard deviation of the log of a day's departure
}

func (d *drawer) layOut(run dayRun, level []float64) layout {
	n := priors[d.effect.Kind].days
	places, used := map[Rule]placement{}, make([]bool, len(run.open))
	for _, r := range rules(d.effect.Kind) {
		var w []float64
		if r == Weekdays {
			w = level
		}
		places[r] = place(d.cause, run, n, r, w)
		for _, p := range places[r].days {
			used[p.day] = true
		}
	}
	var lay layout
	at := make([]int, len(used))
	for i, yes := range used {
		at[i] = len(lay.days)
		if yes {
			lay.days = append(lay.days, i)
		}
	}
	for k, shape := range d.days {
		kappa := make([]float64, len(lay.days))
		for _, p := range places[d.rule[k]].days {
			kappa[at[p.day]] = p.at(shape)
		}
		lay.kappa = append(lay.kappa, kappa)
		lay.noise = append(lay.noise, d.departures(kappa))
	}
	return lay
}

// departures turns the scale of departures, which is that of the blurred shape,
// into a multiplier's standard deviation; where the shape is next to nothing the
// multiplier stays within reason.
func (d *drawer) departures(kappa []float64) []float64 {
	out, blur := make([]float64, len(kappa)), blurred(kappa)
	v := d.shape.Slow*d.shape.Slow + d.shape.Fast*d.shape.Fast
	for j, k := range kappa {
		if k != 0 {
			ratio := min(max(blur[j]/math.Abs(k), .5), 1.5)
			out[j] = math.Sqrt(math.Log1p(ratio * ratio * v))
		}
	}
	return out
}

// daily fills out with the effect of one future on the days of a layout, in calls
// (without the sign), for a queue with the given share. Departures keep the total.
func (d *drawer) daily(out []float64, f future, lay layout, share float64, r *rand.Rand) {
	slow := d.shape.Slow * d.shape.Slow
	part := slow / max(slow+d.shape.Fast*d.shape.Fast, 1e-12)
	scale := f.rate * math.Abs(d.size) * share
	g, plain, sum := r.NormFloat64(), 0.0, 0.0
	for j, k := range lay.kappa[f.kernel] {
		if j > 0 {
			keep := math.Exp(-float64(lay.days[j]-lay.days[j-1]) / slowDays)
			g = keep*g + math.Sqrt(1-keep*keep)*r.NormFloat64()
		}
		sd := lay.noise[f.kernel][j]
		z := math.Sqrt(part)*g + math.Sqrt(1-part)*r.NormFloat64()
		out[j] = k * math.Exp(sd*z-sd*sd/2)
		plain, sum = plain+k, sum+out[j]
	}
	if sum > 0 {
		scale *= plain / sum
	}
	for j := range out {
		out[j] *= scale
	}
}
