package simulate

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// An effect is a realised cause.
type effect struct {
	*Cause
	key     uint64
	index   int16
	rate    float64
	shape   Shape       // with realised weights
	share   []float64   // by queue
	topic   []int16     // by queue: index of the reason, or -1
	calls   [][]float64 // by day and queue: fresh calls added, in expectation
	queued  [][]float64 // by day and queue: calls added to those that reach the line
	contain []float64   // by day: probability that a call of the topic is contained
}

// horizon is how many days after the last wave or day a response is followed.
const horizon = 90

// realise draws rate and shape of every cause and lays its calls on the days.
func (p *plan) realise() []effect {
	list := make([]effect, len(p.cfg.Causes))
	for i := range list {
		list[i] = p.newEffect(i)
		list[i].lay(p)
	}
	p.reach(list)
	return list
}

func (p *plan) newEffect(i int) effect {
	c := &p.cfg.Causes[i]
	e := effect{Cause: c, key: keyOf(c.ID), index: int16(i)}
	kind := p.cfg.Kinds.kind(c.Kind)
	r := stream(p.seed, forCause, e.key)
	z := r.NormFloat64() // drawn even if the rate is given, so that the shape stays as it was
	e.rate = c.Rate
	if e.rate == 0 {
		e.rate = kind.Rate * math.Exp(kind.RateSD*z-kind.RateSD*kind.RateSD/2)
	}
	if c.Kind == RouteToIVR {
		e.rate = min(1, e.rate)
	}
	e.shape = c.Shape.over(kind.Shape)
	for _, q := range p.queues {
		e.share = append(e.share, c.Queues[q.Name])
		e.topic = append(e.topic, q.reason(c.Reason))
	}
	e.settle(r)
	return e
}

// reason returns the index of a reason of the queue, or -1.
func (m *queueModel) reason(name string) int16 {
	for i, s := range m.Reasons {
		if s.Name == name {
			return int16(i)
		}
	}
	return -1
}

// settle draws the weights of the shape around those of the kind.
func (e *effect) settle(r *rand.Rand) {
	if e.Kind != Mailing {
		return
	}
	e.shape.Delivery = map[string][]float64{e.Class: dirichlet(r, e.shape.Delivery[e.Class], e.shape.Concentration)}
	w := make([]float64, len(e.shape.Lag))
	for i, l := range e.shape.Lag {
		w[i] = l.Weight
	}
	w = dirichlet(r, w, e.shape.Concentration)
	lags := make([]Lag, len(w))
	for i, l := range e.shape.Lag {
		l.Weight = w[i]
		lags[i] = l
	}
	e.shape.Lag = lags
}

// lay fills in the calls or the containment of each day.
func (e *effect) lay(p *plan) {
	days := len(p.days)
	e.calls, e.queued, e.contain = table(days, len(p.queues)), table(days, len(p.queues)), make([]float64, days)
	switch e.Kind {
	case Mailing:
		e.spread(p, e.mailingKernel(), e.Date)
	case Event:
		kernel, first := e.eventKernel()
		e.spread(p, kernel, first)
	case RouteIn:
		for i := range p.days {
			for q := range p.queues {
				e.calls[i][q] = e.Size * e.rate * e.share[q] * e.ramp(p.days[i].date) * e.noise(p, i) * p.days[i].level[q]
			}
		}
	case RouteToIVR:
		for i := range p.days {
			e.contain[i] = e.rate * e.ramp(p.days[i].date)
		}
	}
}

func table(rows, columns int) [][]float64 {
	t := make([][]float64, rows)
	for i := range t {
		t[i] = make([]float64, columns)
	}
	return t
}

// noise is the gamma factor of a cause on a day.
func (e *effect) noise(p *plan, i int) float64 {
	return busyness(stream(p.seed, forCauseDay, e.key, uint64(p.days[i].date.Number())), e.shape.DayCV)
}

// ramp is 0 before the cause, then rises to 1, and is 0 after its end.
func (e *effect) ramp(d interval.Date) float64 {
	t := d.Sub(e.Date)
	switch {
	case t < 0 || (!e.End.IsZero() && d.After(e.End)):
		return 0
	case e.shape.RampDays == 0:
		return 1
	}
	return 1 - math.Exp(-float64(t+1)/e.shape.RampDays)
}

// spread lays size × rate over days as the kernel says, from its first day on;
// what falls on closed time moves to the next open day.
func (e *effect) spread(p *plan, kernel []float64, first interval.Date) {
	for q := range p.queues {
		waiting := 0.0
		for i := range p.days {
			mass := waiting
			if k := p.days[i].date.Sub(first); k >= 0 && k < len(kernel) {
				mass += e.Size * e.rate * e.share[q] * kernel[k] * e.noise(p, i)
			}
			if mass == 0 {
				continue
			}
			now := mass * p.attendance(i, q)
			e.calls[i][q] = now
			waiting = (mass - now) * e.shape.Carry
		}
	}
}

