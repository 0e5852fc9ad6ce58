package impact

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/fee"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// scoreOptions evaluates what the director can do, all on the same paths.
func (w *work) scoreOptions(ctx context.Context) error {
	w.options, w.scores = map[string]Option{}, map[string]*scores{}
	if err := w.option(ctx, OptionDecline, "Decline: the request does not happen", w.pools, nil, w.first, w.last); err != nil {
		return err
	}
	if err := w.option(ctx, OptionApprove, "Approve and change nothing", w.present, w.addedWork, w.first, w.last); err != nil {
		return err
	}
	for k := range w.answers {
		w.answers[k].MeetsWithout = w.scores[OptionDecline].meets[k]
		w.answers[k].MeetsWith = w.scores[OptionApprove].meets[k]
	}
	if w.change.PaidHours == 0 {
		return nil
	}
	return w.option(ctx, OptionStaffed, "Approve and add the shifts of this report", w.helped(w.added), w.addedWork, w.first, w.last)
}

// scoreDeferral evaluates the request at its later start, on the same baseline.
func (w *work) scoreDeferral(ctx context.Context) error {
	if w.plan.shift == 0 {
		return nil
	}
	later := postponed(w.cause, w.plan.shift)
	pred, err := w.past.predict(ctx, w.r, later, w.base, w.o.Seed)
	if err != nil {
		return err
	}
	title := "Defer to " + longDate(later.Start) + " and change nothing"
	added, err := addedWork(ctx, pred, w.base.Len(), w.pools, w.h.Center.Step.Seconds())
	if err != nil {
		return err
	}
	err = w.option(ctx, OptionDefer, title, w.pools, added, w.first.AddDays(w.plan.shift), w.last.AddDays(w.plan.shift))
	if err != nil {
		return err
	}
	o := w.options[OptionDefer]
	o.Start = later.Start
	w.options[OptionDefer] = o
	return nil
}

func (w *work) option(ctx context.Context, id, title string, pools []pool, added []workload, first, last interval.Date) error {
	return w.optionOf(ctx, id, title, w.scene(pools, added), first, last)
}

// optionOf scores a scene as an option.
func (w *work) optionOf(ctx context.Context, id, title string, scene *scene, first, last interval.Date) error {
	s, err := scene.score(ctx, w.h.Center, w.base.Grid(), first, last)
	if err != nil {
		return err
	}
	if id == OptionDecline {
		w.decline = &reference{scene, s}
	}
	o := Option{ID: id, Title: title, Start: w.cause.Start}
	if id == OptionDecline {
		o.Start = interval.Date{}
	}
	if id == OptionStaffed {
		o.PaidHours, o.CostCents = w.change.PaidHours, w.change.CostCents
	}
	share := w.h.Center.Target.Share
	s.describe(&o, share, scene.pools)
	if scene.trunks > 0 {
		o.Blocked = new(distOf(slices.Clone(s.blocked)))
	}
	w.options[id], w.scores[id] = o, s
	return nil
}

// describe fills an option from its scores. Paths on which no call is expected
// count as on target.
func (s *scores) describe(o *Option, target float64, pools []pool) {
	o.Service, o.Meets = levels(s.service, target)
	o.WaitP90 = nearest(slices.Clone(s.wait), rank(0.9, len(s.wait)))
	o.Weeks = s.weeks(target)
	o.MeanWait, o.Abandoned, o.Handled = distOf(slices.Clone(s.wait)), distOf(slices.Clone(s.abandoned)), distOf(slices.Clone(s.handled))
	o.WorstMeets = 2
	for d, day := range s.days {
		x := ServiceDay{Date: day.Date, Open: slices.ContainsFunc(s.day[d], func(v float64) bool { return !math.IsNaN(v) })}
		x.Service, x.Meets = levels(s.day[d], target)
		x.Abandoned = distOf(slices.Clone(s.dayAbandoned[d]))
		x.MeanWait = mean(s.dayWait[d])
		o.Days = append(o.Days, x)
		if x.Open && s.scored[d] && x.Meets < o.WorstMeets {
			o.WorstDay, o.WorstMeets = day.Date, x.Meets
		}
	}
	o.WorstMeets = min(o.WorstMeets, 1)
	for k, p := range pools {
		x := PoolService{Pool: p.name, Abandoned: distOf(slices.Clone(s.poolAbandoned[k]))}
		x.Service, x.Meets = levels(s.pool[k], target)
		o.PoolService = append(o.PoolService, x)
	}
}

