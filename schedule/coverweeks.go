package schedule

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// CoverWeeks chooses whole weeks of agents, and single shifts, at the least sum of the
// wages and the prices of being short and over that Cover knows. It plans what Cover
// does not: tours, shifts over midnight, weeks that repeat, premiums, notice, and what
// the shifts of opt.Present leave open. Of a requirement that is paths it weighs the mean
// over them (sample average approximation: Kleywegt, Shapiro and Homem-de-Mello 2002), so
// the roster is the first stage and what is short the second. Patterns that a tour names are worked as part
// of its weeks only; the others singly. A day that is closed all day is a day off that
// a tour counts as worked. Weeks are those from the first day of the grid on.
//
// On a cancelled context the best roster so far is returned, with its gap, and Stopped
// is set: nobody, if there was no time at all. With a context that ends by the clock two
// runs may differ; bounded by opt.Work they do not.
//
// Method. The implicit program with break variables (Aykin 1996) is relaxed by a dual
// simplex; branching on the number of agents first lifts the bound well above the
// relaxation's, which hires fractions of people. The cheapest leaf is rounded by diving,
// and neighbourhoods of a few dozen agents are relaxed and rounded again. Small programs
// are searched whole. The prices of the best relaxation, rounded to integers, give
// BoundCents by Lagrangian duality, exactly; only a search of the whole tree, which makes
// the gap zero, relies on the tolerance of the simplex. Weeks of a longer grid are solved
// one after the other, each with what the one before reaches into it, and where nothing
// ties days together, days. Paths add no rows: what is short or over in an interval depends
// on who is on position then and on nothing else, so its mean is a convex function of that
// number, which the program prices exactly, level by level.
//
// Source: Kleywegt, Shapiro, Homem-de-Mello, The sample average approximation method for
// stochastic discrete optimization, SIAM Journal on Optimization 12 (2002).
func CoverWeeks(ctx context.Context, need Requirement, patterns []Pattern, tours []Tour, opt Options) (Plan, error) {
	if err := validateWeeks(need, patterns, tours, opt); err != nil {
		return Plan{}, err
	}
	opt.Present = slices.Concat(opt.Present, opt.Before)
	c := newCarrier(need, tours, opt)
	dates := datesOf(need.Grid)
	work := opt.Work
	if work == 0 {
		work = 60_000 * ((len(dates) + daysOfWeek - 1) / daysOfWeek)
	}
	plan := Plan{Required: need.Whole(), Paths: len(need.Paths)}
	before := opt
	var bound, wages, scale int64
	night := slices.ContainsFunc(patterns, Pattern.overnight)
	spill, length := night, daysOfWeek
	if len(tours) == 0 && !night && !opt.Repeats {
		length = 1 // nothing ties the days together
	}
	var prices []pricedAtoms
	for first := 0; first < len(dates); first += length {
		last := min(first+length, len(dates))
		h, err := newHorizon(need, patterns, tours, before, first, last)
		if err != nil {
			return Plan{}, err
		}
		scale = h.scale // the same for all
		w := &weekSearch{m: newImplicit(h, patterns, tours), seed: opt.Seed ^ uint64(h.dates[0].Number())}
		w.run(ctx, work*(last-first)/len(dates))
		named := c.carry(ctx, w, need.Pool, patterns, tours, work*(last-first)/len(dates))
		shifts := named.shifts
		plan.Roster = append(plan.Roster, shifts...)
		before.Present = append(slices.Clip(before.Present), shifts...)
		bound, wages = bound+w.bound, wages+named.wages
		spill = spill || h.spills()
		prices = append(prices, pricedAtoms{h, w.plain})
	}
	plan.Stopped = ctx.Err() != nil
	if err := settle(&plan, need, patterns, opt, wages); err != nil {
		return Plan{}, err
	}
	if spill && len(prices) > 1 {
		bound = jointBound(need, patterns, tours, opt, prices)
	}
	plan.bounded(bound / scale)
	return plan, nil
}

