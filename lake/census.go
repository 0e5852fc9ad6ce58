package lake

import (
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// A census counts the rows of a file, which come in order, for the manifest.
type census struct {
	file        File
	first, last int64
	counted     int64
	tables      *wordTables
	queue       uint32
	outcomes    *[outcomeCount]int64 // of queue
	queues      map[string]*[outcomeCount]int64
	days        map[int32]bool
	day         int32
}

const outcomeCount = int(OutcomeOpen) + 1

func newCensus(p partition, tables *wordTables) *census {
	return &census{file: File{Source: p.source, Month: p.month}, tables: tables,
		queues: map[string]*[outcomeCount]int64{}, days: map[int32]bool{}, day: -1 << 31}
}

// add counts a contact.
func (s *census) add(v *view) {
	if s.file.Rows == 0 || v.arrival < s.first {
		s.first = v.arrival
	}
	s.file.Rows++
	s.last, s.counted = max(s.last, v.arrival), max(s.counted, v.counted())
	if v.visit == 1 {
		s.file.Contacts++
	}
	if q := v.words[wordQueue]; s.outcomes == nil || s.queue != q {
		s.queue = q
		name := s.tables[wordQueue].word(q)
		if s.outcomes = s.queues[name]; s.outcomes == nil {
			s.outcomes = new([outcomeCount]int64)
			s.queues[name] = s.outcomes
		}
	}
	s.outcomes[v.outcome]++
	if v.day != s.day && Direction(v.direction) == Inbound && Outcome(v.outcome) != OutcomeGhost {
		s.days[v.day], s.day = true, v.day
	}
}

// result returns the manifest's entry, without what only the file itself tells.
func (s *census) result() File {
	f := s.file
	f.FirstArrival, f.LastArrival, f.LastCounted = Micros(s.first).Time(), Micros(s.last).Time(), Micros(s.counted).Time()
	f.Days = dayRuns(s.days)
	f.Queues = map[string]map[string]int64{}
	for q, outcomes := range s.queues {
		f.Queues[q] = map[string]int64{}
		for o, n := range outcomes {
			if n > 0 {
				f.Queues[q][Outcome(o).String()] = n
			}
		}
	}
	return f
}

// dayRuns joins neighbouring days, given by number, to runs.
func dayRuns(days map[int32]bool) []DayRange {
	numbers := make([]int32, 0, len(days))
	for d := range days {
		numbers = append(numbers, d)
	}
	slices.Sort(numbers)
	epoch := interval.MustDate("1970-01-01")
	var runs []DayRange
	for i, d := range numbers {
		day := epoch.AddDays(int(d))
		if i > 0 && d == numbers[i-1]+1 {
			runs[len(runs)-1].Last = day
			continue
		}
		runs = append(runs, DayRange{day, day})
	}
	return runs
}
