package sim

import (
	"context"
	"math"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
)

// A Count is what became of the calls offered to a queue in an interval of a run.
type Count struct {
	Offered         float64 // calls, redials and transfers included
	Blocked         float64 // all lines were taken
	Waited          float64 // not answered at once
	Answered        float64
	Within          float64 // answered within T
	Abandoned       float64 // hung up before an answer
	AbandonedWithin float64 // within T
	Stranded        float64 // neither, when the run ended
	Wait            float64 // seconds in queue of the answered and the abandoned
	WaitAnswered    float64
	ToCallback      float64 // took a callback
	CalledBack      float64 // of them, reached
	CallbackWait    float64 // seconds from the call to the callback, reached or not
}

// An area is a time integral over an interval.
type area struct{ waiting, busy float64 }

// tick books the time since the last event.
func (f *floor) tick(to float64) {
	if dt := min(to, f.horizon) - f.now; dt > 0 {
		for q := range f.queues {
			f.areas[q*f.Intervals+int(f.period)].waiting += dt * float64(f.queues[q].waiting.n)
		}
		at := len(f.queues) * f.Intervals
		for g := range f.groups {
			f.areas[at+g*f.Intervals+int(f.period)].busy += dt * float64(f.groups[g].busy)
		}
	}
	f.now = to
}

// Run plays all runs. It returns ctx's error when ctx is done.
func Run(ctx context.Context, c Config) (*Result, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	p := newPlan(&c)
	r := &Result{config: &c, counts: make([][]Count, c.Runs), areas: make([][]area, c.Runs)}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), c.Runs) {
		wg.Go(func() {
			f := p.floor()
			for run := int(next.Add(1)) - 1; run < c.Runs && ctx.Err() == nil; run = int(next.Add(1)) - 1 {
				f.play(run)
				r.counts[run], r.areas[run] = slices.Clone(f.out), slices.Clone(f.areas)
			}
		})
	}
	wg.Wait()
	return r, ctx.Err()
}

func newPlan(c *Config) *plan {
	p := &plan{Config: c, staff: c.seated(), horizon: c.Step * float64(c.Intervals)}
	index := map[string]int{}
	for i := range c.Queues {
		index[c.Queues[i].Name] = i
	}
	p.serves = make([][]route, len(c.Queues))
	for i := range c.Queues {
		q := &c.Queues[i]
		p.handle = append(p.handle, q.Handle.sampler())
		p.patience = append(p.patience, q.Patience.sampler())
		p.redialIn = append(p.redialIn, q.RedialIn.sampler())
		var to []int
		for _, t := range q.Transfers {
			to = append(to, index[t.To])
		}
		p.transferTo = append(p.transferTo, to)
	}
	for g := range c.Groups {
		var skills []route
		for _, s := range c.Groups[g].Skills {
			q := index[s.Queue]
			skills = append(skills, route{q, s.Rank, c.Queues[q].Priority})
			p.serves[q] = append(p.serves[q], route{g, s.Rank, 0})
		}
		p.skills = append(p.skills, skills)
	}
	for _, routes := range append(slices.Clone(p.serves), p.skills...) {
		slices.SortStableFunc(routes, func(a, b route) int {
			if a.priority != b.priority {
				return a.priority - b.priority
			}
			return a.rank - b.rank
		})
	}
	return p
}

func (p *plan) floor() *floor {
	return &floor{plan: p, queues: make([]line, len(p.Queues)), groups: make([]crew, len(p.Groups)),
		out: make([]Count, len(p.Queues)*p.Intervals), areas: make([]area, (len(p.Queues)+len(p.Groups))*p.Intervals)}
}

// A Result holds what every run counted.
type Result struct {
	config *Config
	counts [][]Count
	areas  [][]area
}

// An Estimate is a mean over the runs and the half width of its 95% confidence interval,
// +Inf for a single run.
type Estimate struct{ Mean, HalfWidth float64 }

// Measures are estimates for the calls offered in an interval, by the definitions of
// erlang.MeasuresA and, with lines, of erlang.MeasuresK. Shares are of offered calls.
type Measures struct {
	Offered             Estimate // calls in an interval, redials and transfers included
	PBlock              Estimate
	PWait               Estimate
	PAbandon            Estimate
	PAbandonWithinT     Estimate
	SLOffered           Estimate
	SLAnswered          Estimate
	SLInclAbandons      Estimate
	SLExclShortAbandons Estimate
	ASAAnswered         Estimate
	WaitAll             Estimate // per call offered
	QueueLen            Estimate
	PToCallback         Estimate
	CallbackDelay       Estimate // mean seconds until called back, of those who took a callback
}

