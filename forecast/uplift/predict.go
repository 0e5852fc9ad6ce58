package uplift

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// PredictOptions are the options of Predict.
type PredictOptions struct {
	Seed uint64 // of the random numbers; the cause's id keys its own streams
}

// Predict returns the uplift of a cause on the paths of a baseline. Each path
// draws its own rate and shape, lays them on the open days of every queue (calls
// for closed days move to open ones, the total is kept), then on the intervals by
// the queue's own profile, or an event's hours; and draws integer calls.
//
// What comes on top is Poisson around the added rate, from random numbers of its
// own. What goes away is thinned out of the base calls of that very path, each
// with the share of its interval's rate that goes: never more than there are.
//
// Calendars are needed for every queue of the baseline that the cause touches. A
// cause that began before the grid has the rest of its course in it, and its own
// learned rate where the library knows its id. The result depends on the library,
// the cause, the baseline and the seed, and on nothing else.
func (l *Library) Predict(ctx context.Context, c Cause, base *forecast.Paths, cal map[string]*interval.Calendar, opt PredictOptions) (*Prediction, error) {
	if err := errors.Join(l.Validate(), c.Validate()); err != nil {
		return nil, err
	}
	if base == nil {
		return nil, errors.New("uplift: no baseline to predict on")
	}
	effect := l.Kind(c.Kind)
	p := &Prediction{Cause: c, Basis: effect.Basis, Source: effect.Source, base: base, days: base.Grid().Days()}
	site, err := newSite(ctx, c, base, cal, p.days)
	if err != nil {
		return nil, err
	}
	if err := p.makeRoom(site); err != nil {
		return nil, err
	}
	d := p.drawer(l, effect, site)
	p.Shape = d.meanShape()
	for i := range site.queues {
		if ctx.Err() != nil {
			break // fill reports it
		}
		site.queues[i].lay = d.layOut(site.queues[i].run, site.queues[i].level)
	}
	if err := p.fill(ctx, d, site, opt.Seed); err != nil {
		return nil, fmt.Errorf("uplift: predicting %q: %w", c.ID, err)
	}
	return p, nil
}

// drawer settles every fact that the request leaves open, and notes what was taken.
func (p *Prediction) drawer(l *Library, e KindEffect, s *site) *drawer {
	c := p.Cause
	shape, same := e.shape(c.Class)
	if !same || c.Kind == Mailing && c.Class == "" {
		p.assume("class", describeClass(c.Class, shape.Class), "no past cause of the class", "moves the days, not the total")
	}
	size := math.Abs(c.size())
	if size == 0 && len(e.Rates) > 0 {
		var why string
		size, why = e.unknownSize(c, s)
		p.assume("size", fmt.Sprintf("%.0f", size), why, "the total is in proportion to it")
	}
	if apart := math.Abs(math.Log(size / max(e.Size, 1e-300))); size > 0 && e.SlopeSE > 0 && e.Size > 0 && apart > slopeTold {
		p.assume("slope", e.slopeText(), e.slopeSource(), fmt.Sprintf("past sizes were about %.0f", e.Size))
	}
	var own *PastEffect
	if past, ok := l.past(c.ID); ok {
		own = &past
		p.Basis = "its own course so far and " + p.Basis
	}
	if s.split {
		p.assume("queues", fmt.Sprintf("%d queues by their baseline calls", len(s.queues)), "shares not stated", "moves calls between queues, not the total")
	}
	if c.Kind == SeatLoss {
		p.assume("calls", "none added or taken", "seats are lost, not calls", "see the staffing part of the answer")
	}
	if c.Kind == RouteToIVR && c.Containment == 0 {
		p.assume("containment", fmt.Sprintf("%.0f%% of the topic's calls", 100*e.Median), e.Basis, "the calls taken away are in proportion to it")
	}
	if c.Kind.step() && c.Ramp == 0 && e.N == 0 {
		p.assume("ramp", fmt.Sprintf("about %.0f days", 3*priors[c.Kind].delay), e.Source, "moves the days on which the level is reached")
	}
	return newDrawer(c, e, shape, c.sign()*size, own, stated(c))
}

// slopeTold is the difference of log sizes, a fifth, from which on an answer states how
// calls grow with size.
const slopeTold = .2

func (p *Prediction) assume(name, value, source, effect string) {
	p.Assumptions = append(p.Assumptions, Assumption{name, value, source, effect})
}

func describeClass(asked, used string) string {
	if used == "" {
		return "any class"
	}
	return fmt.Sprintf("%q in place of %q", used, asked)
}

