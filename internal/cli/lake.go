package cli

import (
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
		Short: "What is in the lake: status, verify, series",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return errors.New("lake: name what to do: status, verify or series")
		},
	}
	cmd.AddCommand(newLakeStatus(e), newLakeVerify(e), newLakeSeries(e))
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
	var dir string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Contacts, queues, outcomes, gaps",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			lk, err := openLake(e, dir)
			if err != nil {
				return err
			}
			s := lk.Status()
			if asJSON {
				return e.output("", func(w io.Writer) error { return writeJSON(w, s) })
			}
			return e.output("", func(w io.Writer) error { return printStatus(w, s) })
		},
	}
	cmd.Flags().StringVar(&dir, "lake", "", "directory of the lake (default: lake in the center)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printStatus(w io.Writer, s lake.Status) error {
	fmt.Fprintf(w, "%d contacts in %d rows, %d files, %.1f MB\n", s.Contacts, s.Rows, s.Files, float64(s.Bytes)/1e6)
	fmt.Fprintf(w, "from %s to %s (UTC)\n", s.First.Format(time.DateTime), s.Last.Format(time.DateTime))
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
	step                                 time.Duration
	open                                 bool
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
	f := cmd.Flags()
	f.StringVar(&o.dir, "lake", "", "directory of the lake (default: lake in the center)")
	f.StringArrayVar(&o.queues, "queue", nil, "queue, or all; may be repeated (default: all and every queue)")
	f.StringVar(&o.measure, "measure", "offered", "measure: "+measureNames())
	f.DurationVar(&o.step, "interval", 30*time.Minute, "length of an interval; it divides an hour")
	f.StringVar(&o.zone, "zone", "", "IANA zone of days and labels (default: the center's)")
	f.StringVar(&o.first, "first", "", "first day, YYYY-MM-DD (default: that of the lake)")
	f.StringVar(&o.last, "last", "", "last day, YYYY-MM-DD")
	f.BoolVar(&o.open, "open", false, "leave closed intervals out")
	f.StringVarP(&o.out, "out", "o", "", "file to write (default: standard output)")
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
	m, err := lake.ParseMeasure(o.measure)
	if err != nil {
		return fmt.Errorf("--measure: %w", err)
	}
	q, calendars, err := seriesQuery(e, o)
	if err != nil {
		return err
	}
	lk, err := openLake(e, o.dir)
	if err != nil {
		return err
	}
	tally, err := lk.Tally(cmd.Context(), q)
	if err != nil {
		return err
	}
	queues := o.queues
	if len(queues) == 0 {
		queues = append([]string{lake.AllQueues}, tally.Queues()...)
	}
	var series []interval.Series
	for _, name := range queues {
		s, err := tally.Series(name, m, calendars[name])
		if err != nil {
			return err
		}
		series = append(series, s)
	}
	return e.output(o.out, func(w io.Writer) error { return printSeries(w, series, o.open) })
}

func printSeries(w io.Writer, series []interval.Series, openOnly bool) error {
	if _, err := fmt.Fprintln(w, "series,timestamp,count"); err != nil {
		return err
	}
	var line []byte
	for _, s := range series {
		for i := range s.Len() {
			v, state := s.At(i)
			if state == interval.Closed && openOnly {
				continue
			}
			line = append(line[:0], s.Name()...)
			line = append(line, ',')
			line = append(line, s.Grid().Label(i)...)
			line = append(line, ',')
			if state != interval.Missing {
				line = strconv.AppendFloat(line, v, 'f', -1, 64)
			}
			if _, err := w.Write(append(line, '\n')); err != nil {
				return err
			}
		}
	}
	return nil
}
