package service

import (
	"math"
	"slices"

	"github.com/ringtide/ringtide/schedule"
)

// A search closes in on the least price of a period at which its target holds.
type search struct {
	now    float64 // cents for a contact served in time
	lo, hi float64 // the dearest at which it was missed, the cheapest at which it held; 0 and +Inf at first
}

// step is by how much a price goes up or down before both sides are known.
const step = 1.5

// settle is how close the two sides come before a search ends.
const settle = 1.02

func (s *search) learn(held bool) {
	if held {
		s.hi = min(s.hi, s.now)
		s.lo = min(s.lo, s.hi)
	} else {
		s.lo = max(s.lo, s.now)
		s.hi = max(s.hi, s.lo)
	}
	switch {
	case s.lo == 0:
		s.now = s.hi / step
	case math.IsInf(s.hi, 1):
		s.now = s.lo * step
	default:
		s.now = math.Sqrt(s.lo * s.hi)
	}
}

func (s *search) done() bool { return s.lo > 0 && s.hi < s.lo*settle }

// loosen forgets half of what was learned: the curves have changed.
func (s *search) loosen() { s.lo, s.hi = s.lo*0.7, s.hi*1.4 }

// begin sets what the first round asks for and what contacts are worth.
func (c *closer) begin() error {
	var err error
	if c.p.t.Scope == PerInterval {
		c.floors, err = c.p.iterated()
		return err
	}
	load := make([]float64, c.p.d.Grid.Len())
	for _, s := range c.p.sessions {
		copy(load[s.from:], c.p.loads(s))
	}
	if c.floors, err = c.p.required(c.p.t.Each, func(i int) float64 { return load[i] }); err != nil {
		return err
	}
	if c.curves, err = c.p.steady(); err != nil {
		return err
	}
	c.prices = make([]search, len(c.p.names))
	for k := range c.prices {
		c.prices[k] = search{now: c.firstPrice(k), hi: math.Inf(1)}
	}
	return nil
}

// firstPrice is the price at which agents at the least wage, if they could be had by the
// interval, serve the share of a period's contacts.
func (c *closer) firstPrice(period int) float64 {
	cost := c.wage() * c.p.d.Grid.Step().Hours()
	share := func(price float64) float64 {
		won, all := 0.0, 0.0
		for i, k := range c.p.period {
			if k == period {
				all += c.p.d.Offered[i]
				n := c.curves[i].worthAtLeast(cost / (price * c.p.d.Offered[i]))
				won += c.p.d.Offered[i] * c.curves[i].level(max(n, c.floors[i]))
			}
		}
		return won / all
	}
	lo, hi := 1e-3, 1e7
	for range 60 {
		if mid := math.Sqrt(lo * hi); share(mid) >= c.p.t.Share {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}

// grain is into how many paths what agents are worth is cut.
const grain = 1000

// need turns floors and prices into the requirement of the next round. Paths ask for agents
// in the order of their worth, so that the share of the paths asking for an agent is the share
// of the price of an agent-hour short that he is worth.
func (c *closer) need() schedule.Requirement {
	if c.curves == nil {
		return c.requirement(c.floors)
	}
	need := schedule.Requirement{Grid: c.p.d.Grid, Paths: make([][]float64, grain)}
	for p := range need.Paths {
		need.Paths[p] = make([]float64, len(c.floors))
	}
	full := float64(c.opt.UnderCents) * c.p.d.Grid.Step().Hours()
	for i, floor := range c.floors {
		asking := grain
		for n := 0; asking > 0; n++ {
			if n >= floor {
				worth := 0.0
				if k := c.p.period[i]; k >= 0 {
					worth = c.prices[k].now * c.p.d.Offered[i] * c.curves[i].at(n)
				}
				asking = min(asking, int(math.Round(grain*worth/full)))
			}
			for p := range asking {
				need.Paths[p][i]++
			}
		}
	}
	return need
}

// bends is in how many rounds the curves are bent to the service as played.
const bends = 2

// patience is after how many rounds without a better roster the loop ends.
const patience = 4

// adjust learns from an attempt and says whether another round may find better.
func (c *closer) adjust(a attempt) (bool, error) {
	if c.p.t.Scope == PerInterval {
		return c.shift(a)
	}
	done := true
	for k := range c.prices {
		held := a.service.Periods[k].Meets
		c.prices[k].learn(held)
		done = done && c.prices[k].done()
	}
	raised := c.raise(a)
	if c.round <= bends {
		var err error
		if c.curves, err = c.p.played(a.on, a.service, c.curves); err != nil {
			return false, err
		}
		for k := range c.prices {
			c.prices[k].loosen()
		}
		return true, nil
	}
	return raised || !done && c.idle < patience, nil
}

// raise asks for one agent more than there was where an interval fell below what each
// is to keep: in the first two of a run of such intervals, since a backlog grows from there.
func (c *closer) raise(a attempt) bool {
	raised, run := false, 0
	per := len(a.on) / len(c.floors)
	for i, l := range a.service.Intervals {
		if l.Meets {
			run = 0
			continue
		}
		if run++; run > 2 {
			continue
		}
		if least := slices.Min(a.on[i*per : (i+1)*per]); least+1 > c.floors[i] {
			c.floors[i] = least + 1
			raised = true
		}
	}
	return raised
}
