package forecast

import (
	"math"
	"strings"
	"testing"

	"github.com/ringtide/ringtide/interval"
)

// handled gives a queue talk and wrap: talk of the given mean that grows by the last day
// to up times it, longer in the afternoon, each contact's time a gamma of cv 0.8.
func handled(t testing.TB, in Input, talk, wrap, up float64, seed uint64) HandleInput {
	t.Helper()
	g := in.Series.Grid()
	d := newDraw()
	d.at(seed)
	states := in.Series.States()
	var seconds [2][]float64
	for k := range seconds {
		seconds[k] = make([]float64, g.Len())
	}
	for i := range states {
		n, _ := in.Series.At(i)
		if n == 0 {
			continue
		}
		f := math.Pow(up, float64(i)/float64(g.Len())) * math.Exp(0.03*d.deviate())
		if g.Minute(i) >= 780 {
			f *= 1.2
		}
		seconds[0][i] = n * talk * f * d.gamma(n/0.64)
		seconds[1][i] = n * wrap * d.gamma(n/0.64)
	}
	out := HandleInput{Queue: in.Queue}
	for k, name := range []string{"talk", "wrap"} {
		s, err := interval.NewSeries(name, g, seconds[k], states)
		if err != nil {
			t.Fatal(err)
		}
		out.Parts = append(out.Parts, HandlePart{name, s, in.Series})
	}
	return out
}

