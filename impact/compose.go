package impact

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/fee"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// compose writes the answer down.
func (w *work) compose(ctx context.Context) (*Assessment, error) {
	queues := w.queueVolumes()
	days, err := w.dayVolumes(ctx)
	if err != nil {
		return nil, err
	}
	a := &Assessment{
		Schema: Schema, Center: w.centerInfo(), Request: w.r,
		Assumptions: w.allAssumptions(), Horizon: w.horizon(), Uplift: w.upliftAnswer(days),
		Days: days, Profile: w.profile(queues), Pools: w.answers,
		Options: w.orderedOptions(), LateNotice: w.late, Roster: w.change, Fee: w.feeAnswer(), Fits: w.allFits(),
		SecondStage: w.stage, Together: w.together, Sensitivity: w.sensitivity, Provenance: w.provenance(), Warnings: w.allWarnings(),
	}
	a.Gates = w.o.Policy.judge(findings{
		center: w.h.Center, request: w.r, options: w.options, feeCents: a.Fee.ExpectedCents,
		paths: w.base.Len(), seats: w.seats(), seatPeak: w.seatPeak(), emptyHours: w.emptyHours(), others: w.others(),
	})
	a.Verdict = decide(a.Gates, w.r)
	a.Verdict.Sentence += w.seatsThatFit(a)
	a.Headline = headline(a)
	markFactToAsk(a)
	a.Queues = queues
	settle(a)
	settleParts(a)
	for k, g := range a.Gates { // six digits would cut cents off a large fee
		if g.ID == "fee" {
			a.Gates[k].Number = float64(a.Fee.ExpectedCents) / 100
		}
	}
	return a, nil
}

// seatsThatFit says how many seats could be given up instead of too many: what the rule for
// seats leaves, and what the service target alone would bear.
func (w *work) seatsThatFit(a *Assessment) string {
	if w.cause.Kind != uplift.SeatLoss || a.Verdict.Decision != Decline {
		return ""
	}
	said := ""
	if rule := w.o.Policy.Seats; rule != nil {
		if spare := w.h.Center.Seats - w.seatPeak() - rule.Headroom; spare > 0 {
			said = fmt.Sprintf(" With %d seats given up the rule holds.", spare)
		}
	}
	if len(w.fits) > 0 && w.fits[0].Unit == "seat" && w.fits[0].Value > 0 {
		said += fmt.Sprintf(" The service target alone, with fewer people on the phones than are needed hour by hour, would bear %s.", thousands(w.fits[0].Value))
	}
	return said
}

func (w *work) allFits() []Fit {
	var out []Fit
	for _, x := range slices.Concat(w.fits, w.drops) {
		if x.Fresh != nil {
			*x.Fresh = round6(*x.Fresh)
		}
		out = append(out, x.Fit)
	}
	return out
}

func (w *work) centerInfo() CenterInfo {
	c := w.h.Center
	return CenterInfo{
		Name: c.Name, Zone: c.Calendar.Location().String(), Formula: c.Target.Formula.String(),
		TargetShare: c.Target.Share, TargetSeconds: c.Target.Within.Seconds(), Confidence: c.Confidence,
		Seats: c.Seats, Trunks: c.Trunks, Shrinkage: 1 - c.OnPosition(), MaxOccupancy: occupancyCap(c),
	}
}

func occupancyCap(c Center) float64 {
	if c.Target.MaxOccupancy == 0 {
		return 1
	}
	return c.Target.MaxOccupancy
}

func (w *work) horizon() Horizon {
	g := w.base.Grid()
	h := Horizon{
		First: interval.DateOf(g.Start()), Last: interval.DateOf(g.At(g.Len() - 1)), ScoredFirst: w.first, ScoredLast: w.last,
		StepSeconds: int(g.Step().Seconds()), Starts: make([]string, g.Len()), Open: make([]bool, g.Len()),
	}
	for i := range h.Starts {
		h.Starts[i] = g.Stamp(i)
	}
	for _, p := range w.pools {
		for _, i := range p.at {
			h.Open[i] = true
		}
	}
	return h
}

