package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/forecast"
)

func newBacktest(e *env) *cobra.Command {
	var origins int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "Score the baseline on the past, beside naive forecasts",
		Long: `backtest stands at days of the past, forecasts from what was known then, and scores
against what came. Seasonal naive and the mean of the last eight equal weekdays are
scored beside it, and "no better than naive" is a possible verdict.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := readHistory(cmd.Context(), e)
			if err != nil {
				return err
			}
			var inputs []forecast.Input
			for _, q := range h.Queues {
				queue, _ := h.Center.Queue(q.Queue)
				inputs = append(inputs, forecast.Input{Queue: q.Queue, Series: q.Queued, Calendar: queue.Calendar})
			}
			r, err := forecast.Backtest(cmd.Context(), inputs, forecast.BacktestOptions{Count: origins})
			if err != nil {
				return err
			}
			if asJSON {
				return e.output("", func(w io.Writer) error { return writeJSON(w, r) })
			}
			return e.output("", func(w io.Writer) error { return printBacktest(w, r) })
		},
	}
	cmd.Flags().IntVar(&origins, "origins", 0, "days of the past to stand at; 0 means 8")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printBacktest(w io.Writer, r forecast.BacktestResult) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "queue\tlevel\thorizon\tmethod\tMASE\tWAPE\tbias\twQL\t50%\t80%\t95%\t")
	for _, s := range r.Scores {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%.3f\t%.4f\t%+.4f\t%.4f\t%.2f\t%.2f\t%.2f\t\n",
			s.Queue, s.Level, s.Horizon, s.Method, s.MASE, s.WAPE, s.Bias, s.WQL, s.Cov50, s.Cov80, s.Cov95)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, v := range r.Verdicts {
		fmt.Fprintf(w, "%s, %s, %s: %s\n", v.Queue, v.Level, v.Horizon, v.Text)
	}
	return nil
}
