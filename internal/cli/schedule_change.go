package cli

import (
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

func newScheduleChange(e *env) *cobra.Command {
	o := scheduleOptions{}
	c := schedule.ChangeOptions{}
	var step, most, rest, fullTime time.Duration
	cmd := &cobra.Command{
		Use:   "change",
		Short: "The least change to a roster that copes with a requirement",
		Long: `change reads a roster that stands and a new requirement, and finds the cheapest way to
cope: breaks moved within their windows, shifts made longer (part-time within full time,
or overtime), and shifts added. It lists each change with its price and what it fixes,
and proves how far from the cheapest they can be. Shifts that are not exactly of their
pattern, or that start too soon after --decided, stay as they are.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c.Step, c.Most, c.Rest, c.FullTime = int(step.Minutes()), int(most.Minutes()), int(rest.Minutes()), int(fullTime.Minutes())
			return runScheduleChange(cmd, e, o, c)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.requirement, "requirement", "", "CSV with timestamp,agents, or paths with timestamp,path,agents (required)")
	f.StringVar(&o.present, "present", "", "roster CSV that stands (required)")
	f.StringVar(&o.patterns, "patterns", "", "center.yaml with the shift patterns (default: that of the center)")
	f.StringVar(&o.pool, "pool", "", "pool of the agents; patterns of other pools are left out")
	f.StringVarP(&o.out, "out", "o", "", "changed roster to write, CSV")
	f.StringVar(&o.decided, "decided", "", "when the change is made known, RFC 3339")
	f.DurationVar(&c.NoticeOfChange, "notice", 0, "least time from --decided to a shift that changes")
	f.Int64Var(&o.under, "under-cents", 20000, "price of an agent-hour short, cents")
	f.Int64Var(&o.over, "over-cents", 0, "price of an agent-hour above the requirement, cents")
	f.Int64Var(&c.BreakCents, "break-cents", 300, "price of moving a break, cents")
	f.Int64Var(&c.LongerCents, "longer-cents", 500, "price of making a shift longer, beside its hours, cents")
	f.Int64Var(&c.AddedCents, "added-cents", 2000, "price of an added shift beside its wage, cents")
	f.IntVar(&c.OvertimePct, "overtime-percent", 150, "price of a minute beyond --full-time, percent of the wage")
	f.DurationVar(&step, "longer-step", 30*time.Minute, "steps in which a shift is made longer")
	f.DurationVar(&most, "longer-most", 2*time.Hour, "most by which a shift is made longer; 0 for none")
	f.DurationVar(&fullTime, "full-time", 8*time.Hour, "paid time of a shift up to which more costs its plain wage")
	f.DurationVar(&rest, "rest", 11*time.Hour, "least time between two shifts of an agent, for those made longer")
	f.IntVar(&c.PerPerson, "per-person", 0, "most changes of one agent's shifts (default: no limit)")
	f.IntVar(&c.Total, "changes", 0, "most changes in all (default: no limit)")
	f.BoolVar(&c.KeepBreaks, "keep-breaks", false, "move no break")
	f.BoolVar(&c.NoAddedShifts, "no-added", false, "add no shift")
	f.IntVar(&o.seats, "seats", 0, "most agents on position at once (default: the center's)")
	f.IntVar(&o.work, "work", 0, "counted steps of search (default: 30000)")
	f.DurationVar(&o.limit, "limit", 0, "stop after so long with the best change so far")
	f.BoolVar(&o.json, "json", false, "print the plan as JSON")
	return cmd
}

func runScheduleChange(cmd *cobra.Command, e *env, o scheduleOptions, c schedule.ChangeOptions) error {
	if o.requirement == "" {
		return errors.New("schedule: change: name the requirement with --requirement FILE")
	}
	if o.present == "" {
		return errors.New("schedule: change: name the roster that stands with --present FILE")
	}
	if c.NoticeOfChange != 0 && o.decided == "" {
		return errors.New("schedule: change: --notice counts from --decided; give --decided")
	}
	center, need, opt, err := readSchedule(e, o)
	if err != nil {
		return err
	}
	patterns := center.PatternsFor(o.pool)
	if len(patterns) == 0 {
		return fmt.Errorf("schedule: no shift pattern for pool %q; add one to patterns", o.pool)
	}
	roster := opt.Present
	opt.Present = nil
	c.Options = opt
	ctx, stop := o.limited(cmd.Context())
	defer stop()
	plan, err := schedule.LeastChange(ctx, need, patterns, roster, c)
	if err != nil {
		return err
	}
	if o.out != "" {
		if err := writeFile(o.out, func(w io.Writer) error { return schedule.WriteRosterCSV(w, plan.Roster) }); err != nil {
			return err
		}
	}
	if o.json {
		return e.output("", func(w io.Writer) error { return writeJSON(w, plan) })
	}
	return printChange(e, need.Grid, plan, o.out)
}

func printChange(e *env, g interval.Grid, p schedule.ChangePlan, out string) error {
	if p.Stopped {
		e.say("stopped before the search was done: the best change so far")
	}
	hours := func(list []schedule.Unmet) (sum float64) {
		for _, u := range list {
			sum += u.ShortHours
		}
		return sum
	}
	if p.Paths > 0 {
		e.say("%d paths: agent-hours short in the mean over them", p.Paths)
	}
	e.say("%d intervals short, %.2f agent-hours; after the change %d, %.2f", len(p.Before), hours(p.Before), len(p.Unmet), hours(p.Unmet))
	e.say("%d changes cost %d cents; what stays short %d, over %d", len(p.Changes), p.Cost.Wages, p.Cost.Under, p.Cost.Over)
	e.say("no change within these limits costs less than %d cents in all; gap %.2f%%", p.BoundCents, 100*p.Gap)
	if p.Fixed > 0 {
		e.say("%d shifts are not of their pattern or start too soon, and stay as they are", p.Fixed)
	}
	if len(p.Changes) > 0 {
		if err := e.output("", func(w io.Writer) error { return changeTable(w, g, p.Changes) }); err != nil {
			return err
		}
	}
	if out != "" {
		e.say("roster: %s", out)
	}
	return nil
}

func changeTable(w io.Writer, g interval.Grid, changes []schedule.Change) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "date\tagent\tpattern\tchange\twas\tis\tcents\tfixes hours\tfrom")
	clock := func(r schedule.Rest) string {
		if r.Start.IsZero() {
			return "-"
		}
		return r.Start.Format("15:04") + "-" + r.End.Format("15:04")
	}
	for _, c := range changes {
		from, agent := "-", "-"
		if len(c.Fixes) > 0 {
			from = g.At(c.Fixes[0]).Format("15:04")
		}
		if c.Agent != "" {
			agent = c.Agent
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%.2f\t%s\n", c.Date, agent, c.Pattern, c.Kind, clock(c.Was), clock(c.Is), c.Cents, c.FixesHours, from)
	}
	return t.Flush()
}
