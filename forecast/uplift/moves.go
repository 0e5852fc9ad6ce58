package uplift

import (
	"math"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// moves are the intervals of one queue between which calls move when its hours change.
type moves struct {
	name    string
	index   int
	dates   []interval.Date // of every interval
	closed  []closing
	opened  []opening
	sources []source
}

// A closing is an interval that closes, and where its calls go; nowhere means that no
// open time is near.
type closing struct {
	at int
	to []target
}

type target struct {
	at    int
	share float64
}

// An opening is an interval that opens, the calls expected there in full force, and
// those of the intervals around that it draws from.
type opening struct {
	at            int
	calls, around float64
}

// A source is an interval that stays open and the openings, by their index, that draw from it.
type source struct {
	at int
	to []int
}

func (m *moves) date(i int) interval.Date { return m.dates[i] }

// newMoves lays out which calls move where. mean is the mean rate of every interval, size
// the calls a day that the cause states for the opened hours of all queues, 0 for none.
func newMoves(g interval.Grid, q siteQueue, mean []float64, was, now []bool, size float64) moves {
	m := moves{name: q.name, index: q.index, dates: make([]interval.Date, g.Len())}
	for i := range m.dates {
		m.dates[i] = interval.DateOf(g.At(i))
	}
	near := neighbourhood{g, m.dates, now}
	for _, run := range runsOf(was, now) {
		to := near.targets(run)
		for i := run.from; i < run.to; i++ {
			m.closed = append(m.closed, closing{i, to})
		}
	}
	likely := likelyCalls(g, mean, was)
	near.open = both(was, now)
	draws := map[int][]int{}
	for _, run := range runsOf(now, was) {
		before, after := near.around(run, false)
		around := 0.0
		from := slices.Concat(before, after)
		for _, s := range from {
			around += mean[s]
		}
		for i := run.from; i < run.to; i++ {
			for _, s := range from {
				draws[s] = append(draws[s], len(m.opened))
			}
			m.opened = append(m.opened, opening{i, likely[i], around})
		}
	}
	for i := range was {
		if to := draws[i]; to != nil && mean[i] > 0 {
			m.sources = append(m.sources, source{i, to})
		}
	}
	if size > 0 {
		m.state(size * q.share)
	}
	return m
}

// state scales the openings so that a mean day with opened hours brings what the cause
// states; evenly where nothing tells one interval from another.
func (m *moves) state(perDay float64) {
	days, sum := map[interval.Date]bool{}, 0.0
	for _, o := range m.opened {
		days[m.date(o.at)] = true
		sum += o.calls
	}
	for k := range m.opened {
		if o := &m.opened[k]; sum > 0 {
			o.calls *= perDay * float64(len(days)) / sum
		} else {
			o.calls = perDay * float64(len(days)) / float64(len(m.opened))
		}
	}
}

// A stretch is the intervals from, from+1, ... up to but without to.
type stretch struct{ from, to int }

// runsOf returns the runs of intervals in which a holds and b does not.
func runsOf(a, b []bool) []stretch {
	var out []stretch
	for i := range a {
		if !a[i] || b[i] {
			continue
		}
		if n := len(out); n > 0 && out[n-1].to == i {
			out[n-1].to++
		} else {
			out = append(out, stretch{i, i + 1})
		}
	}
	return out
}

func both(a, b []bool) []bool {
	out := make([]bool, len(a))
	for i := range a {
		out[i] = a[i] && b[i]
	}
	return out
}

// neighbourhood finds the open time next to a stretch.
type neighbourhood struct {
	g     interval.Grid
	dates []interval.Date
	open  []bool
}

// around returns the open intervals next to a run, as much time as the run takes but at
// least two hours and at most twelve; with sameDay those before only on its first day.
func (n neighbourhood) around(run stretch, sameDay bool) (before, after []int) {
	length := min(max(run.to-run.from, int(reach/n.g.Step())), int(longest/n.g.Step()))
	for i := run.from - 1; i >= 0 && len(before) < length; i-- {
		if sameDay && n.dates[i] != n.dates[run.from] {
			break
		}
		if n.open[i] {
			before = append(before, i)
		}
	}
	for i := run.to; i < len(n.open) && len(after) < length; i++ {
		if n.open[i] {
			after = append(after, i)
		}
	}
	slices.Reverse(before)
	return before, after
}

// targets returns where the calls of a closed run go.
func (n neighbourhood) targets(run stretch) []target {
	before, after := n.around(run, true)
	var out []target
	for _, side := range [][]int{before, after} {
		share := .5
		if len(before) == 0 || len(after) == 0 {
			share = 1
		}
		for _, i := range side {
			out = append(out, target{i, share / float64(len(side))})
		}
	}
	return out
}

// likelyCalls guesses the mean calls of intervals that are not open: as at that time of
// an open day, at the day's own level, or of a day that is open then.
func likelyCalls(g interval.Grid, mean []float64, open []bool) []float64 {
	var sum, days [1440]float64
	for i, is := range open {
		if is {
			sum[g.Minute(i)] += mean[i]
			days[g.Minute(i)]++
		}
	}
	usual := func(minute int) float64 {
		best, far := 0.0, math.Inf(1)
		for m := range days {
			if d := math.Abs(float64(m - minute)); days[m] > 0 && d < far {
				best, far = sum[m]/days[m], d
			}
		}
		return best * math.Exp2(-max(far, 0)/60/fadeHours)
	}
	var known [1440]float64
	for m := range known {
		known[m] = math.NaN()
	}
	out := make([]float64, len(mean))
	for _, day := range g.Days() {
		level, here, there := closedDay, 0.0, 0.0
		for i := day.First; i < day.End; i++ {
			if open[i] {
				here += mean[i]
				there += sum[g.Minute(i)] / days[g.Minute(i)]
			}
		}
		if there > 0 {
			level = here / there
		}
		for i := day.First; i < day.End; i++ {
			m := g.Minute(i)
			if math.IsNaN(known[m]) {
				known[m] = usual(m)
			}
			out[i] = level * known[m]
		}
	}
	return out
}
