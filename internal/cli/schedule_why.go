package cli

import (
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// printWhy says in words why a plan is short.
func printWhy(e *env, g interval.Grid, p schedule.Plan, why schedule.Why) {
	if len(p.Unmet) == 0 {
		e.say("no interval is short")
		return
	}
	span := func(from, to int) string {
		return g.At(from).Format("2006-01-02 15:04") + "-" + g.At(to-1).Add(g.Step()).Format("15:04")
	}
	for _, n := range why.Never {
		e.say("%s: no shift is ever there", span(n.From, n.To))
		for _, because := range n.Because {
			e.say("  %s", because)
		}
	}
	for _, c := range why.Conflicts {
		within := ""
		if c.Within != "intervals" {
			within = ", with the rest of its " + c.Within
		}
		e.say("%s%s: these rules cannot hold together with the requirement: %s", span(c.From, c.To), within, c)
		for _, r := range c.Rules {
			change := r.Relaxed
			if change == "" {
				change = r.Field + ": no limit"
			}
			e.say("  %s: a roster for %d cents, %.2f agent-hours short", change, r.CostCents, r.ShortHours)
		}
	}
	if !why.Priced {
		return
	}
	e.say("no rule stands in the way of what is short: at --under-cents it is the cheaper choice")
	if why.CoverCents > 0 {
		e.say("a roster that covers all of it costs %d cents; this one %d and what is short %d", why.CoverCents, p.Cost.Wages+p.Cost.Over, p.Cost.Under)
	}
}
