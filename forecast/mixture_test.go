package forecast

import (
	"math"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A queue that is calm for half a year and then doubles within ten days.
func TestMixtureFollowsALevelThatBreaksLoose(t *testing.T) {
	h := noise{0.95, sq(0.03), sq(0.05), sq(0.02)}
	d := newDraw()
	d.at(1)
	alone, all := newMixture(h)[:1], newMixture(h)
	for k := range 180 {
		r := 0.05 * d.deviate()
		if k%7 < 5 {
			alone.step(r, 0, true)
			all.step(r, 0, true)
		} else {
			alone.step(0, 0, false)
			all.step(0, 0, false)
		}
	}
	_, before := all.ahead(7)
	for k := range 20 {
		r := math.Log(2)*min(float64(k+1)/10, 1) + 0.05*d.deviate()
		alone.step(r, 0, true)
		all.step(r, 0, true)
	}
	a, _ := alone.ahead(1)
	b, after := all.ahead(1)
	if errA, errB := math.Abs(a-math.Log(2)), math.Abs(b-math.Log(2)); errB > 0.6*errA {
		t.Errorf("the level is %.3f; one noise says %.3f, the mixture %.3f", math.Log(2), a, b)
	}
	if after < 2*before {
		t.Errorf("variance %.4f before the level moved, %.4f after", before, after)
	}
}

// However far off one day is, it moves the level of the next by no more than reach says.
func TestOneStrangeDayMovesTheLevelLittle(t *testing.T) {
	w := office(800, 1)
	cal := w.calendar(t)
	in := w.historyOn(t, "q", cal, "2026-01-05", "2026-06-25")
	last := interval.MustDate("2026-06-25")
	ask := func(factor float64) float64 {
		in := edit(t, in, func(d interval.Date, _ int, v float64, s interval.State) (float64, interval.State) {
			if d == last {
				v = math.Round(v * factor)
			}
			return v, s
		})
		e, err := mustFit(t, in).Explain("q", last.AddDays(1))
		if err != nil {
			t.Fatal(err)
		}
		return e.Median
	}
	usual, half, fifth := ask(1), ask(0.55), ask(0.2)
	if math.Abs(half/usual-1) > 0.1 || math.Abs(fifth/usual-1) > 0.1 {
		t.Errorf("the next day: %.0f calls after a usual one, %.0f after 55 %%, %.0f after 20 %%", usual, half, fifth)
	}
}

// Weekdays that are alike pool; a Saturday with a shape of its own is itself.
func TestWeekdayLinesKeepWhatIsTheirOwn(t *testing.T) {
	own := func(bend float64) (parts [7]float64) {
		const weeks, slots = 8, 24
		d := newDraw()
		d.at(1)
		r := &record{frame: &frame{slots: slots}}
		var values []float64
		first := interval.MustDate("2026-01-05")
		for k := range 7 * weeks {
			lo := len(values)
			for s := range slots {
				hump := 30 * math.Sin(float64(s)/4)
				if k%7 == 5 {
					hump *= bend
				}
				values = append(values, float64(d.poisson(40+hump)))
				r.slot, r.use = append(r.slot, s), append(r.use, true)
			}
			r.days = append(r.days, interval.Day{Date: first.AddDays(k), First: lo, End: len(values)})
			r.total, r.used = append(r.total, sum(values[lo:])), append(r.used, slots)
		}
		g, err := interval.DayGrid(first, first.AddDays(7*weeks-1), time.Hour, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if r.calls, err = interval.NewSeries("q", g, values, nil); err != nil {
			t.Fatal(err)
		}
		l := newWeekdayLines(r, 40, make([]bool, len(r.days)))
		for w := range parts {
			parts[w] = l.own(w)
		}
		return parts
	}
	if alike := own(1); sum(alike[:])/7 > 0.3 {
		t.Errorf("alike weekdays keep %.2f of their own lines", alike)
	}
	if apart := own(-1); apart[6] < 0.97 {
		t.Errorf("a Saturday unlike others keeps %.2f of its line", apart[6])
	}
}