func validateWeeks(need Requirement, patterns []Pattern, tours []Tour, opt Options) error {
	err := validate(need, patterns, opt)
	errs := []error{err}
	if need.Grid.Len() == 0 {
		errs = append(errs, fmt.Errorf("schedule: requirement %q has no intervals", need.Pool))
	}
	names := map[string]bool{}
	for _, t := range tours {
		errs = append(errs, t.Validate(patterns))
		if names[t.Name] {
			errs = append(errs, fmt.Errorf("schedule: two tours named %q", t.Name))
		}
		names[t.Name] = true
	}
	errs = append(errs, opt.carryFault(need, tours))
	if opt.Repeats && err == nil && need.Grid.Len() > 0 {
		dates := datesOf(need.Grid)
		if len(dates) > daysOfWeek {
			errs = append(errs, fmt.Errorf("schedule: a grid of %d days repeats; give at most %d", len(dates), daysOfWeek))
		}
		if !need.Grid.At(0).Equal(dates[0].Start(need.Grid.Location())) || !need.Grid.End().Equal(dates[len(dates)-1].AddDays(1).Start(need.Grid.Location())) {
			errs = append(errs, errors.New("schedule: a grid that repeats must be of whole days"))
		}
	}
	return errors.Join(errs...)
}

// spills reports whether a shift may reach beyond the last day of the horizon.
func (h *horizon) spills() bool {
	return slices.ContainsFunc(h.duties, func(d duty) bool { return d.at+h.kinds[d.kind].length > h.first[len(h.dates)] })
}

// shifts turns a staffing into shifts in the order of their start: agents of a line get
// its duties, those of a duty its breaks, first come first served.
func (m *implicit) shifts(s *staffing, pool string, patterns []Pattern, tours []Tour) Roster {
	agents := m.agents(s, tours)
	var out Roster
	for i, n := range s.x {
		d := m.h.duties[i]
		p := patterns[d.kind]
		rests := m.deal(i, s)
		for a := range n {
			shift := Shift{Pool: pool, Pattern: p.Name, Date: m.h.dates[d.day], Start: m.h.at(d.at), End: m.h.at(d.at + m.h.kinds[d.kind].length), PaidMinutes: p.Paid}
			if d.tour >= 0 {
				shift.Agent = agents[i][a]
			}
			for b, br := range m.h.kinds[d.kind].breaks {
				from := d.at + rests[b][a]
				shift.Breaks = append(shift.Breaks, Rest{m.h.at(from), m.h.at(from + br.length)})
			}
			out = append(out, shift)
		}
	}
	slices.SortStableFunc(out, func(a, b Shift) int {
		if c := a.Start.Compare(b.Start); c != 0 {
			return c
		}
		return strings.Compare(a.Agent, b.Agent)
	})
	return out
}

// deal lists, for each break of a duty, its start for each agent, ascending.
func (m *implicit) deal(i int, s *staffing) [][]int {
	k := m.h.kinds[m.h.duties[i].kind]
	out := make([][]int, len(k.breaks))
	for b, at := range s.b[i] {
		for j, n := range at {
			out[b] = append(out[b], slices.Repeat([]int{k.breaks[b].at[j]}, n)...)
		}
	}
	return out
}

// agents names the agents of each duty of a tour: the line of the tour with the week.
func (m *implicit) agents(s *staffing, tours []Tour) map[int][]string {
	out := map[int][]string{}
	number := map[int]int{}
	byDay := map[[2]int][]string{} // agents at work by tour and day, where starts differ
	for l, n := range s.t {
		line := m.lines[l]
		for range n {
			number[line.tour]++
			name := fmt.Sprintf("%s %s %03d", tours[line.tour].Name, m.h.dates[0], number[line.tour])
			for _, i := range line.duties {
				out[i] = append(out[i], name)
			}
			for d := range daysOfWeek {
				if len(line.duties) == 0 && line.work>>d&1 == 1 {
					byDay[[2]int{line.tour, d}] = append(byDay[[2]int{line.tour, d}], name)
				}
			}
		}
	}
	order := make([]int, len(s.x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return m.h.duties[a].at - m.h.duties[b].at })
	for _, i := range order {
		d := m.h.duties[i]
		if d.tour < 0 || tours[d.tour].SameStart {
			continue
		}
		key := [2]int{d.tour, d.day % daysOfWeek}
		out[i], byDay[key] = byDay[key][:s.x[i]], byDay[key][s.x[i]:]
	}
	return out
}

