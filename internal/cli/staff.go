package cli

import (
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/impact"
)

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
	driversFlag(cmd.Flags(), e)
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