func mustHandle(t testing.TB, p *Paths, history ...HandleInput) *HandlePaths {
	t.Helper()
	m, err := FitHandle(t.Context(), history)
	if err != nil {
		t.Fatal(err)
	}
	h, err := m.Simulate(t.Context(), p, 1)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHandleTimes(t *testing.T) {
	in := office(600, 51).history(t, "general", "2025-06-02", "2026-02-27")
	p := mustSimulate(t, mustFit(t, in), "2026-03-02", "2026-03-06", 400, 1)
	h := mustHandle(t, p, handled(t, in, 200, 50, 1.2, 1))
	times := h.Times(0, []float64{0.05, 0.95})
	_, parts := h.Parts(0)
	for i, x := range times {
		minute := p.Grid().Minute(i)
		switch {
		case minute < 480 || minute >= 1080:
			if x.Mean != 0 || x.Contacts != 0 {
				t.Fatalf("closed at minute %d, yet %+v", minute, x)
			}
			continue
		case x.Q[0] > x.Mean || x.Q[1] < x.Mean:
			t.Errorf("minute %d: mean %.0f outside its band %v", minute, x.Mean, x.Q)
		}
		want := 200*1.2 + 50.0
		if minute >= 780 {
			want = 200*1.2*1.2 + 50
		}
		if math.Abs(x.Mean/want-1) > 0.12 {
			t.Errorf("minute %d: %.0f s, want about %.0f", minute, x.Mean, want)
		}
		if got := sum(parts[i]); math.Abs(got-x.Mean) > 1e-9*x.Mean {
			t.Errorf("minute %d: parts sum to %v, mean %v", minute, got, x.Mean)
		}
		// One interval of n contacts: the spread of a mean of gammas, and a little more.
		if sd := (x.Q[1] - x.Q[0]) / 3.29 / x.Mean; sd < 0.6*0.7/math.Sqrt(x.Contacts) || sd > 2.2*0.7/math.Sqrt(x.Contacts) {
			t.Errorf("minute %d: sd %.3f of %.0f contacts", minute, sd, x.Contacts)
		}
	}
}

// Two queues of different handle times: the time of both together follows the mix, between
// the two, and their seconds add up path by path.
func TestHandleMix(t *testing.T) {
	a, b := office(600, 52).history(t, "short", "2025-09-01", "2026-02-27"), office(200, 53).history(t, "long", "2025-09-01", "2026-02-27")
	p := mustSimulate(t, mustFit(t, a, b), "2026-03-02", "2026-03-02", 300, 1)
	h := mustHandle(t, p, handled(t, a, 100, 20, 1, 1), handled(t, b, 500, 20, 1, 2))
	both, short, long := h.Times(-1, nil), h.Times(0, nil), h.Times(1, nil)
	for i, x := range both {
		if x.Contacts == 0 {
			continue
		}
		want := (short[i].Mean*short[i].Contacts + long[i].Mean*long[i].Contacts) / (short[i].Contacts + long[i].Contacts)
		if math.Abs(x.Mean/want-1) > 1e-9 {
			t.Errorf("interval %d: %.1f s together, the mix makes %.1f", i, x.Mean, want)
		}
	}
	// More calls of the long queue lengthen the time of both.
	more := p.Clone()
	for path := range more.Len() {
		for i := range more.Counts(path, 1) {
			more.Counts(path, 1)[i] *= 2
		}
	}
	h2 := mustHandle(t, more, handled(t, a, 100, 20, 1, 1), handled(t, b, 500, 20, 1, 2))
	for i, x := range h2.Times(-1, nil) {
		if x.Contacts > 0 && x.Mean <= both[i].Mean {
			t.Errorf("interval %d: %.1f s with twice the long calls, %.1f before", i, x.Mean, both[i].Mean)
		}
	}
}

// The 90 % band of day means holds about what it says, over many simulated days to come.
func TestHandleBandsHold(t *testing.T) {
	in, n := 0.0, 0.0
	for seed := range uint64(30) {
		all := office(300, 60+seed).history(t, "general", "2025-09-01", "2026-03-02")
		whole := handled(t, all, 200, 40, 1, 100+seed)
		past := upTo(all, "2026-03-02")
		known := HandleInput{Queue: "general"}
		for _, part := range whole.Parts {
			first := interval.MustDate("2025-09-01")
			known.Parts = append(known.Parts, HandlePart{part.Name, part.Seconds.Window(first, interval.MustDate("2026-03-01")), part.Known.Window(first, interval.MustDate("2026-03-01"))})
		}
		p := mustSimulate(t, mustFit(t, past), "2026-03-02", "2026-03-02", 200, seed)
		for i, x := range mustHandle(t, p, known).Times(0, []float64{0.05, 0.95}) {
			day := interval.MustDate("2026-03-02")
			talk, wrap := whole.Parts[0].Seconds.Window(day, day), whole.Parts[1].Seconds.Window(day, day)
			c, _ := whole.Parts[0].Known.Window(day, day).At(i)
			if c < 3 {
				continue
			}
			s, _ := talk.At(i)
			w, _ := wrap.At(i)
			n++
			in += indicator(x.Q[0] <= (s+w)/c && (s+w)/c <= x.Q[1])
		}
	}
	if in/n < 0.85 || in/n > 0.97 {
		t.Errorf("90 %% bands hold %.3f of %.0f intervals", in/n, n)
	}
}

func TestHandleFaults(t *testing.T) {
	in := office(100, 54).history(t, "general", "2026-01-05", "2026-02-27")
	good := handled(t, in, 100, 20, 1, 1)
	silent := good
	zero, err := interval.NewSeries("talk", in.Series.Grid(), make([]float64, in.Series.Len()), nil)
	if err != nil {
		t.Fatal(err)
	}
	silent.Parts = []HandlePart{{"talk", zero, zero}}
	for want, history := range map[string][]HandleInput{
		"at least one queue": nil, "given twice": {good, good}, "no contact with a measured": {silent},
	} {
		if _, err := FitHandle(t.Context(), history); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %q", err, want)
		}
	}
	m, err := FitHandle(t.Context(), []HandleInput{good})
	if err != nil {
		t.Fatal(err)
	}
	in.Queue = "water"
	if _, err := m.Simulate(t.Context(), mustSimulate(t, mustFit(t, in), "2026-03-02", "2026-03-02", 10, 1), 1); err == nil || !strings.Contains(err.Error(), `queue "water" was not learnt from`) {
		t.Errorf("a queue without handle times: %v", err)
	}
}
