package uplift

import (
	"fmt"
	"math"
)

// Library returns what was learned in a form that can be kept, with the prior for
// every kind of which there was no past cause.
func (l *Learned) Library() Library {
	lib := Library{Version: libraryVersion}
	for _, k := range Kinds() {
		lib.Kinds = append(lib.Kinds, l.m.effect(k))
	}
	for i, c := range l.m.causes {
		if r := l.m.rates[i]; r.known {
			lib.Past = append(lib.Past, PastEffect{c.ID, r.mean, plugIn * math.Sqrt(r.variance)})
		}
	}
	return lib
}

func (m *model) effect(k Kind) KindEffect {
	e := priorEffect(k)
	pool, ok := m.pools[k]
	if !ok {
		return e
	}
	sized := false
	for i, c := range m.causes {
		if c.Kind == k && m.rates[i].known {
			e.N++
			sized = sized || c.size() != 0
		}
	}
	e.Basis = fmt.Sprintf("%d past %s", e.N, k.plural())
	if e.N == 1 {
		e.Basis = "1 past " + string(k)
	}
	e.Median, e.Tau, e.SE, e.Rates = math.Exp(pool.mu), pool.tau, pool.se, pool.nodes
	if sized {
		e.Size, e.Slope, e.SlopeSE = m.sizes[k], pool.slope.mean, math.Sqrt(pool.slope.variance)
		if e.SlopeSE == 0 { // sizes were all alike
			e.SlopeSE = slopePrior(k)
		}
	}
	e.Shapes = m.shapes(k, e.Shapes)
	return e
}

// shapes returns the learned shapes of a kind, and for the classes of the prior
// that were not seen what the seen ones say of them.
func (m *model) shapes(k Kind, unseen []Shape) []Shape {
	var out []Shape
	seen := map[string]bool{}
	for _, g := range m.groups {
		if g.kind == k && len(g.units) > 0 {
			out = append(out, g.shape())
			seen[g.class] = true
		}
	}
	learned := out[0]
	for _, s := range unseen {
		if !seen[s.Class] {
			g := newGroup(k, s.Class)
			g.setWeights(m.fromOthers(g))
			g.slow, g.fast = learned.Slow, learned.Fast
			out = append(out, g.shape())
		}
	}
	return out
}

func (g *group) shape() Shape {
	s := Shape{Class: g.class, N: g.causes, Slow: g.slow, Fast: g.fast}
	s.setKernels(g.entries, g.weight)
	s.Mean = make([]float64, len(g.mean))
	some := false
	for d, v := range g.mean {
		s.Mean[d] = v + g.dev[d]
		some = some || math.Abs(g.dev[d]) > 1e-9
	}
	if some {
		s.Deviation = g.dev
	}
	return s
}
