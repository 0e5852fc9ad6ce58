package cli

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/erlang"
)

// dayFlags are what a table of intervals does not say.
type dayFlags struct {
	step, patience, within time.Duration
	shiftEnd, formula      string
	staff                  string
	share                  float64
	csv                    bool
}

func newErlangDay(e *env) *cobra.Command {
	f := dayFlags{}
	cmd := &cobra.Command{
		Use:   "day",
		Short: "Service of every interval of a day, with the backlog carried over",
		Long: `day reads intervals as CSV on standard input, in order of time, and solves the day
exactly: who waits at the end of an interval waits on in the next. Columns: calls, aht_s,
agents; patience_s if --patience is not given; seconds if the intervals differ in length.
Other columns, such as the time of day, are carried along.

With --staff the agents are not read but chosen so that every interval meets --share within
--within: per_interval, lagged, offered_load, or iterated (checked by the exact solution).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("share") && f.staff == "" {
				return errors.New("erlang: --share says what to staff for: give --staff too")
			}
			return f.run(e, cmd.Flags().Changed("patience"))
		},
	}
	flags := cmd.Flags()
	flags.DurationVar(&f.step, "interval", 30*time.Minute, "length of the intervals, unless there is a column seconds")
	flags.DurationVar(&f.patience, "patience", 0, "mean time until a caller hangs up, unless there is a column patience_s")
	flags.DurationVar(&f.within, "within", 20*time.Second, "wait of the service level")
	flags.StringVar(&f.formula, "formula", "sl_offered", "service-level formula; see docs/glossary.md")
	flags.StringVar(&f.shiftEnd, "shift-end", "exhaustive", "call in hand when a shift ends: exhaustive (the agent finishes it) or preempt (it returns to the queue)")
	flags.StringVar(&f.staff, "staff", "", "choose the agents: per_interval, lagged, offered_load or iterated")
	flags.Float64Var(&f.share, "share", 0.8, "share of calls in the service level to staff for, 0 to 1")
	flags.BoolVar(&f.csv, "csv", false, "write CSV in full precision")
	return cmd
}

func (f *dayFlags) run(e *env, patience bool) error {
	level, err := erlang.ParseDefinition(f.formula)
	if err != nil {
		return fmt.Errorf("--formula: %w", err)
	}
	form := erlang.DayForm{Seconds: f.step.Seconds(), Patience: math.NaN(), NoAgents: f.staff != ""}
	if patience {
		form.Patience = f.patience.Seconds()
	}
	d, err := erlang.ReadDay(e.in, form)
	if err != nil {
		return err
	}
	d.Target = f.within.Seconds()
	if d.ShiftEnd, err = erlang.ParseShiftEnd(f.shiftEnd); err != nil {
		return fmt.Errorf("--shift-end: %w", err)
	}
	if err := f.choose(&d, level); err != nil {
		return err
	}
	m, err := erlang.EvalDay(d.Day)
	if err != nil {
		return err
	}
	return e.output("", func(w io.Writer) error {
		if f.csv {
			return writeDay(w, d, m, level)
		}
		return printDay(w, d, m, level)
	})
}

// choose fills in the agents if a staffing rule is named.
func (f *dayFlags) choose(d *erlang.NamedDay, level erlang.Definition) error {
	if f.staff == "" {
		return nil
	}
	rule, err := erlang.ParseStaffingRule(f.staff)
	if err != nil {
		return fmt.Errorf("--staff: %w", err)
	}
	agents, err := erlang.StaffDay(d.Day, erlang.ServiceLevel(level, f.share), rule)
	if err != nil {
		return err
	}
	for i, n := range agents {
		d.Intervals[i].Agents = n
	}
	return nil
}

func printDay(w io.Writer, d erlang.NamedDay, m erlang.DayMeasures, level erlang.Definition) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tw, "%s\tcalls\tagents\t%s\tabandoned\tASA s\tqueue\tbusy\tload\t\n", d.Header[0], level)
	row := func(name, agents string, v erlang.IntervalMeasures) {
		fmt.Fprintf(tw, "%s\t%.1f\t%s\t%.4f\t%.4f\t%.1f\t%.2f\t%.2f\t%.2f\t\n", name, v.Calls, agents,
			v.ServiceLevel(level), v.PAbandon, v.ASAAnswered, v.QueueLen, v.Busy, v.LoadMean)
	}
	hours := 0.0
	for i, v := range m.Intervals {
		row(d.Rows[i][0], strconv.Itoa(d.Intervals[i].Agents), v)
		hours += float64(d.Intervals[i].Agents) * d.Intervals[i].Seconds / 3600
	}
	row("all", fmt.Sprintf("%.1f h", hours), m.Day)
	return tw.Flush()
}

func writeDay(w io.Writer, d erlang.NamedDay, m erlang.DayMeasures, level erlang.Definition) error {
	out := csv.NewWriter(w)
	header := append(append([]string{}, d.Header...), "staffed", level.String(), "p_wait", "p_abandon",
		"p_abandon_within_T", "asa_answered_s", "wait_all_s", "mean_queue", "mean_busy", "offered_load_avg")
	if err := out.Write(header); err != nil {
		return err
	}
	for i, v := range m.Intervals {
		record := append(append([]string{}, d.Rows[i]...), strconv.Itoa(d.Intervals[i].Agents))
		for _, x := range []float64{v.ServiceLevel(level), v.PWait, v.PAbandon, v.PAbandonWithinT,
			v.ASAAnswered, v.WaitAll, v.QueueLen, v.Busy, v.LoadMean} {
			record = append(record, strconv.FormatFloat(x, 'g', -1, 64))
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
