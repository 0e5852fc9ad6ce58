package uplift

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// HoursRule says what becomes of calls where opening hours change; nil is not known.
type HoursRule struct {
	Lost *float64 // share, 0 to 1, of the calls of closed hours that come at no other time
	New  *float64 // share, 0 to 1, of the calls of opened hours that would not have come otherwise
}

// What is believed of a change of hours before any was seen; no source was found for any.
const (
	lostPrior  = .2 // a fifth of those who find the line closed give up
	newPrior   = .5 // half of those who call in new hours had called in the old ones
	shareDoubt = .5 // standard deviation of the log odds of both

	fadeHours = 2.0            // the calls of an hour never open halve this many hours away from an open one
	closedDay = .4             // of an open day's calls come on a weekday on which nobody was there
	mostDrawn = .5             // of an open interval's calls at most that go to new hours
	reach     = 2 * time.Hour  // over so much open time calls move at least
	longest   = 12 * time.Hour // and so much at most
)

// An HoursEffect is what becomes of calls where opening hours change, one number per
// path. Closed = Lost + what moves out of closed hours; Opened = New + Drawn; the
// uplift is New - Lost.
type HoursEffect struct {
	Closed []int64 // calls of the baseline in hours that are closed
	Lost   []int64 // of them, those that come at no other time
	Opened []int64 // calls in hours that were closed, but for those out of closed ones
	New    []int64 // of them, those that would not have come
	Drawn  []int64 // of them, those that come from hours that stay open
}

// PredictHours returns the uplift of other opening hours on the paths of a baseline. was
// and now are the calendars of the queues that the cause touches, without and with it.
//
// Calls of hours that close: a share is lost. The others come in the open time next to
// those hours, evenly: half of them in that before, where there is some on the same day,
// the others in that after. Calls of hours that open: as many as at the same time on
// days that have been open then, else as in the nearest open hour, halved with every two
// hours of distance, on a day that was closed two fifths of it; or the cause's own size a
// day, where it states one. A share of them is new; the others are drawn from the open
// time next to those hours, at most half of an interval's. Open time next to them is as
// long as the hours themselves, two hours at least and twelve at most.
//
// On every path calls that move are whole calls of the baseline, so that not one is lost
// or made by moving. The rate of the kind, as learned, and its ramp scale the calls of
// opened hours; closed ones act at once.
func (l *Library) PredictHours(ctx context.Context, c Cause, base *forecast.Paths, was, now map[string]*interval.Calendar, rule HoursRule, opt PredictOptions) (*Prediction, error) {
	if err := errors.Join(l.Validate(), c.Validate(), rule.validate()); err != nil {
		return nil, err
	}
	if c.Kind != HoursChange || c.Size < 0 {
		return nil, fmt.Errorf("uplift: cause %q: %s of size %v; give an hours-change whose size, if any, is that of the opened hours", c.ID, c.Kind, c.Size)
	}
	effect := l.Kind(c.Kind)
	p := &Prediction{Cause: c, Basis: effect.Basis, Source: effect.Source, base: base, days: base.Grid().Days()}
	site, err := newSite(ctx, c, base, was, p.days)
	if err != nil {
		return nil, err
	}
	if err := p.makeRoom(site); err != nil {
		return nil, err
	}
	h := &hoursModel{Prediction: p, rule: rule, drawer: newDrawer(c, effect, effect.Shapes[0], max(c.Size, 1), nil, nil)}
	p.Shape = h.drawer.meanShape()
	for _, q := range site.queues {
		if now[q.name] == nil {
			return nil, fmt.Errorf("uplift: no calendar with the new hours for queue %q", q.name)
		}
		mean, err := meanRates(ctx, base, q.index)
		if err != nil {
			return nil, err
		}
		h.queues = append(h.queues, newMoves(base.Grid(), q, mean, was[q.name].Open(base.Grid()), now[q.name].Open(base.Grid()), c.Size))
	}
	h.name(site)
	n := base.Len()
	p.Hours = &HoursEffect{make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)}
	for path := range n {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		h.fill(path, opt.Seed)
	}
	return p, nil
}

func (r HoursRule) validate() error {
	for name, v := range map[string]*float64{"lost": r.Lost, "new": r.New} {
		if v != nil && !(*v >= 0 && *v <= 1) {
			return fmt.Errorf("uplift: %s share %v must lie in 0 to 1", name, *v)
		}
	}
	return nil
}

// hoursModel draws futures of other opening hours.
type hoursModel struct {
	*Prediction
	rule   HoursRule
	drawer *drawer
	queues []moves
}

