package impact

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/ringtide/ringtide/fee"
	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// Options are what an assessment rests on besides the history and the request.
type Options struct {
	Policy  Policy
	Fees    fee.Schedule
	Paths   int    // simulated futures; 0 means 1000
	Seed    uint64 // the same seed gives the same answer
	Version string // of the program, for the provenance
	// DeferDays is by how many days the option to defer moves the start where the
	// notice would allow it today; 0 means 14.
	DeferDays int
	// Pending are other requests, approved or pending, beside which this one is looked at;
	// declined ones are left out.
	Pending []Request
}

func (o Options) withDefaults() Options {
	if o.Paths == 0 {
		o.Paths = 1000
	}
	if o.DeferDays == 0 {
		o.DeferDays = 14
	}
	return o
}

// Validate reports every fault of the options at once.
func (o Options) Validate() error {
	var errs []error
	if o.Paths < 0 || o.Paths > 0 && o.Paths < 100 || o.Paths > 20_000 {
		errs = append(errs, fmt.Errorf("%d paths; give 100 to 20000, or 0 for 1000", o.Paths))
	}
	if o.DeferDays < 0 || o.DeferDays > 120 {
		errs = append(errs, fmt.Errorf("deferral of %d days; give 1 to 120", o.DeferDays))
	}
	kinds := make([]string, 0, len(uplift.Kinds()))
	for _, k := range uplift.Kinds() {
		kinds = append(kinds, string(k))
	}
	errs = append(errs, o.Policy.Validate(), o.Fees.Validate(kinds...))
	return errors.Join(errs...)
}

// Assess answers what the request will do to the center. It is the whole road in
// one function: learn the past, simulate the baseline, add the request, staff it,
// price it, judge it. It reads no file, no clock and no global; the same
// arguments give the same answer on every machine. It returns an error for
// arguments that do not fit together and, within 50 ms, when ctx ends.
func Assess(ctx context.Context, h History, r Request, o Options) (*Assessment, error) {
	o = o.withDefaults()
	if err := errors.Join(h.Validate(), r.Validate(h.Center), o.Validate(), validPending(h, r, o.Pending)); err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	cause, err := r.cause()
	if err != nil {
		return nil, err
	}
	past, err := learn(ctx, h)
	if err != nil {
		return nil, err
	}
	plan, err := past.planTime(h, r, cause, o)
	if err != nil {
		return nil, err
	}
	base, err := past.baseline(ctx, plan, o)
	if err != nil {
		return nil, err
	}
	pred, err := past.predict(ctx, r, cause, base, o.Seed)
	if err != nil {
		return nil, err
	}
	w := &work{h: h, r: r, o: o, cause: cause, plan: plan, past: past, base: base, pred: pred}
	if err := w.allowAll(); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{
		w.count, w.staff, w.require, w.cover, w.scoreOptions, w.scoreConditions, w.scoreDeferral, w.invert, w.scoreLines, w.scoreStage, w.check, w.price, w.joinOthers,
	} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	return w.compose(ctx)
}

// schedulePlan is the time the assessment covers.
type timePlan struct {
	grid        interval.Grid
	first, last interval.Date // of the request's own calls, at most
	shift       int           // days by which the option to defer moves it; 0: no such option
}

// planTime lays the horizon out: from a week before the start, or the end of the
// history, to the last day of the request's calls, deferral included.
func (l *learned) planTime(h History, r Request, c uplift.Cause, o Options) (timePlan, error) {
	known := h.last()
	if !r.Start.After(known) {
		return timePlan{}, fmt.Errorf("impact: request %q: start: %s lies in the history, which ends on %s; only a later start can be assessed", r.ID, r.Start, known)
	}
	p := timePlan{first: r.Start, last: l.lastDay(c)}
	if deferrable(r.Type) {
		p.shift = o.DeferDays
		if rule := o.Policy.noticeFor(r); rule != nil {
			if need := o.Policy.notice(findings{center: h.Center, request: r}); need.Result == Fail {
				p.shift = need.Earliest.Sub(r.Start)
			}
		}
	}
	first := r.Start.AddDays(-7)
	if !first.After(known) {
		first = known.AddDays(1)
	}
	g, err := interval.DayGrid(first, p.last.AddDays(p.shift), h.Center.Step, h.Center.Calendar.Location())
	p.grid = g
	return p, err
}

