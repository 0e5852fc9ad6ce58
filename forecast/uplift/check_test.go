package uplift

import (
	"math/rand/v2"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

// A large cause stands out among its placebos, and of placebos few stand out.
func TestPlacebos(t *testing.T) {
	l, _, causes, _ := learnMailings(t)
	placebos := l.Placebos()
	if len(placebos) != len(causes) {
		t.Fatalf("%d placebos of %d causes", len(placebos), len(causes))
	}
	for i, p := range placebos {
		if p.ID != l.Estimates()[i].ID || p.Dates < 50 || p.Rate != float64(p.False)/float64(p.Dates) {
			t.Errorf("%+v", p)
		}
		if p.Rate > .15 || p.P > .1 {
			t.Errorf("%s: %.2f of placebo dates show an effect, p %.3f", p.ID, p.Rate, p.P)
		}
	}
}

// What nobody labelled is found, and what is labelled is no jump.
func TestJumps(t *testing.T) {
	const days = 280
	odd := firstDay.AddDays(150)
	causes, effects := mailings(t, 3, 40, 130, 5)
	in := center{days: days, mean: 1000, queues: []string{"q"}, seed: 9}.history(t, func(q int, d interval.Date) float64 {
		if n := d.Sub(odd); n >= 0 && n < 9 {
			return 350
		}
		return all(effects)(q, d)
	})
	l, err := Learn(t.Context(), in, causes, Options{})
	if err != nil {
		t.Fatal(err)
	}
	jumps, err := l.Jumps()
	if err != nil {
		t.Fatal(err)
	}
	if len(jumps) == 0 {
		t.Fatal("no jump found")
	}
	j := jumps[0]
	if j.Queue != "q" || j.First.Before(odd.AddDays(-4)) || j.Last.After(odd.AddDays(12)) || j.Calls < 1200 || j.Calls > 4000 {
		t.Errorf("the jump of 7 × 350 calls from %s is %+v", odd, j)
	}
	for _, o := range jumps[1:] {
		if o.Score > j.Score {
			t.Errorf("%+v is stronger than the first", o)
		}
	}
}

func TestNoJumpsInAQuietHistory(t *testing.T) {
	in := center{days: 280, mean: 1000, queues: []string{"q"}, seed: 3}.history(t, func(int, interval.Date) float64 { return 0 })
	l, err := Learn(t.Context(), in, nil, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if jumps, err := l.Jumps(); err != nil || len(jumps) > 0 {
		t.Errorf("%v, %v", jumps, err)
	}
}

// Predictions rest on what came before, and most of them hold.
func TestHindsight(t *testing.T) {
	causes, effects := mailings(t, 5, 45, 320, 7)
	in := center{days: 320, mean: 1000, queues: []string{"q"}, seed: 8}.history(t, all(effects))
	l, err := Learn(t.Context(), in, causes, Options{})
	if err != nil {
		t.Fatal(err)
	}
	hits, err := l.Hindsight(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(hits) == 0 || len(hits) >= len(causes) {
		t.Fatalf("%d hits of %d causes", len(hits), len(causes))
	}
	held := 0
	for _, h := range hits {
		if !(h.Lo <= h.Predicted && h.Predicted <= h.Hi) || h.Inside != (h.Lo <= h.Measured && h.Measured <= h.Hi) {
			t.Errorf("%+v", h)
		}
		if h.Inside {
			held++
		}
	}
	if held*2 < len(hits) {
		t.Errorf("%d of %d predictions held", held, len(hits))
	}
	lib := l.Library()
	lib.Record(hits)
	if k := lib.Kind(Mailing); k.Predicted != len(hits) || k.Held != held || lib.Validate() != nil {
		t.Errorf("recorded %d of %d", k.Held, k.Predicted)
	}
}

// A letter to one department that lists the general line as well is found to be one to
// the department, and its total is not multiplied by the general line's noise.
func TestSharesAreFound(t *testing.T) {
	const days = 360
	r := rand.New(rand.NewPCG(4, 4))
	var causes []Cause
	var effects []map[interval.Date]float64
	for i := range 4 {
		c := Cause{ID: string(rune('a' + i)), Kind: Mailing, Class: "first", Size: 200000, Start: firstDay.AddDays(40 + 70*i)}
		causes = append(causes, c)
		effects = append(effects, planted(t, c, .02, Kernel{"gamma", 4.4, 3}.days(40), days, r))
	}
	in := center{days: days, mean: 1500, queues: []string{"general", "water"}, seed: 6}.history(t, func(q int, d interval.Date) float64 {
		if q == 0 {
			return .1 * all(effects)(q, d)
		}
		return .9 * all(effects)(q, d)
	})
	l, err := Learn(t.Context(), in, causes, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, want, water := 0.0, 0.0, 0.0
	for i, e := range l.Estimates() {
		got, want = got+e.Total, want+sum(effects[i])
		for _, q := range e.Queues {
			if q.Queue == "water" {
				water += q.Total
			}
		}
	}
	if got < .75*want || got > 1.3*want || water < .7*got {
		t.Errorf("%.0f calls found, %.0f of them in the department's line; %.0f there were, .9 of them there", got, water, want)
	}
}
