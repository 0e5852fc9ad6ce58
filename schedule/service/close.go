package service

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/erlang"
	"github.com/ringtide/ringtide/schedule"
)

// Options are what Close weighs besides the shifts.
type Options struct {
	// Options of each solve. UnderCents must be unset: what an agent is worth is what is
	// sought. Work is that of one round.
	schedule.Options
	OnPosition float64 // share of rostered time, breaks apart, at the phones; above 0, up to 1
	Rounds     int     // most solves after the first; 0 means 10
}

// A Round is one solve and what came of it.
type Round struct {
	Wages   int64   `json:"wages_cents"`
	Service float64 `json:"service"` // of all contacts
	Missed  int     `json:"missed"`  // intervals and periods below the target
	Asked   int     `json:"asked"`   // agent-intervals that the round asked for at any price
	// Prices are what a contact served in time was worth, in cents, in the least and the
	// dearest period; 0 of a target per interval.
	Least float64 `json:"least"`
	Most  float64 `json:"most"`
	Kept  bool    `json:"kept"` // the best so far
}

// A Result is a roster whose service was checked, and the one it began from.
type Result struct {
	Roster schedule.Roster `json:"roster"`
	Wages  int64           `json:"wages_cents"` // cents
	// Service of the roster; it meets the target if Service.Missed is 0.
	Service Service `json:"service"`
	// Stationary is the roster for the requirement of each interval by itself, as if it
	// were a steady queue, and what it does.
	Stationary struct {
		Roster  schedule.Roster `json:"roster"`
		Wages   int64           `json:"wages_cents"`
		Service Service         `json:"service"`
	} `json:"stationary"`
	Rounds  []Round `json:"rounds"`
	Trimmed int     `json:"trimmed"` // shifts that could go from the best round's roster
	Stopped bool    `json:"stopped"`
}

// Close finds a roster of low wages whose service, as played by Evaluate, meets the
// target. It begins with the roster for the stationary requirement of each interval, and
// then solves again, round by round:
//
//   - Target per interval: the requirement is raised where the service as played misses it,
//     such as after a peak, whose backlog an interval by itself does not see, and lowered
//     where the roster's surplus around it lets one agent fewer do.
//   - Target per day or week: agents are not asked for but priced. One more agent in an
//     interval is worth the contacts that are served in time because of it, times a price of
//     the period that is raised until the target holds, and no further (Lagrangian
//     relaxation of the target). What an agent adds is that of the evaluation: each
//     interval's curve is bent to it in the first rounds. Only Target.Each is asked for.
//
// Prices jump over rosters that lie between two of them: the best one that still misses
// the target is filled up with single shifts. At the end single shifts that the target can spare
// are taken out. The roster with the least
// wages of those that meet the target is returned, the stationary one among them; if none
// does, the one that misses by the fewest contacts. Each solve has its own proved bound, of its
// own prices; that no cheaper roster meets the target is not proved.
//
// The prices reach the solver as a sample of requirements (schedule.Requirement.Paths): an agent
// is asked for by the share of the paths that his worth is of the price of an agent short.
//
// On a cancelled context the best so far is returned, and Stopped is set.
func Close(ctx context.Context, d Demand, t Target, patterns []schedule.Pattern, tours []schedule.Tour, opt Options) (Result, error) {
	c, err := newCloser(d, t, patterns, tours, opt)
	if err != nil {
		return Result{}, err
	}
	if err := c.stationary(ctx); err != nil {
		return Result{}, err
	}
	if err := c.begin(); err != nil {
		return Result{}, err
	}
	for range c.rounds {
		if ctx.Err() != nil {
			break
		}
		a, err := c.solve(ctx, c.need())
		if err != nil {
			return Result{}, err
		}
		c.note(a)
		again, err := c.adjust(a)
		if err != nil {
			return Result{}, err
		}
		if !again {
			break
		}
	}
	return c.finish(ctx)
}

// An attempt is a roster and its service.
type attempt struct {
	roster  schedule.Roster
	wages   int64
	on      []int   // by minute
	tallies []tally // by interval
	service Service
}

// A closer is the loop so far.
type closer struct {
	p        *player
	patterns []schedule.Pattern
	tours    []schedule.Tour
	opt      schedule.Options
	rounds   int
	first    attempt
	best     attempt
	below    *attempt // the best served of those that miss the target and cost less
	floors   []int    // rostered agents asked for in each interval at any price
	curves   []curve  // of intervals; nil of a target per interval
	prices   []search
	round    int
	idle     int // rounds since the best
	out      Result
}

func newCloser(d Demand, t Target, patterns []schedule.Pattern, tours []schedule.Tour, opt Options) (*closer, error) {
	p, err := newPlayer(d, t, opt.OnPosition, opt.Repeats)
	if err != nil {
		return nil, err
	}
	if opt.UnderCents != 0 || opt.Rounds < 0 || opt.Options.Rounds != 0 {
		return nil, errors.New("service: UnderCents and the rounds of a solve must be unset, Rounds 0 or more")
	}
	c := &closer{p: p, patterns: patterns, tours: tours, opt: opt.Options, rounds: opt.Rounds}
	if c.rounds == 0 {
		c.rounds = 10
	}
	c.opt.UnderCents = c.hardPrice()
	return c, nil
}

