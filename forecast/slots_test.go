package forecast

import (
	"math"
	"testing"
	"time"

	"github.com/ringtide/ringtide/interval"
)

// A queue whose evening runs 40 % over tells of the next morning: the member that sees
// hours says more calls than before, and its whole day is more than usual.
func TestSlottedFollowsHowTheDayEnded(t *testing.T) {
	w := office(3000, 1)
	cal := w.calendar(t)
	in := w.historyOn(t, "q", cal, "2026-01-05", "2026-06-25")
	last := interval.MustDate("2026-06-25")
	say := func(factor float64) float64 {
		in := edit(t, in, func(d interval.Date, minute int, v float64, s interval.State) (float64, interval.State) {
			if d == last && minute >= 780 {
				v = math.Round(v * factor)
			}
			return v, s
		})
		q := mustFit(t, in).queues[0]
		return q.outlookOf(t).level(q.target(1))
	}
	usual, more, less := say(1), say(1.4), say(0.6)
	if !(less < usual && usual < more) || more-usual > math.Log(1.4) {
		t.Errorf("next day's log level %.4f after a usual evening, %.4f after more, %.4f after less", usual, more, less)
	}
}

// Its line of a day has the calls of the profile's over the open slots, and no negative share.
func TestSlottedLineKeepsTheSize(t *testing.T) {
	q := mustFit(t, office(500, 2).history(t, "q", "2026-01-05", "2026-06-25")).queues[0]
	g := q.target(1)
	line := q.outlookOf(t).line(g)
	profile := q.profile.share[g.info.date.Weekday()]
	if line == nil || math.Abs(sum(line)-sum(profile)) > 1e-9 {
		t.Fatalf("shares sum to %v, the profile's to %v", sum(line), sum(profile))
	}
	for s, v := range line {
		if v < 0 || math.IsNaN(v) {
			t.Errorf("slot %d has share %v", s, v)
		}
	}
}

// A line is worth what past days say: all of it where days follow it, nothing where they
// follow the profile.
func TestLineWeight(t *testing.T) {
	const slots, days = 24, 20
	profile, line := make([]float64, slots), make([]float64, slots)
	for s := range slots {
		profile[s] = 1.0 / slots
		line[s] = (1 + 0.3*math.Sin(float64(s))) / slots
	}
	normalise(line)
	weigh := func(truth []float64) float64 {
		r := &record{frame: &frame{slots: slots}}
		var values []float64
		var l lineWeight
		d := newDraw()
		d.at(1)
		for range days {
			lo := len(values)
			for s := range slots {
				values = append(values, float64(d.poisson(4000*truth[s])))
				r.slot, r.use = append(r.slot, s), append(r.use, true)
			}
			r.days = append(r.days, interval.Day{First: lo, End: len(values)})
			r.total = append(r.total, sum(values[lo:]))
		}
		first := interval.MustDate("2026-01-05")
		g, err := interval.DayGrid(first, first.AddDays(days-1), time.Hour, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		if r.calls, err = interval.NewSeries("q", g, values, nil); err != nil {
			t.Fatal(err)
		}
		for k := range days {
			l.add(r, k, profile, line)
		}
		return l.weight()
	}
	if v := weigh(line); v < 0.8 {
		t.Errorf("days follow the line, its weight is %.2f", v)
	}
	if v := weigh(profile); v > 0.2 {
		t.Errorf("days follow the profile, the weight of the line is %.2f", v)
	}
	if v := (lineWeight{}).weight(); v != lineTrust {
		t.Errorf("nothing seen, weight %.2f", v)
	}
}

func (q *queueModel) outlookOf(t *testing.T) liner {
	t.Helper()
	for _, o := range q.day.now.outlooks {
		if l, ok := o.(liner); ok {
			return l
		}
	}
	t.Fatal("no member sees hours")
	return nil
}

// target returns the day that lies ahead days after the history.
func (q *queueModel) target(ahead int) target {
	infos := describe(q.cal, q.days[0].Date.AddDays(len(q.days)), len(q.days), ahead)
	g := target{info: infos[ahead-1], x: make([]float64, len(q.day.main.terms)), ahead: ahead}
	q.day.main.fill(g.x, g.info)
	if q.day.plain != nil {
		g.plain = make([]float64, len(q.day.plain.terms))
		q.day.plain.fill(g.plain, g.info)
	}
	return g
}
