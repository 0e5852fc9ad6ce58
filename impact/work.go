package impact

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/ringtide/ringtide/fee"
	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
	"github.com/ringtide/ringtide/schedule"
)

// work carries one assessment from step to step.
type work struct {
	h     History
	r     Request
	o     Options
	cause uplift.Cause
	plan  timePlan
	past  *learned
	base  *forecast.Paths
	hours *hours // in which lines may be open
	pred  *uplift.Prediction

	first, last interval.Date // days on which the request's calls come, as it turns out
	*volume
	baseWork    []workload // of the baseline, per pool
	addedWork   []workload // of the request, per pool
	pools       []pool
	present     []pool // pools with fewer seats, where the request takes seats away
	answers     []PoolAnswer
	change      RosterChange
	added       [][]float64 // agents on position that the change adds [pool][interval]
	gap         [][]float64 // agents that the request makes necessary [pool][interval]
	late        []NoticePoint
	decline     *reference // what every option is compared with
	options     map[string]Option
	scores      map[string]*scores
	sensitivity []Sensitivity
	fits        []fitted
	drops       []fitted      // the best drop plan, if there is one
	wavesLast   interval.Date // the last day on which that plan is scored
	quote       fee.Quote
	together    *TogetherAnswer // beside other requests; nil without
	handed      *Triage         // calls handed on to a second stage; nil for none
	stage       *SecondStage
	assumptions []Assumption
}

const (
	// defaultPatience stands in where no caller ever hung up in the records and the
	// center states none. A shorter patience flatters service, a longer one wait.
	defaultPatience = 180.0
	// defaultAHT stands in where neither records nor center tell a handle time.
	defaultAHT = 300.0
)

// staff finds out who answers: pools, handle times, patience and the present roster.
func (w *work) staff(ctx context.Context) error {
	g := w.base.Grid()
	left := w.h.Center.OnPosition()
	w.nameDrivers()
	times, err := w.handleTimes(ctx)
	if err != nil {
		return err
	}
	if w.hours == nil { // no request changes them
		w.hours = hoursOf(w.h.Center, g)
	}
	for _, name := range w.h.Center.Pools() {
		p := pool{name: name}
		p.at, p.begin = w.hours.openAt(name)
		var sum Work
		for k, q := range w.h.Queues {
			if queue, _ := w.h.Center.Queue(q.Queue); queue.Pool != name {
				continue
			}
			p.queues = append(p.queues, w.base.QueueIndex(q.Queue))
			p.handle = append(p.handle, times[k])
			p.addedAHT = append(p.addedAHT, w.addedHandleTime())
			p.residual = append(p.residual, w.residual(times[k].mean))
			sum.Abandoned += q.Recent.Abandoned
			sum.WaitSeconds += q.Recent.WaitSeconds
		}
		p.patience = w.patience(name, sum)
		p.rostered = w.hours.rostered(w, name)
		w.pools = append(w.pools, p)
	}
	if err := w.layWork(ctx); err != nil {
		return err
	}
	if err := w.presentRoster(ctx); err != nil {
		return err
	}
	for k := range w.pools {
		p := &w.pools[k]
		p.onPosition = make([]float64, g.Len())
		for i, n := range p.rostered {
			p.onPosition[i] = n * left
		}
	}
	w.present = w.withoutSeats()
	return nil
}

// count reads the volumes off the paths, and from them the request's own days.
func (w *work) count(ctx context.Context) (err error) {
	open := make([][]bool, len(w.base.Queues()))
	for q, name := range w.base.Queues() {
		open[q] = w.hours.queues[name]
	}
	if w.volume, err = count(ctx, w.base, w.pred, open); err != nil {
		return err
	}
	w.first, w.last = w.actingDays()
	return nil
}

// layWork lays out what the calls ask of the pools, without and with the request.
func (w *work) layWork(ctx context.Context) (err error) {
	step := w.h.Center.Step.Seconds()
	if w.baseWork, err = baseWork(ctx, w.base, w.pools, step); err != nil {
		return err
	}
	if w.pred == nil {
		return nil
	}
	if t := w.triage(); t != nil {
		w.addedWork, err = w.triageWork(ctx, t, step)
		return err
	}
	w.addedWork, err = addedWork(ctx, w.pred, w.base.Len(), w.pools, step)
	return err
}