func (w *work) upliftAnswer(volumes []DayVolume) UpliftAnswer {
	u := UpliftAnswer{
		Hours: hoursAnswer(w.pred.Hours), Total: distOf(slices.Clone(w.uplift)), Basis: w.pred.Basis, Source: w.pred.Source, Unit: sizeUnit(w.cause.Kind), Rate: w.rate(),
	}
	own := 0.0
	for _, v := range volumes {
		if u.PeakDay.IsZero() || math.Abs(v.Uplift.Mean) > math.Abs(u.Peak.Mean) {
			u.PeakDay, u.Peak = v.Date, v.Uplift
		}
		if !v.Date.Before(w.first) && !v.Date.After(w.last) {
			own += v.Without.Mean
		}
	}
	if own > 0 {
		u.Percent = 100 * u.Total.Mean / own
	}
	for q, name := range w.base.Queues() {
		if w.changed[q] {
			u.Queues = append(u.Queues, QueueUplift{name, distOf(slices.Clone(w.queueUplift[q]))})
		}
	}
	return u
}

// rate is calls over the horizon per unit of the request's size, as the paths have it.
func (w *work) rate() Dist {
	size := w.size()
	if size == 0 {
		return Dist{}
	}
	rates := make([]float64, len(w.uplift))
	for i, d := range w.uplift {
		rates[i] = float64(d) / size
	}
	return distOf(rates)
}

// size returns the stated size of the request, or 0.
func (w *work) size() float64 {
	size := w.cause.Size
	if size == 0 {
		for _, x := range w.cause.Waves {
			size += x.Size
		}
	}
	return size
}

func difference(with, without []int64) []int64 {
	out := make([]int64, len(with))
	for i := range with {
		out[i] = with[i] - without[i]
	}
	return out
}

func (w *work) dayVolumes(ctx context.Context) ([]DayVolume, error) {
	days := w.base.Grid().Days()
	out := make([]DayVolume, len(days))
	err := each(ctx, len(days), func(_, d int) error {
		plan := w.h.Center.Calendar.Plan(days[d].Date)
		base, with := w.baseDays[d], w.withDays[d]
		out[d] = DayVolume{
			Date: days[d].Date, Open: w.opens(d), Holiday: plan.Holiday,
			Without: distOf(slices.Clone(base)), With: distOf(slices.Clone(with)), Uplift: distOf(difference(with, base)),
		}
		return nil
	})
	return out, err
}

// opens reports whether any pool is open on day d of the grid.
func (w *work) opens(d int) bool {
	return slices.ContainsFunc(w.pools, func(p pool) bool { lo, hi := p.open(d); return lo < hi })
}

func (w *work) queueVolumes() []QueueVolume {
	var out []QueueVolume
	for q, name := range w.base.Queues() {
		queue, _ := w.h.Center.Queue(name)
		out = append(out, QueueVolume{Queue: name, Pool: queue.Pool, Touched: w.changed[q], Without: w.without[q], With: w.with[q]})
	}
	return out
}

