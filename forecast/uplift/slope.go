package uplift

import (
	"fmt"
	"math"
)

// How calls grow with size is a regression on the log scale: of causes of one kind,
//
//	log(calls) = mu + b log(size / ref) + log(ref) + N(0, tau²),
//
// ref their geometric mean size. With b = 1 calls are in proportion to size, and the
// rate is the same for all sizes; otherwise the rate of a cause moves with its size as
// (size / ref)^(b - 1). The slope b is learned with mu and tau, from causes of
// different sizes; its prior N(1, slopePrior²) says that calls are in proportion, give
// or take: twice the pieces bring 1.80 to 2.22 times the calls (one standard deviation
// to either side), twice the calls of a section that is routed in 1.87 to 2.14 times.
// No source was found for either; both are assumptions.

// slopePrior is the standard deviation of the slope before any cause is seen.
func slopePrior(k Kind) float64 {
	if k.step() { // its size is calls already
		return .1
	}
	return .15
}

// A slopeNode is one of the slopes that are tried, with its log prior.
type slopeNode struct{ slope, log float64 }

// slopeNodes are the slopes of a kind whose causes have the given log sizes around
// their mean: more than one only where sizes differ.
func slopeNodes(sd float64, sizes []float64) []slopeNode {
	apart := 0.0
	for _, z := range sizes {
		apart = max(apart, math.Abs(z))
	}
	if apart < sameSize {
		return []slopeNode{{1, 0}}
	}
	var out []slopeNode
	for z := -4.0; z <= 4; z++ {
		out = append(out, slopeNode{1 + z*sd, -z * z / 2})
	}
	return out
}

// sameSize is the difference of log sizes below which causes count as equally large.
const sameSize = .05

// bend is the factor by which the rate at a size differs from that at the reference
// size, for a slope that lies z standard deviations from its mean.
func (e KindEffect) bend(size, z float64) float64 {
	if e.SlopeSE <= 0 || e.Size <= 0 || size <= 0 {
		return 1
	}
	return math.Pow(size/e.Size, e.Slope+z*e.SlopeSE-1)
}

// slopeLearned is how much narrower than its prior a slope must be to count as learned.
const slopeLearned = .9

// slopeSource says where the slope of a kind comes from.
func (e KindEffect) slopeSource() string {
	if e.SlopeSE < slopeLearned*slopePrior(e.Kind) {
		return "sizes of " + e.Basis
	}
	return "prior: in proportion to size, give or take; " + e.Basis + " say little of it"
}

// slopeText says what twice the size does.
func (e KindEffect) slopeText() string {
	twice := func(z float64) float64 { return math.Exp2(e.Slope + z*e.SlopeSE) }
	return fmt.Sprintf("twice the size brings %.2f times the calls (%.2f to %.2f)", twice(0), twice(-1), twice(1))
}
