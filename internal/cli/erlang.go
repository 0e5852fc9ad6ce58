package cli

import (
	"bytes"
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

func newErlang(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "erlang",
		Short: "Queueing formulas: staff, table, eval",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("erlang: name what to do: staff, table or eval")
		},
	}
	cmd.AddCommand(newErlangStaff(e), newErlangTable(e), newErlangEval(e))
	return cmd
}

func newErlangEval(e *env) *cobra.Command {
	var model string
	cmd := &cobra.Command{
		Use:   "eval --model b|c|a|k|x",
		Short: "Evaluate a model for every row of a CSV on standard input",
		Long: `eval reads CSV with the input columns of the model on standard input and writes the
same rows with the results appended, in full double precision. A faulty row is an
error that names line and column, and nothing is written.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var out bytes.Buffer
			if err := erlang.EvalCSV(cmd.Context(), model, e.in, &out); err != nil {
				return err
			}
			_, err := out.WriteTo(e.out)
			return err
		},
	}
	cmd.Flags().StringVar(&model, "model", "", "b (loss), c (waiting), a (waiting with abandonment), k (finite lines), x (finite lines with redials)")
	return cmd
}

// lineFlags are the demand on one queue and its goal.
type lineFlags struct {
	calls, share, occupancy float64
	aht, patience, within   time.Duration
	formula                 string
	shrinkage               float64
}

func (l *lineFlags) add(cmd *cobra.Command) {
	f := cmd.Flags()
	f.Float64Var(&l.calls, "calls", 0, "calls per hour (required)")
	f.DurationVar(&l.aht, "aht", 0, "handle time: talk, hold and wrap, such as 4m30s (required)")
	f.DurationVar(&l.patience, "patience", 0, "mean time until a caller hangs up; none: callers never hang up (Erlang C)")
	f.Float64Var(&l.share, "share", 0.8, "share of calls in the service level, 0 to 1")
	f.DurationVar(&l.within, "within", 20*time.Second, "wait of the service level")
	f.StringVar(&l.formula, "formula", "sl_offered", "service-level formula; see docs/glossary.md")
	f.Float64Var(&l.occupancy, "max-occupancy", 0, "greatest occupancy, 0 to 1; none: no ceiling")
	f.Float64Var(&l.shrinkage, "shrinkage", 0, "share of paid time off position, 0 to 1")
}

func (l lineFlags) line() (erlang.Line, erlang.Goal, error) {
	def, err := erlang.ParseDefinition(l.formula)
	if err != nil {
		return erlang.Line{}, erlang.Goal{}, fmt.Errorf("--formula: %w", err)
	}
	if l.calls <= 0 || l.aht <= 0 {
		return erlang.Line{}, erlang.Goal{}, errors.New("erlang: give --calls per hour and --aht, both above 0")
	}
	patience := math.Inf(1)
	if l.patience > 0 {
		patience = l.patience.Seconds()
	}
	line := erlang.LineFromCalls(l.calls, l.aht.Seconds(), patience, l.within.Seconds())
	goal := erlang.Goal{Level: def, MinLevel: l.share, MaxOccupancy: l.occupancy}
	return line, goal, errors.Join(line.Validate(), goal.Validate())
}

func newErlangStaff(e *env) *cobra.Command {
	l := lineFlags{}
	cmd := &cobra.Command{
		Use:   "staff",
		Short: "Agents needed for a load and a target, with what one more or less buys",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			line, goal, err := l.line()
			if err != nil {
				return err
			}
			r, err := erlang.RequiredA(line, goal)
			if err != nil {
				return err
			}
			gross, err := erlang.Gross(float64(r.Agents), l.shrinkage)
			if err != nil {
				return err
			}
			e.say("%d agents on position (%.3f before rounding up) for %.2f erlangs; %.2f after shrinkage", r.Agents, r.Continuous, line.Load, gross)
			return e.output("", func(w io.Writer) error { return printAround(w, line, goal, r.Agents-1, r.Agents+1) })
		},
	}
	l.add(cmd)
	return cmd
}

func newErlangTable(e *env) *cobra.Command {
	l := lineFlags{}
	var from, to int
	cmd := &cobra.Command{
		Use:   "table",
		Short: "Service for a range of agents",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			line, goal, err := l.line()
			if err != nil {
				return err
			}
			if to == 0 {
				r, err := erlang.RequiredA(line, goal)
				if err != nil {
					return err
				}
				from, to = max(0, r.Agents-5), r.Agents+5
			}
			if from < 0 || to < from || to-from > 10000 {
				return fmt.Errorf("erlang: agents from %d to %d; give --from and --to in order, at most 10000 apart", from, to)
			}
			return e.output("", func(w io.Writer) error { return printAround(w, line, goal, from, to) })
		},
	}
	l.add(cmd)
	cmd.Flags().IntVar(&from, "from", 0, "fewest agents")
	cmd.Flags().IntVar(&to, "to", 0, "most agents (default: around the requirement)")
	return cmd
}

func printAround(w io.Writer, line erlang.Line, goal erlang.Goal, from, to int) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tw, "agents\t%s\tabandoned\tmean wait s\toccupancy\t\n", goal.Level)
	for n := max(0, from); n <= to; n++ {
		m, err := erlang.EvalA(float64(n), line)
		if err != nil {
			return err
		}
		fmt.Fprintf(tw, "%d\t%.4f\t%.4f\t%s\t%.4f\t\n", n, m.ServiceLevel(goal.Level), m.PAbandon, strconv.FormatFloat(m.WaitAll, 'f', 2, 64), m.Occupancy)
	}
	return tw.Flush()
}
