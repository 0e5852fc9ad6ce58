package forecast

import (
	"math"
	"slices"
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

// An outage of three days moves the forecast of eight weeks by less than 1 % two months
// and more before the end of the history, and nearer to it by what its days would have told
// of the level: found by itself it does no more than declared.
func TestOutageMovesLittle(t *testing.T) {
	for _, level := range []float64{15, 60, 1000} {
		plain := office(level, 50).history(t, "general", "2024-01-01", "2026-02-27")
		want := eightWeeks(t, mustFit(t, plain))
		for back, most := range map[int]float64{0: 0.025, 1: 0.02, 4: 0.02, 15: 0.02, 60: 0.01} {
			last := interval.MustDate("2026-02-27").AddDays(-back)
			first := last.AddDays(-2)
			declared := eightWeeks(t, mustFit(t, lose(t, plain, first.String(), last.String()))) / want
			for _, left := range []float64{0, 0.2} {
				got := eightWeeks(t, mustFit(t, times(t, plain, first.String(), last.String(), left))) / want
				if math.Abs(got-1) > most || math.Abs(got-declared) > 0.007 {
					t.Errorf("%v calls a day, %v of them left from %s to %s: eight weeks change by %+.2f %%, by %+.2f %% where it is declared", level, left, first, last, 100*(got-1), 100*(declared-1))
				}
			}
		}
	}
}

// eightWeeks returns the calls of the eight weeks after 2026-02-27 at the centers of the days.
func eightWeeks(t *testing.T, m *Model) float64 {
	t.Helper()
	q := m.queues[0]
	g, err := interval.DayGrid(interval.MustDate("2026-02-28"), interval.MustDate("2026-04-24"), m.frame.grid.Step(), m.frame.grid.Location())
	if err != nil {
		t.Fatal(err)
	}
	f, calls := newFrame(g), 0.0
	for _, d := range q.foresee(f, q.cal.Open(g), Options{}).days {
		if d.open {
			calls += math.Exp(d.center) * d.size
		}
	}
	return calls
}

// Days that lose most of their calls are proposed as one outlier, also where no day of them
// stands out alone, and at the end of the history.
func TestOutageIsProposed(t *testing.T) {
	single := func(p Proposal) bool { return p.Kind != Outlier || p.Days == 1 }
	for _, level := range []float64{15, 60, 1000} {
		plain := office(level, 50).history(t, "general", "2024-01-01", "2026-02-27")
		for _, first := range []string{"2025-06-24", "2026-02-25"} {
			last := interval.MustDate(first).AddDays(2)
			found := slices.DeleteFunc(mustFit(t, times(t, plain, first, last.String(), 0.2)).Review(), single)
			if len(found) != 1 || found[0].First.String() != first || found[0].Last != last || found[0].Factor > 0.4 {
				t.Errorf("%v calls a day, a fifth of them left from %s: proposals %+v", level, first, found)
			}
		}
		if found := slices.DeleteFunc(mustFit(t, plain).Review(), single); len(found) != 0 {
			t.Errorf("%v calls a day, no outage: proposals %+v", level, found)
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
