package cli

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/erlang"
)

// hazardEdges are the seconds between which the rate of hanging up is printed.
var hazardEdges = []float64{0, 10, 20, 30, 60, 90, 120, 180, 240, 300, 420, 600}

func newErlangPatience(e *env) *cobra.Command {
	return &cobra.Command{
		Use:   "patience",
		Short: "Estimate patience and handle time from contacts",
		Long: `patience reads contacts as CSV on standard input, one row each, with the columns outcome
(handled, abandoned, …) and wait_s, and if present talk_s, hold_s and wrap_s. A handled contact
would have waited longer than it did; the estimates allow for that.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			log, err := erlang.ReadContacts(e.in)
			if err != nil {
				return err
			}
			fit, err := erlang.FitPatience(log.Waits)
			if err != nil {
				return fmt.Errorf("%d rows, none of them waited: %w", log.Rows, err)
			}
			return e.output("", func(w io.Writer) error {
				if err := printPatience(w, log, fit); err != nil {
					return err
				}
				return printHandle(w, log.Handles)
			})
		},
	}
}

func printPatience(w io.Writer, log erlang.ContactLog, fit erlang.PatienceFit) error {
	curve, err := erlang.KaplanMeier(log.Waits)
	if err != nil {
		return err
	}
	bins, err := erlang.Hazard(log.Waits, hazardEdges)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%d contacts read, %d waited, %d of them hung up\n", log.Rows, fit.Waits, fit.Abandoned)
	fmt.Fprintf(w, "patience %.1f s (95%% from %.1f to %.1f), exponential: total wait / hang-ups\n", fit.Mean, fit.Low, fit.High)
	if median := curve.Quantile(0.5); math.IsInf(median, 1) {
		fmt.Fprintln(w, "median patience: longer than the waits seen")
	} else {
		fmt.Fprintf(w, "median patience %.0f s (Kaplan-Meier); exponential would be %.0f s\n", median, fit.Mean*math.Ln2)
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(tw, "from s\tto s\thung up\tper hour of waiting\tstill willing at the end\tif exponential\t")
	for _, b := range bins {
		if b.Exposure == 0 {
			break
		}
		fmt.Fprintf(tw, "%.0f\t%.0f\t%d\t%.2f\t%.4f\t%.4f\t\n", b.From, b.To, b.Left, b.PerHour, curve.At(b.To), math.Exp(-b.To/fit.Mean))
	}
	return tw.Flush()
}

func printHandle(w io.Writer, seconds []float64) error {
	if len(seconds) < 2 {
		return nil
	}
	h, err := erlang.FitHandleTimes(seconds)
	if err != nil {
		return err
	}
	best, most := "exponential", h.LogLikExp
	if h.LogLikGamma > most {
		best, most = "gamma", h.LogLikGamma
	}
	if h.LogLikLognormal > most {
		best = "lognormal"
	}
	_, err = fmt.Fprintf(w, "AHT %.1f s (95%% from %.1f to %.1f) over %d handled, median %.0f s, coefficient of variation %.2f; %s fits best\n",
		h.Mean, h.MeanLow, h.MeanHigh, h.Count, h.Median, h.CV, best)
	return err
}
