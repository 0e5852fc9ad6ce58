package cli

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/lake"
)

type ledgerOptions struct {
	paths int
	seed  uint64
	json  bool
}

func newLedger(e *env) *cobra.Command {
	o := ledgerOptions{}
	cmd := &cobra.Command{
		Use:   "ledger [REQUEST.yaml...]",
		Short: "What approved and pending requests leave of each week",
		Long: `ledger lays all requests on the same simulated futures and says, week by week, how
likely the target is kept with them, how many more calls the week can take, and which
pairs do not fit together. Without a name it takes the requests of the center that begin
after its records, bring calls and are not declined.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := drawLedger(cmd.Context(), e.center, args, o)
			if err != nil {
				return err
			}
			return e.output("", func(w io.Writer) error {
				if o.json {
					return writeJSON(w, l)
				}
				return printLedger(w, l)
			})
		},
	}
	f := cmd.Flags()
	f.IntVar(&o.paths, "paths", 1000, "simulated futures")
	f.Uint64Var(&o.seed, "seed", 1, "seed of the simulated futures")
	f.BoolVar(&o.json, "json", false, "print JSON")
	return cmd
}

func drawLedger(ctx context.Context, dir string, names []string, o ledgerOptions) (*impact.Ledger, error) {
	d, err := center.Open(dir)
	if err != nil {
		return nil, err
	}
	lk, err := lake.Open(d.Lake())
	if err != nil {
		return nil, err
	}
	h, err := d.History(ctx, lk)
	if err != nil {
		return nil, err
	}
	requests, err := ledgerRequests(d, h, names)
	if err != nil {
		return nil, err
	}
	return impact.Commit(ctx, h, requests, impact.Options{Policy: d.Policy, Fees: d.Fees, Paths: o.paths, Seed: o.seed, Version: version()})
}

// ledgerRequests reads the named requests; none means all of the center's that a ledger
// can hold.
func ledgerRequests(d *center.Dir, h impact.History, names []string) ([]impact.Request, error) {
	all := len(names) == 0
	if all {
		var err error
		if names, err = fs.Glob(os.DirFS(filepath.Join(d.Path, "requests")), "*.yaml"); err != nil {
			return nil, fmt.Errorf("ledger: %w", err)
		}
	}
	g := h.Queues[0].Queued.Grid()
	end := g.At(g.Len() - 1)
	var out []impact.Request
	for _, name := range names {
		r, err := d.Request(name)
		if err != nil {
			return nil, err
		}
		if all && (r.Type == uplift.SeatLoss || !r.Start.Start(g.Location()).After(end)) {
			continue
		}
		out = append(out, r)
	}
	return out, nil
}

func printLedger(w io.Writer, l *impact.Ledger) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "request\tstatus\tstart\tcalls\ttitle")
	for _, x := range l.Entries {
		fmt.Fprintf(t, "%s\t%s\t%s\t%.0f\t%s\n", x.ID, x.Status, x.Start, x.Calls, x.Title)
	}
	fmt.Fprintln(t, "\nweek\twithout\tapproved\tall\tcalls left\trequests")
	for _, x := range l.Weeks {
		fmt.Fprintf(t, "%s to %s\t%.0f%%\t%.0f%%\t%.0f%%\t%.0f\t%s\n", x.First, x.Last, 100*x.Without, 100*x.Approved, 100*x.All, x.Left, strings.Join(x.Requests, " "))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "\nThe policy asks for a chance of %.0f%%.\n", 100*l.Need); err != nil {
		return err
	}
	for _, c := range l.Clashes {
		if _, err := fmt.Fprintf(w, "Do not fit together in the week of %s: %s (alone %.1f%%) and %s (alone %.1f%%), together %.1f%%.\n",
			c.Week, c.First, 100*c.Alone[0], c.Second, 100*c.Alone[1], 100*c.Together); err != nil {
			return err
		}
	}
	return nil
}
