package uplift

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// libraryVersion is the version of the JSON form of a Library.
const libraryVersion = 3

// A Library is what a center knows about effects, in a form that can be kept: one
// entry per kind and, for each past cause, its own rate.
type Library struct {
	Version int          `json:"version"`
	Kinds   []KindEffect `json:"kinds"`
	Past    []PastEffect `json:"past,omitempty"`
}

// A KindEffect is the effect of a kind: rates are log-normal between causes with
// median Median and standard deviation of the log Tau.
type KindEffect struct {
	Kind   Kind    `json:"kind"`
	N      int     `json:"n"`      // past causes it was learned from
	Basis  string  `json:"basis"`  // "prior only" or, for instance, "4 past mailings"
	Source string  `json:"source"` // where the prior comes from
	Unit   string  `json:"unit"`
	Median float64 `json:"median"` // calls per unit of size; for a level, share
	Tau    float64 `json:"tau"`
	SE     float64 `json:"se"` // standard error of log Median
	// Size is the geometric mean size of past causes; 0 when none was known. A
	// cause of unknown size is taken to be that large.
	Size float64 `json:"size,omitempty"`
	// Slope is that of log calls on log size, with its standard error: Median is the
	// rate at Size, and that of another size is larger by the factor (size/Size)^(Slope-1).
	// With a standard error of 0 the rate is the same for all sizes.
	Slope   float64    `json:"slope"`
	SlopeSE float64    `json:"slope_se,omitempty"`
	Rates   []RateNode `json:"rates"`
	Shapes  []Shape    `json:"shapes"`
	// Predicted is how many past causes were predicted from before their start, and
	// Held how many of their totals then lay in the 80% interval (see Record).
	Predicted int `json:"predicted,omitempty"`
	Held      int `json:"held,omitempty"`
}

// A RateNode is a part of the joint posterior of (mu, tau): with the weight, tau
// is Tau and mu = log median is normal with mean Mu and standard deviation SD.
type RateNode struct {
	Weight float64 `json:"weight"`
	Tau    float64 `json:"tau"`
	Mu     float64 `json:"mu"`
	SD     float64 `json:"sd"`
}

// A Shape is what is known of how an effect of one class lies over time.
type Shape struct {
	Class   string         `json:"class"`
	N       int            `json:"n"`
	Kernels []KernelWeight `json:"kernels"` // falling weight, sum 1
	// Deviation is added to whatever kernel is drawn: what the past causes showed
	// and no kernel of the dictionary has. One value a day, as Mean.
	Deviation []float64 `json:"deviation,omitempty"`
	// Mean is the expected shape, one value a day since the start; an event's begins
	// seven days before it.
	Mean []float64 `json:"mean"`
	// Slow and Fast are the standard deviations, relative to the shape, with which a
	// single cause departs from it: over neighbouring days alike, and day by day.
	Slow float64 `json:"slow"`
	Fast float64 `json:"fast"`
}

// A KernelWeight is a kernel of the dictionary with its posterior weight.
type KernelWeight struct {
	Kernel
	Rule   Rule    `json:"rule"`
	Weight float64 `json:"weight"`
}

// A PastEffect is the rate of one past cause, as learned.
type PastEffect struct {
	ID   string  `json:"id"`
	Rate float64 `json:"rate"`
	SE   float64 `json:"se"`
}

// PriorLibrary returns what is believed of every kind before anything is learned.
func PriorLibrary() Library {
	lib := Library{Version: libraryVersion}
	for _, k := range Kinds() {
		lib.Kinds = append(lib.Kinds, priorEffect(k))
	}
	return lib
}

func priorEffect(k Kind) KindEffect {
	p := priors[k]
	e := KindEffect{Kind: k, Basis: "prior only", Source: p.source, Unit: p.unit,
		Median: p.median, Tau: tauPrior(k) * math.Sqrt(2/math.Pi), SE: p.off, Slope: 1}
	if p.median > 0 {
		for _, z := range []float64{.3, .7, 1.3, 2.2} {
			e.Rates = append(e.Rates, RateNode{math.Exp(-z * z / 2), z * tauPrior(k), math.Log(p.median), p.off})
		}
		normaliseNodes(e.Rates)
	}
	e.Shapes = []Shape{priorShape(k, "")}
	if k == Mailing {
		e.Shapes = append(e.Shapes, priorShape(k, "first"), priorShape(k, "marketing"))
	}
	return e
}

func normaliseNodes(nodes []RateNode) {
	sum := 0.0
	for _, n := range nodes {
		sum += n.Weight
	}
	for i := range nodes {
		nodes[i].Weight /= sum
	}
}