// handleTime returns the AHT of a queue: its records', else the center's, else a
// named assumption.
func (w *work) handleTime(q QueueHistory) float64 {
	if q.Recent.HandleKnown > 0 && q.Recent.HandleSeconds > 0 {
		return q.Recent.HandleSeconds / q.Recent.HandleKnown
	}
	if w.h.Center.AHT > 0 {
		return w.h.Center.AHT.Seconds()
	}
	w.assume("aht-"+q.Queue, "Handle time of "+q.Queue, fmt.Sprintf("%.0f s", defaultAHT),
		"no handle time in the records and none in center.yaml", "staffing and minutes grow in proportion to it")
	return defaultAHT
}

// addedHandleTime returns the stated AHT of the calls that the request brings, or 0.
func (w *work) addedHandleTime() float64 {
	if w.r.AHTSeconds != nil {
		return *w.r.AHTSeconds
	}
	return 0
}

// residual returns the extra handle seconds per call that an automated response
// takes away: of the topic's calls that still reach an agent each lasts longer
// than the queue's AHT by the stated difference, and there are (1-c)/c of them for
// each contained call. c is the containment less those who ask for a person all the
// same, as stated, or as learned where it is not.
func (w *work) residual(own float64) float64 {
	x := w.r.RouteToIVR
	if x == nil || x.ResidualAHTSeconds == nil {
		return 0
	}
	c := known(x.Containment) * (1 - known(x.ZeroOut))
	if c == 0 {
		c = w.past.library.Kind(uplift.RouteToIVR).Median
	}
	return (1 - c) / c * (*x.ResidualAHTSeconds - own)
}

// patience returns the mean time until a caller hangs up: total time in queue over
// hang-ups (maximum likelihood with censoring; Mandelbaum and Zeltyn 2007).
func (w *work) patience(pool string, sum Work) float64 {
	switch {
	case sum.Abandoned > 0 && sum.WaitSeconds > 0:
		return sum.WaitSeconds / sum.Abandoned
	case w.h.Center.Patience > 0:
		return w.h.Center.Patience.Seconds()
	}
	w.assume("patience-"+pool, "Patience of callers, pool "+pool, fmt.Sprintf("%.0f s", defaultPatience),
		"no abandoned contact in the records and none in center.yaml", "a shorter patience means shorter waits and more people who give up")
	return defaultPatience
}

func (w *work) assume(id, name, value, source, effect string) {
	w.assumptions = append(w.assumptions, Assumption{id, name, value, source, effect})
}

// nameDrivers says what is known ahead moves the baseline.
func (w *work) nameDrivers() {
	var said []string
	for _, q := range w.h.Queues {
		for _, d := range q.Drivers {
			said = append(said, d.Name+" of "+q.Queue)
		}
	}
	if len(said) > 0 {
		w.assume("drivers", "Known ahead", strings.Join(said, ", "), "the drivers given; their effect is learned from the past",
			"the baseline follows their coming values, within the range they are given")
	}
}

// presentRoster stands in for a roster that the center does not give: the agents
// that the baseline requires, as if the center were staffed to its target.
func (w *work) presentRoster(ctx context.Context) error {
	if len(w.h.Roster.Rows) > 0 {
		return nil
	}
	left := w.h.Center.OnPosition()
	s := w.scene(w.pools, nil)
	for k := range w.pools {
		net, err := s.requirement(ctx, k, w.h.Center, w.base.Grid().Len(), nil)
		if err != nil {
			return err
		}
		for i, n := range gross(net, left) {
			w.pools[k].rostered[i] = float64(n)
		}
	}
	w.assume("roster", "Present roster", "as many agents as the baseline requires", "the center has no roster.csv",
		"service without the request is on target by construction; give a roster to see the true figures")
	return nil
}

// seats returns the workstations there are while the request lasts.
func (w *work) seats() int {
	if x := w.r.SeatLoss; x != nil && x.Seats != nil {
		return max(0, w.h.Center.Seats-int(math.Ceil(*x.Seats)))
	}
	return w.h.Center.Seats
}

// withoutSeats returns the pools as they are while the request takes seats away:
// every pool gives up its part of the agents who find no seat.
func (w *work) withoutSeats() []pool {
	if w.r.Type != uplift.SeatLoss {
		return w.pools
	}
	w.assumeSeats()
	if w.h.Center.Seats == 0 {
		return w.pools
	}
	return w.seatedAt(w.seats())
}

