package schedule

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// VerifySkills checks a plan of CoverSkills with nothing of its method: shifts, weeks and
// seats as VerifyWeeks does, and in every minute a flow of agents to the skills they have,
// found by augmenting paths, whose value says who is short and over.
func VerifySkills(need SkillRequirement, patterns []Pattern, tours []Tour, opt Options, plan SkillPlan) error {
	if _, err := validateSkills(need, patterns, tours, opt); err != nil {
		return err
	}
	v := &weekVerifier{need: need.total(), patterns: map[string]Pattern{}, freeDays: map[string]bool{}, tours: tours, opt: opt, plan: plan.Plan}
	for _, p := range patterns {
		v.patterns[p.Name] = p
	}
	v.shifts()
	v.agents()
	v.seats(nil, v.minutes(plan.Roster))
	v.skills(need, patterns, plan)
	if err := errors.Join(v.errs...); err != nil {
		return fmt.Errorf("schedule: plan: %w", err)
	}
	return nil
}

// skills finds a flow in every minute and compares what is short and over.
func (v *weekVerifier) skills(need SkillRequirement, patterns []Pattern, plan SkillPlan) {
	on := make([]map[int64]int, len(patterns)) // by pattern and minute
	for k, p := range patterns {
		on[k] = v.minutes(slices.DeleteFunc(slices.Clone(plan.Roster), func(s Shift) bool { return s.Pattern != p.Name }))
	}
	var under, over int64
	short := make([]int64, need.Grid.Len())
	v.eachMinute(func(_ time.Time, i int, key int64) {
		asked, agents, all, wanted := make([]int, len(need.Skills)), make([]int, len(patterns)), 0, 0
		for k := range asked {
			if i >= 0 {
				asked[k] = int(math.Ceil(need.Agents[k][i] - 1e-9))
				wanted += asked[k]
			}
		}
		for k := range agents {
			agents[k] = on[k][key]
			all += agents[k]
		}
		use := flow(agents, asked, func(p, s int) bool { return slices.Contains(patterns[p].Skills, need.Skills[s]) })
		under += int64(wanted - use)
		over += int64(all - use)
		if i >= 0 {
			short[i] += int64(wanted - use)
		}
	})
	want := Cost{Wages: toCents(v.wages), Under: toCents(under * v.opt.UnderCents), Over: toCents(over * v.opt.OverCents)}
	want.Total = want.Wages + want.Under + want.Over
	if plan.Cost != want {
		v.fault("cost %+v, but its shifts cost %+v", plan.Cost, want)
	}
	if plan.BoundCents > plan.Cost.Total || plan.BoundCents < 0 {
		v.fault("bound %d with cost %d", plan.BoundCents, plan.Cost.Total)
	}
	v.listed(short, plan.Unmet, "all skills")
	sum := make([]float64, len(short))
	for _, s := range plan.Skills {
		for _, u := range s.Unmet {
			sum[u.Interval] += u.ShortHours
		}
	}
	for i, d := range short {
		if math.Abs(60*sum[i]-float64(d)) > 1e-6*float64(d+1) {
			v.fault("interval %d: skills are short by %v hours together, not by %d minutes", i, sum[i], d)
		}
	}
}

// listed compares a list of short intervals with agent-minutes short.
func (v *weekVerifier) listed(short []int64, list []Unmet, of string) {
	got := make([]float64, len(short))
	for _, u := range list {
		got[u.Interval] += u.ShortHours
	}
	for i, d := range short {
		if math.Abs(60*got[i]-float64(d)) > 1e-6*float64(d+1) {
			v.fault("interval %d of %s: short by %d agent-minutes, listed as %v hours", i, of, d, got[i])
		}
	}
}

// flow returns the most agents that can be put to use: Ford and Fulkerson, one unit at a time.
func flow(agents, asked []int, has func(agent, skill int) bool) int {
	used := make([][]int, len(agents))
	for p := range used {
		used[p] = make([]int, len(asked))
	}
	left, open := slices.Clone(agents), slices.Clone(asked)
	var reach func(p int, seen []bool) bool
	reach = func(p int, seen []bool) bool { // finds a place for one agent of pattern p
		for s := range asked {
			if !has(p, s) || seen[s] {
				continue
			}
			seen[s] = true
			if open[s] > 0 {
				open[s]--
				used[p][s]++
				return true
			}
			for q := range agents { // or frees one
				if used[q][s] > 0 && reach(q, seen) {
					used[q][s]--
					used[p][s]++
					return true
				}
			}
		}
		return false
	}
	sum := 0
	for p := range agents {
		for left[p] > 0 && reach(p, make([]bool, len(asked))) {
			left[p]--
			sum++
		}
	}
	return sum
}
