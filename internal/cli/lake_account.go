package cli

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
)

// lakeAccount is what lake status prints beside the manifest: where every offered
// contact went, per queue or per queue and day.
type lakeAccount struct {
	lake.Status
	Zone       string          `json:"zone"`
	Identities []lake.Identity `json:"identities,omitempty"`
}

// account counts the lake by local day. The zone is the center's, or UTC for a lake
// without one.
func account(ctx context.Context, e *env, lk *lake.Lake, dir, zone string, days bool) (lakeAccount, error) {
	a := lakeAccount{Status: lk.Status(), Zone: "UTC"}
	if a.Contacts+a.Facts == 0 {
		return a, nil
	}
	if zone == "" && dir != "" {
		zone = "UTC"
	}
	q, _, err := seriesQuery(e, seriesOptions{dir: dir, zone: zone, step: time.Hour})
	if err != nil {
		return a, err
	}
	q.Measures = []lake.Measure{lake.Offered, lake.Abandoned, lake.ShortAbandoned}
	a.Zone = q.Location.String()
	tally, err := lk.Tally(ctx, q)
	if err != nil {
		return a, err
	}
	for _, queue := range append(tally.Queues(), lake.AllQueues) {
		found, err := tally.Identities(queue)
		if err != nil {
			return a, err
		}
		if !days {
			sum := lake.Identity{Queue: queue}
			for _, d := range found {
				sum.Add(d)
			}
			found = []lake.Identity{sum}
		}
		a.Identities = append(a.Identities, found...)
	}
	return a, nil
}

// printAccount prints the identity: the columns after offered add up to it.
func printAccount(w io.Writer, a lakeAccount) error {
	if len(a.Identities) == 0 {
		return nil
	}
	fmt.Fprintf(w, "\noffered = handled + abandoned + short-abandoned + blocked + contained + overflowed + still open + unknown,\nchecked per queue and day (%s)\n", a.Zone)
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "queue\tday\toffered\thandled\tabandoned\tshort\tblocked\tcontained\toverflowed\topen\tunknown\t")
	for _, d := range a.Identities {
		day := "all"
		if !d.Day.IsZero() {
			day = d.Day.String()
		}
		fmt.Fprintf(tw, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t\n", d.Queue, day, d.Offered, d.Handled, d.Abandoned, d.ShortAbandoned, d.Blocked, d.Contained, d.Overflowed, d.Open, d.Unknown)
	}
	return tw.Flush()
}

