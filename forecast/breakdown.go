package forecast

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A Breakdown takes the mean of a day, or of one interval of it, apart. The factors of the
// parts multiply to the mean: those of an Explanation, then profile (the interval's share
// of the day; only of an interval), spread (what the mean of the paths is above their
// middle, and the chance of so many paths) and effects (of announced causes).
type Breakdown struct {
	Queue string        `json:"queue"`
	Date  interval.Date `json:"date"`
	At    string        `json:"at,omitempty"` // start of the interval, 15:04
	Mean  float64       `json:"mean"`
	Parts []Part        `json:"parts"`
}

// Break takes the mean of a queue on a date apart, at an interval of the paths' grid, or of
// the whole day for -1. base are paths of the model; with are the same with the effects of
// causes, or nil.
func (m *Model) Break(queue string, date interval.Date, cell int, base, with *Paths) (Breakdown, error) {
	e, err := m.Explain(queue, date)
	if err != nil {
		return Breakdown{}, err
	}
	from, end := 0, 0
	for _, d := range base.grid.Days() {
		if d.Date == date {
			from, end = d.First, d.End
		}
	}
	q := base.QueueIndex(queue)
	switch {
	case q < 0 || end == 0:
		return Breakdown{}, fmt.Errorf("forecast: explain: the paths have no queue %q on %s", queue, date)
	case cell >= 0 && (cell < from || cell >= end):
		return Breakdown{}, fmt.Errorf("forecast: explain: interval %d of the paths is not on %s", cell, date)
	}
	b := Breakdown{Queue: queue, Date: date, Parts: e.Parts}
	if cell >= 0 {
		b.At = base.grid.At(cell).Format("15:04")
		b.Parts = append(b.Parts, Part{"profile", m.share(queue, date, base.grid.At(cell))})
		from, end = cell, cell+1
	}
	b.Mean = meanBetween(base, q, from, end)
	b.add("spread", b.Mean)
	if with != nil {
		b.Mean = meanBetween(with, q, from, end)
		b.add("effects", b.Mean)
	}
	return b, nil
}

// add appends the factor that takes the product of the parts to a total. A closed time
// has nothing to multiply: where causes bring calls to it, they stand as a part of their own.
func (b *Breakdown) add(name string, total float64) {
	product := 1.0
	for _, p := range b.Parts {
		product *= p.Factor
	}
	switch {
	case product > 0:
		b.Parts = append(b.Parts, Part{name, total / product})
	case total > 0:
		b.Parts = []Part{{name, total}}
	}
}

func meanBetween(p *Paths, queue, from, end int) float64 {
	total := 0.0
	for path := range p.n {
		for _, c := range p.Counts(path, queue)[from:end] {
			total += float64(c)
		}
	}
	return total / float64(p.n)
}

// share returns the part of a day's calls that the profile puts into an interval.
func (m *Model) share(queue string, date interval.Date, at time.Time) float64 {
	q := m.queues[m.index(queue)]
	g, err := interval.DayGrid(date, date, q.grid.Step(), q.grid.Location())
	if err != nil {
		return 0
	}
	fu := q.foresee(newFrame(g), q.cal.Open(g), m.opt)
	d := fu.days[len(fu.days)-1]
	for c, i := range d.cells {
		if g.At(i).Equal(at) {
			return d.share[c]
		}
	}
	return 0
}

// Least change that a sentence mentions.
const mentioned = 0.005

// partWords say what a part is, in the order in which sentences tell them.
var partWords = map[string]string{
	"weekday": "the weekday", "closure": "the day after a closure", "holiday": "the holiday", "month": "the time of the month",
	"season": "the season", "trend": "the trend", "drivers": "what is known ahead", "companions": "the mix with simpler models", "hours": "the opening hours",
	"spread": "the chance of busier days", "effects": "what announced causes bring",
}

// String says it in a sentence.
func (b Breakdown) String() string {
	when := b.Date.Weekday().String() + " " + b.Date.String()
	if b.At != "" {
		when += " at " + b.At
	}
	if b.Mean == 0 {
		return fmt.Sprintf("%s, %s: closed, no calls.", b.Queue, when)
	}
	text := fmt.Sprintf("%s, %s: %s calls.", b.Queue, when, calls(b.Mean))
	var changes []string
	for _, p := range b.Parts {
		switch {
		case p.Name == "level":
			text += fmt.Sprintf(" As things stand an average day brings %s.", calls(p.Factor))
		case p.Name == "profile":
			changes = append(changes, fmt.Sprintf("%.1f %% of the day's calls come in this interval", 100*p.Factor))
		case math.Abs(p.Factor-1) >= mentioned:
			changes = append(changes, fmt.Sprintf("%s makes it %+.1f %%", partWords[p.Name], 100*(p.Factor-1)))
		}
	}
	if len(changes) == 0 {
		return text
	}
	changes[0] = strings.ToUpper(changes[0][:1]) + changes[0][1:]
	return text + " " + strings.Join(changes, ", ") + "."
}

func calls(v float64) string {
	if v < 10 {
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.0f", v)
}
