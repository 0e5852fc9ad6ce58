package impact

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/forecast/uplift"
	"github.com/ringtide/ringtide/interval"
)

// HoursChange opens the queues longer or shorter, from the start to the end of the request.
// Without hours it is known by its calls alone, which then come in the hours there are.
type HoursChange struct {
	Hours *WeekHours `yaml:"hours,omitempty" json:"hours,omitempty"`
	// CallsPerDay is what is expected in the opened hours of a mean day that has some;
	// without hours, what comes (or, below 0, goes) a day in all.
	CallsPerDay *float64 `yaml:"calls_per_day,omitempty" json:"calls_per_day,omitempty"`
	Lost        *float64 `yaml:"lost,omitempty" json:"lost,omitempty"` // of the calls of closed hours, 0 to 1
	New         *float64 `yaml:"new,omitempty" json:"new,omitempty"`   // of the calls of opened hours, 0 to 1
}

// WeekHours are the new opening hours of weekdays, written "08:00-12:00 13:00-17:00" or
// "closed". A day that is left out keeps its hours, and so do holidays and closures.
type WeekHours struct {
	Mon *string `yaml:"mon,omitempty" json:"mon,omitempty"`
	Tue *string `yaml:"tue,omitempty" json:"tue,omitempty"`
	Wed *string `yaml:"wed,omitempty" json:"wed,omitempty"`
	Thu *string `yaml:"thu,omitempty" json:"thu,omitempty"`
	Fri *string `yaml:"fri,omitempty" json:"fri,omitempty"`
	Sat *string `yaml:"sat,omitempty" json:"sat,omitempty"`
	Sun *string `yaml:"sun,omitempty" json:"sun,omitempty"`
}

// byDay returns the hours as written, from Sunday on; nil where a day keeps its own.
func (h WeekHours) byDay() [7]*string {
	return [7]*string{h.Sun, h.Mon, h.Tue, h.Wed, h.Thu, h.Fri, h.Sat}
}

// Spans returns the hours by weekday, without the days that keep theirs.
func (h WeekHours) Spans() (map[time.Weekday][]interval.Span, error) {
	out, errs := map[time.Weekday][]interval.Span{}, []error{}
	for d, text := range h.byDay() {
		if text == nil {
			continue
		}
		name := strings.ToLower(time.Weekday(d).String()[:3])
		spans := []interval.Span{}
		if *text != "closed" {
			for part := range strings.FieldsSeq(*text) {
				span, err := interval.ParseSpan(part)
				if err != nil || len(spans) > 0 && span.Open < spans[len(spans)-1].Close {
					errs = append(errs, fmt.Errorf("hours_change.hours.%s: %q; write 08:00-17:00, several spans in order and apart by a space, or closed", name, *text))
					break
				}
				spans = append(spans, span)
			}
			if len(spans) == 0 && len(errs) == 0 {
				errs = append(errs, fmt.Errorf("hours_change.hours.%s: is empty; write closed, or leave the day out to keep its hours", name))
			}
		}
		out[time.Weekday(d)] = spans
	}
	return out, errors.Join(errs...)
}

func (x HoursChange) validate(r Request) error {
	if x.Hours == nil {
		if x.Lost != nil || x.New != nil {
			return errors.New("hours_change: lost and new are shares of the calls of closed and opened hours; give the hours as well")
		}
		return nil
	}
	spans, err := x.Hours.Spans()
	errs := []error{err}
	if len(spans) == 0 {
		errs = append(errs, errors.New("hours_change.hours: name at least one day, mon to sun"))
	}
	if known(x.CallsPerDay) < 0 {
		errs = append(errs, errors.New("hours_change.calls_per_day: is below 0; the calls of closed hours are in the records, so leave it out, or give what you expect in opened hours"))
	}
	if r.AHTSeconds != nil {
		errs = append(errs, errors.New("aht_seconds: calls at other hours take as long as the queue's own; leave it out"))
	}
	return errors.Join(errs...)
}

// hours returns the hours that the request changes; nil for none.
func (r Request) hours() *HoursChange {
	if r.HoursChange == nil || r.HoursChange.Hours == nil {
		return nil
	}
	return r.HoursChange
}

