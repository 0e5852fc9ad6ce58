package center

import (
	"context"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/impact"
	"github.com/ringtide/ringtide/lake"
)

// HandleTimes reads what agents spent on the contacts of each queue, in the parts that its
// records know; queues without a measured talk time are left out.
func (d *Dir) HandleTimes(ctx context.Context, lk lake.Source) ([]forecast.HandleInput, error) {
	all, err := lk.Tally(ctx, d.past())
	if err != nil {
		return nil, err
	}
	var out []forecast.HandleInput
	for _, q := range d.Center.Queues {
		parts, err := handleParts(all, q)
		if err != nil {
			return nil, err
		}
		if parts != nil {
			out = append(out, forecast.HandleInput{Queue: q.Name, Parts: parts})
		}
	}
	return out, nil
}

// handleParts returns the measured parts of a queue's handle times; nil where nobody
// measured talk.
func handleParts(all *lake.Tally, q impact.Queue) ([]forecast.HandlePart, error) {
	var parts []forecast.HandlePart
	for _, part := range []struct {
		name           string
		seconds, known lake.Measure
	}{
		{"talk", lake.TalkSeconds, lake.TalkKnown}, {"hold", lake.HoldSeconds, lake.HoldKnown}, {"wrap", lake.WrapSeconds, lake.WrapKnown},
	} {
		seconds, err := all.Series(q.Name, part.seconds, q.Calendar)
		if err != nil {
			return nil, err
		}
		known, err := all.Series(q.Name, part.known, q.Calendar)
		if err != nil {
			return nil, err
		}
		if known.Total() > 0 {
			parts = append(parts, forecast.HandlePart{Name: part.name, Seconds: seconds, Known: known})
		} else if part.name == "talk" {
			return nil, nil
		}
	}
	return parts, nil
}
