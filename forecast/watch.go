package forecast

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// An Anomaly is a run of intervals whose calls the forecast of the day and what came
// before them on that day do not explain: a cause that nobody announced.
type Anomaly struct {
	Queue     string    `json:"queue"`
	More      bool      `json:"more"`     // more calls than expected, or fewer
	Start     time.Time `json:"start"`    // of the first interval of the run
	Flagged   time.Time `json:"flagged"`  // end of the interval that raised the flag
	End       time.Time `json:"end"`      // of the last interval of the run seen
	Came      float64   `json:"came"`     // calls in the run
	Expected  float64   `json:"expected"` // those that the forecast had in it
	Surprise  float64   `json:"surprise"` // the statistic when it was raised
	Threshold float64   `json:"threshold"`
}

// String says it in a sentence.
func (a Anomaly) String() string {
	word := "fewer"
	if a.More {
		word = "more"
	}
	return fmt.Sprintf("%s: %s calls than expected from %s to %s: %.0f came, %.0f were expected; flagged at %s",
		a.Queue, word, a.Start.Format("2006-01-02 15:04"), a.End.Format("15:04"), a.Came, a.Expected, a.Flagged.Format("15:04"))
}

// Watch holds the observed part of a day after the history against the forecast and
// returns what it flags, queue by queue in the order given.
//
// Each interval is predicted from the day's forecast and the intervals before it, by an
// extended Kalman filter of the day's level, its factor scores and its wander; an
// error counts at most two deviations to the filter, so that a cause is not taken for the
// day's level at once. A count is negative binomial with the predicted mean μ and variance;
// its evidence l for a cause is the log of its probability at s·μ, spread alike, over that
// at μ. The statistic of more calls is S = max(0, S + l) with s of 1.1 to 1.6, of fewer the same with
// 1/s (CUSUM of log likelihood ratios, which is quickest for the change it is made for: Page 1954,
// Biometrika 41:100; Moustakides 1986, Annals of Statistics 14:1379), set to zero each morning. A flag is raised where S passes a
// threshold: the level that the same statistic passed on one open day in twelve of the last
// half year, drawn out beyond the days seen as an exponential tail where they are few.
func (m *Model) Watch(ctx context.Context, seen []Seen) ([]Anomaly, error) {
	g, err := m.checkSeen(seen)
	if err != nil {
		return nil, err
	}
	f := newFrame(g)
	found := make([][]Anomaly, len(seen))
	err = parallel(ctx, len(seen), func(k int) {
		q := m.queues[m.index(seen[k].Queue)]
		s := newDayState(q.foresee(f, q.cal.Open(g), m.opt), f)
		s.observe(seen[k].Series)
		found[k] = q.watch(s, q.limit())
	})
	if err != nil {
		return nil, err
	}
	return slices.Concat(found...), nil
}

const (
	leastFlag = 3.7 // least threshold, however calm the past was: forty times as likely
	watchDays = 182 // past days that set the threshold
	flagDays  = 12  // a threshold is passed on one of so many open days learnt from; days to come surprise more
	trusting  = 2   // deviations that an error counts at most to the filter
	mostCause = 0.6 // a cause that is watched for brings so much more at most,
	causeFar  = 3   // and so many deviations of a count
)

// limit learns the threshold on first use.
func (q *queueModel) limit() float64 {
	q.limitOnce.Do(func() { q.limits = q.learnLimit() })
	return q.limits
}

func (q *queueModel) learnLimit() float64 {
	priors := q.pastLevels()
	var tops []float64
	for k := max(len(q.days)-watchDays, 0); k < len(q.days); k++ {
		if !q.day.values.ok[k] {
			continue
		}
		s := q.pastState(k, priors)
		if s == nil {
			continue
		}
		s.within = q.straying()
		s.layBlocks()
		top := 0.0
		q.scan(s, func(_ int, _, _ float64, more, fewer float64) { top = max(top, more, fewer) })
		tops = append(tops, top)
	}
	return threshold(tops)
}

// threshold returns the level that one day in flagDays passes. Past the seventh of days with
// the highest values the tail is taken as exponential.
func threshold(tops []float64) float64 {
	n := len(tops)
	if n < 20 {
		return 2 * leastFlag
	}
	slices.Sort(tops)
	k := max(n/7, 5)
	base, excess := tops[n-k-1], 0.0
	for _, v := range tops[n-k:] {
		excess += (v - base) / float64(k)
	}
	return max(leastFlag, base+excess*math.Log(float64(k)/float64(n)*flagDays))
}

