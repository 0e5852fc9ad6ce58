package cli

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/schedule"
)

// asksSkills reports whether a file is a requirement with skills.
func asksSkills(name string) (bool, error) {
	r, err := os.Open(name)
	if err != nil {
		return false, fmt.Errorf("schedule: %w", err)
	}
	defer r.Close() // read only
	head, err := io.ReadAll(io.LimitReader(r, 200))
	if err != nil {
		return false, fmt.Errorf("schedule: %w", err)
	}
	return schedule.SkillHeader(head), nil
}

func runScheduleSkills(cmd *cobra.Command, e *env, o scheduleOptions) error {
	if o.present != "" {
		return errors.New("schedule: --present says nothing of skills; cover the whole requirement")
	}
	if o.why {
		return errors.New("schedule: --why takes one requirement, timestamp,agents; of skills --unmet lists what is short")
	}
	if o.before != "" || o.carry {
		return errors.New("schedule: --before and --carry take one requirement, timestamp,agents")
	}
	name := o.requirement
	o.requirement = ""
	c, _, opt, err := readSchedule(e, o)
	if err != nil {
		return err
	}
	need, err := readCSV(name, func(r io.Reader) (schedule.SkillRequirement, error) {
		return schedule.ReadSkillRequirementCSV(r, name, c.Calendar.Location())
	})
	if err != nil {
		return err
	}
	need.Pool = o.pool
	patterns := c.PatternsFor(o.pool)
	if len(patterns) == 0 {
		return fmt.Errorf("schedule: no shift pattern for pool %q; add one to patterns", o.pool)
	}
	ctx, stop := o.limited(cmd.Context())
	defer stop()
	plan, err := schedule.CoverSkills(ctx, need, patterns, toursOf(c.Tours, patterns), opt)
	if err != nil {
		return err
	}
	if err := o.writeRoster(plan.Roster); err != nil {
		return err
	}
	if o.unmet != "" {
		if err := writeFile(o.unmet, func(w io.Writer) error { return schedule.WriteSkillUnmetCSV(w, need, plan) }); err != nil {
			return err
		}
	}
	if o.json {
		return e.output("", func(w io.Writer) error { return writeJSON(w, plan) })
	}
	if err := printPlan(e, plan.Plan, o.out); err != nil {
		return err
	}
	for _, s := range plan.Skills {
		hours := 0.0
		for _, u := range s.Unmet {
			hours += u.ShortHours
		}
		e.say("%s: %d intervals short, %.2f agent-hours", s.Skill, len(s.Unmet), hours)
	}
	return nil
}
