package lake

import (
	"fmt"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// Why says why an interval is missing.
type Why uint8

// The reasons. An outage was declared. Before and after the lake no file reaches; an absent
// day lies inside the lake and no file that was loaded covers it; a silent one is
// covered by a file and has not one contact: the system was down, or the calendar lacks
// a holiday. Cut is the rest of a day amid which the lake begins or ends. Unreported is an
// interval without a report in a queue that only reports tell of.
const (
	WhyOutage Why = iota
	WhyBefore
	WhyAfter
	WhyAbsent
	WhySilent
	WhyCut
	WhyUnreported
)

var whyNames = []string{"outage", "before_lake", "after_lake", "file_absent", "system_silent", "day_cut", "no_report"}

// String returns the word that MarshalText writes.
func (w Why) String() string { return word(whyNames, uint8(w)) }

// MarshalText writes the reason as a word.
func (w Why) MarshalText() ([]byte, error) { return []byte(w.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (w *Why) UnmarshalText(b []byte) error {
	i, err := find("reason", whyNames, string(b))
	*w = Why(i)
	return err
}

// A Gap is a run of missing intervals of one reason. Closed intervals between two of them
// do not end it, and do not count.
type Gap struct {
	Queue     string    `json:"queue"` // AllQueues for the center
	From      time.Time `json:"from"`
	To        time.Time `json:"to"`
	Intervals int       `json:"intervals"`
	Why       Why       `json:"why"`
	Note      string    `json:"note,omitempty"` // of a declared outage
}

// Gaps is the ledger of what is missing in a queue, or the center, and why. A nil calendar
// is open around the clock.
func (t *Tally) Gaps(queue string, cal *interval.Calendar) ([]Gap, error) {
	s, err := t.Series(queue, t.measures[0], cal)
	if err != nil {
		return nil, err
	}
	var gaps []Gap
	running := false
	for i := range s.Len() {
		switch _, state := s.At(i); state {
		case interval.Observed:
			running = false
			continue
		case interval.Closed:
			continue
		}
		why, note := t.why(queue, i)
		start, end := t.grid.At(i), t.grid.At(i).Add(t.grid.Step())
		if last := len(gaps) - 1; running && gaps[last].Why == why && gaps[last].Note == note {
			gaps[last].To = end
			gaps[last].Intervals++
			continue
		}
		gaps, running = append(gaps, Gap{queue, start, end, 1, why, note}), true
	}
	return gaps, nil
}

// why tells why interval i, which is missing, is.
func (t *Tally) why(queue string, i int) (Why, string) {
	start := t.grid.At(i)
	end := start.Add(t.grid.Step())
	for _, r := range t.missing {
		if start.Before(r.To) && end.After(r.From) {
			return WhyOutage, r.Note
		}
	}
	day := t.dateOf(start)
	switch first, last := t.dateOf(t.first), t.dateOf(t.last); {
	case day.Before(first):
		return WhyBefore, ""
	case day.After(last):
		return WhyAfter, ""
	case t.facts != nil && t.facts[queue] != nil && t.facts[queue].alone:
		return WhyUnreported, ""
	case day == first || day == last:
		return WhyCut, ""
	}
	for _, r := range t.loaded {
		if !day.Before(t.dateOf(r.From)) && !day.After(t.dateOf(r.To)) {
			return WhySilent, ""
		}
	}
	return WhyAbsent, ""
}

// loadedSpans returns the time that each file of the ledger covers.
func (m *manifest) loadedSpans() []Range {
	var spans []Range
	for _, in := range m.Inputs {
		if !in.First.IsZero() {
			spans = append(spans, Range{From: in.First, To: in.Last})
		}
	}
	return spans
}

// An Identity is the account of a queue, or the center, on one local day.
type Identity struct {
	Queue          string        `json:"queue"`
	Day            interval.Date `json:"day"`
	Offered        int64         `json:"offered"`
	Handled        int64         `json:"handled"`
	Abandoned      int64         `json:"abandoned"`
	ShortAbandoned int64         `json:"short_abandoned"`
	Blocked        int64         `json:"blocked"`
	Contained      int64         `json:"contained"`
	Overflowed     int64         `json:"overflowed"`
	Open           int64         `json:"open"`
	Unknown        int64         `json:"unknown"` // the outcome was no known word
}

// Parts returns what the offered contacts are made of; Offered equals it.
func (d *Identity) Parts() int64 {
	return d.Handled + d.Abandoned + d.ShortAbandoned + d.Blocked + d.Contained + d.Overflowed + d.Open + d.Unknown
}

// Add adds the account of another day.
func (d *Identity) Add(e Identity) {
	d.Offered += e.Offered
	d.Handled += e.Handled
	d.Abandoned += e.Abandoned
	d.ShortAbandoned += e.ShortAbandoned
	d.Blocked += e.Blocked
	d.Contained += e.Contained
	d.Overflowed += e.Overflowed
	d.Open += e.Open
	d.Unknown += e.Unknown
}

// Identities returns the account of a queue, or the center, for every local day on which
// anybody was offered. Offered is counted apart from its parts: rows of the day, without
// ghosts.
func (t *Tally) Identities(queue string) ([]Identity, error) {
	cells, err := t.cells(queue)
	if err != nil {
		return nil, err
	}
	for _, m := range []Measure{Abandoned, ShortAbandoned} {
		if err := t.counted(m); err != nil {
			return nil, err
		}
	}
	var days []Identity
	for _, day := range t.grid.Days() {
		d := Identity{Queue: queue, Day: day.Date}
		for i := day.First; i < day.End; i++ {
			c := &cells.accounts[i]
			d.Add(Identity{
				Offered: int64(c.rows - c.n[OutcomeGhost]),
				Handled: int64(c.n[OutcomeHandled]), Abandoned: int64(c.n[OutcomeAbandoned]), ShortAbandoned: int64(c.n[shortAt]),
				Blocked: int64(c.n[OutcomeBlocked]), Contained: int64(c.n[OutcomeContained]), Overflowed: int64(c.n[OutcomeOverflowed]),
				Open: int64(c.n[OutcomeOpen]), Unknown: int64(c.n[OutcomeUnknown]),
			})
		}
		if d.Offered != 0 || d.Parts() != 0 {
			days = append(days, d)
		}
	}
	for i := range days {
		if d := &days[i]; d.Offered != d.Parts() {
			return nil, fmt.Errorf("lake: queue %s on %s: %d offered are not the %d accounted for", d.Queue, d.Day, d.Offered, d.Parts())
		}
	}
	return days, nil
}
