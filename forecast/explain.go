package forecast

import (
	"fmt"
	"math"

	"github.com/ringtide/ringtide/interval"
)

// An Explanation says what a day's forecast is made of. Median is the median of
// the day's calls and equals the product of the factors of all parts.
type Explanation struct {
	Queue  string        `json:"queue"`
	Date   interval.Date `json:"date"`
	Median float64       `json:"median"`
	Parts  []Part        `json:"parts"`
}

// A Part is one factor of a day: "level" in calls of an average day as things
// stand, the others around 1: weekday, closure (a day after one), holiday, month,
// season, trend, companions (what the simpler models add to the regression) and
// hours (the part of a usual day that is open).
type Part struct {
	Name   string  `json:"name"`
	Factor float64 `json:"factor"`
}

// Explain takes the forecast of a queue for a day after the history apart.
func (m *Model) Explain(queue string, date interval.Date) (Explanation, error) {
	for _, q := range m.queues {
		if q.name == queue {
			return q.explain(date, m.opt)
		}
	}
	return Explanation{}, fmt.Errorf("forecast: explain: there is no queue %q among %q", queue, m.Queues())
}

func (q *queueModel) explain(date interval.Date, opt Options) (Explanation, error) {
	start := q.frame.days[0].Date
	h := date.Sub(start) - len(q.days) + 1
	if h < 1 {
		return Explanation{}, fmt.Errorf("forecast: explain %s: the history runs to %s; ask for a later day", date, start.AddDays(len(q.days)-1))
	}
	e := Explanation{Queue: q.name, Date: date}
	infos := describe(q.cal, start.AddDays(len(q.days)), len(q.days), h)
	first := true
	for _, info := range infos[:h-1] {
		first = first && !info.open()
	}
	info := infos[h-1]
	if !info.open() {
		e.Parts = []Part{{"hours", 0}}
		return e, nil
	}
	var d futureDay
	q.foreseeLevel(&d, info, h, first, opt)
	main := q.day.main
	state := main.noise.after(main.end.predicted(main.b), h-1).sum()
	add := func(name string, log float64) { e.Parts = append(e.Parts, Part{name, math.Exp(log)}) }
	add("level", main.part(d.x, main.b, "level")+state+d.carry)
	for _, part := range append([]string{"weekday"}, calendarParts...) {
		if part == "drivers" && len(q.drivers) == 0 {
			continue
		}
		add(part, main.part(d.x, main.b, part))
	}
	add("companions", d.center-d.main-d.carry)
	e.Parts = append(e.Parts, Part{"hours", d.size})
	e.Median = math.Exp(d.center) * d.size
	return e, nil
}
