package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/impact"
)

func newUplift(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "uplift",
		Short: "Effects of causes: learn, measure, predict",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return errors.New("uplift: name what to do: learn, measure or predict")
		},
	}
	cmd.AddCommand(
		newUpliftTask(e, "learn", "Learn the library of effects from labelled causes", uplift.LearnCSV, learnCenter),
		newUpliftTask(e, "measure", "What past causes did", uplift.MeasureCSV, measureCenter),
		newUpliftTask(e, "predict", "What new causes will do, from a series and its events", uplift.PredictCSV, nil),
	)
	return cmd
}

type upliftTask struct {
	series, events, out string
	json                bool
}

// newUpliftTask makes a command that works on files of series and events, or on
// the center where none are named.
func newUpliftTask(e *env, name, short string, files func(series, events io.Reader, out io.Writer) error,
	ofCenter func(*cobra.Command, *env, upliftTask) error) *cobra.Command {
	o := upliftTask{}
	cmd := &cobra.Command{
		Use:   name,
		Short: short,
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case o.series != "" && o.events != "":
				return upliftFiles(e, o, files)
			case o.series != "" || o.events != "":
				return errors.New("uplift: --series and --events go together")
			case ofCenter == nil:
				return errors.New("uplift: predict needs --series and --events; for a request to a center use ringtide assess")
			}
			return ofCenter(cmd, e, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.series, "series", "", "CSV: series,timestamp,count (default: the center's lake)")
	f.StringVar(&o.events, "events", "", "CSV: series,event,type,start,size,mail_class,role (default: the center's events.csv)")
	f.StringVarP(&o.out, "out", "o", "", "file to write (default: standard output)")
	f.BoolVar(&o.json, "json", false, "write JSON")
	return cmd
}

func upliftFiles(e *env, o upliftTask, task func(series, events io.Reader, out io.Writer) error) error {
	series, err := os.Open(o.series)
	if err != nil {
		return fmt.Errorf("uplift: --series: %w", err)
	}
	defer series.Close() // read only
	events, err := os.Open(o.events)
	if err != nil {
		return fmt.Errorf("uplift: --events: %w", err)
	}
	defer events.Close() // read only
	return e.output(o.out, func(w io.Writer) error { return task(series, events, w) })
}

func learnCenter(cmd *cobra.Command, e *env, o upliftTask) error {
	h, err := readHistory(cmd.Context(), e)
	if err != nil {
		return err
	}
	lib, _, err := impact.Learn(cmd.Context(), h)
	if err != nil {
		return err
	}
	return e.output(o.out, func(w io.Writer) error { return writeJSON(w, lib) })
}

func measureCenter(cmd *cobra.Command, e *env, o upliftTask) error {
	h, err := readHistory(cmd.Context(), e)
	if err != nil {
		return err
	}
	_, estimates, err := impact.Learn(cmd.Context(), h)
	if err != nil {
		return err
	}
	if o.json {
		return e.output(o.out, func(w io.Writer) error { return writeJSON(w, estimates) })
	}
	return e.output(o.out, func(w io.Writer) error { return printEstimates(w, estimates) })
}

func printEstimates(w io.Writer, estimates []uplift.Estimate) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "cause\tkind\tstart\tsize\tcalls\tlow\thigh\tconfidence\t")
	for _, x := range estimates {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f%%\t\n", x.ID, x.Kind, x.Start, x.Size, x.Total, x.Lo, x.Hi, 100*x.Confidence)
	}
	return tw.Flush()
}
