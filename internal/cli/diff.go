package cli

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/impact"
)

func newDiff(e *env) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "diff A.json B.json",
		Short: "Say why the answer changed between two assessments",
		Long: `diff splits the change of each figure from A to B into data (records, past causes,
the center's files), assumption (what the request states or leaves out), model
(version, seed, futures) and rate (tariffs). The parts sum to the change exactly.`,
		Args: cobra.ExactArgs(2),
		RunE: func(_ *cobra.Command, args []string) error {
			a, err := readAssessment(args[0])
			if err != nil {
				return err
			}
			b, err := readAssessment(args[1])
			if err != nil {
				return err
			}
			parts, changed, err := impact.Diff(a, b)
			if err != nil {
				return fmt.Errorf("diff: %w", err)
			}
			return e.output("", func(w io.Writer) error {
				if asJSON {
					return writeJSON(w, struct {
						Figures []impact.Difference `json:"figures"`
						Changed impact.Changed      `json:"changed"`
					}{parts, changed})
				}
				return printDiff(w, parts, changed)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func printDiff(w io.Writer, parts []impact.Difference, changed impact.Changed) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "figure\tfrom\tto\tdata\tassumption\tmodel\trate\t  unit")
	for _, d := range parts {
		fmt.Fprintf(t, "%s\t%d\t%d\t%+d\t%+d\t%+d\t%+d\t  %s\n", d.ID, d.From, d.To, d.Data, d.Assumption, d.Model, d.Rate, d.Unit)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for _, c := range []struct {
		name string
		what []string
	}{{"data", changed.Data}, {"assumption", changed.Assumption}, {"model", changed.Model}, {"rate", changed.Rate}} {
		if len(c.what) > 0 {
			if _, err := fmt.Fprintf(w, "%s changed: %s\n", c.name, strings.Join(c.what, "; ")); err != nil {
				return err
			}
		}
	}
	return nil
}
