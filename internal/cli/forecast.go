package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
)

// span is the flags of commands that look at days to come.
type span struct {
	first, last string
	paths       int
	seed        uint64
	out         string
	json        bool
}

func (s *span) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.first, "first", "", "first day, YYYY-MM-DD (default: the day after the history)")
	f.StringVar(&s.last, "last", "", "last day, YYYY-MM-DD (default: four weeks from the first)")
	f.IntVar(&s.paths, "paths", 1000, "simulated futures")
	f.Uint64Var(&s.seed, "seed", 1, "seed")
	f.StringVarP(&s.out, "out", "o", "", "file to write (default: standard output)")
	f.BoolVar(&s.json, "json", false, "write JSON instead of CSV")
}

// days parses the days, with defaults that follow the history.
func (s span) days(h impact.History) (first, last interval.Date, err error) {
	g := h.Queues[0].Queued.Grid()
	first = interval.DateOf(g.At(g.Len() - 1)).AddDays(1)
	if s.first != "" {
		if first, err = interval.ParseDate(s.first); err != nil {
			return first, last, fmt.Errorf("--first: %w", err)
		}
	}
	last = first.AddDays(27)
	if s.last != "" {
		if last, err = interval.ParseDate(s.last); err != nil {
			return first, last, fmt.Errorf("--last: %w", err)
		}
	}
	if last.Before(first) {
		return first, last, fmt.Errorf("--last: %s is before the first day, %s", last, first)
	}
	return first, last, nil
}

// readHistory opens the center in -C and reads its history.
func readHistory(ctx context.Context, e *env) (impact.History, error) {
	d, err := center.Open(e.center)
	if err != nil {
		return impact.History{}, err
	}
	lk, err := lake.Open(d.Lake())
	if err != nil {
		return impact.History{}, err
	}
	return d.History(ctx, lk)
}

func newForecast(e *env) *cobra.Command {
	o := span{}
	var queues []string
	cmd := &cobra.Command{
		Use:   "forecast",
		Short: "The baseline: calls per queue and interval, without a new request",
		Long: `forecast writes the mean and the quantiles of the calls that come to wait for an
agent, per queue and interval, and for all queues together.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := readHistory(cmd.Context(), e)
			if err != nil {
				return err
			}
			first, last, err := o.days(h)
			if err != nil {
				return err
			}
			p, warnings, err := impact.Baseline(cmd.Context(), h, first, last, impact.Options{Paths: o.paths, Seed: o.seed})
			if err != nil {
				return err
			}
			rows, err := forecastRows(p, queues)
			if err != nil {
				return err
			}
			for _, w := range warnings {
				fmt.Fprintf(e.err, "ringtide: warning: %s\n", w.Text)
			}
			if o.json {
				return e.output(o.out, func(w io.Writer) error { return writeJSON(w, rows) })
			}
			return e.output(o.out, func(w io.Writer) error { return printForecast(w, rows) })
		},
	}
	o.flags(cmd)
	cmd.Flags().StringArrayVar(&queues, "queue", nil, "queue, or all; may be repeated (default: all and every queue)")
	cmd.AddCommand(newIntraday(e), newAnomalies(e), newReview(e), newAHT(e))
	return cmd
}

// forecastRow is one interval of one queue.
type forecastRow struct {
	Queue     string  `json:"queue"`
	Timestamp string  `json:"timestamp"`
	Mean      float64 `json:"mean"`
	Q05       float64 `json:"q05"`
	Q25       float64 `json:"q25"`
	Q50       float64 `json:"q50"`
	Q75       float64 `json:"q75"`
	Q95       float64 `json:"q95"`
}

func forecastRows(p *forecast.Paths, queues []string) ([]forecastRow, error) {
	if len(queues) == 0 {
		queues = append([]string{lake.AllQueues}, p.Queues()...)
	}
	var rows []forecastRow
	for _, name := range queues {
		q := p.QueueIndex(name)
		if q < 0 && name != lake.AllQueues {
			return nil, fmt.Errorf("forecast: --queue: there is no queue %q; there are %q and all", name, p.Queues())
		}
		mean, bands := p.Mean(q), p.Quantile(q, []float64{0.05, 0.25, 0.5, 0.75, 0.95})
		for i := range p.Grid().Len() {
			b := bands[i]
			rows = append(rows, forecastRow{name, p.Grid().Stamp(i), mean[i], b[0], b[1], b[2], b[3], b[4]})
		}
	}
	return rows, nil
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

func newStaff(e *env) *cobra.Command {
	o := span{}
	var pool string
	cmd := &cobra.Command{
		Use:   "staff",
		Short: "The requirement: agents needed per pool and interval",
		Long: `staff writes the agents needed on position (net) and after shrinkage (agents), so that
each interval meets the center's target with the center's confidence. With --pool the
output has the columns timestamp,agents that ringtide schedule reads.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := readHistory(cmd.Context(), e)
			if err != nil {
				return err
			}
			first, last, err := o.days(h)
			if err != nil {
				return err
			}
			s, err := impact.Staff(cmd.Context(), h, first, last, impact.Options{Paths: o.paths, Seed: o.seed})
			if err != nil {
				return err
			}
			for _, a := range s.Assumptions {
				fmt.Fprintf(e.err, "ringtide: assumed: %s: %s (%s)\n", a.Name, a.Value, a.Source)
			}
			if o.json {
				return e.output(o.out, func(w io.Writer) error { return writeJSON(w, s.Pools) })
			}
			return e.output(o.out, func(w io.Writer) error { return printStaff(w, s, pool) })
		},
	}
	o.flags(cmd)
	cmd.Flags().StringVar(&pool, "pool", "", "one pool only, in the form that schedule reads")
	return cmd
}

func printStaff(w io.Writer, s *impact.Staffing, pool string) error {
	head := "pool,timestamp,net,agents"
	if pool != "" {
		head = "timestamp,agents"
	}
	if _, err := fmt.Fprintln(w, head); err != nil {
		return err
	}
	found := false
	for _, p := range s.Pools {
		if pool != "" && p.Pool != pool {
			continue
		}
		found = true
		for i := range s.Grid.Len() {
			row := fmt.Sprintf("%s,%s,%d,%d", p.Pool, s.Grid.Stamp(i), p.NetWithout[i], p.GrossWithout[i])
			if pool != "" {
				row = fmt.Sprintf("%s,%d", s.Grid.Stamp(i), p.GrossWithout[i])
			}
			if _, err := fmt.Fprintln(w, row); err != nil {
				return err
			}
		}
	}
	if !found {
		return errors.New("staff: --pool: the center has no pool " + strconv.Quote(pool))
	}
	return nil
}
