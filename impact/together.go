package impact

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// A TogetherAnswer is what the request does beside other requests that are approved or
// pending, on the same paths and with the present roster. Chances are those that the
// scored days of the request meet the target.
type TogetherAnswer struct {
	// Requests are this one and the others whose calls come on its scored days, in order
	// of id. Their calls sum to Total.Mean and, where chances are shared out, their
	// chances to All - Without.
	Requests []TogetherPart `json:"requests"`
	Total    Dist           `json:"total"`   // calls of all of them over the horizon
	Without  float64        `json:"without"` // with none of them
	Alone    float64        `json:"alone"`   // with this one only
	Others   float64        `json:"others"`  // with the others only
	All      float64        `json:"all"`
	// Interactions are the pairs that bring other than the sum of what each brings.
	// Among more than MostShared requests only pairs with this one are looked at.
	Interactions []Interaction `json:"interactions"`
}

// A TogetherPart is what one of several requests brings. Calls and Chance are Shapley
// values: means over all orders in which the requests could be approved.
type TogetherPart struct {
	ID          string        `json:"id"`
	Title       string        `json:"title"`
	Status      string        `json:"status"`
	Start       interval.Date `json:"start"`
	Calls       float64       `json:"calls"`            // over the horizon
	Alone       float64       `json:"alone"`            // calls, were there no other request
	Interaction float64       `json:"interaction"`      // Calls - Alone
	Chance      *float64      `json:"chance,omitempty"` // what it changes in the chance; left out for more than MostShared requests
}

// An Interaction is what two requests together bring beyond the sum of each by itself,
// were there no third.
type Interaction struct {
	First  string  `json:"first"`
	Second string  `json:"second"`
	Calls  float64 `json:"calls"`
	Chance float64 `json:"chance"`
	Reason string  `json:"reason"`
}

// MostShared is the most requests among which the chance is shared out: every set of them
// is scored.
const MostShared = 5

// beside carries the work of a TogetherAnswer.
type beside struct {
	*work
	requests []Request
	preds    []*uplift.Prediction
	pools    [][]pool     // with the handle times of each request
	alone    [][]workload // [request][pool]
	self     int          // index of the assessed request
}

func validPending(h History, r Request, pending []Request) error {
	var errs []error
	ids := map[string]bool{}
	for _, c := range h.Causes {
		ids[c.ID] = true
	}
	for _, p := range pending {
		if err := p.Validate(h.Center); err != nil {
			errs = append(errs, fmt.Errorf("beside the request: %q: %w", p.ID, err))
		}
		switch {
		case p.ID == r.ID:
			errs = append(errs, fmt.Errorf("request %q stands beside itself; leave it out of the others", p.ID))
		case ids[p.ID]:
			errs = append(errs, fmt.Errorf("request %q is given twice, or stands in events.csv too; keep one", p.ID))
		case p.Type == uplift.SeatLoss:
			errs = append(errs, fmt.Errorf("request %q takes seats, not calls; assess it by itself", p.ID))
		case !p.Start.After(h.last()):
			errs = append(errs, fmt.Errorf("request %q: start: %s lies in the history, which ends on %s", p.ID, p.Start, h.last()))
		}
		ids[p.ID] = true
	}
	return errors.Join(errs...)
}

// joinOthers lays the pending requests on the paths of this one; there is no answer where
// none of them acts on its scored days.
func (w *work) joinOthers(ctx context.Context) (err error) {
	b := &beside{work: w}
	requests := []Request{w.r}
	for _, p := range w.o.Pending {
		if p.Status != Declined {
			requests = append(requests, p)
		}
	}
	slices.SortFunc(requests, func(x, y Request) int { return cmp.Compare(x.ID, y.ID) })
	for _, r := range requests {
		if err := b.lay(ctx, r); err != nil {
			return err
		}
	}
	if len(b.requests) > 1 {
		w.together, err = b.answer(ctx)
	}
	return err
}

