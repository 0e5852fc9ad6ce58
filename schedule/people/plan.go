package people

import (
	"context"
	"slices"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// A Plan is who works what, and what is to be said of it.
type Plan struct {
	Start interval.Date `json:"start"`
	Weeks int           `json:"weeks"`
	// Roster holds every slot in the order of its start; Agent is empty where nobody has it.
	Roster    schedule.Roster `json:"roster"`
	People    []Share         `json:"people"` // as in the problem
	Unfilled  []Unfilled      `json:"unfilled"`
	Unfixed   []Unfixed       `json:"unfixed"`
	Below     []Below         `json:"below"`
	Awards    []Awarded       `json:"awards,omitempty"` // wishes in the order of bids, of BySeniority
	Fairness  Fairness        `json:"fairness"`
	Filled    int             `json:"filled"`     // slots that have someone
	CostCents int64           `json:"cost_cents"` // price of what is unfilled
	// BoundCents is proved: no plan that keeps the rules, and the fixed shifts that could
	// be given, leaves slots unfilled for less. Gap is the rest of CostCents as its share, 0 to 1.
	BoundCents int64   `json:"bound_cents"`
	Gap        float64 `json:"gap"`
	Stopped    bool    `json:"stopped,omitempty"` // cancelled: the best plan so far
}

// A Share is what one person has.
type Share struct {
	Name        string    `json:"name"`
	Shifts      int       `json:"shifts"`
	Hours       []float64 `json:"hours"` // paid, by week
	Weekends    int       `json:"weekends"`
	Nights      int       `json:"nights"`
	WeekendsAll int       `json:"weekends_all"` // with those before
	NightsAll   int       `json:"nights_all"`
	Bid         int       `json:"bid"`     // place in the order of bids, from 1
	Weight      float64   `json:"weight"`  // what a wish counts, by seniority
	Points      int       `json:"points"`  // wishes met: points of likes less those of dislikes
	Granted     int       `json:"granted"` // wishes: a like worked at least once, a dislike never
	Asked       int       `json:"asked"`
	MinHours    float64   `json:"min_hours"` // of the rules, a week; 0 means none
	MaxHours    float64   `json:"max_hours"`
}

// Fairness is how evenly weekends, nights and hours fall, over those who may work any:
// counts with those before, per full-time week's worth of hours.
type Fairness struct {
	Weekends Spread `json:"weekends"`
	Nights   Spread `json:"nights"`
	Hours    Spread `json:"hours"` // mean hours a week
}

// A Spread is the least, the mean and the most over people.
type Spread struct {
	Least  float64 `json:"least"`
	Mean   float64 `json:"mean"`
	Most   float64 `json:"most"`
	People int     `json:"people"`
}

// Below is a week with fewer hours than promised.
type Below struct {
	Name     string  `json:"name"`
	Week     int     `json:"week"` // from 1
	Hours    float64 `json:"hours"`
	Promised float64 `json:"promised"`
	Text     string  `json:"text"`
}

// Assign fills the slots. A cancelled context ends the search with the best plan so
// far; errors are of the input.
func Assign(ctx context.Context, p Problem, opt Options) (Plan, error) {
	if err := p.Validate(); err != nil {
		return Plan{}, err
	}
	if err := opt.Validate(); err != nil {
		return Plan{}, err
	}
	in := newInstance(p)
	s := newSearch(p, in, opt.Seed)
	stop := func() bool { return ctx.Err() != nil }
	s.repair(stop)
	work := opt.Work
	if work == 0 {
		work = defaultWork * len(p.People) * p.Weeks
	}
	s.anneal(ctx, work)
	s.repair(stop)
	bound := s.total.unfilled
	if !s.exactly() {
		before := s.total.unfilled
		if bound = s.branch(ctx, s.bound(ctx)); s.total.unfilled < before { // a plan of other lines, not yet fair
			s.best = s.save()
			s.anneal(ctx, work/4)
			s.repair(stop)
		}
	}
	var awards []Awarded
	if p.Award == BySeniority {
		awards = s.award(p, stop)
	}
	plan := s.plan(p)
	plan.Awards = awards
	plan.BoundCents = min(bound, plan.CostCents)
	if plan.CostCents > 0 {
		plan.Gap = float64(plan.CostCents-plan.BoundCents) / float64(plan.CostCents)
	}
	plan.Unfilled, plan.Unfixed = s.unfilled(ctx, p), s.unfixed
	plan.Stopped = !s.finished || ctx.Err() != nil
	return plan, nil
}

const defaultWork = 12_000

// bound proves how much must stay unfilled.
func (s *search) bound(ctx context.Context) int64 {
	near := make([]bool, len(s.in.groups))
	for _, g := range s.holes {
		if near[g] {
			continue
		}
		c := newChain(s.state, g)
		c.explore(near)
		for _, l := range c.links {
			near[l.group] = true
		}
	}
	return s.in.lowerBound(ctx, s.total.unfilled, near, boundRounds, &budget{boundUnits})
}

// plan writes the state as a plan, without bound and reasons.
func (s *search) plan(p Problem) Plan {
	out := Plan{Start: p.Start, Weeks: p.Weeks, CostCents: s.total.unfilled}
	agent := make([]string, len(p.Slots))
	next := make([]int, len(s.in.groups))
	for i, l := range s.lines {
		for _, g := range l {
			if g != off {
				agent[s.in.groups[g].ordinals[next[g]]] = p.People[i].Name
				next[g]++
				out.Filled++
			}
		}
	}
	for i, slot := range p.Slots {
		shift := slot.Shift
		shift.Agent = agent[i]
		out.Roster = append(out.Roster, shift)
	}
	slices.SortStableFunc(out.Roster, func(a, b schedule.Shift) int { return a.Start.Compare(b.Start) })
	out.People, out.Below = s.shares(p)
	out.Fairness = s.fairness(p, out.People)
	return out
}
