package uplift

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/ringtide/ringtide/interval"
)

// An Estimate is what one past cause did, in calls.
type Estimate struct {
	ID    string        `json:"id"`
	Kind  Kind          `json:"kind"`
	Class string        `json:"class,omitempty"`
	Start interval.Date `json:"start"`
	Size  float64       `json:"size,omitempty"`
	// Total is the sum of Daily, with its standard error and interval.
	Total      float64 `json:"total"`
	SE         float64 `json:"se"`
	Lo         float64 `json:"lo"`
	Hi         float64 `json:"hi"`
	Confidence float64 `json:"confidence"`
	// Rate is the cause's rate, in the unit of its kind.
	Rate   float64 `json:"rate"`
	RateSE float64 `json:"rate_se"`
	// Daily are the days with any effect in the history, all queues together.
	Daily  []DayEffect   `json:"daily"`
	Queues []QueueEffect `json:"queues"`
	// Seen is false where no known day of the history shows the cause: then the
	// numbers are those of its kind.
	Seen bool `json:"seen"`
}

// A DayEffect is the effect on one day.
type DayEffect struct {
	Date interval.Date `json:"date"`
	Mean float64       `json:"mean"`
}

// A QueueEffect is the part of an effect in one queue.
type QueueEffect struct {
	Queue string      `json:"queue"`
	Total float64     `json:"total"`
	Daily []DayEffect `json:"daily"`
}

// Quantile returns the total that the truth stays below with probability p, 0 to 1.
func (e Estimate) Quantile(p float64) float64 {
	return e.Total + e.SE/math.Sqrt(tails/(tails-2))*distuv.StudentsT{Mu: 0, Sigma: 1, Nu: tails}.Quantile(p)
}

// Estimates returns what each past cause did, in order of start and id.
func (l *Learned) Estimates() []Estimate { return l.estimates }

// plugIn widens standard errors for what the fit takes as known once it is
// estimated: the noise of the base, the size of departures, the weights of kernels.
// Totals that are measured in real series into which effects of ten shapes were put
// (bench/uplift) have standard scores of that spread without it, and tails like those
// of Student's t with so many degrees of freedom.
const (
	plugIn = 1.5
	tails  = 5.0
)

func (m *model) estimate(ci int, opt Options) Estimate {
	c, r := m.causes[ci], m.rates[ci]
	e := Estimate{ID: c.ID, Kind: c.Kind, Class: c.Class, Start: c.Start, Size: c.size(),
		Confidence: opt.Confidence, Rate: r.mean, RateSE: plugIn * math.Sqrt(r.variance), Seen: r.known}
	if e.Confidence == 0 {
		e.Confidence = .95
	}
	daily := map[interval.Date]float64{}
	slope := make([]float64, len(m.causes))
	variance := 0.0
	for qi, units := range m.units {
		for _, u := range units {
			if u.cause != ci {
				continue
			}
			part := QueueEffect{Queue: m.queues[qi].name}
			weights := make([]float64, m.posts[qi].n)
			m.eachDay(u, c, opt, func(row, cell int) {
				d := m.queues[qi].run.date(m.queues[qi].rows[row])
				v := m.posts[qi].mean[u.from+cell]
				part.Daily = append(part.Daily, DayEffect{d, v})
				part.Total += v
				daily[d] += v
				weights[u.from+cell]++
			})
			v, g := m.posts[qi].spread(units, weights)
			variance += v
			for k, other := range units {
				slope[other.cause] += g[k]
			}
			e.Total += part.Total
			e.Queues = append(e.Queues, part)
		}
	}
	for _, d := range sortedDays(daily) {
		e.Daily = append(e.Daily, DayEffect{d, daily[d]})
	}
	variance *= m.repeated(float64(len(e.Queues)))
	e.SE = plugIn * math.Sqrt(variance+floats.Dot(slope, m.cov.times(slope)))
	e.Lo, e.Hi = e.Quantile((1-e.Confidence)/2), e.Quantile((1+e.Confidence)/2)
	return e
}

// first is the first day that an Estimate sums: with a horizon the start, else the
// first on which the cause may act.
func (c Cause) first(opt Options) interval.Date {
	if opt.Days > 0 {
		return c.Start
	}
	return c.Start.AddDays(-c.Kind.lead())
}

// eachDay calls f with row and cell of each day that an Estimate sums.
func (m *model) eachDay(u *unit, c Cause, opt Options, f func(row, cell int)) {
	q := m.queues[u.queue]
	lo, hi := q.openDays(c.first(opt), opt.Days)
	for j, cl := range u.cells {
		for t := max(cl.lo, lo); t < min(cl.hi, hi); t++ {
			f(t, j)
		}
	}
}
