package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/schedule"
)

type scheduleOptions struct {
	requirement, patterns, pool, out string
	present, decided, ics, agent     string
	unmet, before                    string
	under, over                      int64
	seats, work                      int
	seed                             uint64
	limit                            time.Duration
	repeats, json, why, carry        bool
	loop                             loopOptions
}

func newSchedule(e *env) *cobra.Command {
	o := scheduleOptions{}
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Cover a requirement with shifts at the least cost",
		Long: `schedule reads the agents needed per interval (CSV: timestamp,agents), or the paths that
they may take (timestamp,path,agents: it weighs the mean shortfall over them), or those of each
skill (timestamp,skill,agents), and chooses
working weeks, shifts and their breaks together from the tours and patterns of
center.yaml. It prints the cost, a proved lower bound, and the intervals that stay
short. With --offered it reads the contacts instead, plays the roster through the queue as it
changes over time, and solves again until the service target holds. On --limit or Ctrl-C the best roster so far is written; bounded by --work
instead, the same input gives the same roster on every machine.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.loop.check(cmd, o.requirement); err != nil {
				return err
			}
			if o.loop.offered != "" {
				return runScheduleService(cmd, e, o)
			}
			skills, err := asksSkills(o.requirement)
			if err != nil {
				return err
			}
			if skills {
				return runScheduleSkills(cmd, e, o)
			}
			return runSchedule(cmd, e, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.requirement, "requirement", "", "CSV with timestamp,agents; paths: timestamp,path,agents; skills: timestamp,skill,agents (this or --offered)")
	f.StringVar(&o.patterns, "patterns", "", "center.yaml with the shift patterns (default: that of the center)")
	f.StringVar(&o.pool, "pool", "", "pool of the agents; patterns of other pools are left out")
	f.StringVarP(&o.out, "out", "o", "", "roster to write, CSV")
	f.StringVar(&o.unmet, "unmet", "", "intervals short to write, CSV with hours and chance")
	f.StringVar(&o.ics, "ics", "", "calendar to write, iCalendar")
	f.StringVar(&o.agent, "agent", "", "whose calendar to write (default: all shifts)")
	f.StringVar(&o.present, "present", "", "roster CSV in place already: only what it leaves open is covered")
	f.StringVar(&o.before, "before", "", "roster CSV of the week before, with agents: lines go on from it, with rest and days in a row")
	f.BoolVar(&o.carry, "carry", false, "lines of tours go on from week to week under one name, with rest and days in a row over the end of a week")
	f.StringVar(&o.decided, "decided", "", "when the roster is made known, RFC 3339; shifts within the notice of their pattern are out")
	f.BoolVar(&o.repeats, "repeats", false, "the requirement is a day or week that comes again and again")
	f.Int64Var(&o.under, "under-cents", 20000, "price of an agent-hour short, cents")
	f.Int64Var(&o.over, "over-cents", 0, "price of an agent-hour above the requirement, cents")
	f.IntVar(&o.seats, "seats", 0, "most agents on position at once (default: the center's)")
	f.Uint64Var(&o.seed, "seed", 1, "seed")
	f.IntVar(&o.work, "work", 0, "counted steps of search (default: 60000 a week)")
	f.DurationVar(&o.limit, "limit", 0, "stop after so long with the best roster so far")
	f.BoolVar(&o.json, "json", false, "print the plan as JSON")
	f.BoolVar(&o.why, "why", false, "say which rules keep intervals short, and the cheapest way around")
	o.loop.flags(cmd)
	cmd.AddCommand(newScheduleChange(e))
	return cmd
}

func runSchedule(cmd *cobra.Command, e *env, o scheduleOptions) error {
	c, need, opt, err := readSchedule(e, o)
	if err != nil {
		return err
	}
	patterns := c.PatternsFor(o.pool)
	if len(patterns) == 0 {
		return fmt.Errorf("schedule: no shift pattern for pool %q; add one to patterns", o.pool)
	}
	ctx, stop := o.limited(cmd.Context())
	defer stop()
	plan, err := schedule.CoverWeeks(ctx, need, patterns, toursOf(c.Tours, patterns), opt)
	if err != nil {
		return err
	}
	if err := o.writeRoster(plan.Roster); err != nil {
		return err
	}
	if o.unmet != "" {
		if err := writeFile(o.unmet, func(w io.Writer) error { return schedule.WriteUnmetCSV(w, need, plan) }); err != nil {
			return err
		}
	}
	var why *schedule.Why
	if o.why {
		found, err := schedule.Explain(ctx, need, patterns, toursOf(c.Tours, patterns), opt, plan)
		if err != nil && ctx.Err() == nil {
			return err
		}
		why = &found
	}
	if o.json {
		return e.output("", func(w io.Writer) error {
			return writeJSON(w, struct {
				schedule.Plan
				Why *schedule.Why `json:"why,omitempty"`
			}{plan, why})
		})
	}
	if err := printPlan(e, plan, o.out); err != nil {
		return err
	}
	if why != nil {
		printWhy(e, need.Grid, plan, *why)
	} else if len(plan.Unmet) > 0 && plan.Paths == 0 {
		e.say("--why says what stands in the way")
	}
	return nil
}

// writeRoster writes the roster and the calendar that the flags ask for.
func (o scheduleOptions) writeRoster(r schedule.Roster) error {
	if o.agent != "" && !slices.Contains(r.Agents(), o.agent) {
		return fmt.Errorf("schedule: --agent %q is not in the roster; it has %d agents, such as %q", o.agent, len(r.Agents()), slices.Concat(r.Agents(), []string{""})[0])
	}
	if o.out != "" {
		if err := writeFile(o.out, func(w io.Writer) error { return schedule.WriteRosterCSV(w, r) }); err != nil {
			return err
		}
	}
	if o.ics == "" {
		return nil
	}
	return writeFile(o.ics, func(w io.Writer) error { return schedule.WriteICS(w, r, o.agent) })
}

// limited is the context of the command, ended by --limit.
func (o scheduleOptions) limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if o.limit > 0 {
		return context.WithTimeout(ctx, o.limit)
	}
	return ctx, func() {}
}

// readSchedule reads what the flags name.
func readSchedule(e *env, o scheduleOptions) (impact.Center, schedule.Requirement, schedule.Options, error) {
	fail := func(err error) (impact.Center, schedule.Requirement, schedule.Options, error) {
		return impact.Center{}, schedule.Requirement{}, schedule.Options{}, err
	}
	if o.limit < 0 {
		return fail(fmt.Errorf("schedule: --limit %v; give a time above zero", o.limit))
	}
	if o.agent != "" && o.ics == "" {
		return fail(errors.New("schedule: --agent chooses whose calendar --ics writes; give --ics FILE"))
	}
	name := cmp.Or(o.patterns, filepath.Join(e.center, center.CenterFile))
	text, err := os.ReadFile(name)
	if err != nil {
		return fail(fmt.Errorf("schedule: %w", err))
	}
	c, err := center.ParseCenter(name, text)
	if err != nil {
		return fail(err)
	}
	loc := c.Calendar.Location()
	opt := schedule.Options{Seed: o.seed, UnderCents: o.under, OverCents: o.over, Repeats: o.repeats, Work: o.work}
	if seats := cmp.Or(o.seats, c.Seats); seats > 0 {
		opt.Seats = []int{seats}
	}
	var need schedule.Requirement
	if o.requirement != "" {
		need, err = readCSV(o.requirement, func(r io.Reader) (schedule.Requirement, error) {
			return schedule.ReadRequirementCSV(r, o.requirement, loc)
		})
		if err != nil {
			return fail(err)
		}
	}
	need.Pool = o.pool
	if o.present != "" {
		if opt.Present, err = readCSV(o.present, func(r io.Reader) (schedule.Roster, error) {
			return schedule.ReadRosterCSV(r, o.present, loc)
		}); err != nil {
			return fail(err)
		}
	}
	opt.Carry = o.carry || o.before != ""
	if o.before != "" {
		if opt.Before, err = readCSV(o.before, func(r io.Reader) (schedule.Roster, error) {
			return schedule.ReadRosterCSV(r, o.before, loc)
		}); err != nil {
			return fail(err)
		}
	}
	if o.decided != "" {
		if opt.Decided, err = time.Parse(time.RFC3339, o.decided); err != nil {
			return fail(fmt.Errorf("schedule: --decided %q; write it as 2026-05-01T12:00:00-04:00", o.decided))
		}
	}
	return c, need, opt, nil
}

// readCSV opens a file for a reader.
func readCSV[T any](name string, read func(io.Reader) (T, error)) (T, error) {
	var none T
	r, err := os.Open(name)
	if err != nil {
		return none, fmt.Errorf("schedule: %w", err)
	}
	defer r.Close() // read only
	return read(r)
}

// toursOf keeps of each tour the patterns at hand, and the tours that have any.
func toursOf(tours []schedule.Tour, patterns []schedule.Pattern) []schedule.Tour {
	var out []schedule.Tour
	for _, t := range tours {
		t.Patterns = slices.DeleteFunc(slices.Clone(t.Patterns), func(name string) bool {
			return !slices.ContainsFunc(patterns, func(p schedule.Pattern) bool { return p.Name == name })
		})
		if len(t.Patterns) > 0 {
			out = append(out, t)
		}
	}
	return out
}

func printPlan(e *env, p schedule.Plan, out string) error {
	short := 0.0
	for _, u := range p.Unmet {
		short += u.ShortHours
	}
	if p.Stopped {
		e.say("stopped before the search was done: the best roster so far")
	}
	e.say("%d shifts, %d agents of tours, %.2f paid hours", len(p.Roster), len(p.Roster.Agents()), p.Roster.PaidHours())
	e.say("cost %d cents: wages %d, short %d, over %d", p.Cost.Total, p.Cost.Wages, p.Cost.Under, p.Cost.Over)
	e.say("no roster of these patterns costs less than %d cents; gap %.2f%%", p.BoundCents, 100*p.Gap)
	if p.Paths == 0 {
		e.say("%d intervals short, %.2f agent-hours", len(p.Unmet), short)
	} else {
		often := 0
		for _, u := range p.Unmet {
			if u.Chance > 0.5 {
				often++
			}
		}
		e.say("%d paths: %.2f agent-hours short in the mean, in %d intervals on some path, in %d on most", p.Paths, short, len(p.Unmet), often)
	}
	if out != "" {
		e.say("roster: %s", out)
	}
	return nil
}