// lay predicts one request and keeps it where it acts on the scored days.
func (b *beside) lay(ctx context.Context, r Request) error {
	if r.ID == b.r.ID {
		b.self = len(b.requests)
		b.keep(r, b.pred, b.work.pools, b.addedWork)
		return nil
	}
	c, err := r.cause()
	if err != nil {
		return err
	}
	if c.Start.After(b.last) || b.past.lastDay(c).Before(b.first) {
		return nil
	}
	pred, err := b.past.predict(ctx, r, c, b.base, b.o.Seed)
	if err != nil {
		return err
	}
	pools := poolsFor(&work{r: r, past: b.past}, b.work.pools)
	added, err := addedWork(ctx, pred, b.base.Len(), pools, b.h.Center.Step.Seconds())
	if err != nil {
		return err
	}
	b.keep(r, pred, pools, added)
	return nil
}

func (b *beside) keep(r Request, pred *uplift.Prediction, pools []pool, added []workload) {
	b.requests, b.preds = append(b.requests, r), append(b.preds, pred)
	b.pools, b.alone = append(b.pools, pools), append(b.alone, added)
}

// poolsFor returns the pools with the handle times of another request's calls.
func poolsFor(own *work, pools []pool) []pool {
	out := slices.Clone(pools)
	for k := range out {
		p := &out[k]
		p.addedAHT, p.residual = slices.Clone(p.addedAHT), slices.Clone(p.residual)
		for m, h := range p.handle {
			p.addedAHT[m], p.residual[m] = own.addedHandleTime(), own.residual(h.mean)
		}
	}
	return out
}

func (b *beside) answer(ctx context.Context) (*TogetherAnswer, error) {
	joint, err := uplift.Together(b.preds...)
	if err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	n := len(b.requests)
	known := map[uint]float64{}
	chance := func(set uint) (v float64, err error) {
		v, ok := known[set]
		if !ok {
			v, err = b.chance(ctx, set)
			known[set] = v
		}
		return v, err
	}
	everyone, own := uint(1)<<n-1, uint(1)<<b.self
	out := &TogetherAnswer{Total: distOf(joint.Totals())}
	for _, x := range []struct {
		to  *float64
		set uint
	}{{&out.Without, 0}, {&out.Alone, own}, {&out.Others, everyone &^ own}, {&out.All, everyone}} {
		if *x.to, err = chance(x.set); err != nil {
			return nil, err
		}
	}
	for k, p := range joint.Parts {
		r := b.requests[k]
		status := r.Status
		if status == "" {
			status = Pending
		}
		out.Requests = append(out.Requests, TogetherPart{ID: r.ID, Title: r.Title, Status: status, Start: r.Start,
			Calls: p.Calls, Alone: p.Alone, Interaction: p.Interaction})
	}
	if n <= MostShared {
		shared, err := shapleyOf(n, chance)
		if err != nil {
			return nil, err
		}
		for k := range shared {
			shared[k] = round6(shared[k])
			out.Requests[k].Chance = &shared[k]
		}
	}
	out.Interactions, err = b.pairs(chance)
	settle(out)
	return out, err
}

// shapleyOf returns the Shapley values of a game of n players (Shapley 1953).
func shapleyOf(n int, value func(set uint) (float64, error)) ([]float64, error) {
	out := make([]float64, n)
	weight := make([]float64, n) // of a set of so many others: size! (n-1-size)! / n!
	for size := range weight {
		weight[size] = 1 / float64(n)
		for i := range size {
			weight[size] *= float64(i+1) / float64(n-1-i)
		}
	}
	for set := range uint(1) << n {
		v, err := value(set)
		if err != nil {
			return nil, err
		}
		for k := range n {
			if set&(1<<k) != 0 {
				out[k] += weight[bits.OnesCount(set)-1] * v
			} else {
				out[k] -= weight[bits.OnesCount(set)] * v
			}
		}
	}
	return out, nil
}

