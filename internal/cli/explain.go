package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/impact"
)

func newExplain(e *env) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain ASSESSMENT.json [FIGURE-ID]",
		Short: "Say where a number of an assessment comes from",
		Long: `explain prints what a figure means, which figures and assumptions it rests on, by
which model, from which records and in which run. Without an id it lists the ids.`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			a, err := readAssessment(args[0])
			if err != nil {
				return err
			}
			if len(args) == 1 {
				return e.output("", func(w io.Writer) error { return listFigures(w, a, asJSON) })
			}
			x, err := a.Explain(args[1])
			if err != nil {
				return fmt.Errorf("explain: %s: %w", args[0], err)
			}
			return e.output("", func(w io.Writer) error {
				if asJSON {
					return writeJSON(w, x)
				}
				return printExplanation(w, x)
			})
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func listFigures(w io.Writer, a *impact.Assessment, asJSON bool) error {
	if asJSON {
		return writeJSON(w, a.FigureIDs())
	}
	for _, id := range a.FigureIDs() {
		if _, err := fmt.Fprintln(w, id); err != nil {
			return err
		}
	}
	return nil
}

func printExplanation(w io.Writer, x impact.Explanation) error {
	rows := [][2]string{{"figure", x.ID}, {"label", x.Label}, {"value", x.Value}, {"means", x.Means}}
	for _, id := range x.From {
		rows = append(rows, [2]string{"from", id})
	}
	for _, s := range x.Assumptions {
		rows = append(rows, [2]string{"assumes", fmt.Sprintf("%s: %s (%s)", s.Name, s.Value, s.Source)})
	}
	for _, row := range append(rows, [2]string{"model", x.Model}, [2]string{"data", x.Data}, [2]string{"run", x.Run}) {
		if row[1] == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "%-8s %s\n", row[0], row[1]); err != nil {
			return err
		}
	}
	return nil
}