// seatedAt returns the pools as they are on the request's days with so many seats.
func (w *work) seatedAt(seats int) []pool {
	left := float64(seats)
	pools := slices.Clone(w.pools)
	for k := range pools {
		pools[k].onPosition = slices.Clone(pools[k].onPosition)
	}
	g := w.base.Grid()
	for i := range g.Len() {
		if d := interval.DateOf(g.At(i)); d.Before(w.first) || d.After(w.last) {
			continue
		}
		seated := 0.0
		for _, p := range w.pools {
			seated += p.rostered[i]
		}
		for k := range pools {
			if seated > left {
				pools[k].onPosition[i] *= left / seated
			}
		}
	}
	return pools
}

// assumeSeats names what a loss of seats leaves open.
func (w *work) assumeSeats() {
	if x := w.r.SeatLoss; x == nil || x.Seats == nil {
		w.assume("seats-lost", "Seats lost", "none", "the request does not state how many", "service with the request is shown as without it; state the seats to see what their loss does")
	}
	if w.h.Center.Seats == 0 {
		w.assume("seats", "Seats of the center", "enough for all, however many are lost", "center.yaml states no seats", "service with the request is shown as without it; give the seats to see what their loss does")
	}
	if w.r.End.IsZero() {
		w.assume("end", "Last day without the seats", longDate(w.last), "the request states no end; four weeks are taken", "the days that are scored")
	}
}

// actingDays returns the days from the start on until 95% of the expected uplift
// has come, at most four weeks of a cause that lasts.
func (w *work) actingDays() (first, last interval.Date) {
	if w.cause.Permanent || w.cause.Kind == uplift.SeatLoss {
		return w.cause.Start, minDate(w.cause.Start.AddDays(27), w.plan.last)
	}
	if w.r.hours() != nil {
		return w.cause.Start, w.scoredOfHours()
	}
	base, with := w.baseDays, w.withDays
	days := w.base.Grid().Days()
	daily, total := make([]float64, len(days)), 0.0
	for d := range days {
		daily[d] = math.Abs(meanOf(with[d]) - meanOf(base[d]))
		total += daily[d]
	}
	sum := 0.0
	for d, day := range days {
		sum += daily[d]
		if sum >= 0.95*total && !day.Date.Before(w.cause.Start) {
			return w.cause.Start, day.Date
		}
	}
	return w.cause.Start, w.plan.last
}

func minDate(a, b interval.Date) interval.Date {
	if b.Before(a) {
		return b
	}
	return a
}

func meanOf(values []int64) float64 {
	sum := int64(0)
	for _, v := range values {
		sum += v
	}
	return float64(sum) / float64(len(values))
}

// scene puts pools of agents before the baseline and, unless nil, what a request
// adds to it.
func (w *work) scene(pools []pool, added []workload) *scene {
	return &scene{paths: w.base.Len(), pools: pools, base: w.baseWork, added: added, scale: 1, ahtFactor: 1, end: len(w.base.Grid().Days()), beside: w.decline, trunks: w.h.Center.Trunks}
}

// require computes the requirement of every pool with and without the request.
func (w *work) require(ctx context.Context) error {
	left := w.h.Center.OnPosition()
	source := "roster.csv, the center's weekly roster"
	if len(w.h.Roster.Rows) == 0 {
		source = "assumed: the requirement of the baseline"
	}
	without, with := w.scene(w.pools, nil), w.scene(w.pools, w.addedWork)
	step, intervals := w.h.Center.Step.Seconds(), w.base.Grid().Len()
	for k := range w.pools {
		p := &w.pools[k]
		netWithout, err := without.requirement(ctx, k, w.h.Center, intervals, nil)
		if err != nil {
			return err
		}
		netWith, err := with.requirement(ctx, k, w.h.Center, intervals, netWithout)
		if err != nil {
			return err
		}
		a := PoolAnswer{
			Pool: p.name, PatienceSeconds: p.patience, RosterSource: source, Rostered: p.rostered,
			AHTWithout: without.meanAHT(k, step), AHTWith: with.meanAHT(k, step),
			NetWithout: netWithout, NetWith: netWith,
			GrossWithout: gross(netWithout, left), GrossWith: gross(netWith, left),
		}
		for _, q := range p.queues {
			a.Queues = append(a.Queues, w.base.Queues()[q])
		}
		w.answers = append(w.answers, a)
	}
	return nil
}

