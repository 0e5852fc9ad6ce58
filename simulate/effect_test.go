package simulate

import (
	"maps"
	"math"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

// allKinds returns a cause of each kind, overlapping in June 2025.
func allKinds() []Cause {
	day := interval.MustDate
	return []Cause{
		{ID: "letter", Kind: Mailing, Date: day("2025-06-02"), Size: 20000, Class: "first", Queues: map[string]float64{"water": 0.7, "agua": 0.3}, Reason: "bill"},
		{ID: "fair", Kind: Event, Date: day("2025-06-07"), End: day("2025-06-08"), Size: 9000, Queues: map[string]float64{"general": 1}},
		{ID: "section", Kind: RouteIn, Date: day("2025-06-05"), Size: 60, Queues: map[string]float64{"general": 1}, TalkFactor: 2},
		{ID: "balance", Kind: RouteToIVR, Date: day("2025-06-04"), Queues: map[string]float64{"water": 1, "agua": 0.5}, Reason: "bill"},
		{ID: "fiber", Kind: Outage, Date: day("2025-06-11"), From: 600, To: 840},
	}
}

// Over many seeds, what causes do is on average what the truth says they do.
func TestEffectsMeetTheirMean(t *testing.T) {
	cfg := small("2025-06-01", "2025-07-05")
	cfg.Causes = allKinds()
	type sums struct{ calls, wantCalls, queued, wantQueued, spread float64 }
	got := map[string]*sums{}
	for seed := range uint64(16) {
		truth, _ := run(t, cfg, office(t), nil, seed)
		for _, c := range truth.Causes {
			s := got[c.ID]
			if s == nil {
				s = &sums{}
				got[c.ID] = s
			}
			s.calls += float64(c.RealisedCalls)
			s.wantCalls += c.ExpectedCalls
			s.queued += float64(c.RealisedQueued)
			s.wantQueued += c.ExpectedQueued
			// Hours differ in busyness beyond the Poisson noise.
			s.spread += math.Abs(c.ExpectedQueued) + 0.003*c.ExpectedQueued*c.ExpectedQueued
		}
	}
	for id, s := range maps.All(got) {
		if math.Abs(s.calls-s.wantCalls) > 4*math.Sqrt(s.wantCalls)+1e-9 {
			t.Errorf("%s: %v calls in 16 runs, expected %.0f", id, s.calls, s.wantCalls)
		}
		if s.wantQueued == 0 || math.Abs(s.queued-s.wantQueued) > 4*math.Sqrt(s.spread) {
			t.Errorf("%s: %v calls more in line in 16 runs, expected %.0f ± %.0f", id, s.queued, s.wantQueued, math.Sqrt(s.spread))
		}
	}
}

// A cause leaves every call alone that would have come without it, and the
// effects of the truth sum to the difference that all causes make together.
func TestCausesAdd(t *testing.T) {
	cfg := small("2025-06-01", "2025-06-28")
	cfg.Redial.Probability, cfg.Rebound = 0, Rebound{}
	_, without := run(t, cfg, office(t), crewOf(9, 3), 11)
	cfg.Causes = allKinds()
	truth, with := run(t, cfg, office(t), crewOf(9, 3), 11)
	type person struct {
		at     int64
		caller uint32
		queue  int16
	}
	base := map[person]int{}
	for _, c := range without.contacts() {
		base[person{c.Arrival, c.Caller, c.Queue}]++
	}
	lost := 0
	for _, d := range truth.Days {
		for _, q := range d.Queues {
			lost += q.Lost
		}
	}
	added := 0
	for _, c := range with.contacts() {
		switch {
		case c.Cause >= 0:
			added++
		case c.Attempt == 1 && base[person{c.Arrival, c.Caller, c.Queue}] == 0:
			t.Fatalf("a call that would not have come without causes: %+v", c)
		}
	}
	calls := 0
	for _, c := range truth.Causes {
		calls += c.RealisedCalls
	}
	if lost == 0 || added == 0 || added > calls {
		t.Errorf("%d calls lost, %d calls recorded of %d added", lost, added, calls)
	}
	inLine := func(r *recorder) int {
		n := 0
		for _, c := range r.contacts() {
			if c.Attempt == 1 && (c.Outcome == Handled || c.Outcome == Abandoned) {
				n++
			}
		}
		return n
	}
	want := 0
	for _, c := range truth.Causes {
		want += c.RealisedQueued
	}
	if got := inLine(with) - inLine(without); got != want {
		t.Errorf("causes change the calls in line by %d, the truth says %d", got, want)
	}
}

// Weights of a kernel are a distribution; nothing is delivered on Sunday.
func TestKernels(t *testing.T) {
	cfg := small("2025-06-01", "2025-06-28")
	e := effect{Cause: &Cause{Kind: Mailing, Date: interval.MustDate("2025-06-05"), Class: "first", Waves: []Wave{{0, 0.25}, {10, 0.75}}}}
	e.shape = cfg.Kinds.Mailing.Shape
	if sum := total(e.mailingKernel()); math.Abs(sum-1) > 1e-12 {
		t.Errorf("a mailing sums to %v", sum)
	}
	e.shape.Lag = []Lag{{1, 1, 0, 0}} // calls on the day of delivery
	e.Waves = nil
	k := e.mailingKernel() // dropped on Thursday: delivery on Friday, Saturday and, for Sunday, Monday
	for day, want := range []float64{0, 0.2, 0.5, 0, 0.3} {
		if math.Abs(k[day]-want) > 1e-12 {
			t.Errorf("day %d after the drop has weight %v, want %v", day, k[day], want)
		}
	}
	e = effect{Cause: &Cause{Kind: Event, Date: interval.MustDate("2025-06-05"), End: interval.MustDate("2025-06-06")}}
	e.shape = cfg.Kinds.Event.Shape
	w, first := e.eventKernel()
	at := interval.MustDate("2025-06-05").Sub(first)
	if math.Abs(total(w)-1) > 1e-12 || w[at] != w[at+1] || w[at+2] != w[at+1]/2 || w[at+3] != w[at+1]/4 || math.Abs(w[at-1]-0.4*w[at]) > 1e-12 {
		t.Errorf("an event has weights %v", w[at-2:at+5])
	}
}

// The median of a discretised lag is the median asked for.
func TestLagWeights(t *testing.T) {
	w := lagWeights([]Lag{{1, 0, 6, 0.8}})
	if sum := total(w[:6]); math.Abs(sum-0.5) > 0.01 {
		t.Errorf("%v of the calls come in six days, want half", sum)
	}
	w = lagWeights([]Lag{{1, 0.5, 0, 0}})
	if math.Abs(w[0]-0.5) > 1e-9 || math.Abs(w[3]-0.0625) > 1e-9 {
		t.Errorf("geometric lag %v", w[:5])
	}
}

// A pulse starts at its time of day and fades by half in PulseM minutes.
func TestPulse(t *testing.T) {
	cfg := small("2025-06-02", "2025-06-03")
	cfg.Causes = []Cause{{
		ID: "press", Kind: Event, Date: interval.MustDate("2025-06-02"), Size: 1e6, Rate: 0.02,
		Queues: map[string]float64{"general": 1}, From: 720, PulseM: 30,
	}}
	_, r := run(t, cfg, office(t), nil, 1)
	start := r.days[0].Date.Start(r.days[0].Location).UnixMilli()
	var halfHours [48]float64
	for _, c := range r.days[0].Contacts {
		if c.Cause == 0 && c.Attempt == 1 {
			halfHours[(c.Arrival-start)/1_800_000]++
		}
	}
	if total(halfHours[:24]) != 0 {
		t.Errorf("%v calls before the pulse", total(halfHours[:24]))
	}
	if x := halfHours[25] / halfHours[24]; math.Abs(x-0.5) > 0.05 {
		t.Errorf("after half an hour %v of the calls are left, want half", x)
	}
}

// Rates of causes are log-normal around the mean of the kind.
func TestRates(t *testing.T) {
	cfg := small("2025-06-02", "2025-06-02")
	cfg.Causes = allKinds()[:1]
	n, sum := 2000, 0.0
	for seed := range n {
		p := plan{cfg: cfg, seed: uint64(seed)}
		for i := range cfg.Queues {
			p.queues = append(p.queues, p.newQueue(&p.cfg.Queues[i]))
		}
		sum += p.newEffect(0).rate
	}
	kind := cfg.Kinds.Mailing
	se := kind.Rate * math.Sqrt(math.Expm1(kind.RateSD*kind.RateSD)/float64(n))
	if got := sum / float64(n); math.Abs(got-kind.Rate) > 4*se {
		t.Errorf("mean rate %v, want %v ± %v", got, kind.Rate, se)
	}
}
