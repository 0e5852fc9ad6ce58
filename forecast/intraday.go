package forecast

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/ringtide/ringtide/interval"
)

// A Seen is what came of a day so far in one queue: a series on the whole day whose
// intervals to come, and those that nobody counted, are missing.
type Seen struct {
	Queue  string
	Series interval.Series
}

// An Update is a day forecast anew from its observed part. In every path the observed
// intervals hold what came, as rates too, and the others are drawn given it, so that
// the total of the day and what is left of it add up.
type Update struct {
	Paths  *Paths
	Queues []QueueUpdate // of the queues seen, in the order given
}

// A QueueUpdate says what the observed part of a day told of one queue. Levels are
// factors on the day's forecast before a call came; their sd is that of the logarithm.
type QueueUpdate struct {
	Queue    string  `json:"queue"`
	Seen     int     `json:"seen"`     // intervals observed while open
	Came     float64 `json:"came"`     // calls in them
	Expected float64 `json:"expected"` // calls that the forecast had in them
	Level    float64 `json:"level"`    // what the day has become, as a factor
	SD       float64 `json:"sd"`       // of its logarithm now
	Before   float64 `json:"before"`   // and before a call came
}

// Update forecasts the day of seen, which lies after the history, anew: n paths of all
// queues of the model, conditioned on what came. A queue that is not seen keeps the
// paths that Simulate draws; one without an observed interval too. Queues learn from
// their own calls only.
//
// Method: the log level of the day and its factor scores are jointly normal before the
// day, with the variances of the model; a count is Normal(μ, wμ). The most likely
// state is found by Fisher scoring, counts further than 3 deviations off by their
// weight (Huber 1964, Annals of Mathematical Statistics 35:73), and each path's own
// state moves by the gain at that point against a perturbed observation (Burgers, van
// Leeuwen and Evensen 1998, Monthly Weather Review 126:1719), which is exact where the
// model is linear and keeps the tails of the paths. It takes a few milliseconds a queue.
// The reference for updating scores is Shen and Huang (2008, MSOM 10:391, sec. 4).
func (m *Model) Update(ctx context.Context, seen []Seen, n int, seed uint64) (*Update, error) {
	g, err := m.checkSeen(seen)
	if err != nil {
		return nil, err
	}
	paths, err := NewPaths(g, m.Queues(), n)
	if err != nil {
		return nil, err
	}
	f, open := newFrame(g), map[*interval.Calendar][]bool{}
	for _, q := range m.queues {
		if open[q.cal] == nil {
			open[q.cal] = q.cal.Open(g)
		}
	}
	states := make([]*dayState, len(m.queues))
	if err := parallel(ctx, len(m.queues), func(k int) {
		states[k] = newDayState(m.queues[k].foresee(f, open[m.queues[k].cal], m.opt), f)
		for _, s := range seen {
			if s.Queue == m.queues[k].name {
				states[k].observe(s.Series)
			}
		}
	}); err != nil {
		return nil, err
	}
	for _, s := range states {
		if err := s.known(); err != nil {
			return nil, err
		}
	}
	const block = 16 // paths per task
	err = parallel(ctx, (n+block-1)/block*len(states), func(task int) {
		k, first := task%len(states), task/len(states)*block
		w := newWalk(states[k].future, seed)
		for path := first; path < min(first+block, n); path++ {
			states[k].path(w, uint64(path), paths.Counts(path, k), paths.Rates(path, k))
		}
	})
	if err != nil {
		return nil, err
	}
	u := &Update{Paths: paths}
	for _, s := range seen {
		u.Queues = append(u.Queues, states[m.index(s.Queue)].tell())
	}
	return u, nil
}

func (m *Model) index(queue string) int {
	for k, q := range m.queues {
		if q.name == queue {
			return k
		}
	}
	return -1
}

// checkSeen reports every fault of what was seen, and returns its day.
func (m *Model) checkSeen(seen []Seen) (interval.Grid, error) {
	if len(seen) == 0 {
		return interval.Grid{}, errors.New("forecast: update: nothing was seen; give the day's series of at least one queue")
	}
	g := seen[0].Series.Grid()
	if err := m.checkGrid(g); err != nil {
		return g, fmt.Errorf("forecast: update: %w", err)
	}
	var errs []error
	if day := interval.DateOf(g.At(0)); len(g.Days()) != 1 || !g.Start().Equal(day.Start(g.Location())) || !g.End().Equal(day.AddDays(1).Start(g.Location())) {
		errs = append(errs, fmt.Errorf("the series run from %s to %s; give one whole day, with the intervals to come missing", g.Stamp(0), g.Stamp(g.Len())))
	}
	named := map[string]bool{}
	for _, s := range seen {
		switch {
		case m.index(s.Queue) < 0:
			errs = append(errs, fmt.Errorf("there is no queue %q among %q", s.Queue, m.Queues()))
		case named[s.Queue]:
			errs = append(errs, fmt.Errorf("queue %q is given twice", s.Queue))
		case !s.Series.Grid().Equal(g):
			errs = append(errs, fmt.Errorf("queue %q lies on another day or in other steps than queue %q", s.Queue, seen[0].Queue))
		}
		named[s.Queue] = true
		for i := range s.Series.Len() {
			if v, _ := s.Series.At(i); v < 0 || v > 1e8 || v != math.Trunc(v) {
				errs = append(errs, fmt.Errorf("queue %q: %v calls at %s; calls are whole numbers, 0 or more", s.Queue, v, s.Series.Grid().Stamp(i)))
				break
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		return g, fmt.Errorf("forecast: update: %w", err)
	}
	return g, nil
}
