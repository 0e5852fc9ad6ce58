package cli

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// anomalyOptions are the flags of ringtide forecast anomalies.
type anomalyOptions struct {
	first, last, out string
	json             bool
}

func newAnomalies(e *env) *cobra.Command {
	o := anomalyOptions{}
	cmd := &cobra.Command{
		Use:   "anomalies",
		Short: "Intervals that neither the forecast nor a known cause explains",
		Long: `anomalies holds days of the lake against the forecast made from the days before, and
writes the runs of intervals that neither it nor a cause of events.csv explains: more
calls or fewer, when they began, and when the flag was raised. About one open day
in ten of an ordinary past would have raised one.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), e) },
	}
	f := cmd.Flags()
	f.StringVar(&o.first, "first", "", "first day, YYYY-MM-DD (default: two weeks up to the last)")
	f.StringVar(&o.last, "last", "", "last day, YYYY-MM-DD (default: the last of the lake)")
	f.StringVarP(&o.out, "out", "o", "", "file to write (default: standard output)")
	f.BoolVar(&o.json, "json", false, "write JSON instead of CSV")
	return cmd
}

func (o anomalyOptions) run(ctx context.Context, e *env) error {
	h, err := readHistory(ctx, e)
	if err != nil {
		return err
	}
	g := h.Queues[0].Queued.Grid()
	last := interval.DateOf(g.At(g.Len() - 1))
	if o.last != "" {
		if last, err = interval.ParseDate(o.last); err != nil {
			return fmt.Errorf("forecast: --last: %w", err)
		}
	}
	first := last.AddDays(-13)
	if o.first != "" {
		if first, err = interval.ParseDate(o.first); err != nil {
			return fmt.Errorf("forecast: --first: %w", err)
		}
	}
	found, err := impact.Anomalies(ctx, h, first, last)
	if err != nil {
		return err
	}
	if len(found) == 0 {
		fmt.Fprintf(e.err, "ringtide: nothing is flagged from %s to %s\n", first, last)
	}
	if o.json {
		if found == nil {
			found = []forecast.Anomaly{}
		}
		return e.output(o.out, func(w io.Writer) error { return writeJSON(w, found) })
	}
	for _, a := range found {
		fmt.Fprintf(e.err, "ringtide: %s\n", a)
	}
	return e.output(o.out, func(w io.Writer) error { return printAnomalies(w, found) })
}

func printAnomalies(w io.Writer, found []forecast.Anomaly) error {
	if _, err := fmt.Fprintln(w, "queue,direction,start,end,flagged,came,expected,surprise,threshold"); err != nil {
		return err
	}
	for _, a := range found {
		direction := "fewer"
		if a.More {
			direction = "more"
		}
		if _, err := fmt.Fprintf(w, "%s,%s,%s,%s,%s,%.0f,%.1f,%.2f,%.2f\n", a.Queue, direction, a.Start.Format(time.RFC3339),
			a.End.Format(time.RFC3339), a.Flagged.Format(time.RFC3339), a.Came, a.Expected, a.Surprise, a.Threshold); err != nil {
			return err
		}
	}
	return nil
}