// profile averages the days on which the request acts by weekday and time of day.
func (w *work) profile(queues []QueueVolume) []ProfileCell {
	type key struct{ weekday, minute int }
	type cell struct {
		days          int
		open          bool
		without, with float64
	}
	g := w.base.Grid()
	cells := map[key]*cell{}
	base, with := make([]float64, g.Len()), make([]float64, g.Len())
	for _, v := range queues {
		for i := range base {
			base[i] += v.Without.Mean[i]
			with[i] += v.With.Mean[i]
		}
	}
	open := w.horizon().Open
	for _, day := range g.Days() {
		if day.Date.Before(w.first) || day.Date.After(w.last) {
			continue
		}
		seen := map[key]bool{}
		for i := day.First; i < day.End; i++ {
			k := key{int(day.Date.Weekday()), g.Minute(i)}
			if cells[k] == nil {
				cells[k] = &cell{}
			}
			if !seen[k] {
				cells[k].days++
				seen[k] = true
			}
			cells[k].without += base[i]
			cells[k].with += with[i]
			cells[k].open = cells[k].open || open[i]
		}
	}
	var out []ProfileCell
	for k, c := range cells {
		n := float64(c.days)
		out = append(out, ProfileCell{k.weekday, k.minute, c.open, c.without / n, c.with / n})
	}
	slices.SortFunc(out, func(a, b ProfileCell) int {
		return 10000*(a.Weekday-b.Weekday) + a.Minute - b.Minute
	})
	return out
}

func (w *work) orderedOptions() []Option {
	var out []Option
	for _, id := range optionOrder {
		if o, ok := w.options[id]; ok {
			out = append(out, o)
		}
	}
	return out
}

func (w *work) feeAnswer() FeeAnswer {
	q := w.quote
	f := FeeAnswer{ExpectedCents: int64(q.Total.Expected), MedianCents: int64(q.Total.P50), P90Cents: int64(q.Total.P90),
		NotToExceedCents: int64(q.Total.P95), MarginalCents: w.change.CostCents, AverageCents: w.averageCost()}
	for _, l := range q.Lines {
		if l.Entry != fee.Charge && l.Amount == (fee.Amount{}) {
			continue // a term that bends no bill
		}
		unit := ""
		if l.Entry == fee.Charge {
			unit = l.Basis.Unit()
		}
		f.Lines = append(f.Lines, FeeLine{
			Tariff: l.Label, First: l.First, Last: l.Last, Unit: unit, Quantity: l.Quantity.Mean, QuantityP90: l.Quantity.P90,
			UnitCents: int64(l.Price), ExpectedCents: int64(l.Amount.Expected), P90Cents: int64(l.Amount.P90), Note: string(l.Entry),
		})
	}
	f.Note = "Priced for approving and changing nothing."
	if _, ok := w.options[OptionStaffed]; ok {
		f.Note = "Priced for approving with the added shifts."
	}
	if len(w.o.Fees.Tariffs) == 0 {
		f.Note = "The center has no tariffs; nothing is charged."
	}
	return f
}

// averageCost is the cost of the request's handled calls at the center's yearly cost of a
// contact, over the last 365 days of the records.
func (w *work) averageCost() int64 {
	if w.o.Fees.AnnualCost == 0 {
		return 0
	}
	first, contacts := w.past.known.AddDays(-364), 0.0
	for _, q := range w.h.Queues {
		for _, d := range q.Queued.Daily() {
			if !d.Day.Date.Before(first) {
				contacts += d.Total
			}
		}
	}
	added := mean(w.scores[OptionApprove].handledAll) - mean(w.scores[OptionDecline].handledAll)
	if contacts == 0 {
		return 0
	}
	return int64(math.Round(float64(w.o.Fees.AnnualCost) * added / contacts))
}

func (w *work) allAssumptions() []Assumption {
	out := slices.Clone(w.assumptions)
	for _, x := range w.pred.Assumptions {
		out = append(out, Assumption{ID: "uplift-" + slug(x.Name), Name: x.Name, Value: x.Value, Source: x.Source, Effect: x.Effect})
	}
	if x := w.r.RouteIn; x != nil && len(x.PastVolume) > 0 {
		mean, days := x.recent()
		out = append(out, Assumption{"section-calls", "Calls of the section a day", thousands(mean),
			fmt.Sprintf("mean of its own last %d days with calls, to %s", days, longDate(x.PastVolume[len(x.PastVolume)-1].Date)),
			"the calls that come grow in proportion to it"})
	}
	if w.r.AHTSeconds == nil && w.cause.Kind != uplift.SeatLoss {
		out = append(out, Assumption{"aht-added", "Handle time of the added calls", "as the queue's other calls",
			"the request does not state one", "minutes, staffing and fee grow in proportion to it"})
	}
	if len(w.r.Queues) == 0 && w.cause.Kind != uplift.SeatLoss {
		out = append(out, Assumption{"queues", "Queues touched", "all, by their volume",
			"the request names none", "the calls could meet one queue instead of all"})
	}
	return out
}

