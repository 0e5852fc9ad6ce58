package cli

import (
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/schedule/service"
)

// loopOptions are the flags of a roster whose service is played.
type loopOptions struct {
	offered, target, per, out string
	each                      float64
	patience                  time.Duration
	rounds                    int
}

func (o *loopOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.offered, "offered", "", "CSV with timestamp,offered,aht_s: find the roster that gives the service, instead of --requirement")
	f.StringVar(&o.target, "service-target", "", "with --offered: percent/seconds, such as 80/20 (default: the center's)")
	f.StringVar(&o.per, "per", string(service.PerInterval), "with --offered: the target holds per interval, day or week")
	f.Float64Var(&o.each, "each", 0.5, "with --offered and --per day or week: least share of every interval, 0 to 1")
	f.DurationVar(&o.patience, "patience", 0, "with --offered: mean time until a caller hangs up (default: the center's)")
	f.IntVar(&o.rounds, "rounds", 10, "with --offered: most solves after the first")
	f.StringVar(&o.out, "service-out", "", "with --offered: service by interval to write, CSV, before and after")
}

// check rejects flags that would not be looked at.
func (o *loopOptions) check(cmd *cobra.Command, requirement string) error {
	f := cmd.Flags()
	if (o.offered == "") == (requirement == "") {
		return errors.New("schedule: name the requirement with --requirement FILE, or the contacts with --offered FILE; one of them")
	}
	alone := []string{"service-target", "per", "each", "patience", "rounds", "service-out"}
	reason := "belongs to --offered"
	if o.offered != "" {
		alone, reason = []string{"under-cents", "unmet", "why"}, "has no meaning with --offered, where the target decides what an agent is worth"
		if f.Changed("each") && o.per == string(service.PerInterval) {
			return errors.New("schedule: --each belongs to --per day or week")
		}
		if o.rounds < 1 {
			return fmt.Errorf("schedule: --rounds %d; give 1 or more", o.rounds)
		}
	}
	for _, name := range alone {
		if f.Changed(name) {
			return fmt.Errorf("schedule: --%s %s", name, reason)
		}
	}
	return nil
}

// promised is the target of the flags, or of the center.
func (o *loopOptions) promised(c impact.Center) (service.Target, error) {
	t := service.Target{Formula: c.Target.Formula, Share: c.Target.Share, Within: c.Target.Within.Seconds(), Scope: service.Scope(o.per)}
	if t.Scope != service.PerInterval {
		t.Each = o.each
	}
	if o.target != "" {
		var err error
		if t.Share, t.Within, err = service.ParseTarget(o.target); err != nil {
			return t, err
		}
	}
	return t, t.Validate()
}

func runScheduleService(cmd *cobra.Command, e *env, o scheduleOptions) error {
	c, _, opt, err := readSchedule(e, o)
	if err != nil {
		return err
	}
	opt.UnderCents = 0
	t, err := o.loop.promised(c)
	if err != nil {
		return err
	}
	patience := cmp.Or(o.loop.patience, c.Patience)
	if patience <= 0 {
		return errors.New("schedule: how long callers wait is not known; give --patience, or patience in center.yaml")
	}
	d, err := readCSV(o.loop.offered, func(r io.Reader) (service.Demand, error) {
		return service.ReadDemandCSV(r, o.loop.offered, c.Calendar.Location(), patience)
	})
	if err != nil {
		return err
	}
	patterns := c.PatternsFor(o.pool)
	if len(patterns) == 0 {
		return fmt.Errorf("schedule: no shift pattern for pool %q; add one to patterns", o.pool)
	}
	ctx, stop := o.limited(cmd.Context())
	defer stop()
	r, err := service.Close(ctx, d, t, patterns, toursOf(c.Tours, patterns), service.Options{Options: opt, OnPosition: c.OnPosition(), Rounds: o.loop.rounds})
	if err != nil {
		return err
	}
	for i := range r.Roster {
		r.Roster[i].Pool = o.pool
	}
	if err := o.writeRoster(r.Roster); err != nil {
		return err
	}
	if o.loop.out != "" {
		if err := writeFile(o.loop.out, func(w io.Writer) error { return writeService(w, r) }); err != nil {
			return err
		}
	}
	if o.json {
		return e.output("", func(w io.Writer) error { return writeJSON(w, r) })
	}
	return printService(e, r, t, o.out)
}

