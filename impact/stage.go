package impact

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/ringtide/ringtide/interval"
)

// A SecondStage is the line of those who took the seats: calls that the center's agents
// have asked what they are about and handed on. Numbers are over its days, First to Last,
// with the request approved as it stands. The target is the center's own.
type SecondStage struct {
	To         string        `json:"to"`
	First      interval.Date `json:"first"`
	Last       interval.Date `json:"last"`
	Agents     float64       `json:"agents"` // on position, all the time that the lines are open
	AHTSeconds float64       `json:"aht_seconds"`
	Lines      int           `json:"lines"`   // calls that wait or talk there at most; 0: no cap known
	Calls      Dist          `json:"calls"`   // handed on
	Service    Dist          `json:"service"` // level, of those who find a line
	Meets      float64       `json:"meets"`   // chance that its days meet the target
	MeanWait   Dist          `json:"mean_wait_seconds"`
	Answered   Dist          `json:"answered"`
	Abandoned  Dist          `json:"abandoned"`
	Blocked    Dist          `json:"blocked"` // find all lines busy
	// Needed is how many agents on position the hardest interval asks for, at the center's
	// confidence, and NeededAt when; Required the same for every interval of the horizon.
	Needed   int          `json:"needed"`
	NeededAt string       `json:"needed_at"` // RFC 3339; empty where nobody calls
	Required []int        `json:"required"`
	Days     []ServiceDay `json:"days"`
}

// scoreStage works out the second stage of a loss of seats.
func (w *work) scoreStage(ctx context.Context) error {
	t := w.triage()
	if t == nil || t.From.After(w.last) {
		return nil
	}
	stage, calls, err := w.layStage(ctx, t)
	if err != nil {
		return err
	}
	c, g := w.h.Center, w.base.Grid()
	s := &scene{paths: w.base.Len(), pools: []pool{stage}, base: []workload{calls}, scale: 1, ahtFactor: 1, end: len(g.Days()), trunks: int(known(t.Lines))}
	got, err := s.score(ctx, c, g, t.From, w.last)
	if err != nil {
		return err
	}
	need, err := s.requirement(ctx, 0, c, g.Len(), nil)
	if err != nil {
		return err
	}
	var o Option
	got.describe(&o, c.Target.Share, s.pools)
	out := &SecondStage{
		To: stage.name, First: t.From, Last: w.last, Agents: *t.Agents, AHTSeconds: stage.handle[0].mean, Lines: s.trunks,
		Service: o.Service, Meets: o.Meets, MeanWait: o.MeanWait, Answered: o.Handled, Abandoned: o.Abandoned,
		Blocked: distOf(slices.Clone(got.blocked)), Required: need,
	}
	all := make([]float64, s.paths)
	for path := range all {
		all[path] = got.handled[path] + got.abandoned[path] + got.blocked[path]
	}
	out.Calls = distOf(all)
	for _, d := range o.Days {
		if !d.Date.Before(t.From) && !d.Date.After(w.last) && d.Open {
			out.Days = append(out.Days, d)
		}
	}
	if k := slices.Index(need, slices.Max(need)); need[k] > 0 {
		out.Needed, out.NeededAt = need[k], g.Stamp(k)
	}
	w.stage = out
	return nil
}

// layStage lays the calls handed on before the staff of the second stage: of the calls
// that the center answers, the share that is theirs.
func (w *work) layStage(ctx context.Context, t *Triage) (pool, workload, error) {
	first := w.scene(w.present, w.addedWork)
	curves, err := first.curves(ctx, w.h.Center, false)
	if err != nil {
		return pool{}, workload{}, err
	}
	g := w.base.Grid()
	stage := pool{name: w.stageName(), begin: []int{0}, onPosition: make([]float64, g.Len()), patience: w.stagePatience()}
	stage.handle = []handleTime{{mean: w.stageAHT(t)}}
	for d, day := range g.Days() {
		if !day.Date.Before(t.From) && !day.Date.After(w.last) {
			first.eachInterval(d, func(i int, here []int) {
				for k, j := range here {
					if j >= 0 && slices.ContainsFunc(first.pools[k].queues, w.hands) {
						stage.at = append(stage.at, i)
						stage.onPosition[i] = *t.Agents
						return
					}
				}
			})
		}
		stage.begin = append(stage.begin, len(stage.at))
	}
	out := newWorkload(first.paths, len(stage.at))
	var rooms [workers]column
	var jams [workers]*jam
	for k := range rooms {
		rooms[k], jams[k] = first.newColumn(), first.newJam()
	}
	days := g.Days()
	err = each(ctx, len(days), func(worker, d int) error {
		lo, hi := stage.open(d)
		if lo == hi {
			return nil
		}
		jams[worker].fill(first, d, w.h.Center)
		first.eachInterval(d, func(i int, here []int) {
			j, found := slices.BinarySearch(stage.at[lo:hi], i)
			if !found {
				return
			}
			calls, _ := out.column(lo + j)
			for k, at := range here {
				if at >= 0 {
					w.handOn(first, curves[k][at], jams[worker].interval(i), k, at, calls, rooms[worker], *t.Share)
				}
			}
		})
		return nil
	})
	if err != nil {
		return pool{}, workload{}, err
	}
	step := w.h.Center.Step.Seconds()
	return stage, out, out.layDays(ctx, &stage, func(lo, hi int) {
		for n := lo * out.paths; n < hi*out.paths; n++ {
			out.load[n] = float32(float64(out.calls[n]) * stage.handle[0].mean / step)
		}
	})
}