// reopened returns a calendar with the hours of a request.
func (r Request) reopened(cal *interval.Calendar, c uplift.Cause) (*interval.Calendar, error) {
	spans, err := r.hours().Hours.Spans()
	if err != nil {
		return nil, err
	}
	return cal.During(c.Start, c.End, spans)
}

// predict lays a request on the paths of a baseline.
func (l *learned) predict(ctx context.Context, r Request, c uplift.Cause, base *forecast.Paths, seed uint64) (p *uplift.Prediction, err error) {
	if x := r.hours(); x != nil {
		p, err = l.predictHours(ctx, r, c, base, uplift.HoursRule{Lost: x.Lost, New: x.New}, seed)
	} else {
		p, err = l.library.Predict(ctx, c, base, l.calendars, uplift.PredictOptions{Seed: seed})
	}
	if err != nil {
		return nil, fmt.Errorf("impact: %w", err)
	}
	return p, nil
}

func (l *learned) predictHours(ctx context.Context, r Request, c uplift.Cause, base *forecast.Paths, rule uplift.HoursRule, seed uint64) (*uplift.Prediction, error) {
	now := map[string]*interval.Calendar{}
	for name, cal := range l.calendars {
		with, err := r.reopened(cal, c)
		if err != nil {
			return nil, err
		}
		now[name] = with
	}
	return l.library.PredictHours(ctx, c, base, l.calendars, now, rule, uplift.PredictOptions{Seed: seed})
}

// hours are the intervals in which lines may be open: by the calendars of the center, or
// by those of a request that changes them.
type hours struct {
	center Center
	grid   interval.Grid
	queues map[string][]bool
	other  []*interval.Calendar // of the center, one per change
}

func hoursOf(c Center, g interval.Grid) *hours {
	h := &hours{center: c, grid: g, queues: map[string][]bool{}}
	for _, q := range c.Queues {
		h.queues[q.Name] = q.Calendar.Open(g)
	}
	return h
}

// allow adds the hours of a request, if it changes any.
func (h *hours) allow(r Request, c uplift.Cause) error {
	if r.hours() == nil {
		return nil
	}
	for _, q := range h.center.Queues {
		if len(r.Queues) > 0 && !slices.ContainsFunc(r.Queues, func(s QueueShare) bool { return s.Queue == q.Name }) {
			continue
		}
		cal, err := r.reopened(q.Calendar, c)
		if err != nil {
			return fmt.Errorf("impact: %w", err)
		}
		for i, is := range cal.Open(h.grid) {
			h.queues[q.Name][i] = h.queues[q.Name][i] || is
		}
	}
	cal, err := r.reopened(h.center.Calendar, c)
	h.other = append(h.other, cal)
	return err
}

// rostered returns the agents whom the center's roster has in a pool, at any hours that
// are allowed.
func (h *hours) rostered(w *work, pool string) []float64 {
	out := w.h.Roster.OnPosition(pool, h.grid, h.center.Calendar)
	for _, cal := range h.other {
		for i, n := range w.h.Roster.OnPosition(pool, h.grid, cal) {
			out[i] = max(out[i], n)
		}
	}
	return out
}

// allowAll lays out the hours of the request, of its deferral and of requests beside it.
func (w *work) allowAll() error {
	w.hours = hoursOf(w.h.Center, w.base.Grid())
	errs := []error{w.hours.allow(w.r, w.cause), w.hours.allow(w.r, postponed(w.cause, w.plan.shift))}
	for _, p := range w.o.Pending {
		if c, err := p.cause(); err == nil && p.Status != Declined {
			errs = append(errs, w.hours.allow(p, c))
		}
	}
	return errors.Join(errs...)
}

// emptyHours returns how many hours of the scored days a request opens in which calls
// come to a pool and nobody is on its roster.
func (w *work) emptyHours() float64 {
	if w.r.hours() == nil {
		return 0
	}
	g, n := w.base.Grid(), 0
	for i := range g.Len() {
		if w.acts(g, i) && slices.ContainsFunc(w.answers, func(a PoolAnswer) bool { return a.NetWith[i] > 0 && a.NetWithout[i] == 0 && a.Rostered[i] == 0 }) {
			n++
		}
	}
	return float64(n) * g.Step().Hours()
}