func slug(s string) string {
	b := []byte(s)
	for i, c := range b {
		switch {
		case c >= 'A' && c <= 'Z':
			b[i] = c + 'a' - 'A'
		case c == ' ':
			b[i] = '-'
		}
	}
	return string(b)
}

func (w *work) allWarnings() []Warning {
	out := slices.Clone(w.past.warnings)
	for _, x := range w.quote.Warnings {
		if w := (Warning{x.Code, x.Text, x.Number}); !slices.Contains(out, w) { // a tariff may have several prices
			out = append(out, w)
		}
	}
	if len(w.later()) > 0 {
		out = append(out, Warning{"other-causes", "The baseline holds calls of other causes that go on or were announced.", float64(len(w.later()))})
	}
	out = append(out, w.stageWarning()...)
	if w.change.ShortHours > 0 {
		out = append(out, Warning{"short-hours", "Some agent-hours of the requirement stay uncovered by the added shifts.", w.change.ShortHours})
	}
	return out
}

// later returns the other causes that act within the horizon.
func (w *work) later() []uplift.Cause {
	return w.past.later(interval.DateOf(w.base.Grid().Start()))
}

// others names the announced or unfinished causes that share days and queues with
// the request.
func (w *work) others() []string {
	var out []string
	for _, c := range w.later() {
		if c.Start.After(w.last) || w.past.lastDay(c).Before(w.first) || !w.sharesQueue(c.Queues) {
			continue
		}
		out = append(out, fmt.Sprintf("%s (%s from %s)", c.ID, c.Kind, longDate(c.Start)))
	}
	return out
}

// seatPeak returns the most seats taken at once on the request's days, present
// roster, requirement with the request and added shifts together. Where the request takes
// seats, people of the roster beyond the requirement need none.
func (w *work) seatPeak() int {
	g := w.base.Grid()
	peak := 0.0
	for i := range g.Len() {
		if !w.acts(g, i) {
			continue
		}
		seats := 0.0
		for k, p := range w.pools {
			need := float64(w.answers[k].GrossWith[i])
			if w.cause.Kind != uplift.SeatLoss {
				need = max(need, p.rostered[i]+w.added[k][i])
			}
			seats += need
		}
		peak = max(peak, seats)
	}
	return int(math.Ceil(peak - 1e-9))
}

func (w *work) provenance() Provenance {
	return Provenance{
		Version: w.o.Version, Seed: w.o.Seed, Paths: w.base.Len(), LakeFingerprint: w.h.Source.Fingerprint,
		Contacts: w.h.Source.Contacts, HistoryFirst: w.h.Source.First, HistoryLast: w.h.Source.Last,
		MissingDays: w.h.missingDays(), Files: w.h.Source.Files,
		Models: []string{
			"Baseline: day totals by regression on weekday, season and holidays with correlated errors, combined with simpler models by backtest; weekday profiles; paths with day and within-day factors and overdispersed counts.",
			"Uplift: " + w.pred.Basis + "; rates pooled per kind of cause, shape from past causes and a dictionary of response curves.",
			"Service: Erlang A per interval and pool at the rate of each path; agents on position after shrinkage.",
			"Requirement: smallest number of agents that meets the target at the center's confidence over the paths.",
			"Roster: shifts and breaks chosen together at least cost, with a proved lower bound.",
			"Fee: tariffs applied to every path as a whole bill; expected is the mean, 90% is not exceeded in nine of ten paths.",
		},
	}
}
