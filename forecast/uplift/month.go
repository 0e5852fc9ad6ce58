package uplift

// monthDays counts, for every day of the history, the open days of its month up to it
// and from it on, itself included. Beyond the history the usual weekdays are open.
func (q *queueDays) monthDays() (after, before []int) {
	n := len(q.run.open)
	after, before = make([]int, n), make([]int, n)
	count := func(i int) int {
		if q.run.isOpen(i) || (i < 0 || i >= n) && q.run.weekdayOpen(i) {
			return 1
		}
		return 0
	}
	seen := 0
	for i := 1 - q.run.first.Day(); i < n; i++ {
		if q.run.date(i).Day() == 1 {
			seen = 0
		}
		if seen += count(i); i >= 0 {
			after[i] = seen
		}
	}
	end := q.run.date(n - 1)
	left := end.AddDays(32 - end.Day()) // a day of the month after
	seen = 0
	for i := n - 1 + 32 - end.Day() - left.Day(); i >= 0; i-- {
		if i < n-1 && q.run.date(i+1).Day() == 1 {
			seen = 0
		}
		if seen += count(i); i < n {
			before[i] = seen
		}
	}
	return after, before
}
