package uplift

import (
	"testing"

	"github.com/ringtide/ringtide/interval"
)

// March 2025 begins and ends on a weekend, and its 31st is a Monday: counts start at the
// first open day, skip closed ones, and reach over both ends of the history.
func TestMonthDays(t *testing.T) {
	first, err := interval.ParseDate("2025-02-24") // Monday
	if err != nil {
		t.Fatal(err)
	}
	q := &queueDays{run: dayRun{first: first, open: make([]bool, 43)}} // to Monday 7 April
	for i := range q.run.open {
		q.run.open[i] = i%7 < 5 && i != 8 // Tuesday 4 March is closed
	}
	after, before := q.monthDays()
	for _, tt := range []struct {
		date          string
		after, before int
	}{
		{"2025-02-24", 16, 5}, // February has 20 weekdays, 15 of them before the history
		{"2025-02-28", 20, 1},
		{"2025-03-03", 1, 20},
		{"2025-03-05", 2, 19},
		{"2025-03-31", 20, 1},
		{"2025-04-01", 1, 22},
		{"2025-04-07", 5, 18}, // 17 weekdays of April come after the history
	} {
		d, err := interval.ParseDate(tt.date)
		if err != nil {
			t.Fatal(err)
		}
		i := q.run.index(d)
		if after[i] != tt.after || before[i] != tt.before {
			t.Errorf("%s: open day %d of the month and %d from its end, want %d and %d", tt.date, after[i], before[i], tt.after, tt.before)
		}
	}
}