// unknownSize returns the size taken for a cause that states none.
func (e KindEffect) unknownSize(c Cause, s *site) (float64, string) {
	switch {
	case e.Size > 0:
		return e.Size, "geometric mean of " + e.Basis
	case c.Kind == RouteToIVR && len(c.Queues) > 0:
		return s.meanDay(), "the listed queues' calls on a mean day are the topic"
	case c.Kind.step():
		return unknownSize(c.Kind, s.meanDay()), "a tenth of the queues' calls on a mean day"
	}
	return unknownSize(c.Kind, s.meanDay()), "so large that it brings a mean day's calls"
}

// stated turns a request's own containment into an observation of the rate: it
// counts as one cause seen with a standard deviation of a third.
func stated(c Cause) *statement {
	if net := c.Containment * (1 - c.ZeroOut); c.Containment > 0 && net > 0 {
		return &statement{math.Log(net), 1.0 / 3}
	}
	return nil
}

func (d *drawer) meanShape() []float64 {
	mean := make([]float64, priors[d.effect.Kind].days)
	for k, days := range d.days {
		for i, v := range days {
			mean[i] += d.shape.Kernels[k].Weight * v
		}
	}
	return mean
}

// fill draws every path. Paths are independent, each with its own streams, so the
// number of workers changes nothing.
func (p *Prediction) fill(ctx context.Context, d *drawer, s *site, seed uint64) error {
	var workers errgroup.Group
	n, k := p.base.Len(), runtime.GOMAXPROCS(0)
	for w := range k {
		workers.Go(func() error {
			for path := w * n / k; path < (w+1)*n/k; path++ {
				if err := ctx.Err(); err != nil {
					return err
				}
				p.fillPath(d, s, seed, path)
			}
			return nil
		})
	}
	return workers.Wait()
}

func (p *Prediction) fillPath(d *drawer, s *site, seed uint64, path int) {
	f := d.draw(stream(seed, d.cause.ID, path))
	for _, q := range s.queues {
		r := stream(seed, d.cause.ID+"\x00"+q.name, path)
		daily := make([]float64, len(q.lay.days))
		d.daily(daily, f, q.lay, q.share, r)
		for j, day := range q.lay.days {
			if day -= q.before; day < 0 {
				continue
			}
			if calls := math.Copysign(1, d.size) * daily[j]; calls >= 0 {
				p.add(q, path, p.days[day], calls, r)
			} else {
				p.take(q, path, p.days[day], -calls, r)
			}
		}
	}
}

// add draws the calls that come on top on one day.
func (p *Prediction) add(q siteQueue, path int, day interval.Day, calls float64, r *rand.Rand) {
	counts, rates := p.Delta(path, q.index), p.DeltaRates(path, q.index)
	for i := day.First; i < day.End; i++ {
		if lambda := calls * q.profile[i]; lambda > 0 {
			rates[i] = float32(lambda)
			counts[i] = poisson(lambda, r)
		}
	}
}

// take thins the calls of the base on one day.
func (p *Prediction) take(q siteQueue, path int, day interval.Day, calls float64, r *rand.Rand) {
	counts, rates := p.Delta(path, q.index), p.DeltaRates(path, q.index)
	have, rate := p.base.Counts(path, q.index), p.base.Rates(path, q.index)
	for i := day.First; i < day.End; i++ {
		lambda := calls * q.profile[i]
		if lambda <= 0 || rate[i] <= 0 {
			continue
		}
		part := min(lambda/float64(rate[i]), 1)
		rates[i] = -float32(part * float64(rate[i]))
		counts[i] = -binomial(have[i], part, r)
	}
}

// site is where a cause acts: the touched queues with calendar, share and profile.
type site struct {
	queues []siteQueue
	split  bool // shares by baseline volume among several queues
}

type siteQueue struct {
	name    string
	index   int
	share   float64
	mean    float64 // base calls on a mean open day
	run     dayRun
	before  int       // days of run before the grid
	level   []float64 // weekday factor, per day of run
	profile []float64 // per interval: share of its day's effect
	lay     layout
}

func (s *site) meanDay() float64 {
	sum := 0.0
	for _, q := range s.queues {
		sum += q.mean
	}
	return sum
}

