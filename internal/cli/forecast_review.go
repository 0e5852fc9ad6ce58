package cli

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/center"
	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
)

// eventsHeader is the first line of events.csv.
const eventsHeader = "event,kind,start,end,queues,size,class,note\n"

func newReview(e *env) *cobra.Command {
	var out string
	var add, json bool
	cmd := &cobra.Command{
		Use:   "review",
		Short: "Days and level shifts of the history to accept or reject",
		Long: `review looks for days that lie far off their neighbours and for steps in the level, once
known causes are taken off, and writes each as a row of events.csv with its reason.
Change the class of a row from proposed to accepted (an outlier's days teach nothing;
the days before a level shift are learnt from at the new level) or rejected (the days
are ordinary). What events.csv lists already is not proposed again. --append adds the
rows to it.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if add && (out != "" || json) {
				return errors.New("forecast: --append writes to events.csv; leave --out and --json out")
			}
			found, err := review(cmd.Context(), e)
			if err != nil {
				return err
			}
			switch {
			case add:
				return appendEvents(e, found)
			case json:
				return e.output(out, func(w io.Writer) error { return writeJSON(w, found) })
			}
			return e.output(out, func(w io.Writer) error {
				if _, err := io.WriteString(w, eventsHeader); err != nil {
					return err
				}
				return writeEvents(w, found)
			})
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "file to write (default: standard output)")
	cmd.Flags().BoolVar(&json, "json", false, "write JSON instead of rows")
	cmd.Flags().BoolVar(&add, "append", false, "append the rows to events.csv of the center")
	return cmd
}

// review returns the proposals that events.csv does not list.
func review(ctx context.Context, e *env) ([]forecast.Proposal, error) {
	d, _, h, err := past(ctx, e.center, e.drivers)
	if err != nil {
		return nil, err
	}
	found, err := impact.Review(ctx, h)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(p forecast.Proposal) bool {
		return slices.ContainsFunc(d.Events.Reviewed, func(r center.Reviewed) bool {
			return r.Queue == p.Queue && r.Kind == p.Kind && !r.First.After(p.Last) && !p.First.After(r.Last)
		})
	})
	if found == nil {
		found = []forecast.Proposal{}
	}
	fmt.Fprintf(e.err, "ringtide: %d to decide on\n", len(found))
	return found, nil
}

func writeEvents(w io.Writer, found []forecast.Proposal) error {
	out := csv.NewWriter(w)
	for _, p := range found {
		end := ""
		if p.Kind == forecast.Outlier {
			end = p.Last.String()
		}
		row := []string{p.ID(), p.Kind, p.First.String(), end, p.Queue, strconv.FormatFloat(p.Factor, 'f', 3, 64), center.Proposed, p.Reason}
		if err := out.Write(row); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// appendEvents rewrites events.csv with the rows at its end.
func appendEvents(e *env, found []forecast.Proposal) error {
	path := filepath.Join(e.center, center.EventsFile)
	old, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		old, err = []byte(eventsHeader), nil
	}
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return nil
	}
	return writeFile(path, func(w io.Writer) error {
		if _, err := w.Write(append(bytes.TrimRight(old, "\r\n"), '\n')); err != nil {
			return err
		}
		return writeEvents(w, found)
	})
}
