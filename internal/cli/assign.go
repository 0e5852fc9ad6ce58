package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/report"
	"github.com/ringtide/ringtide/schedule"
	"github.com/ringtide/ringtide/schedule/people"
)

type assignOptions struct {
	people, staff, roster, out string
	before                     string
	ics, chart                 string
	seed                       uint64
	work                       int
	limit                      time.Duration
	json                       bool
}

func newAssign(e *env) *cobra.Command {
	o := assignOptions{}
	cmd := &cobra.Command{
		Use:   "assign",
		Short: "Give the shifts of a roster, or of a demand per weekday, to named people",
		Long: `assign reads people with their rules (YAML, docs/rostering.md) and fills shifts: those
of a roster that ringtide schedule wrote, or the agents per weekday that the people
file asks for. Every rule is kept; what then cannot be filled is said with the rules that
stand against each other and the cheapest way around. On --limit or Ctrl-C the best plan
so far is written; bounded by --work instead, the same input gives the same bytes.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return runAssign(cmd, e, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.people, "people", "", "people, rules and shifts, YAML (required)")
	f.StringVar(&o.staff, "staff", "", "CSV of people, instead of a list in the people file")
	f.StringVar(&o.roster, "roster", "", "roster CSV whose shifts are to be filled (default: the demand of the people file)")
	f.StringVar(&o.before, "before", "", "roster CSV with names that ends before the first day: rest, days in a row and fair shares go on from it")
	f.StringVarP(&o.out, "out", "o", "", "roster with names to write, CSV")
	f.StringVar(&o.ics, "ics-dir", "", "directory for a calendar per person, iCalendar")
	f.StringVar(&o.chart, "chart", "", "chart to write, .png, .svg or .pdf")
	f.Uint64Var(&o.seed, "seed", 1, "seed")
	f.IntVar(&o.work, "work", 0, "moves of search (default: 12000 for each person and week)")
	f.DurationVar(&o.limit, "limit", 0, "stop after so long with the best plan so far")
	f.BoolVar(&o.json, "json", false, "print the plan as JSON")
	return cmd
}

func runAssign(cmd *cobra.Command, e *env, o assignOptions) error {
	if o.limit < 0 {
		return fmt.Errorf("assign: --limit %v; give a time above zero", o.limit)
	}
	if o.chart != "" {
		if _, err := report.ParsePicture(o.chart); err != nil {
			return err
		}
	}
	p, err := readAssign(e, o)
	if err != nil {
		return err
	}
	ctx := cmd.Context()
	if o.limit > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, o.limit)
		defer stop()
	}
	plan, err := people.Assign(ctx, p, people.Options{Seed: o.seed, Work: o.work})
	if err != nil {
		return err
	}
	if err := writeAssigned(o, p, plan); err != nil {
		return err
	}
	if o.json {
		return e.output("", func(w io.Writer) error { return writeJSON(w, plan) })
	}
	printAssigned(e, plan, o.out)
	return nil
}

// readAssign reads what the flags name. The zone and the closed days of the center
// count where the people file names no zone.
func readAssign(e *env, o assignOptions) (people.Problem, error) {
	var none people.Problem
	if o.people == "" {
		return none, errors.New("assign: name the people with --people FILE")
	}
	text, err := os.ReadFile(o.people)
	if err != nil {
		return none, fmt.Errorf("assign: %w", err)
	}
	var cal *interval.Calendar
	var zone *time.Location
	name := filepath.Join(e.center, center.CenterFile)
	if data, err := os.ReadFile(name); err == nil {
		c, err := center.ParseCenter(name, data)
		if err != nil {
			return none, err
		}
		cal, zone = c.Calendar, c.Calendar.Location()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return none, fmt.Errorf("assign: %w", err)
	}
	book, err := people.ParseBook(o.people, text, zone)
	if err != nil {
		return none, err
	}
	if zone == nil || book.Problem.Zone.String() != zone.String() {
		cal = nil
	}
	if o.staff != "" {
		if _, err := readCSV(o.staff, func(r io.Reader) (struct{}, error) { return struct{}{}, book.ReadPeopleCSV(r, o.staff) }); err != nil {
			return none, err
		}
	}
	var roster schedule.Roster
	if o.roster != "" {
		if roster, err = readCSV(o.roster, func(r io.Reader) (schedule.Roster, error) {
			return schedule.ReadRosterCSV(r, o.roster, book.Problem.Zone)
		}); err != nil {
			return none, err
		}
		if roster == nil {
			return none, fmt.Errorf("assign: %s: the roster has no shifts", o.roster)
		}
	}
	p, err := book.Fill(roster, cal)
	if err != nil || o.before == "" {
		return p, err
	}
	before, err := readCSV(o.before, func(r io.Reader) (schedule.Roster, error) {
		return schedule.ReadRosterCSV(r, o.before, book.Problem.Zone)
	})
	if err != nil {
		return p, err
	}
	return p, p.Continue(before)
}

func writeAssigned(o assignOptions, p people.Problem, plan people.Plan) error {
	if o.out != "" {
		if err := writeFile(o.out, func(w io.Writer) error { return schedule.WriteRosterCSV(w, plan.Roster) }); err != nil {
			return err
		}
	}
	if o.chart != "" {
		if err := writeChart(o.chart, report.RosterChart{Roster: plan.Roster, By: report.ByPerson, Names: names(p), Vacant: true, Zone: p.Zone, First: p.Start, Days: 7 * p.Weeks}); err != nil {
			return err
		}
	}
	if o.ics == "" {
		return nil
	}
	for i, who := range plan.People {
		path := filepath.Join(o.ics, fmt.Sprintf("%03d-%s.ics", i+1, fileName(who.Name)))
		if err := writeFile(path, func(w io.Writer) error { return schedule.WriteICS(w, assignedTo(plan.Roster, who.Name), "") }); err != nil {
			return err
		}
	}
	return nil
}

func names(p people.Problem) []string {
	var out []string
	for _, who := range p.People {
		out = append(out, who.Name)
	}
	return out
}

func assignedTo(r schedule.Roster, name string) schedule.Roster {
	var out schedule.Roster
	for _, s := range r {
		if s.Agent == name {
			out = append(out, s)
		}
	}
	return out
}

// fileName keeps letters and digits of any script.
func fileName(name string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>|. `, c) {
			return '_'
		}
		return c
	}, name)
}

