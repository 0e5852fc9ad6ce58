package impact

import (
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// withHandle gives every queue of a history the talk of its contacts: seconds in the
// morning, late times as many from one o'clock on, and grown by the factor up to the last day.
func withHandle(t testing.TB, h History, seconds, late, up float64) History {
	t.Helper()
	for k := range h.Queues {
		q := &h.Queues[k]
		g, states := q.Queued.Grid(), q.Queued.States()
		spent := make([]float64, g.Len())
		for i := range spent {
			n, _ := q.Queued.At(i)
			spent[i] = n * seconds * math.Pow(up, float64(i)/float64(g.Len()))
			if g.Minute(i) >= 780 {
				spent[i] *= late
			}
		}
		s, err := interval.NewSeries("talk", g, spent, states)
		if err != nil {
			t.Fatal(err)
		}
		q.Handle = []forecast.HandlePart{{Name: "talk", Seconds: s, Known: q.Queued}}
	}
	return h
}

func mustStaff(t testing.TB, h History) *Staffing {
	t.Helper()
	s, err := Staff(t.Context(), h, date("2026-06-01"), date("2026-06-05"), Options{Paths: 200, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// agentHours sums the net requirement of all pools before and after a minute of the day.
func agentHours(s *Staffing, minute int) (before, after float64) {
	for _, p := range s.Pools {
		for i, n := range p.NetWithout {
			if s.Grid.Minute(i) < minute {
				before += float64(n)
			} else {
				after += float64(n)
			}
		}
	}
	return before, after
}

// Staffing follows the handle times of the hour and of the last weeks, says so, and takes
// those of the last quarter where the records tell no more.
func TestStaffFollowsHandleTimes(t *testing.T) {
	plain := mustStaff(t, fixtureHistory(t)) // 280 s for all
	same := mustStaff(t, withHandle(t, fixtureHistory(t), 280, 1, 1))
	late := mustStaff(t, withHandle(t, fixtureHistory(t), 280, 1.6, 1))
	grown := mustStaff(t, withHandle(t, fixtureHistory(t), 280, 1, 1.3))
	m0, a0 := agentHours(plain, 780)
	m1, a1 := agentHours(same, 780)
	m2, a2 := agentHours(late, 780)
	m3, a3 := agentHours(grown, 780)
	if math.Abs(m1/m0-1) > 0.04 || math.Abs(a1/a0-1) > 0.04 {
		t.Errorf("the same 280 s by interval need %v and %v agent hours, as one number %v and %v", m1, a1, m0, a0)
	}
	if m2 > 1.08*m1 || a2 < 1.3*a1 || a2 > 1.6*a1 {
		t.Errorf("1.6 times as long after noon: %v and %v agent hours, %v and %v without", m2, a2, m1, a1)
	}
	if r := (m3 + a3) / (m1 + a1); r < 1.1 || r > 1.3 {
		t.Errorf("30 %% longer by now: %.2f times the agents", r)
	}
	if !reflect.DeepEqual(late.Pools, mustStaff(t, withHandle(t, fixtureHistory(t), 280, 1.6, 1)).Pools) {
		t.Error("the same handle times give another requirement")
	}
	for _, a := range late.Assumptions {
		if a.ID == "aht-forecast" && strings.Contains(a.Value, "general 35") {
			return
		}
	}
	t.Errorf("no assumption tells the handle times: %+v", late.Assumptions)
}

// An assessment carries them through: the pools' handle times, the added calls as the others
// of their hour, a stated time of the added calls as stated.
func TestAssessFollowsHandleTimes(t *testing.T) {
	h := withHandle(t, fixtureHistory(t), 280, 1.6, 1)
	own, err := Assess(t.Context(), h, fixtureRequest(), fixtureOptions())
	if err != nil {
		t.Fatal(err)
	}
	r, long := fixtureRequest(), 700.0
	r.AHTSeconds = &long
	stated, err := Assess(t.Context(), h, r, fixtureOptions())
	if err != nil {
		t.Fatal(err)
	}
	for k, p := range own.Pools {
		if p.AHTWithout < 330 || p.AHTWithout > 380 {
			t.Errorf("%s: %.0f s without the request; 280 s before noon and 448 s after make about 350", p.Pool, p.AHTWithout)
		}
		if math.Abs(p.AHTWith/p.AHTWithout-1) > 0.02 {
			t.Errorf("%s: %.0f s with calls like the others, %.0f without", p.Pool, p.AHTWith, p.AHTWithout)
		}
		if q := stated.Pools[k]; q.AHTWith <= p.AHTWith || q.AHTWithout != p.AHTWithout {
			t.Errorf("%s: added calls of 700 s: %.0f s with, %.0f without; as the others %.0f", p.Pool, q.AHTWith, q.AHTWithout, p.AHTWith)
		}
	}
}

func TestHandleOnAnotherGridIsAnError(t *testing.T) {
	h := withHandle(t, fixtureHistory(t), 280, 1, 1)
	p := &h.Queues[1].Handle[0]
	p.Known = p.Known.Window(date("2025-12-01"), date("2026-05-30"))
	if err := h.Validate(); err == nil || !strings.Contains(err.Error(), `queue "water-en" has talk times on another grid`) {
		t.Errorf("%v", err)
	}
}

// A check on other futures has handle times of its own, of the same hours.
func TestHandleTimesOfOtherPaths(t *testing.T) {
	t.Parallel()
	h := withHandle(t, fixtureHistory(t), 200, 2, 1)
	past, err := learn(t.Context(), h)
	if err != nil {
		t.Fatal(err)
	}
	baseOf := func(first, last string, paths int, seed uint64) *forecast.Paths {
		t.Helper()
		plan, err := planDays(h, date(first), date(last))
		if err != nil {
			t.Fatal(err)
		}
		base, err := past.baseline(t.Context(), plan, Options{Paths: paths, Seed: seed}.withDefaults())
		if err != nil {
			t.Fatal(err)
		}
		return base
	}
	w := &work{h: h, base: baseOf("2026-06-01", "2026-06-05", 100, 1), o: Options{Seed: 1}}
	own, err := w.handleTimeOf(t.Context(), h.Queues[0])
	if err != nil {
		t.Fatal(err)
	}
	base := baseOf("2026-06-02", "2026-06-04", 200, 2)
	other, err := own.on(t.Context(), base, 2)
	if err != nil {
		t.Fatal(err)
	}
	late := func(h handleTime, base *forecast.Paths, path int) float64 {
		from, _ := base.Grid().Index(date("2026-06-03").Start(base.Grid().Location()))
		perHour := int(3600 / base.Grid().Step().Seconds())
		return float64(h.at(path, from+15*perHour) / h.at(path, from+10*perHour))
	}
	if a, b := late(own, w.base, 99), late(other, base, 199); math.Abs(a-b) > 1e-5 || a < 1.5 {
		t.Errorf("afternoons take %v and %v times as long as mornings; want 2 in both", a, b)
	}
	if own.at(0, 24) == other.at(0, 24) {
		t.Error("other futures have the very same handle times")
	}
}