// name notes what was taken for facts that the request leaves out.
func (h *hoursModel) name(s *site) {
	none := "assumed, no source found"
	closes := slices.ContainsFunc(h.queues, func(m moves) bool { return len(m.closed) > 0 })
	opens := slices.ContainsFunc(h.queues, func(m moves) bool { return len(m.opened) > 0 })
	if closes {
		h.assume("where calls of closed hours go", "half to the open time before on the same day, half to that after; all after where there is none before", none, "moves the peak, not the total")
		if h.rule.Lost == nil {
			h.assume("calls of closed hours that are lost", "about 20% of them", none, "these residents call at no other time; the others come in the hours next to the closed ones")
		}
	}
	if opens {
		if h.rule.New == nil {
			h.assume("calls of opened hours that are new", "about half of them", none, "the extra calls in all are in proportion to it; the others come from the hours next to the opened ones")
		}
		if h.Cause.Size == 0 {
			h.assume("calls in opened hours", "as at that time on days open then; else as in the nearest open hour, half as many every two hours further; two fifths on days closed so far", none, "staffing of these hours is in proportion to it")
		}
	}
	if s.split && h.Cause.Size > 0 && opens {
		h.assume("queues", fmt.Sprintf("%d queues by their baseline calls", len(s.queues)), "shares not stated", "moves calls between queues, not the total")
	}
}

// fill draws one path.
func (h *hoursModel) fill(path int, seed uint64) {
	r := stream(seed, h.Cause.ID, path)
	f := h.drawer.draw(r)
	lost, fresh := drawShare(h.rule.Lost, lostPrior, r), drawShare(h.rule.New, newPrior, r)
	ramp := h.drawer.days[f.kernel]
	for k := range h.queues {
		m := &h.queues[k]
		r := stream(seed, h.Cause.ID+"\x00"+m.name, path)
		counts, rates := h.Delta(path, m.index), h.DeltaRates(path, m.index)
		have, rate := h.base.Counts(path, m.index), h.base.Rates(path, m.index)
		h.close(m, path, lost, counts, rates, have, rate, r)
		level := func(o opening) float64 {
			return o.calls * f.rate * ramp[min(max(m.date(o.at).Sub(h.Cause.Start), 0), len(ramp)-1)]
		}
		h.draw(m, path, fresh, level, counts, rates, have, rate, r)
		for _, o := range m.opened {
			lambda := fresh * level(o)
			n := poisson(lambda, r)
			counts[o.at] += n
			rates[o.at] += float32(lambda)
			h.Hours.New[path] += int64(n)
			h.Hours.Opened[path] += int64(n)
		}
	}
}

// drawShare returns a share as stated, or a draw around what is believed of it.
func drawShare(stated *float64, prior float64, r *rand.Rand) float64 {
	z := r.NormFloat64()
	if stated != nil {
		return *stated
	}
	odds := math.Log(prior/(1-prior)) + shareDoubt*z
	return 1 / (1 + math.Exp(-odds))
}

// close moves the calls of closed hours, but for those that are lost.
func (h *hoursModel) close(m *moves, path int, lost float64, counts []int32, rates []float32, have []int32, rate []float32, r *rand.Rand) {
	for _, c := range m.closed {
		n, lambda := have[c.at], rate[c.at]
		counts[c.at] -= n
		rates[c.at] -= lambda
		gone := n
		if len(c.to) > 0 {
			gone = binomial(n, lost, r)
		}
		h.Hours.Closed[path] += int64(n)
		h.Hours.Lost[path] += int64(gone)
		left, share := n-gone, 1.0
		for k, t := range c.to {
			rates[t.at] += float32((1 - lost) * t.share * float64(lambda))
			part := left
			if k < len(c.to)-1 {
				part = binomial(left, min(t.share/share, 1), r)
			}
			counts[t.at] += part
			left, share = left-part, share-t.share
		}
	}
}

// draw moves calls of hours that stay open to opened ones. Of a source's calls those
// for each opened interval are in proportion to what that interval draws.
func (h *hoursModel) draw(m *moves, path int, fresh float64, level func(opening) float64, counts []int32, rates []float32, have []int32, rate []float32, r *rand.Rand) {
	pull := make([]float64, len(m.opened))
	for k, o := range m.opened {
		if o.around > 0 {
			pull[k] = (1 - fresh) * level(o) / o.around
		}
	}
	for _, s := range m.sources {
		all := 0.0
		for _, k := range s.to {
			all += pull[k]
		}
		scale := 1.0
		if all > mostDrawn {
			scale = mostDrawn / all
		}
		left, stays := have[s.at], 1.0
		for _, k := range s.to {
			part, at := scale*pull[k], m.opened[k].at
			n := binomial(left, min(part/stays, 1), r)
			left, stays = left-n, stays-part
			counts[s.at] -= n
			counts[at] += n
			moved := float32(part * float64(rate[s.at]))
			rates[s.at] -= moved
			rates[at] += moved
			h.Hours.Drawn[path] += int64(n)
			h.Hours.Opened[path] += int64(n)
		}
	}
}
