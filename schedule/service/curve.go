package service

import (
	"github.com/ringtide/ringtide/erlang"
)

// A curve says what each rostered agent adds to the share of an interval's contacts
// that are served in time. gain[k] is what agent k+1 adds, less with every agent: the
// chords of the concave hull of the service level, since no price makes a plan stop on the
// convex foot of the curve.
type curve struct{ gain []float64 }

// hopeless is a gain in the share of contacts not worth an agent at any price.
const hopeless = 1e-5

// newCurve follows the service level of a steady queue from nobody on.
func newCurve(l erlang.Line, t Target, f floor) (curve, error) {
	levels := []float64{0}
	for n := 1; ; n++ {
		v, err := erlang.LevelA(float64(n), l, t.Formula)
		if err != nil {
			return curve{}, err
		}
		v = max(v, levels[len(levels)-1])
		for len(levels) < f.gross(n) {
			levels = append(levels, levels[len(levels)-1])
		}
		gain := v - levels[len(levels)-1]
		levels = append(levels, v)
		if float64(n) > l.Load && (gain < hopeless || v > 1-hopeless) {
			return curve{chords(levels)}, nil
		}
	}
}

// chords returns the slopes of the concave hull of values at 0, 1, 2 and so on.
func chords(v []float64) []float64 {
	corners := []int{0}
	slope := func(a, b int) float64 { return (v[b] - v[a]) / float64(b-a) }
	for i := 1; i < len(v); i++ {
		for len(corners) > 1 && slope(corners[len(corners)-2], corners[len(corners)-1]) <= slope(corners[len(corners)-1], i) {
			corners = corners[:len(corners)-1]
		}
		corners = append(corners, i)
	}
	var out []float64
	for c := 1; c < len(corners); c++ {
		for range corners[c] - corners[c-1] {
			out = append(out, slope(corners[c-1], corners[c]))
		}
	}
	return out
}

// at is what the agent after n adds.
func (c curve) at(n int) float64 {
	if n >= len(c.gain) {
		return 0
	}
	return c.gain[n]
}

// worthAtLeast counts the agents that add so much or more.
func (c curve) worthAtLeast(gain float64) int {
	n := 0
	for n < len(c.gain) && c.gain[n] >= gain {
		n++
	}
	return n
}

// level is the share served in time, on the hull, with n agents.
func (c curve) level(n int) float64 {
	sum := 0.0
	for _, g := range c.gain[:min(n, len(c.gain))] {
		sum += g
	}
	return sum
}
