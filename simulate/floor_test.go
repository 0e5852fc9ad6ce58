package simulate

import (
	"cmp"
	"math"
	"slices"
	"testing"
)

// Each call is counted once, in the truth as in the records.
func TestConservation(t *testing.T) {
	cfg := small("2025-06-30", "2025-07-26")
	cfg.Lines = 14
	truth, r := run(t, cfg, office(t), crewOf(7, 2), 5)
	seen := map[Outcome]int{}
	for i, day := range truth.Days {
		for q, d := range day.Queues {
			if d.Fresh+d.Redials-d.Lost != d.Handled+d.Abandoned+d.Blocked+d.Contained || d.Offered != d.Handled+d.Abandoned {
				t.Errorf("%s %s: %+v", day.Date, d.Queue, d)
			}
			n := [4]int{}
			for _, c := range r.days[i].Contacts {
				if int(c.Queue) == q {
					n[c.Outcome]++
					seen[c.Outcome]++
				}
			}
			if n != [4]int{d.Handled, d.Abandoned, d.Blocked, d.Contained} {
				t.Errorf("%s %s: records hold %v, truth %+v", day.Date, d.Queue, n, d)
			}
		}
	}
	for o := Handled; o <= Contained; o++ {
		if seen[o] == 0 {
			t.Errorf("no contact was %v: the test has no strain", o)
		}
	}
}

// What an outcome leaves unknown is unknown, and the rest is not.
func TestContactFields(t *testing.T) {
	_, r := run(t, small("2025-06-02", "2025-06-07"), office(t), crewOf(7, 2), 5)
	for _, c := range r.contacts() {
		served := c.Outcome == Handled
		for _, m := range []Millis{c.Talk, c.Hold, c.Wrap} {
			if (m == Unknown) == served {
				t.Fatalf("work of a contact that was %v: %+v", c.Outcome, c)
			}
		}
		if waited := served || c.Outcome == Abandoned; (c.Wait == Unknown) == waited || (c.Agent < 0) == served {
			t.Fatalf("wait and agent of a contact that was %v: %+v", c.Outcome, c)
		}
		if !served && c.Transfer >= 0 {
			t.Fatalf("transfer of a contact that was %v", c.Outcome)
		}
	}
}

// An agent does one thing at a time: signs in before the first call, is not
// offered calls on a break, and every call in a line has one end.
func TestAgentsDoOneThing(t *testing.T) {
	_, r := run(t, small("2025-06-02", "2025-06-14"), office(t), crewOf(8, 2), 6)
	for _, d := range r.days {
		on, paused, call := map[int16]bool{}, map[int16]bool{}, map[int16]uint64{}
		inLine := map[uint64]bool{}
		last := int64(0)
		for _, e := range d.Events {
			if e.At < last {
				t.Fatalf("%s: event %+v is before the one above it", d.Date, e)
			}
			last = e.At
			switch e.Action {
			case AddMember:
				on[e.Agent] = true
			case RemoveMember:
				delete(on, e.Agent)
				if _, busy := call[e.Agent]; busy {
					t.Fatalf("%s: agent %d leaves a call", d.Date, e.Agent)
				}
			case Pause:
				paused[e.Agent] = true
			case Unpause:
				delete(paused, e.Agent)
			case Enter:
				inLine[e.Serial] = true
			case Connect:
				if _, busy := call[e.Agent]; busy || !on[e.Agent] || paused[e.Agent] || !inLine[e.Serial] {
					t.Fatalf("%s: agent %d cannot answer %+v", d.Date, e.Agent, e)
				}
				call[e.Agent] = e.Serial
			case CompleteAgent, CompleteCaller, Transfer:
				if call[e.Agent] != e.Serial {
					t.Fatalf("%s: agent %d ends a call of another", d.Date, e.Agent)
				}
				delete(call, e.Agent)
				delete(inLine, e.Serial)
			case Abandon, Timeout:
				if !inLine[e.Serial] {
					t.Fatalf("%s: %+v leaves no line", d.Date, e)
				}
				delete(inLine, e.Serial)
			}
		}
		if len(on)+len(call)+len(inLine) > 0 {
			t.Errorf("%s ends with %d agents signed in, %d calls, %d in line", d.Date, len(on), len(call), len(inLine))
		}
	}
}

