package simulate

import (
	"encoding/csv"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// WriteEvents writes what an analyst knows beforehand of the causes in cfg, in
// their order, with the header
//
//	event,kind,start,end,queues,size,class,note
//
// Start and end are dates; an open end is empty. Queues are divided by
// semicolons, and an outage, which has none, touches all of them. Neither rate nor
// shape nor split is told.
func WriteEvents(w io.Writer, cfg Config) error {
	out := csv.NewWriter(w)
	rows := [][]string{{"event", "kind", "start", "end", "queues", "size", "class", "note"}}
	for _, c := range cfg.Causes {
		queues := slices.Sorted(maps.Keys(c.Queues))
		end := c.End.String()
		if c.Kind == Outage {
			end = c.last().String()
			for _, q := range cfg.Queues {
				queues = append(queues, q.Name)
			}
		}
		size := ""
		if c.Size > 0 {
			size = strconv.FormatFloat(c.Size, 'f', -1, 64)
		}
		rows = append(rows, []string{c.ID, c.Kind, c.Date.String(), end, strings.Join(queues, ";"), size, c.Class, c.Note})
	}
	return out.WriteAll(rows)
}
