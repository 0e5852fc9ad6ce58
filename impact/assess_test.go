package impact

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"runtime"
	"sync"
	"testing"
)

func assessed(t testing.TB, h History, r Request, o Options) *Assessment {
	t.Helper()
	a, err := Assess(t.Context(), h, r, o)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

var usual struct {
	sync.Once
	a *Assessment
}

// usualAssessment is that of the fixtures, made once. Tests read it only.
func usualAssessment(t testing.TB) *Assessment {
	t.Helper()
	usual.Do(func() { usual.a = assessed(t, fixtureHistory(t), fixtureRequest(), fixtureOptions()) })
	if usual.a == nil {
		t.Fatal("the usual request could not be assessed")
	}
	return usual.a
}

// The same arguments give the same bytes, whatever the number of processors.
func TestSameInputSameBytes(t *testing.T) {
	first, err := json.Marshal(usualAssessment(t))
	if err != nil {
		t.Fatal(err)
	}
	procs := 1
	if runtime.GOMAXPROCS(0) == 1 {
		procs = 2
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
	second, err := json.Marshal(assessed(t, fixtureHistory(t), fixtureRequest(), fixtureOptions()))
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("the answer depends on the number of processors (%v)", err)
	}
}

// Figures that stand in several places of the document agree with each other.
func TestFiguresAgree(t *testing.T) {
	a := usualAssessment(t)
	days, queues := 0.0, 0.0
	for _, d := range a.Days {
		days += d.Uplift.Mean
		if !near(d.With.Mean-d.Without.Mean, d.Uplift.Mean, 0.02) {
			t.Errorf("%s: with %v, without %v, uplift %v", d.Date, d.With.Mean, d.Without.Mean, d.Uplift.Mean)
		}
		if !d.Open && d.With.Mean != 0 {
			t.Errorf("%s is closed and has %v calls", d.Date, d.With.Mean)
		}
	}
	for _, q := range a.Uplift.Queues {
		queues += q.Total.Mean
	}
	if !near(days, a.Uplift.Total.Mean, 0.05) || !near(queues, a.Uplift.Total.Mean, 0.05) {
		t.Errorf("total uplift %v, days sum to %v, queues to %v", a.Uplift.Total.Mean, days, queues)
	}
	lines := int64(0)
	for _, l := range a.Fee.Lines {
		lines += l.ExpectedCents
	}
	if lines != a.Fee.ExpectedCents {
		t.Errorf("fee lines sum to %d cents, the fee is %d", lines, a.Fee.ExpectedCents)
	}
	if len(a.Headline) != 5 {
		t.Errorf("page one has %d numbers, not five", len(a.Headline))
	}
}

func near(a, b, tolerance float64) bool { return math.Abs(a-b) <= tolerance+1e-4*math.Abs(b) }

// More pieces never mean fewer calls, better service or fewer agents.
func TestMonotoneInSize(t *testing.T) {
	t.Parallel()
	h, o := smallHistory(t), smallOptions()
	last := -1.0
	meets, hours := 2.0, -1.0
	for _, pieces := range []float64{10_000, 40_000, 160_000} {
		a := assessed(t, h, smallMailing(pieces), o)
		total, m := a.Uplift.Total.Mean, a.option(OptionApprove).Meets
		if total <= last || m > meets || a.Roster.PaidHours < hours {
			t.Errorf("%v pieces: %v calls (before %v), chance %v (before %v), %v hours (before %v)", pieces, total, last, m, meets, a.Roster.PaidHours, hours)
		}
		last, meets, hours = total, m, a.Roster.PaidHours
	}
}

// Adding the shifts of the report never makes service worse than doing nothing.
func TestAddedShiftsHelp(t *testing.T) {
	t.Parallel()
	a := assessed(t, smallHistory(t), smallMailing(160_000), smallOptions())
	staffed, approve := a.option(OptionStaffed), a.option(OptionApprove)
	if staffed == nil {
		t.Fatal("a large mailing adds no shift")
	}
	if staffed.Service.Mean <= approve.Service.Mean || staffed.Abandoned.Mean >= approve.Abandoned.Mean {
		t.Errorf("service %v and %v abandoned with shifts; %v and %v without", staffed.Service.Mean, staffed.Abandoned.Mean, approve.Service.Mean, approve.Abandoned.Mean)
	}
	if a.Roster.CostCents+a.Roster.ShortCents < a.Roster.BoundCents {
		t.Errorf("the roster costs %d cents and %d for want of agents, less than its proved bound %d", a.Roster.CostCents, a.Roster.ShortCents, a.Roster.BoundCents)
	}
}

// Calls sent to an automated response lower the volume and never raise the fee.
func TestDeflectionTakesCallsAway(t *testing.T) {
	t.Parallel()
	a := assessed(t, smallHistory(t), toIVR(60, 0.4), smallOptions())
	if a.Uplift.Total.Mean >= 0 || a.Fee.ExpectedCents != 0 {
		t.Errorf("uplift %v, fee %d cents", a.Uplift.Total.Mean, a.Fee.ExpectedCents)
	}
	if a.option(OptionApprove).Service.Mean < a.option(OptionDecline).Service.Mean {
		t.Error("service falls when calls are taken away")
	}
}

// A countdown is a context that ends when it has been asked n times whether it has.
type countdown struct {
	context.Context
	mu   sync.Mutex
	left int
	done chan struct{}
}

func newCountdown(ctx context.Context, n int) *countdown {
	return &countdown{Context: ctx, left: n, done: make(chan struct{})}
}

func (c *countdown) Done() <-chan struct{} { return c.done }

func (c *countdown) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.left--; c.left > 0 {
		return nil
	}
	if c.left == 0 {
		close(c.done)
	}
	return context.Canceled
}

// Cancelled at any moment, Assess gives up with the context's error and no answer.
// How soon is told in docs/measured.md.
func TestCancelledAtAnyMoment(t *testing.T) {
	h, r, o := fixtureHistory(t), fixtureRequest(), fixtureOptions()
	count := newCountdown(t.Context(), 1<<30)
	if _, err := Assess(count, h, r, o); err != nil {
		t.Fatal(err)
	}
	asked := 1<<30 - count.left
	for k := range 12 {
		ctx := newCountdown(t.Context(), 1+k*asked/12)
		a, err := Assess(ctx, h, r, o)
		if !errors.Is(err, context.Canceled) || a != nil {
			t.Errorf("cancelled at check %d of %d: %v, answer %v", 1+k*asked/12, asked, err, a != nil)
		}
	}
}

func TestWrongRequestsAreNamed(t *testing.T) {
	h, o := fixtureHistory(t), fixtureOptions()
	for _, tt := range []struct {
		name string
		edit func(*Request)
	}{
		{"start in the history", func(r *Request) { r.Start = date("2026-05-31") }},
		{"queue the center does not have", func(r *Request) { r.Queues = []QueueShare{{"parks", 1}} }},
		{"shares that do not sum to 1", func(r *Request) { r.Queues[0].Share = 0.5 }},
		{"block of another type", func(r *Request) { r.Event = &Event{} }},
		{"end before start", func(r *Request) { r.End = date("2026-06-01") }},
		{"no id", func(r *Request) { r.ID = "" }},
	} {
		r := fixtureRequest()
		tt.edit(&r)
		if _, err := Assess(t.Context(), h, r, o); err == nil {
			t.Errorf("%s is accepted", tt.name)
		}
	}
}
