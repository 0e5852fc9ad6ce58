package forecast

import (
	"fmt"

	"github.com/ringtide/ringtide/interval"
)

// warnings lists the doubts about one queue.
func (q *queueModel) warnings() []Warning {
	var out []Warning
	warn := func(code string, number float64, format string, args ...any) {
		out = append(out, Warning{code, fmt.Sprintf("queue %q: ", q.name) + fmt.Sprintf(format, args...), number})
	}
	c := q.cover
	switch {
	case c.span < 56:
		warn("short-history", float64(c.days), "only %d days of history; levels and weekdays are guessed with wide margins, and month and season are unknown", c.days)
	case !c.month():
		warn("no-month", float64(c.days), "%d days of history are too few to learn a cycle within the month", c.days)
	case !c.season():
		warn("no-season", float64(c.span), "%d days of history with %d months of the year do not show a season; a forecast for other months assumes none", c.span, c.months)
	}
	if hole := q.longestHole(); hole > 28 {
		warn("hole", float64(hole), "no usable data for %d days in a row; what lies before speaks for weekdays and month only weakly", hole)
	}
	if q.missing > 0.05 {
		warn("missing-days", q.missing, "%.0f %% of the open days are missing or unusable", 100*q.missing)
	}
	if n := count(q.freak); n > 0 {
		warn("freak-days", float64(n), "%d days lie far from their neighbours and were left out, the last on %s", n, q.lastFreak())
	}
	if all := sum(q.total) + q.stray; q.stray > 0.01*all {
		warn("outside-hours", q.stray/all, "%.1f %% of the calls came while the calendar says closed and were left out; check the hours", 100*q.stray/all)
	}
	if q.daily {
		warn("daily-only", float64(c.days), "the history has day totals only; the spread over the day is %s", q.borrowed())
	} else if q.profile.mean < 1 {
		warn("thin", q.profile.mean, "%.2g calls per interval; the spread over the day is pooled over weekdays and sister queues", q.profile.mean)
	}
	if d, n := q.unseenHours(); n > 0 {
		warn("hours-unseen", float64(n), "%d open intervals in the coming year, first on %s, have no history; their calls are a guess from the hours nearby", n, d)
	}
	return out
}

func (q *queueModel) borrowed() string {
	for s := 1; s < len(q.profile.base); s++ {
		if q.profile.base[s] != q.profile.base[0] {
			return "that of the other queues"
		}
	}
	return "taken as even"
}

// longestHole returns the longest run of days with no usable day although the
// calendar was open.
func (q *queueModel) longestHole() int {
	longest, run, open := 0, 0, false
	for k, info := range q.infos {
		if q.day.values.ok[k] {
			run, open = 0, false
			continue
		}
		open = open || info.open()
		if run++; open && q.cover.last > k && q.seenBefore(k) {
			longest = max(longest, run)
		}
	}
	return longest
}

func (q *queueModel) seenBefore(day int) bool { return day > q.cover.last-q.cover.span }

func count(b []bool) int {
	n := 0
	for _, v := range b {
		if v {
			n++
		}
	}
	return n
}

func (q *queueModel) lastFreak() interval.Date {
	for k := len(q.freak) - 1; k >= 0; k-- {
		if q.freak[k] {
			return q.days[k].Date
		}
	}
	return interval.Date{}
}

// unseenHours returns how many intervals of the coming year open in a slot that
// their weekday never was observed in, and the first such day.
func (q *queueModel) unseenHours() (first interval.Date, n int) {
	if q.daily || len(q.days) == 0 {
		return first, 0
	}
	minutes := 1440 / q.slots
	for _, info := range describe(q.cal, q.days[len(q.days)-1].Date.AddDays(1), len(q.days), 366) {
		seen := q.profile.seen[info.weekday]
		for s := range seen {
			if !seen[s] && overlaps(info.plan.Hours, s*minutes, minutes) {
				if n == 0 {
					first = info.date
				}
				n++
			}
		}
	}
	return first, n
}
