package lake

import (
	"github.com/ringtide/ringtide/interval"
)

// A Lost says why contacts of a day are in no record, so that its demand is a lower bound.
type Lost uint8

// The reasons. LostOutage: a declared outage in open time. LostMissing: open intervals are
// missing for another reason; Gaps tells which. LostBlocked: at least LostShare of those who
// called in open time were refused; more got no line at all. LostCapacity: all
// lines were in use for a minute or more, and nothing tells how many found them so.
const (
	LostOutage Lost = iota
	LostMissing
	LostBlocked
	LostCapacity
)

// LostShare is the share of blocked contacts in open time that marks a day.
const LostShare = 0.01

// fullSeconds is how long all lines have to be in use to mark a day.
const fullSeconds = 60

var lostNames = []string{"outage", "missing", "blocked", "capacity"}

// String returns the word that MarshalText writes.
func (l Lost) String() string { return word(lostNames, uint8(l)) }

// MarshalText writes the reason as a word.
func (l Lost) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (l *Lost) UnmarshalText(b []byte) error {
	i, err := find("reason", lostNames, string(b))
	*l = Lost(i)
	return err
}

// A DemandDay is the demand of a queue on a local day.
type DemandDay struct {
	Queue string        `json:"queue"` // AllQueues for the center
	Day   interval.Date `json:"day"`
	DemandCount
	Lost    []Lost `json:"lost,omitempty"` // why calls of the day are in no record
	Missing bool   `json:"missing"`        // nothing is known of the day, which is not closed; the counts are no zeros
	Full    int64  `json:"full_s"`         // seconds with all lines in use; 0 where their number is not known
}

// Days returns the demand of a queue, or of AllQueues, by local day. A nil calendar is open
// around the clock.
func (d *Demand) Days(queue string, cal *interval.Calendar) ([]DemandDay, error) {
	counts, err := d.Counts(queue)
	if err != nil {
		return nil, err
	}
	s, err := d.tally.Series(queue, Offered, cal)
	if err != nil {
		return nil, err
	}
	open := make([]bool, len(counts))
	for i := range open {
		open[i] = true
	}
	if cal != nil {
		open = cal.Open(d.tally.grid)
	}
	cells, err := d.tally.cells(queue)
	if err != nil {
		return nil, err
	}
	var days []DemandDay
	for n, day := range d.tally.grid.Days() {
		out := DemandDay{Queue: queue, Day: day.Date}
		var outage, missing bool
		var blocked, offered int64
		observed := false
		for i := day.First; i < day.End; i++ {
			out.plus(counts[i])
			if !open[i] {
				continue
			}
			offered += int64(cells.accounts[i].offered())
			blocked += int64(cells.accounts[i].n[OutcomeBlocked])
			switch _, state := s.At(i); state {
			case interval.Observed:
				observed = true
			case interval.Missing:
				declared := d.tally.declared(i)
				outage, missing = outage || declared, missing || !declared
			}
		}
		out.Missing = !observed && (outage || missing) && out.DemandCount == (DemandCount{})
		if d.full != nil {
			out.Full = d.full[n]
		}
		out.Lost = lostOf(outage, missing, blocked > 0 && float64(blocked) >= LostShare*float64(offered), out.Full >= fullSeconds)
		days = append(days, out)
	}
	return days, nil
}

func lostOf(marks ...bool) []Lost {
	var out []Lost
	for i, is := range marks {
		if is {
			out = append(out, Lost(i))
		}
	}
	return out
}

// declared reports whether a declared outage touches interval i.
func (t *Tally) declared(i int) bool {
	start := t.grid.At(i)
	for _, r := range t.missing {
		if start.Before(r.To) && start.Add(t.grid.Step()).After(r.From) {
			return true
		}
	}
	return false
}