// shown is how many unfilled shifts are told on the screen.
const shown = 20

func printAssigned(e *env, plan people.Plan, out string) {
	if plan.Stopped {
		e.say("stopped before the search was done: the best plan so far")
	}
	missing := 0
	for _, u := range plan.Unfilled {
		missing += u.Missing
	}
	e.say("%d of %d shifts have someone; %d unfilled, %d cents", plan.Filled, len(plan.Roster), missing, plan.CostCents)
	e.say("no plan within the rules leaves less than %d cents unfilled; gap %.2f%%", plan.BoundCents, 100*plan.Gap)
	points, granted, asked := 0, 0, 0
	for _, s := range plan.People {
		points, granted, asked = points+s.Points, granted+s.Granted, asked+s.Asked
	}
	f := plan.Fairness
	e.say("weekends %.1f to %.1f a person, mean %.1f; nights %.1f to %.1f, mean %.1f; hours a week %.1f to %.1f, mean %.1f (by contract, those before included)",
		f.Weekends.Least, f.Weekends.Most, f.Weekends.Mean, f.Nights.Least, f.Nights.Most, f.Nights.Mean, f.Hours.Least, f.Hours.Most, f.Hours.Mean)
	e.say("%d of %d wishes granted, %d points", granted, asked, points)
	for _, a := range plan.Awards {
		if a.Granted {
			e.say("bid %d: %s %s: granted", a.Bid, a.Name, a.Wish)
		} else {
			e.say("bid %d: %s %s: refused, %s", a.Bid, a.Name, a.Wish, a.Why)
		}
	}
	for i, u := range plan.Unfilled {
		if i == shown {
			e.say("and %d kinds of shifts more; --json tells all", len(plan.Unfilled)-shown)
			break
		}
		e.say("%s", u.Text)
	}
	for _, u := range plan.Unfixed {
		e.say("%s", u.Text)
	}
	for i, b := range plan.Below {
		if i == shown {
			e.say("and %d weeks more below the promised hours", len(plan.Below)-shown)
			break
		}
		e.say("%s", b.Text)
	}
	if out != "" {
		e.say("roster: %s", out)
	}
}
