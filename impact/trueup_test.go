package impact

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/fee"
	"github.com/ringtide/ringtide/interval"
)

// added is a history to the end of August with calls that come to the southern queue, so
// many in all, in the second week of June.
func added(t *testing.T, c Center, calls float64) History {
	t.Helper()
	h := historyOf(t, c, date("2026-03-02"), date("2026-08-31"), map[string]float64{"north": 300, "south": 200})
	s := h.Queues[1].Queued
	values, states := make([]float64, s.Len()), make([]interval.State, s.Len())
	open := 0.0
	inside := func(i int) bool {
		d := interval.DateOf(s.Grid().At(i))
		return !d.Before(date("2026-06-10")) && !d.After(date("2026-06-19"))
	}
	for i := range values {
		if values[i], states[i] = s.At(i); inside(i) && states[i] == interval.Observed {
			open++
		}
	}
	for i := range values {
		if inside(i) && states[i] == interval.Observed {
			values[i] += math.Round(calls / open)
		}
	}
	more, err := interval.NewSeries("south", s.Grid(), values, states)
	if err != nil {
		t.Fatal(err)
	}
	h.Queues[1].Queued = more
	return h
}

// The actual bill follows what was counted: calls that came are found again, lines sum to
// the totals to the cent, and more calls cost more.
func TestRebill(t *testing.T) {
	t.Parallel()
	o := smallOptions()
	o.Fees.FiscalYear = fee.YearStart{Month: 7, Day: 1}
	h := smallHistory(t)
	a, err := Assess(t.Context(), h, smallMailing(20_000), o)
	if err != nil {
		t.Fatal(err)
	}
	work := map[string]Work{"north": h.Queues[0].Recent, "south": h.Queues[1].Recent}
	bill := func(calls float64) *TrueUp {
		t.Helper()
		x, err := Rebill(t.Context(), added(t, h.Center, calls), a, o.Fees, work, new(12.5))
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	x := bill(900)
	if x.MeasuredCalls < 600 || x.MeasuredCalls > 1200 || x.LowCalls >= x.MeasuredCalls || x.HighCalls <= x.MeasuredCalls {
		t.Errorf("900 calls came, measured %v (%v to %v)", x.MeasuredCalls, x.LowCalls, x.HighCalls)
	}
	// 1000 handled and 50 gave up; 500 s of the 500,000 s of 1000 handled.
	if math.Abs(x.HandledShare-1000.0/1050) > 1e-5 || math.Abs(x.AHTSeconds-500) > 10 && x.AHTSeconds < 280 {
		t.Errorf("%v handled in %v s", x.HandledShare, x.AHTSeconds)
	}
	estimated, actual := int64(0), int64(0)
	for _, l := range x.Lines {
		if l.AdjustmentCents != l.ActualCents-l.EstimatedCents {
			t.Errorf("%+v", l)
		}
		estimated, actual = estimated+l.EstimatedCents, actual+l.ActualCents
	}
	if estimated != x.EstimatedCents || estimated != a.Fee.ExpectedCents || actual != x.ActualCents || x.AdjustmentCents != actual-estimated {
		t.Errorf("lines sum to %d and %d: %+v", estimated, actual, x)
	}
	if x.LowCents > x.ActualCents || x.HighCents < x.ActualCents {
		t.Errorf("%d is not between %d and %d", x.ActualCents, x.LowCents, x.HighCents)
	}
	if more := bill(1800); more.ActualCents <= x.ActualCents || more.EstimatedCents != x.EstimatedCents {
		t.Errorf("twice the calls cost %d, once %d", more.ActualCents, x.ActualCents)
	}
	doc, err := json.Marshal(x)
	var back TrueUp
	if err != nil || json.Unmarshal(doc, &back) != nil || !reflect.DeepEqual(&back, x) {
		t.Errorf("read back %+v", back)
	}
}

func TestNothingToRebillIsNamed(t *testing.T) {
	o, h := smallOptions(), smallHistory(t)
	a, err := Assess(t.Context(), h, smallMailing(20_000), o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Rebill(t.Context(), h, a, o.Fees, nil, nil); err == nil || !strings.Contains(err.Error(), "load the records up to then") {
		t.Errorf("billed before the calls came: %v", err)
	}
	if _, err := Rebill(t.Context(), added(t, h.Center, 0), a, o.Fees, nil, new(math.NaN())); err == nil {
		t.Error("no number of hours is accepted")
	}
}