// cover finds the shifts that the request makes necessary: agents beyond both the
// present roster and what would be required without the request.
func (w *work) cover(ctx context.Context) error {
	g := w.base.Grid()
	w.added, w.gap = make([][]float64, len(w.pools)), make([][]float64, len(w.pools))
	w.change.Note = "The present roster covers the requirement with the request; no shift is added."
	if w.cause.Kind == uplift.SeatLoss {
		w.change.Note = "The present roster has the people that the target asks for; what they lack is seats, and no shift gives those."
	}
	for k := range w.added {
		w.added[k] = make([]float64, g.Len())
	}
	for k, p := range w.pools {
		a := w.answers[k]
		need := schedule.Requirement{Pool: p.name, Grid: g, Agents: make([]float64, g.Len())}
		peak := 0.0
		for i := range need.Agents {
			had := max(p.rostered[i], float64(a.GrossWithout[i]))
			need.Agents[i] = max(0, math.Ceil(float64(a.GrossWith[i])-had-1e-9))
			if !w.acts(g, i) {
				need.Agents[i] = 0
			}
			peak = max(peak, need.Agents[i])
		}
		w.gap[k] = need.Agents
		if peak == 0 {
			continue
		}
		if err := w.coverPool(ctx, k, need); err != nil {
			return err
		}
	}
	return nil
}

func (w *work) acts(g interval.Grid, i int) bool {
	d := interval.DateOf(g.At(i))
	return !d.Before(w.first) && !d.After(w.last)
}

func (w *work) coverPool(ctx context.Context, k int, need schedule.Requirement) error {
	patterns := w.h.Center.PatternsFor(need.Pool)
	if len(patterns) == 0 {
		w.change.Note = "More agents are needed, but center.yaml lists no shift pattern for them; add patterns to see shifts and their cost."
		w.change.ShortHours += sum(need.Agents) * need.Grid.Step().Hours()
		return nil
	}
	plan, err := schedule.Cover(ctx, need, patterns, schedule.Options{
		Seed: w.o.Seed, UnderCents: underCents(patterns), Seats: w.freeSeats(k),
	})
	if err != nil {
		return fmt.Errorf("impact: %w", err)
	}
	on := plan.Roster.OnPosition(need.Grid)
	copy(w.added[k], on)
	w.change.PaidHours += plan.Roster.PaidHours()
	w.change.CostCents += plan.Cost.Wages
	w.change.ShortCents += plan.Cost.Under
	w.change.BoundCents += plan.BoundCents
	for _, u := range plan.Unmet {
		w.change.ShortHours += u.ShortHours
	}
	w.change.Shifts = append(w.change.Shifts, shiftsOf(plan.Roster, need.Grid.Location())...)
	w.change.Note = "Shifts are chosen together with their breaks at the least cost; the price of an hour short is three times the dearest wage."
	return nil
}

// underCents prices an agent-hour short at three times the dearest wage, so that a
// shift is added for a need of some length and not for one of minutes.
func underCents(patterns []schedule.Pattern) int64 {
	top := int64(1)
	for _, p := range patterns {
		top = max(top, p.CentsPerHour)
	}
	return 3 * top
}

// freeSeats returns the seats that the present rosters leave, per interval; nil
// where the center states no cap.
func (w *work) freeSeats(pool int) []int {
	if w.h.Center.Seats == 0 {
		return nil
	}
	seats := make([]int, w.base.Grid().Len())
	for i := range seats {
		taken := 0.0
		for k, p := range w.pools {
			taken += p.rostered[i]
			if k != pool {
				taken += w.added[k][i]
			}
		}
		seats[i] = max(0, w.seats()-int(math.Ceil(taken-1e-9)))
	}
	return seats
}

func sum(values []float64) float64 {
	s := 0.0
	for _, v := range values {
		s += v
	}
	return s
}

// shiftsOf groups equal shifts and counts them, in the order of their start.
func shiftsOf(roster schedule.Roster, loc *time.Location) []AddedShift {
	var out []AddedShift
	for _, s := range roster {
		a := AddedShift{
			Pool: s.Pool, Date: s.Date, Start: s.Start.In(loc).Format("15:04"), End: s.End.In(loc).Format("15:04"),
			Pattern: s.Pattern, Count: 1, PaidHours: float64(s.PaidMinutes) / 60,
		}
		for _, b := range s.Breaks {
			a.Breaks = append(a.Breaks, b.Start.In(loc).Format("15:04")+"-"+b.End.In(loc).Format("15:04"))
		}
		if n := len(out); n > 0 && sameShift(out[n-1], a) {
			out[n-1].Count++
			continue
		}
		out = append(out, a)
	}
	return out
}

func sameShift(a, b AddedShift) bool {
	return a.Pool == b.Pool && a.Date == b.Date && a.Start == b.Start && a.End == b.End &&
		a.Pattern == b.Pattern && slices.Equal(a.Breaks, b.Breaks)
}
