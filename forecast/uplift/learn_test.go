package uplift

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/forecast"
	"github.com/ringtide/ringtide/interval"
)

// Over many centers the truth lies in the stated 95 % interval about as often as
// it says. The planted kernel is not one of the dictionary's.
func TestIntervalsHoldTheTruth(t *testing.T) {
	inside, n, miss, size := 0, 0, 0.0, 0.0
	for seed := range uint64(20) {
		causes, effects := mailings(t, 4, 28, 160, seed)
		in := center{days: 160, mean: 900, queues: []string{"q"}, seed: seed}.history(t, all(effects))
		l, err := Learn(t.Context(), in, causes, Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range l.Estimates() {
			truth := sum(effects[i])
			n++
			if e.Lo <= truth && truth <= e.Hi {
				inside++
			}
			miss, size = miss+math.Abs(e.Total-truth), size+truth
		}
	}
	if share := float64(inside) / float64(n); share < .88 || share > .995 {
		t.Errorf("%.3f of %d totals lie in their 95 %% interval, want .88 to .995", share, n)
	}
	if miss/size > .2 {
		t.Errorf("totals miss by %.3f of their sum, want .2 at most", miss/size)
	}
}

func learnMailings(t *testing.T) (*Learned, []forecast.Input, []Cause, []map[interval.Date]float64) {
	t.Helper()
	causes, effects := mailings(t, 3, 30, 130, 5)
	in := center{days: 130, mean: 600, queues: []string{"a", "b"}, seed: 5}.history(t, func(q int, d interval.Date) float64 {
		return all(effects)(q, d) / 2
	})
	l, err := Learn(t.Context(), in, causes, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return l, in, causes, effects
}

func TestOrderChangesNothing(t *testing.T) {
	l, in, causes, _ := learnMailings(t)
	slices.Reverse(in)
	slices.Reverse(causes)
	again, err := Learn(t.Context(), in, causes, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if a, b := encode(t, l), encode(t, again); a != b {
		t.Error("the order of history and causes changed the result")
	}
}

func encode(t *testing.T, l *Learned) string {
	t.Helper()
	b, err := json.Marshal(struct {
		L Library
		E []Estimate
	}{l.Library(), l.Estimates()})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestOverlapIsToldApart(t *testing.T) {
	causes, effects := mailings(t, 4, 28, 160, 11)
	r := rand.New(rand.NewPCG(1, 2))
	near := Cause{ID: "near", Kind: Event, Size: 40000, Start: causes[2].Start.AddDays(5)}
	causes, effects = append(causes, near), append(effects, planted(t, near, .04, Kernel{"gamma", 1, 1}.days(14), 160, r))
	in := center{days: 160, mean: 900, queues: []string{"q"}, seed: 3}.history(t, all(effects))
	l, err := Learn(t.Context(), in, causes, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range l.Estimates() {
		i := slices.IndexFunc(causes, func(c Cause) bool { return c.ID == e.ID })
		if truth := sum(effects[i]); math.Abs(e.Total-truth) > 3*e.SE || e.SE > .6*truth {
			t.Errorf("%s: %.0f ± %.0f, truth %.0f", e.ID, e.Total, e.SE, truth)
		}
	}
}

func TestEstimatesAddUp(t *testing.T) {
	l, _, causes, _ := learnMailings(t)
	if len(l.Estimates()) != len(causes) {
		t.Fatalf("%d estimates of %d causes", len(l.Estimates()), len(causes))
	}
	for _, e := range l.Estimates() {
		days, queues := 0.0, 0.0
		for _, d := range e.Daily {
			days += d.Mean
			if d.Date.Before(e.Start) || d.Date.Weekday()%6 == 0 || d.Date == interval.MustDate("2025-02-17") {
				t.Errorf("%s has an effect on %s", e.ID, d.Date)
			}
		}
		for _, q := range e.Queues {
			queues += q.Total
		}
		if math.Abs(days-e.Total) > 1e-6*e.Total || math.Abs(queues-e.Total) > 1e-6*e.Total {
			t.Errorf("%s: total %v, days %v, queues %v", e.ID, e.Total, days, queues)
		}
		if !e.Seen || e.Lo >= e.Total || e.Total >= e.Hi {
			t.Errorf("%s: seen %v, %v < %v < %v", e.ID, e.Seen, e.Lo, e.Total, e.Hi)
		}
	}
}

func TestLibrarySaysWhatItKnows(t *testing.T) {
	l, _, causes, _ := learnMailings(t)
	lib := l.Library()
	if err := lib.Validate(); err != nil {
		t.Fatal(err)
	}
	if e := lib.Kind(Mailing); e.Basis != "3 past mailings" || e.N != 3 || e.SE >= priors[Mailing].off {
		t.Errorf("mailings: %q of %d, se %v", e.Basis, e.N, e.SE)
	}
	if e := lib.Kind(RouteIn); e.Basis != "prior only" || e.N != 0 || e.Median != priors[RouteIn].median {
		t.Errorf("route-in: %q of %d, median %v", e.Basis, e.N, e.Median)
	}
	if len(lib.Past) != len(causes) {
		t.Errorf("%d past causes, want %d", len(lib.Past), len(causes))
	}
	b, err := json.Marshal(lib)
	if err != nil {
		t.Fatal(err)
	}
	var back Library
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if again, err := json.Marshal(back); err != nil || string(again) != string(b) || back.Validate() != nil {
		t.Errorf("the library does not survive JSON: %v", err)
	}
}

func TestNoCausesIsAllPrior(t *testing.T) {
	in := center{days: 60, mean: 300, queues: []string{"q"}, seed: 1}.history(t, func(int, interval.Date) float64 { return 0 })
	l, err := Learn(t.Context(), in, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range l.Library().Kinds {
		if e.Basis != "prior only" {
			t.Errorf("%s: %q", e.Kind, e.Basis)
		}
	}
	same, err := l.Adjust(in[0])
	if err != nil || !slices.Equal(same.Series.Values(), in[0].Series.Values()) {
		t.Errorf("no cause, yet the history was adjusted (%v)", err)
	}
}

// A section is routed in half way and a mailing passes before: adjusted, the first
// part has the section's calls and no mailing.
func TestAdjust(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	route := Cause{ID: "route", Kind: RouteIn, Size: 300, Start: firstDay.AddDays(84), Permanent: true}
	mail := Cause{ID: "mail", Kind: Mailing, Size: 40000, Start: firstDay.AddDays(30)}
	effects := []map[interval.Date]float64{
		planted(t, route, .8, Kernel{"ramp", 2, 0}.days(levelDays), 150, r),
		planted(t, mail, .04, Kernel{"gamma", 4, 3}.days(40), 150, r)}
	in := center{days: 150, mean: 600, queues: []string{"q"}, seed: 21}.history(t, all(effects))
	l, err := Learn(t.Context(), in, []Cause{route, mail}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := l.Adjust(in[0])
	if err != nil {
		t.Fatal(err)
	}
	plain, adjusted := 0.0, 0.0
	for i := range out.Series.Len() {
		v, state := out.Series.At(i)
		was, _ := in[0].Series.At(i)
		if v < 0 || state != interval.Observed && v != 0 {
			t.Fatalf("%s: %v in a %v interval", in[0].Series.Grid().Stamp(i), v, state)
		}
		if d := interval.DateOf(in[0].Series.Grid().At(i)); d.Before(route.Start) {
			plain, adjusted = plain+was, adjusted+v
		}
	}
	want := plain - sum(effects[1]) + 59*300*.8 // 59 open days before the route
	if math.Abs(adjusted-want) > .12*want {
		t.Errorf("adjusted history has %.0f calls before the route, want about %.0f (it had %.0f)", adjusted, want, plain)
	}
	if _, err := l.Adjust(forecast.Input{Queue: "other", Series: in[0].Series, Calendar: in[0].Calendar}); err == nil {
		t.Error("a queue that was not learned from was adjusted")
	}
}

func TestLearnErrors(t *testing.T) {
	in := center{days: 40, mean: 300, queues: []string{"q"}, seed: 1}.history(t, func(int, interval.Date) float64 { return 0 })
	good := Cause{ID: "x", Kind: Mailing, Start: firstDay, Size: 10}
	for _, tt := range []struct {
		name   string
		in     []forecast.Input
		causes []Cause
		opt    Options
		want   string
	}{
		{"no history", nil, nil, Options{}, "no history"},
		{"twice the queue", append(in, in...), nil, Options{}, "stands twice in the history"},
		{"twice the cause", in, []Cause{good, good}, Options{}, `cause "x" stands twice`},
		{"unknown queue", in, []Cause{{ID: "y", Kind: Mailing, Start: firstDay, Queues: []Share{{"z", 1}}}}, Options{}, `queue "z", which has no history`},
		{"confidence", in, nil, Options{Confidence: 95}, "confidence 95"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := Learn(t.Context(), tt.in, tt.causes, tt.opt)
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.HasPrefix(err.Error(), "uplift: ") {
				t.Errorf("%v; want %q", err, tt.want)
			}
		})
	}
}

func TestUnknownSizesAndMissingDays(t *testing.T) {
	causes, effects := mailings(t, 3, 30, 130, 9)
	in := center{days: 130, mean: 600, queues: []string{"q"}, seed: 9}.history(t, all(effects))
	for i := range causes {
		causes[i].Size = 0
	}
	values, states := in[0].Series.Values(), in[0].Series.States()
	for _, d := range in[0].Series.Grid().Days()[60:64] {
		for i := d.First; i < d.End; i++ {
			values[i], states[i] = 0, interval.Missing
		}
	}
	s, err := interval.NewSeries("q", in[0].Series.Grid(), values, states)
	if err != nil {
		t.Fatal(err)
	}
	in[0].Series = s
	l, err := Learn(t.Context(), in, causes, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range l.Estimates() {
		if truth := sum(effects[i]); math.Abs(e.Total-truth) > 4*e.SE {
			t.Errorf("%s: %.0f ± %.0f, truth %.0f", e.ID, e.Total, e.SE, truth)
		}
	}
}

func BenchmarkLearn(b *testing.B) {
	causes, effects := mailings(b, 6, 40, 365, 5)
	in := center{days: 365, mean: 600, queues: []string{"a", "b", "c"}, seed: 5}.history(b, all(effects))
	for b.Loop() {
		if _, err := Learn(b.Context(), in, causes, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Whatever the causes, on a queue of a few calls a day: finite numbers, and an
// adjusted history without calls below zero.
func TestAnyCauses(t *testing.T) {
	for seed := range uint64(6) {
		r := rand.New(rand.NewPCG(seed, 4))
		in := center{days: 70, mean: 3 * math.Pow(10, float64(seed%3)), queues: []string{"a", "b"}, seed: seed}.history(t, func(int, interval.Date) float64 { return 0 })
		var causes []Cause
		for i, k := range Kinds() {
			c := Cause{ID: string(k), Kind: k, Start: firstDay.AddDays(r.IntN(120) - 30), Size: math.Pow(10, float64(r.IntN(8)))}
			switch {
			case i%3 == 0:
				c.Size = 0
			case k.step() && i%2 == 0:
				c.Permanent = true
			case k.step():
				c.End = c.Start.AddDays(5)
			}
			if i%4 == 0 {
				c.Queues = []Share{{"b", 0}}
			}
			causes = append(causes, c)
		}
		twin := causes[0]
		twin.ID = "twin"
		l, err := Learn(t.Context(), in, append(causes, twin), Options{})
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
		for _, q := range in {
			out, err := l.Adjust(q)
			if err != nil {
				t.Fatal(err)
			}
			for i, v := range out.Series.Values() {
				if v < 0 {
					t.Fatalf("interval %d: %v", i, v)
				}
			}
		}
	}
}

// A hundred past events on twenty queues: the size that learning must stand.
func BenchmarkLearnHundred(b *testing.B) {
	const days, queues = 730, 20
	names := make([]string, queues)
	for i := range names {
		names[i] = fmt.Sprintf("q%02d", i)
	}
	r := rand.New(rand.NewPCG(1, 2))
	var causes []Cause
	by := map[string]map[interval.Date]float64{}
	for i := range 100 {
		kind := []Kind{Mailing, Event, Mailing, RouteIn}[i%4]
		c := Cause{ID: fmt.Sprintf("c%03d", i), Kind: kind, Size: 30000, Start: firstDay.AddDays(20 + 7*i),
			Queues: []Share{{Queue: names[i%queues], Share: .7}, {Queue: names[(i+7)%queues], Share: .3}}}
		shape, rate := Kernel{"gamma", 4, 2}.days(40), .02
		if kind == RouteIn {
			c.Size, c.Permanent, shape, rate = 40, true, Kernel{"ramp", 3, 0}.days(levelDays), .7
		}
		effect := planted(b, c, rate, shape, days, r)
		for _, s := range c.Queues {
			if by[s.Queue] == nil {
				by[s.Queue] = map[interval.Date]float64{}
			}
			for _, d := range sortedDays(effect) {
				by[s.Queue][d] += s.Share * effect[d]
			}
		}
		causes = append(causes, c)
	}
	in := center{days: days, mean: 600, queues: names, seed: 5}.history(b, func(q int, d interval.Date) float64 { return by[names[q]][d] })
	for b.Loop() {
		if _, err := Learn(b.Context(), in, causes, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
