package forecast

import (
	"math"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

// times multiplies the calls of the days first to last.
func times(t testing.TB, in Input, first, last string, f float64) Input {
	t.Helper()
	a, b := interval.MustDate(first), interval.MustDate(last)
	return edit(t, in, func(d interval.Date, _ int, v float64, s interval.State) (float64, interval.State) {
		if s == interval.Observed && !d.Before(a) && !d.After(b) {
			v = math.Round(v * f)
		}
		return v, s
	})
}

// A tripled week is proposed as one outlier, and does not return a year later, accepted or not.
func TestTripledWeekDoesNotReturn(t *testing.T) {
	plain := office(900, 41).history(t, "general", "2024-01-01", "2026-02-27")
	odd := times(t, plain, "2025-03-10", "2025-03-14", 3)
	m := mustFit(t, odd)
	var found *Proposal
	for _, p := range m.Review() {
		if p.First == interval.MustDate("2025-03-10") {
			found = &p
		}
	}
	if found == nil || found.Kind != Outlier || found.Last != interval.MustDate("2025-03-14") || math.Abs(found.Factor-3) > 0.4 {
		t.Fatalf("proposals %+v; want one outlier from 2025-03-10 to 14 of about 3", m.Review())
	}
	accepted, err := Accept(odd, *found)
	if err != nil {
		t.Fatal(err)
	}
	want := total(mustSimulate(t, mustFit(t, plain), "2026-03-09", "2026-03-15", 400, 1), 0)
	for name, in := range map[string]Input{"undecided": odd, "accepted": accepted} {
		if got := total(mustSimulate(t, mustFit(t, in), "2026-03-09", "2026-03-15", 400, 1), 0); math.Abs(got/want-1) > 0.02 {
			t.Errorf("%s: the week a year later has %.0f calls, without the odd week %.0f", name, got, want)
		}
	}
}

// An outage of three days moves the forecast of eight weeks by less than 1 %.
func TestOutageMovesLittle(t *testing.T) {
	for _, seed := range []uint64{42, 44} {
		plain := office(900, seed).history(t, "general", "2025-01-01", "2026-02-27")
		want := total(mustSimulate(t, mustFit(t, plain), "2026-02-28", "2026-04-24", 200, 1), 0)
		for first, most := range map[string]float64{
			"2025-12-09": 0.01, "2026-01-20": 0.01, "2026-02-10": 0.01,
			"2026-02-24": 0.03, // to the day before the last: what these days told of the level is gone
		} {
			last := interval.MustDate(first).AddDays(2).String()
			out := times(t, plain, first, last, 0)
			if got := total(mustSimulate(t, mustFit(t, out), "2026-02-28", "2026-04-24", 200, 1), 0); math.Abs(got/want-1) > most {
				t.Errorf("seed %d, silent from %s to %s: %.0f calls in eight weeks, %.0f without (%+.2f %%)", seed, first, last, got, want, 100*(got/want-1))
			}
		}
	}
}

// A step in the level is proposed near its day with its size; a level that only wanders is not.
func TestLevelShiftIsProposed(t *testing.T) {
	plain := office(900, 45).history(t, "general", "2024-06-03", "2026-02-27")
	for _, p := range mustFit(t, plain).Review() {
		if p.Kind == LevelShift {
			t.Errorf("proposed without a step: %+v", p)
		}
	}
	for _, f := range []float64{1.4, 0.7} {
		var found []Proposal
		in := times(t, plain, "2025-09-10", "2026-02-27", f)
		for _, p := range mustFit(t, in).Review() {
			if p.Kind == LevelShift {
				found = append(found, p)
			}
		}
		if len(found) != 1 || math.Abs(float64(found[0].First.Sub(interval.MustDate("2025-09-10")))) > 7 || math.Abs(found[0].Factor/f-1) > 0.15 { // the season takes part of it
			t.Errorf("a step of %v on 2025-09-10: proposals %+v", f, found)
			continue
		}
		at, err := Accept(in, found[0])
		if err != nil {
			t.Fatal(err)
		}
		before := at.Series.Window(interval.MustDate("2025-07-01"), interval.MustDate("2025-07-31")).Total()
		was := in.Series.Window(interval.MustDate("2025-07-01"), interval.MustDate("2025-07-31")).Total()
		if math.Abs(before/was/found[0].Factor-1) > 0.02 {
			t.Errorf("accepted, July has %.0f calls, was %.0f; factor %.2f", before, was, found[0].Factor)
		}
	}
}

// A rejected outlier is learnt from.
func TestOrdinaryDaysAreLearnt(t *testing.T) {
	in := times(t, office(900, 46).history(t, "general", "2025-06-02", "2026-02-27"), "2026-02-18", "2026-02-18", 2.5)
	left := mustFit(t, in)
	in.Ordinary = []interval.Date{interval.MustDate("2026-02-18")}
	kept := mustFit(t, in)
	if len(left.Review()) == 0 || len(kept.Review()) != 0 {
		t.Fatalf("proposals %+v, and %+v once it is ordinary", left.Review(), kept.Review())
	}
	a, b := total(mustSimulate(t, left, "2026-02-28", "2026-03-06", 300, 1), 0), total(mustSimulate(t, kept, "2026-02-28", "2026-03-06", 300, 1), 0)
	if b <= a {
		t.Errorf("a busy day that counts gives %.0f calls next week, one left out %.0f", b, a)
	}
}

func TestAcceptFaults(t *testing.T) {
	in := office(100, 47).history(t, "general", "2026-01-05", "2026-02-27")
	for want, p := range map[string]Proposal{
		`accept a "typo"`: {Kind: "typo"}, "factor of 0": {Kind: LevelShift, First: interval.MustDate("2026-02-02")},
	} {
		if _, err := Accept(in, p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v", p, err)
		}
	}
}
