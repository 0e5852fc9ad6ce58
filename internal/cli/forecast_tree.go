package cli

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
)

func newTree(e *env) *cobra.Command {
	o := span{}
	cmd := &cobra.Command{
		Use:   "tree",
		Short: "The forecast by center, department, queue, reason and language",
		Long: `tree writes the calls of whole days at every level of the center: departments are those
of the queues in center.yaml, reasons and languages fall as they did in the last half
year. In every simulated future each level is the sum of the one below.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, err := o.treeRows(cmd, e)
			if err != nil {
				return err
			}
			if o.json {
				return e.output(o.out, func(w io.Writer) error { return writeJSON(w, rows) })
			}
			return e.output(o.out, func(w io.Writer) error { return printTree(w, rows) })
		},
	}
	o.flags(cmd)
	return cmd
}

// treeRow is one day of one node.
type treeRow struct {
	Level string `json:"level"`
	Name  string `json:"name"` // from the department down, with / between
	Date  string `json:"date"`
	forecastBands
}

type forecastBands struct {
	Mean float64 `json:"mean"`
	Q05  float64 `json:"q05"`
	Q25  float64 `json:"q25"`
	Q50  float64 `json:"q50"`
	Q75  float64 `json:"q75"`
	Q95  float64 `json:"q95"`
}

func (o span) treeRows(cmd *cobra.Command, e *env) ([]treeRow, error) {
	ctx := cmd.Context()
	d, lk, h, err := past(ctx, e.center, e.drivers)
	if err != nil {
		return nil, err
	}
	splits, err := d.Splits(ctx, lk)
	if err != nil {
		return nil, err
	}
	first, last, err := o.days(h)
	if err != nil {
		return nil, err
	}
	p, warnings, err := impact.Baseline(ctx, h, first, last, impact.Options{Paths: o.paths, Seed: o.seed})
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		fmt.Fprintf(e.err, "ringtide: warning: %s\n", w.Text)
	}
	departments := map[string]string{}
	for _, q := range d.Center.Queues {
		departments[q.Name] = q.Department
	}
	t, err := forecast.NewTree(p, departments, splits, o.seed)
	if err != nil {
		return nil, err
	}
	return nodeRows(t, p), nil
}

// nodeRows sums each node over the days.
func nodeRows(t *forecast.Tree, p *forecast.Paths) []treeRow {
	days := p.Grid().Days()
	var rows []treeRow
	for k, node := range t.Nodes() {
		sums := make([][]int64, len(days))
		for j := range sums {
			sums[j] = make([]int64, p.Len())
		}
		for path := range p.Len() {
			counts := t.Counts(k, path)
			for j, d := range days {
				for _, c := range counts[d.First:d.End] {
					sums[j][path] += c
				}
			}
		}
		for j, d := range days {
			if slices.Max(sums[j]) > 0 {
				r := sumRow("", "", sums[j])
				rows = append(rows, treeRow{node.Level, strings.Join(node.Name, "/"), d.Date.String(), forecastBands{r.Mean, r.Q05, r.Q25, r.Q50, r.Q75, r.Q95}})
			}
		}
	}
	return rows
}

func printTree(w io.Writer, rows []treeRow) error {
	out := csv.NewWriter(w)
	if err := out.Write(strings.Split("level,name,date,mean,q05,q25,q50,q75,q95", ",")); err != nil {
		return err
	}
	for _, r := range rows {
		line := []string{r.Level, r.Name, r.Date}
		for _, v := range []float64{r.Mean, r.Q05, r.Q25, r.Q50, r.Q75, r.Q95} {
			line = append(line, strconv.FormatFloat(v, 'g', 6, 64))
		}
		if err := out.Write(line); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
