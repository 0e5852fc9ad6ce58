package uplift

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// A countdown is a context that is cancelled once it has been asked so many times.
type countdown struct {
	context.Context
	asked atomic.Int64
	limit int64
}

func (c *countdown) Err() error {
	if c.asked.Add(1) > c.limit {
		return context.Canceled
	}
	return nil
}

// Whenever the context is cancelled, the answer is that it was, and nothing else.
func TestCancelledAtAnyMoment(t *testing.T) {
	causes, effects := mailings(t, 3, 30, 130, 5)
	in := center{days: 130, mean: 600, queues: []string{"a", "b"}, seed: 5}.history(t, all(effects))
	base, cals := flat(t, 100, 42, 20, 5)
	lib := PriorLibrary()
	for _, tt := range []struct {
		name string
		run  func(ctx context.Context) (any, error)
	}{
		{"learn", func(ctx context.Context) (any, error) {
			l, err := Learn(ctx, in, causes, Options{})
			if l == nil {
				return nil, err
			}
			return l, err
		}},
		{"predict", func(ctx context.Context) (any, error) {
			p, err := lib.Predict(ctx, mailing(50000), base, cals, PredictOptions{})
			if p == nil {
				return nil, err
			}
			return p, err
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			whole := &countdown{Context: t.Context(), limit: math.MaxInt64}
			if _, err := tt.run(whole); err != nil {
				t.Fatal(err)
			}
			asked := whole.asked.Load()
			if asked < 50 {
				t.Fatalf("the context is asked %d times only", asked)
			}
			for i := range int64(25) {
				ctx := &countdown{Context: t.Context(), limit: asked * i / 25}
				if got, err := tt.run(ctx); !errors.Is(err, context.Canceled) || got != nil || !strings.HasPrefix(err.Error(), "uplift: ") {
					t.Fatalf("cancelled after %d of %d: %v, %v", ctx.limit, asked, got, err)
				}
			}
		})
	}
}

// TestCancelReturns uses a real context: the call ends long before it would have.
func TestCancelReturns(t *testing.T) {
	causes, effects := mailings(t, 6, 40, 365, 5)
	in := center{days: 365, mean: 600, queues: []string{"a", "b", "c"}, seed: 5}.history(t, all(effects))
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, cancel)
	if _, err := Learn(ctx, in, causes, Options{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// checkFinite learns, and fails on anything that is not a number.
func checkFinite(t *testing.T, in []forecast.Input, causes []Cause) *Learned {
	t.Helper()
	l, err := Learn(t.Context(), in, causes, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range l.Estimates() {
		if !finite(e.Total) || !finite(e.SE) || e.SE < 0 {
			t.Errorf("%s: %v ± %v", e.ID, e.Total, e.SE)
		}
	}
	lib := l.Library()
	if err := lib.Validate(); err != nil {
		t.Error(err)
	}
	return l
}

// A cause that starts with the last day of the history shows one day of itself at
// most, and teaches next to nothing.
func TestCauseOfTheLastDay(t *testing.T) {
	const days = 131 // ends on a Friday
	in := center{days: days - 2, mean: 500, queues: []string{"q"}, seed: 2}.history(t, func(int, interval.Date) float64 { return 0 })
	last := firstDay.AddDays(days - 3)
	for _, k := range Kinds() {
		c := Cause{ID: "last", Kind: k, Start: last, Size: 100}
		l := checkFinite(t, in, []Cause{c})
		if e := l.Estimates()[0]; len(e.Daily) > 1+k.lead() {
			t.Errorf("%s: an effect on %d days", k, len(e.Daily))
		}
		late := c
		late.Start = last.AddDays(1)
		if e := checkFinite(t, in, []Cause{late}).Estimates()[0]; e.Seen || e.Total != 0 {
			t.Errorf("%s: a cause after the history is seen: %+v", k, e)
		}
	}
}

// Of two years only each January and October are known.
func TestMonthsOfMissingDays(t *testing.T) {
	mail := Cause{ID: "mail", Kind: Mailing, Size: 30000, Start: interval.MustDate("2025-10-06")}
	unseen := Cause{ID: "unseen", Kind: Mailing, Size: 30000, Start: interval.MustDate("2025-05-05")}
	route := Cause{ID: "route", Kind: RouteIn, Size: 90, Start: interval.MustDate("2025-07-01"), Permanent: true}
	shape := Kernel{"gamma", 4, 3}.days(20)
	in := center{days: 700, mean: 600, queues: []string{"q"}, seed: 3}.history(t, func(_ int, d interval.Date) float64 {
		if i := d.Sub(mail.Start); i >= 0 && i < len(shape) {
			return 1500 * shape[i]
		}
		return 0
	})
	s := in[0].Series
	values, states := s.Values(), s.States()
	for _, d := range s.Grid().Days() {
		if m := d.Date.Month(); m == time.January || m == time.October {
			continue
		}
		for i := d.First; i < d.End; i++ {
			values[i], states[i] = 0, interval.Missing
		}
	}
	s, err := interval.NewSeries("q", s.Grid(), values, states)
	if err != nil {
		t.Fatal(err)
	}
	in[0].Series = s
	l := checkFinite(t, in, []Cause{mail, unseen, route})
	for _, e := range l.Estimates() {
		if e.ID == "mail" && math.Abs(e.Total-1500) > 4*e.SE {
			t.Errorf("the mailing brings %.0f ± %.0f, it brought 1500", e.Total, e.SE)
		}
	}
	if _, err := l.Adjust(in[0]); err != nil {
		t.Error(err)
	}
}

// Sizes that no number can follow give finite results or an error that names the cause.
func TestAbsurdSizes(t *testing.T) {
	in := center{days: 90, mean: 300, queues: []string{"q"}, seed: 4}.history(t, func(int, interval.Date) float64 { return 0 })
	for _, size := range []float64{1e-300, 1e-12, 1e15, 1e80, 1e160, 1e300} {
		for _, k := range []Kind{Mailing, RouteIn} {
			c := Cause{ID: "absurd", Kind: k, Size: size, Start: firstDay.AddDays(40)}
			l, err := Learn(t.Context(), in, []Cause{c, {ID: "plain", Kind: k, Size: 100, Start: firstDay.AddDays(20)}}, Options{})
			switch {
			case err != nil && !strings.Contains(err.Error(), `cause "absurd"`):
				t.Errorf("%s of %v: %v", k, size, err)
			case err == nil:
				for _, e := range l.Estimates() {
					if !finite(e.Total) || !finite(e.SE) {
						t.Errorf("%s of %v: %s brings %v ± %v", k, size, e.ID, e.Total, e.SE)
					}
				}
			}
		}
	}
}
