package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/report"
)

// explainOptions are the flags of ringtide forecast explain.
type explainOptions struct {
	queue, day, at, chart, out string
	json                       bool
	paths                      int
	seed                       uint64
}

func newForecastExplain(e *env) *cobra.Command {
	o := explainOptions{}
	cmd := &cobra.Command{
		Use:   "explain",
		Short: "What the forecast of a day or an interval is made of",
		Long: `explain takes the mean of a queue on one day, or in one interval, apart into factors that
multiply to it: level, weekday, closure, holiday, month, season, trend, the simpler
models, opening hours, profile, spread and announced causes; with a sentence, and with
--chart a picture of the same parts.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), e) },
	}
	f := cmd.Flags()
	f.StringVar(&o.queue, "queue", "", "queue")
	f.StringVar(&o.day, "day", "", "day after the history, YYYY-MM-DD")
	f.StringVar(&o.at, "at", "", "start of an interval, HH:MM (default: the whole day)")
	f.StringVar(&o.chart, "chart", "", "draw the parts to this file: .png, .svg or .pdf")
	f.StringVarP(&o.out, "out", "o", "", "file to write (default: standard output)")
	f.BoolVar(&o.json, "json", false, "write JSON")
	f.IntVar(&o.paths, "paths", 1000, "simulated futures")
	f.Uint64Var(&o.seed, "seed", 1, "seed")
	return cmd
}

func (o explainOptions) run(ctx context.Context, e *env) error {
	var errs []error
	if o.queue == "" {
		errs = append(errs, errors.New("--queue: name a queue"))
	}
	day, err := interval.ParseDate(o.day)
	if err != nil {
		errs = append(errs, fmt.Errorf("--day: %w", err))
	}
	minute := -1
	if o.at != "" {
		if minute, err = interval.ParseClock(o.at); err != nil {
			errs = append(errs, fmt.Errorf("--at: %w", err))
		}
	}
	format := ""
	if o.chart != "" {
		if format, err = report.ParsePictureFormat(o.chart); err != nil {
			errs = append(errs, fmt.Errorf("--chart: %w", err))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("forecast: explain: %w", err)
	}
	h, err := readHistory(ctx, e)
	if err != nil {
		return err
	}
	b, err := impact.ExplainForecast(ctx, h, o.queue, day, minute, impact.Options{Paths: o.paths, Seed: o.seed})
	if err != nil {
		return err
	}
	if o.chart != "" {
		if err := writeFile(o.chart, func(w io.Writer) error { return breakdownChart(b).Write(w, format) }); err != nil {
			return err
		}
	}
	if o.json {
		return e.output(o.out, func(w io.Writer) error {
			return writeJSON(w, struct {
				forecast.Breakdown
				Text string `json:"text"`
			}{b, b.String()})
		})
	}
	return e.output(o.out, func(w io.Writer) error { return printBreakdown(w, b) })
}

func breakdownChart(b forecast.Breakdown) report.Chart {
	f := report.Waterfall{Result: "mean"}
	for _, p := range b.Parts {
		f.Parts = append(f.Parts, report.WaterfallPart{Name: p.Name, Factor: p.Factor})
	}
	title := fmt.Sprintf("Calls of %s, %s %s", b.Queue, b.Date.Weekday(), b.Date)
	if b.At != "" {
		title += " at " + b.At
	}
	return report.Chart{Title: title, Caption: b.String(), Plot: f}
}

func printBreakdown(w io.Writer, b forecast.Breakdown) error {
	fmt.Fprintln(w, b)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "part\tfactor\tso far\t")
	so := 1.0
	for _, p := range b.Parts {
		so *= p.Factor
		fmt.Fprintf(tw, "%s\t%.4f\t%.2f\t\n", p.Name, p.Factor, so)
	}
	return tw.Flush()
}