// Shifts and breaks last as long as the roster says, or longer by a call.
func TestRosterIsKept(t *testing.T) {
	cfg := small("2025-06-02", "2025-06-03")
	cfg.Absence = 0
	_, r := run(t, cfg, office(t), crewOf(8, 2), 6)
	start := r.days[1].Date.Start(r.days[1].Location).UnixMilli()
	var paused, present [10]int64
	for _, e := range r.days[1].Events {
		if e.Queue != 0 && e.Queue != 2 { // one queue of each pool
			continue
		}
		switch e.Action {
		case AddMember:
			present[e.Agent] -= e.At
			if e.At != start+8*3_600_000 {
				t.Errorf("agent %d signs in at %d", e.Agent, e.At-start)
			}
		case RemoveMember:
			present[e.Agent] += e.At
		case Pause:
			paused[e.Agent] -= e.At
		case Unpause:
			paused[e.Agent] += e.At
		}
	}
	for a := range 10 {
		if paused[a] != 45*60_000 {
			t.Errorf("agent %d has breaks of %d ms, want 45 minutes", a, paused[a])
		}
		if present[a] < 10*3_600_000 || present[a] > 11*3_600_000 {
			t.Errorf("agent %d is present for %d ms", a, present[a])
		}
	}
}

func TestServeOut(t *testing.T) {
	cfg := small("2025-06-02", "2025-06-06")
	cfg.Shapes["day"] = []Knot{{1000, 0}, {1079, 1}} // everybody calls just before closing
	for i := range cfg.Queues {
		cfg.Queues[i].Patience = Dist{}
	}
	for _, tt := range []struct {
		name  string
		serve float64
	}{{"released at closing", 0}, {"released after ten minutes", 600}, {"all served", 80000}} {
		t.Run(tt.name, func(t *testing.T) {
			cfg.ServeOutS = tt.serve
			truth, r := run(t, cfg, office(t), crewOf(8, 2), 3)
			released := 0
			for i, day := range truth.Days {
				closing := day.Date.Start(r.days[i].Location).UnixMilli() + 18*3_600_000 + int64(1000*tt.serve)
				for _, q := range day.Queues {
					released += q.Released
				}
				for _, e := range r.days[i].Events {
					if e.Action == Timeout && e.At < closing || e.Action == Connect && e.At > closing+12_000 {
						t.Errorf("%s: %+v, serving out ends at %d", day.Date, e, closing)
					}
				}
			}
			if (released > 0) != (tt.serve < 80000) {
				t.Errorf("%d callers were released", released)
			}
		})
	}
}

// A redial has the number, queue and topic of a call that got no answer before it,
// and as many of them follow as the probability says.
func TestRedials(t *testing.T) {
	cfg := small("2025-06-02", "2025-06-27")
	cfg.Callers.Withheld = 0
	cfg.Redial.Delay = Dist{MeanS: 120, CV: 0.5}
	_, r := run(t, cfg, office(t), crewOf(6, 1), 9)
	unanswered, again := 0.0, 0.0
	for _, d := range r.days {
		type key struct {
			caller uint32
			queue  int16
			try    uint8
		}
		gaveUp := map[key]int64{}
		for _, c := range d.Contacts {
			if c.Attempt > 1 {
				again++
				at, ok := gaveUp[key{c.Caller, c.Queue, c.Attempt - 1}]
				if !ok || c.Arrival < at {
					t.Fatalf("%s: nobody gave up before %+v", d.Date, c)
				}
			}
			if c.Outcome == Abandoned {
				gaveUp[key{c.Caller, c.Queue, c.Attempt}] = c.Arrival + int64(c.IVR) + int64(c.Wait)
				if int(c.Attempt) < cfg.Redial.Attempts {
					unanswered++
				}
			}
			if int(c.Attempt) > cfg.Redial.Attempts {
				t.Fatalf("attempt %d", c.Attempt)
			}
		}
	}
	p := cfg.Redial.Probability
	if se := math.Sqrt(unanswered * p * (1 - p)); math.Abs(again-p*unanswered) > 4*se {
		t.Errorf("%v redials of %v who gave up, want %v ± %.0f", again, unanswered, p*unanswered, se)
	}
}

// Contacts arrive in order, and their numbers rise with them over the whole run.
func TestSerialsRise(t *testing.T) {
	_, r := run(t, small("2025-06-01", "2025-06-10"), office(t), crewOf(7, 2), 5)
	all := r.contacts()
	if !slices.IsSortedFunc(all, func(a, b Contact) int { return cmp.Compare(a.Arrival, b.Arrival) }) {
		t.Error("contacts are out of order of arrival")
	}
	for i, c := range all {
		if c.Serial != 2*uint64(i) {
			t.Fatalf("contact %d has serial %d", i, c.Serial)
		}
	}
}
