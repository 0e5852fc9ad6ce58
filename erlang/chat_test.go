package erlang

import (
	"math"
	"testing"
)

// One chat at a time is Erlang A; chats that do not slow each other down are Erlang A with all
// slots as agents.
func TestChatIsErlangA(t *testing.T) {
	for _, slots := range []int{1, 3} {
		for _, patience := range []float64{0, 60, 500, math.Inf(1)} {
			for _, load := range []float64{0, 2, 11, 14, 40} {
				c := Chat{ChatsPerHour: load * 9, Patience: patience, Target: 30}
				for range slots {
					c.AHT = append(c.AHT, 400)
				}
				got, err := EvalChat(12, c)
				if err != nil {
					t.Fatal(err)
				}
				want, err := EvalA(float64(12*slots), Line{Load: load, AHT: 400, Patience: patience, Target: 30})
				if err != nil {
					t.Fatal(err)
				}
				for what, v := range map[string][2]float64{
					"P(wait)": {got.PWait, want.PWait}, "abandonment": {got.PAbandon, want.PAbandon},
					"SL": {got.SLOffered, want.SLOffered}, "answered": {got.SLAnswered, want.SLAnswered},
					"short": {got.SLExclShortAbandons, want.SLExclShortAbandons}, "ASA": {got.ASAAnswered, want.ASAAnswered},
					"queue": {got.QueueLen, want.QueueLen}, "occupancy": {got.Occupancy, want.Occupancy},
				} {
					if v[0] != v[1] && !(math.Abs(v[0]-v[1]) <= 1e-9*(1+math.Abs(v[1]))) {
						t.Errorf("%d slots, patience %v, %v erlangs: %s = %v, Erlang A %v", slots, patience, load, what, v[0], v[1])
					}
				}
			}
		}
	}
}

func TestChatRelations(t *testing.T) {
	c := Chat{ChatsPerHour: 150, AHT: []float64{400, 520, 700}, Patience: 200, Target: 30}
	last := -1.0
	for n := 1; n < 40; n++ {
		m, err := EvalChat(n, c)
		if err != nil {
			t.Fatal(err)
		}
		if m.SLOffered < last || !(m.Concurrency >= 1 && m.Concurrency <= 3) || !(m.Occupancy <= 1) || !(m.Idle >= 0 && m.Idle <= 1) {
			t.Errorf("%d agents: %+v after %v", n, m, last)
		}
		last = m.SLOffered
	}
	goal := ServiceLevel(SLOffered, 0.9)
	n, err := RequiredChat(c, goal)
	if err != nil {
		t.Fatal(err)
	}
	at, _ := EvalChat(n, c)
	below, _ := EvalChat(n-1, c)
	if at.SLOffered < 0.9 || below.SLOffered >= 0.9 {
		t.Errorf("%d agents: %v, one less %v", n, at.SLOffered, below.SLOffered)
	}
	if n, err := RequiredChat(Chat{AHT: []float64{100}}, goal); n != 0 || err != nil {
		t.Errorf("no chats need %d agents, %v", n, err)
	}
	// Three at a time at less than thrice the duration takes fewer agents than one at a time.
	c.AHT = c.AHT[:1]
	if one, _ := RequiredChat(c, goal); !(n < one) {
		t.Errorf("%d agents with three chats, %d with one", n, one)
	}
}

func TestChatFaults(t *testing.T) {
	for _, c := range []Chat{
		{ChatsPerHour: -1, AHT: []float64{1}}, {AHT: nil}, {AHT: []float64{0}}, {AHT: []float64{100, 250}},
		{AHT: []float64{100}, Patience: math.NaN()}, {AHT: []float64{100}, Target: -1},
	} {
		if _, err := EvalChat(3, c); err == nil {
			t.Errorf("%+v: no error", c)
		}
	}
}
