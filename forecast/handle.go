package forecast

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/ringtide/ringtide/interval"
)

// A HandleInput is what agents spent on the contacts of a queue, in parts: talk, hold,
// wrap, or one part that is all of it.
type HandleInput struct {
	Queue string
	Parts []HandlePart
}

// A HandlePart is one part of handle time: seconds spent per interval and the contacts
// whose part was measured.
type HandlePart struct {
	Name           string
	Seconds, Known interval.Series
}

// A HandleModel forecasts handle times. It is immutable and safe for concurrent use.
type HandleModel struct {
	frame  *frame
	queues []*handleQueue
}

// A handleQueue is the handle time of one queue: seconds per contact of each part by
// weekday and slot, and a log level that all parts share, a random walk from day to day
// with an effect of the day alone.
type handleQueue struct {
	name  string
	parts []handlePart
	level walkFilter // after the last day
	cv2   float64    // squared coefficient of variation of one contact
	mix   float64    // seconds per contact of the profile in the mix of hours of the last months
}

type handlePart struct {
	name string
	mean [7][]float64 // seconds per contact
}

// handleHalfLife is the age in days at which a contact counts half for the profile of
// handle times, which change with work, not with the season.
const handleHalfLife = 91

// FitHandle learns handle times. All series lie on one grid; intervals with no measured
// contact teach nothing. Profiles are shrunk, a slot to its weekday-free mean and that to
// the queue's, by what a difference of 5 % needs to show; level and day effect by
// likelihood over a grid.
func FitHandle(ctx context.Context, history []HandleInput) (*HandleModel, error) {
	if err := validHandle(history); err != nil {
		return nil, err
	}
	m := &HandleModel{frame: newFrame(history[0].Parts[0].Known.Grid()), queues: make([]*handleQueue, len(history))}
	err := parallel(ctx, len(history), func(k int) { m.queues[k] = fitHandle(m.frame, history[k]) })
	return m, err
}

func validHandle(history []HandleInput) error {
	var errs []error
	if len(history) == 0 {
		errs = append(errs, errors.New("no history: give at least one queue"))
	}
	for _, in := range history {
		if len(in.Parts) == 0 {
			return fmt.Errorf("forecast: handle times: queue %q has no part; give talk, hold, wrap or one part for all", in.Queue)
		}
	}
	seen := map[string]bool{}
	for _, in := range history {
		bad := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("queue %q: "+format, append([]any{in.Queue}, args...)...))
		}
		if in.Queue == "" || seen[in.Queue] {
			bad("a name that is empty or given twice")
		}
		seen[in.Queue] = true
		known := 0.0
		for _, p := range in.Parts {
			if g := history[0].Parts[0].Known.Grid(); !p.Known.Grid().Equal(g) || !p.Seconds.Grid().Equal(g) {
				bad("%s lies on another grid; read all over the same days and intervals", p.Name)
				continue
			}
			for i := range p.Known.Len() {
				n, _ := p.Known.At(i)
				s, _ := p.Seconds.At(i)
				if n < 0 || s < 0 {
					bad("%s: negative seconds or contacts at %s", p.Name, p.Known.Grid().Stamp(i))
					break
				}
				known += n
			}
		}
		if known == 0 {
			bad("no contact with a measured handle time")
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("forecast: handle times: %w", err)
	}
	return nil
}

func fitHandle(f *frame, in HandleInput) *handleQueue {
	q := &handleQueue{name: in.Queue}
	for _, p := range in.Parts {
		part, all := newHandlePart(f, p)
		q.parts, q.mix = append(q.parts, part), q.mix+all
	}
	q.learnLevel(f, in)
	return q
}

// handleEvidence is the number of contacts that balance a prior: a contact's time varies by
// about 80 %, slots differ by about 5 %, so (0.8/0.05)² contacts.
const handleEvidence = 256

