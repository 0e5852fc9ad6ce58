package forecast

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A Calibration tells how often counts fell inside the bands of the model, for one
// part of the week. Bands that hold more or less than they promise there should be
// read with that in mind.
type Calibration struct {
	Queue   string  `json:"queue"`
	Horizon string  `json:"horizon"` // day1, week1 (the rest of it) or week4 (the rest)
	Weekday string  `json:"weekday"` // Mon to Sun
	Hours   string  `json:"hours"`   // four hours of the wall clock, such as 08-12; day for the total of the day
	N       int     `json:"n"`
	Cov50   float64 `json:"cov50"` // share of counts inside the central bands
	Cov80   float64 `json:"cov80"`
	Cov95   float64 `json:"cov95"`
}

// A part is a cell of the calibration table.
type part struct{ horizon, weekday, hours int }

// dayHours marks day totals among the bands of four hours.
const dayHours = 24

// calibrate enters one count and its band.
func (l *ledger) calibrate(level string, truth *panel, y float64, b band, day, slot, ahead int, first bool) {
	p := part{horizon: 2, weekday: (int(truth.first.AddDays(day).Weekday()) + 6) % 7, hours: dayHours}
	switch {
	case first:
		p.horizon = 0
	case ahead < 7:
		p.horizon = 1
	}
	if level == levels[0] {
		p.hours = slot * 24 / truth.slots / 4 * 4
	}
	if l.parts[p] == nil {
		l.parts[p] = &tally{}
	}
	l.parts[p].add(y, b)
}

// calibration merges what the origins saw of one queue.
func calibration(queue string, ledgers []*ledger) []Calibration {
	sums := map[part]*tally{}
	for _, l := range ledgers {
		for p, t := range l.parts {
			if sums[p] == nil {
				sums[p] = &tally{}
			}
			sums[p].merge(t)
		}
	}
	var order []part
	for p := range sums {
		order = append(order, p)
	}
	slices.SortFunc(order, func(a, b part) int {
		return cmp.Or(cmp.Compare(a.horizon, b.horizon), cmp.Compare(a.weekday, b.weekday), cmp.Compare(a.hours, b.hours))
	})
	var out []Calibration
	for _, p := range order {
		t := sums[p]
		hours := "day"
		if p.hours != dayHours {
			hours = fmt.Sprintf("%02d-%02d", p.hours, p.hours+4)
		}
		out = append(out, Calibration{queue, horizons[p.horizon], time.Weekday((p.weekday + 1) % 7).String()[:3], hours,
			int(t.n), t.in50 / t.n, t.in80 / t.n, t.in95 / t.n})
	}
	return out
}
