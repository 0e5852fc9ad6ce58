package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
	"github.com/ringtide/ringtide/report"
)

// forecastOptions are the flags of ringtide forecast.
type forecastOptions struct {
	span
	queues            []string
	by, format, chart string
}

// Words of --by and --format.
var (
	forecastSteps   = []string{"interval", "day", "month"}
	forecastFormats = []string{"csv", "table", "json", "parquet"}
)

func newForecast(e *env) *cobra.Command {
	o := forecastOptions{}
	cmd := &cobra.Command{
		Use:   "forecast",
		Short: "The baseline: calls per queue and interval, without a new request",
		Long: `forecast writes the mean and the quantiles of the calls that come to wait for an
agent, per queue and interval, day or month, and for all queues together. The format is
that of --format, or of the ending of --out. --chart draws the forecast after the last
days of the history.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), e) },
	}
	o.flags(cmd)
	f := cmd.Flags()
	f.StringArrayVar(&o.queues, "queue", nil, "queue, or all; may be repeated (default: all and every queue)")
	f.StringVar(&o.by, "by", "interval", "sum to: interval, day or month")
	f.StringVar(&o.format, "format", "", "csv, table, json or parquet (default: by the ending of --out, else csv)")
	f.StringVar(&o.chart, "chart", "", "draw the first queue asked for to this file: .png, .svg or .pdf")
	driversFlag(cmd.PersistentFlags(), e)
	cmd.AddCommand(newIntraday(e), newAnomalies(e), newReview(e), newAHT(e), newForecastExplain(e), newTree(e))
	return cmd
}

// check reports every fault of the flags at once, and settles the format.
func (o *forecastOptions) check() error {
	var errs []error
	if o.format == "" {
		o.format = "csv"
		if ending := strings.TrimPrefix(filepath.Ext(o.out), "."); slices.Contains(forecastFormats, ending) {
			o.format = ending
		}
		if o.json {
			o.format = "json"
		}
	}
	if !slices.Contains(forecastFormats, o.format) {
		errs = append(errs, fmt.Errorf("--format %q; use one of %s", o.format, strings.Join(forecastFormats, ", ")))
	}
	if !slices.Contains(forecastSteps, o.by) {
		errs = append(errs, fmt.Errorf("--by %q; use one of %s", o.by, strings.Join(forecastSteps, ", ")))
	}
	if o.json && o.format != "json" {
		errs = append(errs, fmt.Errorf("--json and --format %s; give one", o.format))
	}
	if o.format == "parquet" && o.out == "" {
		errs = append(errs, errors.New("--format parquet needs a file: name it with --out"))
	}
	if o.chart != "" {
		if _, err := report.ParsePictureFormat(o.chart); err != nil {
			errs = append(errs, fmt.Errorf("--chart: %w", err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("forecast: %w", err)
	}
	return nil
}

func (o *forecastOptions) run(ctx context.Context, e *env) error {
	if err := o.check(); err != nil {
		return err
	}
	h, err := readHistory(ctx, e)
	if err != nil {
		return err
	}
	first, last, err := o.days(h)
	if err != nil {
		return err
	}
	p, warnings, err := impact.Baseline(ctx, h, first, last, impact.Options{Paths: o.paths, Seed: o.seed})
	if err != nil {
		return err
	}
	if len(o.queues) == 0 {
		o.queues = append([]string{lake.AllQueues}, p.Queues()...)
	}
	rows, err := o.rows(p)
	if err != nil {
		return err
	}
	for _, w := range warnings {
		fmt.Fprintf(e.err, "ringtide: warning: %s\n", w.Text)
	}
	if o.chart != "" {
		if err := drawForecast(o.chart, h, p, o.queues[0]); err != nil {
			return err
		}
	}
	return e.output(o.out, func(w io.Writer) error { return writeForecast(w, o.format, rows) })
}

// forecastRow is one interval, day or month of one queue.
type forecastRow = lake.ForecastRow

var forecastProbs = []float64{0.05, 0.25, 0.5, 0.75, 0.95}

func (o *forecastOptions) rows(p *forecast.Paths) ([]forecastRow, error) {
	var rows []forecastRow
	for _, name := range o.queues {
		q := p.QueueIndex(name)
		switch {
		case q < 0 && name != lake.AllQueues:
			return nil, fmt.Errorf("forecast: --queue: there is no queue %q; there are %q and all", name, p.Queues())
		case o.by != "interval":
			rows = append(rows, sumRows(p, name, q, o.by)...)
			continue
		}
		mean, bands := p.Mean(q), p.Quantile(q, forecastProbs)
		for i, b := range bands {
			rows = append(rows, forecastRow{Queue: name, Timestamp: p.Grid().Stamp(i), Mean: mean[i], Q05: b[0], Q25: b[1], Q50: b[2], Q75: b[3], Q95: b[4]})
		}
	}
	return rows, nil
}

// sumRows adds days up, path by path.
func sumRows(p *forecast.Paths, name string, queue int, by string) []forecastRow {
	days, totals := p.Grid().Days(), p.DayTotals(queue)
	var rows []forecastRow
	var sums []int64
	for k, d := range days {
		stamp := d.Date.String()
		if by == "month" {
			stamp = stamp[:len("2006-01")]
		}
		if len(rows) == 0 || rows[len(rows)-1].Timestamp != stamp {
			rows = append(rows, forecastRow{Queue: name, Timestamp: stamp})
			sums = make([]int64, p.Len())
		}
		for path, v := range totals[k] {
			sums[path] += v
		}
		if k+1 == len(days) || by == "day" || !strings.HasPrefix(days[k+1].Date.String(), stamp) {
			rows[len(rows)-1] = sumRow(name, stamp, sums)
		}
	}
	return rows
}

func sumRow(name, stamp string, sums []int64) forecastRow {
	total := int64(0)
	for _, v := range sums {
		total += v
	}
	mean := float64(total) / float64(len(sums))
	slices.Sort(sums)
	b := forecast.Quantiles(sums, forecastProbs)
	return forecastRow{Queue: name, Timestamp: stamp, Mean: mean, Q05: float64(b[0]), Q25: float64(b[1]), Q50: float64(b[2]), Q75: float64(b[3]), Q95: float64(b[4])}
}

func writeForecast(w io.Writer, format string, rows []forecastRow) error {
	switch format {
	case "json":
		return writeJSON(w, rows)
	case "parquet":
		return lake.WriteForecastParquet(w, rows)
	case "table":
		return tableForecast(w, rows)
	}
	return printForecast(w, rows)
}

// tableForecast is for people: no row where nobody can call.
func tableForecast(w io.Writer, rows []forecastRow) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "queue\twhen\tmean\t5%\t25%\t50%\t75%\t95%\t")
	for _, r := range rows {
		if r.Q95 == 0 && r.Mean == 0 {
			continue
		}
		when := r.Timestamp
		if d, err := interval.ParseDate(when); err == nil {
			when = d.Weekday().String()[:3] + " " + when
		} else if len(when) > len("2006-01-02T15:04") {
			when = strings.Replace(when[:len("2006-01-02T15:04")], "T", " ", 1)
		}
		fmt.Fprintf(tw, "%s\t%s\t%.1f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t\n", r.Queue, when, r.Mean, r.Q05, r.Q25, r.Q50, r.Q75, r.Q95)
	}
	return tw.Flush()
}

func printForecast(w io.Writer, rows []forecastRow) error {
	if _, err := fmt.Fprintln(w, "queue,timestamp,mean,q05,q25,q50,q75,q95"); err != nil {
		return err
	}
	for _, r := range rows {
		line := []byte(r.Queue + "," + r.Timestamp)
		for _, v := range []float64{r.Mean, r.Q05, r.Q25, r.Q50, r.Q75, r.Q95} {
			line = strconv.AppendFloat(append(line, ','), v, 'g', 6, 64)
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}