// Validate reports every fault of a library read from outside.
func (l *Library) Validate() error {
	var errs []error
	if l.Version != libraryVersion {
		errs = append(errs, fmt.Errorf("version %d; this program reads version %d: learn again", l.Version, libraryVersion))
	}
	seen := map[Kind]bool{}
	for _, e := range l.Kinds {
		if seen[e.Kind] {
			errs = append(errs, fmt.Errorf("kind %s stands twice", e.Kind))
		}
		seen[e.Kind] = true
		errs = append(errs, e.validate())
	}
	for _, p := range l.Past {
		if p.ID == "" || !finite(p.Rate) || !(p.SE >= 0) || !finite(p.SE) {
			errs = append(errs, fmt.Errorf("past cause %q: rate %v, se %v", p.ID, p.Rate, p.SE))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("uplift: library: %w", err)
	}
	return nil
}

func (e KindEffect) validate() error {
	var errs []error
	if _, ok := priors[e.Kind]; !ok {
		errs = append(errs, fmt.Errorf("kind %q is unknown", e.Kind))
		return errors.Join(errs...)
	}
	sum := 0.0
	for _, n := range e.Rates {
		if !(n.Weight >= 0) || !(n.Tau >= 0) || !(n.SD >= 0) || !finite(n.Mu) || !finite(n.Tau) || !finite(n.SD) {
			errs = append(errs, fmt.Errorf("kind %s: rate node %+v", e.Kind, n))
		}
		sum += n.Weight
	}
	if len(e.Rates) > 0 && !(math.Abs(sum-1) < 1e-6) {
		errs = append(errs, fmt.Errorf("kind %s: weights of rates sum to %v, not 1", e.Kind, sum))
	}
	if !finite(e.Slope) || !(e.SlopeSE >= 0) || !finite(e.SlopeSE) {
		errs = append(errs, fmt.Errorf("kind %s: slope %v, standard error %v", e.Kind, e.Slope, e.SlopeSE))
	}
	if e.Held < 0 || e.Held > e.Predicted {
		errs = append(errs, fmt.Errorf("kind %s: %d of %d predictions held", e.Kind, e.Held, e.Predicted))
	}
	if len(e.Shapes) == 0 {
		errs = append(errs, fmt.Errorf("kind %s: no shape", e.Kind))
	}
	for _, s := range e.Shapes {
		errs = append(errs, s.validate(e.Kind))
	}
	return errors.Join(errs...)
}

func (s Shape) validate(k Kind) error {
	days := priors[k].days
	if len(s.Mean) != days || len(s.Deviation) != 0 && len(s.Deviation) != days {
		return fmt.Errorf("kind %s class %q: shape of %d days and deviation of %d; both need %d", k, s.Class, len(s.Mean), len(s.Deviation), days)
	}
	sum := 0.0
	for _, w := range s.Kernels {
		if !slices.Contains(dictionary(k), w.Kernel) || !slices.Contains(rules(k), w.Rule) || !(w.Weight >= 0) {
			return fmt.Errorf("kind %s class %q: kernel %+v is not of the dictionary", k, s.Class, w)
		}
		sum += w.Weight
	}
	for _, v := range slices.Concat(s.Mean, s.Deviation) {
		if !finite(v) {
			return fmt.Errorf("kind %s class %q: shape value %v", k, s.Class, v)
		}
	}
	if !(math.Abs(sum-1) < 1e-6) || !(s.Slow >= 0) || !(s.Fast >= 0) || !finite(s.Slow) || !finite(s.Fast) {
		return fmt.Errorf("kind %s class %q: kernel weights sum to %v, departures %v and %v", k, s.Class, sum, s.Slow, s.Fast)
	}
	return nil
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }

// Kind returns the entry of a kind; that of the prior where the library has none.
func (l *Library) Kind(k Kind) KindEffect {
	for _, e := range l.Kinds {
		if e.Kind == k {
			return e
		}
	}
	return priorEffect(k)
}

// past returns what is known of a cause itself.
func (l *Library) past(id string) (PastEffect, bool) {
	i := slices.IndexFunc(l.Past, func(p PastEffect) bool { return p.ID == id })
	if i < 0 {
		return PastEffect{}, false
	}
	return l.Past[i], true
}

// shape returns the shape of a class, that of no class where it was never seen,
// and whether it is the one asked for.
func (e KindEffect) shape(class string) (Shape, bool) {
	i := slices.IndexFunc(e.Shapes, func(s Shape) bool { return s.Class == class })
	if i >= 0 {
		return e.Shapes[i], true
	}
	i = max(0, slices.IndexFunc(e.Shapes, func(s Shape) bool { return s.Class == "" }))
	return e.Shapes[i], false
}