// pairs finds the pairs with an interaction of half a call or half a percent: all pairs
// of as many requests as the chance is shared among, else those of the assessed one.
func (b *beside) pairs(chance func(uint) (float64, error)) ([]Interaction, error) {
	out := []Interaction{}
	for i := range b.requests {
		for j := i + 1; j < len(b.requests); j++ {
			if len(b.requests) > MostShared && i != b.self && j != b.self {
				continue
			}
			x := Interaction{First: b.requests[i].ID, Second: b.requests[j].ID}
			if b.contend(i, j) {
				two, err := uplift.Together(b.preds[i], b.preds[j])
				if err != nil {
					return nil, fmt.Errorf("impact: %w", err)
				}
				x.Calls = two.Total - two.Parts[0].Alone - two.Parts[1].Alone
			}
			for _, term := range []struct {
				set  uint
				sign float64
			}{{1<<i | 1<<j, 1}, {1 << i, -1}, {1 << j, -1}, {0, 1}} {
				v, err := chance(term.set)
				if err != nil {
					return nil, err
				}
				x.Chance += term.sign * v
			}
			if x.Reason = reasonOf(x); x.Reason != "" {
				out = append(out, x)
			}
		}
	}
	return out, nil
}

// reasonOf says why two requests are not the sum of each; "" where they nearly are.
func reasonOf(x Interaction) string {
	switch {
	case x.Calls >= .5:
		return "both take calls from the same intervals, and no call can be taken twice"
	case x.Chance <= -.005:
		return "they load the same agents at the same time, and waiting grows faster than the calls"
	case x.Chance >= .005:
		return "what one of them costs is mostly lost already, or is made good by the other"
	}
	return ""
}

// chance is that of a set of requests on the scored days.
func (b *beside) chance(ctx context.Context, set uint) (float64, error) {
	sum := make([]workload, len(b.work.pools))
	for k := range b.requests {
		if set&(1<<k) == 0 {
			continue
		}
		part, err := b.part(ctx, k, set)
		if err != nil {
			return 0, err
		}
		for i := range part {
			if part[i].calls == nil {
				continue
			}
			if sum[i], err = plus(ctx, sum[i], part[i], &b.work.pools[i]); err != nil {
				return 0, err
			}
		}
	}
	pools := b.work.pools
	if set&(1<<b.self) != 0 {
		pools = b.present
	}
	return b.scene(pools, sum).during(b.base.Grid().Days(), b.first, b.last).chance(ctx, b.h.Center)
}

// part is the work of request k beside the others of a set: other than its own only
// where another one takes calls from the same queue as it does.
func (b *beside) part(ctx context.Context, k int, set uint) ([]workload, error) {
	var others []*uplift.Prediction
	for i, p := range b.preds {
		if i != k && set&(1<<i) != 0 && b.contend(i, k) {
			others = append(others, p)
		}
	}
	if len(others) == 0 {
		return b.alone[k], nil
	}
	out, step := make([]workload, len(b.work.pools)), b.h.Center.Step.Seconds()
	rates := make([]float32, b.base.Grid().Len())
	for i := range out {
		p := &b.pools[k][i]
		if !slices.ContainsFunc(p.queues, b.preds[k].Touches) {
			continue
		}
		w := newWorkload(b.base.Len(), len(p.at))
		for path := range w.paths {
			for m, q := range p.queues {
				if b.preds[k].Touches(q) {
					uplift.Beside(b.preds[k], others, path, q, rates)
					p.add(&w, path, 0, len(p.at), rates, m, step)
				}
			}
		}
		if err := w.layDays(ctx, p, func(int, int) {}); err != nil {
			return nil, err
		}
		out[i] = w
	}
	return out, nil
}

// contend reports whether two requests take calls from the same queue.
func (b *beside) contend(i, j int) bool {
	one, two := b.preds[i], b.preds[j]
	for q := range b.base.Queues() {
		if one.Takes() && two.Takes() && one.Touches(q) && two.Touches(q) {
			return true
		}
	}
	return false
}

// plus returns the sum of two workloads of a pool; the first may be none.
func plus(ctx context.Context, a, b workload, p *pool) (workload, error) {
	if a.calls == nil {
		return b, nil
	}
	out := newWorkload(b.paths, len(p.at))
	err := out.layDays(ctx, p, func(lo, hi int) {
		for n := lo * out.paths; n < hi*out.paths; n++ {
			out.calls[n], out.load[n] = a.calls[n]+b.calls[n], a.load[n]+b.load[n]
		}
	})
	return out, err
}
