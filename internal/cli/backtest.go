package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/forecast"
)

// backtestOptions are the flags of ringtide backtest: of the center's queues, or of
// one series in a plain file.
type backtestOptions struct {
	origins string
	json    bool

	series, name, dataset string
	horizon, history      int
	interval              time.Duration
	calendar, out         string
	paths                 int
	seed                  uint64
}

// ofSeries are the flags that need --series.
var ofSeries = []string{"series-name", "dataset", "horizon-days", "history-days", "interval", "calendar", "out", "paths", "seed"}

func newBacktest(e *env) *cobra.Command {
	o := backtestOptions{}
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "Score the baseline on the past, or forecast a plain series from past days",
		Long: `backtest stands at days of the past, forecasts from what was known then, and scores
against what came. Seasonal naive and the mean of the last eight equal weekdays are
scored beside it, and "no better than naive" is a possible verdict.

With --series it reads one series from a file instead of the center (columns series,
timestamp,count; plain or gzip; local times; steps of minutes, hours or days),
forecasts from each day in the origins file (columns dataset,origin), with nothing
known after that day, and writes means and quantiles of every interval and day.
Opening hours and closed days are read off the history. --calendar names a file of
holidays (columns date,name,class: days of one class act alike; class may be left
out), or is us (federal holidays), none, or auto: us where the history kept them.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.series != "" && e.drivers != "" {
				return errors.New("backtest: --drivers belongs to the queues of a center; a plain series has none")
			}
			if o.series != "" {
				return o.replay(cmd.Context(), e)
			}
			for _, name := range ofSeries {
				if cmd.Flags().Changed(name) {
					return fmt.Errorf("backtest: --%s belongs to --series, which names the file of a plain series", name)
				}
			}
			return o.queues(cmd, e)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.origins, "origins", "", "number of past days to stand at (default 8); with --series a file with the columns dataset,origin")
	f.BoolVar(&o.json, "json", false, "print JSON")
	driversFlag(f, e)
	f.StringVar(&o.series, "series", "", "file with the columns series,timestamp,count, plain or gzip")
	f.StringVar(&o.name, "series-name", "", "name in the series column")
	f.StringVar(&o.dataset, "dataset", "", "name in the dataset column of the origins (default: the only one there)")
	f.IntVar(&o.horizon, "horizon-days", 28, "days to forecast after each origin")
	f.IntVar(&o.history, "history-days", 0, "days known before each origin; 0 means all")
	f.DurationVar(&o.interval, "interval", 0, "sum the counts to this step, such as 60m; 24h for days (default: as they are)")
	f.StringVar(&o.calendar, "calendar", "auto", "file of holidays, or us, none, auto")
	f.StringVarP(&o.out, "out", "o", "", "file to write (default: standard output)")
	f.IntVar(&o.paths, "paths", 1000, "simulated futures")
	f.Uint64Var(&o.seed, "seed", 1, "seed")
	return cmd
}

// queues scores the queues of the center.
func (o backtestOptions) queues(cmd *cobra.Command, e *env) error {
	count := 0
	if o.origins != "" {
		var err error
		if count, err = strconv.Atoi(o.origins); err != nil {
			return fmt.Errorf("backtest: --origins %q is no number of days; a file of origins goes with --series", o.origins)
		}
	}
	h, err := readHistory(cmd.Context(), e)
	if err != nil {
		return err
	}
	var inputs []forecast.Input
	for _, q := range h.Queues {
		queue, _ := h.Center.Queue(q.Queue)
		inputs = append(inputs, forecast.Input{Queue: q.Queue, Series: q.Queued, Calendar: queue.Calendar, Ordinary: q.Ordinary, Drivers: q.Drivers})
	}
	r, err := forecast.Backtest(cmd.Context(), inputs, forecast.BacktestOptions{Count: count})
	if err != nil {
		return err
	}
	if o.json {
		return e.output("", func(w io.Writer) error { return writeJSON(w, r) })
	}
	return e.output("", func(w io.Writer) error { return printBacktest(w, r) })
}

// check reports every fault of the flags of a plain series at once.
func (o backtestOptions) check() error {
	var errs []error
	if o.name == "" {
		errs = append(errs, errors.New("--series-name: say which series of the file"))
	}
	if o.origins == "" {
		errs = append(errs, errors.New("--origins: name a file with the columns dataset,origin"))
	}
	if o.horizon < 1 {
		errs = append(errs, fmt.Errorf("--horizon-days %d; give 1 or more", o.horizon))
	}
	if o.history < 0 {
		errs = append(errs, fmt.Errorf("--history-days %d; give 0 for all or a number of days", o.history))
	}
	if o.paths < 40 {
		errs = append(errs, fmt.Errorf("--paths %d cannot tell a 95 %% band; give 40 or more", o.paths))
	}
	if o.json {
		errs = append(errs, errors.New("--json: forecasts of a series are written as CSV; leave it out"))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("backtest: %w", err)
	}
	return nil
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
	return printCalibration(w, r.Calibration)
}

func printCalibration(w io.Writer, table []forecast.Calibration) error {
	fmt.Fprintln(w, "\nShare of counts inside the 50, 80 and 95 % bands:")
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "queue\thorizon\tweekday\thours\tn\t50%\t80%\t95%\t")
	for _, c := range table {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%d\t%.2f\t%.2f\t%.2f\t\n", c.Queue, c.Horizon, c.Weekday, c.Hours, c.N, c.Cov50, c.Cov80, c.Cov95)
	}
	return tw.Flush()
}
