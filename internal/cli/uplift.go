package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
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

// learnPast learns from a center's past causes.
func learnPast(ctx context.Context, h impact.History) (*uplift.Learned, error) {
	if err := h.Validate(); err != nil {
		return nil, err
	}
	var inputs []forecast.Input
	var last interval.Date
	for _, q := range h.Queues {
		queue, _ := h.Center.Queue(q.Queue)
		inputs = append(inputs, forecast.Input{Queue: q.Queue, Series: q.Queued, Calendar: queue.Calendar})
		days := q.Queued.Grid().Days()
		last = days[len(days)-1].Date
	}
	var past []uplift.Cause
	for _, c := range h.Causes {
		if !c.Start.After(last) {
			past = append(past, c)
		}
	}
	return uplift.Learn(ctx, inputs, past, uplift.Options{})
}

func learnCenter(cmd *cobra.Command, e *env, o upliftTask) error {
	h, err := readHistory(cmd.Context(), e)
	if err != nil {
		return err
	}
	l, err := learnPast(cmd.Context(), h)
	if err != nil {
		return err
	}
	hits, err := l.Hindsight(cmd.Context())
	if err != nil {
		return err
	}
	lib := l.Library()
	lib.Record(hits)
	return e.output(o.out, func(w io.Writer) error { return writeJSON(w, lib) })
}

// measured is what uplift measure says of a center's past.
type measured struct {
	Estimates   []uplift.Estimate `json:"estimates"`
	Placebos    []uplift.Placebo  `json:"placebos"`
	Predictions []uplift.Hit      `json:"predictions"`
	Unlabelled  []uplift.Jump     `json:"unlabelled"`
}

func measureCenter(cmd *cobra.Command, e *env, o upliftTask) error {
	h, err := readHistory(cmd.Context(), e)
	if err != nil {
		return err
	}
	l, err := learnPast(cmd.Context(), h)
	if err != nil {
		return err
	}
	m := measured{Estimates: l.Estimates(), Placebos: l.Placebos()}
	if m.Predictions, err = l.Hindsight(cmd.Context()); err != nil {
		return err
	}
	if m.Unlabelled, err = l.Jumps(); err != nil {
		return err
	}
	if o.json {
		return e.output(o.out, func(w io.Writer) error { return writeJSON(w, m) })
	}
	return e.output(o.out, m.print)
}

func (m measured) print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "cause\tkind\tstart\tsize\tcalls\tlow\thigh\tconfidence\tplacebo p\tpredicted\tlow\thigh\theld\t")
	for i, x := range m.Estimates {
		fmt.Fprintf(tw, "%s\t%s\t%s\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f%%\t%.2f\t", x.ID, x.Kind, x.Start, x.Size, x.Total, x.Lo, x.Hi, 100*x.Confidence, m.Placebos[i].P)
		if k := slices.IndexFunc(m.Predictions, func(h uplift.Hit) bool { return h.ID == x.ID }); k >= 0 {
			h := m.Predictions[k]
			fmt.Fprintf(tw, "%.0f\t%.0f\t%.0f\t%s\t\n", h.Predicted, h.Lo, h.Hi, map[bool]string{true: "yes", false: "no"}[h.Inside])
		} else {
			fmt.Fprint(tw, "\t\t\t\t\n")
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	m.printChecks(w)
	return nil
}

// printChecks says in words what the columns beside the estimates come to.
func (m measured) printChecks(w io.Writer) {
	dates, found, held := 0, 0, 0
	for _, p := range m.Placebos {
		dates, found = dates+p.Dates, found+p.False
	}
	for _, h := range m.Predictions {
		if h.Inside {
			held++
		}
	}
	fmt.Fprintln(w)
	if dates > 0 {
		fmt.Fprintf(w, "Placebo check: at %d other start days, where nothing happened, %.1f%% show an effect at a level of 5%%.\n", dates, 100*float64(found)/float64(dates))
		fmt.Fprintln(w, "placebo p is the share of start days that show as strong an effect as the true one.")
	}
	if n := len(m.Predictions); n > 0 {
		fmt.Fprintf(w, "Past predictions, each from the days before its cause: %d of %d held within 80%%.\n", held, n)
	}
	if len(m.Unlabelled) == 0 {
		return
	}
	fmt.Fprintln(w, "\nUnlabelled jumps. If you know what one was, write it into events.csv:")
	for i, j := range m.Unlabelled {
		fmt.Fprintf(w, "unlabelled-%d,event,%s,%s,%s,,,\"%+.0f calls, standard error %.0f\"\n", i+1, j.First, j.Last, j.Queue, j.Calls, j.SE)
	}
}