// newHandlePart pools seconds per contact: weekday and slot, slot, queue. It returns those of
// the queue too.
func newHandlePart(f *frame, p HandlePart) (handlePart, float64) {
	var sec, num [8][]float64 // the last for all weekdays
	for w := range sec {
		sec[w], num[w] = make([]float64, f.slots), make([]float64, f.slots)
	}
	for k, d := range f.days {
		v := math.Exp2(-float64(len(f.days)-1-k) / handleHalfLife)
		for i := d.First; i < d.End; i++ {
			n, state := p.Known.At(i)
			if state != interval.Observed || n == 0 {
				continue
			}
			s, _ := p.Seconds.At(i)
			for _, w := range []int{int(d.Date.Weekday()), 7} {
				sec[w][f.slot[i]] += v * s
				num[w][f.slot[i]] += v * n
			}
		}
	}
	out, all := handlePart{name: p.Name}, sum(sec[7])/max(sum(num[7]), 1e-9)
	common := make([]float64, f.slots)
	for s := range common {
		common[s] = (sec[7][s] + handleEvidence*all) / (num[7][s] + handleEvidence)
	}
	for w := range out.mean {
		out.mean[w] = make([]float64, f.slots)
		for s := range common {
			out.mean[w][s] = (sec[w][s] + handleEvidence*common[s]) / (num[w][s] + handleEvidence)
		}
	}
	return out, all
}

// usual returns the seconds per contact of a weekday and slot at the level of the profile.
func (q *handleQueue) usual(weekday, slot int) float64 {
	total := 0.0
	for k := range q.parts {
		total += q.parts[k].mean[weekday][slot]
	}
	return total
}

// A walkFilter is a Kalman filter of a random walk seen with noise.
type walkFilter struct {
	mean, variance float64
	step, day      float64 // variances of a day's step and of the day alone
}

// see predicts a day, takes it in, and returns its log likelihood.
func (f *walkFilter) see(y, noise float64, ok bool) float64 {
	f.variance += f.step
	if !ok {
		return 0
	}
	total := f.variance + f.day + noise
	e, gain := y-f.mean, f.variance/total
	f.mean += gain * e
	f.variance *= 1 - gain
	return -0.5 * (math.Log(total) + e*e/total)
}

// learnLevel sets the level and the variances from the days' mean handle times over those
// that their mix of slots leads to expect.
func (q *handleQueue) learnLevel(f *frame, in HandleInput) {
	ratio, contacts := make([]float64, len(f.days)), make([]float64, len(f.days))
	square, cells := 0.0, 0.0
	for k, d := range f.days {
		took, usual := 0.0, 0.0
		each := map[int]float64{}
		for i := d.First; i < d.End; i++ {
			mean, n, ok := measured(in, i)
			if !ok {
				continue
			}
			u := q.usual(int(d.Date.Weekday()), f.slot[i])
			took, usual, contacts[k] = took+n*mean, usual+n*u, contacts[k]+n
			each[i] = mean / u
		}
		if contacts[k] == 0 {
			continue
		}
		ratio[k] = math.Log(max(took, 1) / usual)
		for i := d.First; i < d.End; i++ {
			if r, ok := each[i]; ok {
				_, n, _ := measured(in, i)
				square += n * sq(r*usual/max(took, 1)-1)
				cells++
			}
		}
	}
	if q.cv2 = 0.64; cells > 50 { // each day's own mean costs its cells a degree of freedom in about ten
		q.cv2 = min(max(square/(0.9*cells), 0.01), 25)
	}
	best := math.Inf(-1)
	for _, step := range []float64{0, 1e-6, 5e-6, 2e-5, 1e-4, 4e-4, 1.6e-3} {
		for _, day := range []float64{1e-6, 1e-4, 4e-4, 1e-3, 2.5e-3, 6e-3, 1.5e-2} {
			f, like := walkFilter{variance: 0.04, step: step, day: day}, 0.0
			for k, y := range ratio {
				like += f.see(y, q.cv2/max(contacts[k], 1), contacts[k] > 0)
			}
			if like > best {
				best, q.level = like, f
			}
		}
	}
}

// measured returns the seconds per contact of an interval, all parts together, and the
// contacts of the first part.
func measured(in HandleInput, i int) (mean, contacts float64, ok bool) {
	for k, p := range in.Parts {
		n, state := p.Known.At(i)
		if state != interval.Observed || n == 0 {
			if k == 0 {
				return 0, 0, false
			}
			continue
		}
		s, _ := p.Seconds.At(i)
		mean += s / n
		if k == 0 {
			contacts = n
		}
	}
	return mean, contacts, true
}