// pricedAtoms is a horizon and the prices that bound it.
type pricedAtoms struct {
	h      *horizon
	prices []float64
}

// jointBound bounds several weeks together, whose shifts reach from one into the next:
// the prices of the weeks, side by side, are prices of the whole. Where two weeks price
// the same hours the lower counts, so that no line of either is worth more than it costs.
func jointBound(need Requirement, patterns []Pattern, tours []Tour, opt Options, parts []pricedAtoms) int64 {
	days := len(datesOf(need.Grid))
	h, err := newHorizon(need, patterns, tours, opt, 0, days)
	if err != nil || h.atom != parts[0].h.atom {
		return 0
	}
	prices := slices.Repeat([]float64{math.Inf(1)}, h.n)
	for _, p := range parts {
		shift := int(p.h.start.Sub(h.start).Minutes()) / h.atom
		for t, y := range p.prices {
			if shift+t < h.n {
				prices[shift+t] = min(prices[shift+t], y)
			}
		}
	}
	for t, y := range prices { // hours that nobody priced, as when there was no time to
		if math.IsInf(y, 1) {
			prices[t] = 0
		}
	}
	m := newImplicit(h, patterns, tours)
	if len(h.duties) > 0 {
		m.limitCounts()
	}
	return m.bound(prices, lp.NewSolver(&m.model, 0))
}

// settle counts who is on position, what is unmet and what all costs, in one look at
// the whole grid. Wages are in sixtieths of a cent, scaled.
func settle(plan *Plan, need Requirement, patterns []Pattern, opt Options, wages int64) error {
	h, err := newHorizon(need, patterns, nil, opt, 0, len(datesOf(need.Grid)))
	if err != nil {
		return err
	}
	cover, present := h.count(plan.Roster), h.count(opt.Present)
	var under, over int64
	perSlot := float64(need.Grid.Step().Minutes()) / float64(h.atom)
	plan.OnPosition = make([]float64, need.Grid.Len())
	for t, z := range cover {
		short := h.short(t, z)
		under += h.underPath * short
		over += h.overPath * h.surplus(t, z)
		i := h.slot[t]
		if i < 0 {
			continue
		}
		plan.OnPosition[i] += float64(z+present[t]) / perSlot
		if short > 0 {
			if n := len(plan.Unmet); n == 0 || plan.Unmet[n-1].Interval != i {
				plan.Unmet = append(plan.Unmet, Unmet{Interval: i, Required: plan.Required[i]})
			}
			u := &plan.Unmet[len(plan.Unmet)-1]
			u.ShortHours += float64(short*int64(h.atom)) / float64(60*h.paths)
			if len(need.Paths) > 0 {
				u.Chance = max(u.Chance, float64(h.above(t, z))/float64(h.paths))
			}
		}
	}
	for i := range plan.Unmet {
		plan.Unmet[i].OnPosition = plan.OnPosition[plan.Unmet[i].Interval]
	}
	plan.Cost = Cost{Wages: scaledCents(wages, h.scale), Under: scaledCents(under, h.scale), Over: scaledCents(over, h.scale)}
	plan.Cost.Total = plan.Cost.Wages + plan.Cost.Under + plan.Cost.Over
	return nil
}

// count returns how many agents of a roster are on position in each atom.
func (h *horizon) count(roster Roster) []int {
	out := make([]int, h.n)
	add := func(from, to time.Time, n int) {
		first, end := int(from.Sub(h.start)/time.Minute)/h.atom, int(to.Sub(h.start)/time.Minute)/h.atom
		for t := max(0, first); t < end; t++ {
			if u := h.fold(t); u >= 0 {
				out[u] += n
			}
		}
	}
	for _, s := range roster {
		add(s.Start, s.End, 1)
		for _, b := range s.Breaks {
			add(b.Start, b.End, -1)
		}
	}
	return out
}

// bounded sets the bound, in sixtieths of a cent, and the gap.
func (p *Plan) bounded(bound int64) {
	p.BoundCents = min(bound/60, p.Cost.Total) // three roundings can cost the total a cent
	if p.Cost.Total > 0 {
		p.Gap = float64(p.Cost.Total-p.BoundCents) / float64(p.Cost.Total)
	}
	p.Gap = math.Max(0, p.Gap)
}
