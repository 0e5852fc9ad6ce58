package impact

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// scoreConditions evaluates what the director can ask for or do so that the request
// goes ahead, all on the paths of the other options. Where the request leaves the
// target as likely as the policy asks, and nobody has to be added, there is nothing to
// ask for.
func (w *work) scoreConditions(ctx context.Context) error {
	if !w.needsConditions() {
		return nil
	}
	for _, step := range []func(context.Context) error{w.scoreWaves, w.scoreMessage, w.scoreCallback, w.scoreHelp} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return w.lateNotice(ctx)
}

func (w *work) needsConditions() bool {
	need := 0.0
	if w.o.Policy.Service != nil {
		need = w.o.Policy.Service.MinChance
	}
	short := slices.ContainsFunc(w.gap, func(row []float64) bool { return sum(row) > 0 })
	return w.options[OptionApprove].Meets < need || short
}

// notice is how many days lie between receipt and start.
func (w *work) notice() int { return w.r.Start.Sub(w.r.Received) }

// scoreMessage plays a recorded message that answers part of the request's calls.
func (w *work) scoreMessage(ctx context.Context) error {
	m, ok := w.h.Center.measure(Message)
	if !ok || w.addedWork == nil || m.NoticeDays > w.notice() || meanOf(w.uplift) <= 0 {
		return nil
	}
	scene := w.scene(w.present, w.addedWork)
	scene.scale = 1 - m.Share
	title := fmt.Sprintf("Approve with a recorded message that answers %s of the calls", percent(m.Share))
	return w.optionOf(ctx, OptionMessage, title, scene, w.first, w.last)
}

// scoreHelp adds people other than by shifts.
func (w *work) scoreHelp(ctx context.Context) error {
	for _, x := range []struct{ kind, id, title string }{
		{Overtime, OptionOvertime, "Approve with overtime of the present agents"},
		{Borrowed, OptionBorrowed, "Approve with staff borrowed from other offices"},
	} {
		m, ok := w.h.Center.measure(x.kind)
		if !ok {
			continue
		}
		h := w.help([]Measure{m}, false, w.notice())
		if h.hours == 0 {
			continue
		}
		if err := w.optionOf(ctx, x.id, x.title, w.scene(w.helped(h.agents), w.addedWork), w.first, w.last); err != nil {
			return err
		}
		o := w.options[x.id]
		o.PaidHours, o.CostCents = h.hours, int64(math.Round(h.cents))
		w.options[x.id] = o
	}
	return nil
}

// scoreWaves looks for the best drop plan of a mailing and evaluates it.
func (w *work) scoreWaves(ctx context.Context) error {
	if w.r.Mailing == nil || w.size() == 0 {
		return nil
	}
	best, peak := uplift.Cause{}, w.peakOf(w.cause)
	for _, c := range w.dropPlans() {
		if p := w.peakOf(c); p < 0.98*peak {
			best, peak = c, p
		}
	}
	if best.ID == "" {
		return nil
	}
	pred, err := w.past.library.Predict(ctx, best, w.base, w.past.calendars, uplift.PredictOptions{Seed: w.o.Seed})
	if err != nil {
		return fmt.Errorf("impact: %w", err)
	}
	added, err := addedWork(ctx, pred, w.base.Len(), w.pools, w.h.Center.Step.Seconds())
	if err != nil {
		return err
	}
	final := best.Waves[len(best.Waves)-1].Drop
	last := minDate(w.last.AddDays(final.Sub(w.lastDrop())), w.plan.last.AddDays(w.plan.shift))
	title := fmt.Sprintf("Approve in %d waves, the last on %s", len(best.Waves), longDate(final))
	if err := w.option(ctx, OptionWaves, title, w.present, added, w.first, last); err != nil {
		return err
	}
	o, whole := w.options[OptionWaves], w.options[OptionApprove]
	w.wavesLast = last
	fit := fitted{Fit{Question: "Best drop plan", Value: float64(len(best.Waves)), Unit: "wave", Meets: o.Meets}, func(ctx context.Context, f *fresh) (float64, error) {
		return f.chanceOf(ctx, w.present, best, w.first, last)
	}}
	for k, x := range best.Waves {
		if k > 0 {
			fit.Text += ", "
		}
		fit.Text += fmt.Sprintf("%s pieces on %s", thousands(x.Size), longDate(x.Drop))
	}
	fit.Text += fmt.Sprintf(". The chance to keep the target is %s; as asked for it is %s.", percent(o.Meets), percent(whole.Meets))
	w.drops = append(w.drops, fit)
	return nil
}