// Interval returns the measures of a queue, by its position in Config.Queues, in interval i.
func (r *Result) Interval(queue, i int) Measures { return r.measures(queue, i, i+1) }

// Day returns the measures of a queue over all intervals.
func (r *Result) Day(queue int) Measures { return r.measures(queue, 0, r.config.Intervals) }

// Span returns the measures of a queue over the intervals from to to-1, such as those after a
// warm-up.
func (r *Result) Span(queue, from, to int) Measures { return r.measures(queue, from, to) }

// Busy returns the mean number of contacts that a group, by its position in Config.Groups,
// has in hand in the intervals from to to-1.
func (r *Result) Busy(group, from, to int) Estimate {
	return r.area(len(r.config.Queues)+group, from, to, func(a area) float64 { return a.busy })
}

func (r *Result) measures(queue, from, to int) Measures {
	ratio := func(x, n func(*Count) float64) Estimate { return r.ratio(queue, from, to, x, n) }
	offered := func(c *Count) float64 { return c.Offered }
	m := Measures{
		PBlock:          ratio(func(c *Count) float64 { return c.Blocked }, offered),
		PWait:           ratio(func(c *Count) float64 { return c.Waited }, offered),
		PAbandon:        ratio(func(c *Count) float64 { return c.Abandoned }, offered),
		PAbandonWithinT: ratio(func(c *Count) float64 { return c.AbandonedWithin }, offered),
		SLOffered:       ratio(func(c *Count) float64 { return c.Within }, offered),
		SLInclAbandons:  ratio(func(c *Count) float64 { return c.Within + c.AbandonedWithin }, offered),
		WaitAll:         ratio(func(c *Count) float64 { return c.Wait }, offered),
		PToCallback:     ratio(func(c *Count) float64 { return c.ToCallback }, offered),
		SLAnswered: ratio(func(c *Count) float64 { return c.Within },
			func(c *Count) float64 { return c.Answered }),
		SLExclShortAbandons: ratio(func(c *Count) float64 { return c.Within },
			func(c *Count) float64 { return c.Offered - c.AbandonedWithin }),
		ASAAnswered: ratio(func(c *Count) float64 { return c.WaitAnswered },
			func(c *Count) float64 { return c.Answered }),
		CallbackDelay: ratio(func(c *Count) float64 { return c.CallbackWait },
			func(c *Count) float64 { return c.ToCallback }),
	}
	m.Offered = r.ratio(queue, from, to, offered, func(*Count) float64 { return 1 })
	m.QueueLen = r.area(queue, from, to, func(a area) float64 { return a.waiting })
	return m
}

// ratio estimates E[Σx]/E[Σn] with the standard error of a ratio of means over the runs.
func (r *Result) ratio(queue, from, to int, x, n func(*Count) float64) Estimate {
	xs, ns := make([]float64, len(r.counts)), make([]float64, len(r.counts))
	for run, cells := range r.counts {
		for i := from; i < to; i++ {
			c := &cells[queue*r.config.Intervals+i]
			xs[run] += x(c)
			ns[run] += n(c)
		}
	}
	return ratioOf(xs, ns)
}

func (r *Result) area(row, from, to int, of func(area) float64) Estimate {
	xs, ns := make([]float64, len(r.areas)), make([]float64, len(r.areas))
	for run, cells := range r.areas {
		for i := from; i < to; i++ {
			xs[run] += of(cells[row*r.config.Intervals+i])
			ns[run] += r.config.Step
		}
	}
	return ratioOf(xs, ns)
}

func ratioOf(xs, ns []float64) Estimate {
	var x, n, ss float64
	for i := range xs {
		x += xs[i]
		n += ns[i]
	}
	if n == 0 {
		return Estimate{0, math.Inf(1)}
	}
	runs, mean := float64(len(xs)), x/n
	for i := range xs {
		d := xs[i] - mean*ns[i]
		ss += d * d
	}
	if runs < 2 {
		return Estimate{mean, math.Inf(1)}
	}
	return Estimate{mean, 1.959964 * math.Sqrt(ss*runs/(runs-1)) / n}
}

// Counts returns what one run counted for a queue in interval i.
func (r *Result) Counts(run, queue, i int) Count {
	return r.counts[run][queue*r.config.Intervals+i]
}
