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
	if err := m.follows(p); err != nil {
		return nil, err
	}
	h := &HandlePaths{paths: p, model: m, seconds: make([]float32, len(p.counts))}
	last := m.frame.days[len(m.frame.days)-1].Date
	for _, name := range p.queues {
		k := m.index(name)
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
	ups := q.ups(f, d, seed, path, last)
	for at, day := range f.days {
		d.at(seed, keyHandle, nameKey(q.name), uint64(path), uint64(day.Date.Sub(last)))
		for i := day.First; i < day.End; i++ {
			if n := float64(counts[i]); n > 0 {
				h.seconds[lo+i] = float32(n * float64(ups[at]) * q.usual(int(day.Date.Weekday()), f.slot[i]) * d.gamma(n/q.cv2))
			}
		}
	}
}

// ups draws the level of each day of a path, as a factor of mean about 1 on the usual
// times: the random walk from the last day of the history, and the effect of the day alone.
func (q *handleQueue) ups(f *frame, d *draw, seed uint64, path int, last interval.Date) []float32 {
	out := make([]float32, len(f.days))
	d.at(seed, keyHandle, nameKey(q.name), uint64(path))
	level, variance, at := q.level.mean+math.Sqrt(q.level.variance)*d.deviate(), q.level.variance, last
	for k, day := range f.days {
		ahead := float64(day.Date.Sub(at))
		level += math.Sqrt(ahead*q.level.step) * d.deviate()
		variance += ahead * q.level.step
		at = day.Date
		out[k] = float32(math.Exp(level + math.Sqrt(q.level.day)*d.deviate() - (variance+q.level.day)/2))
	}
	return out
}

// A HandleForecast is what a contact of one queue is expected to take on each path, the
// luck of single contacts apart: what staffing needs, whose formulas know that luck. It is
// the seconds that Simulate draws per contact, in expectation given the levels of the path.
type HandleForecast struct {
	// Mean is the seconds of a contact in the mix of hours of the last months, and Low and
	// High the band that holds it in nine of ten futures in the middle of the grid. They
	// are the model's, not those of the paths drawn.
	Mean, Low, High float64

	usual []float32 // seconds, per interval
	day   []int32   // of each interval
	days  int
	ups   []float32 // path × day
}

// Forecast draws the expected handle times of a queue on the paths.
func (m *HandleModel) Forecast(ctx context.Context, p *Paths, queue string, seed uint64) (*HandleForecast, error) {
	if err := m.follows(p); err != nil {
		return nil, err
	}
	k := m.index(queue)
	if k < 0 {
		return nil, fmt.Errorf("forecast: handle times: queue %q was not learnt from", queue)
	}
	q, f := m.queues[k], newFrame(p.grid)
	h := &HandleForecast{usual: make([]float32, p.grid.Len()), day: make([]int32, p.grid.Len()), days: len(f.days), ups: make([]float32, p.n*len(f.days))}
	for at, day := range f.days {
		for i := day.First; i < day.End; i++ {
			h.usual[i], h.day[i] = float32(q.usual(int(day.Date.Weekday()), f.slot[i])), int32(at)
		}
	}
	last := m.frame.days[len(m.frame.days)-1].Date
	variance := q.level.variance + float64(f.days[len(f.days)/2].Date.Sub(last))*q.level.step
	h.Mean = q.mix * math.Exp(q.level.mean)
	h.Low, h.High = h.Mean*math.Exp(-1.645*math.Sqrt(variance)-variance/2), h.Mean*math.Exp(1.645*math.Sqrt(variance)-variance/2)
	err := parallel(ctx, p.n, func(path int) {
		copy(h.ups[path*h.days:], q.ups(f, newDraw(), seed, path, last))
	})
	return h, err
}

// Seconds returns the expected seconds of a contact in an interval of the grid on a path.
func (h *HandleForecast) Seconds(path, i int) float32 {
	return h.usual[i] * h.ups[path*h.days+int(h.day[i])]
}

func (m *HandleModel) index(queue string) int {
	return slices.IndexFunc(m.queues, func(q *handleQueue) bool { return q.name == queue })
}

// follows reports whether paths begin after the history and keep its step.
func (m *HandleModel) follows(p *Paths) error {
	if g, h := p.grid, m.frame.grid; g.Step() != h.Step() || g.Start().Before(h.End()) {
		return fmt.Errorf("forecast: handle times learnt from %s to %s in steps of %v; the paths begin on %s in steps of %v",
			m.frame.days[0].Date, m.frame.days[len(m.frame.days)-1].Date, h.Step(), interval.DateOf(g.At(0)), g.Step())
	}
	return nil
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
