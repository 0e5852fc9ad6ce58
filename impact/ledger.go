package impact

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// Statuses of a request in the ledger.
const (
	Pending  = "pending"
	Approved = "approved"
	Declined = "declined" // left out
)

// A Ledger is what approved and pending requests together leave of the center's
// capacity, week by week, on one set of paths and with the present roster.
type Ledger struct {
	Need    float64       `json:"need"` // chance to keep the target that the policy asks for
	Entries []LedgerEntry `json:"entries"`
	Weeks   []LedgerWeek  `json:"weeks"`
	Clashes []Clash       `json:"clashes"`
}

// A LedgerEntry is one request of the ledger.
type LedgerEntry struct {
	ID     string        `json:"id"`
	Title  string        `json:"title"`
	Status string        `json:"status"`
	Start  interval.Date `json:"start"`
	Calls  float64       `json:"calls"` // expected, within the ledger's weeks
}

// A LedgerWeek is one week, Monday to Sunday or to the end of the ledger.
type LedgerWeek struct {
	First    interval.Date `json:"first"`
	Last     interval.Date `json:"last"`
	Requests []string      `json:"requests"` // those whose calls come
	Without  float64       `json:"without"`  // chance to keep the target without any of them
	Approved float64       `json:"approved"` // with the approved ones
	All      float64       `json:"all"`      // with pending ones too
	// Left is how many more calls, spread like the week's own, keep the chance that is
	// needed with all of them; below what is needed it is 0. It is at most LeftMost.
	Left float64 `json:"left"`
}

// LeftMost is the most extra calls that a ledger looks for, as a multiple of a week's own.
const LeftMost = 1.0

// A Clash is a pair of requests that keep the target one by one and not together.
type Clash struct {
	First    string        `json:"first"`
	Second   string        `json:"second"`
	Week     interval.Date `json:"week"` // its Monday
	Alone    [2]float64    `json:"alone"`
	Together float64       `json:"together"`
}

// Commit draws up the ledger of requests, from the earliest start, or the end of the
// history, to the last of their calls. A request whose id is among the announced causes
// is in the baseline already, which is an error; a loss of seats brings no calls, and the
// ledger cannot hold it. Of the options it takes Policy, Paths and Seed.
func Commit(ctx context.Context, h History, requests []Request, o Options) (*Ledger, error) {
	o = o.withDefaults()
	requests = slices.DeleteFunc(slices.Clone(requests), func(r Request) bool { return r.Status == Declined })
	if err := validLedger(h, requests, o); err != nil {
		return nil, fmt.Errorf("impact: ledger: %w", err)
	}
	past, err := learn(ctx, h)
	if err != nil {
		return nil, err
	}
	l := &ledger{work: &work{h: h, o: o, past: past}, requests: requests}
	if err := l.lay(ctx); err != nil {
		return nil, err
	}
	return l.weigh(ctx)
}

func validLedger(h History, requests []Request, o Options) error {
	if err := h.Validate(); err != nil {
		return err
	}
	errs := []error{o.Validate()}
	if o.Policy.Service == nil {
		errs = append(errs, errors.New("policy.yaml has no service rule; give service.min_chance, against which weeks are held"))
	}
	if len(requests) == 0 {
		errs = append(errs, errors.New("no request; name some that are not declined"))
	}
	ids := map[string]bool{}
	for _, c := range h.Causes {
		ids[c.ID] = true
	}
	for _, r := range requests {
		if err := r.Validate(h.Center); err != nil {
			errs = append(errs, fmt.Errorf("request %q: %w", r.ID, err))
		}
		if ids[r.ID] {
			errs = append(errs, fmt.Errorf("request %q is given twice, or stands in events.csv too; keep one", r.ID))
		}
		ids[r.ID] = true
		if r.Type == uplift.SeatLoss {
			errs = append(errs, fmt.Errorf("request %q takes seats, not calls; assess it by itself", r.ID))
		}
		if !r.Start.After(h.last()) {
			errs = append(errs, fmt.Errorf("request %q: start: %s lies in the history, which ends on %s", r.ID, r.Start, h.last()))
		}
	}
	return errors.Join(errs...)
}

// ledger carries the work of Commit.
type ledger struct {
	*work
	requests []Request
	effects  [][]workload // [request][pool]
	entries  []LedgerEntry
	acts     [][]bool // [request][day]
}