func printService(e *env, r service.Result, t service.Target, out string) error {
	if r.Stopped {
		e.say("stopped before the search was done: the best roster so far")
	}
	say := func(name string, shifts int, wages int64, s service.Service) {
		e.say("%s: %d shifts, wages %d cents, %.1f%% of %.0f contacts (%s within %g s), %d below target", name, shifts, wages, 100*s.All.Level, s.All.Offered, t.Formula, t.Within, s.Missed)
	}
	say("stationary requirement", len(r.Stationary.Roster), r.Stationary.Wages, r.Stationary.Service)
	for i, x := range r.Rounds {
		kept := ""
		if x.Kept {
			kept = ", the best so far"
		}
		e.say("round %d: wages %d cents, %.1f%%, %d below target%s", i+1, x.Wages, 100*x.Service, x.Missed, kept)
	}
	if r.Trimmed > 0 {
		e.say("%d shifts that the target can spare were taken out", r.Trimmed)
	}
	say("roster", len(r.Roster), r.Wages, r.Service)
	if r.Service.Missed > 0 {
		e.say("no round met %.0f%% per %s: widen starts, pools or seats, or lower the target", 100*t.Share, t.Scope)
	}
	if err := e.output("", func(w io.Writer) error { return serviceTable(w, r) }); err != nil {
		return err
	}
	if out != "" {
		e.say("roster: %s", out)
	}
	return nil
}

// mostRows is up to how many intervals with contacts all are listed; of more, those below
// the target.
const mostRows = 100

// serviceTable lists periods and intervals, before and after.
func serviceTable(w io.Writer, r service.Result) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "from\toffered\tagents\tservice\tagents\tservice\tabandoned\twait s\t\t")
	before := r.Stationary.Service
	row := func(a, b service.Level) {
		mark := ""
		if !b.Meets {
			mark = "below"
		} else if !a.Meets {
			mark = "mended"
		}
		fmt.Fprintf(tw, "%s\t%.1f\t%.2f\t%.3f\t%.2f\t%.3f\t%.3f\t%.0f\t%s\t\n", b.Name, b.Offered, a.Agents, a.Level, b.Agents, b.Level, b.Abandon, b.MeanWait, mark)
	}
	for i, l := range r.Service.Periods {
		row(before.Periods[i], l)
	}
	with := 0
	for _, l := range r.Service.Intervals {
		if l.Offered > 0 {
			with++
		}
	}
	for i, l := range r.Service.Intervals {
		if a := before.Intervals[i]; l.Offered > 0 && (with <= mostRows || !l.Meets || !a.Meets) {
			row(a, l)
		}
	}
	return tw.Flush()
}

// writeService writes every interval with contacts, before and after.
func writeService(w io.Writer, r service.Result) error {
	out := csv.NewWriter(w)
	out.Write([]string{"timestamp", "offered", "agents_before", "service_before", "agents", "service", "abandoned", "wait_s"}) // the writer keeps its first error for Error
	for i, l := range r.Service.Intervals {
		if l.Offered == 0 {
			continue
		}
		a := r.Stationary.Service.Intervals[i]
		record := []string{l.Name}
		for _, v := range []float64{l.Offered, a.Agents, a.Level, l.Agents, l.Level, l.Abandon, l.MeanWait} {
			record = append(record, strconv.FormatFloat(v, 'f', 4, 64))
		}
		out.Write(record)
	}
	out.Flush()
	return out.Error()
}
