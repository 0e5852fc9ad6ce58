package forecast

import (
	"math"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A world makes histories with a known truth: level × weekday × month × season
// per day, a hump over the day, one random factor per day, and single calls.
type world struct {
	zone    string
	hours   interval.Span
	week    [7]bool // open
	level   float64 // calls on an average open day
	dayVar  float64 // variance of the log day factor
	persist float64 // its correlation from one day to the next
	w       float64 // variance over mean of a count, given the day
	flat    bool    // no weekday, month and season
	season  float64 // amplitude of the yearly season
	seed    uint64
	step    time.Duration
	hol     []interval.Holiday
	close   []interval.Closure
}

var officeWeek = [7]bool{1: true, 2: true, 3: true, 4: true, 5: true}

func office(level float64, seed uint64) world {
	return world{zone: "America/New_York", hours: interval.Span{Open: 480, Close: 1080}, week: officeWeek,
		level: level, season: 0.15, dayVar: 0.05 * 0.05, persist: 0.5, w: 1.5, seed: seed, step: 30 * time.Minute}
}

func (w world) calendar(t testing.TB) *interval.Calendar {
	t.Helper()
	loc, err := time.LoadLocation(w.zone)
	if err != nil {
		t.Fatal(err)
	}
	var week interval.Week
	for d, open := range w.week {
		if open {
			week[d] = []interval.Span{w.hours}
		}
	}
	cal, err := interval.NewCalendar(loc, []interval.Opening{{Week: week}}, w.hol, w.close)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// mean returns the expected calls of a day.
func (w world) mean(d interval.Date) float64 {
	if w.flat {
		return w.level
	}
	week := [7]float64{-0.5, 0.2, 0.05, 0, -0.05, -0.1, -0.4}
	z := week[d.Weekday()] + 0.08*math.Cos(2*math.Pi*float64(d.Day()-1)/30.4) + w.season*math.Sin(2*math.Pi*float64(d.YearDay())/365.25)
	return w.level * math.Exp(z)
}

// shape returns the usual share of the interval that starts at minute, up to a factor.
func (w world) shape(minute int) float64 {
	x := float64(minute-w.hours.Open) / float64(w.hours.Minutes())
	return 0.4 + math.Sin(math.Pi*x) + 0.3*math.Sin(3*math.Pi*x)
}

// history simulates the queue over the days first to last.
func (w world) history(t testing.TB, queue, first, last string) Input {
	t.Helper()
	return w.historyOn(t, queue, w.calendar(t), first, last)
}

func (w world) historyOn(t testing.TB, queue string, cal *interval.Calendar, first, last string) Input {
	t.Helper()
	g, err := interval.DayGrid(interval.MustDate(first), interval.MustDate(last), w.step, cal.Location())
	if err != nil {
		t.Fatal(err)
	}
	d := newDraw()
	d.at(w.seed, nameKey(queue))
	open := cal.Open(g)
	values, states := make([]float64, g.Len()), make([]interval.State, g.Len())
	a := 0.0
	for _, day := range g.Days() {
		a = w.persist*a + math.Sqrt(w.dayVar*(1-w.persist*w.persist))*d.NormFloat64()
		total := 0.0
		for m := w.hours.Open; m < w.hours.Close; m += int(w.step / time.Minute) {
			total += w.shape(m)
		}
		for i := day.First; i < day.End; i++ {
			if !open[i] {
				states[i] = interval.Closed
				continue
			}
			rate := w.mean(day.Date) * math.Exp(a) * w.shape(g.Minute(i)) / total
			if w.w > 1 {
				rate *= d.gamma(rate / (w.w - 1))
			}
			values[i] = float64(d.poisson(rate))
		}
	}
	s, err := interval.NewSeries(queue, g, values, states)
	if err != nil {
		t.Fatal(err)
	}
	return Input{Queue: queue, Series: s, Calendar: cal}
}

// edit returns the input with some intervals changed.
func edit(t testing.TB, in Input, change func(d interval.Date, minute int, v float64, s interval.State) (float64, interval.State)) Input {
	t.Helper()
	g, values, states := in.Series.Grid(), in.Series.Values(), in.Series.States()
	for _, day := range g.Days() {
		for i := day.First; i < day.End; i++ {
			values[i], states[i] = change(day.Date, g.Minute(i), values[i], states[i])
		}
	}
	s, err := interval.NewSeries(in.Queue, g, values, states)
	if err != nil {
		t.Fatal(err)
	}
	in.Series = s
	return in
}

// lose marks the days first to last as missing where they were observed.
func lose(t testing.TB, in Input, first, last string) Input {
	t.Helper()
	a, b := interval.MustDate(first), interval.MustDate(last)
	return edit(t, in, func(d interval.Date, _ int, v float64, s interval.State) (float64, interval.State) {
		if s == interval.Observed && !d.Before(a) && !d.After(b) {
			return 0, interval.Missing
		}
		return v, s
	})
}

func mustFit(t testing.TB, history ...Input) *Model {
	t.Helper()
	m, err := Fit(t.Context(), history, Options{})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func mustSimulate(t testing.TB, m *Model, first, last string, n int, seed uint64) *Paths {
	t.Helper()
	h := m.frame.grid
	g, err := interval.DayGrid(interval.MustDate(first), interval.MustDate(last), h.Step(), h.Location())
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Simulate(t.Context(), g, n, seed)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func floats(x []int64) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}
