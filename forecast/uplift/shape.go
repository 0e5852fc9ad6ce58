package uplift

import (
	"cmp"
	"math"
	"slices"
	"sync"
)

// Departures of a single cause from the shape before any is seen.
const (
	priorSlow = .35
	priorFast = .25
	levelSlow = .22
	levelFast = .15
	// slowDays is the range of days over which slow departures are alike.
	slowDays = 3.0
)

// departuresOf returns the prior medians of a kind's departures and the standard
// deviation of their logs. A level acts for as long as the base is looked at, so that
// days of the base that nobody explains pass for departures unless these are held
// small.
func departuresOf(k Kind) (slow, fast, doubt float64) {
	if k.step() {
		return levelSlow, levelFast, .25
	}
	return priorSlow, priorFast, .6
}

// entry is a kernel of the dictionary with the rule it is combined with.
type entry struct {
	kernel Kernel
	rule   Rule
	days   []float64
	prior  float64 // log weight before data
	delay  float64 // log of the kernel's
}

// laidOut holds every dictionary on the days of its kind; nobody writes to it.
var laidOut = sync.OnceValue(func() map[Kind][][]float64 {
	out := map[Kind][][]float64{}
	for _, k := range Kinds() {
		for _, kern := range dictionary(k) {
			out[k] = append(out[k], kern.on(priors[k].days, k.lead()))
		}
	}
	return out
})

// entries lays the dictionary of a kind out on days, with prior log weights for a class.
func entries(k Kind, class string) []entry {
	mean, sd := delayOf(k, class)
	shapes := laidOut()[k]
	var out []entry
	for i, kern := range dictionary(k) {
		delay := math.Log(kern.delay())
		z := (delay - mean) / sd
		for _, c := range rules(k) {
			out = append(out, entry{kern, c, shapes[i], -z*z/2 - kern.rarity(), delay})
		}
	}
	return out
}

func priorShape(k Kind, class string) Shape {
	es := entries(k, class)
	logw := make([]float64, len(es))
	for i, e := range es {
		logw[i] = e.prior
	}
	slow, fast, _ := departuresOf(k)
	s := Shape{Class: class, Slow: slow, Fast: fast}
	s.setKernels(es, softmax(logw))
	s.Mean = meanShape(es, softmax(logw))
	return s
}

// setKernels keeps the kernels that carry all but a thousandth of the weight.
func (s *Shape) setKernels(es []entry, w []float64) {
	s.Kernels = nil
	for i, e := range es {
		s.Kernels = append(s.Kernels, KernelWeight{e.kernel, e.rule, w[i]})
	}
	slices.SortStableFunc(s.Kernels, func(a, b KernelWeight) int { return cmp.Compare(b.Weight, a.Weight) })
	sum, n := 0.0, 0
	for n < len(s.Kernels) && sum < .999 {
		sum += s.Kernels[n].Weight
		n++
	}
	s.Kernels = s.Kernels[:n]
	for i := range s.Kernels {
		s.Kernels[i].Weight /= sum
	}
}

func meanShape(es []entry, w []float64) []float64 {
	mean := make([]float64, len(es[0].days))
	for i, e := range es {
		for d, v := range e.days {
			mean[d] += w[i] * v
		}
	}
	return mean
}

// softmax returns weights proportional to exp(logw) that sum to 1.
func softmax(logw []float64) []float64 {
	top, sum := slices.Max(logw), 0.0
	w := make([]float64, len(logw))
	for i, l := range logw {
		w[i] = math.Exp(l - top)
		sum += w[i]
	}
	for i := range w {
		w[i] /= sum
	}
	return w
}
