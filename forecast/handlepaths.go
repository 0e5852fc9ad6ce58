package forecast

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/ringtide/ringtide/interval"
)

// HandlePaths are the seconds of work that the contacts of paths bring.
type HandlePaths struct {
	paths   *Paths
	model   *HandleModel
	of      []int     // queue of the model per queue of the paths
	seconds []float32 // laid out as the counts of the paths
}

// Simulate draws the seconds of work of every path, queue and interval: the contacts that
// the path has, at the level its random walk has come to, each contact's time a gamma
// variate. The mix of queues is that of each path, so the handle time of several
// queues together moves with it.
func (m *HandleModel) Simulate(ctx context.Context, p *Paths, seed uint64) (*HandlePaths, error) {
	h := &HandlePaths{paths: p, model: m, seconds: make([]float32, len(p.counts))}
	first, last := m.frame.days[0].Date, m.frame.days[len(m.frame.days)-1].Date
	if g := p.grid; g.Step() != m.frame.grid.Step() || g.Start().Before(m.frame.grid.End()) {
		return nil, fmt.Errorf("forecast: handle times learnt from %s to %s in steps of %v; the paths begin on %s in steps of %v", first, last, m.frame.grid.Step(), interval.DateOf(g.At(0)), g.Step())
	}
	for _, name := range p.queues {
		k := slices.IndexFunc(m.queues, func(q *handleQueue) bool { return q.name == name })
		if k < 0 {
			return nil, fmt.Errorf("forecast: handle times: queue %q was not learnt from", name)
		}
		h.of = append(h.of, k)
	}
	f := newFrame(p.grid)
	const block = 16 // paths per task
	err := parallel(ctx, (p.n+block-1)/block, func(task int) {
		d := newDraw()
		for path := task * block; path < min((task+1)*block, p.n); path++ {
			for k := range p.queues {
				h.fill(f, d, seed, path, k, last)
			}
		}
	})
	return h, err
}

// fill draws one path of one queue.
func (h *HandlePaths) fill(f *frame, d *draw, seed uint64, path, k int, last interval.Date) {
	q := h.model.queues[h.of[k]]
	counts := h.paths.Counts(path, k)
	lo := h.paths.offset(path, k)
	d.at(seed, keyHandle, nameKey(q.name), uint64(path))
	level, variance, at := q.level.mean+math.Sqrt(q.level.variance)*d.deviate(), q.level.variance, last
	for _, day := range f.days {
		ahead := float64(day.Date.Sub(at))
		level += math.Sqrt(ahead*q.level.step) * d.deviate()
		variance += ahead * q.level.step
		at = day.Date
		up := math.Exp(level + math.Sqrt(q.level.day)*d.deviate() - (variance+q.level.day)/2)
		for i := day.First; i < day.End; i++ {
			if n := float64(counts[i]); n > 0 {
				h.seconds[lo+i] = float32(n * up * q.usual(int(day.Date.Weekday()), f.slot[i]) * d.gamma(n/q.cv2))
			}
		}
	}
}

// Seconds returns the work of one path and queue, per interval.
func (h *HandlePaths) Seconds(path, queue int) []float32 {
	lo := h.paths.offset(path, queue)
	return h.seconds[lo : lo+h.paths.grid.Len() : lo+h.paths.grid.Len()]
}

// A HandleTime is the handle time of an interval in seconds per contact. Where no path
// has a contact all is 0.
type HandleTime struct {
	Contacts float64   // mean
	Mean     float64   // expected seconds over expected contacts
	Q        []float64 // quantiles over the paths that have a contact, of their own seconds per contact
}

// Times returns the handle time of each interval of a queue, -1 for all together with the
// mix of each path.
func (h *HandlePaths) Times(queue int, probs []float64) []HandleTime {
	queues, out := h.paths.selection(queue), make([]HandleTime, h.paths.grid.Len())
	each := make([]float64, 0, h.paths.n)
	for i := range out {
		each = each[:0]
		seconds, contacts := 0.0, 0.0
		for path := range h.paths.n {
			s, n := 0.0, 0.0
			for _, k := range queues {
				at := h.paths.offset(path, k) + i
				s, n = s+float64(h.seconds[at]), n+float64(h.paths.counts[at])
			}
			if seconds, contacts = seconds+s, contacts+n; n > 0 {
				each = append(each, s/n)
			}
		}
		out[i].Q = make([]float64, len(probs))
		if len(each) == 0 {
			continue
		}
		slices.Sort(each)
		out[i] = HandleTime{contacts / float64(h.paths.n), seconds / contacts, Quantiles(each, probs)}
	}
	return out
}

// Parts returns the parts of the mean handle time of a queue, per interval, in the order
// of names; they sum to the mean of Times.
func (h *HandlePaths) Parts(queue int) (names []string, seconds [][]float64) {
	q, f := h.model.queues[h.of[queue]], newFrame(h.paths.grid)
	times := h.Times(queue, nil)
	for k := range q.parts {
		names = append(names, cmp.Or(q.parts[k].name, "part "+strconv.Itoa(k+1)))
	}
	seconds = make([][]float64, len(times))
	for _, day := range f.days {
		for i := day.First; i < day.End; i++ {
			w, s := int(day.Date.Weekday()), f.slot[i]
			for k := range q.parts {
				seconds[i] = append(seconds[i], times[i].Mean*q.parts[k].mean[w][s]/q.usual(w, s))
			}
		}
	}
	return names, seconds
}