// hardPrice is what an agent-hour asked for at any price costs: a shift for a single
// interval is still cheaper than to go without.
func (c *closer) hardPrice() int64 {
	most := 1.0
	for _, p := range c.patterns {
		percent := 100
		for _, x := range p.Premiums {
			percent += x.Percent
		}
		most = max(most, float64(p.CallCents)+float64(p.CentsPerHour)*float64(p.Paid)/60*float64(percent)/100)
	}
	return int64(min(1.2*most/c.p.d.Grid.Step().Hours()+1, 1_000_000))
}

// wage is the least price of an agent-hour on position.
func (c *closer) wage() float64 {
	least := math.Inf(1)
	for _, p := range c.patterns {
		minutes := p.Length()
		for _, b := range p.Breaks {
			minutes -= b.Minutes
		}
		least = min(least, (float64(p.CentsPerHour)*float64(p.Paid)/60+float64(p.CallCents))/(float64(minutes)/60))
	}
	return max(1, least)
}

// stationary solves for the requirement of each interval by itself.
func (c *closer) stationary(ctx context.Context) error {
	need, err := c.p.required(c.p.t.Share, c.p.d.load)
	if err != nil {
		return err
	}
	a, err := c.solve(ctx, c.requirement(need))
	if err != nil {
		return err
	}
	c.first, c.best = a, a
	return nil
}

// required returns the rostered agents with which a steady queue of the load keeps the share.
func (p *player) required(share float64, load func(i int) float64) ([]int, error) {
	out := make([]int, p.d.Grid.Len())
	for i := range out {
		if p.d.Offered[i] == 0 || share == 0 {
			continue
		}
		n, err := erlang.AgentsA(p.line(i, load(i)), erlang.ServiceLevel(p.t.Formula, share))
		if err != nil {
			return nil, fmt.Errorf("service: %s: %w", p.d.Grid.Stamp(i), err)
		}
		out[i] = p.f.gross(n)
	}
	return out, nil
}

func (c *closer) requirement(agents []int) schedule.Requirement {
	need := schedule.Requirement{Grid: c.p.d.Grid, Agents: make([]float64, len(agents))}
	for i, n := range agents {
		need.Agents[i] = float64(n)
	}
	return need
}

// solve covers a requirement and plays the roster.
func (c *closer) solve(ctx context.Context, need schedule.Requirement) (attempt, error) {
	plan, err := schedule.CoverWeeks(ctx, need, c.patterns, c.tours, c.opt)
	if err != nil {
		return attempt{}, err
	}
	a := attempt{roster: plan.Roster, wages: plan.Cost.Wages}
	a.on = minutes(slices.Concat(plan.Roster, c.opt.Present), c.p.d.Grid, c.p.repeats)
	a.tallies, err = c.p.play(a.on, make([]tally, c.p.d.Grid.Len()), func(session) bool { return true })
	a.service = c.p.sum(a.tallies, a.on)
	return a, err
}

// note records a round and keeps its roster if it is the best.
func (c *closer) note(a attempt) {
	r := Round{Wages: a.wages, Service: a.service.All.Level, Missed: a.service.Missed}
	for _, n := range c.floors {
		r.Asked += n
	}
	for i, s := range c.prices {
		if i == 0 {
			r.Least = s.now
		}
		r.Least, r.Most = min(r.Least, s.now), max(r.Most, s.now)
	}
	c.idle++
	if better(a, c.best, c.p.t) {
		c.best, c.idle, r.Kept = a, 0, true
	}
	if a.service.Missed > 0 && (c.below == nil || a.service.missing(c.p.t) < c.below.service.missing(c.p.t)) {
		c.below = &a
	}
	c.out.Rounds = append(c.out.Rounds, r)
	c.round++
}

// better says whether a is to be preferred: it meets the target, or misses by fewer
// contacts; then it costs less.
func better(a, b attempt, t Target) bool {
	x, y := a.service.missing(t), b.service.missing(t)
	if math.Abs(x-y) > slack {
		return x < y
	}
	return a.wages < b.wages
}

// missing is how many contacts more would have to be served in time.
func (s Service) missing(t Target) float64 {
	sum := 0.0
	for _, l := range s.Intervals {
		if !l.Meets {
			sum += l.Offered * (t.each() - l.Level)
		}
	}
	for _, l := range s.Periods {
		if !l.Meets {
			sum += l.Offered * (t.Share - l.Level)
		}
	}
	return sum
}

func (c *closer) finish(ctx context.Context) (Result, error) {
	if err := c.fill(ctx); err != nil {
		return Result{}, err
	}
	trimmed, err := c.trim(ctx)
	if err != nil {
		return Result{}, err
	}
	out := c.out
	out.Roster, out.Wages, out.Service, out.Trimmed = c.best.roster, c.best.wages, c.best.service, trimmed
	out.Stationary.Roster, out.Stationary.Wages, out.Stationary.Service = c.first.roster, c.first.wages, c.first.service
	out.Stopped = ctx.Err() != nil
	return out, nil
}
