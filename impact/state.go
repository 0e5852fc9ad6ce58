package impact

import (
	"math"

	"gonum.org/v1/gonum/mathext"

	"github.com/ringtide/ringtide/erlang"
)

// A fate is what becomes of a caller who meets a number of calls in a pool: chances, 0 to
// 1, to be answered within the target wait, to hang up within it, to hang up at all, and
// that an agent is free for the caller within it, whether still there or not.
type fate struct{ inTime, soonGone, gone, reached float64 }

// fates are the fates of those who meet 0, 1, ... calls.
type fates struct {
	at       []fate
	patience float64 // seconds
	formula  erlang.Definition
}

// newFates works out the fates before up to most calls. With n agents, each call of mean
// length 1/m, and patience of mean 1/t, whoever meets k others waiting is at the agents
// when a chain with the rates nm+kt, nm+(k-1)t, ..., nm has run out. With a = nm/t that
// time V has exp(-tV) of the beta law (a, k+1); seen by those who stay, (a+1, k+1). They
// are answered with chance nm / (nm+(k+1)t). (Mandelbaum and Zeltyn 2007, section 4.4, has
// the sums; the law of V is Rényi's of order statistics.) Agents may be fractional: of the
// last one, the part that is there is free.
func newFates(most int, agents, aht, patience float64, target Target) fates {
	f := fates{at: make([]fate, most+1), patience: patience, formula: target.Formula}
	within := target.Within.Seconds()
	a, left := agents*patience/aht, math.Exp(-within/patience)
	late := func(a, k float64) float64 { // chance that the chain lasts longer than the target
		if a <= 0 {
			return 1
		}
		return mathext.RegIncBeta(a, k+1, left)
	}
	for n := range f.at {
		free := min(1, max(0, agents-float64(n)))
		if free == 1 {
			f.at[n] = fate{inTime: 1, reached: 1}
			continue
		}
		k := max(0, float64(n)-agents)
		answered := a / (a + k + 1)
		in := answered * (1 - late(a+1, k))
		over := late(a, k)
		f.at[n] = fate{
			inTime: free + (1-free)*in, soonGone: (1 - free) * max(0, 1-left*over-in),
			gone: (1 - free) * (1 - answered), reached: free + (1-free)*(1-over),
		}
	}
	return f
}

func (x *fate) add(w float64, y fate) {
	x.inTime += w * y.inTime
	x.soonGone += w * y.soonGone
	x.gone += w * y.gone
	x.reached += w * y.reached
}

// knot turns sums of fates, of weight all, into service. The mean wait is the share that
// hangs up times the mean patience, which an exponential patience makes so.
func (x fate) knot(all float64, f *fates) knot {
	in, soon, gone := x.inTime/all, x.soonGone/all, x.gone/all
	level := in
	switch f.formula {
	case erlang.SLAnswered:
		level = ratio(in, 1-gone)
	case erlang.SLInclAbandons:
		level = in + soon
	case erlang.SLExclShortAbandons:
		level = ratio(in, 1-soon)
	case erlang.SLVirtual:
		level = x.reached / all
	}
	return knot{level: float32(level), abandon: float32(gone), wait: float32(gone * f.patience)}
}

// ratio is a share of those who are left; nobody left is nobody late.
func ratio(part, of float64) float64 {
	if of <= 0 {
		return 1
	}
	return part / of
}
