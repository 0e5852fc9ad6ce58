package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/lake"
)

func newAHT(e *env) *cobra.Command {
	o := span{}
	cmd := &cobra.Command{
		Use:   "aht",
		Short: "Handle times per queue and interval, with their spread",
		Long: `aht writes the seconds an agent spends on a contact, per queue and interval and for all
queues together with the mix of each simulated future: mean, quantiles, and the parts
that the records know (talk, hold, wrap), which sum to the mean.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			rows, err := o.handleRows(cmd.Context(), e)
			if err != nil {
				return err
			}
			if o.json {
				return e.output(o.out, func(w io.Writer) error { return writeJSON(w, rows) })
			}
			return e.output(o.out, func(w io.Writer) error { return printHandleRows(w, rows) })
		},
	}
	o.flags(cmd)
	return cmd
}

// handleRow is one interval of one queue; seconds per contact. Parts are absent for all queues.
type handleRow struct {
	Queue     string   `json:"queue"`
	Timestamp string   `json:"timestamp"`
	Contacts  float64  `json:"contacts"`
	Mean      float64  `json:"aht"`
	Q05       float64  `json:"q05"`
	Q50       float64  `json:"q50"`
	Q95       float64  `json:"q95"`
	Talk      *float64 `json:"talk,omitempty"`
	Hold      *float64 `json:"hold,omitempty"`
	Wrap      *float64 `json:"wrap,omitempty"`
}

func (o span) handleRows(ctx context.Context, e *env) ([]handleRow, error) {
	d, lk, h, err := past(ctx, e.center, e.drivers)
	if err != nil {
		return nil, err
	}
	times, err := d.HandleTimes(ctx, lk)
	if err != nil {
		return nil, err
	}
	if len(times) < len(h.Queues) {
		return nil, errors.New("forecast: not every queue has measured talk times; load records that tell them")
	}
	first, last, err := o.days(h)
	if err != nil {
		return nil, err
	}
	paths, warnings, err := impact.Baseline(ctx, h, first, last, impact.Options{Paths: o.paths, Seed: o.seed})
	if err != nil {
		return nil, err
	}
	for _, w := range warnings {
		fmt.Fprintf(e.err, "ringtide: warning: %s\n", w.Text)
	}
	m, err := forecast.FitHandle(ctx, times)
	if err != nil {
		return nil, err
	}
	work, err := m.Simulate(ctx, paths, o.seed)
	if err != nil {
		return nil, err
	}
	var rows []handleRow
	for k, name := range append(paths.Queues(), lake.AllQueues) {
		queue := k
		if name == lake.AllQueues {
			queue = -1
		}
		rows = append(rows, rowsOf(work, paths, name, queue)...)
	}
	return rows, nil
}

// rowsOf lists the intervals that bring contacts.
func rowsOf(work *forecast.HandlePaths, p *forecast.Paths, name string, queue int) []handleRow {
	var names []string
	var parts [][]float64
	if queue >= 0 {
		names, parts = work.Parts(queue)
	}
	var rows []handleRow
	for i, t := range work.Times(queue, []float64{0.05, 0.5, 0.95}) {
		if t.Contacts == 0 {
			continue
		}
		r := handleRow{Queue: name, Timestamp: p.Grid().Stamp(i), Contacts: t.Contacts, Mean: t.Mean, Q05: t.Q[0], Q50: t.Q[1], Q95: t.Q[2]}
		for into, part := range map[**float64]string{&r.Talk: "talk", &r.Hold: "hold", &r.Wrap: "wrap"} {
			if j := slices.Index(names, part); j >= 0 {
				*into = &parts[i][j]
			}
		}
		rows = append(rows, r)
	}
	return rows
}

func printHandleRows(w io.Writer, rows []handleRow) error {
	if _, err := fmt.Fprintln(w, "queue,timestamp,contacts,aht,q05,q50,q95,talk,hold,wrap"); err != nil {
		return err
	}
	for _, r := range rows {
		line := []byte(r.Queue + "," + r.Timestamp)
		for _, v := range []*float64{&r.Contacts, &r.Mean, &r.Q05, &r.Q50, &r.Q95, r.Talk, r.Hold, r.Wrap} {
			if line = append(line, ','); v != nil {
				line = strconv.AppendFloat(line, *v, 'f', 1, 64)
			}
		}
		if _, err := w.Write(append(line, '\n')); err != nil {
			return err
		}
	}
	return nil
}