// handOn adds the calls that pool k answers in its j-th open interval, and hands on, to
// those of the second stage.
func (w *work) handOn(s *scene, c *curve, jammed *jammed, k, j int, to []float32, room column, share float64) {
	p := &s.pools[k]
	_, load := s.at(k, j, room)
	for _, q := range p.queues {
		if !w.hands(q) {
			continue
		}
		for path := range to {
			_, abandon, _ := c.at(load[path])
			answered := 1 - abandon
			if jammed != nil {
				answered = (1 - jammed.lost[path]) * (1 - jammed.served[k][path].abandon)
			}
			to[path] += float32(share) * answered * w.base.Rates(path, q)[p.at[j]]
		}
	}
}

func (w *work) stageName() string {
	if to := w.r.SeatLoss.To; to != "" {
		return to
	}
	return "those who took the seats"
}

// stagePatience is that of the callers of the pools that hand calls on, by their calls.
func (w *work) stagePatience() float64 {
	sum, calls := 0.0, 0.0
	for k, p := range w.pools {
		if slices.ContainsFunc(p.queues, w.hands) {
			sum += p.patience * w.baseWork[k].sumCalls
			calls += w.baseWork[k].sumCalls
		}
	}
	if calls == 0 {
		return defaultPatience
	}
	return sum / calls
}

// stageAHT is the handle time with the second stage, as stated or that of the queues.
func (w *work) stageAHT(t *Triage) float64 {
	if t.AHTSeconds != nil {
		return *t.AHTSeconds
	}
	sum, n := 0.0, 0.0
	for _, p := range w.pools {
		for m, q := range p.queues {
			if w.hands(q) {
				calls := 0.0
				for _, v := range w.without[q].Mean {
					calls += v
				}
				sum += calls * p.handle[m].mean
				n += calls
			}
		}
	}
	if n == 0 {
		return defaultAHT
	}
	return sum / n
}

// assumeStage names what the request leaves open of its second stage.
func (w *work) assumeStage(t *Triage) {
	if t.Agents == nil {
		n := math.Floor(known(w.r.SeatLoss.Seats) * w.h.Center.OnPosition())
		t.Agents = &n
		w.assume("triage-agents", "Staff of the second stage on position", thousands(n),
			"one at every workstation taken, less the center's own shrinkage, all the time that the lines are open", "waits there grow fast once fewer are there than its calls need")
	}
	if t.AHTSeconds == nil {
		w.assume("triage-aht", "Handle time at the second stage", fmt.Sprintf("%.0f s", w.stageAHT(t)), "as the calls of the queues that are handed on; the request states none", "staff there is needed in proportion to it")
	}
	if t.Lines == nil {
		w.assume("triage-lines", "Lines of the second stage", "enough for all calls", "the request states none", "no call finds it busy; with few lines some would")
	}
}

func (s *SecondStage) figures() []figure {
	if s == nil {
		return nil
	}
	facts := append(slices.Clone(serviceFacts), "triage-")
	add := func(id, label, value, means string) figure {
		return figure{id: "second." + id, label: label + ": " + s.To, value: value, means: means, from: []string{"option.approve.meets"}, model: "Service", assumes: facts}
	}
	return []figure{
		add("calls", "Calls handed on", spread5(s.Calls), "Of the calls that the center answers, the share that is handed on."),
		add("meets", "Chance that the second stage keeps the target", percent(s.Meets), "The share of the futures in which the service of its days reaches the center's target."),
		add("service", "Service level of the second stage", fmt.Sprintf("%.1f%% (%.1f to %.1f)", 100*s.Service.Mean, 100*s.Service.Q05, 100*s.Service.Q95), "Weighted by calls over its days, of those who find a line there."),
		add("wait", "Mean wait at the second stage", fmt.Sprintf("%.0f s", s.MeanWait.Mean), "After the first answer, of all calls handed on that find a line."),
		add("abandoned", "Residents who hang up at the second stage", spread5(s.Abandoned), "On its days."),
		add("blocked", "Calls that find the second stage's lines busy", spread5(s.Blocked), "On its days."),
		add("needed", "Staff needed at the second stage", thousands(float64(s.Needed)), "On position in its hardest interval, "+s.NeededAt+", at the center's confidence."),
	}
}

// stageWarning is the doubt that a second stage with too little staff casts.
func (w *work) stageWarning() []Warning {
	s, rule := w.stage, w.o.Policy.Service
	if s == nil || rule == nil || s.Meets >= rule.MinChance {
		return nil
	}
	return []Warning{{"second-stage", fmt.Sprintf("The second stage, %s, keeps the target with a chance of %s with the staff it has; its hardest interval needs %d on position.", s.To, percent(s.Meets), s.Needed), s.Meets}}
}
