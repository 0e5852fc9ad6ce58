package simulate

import (
	"context"
	"runtime"
	"slices"
	"sync"

	"github.com/ringtide/ringtide/interval"
)

// Run simulates all days of cfg and hands each to sink in order; a nil sink drops
// them. Opening hours come from cal, agents from the weekly roster. Days are
// played on GOMAXPROCS goroutines, but every random stream belongs to the seed, a
// day and a purpose: the same arguments give the same days and the same Truth, on
// processors of one kind (fused multiply-add may move a call by a millisecond).
//
// A bad config or roster is one error with all its faults. When ctx ends, or sink
// fails, Run stops within a day's work of the sink and returns that error.
func Run(ctx context.Context, cfg Config, cal *interval.Calendar, roster []AgentShift, seed uint64, sink Sink) (Truth, error) {
	p, err := newPlan(ctx, cfg, cal, roster, seed)
	if err != nil {
		return Truth{}, err
	}
	ctx, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	days := p.start(ctx, &wg)
	w := writer{p: p, sink: sink, truth: p.newTruth()}
	for range p.days {
		r, err := days.next(ctx)
		if err == nil {
			err = w.day(r)
		}
		if err != nil {
			return Truth{}, err
		}
		days.spare <- r
	}
	return w.truth, nil
}

// A played day arrives on its own channel, so that days stay in order.
type played struct {
	r   *result
	err error
}

// An assembly plays days ahead of the one who takes them.
type assembly struct {
	days  []chan played
	spare chan *result // a day is begun only when there is memory for it
	at    int
}

// start begins to play days. All goroutines end when ctx does, or the days do.
func (p *plan) start(ctx context.Context, wg *sync.WaitGroup) *assembly {
	workers := min(runtime.GOMAXPROCS(0), len(p.days))
	a := &assembly{days: make([]chan played, len(p.days)), spare: make(chan *result, 3*workers)}
	for range 3 * workers {
		a.spare <- &result{}
	}
	for i := range a.days {
		a.days[i] = make(chan played, 1)
	}
	turn := make(chan int)
	wg.Go(func() {
		defer close(turn)
		for i := range p.days {
			select {
			case turn <- i:
			case <-ctx.Done():
				return
			}
		}
	})
	for range workers {
		wg.Go(func() { a.work(ctx, p, turn) })
	}
	return a
}

// work plays days in turn. Memory is taken before the turn, so a day that has
// been taken is always played and nobody waits for memory that a later day holds.
func (a *assembly) work(ctx context.Context, p *plan, turn <-chan int) {
	f := floor{p: p}
	for {
		var r *result
		select {
		case r = <-a.spare:
		case <-ctx.Done():
			return
		}
		day, ok := <-turn
		if !ok {
			return
		}
		a.days[day] <- played{r, f.play(ctx, day, r)}
	}
}

// next waits for the next day. It looks at ctx first, so that no day is handed on
// after ctx has ended even if the day is ready.
func (a *assembly) next(ctx context.Context) (*result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case d := <-a.days[a.at]:
		a.at++
		return d.r, d.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// A writer numbers the contacts of successive days and passes the days on.
type writer struct {
	p      *plan
	sink   Sink
	truth  Truth
	serial uint64
	late   []LogEvent // of earlier days, after their midnight
}

func (w *writer) day(r *result) error {
	base := w.serial
	for i := range r.log.Contacts {
		r.log.Contacts[i].Serial += base
	}
	for i := range r.log.Events {
		r.log.Events[i].Serial += base
	}
	w.serial += 2 * uint64(len(r.log.Contacts))
	w.split(r)
	w.truth.add(w.p, r)
	if w.sink == nil {
		return nil
	}
	return w.sink.Day(&r.log)
}

// split moves events after the day's midnight to the log of the day they belong to.
func (w *writer) split(r *result) {
	if len(w.late) > 0 {
		r.log.Events = append(r.log.Events, w.late...)
		slices.SortStableFunc(r.log.Events, func(a, b LogEvent) int { return int(a.At - b.At) })
		w.late = w.late[:0]
	}
	if r.day == len(w.p.days)-1 {
		return
	}
	n := len(r.log.Events)
	for n > 0 && r.log.Events[n-1].At >= r.next {
		n--
	}
	w.late = append(w.late, r.log.Events[n:]...)
	r.log.Events = r.log.Events[:n]
}
