package center

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/lake"
)

// splitDays is how far back reasons and languages are counted.
const splitDays = 182

// NoReason stands for contacts whose reason nobody wrote down.
const NoReason = "no reason"

// beforeQueue are the outcomes of contacts that never waited for an agent.
var beforeQueue = []lake.Outcome{lake.OutcomeBlocked, lake.OutcomeContained, lake.OutcomeGhost}

// Splits learns how the calls of each queue fall into reasons and languages. A contact
// without a language speaks that of its queue. Blocked and contained contacts reach no queue.
func (d *Dir) Splits(ctx context.Context, lk *lake.Lake) ([]*forecast.Split, error) {
	last := interval.DateOf(lk.Status().Last.In(d.Center.Calendar.Location()))
	type key struct {
		queue            string
		reason, language string
	}
	count, parts := map[key]map[interval.Date]float64{}, map[string][]forecast.SplitPart{}
	for c, err := range lk.Contacts(ctx) {
		if err != nil {
			return nil, err
		}
		q, ok := d.Center.Queue(c.Queue)
		day := c.LocalDate()
		if !ok || c.Direction != lake.Inbound || slices.Contains(beforeQueue, c.Outcome) || day.Before(last.AddDays(-splitDays)) {
			continue
		}
		k := key{q.Name, cmp.Or(c.Reason, NoReason), cmp.Or(c.Language, q.Language)}
		if count[k] == nil {
			count[k] = map[interval.Date]float64{}
			parts[q.Name] = append(parts[q.Name], forecast.SplitPart{Reason: k.reason, Language: k.language})
		}
		count[k][day]++
	}
	var out []*forecast.Split
	for _, q := range d.Center.Queues {
		p := parts[q.Name]
		slices.SortFunc(p, func(a, b forecast.SplitPart) int {
			return cmp.Or(cmp.Compare(a.Reason, b.Reason), cmp.Compare(a.Language, b.Language))
		})
		var days []forecast.SplitDay
		for day := last.AddDays(-splitDays); !day.After(last); day = day.AddDays(1) {
			row := forecast.SplitDay{Date: day, Calls: make([]float64, len(p))}
			total := 0.0
			for k, part := range p {
				row.Calls[k] = count[key{q.Name, part.Reason, part.Language}][day]
				total += row.Calls[k]
			}
			if total > 0 {
				days = append(days, row)
			}
		}
		if len(days) == 0 {
			continue
		}
		s, err := forecast.FitSplit(q.Name, p, days)
		if err != nil {
			return nil, fmt.Errorf("center: %w", err)
		}
		out = append(out, s)
	}
	return out, nil
}