// scan predicts the observed intervals of a day one by one and hands each, with its
// calls, the expected ones and the two statistics, to visit.
func (q *queueModel) scan(s *dayState, visit func(k int, y, expected, more, fewer float64)) {
	p := len(s.mean)
	f := newStrayFilter(p + 1)
	copy(f.x, s.mean)
	for j, v := range s.variance {
		f.v[j*(p+1)+j] = v
	}
	f.v[len(f.v)-1] = sq(s.within.sd)
	more, fewer, last := 0.0, 0.0, -1
	for k, y := range s.count {
		if b := s.block(s.day.cells[s.cells[k]]); b != last {
			wander(f.x, f.v, math.Pow(s.within.keep, float64(max(b-last, 1))), s.within.sd)
			last = b
		}
		mu := s.predict(f, k)
		fvar := s.within.w * mu
		for i := range f.x {
			f.g[i] = dot(f.v[i*(p+1):(i+1)*(p+1)], f.slope)
			fvar += f.g[i] * f.slope[i]
		}
		by := 1 + min(mostCause, causeFar*math.Sqrt(fvar)/mu)
		more, fewer = max(0, more+evidence(y, mu, fvar, by)), max(0, fewer+evidence(y, mu, fvar, 1/by))
		visit(k, y, mu, more, fewer)
		f.take(min(max(y-mu, -trusting*math.Sqrt(fvar)), trusting*math.Sqrt(fvar)), fvar)
		f.x[0] = min(max(f.x[0], s.mean[0]-maxLevel), s.mean[0]+maxLevel)
	}
}

// evidence returns the log of the probability of a count, negative binomial with the given
// mean and variance, when a cause multiplies its mean by s, over that without: the causes of
// spread are multiplied too, so the shape r = mean²/(variance - mean) stays and all that
// does not depend on s falls out.
func evidence(y, mean, variance, s float64) float64 {
	r := mean * mean / max(variance-mean, 1e-9*mean)
	return y*math.Log(s) - (y+r)*math.Log1p((s-1)*mean/(r+mean))
}

// predict returns the calls that the state of a filter expects in an observed interval, and
// sets the filter's slope to the derivatives.
func (s *dayState) predict(f *strayFilter, k int) float64 {
	p := len(s.mean)
	one := dayState{future: s.future, frame: s.frame, day: s.day, mean: s.mean, at: f.x[:p], cells: s.cells[k : k+1],
		mu: make([]float64, 1), slope: f.slope[:p]}
	one.linearise()
	up := math.Exp(min(max(f.x[p], -1), 1))
	for j := range p {
		f.slope[j] *= up
	}
	f.slope[p] = one.mu[0] * up
	return one.mu[0] * up
}

// watch turns the statistics of a day into flags. A run begins where its statistic last
// rose from zero and ends when the calls of an interval are within what is expected again.
func (q *queueModel) watch(s *dayState, limit float64) []Anomaly {
	if s.day == nil || len(s.cells) == 0 {
		return nil
	}
	g := s.frame.grid
	morning := func(k int) float64 { return math.Exp(s.mean[0]) * s.day.size * s.day.share[s.cells[k]] }
	var out []Anomaly
	var open [2]int // the anomaly that goes on, by direction, or -1
	var from [2]int // observed interval at which the statistic rose
	var last [2]float64
	open[0], open[1] = -1, -1
	q.scan(s, func(k int, _, _, more, fewer float64) {
		i := s.day.cells[s.cells[k]]
		for side, v := range [2]float64{more, fewer} {
			if last[side] == 0 {
				from[side] = k
			}
			rising := v > last[side]
			last[side] = v
			switch {
			case open[side] < 0 && v > limit:
				open[side] = len(out)
				out = append(out, Anomaly{Queue: q.name, More: side == 0, Start: g.At(s.day.cells[s.cells[from[side]]]),
					Flagged: g.At(i + 1), Surprise: v, Threshold: limit})
				for j := from[side]; j <= k; j++ {
					out[open[side]].extend(g, s.day.cells[s.cells[j]], s.count[j], morning(j))
				}
			case open[side] >= 0 && v > limit && rising:
				out[open[side]].extend(g, i, s.count[k], morning(k))
			case open[side] >= 0 && v == 0:
				open[side] = -1
			}
		}
	})
	return out
}

func (a *Anomaly) extend(g interval.Grid, i int, came, expected float64) {
	a.End = g.At(i + 1)
	a.Came += came
	a.Expected += expected
}