// lay simulates the baseline and lays every request on it.
func (l *ledger) lay(ctx context.Context) error {
	causes := make([]uplift.Cause, len(l.requests))
	first, last := l.requests[0].Start, l.requests[0].Start
	for k, r := range l.requests {
		c, err := r.cause()
		if err != nil {
			return err
		}
		causes[k] = c
		first = minDate(first, c.Start)
		if d := l.past.lastDay(c); d.After(last) {
			last = d
		}
	}
	plan, err := planDays(l.h, first, last)
	if err != nil {
		return err
	}
	l.plan = plan
	if l.base, err = l.past.baseline(ctx, plan, l.o); err != nil {
		return err
	}
	l.hours = hoursOf(l.h.Center, l.base.Grid())
	for k, r := range l.requests {
		if err := l.hours.allow(r, causes[k]); err != nil {
			return err
		}
	}
	if err := l.staff(ctx); err != nil {
		return err
	}
	for k, r := range l.requests {
		if err := l.predict(ctx, r, causes[k]); err != nil {
			return err
		}
	}
	return nil
}

// predict lays one request on the baseline.
func (l *ledger) predict(ctx context.Context, r Request, c uplift.Cause) error {
	pred, err := l.past.predict(ctx, r, c, l.base, l.o.Seed)
	if err != nil {
		return err
	}
	pools := poolsFor(&work{r: r, past: l.past}, l.pools)
	added, err := addedWork(ctx, pred, l.base.Len(), pools, l.h.Center.Step.Seconds())
	if err != nil {
		return err
	}
	l.effects = append(l.effects, added)
	status := r.Status
	if status == "" {
		status = Pending
	}
	l.entries = append(l.entries, LedgerEntry{ID: r.ID, Title: r.Title, Status: status, Start: r.Start, Calls: pred.Total().Mean})
	l.acts = append(l.acts, actsOn(added, l.pools))
	return nil
}

// actsOn tells on which days a request changes the load of any pool.
func actsOn(added []workload, pools []pool) []bool {
	out := make([]bool, pools[0].days())
	for k := range pools {
		for d := range out {
			lo, hi := pools[k].open(d)
			for j := lo; j < hi && added[k].calls != nil; j++ {
				out[d] = out[d] || added[k].span[j] != (span{})
			}
		}
	}
	return out
}

// together returns the scene of the requests for which in is true, on the days first to
// end, the last one left out. It lays their sum in room, one per pool.
func (l *ledger) together(ctx context.Context, room []workload, first, end int, in func(k int) bool) (*scene, error) {
	sum := make([]workload, len(l.pools))
	for k := range l.pools {
		var parts []*workload
		for r := range l.effects {
			if in(r) && l.effects[r][k].calls != nil {
				parts = append(parts, &l.effects[r][k])
			}
		}
		switch len(parts) {
		case 0:
		case 1:
			sum[k] = *parts[0]
		default:
			sum[k] = room[k]
			if err := sum[k].addUp(ctx, &l.pools[k], first, end, float32(math.Inf(-1)), parts); err != nil {
				return nil, err
			}
		}
	}
	s := l.scene(l.pools, sum)
	s.first, s.end = first, end
	return s, nil
}

// addUp makes the workload the sum of the parts on some days, nowhere below least. Its totals
// are those of all days.
func (w *workload) addUp(ctx context.Context, p *pool, first, end int, least float32, parts []*workload) error {
	w.sumCalls, w.sumLoad = 0, 0
	for _, part := range parts {
		w.sumCalls, w.sumLoad = w.sumCalls+part.sumCalls, w.sumLoad+part.sumLoad
	}
	return each(ctx, end-first, func(_, d int) error {
		lo, hi := p.open(first + d)
		for j := lo; j < hi; j++ {
			calls, load := w.column(j)
			copy(calls, parts[0].calls[j*w.paths:])
			copy(load, parts[0].load[j*w.paths:])
			for _, part := range parts[1:] {
				moreCalls, moreLoad := part.column(j)
				for n := range calls {
					calls[n] = max(least, calls[n]+moreCalls[n])
					load[n] = max(least, load[n]+moreLoad[n])
				}
			}
			w.span[j] = span{float64(slices.Min(load)), float64(slices.Max(load))}
		}
		return nil
	})
}

// newRoom returns empty workloads, one per pool.
func (l *ledger) newRoom() []workload {
	room := make([]workload, len(l.pools))
	for k := range room {
		room[k] = newWorkload(l.base.Len(), len(l.pools[k].at))
	}
	return room
}

