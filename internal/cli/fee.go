package cli

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/fee"
	"github.com/ringtide/ringtide/impact"
)

func newFee(e *env) *cobra.Command {
	cmd := &cobra.Command{Use: "fee", Short: "Fees after the fact"}
	cmd.AddCommand(newTrueUp(e))
	return cmd
}

func newTrueUp(e *env) *cobra.Command {
	var hours float64
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "trueup ASSESSMENT.json",
		Short: "Set the bill of what a request really brought beside its estimate",
		Long: `trueup measures in the center's records what the request of a packet did on the days its
fee was for, bills that by the center's tariffs, and prints the adjustment line by line.
A negative adjustment is a credit. The records must reach to the last of these days.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var paid *float64
			if cmd.Flags().Changed("hours") {
				paid = &hours
			}
			t, err := trueUp(cmd.Context(), e.center, args[0], paid)
			if err != nil {
				return err
			}
			return e.output("", func(w io.Writer) error {
				if asJSON {
					return writeJSON(w, t)
				}
				return printTrueUp(w, t)
			})
		},
	}
	cmd.Flags().Float64Var(&hours, "hours", 0, "hours paid because of the request (default: those of the packet)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func trueUp(ctx context.Context, dir, packet string, hours *float64) (*impact.TrueUp, error) {
	a, err := readAssessment(packet)
	if err != nil {
		return nil, err
	}
	d, lk, h, err := past(ctx, dir, "")
	if err != nil {
		return nil, err
	}
	first, last := a.BilledDays()
	work, err := d.Work(ctx, lk, first, last)
	if err != nil {
		return nil, err
	}
	return impact.Rebill(ctx, h, a, d.Fees, work, hours)
}

func printTrueUp(w io.Writer, t *impact.TrueUp) error {
	if _, err := fmt.Fprintf(w, "%s  %s, %s to %s\ncalls estimated %.0f, measured %.0f (%.0f to %.0f in 9 of 10 cases); %.0f%% answered, %.0f s each\n\n",
		t.Request, t.Title, t.First, t.Last, t.EstimatedCalls, t.MeasuredCalls, t.LowCalls, t.HighCalls, 100*t.HandledShare, t.AHTSeconds); err != nil {
		return err
	}
	tab := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tab, "line\tentry\tquantity\testimated\tactual\tadjustment")
	for _, l := range t.Lines {
		fmt.Fprintf(tab, "%s\t%s\t%.1f\t%v\t%v\t%v\n", l.Tariff, l.Entry, l.Quantity, fee.Cents(l.EstimatedCents), fee.Cents(l.ActualCents), fee.Cents(l.AdjustmentCents))
	}
	fmt.Fprintf(tab, "total\t\t\t%v\t%v\t%v\n", fee.Cents(t.EstimatedCents), fee.Cents(t.ActualCents), fee.Cents(t.AdjustmentCents))
	if err := tab.Flush(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "\nThe bill would be %v to %v over the range of what was measured.\n", fee.Cents(t.LowCents), fee.Cents(t.HighCents)); err != nil {
		return err
	}
	for _, n := range t.Notes {
		if _, err := fmt.Fprintln(w, n); err != nil {
			return err
		}
	}
	for _, x := range t.Warnings {
		if _, err := fmt.Fprintln(w, x.Text); err != nil {
			return err
		}
	}
	return nil
}