func newSite(ctx context.Context, c Cause, base *forecast.Paths, cal map[string]*interval.Calendar, days []interval.Day) (*site, error) {
	s := &site{}
	names := base.Queues()
	stated, sum := false, 0.0
	for _, x := range c.Queues {
		if !slices.Contains(names, x.Queue) {
			return nil, fmt.Errorf("uplift: cause %q touches queue %q, which the baseline does not have; it has %q", c.ID, x.Queue, names)
		}
		stated = stated || x.Share > 0
	}
	for qi, name := range names {
		k := slices.IndexFunc(c.Queues, func(x Share) bool { return x.Queue == name })
		if k < 0 && len(c.Queues) > 0 || stated && c.Queues[k].Share == 0 {
			continue
		}
		if cal[name] == nil {
			return nil, fmt.Errorf("uplift: no calendar for queue %q; give one for every queue that the cause touches", name)
		}
		mean, err := meanRates(ctx, base, qi)
		if err != nil {
			return nil, fmt.Errorf("uplift: predicting %q: %w", c.ID, err)
		}
		q := newSiteQueue(c, base, mean, cal[name], days, qi)
		q.share = q.mean
		if stated {
			q.share = c.Queues[k].Share
		}
		sum += q.share
		s.queues = append(s.queues, q)
	}
	s.split = !stated && len(s.queues) > 1
	for i := range s.queues {
		if sum > 0 {
			s.queues[i].share /= sum
		} else {
			s.queues[i].share = 1 / float64(len(s.queues))
		}
	}
	return s, nil
}

// newSiteQueue reads calendar and mean course of one queue off the baseline.
func newSiteQueue(c Cause, base *forecast.Paths, mean []float64, cal *interval.Calendar, days []interval.Day, qi int) siteQueue {
	g := base.Grid()
	open := cal.Open(g)
	q := siteQueue{name: base.Queues()[qi], index: qi, profile: make([]float64, g.Len())}
	first := days[0].Date
	if !c.Kind.step() { // a pulse from before may reach in over closed days
		for _, w := range c.drops() {
			if w.Drop.Before(first) && days[0].Date.Sub(w.Drop) < 2*priors[c.Kind].days {
				first = w.Drop
			}
		}
	}
	q.before = days[0].Date.Sub(first)
	q.run = dayRun{first, make([]bool, q.before+len(days)), nil}
	q.run.setRoom(cal)
	for i := range q.before {
		q.run.open[i] = !cal.Plan(q.run.date(i)).Closed()
	}
	totals := make([]float64, len(days))
	for k, d := range days {
		q.run.open[q.before+k] = slices.Contains(open[d.First:d.End], true)
		for i := d.First; i < d.End; i++ {
			totals[k] += mean[i]
		}
		fillProfile(q.profile, d, mean, profileMask(c, g, d, open))
	}
	q.setLevel(days, totals)
	return q
}

func meanRates(ctx context.Context, base *forecast.Paths, qi int) ([]float64, error) {
	mean := make([]float64, base.Grid().Len())
	for path := range base.Len() {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		for i, v := range base.Rates(path, qi) {
			mean[i] += float64(v)
		}
	}
	for i := range mean {
		mean[i] /= float64(base.Len())
	}
	return mean, nil
}

// profileMask returns which intervals of a day an effect may fall on: the open
// ones, on the days of an event those within its hours if any is open.
func profileMask(c Cause, g interval.Grid, d interval.Day, open []bool) []bool {
	mask := slices.Clone(open[d.First:d.End])
	last := c.End
	if last.IsZero() {
		last = c.Start
	}
	if len(c.Hours) == 0 || d.Date.Before(c.Start) || d.Date.After(last) {
		return mask
	}
	within, any := make([]bool, len(mask)), false
	for i := range mask {
		m := g.Minute(d.First + i)
		in := slices.ContainsFunc(c.Hours, func(s interval.Span) bool { return m >= s.Open && m < s.Close })
		within[i] = mask[i] && in
		any = any || within[i]
	}
	if any {
		return within
	}
	return mask
}

// fillProfile spreads a day over the masked intervals by the mean rates, evenly
// where these are all zero.
func fillProfile(profile []float64, d interval.Day, mean []float64, mask []bool) {
	sum, n := 0.0, 0.0
	for i, ok := range mask {
		if ok {
			sum, n = sum+mean[d.First+i], n+1
		}
	}
	for i, ok := range mask {
		switch {
		case !ok:
		case sum > 0:
			profile[d.First+i] = mean[d.First+i] / sum
		default:
			profile[d.First+i] = 1 / n
		}
	}
}

// setLevel sets mean day and weekday factors from the baseline's mean day totals.
func (q *siteQueue) setLevel(days []interval.Day, totals []float64) {
	var sum, n [7]float64
	all, count := 0.0, 0.0
	for k, d := range days {
		if q.run.open[q.before+k] {
			w := d.Date.Weekday()
			sum[w], n[w] = sum[w]+totals[k], n[w]+1
			all, count = all+totals[k], count+1
		}
	}
	q.level = make([]float64, len(q.run.open))
	if count > 0 {
		q.mean = all / count
	}
	for i := range q.level {
		q.level[i] = 1
		if w := q.run.date(i).Weekday(); n[w] > 0 && q.mean > 0 {
			q.level[i] = sum[w] / n[w] / q.mean
		}
	}
}