func newLakeGaps(e *env) *cobra.Command {
	o := seriesOptions{}
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "gaps",
		Short: "Which intervals are missing, and why",
		Long: `gaps lists the runs of open intervals of which nothing is known, as CSV. Reasons:
outage (declared in events.csv), before_lake and after_lake (no file reaches there),
file_absent (inside the lake, and no loaded file covers the day), system_silent (a
loaded file covers the day and has not one contact: the system was down, or the
calendar lacks a holiday), day_cut (the lake begins or ends amid the day), no_report.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			gaps, err := findGaps(cmd.Context(), e, o)
			if err != nil {
				return err
			}
			if asJSON {
				return e.output(o.out, func(w io.Writer) error { return writeJSON(w, gaps) })
			}
			return e.output(o.out, func(w io.Writer) error { return printGaps(w, gaps) })
		},
	}
	o.flags(cmd)
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func findGaps(ctx context.Context, e *env, o seriesOptions) ([]lake.Gap, error) {
	q, calendars, err := seriesQuery(e, o)
	if err != nil {
		return nil, err
	}
	q.Measures = []lake.Measure{lake.Offered}
	lk, err := openLake(e, o.dir)
	if err != nil {
		return nil, err
	}
	tally, err := lk.Tally(ctx, q)
	if err != nil {
		return nil, err
	}
	gaps := []lake.Gap{}
	for _, queue := range o.wanted(tally) {
		found, err := tally.Gaps(queue, calendars[queue])
		if err != nil {
			return nil, err
		}
		gaps = append(gaps, found...)
	}
	return gaps, nil
}

func printGaps(w io.Writer, gaps []lake.Gap) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"queue", "from", "to", "intervals", "why", "note"}); err != nil {
		return err
	}
	for _, g := range gaps {
		if err := out.Write([]string{g.Queue, g.From.Format(time.RFC3339), g.To.Format(time.RFC3339), strconv.Itoa(g.Intervals), g.Why.String(), g.Note}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func newLakeCompact(e *env) *cobra.Command {
	var dir string
	cmd := &cobra.Command{
		Use:   "compact",
		Short: "Write each month anew as one file; drop what killed loads left",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			lk, err := openLake(e, dir)
			if err != nil {
				return err
			}
			before := lk.Status().Bytes
			changed, err := lk.Compact(cmd.Context())
			if err != nil {
				return err
			}
			s := lk.Status()
			e.say("%d of %d files changed, %.1f MB before, %.1f MB now; fingerprint %s", changed, s.Files, float64(before)/1e6, float64(s.Bytes)/1e6, s.Fingerprint)
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "lake", "", "directory of the lake (default: lake in the center)")
	return cmd
}

// seriesRows lays series out for a table; small cells of a public one have no value and
// the state suppressed.
func seriesRows(tally *lake.Tally, series []interval.Series, m lake.Measure, public bool) ([]lake.SeriesRow, error) {
	var rows []lake.SeriesRow
	for _, s := range series {
		small, err := tally.Small(s.Name(), m)
		if err != nil {
			return nil, err
		}
		for i := range s.Len() {
			v, state := s.At(i)
			r := lake.SeriesRow{Series: s.Name(), Start: s.Grid().At(i).UTC(), Local: s.Grid().Label(i), State: state.String()}
			switch {
			case state != interval.Observed:
			case public && small[i]:
				r.State = "suppressed"
			default:
				r.Value = &v
			}
			rows = append(rows, r)
		}
	}
	return rows, nil
}

func newLakeExport(e *env) *cobra.Command {
	o := seriesOptions{}
	var contacts, public bool
	var format string
	cmd := &cobra.Command{
		Use:   "export",
		Short: "Contacts, or a measure per interval, as CSV or Parquet",
		Long: `export writes a measure per interval with its state, or with --contacts every
contact. With --public, intervals behind which fewer than 5 contacts stand have the
state suppressed and no value; contacts are never public.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if format != "csv" && format != "parquet" {
				return fmt.Errorf("lake: --format: %q; there are csv and parquet", format)
			}
			if contacts && public {
				return fmt.Errorf("lake: --contacts tells of single persons and is never public; export a measure instead")
			}
			if contacts {
				return exportContacts(cmd.Context(), e, o, format)
			}
			return exportSeries(cmd.Context(), e, o, format, public)
		},
	}
	o.flags(cmd)
	f := cmd.Flags()
	f.StringVar(&o.measure, "measure", "offered", "measure: "+measureNames())
	f.DurationVar(&o.target, "target", lake.DefaultTarget, "wait, at most, of service levels")
	f.StringVar(&format, "format", "csv", "csv or parquet")
	f.BoolVar(&contacts, "contacts", false, "every contact instead of a measure")
	f.BoolVar(&public, "public", false, "for the public: no cells of fewer than 5 contacts")
	return cmd
}

func exportContacts(ctx context.Context, e *env, o seriesOptions, format string) error {
	lk, err := openLake(e, o.dir)
	if err != nil {
		return err
	}
	if format == "parquet" {
		return e.output(o.out, func(w io.Writer) error { return lk.ExportParquet(ctx, w) })
	}
	return e.output(o.out, func(w io.Writer) error { return lk.ExportCSV(ctx, w) })
}

func exportSeries(ctx context.Context, e *env, o seriesOptions, format string, public bool) error {
	tally, series, m, err := countSeries(ctx, e, o)
	if err != nil {
		return err
	}
	rows, err := seriesRows(tally, series, m, public)
	if err != nil {
		return err
	}
	if format == "parquet" {
		return e.output(o.out, func(w io.Writer) error { return lake.WriteSeriesParquet(w, rows) })
	}
	return e.output(o.out, func(w io.Writer) error {
		out := csv.NewWriter(w)
		if err := out.Write([]string{"series", "timestamp", "count", "state"}); err != nil {
			return err
		}
		for _, r := range rows {
			value := ""
			if r.Value != nil {
				value = strconv.FormatFloat(*r.Value, 'f', -1, 64)
			}
			if err := out.Write([]string{r.Series, r.Local, value, r.State}); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	})
}
