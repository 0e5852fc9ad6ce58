package lake

import (
	"time"

	"github.com/ringtide/ringtide/interval"
)

// linesInUse counts the lines in use second by second, a month at a time: contacts that last
// beyond the month are carried over. A call that lasts less than a second between two others
// does not show; all lines in use for a whole second do.
type linesInUse struct {
	grid    interval.Grid
	lines   int32
	from    int64   // second of changes[0]
	changes []int32 // by second: lines taken less lines given back
	level   int32   // before from
	days    []int64 // seconds at which the days of the grid begin, and the end of the last
	full    []int64 // by day
}

// lineOverhang is how long a contact may last beyond its month.
const lineOverhang = 2 * 86400

func newLinesInUse(g interval.Grid, lines int) *linesInUse {
	u := &linesInUse{grid: g, lines: int32(lines)}
	days := g.Days()
	for _, d := range days {
		u.days = append(u.days, g.At(d.First).Unix())
	}
	u.days, u.full = append(u.days, g.End().Unix()), make([]int64, len(days))
	return u
}

// begin makes ready for the contacts that arrive in a month.
func (u *linesInUse) begin(month time.Time) {
	from, to := month.Unix(), month.AddDate(0, 1, 0).Unix()
	u.settle(from)
	if u.from != from { // after a pause: nothing is carried over
		u.from, u.level, u.changes = from, 0, u.changes[:0]
	}
	if n := int(to-from) + lineOverhang; len(u.changes) < n {
		u.changes = append(u.changes, make([]int32, n-len(u.changes))...)
	}
}

// use takes a line from one instant to another, in microseconds.
func (u *linesInUse) use(at, end int64) {
	last := int64(len(u.changes)) - 1
	a := min(max(at/1e6-u.from, 0), last)
	u.changes[a]++
	u.changes[min(max(end/1e6-u.from, a), last)]--
}

// settle counts the seconds before a given one and drops them.
func (u *linesInUse) settle(until int64) {
	n := int(min(max(until-u.from, 0), int64(len(u.changes))))
	day := 0
	for i, change := range u.changes[:n] {
		if u.level += change; u.level < u.lines {
			continue
		}
		second := u.from + int64(i)
		for day < len(u.full) && second >= u.days[day+1] {
			day++
		}
		if day < len(u.full) && second >= u.days[0] {
			u.full[day]++
		}
	}
	u.from += int64(n)
	u.changes = append(u.changes[:0], u.changes[n:]...)
}

// result returns the seconds of each day with all lines in use.
func (u *linesInUse) result() []int64 {
	u.settle(u.from + int64(len(u.changes)))
	return u.full
}