// HoursAnswer is what becomes of calls where opening hours change, over the horizon.
// On every path Closed = Lost + Moved, Opened = New + Drawn, and the uplift is New - Lost.
type HoursAnswer struct {
	Closed Dist `json:"closed"` // calls of hours that close
	Lost   Dist `json:"lost"`   // of them, those that come at no other time
	Moved  Dist `json:"moved"`  // of them, those that come in other hours
	Opened Dist `json:"opened"` // calls in hours that open, moved ones not among them
	New    Dist `json:"new"`    // of them, those that would not have come
	Drawn  Dist `json:"drawn"`  // of them, those that come from hours that stay open
}

func hoursAnswer(e *uplift.HoursEffect) *HoursAnswer {
	if e == nil {
		return nil
	}
	of := func(v []int64) Dist { return distOf(slices.Clone(v)) }
	return &HoursAnswer{Closed: of(e.Closed), Lost: of(e.Lost), Moved: distOf(difference(e.Closed, e.Lost)),
		Opened: of(e.Opened), New: of(e.New), Drawn: of(e.Drawn)}
}

// hoursDoubts moves what becomes of the calls to the ends of what is believed of it.
func (w *work) hoursDoubts(ctx context.Context) error {
	rule := uplift.HoursRule{Lost: w.r.HoursChange.Lost, New: w.r.HoursChange.New}
	for _, x := range []struct {
		fact   string
		ends   [2]float64
		moves  []int64
		stated bool
		set    func(*float64) uplift.HoursRule
	}{
		{"Calls of closed hours that are lost", [2]float64{0.1, 0.35}, w.pred.Hours.Closed, rule.Lost != nil,
			func(v *float64) uplift.HoursRule { return uplift.HoursRule{Lost: v, New: rule.New} }},
		{"Calls of opened hours that are new", [2]float64{0.3, 0.7}, w.pred.Hours.Opened, rule.New != nil,
			func(v *float64) uplift.HoursRule { return uplift.HoursRule{Lost: rule.Lost, New: v} }},
	} {
		if x.stated || meanOf(x.moves) == 0 {
			continue
		}
		s := Sensitivity{Fact: x.fact, Low: percent(x.ends[0]), High: percent(x.ends[1])}
		for k, to := range []struct{ total, meets *float64 }{{&s.TotalLow, &s.MeetsLow}, {&s.TotalHigh, &s.MeetsHigh}} {
			pred, err := w.past.predictHours(ctx, w.r, w.cause, w.base, x.set(&x.ends[k]), w.o.Seed)
			if err != nil {
				return fmt.Errorf("impact: %w", err)
			}
			added, err := addedWork(ctx, pred, w.base.Len(), w.pools, w.h.Center.Step.Seconds())
			if err != nil {
				return err
			}
			*to.total = pred.Total().Mean
			if *to.meets, err = w.scene(w.present, added).during(w.base.Grid().Days(), w.first, w.last).chance(ctx, w.h.Center); err != nil {
				return err
			}
		}
		w.sensitivity = append(w.sensitivity, s)
	}
	return nil
}

// scoredOfHours returns the last scored day of a change of hours: its end, or four weeks.
func (w *work) scoredOfHours() interval.Date {
	if w.cause.End.IsZero() {
		return minDate(w.cause.Start.AddDays(27), w.plan.last)
	}
	return minDate(w.cause.End, w.plan.last)
}

func (h *HoursAnswer) figures() []figure {
	if h == nil {
		return nil
	}
	var out []figure
	for _, x := range []struct {
		id, label, means string
		d                Dist
	}{
		{"closed", "Calls at hours that close", "The calls that the baseline has in them.", h.Closed},
		{"lost", "Calls of closed hours that are lost", "Of those at hours that close; they come at no other time.", h.Lost},
		{"moved", "Calls of closed hours that move", "Of those at hours that close; they come in the open time next to them.", h.Moved},
		{"opened", "Calls at hours that open", "New ones and those drawn from hours that stay open.", h.Opened},
		{"new", "New calls at hours that open", "Those that would not have come otherwise.", h.New},
		{"drawn", "Calls drawn to hours that open", "Those that would have come in hours that stay open.", h.Drawn},
	} {
		out = append(out, figure{id: "uplift.hours." + x.id, label: x.label, value: spread5(x.d), means: x.means, from: []string{"uplift.total"}, model: "Uplift", assumes: volumeFacts})
	}
	return out
}