// weeks sums the scored days up by week, Monday to Sunday.
func (s *scores) weeks(target float64) []ServiceWeek {
	var out []ServiceWeek
	n := len(s.service)
	calls, inTime, abandoned := make([]float64, n), make([]float64, n), make([]float64, n)
	flush := func() {
		levels := make([]float64, n)
		for path := range levels {
			if levels[path] = 1; calls[path] > 0 {
				levels[path] = inTime[path] / calls[path]
			}
		}
		week := &out[len(out)-1]
		week.Meets, week.Abandoned = share(levels, target), distOf(slices.Clone(abandoned))
		week.Service = distOf(levels)
		clear(calls)
		clear(inTime)
		clear(abandoned)
	}
	for d, day := range s.days {
		if !s.scored[d] {
			continue
		}
		if len(out) == 0 || day.Date.Weekday() == time.Monday {
			if len(out) > 0 {
				flush()
			}
			out = append(out, ServiceWeek{First: day.Date})
		}
		out[len(out)-1].Last = day.Date
		for path, c := range s.dayCalls[d] {
			if c > 0 {
				calls[path] += c
				inTime[path] += c * s.day[d][path]
				abandoned[path] += s.dayAbandoned[d][path]
			}
		}
	}
	if len(out) > 0 {
		flush()
	}
	return out
}

// levels returns the distribution of service levels and the share of paths that
// reach the target. A path without calls has no level and disappoints nobody.
func levels(values []float64, target float64) (Dist, float64) {
	full := slices.Clone(values)
	for i, v := range full {
		if math.IsNaN(v) {
			full[i] = 1
		}
	}
	meets := share(full, target)
	return distOf(full), meets
}

func mean(values []float64) float64 { return sum(values) / float64(len(values)) }

// invert answers what the request would have to be, and what each uncertain fact
// does to the answer.
func (w *work) invert(ctx context.Context) error {
	if w.cause.Kind == uplift.SeatLoss {
		return w.mostSeats(ctx)
	}
	within := w.scene(w.present, w.addedWork).during(w.base.Grid().Days(), w.first, w.last)
	meets := func(scale, aht float64) (float64, error) {
		s := *within
		s.scale, s.ahtFactor = scale, aht
		return s.chance(ctx, w.h.Center)
	}
	if err := w.largest(meets); err != nil {
		return err
	}
	if w.r.hours() != nil {
		if err := w.hoursDoubts(ctx); err != nil {
			return err
		}
	}
	return w.sensitivities(meets)
}

// largest finds the largest size of the request that keeps the policy's chance
// with the present roster, to half a percent of the size asked for. The chance falls
// as the size grows, and all sizes are tried on the same paths.
func (w *work) largest(meets func(scale, aht float64) (float64, error)) error {
	size := w.size()
	if size <= 0 || w.r.hours() != nil || w.cause.Kind == uplift.RouteToIVR || w.o.Policy.Service == nil {
		return nil
	}
	need := w.o.Policy.Service.MinChance
	fit := fitted{Fit: Fit{Question: fmt.Sprintf("Largest %s that keeps the target with the present roster", w.cause.Kind), Unit: sizeUnit(w.cause.Kind)}}
	if w.options[OptionDecline].Meets < need {
		fit.Meets = w.options[OptionDecline].Meets
		fit.Text = fmt.Sprintf("None: without the request the chance to keep the target is %s, and %s is asked for.", percent(fit.Meets), percent(need))
		w.fits = append(w.fits, fit)
		return nil
	}
	const top = 4.0 // times the size asked for
	b := bracket{hi: 1, atLo: w.options[OptionDecline].Meets, atHi: w.options[OptionApprove].Meets}
	if b.atHi >= need {
		m, err := meets(top, 1)
		if err != nil {
			return err
		}
		b = bracket{lo: 1, hi: top, atLo: b.atHi, atHi: m}
	}
	lo := top
	fit.Meets = b.atHi
	if b.atHi < need {
		if err := b.close(need, 0.004, func(x float64) (float64, error) { return meets(x, 1) }); err != nil {
			return err
		}
		lo, fit.Meets = b.lo, b.atLo
	}
	fit.Value = math.Floor(lo * size)
	fit.check = func(ctx context.Context, f *fresh) (float64, error) {
		return f.chanceOf(ctx, w.present, resized(w.cause, fit.Value, size), w.first, w.last)
	}
	fit.Text = fmt.Sprintf("About %s %s, %s of the size asked for.", thousands(fit.Value), plural(fit.Unit), percentAbove(lo))
	if lo == top {
		fit.Text = fmt.Sprintf("At least %s %s, %.0f times the size asked for.", thousands(fit.Value), plural(fit.Unit), top)
	}
	w.fits = append(w.fits, fit)
	return nil
}

