package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/interval"
)

// span is the flags of commands that look at days to come.
type span struct {
	first, last string
	paths       int
	seed        uint64
	out         string
	json        bool
}

func (s *span) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.first, "first", "", "first day, YYYY-MM-DD (default: the day after the history)")
	f.StringVar(&s.last, "last", "", "last day, YYYY-MM-DD (default: four weeks from the first)")
	f.IntVar(&s.paths, "paths", 1000, "simulated futures")
	f.Uint64Var(&s.seed, "seed", 1, "seed")
	f.StringVarP(&s.out, "out", "o", "", "file to write (default: standard output)")
	f.BoolVar(&s.json, "json", false, "write JSON instead of CSV")
}

// days parses the days, with defaults that follow the history.
func (s span) days(h impact.History) (first, last interval.Date, err error) {
	g := h.Queues[0].Queued.Grid()
	first = interval.DateOf(g.At(g.Len() - 1)).AddDays(1)
	if s.first != "" {
		if first, err = interval.ParseDate(s.first); err != nil {
			return first, last, fmt.Errorf("--first: %w", err)
		}
	}
	last = first.AddDays(27)
	if s.last != "" {
		if last, err = interval.ParseDate(s.last); err != nil {
			return first, last, fmt.Errorf("--last: %w", err)
		}
	}
	if last.Before(first) {
		return first, last, fmt.Errorf("--last: %s is before the first day, %s", last, first)
	}
	return first, last, nil
}

// readHistory opens the center in -C and reads its history, with the drivers of --drivers.
func readHistory(ctx context.Context, e *env) (impact.History, error) {
	_, _, h, err := past(ctx, e.center, e.drivers)
	return h, err
}
