package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
)

func newLake(e *env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "lake",
		Short: "What is in the lake: status, gaps, verify, series, demand, reconcile, export, compact",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return errors.New("lake: name what to do: status, gaps, verify, series, demand, reconcile, export or compact")
		},
	}
	cmd.AddCommand(newLakeStatus(e), newLakeVerify(e), newLakeSeries(e), newLakeDemand(e), newLakeReconcile(e), newLakeGaps(e), newLakeExport(e), newLakeCompact(e))
	return cmd
}

// openLake opens the lake named by a flag, or that of the center.
func openLake(e *env, dir string) (*lake.Lake, error) {
	if dir == "" {
		d, err := center.Open(e.center)
		if err != nil {
			return nil, err
		}
		dir = d.Lake()
	}
	return lake.Open(dir)
}

func newLakeStatus(e *env) *cobra.Command {
	var dir, zone string
	var asJSON, days bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Contacts, queues, outcomes, gaps, and where every offered contact went",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			lk, err := openLake(e, dir)
			if err != nil {
				return err
			}
			a, err := account(cmd.Context(), e, lk, dir, zone, days)
			if err != nil {
				return err
			}
			if asJSON {
				return e.output("", func(w io.Writer) error { return writeJSON(w, a) })
			}
			return e.output("", func(w io.Writer) error {
				if err := printStatus(w, a.Status); err != nil {
					return err
				}
				return printAccount(w, a)
			})
		},
	}
	cmd.Flags().StringVar(&zone, "zone", "", "IANA zone of days (default: the center's; UTC with --lake)")
	cmd.Flags().BoolVar(&days, "days", false, "the account of each queue and day, not the sums")
	cmd.Flags().StringVar(&dir, "lake", "", "directory of the lake (default: lake in the center)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printStatus(w io.Writer, s lake.Status) error {
	fmt.Fprintf(w, "%d contacts in %d rows, %d files, %.1f MB\n", s.Contacts, s.Rows, s.Files, float64(s.Bytes)/1e6)
	if s.Contacts > 0 {
		fmt.Fprintf(w, "from %s to %s (UTC)\n", s.First.Format(time.DateTime), s.Last.Format(time.DateTime))
	}
	if s.Facts > 0 {
		fmt.Fprintf(w, "%d intervals of queues from interval reports\n", s.Facts)
	}
	fmt.Fprintf(w, "sources: %s\nfingerprint %s\n\n", strings.Join(s.Sources, ", "), s.Fingerprint)
	outcomes := []string{}
	for _, q := range s.Queues {
		for o := range q.Outcomes {
			if !slices.Contains(outcomes, o) {
				outcomes = append(outcomes, o)
			}
		}
	}
	slices.Sort(outcomes)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(tw, "queue\tcontacts\t%s\t\n", strings.Join(outcomes, "\t"))
	for _, q := range s.Queues {
		fmt.Fprintf(tw, "%s\t%d\t", q.Queue, q.Rows)
		for _, o := range outcomes {
			fmt.Fprintf(tw, "%d\t", q.Outcomes[o])
		}
		fmt.Fprintln(tw)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	for _, g := range s.Gaps {
		fmt.Fprintf(w, "no contact on %s to %s\n", g.First, g.Last)
	}
	return nil
}

func newLakeVerify(e *env) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Read every file again and compare with the manifest",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			lk, err := openLake(e, dir)
			if err != nil {
				return err
			}
			if err := lk.Verify(cmd.Context()); err != nil {
				return err
			}
			s := lk.Status()
			e.say("%d contacts in %d files are as the manifest says; fingerprint %s", s.Contacts, s.Files, s.Fingerprint)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "lake", "", "directory of the lake (default: lake in the center)")
	return cmd
}

type seriesOptions struct {
	dir, measure, zone, first, last, out string
	queues                               []string
	step, target                         time.Duration
	open, state                          bool
}

// flags adds the flags that say which queues and intervals.
func (o *seriesOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&o.dir, "lake", "", "directory of the lake (default: lake in the center)")
	f.StringArrayVar(&o.queues, "queue", nil, "queue, or all; may be repeated (default: all and every queue)")
	f.DurationVar(&o.step, "interval", 30*time.Minute, "length of an interval; it divides an hour")
	f.StringVar(&o.zone, "zone", "", "IANA zone of days and labels (default: the center's)")
	f.StringVar(&o.first, "first", "", "first day, YYYY-MM-DD (default: that of the lake)")
	f.StringVar(&o.last, "last", "", "last day, YYYY-MM-DD")
	f.StringVarP(&o.out, "out", "o", "", "file to write (default: standard output)")
}

