package forecast

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// Keys of the random streams; see draw.
const (
	keySource = iota + 1 // which past days a future day takes after, shared by all queues
	keyLevel             // coefficients and smoothing of the levels of one queue
	keyCalls             // calls of one queue and day
	keyUpdate            // what the seen part of a day leaves open
	keyHandle            // handle times of one queue
	keyDriver            // values of one driver
	keySplit             // parts of one queue and day
)

// maxShock bounds the surprise of a day, in standard deviations: freak days are
// further out, but one of them says little about how far the next one will be.
const maxShock = 5

// maxLevel bounds the log departure of a day from its center: a factor of 20.
const maxLevel = 3

// Simulate draws n paths on g, which lies after the history and has its step; the
// days between are simulated through. A path draws coefficients, then for each
// day a past day whose surprise and another whose shape it repeats (the same for
// all queues, which keeps their correlation), then calls. Paths are the same for
// the same history, options, g, n and seed on any number of processors, and path
// i does not depend on n nor, except in thin queues, on the other queues.
func (m *Model) Simulate(ctx context.Context, g interval.Grid, n int, seed uint64) (*Paths, error) {
	return m.simulate(ctx, m.queues, g, n, seed)
}

// SimulateQueue draws the paths of one queue, the same that Simulate draws for it:
// where queues are many, their paths need not be in memory at once.
func (m *Model) SimulateQueue(ctx context.Context, queue string, g interval.Grid, n int, seed uint64) (*Paths, error) {
	for k, q := range m.queues {
		if q.name == queue {
			return m.simulate(ctx, m.queues[k:k+1], g, n, seed)
		}
	}
	return nil, fmt.Errorf("forecast: simulate: there is no queue %q among %q", queue, m.Queues())
}

func (m *Model) simulate(ctx context.Context, queues []*queueModel, g interval.Grid, n int, seed uint64) (*Paths, error) {
	if err := m.checkGrid(g); err != nil {
		return nil, err
	}
	names := make([]string, len(queues))
	for k, q := range queues {
		names[k] = q.name
	}
	paths, err := NewPaths(g, names, n)
	if err != nil {
		return nil, err
	}
	f := newFrame(g)
	open := map[*interval.Calendar][]bool{}
	for _, q := range queues {
		if open[q.cal] == nil {
			open[q.cal] = q.cal.Open(g)
		}
	}
	futures := make([]*future, len(queues))
	if err := parallel(ctx, len(queues), func(k int) {
		futures[k] = queues[k].foresee(f, open[queues[k].cal], m.opt)
	}); err != nil {
		return nil, err
	}
	for _, fu := range futures {
		if err := fu.known(); err != nil {
			return nil, err
		}
	}
	const block = 16 // paths per task
	blocks := (n + block - 1) / block
	err = parallel(ctx, blocks*len(futures), func(task int) {
		k, first := task%len(futures), task/len(futures)*block
		w := newWalk(futures[k], seed)
		for path := first; path < min(first+block, n); path++ {
			w.path(uint64(path), paths.Counts(path, k), paths.Rates(path, k))
		}
	})
	if err != nil {
		return nil, err
	}
	return paths, nil
}

func (m *Model) checkGrid(g interval.Grid) error {
	h := m.frame.grid
	switch {
	case g.Len() == 0:
		return fmt.Errorf("forecast: simulate on an empty grid")
	case g.Step() != h.Step():
		return fmt.Errorf("forecast: simulate in steps of %v from a history in steps of %v; use one step", g.Step(), h.Step())
	case g.Location().String() != h.Location().String():
		return fmt.Errorf("forecast: simulate in zone %s from a history in zone %s; use one zone", g.Location(), h.Location())
	case g.Start().Before(h.End()):
		return fmt.Errorf("forecast: simulate from %s, but the history runs to %s", g.Stamp(0), h.Stamp(h.Len()))
	}
	return nil
}

// A walk draws the paths of one queue, one after the other.
type walk struct {
	*future
	seed    uint64
	draw    *draw
	surest  []int     // days with a surprise
	scoreAt []int     // index of a day's shape, -1 for none
	b       []float64 // coefficients of the path
	shape   []float64 // factor scores of the day
	bent    []float64 // shares of the day's intervals
	scored  []float64 // normal scores of the drivers of the path
}

func newWalk(f *future, seed uint64) *walk {
	q := f.q
	w := &walk{future: f, seed: seed, draw: newDraw(), b: make([]float64, len(q.day.main.terms)),
		shape: make([]float64, len(q.shape.load)), scoreAt: make([]int, len(q.days))}
	for d, e := range q.day.shocks {
		if !math.IsNaN(e) {
			w.surest = append(w.surest, d)
		}
	}
	for d := range w.scoreAt {
		w.scoreAt[d] = -1
	}
	for k, d := range q.shape.days {
		w.scoreAt[d] = k
	}
	return w
}

// path fills one path.
func (w *walk) path(path uint64, counts []int32, rates []float32) {
	w.follow(path, func(d *futureDay, level float64, scores []float64) { w.calls(d, level, scores, counts, rates) })
}

