package service

import (
	"cmp"
	"context"
	"slices"

	"github.com/ringtide/ringtide/schedule"
)

// trials is how many shifts are tried at most.
const trials = 400

// trim takes out of the best roster, if it meets the target, single shifts that the
// target can spare, dearest first, and returns how many went. Shifts of tours stay: they
// are part of a week.
func (c *closer) trim(ctx context.Context) (int, error) {
	if c.best.service.Missed > 0 {
		return 0, nil
	}
	gone, tried := 0, 0
	for _, s := range c.singles() {
		if tried == trials || ctx.Err() != nil {
			break
		}
		tried++
		i := slices.IndexFunc(c.best.roster, func(o schedule.Shift) bool { return sameShift(o, s) })
		on := slices.Clone(c.best.on)
		addMinutes(on, c.p.d.Grid, c.p.repeats, s, -1)
		tallies, err := c.p.play(on, c.best.tallies, func(x session) bool { return c.touches(s, x) })
		if err != nil {
			return 0, err
		}
		now := c.p.sum(tallies, on)
		if now.Missed > 0 {
			continue
		}
		gone++
		c.best = attempt{slices.Delete(slices.Clone(c.best.roster), i, i+1), c.best.wages - c.wageOf(s)/60, on, tallies, now}
	}
	return gone, nil
}

// touches reports whether a shift is worked within a session.
func (c *closer) touches(s schedule.Shift, x session) bool {
	g := c.p.d.Grid
	return c.p.repeats || s.Start.Before(g.At(x.to)) && s.End.After(g.At(x.from))
}

// singles lists the shifts that are nobody's whose wage is whole cents, dearest first.
func (c *closer) singles() []schedule.Shift {
	var out []schedule.Shift
	for _, s := range c.best.roster {
		if s.Agent == "" && c.wageOf(s)%60 == 0 {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b schedule.Shift) int { return cmp.Compare(c.wageOf(b), c.wageOf(a)) })
	return out
}

func sameShift(a, b schedule.Shift) bool {
	return a.Pattern == b.Pattern && a.Start.Equal(b.Start) && a.Agent == b.Agent && slices.Equal(a.Breaks, b.Breaks)
}

func (c *closer) wageOf(s schedule.Shift) int64 {
	k := slices.IndexFunc(c.patterns, func(p schedule.Pattern) bool { return p.Name == s.Pattern })
	return c.patterns[k].Wage(s.Start)
}