// deferrable reports whether a request can wait; emergencies cannot.
func deferrable(k uplift.Kind) bool {
	switch k {
	case uplift.Surge, uplift.SeatLoss, uplift.OutageNotice:
		return false
	}
	return true
}

// learned is what the past teaches: effects of causes, and the history without them.
type learned struct {
	library   uplift.Library
	estimates []uplift.Estimate
	adjusted  []forecast.Input
	calendars map[string]*interval.Calendar
	causes    []uplift.Cause // past ones and announced ones
	known     interval.Date  // last day of the history
	warnings  []Warning
	model     *forecast.Model // of the baseline, once it is fitted
}

func learn(ctx context.Context, h History) (*learned, error) {
	out := &learned{calendars: map[string]*interval.Calendar{}, causes: h.Causes, known: h.last()}
	var inputs []forecast.Input
	for _, q := range h.Queues {
		queue, _ := h.Center.Queue(q.Queue)
		out.calendars[q.Queue] = queue.Calendar
		inputs = append(inputs, forecast.Input{Queue: q.Queue, Series: q.Queued, Calendar: queue.Calendar})
	}
	var past []uplift.Cause
	for _, c := range h.Causes {
		if !c.Start.After(out.known) {
			past = append(past, c)
		}
	}
	telling := touchedBy(past, inputs)
	lib, err := uplift.Learn(ctx, telling, past, uplift.Options{})
	if err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	out.library, out.estimates = lib.Library(), lib.Estimates()
	for k, clean := range inputs {
		if slices.ContainsFunc(telling, func(x forecast.Input) bool { return x.Queue == clean.Queue }) {
			if clean, err = lib.Adjust(clean); err != nil {
				return nil, fmt.Errorf("impact: %w", err)
			}
		}
		clean.Ordinary, clean.Drivers = h.Queues[k].Ordinary, h.Queues[k].Drivers
		out.adjusted = append(out.adjusted, clean)
	}
	return out, nil
}

// touchedBy returns the queues that a cause touched, or the first where none did. The others
// have nothing to be taken off and say nothing of an effect; to learn from them takes most
// of the time of a center of many lines.
func touchedBy(causes []uplift.Cause, queues []forecast.Input) []forecast.Input {
	var out []forecast.Input
	for _, in := range queues {
		if slices.ContainsFunc(causes, func(c uplift.Cause) bool {
			return len(c.Queues) == 0 || slices.ContainsFunc(c.Queues, func(s uplift.Share) bool { return s.Queue == in.Queue })
		}) {
			out = append(out, in)
		}
	}
	if out == nil {
		return queues[:1]
	}
	return out
}

// later returns the causes whose calls come on or after the day and are not in the
// baseline: those announced, and passing ones that are not over.
func (l *learned) later(day interval.Date) []uplift.Cause {
	var out []uplift.Cause
	for _, c := range l.causes {
		inBaseline := c.Permanent && !c.Start.After(l.known)
		if !inBaseline && !l.lastDay(c).Before(day) {
			out = append(out, c)
		}
	}
	return out
}

// baseline simulates the futures without the request. Causes that were announced
// before it, or still go on, are part of them.
func (l *learned) baseline(ctx context.Context, p timePlan, o Options) (*forecast.Paths, error) {
	model, err := forecast.Fit(ctx, l.adjusted, forecast.Options{})
	if err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	l.model = model
	l.warnings = append(l.warnings, grouped(model.Warnings())...)
	base, err := model.Simulate(ctx, p.grid, o.Paths, o.Seed)
	if err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	return l.add(ctx, l.later(interval.DateOf(p.grid.Start())), base, o)
}

// grouped makes one warning of those that several queues share.
func grouped(warnings []forecast.Warning) []Warning {
	var out []Warning
	count := map[string]int{}
	for _, w := range warnings {
		if count[w.Code]++; count[w.Code] == 1 {
			out = append(out, Warning{w.Code, w.Text, w.Number})
		}
	}
	for i, w := range out {
		if n := count[w.Code]; n > 1 {
			out[i].Text = fmt.Sprintf("%d queues, the first of them: %s", n, w.Text)
		}
	}
	return out
}
