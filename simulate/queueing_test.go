package simulate

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// erlangA returns the probability of waiting, of giving up and of an answer
// within s seconds in an M/M/n+M queue, from its stationary distribution summed
// state by state. Patience 0 is endless.
// Source: Palm (1946); Mandelbaum and Zeltyn, Service engineering in action: the
// Palm/Erlang-A queue (2007), section 2.
func erlangA(rate, talk, patience float64, n int, s float64) (wait, abandon, within float64) {
	const states = 300
	mu, theta := 1/talk, 0.0
	if patience > 0 {
		theta = 1 / patience
	}
	p := make([]float64, states)
	p[0] = 1
	sum := 1.0
	for k := 1; k < states; k++ {
		p[k] = p[k-1] * rate / (mu*float64(min(k, n)) + theta*float64(max(0, k-n)))
		sum += p[k]
	}
	queue, served := 0.0, servedWithin(states-n, mu*float64(n), theta, s)
	for k := range p {
		p[k] /= sum
		if k >= n {
			wait += p[k]
			queue += p[k] * float64(k-n)
			within += p[k] * served[k-n]
		} else {
			within += p[k]
		}
	}
	return wait, theta * queue / rate, within
}

// servedWithin returns, for k callers ahead, the probability v(k) of an answer
// within s seconds. Each departure ahead, by service or lost patience, moves the
// caller up, and the own patience races:
// v'(k) = (drain + kθ) v(k-1) - (drain + (k+1)θ) v(k), v(-1) = 1; midpoint rule.
func servedWithin(states int, drain, theta, s float64) []float64 {
	const steps = 6000
	h := s / steps
	v, mid := make([]float64, states), make([]float64, states)
	slope := func(v []float64, k int) float64 {
		before := 1.0
		if k > 0 {
			before = v[k-1]
		}
		return (drain+float64(k)*theta)*before - (drain+float64(k+1)*theta)*v[k]
	}
	for range steps {
		for k := range v {
			mid[k] = v[k] + h/2*slope(v, k)
		}
		next := make([]float64, states)
		for k := range v {
			next[k] = v[k] + h*slope(mid, k)
		}
		v = next
	}
	return v
}

// A day and night center with constant rate, exponential talk and patience, no
// ringing and no wrap is an Erlang queue. Days are independent, so their spread
// gives the statistical error; the first hour, still filling, is left out.
func TestMatchesErlang(t *testing.T) {
	for _, tt := range []struct {
		name          string
		perHour       float64
		talk, patient float64
		agents        int
	}{
		{"Erlang C, 10 erlangs on 13 agents", 200, 180, 0, 13},
		{"Erlang A, 10 erlangs on 10 agents", 200, 180, 120, 10},
		{"Erlang A, overload on 5 agents", 120, 240, 300, 5},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := Config{
				First: interval.MustDate("2025-04-01"), Last: interval.MustDate("2025-05-30"),
				AnswerTargetS: 30, ServeOutS: 3600, Callers: Callers{Population: 1000},
				Shapes: map[string][]Knot{"flat": {{0, 1}}},
				Queues: []Queue{{
					Name: "q", Pool: "p", Volume: 24 * tt.perHour, Week: Week{1, 1, 1, 1, 1, 1, 1}, DayShape: "flat",
					Talk: Dist{Form: Exponential, MeanS: tt.talk}, Patience: Dist{Form: Exponential, MeanS: tt.patient},
				}},
			}
			var roster []AgentShift
			for i := range tt.agents {
				for d := range 7 {
					roster = append(roster, AgentShift{fmt.Sprintf("A%02d", i), "p", time.Weekday(d), interval.Span{Open: 0, Close: 1440}, nil})
				}
			}
			_, r := run(t, cfg, calendar(t, nil, nil), roster, 1)
			wait, abandon, within := erlangA(tt.perHour/3600, tt.talk, tt.patient, tt.agents, 30)
			t.Logf("P(wait) %.4f P(abandon) %.4f P(answer within 30 s) %.4f", wait, abandon, within)
			near(t, "P(wait)", r, wait, func(c *Contact) bool { return c.Wait > 0 })
			near(t, "P(abandon)", r, abandon, func(c *Contact) bool { return c.Outcome == Abandoned })
			near(t, "P(within)", r, within, func(c *Contact) bool { return c.Outcome == Handled && c.Wait <= 30000 })
		})
	}
}

// near checks the share of contacts with a property against its true value, with
// four standard errors from the spread between days.
func near(t *testing.T, name string, r *recorder, want float64, is func(*Contact) bool) {
	t.Helper()
	var hits, all []float64
	for _, d := range r.days {
		start := d.Date.Start(d.Location).UnixMilli() + 3_600_000
		h, n := 0.0, 0.0
		for i := range d.Contacts {
			if c := &d.Contacts[i]; c.Arrival >= start {
				n++
				if is(c) {
					h++
				}
			}
		}
		hits, all = append(hits, h), append(all, n)
	}
	got := total(hits) / total(all)
	variance := 0.0 // of the ratio, by the delta method
	for i := range hits {
		e := hits[i] - got*all[i]
		variance += e * e
	}
	if se := math.Sqrt(variance) / total(all); math.Abs(got-want) > 4*se+1e-9 {
		t.Errorf("%s = %.5f, want %.5f; standard error %.5f", name, got, want, se)
	}
}