// weigh works the ledger out, week by week.
func (l *ledger) weigh(ctx context.Context) (*Ledger, error) {
	out := &Ledger{Need: l.o.Policy.Service.MinChance, Entries: l.entries}
	days := len(l.base.Grid().Days())
	all, err := l.together(ctx, l.newRoom(), 0, days, func(int) bool { return true })
	if err != nil {
		return nil, err
	}
	approved, err := l.together(ctx, l.newRoom(), 0, days, func(k int) bool { return l.entries[k].Status == Approved })
	if err != nil {
		return nil, err
	}
	none, room := l.scene(l.pools, nil), l.newRoom()
	for _, w := range l.weeks() {
		for _, x := range []struct {
			to *float64
			s  *scene
		}{{&w.Without, none}, {&w.Approved, approved}, {&w.All, all}} {
			if *x.to, err = l.in(x.s, w).chance(ctx, l.h.Center); err != nil {
				return nil, err
			}
		}
		if w.Left, err = l.left(ctx, l.in(all, w), room, w.All, out.Need); err != nil {
			return nil, err
		}
		out.Weeks = append(out.Weeks, w)
		clashes, err := l.clashes(ctx, w, room, out.Need)
		if err != nil {
			return nil, err
		}
		out.Clashes = append(out.Clashes, clashes...)
	}
	settle(out)
	return out, nil
}

func (l *ledger) in(s *scene, w LedgerWeek) *scene {
	return s.during(l.base.Grid().Days(), w.First, w.Last)
}

// weeks cuts the days of the ledger from Monday to Sunday.
func (l *ledger) weeks() []LedgerWeek {
	var out []LedgerWeek
	for d, day := range l.base.Grid().Days() {
		if len(out) == 0 || day.Date.Weekday() == time.Monday {
			out = append(out, LedgerWeek{First: day.Date})
		}
		w := &out[len(out)-1]
		w.Last = day.Date
		for k, e := range l.entries {
			if l.acts[k][d] && !slices.Contains(w.Requests, e.ID) {
				w.Requests = append(w.Requests, e.ID)
			}
		}
	}
	return out
}

// left returns how many more calls of the usual sort the scene's days take before the
// chance falls below what is needed, to half a percent of the days' own calls.
func (l *ledger) left(ctx context.Context, s *scene, room []workload, now, need float64) (float64, error) {
	if now < need {
		return 0, nil
	}
	calls := 0.0
	more := *s
	more.base, more.added = make([]workload, len(s.base)), s.base
	for k := range s.base {
		parts := []*workload{&s.base[k]}
		if added := s.addedTo(k); added != nil {
			parts = append(parts, added)
		}
		p := &s.pools[k]
		more.base[k] = room[k]
		if err := more.base[k].addUp(ctx, p, s.first, s.end, 0, parts); err != nil {
			return 0, err
		}
		for j := p.begin[s.first]; j < p.begin[s.end]; j++ {
			own, _ := s.base[k].column(j)
			for _, c := range own {
				calls += float64(c)
			}
		}
	}
	at := func(x float64) (float64, error) {
		with := more
		with.scale = x
		return with.chance(ctx, l.h.Center)
	}
	most, err := at(LeftMost)
	if err != nil {
		return 0, err
	}
	b := bracket{hi: LeftMost, atLo: now, atHi: most}
	if most >= need {
		b.lo = LeftMost
	} else if err := b.close(need, 0.005, at); err != nil {
		return 0, err
	}
	return math.Floor(b.lo * calls / float64(s.paths)), nil
}

// clashes names the pairs that keep the target in a week one by one, and not together.
func (l *ledger) clashes(ctx context.Context, w LedgerWeek, room []workload, need float64) ([]Clash, error) {
	days := l.in(l.scene(l.pools, nil), w)
	alone := map[int]float64{}
	chance := func(in func(int) bool) (float64, error) {
		s, err := l.together(ctx, room, days.first, days.end, in)
		if err != nil {
			return 0, err
		}
		return s.chance(ctx, l.h.Center)
	}
	var acting []int
	for k, e := range l.entries {
		if !slices.Contains(w.Requests, e.ID) {
			continue
		}
		m, err := chance(func(x int) bool { return x == k })
		if err != nil {
			return nil, err
		}
		if alone[k] = m; m >= need {
			acting = append(acting, k)
		}
	}
	var out []Clash
	for n, i := range acting {
		for _, j := range acting[n+1:] {
			m, err := chance(func(x int) bool { return x == i || x == j })
			if err != nil {
				return nil, err
			}
			if m < need {
				out = append(out, Clash{l.entries[i].ID, l.entries[j].ID, w.First, [2]float64{alone[i], alone[j]}, m})
			}
		}
	}
	return out, nil
}