// mostSeats finds how many seats the center can give up and still keep the policy's
// chance: the chance falls as seats go, so halving finds it.
func (w *work) mostSeats(ctx context.Context) error {
	if w.h.Center.Seats == 0 || w.o.Policy.Service == nil {
		return nil
	}
	need, meets := w.o.Policy.Service.MinChance, 0.0
	chance := func(lost int) (float64, error) {
		s := w.scene(w.seatedAt(w.h.Center.Seats-lost), w.addedWork)
		return s.during(w.base.Grid().Days(), w.first, w.last).chance(ctx, w.h.Center)
	}
	fits, fails := -1, w.h.Center.Seats+1
	for fails-fits > 1 {
		mid := (fits + fails) / 2
		m, err := chance(mid)
		if err != nil {
			return err
		}
		if m >= need {
			fits, meets = mid, m
		} else {
			fails = mid
		}
	}
	fit := fitted{Fit: Fit{Question: "Most seats that can be given up with the target kept by the present roster", Unit: "seat", Value: float64(max(fits, 0)), Meets: meets}}
	fit.Text = fmt.Sprintf("%d of %d seats.", max(fits, 0), w.h.Center.Seats)
	fit.check = func(ctx context.Context, f *fresh) (float64, error) {
		s := f.scene(f.cut(w.seatedAt(w.h.Center.Seats-fits)), nil)
		if t := w.triage(); t != nil {
			f.first, f.last = w.first, w.last
			added, err := f.triageWork(ctx, t, w.h.Center.Step.Seconds())
			if err != nil {
				return 0, err
			}
			s.added = added
		}
		return s.during(f.days, w.first, w.last).chance(ctx, w.h.Center)
	}
	if fits < 0 {
		fit.Meets, fit.check = w.options[OptionDecline].Meets, nil
		fit.Text = fmt.Sprintf("None: with every seat the chance to keep the target is %s, and %s is asked for.", percent(fit.Meets), percent(need))
	}
	w.fits = append(w.fits, fit)
	return nil
}

const factAHT = "Handle time of all calls"

// sensitivities moves one fact at a time to the ends of what is believed of it.
func (w *work) sensitivities(meets func(scale, aht float64) (float64, error)) error {
	total := meanOf(w.uplift)
	for _, x := range w.doubts() {
		s := Sensitivity{Fact: x.fact, Low: x.low, High: x.high, TotalLow: total * x.scaleLow, TotalHigh: total * x.scaleHigh}
		var err error
		if s.MeetsLow, err = meets(x.scaleLow, x.ahtLow); err != nil {
			return err
		}
		if s.MeetsHigh, err = meets(x.scaleHigh, x.ahtHigh); err != nil {
			return err
		}
		w.sensitivity = append(w.sensitivity, s)
	}
	slices.SortStableFunc(w.sensitivity, func(a, b Sensitivity) int {
		return cmp.Compare(spread(b), spread(a))
	})
	return nil
}

