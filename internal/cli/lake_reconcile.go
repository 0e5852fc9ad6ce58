package cli

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/lake"
)

func newLakeReconcile(e *env) *cobra.Command {
	var dir, out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "reconcile",
		Short: "Compare the contacts with the interval reports of the phone system",
		Long: `reconcile counts the contacts of the lake in every interval that a loaded interval
report tells of, and compares queue by queue: ours, theirs, in how many intervals the two
differ, and the sum of |ours - theirs|. Load the report with ringtide ingest first.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			lk, err := openLake(e, dir)
			if err != nil {
				return err
			}
			r, err := lk.Reconcile(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				return e.output(out, func(w io.Writer) error { return writeJSON(w, r) })
			}
			return e.output(out, func(w io.Writer) error { return printReconciliation(w, r) })
		},
	}
	cmd.Flags().StringVar(&dir, "lake", "", "directory of the lake (default: lake in the center)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringVarP(&out, "out", "o", "", "file to write (default: standard output)")
	return cmd
}

func printReconciliation(w io.Writer, r lake.Reconciliation) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "queue\tmeasure\tintervals\tours\ttheirs\tdiffer in\tdistance\tworst\t")
	for _, q := range r.Queues {
		worst := "-"
		if len(q.Worst) > 0 {
			d := q.Worst[0]
			worst = fmt.Sprintf("%s: %d, theirs %d", d.Start.Format(time.RFC3339), d.Ours, d.Theirs)
		}
		fmt.Fprintf(tw, "%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\t\n", q.Queue, q.Measure, q.Intervals, q.Ours, q.Theirs, q.Differ, q.Distance, worst)
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	if r.Outside > 0 {
		if _, err := fmt.Fprintf(w, "%d reports are of intervals before the first or after the last contact\n", r.Outside); err != nil {
			return err
		}
	}
	return nil
}
