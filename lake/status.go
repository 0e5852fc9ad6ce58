package lake

import (
	"cmp"
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A DayRange is a run of local days, both included.
type DayRange struct {
	First interval.Date `json:"first"`
	Last  interval.Date `json:"last"`
}

// Status is what the lake holds, at a glance.
type Status struct {
	Rows        int64         `json:"rows"`     // visits
	Facts       int64         `json:"facts"`    // intervals that reports tell of
	Contacts    int64         `json:"contacts"` // each counted once
	First       time.Time     `json:"first,omitzero"`
	Last        time.Time     `json:"last,omitzero"` // arrivals, UTC
	Queues      []QueueStatus `json:"queues"`
	Sources     []string      `json:"sources"`
	Files       int           `json:"files"`
	Inputs      int           `json:"inputs"` // files loaded so far
	Bytes       int64         `json:"bytes"`
	Fingerprint string        `json:"fingerprint"`
	Gaps        []DayRange    `json:"gaps"` // local days inside the span without one contact
}

// QueueStatus counts the visits of one queue by outcome, ghosts included. The queue
// with the empty name is that of contacts that reached none.
type QueueStatus struct {
	Queue    string           `json:"queue"`
	Rows     int64            `json:"rows"`
	Outcomes map[string]int64 `json:"outcomes"`
}

// Status reads the manifest only; it costs no scan.
func (l *Lake) Status() Status {
	m := l.man.Load()
	s := Status{Fingerprint: m.Fingerprint, Files: len(m.Files), Inputs: len(m.Inputs)}
	queues, days := map[string]*QueueStatus{}, map[int32]bool{}
	for _, f := range m.Files {
		s.Rows += f.Rows
		s.Contacts += f.Contacts
		s.Bytes += f.Size
		if s.First.IsZero() || f.FirstArrival.Before(s.First) {
			s.First = f.FirstArrival
		}
		if f.LastArrival.After(s.Last) {
			s.Last = f.LastArrival
		}
		s.Sources = append(s.Sources, f.Source)
		addQueues(queues, f.Queues)
		for _, r := range f.Days {
			for d := r.First.Number(); d <= r.Last.Number(); d++ {
				days[int32(d)] = true
			}
		}
	}
	for _, f := range m.Facts {
		s.Facts += f.Rows
		s.Bytes += f.Size
		s.Sources = append(s.Sources, f.Source)
	}
	slices.Sort(s.Sources)
	s.Sources = slices.Compact(s.Sources)
	for _, q := range queues {
		s.Queues = append(s.Queues, *q)
	}
	slices.SortFunc(s.Queues, func(a, b QueueStatus) int { return cmp.Compare(a.Queue, b.Queue) })
	runs := dayRuns(days)
	for i := 1; i < len(runs); i++ {
		s.Gaps = append(s.Gaps, DayRange{runs[i-1].Last.AddDays(1), runs[i].First.AddDays(-1)})
	}
	return s
}

func addQueues(into map[string]*QueueStatus, counts map[string]map[string]int64) {
	for queue, outcomes := range counts {
		q := into[queue]
		if q == nil {
			q = &QueueStatus{Queue: queue, Outcomes: map[string]int64{}}
			into[queue] = q
		}
		for o, n := range outcomes {
			q.Outcomes[o] += n
			q.Rows += n
		}
	}
}
