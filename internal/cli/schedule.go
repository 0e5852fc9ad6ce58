package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/schedule"
)

type scheduleOptions struct {
	requirement, patterns, pool, out string
	under, over                      int64
	seats                            int
	seed                             uint64
	json                             bool
}

func newSchedule(e *env) *cobra.Command {
	o := scheduleOptions{}
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Cover a requirement with shifts at the least cost",
		Long: `schedule reads the agents needed per interval (CSV: timestamp,agents) and chooses
shifts and their breaks together from the patterns of center.yaml. It prints the
cost, a proved lower bound, and the intervals that stay short.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runSchedule(cmd, e, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.requirement, "requirement", "", "CSV with timestamp,agents (required)")
	f.StringVar(&o.patterns, "patterns", "", "center.yaml with the shift patterns (default: that of the center)")
	f.StringVar(&o.pool, "pool", "", "pool of the agents; patterns of other pools are left out")
	f.StringVarP(&o.out, "out", "o", "", "roster to write, CSV")
	f.Int64Var(&o.under, "under-cents", 20000, "price of an agent-hour short, cents")
	f.Int64Var(&o.over, "over-cents", 0, "price of an agent-hour above the requirement, cents")
	f.IntVar(&o.seats, "seats", 0, "most agents on position at once (default: the center's)")
	f.Uint64Var(&o.seed, "seed", 1, "seed")
	f.BoolVar(&o.json, "json", false, "print the plan as JSON")
	return cmd
}

func runSchedule(cmd *cobra.Command, e *env, o scheduleOptions) error {
	if o.requirement == "" {
		return errors.New("schedule: name the requirement with --requirement FILE")
	}
	name := o.patterns
	if name == "" {
		name = filepath.Join(e.center, center.CenterFile)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	c, err := center.ParseCenter(name, text)
	if err != nil {
		return err
	}
	patterns := c.PatternsFor(o.pool)
	if len(patterns) == 0 {
		return fmt.Errorf("schedule: %s: no shift pattern for pool %q", name, o.pool)
	}
	r, err := os.Open(o.requirement)
	if err != nil {
		return fmt.Errorf("schedule: %w", err)
	}
	defer r.Close() // read only
	need, err := schedule.ReadRequirementCSV(r, o.requirement, c.Calendar.Location())
	if err != nil {
		return err
	}
	need.Pool = o.pool
	opt := schedule.Options{Seed: o.seed, UnderCents: o.under, OverCents: o.over}
	if o.seats == 0 {
		o.seats = c.Seats
	}
	if o.seats > 0 {
		opt.Seats = []int{o.seats}
	}
	plan, err := schedule.Cover(cmd.Context(), need, patterns, opt)
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
	return printPlan(e, plan, o.out)
}

func printPlan(e *env, p schedule.Plan, out string) error {
	short := 0.0
	for _, u := range p.Unmet {
		short += u.ShortHours
	}
	e.say("%d shifts, %.2f paid hours", len(p.Roster), p.Roster.PaidHours())
	e.say("cost %d cents: wages %d, short %d, over %d", p.Cost.Total, p.Cost.Wages, p.Cost.Under, p.Cost.Over)
	e.say("no roster of these patterns costs less than %d cents; gap %.2f%%", p.BoundCents, 100*p.Gap)
	e.say("%d intervals short, %.2f agent-hours", len(p.Unmet), short)
	if out != "" {
		e.say("roster: %s", out)
	}
	return nil
}