// mailingKernel is waves * delivery * lag by day after the date. Nothing is
// delivered on Sunday: that mail comes on Monday.
func (e *effect) mailingKernel() []float64 {
	waves := e.Waves
	if len(waves) == 0 {
		waves = []Wave{{0, 1}}
	}
	delivery, lag := e.shape.Delivery[e.Class], lagWeights(e.shape.Lag)
	var out []float64
	for _, w := range waves {
		for day, x := range delivery {
			at := w.AfterDays + day
			if e.Date.AddDays(at).Weekday() == time.Sunday {
				at++
			}
			for k, y := range lag {
				for len(out) <= at+k {
					out = append(out, 0)
				}
				out[at+k] += w.Share * x * y
			}
		}
	}
	return out
}

// lagWeights discretises a mixture of lags to days 0 to horizon; it sums to 1.
func lagWeights(lags []Lag) []float64 {
	out := make([]float64, horizon+1)
	for _, l := range lags {
		for k := range out {
			if l.Geometric > 0 {
				out[k] += l.Weight * l.Geometric * math.Pow(1-l.Geometric, float64(k))
			} else {
				out[k] += l.Weight * (l.cdf(float64(k+1)) - l.cdf(float64(k)))
			}
		}
	}
	sum := total(out)
	for k := range out {
		out[k] /= sum
	}
	return out
}

// cdf is the log-normal distribution function of a lag in days.
func (l Lag) cdf(x float64) float64 {
	if x <= 0 {
		return 0
	}
	return math.Erfc(-math.Log(x/l.MedianDays)/(l.Sigma*math.Sqrt2)) / 2
}

// eventKernel rises before the event, is level during it and decays after it. It
// returns the weights, which sum to 1, and the day of the first.
func (e *effect) eventKernel() ([]float64, interval.Date) {
	const lead = 14
	long := e.last().Sub(e.Date) + 1
	out := make([]float64, lead+long+horizon)
	for k := range out {
		switch t := k - lead; {
		case t < 0 && e.shape.LeadDays > 0:
			out[k] = e.shape.LeadWeight * math.Exp2(-float64(-t-1)/e.shape.LeadDays)
		case t >= 0 && t < long:
			out[k] = 1
		case t >= long && e.shape.HalfLifeDays > 0:
			out[k] = math.Exp2(-float64(t-long+1) / e.shape.HalfLifeDays)
		}
	}
	sum := total(out)
	for k := range out {
		out[k] /= sum
	}
	return out, e.Date.AddDays(-lead)
}

// reach works out how many calls each cause adds to those that reach a line, so
// that the effects of all causes sum to what they do together. A call of a cause
// counts for it if the queue's own automated response would not contain it; if an
// outage swallows that call or another cause contains it, the other cause counts
// it as lost. Causes that contain one topic do so in the order of the file.
func (p *plan) reach(list []effect) {
	for i := range p.days {
		for q := range p.queues {
			pass := 1 - p.queues[q].Containment
			for k := range list {
				list[k].queued[i][q] = list[k].calls[i][q] * pass
			}
			out := p.outageShare(i, q)
			p.withhold(list, i, q, pass*(1-out))
			p.silence(list, i, q, pass*out)
		}
	}
}

// withhold sets the negative effects of causes that contain a topic.
func (p *plan) withhold(list []effect, i, q int, pass float64) {
	left := map[int16]float64{} // calls of the topics that causes before have not contained
	for k := range list {
		e := &list[k]
		if e.contain[i]*e.share[q] == 0 {
			continue
		}
		calls, seen := left[e.topic[q]]
		if !seen {
			calls = p.topicCalls(list, i, q, e.topic[q])
		}
		taken := calls * e.contain[i] * e.share[q]
		left[e.topic[q]] = calls - taken
		e.queued[i][q] = -taken * pass
	}
}

// topicCalls is the demand for a topic: its share of the base, and all causes about it.
func (p *plan) topicCalls(list []effect, i, q int, topic int16) float64 {
	share := p.queues[q].Reasons[topic].Share
	n := p.days[i].busy[q] * share
	for k := range list {
		switch list[k].topic[q] {
		case topic:
			n += list[k].calls[i][q]
		case -1:
			n += list[k].calls[i][q] * share
		}
	}
	return n
}

// silence sets the effect of an outage: all calls of its hours.
func (p *plan) silence(list []effect, i, q int, lost float64) {
	if lost == 0 {
		return
	}
	all := p.days[i].busy[q]
	for k := range list {
		all += list[k].calls[i][q]
	}
	for k := range list {
		if list[k].on(p.days[i].date) {
			list[k].queued[i][q] = -all * lost
			return // of two outages on a day the first of the file counts
		}
	}
}

// on reports whether the effect is an outage of that day.
func (e *effect) on(d interval.Date) bool {
	return e.Kind == Outage && !d.Before(e.Date) && !d.After(e.last())
}