// lastDrop returns the day of the last wave as asked for.
func (w *work) lastDrop() interval.Date {
	last := w.cause.Start
	for _, x := range w.cause.Waves {
		if x.Drop.After(last) {
			last = x.Drop
		}
	}
	return last
}

// mostWaves is into how many waves a mailing is split at most: more cost more in
// postage and hands than they spare the phones.
const mostWaves = 4

// dropPlans lists the mailing in equal waves a week or two apart, from the start on,
// as long as its calls come within the horizon.
func (w *work) dropPlans() []uplift.Cause {
	var plans []uplift.Cause
	room := w.lastDrop().AddDays(w.plan.shift)
	for _, apart := range []int{7, 14} {
		for n := 2; n <= mostWaves; n++ {
			if w.cause.Start.AddDays(apart * (n - 1)).After(room) {
				break
			}
			plans = append(plans, w.inWaves(n, apart))
		}
	}
	return plans
}

// inWaves returns the mailing in n waves of whole pieces.
func (w *work) inWaves(n, apart int) uplift.Cause {
	c, left := w.cause, w.size()
	c.Waves, c.Size = nil, 0
	for k := range n {
		size := math.Ceil(left / float64(n-k))
		c.Waves = append(c.Waves, uplift.Wave{Drop: c.Start.AddDays(apart * k), Size: size})
		left -= size
	}
	return c
}

// peakOf returns the largest ratio, over the days, of the calls expected with a mailing
// to the agents there are: the shape of the prediction, drop by drop.
func (w *work) peakOf(c uplift.Cause) float64 {
	g := w.base.Grid()
	waves := c.Waves
	if len(waves) == 0 {
		waves = []uplift.Wave{{Drop: c.Start, Size: w.size()}}
	}
	perPiece, peak := meanOf(w.uplift)/w.size(), 0.0
	for d, day := range g.Days() {
		agents := 0.0
		for _, p := range w.present {
			for _, n := range p.onPosition[day.First:day.End] {
				agents += n
			}
		}
		calls := meanOf(w.baseDays[d])
		if agents == 0 || calls == 0 {
			continue
		}
		for _, x := range waves {
			if age := day.Date.Sub(x.Drop); age >= 0 && age < len(w.pred.Shape) {
				calls += perPiece * x.Size * w.pred.Shape[age]
			}
		}
		peak = max(peak, calls/agents)
	}
	return peak
}

// lateNotice finds what the days of notice are worth: with the start as it is, what can
// still be done if the request had come that many days before it.
func (w *work) lateNotice(ctx context.Context) error {
	var people []Measure
	days := []int{0, w.h.Center.shiftNotice(), w.notice()}
	for _, m := range w.h.Center.Measures {
		if m.Kind == Overtime || m.Kind == Borrowed {
			people = append(people, m)
			days = append(days, m.NoticeDays)
		}
	}
	if rule := w.o.Policy.noticeFor(w.r); rule != nil {
		days = append(days, rule.Days)
	}
	slices.Sort(days)
	var best help
	for _, n := range slices.Compact(days) {
		if n < 0 {
			continue
		}
		// What less notice allows, more does too; so the cheapest plan so far stands until
		// a cheaper one comes.
		for _, shifts := range []bool{false, true} {
			if h := w.help(people, shifts, n); best.agents == nil || w.total(h) < w.total(best) {
				best = h
			}
		}
		meets, err := w.scene(w.helped(best.agents), w.addedWork).during(w.base.Grid().Days(), w.first, w.last).chance(ctx, w.h.Center)
		if err != nil {
			return err
		}
		w.late = append(w.late, NoticePoint{
			Days: n, Asked: n == w.notice(), Meets: meets, PaidHours: best.hours, CostCents: int64(math.Round(best.cents)),
			ShortHours: best.short, TotalCents: int64(math.Round(w.total(best))),
		})
	}
	return nil
}

// total is what a help costs in cents, hours short at their price.
func (w *work) total(h help) float64 { return h.cents + h.short*float64(w.shortCents()) }

// shortCents is the price of an agent-hour short: that of the shifts, see underCents.
func (w *work) shortCents() int64 {
	top := int64(0)
	for _, p := range w.h.Center.Patterns {
		top = max(top, p.Pattern.CentsPerHour)
	}
	for _, m := range w.h.Center.Measures {
		top = max(top, int64(float64(m.CentsPerHour)/m.hands()))
	}
	return 3 * top
}
