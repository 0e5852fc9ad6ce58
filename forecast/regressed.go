package forecast

// whole is the regression with all its terms, as a member.
type whole struct{ q *dayModel }

// seasonless is the regression without season and trend: a member where the history
// supports a season. One without the month terms was tried: it costs 2 % at one to four
// weeks where months matter.
type seasonless struct{ q *dayModel }

// regressed is what a regression says from one day on: its terms, and what is left of
// its level.
type regressed struct {
	*regression
	v      *view
	f      *filter
	b      []float64
	season bool
}

func (m whole) trust() float64 {
	if m.q.plain == nil {
		return 0.55
	}
	return 0.32
}
func (m seasonless) trust() float64 { return 0.23 }

func (m whole) look(v *view) outlook      { return regressed{m.q.main, v, v.main, v.sol.b, true} }
func (m seasonless) look(v *view) outlook { return regressed{m.q.plain, v, v.plain, v.plains.b, false} }

func (r regressed) level(t target) float64 {
	x := t.plain
	if r.season {
		x = t.x
	}
	return r.linear(x, r.b) + r.noise.after(r.f.predicted(r.b), t.ahead-1).sum() + r.v.carried(t.ahead)
}