// A doubt is a fact and the ends of what is believed of it: by what the effect of the
// request, and the handle time of all calls, are multiplied there.
type doubt struct {
	fact, low, high     string
	scaleLow, scaleHigh float64
	ahtLow, ahtHigh     float64
}

// doubts lists the facts that are not sure. Where the size is not stated, it and the
// calls per unit of it cannot be told apart: the calls in all speak for both.
func (w *work) doubts() []doubt {
	aht := doubt{factAHT, "10% shorter", "10% longer", 1, 1, 0.9, 1.1}
	if w.r.hours() != nil {
		return []doubt{aht}
	}
	if w.size() == 0 {
		all := distOf(slices.Clone(w.uplift))
		low, high := ends(all)
		return []doubt{{"Size of the request, which is not stated", thousands(all.Q05) + " calls in all", thousands(all.Q95) + " calls in all", low, high, 1, 1}, aht}
	}
	rate := w.rate()
	low, high := ends(rate)
	return []doubt{
		{"Calls per " + sizeUnit(w.cause.Kind), figures(rate.Q05), figures(rate.Q95), low, high, 1, 1},
		{"Size of the request", "10% smaller", "10% larger", 0.9, 1.1, 1, 1},
		aht,
	}
}

// ends returns the 5% and the 95% quantile as multiples of the mean.
func ends(d Dist) (low, high float64) {
	if d.Mean == 0 {
		return 0.5, 1.5
	}
	return d.Q05 / d.Mean, d.Q95 / d.Mean
}

func spread(s Sensitivity) float64 {
	return math.Abs(s.MeetsHigh-s.MeetsLow) + 1e-9*math.Abs(s.TotalHigh-s.TotalLow)
}

// price bills the request under the option the director would take: with the added
// shifts where they are needed to keep the target, else as it stands.
func (w *work) price(ctx context.Context) error {
	for _, id := range optionOrder {
		o, ok := w.options[id]
		if !ok || id == OptionDecline || id == OptionDefer {
			continue
		}
		q, err := fee.Price(ctx, w.o.Fees, w.usage(id))
		if err != nil {
			return fmt.Errorf("impact: %w", err)
		}
		o.FeeCents = int64(q.Total.Expected)
		w.options[id] = o
		if _, staffed := w.options[OptionStaffed]; id == OptionStaffed || id == OptionApprove && !staffed {
			w.quote = q
		}
	}
	return nil
}

// usage is what the request adds to the work of the center, path by path.
func (w *work) usage(id string) fee.Usage {
	with, without := w.scores[id], w.scores[OptionDecline]
	n := w.base.Len()
	u := fee.Usage{
		First: w.cause.Start, Last: w.plan.last, Kind: string(w.r.Type), Partner: w.r.Partner,
		Calls: make([]float64, n), Minutes: make([]float64, n), Hours: make([]float64, n), DayShare: w.dayShare(),
	}
	for path := range n {
		u.Calls[path] = with.handledAll[path] - without.handledAll[path]
		u.Minutes[path] = with.handleMinutes[path] - without.handleMinutes[path]
		u.Hours[path] = w.options[id].PaidHours
	}
	return u
}

// sharesQueue reports whether queues, none meaning all, meet those of the request.
func (w *work) sharesQueue(queues []uplift.Share) bool {
	if len(queues) == 0 || len(w.cause.Queues) == 0 {
		return true
	}
	for _, q := range queues {
		if slices.ContainsFunc(w.cause.Queues, func(s uplift.Share) bool { return s.Queue == q.Queue }) {
			return true
		}
	}
	return false
}

// dayShare spreads the request's calls over its days, for tariffs whose price
// changes between them; nil, meaning evenly, where no call is expected.
func (w *work) dayShare() []float64 {
	share, total := make([]float64, w.plan.last.Sub(w.cause.Start)+1), 0.0
	for d, day := range w.base.Grid().Days() {
		if k := day.Date.Sub(w.cause.Start); k >= 0 && k < len(share) {
			share[k] = math.Abs(meanOf(w.withDays[d]) - meanOf(w.baseDays[d]))
			total += share[k]
		}
	}
	if total == 0 {
		return nil
	}
	for k := range share {
		share[k] /= total
	}
	return share
}
