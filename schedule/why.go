package schedule

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/ringtide/ringtide/schedule/internal/lp"
)

// A Why says what stands between a plan and its requirement.
type Why struct {
	Never     []Never    `json:"never"`
	Conflicts []Conflict `json:"conflicts"`
	// Priced is set when the rules allow to cover what Never leaves: being short is the
	// cheaper way at the price of Options.UnderCents. CoverCents is then the cost of a roster
	// that is short of nothing else, without a price on what is short, 0 if none was found.
	Priced     bool  `json:"priced"`
	CoverCents int64 `json:"cover_cents"`
}

// A Never is a run of short intervals that no shift of any pattern reaches.
type Never struct {
	From    int      `json:"from"` // first interval and the one past the last
	To      int      `json:"to"`
	Because []string `json:"because"` // for each pattern the field that forbids it
}

// A Conflict is a smallest set of rules that cannot hold together with the requirement of a
// run of short intervals, of its day, or of its week: all but any one can.
type Conflict struct {
	From   int    `json:"from"`
	To     int    `json:"to"`
	Within string `json:"within"` // intervals, day or week: what of the requirement counts in it
	Rules  []Rule `json:"rules"`
}

// A Rule is a part of the input that could be relaxed.
type Rule struct {
	Field string `json:"field"` // where it stands, such as seats, or patterns: part: max
	Words string `json:"words"`
	// Relaxed is the way around: what to write instead, and what a roster then costs and how
	// many agent-hours it is still short; the first of a conflict is the cheapest.
	Relaxed    string  `json:"relaxed"`
	CostCents  int64   `json:"cost_cents"`
	ShortHours float64 `json:"short_hours"`
	relax      func(*rules)
}

// rules are what a roster is made of.
type rules struct {
	patterns []Pattern
	tours    []Tour
	opt      Options
}

func (r rules) clone() rules {
	r.patterns, r.tours = slices.Clone(r.patterns), slices.Clone(r.tours)
	for i := range r.patterns {
		r.patterns[i].Breaks = slices.Clone(r.patterns[i].Breaks)
	}
	return r
}

// mostConflicts is how many runs of short intervals are looked into, longest shortage first.
const mostConflicts = 3

// proofSteps bounds each proof, and secondWork each roster of a way around.
const (
	proofSteps = 20_000
	secondWork = 4_000
)

// Explain says why a plan of CoverWeeks is short: hours that no pattern ever reaches, and the
// smallest sets of rules that conflict, each with the cheapest way around. That rules conflict is
// proved by linear relaxation: agents may be fractions, so what it finds short is short for
// all rosters. It takes requirements of agents, not paths, whose shortage has no yes or no.
//
// Method: of all rules that could be relaxed those are left out, one by one, without which the
// hours are short still (deletion filter, Chinneck and Dravnieks 1991). First the intervals by
// themselves are tried, then all of their day, then of their week.
//
// Source: Chinneck, Dravnieks, Locating minimal infeasible constraint sets in linear
// programs, ORSA Journal on Computing 3 (1991).
func Explain(ctx context.Context, need Requirement, patterns []Pattern, tours []Tour, opt Options, plan Plan) (Why, error) {
	if len(need.Paths) > 0 {
		return Why{}, errors.New("schedule: paths are short by more or less, not by yes or no; give one requirement of agents to be told why")
	}
	if err := validateWeeks(need, patterns, tours, opt); err != nil {
		return Why{}, err
	}
	x := &explainer{ctx: ctx, need: need, base: rules{patterns, tours, opt}}
	var out Why
	var beyond, within []Unmet // beyond what any pattern reaches, and within
	for _, u := range plan.Unmet {
		if len(x.never(u.Interval)) > 0 {
			beyond = append(beyond, u)
		} else {
			within = append(within, u)
		}
	}
	for _, r := range runs(beyond, need) {
		out.Never = append(out.Never, Never{r.from, r.to, x.never(r.from)})
	}
	rest := runs(within, need)
	slices.SortStableFunc(rest, func(a, b run) int { return int(math.Copysign(1, b.hours-a.hours)) })
	for _, r := range rest[:min(len(rest), mostConflicts)] {
		c, found, err := x.conflict(r)
		if err != nil {
			return Why{}, err
		}
		if found && !slices.ContainsFunc(out.Conflicts, func(o Conflict) bool { return sameRules(o, c) }) {
			out.Conflicts = append(out.Conflicts, c)
		}
	}
	out.Priced = len(rest) > 0 && len(out.Conflicts) == 0
	if out.Priced {
		dear := x.base.clone()
		dear.opt.UnderCents = maxCents
		if p, err := x.roster(dear); err == nil && len(p.Unmet) == len(plan.Unmet)-unmetOf(rest) {
			out.CoverCents = p.Cost.Wages + p.Cost.Over
		}
	}
	return out, ctx.Err()
}

func sameRules(a, b Conflict) bool {
	return slices.EqualFunc(a.Rules, b.Rules, func(x, y Rule) bool { return x.Field == y.Field })
}

// A run is short intervals [from, to) in a row on one day.
type run struct {
	from, to int
	hours    float64
}

func runs(short []Unmet, need Requirement) []run {
	var out []run
	dates := datesByInterval(need)
	for _, u := range short {
		if n := len(out); n > 0 && out[n-1].to == u.Interval && dates[u.Interval] == dates[u.Interval-1] {
			out[n-1].to++
			out[n-1].hours += u.ShortHours
		} else {
			out = append(out, run{u.Interval, u.Interval + 1, u.ShortHours})
		}
	}
	return out
}

func unmetOf(list []run) int {
	n := 0
	for _, r := range list {
		n += r.to - r.from
	}
	return n
}