// follow draws the level and the factor scores of the days of a path that the grid
// has, and hands them to day in order, with the stream of the day's calls at its
// start. Levels come first, by one stream; then each day by its own.
func (w *walk) follow(path uint64, day func(d *futureDay, level float64, scores []float64)) {
	main := w.q.day.main
	w.drive(path)
	w.draw.at(w.seed, keyLevel, w.key, path)
	for j := range w.b {
		w.b[j] = w.draw.deviate()
	}
	sin, cos := w.draw.deviate(), w.draw.deviate()
	backward(main.l, len(w.b), w.b)
	for j := range w.b {
		w.b[j] += main.b[j]
	}
	a := main.end.predicted(w.b)
	for k := range w.days {
		d := &w.days[k]
		if !d.open {
			a = main.noise.tomorrow(a)
			continue
		}
		w.draw.at(w.seed, keySource, path, uint64(d.index))
		source := w.surprising()
		shape := w.alike(d)
		w.draw.at(w.seed, keyCalls, w.key, path, uint64(d.index))
		err := d.sd * w.shock(source)
		level := dot(d.x, main.mean) + dot(d.x, w.b) + a.sum() + d.signal*err + sin*d.sin + cos*d.cos + w.driven(d)
		if source >= 0 && w.q.day.values.freak[source] { // it passes without a trace
			err = 0
		}
		err = min(max(err, -reach*d.sd), reach*d.sd)
		a = main.noise.tomorrow(drift{a.quick + d.gain.quick*err, a.slow + d.gain.slow*err})
		if len(d.cells) > 0 {
			depart := d.width * (level - d.main)
			day(d, d.center+min(max(depart, -maxLevel), maxLevel), w.scores(d, shape))
		}
	}
}

// surprising picks a past day with a surprise. Queues try the same days in the
// same order, so they pick the same unless one of them has not seen it.
func (w *walk) surprising() int {
	if len(w.surest) == 0 {
		return -1
	}
	for range 40 {
		if d := w.draw.IntN(len(w.q.day.shocks)); !math.IsNaN(w.q.day.shocks[d]) {
			return d
		}
	}
	return w.surest[w.draw.IntN(len(w.surest))]
}

// shock returns the surprise of a past day in standard deviations, smeared by a
// normal where there are few.
func (w *walk) shock(day int) float64 {
	smear := min(1, 10/float64(len(w.surest)+1))
	z := w.draw.deviate()
	if day < 0 {
		return z
	}
	e := min(max(w.q.day.shocks[day], -maxShock), maxShock)
	return (e + smear*z) / math.Sqrt(1+smear*smear)
}

// alike picks a recent day whose shape the day d repeats, of like volume where
// there is one: the scores of quiet days are noisier. It returns the index of the
// scores, or -1.
func (w *walk) alike(d *futureDay) int {
	s := w.q.shape
	if len(s.load) == 0 {
		return -1
	}
	const window = 140
	for range 60 {
		day := len(w.scoreAt) - 1 - w.draw.IntN(window)
		if day < 0 || w.scoreAt[day] < 0 {
			continue
		}
		if r := w.q.volume[w.q.infos[day].weekday] / d.scale; r > 0.5 && r < 2 {
			return w.scoreAt[day]
		}
	}
	return w.draw.IntN(len(s.score))
}

// calls draws the calls of one day with the given log level and factor scores.
func (w *walk) calls(d *futureDay, level float64, scores []float64, counts []int32, rates []float32) {
	share := w.bend(d, scores)
	total, over := math.Exp(level)*d.size, w.q.shape.w-1
	each := 1 / over
	for c, i := range d.cells {
		rate := total * share[c]
		if over > 0.001 && rate > 0 {
			rate *= w.draw.gamma(rate * each)
		}
		if rate > 1e8 {
			rate = 1e8
		}
		rates[i] = float32(rate)
		counts[i] = w.draw.poisson(float64(rates[i]))
	}
}

// scores returns the factor scores of a day that takes after the shape of the source
// day: half of what persists of the last day, and the departure of the source for the
// rest of the variance. It returns nil for no source.
func (w *walk) scores(d *futureDay, source int) []float64 {
	if source < 0 {
		return nil
	}
	s := w.q.shape
	last := s.score[len(s.score)-1]
	for j := range w.shape {
		keep := s.keep(j, d.openDays)
		w.shape[j] = keep*last[j] + math.Sqrt(1-3*keep*keep)*s.score[source][j]
	}
	return w.shape
}

// keep is how much of the last day's score of factor j is expected days open days on:
// half of what persists.
func (s *shape) keep(j, days int) float64 { return 0.5 * math.Pow(s.rho[j], float64(days)) }

// bend returns the shares of a day disturbed by the shape factors, with the same
// sum as the undisturbed ones.
func (w *walk) bend(d *futureDay, scores []float64) []float64 {
	if len(scores) == 0 {
		return d.share
	}
	w.bent = slices.Grow(w.bent[:0], len(d.root))[:len(d.root)]
	bent, loads := 0.0, d.loads
	for c, root := range d.root {
		for j, f := range scores {
			root += f * loads[j]
		}
		loads = loads[len(scores):]
		v := sq(max(root, 0))
		w.bent[c] = v
		bent += v
	}
	if bent == 0 {
		return d.share
	}
	scale := d.part / bent
	for c := range w.bent {
		w.bent[c] *= scale
	}
	return w.bent
}