// wanted returns the queues asked for, or the center and every queue.
func (o *seriesOptions) wanted(t *lake.Tally) []string {
	if len(o.queues) > 0 {
		return o.queues
	}
	return append([]string{lake.AllQueues}, t.Queues()...)
}

func newLakeSeries(e *env) *cobra.Command {
	o := seriesOptions{}
	cmd := &cobra.Command{
		Use:   "series",
		Short: "A measure per interval as CSV: series,timestamp,count",
		Long: `series writes one row per interval, labelled with the local start of the interval.
Queue "all" counts each contact of the center once. Missing intervals have an empty
count; closed ones are left out with --open.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return runSeries(cmd, e, o)
		},
	}
	o.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&o.measure, "measure", "offered", "measure: "+measureNames())
	f.DurationVar(&o.target, "target", lake.DefaultTarget, "wait, at most, of service levels")
	f.BoolVar(&o.open, "open", false, "leave closed intervals out")
	f.BoolVar(&o.state, "state", false, "add a column: observed, closed or missing")
	return cmd
}

func measureNames() string {
	var names []string
	for _, m := range lake.Measures() {
		names = append(names, m.String())
	}
	return strings.Join(names, ", ")
}

// seriesQuery builds the query and the calendars from flags and center.
func seriesQuery(e *env, o seriesOptions) (lake.TallyQuery, map[string]*interval.Calendar, error) {
	q := lake.TallyQuery{}
	calendars := map[string]*interval.Calendar{}
	if o.zone == "" || o.dir == "" {
		d, err := center.Open(e.center)
		if err != nil {
			return q, nil, err
		}
		q = d.Query(q.First, q.Last)
		calendars[lake.AllQueues] = d.Center.Calendar
		for _, queue := range d.Center.Queues {
			calendars[queue.Name] = queue.Calendar
		}
	}
	q.Step = o.step
	if o.zone != "" {
		loc, err := time.LoadLocation(o.zone)
		if err != nil || o.zone == "Local" {
			return q, nil, fmt.Errorf("lake: --zone: %q is no IANA zone; write one such as America/New_York", o.zone)
		}
		q.Location = loc
	}
	for _, d := range []struct {
		flag, text string
		into       *interval.Date
	}{{"--first", o.first, &q.First}, {"--last", o.last, &q.Last}} {
		if d.text == "" {
			continue
		}
		v, err := interval.ParseDate(d.text)
		if err != nil {
			return q, nil, fmt.Errorf("lake: %s: %w", d.flag, err)
		}
		*d.into = v
	}
	return q, calendars, nil
}

func runSeries(cmd *cobra.Command, e *env, o seriesOptions) error {
	_, series, _, err := countSeries(cmd.Context(), e, o)
	if err != nil {
		return err
	}
	return e.output(o.out, func(w io.Writer) error { return printSeries(w, series, o) })
}

// countSeries counts the measure, reading the columns that it needs.
func countSeries(ctx context.Context, e *env, o seriesOptions) (*lake.Tally, []interval.Series, lake.Measure, error) {
	m, err := lake.ParseMeasure(o.measure)
	if err != nil {
		return nil, nil, m, fmt.Errorf("--measure: %w", err)
	}
	if o.target < 0 {
		return nil, nil, m, fmt.Errorf("lake: --target: %v; a wait is not negative", o.target)
	}
	q, calendars, err := seriesQuery(e, o)
	if err != nil {
		return nil, nil, m, err
	}
	q.Measures, q.Target = []lake.Measure{m}, o.target
	lk, err := openLake(e, o.dir)
	if err != nil {
		return nil, nil, m, err
	}
	tally, err := lk.Tally(ctx, q)
	if err != nil {
		return nil, nil, m, err
	}
	var series []interval.Series
	for _, name := range o.wanted(tally) {
		s, err := tally.Series(name, m, calendars[name])
		if err != nil {
			return nil, nil, m, err
		}
		series = append(series, s)
	}
	return tally, series, m, nil
}

func printSeries(w io.Writer, series []interval.Series, o seriesOptions) error {
	head := "series,timestamp,count"
	if o.state {
		head += ",state"
	}
	if _, err := fmt.Fprintln(w, head); err != nil {
		return err
	}
	var line []byte
	for _, s := range series {
		for i := range s.Len() {
			v, state := s.At(i)
			if state == interval.Closed && o.open {
				continue
			}
			line = append(line[:0], s.Name()...)
			line = append(line, ',')
			line = append(line, s.Grid().Label(i)...)
			line = append(line, ',')
			if state != interval.Missing {
				line = strconv.AppendFloat(line, v, 'f', -1, 64)
			}
			if o.state {
				line = append(append(line, ','), state.String()...)
			}
			if _, err := w.Write(append(line, '\n')); err != nil {
				return err
			}
		}
	}
	return nil
}