// datesByInterval numbers the local day of each interval.
func datesByInterval(need Requirement) []int {
	out := make([]int, need.Grid.Len())
	first := datesOf(need.Grid)[0]
	for i := range out {
		out[i] = dateAt(need, i).Sub(first)
	}
	return out
}

// An explainer asks what could be covered under other rules.
type explainer struct {
	ctx  context.Context
	need Requirement
	base rules
}

// roster solves anew under other rules.
func (x *explainer) roster(r rules) (Plan, error) {
	r.opt.Work = secondWork
	return CoverWeeks(x.ctx, x.need, r.patterns, r.tours, r.opt)
}

// coverable reports whether the intervals for which count holds can be covered together under
// the rules, as far as agents in fractions tell, and whether that was found out in time. Days
// first to last-1 are looked at.
func (x *explainer) coverable(r rules, first, last int, count func(i int) bool) (bool, bool, error) {
	free := r.clone()
	for i := range free.patterns {
		free.patterns[i].CentsPerHour, free.patterns[i].CallCents, free.patterns[i].Premiums = 0, 0, nil
	}
	for i := range free.tours {
		free.tours[i].OvertimeCents = 0
	}
	free.opt.UnderCents, free.opt.OverCents = 1000, 0
	h, err := newHorizon(x.need, free.patterns, free.tours, free.opt, first, last)
	if err != nil {
		return false, false, err
	}
	for t, i := range h.slot {
		if i < 0 || !count(i) {
			h.levels[t], h.need[t] = nil, 0
		}
	}
	m := newImplicit(h, free.patterns, free.tours)
	s := lp.NewSolver(&m.model, perturbation)
	status := s.Solve(x.ctx, proofSteps, math.Inf(1))
	if safeBound(&m.model, s.Prices(), m.model.Lower, m.model.Upper) > 0 {
		return false, true, nil
	}
	return status == lp.Optimal && s.Objective() < 0.5*float64(h.under), status == lp.Optimal, nil
}

// conflict finds the smallest set of rules that leaves a run short.
func (x *explainer) conflict(r run) (Conflict, bool, error) {
	dates := datesByInterval(x.need)
	day := dates[r.from]
	week := day / daysOfWeek
	last := min((week+1)*daysOfWeek, len(datesOf(x.need.Grid)))
	for _, scope := range []struct {
		name  string
		count func(i int) bool
	}{
		{"intervals", func(i int) bool { return r.from <= i && i < r.to }},
		{"day", func(i int) bool { return dates[i] == day }},
		{"week", func(i int) bool { return dates[i]/daysOfWeek == week }},
	} {
		ask := func(r rules) (bool, error) {
			ok, known, err := x.coverable(r, week*daysOfWeek, last, scope.count)
			return ok || !known, err
		}
		if ok, err := ask(x.base); err != nil || ok {
			if err != nil {
				return Conflict{}, false, err
			}
			continue
		}
		left, err := x.filter(ask)
		if err != nil {
			return Conflict{}, false, err
		}
		c := Conflict{From: r.from, To: r.to, Within: scope.name, Rules: left}
		return c, true, x.wayAround(&c, ask)
	}
	return Conflict{}, false, nil
}

// filter leaves out rule after rule that the conflict does not need. Nothing is left when the
// hours are short without any of them.
func (x *explainer) filter(ask func(rules) (bool, error)) ([]Rule, error) {
	now := x.base.clone()
	var left []Rule
	for _, r := range x.base.list() {
		without := now.clone()
		r.relax(&without)
		ok, err := ask(without)
		if err != nil {
			return nil, err
		}
		if ok {
			left = append(left, r)
		} else {
			now = without
		}
	}
	return left, nil
}

// wayAround solves for each rule of a conflict without it, and puts the cheapest first.
func (x *explainer) wayAround(c *Conflict, ask func(rules) (bool, error)) error {
	for i := range c.Rules {
		r := &c.Rules[i]
		relaxed := x.base.clone()
		r.relax(&relaxed)
		if err := x.least(r, &relaxed, ask); err != nil {
			return err
		}
		p, err := x.roster(relaxed)
		if err != nil {
			return err
		}
		r.CostCents = p.Cost.Total
		for _, u := range p.Unmet {
			r.ShortHours += u.ShortHours
		}
	}
	slices.SortStableFunc(c.Rules, func(a, b Rule) int { return int(min(1, max(-1, a.CostCents-b.CostCents))) })
	return nil
}

// least raises a cap by no more than is needed, where the rule is a cap.
func (x *explainer) least(r *Rule, relaxed *rules, ask func(rules) (bool, error)) error {
	set := capOf(r.Field)
	if set == nil {
		return nil
	}
	lo, hi := 0, 1
	most := slices.Max(x.need.Whole()) * 10
	try := func(n int) (bool, error) {
		*relaxed = x.base.clone()
		set(relaxed, n)
		return ask(*relaxed)
	}
	for ; hi < most; hi *= 2 {
		if ok, err := try(hi); err != nil || ok {
			if err != nil {
				return err
			}
			break
		}
		lo = hi
	}
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		ok, err := try(mid)
		if err != nil {
			return err
		}
		if ok {
			hi = mid
		} else {
			lo = mid
		}
	}
	_, err := try(hi)
	r.Relaxed = fmt.Sprintf("%s: %d more", r.Field, hi)
	return err
}

// String says the rules of a conflict.
func (c Conflict) String() string {
	if len(c.Rules) == 0 {
		return "no pattern can be there often enough, whatever its fields"
	}
	var words []string
	for _, r := range c.Rules {
		words = append(words, r.Words)
	}
	return strings.Join(words, "; ")
}
